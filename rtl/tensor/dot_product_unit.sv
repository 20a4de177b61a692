// The tensor core's dot-product unit: d = c + sum of a[k] * b[k] over 32 bytes of each operand, an
// operation a cycle, DOT_LATENCY cycles later (docs/architecture/tensor.md).
//
// All products and the accumulator are aligned to one exponent, truncated, added exactly and
// converted once. There is no stall and no enable: an operation takes its way through the stages
// whatever its formats. FORMATS and MODES say what is built; without a format its hardware goes
// away, since nothing drives it any more.
`default_nettype none
module dot_product_unit #(
  parameter logic [heddle_pkg::DOT_FORMAT_BITS-1:0] FORMATS = '1,  // bits heddle_pkg::DOT_HAS_x
  parameter logic [4:0] MODES = '1                                 // bit heddle_pkg::DOT_mode
) (
  input logic clk_i,
  input logic rst_ni,

  // From the issuer, c
  input logic valid_i,
  input logic [2:0] mode_i,
  input logic [3:0] a_format_i,
  input logic [3:0] b_format_i,
  input logic [1:0] accumulator_i,
  input logic [1:0] scale_format_i,
  input logic [1:0] step_i,
  input logic [255:0] a_i,
  input logic [255:0] b_i,
  input logic [31:0] a_scale_i,
  input logic [31:0] b_scale_i,
  input logic [31:0] c_i,

  // To the issuer, c+18
  output logic valid_o,
  output logic [31:0] d_o
);

  localparam bit GROUPS = FORMATS[heddle_pkg::DOT_HAS_FP4];
  // The sum's magnitude, and its fraction bits below 2^E; FP4 needs 35 of them, all others 25.
  localparam int unsigned SUM_BITS = GROUPS ? 48 : 33;
  localparam int unsigned FRACTION = GROUPS ? 35 : 25;
  localparam int unsigned POINT = FRACTION - 25;
  localparam logic signed [10:0] TOP = 11'(SUM_BITS - 1 - FRACTION);

  // -----------------------------------------------------------------------------------------------
  // Valid bits
  logic [heddle_pkg::DOT_LATENCY-1:0] valid_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[heddle_pkg::DOT_LATENCY-2:0], valid_i};
  end

  assign valid_o = valid_q[heddle_pkg::DOT_LATENCY-1];

  // -----------------------------------------------------------------------------------------------
  // What the operation is
  logic [3:0] enable;
  logic c_half, scale_e8m0, scale_ue4m3;
  logic byte_float, int8, int4, fp4, mx, d_half, short_fraction, saturate;
  logic [1:0] dropped;
  logic signed [9:0] floor;
  logic [8:0] bias, scale_exponent;
  logic fp4_2, integer_2, d_half_2, short_2, saturate_2;
  logic [1:0] dropped_2, dropped_6;
  logic integer_3, integer_5, d_half_5, integer_7, fp4_13, integer_13, saturate_13;
  logic integer_17, d_half_17, short_17;

  dot_operation #(.FORMATS(FORMATS), .MODES(MODES)) u_operation (
    .clk_i, .mode_i, .a_format_i, .b_format_i, .accumulator_i, .scale_format_i, .step_i,
    .a_scale_i(a_scale_i[7:0]), .b_scale_i(b_scale_i[7:0]),
    .enable_o(enable), .c_half_o(c_half), .scale_e8m0_o(scale_e8m0), .scale_ue4m3_o(scale_ue4m3),
    .byte_float_o(byte_float), .int8_o(int8), .int4_o(int4), .fp4_o(fp4), .mx_o(mx),
    .d_half_o(d_half), .short_fraction_o(short_fraction), .saturate_o(saturate),
    .dropped_o(dropped), .floor_o(floor), .bias_o(bias), .scale_exponent_o(scale_exponent)
  );

  delay_line #(.WIDTH(7), .CYCLES(1)) u_control2 (
    .clk_i, .data_i({fp4, int8 || int4, d_half, short_fraction, saturate, dropped}),
    .data_o({fp4_2, integer_2, d_half_2, short_2, saturate_2, dropped_2})
  );
  delay_line #(.WIDTH(1), .CYCLES(1)) u_control3 (
    .clk_i, .data_i(integer_2), .data_o(integer_3)
  );
  delay_line #(.WIDTH(2), .CYCLES(3)) u_control5 (
    .clk_i, .data_i({integer_2, d_half_2}), .data_o({integer_5, d_half_5})
  );
  delay_line #(.WIDTH(2), .CYCLES(4)) u_control6 (
    .clk_i, .data_i(dropped_2), .data_o(dropped_6)
  );
  delay_line #(.WIDTH(1), .CYCLES(2)) u_control7 (
    .clk_i, .data_i(integer_5), .data_o(integer_7)
  );
  delay_line #(.WIDTH(3), .CYCLES(11)) u_control13 (
    .clk_i, .data_i({fp4_2, integer_2, saturate_2}), .data_o({fp4_13, integer_13, saturate_13})
  );
  delay_line #(.WIDTH(3), .CYCLES(15)) u_control17 (
    .clk_i, .data_i({integer_2, d_half_2, short_2}), .data_o({integer_17, d_half_17, short_17})
  );

  // -----------------------------------------------------------------------------------------------
  // Scales: of the groups (FP4), or of all elements (MX)
  logic [4*9-1:0] group_exponents, group_exponents_5;
  logic [4*8-1:0] group_significands, group_significands_7;
  logic [3:0] scale_nan;

  generate
    for (genvar i = 0; i < 4; i++) begin : g_scale
      scale_decode u_scale (
        .clk_i, .e8m0_i(scale_e8m0), .ue4m3_i(scale_ue4m3),
        .a_i(a_scale_i[8*i +: 8]), .b_i(b_scale_i[8*i +: 8]),
        .exponent_o(group_exponents[9*i +: 9]), .nan_o(scale_nan[i]),
        .significand_o(group_significands[8*i +: 8])
      );
    end
  endgenerate

  delay_line #(.WIDTH(36), .CYCLES(4)) u_group_exponents (
    .clk_i, .data_i(group_exponents), .data_o(group_exponents_5)
  );
  delay_line #(.WIDTH(32), .CYCLES(5)) u_group_significands (
    .clk_i, .data_i(group_significands), .data_o(group_significands_7)
  );

  // A product's exponent is its biased fields plus this.
  logic signed [9:0] offset_d, offset_q, offset_5;

  assign offset_d = $signed({1'b0, scale_exponent}) - $signed({1'b0, bias});

  always_ff @(posedge clk_i) begin
    offset_q <= offset_d;
  end

  delay_line #(.WIDTH(10), .CYCLES(3)) u_offset (
    .clk_i, .data_i(offset_q), .data_o(offset_5)
  );

  // -----------------------------------------------------------------------------------------------
  // Accumulator
  logic c_negative, c_negative_6, c_infinite, c_nan;
  logic [23:0] c_significand, c_significand_6;
  logic signed [9:0] c_exponent_3, c_exponent_4, c_exponent_5;
  logic [31:0] c_7;

  accumulator_decode u_accumulator (
    .clk_i, .c_i, .half_i(c_half), .floor_i(floor), .offset_i(offset_q),
    .negative_o(c_negative), .significand_o(c_significand), .infinite_o(c_infinite),
    .nan_o(c_nan), .exponent_o(c_exponent_3)
  );

  delay_line #(.WIDTH(25), .CYCLES(5)) u_c_number (
    .clk_i, .data_i({c_negative, c_significand}), .data_o({c_negative_6, c_significand_6})
  );
  delay_line #(.WIDTH(10), .CYCLES(1)) u_c_exponent4 (
    .clk_i, .data_i(c_exponent_3), .data_o(c_exponent_4)
  );
  delay_line #(.WIDTH(10), .CYCLES(1)) u_c_exponent5 (
    .clk_i, .data_i(c_exponent_4), .data_o(c_exponent_5)
  );
  delay_line #(.WIDTH(32), .CYCLES(7)) u_c_integer (
    .clk_i, .data_i(c_i), .data_o(c_7)
  );

  // -----------------------------------------------------------------------------------------------
  // Products and their alignment
  logic [16*9-1:0] exponents_0;
  logic [16*6-1:0] exponents_1;
  logic [15:0] product_nan, product_negative_infinite, product_positive_infinite;
  logic [32*10-1:0] pairs;
  logic [32*28-1:0] terms;
  logic [27:0] c_term;
  logic signed [9:0] maximum;

  generate
    for (genvar i = 0; i < 16; i++) begin : g_slot
      logic [12:0] a_factor_0, a_factor_1, b_factor_0, b_factor_1;
      logic [7:0] a_exponent_0, b_exponent_0;
      logic [4:0] a_exponent_1, b_exponent_1;
      logic [3:0] a_negative, a_zero, b_negative, b_zero;
      logic [1:0] a_infinite, a_nan, b_infinite, b_nan;
      logic negative_0, negative_1, negative_0_6, negative_1_6;
      logic [21:0] magnitude_0, magnitude_0_6;
      logic [15:0] magnitude_1, magnitude_1_6;
      logic [8:0] exponent_0_5;
      logic [5:0] exponent_1_5;

      operand_decode #(.FORMATS(FORMATS), .ODD(i % 2 == 1)) u_a (
        .clk_i, .format_i(a_format_i), .slot_i(a_i[16*i +: 16]),
        .above_i(a_i[16*(i | 1) +: 16]), .enable_i(enable[i/4]),
        .factor_0_o(a_factor_0), .factor_1_o(a_factor_1), .exponent_0_o(a_exponent_0),
        .exponent_1_o(a_exponent_1), .negative_o(a_negative), .zero_o(a_zero),
        .infinite_o(a_infinite), .nan_o(a_nan)
      );
      operand_decode #(.FORMATS(FORMATS), .ODD(i % 2 == 1)) u_b (
        .clk_i, .format_i(b_format_i), .slot_i(b_i[16*i +: 16]),
        .above_i(b_i[16*(i | 1) +: 16]), .enable_i(enable[i/4]),
        .factor_0_o(b_factor_0), .factor_1_o(b_factor_1), .exponent_0_o(b_exponent_0),
        .exponent_1_o(b_exponent_1), .negative_o(b_negative), .zero_o(b_zero),
        .infinite_o(b_infinite), .nan_o(b_nan)
      );
      product u_product (
        .clk_i, .a_factor_0_i(a_factor_0), .a_factor_1_i(a_factor_1),
        .a_exponent_0_i(a_exponent_0), .a_exponent_1_i(a_exponent_1), .a_negative_i(a_negative),
        .a_zero_i(a_zero), .a_infinite_i(a_infinite), .a_nan_i(a_nan),
        .b_factor_0_i(b_factor_0), .b_factor_1_i(b_factor_1),
        .b_exponent_0_i(b_exponent_0), .b_exponent_1_i(b_exponent_1), .b_negative_i(b_negative),
        .b_zero_i(b_zero), .b_infinite_i(b_infinite), .b_nan_i(b_nan),
        .byte_float_i(byte_float), .int8_i(int8), .int4_i(int4), .fp4_i(fp4),
        .group_exponent_i(group_exponents[9*(i/4) +: 9]),
        .exponent_0_o(exponents_0[9*i +: 9]), .exponent_1_o(exponents_1[6*i +: 6]),
        .nan_o(product_nan[i]),
        .infinite_o({product_negative_infinite[i], product_positive_infinite[i]}),
        .pair_0_o(pairs[20*i +: 10]), .pair_1_o(pairs[20*i + 10 +: 10]),
        .negative_0_o(negative_0), .magnitude_0_o(magnitude_0),
        .negative_1_o(negative_1), .magnitude_1_o(magnitude_1)
      );

      delay_line #(.WIDTH(15), .CYCLES(3)) u_exponents (
        .clk_i, .data_i({exponents_0[9*i +: 9], exponents_1[6*i +: 6]}),
        .data_o({exponent_0_5, exponent_1_5})
      );
      delay_line #(.WIDTH(40), .CYCLES(2)) u_magnitudes (
        .clk_i, .data_i({negative_0, magnitude_0, negative_1, magnitude_1}),
        .data_o({negative_0_6, magnitude_0_6, negative_1_6, magnitude_1_6})
      );

      align #(.MAGNITUDE(22)) u_align_0 (
        .clk_i, .maximum_i(maximum), .exponent_i($signed({1'b0, exponent_0_5})),
        .integer_i(integer_5), .negative_i(negative_0_6), .magnitude_i(magnitude_0_6),
        .dropped_i(dropped_6), .term_o(terms[56*i +: 28])
      );
      align #(.MAGNITUDE(16)) u_align_1 (
        .clk_i, .maximum_i(maximum), .exponent_i($signed({4'b0, exponent_1_5})),
        .integer_i(integer_5), .negative_i(negative_1_6), .magnitude_i(magnitude_1_6),
        .dropped_i(dropped_6), .term_o(terms[56*i + 28 +: 28])
      );
    end
  endgenerate

  exponent_max u_exponent_max (
    .clk_i, .exponents_0_i(exponents_0), .exponents_1_i(exponents_1),
    .accumulator_i(c_exponent_4), .maximum_o(maximum)
  );

  align #(.MAGNITUDE(25)) u_align_c (
    .clk_i, .maximum_i(maximum), .exponent_i(c_exponent_5), .integer_i(1'b0),
    .negative_i(c_negative_6), .magnitude_i({1'b0, c_significand_6}), .dropped_i(dropped_6),
    .term_o(c_term)
  );

  // -----------------------------------------------------------------------------------------------
  // Specials: decided on the operands alone
  logic c_infinite_3, c_nan_3, c_negative_3, scale_nan_d, scale_nan_3, special_nan;
  logic any_nan_q, any_positive_q, any_negative_q;
  logic [1:0] special_d, special_q, special_17;

  assign scale_nan_d = fp4 ? scale_nan != 4'b0 : mx && scale_nan[0];

  delay_line #(.WIDTH(4), .CYCLES(2)) u_specials (
    .clk_i, .data_i({c_infinite, c_nan, c_negative, scale_nan_d}),
    .data_o({c_infinite_3, c_nan_3, c_negative_3, scale_nan_3})
  );

  always_comb begin : specials
    special_nan = any_nan_q || c_nan_3 || scale_nan_3 || (any_positive_q && any_negative_q)
        || (c_infinite_3 && (c_negative_3 ? any_positive_q : any_negative_q));
    special_d = 2'd0;
    if (special_nan) special_d = 2'd1;
    else if (any_positive_q || (c_infinite_3 && !c_negative_3)) special_d = 2'd2;
    else if (any_negative_q || c_infinite_3) special_d = 2'd3;
    if (integer_3) special_d = 2'd0;
  end

  always_ff @(posedge clk_i) begin
    any_nan_q <= product_nan != 16'b0;
    any_positive_q <= product_positive_infinite != 16'b0;
    any_negative_q <= product_negative_infinite != 16'b0;
    special_q <= special_d;
  end

  delay_line #(.WIDTH(2), .CYCLES(13)) u_special (
    .clk_i, .data_i(special_q), .data_o(special_17)
  );

  // -----------------------------------------------------------------------------------------------
  // Sum
  logic [33:0] products_sum;
  logic [SUM_BITS:0] sum;

  dot_sum u_sum (
    .clk_i, .terms_i(terms), .accumulator_i(c_term), .integer_i(integer_7), .c_i(c_7),
    .sum_o(products_sum)
  );

  generate
    if (GROUPS) begin : g_groups
      logic c_negative_8;
      logic [23:0] c_significand_8;
      logic [48:0] group_sum_12, group_sum_13;

      delay_line #(.WIDTH(25), .CYCLES(2)) u_c_number8 (
        .clk_i, .data_i({c_negative_6, c_significand_6}), .data_o({c_negative_8, c_significand_8})
      );
      group_sum u_group_sum (
        .clk_i, .pairs_i(pairs), .exponents_i(group_exponents_5),
        .significands_i(group_significands_7), .maximum_i(maximum),
        .accumulator_exponent_i(c_exponent_5), .accumulator_negative_i(c_negative_8),
        .accumulator_significand_i(c_significand_8), .sum_o(group_sum_12)
      );
      delay_line #(.WIDTH(49), .CYCLES(1)) u_sum13 (
        .clk_i, .data_i(group_sum_12), .data_o(group_sum_13)
      );
      assign sum = fp4_13 ? group_sum_13
          : {{5{products_sum[33]}}, products_sum, {POINT{1'b0}}};
    end else begin : g_no_groups
      assign sum = products_sum;
      logic unused;
      assign unused = ^{pairs, group_exponents_5, group_significands_7, fp4_13};
    end
  endgenerate

  // -----------------------------------------------------------------------------------------------
  // Result
  logic signed [10:0] exponent_d, exponent_q, exponent_12;

  // Of the sum's upper bit, biased as the result's.
  assign exponent_d = {maximum[9], maximum} + {offset_5[9], offset_5} + TOP
      + (d_half_5 ? 11'sd15 : 11'sd127);

  always_ff @(posedge clk_i) begin
    exponent_q <= exponent_d;
  end

  delay_line #(.WIDTH(11), .CYCLES(6)) u_exponent (
    .clk_i, .data_i(exponent_q), .data_o(exponent_12)
  );

  dot_convert #(.WIDTH(SUM_BITS), .POINT(POINT)) u_convert (
    .clk_i, .exponent_i(exponent_12), .sum_i(sum), .integer_i(integer_13),
    .saturate_i(saturate_13), .stage17_integer_i(integer_17), .stage17_half_i(d_half_17),
    .stage17_short_i(short_17), .stage17_special_i(special_17), .result_o(d_o)
  );

endmodule
`default_nettype wire
