// SPDX-License-Identifier: GPL-3.0-or-later
// The fibers behind emulation.h, and runtime.h over ordinary memory.
#include "tests/codec/cuda/emulation.h"

#include <ucontext.h>

#include <chrono>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/codec/cuda/runtime.h"
#include "tests/codec/cuda/fake_device.h"

// After the headers: here the names of CUDA are ordinary ones.
#undef threadIdx
#undef blockIdx

namespace bitswap::emulation {
namespace {

constexpr std::size_t kStack = 256 * 1024;
constexpr unsigned kWarp = 32;

struct Barrier {
  unsigned arrived = 0;
  std::uint64_t generation = 0;
};

struct Warp {
  Barrier barrier;
  std::uint64_t values[2][kWarp] = {};  ///< of this exchange and of the last, by turns
};

struct Fiber {
  ucontext_t context{};  ///< only for its first start; jumps are ten times faster, as they leave the signals alone
  std::jmp_buf jump{};
  bool begun = false;
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(kStack);
  unsigned thread = 0;
  bool idle = true;
  const Barrier* waits = nullptr;
  std::uint64_t generation = 0;  ///< of the barrier, when it began to wait
};

/// One block at a time; the fibers are kept for the next.
struct Machine {
  std::mutex mutex;
  std::vector<std::unique_ptr<Fiber>> fibers;
  std::jmp_buf scheduler{};
  Fiber* current = nullptr;
  dim3 block{0, 0, 0};
  unsigned threads = 0, started = 0, finished = 0;
  Barrier barrier;
  std::vector<Warp> warps;
  const std::function<void()>* body = nullptr;
};

Machine& machine() {
  static Machine instance;
  return instance;
}

void to_scheduler(Fiber& fiber) {
  if (_setjmp(fiber.jump) == 0) _longjmp(machine().scheduler, 1);
}

/// Runs threads one after another for as long as they do not wait for others.
void fiber_main() {
  Machine& m = machine();
  Fiber& self = *m.current;
  for (;;) {
    (*m.body)();
    ++m.finished;
    if (m.started < m.threads) {
      self.thread = m.started++;
    } else {
      self.idle = true;
      to_scheduler(self);  // comes back with a thread of a later block
    }
  }
}

void resume(Fiber& fiber) {
  Machine& m = machine();
  m.current = &fiber;
  if (_setjmp(m.scheduler) != 0) return;
  if (std::exchange(fiber.begun, true)) _longjmp(fiber.jump, 1);
  setcontext(&fiber.context);
}

Fiber& idle_fiber() {
  Machine& m = machine();
  for (const auto& fiber : m.fibers) {
    if (fiber->idle) return *fiber;
  }
  Fiber& fiber = *m.fibers.emplace_back(std::make_unique<Fiber>());
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack.get();
  fiber.context.uc_stack.ss_size = kStack;
  makecontext(&fiber.context, fiber_main, 0);
  return fiber;
}

void run_block() {
  Machine& m = machine();
  m.started = m.finished = 0;
  m.barrier = {};
  m.warps.assign((m.threads + kWarp - 1) / kWarp, {});
  while (m.finished < m.threads) {
    bool progress = false;
    for (std::size_t k = 0; k < m.fibers.size(); ++k) {
      Fiber& fiber = *m.fibers[k];
      if (fiber.idle || fiber.waits == nullptr || fiber.waits->generation == fiber.generation) continue;
      fiber.waits = nullptr;
      resume(fiber);
      progress = true;
    }
    if (m.started < m.threads) {
      Fiber& fiber = idle_fiber();
      fiber.idle = false;
      fiber.thread = m.started++;
      resume(fiber);
    } else if (!progress && m.finished < m.threads) {
      std::fputs("a barrier that not all threads reach\n", stderr);
      std::abort();
    }
  }
}

void wait(Barrier& barrier, unsigned expected) {
  Fiber& self = *machine().current;
  const std::uint64_t generation = barrier.generation;
  if (++barrier.arrived == expected) {
    barrier.arrived = 0;
    ++barrier.generation;
    return;
  }
  self.waits = &barrier;
  self.generation = generation;
  to_scheduler(self);
}

struct StreamQueue {
  std::deque<std::function<void()>> work;
};

}  // namespace

dim3 current_thread() { return {machine().current->thread}; }
dim3 current_block() { return machine().block; }

void block_barrier() { wait(machine().barrier, machine().threads); }

const std::uint64_t* exchange(std::uint64_t value) {
  Machine& m = machine();
  const unsigned thread = m.current->thread;
  Warp& warp = m.warps[thread / kWarp];
  std::uint64_t* const values = warp.values[warp.barrier.generation % 2];
  values[thread % kWarp] = value;
  wait(warp.barrier, std::min(kWarp, m.threads - thread / kWarp * kWarp));
  return values;
}

void queue(void* stream, std::function<void()> work) {
  static_cast<StreamQueue*>(stream)->work.push_back(std::move(work));
}

void queue_kernel(void* stream, dim3 blocks, unsigned threads, std::function<void()> body) {
  queue(stream, [blocks, threads, body = std::move(body)] {
    Machine& m = machine();
    const std::scoped_lock lock(m.mutex);
    m.body = &body;
    m.threads = threads;
    for (unsigned y = 0; y < blocks.y; ++y) {
      for (unsigned x = 0; x < blocks.x; ++x) {
        m.block = {x, y};
        run_block();
      }
    }
  });
}

}  // namespace bitswap::emulation

void emulated_mma_m16n8k32(std::int32_t (&sums)[4], const std::int32_t (&a)[4], const std::int32_t (&b)[2]) {
  using bitswap::emulation::exchange;
  static std::int32_t product[16][8];
  static std::int8_t fragments_a[32][16], fragments_b[32][8];
  const int thread = static_cast<int>(bitswap::emulation::current_thread().x % 32);
  // Every thread gives its fragments to the first, which puts the matrices together and multiplies.
  for (int word = 0; word < 6; word += 2) {
    const auto low = static_cast<std::uint32_t>(word < 4 ? a[word] : b[0]);
    const auto high = static_cast<std::uint32_t>(word < 4 ? a[word + 1] : b[1]);
    const std::uint64_t* const all = exchange(std::uint64_t{high} << 32 | low);
    for (int k = 0; thread == 0 && k < 32; ++k) {
      std::memcpy(word < 4 ? fragments_a[k] + 4 * word : fragments_b[k], all + k, 8);
    }
  }
  if (thread == 0) {
    std::int8_t matrix_a[16][32], matrix_b[32][8];
    for (int k = 0; k < 32; ++k) {
      const int group = k >> 2, in_group = k % 4;
      for (int i = 0; i < 16; ++i) {
        const int row = i < 4 || (i >= 8 && i < 12) ? group : group + 8;
        const int column = i < 8 ? in_group * 4 + (i & 3) : in_group * 4 + (i & 3) + 16;
        matrix_a[row][column] = fragments_a[k][i];
      }
      for (int i = 0; i < 8; ++i) {
        const int row = i < 4 ? in_group * 4 + (i & 3) : in_group * 4 + (i & 3) + 16;
        matrix_b[row][group] = fragments_b[k][i];
      }
    }
    for (int row = 0; row < 16; ++row) {
      for (int column = 0; column < 8; ++column) {
        product[row][column] = 0;
        for (int k = 0; k < 32; ++k) product[row][column] += matrix_a[row][k] * matrix_b[k][column];
      }
    }
    if (bitswap::cuda::fake_device().wrong_tensor_cores) ++product[3][5];
  }
  exchange(0);
  for (int i = 0; i < 4; ++i) {
    sums[i] += product[i < 2 ? thread >> 2 : (thread >> 2) + 8][thread % 4 * 2 + (i & 1)];
  }
}

namespace bitswap::cuda {
namespace {

std::map<void*, std::size_t> device_memory;
std::size_t device_memory_used = 0;
FakeDevice device;

/// Counts down to a failure that a test asked for.
Status step() {
  if (device.calls_until_failure > 0 && --device.calls_until_failure == 0) device.broken = true;
  if (!device.broken) return {};
  return Error{Error::Code::Internal, 0, "the fake device is broken"};
}

}  // namespace

FakeDevice& fake_device() { return device; }

Result<std::uint64_t> open_device() {
  if (device.absent) return Error{Error::Code::NotFound, 0, "no fake device"};
  return std::uint64_t{device.memory};
}

bool has_tensor_cores() { return device.tensor_cores; }

int multiprocessors() { return 1; }

Result<void*> allocate_device(std::size_t size) {
  BITSWAP_TRY(step());
  if (size > device.memory - std::min(device.memory, device_memory_used)) {
    return Error{Error::Code::OutOfMemory, 0, "the fake device is full"};
  }
  void* const memory = std::malloc(std::max<std::size_t>(size, 1));
  std::memset(memory, 0xA5, size);  // what nobody wrote must not matter
  device_memory[memory] = size;
  device_memory_used += size;
  device.most_used = std::max(device.most_used, device_memory_used);
  return memory;
}

void free_device(void* memory) {
  if (memory == nullptr) return;
  device_memory_used -= device_memory[memory];
  device_memory.erase(memory);
  std::free(memory);
}

Result<void*> allocate_pinned(std::size_t size) {
  BITSWAP_TRY(step());
  void* const memory = std::malloc(std::max<std::size_t>(size, 1));
  std::memset(memory, 0x5A, size);
  return memory;
}

void free_pinned(void* memory) { std::free(memory); }

Result<Stream> create_stream() {
  BITSWAP_TRY(step());
  return Stream{new emulation::StreamQueue};
}

void destroy_stream(Stream stream) { delete static_cast<emulation::StreamQueue*>(stream); }

Status copy_to_device(void* to, const void* from, std::size_t size, Stream stream) {
  BITSWAP_TRY(step());
  emulation::queue(stream, [=] { std::memcpy(to, from, size); });
  return {};
}

Status copy_to_host(void* to, const void* from, std::size_t size, Stream stream) {
  return copy_to_device(to, from, size, stream);
}

Status copy_on_device(void* to, const void* from, std::size_t size, Stream stream) {
  return copy_to_device(to, from, size, stream);
}

Status synchronise(Stream stream) {
  auto& work = static_cast<emulation::StreamQueue*>(stream)->work;
  const Status status = step();
  if (status.ok()) {
    ++device.synchronisations;
    for (const auto& item : work) item();
  }
  work.clear();
  return status;
}

Status last_error() { return step(); }

Result<double> seconds_on_device(Stream stream, const std::function<Status()>& queue) {
  const auto begin = std::chrono::steady_clock::now();
  const Status queued = queue();
  BITSWAP_TRY(synchronise(stream));
  BITSWAP_TRY(queued);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace bitswap::cuda
