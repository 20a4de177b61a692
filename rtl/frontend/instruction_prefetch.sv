// Names the line to prefetch: the one behind the line of the last miss, and as soon as that one is
// used the next.
//
// It is looked up first (`look_wanted_o`; the verdict comes back as `looked_i`), so that nothing is
// fetched which the cache has. No line behind the end of a page is named: that the page is
// executable is known from the fetches before.
`default_nettype none
module instruction_prefetch (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // To instruction_cache: a line to look up
  output logic look_wanted_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] look_line_o,

  // From instruction_cache, verdicts (events): a fetch that hits, a miss that is refilled, a look
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] verdict_line_i,
  input logic hit_i,
  input logic miss_starts_i,
  input logic looked_i,
  input logic here_i,

  // To instruction_cache, in the cycle of the look's verdict: refill the line
  output logic prefetch_starts_o,

  // From instruction_cache (event): no line is named until the next miss
  input logic cancel_i
);

  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned PAGE_LINE_BITS = 12 - heddle_pkg::LINE_OFFSET_BITS;

  localparam logic [1:0] STATE_NONE = 2'd0;
  localparam logic [1:0] STATE_LOOK = 2'd1;
  localparam logic [1:0] STATE_AHEAD = 2'd2;

  logic [1:0] state_d, state_q;
  logic [LINE_ADDRESS_BITS-1:0] next_d, next_q, behind;
  logic look_counts, used;

  assign look_wanted_o = state_q == STATE_LOOK;
  assign look_line_o = next_q;
  assign look_counts = looked_i && state_q == STATE_LOOK;
  assign prefetch_starts_o = look_counts && !here_i;
  assign used = hit_i && state_q == STATE_AHEAD && verdict_line_i == next_q;
  // In the same page; behind its last line comes its first, which is not taken.
  assign behind = {
    verdict_line_i[LINE_ADDRESS_BITS-1:PAGE_LINE_BITS],
    verdict_line_i[PAGE_LINE_BITS-1:0] + PAGE_LINE_BITS'(1)
  };

  always_comb begin : next_state
    state_d = state_q;
    next_d = next_q;
    if (miss_starts_i || (used && !cancel_i)) begin
      state_d = (behind[PAGE_LINE_BITS-1:0] == '0) ? STATE_NONE : STATE_LOOK;
      next_d = behind;
    end else if (cancel_i) begin
      state_d = STATE_NONE;
    end else if (look_counts) begin
      state_d = STATE_AHEAD;
    end
    if (start_i) state_d = STATE_NONE;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) state_q <= STATE_NONE;
    else state_q <= state_d;
  end

  always_ff @(posedge clk_i) begin
    next_q <= next_d;
  end

endmodule
`default_nettype wire
