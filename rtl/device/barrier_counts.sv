// Arrivals at the barriers with a count, of all resident CTAs. Combinational to its user; an
// arrival is counted at the end of the cycle. The counts lie in a memory; a bit a barrier says that
// threads have arrived, which a launch can clear for a whole CTA.
`default_nettype none
module barrier_counts (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From dispatcher (event): a CTA starts
  input logic launch_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,

  // From barrier: threads that arrive
  input logic [heddle_pkg::CTA_BITS-1:0] cta_i,
  input logic [heddle_pkg::BARRIER_BITS-1:0] id_i,
  input logic [10:0] threads_i,
  input logic [10:0] expected_i,

  // To barrier
  output logic counting_o,  // threads have arrived at this barrier before
  output logic misuse_o,    // another number was expected, or too many arrive
  output logic complete_o,

  // From barrier: count them
  input logic count_i
);

  localparam int unsigned BARRIERS = heddle_pkg::BARRIERS;
  localparam int unsigned ENTRIES = heddle_pkg::CTA_SLOTS * BARRIERS;
  localparam int unsigned INDEX_BITS = heddle_pkg::CTA_BITS + heddle_pkg::BARRIER_BITS;

  logic [21:0] entries[0:ENTRIES-1];  // expected, counted
  logic [ENTRIES-1:0] counting_q;
  logic [INDEX_BITS-1:0] index;
  logic [10:0] expected, counted;
  logic [11:0] counted_next;

  assign index = {cta_i, id_i};
  assign {expected, counted} = entries[index];
  assign counting_o = counting_q[index];
  assign counted_next = {1'b0, counting_o ? counted : 11'd0} + {1'b0, threads_i};
  assign misuse_o = (counting_o && expected != expected_i) || counted_next > {1'b0, expected_i};
  assign complete_o = counted_next == {1'b0, expected_i};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      counting_q <= '0;
    end else if (start_i) begin
      counting_q <= '0;
    end else begin
      if (count_i) counting_q[index] <= !complete_o;
      if (launch_valid_i) begin
        counting_q[BARRIERS*32'(launch_cta_i)+:BARRIERS] <= '0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (count_i) entries[index] <= {expected_i, counted_next[10:0]};
  end

endmodule
`default_nettype wire
