// Faults of the matrix engine's instructions on the functional and on the timed device.
#include <catch2/catch.hpp>

#include "functional/tensor_fault_cases.hpp"

namespace {

using namespace heddle;
using namespace heddle::functional::tensor_bench;
using functional::DeviceBench;

}  // namespace

TEST_CASE("an MMA's faults name its lowest thread") { for_both(check_mma_faults); }

TEST_CASE("faults of scales") {
  for_both([](MakeDevice make) { check_scale_faults(make, "base"); });
}

TEST_CASE("faults of transposed operands") {
  for_both([](MakeDevice make) { check_transposed_faults(make, "base"); });
}

TEST_CASE("faults of a sparse A") {
  for_both([](MakeDevice make) { check_sparse_faults(make, "base", 12); });
}

TEST_CASE("a sparse A has half of the columns that B's buffer has") {
  for_both([](MakeDevice make) {
    const Config config = Config::load("base");
    for (const std::uint32_t n : {128, 136}) {
      Bench bench(make, "base");
      const LaunchResult result = bench.run([&](Assembler& code) {
        bench.prologue(code);
        alloc(code, 17, config.tensor_columns);
        const auto others = code.new_label();
        code.branch(Op::kBne, kTid, 0, others);
        multiply(code, {.n = n, .b_transposed = true, .b_layout = 3, .sparse = true});
        code.place(others);
        code.exit();
      });
      CHECK((result.status == LaunchStatus::kFault) == (n > 128));
      if (n > 128) CHECK(result.fault.cause == cause::kMma);
    }
  });
}

TEST_CASE("a sparse A is a fault of an engine without") {
  for_both([](MakeDevice make) { check_no_sparse(make, "ecp5"); });
}

TEST_CASE("faults of the other instructions") { for_both(check_other_faults); }

TEST_CASE("a fault of tensor.ld is that of the first row of lanes with one") {
  for_both([](MakeDevice make) {
    Bench bench(make, "ecp5");  // 8 lanes
    const LaunchResult result = bench.run_one([&](Assembler& code) {
      alloc(code, 17, 16);
      code.i(Op::kTensorLd, 21, kTid, 5);  // from thread 11 on outside of the columns
    });
    REQUIRE(result.status == LaunchStatus::kFault);
    CHECK(result.fault.cause == cause::kTensorMemory);
    CHECK(result.fault.mask == 0xf800);
    CHECK(result.fault.address == 16);
  });
}

TEST_CASE("without a matrix engine its instructions are illegal, and the message says why") {
  for_both([](MakeDevice make) {
    const Op ops[] = {Op::kTensorMma,     Op::kTensorCommit, Op::kTensorAlloc,
                      Op::kTensorDealloc, Op::kTensorLd,     Op::kTensorSt};
    for (const Op op : ops) {
      DeviceBench bench(make("nano"));
      std::uint32_t pc = 0;
      const LaunchResult result = bench.run([&](Assembler& code) {
        pc = code.pc();
        code.emit(op, {});
        code.exit();
      });
      REQUIRE(result.status == LaunchStatus::kFault);
      CHECK(result.fault.cause == cause::kIllegal);
      CHECK(result.fault.pc == pc);
      CHECK(result.fault.address == isa::info(op).match);
      CHECK_THAT(result.message, Catch::Contains("there is no matrix engine"));
    }
  });
}
