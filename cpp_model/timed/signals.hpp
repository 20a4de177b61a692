// What passes between the timed model's modules in one cycle: events, rows, requests. Names and
// meanings: docs/architecture/. A struct with `valid` and no ready is an event. Lane data: element
// l is lane l, only the first `lanes` elements are used; thread masks: bit t is thread t of the
// warp.
#pragma once

#include <array>
#include <cstdint>

#include "device/device.hpp"
#include "isa/bulk_copy.hpp"
#include "isa/instructions.hpp"
#include "isa/lane_kernels.hpp"
#include "isa/lanes.hpp"
#include "isa/tensor.hpp"

namespace heddle::timed {

using isa::Lanes;
inline constexpr std::uint32_t kLineBytes = 64;
using LineData = std::array<std::uint8_t, kLineBytes>;
inline constexpr std::uint32_t kFloatAddLatency = 9;  ///< FLOAT_ADD_LATENCY: adders of amofadd.w

/// What is known of an instruction word, worked out once (heddle_pkg::decoded_t). Modules pass a
/// pointer to it, which stays valid as long as the device.
struct Decoded {
  Decoded() = default;
  explicit Decoded(const isa::Instruction& decoded);

  isa::Instruction instruction;
  std::uint32_t registers = 0;       ///< bit r: register r is a source or the destination
  isa::LaneKernel kernel = nullptr;  ///< as find_lane_kernel says; null also if rd is not written
  bool changes_control = false;      ///< for the branch unit
};
struct Packet {  ///< warp_control -> decode
  bool valid = false;
  std::uint32_t warp = 0, pc = 0, mask = 0, depth = 0;
  const Decoded* decoded = nullptr;  ///< null with `fault`
  bool fault = false;
  std::uint32_t cause = 0;
};
struct DecodedEvent {  ///< decode -> instruction_buffer; instruction_buffer -> operand_collector
  bool valid = false;
  std::uint32_t warp = 0, pc = 0, mask = 0, depth = 0;
  const Decoded* decoded = nullptr;  ///< with `fault`: of no instruction, but with its word
  bool drain = false;
  bool fault = false;
  std::uint32_t cause = 0, fault_address = 0;
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
  const Decoded* decoded = nullptr;  ///< of a hit
  std::uint32_t cause = 0;
};
/// What the host can read of a warp.
struct WarpView {
  std::uint32_t pc = 0, active = 0, alive = 0;
};
enum class SelectMode : std::uint8_t {
  kMerge = 0,
  kTable = 1,
  kFollow = 2,
  kAppoint = 3,
  kMatch = 4
};
struct SelectRequest {  ///< warp_control -> reconvergence
  bool valid = false;
  std::uint32_t warp = 0;
  SelectMode mode = SelectMode::kMerge;
  std::uint32_t eligible = 0, active = 0, redo = 0, leader = 0, pc = 0, depth = 0;
};
struct SelectResult {  ///< reconvergence -> warp_control
  bool valid = false;
  std::uint32_t warp = 0;
  SelectMode mode = SelectMode::kMerge;  ///< of the request
  std::uint32_t active = 0, pc = 0, depth = 0;
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
  bool pair = false;  ///< of rd - 1, too
};
/// The operand row (execute.md). The operands are where the register file has them; behind the
/// row's lanes there is something else, up to 32 values in all.
struct Row {
  bool valid = false;
  std::uint32_t warp = 0;
  const Decoded* decoded = nullptr;
  std::uint32_t pc = 0, depth = 0, beat = 0;
  bool first = false, last = false;
  bool high = false;       ///< the upper registers of a pair, before the lower ones
  std::uint32_t mask = 0;  ///< by lane
  std::uint32_t group_mask = 0;
  const std::uint32_t* a = nullptr;
  const std::uint32_t* b = nullptr;
  const std::uint32_t* c = nullptr;
};
/// A row of results for the register file.
struct ResultRow {
  bool valid = false;
  std::uint32_t warp = 0, rd = 0;
  bool writes_rd = false;
  std::uint32_t beat = 0;
  bool last = false;
  bool pair = false;       ///< one of two rows for a pair of registers
  std::uint32_t mask = 0;  ///< by lane
  /// By lane: flags of a float row of the divider, which keeps them until it has its next row; null
  /// for any other.
  const std::uint8_t* flags = nullptr;
  Lanes data{};
};
struct BranchRow {  ///< branch_unit -> reconvergence
  bool valid = false;
  std::uint32_t warp = 0, beat = 0, mask = 0;
  std::uint32_t next_depth = 0;
  /// By lane: rs1 of a warpsync, in the register file, where it stays as long as the warp is not
  /// sent on; null for any other instruction.
  const std::uint32_t* sync_mask = nullptr;
  Lanes next_pc{};
};
enum class ControlKind : std::uint8_t {
  kJump = 0,
  kBarrier = 1,
  kExit = 2,
  kSync = 3,
  kArrive = 4
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
/// One beat of a memory instruction after address generation, but for what only amocas has.
struct PlainMemoryRow {
  bool valid = false;
  std::uint32_t warp = 0;
  isa::Op op = isa::Op::kIllegal;
  std::uint32_t rd = 0;
  bool writes_rd = false;
  std::uint32_t pc = 0, beat = 0;
  bool last = false;
  bool high = false;  ///< data and compare are the upper words of a pair; there is no address
  std::uint32_t shared_mask = 0, global_mask = 0;  ///< by lane
  Lanes address{}, data{};
};
/// The whole row. Rows are copied often: `compare` goes along only if it means something.
struct MemoryRow : PlainMemoryRow {
  MemoryRow() = default;
  MemoryRow(const MemoryRow& other) : PlainMemoryRow(other) { copy_compare(other); }
  MemoryRow& operator=(const MemoryRow& other) {
    PlainMemoryRow::operator=(other);
    copy_compare(other);
    return *this;
  }

  Lanes compare{};  ///< of amocas

 private:
  void copy_compare(const MemoryRow& other) {
    if (isa::info(op).rs3_is_rd) compare = other.compare;
  }
};
struct MemoryOpEvent {  ///< address_unit -> memory_queue
  bool valid = false;
  bool any_shared = false, any_global = false;
};
/// Who asks for a line; numbered as the RTL does.
enum class LineSource : std::uint8_t { kData = 0, kInstruction = 1, kCopy = 2 };
/// coalescer -> l1_cache, or instruction_cache, or copy_engine, -> crossbar -> l2_slice
struct LineRequest {
  bool valid = false;
  LineSource source = LineSource::kData;
  bool write = false, atomic = false;
  isa::Op op = isa::Op::kIllegal;  ///< of an atomic
  std::uint32_t word = 0;          ///< of the line: the one that an atomic is about
  std::uint32_t line = 0;          ///< address / 64
  std::uint32_t tag = 0;
  LineData data{};
  std::uint64_t strobe = 0;
};
/// l2_slice -> crossbar -> l1_cache -> load_return, or instruction_cache, or copy_engine
struct LineResponse {
  bool valid = false;
  LineSource source = LineSource::kData;
  bool write = false;
  bool error = false;
  std::uint32_t tag = 0;
  LineData data{};
};
struct CopyCommand {  ///< copy_queue -> copy_walker
  isa::BulkCopy copy;
  std::uint32_t warp = 0, thread = 0, pc = 0;
  std::uint32_t cta = 0;          ///< slot
  std::uint32_t shared_base = 0;  ///< of the CTA
};
struct CopyPiece {  ///< copy_walker -> copy_writer
  std::uint32_t job = 0;
  isa::BulkPiece box;
  std::array<std::uint32_t, 4> place{};  ///< by unit: address in the SM's shared memory
};
/// copy_engine -> shared_memory: what a pass is to do.
struct CopyPass {
  bool complete = false;                 ///< bytes of an mbarrier, at place[0]; else a copy pass
  std::uint32_t bytes = 0;               ///< with `complete`
  std::uint32_t units = 0;               ///< mask: to be written; by unit:
  std::array<std::uint32_t, 4> place{};  ///< address in the SM's shared memory
  LineData data{};
};
struct MmaCommand {  ///< mma_queue -> mma_control
  bool commit = false;
  isa::TensorMma mma;          ///< unless `commit`
  std::uint32_t mbarrier = 0;  ///< address as the instruction has it; with `commit`
  std::uint32_t warp = 0, thread = 0, pc = 0;
  std::uint32_t cta = 0;          ///< slot
  std::uint32_t shared_base = 0;  ///< of the CTA
};
struct MmaStep {  ///< mma_control -> operand_loader, mma_sequencer
  MmaCommand command;
  std::uint32_t k_step = 0;     ///< 32 bytes of the tiles' rows
  std::uint32_t block = 0;      ///< step_i
  bool reads = false;           ///< accumulators
  bool last = false;            ///< of the command
  std::uint32_t half = 0;       ///< of B's buffer
  std::uint32_t tile_step = 0;  ///< for B's loader: which of the K-steps of B's tile in this one
};
inline constexpr std::uint32_t kMaxBatchUnits = 24;  ///< of 16 bytes, of eight rows with scales
using OperandUnit = std::array<std::uint8_t, isa::kOperandUnit>;
struct OperandBatch {          ///< what a loader's pass is of
  bool b = false;              ///< of B's loader
  std::uint32_t row = 0;       ///< of the buffer: the batch's first one
  std::uint32_t tile_row = 0;  ///< that of the tile
  std::uint32_t k_step = 0;
  std::uint32_t scale_bytes = 0;  ///< of scales or metadata, of a row for the K-step; 0: no units
  std::uint32_t scale_pitch = 0;  ///< of their rows in shared memory
  bool metadata = false;          ///< that is what they are
  // Of a transposed operand: bytes of an element, else 0; the step's element of which the first
  // unit is; where in each unit the batch's elements begin.
  std::uint32_t element_bytes = 0, element = 0, unit_byte = 0;
  bool last = false;      ///< no unit of the batch comes behind this pass
  bool step_end = false;  ///< with `last`: nor of its step
};
/// tensor_core -> shared_memory: what a pass is to do.
struct TensorPass {
  bool arrival = false;     ///< at the mbarrier at place[0]; else an operand pass
  OperandBatch batch;       ///< of an operand pass; likewise:
  std::uint32_t units = 0;  ///< mask: to be read; by unit:
  std::array<std::uint32_t, kMaxBatchUnits> place{};  ///< address in the SM's shared memory
};
/// shared_memory -> tensor_core: what an operand pass has read.
struct OperandUnits {
  OperandBatch batch;
  std::uint32_t units = 0;  ///< mask
  std::array<OperandUnit, kMaxBatchUnits> data{};
};
struct MemoryRequest {  ///< l2_slice -> axi_master
  bool write = false;
  std::uint32_t line = 0;
  std::uint32_t id = 0;
  LineData data{};
  std::uint64_t strobe = 0;
};
struct MemoryResponse {  ///< axi_master -> l2_slice
  bool valid = false;
  bool write = false;
  bool error = false;
  std::uint32_t id = 0;
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
