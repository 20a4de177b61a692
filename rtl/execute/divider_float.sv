// The float part of a divider lane: classifies the operands, normalizes their significands and puts
// them in place, computes the result's exponent, and says which steps make a bit of the result.
//
//   LOAD     special cases, signs, exponents
//   step 0   a's significand shifted to bit 23
//   step 1   b's too; both go to their places for the loop; exponent
//   2 .. 28  bits of the result: a normal quotient takes 26, and one more if its first bit is 0
//
// One normalizer serves both operands. The bits behind the 26 are in the remainder. With exponent D
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
  input logic leading_bit_i,           // bit 25 of the quotient

  // To divider_lane: this step makes a bit
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
  localparam logic signed [9:0] BIAS = 10'sd127;
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
  // Steps 0 and 1: normalize
  logic [23:0] normalized;
  logic [4:0] zeros;

  always_comb begin : normalize
    normalized = (step_count_i == STEP_A) ? a_significand_i : b_significand_i;
    zeros = 5'd0;
    if (step_i && step_count_i < STEP_FIRST_BIT) begin
      if (normalized[23:8] == 16'b0) begin
        zeros[4] = 1'b1;
        normalized = normalized << 16;
      end
      if (normalized[23:16] == 8'b0) begin
        zeros[3] = 1'b1;
        normalized = normalized << 8;
      end
      if (normalized[23:20] == 4'b0) begin
        zeros[2] = 1'b1;
        normalized = normalized << 4;
      end
      if (normalized[23:22] == 2'b0) begin
        zeros[1] = 1'b1;
        normalized = normalized << 2;
      end
      if (!normalized[23]) begin
        zeros[0] = 1'b1;
        normalized = normalized << 1;
      end
    end
  end

  // Exponents of the operands as they come, 1 for subnormal numbers; then the result's
  logic signed [9:0] exponent_d, exponent_q, root_exponent;
  logic [7:0] divisor_exponent_q;

  assign root_exponent = exponent_q + BIAS;

  always_comb begin : next_exponent
    exponent_d = exponent_q;
    if (load_i) begin
      exponent_d = {2'b0, load_a_i[30:24], load_a_i[23] | (load_a_i[30:23] == 8'b0)};
    end else if (step_i) begin
      if (step_count_i == STEP_A) begin
        exponent_d = exponent_q - $signed({5'b0, zeros});
      end else if (step_count_i < STEP_FIRST_BIT) begin
        if (root_i) exponent_d = root_exponent >>> 1;
        else begin
          exponent_d = root_exponent - $signed({2'b0, divisor_exponent_q})
              + $signed({5'b0, zeros});
        end
      end else if (step_count_i == STEP_LAST_BIT && bit_o) begin
        exponent_d = exponent_q - 10'sd1;
      end
    end
  end

  // Step 1 leaves the dividend's first bit for the first step of the loop to bring in. A root's
  // radicand is 1 .. 4, with two bits before the point.
  always_comb begin : align
    quotient_o = {8'b0, normalized};
    remainder_o = 32'b0;
    divisor_o = {8'b0, b_significand_i};
    if (step_count_i != STEP_A) begin
      if (root_i) begin
        quotient_o = 32'b0;
        divisor_o = exponent_q[0] ? {1'b0, a_significand_i, 7'b0} : {a_significand_i, 8'b0};
      end else begin
        quotient_o = {a_significand_i[0], 31'b0};
        remainder_o = {9'b0, a_significand_i[23:1]};
        divisor_o = {8'b0, normalized};
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Steps 2 to 28
  logic signed [9:0] bits_made, bits_wanted;

  always_comb begin : choose_steps
    bits_made = $signed({5'b0, step_count_i}) - $signed({5'b0, STEP_FIRST_BIT});
    bits_wanted = exponent_q + 10'sd25;
    if (root_i) bits_wanted = 10'sd26;
    else if (exponent_q > 10'sd1) bits_wanted = leading_bit_i ? 10'sd26 : 10'sd27;
    bit_o = step_count_i >= STEP_FIRST_BIT && step_count_i <= STEP_LAST_BIT
        && bits_made < bits_wanted;
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
    exponent_q <= exponent_d;
    if (load_i) begin
      divisor_exponent_q <= {load_b_i[30:24], load_b_i[23] | (load_b_i[30:23] == 8'b0)};
    end
  end

  assign exponent_o = exponent_q[8:0];
  assign sign_o = sign_q;

endmodule
`default_nettype wire
