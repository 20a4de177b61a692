// Special function unit: the fast approximations, a quarter of a row a cycle.
//
// Rows wait in a FIFO. In a cycle with step 0 the head row is taken if fewer than four rows are
// between their take and their transfer to writeback; its quarters enter the lanes in the four
// cycles after. SFU_LATENCY cycles after its take the row is pushed into the result FIFO, which has
// space by that limit. Rows without active threads take the same time, but end there.
// `op_done_valid_o` is an event in the cycle after an instruction's last row was taken.
`default_nettype none
module sfu (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector
  input logic row_valid_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [31:0] row_group_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,

  // To writeback
  output logic result_valid_o,
  input logic result_ready_i,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  // To warp_scheduler (event) and dispatcher
  output logic op_done_valid_o,
  output logic idle_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned SFU_LANES = heddle_pkg::SFU_LANES;
  localparam int unsigned LATENCY = heddle_pkg::SFU_LATENCY;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned QUARTER = 32 * SFU_LANES;
  localparam int unsigned ROWS = 4;  // between take and transfer
  localparam int unsigned CTL_BITS = heddle_pkg::WARP_BITS + 5 + 1 + BEAT_BITS + 1 + LANES;
  localparam int unsigned ROW_BITS = 1 + 3 + CTL_BITS + 32 * LANES;

  // -----------------------------------------------------------------------------------------------
  // Queue. The scheduler's credits keep it from overflowing, so its ready is not looked at.
  logic push, head_valid, take, behind, head_op_last;
  logic [2:0] head_op;
  logic [CTL_BITS-1:0] row_ctl, head_ctl;
  logic [32*LANES-1:0] head_a;

  assign push = row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_SFU;
  assign row_ctl = {
    row_ctl_i.warp, row_ctl_i.rd, row_ctl_i.writes_rd, row_ctl_i.beat, !behind, row_mask_i
  };

  always_comb begin : threads_behind
    behind = 1'b0;
    for (int i = LANES; i < 32; i++) begin
      if (i / LANES > 32'(row_ctl_i.beat) && row_group_mask_i[i]) behind = 1'b1;
    end
  end

  fifo #(
    .WIDTH(ROW_BITS),
    .DEPTH(heddle_pkg::SFU_QUEUE * heddle_pkg::BEATS)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(push),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({row_ctl_i.last, row_ctl_i.op[2:0], row_ctl, row_a_i}),
    .pop_valid_o(head_valid),
    .pop_ready_i(take),
    .pop_data_o({head_op_last, head_op, head_ctl, head_a})
  );

  // -----------------------------------------------------------------------------------------------
  // Take
  logic [1:0] step_d, step_q;
  logic [2:0] rows_d, rows_q;
  logic [LATENCY:1] taken_q;
  logic op_done_q, arrived, transfer, active;

  assign take = step_q == 2'd0 && head_valid && rows_q != 3'(ROWS);
  assign arrived = taken_q[LATENCY];
  assign transfer = result_valid_o && result_ready_i;

  always_comb begin : counts
    step_d = (take || step_q != 2'd0) ? step_q + 2'd1 : 2'd0;
    rows_d = rows_q;
    if (take) rows_d = rows_d + 3'd1;
    if (transfer) rows_d = rows_d - 3'd1;
    if (arrived && !active) rows_d = rows_d - 3'd1;
  end

  // -----------------------------------------------------------------------------------------------
  // The row in the lanes: its quarters move down, the lanes see the lowest
  logic [2:0] op_q;
  logic [4*QUARTER-1:0] operands_d, operands_q;
  logic [QUARTER-1:0] results;
  logic [3*QUARTER-1:0] results_q;
  logic [3:0] slot_q;

  assign operands_d = take ? head_a : operands_q >> QUARTER;

  for (genvar i = 0; i < SFU_LANES; i++) begin : g_lane
    sfu_lane u_sfu_lane (
      .clk_i,
      .op_i(op_q),
      .x_i(operands_q[32*i+:32]),
      .slot_i(slot_q),
      .result_o(results[32*i+:32])
    );
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q <= 2'd0;
      rows_q <= 3'd0;
      taken_q <= '0;
      op_done_q <= 1'b0;
      slot_q <= 4'd0;
    end else begin
      step_q <= step_d;
      rows_q <= rows_d;
      taken_q <= {taken_q[LATENCY-1:1], take};
      op_done_q <= take && head_op_last;
      slot_q <= slot_q + 4'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    operands_q <= operands_d;
    if (take) op_q <= head_op;
    results_q <= {results, results_q[3*QUARTER-1:QUARTER]};
  end

  // -----------------------------------------------------------------------------------------------
  // Control parts of the rows in the lanes, and finished rows. Neither can overflow: ROWS.
  logic [CTL_BITS-1:0] arrived_ctl, result_ctl;

  fifo #(
    .WIDTH(CTL_BITS),
    .DEPTH(ROWS)
  ) u_on_the_way (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(take),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    .push_data_i(head_ctl),
    .pop_valid_o(),
    // verilator lint_on PINCONNECTEMPTY
    .pop_ready_i(arrived),
    .pop_data_o(arrived_ctl)
  );

  assign active = arrived_ctl[LANES-1:0] != '0;

  fifo #(
    .WIDTH(CTL_BITS + 32 * LANES),
    .DEPTH(ROWS)
  ) u_results (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(arrived && active),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({arrived_ctl, results, results_q}),
    .pop_valid_o(result_valid_o),
    .pop_ready_i(result_ready_i),
    .pop_data_o({result_ctl, result_data_o})
  );

  assign {result_ctl_o.warp, result_ctl_o.rd, result_ctl_o.writes_rd, result_ctl_o.beat,
      result_ctl_o.last, result_mask_o} = result_ctl;
  assign op_done_valid_o = op_done_q;
  assign idle_o = !head_valid && step_q == 2'd0 && rows_q == 3'd0;

  // The other fields of the row's control part are for other units.
  logic unused;
  assign unused = ^row_ctl_i;

endmodule
`default_nettype wire
