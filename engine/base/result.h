// SPDX-License-Identifier: GPL-3.0-or-later
// A value or an Error. The value is reached only through a check, so that no error is lost by accident.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "engine/base/error.h"

namespace bitswap {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const& {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const& {
    assert(!ok());
    return *error_;
  }
  Error&& error() && {
    assert(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

/// Returns the error of `expression` (a Status) from the calling function.
#define BITSWAP_TRY(expression)                                                                             \
  do {                                                                                                      \
    if (auto bitswap_status = (expression); !bitswap_status.ok()) return std::move(bitswap_status).error(); \
  } while (false)

#define BITSWAP_CONCAT_INNER(a, b) a##b
#define BITSWAP_CONCAT(a, b) BITSWAP_CONCAT_INNER(a, b)

/// `BITSWAP_TRY_ASSIGN(auto x, f());` gives x the value of a Result or returns its error.
#define BITSWAP_TRY_ASSIGN(declaration, expression) \
  BITSWAP_TRY_ASSIGN_INNER(BITSWAP_CONCAT(bitswap_result_, __LINE__), declaration, expression)
#define BITSWAP_TRY_ASSIGN_INNER(name, declaration, expression) \
  auto name = (expression);                                     \
  if (!name.ok()) return std::move(name).error();               \
  declaration = std::move(name).value()

}  // namespace bitswap
