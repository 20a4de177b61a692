// Normalizes, rounds and packs what fma added up: a binary32 number, or an integer for fcvt.w[u].s.
//
// The sum is visible in c+6, the result (not registered) in c+8. Rounding adds one to exponent and
// fraction together, so that a carry out of the fraction steps the exponent, also from subnormal to
// normal. Tininess is detected after rounding: a number below 2^-126 is not tiny if it would reach
// that value with an unbounded exponent. A negative integer t is rounded to -(t + up) = ~t + !up,
// in the same adder.
`default_nettype none
module float_round (
  input logic clk_i,

  // From fma, c+6: bit 49 has the weight of the biased exponent
  input logic [51:0] magnitude_i,
  input logic [5:0] shift_i,
  input logic [8:0] exponent_i,
  input logic sign_i,
  input logic [1:0] rounding_i,

  // From lane, c+6 and c+7: the row of that stage has an active thread here
  input logic stage6_valid_i,
  input logic stage7_valid_i,

  // From lane_control
  input logic stage7_to_int_i,
  input logic stage8_to_int_i,
  input logic stage8_int_unsigned_i,

  // To lane, c+8
  output logic [31:0] result_o,
  output logic [4:0] flags_o
);

  localparam logic [1:0] NEAREST_EVEN = 2'd0;
  localparam logic [1:0] NEAREST_AWAY = 2'd1;
  localparam logic [1:0] TOWARD_ZERO = 2'd2;

  // -----------------------------------------------------------------------------------------------
  // c+6: normalize. Float: 24 bits at 51 .. 28; integer: 32 bits at 49 .. 18 (fma asks for no
  // shift).
  logic [51:0] normal_d, normal_q;
  logic [8:0] exponent_d, exponent_q;
  logic stage7_sign_d, stage7_sign_q;
  logic [1:0] stage7_rounding_d, stage7_rounding_q;

  always_comb begin : normalize
    normal_d = normal_q;
    exponent_d = exponent_q;
    stage7_sign_d = stage7_sign_q;
    stage7_rounding_d = stage7_rounding_q;
    if (stage6_valid_i) begin
      normal_d = magnitude_i << shift_i;
      exponent_d = exponent_i + 9'd2 - {3'b0, shift_i};
      stage7_sign_d = sign_i;
      stage7_rounding_d = rounding_i;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+7: round
  logic last, guard, sticky, up, up_unbounded;
  logic [31:0] base;
  logic [31:0] rounded_d, rounded_q;
  logic inexact_d, inexact_q;
  logic tiny_d, tiny_q;
  logic stage8_sign_d, stage8_sign_q;
  logic toward_zero_d, toward_zero_q;

  always_comb begin : round
    rounded_d = rounded_q;
    inexact_d = inexact_q;
    tiny_d = tiny_q;
    stage8_sign_d = stage8_sign_q;
    toward_zero_d = toward_zero_q;
    if (stage7_to_int_i) begin
      last = normal_q[18];
      guard = normal_q[17];
      sticky = normal_q[16:0] != 17'b0;
      base = normal_q[49:18] ^ {32{stage7_sign_q}};
    end else begin
      last = normal_q[28];
      guard = normal_q[27];
      sticky = normal_q[26:0] != 27'b0;
      base = {normal_q[51] ? exponent_q : 9'b0, normal_q[50:28]};
    end
    // `up_unbounded` is asked only where the 24 bits from bit 50 on are all ones.
    case (stage7_rounding_q)
      NEAREST_EVEN: begin
        up = guard && (sticky || last);
        up_unbounded = normal_q[26];
      end
      NEAREST_AWAY: begin
        up = guard;
        up_unbounded = normal_q[26];
      end
      TOWARD_ZERO: begin
        up = 1'b0;
        up_unbounded = 1'b0;
      end
      default: begin
        up = guard || sticky;
        up_unbounded = normal_q[26:0] != 27'b0;
      end
    endcase
    if (stage7_valid_i) begin
      rounded_d = base + {31'b0, up ^ (stage7_to_int_i && stage7_sign_q)};
      inexact_d = guard || sticky;
      tiny_d = !normal_q[51] && !(normal_q[50:27] == {24{1'b1}} && up_unbounded);
      stage8_sign_d = stage7_sign_q;
      toward_zero_d = stage7_rounding_q == TOWARD_ZERO;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+8: pack
  logic overflow, out_of_range;

  always_comb begin : pack
    overflow = rounded_q[31] || rounded_q[30:23] == 8'hFF;
    if (!stage8_sign_q) out_of_range = !stage8_int_unsigned_i && rounded_q[31];
    else out_of_range = (stage8_int_unsigned_i || !rounded_q[31]) && rounded_q != 32'b0;
    if (stage8_to_int_i) begin
      result_o = rounded_q;
      if (out_of_range) begin
        if (stage8_int_unsigned_i) result_o = 32'b0;
        else result_o = {stage8_sign_q, {31{~stage8_sign_q}}};
      end
      flags_o = {out_of_range, 3'b0, inexact_q && !out_of_range};
    end else begin
      result_o = {stage8_sign_q, rounded_q[30:0]};
      if (overflow) result_o[30:0] = toward_zero_q ? 31'h7F7F_FFFF : 31'h7F80_0000;
      flags_o = {2'b0, overflow, tiny_q && inexact_q, inexact_q || overflow};
    end
  end

  always_ff @(posedge clk_i) begin
    normal_q <= normal_d;
    exponent_q <= exponent_d;
    stage7_sign_q <= stage7_sign_d;
    stage7_rounding_q <= stage7_rounding_d;

    rounded_q <= rounded_d;
    inexact_q <= inexact_d;
    tiny_q <= tiny_d;
    stage8_sign_q <= stage8_sign_d;
    toward_zero_q <= toward_zero_d;
  end

endmodule
`default_nettype wire
