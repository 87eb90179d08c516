// SPDX-License-Identifier: GPL-3.0-or-later
// Working memory that goes from one call to the next without belonging to a thread or to the program: it belongs to
// whoever owns the pool, and goes with it.
#pragma once

#include <memory>
#include <mutex>
#include <new>
#include <unordered_map>
#include <utility>
#include <vector>

namespace bitswap {

/// Objects of any default-constructible type. May be used by several threads at once.
class ScratchPool {
 public:
  template <typename T>
  class Lease {
   public:
    Lease(ScratchPool* pool, std::shared_ptr<T> object) : pool_(pool), object_(std::move(object)) {}
    Lease(Lease&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), object_(std::move(other.object_)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->give(&kKey<T>, std::move(object_));
    }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_.get(); }

   private:
    ScratchPool* pool_;
    std::shared_ptr<T> object_;
  };

  /// An object that nobody else has, in whatever state its last user left it. It comes back when the lease ends. Throws
  /// std::bad_alloc.
  template <typename T>
  Lease<T> take() {
    return take_from<T>(this);
  }
  /// The same from a pool that may be null: a new object then.
  template <typename T>
  static Lease<T> take_from(ScratchPool* pool) {
    std::shared_ptr<void> object = pool == nullptr ? nullptr : pool->find(&kKey<T>);
    if (object == nullptr) object = std::make_shared<T>();
    return {pool, std::static_pointer_cast<T>(std::move(object))};
  }
  /// Frees all that is not in use.
  void clear() {
    const std::scoped_lock lock(mutex_);
    free_.clear();
  }

 private:
  template <typename T>
  static constexpr char kKey = 0;

  std::shared_ptr<void> find(const void* key) {
    const std::scoped_lock lock(mutex_);
    std::vector<std::shared_ptr<void>>& objects = free_[key];
    if (objects.empty()) return nullptr;
    std::shared_ptr<void> object = std::move(objects.back());
    objects.pop_back();
    return object;
  }
  void give(const void* key, std::shared_ptr<void> object) {
    try {
      const std::scoped_lock lock(mutex_);
      free_[key].push_back(std::move(object));
    } catch (const std::bad_alloc&) {  // then it is freed instead
    }
  }

  std::mutex mutex_;
  std::unordered_map<const void*, std::vector<std::shared_ptr<void>>> free_;
};

}  // namespace bitswap
