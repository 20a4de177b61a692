// Special function unit: the fast approximations of PTX, LANES / 4 threads a cycle.
//
// A row is taken from the queue and goes through the lanes in four steps; SFU_LATENCY cycles after
// its take all its results are there, and it enters the result queue. A take reserves its place
// there, so nothing behind the queue ever waits. Timing: docs/architecture/special_functions.md.
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
  localparam int unsigned STEPS = 4;
  localparam int unsigned COUNT_BITS = $clog2(heddle_pkg::SFU_ROWS + 1);
  localparam int unsigned CTL_BITS = heddle_pkg::WARP_BITS + heddle_pkg::BEAT_BITS + 7;
  localparam int unsigned ROW_BITS = 3 + CTL_BITS + 1 + 33 * LANES;

  // -----------------------------------------------------------------------------------------------
  // Queue. The scheduler's credits keep it from overflowing, so its ready is not looked at. A row
  // knows whether a later one of its instruction has active threads.
  logic head_valid, take, head_final, row_final;
  logic [2:0] row_function, head_function;
  heddle_pkg::result_ctl_t row_ctl, head_ctl;
  logic [LANES-1:0] head_mask;
  logic [32*LANES-1:0] head_a;
  logic [ROW_BITS-1:0] head_row;
  logic [5:0] threads_so_far;

  assign row_function = 3'(row_ctl_i.op - heddle_pkg::OP_RCP_APPROX);
  assign threads_so_far = 6'(32'(row_ctl_i.beat) * LANES + LANES);
  assign row_final = (33'(row_group_mask_i) >> threads_so_far) == 33'd0;

  always_comb begin : queue_entry
    row_ctl.warp = row_ctl_i.warp;
    row_ctl.rd = row_ctl_i.rd;
    row_ctl.writes_rd = row_ctl_i.writes_rd;
    row_ctl.beat = row_ctl_i.beat;
    row_ctl.last = row_ctl_i.last;
  end

  fifo #(
    .WIDTH(ROW_BITS),
    .DEPTH(heddle_pkg::SFU_QUEUE * heddle_pkg::BEATS)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_SFU),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({row_function, row_ctl, row_final, row_mask_i, row_a_i}),
    .pop_valid_o(head_valid),
    .pop_ready_i(take),
    .pop_data_o(head_row)
  );

  assign {head_function, head_ctl, head_final, head_mask, head_a} = head_row;

  // -----------------------------------------------------------------------------------------------
  // Rows under way: taken, and not given to writeback yet
  logic [1:0] step_q;
  logic [COUNT_BITS-1:0] rows_d, rows_q;
  logic [LATENCY-1:0] taken_q;  // bit i: a row was taken i + 1 cycles ago
  logic done, done_empty, leaves, op_done_q;

  assign take = head_valid && step_q == 2'd0 && rows_q != COUNT_BITS'(heddle_pkg::SFU_ROWS);
  assign done = taken_q[LATENCY-1];
  assign leaves = result_valid_o && result_ready_i;

  always_comb begin : count_rows
    rows_d = rows_q;
    if (take) rows_d = rows_d + COUNT_BITS'(1);
    if (done_empty) rows_d = rows_d - COUNT_BITS'(1);
    if (leaves) rows_d = rows_d - COUNT_BITS'(1);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q <= '0;
      rows_q <= '0;
      taken_q <= '0;
      op_done_q <= 1'b0;
    end else begin
      if (take || step_q != 2'd0) step_q <= step_q + 2'd1;
      rows_q <= rows_d;
      taken_q <= {taken_q[LATENCY-2:0], take};
      op_done_q <= take && head_ctl.last;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The lanes, a cycle behind the step
  logic [2:0] function_q;
  logic [1:0] lane_step_q;
  logic [32*LANES-1:0] a_q;
  logic [32*SFU_LANES-1:0] operands, results;

  always_ff @(posedge clk_i) begin
    if (take) begin
      function_q <= head_function;
      a_q <= head_a;
    end
    lane_step_q <= step_q;
  end

  assign operands = a_q[32*SFU_LANES*32'(lane_step_q)+:32*SFU_LANES];

  for (genvar i = 0; i < SFU_LANES; i++) begin : g_lane
    sfu_lane u_lane (
      .clk_i,
      .function_i(function_q),
      .operand_i(operands[32*i+:32]),
      .result_o(results[32*i+:32])
    );
  end

  // Results of the three steps before
  logic [32*SFU_LANES*(STEPS-1)-1:0] earlier_q;

  always_ff @(posedge clk_i) begin
    earlier_q <= {results, earlier_q[32*SFU_LANES*(STEPS-1)-1:32*SFU_LANES]};
  end

  // -----------------------------------------------------------------------------------------------
  // What the rows in the lanes are, and the result queue. Both have a place for every row under way.
  heddle_pkg::result_ctl_t done_ctl;
  logic [LANES-1:0] done_mask;

  fifo #(
    .WIDTH(CTL_BITS + LANES),
    .DEPTH(heddle_pkg::SFU_ROWS)
  ) u_under_way (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(take),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    .pop_valid_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({head_ctl[CTL_BITS-1:1], head_final, head_mask}),
    .pop_ready_i(done),
    .pop_data_o({done_ctl, done_mask})
  );

  assign done_empty = done && done_mask == '0;

  fifo #(
    .WIDTH(CTL_BITS + 33 * LANES),
    .DEPTH(heddle_pkg::SFU_ROWS)
  ) u_results (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(done && !done_empty),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({done_ctl, done_mask, results, earlier_q}),
    .pop_valid_o(result_valid_o),
    .pop_ready_i(result_ready_i),
    .pop_data_o({result_ctl_o, result_mask_o, result_data_o})
  );

  assign op_done_valid_o = op_done_q;
  assign idle_o = !head_valid && step_q == 2'd0 && rows_q == '0;

  // The other fields of the row's control part are for other units.
  logic unused;
  assign unused = ^row_ctl_i;

endmodule
`default_nettype wire
