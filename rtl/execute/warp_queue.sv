// The queue in front of the warp unit: rows of operands, and what the unit asks of them. A fifo's
// timing (docs/architecture/execute.md, "Warp unit"); a row that is pushed has its shuffle's target
// threads worked out, the row at the head also which of them are sources.
`default_nettype none
module warp_queue (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector
  input logic row_valid_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [31:0] row_group_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,

  // From and to warp_unit
  input logic pop_ready_i,
  output logic head_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] head_warp_o,
  output logic [4:0] head_rd_o,
  output logic head_writes_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] head_beat_o,
  output logic head_last_o,
  output logic [31:0] head_group_o,
  output logic [32*heddle_pkg::LANES-1:0] head_a_o,
  output logic [32*heddle_pkg::LANES-1:0] head_b_o,
  output logic [5*heddle_pkg::LANES-1:0] head_sources_o,  // of a shuffle, threads

  // What the instruction is: one of the units, in redux also the kind of reduction
  output logic head_is_shuffle_o,
  output logic head_is_vote_any_o,
  output logic head_is_vote_all_o,
  output logic head_is_ballot_o,  // vote.ballot or match.any
  output logic head_is_activemask_o,
  output logic head_is_match_o,
  output logic head_is_match_all_o,
  output logic head_is_redux_o,
  output logic head_is_add_o,
  output logic head_is_maximum_o,  // or minimum
  output logic head_is_or_o,  // or `and`
  output logic head_invert_o,
  output logic head_is_signed_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  // A thread's number, with the bit that says that a shuffle's target is in its segment
  localparam int unsigned TARGET_BITS = 6;
  localparam int unsigned ROW_BITS = heddle_pkg::WARP_BITS + heddle_pkg::OP_BITS + 6
      + heddle_pkg::BEAT_BITS + 1 + 32 + (32 + 32 + TARGET_BITS) * LANES;

  logic [TARGET_BITS*LANES-1:0] row_targets, head_targets;
  logic [heddle_pkg::OP_BITS-1:0] head_op;
  logic [ROW_BITS-1:0] head_row;

  for (genvar i = 0; i < LANES; i++) begin : g_target
    logic [4:0] thread, segment, limit, distance;
    logic signed [6:0] target;
    logic taken;

    assign thread = 5'(32'(row_ctl_i.beat) * LANES + i);
    assign segment = row_c_i[32*i+8+:5];
    assign limit = (thread & segment) | (row_c_i[32*i+:5] & ~segment);
    assign distance = row_b_i[32*i+:5];

    always_comb begin
      case (row_ctl_i.op)
        heddle_pkg::OP_SHFL_UP: target = $signed({2'b0, thread}) - $signed({2'b0, distance});
        heddle_pkg::OP_SHFL_DOWN: target = $signed({2'b0, thread}) + $signed({2'b0, distance});
        heddle_pkg::OP_SHFL_BFLY: target = {2'b0, thread ^ distance};
        default: target = {2'b0, (thread & segment) | (distance & ~segment)};
      endcase
    end

    assign taken = (row_ctl_i.op == heddle_pkg::OP_SHFL_UP) ? target >= $signed({2'b0, limit})
        : target <= $signed({2'b0, limit});
    assign row_targets[TARGET_BITS*i+:TARGET_BITS] = {taken, target[4:0]};
  end

  fifo #(
    .WIDTH(ROW_BITS),
    .DEPTH(heddle_pkg::WARP_QUEUE * BEATS)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_WARP),
    // The scheduler's credits keep it from overflowing.
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({
      row_ctl_i.warp, row_ctl_i.op, row_ctl_i.rd, row_ctl_i.writes_rd, row_ctl_i.beat,
      row_ctl_i.last, row_group_mask_i, row_a_i, row_b_i, row_targets
    }),
    .pop_valid_o(head_valid_o),
    .pop_ready_i,
    .pop_data_o(head_row)
  );

  assign {head_warp_o, head_op, head_rd_o, head_writes_rd_o, head_beat_o, head_last_o, head_group_o, head_a_o,
      head_b_o, head_targets} = head_row;

  for (genvar i = 0; i < LANES; i++) begin : g_source
    logic [4:0] target;
    logic taken;
    assign {taken, target} = head_targets[TARGET_BITS*i+:TARGET_BITS];
    assign head_sources_o[5*i+:5] =
        (taken && head_group_o[target]) ? target : 5'(32'(head_beat_o) * LANES + i);
  end

  always_comb begin : decode
    head_is_shuffle_o = head_op == heddle_pkg::OP_SHFL_UP || head_op == heddle_pkg::OP_SHFL_DOWN
        || head_op == heddle_pkg::OP_SHFL_BFLY || head_op == heddle_pkg::OP_SHFL_IDX;
    head_is_match_all_o = head_op == heddle_pkg::OP_MATCH_ALL;
    head_is_match_o = head_is_match_all_o || head_op == heddle_pkg::OP_MATCH_ANY;
    head_is_ballot_o =
        head_op == heddle_pkg::OP_VOTE_BALLOT || head_op == heddle_pkg::OP_MATCH_ANY;
    head_is_vote_any_o = head_op == heddle_pkg::OP_VOTE_ANY;
    head_is_vote_all_o = head_op == heddle_pkg::OP_VOTE_ALL;
    head_is_activemask_o = head_op == heddle_pkg::OP_ACTIVEMASK;
    head_is_add_o = head_op == heddle_pkg::OP_REDUX_ADD;
    head_is_signed_o = head_op == heddle_pkg::OP_REDUX_MIN || head_op == heddle_pkg::OP_REDUX_MAX;
    head_is_maximum_o = head_is_signed_o || head_op == heddle_pkg::OP_REDUX_MINU
        || head_op == heddle_pkg::OP_REDUX_MAXU;
    head_is_or_o = head_op == heddle_pkg::OP_REDUX_AND || head_op == heddle_pkg::OP_REDUX_OR;
    head_invert_o = head_op == heddle_pkg::OP_REDUX_MIN || head_op == heddle_pkg::OP_REDUX_MINU
        || head_op == heddle_pkg::OP_REDUX_AND;
    head_is_redux_o = head_is_add_o || head_is_maximum_o || head_is_or_o
        || head_op == heddle_pkg::OP_REDUX_XOR;
  end

  // Of the row, the queue keeps what is needed.
  logic unused;
  assign unused = ^{row_ctl_i, row_c_i};

endmodule
`default_nettype wire
