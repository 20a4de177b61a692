// writeback: every row that a source hands over is written once, in the next cycle, and so is every row of the fixed pipe;
// no source is ready that has nothing, two never are; and nobody waits unless a source of higher priority or the fixed pipe
// is in the way.
//
// Assumed is that the fixed pipe announces its rows (`lanes`).
`default_nettype none
module writeback_proof (
  input logic clk_i,
  input logic start_i,
  input logic next_valid_i,
  input logic float_next_valid_i,
  input heddle_pkg::result_ctl_t fixed_ctl_i,
  input logic [31:0] fixed_data_i,
  input logic fixed_valid_i,
  input logic [5:0] valid_i,  // load, shared, warp unit, SFU, tensor core, divider
  input heddle_pkg::result_ctl_t load_ctl_i,
  input heddle_pkg::result_ctl_t shared_ctl_i,
  input heddle_pkg::result_ctl_t warp_unit_ctl_i,
  input heddle_pkg::result_ctl_t sfu_ctl_i,
  input heddle_pkg::result_ctl_t tensor_ctl_i,
  input heddle_pkg::result_ctl_t divider_ctl_i,
  input logic [31:0] load_data_i,
  input logic [31:0] shared_data_i,
  input logic load_pair_i,
  input logic shared_pair_i,
  input logic [31:0] warp_unit_data_i,
  input logic [31:0] sfu_data_i,
  input logic [31:0] tensor_data_i,
  input logic [31:0] divider_data_i,
  input logic divider_float_i,
  input logic [4:0] divider_flags_i
);

  localparam int unsigned LANES = heddle_pkg::LANES;

  logic started_q;
  logic [5:0] ready;
  logic write_valid, flags_valid, release_valid, release_writes_rd, release_pair, starved;
  logic [heddle_pkg::WARP_BITS-1:0] write_warp, release_warp;
  logic [4:0] write_rd, release_rd;
  logic [heddle_pkg::BEAT_BITS-1:0] write_beat;
  logic [LANES-1:0] write_mask;
  logic [32*LANES-1:0] write_data;
  logic [5*LANES-1:0] flags;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  // A lane's data says what the mask is.
  writeback dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .result_next_valid_i(next_valid_i),
    .float_next_valid_i,
    .result_valid_i(fixed_valid_i),
    .result_ctl_i(fixed_ctl_i),
    .result_mask_i(fixed_data_i[LANES-1:0]),
    .result_data_i({LANES{fixed_data_i}}),
    .load_valid_i(valid_i[0]),
    .load_ready_o(ready[0]),
    .load_ctl_i,
    .load_mask_i(load_data_i[LANES-1:0]),
    .load_data_i({LANES{load_data_i}}),
    .load_pair_i,
    .shared_valid_i(valid_i[1]),
    .shared_ready_o(ready[1]),
    .shared_ctl_i,
    .shared_mask_i(shared_data_i[LANES-1:0]),
    .shared_data_i({LANES{shared_data_i}}),
    .shared_pair_i,
    .warp_unit_valid_i(valid_i[2]),
    .warp_unit_ready_o(ready[2]),
    .warp_unit_ctl_i,
    .warp_unit_mask_i(warp_unit_data_i[LANES-1:0]),
    .warp_unit_data_i({LANES{warp_unit_data_i}}),
    .sfu_valid_i(valid_i[3]),
    .sfu_ready_o(ready[3]),
    .sfu_ctl_i,
    .sfu_mask_i(sfu_data_i[LANES-1:0]),
    .sfu_data_i({LANES{sfu_data_i}}),
    .tensor_valid_i(valid_i[4]),
    .tensor_ready_o(ready[4]),
    .tensor_ctl_i,
    .tensor_mask_i(tensor_data_i[LANES-1:0]),
    .tensor_data_i({LANES{tensor_data_i}}),
    .divider_valid_i(valid_i[5]),
    .divider_ready_o(ready[5]),
    .divider_ctl_i,
    .divider_mask_i(divider_data_i[LANES-1:0]),
    .divider_data_i({LANES{divider_data_i}}),
    .divider_float_i,
    .divider_flags_i({LANES{divider_flags_i}}),
    .write_valid_o(write_valid),
    .write_warp_o(write_warp),
    .write_rd_o(write_rd),
    .write_beat_o(write_beat),
    .write_mask_o(write_mask),
    .write_data_o(write_data),
    .flags_valid_o(flags_valid),
    .flags_o(flags),
    .release_valid_o(release_valid),
    .release_warp_o(release_warp),
    .release_rd_o(release_rd),
    .release_writes_rd_o(release_writes_rd),
    .release_pair_o(release_pair),
    .starved_o(starved)
  );

  // Reference: what was handed over in the cycle before
  logic taken_q, float_q, pair_q, next_q, float_next_q;
  heddle_pkg::result_ctl_t ctl, ctl_q;
  logic [31:0] data, data_q;
  logic [4:0] flags_q, wait_q;
  logic [5:0] transfer;

  assign transfer = valid_i & ready;
  always @* begin
    ctl = load_ctl_i;
    data = load_data_i;
    if (transfer[1]) begin
      ctl = shared_ctl_i;
      data = shared_data_i;
    end
    if (transfer[2]) begin
      ctl = warp_unit_ctl_i;
      data = warp_unit_data_i;
    end
    if (transfer[3]) begin
      ctl = sfu_ctl_i;
      data = sfu_data_i;
    end
    if (transfer[4]) begin
      ctl = tensor_ctl_i;
      data = tensor_data_i;
    end
    if (transfer[5]) begin
      ctl = divider_ctl_i;
      data = divider_data_i;
    end
  end

  always_ff @(posedge clk_i) begin
    taken_q <= started_q && !start_i && transfer != '0;
    next_q <= started_q && next_valid_i;
    float_next_q <= started_q && float_next_valid_i;
    ctl_q <= ctl;
    data_q <= data;
    float_q <= transfer[5] && divider_float_i;
    pair_q <= transfer[0] ? load_pair_i : transfer[1] && shared_pair_i;
    flags_q <= divider_flags_i;
    if (!started_q || start_i || valid_i == '0 || transfer != '0) wait_q <= '0;
    else wait_q <= wait_q + 5'd1;
  end

  logic fixed_writes;
  assign fixed_writes = fixed_valid_i && fixed_ctl_i.writes_rd;

  always @* begin
    if (started_q) assume (fixed_writes == next_q);
  end

  always @* begin
    if (started_q) begin
      one_at_a_time: assert ((ready & (ready - 6'd1)) == '0);
      ready_for_something: assert ((ready & ~valid_i) == '0);
      none_idle: assert (next_valid_i || valid_i[4:0] == '0 || ready != '0);
      divider_idle: assert (next_valid_i || float_next_valid_i || valid_i == '0 || ready != '0);
      first_come: assert (transfer == '0 || (valid_i & (transfer - 6'd1)) == '0);
      gap_for_the_fixed_pipe: assert (!next_valid_i || ready == '0);
      flags_of_one: assert (!(float_next_q && flags_valid));
      fixed_is_written: assert (!fixed_writes || (write_valid && write_warp == fixed_ctl_i.warp && write_rd == fixed_ctl_i.rd
          && write_beat == fixed_ctl_i.beat && write_mask == fixed_data_i[LANES-1:0]
          && write_data == {LANES{fixed_data_i}}));
      taken_is_written: assert (!(taken_q && ctl_q.writes_rd) || (write_valid && write_warp == ctl_q.warp
          && write_rd == ctl_q.rd && write_beat == ctl_q.beat && write_mask == data_q[LANES-1:0]
          && write_data == {LANES{data_q}}));
      nothing_else_is_written: assert (!write_valid || fixed_writes || (taken_q && ctl_q.writes_rd));
      released_with_the_last: assert (release_valid == (taken_q && ctl_q.last) && (!release_valid
          || (release_warp == ctl_q.warp && release_rd == ctl_q.rd && release_writes_rd == ctl_q.writes_rd
              && release_pair == pair_q)));
      flags_of_the_divider: assert (flags_valid == (taken_q && float_q) && (!flags_valid || flags == {LANES{flags_q}}));
      starved_after_15: assert (starved == (wait_q >= 5'd15 && {1'b0, wait_q} < 6'd15 + 6'(heddle_pkg::BEATS)));
    end
  end

  always @* begin
    divider_waited: cover (started_q && transfer[5] && starved && divider_float_i);
    last_of_sfu: cover (started_q && release_valid && write_valid && !fixed_writes && write_mask != '0);
  end

endmodule
`default_nettype wire
