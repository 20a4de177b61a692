// Arrivals at the barriers with a count, of all resident CTAs. A barrier is named a cycle ahead: then
// its count is read, so that the answer comes from registers; an arrival is counted at the end of the
// cycle of the answer. No barrier is named in that cycle: nothing follows a barrier instruction in
// the next cycle (operand_collector). The counts lie in a memory; a bit a barrier says that threads
// have arrived, which a launch can clear for a whole CTA.
`default_nettype none
module barrier_counts (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From dispatcher (event): a CTA starts
  input logic launch_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,

  // From barrier: the barrier at which threads arrive in the next cycle, how many, and of how many
  input logic [heddle_pkg::CTA_BITS-1:0] cta_i,
  input logic [heddle_pkg::BARRIER_BITS-1:0] id_i,
  input logic [5:0] threads_i,
  input logic [10:0] expected_i,

  // To barrier, a cycle later
  output logic counting_o,  // threads have arrived at this barrier before
  output logic misuse_o,    // another number was expected, or too many arrive
  output logic complete_o,

  // From barrier, in that cycle: count them
  input logic count_i
);

  localparam int unsigned BARRIERS = heddle_pkg::BARRIERS;
  localparam int unsigned ENTRIES = heddle_pkg::CTA_SLOTS * BARRIERS;
  localparam int unsigned INDEX_BITS = heddle_pkg::CTA_BITS + heddle_pkg::BARRIER_BITS;

  logic [21:0] entries[0:ENTRIES-1];  // expected, counted
  logic [ENTRIES-1:0] counting_q;
  logic [INDEX_BITS-1:0] index_d, index_q;
  logic [10:0] expected_q, counted_q, asked_q, counted_next;
  logic [11:0] room_q;  // how many may arrive besides; negative: too many arrive
  logic [5:0] threads_q;

  assign index_d = {cta_i, id_i};
  assign counted_next = (counting_o ? counted_q : 11'd0) + 11'(threads_q);
  assign misuse_o = room_q[11] || (counting_o && (expected_q != asked_q || counted_q > room_q[10:0]));
  assign complete_o = room_q == {1'b0, counting_o ? counted_q : 11'd0};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      counting_q <= '0;
    end else if (start_i) begin
      counting_q <= '0;
    end else begin
      if (count_i) counting_q[index_q] <= !complete_o;
      if (launch_valid_i) begin
        counting_q[BARRIERS*32'(launch_cta_i)+:BARRIERS] <= '0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (count_i) entries[index_q] <= {asked_q, counted_next};
    index_q <= index_d;
    counting_o <= counting_q[index_d];
    {expected_q, counted_q} <= entries[index_d];
    asked_q <= expected_i;
    threads_q <= threads_i;
    room_q <= {1'b0, expected_i} - 12'(threads_i);
  end

endmodule
`default_nettype wire
