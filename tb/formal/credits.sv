// warp_scheduler's credits: no more instructions are under way to a queue than it holds, so that queues without a `ready`
// never overflow (the memory queue's has place for the rows of one pair more); no credit is lost; and a warp that could be picked is not passed over.
//
// Assumed is that a credit comes back only for an instruction under way.
`default_nettype none
module credits_proof (
  input logic clk_i,
  input logic start_i,
  input logic halt_i,
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
  input logic [heddle_pkg::WARPS-1:0] parked_i,
  input logic accepted_valid_i,
  input logic op_done_valid_i,
  input logic op_done_pair_i,
  input logic divider_done_valid_i,
  input logic warp_op_done_valid_i,
  input logic sfu_op_done_valid_i,
  input logic copy_op_done_valid_i,
  input logic mma_op_done_valid_i,
  input logic tensor_op_done_valid_i
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned ISSUE_QUEUE = (heddle_pkg::BEATS == 1) ? 8 : (heddle_pkg::BEATS == 2) ? 4 : 2;

  logic started_q, pick_valid;
  logic [heddle_pkg::WARP_BITS-1:0] pick_warp;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  warp_scheduler dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .halt_i,
    .head_valid_i,
    .head_memory_i,
    .head_divide_i,
    .head_warp_unit_i,
    .head_sfu_i,
    .head_copy_i,
    .head_mma_i,
    .head_tensor_i,
    .head_pair_i,
    .hazard_i,
    .parked_i,
    .accepted_valid_i,
    .op_done_valid_i,
    .op_done_pair_i,
    .divider_done_valid_i,
    .warp_op_done_valid_i,
    .sfu_op_done_valid_i,
    .copy_op_done_valid_i,
    .mma_op_done_valid_i,
    .tensor_op_done_valid_i,
    .pick_valid_o(pick_valid),
    .pick_warp_o(pick_warp)
  );

  // Reference, as of the cycle in which a pick is decided: heads and hazards as they were a cycle before it, what is picked
  // is known a cycle later. Instructions under way, those decided in the last cycle included:
  logic [WARPS-1:0] memory_q, divide_q, warp_unit_q, sfu_q, memory_q2, divide_q2, warp_unit_q2, sfu_q2;
  logic [WARPS-1:0] pair_q, pair_q2, copy_q, copy_q2, mma_q, mma_q2, tensor_q, tensor_q2;
  logic [7:0] issue_q, lsu_q, warp_q, sfu_ops_q, copy_ops_q, mma_ops_q, tensor_ops_q;
  logic divider_q, pair_op_q;
  logic [7:0] issue, lsu, warp_ops, sfu_ops, copy_ops, mma_ops, tensor_ops;
  logic divider, pair_op;

  assign issue = issue_q + 8'(pick_valid);
  assign lsu = lsu_q + 8'(pick_valid && memory_q2[pick_warp]);
  assign warp_ops = warp_q + 8'(pick_valid && warp_unit_q2[pick_warp]);
  assign sfu_ops = sfu_ops_q + 8'(pick_valid && sfu_q2[pick_warp]);
  assign copy_ops = copy_ops_q + 8'(pick_valid && copy_q2[pick_warp]);
  assign mma_ops = mma_ops_q + 8'(pick_valid && mma_q2[pick_warp]);
  assign tensor_ops = tensor_ops_q + 8'(pick_valid && tensor_q2[pick_warp]);
  assign pair_op = pair_op_q || (pick_valid && pair_q2[pick_warp]);
  assign divider = divider_q || (pick_valid && divide_q2[pick_warp]);

  logic [WARPS-1:0] ready_q;
  logic could_pick, could_pick_q, halted_q;
  assign could_pick = (ready_q & ~((lsu == 8'(heddle_pkg::LSU_QUEUE)) ? memory_q : '0) & ~(divider ? divide_q : '0)
      & ~(pair_op ? pair_q : '0)
      & ~((warp_ops == 8'(heddle_pkg::WARP_QUEUE)) ? warp_unit_q : '0)
      & ~((copy_ops == 8'(heddle_pkg::COPY_QUEUE)) ? copy_q : '0)
      & ~((mma_ops == 8'(heddle_pkg::MMA_QUEUE)) ? mma_q : '0)
      & ~((tensor_ops == 8'(heddle_pkg::TENSOR_QUEUE)) ? tensor_q : '0)
      & ~((sfu_ops == 8'(heddle_pkg::SFU_QUEUE)) ? sfu_q : '0) & ~(pick_valid ? WARPS'(1) << pick_warp : '0)) != '0
      && issue != 8'(ISSUE_QUEUE) && !halt_i;

  always_ff @(posedge clk_i) begin
    memory_q <= head_memory_i;
    divide_q <= head_divide_i;
    warp_unit_q <= head_warp_unit_i;
    sfu_q <= head_sfu_i;
    pair_q <= head_pair_i & head_memory_i;
    copy_q <= head_copy_i;
    copy_q2 <= copy_q;
    mma_q <= head_mma_i;
    mma_q2 <= mma_q;
    tensor_q <= head_tensor_i;
    tensor_q2 <= tensor_q;
    pair_q2 <= pair_q;
    memory_q2 <= memory_q;
    divide_q2 <= divide_q;
    warp_unit_q2 <= warp_unit_q;
    sfu_q2 <= sfu_q;
    halted_q <= halt_i;
    if (!started_q || start_i) begin
      issue_q <= '0;
      lsu_q <= '0;
      warp_q <= '0;
      sfu_ops_q <= '0;
      copy_ops_q <= '0;
      mma_ops_q <= '0;
      tensor_ops_q <= '0;
      divider_q <= 1'b0;
      pair_op_q <= 1'b0;
      ready_q <= '0;
      could_pick_q <= 1'b0;
    end else begin
      issue_q <= issue - 8'(accepted_valid_i);
      lsu_q <= lsu - 8'(op_done_valid_i);
      warp_q <= warp_ops - 8'(warp_op_done_valid_i);
      copy_ops_q <= copy_ops - 8'(copy_op_done_valid_i);
      mma_ops_q <= mma_ops - 8'(mma_op_done_valid_i);
      tensor_ops_q <= tensor_ops - 8'(tensor_op_done_valid_i);
      sfu_ops_q <= sfu_ops - 8'(sfu_op_done_valid_i);
      divider_q <= divider && !divider_done_valid_i;
      pair_op_q <= pair_op && !(op_done_valid_i && op_done_pair_i);
      ready_q <= head_valid_i & ~hazard_i & ~parked_i & ~(pick_valid ? WARPS'(1) << pick_warp : '0);
      could_pick_q <= could_pick;
    end
  end

  always @* begin
    if (started_q) begin
      assume (!accepted_valid_i || issue_q != '0);
      assume (!op_done_valid_i || lsu_q != '0);
      assume (!warp_op_done_valid_i || warp_q != '0);
      assume (!sfu_op_done_valid_i || sfu_ops_q != '0);
      assume (!copy_op_done_valid_i || copy_ops_q != '0);
      assume (!mma_op_done_valid_i || mma_ops_q != '0);
      assume (!tensor_op_done_valid_i || tensor_ops_q != '0);
      assume (!divider_done_valid_i || divider_q);
      assume (!op_done_valid_i || !op_done_pair_i || pair_op_q);
      // Those that remain are not all instructions on pairs.
      assume (!op_done_valid_i || op_done_pair_i || lsu_q > 8'(pair_op_q));
      assume ((head_pair_i & ~(head_memory_i | head_copy_i | head_mma_i)) == '0);
      assume ((head_copy_i & (head_memory_i | head_divide_i | head_warp_unit_i | head_sfu_i)) == '0);
      assume ((head_mma_i & (head_memory_i | head_divide_i | head_warp_unit_i | head_sfu_i | head_copy_i)) == '0);
      assume ((head_tensor_i
          & (head_memory_i | head_divide_i | head_warp_unit_i | head_sfu_i | head_copy_i | head_mma_i)) == '0);
      assume ((head_memory_i & head_divide_i) == '0 && (head_memory_i & head_warp_unit_i) == '0
          && (head_memory_i & head_sfu_i) == '0 && (head_divide_i & head_warp_unit_i) == '0
          && (head_divide_i & head_sfu_i) == '0 && (head_warp_unit_i & head_sfu_i) == '0);
    end
  end

  always @* begin
    if (started_q) begin
      issue_queue_has_room: assert (issue <= 8'(ISSUE_QUEUE));
      memory_queue_has_room: assert (lsu <= 8'(heddle_pkg::LSU_QUEUE));
      warp_unit_has_room: assert (warp_ops <= 8'(heddle_pkg::WARP_QUEUE));
      copy_queue_has_room: assert (copy_ops <= 8'(heddle_pkg::COPY_QUEUE));
      mma_queue_has_room: assert (mma_ops <= 8'(heddle_pkg::MMA_QUEUE));
      tensor_access_has_room: assert (tensor_ops <= 8'(heddle_pkg::TENSOR_QUEUE));
      sfu_has_room: assert (sfu_ops <= 8'(heddle_pkg::SFU_QUEUE));
      one_pair: assert (!(pair_op_q && pick_valid && pair_q2[pick_warp]));
      one_division: assert (!(divider_q && pick_valid && divide_q2[pick_warp]));
      nothing_under_halt: assert (!pick_valid || !halted_q);
      no_credit_lost: assert (!could_pick_q || pick_valid);
      picks_the_possible: assert (!pick_valid || could_pick_q);
    end
  end

  always @* begin
    full: cover (started_q && lsu == 8'(heddle_pkg::LSU_QUEUE) && pick_valid && !memory_q2[pick_warp]);
    pairs_in_turn: cover (started_q && op_done_valid_i && op_done_pair_i && could_pick && (pair_q & ready_q) != '0);
    copies: cover (started_q && copy_ops == 8'(heddle_pkg::COPY_QUEUE) && pick_valid);
    divides_twice: cover (started_q && divider_done_valid_i && could_pick && (divide_q & ready_q) != '0);
  end

endmodule
`default_nettype wire
