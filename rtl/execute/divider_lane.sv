// One lane of the divider: divides a thread's operands or takes the root of one, a bit of the
// result a cycle.
//
// Integers are loaded as magnitudes with the sign that the result will get, so that the loop is an
// unsigned restoring division and one conditional negation ends it. A divisor of 0 then gives
// quotient -1 and remainder = dividend by itself (the quotient must only not be negated), and -2^31
// / -1 gives -2^31 and 0: what RISC-V asks for.
//
// Floats use the same loop. divider_float puts their significands in place in steps 0 and 1; steps
// 2 to 28 make the result's 24 bits, two more, and whether something is left (in the remainder);
// float_round, the rounding of the fixed pipe, takes them in steps 29 to 31. A subnormal quotient
// ends the loop earlier: so it comes out shifted right by the positions that it lacks.
//
// A root's digits gather in `quotient_q` like a quotient's; its radicand leaves `divisor_q` at the
// top, two bits a step.
`default_nettype none
module divider_lane (
  input logic clk_i,

  // From divider: operands; then 32 steps
  input logic load_i,
  input logic [31:0] a_i,
  input logic [31:0] b_i,
  input logic step_i,
  input logic [4:0] step_count_i,
  input logic [2:0] rm_i,  // from step 1 on

  // From divider, constant during an instruction
  input logic signed_i,
  input logic remainder_i,
  input logic float_i,
  input logic root_i,

  // To divider, in the cycle after the last step
  output logic [31:0] result_o,
  output logic [4:0] flags_o
);

  // The lanes then share one copy of simulation code.
  // verilator no_inline_module

  localparam logic [4:0] STEP_ALIGN = 5'd1;
  localparam logic [4:0] STEP_NORMALIZE = 5'd29;
  localparam logic [4:0] STEP_ROUND = 5'd30;

  logic a_negative, b_negative, result_negative;
  logic [31:0] a_magnitude, b_magnitude;

  assign a_negative = signed_i && a_i[31];
  assign b_negative = signed_i && b_i[31];
  assign a_magnitude = a_negative ? -a_i : a_i;
  assign b_magnitude = b_negative ? -b_i : b_i;
  assign result_negative = remainder_i ? a_negative : (a_negative != b_negative) && b_i != 32'b0;

  // -----------------------------------------------------------------------------------------------
  // The float part: operands in place, exponent, special cases
  logic float_bit, special, sign;
  logic [31:0] aligned_quotient, aligned_remainder, aligned_divisor, special_value;
  logic [8:0] exponent;
  logic [1:0] rounding;
  logic special_invalid, special_zero_divide;

  divider_float u_divider_float (
    .clk_i,
    .load_i(load_i && float_i),
    .load_a_i(a_i),
    .load_b_i(b_i),
    .step_i(step_i && float_i),
    .step_count_i,
    .root_i,
    .rm_i,
    .a_significand_i(quotient_q[23:0]),
    .b_significand_i(divisor_q[23:0]),
    .leading_bit_i(quotient_q[24]),
    .bit_o(float_bit),
    .quotient_o(aligned_quotient),
    .remainder_o(aligned_remainder),
    .divisor_o(aligned_divisor),
    .exponent_o(exponent),
    .sign_o(sign),
    .rounding_o(rounding),
    .special_o(special),
    .special_value_o(special_value),
    .special_invalid_o(special_invalid),
    .special_zero_divide_o(special_zero_divide)
  );

  // -----------------------------------------------------------------------------------------------
  // The dividend leaves `quotient_q` at the top as the quotient enters it at the bottom.
  logic [31:0] quotient_d, quotient_q, remainder_d, remainder_q, divisor_d, divisor_q;
  logic negate_d, negate_q, bit_step;
  logic [32:0] partial, subtrahend, difference;

  always_comb begin : divide
    quotient_d = quotient_q;
    remainder_d = remainder_q;
    divisor_d = divisor_q;
    negate_d = negate_q;
    bit_step = step_i && (!float_i || float_bit);
    partial = {remainder_q, quotient_q[31]};
    subtrahend = {1'b0, divisor_q};
    if (float_i && root_i) begin
      partial = {remainder_q[30:0], divisor_q[31:30]};
      subtrahend = {1'b0, quotient_q[29:0], 2'b01};
    end
    difference = partial - subtrahend;
    if (load_i) begin
      negate_d = result_negative;
      quotient_d = a_magnitude;
      divisor_d = b_magnitude;
      remainder_d = 32'b0;
      if (float_i) begin
        quotient_d[31:23] = {8'b0, a_i[30:23] != 8'b0};
        divisor_d[31:23] = {8'b0, b_i[30:23] != 8'b0};
      end
    end else if (step_i && float_i && step_count_i <= STEP_ALIGN) begin
      quotient_d = aligned_quotient;
      remainder_d = aligned_remainder;
      divisor_d = aligned_divisor;
    end else if (bit_step) begin
      quotient_d = {quotient_q[30:0], ~difference[32]};
      remainder_d = difference[32] ? partial[31:0] : difference[31:0];
      if (float_i && root_i) divisor_d = divisor_q << 2;
    end
  end

  always_ff @(posedge clk_i) begin
    quotient_q <= quotient_d;
    remainder_q <= remainder_d;
    divisor_q <= divisor_d;
    negate_q <= negate_d;
  end

  // -----------------------------------------------------------------------------------------------
  // Rounding: the leading one of a normal number is at bit 25 of the quotient.
  logic [31:0] rounded;
  logic [4:0] rounded_flags;

  float_round u_float_round (
    .clk_i,
    .magnitude_i({2'b0, quotient_q[25:0], remainder_q != 32'b0, 23'b0}),
    .shift_i(6'd2),
    .limit_i(6'd2),
    .exponent_i(exponent),
    .sign_i(sign),
    .rounding_i(rounding),
    .stage6_valid_i(step_i && float_i && step_count_i == STEP_NORMALIZE),
    .stage7_valid_i(step_i && float_i && step_count_i == STEP_ROUND),
    .stage8_valid_i(1'b1),
    .stage7_to_int_i(1'b0),
    .stage8_to_int_i(1'b0),
    .stage8_int_unsigned_i(1'b0),
    .result_o(rounded),
    .flags_o(rounded_flags)
  );

  // -----------------------------------------------------------------------------------------------
  logic [31:0] magnitude;

  always_comb begin : finish
    magnitude = remainder_i ? remainder_q : quotient_q;
    flags_o = rounded_flags;
    if (!float_i) begin
      result_o = negate_q ? -magnitude : magnitude;
    end else if (special) begin
      result_o = special_value;
      flags_o = {special_invalid, special_zero_divide, 3'b0};
    end else begin
      result_o = rounded;
    end
  end

endmodule
`default_nettype wire
