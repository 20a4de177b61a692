// Integer multiplier of a lane: 32 x 32 -> 64 bits, and the 24 x 24 of the float datapath.
//
// Operands are visible in c+1, the product is visible in c+3. Four 17 x 17 signed partial products
// fit one 18 x 18 hardware multiplier each; that split, and not one wide product, is what makes a
// stage short. One multiplier serves both number systems, because a row is either integer or float.
`default_nettype none
module multiplier (
  input logic clk_i,

  // From lane, c+1
  input logic valid_i,
  input logic [31:0] a_i,
  input logic [31:0] b_i,
  input logic a_signed_i,
  input logic b_signed_i,

  // From lane, c+2: the row has an active thread here, which takes these halves
  input logic sum_valid_i,
  input logic low_i,
  input logic high_i,

  // To lane and fma, c+3; 0 in a half that is not taken
  output logic [63:0] product_o
);

  logic [31:0] low_low_d, low_low_q;
  logic signed [32:0] low_high_d, low_high_q, high_low_d, high_low_q;
  logic signed [33:0] high_high_d;
  logic [31:0] high_high_q;
  logic signed [16:0] a_high, b_high, a_low, b_low;

  assign a_high = $signed({a_signed_i & a_i[31], a_i[31:16]});
  assign b_high = $signed({b_signed_i & b_i[31], b_i[31:16]});
  assign a_low = $signed({1'b0, a_i[15:0]});
  assign b_low = $signed({1'b0, b_i[15:0]});

  always_comb begin : partial_products
    low_low_d = low_low_q;
    low_high_d = low_high_q;
    high_low_d = high_low_q;
    high_high_d = {2'b00, high_high_q};
    if (valid_i) begin
      low_low_d = {16'b0, a_i[15:0]} * {16'b0, b_i[15:0]};
      low_high_d = 33'(a_low * b_high);
      high_low_d = 33'(a_high * b_low);
      high_high_d = a_high * b_high;
    end
  end

  // The product's low 16 bits need no addition.
  logic [47:0] middle, upper;
  logic [63:0] product_d, product_q;

  always_comb begin : sum
    middle = 48'(low_high_q) + 48'(high_low_q);
    upper = {high_high_q, low_low_q[31:16]} + middle;
    product_d = product_q;
    if (sum_valid_i) begin
      product_d = {high_i ? upper[47:16] : 32'b0, low_i ? {upper[15:0], low_low_q[15:0]} : 32'b0};
    end
  end

  always_ff @(posedge clk_i) begin
    low_low_q <= low_low_d;
    low_high_q <= low_high_d;
    high_low_q <= high_low_d;
    high_high_q <= high_high_d[31:0];
    product_q <= product_d;
  end

  assign product_o = product_q;

  // The upper bits of the top partial product lie beyond 64 bits.
  logic unused;
  assign unused = ^high_high_d[33:32];

endmodule
`default_nettype wire
