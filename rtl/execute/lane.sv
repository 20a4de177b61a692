// One execution lane of the fixed pipe: operands of the row visible in c, result visible in c +
// EXEC_LATENCY (9).
//
// c    choose operands                          c+5  count leading zeros
// c+1  alu, float_widen; partial products       c+6  normalize
// c+2  comparison; sum of products; exponents   c+7  round
// c+3  products joined; align                   c+8  pack, choose between the two pipes
// c+4  narrow floats, CSR values joined; add
//
// Whatever needs no float rounding waits in one pipeline of words ("data"), which integer results,
// products, narrow floats, CSR values and the special cases of the float datapath enter at their
// stage. A register loads only for an active thread, so an idle lane is still. Results of inactive
// threads are unspecified.
//
// Shifts and rotations are products with a power of two: a left shift the lower half of the product,
// a right shift by n the upper half of the one with 2^(32-n), a rotation both halves together.
`default_nettype none
module lane (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector, c
  input logic valid_i,  // a row of the fixed pipe in which this lane's thread is active
  input logic [31:0] a_i,
  input logic [31:0] b_i,
  input logic [31:0] c_i,
  input logic [31:0] pc_i,
  input logic [31:0] imm_i,

  // From csr_unit: c+2 and c+4
  input logic [2:0] stage2_frm_i,
  input logic [31:0] stage4_csr_result_i,
  input logic [4:0] stage4_csr_flags_i,

  // From lane_control
  input logic [1:0] stage0_a_select_i,
  input logic [1:0] stage0_b_select_i,
  input logic [1:0] stage0_c_select_i,
  input logic stage0_shift_i,
  input logic stage0_left_i,
  input heddle_pkg::alu_ctl_t stage1_alu_i,
  input heddle_pkg::comparison_ctl_t stage1_comparison_i,
  input heddle_pkg::comparison_ctl_t stage2_comparison_i,
  input logic stage1_widen_i,
  input logic stage1_narrow_i,
  input logic [1:0] stage1_format_i,
  input logic stage1_halves_i,
  input logic stage1_fma_i,
  input logic stage1_multiply_i,
  input logic stage1_a_signed_i,
  input logic stage1_b_signed_i,
  input logic stage1_negate_product_i,
  input logic stage1_negate_addend_i,
  input logic stage1_multiply_only_i,
  input logic stage1_from_int_i,
  input logic stage1_to_int_i,
  input logic stage1_int_unsigned_i,
  input logic stage2_multiply_i,
  input logic stage2_multiply_low_i,
  input logic stage2_multiply_high_i,
  input logic stage2_shift_right_i,
  input logic stage2_narrow_i,
  input logic [2:0] stage2_rm_i,
  input logic [1:0] stage2_format_i,
  input logic stage3_narrow_i,
  input logic stage4_narrow_i,
  input logic [1:0] stage4_format_i,
  input logic stage4_halves_i,
  input logic stage3_from_int_i,
  input logic stage4_csr_i,
  input logic stage5_to_int_i,
  input logic stage7_to_int_i,
  input logic stage8_to_int_i,
  input logic stage8_int_unsigned_i,

  // To writeback and csr_unit, c+9
  output logic result_active_o,
  output logic [31:0] result_o,
  output logic [4:0] flags_o
);

  // The lanes then share one copy of simulation code.
  // verilator no_inline_module

  localparam logic [31:0] ONE = 32'h3F80_0000;

  // Rounding modes that do not exist round to nearest even.
  logic [2:0] stage3_rm_d, stage3_rm_q;
  assign stage3_rm_d = (stage2_rm_i == 3'd7) ? stage2_frm_i : stage2_rm_i;

  // Bit n: the row of stage n has an active thread here; fma_valid: and its result comes from fma.
  logic [9:1] valid_q;
  logic [8:2] fma_valid_q;
  logic stage1_fma_valid, special;

  assign stage1_fma_valid = valid_q[1] && stage1_fma_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      fma_valid_q <= '0;
    end else begin
      valid_q <= {valid_q[8:1], valid_i};
      fma_valid_q <= {fma_valid_q[7:2], stage1_fma_valid && !special};
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c: operands
  logic [31:0] x_d, x_q, y_d, y_q, z_d, z_q;
  logic x_normal_d, x_normal_q, y_normal_d, y_normal_q;
  logic [4:0] shift_amount, power;
  logic [2:1] whole_q;  // of a shift: by 0

  always_comb begin : operands
    x_d = x_q;
    y_d = y_q;
    z_d = z_q;
    x_normal_d = x_normal_q;
    y_normal_d = y_normal_q;
    shift_amount = stage0_b_select_i[0] ? imm_i[4:0] : b_i[4:0];
    power = stage0_left_i ? shift_amount : -shift_amount;
    if (valid_i) begin
      case (stage0_a_select_i)
        2'd0: x_d = a_i;
        2'd1: x_d = pc_i;
        default: x_d = 32'b0;
      endcase
      case (stage0_b_select_i)
        2'd0: y_d = b_i;
        2'd1: y_d = imm_i;
        2'd2: y_d = 32'd4;
        default: y_d = ONE;
      endcase
      if (stage0_shift_i) y_d = 32'b1 << power;
      case (stage0_c_select_i)
        2'd0: z_d = c_i;
        2'd1: z_d = b_i;
        default: z_d = a_i;
      endcase
      // A multiplication of floats takes rs1, and rs2 or 1.0.
      x_normal_d = a_i[30:23] != 8'b0;
      y_normal_d = b_i[30:23] != 8'b0 || stage0_b_select_i[1];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+1
  logic [31:0] alu_result, other, special_value, widen_result, rounded;
  logic [5:0] count, count2_d, count2_q;
  logic [9:0] class_of_x;
  logic less_unsigned, is_true, take_other, take_low, take_high;
  logic comparison_invalid, special_invalid, widen_invalid;
  logic [15:0] narrow_x, narrow_y;
  logic [31:0] narrow;
  logic [4:0] narrow_flags;
  logic beyond_x, beyond_y;
  logic [31:0] multiply_a, multiply_b;
  logic [63:0] product;
  logic [51:0] sum;
  logic [5:0] shift, limit;
  logic [8:0] exponent;
  logic sign;
  logic [1:0] rounding;
  logic [4:0] rounded_flags;
  // Stage n of the data pipe.
  logic [31:0] data2_d, data2_q, data3_d, data3_q, data4_d, data4_q, data5_d, data5_q;
  logic [31:0] data6_d, data6_q, data7_d, data7_q, data8_d, data8_q, result_d, result_q;
  logic invalid2_d, invalid2_q, invalid3_d, invalid3_q;
  logic [4:0] flags4_d, flags4_q;
  logic [4:0] flags5_d, flags5_q, flags6_d, flags6_q, flags7_d, flags7_q, flags8_d, flags8_q;
  logic [4:0] flags_d, flags_q;

  assign multiply_a = stage1_fma_i ? {8'b0, x_normal_q, x_q[22:0]} : x_q;
  assign multiply_b = stage1_fma_i ? {8'b0, y_normal_q, y_q[22:0]} : y_q;

  alu u_alu (
    .ctl_i(stage1_alu_i),
    .a_i(x_q),
    .b_i(y_q),
    .less_unsigned_o(less_unsigned),
    .result_o(alu_result),
    .count_o(count)
  );

  comparison u_comparison (
    .clk_i,
    .stage1_ctl_i(stage1_comparison_i),
    .stage2_ctl_i(stage2_comparison_i),
    .valid_i(valid_q[1]),
    .a_i(x_q),
    .b_i(y_q),
    .less_unsigned_i(less_unsigned),
    .class_o(class_of_x),
    .invalid_o(comparison_invalid),
    .true_o(is_true),
    .take_other_o(take_other),
    .other_o(other)
  );

  float_widen u_float_widen (
    .format_i(stage1_format_i),
    .a_i(x_q[15:0]),
    .result_o(widen_result),
    .invalid_o(widen_invalid)
  );

  float_narrow u_narrow_x (
    .clk_i,
    .stage1_format_i,
    .stage2_format_i,
    .stage4_format_i,
    .stage1_valid_i(valid_q[1] && stage1_narrow_i),
    .stage2_valid_i(valid_q[2] && stage2_narrow_i),
    .stage3_valid_i(valid_q[3] && stage3_narrow_i),
    .a_i(x_q),
    .stage3_rm_i(stage3_rm_q),
    .result_o(narrow_x),
    .flags_o(narrow_flags),
    .beyond_o(beyond_x)
  );

  // Of a pair; there is none of bfloat16.
  float_narrow u_narrow_y (
    .clk_i,
    .stage1_format_i({stage1_format_i[1], stage1_format_i[1] && stage1_format_i[0]}),
    .stage2_format_i({stage2_format_i[1], stage2_format_i[1] && stage2_format_i[0]}),
    .stage4_format_i({stage4_format_i[1], stage4_format_i[1] && stage4_format_i[0]}),
    .stage1_valid_i(valid_q[1] && stage1_narrow_i && (stage1_format_i[1] || stage1_halves_i)),
    .stage2_valid_i(valid_q[2] && stage2_narrow_i),
    .stage3_valid_i(valid_q[3] && stage3_narrow_i),
    .a_i(y_q),
    .stage3_rm_i(3'd0),
    .result_o(narrow_y),
    // verilator lint_off PINCONNECTEMPTY
    .flags_o(),
    // verilator lint_on PINCONNECTEMPTY
    .beyond_o(beyond_y)
  );

  multiplier u_multiplier (
    .clk_i,
    .valid_i(valid_q[1] && (stage1_fma_i || stage1_multiply_i)),
    .a_i(multiply_a),
    .b_i(multiply_b),
    .a_signed_i(stage1_a_signed_i),
    .b_signed_i(stage1_b_signed_i),
    .sum_valid_i(valid_q[2]),
    .low_i(fma_valid_q[2] || (stage2_multiply_i && take_low)),
    .high_i(fma_valid_q[2] || (stage2_multiply_i && take_high)),
    .product_o(product)
  );

  fma u_fma (
    .clk_i,
    .valid_i(stage1_fma_valid),
    .x_i(x_q),
    .y_i(y_q),
    .z_i(z_q),
    .x_normal_i(x_normal_q),
    .y_normal_i(y_normal_q),
    .negate_product_i(stage1_negate_product_i),
    .negate_addend_i(stage1_negate_addend_i),
    .multiply_only_i(stage1_multiply_only_i),
    .from_int_i(stage1_from_int_i),
    .to_int_i(stage1_to_int_i),
    .int_unsigned_i(stage1_int_unsigned_i),
    .special_o(special),
    .special_value_o(special_value),
    .special_invalid_o(special_invalid),
    .stage2_valid_i(fma_valid_q[2]),
    .stage3_valid_i(fma_valid_q[3]),
    .stage4_valid_i(fma_valid_q[4]),
    .stage5_valid_i(fma_valid_q[5]),
    .stage2_rm_i,
    .stage2_frm_i,
    .product_i(product[47:0]),
    .stage3_from_int_i,
    .stage3_integer_i(data3_q),
    .stage5_to_int_i,
    .magnitude_o(sum),
    .shift_o(shift),
    .limit_o(limit),
    .exponent_o(exponent),
    .sign_o(sign),
    .rounding_o(rounding)
  );

  float_round u_float_round (
    .clk_i,
    .magnitude_i(sum),
    .shift_i(shift),
    .limit_i(limit),
    .exponent_i(exponent),
    .sign_i(sign),
    .rounding_i(rounding),
    .stage6_valid_i(fma_valid_q[6]),
    .stage7_valid_i(fma_valid_q[7]),
    .stage8_valid_i(fma_valid_q[8]),
    .stage7_to_int_i,
    .stage8_to_int_i,
    .stage8_int_unsigned_i,
    .result_o(rounded),
    .flags_o(rounded_flags)
  );

  // A result is 0 where it is not the row's, and for what fma makes until float_round has it;
  // products are 0 in c+3 for all but multiplications and fma's operands. The only flag that
  // results without rounding raise is "invalid"; narrow floats bring five from c+4 on, as does a
  // CSR instruction on fflags.
  always_comb begin : data
    data2_d = data2_q;
    invalid2_d = invalid2_q;
    count2_d = count2_q;
    if (valid_q[1]) begin
      // alu's and comparison's results are 0 if the operation is not theirs; fcvt.s.w gets its
      // integer through alu.
      data2_d = alu_result | {22'b0, class_of_x};
      invalid2_d = comparison_invalid;
      count2_d = count;
      if (stage1_fma_i && !stage1_from_int_i) begin
        data2_d = data2_d | special_value;
        invalid2_d = special_invalid;
      end
      if (stage1_widen_i) begin
        data2_d = data2_d | widen_result;
        invalid2_d = widen_invalid;
      end
    end

    // A right shift by 0 is a product with 1, not with 2^32.
    take_low = stage2_multiply_low_i || (stage2_shift_right_i && whole_q[2]);
    take_high = stage2_multiply_high_i && !(stage2_shift_right_i && whole_q[2]);

    data3_d = data3_q;
    if (valid_q[2]) begin
      data3_d = (take_other ? other : data2_q) | {26'b0, count2_q} | {31'b0, is_true};
    end
    invalid3_d = valid_q[2] ? invalid2_q : invalid3_q;

    data4_d = data4_q;
    flags4_d = flags4_q;
    if (valid_q[3]) begin
      flags4_d = {invalid3_q, 4'b0};
      data4_d = data3_q | product[31:0] | product[63:32];
    end

    data5_d = data5_q;
    flags5_d = flags5_q;
    narrow = '0;
    if (valid_q[4]) begin
      data5_d = data4_q;
      flags5_d = flags4_q;
      if (stage4_csr_i) begin
        data5_d = data5_d | stage4_csr_result_i;
        flags5_d = stage4_csr_flags_i;
      end
      if (stage4_narrow_i) begin
        if (stage4_format_i[1]) narrow = {16'b0, narrow_x[15:8], narrow_y[15:8]};
        else if (stage4_halves_i) narrow = {narrow_x, narrow_y};
        else narrow = {{16{narrow_x[15]}}, narrow_x};
        data5_d = data5_d | narrow;
        flags5_d = narrow_flags;
        if (stage4_halves_i || stage4_format_i[1]) begin
          flags5_d = {2'b0, beyond_x || beyond_y, 2'b0};
        end
      end
    end

    data6_d = valid_q[5] ? data5_q : data6_q;
    data7_d = valid_q[6] ? data6_q : data7_q;
    data8_d = data8_q;
    if (valid_q[7]) data8_d = fma_valid_q[7] ? 32'b0 : data7_q;
    flags6_d = valid_q[5] ? flags5_q : flags6_q;
    flags7_d = valid_q[6] ? flags6_q : flags7_q;
    flags8_d = valid_q[7] ? flags7_q : flags8_q;

    result_d = result_q;
    flags_d = flags_q;
    if (valid_q[8]) begin
      result_d = data8_q | rounded;
      flags_d = fma_valid_q[8] ? rounded_flags : flags8_q;
    end
  end

  always_ff @(posedge clk_i) begin
    x_q <= x_d;
    y_q <= y_d;
    z_q <= z_d;
    whole_q <= {whole_q[1], power == 5'b0};
    x_normal_q <= x_normal_d;
    y_normal_q <= y_normal_d;
    stage3_rm_q <= stage3_rm_d;
    count2_q <= count2_d;
    data2_q <= data2_d;
    data3_q <= data3_d;
    data4_q <= data4_d;
    data5_q <= data5_d;
    data6_q <= data6_d;
    data7_q <= data7_d;
    data8_q <= data8_d;
    result_q <= result_d;
    invalid2_q <= invalid2_d;
    invalid3_q <= invalid3_d;
    flags4_q <= flags4_d;
    flags5_q <= flags5_d;
    flags6_q <= flags6_d;
    flags7_q <= flags7_d;
    flags8_q <= flags8_d;
    flags_q <= flags_d;
  end

  assign result_active_o = valid_q[9];
  assign result_o = result_q;
  assign flags_o = flags_q;

endmodule
`default_nettype wire
