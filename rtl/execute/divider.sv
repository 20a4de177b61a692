// Division: div, divu, rem, remu, fdiv.s, fsqrt.s, one warp instruction at a time (the scheduler
// keeps to that), a quarter of a row at a time in LANES / 4 lanes.
//
// Collects all rows of the instruction. The quarters with an active thread follow each other in
// ascending order: PICK and READ (for the first one; those behind it are picked and read while the
// lanes are busy), LOAD (1 cycle), STEP (32), FINISH (1). LOAD of the row's next quarter is in the
// cycle of FINISH. The row's results gather in registers; behind its last quarter comes RESULT until
// writeback takes it; the next row's LOAD follows at once. `done_valid_o` is an event in the cycle
// after the last row was taken. Floats take the same time as integers.
//
// The threads' rounding modes are those of two cycles after a row, as for the lanes: csr_unit reads
// them. A quarter's are read in its first step, which no row is too late for.
`default_nettype none
module divider (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector
  input logic row_valid_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,

  // From csr_unit, two cycles later
  input logic [3*heddle_pkg::LANES-1:0] row_frm_i,

  // To writeback
  output logic result_valid_o,
  input logic result_ready_i,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,
  output logic result_float_o,
  output logic [5*heddle_pkg::LANES-1:0] result_flags_o,

  // To warp_scheduler (event) and dispatcher
  output logic done_valid_o,
  output logic idle_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned QUARTER = heddle_pkg::DIVIDER_LANES;  // threads
  localparam logic [2:0] DYNAMIC = 3'd7;

  typedef enum logic [2:0] {
    IDLE,
    COLLECT,
    PICK,
    READ,
    LOAD,
    STEP,
    FINISH,
    RESULT
  } state_t;

  state_t state_d, state_q;
  logic [4:0] count_d, count_q;
  logic [4*BEATS-1:0] pending_d, pending_q;  // quarters that wait for their pick
  logic [BEAT_BITS-1:0] lowest_beat, next_beat_d, next_beat_q, beat_d, beat_q;
  logic [1:0] lowest_quarter, next_quarter_d, next_quarter_q, quarter_d, quarter_q;
  logic next_valid_d, next_valid_q;  // a quarter is picked
  logic [LANES-1:0] mask_d, mask_q;
  logic [QUARTER-1:0] active_d, active_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [4:0] rd_q;
  logic [2:0] rm_q;
  logic writes_rd_q, signed_q, remainder_q, float_q, root_q, done_d, done_q;
  logic [LANES-1:0] masks[0:BEATS-1];
  logic store, pick, load, first_step, finish, is_root;

  assign store = row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_DIVIDE;
  assign is_root = row_ctl_i.op == heddle_pkg::OP_FSQRT_S;
  assign first_step = state_q == STEP && count_q == 5'd0;
  assign pick = state_q == PICK || first_step;
  assign finish = state_q == FINISH;
  assign load = state_q == LOAD || (finish && next_valid_q && next_beat_q == beat_q);

  always_comb begin : lowest_pending
    lowest_beat = '0;
    lowest_quarter = '0;
    for (int i = 4 * BEATS - 1; i >= 0; i--) begin
      if (pending_q[i]) begin
        lowest_beat = BEAT_BITS'(i / 4);
        lowest_quarter = 2'(i);
      end
    end
  end

  always_comb begin : control
    state_d = state_q;
    count_d = count_q + 5'd1;
    done_d = 1'b0;
    case (state_q)
      PICK: state_d = READ;
      READ: state_d = LOAD;
      STEP: if (count_q == 5'd31) state_d = FINISH;
      FINISH: state_d = RESULT;
      RESULT: begin
        if (result_ready_i) begin
          done_d = !next_valid_q;
          state_d = done_d ? IDLE : LOAD;
        end
      end
      default: ;
    endcase
    if (store) state_d = row_ctl_i.last ? PICK : COLLECT;
    if (load) begin
      state_d = STEP;
      count_d = 5'd0;
    end
  end

  always_comb begin : quarters
    pending_d = pending_q;
    next_valid_d = next_valid_q;
    next_beat_d = next_beat_q;
    next_quarter_d = next_quarter_q;
    beat_d = beat_q;
    quarter_d = quarter_q;
    mask_d = mask_q;
    active_d = active_q;
    for (int i = 0; i < 4 * BEATS; i++) begin
      if (store && row_ctl_i.beat == BEAT_BITS'(i / 4)) begin
        pending_d[i] = row_mask_i[QUARTER*(i%4)+:QUARTER] != '0;
      end
      if (pick && lowest_beat == BEAT_BITS'(i / 4) && lowest_quarter == 2'(i)) begin
        pending_d[i] = 1'b0;
      end
    end
    if (pick) begin
      next_valid_d = pending_q != '0;
      next_beat_d = lowest_beat;
      next_quarter_d = lowest_quarter;
    end
    if (load) begin
      beat_d = next_beat_q;
      quarter_d = next_quarter_q;
      mask_d = masks[next_beat_q];
      for (int i = 0; i < 4; i++) begin
        if (next_quarter_q == 2'(i)) active_d = mask_d[QUARTER*i+:QUARTER];
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      pending_q <= '0;
      done_q <= 1'b0;
    end else begin
      state_q <= state_d;
      pending_q <= pending_d;
      done_q <= done_d;
    end
  end

  always_ff @(posedge clk_i) begin
    count_q <= count_d;
    next_valid_q <= next_valid_d;
    next_beat_q <= next_beat_d;
    next_quarter_q <= next_quarter_d;
    beat_q <= beat_d;
    quarter_q <= quarter_d;
    mask_q <= mask_d;
    active_q <= active_d;
    if (store) begin
      masks[row_ctl_i.beat] <= row_mask_i;
      warp_q <= row_ctl_i.warp;
      rd_q <= row_ctl_i.rd;
      rm_q <= row_ctl_i.rm;
      writes_rd_q <= row_ctl_i.writes_rd;
      signed_q <= row_ctl_i.op == heddle_pkg::OP_DIV || row_ctl_i.op == heddle_pkg::OP_REM;
      remainder_q <= row_ctl_i.op == heddle_pkg::OP_REM || row_ctl_i.op == heddle_pkg::OP_REMU;
      float_q <= is_root || row_ctl_i.op == heddle_pkg::OP_FDIV_S;
      root_q <= is_root;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Operands, {b, a} a quarter: picked in one cycle, read in the next, then here
  logic [4*64*QUARTER-1:0] row_operands;
  logic [64*QUARTER-1:0] operands_d, operands_q;

  for (genvar k = 0; k < 4; k++) begin : g_row
    assign row_operands[64*QUARTER*k+:64*QUARTER] =
        {row_b_i[32*QUARTER*k+:32*QUARTER], row_a_i[32*QUARTER*k+:32*QUARTER]};
  end

  ram_wide_write #(
    .WIDTH(64 * QUARTER),
    .ROWS(BEATS)
  ) u_operands (
    .clk_i,
    .read_valid_i(pick),
    .read_row_i(lowest_beat),
    .read_part_i(lowest_quarter),
    .read_data_o(operands_d),
    .write_valid_i(store),
    .write_row_i(row_ctl_i.beat),
    .write_data_i(row_operands)
  );

  always_ff @(posedge clk_i) operands_q <= operands_d;

  // -----------------------------------------------------------------------------------------------
  // Rounding modes
  logic [1:0] stored_q;
  logic [2*BEAT_BITS-1:0] stored_beat_q;
  logic [3*QUARTER-1:0] frm;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) stored_q <= '0;
    else stored_q <= {stored_q[0], store};
  end

  always_ff @(posedge clk_i) begin
    stored_beat_q <= {stored_beat_q[BEAT_BITS-1:0], row_ctl_i.beat};
  end

  ram_wide_write #(
    .WIDTH(3 * QUARTER),
    .ROWS(BEATS)
  ) u_rounding_modes (
    .clk_i,
    .read_valid_i(first_step),
    .read_row_i(beat_q),
    .read_part_i(quarter_q),
    .read_data_o(frm),
    .write_valid_i(stored_q[1]),
    .write_row_i(stored_beat_q[2*BEAT_BITS-1:BEAT_BITS]),
    .write_data_i(row_frm_i)
  );

  // -----------------------------------------------------------------------------------------------
  // The lanes, and the row's results
  logic [32*QUARTER-1:0] results;
  logic [5*QUARTER-1:0] flags;
  logic [32*LANES-1:0] result_data_q;
  logic [5*LANES-1:0] result_flags_q;

  for (genvar i = 0; i < QUARTER; i++) begin : g_lane
    divider_lane u_divider_lane (
      .clk_i,
      .load_i(load),
      .a_i(operands_q[32*i+:32]),
      .b_i(operands_q[32*(QUARTER+i)+:32]),
      .step_i(state_q == STEP && active_q[i]),
      .step_count_i(count_q),
      .rm_i((rm_q == DYNAMIC) ? frm[3*i+:3] : rm_q),
      .signed_i(signed_q),
      .remainder_i(remainder_q),
      .float_i(float_q),
      .root_i(root_q),
      .result_o(results[32*i+:32]),
      .flags_o(flags[5*i+:5])
    );
  end

  for (genvar k = 0; k < 4; k++) begin : g_result
    always_ff @(posedge clk_i) begin
      if (finish && quarter_q == 2'(k)) begin
        result_data_q[32*QUARTER*k+:32*QUARTER] <= results;
        result_flags_q[5*QUARTER*k+:5*QUARTER] <= flags;
      end
    end
  end

  assign result_valid_o = state_q == RESULT;
  assign result_mask_o = mask_q;
  assign result_data_o = result_data_q;
  assign result_float_o = float_q;
  assign result_flags_o = result_flags_q;
  assign done_valid_o = done_q;
  assign idle_o = state_q == IDLE;

  always_comb begin
    result_ctl_o.warp = warp_q;
    result_ctl_o.rd = rd_q;
    result_ctl_o.writes_rd = writes_rd_q;
    result_ctl_o.beat = beat_q;
    result_ctl_o.last = !next_valid_q;
  end

  // The other fields of the row's control part are for other units.
  logic unused;
  assign unused = ^row_ctl_i;

endmodule
`default_nettype wire
