// How random programs are made: statement by statement, by recursive descent. Internal to
// random_program.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "common/config.hpp"
#include "isa/tensor.hpp"
#include "random/assembler.hpp"
#include "random/random_program.hpp"

namespace heddle::random {

/// Random choices that come out alike with every standard library.
class Choice {
 public:
  explicit Choice(std::uint64_t seed) : engine_(seed) {}

  std::uint32_t bits() { return static_cast<std::uint32_t>(engine_() >> 32); }
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>((engine_() >> 32) * limit >> 32);
  }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + below(high - low + 1);
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

  template <typename Container>
  auto of(const Container& values) {
    return values[below(static_cast<std::uint32_t>(std::size(values)))];
  }

 private:
  std::mt19937_64 engine_;
};

/// Emits the instructions of one program.
class Generator {
 public:
  Generator(Choice& choice, const Config& config, const Options& options, std::uint32_t code_base,
            std::uint32_t threads, std::uint32_t total_threads);

  std::vector<std::uint32_t> generate();

  /// Bytes of shared memory that a CTA of `threads` needs.
  static std::uint32_t shared_bytes(std::uint32_t threads);

  /// The same with what bulk copies need besides these bytes.
  static std::uint32_t with_copies(std::uint32_t other_bytes, std::uint32_t threads);
  /// Likewise for the matrix engine.
  static std::uint32_t with_tensor(std::uint32_t other_bytes);

  /// Lines in which the words of all threads of the grid lie, neighbouring threads in different
  /// ones.
  static std::uint32_t hot_lines(std::uint32_t total_threads);

  /// Bytes that a thread has in the private part of global memory, and of the read-only data.
  static constexpr std::uint32_t kPrivateBytes = 128;
  static constexpr std::uint32_t kConstantBytes = 4096;

  /// Bytes that a warp has for exchange: a line of data, and a line of flags that are 0 at first.
  static constexpr std::uint32_t kWarpBytes = 128;
  /// Words of global memory on which all threads have atomics.
  static constexpr std::uint32_t kCommonWords = 128;

  /// Where the argument block keeps its pointers: read-only data, private data, warps' exchange
  /// lines, hot lines.
  static constexpr std::int32_t kArgumentConstants = 0;
  static constexpr std::int32_t kArgumentPrivate = 4;
  static constexpr std::int32_t kArgumentWarps = 8;
  static constexpr std::int32_t kArgumentHot = 12;
  static constexpr std::int32_t kArgumentCommon = 16;  ///< words for atomics of all threads

 private:
  // What the code being generated may do.
  struct Context {
    std::uint32_t function = 0;  // 0: main; higher ones are called by lower ones
    std::uint32_t loop_depth = 0;
    std::uint32_t nesting = 0;  // of statements
    bool uniform = false;       // all living threads of the CTA come here
  };

  /// A barrier of the CTA: its number, and whether it is told how many threads to wait for.
  struct Barrier {
    std::uint32_t id = 0;
    bool counted = false;
  };

  /// What a statement with the matrix engine uses. Offsets in shared memory.
  struct TensorPlan {
    std::uint32_t tiles = 0;     ///< A's, and B's behind it
    std::uint32_t mbarrier = 0;  ///< and the first column behind it
    std::uint32_t m = 0, n = 0, a_layout = 0, b_layout = 0;
    std::uint32_t lane = 0, columns = 0;
    bool accumulates = false;  ///< from the first MMA on, onto what threads have stored
  };

  /// rs1 of a tensor.mma, and what else it is.
  struct MmaChoice {
    std::uint32_t descriptor = 0;
    bool sparse = false;  ///< A
  };

  /// What a tensor.mma says of A or B, but for the column or lane of D.
  struct TileWords {
    std::uint32_t low = 0, high = 0;
  };

  void prologue();
  void epilogue();
  void functions();
  void recursive_function();
  void statements(std::uint32_t count, const Context& context);
  void statement(const Context& context);
  void simple_statement();

  void alu();
  void multiply_or_divide();
  void floating();
  void special_function();
  void float_csr();
  void read_csr();
  void jump_over_nothing();
  void load_constant();
  void private_access();
  void local_access();
  void shared_access();
  void mixed_access();
  void hot_access();
  void access(std::uint32_t base, std::int32_t word_offset);
  Barrier choose_barrier();
  void barrier(const Barrier& barrier);
  void exchange_in_cta(const Barrier& barrier);
  void exchange_in_warp();
  void exchange_in_warp_shared();
  void write_and_read_together();
  /// Puts the address of the warp's words in shared memory into kScratch; changes kScratch2.
  void warp_shared_address();
  void warp_operation();
  void hand_over_between_warps();
  void synchronize_warp(const Context& context);
  void choose_sync_mask(const Context& context);
  void synchronize_threads();
  void wait_in_warp();

  /// An atomic on the thread's own word at base + word_offset; may change kScratch.
  void atomic_access(std::uint32_t base, std::int32_t word_offset);
  /// amocas.d on the thread's own doubleword at base + offset; may change kScratch.
  void doubleword_access(std::uint32_t base, std::int32_t offset);
  void atomic_statement(const Context& context);
  void atomics_in_warp();
  void atomics_between_ctas();
  void atomics_between_warps();
  void orderless_atomics(std::uint32_t words);
  void refresh_common_doubleword();
  void update_common_doubleword();
  void read_common_words();
  void initialize_common_words();
  std::uint32_t common_shared_address() const;
  /// aq and rl of an atomic.
  std::uint32_t ordering();

  void mbarrier_statement(const Context& context);
  void mbarriers_of_thread();
  void look_at_mbarrier(std::uint32_t address);
  void mbarriers_in_warp();
  void arrive_and_wait();
  void drop_arrivals();
  void wait_for_phase(std::uint32_t now);
  void wait_for_first_phase();
  void initialize_mbarriers();
  void initialize_mbarrier(std::uint32_t count);
  std::uint32_t mbarrier_address(std::uint32_t which) const;

  void bulk_copies();
  void bulk_copy(std::uint32_t offset, std::uint32_t mbarrier);

  void tensor_statement();
  void tensor_at_end();
  TensorPlan choose_tensor_plan();
  void prepare_tensor(const TensorPlan& plan, std::uint32_t commits);
  std::int32_t own_tensor_address(const TensorPlan& plan);
  MmaChoice choose_mma(const TensorPlan& plan, bool accumulate);
  std::uint32_t choose_scale_format(std::uint32_t format);
  std::uint32_t choose_scale_tile(const TensorPlan& plan, std::uint32_t rows, std::uint32_t scales);
  TileWords choose_tile(const TensorPlan& plan, const MmaChoice& mma, bool of_b);
  void mma(const TensorPlan& plan, bool accumulate);

  void if_else(const Context& context);
  void loop(const Context& context);
  void call(const Context& context);
  void indirect_jump(const Context& context);
  void leave_early();

  void branch_randomly(Assembler::Label target);
  void far_branch(isa::Op op, std::uint32_t rs1, std::uint32_t rs2, Assembler::Label target);
  void jump(Assembler::Label target) { code_.jal(0, target); }

  std::uint32_t source();
  std::uint32_t destination();
  std::uint32_t pair();
  std::uint32_t loop_counter(const Context& context) const;

  Choice& choice_;
  const Config& config_;
  const Options& options_;
  Assembler code_;
  const std::uint32_t threads_;
  const std::uint32_t total_threads_;
  const bool interleaved_;  // private data: word k of all threads side by side, or a thread's words
  const bool counted_;      // barriers may have a count; then no thread leaves early
  std::uint32_t waits_left_ = 0;
  std::uint32_t budget_;  // statements left
  Assembler::Label end_;
  std::array<Assembler::Label, 3> functions_{};  // the last one is recursive
};

}  // namespace heddle::random
