// Picks the warp that issues: round robin over warps whose head was free of hazards a cycle ago
// and whose unit can take it.
//
// A warp is left out in the cycle after its pick (its head is just being popped), so `ready` never
// speaks of an instruction that is gone. Credits keep the operand collector's issue queue, the memory
// queue and the queues of warp unit, SFU, copy engine and matrix engine from overflowing; the divider takes
// one instruction at a time. The memory queue has place for the rows of one pair more, and so takes one
// instruction on pairs at a time. Without bulk copies (COPY_TAGS = 0) and without a matrix engine
// (TENSOR_M = 0) no head is for these, and all pairs are for the memory queue.
`default_nettype none
module warp_scheduler (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,
  input logic halt_i,

  // From instruction_buffer and scoreboard
  input logic [heddle_pkg::WARPS-1:0] head_valid_i,
  input logic [heddle_pkg::WARPS-1:0] head_memory_i,
  input logic [heddle_pkg::WARPS-1:0] head_divide_i,
  input logic [heddle_pkg::WARPS-1:0] head_warp_unit_i,
  input logic [heddle_pkg::WARPS-1:0] head_sfu_i,
  input logic [heddle_pkg::WARPS-1:0] head_copy_i,
  input logic [heddle_pkg::WARPS-1:0] head_mma_i,
  input logic [heddle_pkg::WARPS-1:0] head_tensor_i,
  input logic [heddle_pkg::WARPS-1:0] head_pair_i,
  input logic [heddle_pkg::WARPS-1:0] hazard_i,

  // From parking
  input logic [heddle_pkg::WARPS-1:0] parked_i,

  // From operand_collector, memory_queue, divider, warp_unit, sfu, copy_engine and tensor_core (events)
  input logic accepted_valid_i,
  input logic op_done_valid_i,
  input logic op_done_pair_i,
  input logic divider_done_valid_i,
  input logic warp_op_done_valid_i,
  input logic sfu_op_done_valid_i,
  input logic copy_op_done_valid_i,
  input logic mma_op_done_valid_i,
  input logic tensor_op_done_valid_i,

  // To instruction_buffer, scoreboard and warp_control (event)
  output logic pick_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] pick_warp_o,

  // To stall_monitor
  output logic [heddle_pkg::WARPS-1:0] ready_o,
  output logic [heddle_pkg::WARPS-1:0] pickable_o,  // ready, and the unit is free
  output logic [heddle_pkg::WARPS-1:0] ready_memory_o  // of a ready warp: unit MEMORY
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned ISSUE_QUEUE = (BEATS == 1) ? 8 : (BEATS == 2) ? 4 : 2;
  localparam int unsigned ISSUE_BITS = $clog2(ISSUE_QUEUE + 1);
  localparam int unsigned LSU_BITS = $clog2(heddle_pkg::LSU_QUEUE + 1);
  localparam int unsigned WARP_CREDIT_BITS = $clog2(heddle_pkg::WARP_QUEUE + 1);
  localparam int unsigned SFU_BITS = $clog2(heddle_pkg::SFU_QUEUE + 1);
  localparam int unsigned COPY_BITS = $clog2(heddle_pkg::COPY_QUEUE + 1);
  localparam int unsigned MMA_BITS = $clog2(heddle_pkg::MMA_QUEUE + 1);
  localparam int unsigned TENSOR_BITS = $clog2(heddle_pkg::TENSOR_QUEUE + 1);
  localparam bit COPIES = heddle_pkg::COPY_TAGS != 0;
  localparam bit MATRIX = heddle_pkg::MATRIX_ENGINE;
  localparam logic [WARPS-1:0] ONE = WARPS'(1);

  logic [WARPS-1:0] ready_d, ready_q, memory_q, divide_q, warp_unit_q, sfu_q, copy_q, pair_q;
  logic [WARPS-1:0] mma_q, tensor_q;
  logic [WARPS-1:0] pickable, picked_bit, popped_bit;
  logic [ISSUE_BITS-1:0] issue_credits_d, issue_credits_q;
  logic [LSU_BITS-1:0] lsu_credits_d, lsu_credits_q;
  logic [WARP_CREDIT_BITS-1:0] warp_credits_d, warp_credits_q;
  logic [SFU_BITS-1:0] sfu_credits_d, sfu_credits_q;
  logic [COPY_BITS-1:0] copy_credits_d, copy_credits_q;
  logic [MMA_BITS-1:0] mma_credits_d, mma_credits_q;
  logic [TENSOR_BITS-1:0] tensor_credits_d, tensor_credits_q;
  logic divider_busy_d, divider_busy_q, pair_busy_d, pair_busy_q;
  logic found, pick, picks_memory, picks_divide, picks_warp_unit, picks_sfu, picks_copy, picks_pair;
  logic picks_mma, picks_tensor;
  logic [WARP_BITS-1:0] found_warp, last_q;

  assign pickable = ready_q & ~((lsu_credits_q == '0) ? memory_q : '0)
      & ~(divider_busy_q ? divide_q : '0) & ~((warp_credits_q == '0) ? warp_unit_q : '0)
      & ~((sfu_credits_q == '0) ? sfu_q : '0) & ~((copy_credits_q == '0) ? copy_q : '0)
      & ~((mma_credits_q == '0) ? mma_q : '0) & ~((tensor_credits_q == '0) ? tensor_q : '0)
      & ~(pair_busy_q ? pair_q : '0);

  round_robin #(
    .COUNT(WARPS)
  ) u_pick (
    .request_i(pickable),
    .last_i(last_q),
    .valid_o(found),
    .index_o(found_warp)
  );

  assign pick = found && issue_credits_q != '0 && !halt_i;
  assign picked_bit = pick ? ONE << found_warp : '0;
  assign popped_bit = pick_valid_o ? ONE << pick_warp_o : '0;
  assign picks_memory = (picked_bit & memory_q) != '0;
  assign picks_divide = (picked_bit & divide_q) != '0;
  assign picks_warp_unit = (picked_bit & warp_unit_q) != '0;
  assign picks_sfu = (picked_bit & sfu_q) != '0;
  assign picks_copy = (picked_bit & copy_q) != '0;
  assign picks_mma = (picked_bit & mma_q) != '0;
  assign picks_tensor = (picked_bit & tensor_q) != '0;
  assign picks_pair = (picked_bit & pair_q) != '0;
  assign ready_d = head_valid_i & ~hazard_i & ~parked_i & ~picked_bit & ~popped_bit;

  always_comb begin : next_credits
    issue_credits_d = issue_credits_q;
    if (pick && !accepted_valid_i) issue_credits_d = issue_credits_q - ISSUE_BITS'(1);
    if (!pick && accepted_valid_i) issue_credits_d = issue_credits_q + ISSUE_BITS'(1);
    lsu_credits_d = lsu_credits_q;
    if (picks_memory && !op_done_valid_i) lsu_credits_d = lsu_credits_q - LSU_BITS'(1);
    if (!picks_memory && op_done_valid_i) lsu_credits_d = lsu_credits_q + LSU_BITS'(1);
    warp_credits_d = warp_credits_q;
    if (picks_warp_unit && !warp_op_done_valid_i) begin
      warp_credits_d = warp_credits_q - WARP_CREDIT_BITS'(1);
    end
    if (!picks_warp_unit && warp_op_done_valid_i) begin
      warp_credits_d = warp_credits_q + WARP_CREDIT_BITS'(1);
    end
    sfu_credits_d = sfu_credits_q;
    if (picks_sfu && !sfu_op_done_valid_i) sfu_credits_d = sfu_credits_q - SFU_BITS'(1);
    if (!picks_sfu && sfu_op_done_valid_i) sfu_credits_d = sfu_credits_q + SFU_BITS'(1);
    copy_credits_d = copy_credits_q;
    if (picks_copy && !copy_op_done_valid_i) copy_credits_d = copy_credits_q - COPY_BITS'(1);
    if (!picks_copy && copy_op_done_valid_i) copy_credits_d = copy_credits_q + COPY_BITS'(1);
    if (!COPIES) copy_credits_d = COPY_BITS'(heddle_pkg::COPY_QUEUE);
    mma_credits_d = mma_credits_q;
    if (picks_mma && !mma_op_done_valid_i) mma_credits_d = mma_credits_q - MMA_BITS'(1);
    if (!picks_mma && mma_op_done_valid_i) mma_credits_d = mma_credits_q + MMA_BITS'(1);
    tensor_credits_d = tensor_credits_q;
    if (picks_tensor && !tensor_op_done_valid_i) begin
      tensor_credits_d = tensor_credits_q - TENSOR_BITS'(1);
    end
    if (!picks_tensor && tensor_op_done_valid_i) begin
      tensor_credits_d = tensor_credits_q + TENSOR_BITS'(1);
    end
    if (!MATRIX) begin
      mma_credits_d = MMA_BITS'(heddle_pkg::MMA_QUEUE);
      tensor_credits_d = TENSOR_BITS'(heddle_pkg::TENSOR_QUEUE);
    end
    divider_busy_d = (divider_busy_q && !divider_done_valid_i) || picks_divide;
    pair_busy_d = (pair_busy_q && !(op_done_valid_i && op_done_pair_i)) || picks_pair;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ready_q <= '0;
      issue_credits_q <= ISSUE_BITS'(ISSUE_QUEUE);
      lsu_credits_q <= LSU_BITS'(heddle_pkg::LSU_QUEUE);
      warp_credits_q <= WARP_CREDIT_BITS'(heddle_pkg::WARP_QUEUE);
      sfu_credits_q <= SFU_BITS'(heddle_pkg::SFU_QUEUE);
      copy_credits_q <= COPY_BITS'(heddle_pkg::COPY_QUEUE);
      mma_credits_q <= MMA_BITS'(heddle_pkg::MMA_QUEUE);
      tensor_credits_q <= TENSOR_BITS'(heddle_pkg::TENSOR_QUEUE);
      divider_busy_q <= 1'b0;
      pair_busy_q <= 1'b0;
      last_q <= WARP_BITS'(WARPS - 1);
      pick_valid_o <= 1'b0;
    end else if (start_i) begin
      ready_q <= '0;
      issue_credits_q <= ISSUE_BITS'(ISSUE_QUEUE);
      lsu_credits_q <= LSU_BITS'(heddle_pkg::LSU_QUEUE);
      warp_credits_q <= WARP_CREDIT_BITS'(heddle_pkg::WARP_QUEUE);
      sfu_credits_q <= SFU_BITS'(heddle_pkg::SFU_QUEUE);
      copy_credits_q <= COPY_BITS'(heddle_pkg::COPY_QUEUE);
      mma_credits_q <= MMA_BITS'(heddle_pkg::MMA_QUEUE);
      tensor_credits_q <= TENSOR_BITS'(heddle_pkg::TENSOR_QUEUE);
      divider_busy_q <= 1'b0;
      pair_busy_q <= 1'b0;
      last_q <= WARP_BITS'(WARPS - 1);
      pick_valid_o <= 1'b0;
    end else begin
      ready_q <= ready_d;
      issue_credits_q <= issue_credits_d;
      lsu_credits_q <= lsu_credits_d;
      warp_credits_q <= warp_credits_d;
      sfu_credits_q <= sfu_credits_d;
      copy_credits_q <= copy_credits_d;
      mma_credits_q <= mma_credits_d;
      tensor_credits_q <= tensor_credits_d;
      divider_busy_q <= divider_busy_d;
      pair_busy_q <= pair_busy_d;
      if (pick) last_q <= found_warp;
      pick_valid_o <= pick;
    end
  end

  always_ff @(posedge clk_i) begin
    memory_q <= head_memory_i;
    divide_q <= head_divide_i;
    warp_unit_q <= head_warp_unit_i;
    sfu_q <= head_sfu_i;
    copy_q <= COPIES ? head_copy_i : '0;
    mma_q <= MATRIX ? head_mma_i : '0;
    tensor_q <= MATRIX ? head_tensor_i : '0;
    pair_q <= (COPIES || MATRIX) ? head_pair_i & head_memory_i : head_pair_i;
    if (pick) pick_warp_o <= found_warp;
  end

  assign ready_o = ready_q;
  assign pickable_o = pickable;
  assign ready_memory_o = memory_q;

endmodule
`default_nettype wire
