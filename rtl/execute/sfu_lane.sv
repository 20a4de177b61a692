// One lane of the special function unit: an operand every cycle, its result 16 cycles later.
//
// Cycles: 1-3 product with 2/pi (sin, cos), 4-5 shift to fixed point (sin, cos, ex2), 6-7 rounding,
// sign, quadrant, and ROM index; 8 ROM and square, 9 products, 10 sum; 11 exponent (lg2), 12
// magnitude, 13-14 normalization, 15 rounding and packing. Functions that need no fixed point wait.
// Arithmetic: docs/architecture/special_functions.md.
`default_nettype none
module sfu_lane (
  input logic clk_i,

  // From sfu
  input logic [2:0] function_i,  // the offset of the op from OP_RCP_APPROX
  input logic [31:0] operand_i,

  // To sfu, 16 cycles later
  output logic [31:0] result_o
);

`include "special_functions.svh"

  localparam logic [2:0] RCP = 3'd0;
  localparam logic [2:0] RSQRT = 3'd1;
  localparam logic [2:0] EX2 = 3'd2;
  localparam logic [2:0] LG2 = 3'd3;
  localparam logic [2:0] SIN = 3'd4;
  localparam logic [2:0] COS = 3'd5;
  localparam logic [2:0] TANH = 3'd6;

  // Results that no arithmetic makes. SPECIAL_OPERAND: the operand itself.
  localparam logic [2:0] SPECIAL_NONE = 3'd0;
  localparam logic [2:0] SPECIAL_NAN = 3'd1;
  localparam logic [2:0] SPECIAL_INFINITY = 3'd2;
  localparam logic [2:0] SPECIAL_ZERO = 3'd3;
  localparam logic [2:0] SPECIAL_ONE = 3'd4;
  localparam logic [2:0] SPECIAL_OPERAND = 3'd5;

  localparam int unsigned FIXED = 7;   // stage at whose end the ROM index is made
  localparam int unsigned STAGES = 15;
  localparam int unsigned VALUE_BITS = 37;  // of lg2 before packing, with sign

  // -----------------------------------------------------------------------------------------------
  // What travels along: operand and function; special result and sign; from stage 8 the exponent
  logic [31:0] operand_q[1:STAGES];
  logic [2:0] function_q[1:STAGES];
  logic [2:0] special_d, special_q[2:STAGES];
  logic special_sign_d, special_sign_q[2:STAGES];

  always_ff @(posedge clk_i) begin
    operand_q[1] <= operand_i;
    function_q[1] <= function_i;
    for (int i = 2; i <= STAGES; i++) begin
      operand_q[i] <= operand_q[i-1];
      function_q[i] <= function_q[i-1];
    end
    special_q[2] <= special_d;
    special_sign_q[2] <= special_sign_d;
    for (int i = 3; i <= STAGES; i++) begin
      special_q[i] <= special_q[i-1];
      special_sign_q[i] <= special_sign_q[i-1];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // 1: special operands
  logic x_sign, x_zero, x_infinite, x_nan;
  logic [7:0] x_exponent;  // biased

  assign x_sign = operand_q[1][31];
  assign x_exponent = operand_q[1][30:23];
  assign x_zero = x_exponent == 8'd0;
  assign x_infinite = x_exponent == 8'd255 && operand_q[1][22:0] == 23'd0;
  assign x_nan = x_exponent == 8'd255 && operand_q[1][22:0] != 23'd0;

  always_comb begin : special_operands
    special_d = SPECIAL_NONE;
    special_sign_d = x_sign;
    case (function_q[1])
      RCP: begin
        if (x_infinite) special_d = SPECIAL_ZERO;
        else if (x_zero) special_d = SPECIAL_INFINITY;
      end
      RSQRT: begin
        if (x_zero) special_d = SPECIAL_INFINITY;
        else if (x_sign) special_d = SPECIAL_NAN;
        else if (x_infinite) special_d = SPECIAL_ZERO;
      end
      EX2: begin
        special_sign_d = 1'b0;
        if (x_exponent >= 8'd134) special_d = x_sign ? SPECIAL_ZERO : SPECIAL_INFINITY;
        else if (x_exponent < 8'd102) special_d = SPECIAL_ONE;
      end
      LG2: begin
        special_sign_d = x_zero;
        if (x_zero || (x_infinite && !x_sign)) special_d = SPECIAL_INFINITY;
        else if (x_sign) special_d = SPECIAL_NAN;
      end
      SIN: begin
        if (x_infinite) special_d = SPECIAL_NAN;
        else if (x_zero) special_d = SPECIAL_ZERO;
        else if (x_exponent < 8'd115) special_d = SPECIAL_OPERAND;
      end
      COS: begin
        special_sign_d = 1'b0;
        if (x_infinite) special_d = SPECIAL_NAN;
        else if (x_exponent < 8'd115) special_d = SPECIAL_ONE;
      end
      TANH: begin
        if (x_zero) special_d = SPECIAL_ZERO;
        else if (x_exponent < 8'd121) special_d = SPECIAL_OPERAND;
        else if (x_exponent >= 8'd130) special_d = SPECIAL_ONE;
      end
      default: ;
    endcase
    if (x_nan) special_d = SPECIAL_NAN;
  end

  // -----------------------------------------------------------------------------------------------
  // 1 to 3: significand times 2/pi in units of 2^-32, in 18 x 16 bit products
  localparam logic [31:0] TWO_OVER_PI = 32'd2734261102;

  logic [23:0] significand;
  logic [33:0] product_ll_q, product_lh_q;
  logic [21:0] product_hl_q, product_hh_q;
  logic [49:0] sum_l_q;
  logic [37:0] sum_h_q;
  logic [55:0] product_d, product_q;

  assign significand = {1'b1, operand_q[1][22:0]};
  assign product_d = {6'b0, sum_l_q} + {sum_h_q, 18'b0};

  always_ff @(posedge clk_i) begin
    product_ll_q <= 34'(significand[17:0]) * 34'(TWO_OVER_PI[15:0]);
    product_lh_q <= 34'(significand[17:0]) * 34'(TWO_OVER_PI[31:16]);
    product_hl_q <= 22'(significand[23:18]) * 22'(TWO_OVER_PI[15:0]);
    product_hh_q <= 22'(significand[23:18]) * 22'(TWO_OVER_PI[31:16]);
    sum_l_q <= {16'b0, product_ll_q} + {product_lh_q, 16'b0};
    sum_h_q <= {16'b0, product_hl_q} + {product_hh_q, 16'b0};
    if (function_q[3] == EX2) product_q <= {2'b0, 1'b1, operand_q[3][22:0], 30'b0};
    else product_q <= product_d;
  end

  // -----------------------------------------------------------------------------------------------
  // 4 to 5: times 2^(e - 29), as a right shift by 56 - e of the product in front of 27 zeros. The
  // result has a bit below the unit of ex2's fixed point.
  logic [6:0] shift;
  logic [3:0] fine_shift_q;
  logic [46:0] coarse_q;
  logic [31:0] fixed_q;
  logic far;

  assign shift = 7'(8'd183 - operand_q[4][30:23]);  // 56 - (E - 127), where not `far`
  assign far = operand_q[4][30:23] > 8'd183;

  always_ff @(posedge clk_i) begin
    fine_shift_q <= shift[3:0];
    coarse_q <= far ? '0 : 47'({product_q, 27'b0} >> {shift[6:4], 4'b0});
    fixed_q <= 32'(coarse_q >> fine_shift_q);
  end

  // -----------------------------------------------------------------------------------------------
  // 6: rounding of ex2, quadrant of sin and cos
  logic [30:0] rounded_q;
  logic [1:0] quadrant_d, quadrant_q;
  logic [25:0] turn_q;

  assign quadrant_d = fixed_q[27:26] + ((function_q[6] == COS) ? 2'd1 : 2'd0);

  always_ff @(posedge clk_i) begin
    rounded_q <= 31'((33'(fixed_q) + 33'd1) >> 1);
    quadrant_q <= quadrant_d;
    turn_q <= fixed_q[25:0];
  end

  // -----------------------------------------------------------------------------------------------
  // 7: index, position in the interval, sign and exponent of the result
  logic [31:0] power;
  logic [26:0] turn;
  logic [22:0] m;
  logic signed [8:0] e;
  logic [9:0] index_d, index_q;
  logic [16:0] position_d;
  logic signed [16:0] u_q;
  logic sign_d, unity_d, none_d;
  logic signed [8:0] exponent_d;

  assign power = operand_q[FIXED][31] ? -{1'b0, rounded_q} : {1'b0, rounded_q};
  assign turn = quadrant_q[0] ? {1'b1, 26'b0} - {1'b0, turn_q} : {1'b0, turn_q};
  assign m = operand_q[FIXED][22:0];
  assign e = $signed({1'b0, operand_q[FIXED][30:23]}) - 9'sd127;

  always_comb begin : place
    index_d = BASE_RCP + 10'(m[22:16]);
    position_d = {m[15:0], 1'b0};
    sign_d = 1'b0;
    unity_d = 1'b0;  // the value is 2^28
    none_d = 1'b0;   // the value is 0
    exponent_d = 9'sd0;
    case (function_q[FIXED])
      RCP: begin
        sign_d = operand_q[FIXED][31];
        unity_d = m == 23'd0;
        exponent_d = -e;
      end
      RSQRT: begin
        index_d = BASE_RSQRT + {3'b0, e[0], m[22:17]};
        position_d = m[16:0];
        unity_d = m == 23'd0 && !e[0];
        exponent_d = -(e >>> 1);
      end
      EX2: begin
        index_d = BASE_EX2 + 10'(power[22:17]);
        position_d = power[16:0];
        unity_d = power[22:0] == 23'd0;
        exponent_d = $signed(power[31:23]);
      end
      LG2: begin
        index_d = BASE_LG2 + 10'(m[22:17]);
        position_d = m[16:0];
        none_d = m == 23'd0;
        exponent_d = e;
      end
      SIN, COS: begin
        index_d = BASE_SIN + 10'(turn[25:20]);
        position_d = turn[19:3];
        sign_d = quadrant_q[1] ^ (function_q[FIXED] == SIN && operand_q[FIXED][31]);
        unity_d = turn[26];
        none_d = turn == 27'd0;
      end
      TANH: begin
        index_d = BASE_TANH + 10'({4'(e + 9'sd6), m[22:19]});
        position_d = m[18:2];
        sign_d = operand_q[FIXED][31];
        exponent_d = (e < -9'sd1) ? e + 9'sd1 : 9'sd0;
      end
      default: ;
    endcase
  end

  logic sign_q[FIXED+1:STAGES];
  logic unity_q[FIXED+1:10], none_q[FIXED+1:10];
  logic signed [8:0] exponent_q[FIXED+1:STAGES];

  always_ff @(posedge clk_i) begin
    index_q <= index_d;
    u_q <= $signed({!position_d[16], position_d[15:0]});  // minus 2^16
    sign_q[FIXED+1] <= sign_d;
    unity_q[FIXED+1] <= unity_d;
    none_q[FIXED+1] <= none_d;
    exponent_q[FIXED+1] <= exponent_d;
    for (int i = FIXED + 2; i <= 10; i++) begin
      unity_q[i] <= unity_q[i-1];
      none_q[i] <= none_q[i-1];
    end
    for (int i = FIXED + 2; i <= STAGES; i++) exponent_q[i] <= exponent_q[i-1];
  end

  // -----------------------------------------------------------------------------------------------
  // 8 to 10: interpolation
  logic [C0_BITS+C1_BITS+C2_BITS-1:0] rom_q;
  logic signed [17:0] square_q;
  logic signed [16:0] u2_q;
  logic signed [C1_BITS+16:0] linear_q;
  logic signed [C2_BITS+17:0] quadratic_q;
  logic [C0_BITS-1:0] c0_q;
  logic signed [31:0] sum_d, sum_q;

  assign sum_d = $signed({2'b0, c0_q}) + 32'(linear_q >>> 16) + 32'(quadratic_q >>> 16);

  always_ff @(posedge clk_i) begin
    rom_q <= coefficients(index_q);
    square_q <= 18'((34'(u_q) * 34'(u_q)) >>> 16);
    u2_q <= u_q;
    linear_q <= $signed(rom_q[C2_BITS+:C1_BITS]) * u2_q;
    quadratic_q <= $signed(rom_q[C2_BITS-1:0]) * square_q;
    c0_q <= rom_q[C2_BITS+C1_BITS+:C0_BITS];
    if (none_q[10]) sum_q <= 32'sd0;
    else if (unity_q[10]) sum_q <= 32'sd1 <<< 28;
    else sum_q <= sum_d;
  end

  // -----------------------------------------------------------------------------------------------
  // 11 and 12: the logarithm's whole part; sign and magnitude. Other values below 0 count as 0.
  logic signed [VALUE_BITS-1:0] value_d, value_q;
  logic [VALUE_BITS-1:0] magnitude_d, magnitude_q;
  logic logarithm;

  assign value_d = VALUE_BITS'(sum_q)
      + ((function_q[11] == LG2) ? VALUE_BITS'(exponent_q[11]) <<< 28 : VALUE_BITS'(0));
  assign logarithm = function_q[12] == LG2;

  always_comb begin : magnitude
    magnitude_d = value_q;
    if (value_q < 0) magnitude_d = logarithm ? -value_q : '0;
  end

  always_ff @(posedge clk_i) begin
    value_q <= value_d;
    magnitude_q <= magnitude_d;
    for (int i = FIXED + 2; i <= STAGES; i++) sign_q[i] <= sign_q[i-1];
    sign_q[13] <= logarithm ? value_q < 0 : sign_q[12];
  end

  // -----------------------------------------------------------------------------------------------
  // 13 and 14: normalization
  logic [5:0] zeros_d, zeros_q, zeros2_q;
  logic [VALUE_BITS-1:0] magnitude2_q;
  logic [24:0] normal_q;  // significand and the bit below it

  always_comb begin : leading_zeros
    zeros_d = 6'(VALUE_BITS);
    for (int i = 0; i < VALUE_BITS; i++) begin
      if (magnitude_q[i]) zeros_d = 6'(VALUE_BITS - 1 - i);
    end
  end

  always_ff @(posedge clk_i) begin
    zeros_q <= zeros_d;
    magnitude2_q <= magnitude_q;
    normal_q <= 25'((magnitude2_q << zeros_q) >> (VALUE_BITS - 25));
    zeros2_q <= zeros_q;
  end

  // -----------------------------------------------------------------------------------------------
  // 15: rounding to nearest, ties away from zero, and packing
  logic [24:0] rounded;
  logic signed [9:0] exponent, biased;
  logic [31:0] result_d;

  assign rounded = 25'((26'(normal_q) + 26'd1) >> 1);
  // Bit 36 - zeros is the top; a value of 2^28 has the exponent.
  assign exponent = (function_q[15] == LG2) ? 10'sd0 : 10'(exponent_q[15]);
  assign biased = exponent + 10'sd135 - $signed({4'b0, zeros2_q}) + $signed({9'b0, rounded[24]});

  always_comb begin : pack
    result_d = {sign_q[15], biased[7:0], rounded[24] ? rounded[23:1] : rounded[22:0]};
    if (!normal_q[24] || biased <= 0) result_d = {sign_q[15], 31'b0};
    else if (biased >= 10'sd255) result_d = {sign_q[15], 8'hFF, 23'b0};
    case (special_q[15])
      SPECIAL_NAN: result_d = 32'h7FC0_0000;
      SPECIAL_INFINITY: result_d = {special_sign_q[15], 8'hFF, 23'b0};
      SPECIAL_ZERO: result_d = {special_sign_q[15], 31'b0};
      SPECIAL_ONE: result_d = {special_sign_q[15], 8'd127, 23'b0};
      SPECIAL_OPERAND: result_d = operand_q[15];
      default: ;
    endcase
  end

  always_ff @(posedge clk_i) result_o <= result_d;

endmodule
`default_nettype wire
