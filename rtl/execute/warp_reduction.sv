// Reduces LANES values a row, over the rows of an instruction: a tree of log2(LANES) registered
// levels and an accumulator.
//
// A row given in cycle c is in the accumulator from c + log2(LANES) + 2. The identity of every kind
// is 0, and the maximum is one of unsigned numbers. By inverting the values and the result the user
// gets the minimum and `and`, by inverting their sign bits the maximum of signed numbers.
`default_nettype none
module warp_reduction (
  input logic clk_i,
  input logic rst_ni,

  // From warp_unit: the kind of the reduction, one of these or (none of them) exclusive or;
  // constant until the last row is accumulated
  input logic is_add_i,
  input logic is_maximum_i,
  input logic is_or_i,

  // From warp_unit: a row; values of threads that take no part are 0
  input logic row_valid_i,
  input logic row_first_i,
  input logic [32*heddle_pkg::LANES-1:0] row_i,

  // To warp_unit
  output logic [31:0] value_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned LEVELS = $clog2(LANES);

  function automatic logic [31:0] combine(
    input logic is_maximum, input logic is_or, input logic [31:0] a, input logic [31:0] b
  );
    if (is_maximum) combine = (a < b) ? b : a;
    else combine = is_or ? a | b : a ^ b;
  endfunction

  logic [LEVELS:0] valid_q, first_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[LEVELS-1:0], row_valid_i};
  end

  always_ff @(posedge clk_i) first_q <= {first_q[LEVELS-1:0], row_first_i};

  // Level n has LANES / 2^n values, in the lowest words. Sums go beside the other kinds: registers
  // cost less than a multiplexer behind each adder.
  logic [32*LANES-1:0] sums_q[0:LEVELS];
  logic [32*LANES-1:0] others_q[0:LEVELS];

  always_ff @(posedge clk_i) begin
    if (row_valid_i) begin
      sums_q[0] <= row_i;
      others_q[0] <= row_i;
    end
  end

  for (genvar n = 1; n <= LEVELS; n++) begin : g_level
    localparam int unsigned VALUES = LANES >> n;
    logic [32*VALUES-1:0] sums_d, others_d;

    always_comb begin
      sums_d = sums_q[n][32*VALUES-1:0];
      others_d = others_q[n][32*VALUES-1:0];
      if (valid_q[n-1]) begin
        for (int i = 0; i < VALUES; i++) begin
          sums_d[32*i+:32] = sums_q[n-1][64*i+:32] + sums_q[n-1][64*i+32+:32];
          others_d[32*i+:32] = combine(is_maximum_i, is_or_i, others_q[n-1][64*i+:32],
                                       others_q[n-1][64*i+32+:32]);
        end
      end
    end

    always_ff @(posedge clk_i) begin
      sums_q[n] <= {{(32*(LANES-VALUES)){1'b0}}, sums_d};
      others_q[n] <= {{(32*(LANES-VALUES)){1'b0}}, others_d};
    end
  end

  logic [31:0] sum_q, other_q;

  always_ff @(posedge clk_i) begin
    if (valid_q[LEVELS]) begin
      sum_q <= (first_q[LEVELS] ? 32'b0 : sum_q) + sums_q[LEVELS][31:0];
      other_q <= combine(is_maximum_i, is_or_i, first_q[LEVELS] ? 32'b0 : other_q,
                         others_q[LEVELS][31:0]);
    end
  end

  assign value_o = is_add_i ? sum_q : other_q;

endmodule
`default_nettype wire
