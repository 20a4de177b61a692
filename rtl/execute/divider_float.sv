// The float part of a divider lane: classifies the operands, normalizes their significands and puts
// them in place, computes the result's exponent, and says which steps make a bit of the result.
//
//   LOAD     special cases, signs, exponents, leading zeros
//   step 0   a's significand shifted to bit 23
//   step 1   b's too; both go to their places for the loop; exponent
//   2 .. 28  bits of the result: a normal quotient takes 26, and one more if its first bit is 0
//
// One shifter serves both operands. The bits behind the 26 are in the remainder. With exponent D
// of a quotient whose first bit is 1, D <= 1 takes 25 + D steps: the first bit stands where its
// weight puts it in a subnormal number, and where D = 1 and that bit is 0, nothing is lost by
// stopping after 26.
`default_nettype none
module divider_float (
  input logic clk_i,

  // From divider_lane
  input logic load_i,
  input logic [31:0] load_a_i,
  input logic [31:0] load_b_i,
  input logic step_i,
  input logic [4:0] step_count_i,
  input logic root_i,
  input logic [2:0] rm_i,
  input logic [23:0] a_significand_i,  // steps 0 and 1
  input logic [23:0] b_significand_i,
  input logic leading_bit_i,           // of the quotient, in the step that makes its 26th bit

  // To divider_lane: this step, if it is behind step 1, makes a bit
  output logic bit_o,

  // To divider_lane: what its registers load in steps 0 and 1
  output logic [31:0] quotient_o,
  output logic [31:0] remainder_o,
  output logic [31:0] divisor_o,

  // To float_round
  output logic [8:0] exponent_o,
  output logic sign_o,
  output logic [1:0] rounding_o,

  // To divider_lane: the result is known without division
  output logic special_o,
  output logic [31:0] special_value_o,
  output logic special_invalid_o,
  output logic special_zero_divide_o
);

  localparam logic [31:0] CANONICAL_NAN = 32'h7FC0_0000;
  localparam logic [2:0] RM_ZERO = 3'd1;
  localparam logic [2:0] RM_DOWN = 3'd2;
  localparam logic [2:0] RM_UP = 3'd3;
  localparam logic [2:0] RM_NEAREST_AWAY = 3'd4;
  localparam logic [4:0] STEP_A = 5'd0;
  localparam logic [4:0] STEP_FIRST_BIT = 5'd2;
  localparam logic [4:0] STEP_LAST_BIT = 5'd28;

  // -----------------------------------------------------------------------------------------------
  // LOAD: classes
  logic a_nan, b_nan, a_infinite, b_infinite, a_zero, b_zero, signalling;
  logic sign_d, sign_q, special_d, special_q, invalid_d, invalid_q;
  logic zero_divide_d, zero_divide_q, infinite_d, infinite_q, zero_d, zero_q;

  always_comb begin : classify
    sign_d = sign_q;
    special_d = special_q;
    invalid_d = invalid_q;
    zero_divide_d = zero_divide_q;
    infinite_d = infinite_q;
    zero_d = zero_q;
    a_nan = load_a_i[30:23] == 8'hFF && load_a_i[22:0] != 23'b0;
    b_nan = load_b_i[30:23] == 8'hFF && load_b_i[22:0] != 23'b0;
    a_infinite = load_a_i[30:0] == {8'hFF, 23'b0};
    b_infinite = load_b_i[30:0] == {8'hFF, 23'b0};
    a_zero = load_a_i[30:0] == 31'b0;
    b_zero = load_b_i[30:0] == 31'b0;
    signalling = (a_nan && !load_a_i[22]) || (b_nan && !load_b_i[22] && !root_i);
    if (load_i) begin
      zero_divide_d = 1'b0;
      if (root_i) begin
        sign_d = load_a_i[31];
        special_d = a_nan || a_infinite || a_zero || load_a_i[31];
        invalid_d = signalling || (load_a_i[31] && !a_nan && !a_zero);
        infinite_d = a_infinite && !load_a_i[31];
        zero_d = a_zero;
      end else begin
        sign_d = load_a_i[31] ^ load_b_i[31];
        special_d = a_nan || b_nan || a_infinite || b_infinite || a_zero || b_zero;
        invalid_d = signalling || (a_infinite && b_infinite) || (a_zero && b_zero);
        infinite_d = !a_nan && !b_nan && ((a_infinite && !b_infinite) || (b_zero && !a_zero));
        zero_d = !a_nan && !b_nan && ((a_zero && !b_zero) || (b_infinite && !a_infinite));
        zero_divide_d = b_zero && !a_zero && !a_infinite && !a_nan;
      end
    end
  end

  assign special_o = special_q;
  assign special_invalid_o = invalid_q;
  assign special_zero_divide_o = zero_divide_q;
  always_comb begin : special_values
    if (infinite_q) special_value_o = {sign_q, 8'hFF, 23'b0};
    else if (zero_q) special_value_o = {sign_q, 31'b0};
    else special_value_o = CANONICAL_NAN;
  end

  // -----------------------------------------------------------------------------------------------
  // LOAD: leading zeros of the significands
  logic [4:0] a_zeros, a_zeros_q, b_zeros, b_zeros_q;

  leading_zeros #(.WIDTH(24)) u_a_zeros (
    .value_i({load_a_i[30:23] != 8'b0, load_a_i[22:0]}), .count_o(a_zeros)
  );
  leading_zeros #(.WIDTH(24)) u_b_zeros (
    .value_i({load_b_i[30:23] != 8'b0, load_b_i[22:0]}), .count_o(b_zeros)
  );

  // -----------------------------------------------------------------------------------------------
  // Steps 0 and 1: normalize
  logic [23:0] normalized;
  logic [4:0] zeros;
  logic step_a;

  assign step_a = step_count_i == STEP_A;

  always_comb begin : normalize
    normalized = step_a ? a_significand_i : b_significand_i;
    zeros = step_a ? a_zeros_q : b_zeros_q;
    for (int i = 4; i >= 0; i--) begin
      if (zeros[i]) normalized = normalized << (1 << i);
    end
  end

  // Exponents of the operands as they come, 1 for subnormal numbers; then the result's. A root's is
  // half of what step 0 leaves.
  logic signed [9:0] exponent_d, exponent_q, divisor_exponent_d, divisor_exponent_q;

  always_comb begin : next_exponent
    exponent_d = exponent_q;
    divisor_exponent_d = divisor_exponent_q;
    if (load_i) begin
      exponent_d = {2'b0, load_a_i[30:24], load_a_i[23] | (load_a_i[30:23] == 8'b0)};
      divisor_exponent_d = {2'b0, load_b_i[30:24], load_b_i[23] | (load_b_i[30:23] == 8'b0)};
    end else if (step_i) begin
      if (step_a) begin
        exponent_d = exponent_q + $signed({3'b0, 2'b11, ~a_zeros_q});  // 127 - zeros
        divisor_exponent_d = divisor_exponent_q - $signed({5'b0, b_zeros_q});
      end else if (step_count_i < STEP_FIRST_BIT) begin
        exponent_d = root_i ? exponent_q >>> 1 : exponent_q - divisor_exponent_q;
      end else if (step_count_i == STEP_LAST_BIT && more_q) begin
        exponent_d = exponent_q - 10'sd1;
      end
    end
  end

  // Step 1 leaves the dividend's first bit for the first step of the loop to bring in. A root's
  // radicand is 1 .. 4, with two bits before the point; `exponent_q` has the bias, which is odd.
  always_comb begin : align
    quotient_o = {8'b0, normalized};
    remainder_o = 32'b0;
    divisor_o = {8'b0, b_significand_i};
    if (!step_a) begin
      if (root_i) begin
        quotient_o = 32'b0;
        divisor_o = exponent_q[0] ? {a_significand_i, 8'b0} : {1'b0, a_significand_i, 7'b0};
      end else begin
        quotient_o = {a_significand_i[0], 31'b0};
        remainder_o = {9'b0, a_significand_i[23:1]};
        divisor_o = {8'b0, normalized};
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Steps 2 to 28. Step 2 finds out how many bits follow; from then on a register says it.
  logic first_bit, long_d, long_q, more_d, more_q;
  logic [4:0] left_d, left_q;  // bits that follow, if any

  always_comb begin : choose_steps
    first_bit = step_count_i == STEP_FIRST_BIT;
    long_d = long_q;
    left_d = left_q - 5'd1;
    if (first_bit) begin
      long_d = !root_i && exponent_q > 10'sd1;
      left_d = (root_i || exponent_q > 10'sd1) ? 5'd25 : exponent_q[4:0] + 5'd24;
      more_d = root_i || exponent_q > -10'sd24;
    end else begin
      more_d = more_q && (left_q[4:1] != 4'd0 || (left_q[0] && long_q && !leading_bit_i));
    end
    bit_o = first_bit ? root_i || exponent_q > -10'sd25 : more_q;
  end

  // -----------------------------------------------------------------------------------------------
  // The rounding of the magnitude
  always_comb begin : rounding
    case (rm_i)
      RM_ZERO: rounding_o = 2'd2;
      RM_DOWN: rounding_o = {1'b1, sign_q};
      RM_UP: rounding_o = {1'b1, ~sign_q};
      RM_NEAREST_AWAY: rounding_o = 2'd1;
      default: rounding_o = 2'd0;
    endcase
  end

  always_ff @(posedge clk_i) begin
    sign_q <= sign_d;
    special_q <= special_d;
    invalid_q <= invalid_d;
    zero_divide_q <= zero_divide_d;
    infinite_q <= infinite_d;
    zero_q <= zero_d;
    if (load_i) begin
      a_zeros_q <= a_zeros;
      b_zeros_q <= b_zeros;
    end
    exponent_q <= exponent_d;
    divisor_exponent_q <= divisor_exponent_d;
    if (step_i) begin
      long_q <= long_d;
      left_q <= left_d;
      more_q <= more_d;
    end
  end

  assign exponent_o = exponent_q[8:0];
  assign sign_o = sign_q;

endmodule
`default_nettype wire
