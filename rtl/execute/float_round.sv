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
  input logic [5:0] limit_i,  // of the shift; 0 for an integer
  input logic [8:0] exponent_i,
  input logic sign_i,
  input logic [1:0] rounding_i,

  // From lane, c+6 to c+8: the row of that stage has an active thread here
  input logic stage6_valid_i,
  input logic stage7_valid_i,
  input logic stage8_valid_i,

  // From lane_control
  input logic stage7_to_int_i,
  input logic stage8_to_int_i,
  input logic stage8_int_unsigned_i,

  // To lane, c+8
  output logic [31:0] result_o,  // 0 without stage8_valid_i
  output logic [4:0] flags_o
);

  localparam logic [1:0] NEAREST_EVEN = 2'd0;
  localparam logic [1:0] NEAREST_AWAY = 2'd1;
  localparam logic [1:0] TOWARD_ZERO = 2'd2;

  // -----------------------------------------------------------------------------------------------
  // c+6: normalize. Float: 24 bits at 51 .. 28, two behind them, and whether any bit is set below;
  // integer, which stays where it is: 32 bits at 49 .. 18, one behind them, any below.
  logic [5:0] shift;
  logic [51:0] shifted;
  logic [25:0] stays_below;  // a bit of the magnitude below bit 26
  logic [51:26] normal_d, normal_q;
  logic [25:17] middle_d, middle_q;
  logic middle_below_d, middle_below_q, low_below_d, low_below_q;
  logic [8:0] exponent_d, exponent_q;
  logic stage7_sign_d, stage7_sign_q;
  logic [1:0] stage7_rounding_d, stage7_rounding_q;

  always_comb begin : normalize
    normal_d = normal_q;
    middle_d = middle_q;
    middle_below_d = middle_below_q;
    low_below_d = low_below_q;
    exponent_d = exponent_q;
    stage7_sign_d = stage7_sign_q;
    stage7_rounding_d = stage7_rounding_q;
    shift = (shift_i > limit_i) ? limit_i : shift_i;
    // The greatest distance first: the fewer bits are left to come, the fewer have to be shifted.
    shifted = magnitude_i;
    for (int i = 5; i >= 0; i--) if (shift[i]) shifted = shifted << (1 << i);
    stays_below = {26{1'b1}} >> shift;
    if (stage6_valid_i) begin
      normal_d = shifted[51:26];
      middle_d = magnitude_i[25:17];
      middle_below_d = (magnitude_i[25:17] & stays_below[25:17]) != 9'b0;
      low_below_d = (magnitude_i[16:0] & stays_below[16:0]) != 17'b0;
      exponent_d = exponent_i + 9'd2 - {3'b0, shift};
      stage7_sign_d = sign_i;
      stage7_rounding_d = rounding_i;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+7: round
  logic last, guard, below, sticky, up, up_unbounded;
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
    below = normal_q[26] || middle_below_q || low_below_q;
    if (stage7_to_int_i) begin
      last = middle_q[18];
      guard = middle_q[17];
      sticky = low_below_q;
      base = {normal_q[49:26], middle_q[25:18]} ^ {32{stage7_sign_q}};
    end else begin
      last = normal_q[28];
      guard = normal_q[27];
      sticky = below;
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
        up_unbounded = below;
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
  logic overflow, out_of_range, replaced;
  logic [31:0] value, other;

  always_comb begin : pack
    overflow = rounded_q[31] || rounded_q[30:23] == 8'hFF;
    if (!stage8_sign_q) out_of_range = !stage8_int_unsigned_i && rounded_q[31];
    else out_of_range = (stage8_int_unsigned_i || !rounded_q[31]) && rounded_q != 32'b0;
    if (stage8_to_int_i) begin
      replaced = out_of_range;
      value = rounded_q;
      other = {stage8_sign_q, {31{~stage8_sign_q}}} & {32{~stage8_int_unsigned_i}};
      flags_o = {out_of_range, 3'b0, inexact_q && !out_of_range};
    end else begin
      replaced = overflow;
      value = {stage8_sign_q, rounded_q[30:0]};
      other = {stage8_sign_q, {7{1'b1}}, ~toward_zero_q, {23{toward_zero_q}}};
      flags_o = {2'b0, overflow, tiny_q && inexact_q, inexact_q || overflow};
    end
    result_o = ({32{stage8_valid_i && !replaced}} & value)
        | ({32{stage8_valid_i && replaced}} & other);
  end

  always_ff @(posedge clk_i) begin
    normal_q <= normal_d;
    middle_q <= middle_d;
    middle_below_q <= middle_below_d;
    low_below_q <= low_below_d;
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
