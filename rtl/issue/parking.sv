// Which warps rest with an mbarrier.try_wait: the scheduler does not look at them.
//
// A phase that ends wakes all of them, and so does a cycle counter: what a parked warp waits for may
// come without an event, or never. A split warp is not parked: its other threads have to run.
`default_nettype none
module parking (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From shared_memory (events)
  input logic park_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] park_warp_i,
  input logic phase_end_i,

  // From warp_control: of all warps
  input logic [heddle_pkg::WARPS-1:0] split_i,

  // To warp_scheduler and stall_monitor
  output logic [heddle_pkg::WARPS-1:0] parked_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned CYCLE_BITS = $clog2(heddle_pkg::PARK_CYCLES);

  logic [WARPS-1:0] parked_d, parked_q;
  logic [CYCLE_BITS-1:0] cycle_q;

  always_comb begin : next
    parked_d = parked_q;
    if (park_valid_i) parked_d[park_warp_i] = 1'b1;
    parked_d = parked_d & ~split_i;
    if (phase_end_i || cycle_q == CYCLE_BITS'(heddle_pkg::PARK_CYCLES - 1)) parked_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      parked_q <= '0;
      cycle_q <= '0;
    end else if (start_i) begin
      parked_q <= '0;
      cycle_q <= '0;
    end else begin
      parked_q <= parked_d;
      cycle_q <= cycle_q + CYCLE_BITS'(1);
    end
  end

  assign parked_o = parked_q;

endmodule
`default_nettype wire
