#include "random/generator.hpp"

#include <algorithm>

#include "random/program_layout.hpp"

namespace heddle::random {

using isa::Op;

Generator::Generator(Choice& choice, const Config& config, const Options& options,
                     std::uint32_t code_base, std::uint32_t threads, std::uint32_t total_threads)
    : choice_(choice),
      config_(config),
      options_(options),
      code_(code_base),
      threads_(threads),
      total_threads_(total_threads),
      interleaved_(choice.one_in(2)),
      counted_(choice.one_in(2) || options.bulk_copies || options.tensor),
      waits_left_(choice.one_in(3) ? 1 : 0),
      budget_(options.statements),
      end_(code_.new_label()) {
  for (Assembler::Label& function : functions_) function = code_.new_label();
}

std::uint32_t Generator::shared_bytes(std::uint32_t threads) {
  const std::uint32_t warps = (threads + 31) / 32;
  const std::uint32_t words = threads * (kSharedWords + 1) + warps * kWarpSharedWords;
  return (words + 1) / 2 * 8 + 4 * kCommonSharedWords + 8 * (kMbarriers + 1);
}

std::uint32_t Generator::hot_lines(std::uint32_t total_threads) {
  return (total_threads + 15) / 16;
}

std::vector<std::uint32_t> Generator::generate() {
  prologue();
  const std::uint32_t for_main = std::max(1u, budget_ * 2 / 3);
  const std::uint32_t for_functions = budget_ - std::min(budget_, for_main);
  budget_ = for_main;
  while (budget_ != 0) statement({.uniform = true});
  if (options_.tensor && choice_.one_in(2)) tensor_at_end();
  epilogue();
  budget_ = for_functions;
  functions();
  return code_.finish();
}

void Generator::prologue() {
  using namespace isa::csr;
  code_.csr(Op::kCsrrs, kScratch, kArgptr, 0);
  code_.i(Op::kLw, kConstants, kScratch, kArgumentConstants);
  code_.i(Op::kLw, kPrivate, kScratch, kArgumentPrivate);
  code_.i(Op::kLw, kWarpLine, kScratch, kArgumentWarps);
  code_.li(kLocal, kLocalWindow);
  code_.li(kThreads, threads_);

  // x + n_x * (y + n_y * z), for the thread in its CTA and for the CTA in the grid.
  const auto linear = [&](std::uint32_t rd, std::uint32_t x, std::uint32_t n) {
    code_.csr(Op::kCsrrs, rd, x + 2, 0);
    code_.csr(Op::kCsrrs, kScratch, n + 1, 0);
    code_.r(Op::kMul, rd, rd, kScratch);
    code_.csr(Op::kCsrrs, kScratch, x + 1, 0);
    code_.r(Op::kAdd, rd, rd, kScratch);
    code_.csr(Op::kCsrrs, kScratch, n, 0);
    code_.r(Op::kMul, rd, rd, kScratch);
    code_.csr(Op::kCsrrs, kScratch, x, 0);
    code_.r(Op::kAdd, rd, rd, kScratch);
  };
  linear(kThread, kTidX, kNtidX);
  linear(kScratch2, kCtaidX, kNctaidX);

  // The warp's lines.
  code_.csr(Op::kCsrrs, kScratch, kNwarpid, 0);
  code_.r(Op::kMul, kScratch, kScratch, kScratch2);
  code_.csr(Op::kCsrrs, kLink, kWarpid, 0);
  code_.r(Op::kAdd, kScratch, kScratch, kLink);
  code_.i(Op::kSlli, kScratch, kScratch, 7);
  static_assert(kWarpBytes == 1 << 7);
  code_.r(Op::kAdd, kWarpLine, kWarpLine, kScratch);

  // The thread's index in the grid, and its private data.
  code_.r(Op::kMul, kScratch2, kScratch2, kThreads);
  code_.r(Op::kAdd, kScratch2, kScratch2, kThread);
  code_.i(Op::kSlli, kScratch, kScratch2, interleaved_ ? 2 : 7);
  code_.r(Op::kAdd, kPrivate, kPrivate, kScratch);
  static_assert(kPrivateBytes == 1 << 7);

  // The thread's word in the hot lines.
  code_.li(kScratch, hot_lines(total_threads_));
  code_.r(Op::kRemu, kLink, kScratch2, kScratch);
  code_.r(Op::kDivu, kScratch2, kScratch2, kScratch);
  code_.i(Op::kSlli, kLink, kLink, 6);
  code_.r(Op::kSh2add, kScratch2, kScratch2, kLink);
  code_.csr(Op::kCsrrs, kScratch, kArgptr, 0);
  code_.i(Op::kLw, kScratch, kScratch, kArgumentHot);
  code_.r(Op::kAdd, kScratch, kScratch, kScratch2);
  code_.store(Op::kSw, kScratch, kLocal, kHotAddress);

  // Shared memory: words of all threads, then the exchange words, then those that warps write
  // together.
  code_.li(kShared, kSharedWindow);
  code_.li(kExchange, kSharedWindow + threads_ * kSharedWords * 4);
  code_.i(Op::kSlli, kScratch, kThread, 5);
  code_.r(Op::kAdd, kShared, kShared, kScratch);
  static_assert(kSharedWords * 4 == 1 << 5);

  for (const std::uint32_t reg : kPool) {
    switch (choice_.below(5)) {
      case 0: code_.li(reg, choice_.bits()); break;
      case 1:
        code_.i(Op::kLw, reg, kConstants, static_cast<std::int32_t>(4 * choice_.below(500)));
        break;
      default:
        code_.r(Op::kSh2add, kScratch, kThread, kConstants);
        code_.i(Op::kLw, reg, kScratch, static_cast<std::int32_t>(4 * choice_.below(500)));
        break;
    }
  }
  for (std::uint32_t word = 0; word < kLocalWords; ++word) {
    code_.store(Op::kSw, choice_.of(kPool), kLocal, static_cast<std::int32_t>(4 * word));
  }
  for (std::uint32_t word = 0; word < kSharedWords; ++word) {
    code_.store(Op::kSw, choice_.of(kPool), kShared, static_cast<std::int32_t>(4 * word));
  }
  code_.r(Op::kSh2add, kScratch, kThread, kExchange);
  code_.store(Op::kSw, choice_.of(kPool), kScratch, 0);
  warp_shared_address();
  for (std::uint32_t word = 0; word < kWarpSharedWords; ++word) {
    code_.store(Op::kSw, 0, kScratch, static_cast<std::int32_t>(4 * word));
  }
  initialize_common_words();
  initialize_mbarriers();
  code_.barrier();
}

// All threads end here, whenever and at whatever call depth they come.
void Generator::epilogue() {
  code_.place(end_);
  const auto store_result = [&](std::uint32_t reg, std::uint32_t word) {
    if (interleaved_) {
      code_.li(kScratch, word * total_threads_ * 4);
      code_.r(Op::kAdd, kScratch, kScratch, kPrivate);
      code_.store(Op::kSw, reg, kScratch, 0);
    } else {
      code_.store(Op::kSw, reg, kPrivate, static_cast<std::int32_t>(4 * word));
    }
  };
  std::uint32_t word = 0;
  for (const std::uint32_t reg : kPool) store_result(reg, word++);
  code_.csr(Op::kCsrrs, kScratch2, isa::csr::kFcsr, 0);
  store_result(kScratch2, word);
  for (std::uint32_t offset = 0; offset < kLocalBytes; offset += 4) {
    code_.store(Op::kSw, 0, kLocal, static_cast<std::int32_t>(offset));
  }

  // A status that depends on which thread ends first would not be the same everywhere.
  const std::uint32_t kind = choice_.below(4);
  if (kind == 0) {
    code_.exit();
    return;
  }
  code_.li(kReturnValue, kind == 1 ? 0 : choice_.between(1, 200));
  if (kind == 3) {
    code_.i(Op::kAddi, kScratch, kThread, -static_cast<std::int32_t>(choice_.below(threads_)));
    code_.r(Op::kCzeroNez, kReturnValue, kReturnValue, kScratch);
  }
  code_.li(kCallNumber, 93);
  code_.emit_word(isa::info(Op::kEcall).match);
}

// Function 1 may call 2 and the recursive one, function 2 only the latter.
void Generator::functions() {
  const std::uint32_t each = budget_ / 3;
  for (std::uint32_t function = 1; function < kRecursiveFunction; ++function) {
    code_.place(functions_[function - 1]);
    const auto saved = kSavedLink + static_cast<std::int32_t>(4 * (function - 1));
    code_.store(Op::kSw, kLink, kLocal, saved);
    budget_ = each;
    while (budget_ != 0) statement({.function = function});
    code_.i(Op::kLw, kLink, kLocal, saved);
    code_.jalr(0, kLink);
  }
  budget_ = each;
  recursive_function();
}

void Generator::recursive_function() {
  code_.place(functions_[kRecursiveFunction - 1]);
  const Assembler::Label deepest = code_.new_label();
  const std::uint32_t count = std::min(budget_ / 2 + 1, 4u);
  code_.r(Op::kSh2add, kScratch, kRecursion, kLocal);
  code_.store(Op::kSw, kLink, kScratch, kRecursionFrames);
  for (std::uint32_t i = 0; i < count; ++i) simple_statement();
  code_.i(Op::kAddi, kRecursion, kRecursion, -1);
  code_.branch(Op::kBeq, kRecursion, 0, deepest);
  code_.jal(kLink, functions_[kRecursiveFunction - 1]);
  code_.place(deepest);
  code_.i(Op::kAddi, kRecursion, kRecursion, 1);
  for (std::uint32_t i = 0; i < count; ++i) simple_statement();
  code_.r(Op::kSh2add, kScratch, kRecursion, kLocal);
  code_.i(Op::kLw, kLink, kScratch, kRecursionFrames);
  code_.jalr(0, kLink);
}

void Generator::statements(std::uint32_t count, const Context& context) {
  for (; count != 0; --count) statement(context);
}

void Generator::statement(const Context& context) {
  if (budget_ != 0) --budget_;
  if (choice_.one_in(8)) return atomic_statement(context);
  if (choice_.one_in(12)) return mbarrier_statement(context);
  if (options_.bulk_copies && context.uniform && choice_.one_in(3)) {
    return bulk_copies();
  }
  if (options_.tensor && context.uniform && choice_.one_in(5)) {
    return tensor_statement();
  }
  const bool shallow = context.nesting < 3 && budget_ != 0;
  switch (choice_.below(shallow ? 23 : 17)) {
    case 11: return warp_operation();
    case 12:
      if (context.function == 0 && context.loop_depth == 0 && waits_left_ != 0) {
        --waits_left_;
        return wait_in_warp();
      }
      return synchronize_warp(context);
    case 13:
      if (!context.uniform) break;
      if (counted_ && choice_.one_in(2)) return hand_over_between_warps();
      return exchange_in_cta(choose_barrier());
    case 14:
      if (!counted_ && choice_.one_in(6)) return leave_early();
      break;
    case 15: return exchange_in_warp();
    case 16: return exchange_in_warp_shared();
    case 17:
    case 18: return if_else(context);
    case 19: return loop(context);
    case 20:
    case 21: return call(context);
    case 22: return indirect_jump(context);
    default: break;
  }
  simple_statement();
}

void Generator::simple_statement() {
  switch (choice_.below(23)) {
    case 0: return multiply_or_divide();
    case 1:
    case 2:
    case 3:
    case 4:
    case 5: return floating();
    case 6: return float_csr();
    case 7: return read_csr();
    case 8:
    case 9: return load_constant();
    case 10:
    case 11: return private_access();
    case 12: return local_access();
    case 13:
    case 14: return shared_access();
    case 15: return mixed_access();
    case 16: return jump_over_nothing();
    case 17:
    case 18: return hot_access();
    case 19: return special_function();
    default: return alu();
  }
}

std::uint32_t Generator::source() { return choice_.one_in(20) ? 0 : choice_.of(kPool); }
std::uint32_t Generator::destination() { return choice_.one_in(30) ? 0 : choice_.of(kPool); }

std::uint32_t Generator::loop_counter(const Context& context) const {
  return kFirstCounter + (context.function == 0 ? context.loop_depth : 1 + context.function);
}

}  // namespace heddle::random
