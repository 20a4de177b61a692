// One lane of the special function unit: an operand a cycle, its result 12 cycles later
// (combinational behind the last register, for the register or memory that takes it).
//
// All functions take one way (special_functions.md gives the arithmetic; the number of a stage is
// the count of registers before it):
//   0-2  P = M * 2/pi for sin and cos, M * 2^31 for the others: the same multipliers, since the
//        top bit of 2/pi is set
//   3-4  P shifted so that table index and u lie at the same places for all functions
//   5    fold: f = 2^26 - f in odd quadrants; ex2's rounding and sign
//   6    coefficients read; u * u
//   7-9  products and sums
//   10   leading zeros; 11 normalization; 12 rounding
// lg2 sums e * 2^28 + y - 1 where e < 0. y < 2^28, so the sum's complement is the magnitude, and no
// negation is needed. Special results wait in a small memory for their cycle.
`default_nettype none
module sfu_lane (
  input logic clk_i,

  // From sfu, c
  input logic [2:0] op_i,    // low bits of the opcode: they differ between all functions
  input logic [31:0] x_i,
  input logic [3:0] slot_i,  // counts cycles

  // To sfu, c+12
  output logic [31:0] result_o
);

`include "special_functions.svh"

  localparam logic [31:0] TWO_OVER_PI = 32'd2_734_261_102;  // in units of 2^-32

  // -----------------------------------------------------------------------------------------------
  // Stage 0: classes, exponents
  logic sign, all_ones, zero, no_fraction, nan, infinite;
  logic [7:0] biased;
  logic [22:0] fraction;
  logic rcp, rsqrt, ex2, lg2, sin, cos, trig, tanh;

  assign {sign, biased, fraction} = x_i;
  assign all_ones = biased == 8'd255;
  assign zero = biased == 8'd0;
  assign no_fraction = fraction == 23'd0;
  assign nan = all_ones && !no_fraction;
  assign infinite = all_ones && no_fraction;

  assign rcp = op_i == 3'(heddle_pkg::OP_RCP_APPROX);
  assign rsqrt = op_i == 3'(heddle_pkg::OP_RSQRT_APPROX);
  assign ex2 = op_i == 3'(heddle_pkg::OP_EX2_APPROX);
  assign lg2 = op_i == 3'(heddle_pkg::OP_LG2_APPROX);
  assign sin = op_i == 3'(heddle_pkg::OP_SIN_APPROX);
  assign cos = op_i == 3'(heddle_pkg::OP_COS_APPROX);
  assign tanh = op_i == 3'(heddle_pkg::OP_TANH_APPROX);
  assign trig = sin || cos;

  typedef enum logic [2:0] {
    COMPUTED,
    NAN,
    INFINITY,
    ZERO,
    ONE,
    OPERAND
  } special_t;

  special_t special;
  logic special_sign;

  always_comb begin : special_operands
    special = COMPUTED;
    special_sign = sign;
    if (rcp) begin
      if (infinite) special = ZERO;
      if (zero) special = INFINITY;
    end
    if (rsqrt) begin
      if (infinite) special = ZERO;
      if (sign) special = NAN;
      if (zero) special = INFINITY;
    end
    if (ex2) begin
      special_sign = 1'b0;
      if (biased >= 8'd134) special = sign ? ZERO : INFINITY;
      if (biased < 8'd102) special = ONE;
    end
    if (lg2) begin
      special_sign = zero;
      if (infinite) special = INFINITY;
      if (sign) special = NAN;
      if (zero) special = INFINITY;
    end
    if (trig) begin
      special_sign = sign && sin;
      if (infinite) special = NAN;
      if (biased < 8'd115) special = cos ? ONE : zero ? ZERO : OPERAND;
    end
    if (tanh) begin
      if (biased >= 8'd130) special = ONE;
      if (biased < 8'd121) special = zero ? ZERO : OPERAND;
    end
    if (nan) special = NAN;
    if (special == NAN) special_sign = 1'b0;
  end

  // The result's exponent (ex2's comes out of the fold), the shift, the table's rows. All tables
  // begin at multiples of 64; rcp has two times 64 rows, its fraction's top bit is added below.
  logic [8:0] exponent;
  logic [7:0] shift;
  logic [3:0] tanh_row, bank;
  logic is_negative, may_be_exact;

  always_comb begin : exponents
    exponent = 9'd0;
    shift = 8'd25;
    tanh_row = 4'(biased - 8'd121);
    bank = BASE_LG2[9:6];
    is_negative = sign;
    may_be_exact = 1'b1;
    if (rcp) begin
      exponent = 9'd127 - {1'b0, biased};
      shift = 8'd26;
      bank = BASE_RCP[9:6];
      may_be_exact = !fraction[22];
    end
    if (rsqrt) begin
      exponent = 9'd63 - {2'b0, biased[7:1]} + {8'b0, !biased[0]};
      bank = BASE_RSQRT[9:6] + {3'b0, !biased[0]};
      is_negative = 1'b0;
      may_be_exact = biased[0];
    end
    if (ex2) begin
      shift = biased - 8'd102;
      bank = BASE_EX2[9:6];
    end
    if (lg2) begin
      exponent = {1'b0, biased} - 9'd127;
      is_negative = biased < 8'd127;
    end
    if (trig) begin
      shift = biased - 8'd103;
      bank = BASE_SIN[9:6];
      is_negative = sign && sin;
    end
    if (tanh) begin
      exponent = (biased < 8'd126) ? {1'b0, biased} - 9'd126 : 9'd0;
      shift = 8'd23;
      bank = BASE_TANH[9:6] + {2'b0, tanh_row[3:2]};
      may_be_exact = 1'b0;
    end
  end

  // Flags and small fields on their way; the index is the stage in which they are visible.
  logic [5:1] rcp_q, tanh_q, cos_q, trig_q;
  logic [6:1] ex2_q, may_be_exact_q;
  logic [9:1] lg2_q;
  logic [12:1] sign_q;
  logic [4*8-1:0] shift_q;     // of stages 4 to 1
  logic [5*6-1:0] row_q;       // of stages 5 to 1: bank, tanh's two row bits
  logic [6*9-1:0] exponent_q;  // of stages 6 to 1

  // -----------------------------------------------------------------------------------------------
  // Stages 0 to 2: M = {m_high, m_low} times the factor
  logic [31:0] factor;
  logic [5:0] m_high;
  logic [17:0] m_low;
  logic [35:0] low_low_q, low_low_2_q;
  logic [31:0] low_high_q;
  logic [23:0] high_low_q;
  logic [19:0] high_high_q, high_high_2_q;
  logic [32:0] middle_q;
  logic [55:0] product_q;

  assign factor = TWO_OVER_PI & {1'b1, {31{trig}}};
  assign {m_high, m_low} = {1'b1, fraction};

  always_ff @(posedge clk_i) begin
    low_low_q <= {18'b0, m_low} * {18'b0, factor[17:0]};
    low_high_q <= {14'b0, m_low} * {18'b0, factor[31:18]};
    high_low_q <= {18'b0, m_high} * {6'b0, factor[17:0]};
    high_high_q <= {14'b0, m_high} * {6'b0, factor[31:18]};

    middle_q <= {1'b0, low_high_q} + {9'b0, high_low_q};
    low_low_2_q <= low_low_q;
    high_high_2_q <= high_high_q;

    product_q[17:0] <= low_low_2_q[17:0];
    product_q[55:18] <= {high_high_2_q, low_low_2_q[35:18]} + {5'b0, middle_q};
  end

  // -----------------------------------------------------------------------------------------------
  // Special results: formed in stage 1, back in stage 12
  logic [30:0] operand_q;
  special_t special_q;
  logic special_sign_q;
  logic [30:0] special_value;
  logic [32:0] specials[0:15];
  logic [32:0] special_result_q;
  logic [3:0] read_slot;

  always_comb begin : special_results
    special_value = operand_q;
    case (special_q)
      NAN: special_value = 31'h7FC0_0000;
      INFINITY: special_value = 31'h7F80_0000;
      ZERO: special_value = 31'h0;
      ONE: special_value = 31'h3F80_0000;
      default: ;
    endcase
  end

  assign read_slot = slot_i + 4'd6;  // written ten cycles ago

  always_ff @(posedge clk_i) begin
    operand_q <= x_i[30:0];
    special_q <= special;
    special_sign_q <= special_sign;
    specials[slot_i] <= {special_q != COMPUTED, special_sign_q, special_value};
    special_result_q <= specials[read_slot];
  end

  // -----------------------------------------------------------------------------------------------
  // Stages 3 and 4: (P << shift)[85:53]
  logic [3:0] shift_3, shift_4;
  logic [47:0] coarse_d, coarse_q;
  logic [32:0] window_d, window_q;

  assign shift_3 = shift_q[8*2+4+:4];  // by 16
  assign shift_4 = shift_q[8*3+:4];

  always_comb begin : shifts
    coarse_d = 48'd0;
    case (shift_3)
      4'd0: coarse_d = {30'b0, product_q[55:38]};
      4'd1: coarse_d = {14'b0, product_q[55:22]};
      4'd2: coarse_d = product_q[53:6];
      4'd3: coarse_d = {product_q[37:0], 10'b0};
      4'd4: coarse_d = {product_q[21:0], 26'b0};
      default: ;  // of 80, only P's lowest bit would count, and 2/pi is even
    endcase
    window_d = 33'((coarse_q << shift_4) >> 15);
  end

  // -----------------------------------------------------------------------------------------------
  // Stage 5: fold. Bits: [2:0] only for sin and cos, [19:3] u, [25:20] row, above it the quadrant,
  // ex2's integer part or rcp's seventh row bit.
  logic odd, invert;
  logic [33:0] round, folded_d, folded_q;
  logic [9:0] index;
  logic one_q, sign_5;

  assign odd = window_q[26] ^ cos_q[5];
  assign invert = trig_q[5] ? odd : ex2_q[5] && sign_q[5];

  always_comb begin : fold
    round = 34'd0;
    round[0] = trig_q[5] && odd;
    round[3] = ex2_q[5] && (sign_q[5] ^ window_q[2]);
    folded_d = ({1'b0, window_q} ^ {34{invert}}) + round;
    index = {row_q[6*4+2+:4], folded_d[25:20]};
    if (rcp_q[5]) index[6] = window_q[26];
    if (tanh_q[5]) index[5:4] = row_q[6*4+:2];
    sign_5 = sign_q[5] && !ex2_q[5];
    if (trig_q[5]) sign_5 = window_q[27] ^ (cos_q[5] ? window_q[26] : sign_q[5]);
  end

  // -----------------------------------------------------------------------------------------------
  // Stage 6: the ROM's data; results that no interpolation may touch: C1 = C2 = 0
  logic exact;
  logic signed [16:0] u, u_q;
  logic [16:0] square_q;
  logic [33:0] square;
  logic [70:0] rom_q;
  logic [C0_BITS-1:0] c0_q;
  logic signed [C1_BITS-1:0] c1_q;
  logic signed [C2_BITS-1:0] c2_q;
  logic [8:0] exponent_7_q;

  assign exact = may_be_exact_q[6] && folded_q[25:0] == 26'd0;
  assign u = {!folded_q[19], folded_q[18:3]};
  assign square = u * u;

  always_ff @(posedge clk_i) begin
    rom_q <= coefficients(index);
    folded_q <= folded_d;
    if (!trig_q[5]) folded_q[2:0] <= 3'd0;
    one_q <= trig_q[5] ? odd : !lg2_q[5];

    {c0_q, c1_q, c2_q} <= rom_q;
    if (exact) {c0_q, c1_q, c2_q} <= {1'b0, one_q, 69'b0};
    u_q <= u;
    square_q <= square[32:16];
    exponent_7_q <= ex2_q[6] ? {folded_q[33], folded_q[33:26]} : exponent_q[9*5+:9];
  end

  // -----------------------------------------------------------------------------------------------
  // Stages 7 to 9: V = C0 + (C1 * u >> 16) + (C2 * square >> 16), for lg2 with e in front of C0
  logic signed [28:0] upper_q, lower_q;
  logic signed [35:0] quadratic_q, base, base_q, base_9_q, value_q;
  logic [29:0] linear;
  logic [24:0] linear_q;
  logic [8:0] exponent_8_q, exponent_9_q, exponent_10_q;

  assign base = lg2_q[7] ? {exponent_7_q[7:0], c0_q[27:0]} : {6'b0, c0_q};
  assign linear = {upper_q[28], upper_q} + {{12{lower_q[28]}}, lower_q[28:11]};

  always_ff @(posedge clk_i) begin
    upper_q <= $signed(c1_q[22:11]) * u_q;
    lower_q <= $signed({1'b0, c1_q[10:0]}) * u_q;
    quadratic_q <= c2_q * $signed({1'b0, square_q});
    base_q <= base - $signed({35'b0, lg2_q[7] && sign_q[7]});
    exponent_8_q <= lg2_q[7] ? 9'd0 : exponent_7_q;

    linear_q <= linear[29:5];
    base_9_q <= base_q + (quadratic_q >>> 16);
    exponent_9_q <= exponent_8_q;

    value_q <= base_9_q + $signed({{11{linear_q[24]}}, linear_q});
    exponent_10_q <= exponent_9_q;
  end

  // -----------------------------------------------------------------------------------------------
  // Stage 10: magnitude (0 where sin and cos are negative) and its leading zeros
  logic lg2_10_q;
  logic [34:0] magnitude, magnitude_q, normalized, normalized_q;
  logic [5:0] zeros, zeros_q;
  logic [8:0] exponent_11_q;

  assign magnitude = value_q[34:0] ^ {35{value_q[35]}};

  leading_zeros #(.WIDTH(36)) u_zeros (.value_i({magnitude, 1'b0}), .count_o(zeros));

  // Stage 11
  logic [9:0] result_exponent_q;
  assign normalized = magnitude_q << zeros_q;

  // Stage 12
  logic [32:0] rounded;

  always_comb begin : result
    rounded = {result_exponent_q, normalized_q[33:11]} + {32'b0, normalized_q[10]};
    result_o = {sign_q[12], rounded[30:0]};
    if (!rounded[32] && rounded[31:23] >= 9'd255) result_o[30:0] = 31'h7F80_0000;
    if (rounded[32] || rounded[31:23] == 9'd0 || !normalized_q[34]) result_o[30:0] = 31'd0;
    if (special_result_q[32]) result_o = special_result_q[31:0];
  end

  always_ff @(posedge clk_i) begin
    zeros_q <= zeros;
    magnitude_q <= magnitude;
    if (value_q[35] && !lg2_10_q) magnitude_q <= 35'd0;
    exponent_11_q <= exponent_10_q;

    normalized_q <= normalized;
    result_exponent_q <= {exponent_11_q[8], exponent_11_q} + 10'd133 - {4'b0, zeros_q};

    coarse_q <= coarse_d;
    window_q <= window_d;
    rcp_q <= {rcp_q[4:1], rcp};
    tanh_q <= {tanh_q[4:1], tanh};
    cos_q <= {cos_q[4:1], cos};
    trig_q <= {trig_q[4:1], trig};
    ex2_q <= {ex2_q[5:1], ex2};
    may_be_exact_q <= {may_be_exact_q[5:1], may_be_exact};
    lg2_q <= {lg2_q[8:1], lg2};
    lg2_10_q <= lg2_q[9];
    sign_q <= {sign_q[11:6], sign_5, sign_q[4:1], is_negative};
    shift_q <= {shift_q[8*3-1:0], shift};
    row_q <= {row_q[6*4-1:0], bank, tanh_row[1:0]};
    exponent_q <= {exponent_q[9*5-1:0], exponent};
  end

  // What rounding drops of products and sums, and the part of the shift that is done.
  logic unused;
  assign unused = ^{
    shift_q[8*3+4+:4], square[33], square[15:0], lower_q[10:0], linear[4:0], normalized_q[9:0]
  };

endmodule
`default_nettype wire
