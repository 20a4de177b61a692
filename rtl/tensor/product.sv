// The products of one 16-bit slot: one of 11 x 11 bits, two of 8 x 8 or 4 x 4, or four of 4 x 4 added
// in pairs.
//
// Decoded operands are visible in c+1; exponents and specials leave in c+2, sums of pairs in c+3 (to
// group_sum), magnitudes with signs in c+4. A product's binary point stands two bits from the left
// of its magnitude; those of integers stand at the right.
`default_nettype none
module product (
  input logic clk_i,

  // From operand_decode, c+1
  input logic [12:0] a_factor_0_i,
  input logic [12:0] a_factor_1_i,
  input logic [7:0] a_exponent_0_i,
  input logic [4:0] a_exponent_1_i,
  input logic [3:0] a_negative_i,
  input logic [3:0] a_zero_i,
  input logic [1:0] a_infinite_i,
  input logic [1:0] a_nan_i,
  input logic [12:0] b_factor_0_i,
  input logic [12:0] b_factor_1_i,
  input logic [7:0] b_exponent_0_i,
  input logic [4:0] b_exponent_1_i,
  input logic [3:0] b_negative_i,
  input logic [3:0] b_zero_i,
  input logic [1:0] b_infinite_i,
  input logic [1:0] b_nan_i,

  // From dot_operation and scale_decode, c+1
  input logic byte_float_i,
  input logic int8_i,
  input logic int4_i,
  input logic fp4_i,
  input logic [8:0] group_exponent_i,  // of the scales, of fp4

  // To exponent_max, c+2: sums of biased exponents, 0 for a product that is zero
  output logic [8:0] exponent_0_o,
  output logic [5:0] exponent_1_o,

  // c+2
  output logic nan_o,
  output logic [1:0] infinite_o,  // a negative, a positive infinity

  // To group_sum, c+3
  output logic signed [9:0] pair_0_o,
  output logic signed [9:0] pair_1_o,

  // c+4
  output logic negative_0_o,
  output logic [21:0] magnitude_0_o,
  output logic negative_1_o,
  output logic [15:0] magnitude_1_o
);

  // -----------------------------------------------------------------------------------------------
  // c+1
  logic [25:0] product_0_d, product_0_q, product_1_d, product_1_q;
  logic [8:0] exponent_0_d, exponent_0_q;
  logic [5:0] exponent_1_d, exponent_1_q;
  logic [3:0] negative_d, negative_q, zero;
  logic [1:0] nan, infinite;
  logic nan_d, nan_q;
  logic [1:0] infinite_d, infinite_q;
  logic byte_float_q, int8_q, pairs_q, stage3_int4_q, int4_q;

  always_comb begin : multiply
    product_0_d = {13'b0, a_factor_0_i} * {13'b0, b_factor_0_i};
    product_1_d = {13'b0, a_factor_1_i} * {13'b0, b_factor_1_i};
    negative_d = a_negative_i ^ b_negative_i;
    zero = a_zero_i | b_zero_i;
    exponent_0_d = 9'b0;
    if (fp4_i) begin
      if (zero != 4'b1111) exponent_0_d = group_exponent_i;
    end else if (!zero[0]) exponent_0_d = {1'b0, a_exponent_0_i} + {1'b0, b_exponent_0_i};
    exponent_1_d = 6'b0;
    if (!zero[1]) exponent_1_d = {1'b0, a_exponent_1_i} + {1'b0, b_exponent_1_i};
    nan = a_nan_i | b_nan_i | (a_infinite_i & b_zero_i[1:0]) | (a_zero_i[1:0] & b_infinite_i);
    infinite = a_infinite_i | b_infinite_i;
    nan_d = nan != 2'b0;
    infinite_d = {(infinite & negative_d[1:0]) != 2'b0, (infinite & ~negative_d[1:0]) != 2'b0};
  end

  // -----------------------------------------------------------------------------------------------
  // c+2: where the products are, and sums of pairs
  function automatic logic [9:0] pair_sum(input logic [7:0] low, input logic [7:0] high,
                                          input logic low_negative, input logic high_negative);
    pair_sum = (low_negative ? -{2'b0, low} : {2'b0, low})
        + (high_negative ? -{2'b0, high} : {2'b0, high});
  endfunction

  logic stage3_negative_0_d, stage3_negative_0_q, stage3_negative_1_d, stage3_negative_1_q;
  logic [21:0] stage3_0_d, stage3_0_q;
  logic [15:0] stage3_1_d, stage3_1_q;

  always_comb begin : place
    stage3_negative_0_d = negative_q[0];
    stage3_negative_1_d = negative_q[1];
    stage3_0_d = product_0_q[21:0];
    stage3_1_d = 16'b0;
    if (pairs_q) begin
      stage3_0_d = {12'b0, pair_sum(product_0_q[7:0], product_0_q[25:18],
                                    negative_q[0], negative_q[1])};
      stage3_1_d = {6'b0, pair_sum(product_1_q[7:0], product_1_q[25:18],
                                   negative_q[2], negative_q[3])};
      stage3_negative_0_d = stage3_0_d[9];
      stage3_negative_1_d = stage3_1_d[9];
    end else if (byte_float_q) begin
      stage3_0_d = {product_0_q[7:0], 14'b0};
      stage3_1_d = {product_0_q[25:18], 8'b0};
    end else if (int8_q) stage3_1_d = product_1_q[15:0];
  end

  // -----------------------------------------------------------------------------------------------
  // c+3: magnitudes of the sums
  logic negative_0_q, negative_1_q;
  logic [21:0] magnitude_0_d, magnitude_0_q;
  logic [15:0] magnitude_1_d, magnitude_1_q;

  always_comb begin : magnitudes
    magnitude_0_d = stage3_0_q;
    magnitude_1_d = stage3_1_q;
    if (stage3_int4_q) begin
      if (stage3_negative_0_q) magnitude_0_d[9:0] = -stage3_0_q[9:0];
      if (stage3_negative_1_q) magnitude_1_d[9:0] = -stage3_1_q[9:0];
    end
  end

  always_ff @(posedge clk_i) begin
    product_0_q <= product_0_d;
    product_1_q <= product_1_d;
    exponent_0_q <= exponent_0_d;
    exponent_1_q <= exponent_1_d;
    negative_q <= negative_d;
    nan_q <= nan_d;
    infinite_q <= infinite_d;
    byte_float_q <= byte_float_i;
    int8_q <= int8_i;
    pairs_q <= int4_i || fp4_i;
    int4_q <= int4_i;

    stage3_0_q <= stage3_0_d;
    stage3_1_q <= stage3_1_d;
    stage3_negative_0_q <= stage3_negative_0_d;
    stage3_negative_1_q <= stage3_negative_1_d;
    stage3_int4_q <= int4_q;

    negative_0_q <= stage3_negative_0_q;
    negative_1_q <= stage3_negative_1_q;
    magnitude_0_q <= magnitude_0_d;
    magnitude_1_q <= magnitude_1_d;
  end

  assign exponent_0_o = exponent_0_q;
  assign exponent_1_o = exponent_1_q;
  assign nan_o = nan_q;
  assign infinite_o = infinite_q;
  assign pair_0_o = $signed(stage3_0_q[9:0]);
  assign pair_1_o = $signed(stage3_1_q[9:0]);
  assign negative_0_o = negative_0_q;
  assign magnitude_0_o = magnitude_0_q;
  assign negative_1_o = negative_1_q;
  assign magnitude_1_o = magnitude_1_q;

  // Crossed products.
  logic unused;
  assign unused = ^product_1_q[17:16];

endmodule
`default_nettype wire
