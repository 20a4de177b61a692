// One row of results a cycle to the register file.
//
// The fixed pipe cannot wait: a cycle ahead it says that a row that writes a register follows. In
// all other cycles the first of load_return, shared_memory, warp_unit, sfu, tensor_access, divider that has
// a row gives it to the register `variable`, from which it is written a cycle later. The divider's rows may
// raise flags, for which there is one way into fcsr: they also wait for rows of the fixed pipe that
// may change flags. A source that is kept waiting for 15 cycles raises `starved` for the time of
// one instruction, upon which the operand collector leaves a gap. That is here before the count of
// cycles, modulo 32, is at 15 again.
`default_nettype none
module writeback (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From lanes (the fixed pipe)
  input logic result_next_valid_i,
  input logic float_next_valid_i,
  input logic result_valid_i,
  input heddle_pkg::result_ctl_t result_ctl_i,
  input logic [heddle_pkg::LANES-1:0] result_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] result_data_i,

  // From load_return
  input logic load_valid_i,
  output logic load_ready_o,
  input heddle_pkg::result_ctl_t load_ctl_i,
  input logic [heddle_pkg::LANES-1:0] load_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] load_data_i,
  input logic load_pair_i,  // a register of a pair

  // From shared_memory
  input logic shared_valid_i,
  output logic shared_ready_o,
  input heddle_pkg::result_ctl_t shared_ctl_i,
  input logic [heddle_pkg::LANES-1:0] shared_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] shared_data_i,
  input logic shared_pair_i,

  // From warp_unit
  input logic warp_unit_valid_i,
  output logic warp_unit_ready_o,
  input heddle_pkg::result_ctl_t warp_unit_ctl_i,
  input logic [heddle_pkg::LANES-1:0] warp_unit_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] warp_unit_data_i,

  // From sfu
  input logic sfu_valid_i,
  output logic sfu_ready_o,
  input heddle_pkg::result_ctl_t sfu_ctl_i,
  input logic [heddle_pkg::LANES-1:0] sfu_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] sfu_data_i,

  // From tensor_access
  input logic tensor_valid_i,
  output logic tensor_ready_o,
  input heddle_pkg::result_ctl_t tensor_ctl_i,
  input logic [heddle_pkg::LANES-1:0] tensor_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] tensor_data_i,

  // From divider
  input logic divider_valid_i,
  output logic divider_ready_o,
  input heddle_pkg::result_ctl_t divider_ctl_i,
  input logic [heddle_pkg::LANES-1:0] divider_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] divider_data_i,
  input logic divider_float_i,
  input logic [5*heddle_pkg::LANES-1:0] divider_flags_i,

  // To register_file
  output logic write_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] write_warp_o,
  output logic [4:0] write_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] write_beat_o,
  output logic [heddle_pkg::LANES-1:0] write_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] write_data_o,

  // To csr_unit: the row that is being written is a float row of the divider
  output logic flags_valid_o,
  output logic [5*heddle_pkg::LANES-1:0] flags_o,

  // To scoreboard (event)
  output logic release_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] release_warp_o,
  output logic [4:0] release_rd_o,
  output logic release_writes_rd_o,
  output logic release_pair_o,  // rd is the second register of a pair

  // To operand_collector
  output logic starved_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam logic [4:0] STARVED = 5'd15;
  localparam logic [4:0] STARVED_END = STARVED + 5'(heddle_pkg::BEATS);

  logic variable_valid_d, variable_valid_q, others_valid, any_ready;
  logic variable_float_q, variable_pair_q;
  logic [5*LANES-1:0] variable_flags_q;
  heddle_pkg::result_ctl_t variable_ctl_d, variable_ctl_q, write_ctl;
  logic [LANES-1:0] variable_mask_d, variable_mask_q;
  logic [32*LANES-1:0] variable_data_d, variable_data_q;
  logic [4:0] waited_d, waited_q;
  logic write_fixed;

  assign others_valid =
      load_valid_i || shared_valid_i || warp_unit_valid_i || sfu_valid_i || tensor_valid_i;
  assign load_ready_o = !result_next_valid_i && load_valid_i;
  assign shared_ready_o = !result_next_valid_i && !load_valid_i && shared_valid_i;
  assign warp_unit_ready_o =
      !result_next_valid_i && !load_valid_i && !shared_valid_i && warp_unit_valid_i;
  assign sfu_ready_o = !result_next_valid_i && !load_valid_i && !shared_valid_i
      && !warp_unit_valid_i && sfu_valid_i;
  assign tensor_ready_o = !result_next_valid_i && !load_valid_i && !shared_valid_i
      && !warp_unit_valid_i && !sfu_valid_i && tensor_valid_i;
  assign divider_ready_o =
      !result_next_valid_i && !float_next_valid_i && !others_valid && divider_valid_i;
  assign any_ready = (!result_next_valid_i && others_valid) || divider_ready_o;

  always_comb begin : take
    variable_valid_d = any_ready;
    variable_ctl_d = variable_ctl_q;
    variable_mask_d = variable_mask_q;
    variable_data_d = variable_data_q;
    if (load_ready_o) begin
      variable_ctl_d = load_ctl_i;
      variable_mask_d = load_mask_i;
      variable_data_d = load_data_i;
    end else if (shared_ready_o) begin
      variable_ctl_d = shared_ctl_i;
      variable_mask_d = shared_mask_i;
      variable_data_d = shared_data_i;
    end else if (warp_unit_ready_o) begin
      variable_ctl_d = warp_unit_ctl_i;
      variable_mask_d = warp_unit_mask_i;
      variable_data_d = warp_unit_data_i;
    end else if (sfu_ready_o) begin
      variable_ctl_d = sfu_ctl_i;
      variable_mask_d = sfu_mask_i;
      variable_data_d = sfu_data_i;
    end else if (tensor_ready_o) begin
      variable_ctl_d = tensor_ctl_i;
      variable_mask_d = tensor_mask_i;
      variable_data_d = tensor_data_i;
    end else if (divider_ready_o) begin
      variable_ctl_d = divider_ctl_i;
      variable_mask_d = divider_mask_i;
      variable_data_d = divider_data_i;
    end
  end

  always_comb begin : wait_time
    waited_d = 5'd0;
    if ((others_valid || divider_valid_i) && !any_ready) waited_d = waited_q + 5'd1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      variable_valid_q <= 1'b0;
      waited_q <= 5'd0;
    end else if (start_i) begin
      variable_valid_q <= 1'b0;
      waited_q <= 5'd0;
    end else begin
      variable_valid_q <= variable_valid_d;
      waited_q <= waited_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (variable_valid_d) begin
      variable_ctl_q <= variable_ctl_d;
      variable_mask_q <= variable_mask_d;
      variable_data_q <= variable_data_d;
      variable_float_q <= divider_ready_o && divider_float_i;
      variable_pair_q <= (load_ready_o && load_pair_i) || (shared_ready_o && shared_pair_i);
    end
    if (divider_ready_o) variable_flags_q <= divider_flags_i;
  end

  assign write_fixed = result_valid_i && result_ctl_i.writes_rd;

  always_comb begin : write
    write_ctl = write_fixed ? result_ctl_i : variable_ctl_q;
    write_mask_o = write_fixed ? result_mask_i : variable_mask_q;
    write_data_o = write_fixed ? result_data_i : variable_data_q;
  end

  assign write_valid_o = write_fixed || (variable_valid_q && variable_ctl_q.writes_rd);
  assign write_warp_o = write_ctl.warp;
  assign write_rd_o = write_ctl.rd;
  assign write_beat_o = write_ctl.beat;
  assign flags_valid_o = variable_valid_q && variable_float_q;
  assign flags_o = variable_flags_q;
  assign release_valid_o = variable_valid_q && variable_ctl_q.last;
  assign release_warp_o = variable_ctl_q.warp;
  assign release_rd_o = variable_ctl_q.rd;
  assign release_writes_rd_o = variable_ctl_q.writes_rd;
  assign release_pair_o = variable_pair_q;
  assign starved_o = waited_q >= STARVED && waited_q < STARVED_END;

  // The fixed pipe's releases come from `lanes`.
  logic unused;
  assign unused = write_ctl.writes_rd ^ write_ctl.last;

endmodule
`default_nettype wire
