// Division: div, divu, rem, remu, fdiv.s, fsqrt.s, one warp instruction at a time (the scheduler
// keeps to that).
//
// Collects all rows of the instruction. The first LOAD is the cycle after the last row. Each row
// with an active thread, in ascending order, takes LOAD (1 cycle), STEP (32), FINISH (1) and RESULT
// until writeback takes it; the next row's LOAD follows at once. `done_valid_o` is an event in the
// cycle after the last row was taken. Floats take the same time as integers.
//
// The threads' rounding modes are those of two cycles after a row, as for the lanes: csr_unit reads
// them. They are stored a row, since the first LOAD may come earlier.
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

  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;

  typedef enum logic [2:0] {
    IDLE,
    COLLECT,
    LOAD,
    STEP,
    FINISH,
    RESULT
  } state_t;

  state_t state_d, state_q;
  logic [4:0] count_d, count_q;
  logic [BEATS-1:0] pending_d, pending_q;  // rows that wait for their LOAD
  logic [BEAT_BITS-1:0] beat_d, beat_q, lowest;
  logic [heddle_pkg::LANES-1:0] mask_d, mask_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_d, warp_q;
  logic [4:0] rd_d, rd_q;
  logic writes_rd_d, writes_rd_q;
  logic remainder_d, remainder_q, float_d, float_q, root_d, root_q;
  logic done_d, done_q;
  logic [heddle_pkg::LANES-1:0] masks[0:BEATS-1];
  logic store, is_signed, is_remainder, is_root, is_float;

  assign store = row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_DIVIDE;
  assign is_signed =
      row_ctl_i.op == heddle_pkg::OP_DIV || row_ctl_i.op == heddle_pkg::OP_REM;
  assign is_remainder =
      row_ctl_i.op == heddle_pkg::OP_REM || row_ctl_i.op == heddle_pkg::OP_REMU;

  assign is_root = row_ctl_i.op == heddle_pkg::OP_FSQRT_S;
  assign is_float = is_root || row_ctl_i.op == heddle_pkg::OP_FDIV_S;

  // A float row on its way to its rounding modes
  logic [1:0] store_rm_q;
  logic [2*heddle_pkg::BEAT_BITS-1:0] store_rm_beat_q;
  logic [5:0] store_rm_field_q;
  logic [2*heddle_pkg::LANES-1:0] store_rm_mask_q;
  logic [2:0] row_rm;

  assign row_rm = store_rm_field_q[5:3];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) store_rm_q <= '0;
    else store_rm_q <= {store_rm_q[0], store && is_float};
  end

  always_ff @(posedge clk_i) begin
    store_rm_beat_q <= {store_rm_beat_q[BEAT_BITS-1:0], row_ctl_i.beat};
    store_rm_field_q <= {store_rm_field_q[2:0], row_ctl_i.rm};
    store_rm_mask_q <= {store_rm_mask_q[heddle_pkg::LANES-1:0], row_mask_i};
  end

  always_comb begin : lowest_pending
    lowest = '0;
    for (int i = BEATS - 1; i >= 0; i--) begin
      if (pending_q[i]) lowest = BEAT_BITS'(i);
    end
  end

  always_comb begin : control
    state_d = state_q;
    count_d = count_q;
    pending_d = pending_q;
    beat_d = beat_q;
    mask_d = mask_q;
    warp_d = warp_q;
    rd_d = rd_q;
    writes_rd_d = writes_rd_q;
    remainder_d = remainder_q;
    float_d = float_q;
    root_d = root_q;
    done_d = 1'b0;
    if (store) begin
      state_d = row_ctl_i.last ? LOAD : COLLECT;
      pending_d[row_ctl_i.beat] = row_mask_i != '0;
      warp_d = row_ctl_i.warp;
      rd_d = row_ctl_i.rd;
      writes_rd_d = row_ctl_i.writes_rd;
      remainder_d = is_remainder;
      float_d = is_float;
      root_d = is_root;
    end
    case (state_q)
      LOAD: begin
        state_d = STEP;
        count_d = 5'd0;
        beat_d = lowest;
        mask_d = masks[lowest];
        pending_d[lowest] = 1'b0;
      end
      STEP: begin
        count_d = count_q + 5'd1;
        if (count_q == 5'd31) state_d = FINISH;
      end
      FINISH: state_d = RESULT;
      RESULT: begin
        if (result_ready_i) begin
          done_d = pending_q == '0;
          state_d = done_d ? IDLE : LOAD;
        end
      end
      default: ;
    endcase
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
    if (store) masks[row_ctl_i.beat] <= row_mask_i;
    count_q <= count_d;
    beat_q <= beat_d;
    mask_q <= mask_d;
    warp_q <= warp_d;
    rd_q <= rd_d;
    writes_rd_q <= writes_rd_d;
    remainder_q <= remainder_d;
    float_q <= float_d;
    root_q <= root_d;
  end

  for (genvar i = 0; i < heddle_pkg::LANES; i++) begin : g_lane
    divider_lane u_divider_lane (
      .clk_i,
      .store_i(store && row_mask_i[i]),
      .store_beat_i(row_ctl_i.beat),
      .a_i(row_a_i[32*i+:32]),
      .b_i(row_b_i[32*i+:32]),
      .signed_i(is_signed),
      .remainder_i(is_remainder),
      .store_rm_i(store_rm_q[1] && store_rm_mask_q[heddle_pkg::LANES+i]),
      .store_rm_beat_i(store_rm_beat_q[2*BEAT_BITS-1:BEAT_BITS]),
      .rm_i((row_rm == 3'd7) ? row_frm_i[3*i+:3] : row_rm),
      .load_i(state_q == LOAD && mask_d[i]),
      .load_beat_i(lowest),
      .step_i(state_q == STEP && mask_q[i]),
      .step_count_i(count_q),
      .finish_i(state_q == FINISH && mask_q[i]),
      .beat_i(beat_q),
      .finish_remainder_i(remainder_q),
      .float_i(float_q),
      .root_i(root_q),
      .result_o(result_data_o[32*i+:32]),
      .flags_o(result_flags_o[5*i+:5])
    );
  end

  assign result_valid_o = state_q == RESULT;
  assign result_mask_o = mask_q;
  assign result_float_o = float_q;
  assign done_valid_o = done_q;
  assign idle_o = state_q == IDLE;

  always_comb begin
    result_ctl_o.warp = warp_q;
    result_ctl_o.rd = rd_q;
    result_ctl_o.writes_rd = writes_rd_q;
    result_ctl_o.beat = beat_q;
    result_ctl_o.last = pending_q == '0;
  end

  // The other fields of the row's control part are for other units.
  logic unused;
  assign unused = ^row_ctl_i;

endmodule
`default_nettype wire
