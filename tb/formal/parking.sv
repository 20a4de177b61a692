// parking: a warp is parked only by an event of its own, never longer than PARK_CYCLES cycles, never behind the end of a
// phase, and never while it is split; and none of these wakes a warp without a cause.
//
// For any warp W.
`default_nettype none
module parking_proof (
  input logic clk_i,
  input logic start_i,
  input logic park_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] park_warp_i,
  input logic phase_end_i,
  input logic [heddle_pkg::WARPS-1:0] split_i
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned PARK_CYCLES = heddle_pkg::PARK_CYCLES;

  logic started_q;
  (* anyconst *) logic [heddle_pkg::WARP_BITS-1:0] w;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  logic [WARPS-1:0] parked;

  parking dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .park_valid_i,
    .park_warp_i,
    .phase_end_i,
    .split_i,
    .parked_o(parked)
  );

  // Reference: cycles since the limit was reached last, and W's bit.
  logic [9:0] since_q, rests_q;
  logic parked_q, limit;

  assign limit = since_q == 10'(PARK_CYCLES - 1);

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      since_q <= '0;
      rests_q <= '0;
      parked_q <= 1'b0;
    end else begin
      since_q <= limit ? '0 : since_q + 10'd1;
      rests_q <= parked[w] ? rests_q + 10'd1 : '0;
      parked_q <= (parked_q || (park_valid_i && park_warp_i == w)) && !split_i[w] && !phase_end_i && !limit;
    end
  end

  always @* begin
    if (started_q) begin
      parked_exactly: assert (parked[w] == parked_q);
      rests_for_a_time: assert (rests_q <= 10'(PARK_CYCLES));
    end
  end

  (* hierconn *) wire [2:0] \dut.cycle_q ;
  always @* begin
    if (started_q) begin
      invariant_cycle: assert (since_q == 10'(\dut.cycle_q ) && since_q < 10'(PARK_CYCLES));
      invariant_rests: assert (!parked[w] || rests_q <= since_q);
    end
  end

  always @* begin
    rests_long: cover (started_q && rests_q == 10'(PARK_CYCLES - 1));
    wakes_by_a_phase: cover (started_q && parked[w] && phase_end_i);
  end

endmodule
`default_nettype wire
