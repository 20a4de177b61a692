// The exponent E that all terms are aligned to: the greatest of the products that are not zero, of
// the accumulator and the floor, in units of the sums of the products' biased exponents. Products'
// exponents are visible in c+2, the accumulator's in c+4, E in c+5.
`default_nettype none
module exponent_max (
  input logic clk_i,

  // From product, c+2: 0 says that there is no product
  input logic [16*9-1:0] exponents_0_i,
  input logic [16*6-1:0] exponents_1_i,

  // From accumulator_decode, c+4: the accumulator's, or E_FLOOR
  input logic signed [9:0] accumulator_i,

  // To align, c+5
  output logic signed [9:0] maximum_o
);

  function automatic logic [8:0] greatest(input logic [4*9-1:0] x);
    logic [8:0] low, high;
    low = (x[9 +: 9] > x[0 +: 9]) ? x[9 +: 9] : x[0 +: 9];
    high = (x[27 +: 9] > x[18 +: 9]) ? x[27 +: 9] : x[18 +: 9];
    greatest = (high > low) ? high : low;
  endfunction

  logic [4*9-1:0] stage3_0_d, stage3_0_q, stage3_1_d, stage3_1_q;
  logic [8:0] stage4_0_d, stage4_0_q, stage4_1_d, stage4_1_q;
  logic none, above_0, above_1;
  logic signed [9:0] maximum_d, maximum_q;

  always_comb begin : tree
    for (int unsigned i = 0; i < 4; i++) begin
      stage3_0_d[9*i +: 9] = greatest(exponents_0_i[36*i +: 36]);
      stage3_1_d[9*i +: 9] = greatest({
          3'b0, exponents_1_i[24*i + 18 +: 6], 3'b0, exponents_1_i[24*i + 12 +: 6],
          3'b0, exponents_1_i[24*i + 6 +: 6], 3'b0, exponents_1_i[24*i +: 6]});
    end
    stage4_0_d = greatest(stage3_0_q);
    stage4_1_d = greatest(stage3_1_q);
    // Three comparisons side by side, not one behind the other.
    none = {stage4_0_q, stage4_1_q} == 18'b0;
    above_0 = accumulator_i > $signed({1'b0, stage4_0_q});
    above_1 = accumulator_i > $signed({1'b0, stage4_1_q});
    if (none || (above_0 && above_1)) maximum_d = accumulator_i;
    else maximum_d = $signed({1'b0, (stage4_1_q > stage4_0_q) ? stage4_1_q : stage4_0_q});
  end

  always_ff @(posedge clk_i) begin
    stage3_0_q <= stage3_0_d;
    stage3_1_q <= stage3_1_d;
    stage4_0_q <= stage4_0_d;
    stage4_1_q <= stage4_1_d;
    maximum_q <= maximum_d;
  end

  assign maximum_o = maximum_q;

endmodule
`default_nettype wire
