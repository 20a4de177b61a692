// Faults of the matrix engine's instructions: every row of the tables of
// docs/architecture/tensor.md, on a device of any kind.
#pragma once

#include "device/fault.hpp"
#include "functional/tensor_bench.hpp"

namespace heddle::functional::tensor_bench {

inline constexpr std::uint32_t kOperand = 1;  // as a fault's address: rs1

struct MmaFaultCase {
  const char* name;
  void (*spoil)(MmaOperands&);
  std::uint32_t cause, address;
};

/// An MMA's faults name its lowest thread.
inline void check_mma_fault(MakeDevice make, const char* config, MmaOperands mma,
                            const MmaFaultCase& wrong) {
  INFO(wrong.name);
  Bench bench(make, config);
  wrong.spoil(mma);
  std::uint32_t pc = 0;
  const LaunchResult result = bench.run_one([&](Assembler& code) {
    alloc(code, 17, 32);
    const auto others = code.new_label();
    code.li(29, kIssuer);
    code.branch(Op::kBltu, kTid, 29, others);
    load_operands(code, mma);
    pc = code.pc();
    code.emit(Op::kTensorMma, {.rs1 = 10, .rs2 = 12, .rs3 = 14});
    code.place(others);
  });
  REQUIRE(result.status == LaunchStatus::kFault);
  CHECK(result.fault.cause == wrong.cause);
  CHECK(result.fault.mask == 1u << kIssuer);
  CHECK(result.fault.pc == pc);
  CHECK(result.fault.address == (wrong.address == kOperand ? mma.descriptor() : wrong.address));
}

inline void check_mma_faults(MakeDevice make) {
  const MmaFaultCase cases[] = {
      {"rs2 + 1", [](MmaOperands& mma) { mma.a_high = 1; }, cause::kMma, kOperand},
      {"rs3 + 1", [](MmaOperands& mma) { mma.b_high = 8; }, cause::kMma, kOperand},
      {"ecp5 transposes no A", [](MmaOperands& mma) { mma.a_transposed = true; }, cause::kMma,
       kOperand},
      {"nor B", [](MmaOperands& mma) { mma.b_transposed = true; }, cause::kMma, kOperand},
      {"A's slab pitch", [](MmaOperands& mma) { mma.a_slab = 16; }, cause::kMma, kOperand},
      {"B's slab pitch", [](MmaOperands& mma) { mma.b_slab = 0x20000; }, cause::kMma, kOperand},
      {"A's scales without a format", [](MmaOperands& mma) { mma.a_scales = 0x10; }, cause::kMma,
       kOperand},
      {"B's scales without a format", [](MmaOperands& mma) { mma.b_scales = 0x3fff0; }, cause::kMma,
       kOperand},
      {"scales of S8", [](MmaOperands& mma) { mma.scale_format = 1; }, cause::kMma, kOperand},
      {"scales of bytes are not of ecp5",
       [](MmaOperands& mma) {
         mma.a_format = mma.b_format = 4;
         mma.scale_format = 1;
       },
       cause::kMma, kOperand},
      {"no format", [](MmaOperands& mma) { mma.a_format = mma.b_format = 3; }, cause::kMma,
       kOperand},
      {"two classes", [](MmaOperands& mma) { mma.a_format = 0; }, cause::kMma, kOperand},
      {"not of ecp5", [](MmaOperands& mma) { mma.a_format = mma.b_format = 2; }, cause::kMma,
       kOperand},
      {"B's format not of ecp5",
       [](MmaOperands& mma) {
         mma.a_format = 4;
         mma.b_format = 6;
       },
       cause::kMma, kOperand},
      {"steps of A", [](MmaOperands& mma) { mma.steps = 2, mma.b_layout = 2; }, cause::kMma,
       kOperand},
      {"steps of B", [](MmaOperands& mma) { mma.first_step = 1, mma.a_layout = 3; }, cause::kMma,
       kOperand},
      {"lane", [](MmaOperands& mma) { mma.lane = 4; }, cause::kMma, kOperand},
      {"column", [](MmaOperands& mma) { mma.column = 12; }, cause::kMma, kOperand},
      {"lanes", [](MmaOperands& mma) { mma.lane = 64; }, cause::kMma, kOperand},
      {"rows", [](MmaOperands& mma) { mma.lane = 56, mma.m = 16; }, cause::kMma, kOperand},
      {"columns", [](MmaOperands& mma) { mma.column = 128; }, cause::kMma, kOperand},
      {"another's column", [](MmaOperands& mma) { mma.n = 40; }, cause::kMma, kOperand},
      {"A's end", [](MmaOperands& mma) { mma.a = kSharedSize - 16; }, cause::kStoreAccess,
       kSharedStart + kSharedSize - 16},
      {"B's end", [](MmaOperands& mma) { mma.b = kSharedSize - 128, mma.b_layout = 1; },
       cause::kStoreAccess, kSharedStart + kSharedSize - 128},
      {"both ends",
       [](MmaOperands& mma) {
         mma.a = kSharedSize;
         mma.b = kSharedSize - 16;
       },
       cause::kStoreAccess, kSharedStart + kSharedSize},
      {"the fields come first",
       [](MmaOperands& mma) {
         mma.a = kSharedSize;
         mma.lane = 4;
       },
       cause::kMma, kOperand},
  };
  for (const MmaFaultCase& wrong : cases) {
    check_mma_fault(make, "ecp5", {.a = 0x100, .b = 0x400}, wrong);
  }
}

/// Of E4M3, and of FP16 where it says so; A has 16 rows.
inline void check_transposed_faults(MakeDevice make, const char* config) {
  constexpr std::uint32_t kStep = 32 * 32;  // bytes of a K-step of E4M3 in rows of 32 bytes
  const MmaFaultCase cases[] = {
      {"a fifth K-step", [](MmaOperands& mma) { mma.first_step = 1, mma.steps = 4; }, cause::kMma,
       kOperand},
      {"a K-step that B's rows have not",
       [](MmaOperands& mma) { mma.b_transposed = false, mma.b_slab = 0, mma.steps = 2; },
       cause::kMma, kOperand},
      {"a K-step that A's rows have not",
       [](MmaOperands& mma) { mma.a_transposed = false, mma.first_step = 2, mma.a_layout = 2; },
       cause::kMma, kOperand},
      {"A's slab pitch, not transposed",
       [](MmaOperands& mma) { mma.a_transposed = false, mma.a_slab = 16; }, cause::kMma, kOperand},
      {"B's slab pitch, not transposed",
       [](MmaOperands& mma) { mma.b_transposed = false, mma.b_slab = 0x20000; }, cause::kMma,
       kOperand},
      {"a bit between", [](MmaOperands& mma) { mma.a_high = 8; }, cause::kMma, kOperand},
      {"a scale tile", [](MmaOperands& mma) { mma.b_scales = 16; }, cause::kMma, kOperand},
      {"a scale format", [](MmaOperands& mma) { mma.scale_format = 1; }, cause::kMma, kOperand},
      {"A's end", [](MmaOperands& mma) { mma.a = kSharedSize - 2 * kStep + 16, mma.steps = 2; },
       cause::kStoreAccess, kSharedStart + kSharedSize - 2 * kStep + 16},
      {"B's end with its first K-step",
       [](MmaOperands& mma) { mma.b = kSharedSize - 4 * kStep + 16, mma.first_step = 3; },
       cause::kStoreAccess, kSharedStart + kSharedSize - 4 * kStep + 16},
      {"the end of B's second slab",
       [](MmaOperands& mma) {
         mma.n = 32;
         mma.a_format = mma.b_format = 0;
         mma.b = kSharedSize - 1024;
         mma.b_slab = 528;
       },
       cause::kStoreAccess, kSharedStart + kSharedSize - 1024},
      {"a slab pitch as great as can be",
       [](MmaOperands& mma) {
         mma.n = 32;
         mma.a_format = mma.b_format = 0;
         mma.b_slab = 0x3fff0;
       },
       cause::kStoreAccess, kSharedStart + 0x400},
  };
  const MmaOperands right{.a_format = 4,
                          .b_format = 4,
                          .m = 16,
                          .n = 16,
                          .a_transposed = true,
                          .b_transposed = true,
                          .a = 0x100,
                          .b = 0x400};
  for (const MmaFaultCase& wrong : cases) check_mma_fault(make, config, right, wrong);
}

/// Of S8 with two K-steps, and of FP16 where it says so; A has 16 rows.
inline void check_sparse_faults(MakeDevice make, const char* config, std::uint32_t byte_format) {
  const MmaFaultCase cases[] = {
      {"a K-step that B's rows have not", [](MmaOperands& mma) { mma.b_layout = 2; }, cause::kMma,
       kOperand},
      {"not one K-step", [](MmaOperands& mma) { mma.b_layout = 1, mma.steps = 1; }, cause::kMma,
       kOperand},
      {"a third K-step", [](MmaOperands& mma) { mma.a_layout = 3, mma.first_step = 1; },
       cause::kMma, kOperand},
      {"a K-step that A's rows have not", [](MmaOperands& mma) { mma.a_layout = 0; }, cause::kMma,
       kOperand},
      {"a scale tile of B", [](MmaOperands& mma) { mma.b_scales = 16; }, cause::kMma, kOperand},
      {"a bit above A's", [](MmaOperands& mma) { mma.a_high = 2; }, cause::kMma, kOperand},
      {"a sparse B", [](MmaOperands& mma) { mma.b_high = 1; }, cause::kMma, kOperand},
      {"TF32", [](MmaOperands& mma) { mma.a_format = mma.b_format = 2; }, cause::kMma, kOperand},
      {"FP4", [](MmaOperands& mma) { mma.a_format = mma.b_format = 9; }, cause::kMma, kOperand},
      {"S4", [](MmaOperands& mma) { mma.a_format = mma.b_format = 14; }, cause::kMma, kOperand},
      {"a scale format",
       [](MmaOperands& mma) {
         mma.a_format = mma.b_format = 4;
         mma.scale_format = 1;
       },
       cause::kMma, kOperand},
      {"the end of the metadata", [](MmaOperands& mma) { mma.a_scales = kSharedSize - 0xf0; },
       cause::kStoreAccess, kSharedStart + kSharedSize - 0xf0},
      {"the end of the metadata of FP16",
       [](MmaOperands& mma) {
         mma.a_format = mma.b_format = 0;
         mma.a_scales = kSharedSize - 0x70;
       },
       cause::kStoreAccess, kSharedStart + kSharedSize - 0x70},
      {"B's end, transposed",
       [](MmaOperands& mma) {
         mma.b_transposed = true;
         mma.b_layout = 0;
         mma.b = kSharedSize - 4 * 32 * 32 + 16;
       },
       cause::kStoreAccess, kSharedStart + kSharedSize - 4 * 32 * 32 + 16},
      {"the tiles come first",
       [](MmaOperands& mma) {
         mma.a_scales = kSharedSize;
         mma.b = kSharedSize - 16;
       },
       cause::kStoreAccess, kSharedStart + kSharedSize - 16},
  };
  const MmaOperands right{.a_format = byte_format,
                          .b_format = byte_format,
                          .steps = 2,
                          .m = 16,
                          .n = 16,
                          .a = 0x100,
                          .a_layout = 2,
                          .b = 0x800,
                          .b_layout = 3,
                          .sparse = true,
                          .a_scales = 0x500};
  for (const MmaFaultCase& wrong : cases) check_mma_fault(make, config, right, wrong);
}

/// On a device that has none.
inline void check_no_sparse(MakeDevice make, const char* config) {
  const MmaFaultCase cases[] = {
      {"A sparse", [](MmaOperands&) {}, cause::kMma, kOperand},
      {"with metadata", [](MmaOperands& mma) { mma.a_scales = 0x100; }, cause::kMma, kOperand},
  };
  const MmaOperands right{
      .a_format = 0, .b_format = 0, .a = 0x100, .b = 0x400, .b_layout = 2, .sparse = true};
  for (const MmaFaultCase& wrong : cases) check_mma_fault(make, config, right, wrong);
}

/// Of NVFP4: 4 scales of a row for a K-step. Needs a configuration with formats with scales.
inline void check_scale_faults(MakeDevice make, const char* config) {
  const MmaFaultCase cases[] = {
      {"no scale format", [](MmaOperands& mma) { mma.scale_format = 3; }, cause::kMma, kOperand},
      {"UE4M3 of bytes", [](MmaOperands& mma) { mma.a_format = mma.b_format = 8; }, cause::kMma,
       kOperand},
      {"E8M0 of FP16",
       [](MmaOperands& mma) {
         mma.a_format = mma.b_format = 0;
         mma.scale_format = 1;
       },
       cause::kMma, kOperand},
      {"UE4M3 of S4", [](MmaOperands& mma) { mma.a_format = mma.b_format = 14; }, cause::kMma,
       kOperand},
      {"above A's scales", [](MmaOperands& mma) { mma.a_high = 8; }, cause::kMma, kOperand},
      {"slab pitch of A", [](MmaOperands& mma) { mma.a_slab = 0x20000; }, cause::kMma, kOperand},
      {"FP4 transposed",
       [](MmaOperands& mma) {
         mma.scale_format = 0;
         mma.a_scales = mma.b_scales = 0;
         mma.a_transposed = true;
       },
       cause::kMma, kOperand},
      {"FP4 with scales transposed", [](MmaOperands& mma) { mma.b_transposed = true; }, cause::kMma,
       kOperand},
      {"bytes with scales transposed",
       [](MmaOperands& mma) {
         mma.a_format = mma.b_format = 4;
         mma.scale_format = 1;
         mma.a_transposed = true;
       },
       cause::kMma, kOperand},
      {"above B's scales", [](MmaOperands& mma) { mma.b_high = 1; }, cause::kMma, kOperand},
      {"A's end", [](MmaOperands& mma) { mma.a_scales = kSharedSize - 0xf0; }, cause::kStoreAccess,
       kSharedStart + kSharedSize - 0xf0},
      {"B's end", [](MmaOperands& mma) { mma.b_scales = kSharedSize - 0x70; }, cause::kStoreAccess,
       kSharedStart + kSharedSize - 0x70},
      {"the end of one row",
       [](MmaOperands& mma) {
         mma.a_format = mma.b_format = 4;
         mma.scale_format = 1;
         mma.a_scales = kSharedSize - 0x40;
         mma.b_scales = kSharedSize - 0x10;
       },
       cause::kStoreAccess, kSharedStart + kSharedSize - 0x10},
      {"both ends",
       [](MmaOperands& mma) {
         mma.a_scales = 0x3fff0;
         mma.b_scales = kSharedSize;
       },
       cause::kStoreAccess, kSharedStart + 0x3fff0},
      {"the tiles come first",
       [](MmaOperands& mma) {
         mma.a_scales = kSharedSize;
         mma.b = kSharedSize - 16;
       },
       cause::kStoreAccess, kSharedStart + kSharedSize - 16},
      {"the fields come first",
       [](MmaOperands& mma) {
         mma.a_scales = kSharedSize;
         mma.lane = 4;
       },
       cause::kMma, kOperand},
  };
  const MmaOperands right{.a_format = 9,
                          .b_format = 9,
                          .m = 16,
                          .n = 8,
                          .scale_format = 2,
                          .a = 0x200,
                          .b = 0x600,
                          .a_scales = kSharedSize - 0x100,
                          .b_scales = kSharedSize - 0x80};
  for (const MmaFaultCase& wrong : cases) check_mma_fault(make, config, right, wrong);
}

inline void check_other_faults(MakeDevice make) {
  const struct {
    const char* name;
    Op op;
    std::uint32_t rs1, rs2;
    std::uint32_t cause;
  } cases[] = {
      {"commit misaligned", Op::kTensorCommit, kSharedStart + 12, 0, cause::kStoreMisaligned},
      {"commit, both", Op::kTensorCommit, kData + 4, 0, cause::kStoreMisaligned},
      {"commit in global memory", Op::kTensorCommit, kData, 0, cause::kStoreAccess},
      {"commit in local memory", Op::kTensorCommit, 0xe0000000, 0, cause::kStoreAccess},
      {"commit behind the end", Op::kTensorCommit, kSharedStart + kSharedSize, 0,
       cause::kStoreAccess},
      {"no columns", Op::kTensorAlloc, 0, 0, cause::kTensorMemory},
      {"no power of two", Op::kTensorAlloc, 48, 0, cause::kTensorMemory},
      {"too many columns", Op::kTensorAlloc, 256, 0, cause::kTensorMemory},
      {"columns that are another's", Op::kTensorDealloc, 32, 32, cause::kTensorMemory},
      {"no start of a run", Op::kTensorDealloc, 16, 32, cause::kTensorMemory},
      {"within a block", Op::kTensorDealloc, 8, 8, cause::kTensorMemory},
      {"no size of a run", Op::kTensorDealloc, 0, 24, cause::kTensorMemory},
      {"a run of none", Op::kTensorDealloc, 0, 0, cause::kTensorMemory},
      {"more than there is", Op::kTensorDealloc, 0, 64, cause::kTensorMemory},
      {"behind the columns", Op::kTensorDealloc, 128, 16, cause::kTensorMemory},
      {"load of a lane", Op::kTensorLd, 64u << 16, 0, cause::kTensorMemory},
      {"load of a column", Op::kTensorLd, 128, 0, cause::kTensorMemory},
      {"load of another's column", Op::kTensorLd, 32, 0, cause::kTensorMemory},
      {"store of a lane", Op::kTensorSt, 0xffff0000, 0, cause::kTensorMemory},
      {"store of another's column", Op::kTensorSt, 127, 0, cause::kTensorMemory},
  };
  for (const auto& wrong : cases) {
    INFO(wrong.name);
    Bench bench(make, "ecp5");
    std::uint32_t pc = 0;
    const LaunchResult result = bench.run_one([&](Assembler& code) {
      alloc(code, 17, 32);
      const auto others = code.new_label();
      code.li(29, kIssuer);
      code.branch(Op::kBne, kTid, 29, others);
      code.li(10, wrong.rs1);
      code.li(12, wrong.rs2);
      pc = code.pc();
      code.emit(wrong.op, {.rd = isa::info(wrong.op).writes_rd ? 11u : 0u,
                           .rs1 = 10,
                           .rs2 = isa::info(wrong.op).reads_rs2 ? 12u : 0u});
      code.place(others);
    });
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == wrong.cause);
    CHECK(result.fault.mask == 1u << kIssuer);
    CHECK(result.fault.pc == pc);
    CHECK(result.fault.address == wrong.rs1);
  }
}

}  // namespace heddle::functional::tensor_bench
