// The pair of scales of one group of 16 FP4 products. Visible in c; exponent and NaN in c+1, the
// significands' product in c+2.
//
// The exponent counts from 1 (E8M0: X + 1 each), so that 0 can say that a scale is zero.
`default_nettype none
module scale_decode (
  input logic clk_i,

  // From the issuer and dot_operation, c: neither format means scales of 1
  input logic e8m0_i,
  input logic ue4m3_i,
  input logic [7:0] a_i,
  input logic [7:0] b_i,

  // c+1
  output logic [8:0] exponent_o,  // 0: a scale is zero
  output logic nan_o,

  // c+2
  output logic [7:0] significand_o  // 64 is 1.0
);

  // {NaN, exponent, significand}
  function automatic logic [13:0] scale(input logic e8m0, input logic ue4m3, input logic [7:0] x);
    logic normal;
    normal = x[6:3] != 4'b0;
    scale = {1'b0, 9'd128, 4'b1000};
    if (e8m0) scale = {x == 8'hFF, {1'b0, x} + 9'd1, 4'b1000};
    else if (ue4m3) scale = {x[6:0] == 7'h7F, 5'b0, x[6:4], x[3] | ~normal, normal, x[2:0]};
  endfunction

  logic [13:0] a_scale, b_scale;
  logic [8:0] exponent_d, exponent_q;
  logic nan_d, nan_q;
  logic [3:0] a_significand_q, b_significand_q;
  logic [7:0] significand_d, significand_q;

  always_comb begin : decode
    a_scale = scale(e8m0_i, ue4m3_i, a_i);
    b_scale = scale(e8m0_i, ue4m3_i, b_i);
    nan_d = a_scale[13] || b_scale[13];
    exponent_d = a_scale[12:4] + b_scale[12:4];
    if (a_scale[3:0] == 4'b0 || b_scale[3:0] == 4'b0) exponent_d = 9'b0;
    significand_d = {4'b0, a_significand_q} * {4'b0, b_significand_q};
  end

  always_ff @(posedge clk_i) begin
    exponent_q <= exponent_d;
    nan_q <= nan_d;
    a_significand_q <= a_scale[3:0];
    b_significand_q <= b_scale[3:0];
    significand_q <= significand_d;
  end

  assign exponent_o = exponent_q;
  assign nan_o = nan_q;
  assign significand_o = significand_q;

endmodule
`default_nettype wire
