// What passes between the timed model's modules in one cycle: events, rows, requests. Names and
// meanings: docs/architecture/. A struct with `valid` and no ready is an event. Lane data: element
// l is lane l, only the first `lanes` elements are used; thread masks: bit t is thread t of the
// warp.
#pragma once

#include <array>
#include <cstdint>

#include "device/device.hpp"
#include "isa/instructions.hpp"

namespace heddle::timed {

using Lanes = std::array<std::uint32_t, 32>;
using LineData = std::array<std::uint8_t, 64>;

/// A decoded instruction in the buffer (heddle_pkg::decoded_t with its context).
struct Decoded {
  isa::Instruction instruction;
  bool drain = false;
  bool fault = false;
  std::uint32_t cause = 0;
  std::uint32_t fault_address = 0;
};
struct Packet {  ///< warp_control -> decode
  bool valid = false;
  std::uint32_t warp = 0, word = 0, pc = 0, mask = 0, depth = 0;
  bool fault = false;
  std::uint32_t cause = 0;
};
struct DecodedEvent {  ///< decode -> instruction_buffer; instruction_buffer -> operand_collector
  bool valid = false;
  std::uint32_t warp = 0, pc = 0, mask = 0, depth = 0;
  Decoded decoded;
};
struct FetchEvent {  ///< warp_control -> instruction_cache
  bool valid = false;
  std::uint32_t warp = 0, pc = 0;
};
struct FetchResponse {  ///< instruction_cache -> warp_control
  enum class Kind : std::uint8_t { kHit, kMiss, kFault };
  bool valid = false;
  std::uint32_t warp = 0;
  Kind kind = Kind::kHit;
  std::uint32_t word = 0, cause = 0;
};
enum class SelectMode : std::uint8_t { kMerge = 0, kTable = 1, kFollow = 2, kAppoint = 3 };
struct SelectRequest {  ///< warp_control -> reconvergence
  bool valid = false;
  std::uint32_t warp = 0;
  SelectMode mode = SelectMode::kMerge;
  std::uint32_t eligible = 0, active = 0, redo = 0, leader = 0, pc = 0, depth = 0;
};
struct SelectResult {  ///< reconvergence -> warp_control
  bool valid = false;
  std::uint32_t warp = 0, active = 0, pc = 0, depth = 0;
  bool stop_valid = false;
  std::uint32_t stop_pc = 0, leader = 0;
};
struct WarpEvent {  ///< pick, store_done
  bool valid = false;
  std::uint32_t warp = 0;
};
struct ReleaseEvent {  ///< fixed release, variable release
  bool valid = false;
  std::uint32_t warp = 0, rd = 0;
  bool writes_rd = false;
};
/// The operand row (execute.md).
struct Row {
  bool valid = false;
  std::uint32_t warp = 0;
  isa::Instruction instruction;
  std::uint32_t pc = 0, depth = 0, beat = 0;
  bool first = false, last = false;
  std::uint32_t mask = 0;  ///< by lane
  std::uint32_t group_mask = 0;
  Lanes a{}, b{}, c{};
};
/// A row of results for the register file.
struct ResultRow {
  bool valid = false;
  std::uint32_t warp = 0, rd = 0;
  bool writes_rd = false;
  std::uint32_t beat = 0;
  bool last = false;
  std::uint32_t mask = 0;  ///< by lane
  Lanes data{};
  bool is_float = false;                 ///< of the divider's rows: `flags` count
  std::array<std::uint8_t, 32> flags{};  ///< by lane; of the divider's rows only
};
struct BranchRow {  ///< branch_unit -> reconvergence
  bool valid = false;
  std::uint32_t warp = 0, beat = 0, mask = 0;
  Lanes next_pc{};
  std::uint32_t next_depth = 0;
};
enum class ControlKind : std::uint8_t {
  kJump = 0,
  kBarrier = 1,
  kExit = 2,
  kArrive = 3,
  kSync = 4
};
struct ControlEvent {  ///< branch_unit -> warp_control, barrier, fault_unit
  bool valid = false;
  std::uint32_t warp = 0;
  ControlKind kind = ControlKind::kJump;
  std::uint32_t mask = 0;
  bool uniform = false;
  std::uint32_t next_pc = 0, next_depth = 0, status = 0;
  std::uint32_t a = 0, b = 0;  ///< operands of the lowest thread
};
struct FaultEvent {
  bool valid = false;
  std::uint32_t cause = 0, warp = 0, mask = 0, pc = 0, address = 0;
};
struct TidEvent {  ///< dispatcher -> csr_unit
  bool valid = false;
  std::uint32_t index = 0, x = 0, y = 0, z = 0;
};
struct LaunchEvent {  ///< dispatcher -> everyone who keeps something per warp
  bool valid = false;
  std::uint32_t warp = 0, warp_in_cta = 0, mask = 0, cta = 0;
  Dim3 ctaid{0, 0, 0};
  std::uint32_t shared_base = 0;
};
struct CtaEvent {  ///< barrier: cta_done
  bool valid = false;
  std::uint32_t cta = 0;
};
struct BarrierRelease {  ///< barrier -> warp_control
  bool valid = false;
  std::uint32_t cta = 0, id = 0;
};
/// One beat of a memory instruction after address generation.
struct MemoryRow {
  bool valid = false;
  std::uint32_t warp = 0;
  isa::Op op = isa::Op::kIllegal;
  std::uint32_t rd = 0;
  bool writes_rd = false;
  std::uint32_t pc = 0, beat = 0;
  bool last = false;
  std::uint32_t shared_mask = 0, global_mask = 0;  ///< by lane
  Lanes address{}, data{};
  bool any_shared = false, any_global = false;  ///< of the whole instruction; set by memory_queue
};
struct MemoryOpEvent {  ///< address_unit -> memory_queue
  bool valid = false;
  bool any_shared = false, any_global = false;
};
struct LineRequest {  ///< coalescer or instruction_cache -> crossbar -> axi_master
  bool valid = false;
  bool instruction = false;  ///< source: the instruction cache
  bool write = false;
  std::uint32_t line = 0;  ///< address / 64
  std::uint32_t tag = 0;
  LineData data{};
  std::uint64_t strobe = 0;
};
struct LineResponse {  ///< axi_master -> crossbar -> load_return or instruction_cache
  bool valid = false;
  bool instruction = false;
  bool write = false;
  bool error = false;
  std::uint32_t tag = 0;
  LineData data{};
};
/// Launch registers as host_interface shows them to the others.
struct LaunchRegisters {
  std::uint32_t entry = 0, argptr = 0;
  Dim3 grid{0, 0, 0}, block{0, 0, 0};
  std::uint32_t threads = 0, warps_per_cta = 0, resident_ctas = 0, shared_size = 0, local_base = 0,
                local_shift = 0;
};

/// One side of an AXI4 port for one cycle; widths as the configuration says. `w_data` and `r_data`
/// hold one beat.
struct AxiMasterOut {
  bool ar_valid = false;
  std::uint32_t ar_id = 0, ar_addr = 0, ar_len = 0;
  bool aw_valid = false;
  std::uint32_t aw_id = 0, aw_addr = 0, aw_len = 0;
  bool w_valid = false, w_last = false;
  LineData w_data{};
  std::uint64_t w_strobe = 0;
  bool r_ready = false, b_ready = false;
};
struct AxiSlaveOut {
  bool ar_ready = false, aw_ready = false, w_ready = false;
  bool r_valid = false, r_last = false;
  std::uint32_t r_id = 0, r_resp = 0;
  LineData r_data{};
  bool b_valid = false;
  std::uint32_t b_id = 0, b_resp = 0;
};

}  // namespace heddle::timed
