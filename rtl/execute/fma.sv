// Binary32 fused multiply-add up to the exact sum: one datapath for fadd, fsub, fmul, the four
// fused operations and the conversions from and to integers. float_round makes the result of it.
//
// Operands are visible in c+1 (fadd comes as x * 1 + z, fmul as x * y + 0), the sum leaves for
// float_round in c+6.
//
// The sum is kept in 52 bits only. Of product and addend, the one with the greater exponent
// ("larger") stays where it is, the other ("smaller") is shifted right, and what it loses is jammed
// into its last bit:
//
//   bit  51    50 .. 3            2 .. 0
//       carry  product (48 bits)  guard bits
//
// The addend's 24 bits stand at 49 .. 26; both numbers have their weight 2^0 at bit 49.
//
// That is enough. If the product is larger, its leading one is at bit 26 or above (one operand may
// be subnormal; were both, the addend would be larger), and bits are only lost when the addend's
// leading one is below bit 26: the sum's 24 bits and a guard bit stay above the jammed one. If the
// addend is larger by a shift that loses bits, cancellation takes one position at most, or the
// addend is subnormal and rounding happens at bit 26. A zero product has no leading one, so the
// addend then counts as larger whatever the exponents say.
//
// Conversions: fcvt.s.w puts the integer's bits in place of the product and takes 2^32 from them if
// it is negative; fcvt.w.s aligns the float as the addend so that the integer's bits stand at
// 49 .. 18.
//
// NaNs, infinities and floats too great for an integer leave the datapath at c+1 through `special`.
`default_nettype none
module fma (
  input logic clk_i,

  // From lane, c+1
  input logic valid_i,
  input logic [31:0] x_i,
  input logic [31:0] y_i,
  input logic [31:0] z_i,
  input logic x_normal_i,  // exponent field not 0
  input logic y_normal_i,

  // From lane_control, c+1
  input logic negate_product_i,
  input logic negate_addend_i,
  input logic multiply_only_i,
  input logic from_int_i,
  input logic to_int_i,
  input logic int_unsigned_i,

  // To lane, c+1: the result is known without arithmetic
  output logic special_o,
  output logic [31:0] special_value_o,
  output logic special_invalid_o,

  // From lane, c+2 to c+5: the row of that stage has an active thread here
  input logic stage2_valid_i,
  input logic stage3_valid_i,
  input logic stage4_valid_i,
  input logic stage5_valid_i,

  // From csr_unit and lane_control, c+2
  input logic [2:0] stage2_rm_i,
  input logic [2:0] stage2_frm_i,

  // From multiplier and lane, c+3
  input logic [47:0] product_i,
  input logic stage3_from_int_i,
  input logic [31:0] stage3_integer_i,  // two's complement

  // From lane_control, c+5
  input logic stage5_to_int_i,

  // To float_round, c+6
  output logic [51:0] magnitude_o,
  output logic [5:0] shift_o,     // brings the leading one to bit 51
  output logic [5:0] limit_o,     // brings the exponent down to 1: no further than that
  output logic [8:0] exponent_o,  // biased, of bit 49
  output logic sign_o,
  output logic [1:0] rounding_o   // of the magnitude: nearest even, nearest away, zero, away
);

  localparam logic [2:0] RM_NEAREST_EVEN = 3'd0;
  localparam logic [2:0] RM_ZERO = 3'd1;
  localparam logic [2:0] RM_DOWN = 3'd2;
  localparam logic [2:0] RM_UP = 3'd3;
  localparam logic [2:0] RM_NEAREST_AWAY = 3'd4;
  localparam logic [31:0] CANONICAL_NAN = 32'h7FC0_0000;
  // Biased exponents that give bit 49 the weights 2^31 and 2^46.
  localparam logic [9:0] TO_INT_EXPONENT = 10'd158;
  localparam logic [9:0] FROM_INT_EXPONENT = 10'd173;

  // -----------------------------------------------------------------------------------------------
  // c+1: exponents, signs, special cases (beside the multiplier's partial products)
  logic x_max, y_max, z_max, x_empty, y_empty, z_empty, z_normal;
  logic x_nan, y_nan, z_nan, x_zero, y_zero, signalling, product_inf, invalid_product, invalid;
  logic sign_x_y, sign_product, sign_addend;

  assign x_max = &x_i[30:23];
  assign y_max = &y_i[30:23];
  assign z_max = &z_i[30:23];
  assign x_empty = x_i[22:0] == 23'b0;
  assign y_empty = y_i[22:0] == 23'b0;
  assign z_empty = z_i[22:0] == 23'b0;
  assign z_normal = z_i[30:23] != 8'b0;
  assign x_nan = x_max && !x_empty;
  assign y_nan = y_max && !y_empty;
  assign z_nan = z_max && !z_empty;
  assign x_zero = !x_normal_i && x_empty;
  assign y_zero = !y_normal_i && y_empty;
  assign signalling = (x_nan && !x_i[22]) || (y_nan && !y_i[22]) || (z_nan && !z_i[22]);

  assign sign_x_y = x_i[31] ^ y_i[31] ^ negate_product_i;
  assign sign_product = to_int_i ? z_i[31] : sign_x_y && !from_int_i;
  always_comb begin : sign_of_addend
    if (from_int_i) sign_addend = x_i[31] && !int_unsigned_i;
    else if (to_int_i || multiply_only_i) sign_addend = sign_product;
    else sign_addend = z_i[31] ^ negate_addend_i;
  end

  assign product_inf = (x_max && x_empty) || (y_max && y_empty);
  assign invalid_product = (x_max && x_empty && y_zero) || (x_zero && y_max && y_empty);
  assign invalid = signalling || invalid_product
      || (product_inf && z_max && z_empty && sign_product != sign_addend && !x_nan && !y_nan);

  always_comb begin : special_cases
    special_o = 1'b0;
    special_value_o = CANONICAL_NAN;
    special_invalid_o = 1'b0;
    if (to_int_i) begin
      // 2^32 or more, infinities and NaNs.
      special_o = z_i[30:23] > TO_INT_EXPONENT[7:0];
      special_invalid_o = special_o;
      if (z_i[31] && !z_nan) special_value_o = int_unsigned_i ? 32'h0 : 32'h8000_0000;
      else special_value_o = int_unsigned_i ? 32'hFFFF_FFFF : 32'h7FFF_FFFF;
    end else if (!from_int_i) begin
      special_o = x_max || y_max || z_max;
      special_invalid_o = invalid;
      if (x_nan || y_nan || z_nan || invalid) special_value_o = CANONICAL_NAN;
      else special_value_o = {product_inf ? sign_product : sign_addend, 8'hFF, 23'b0};
    end
  end

  logic [9:0] product_exponent_d, product_exponent_q;
  logic [7:0] addend_exponent_d, addend_exponent_q;
  logic [10:0] difference_d, difference_q;
  logic [23:0] stage2_addend_d, stage2_addend_q;
  logic product_zero_d, product_zero_q;
  logic stage2_sign_d, stage2_sign_q;
  logic stage2_subtract_d, stage2_subtract_q;

  always_comb begin : exponents
    product_exponent_d = product_exponent_q;
    addend_exponent_d = addend_exponent_q;
    difference_d = difference_q;
    stage2_addend_d = stage2_addend_q;
    product_zero_d = product_zero_q;
    stage2_sign_d = stage2_sign_q;
    stage2_subtract_d = stage2_subtract_q;
    if (valid_i) begin
      if (to_int_i) product_exponent_d = TO_INT_EXPONENT;
      else if (from_int_i) product_exponent_d = FROM_INT_EXPONENT;
      else begin
        product_exponent_d = {2'b0, x_i[30:24], x_i[23] | ~x_normal_i}
            + {2'b0, y_i[30:24], y_i[23] | ~y_normal_i} - 10'd127;
      end
      addend_exponent_d = {z_i[30:24], z_i[23] | ~z_normal};
      difference_d = {product_exponent_d[9], product_exponent_d} - {3'b0, addend_exponent_d};
      stage2_addend_d = {z_normal, z_i[22:0]};
      product_zero_d = (x_zero || y_zero) && !to_int_i && !from_int_i;
      stage2_sign_d = sign_product;
      stage2_subtract_d = sign_product ^ sign_addend;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+2: which is larger, and by how much (beside the multiplier's sum)
  logic [10:0] distance;
  logic swap_d, swap_q;
  logic [5:0] distance_d, distance_q;
  logic [8:0] stage3_exponent_d, stage3_exponent_q;
  logic [23:0] stage3_addend_d, stage3_addend_q;
  logic stage3_sign_d, stage3_sign_q;
  logic stage3_subtract_d, stage3_subtract_q;
  logic [2:0] rm, stage3_rm_d, stage3_rm_q;

  always_comb begin : order
    swap_d = swap_q;
    distance_d = distance_q;
    stage3_exponent_d = stage3_exponent_q;
    stage3_addend_d = stage3_addend_q;
    stage3_sign_d = stage3_sign_q;
    stage3_subtract_d = stage3_subtract_q;
    stage3_rm_d = stage3_rm_q;
    // One less than it is if the product is the smaller one.
    distance = difference_q ^ {11{difference_q[10]}};
    rm = (stage2_rm_i == 3'd7) ? stage2_frm_i : stage2_rm_i;
    if (stage2_valid_i) begin
      swap_d = difference_q[10] || product_zero_q;
      distance_d = (distance[10:6] != 5'b0) ? 6'd63 : distance[5:0];
      stage3_exponent_d = swap_d ? {1'b0, addend_exponent_q} : product_exponent_q[8:0];
      stage3_addend_d = stage2_addend_q;
      stage3_sign_d = stage2_sign_q ^ (swap_d && stage2_subtract_q);
      stage3_subtract_d = stage2_subtract_q;
      stage3_rm_d = (rm > RM_NEAREST_AWAY) ? RM_NEAREST_EVEN : rm;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+3: align, and invert what is to be subtracted
  logic [51:0] product_wide, addend_wide, smaller, shifted;
  logic lost;  // by the shift
  logic [51:0] larger_d, larger_q, aligned_d, aligned_q;
  logic [8:0] stage4_exponent_d, stage4_exponent_q;
  logic stage4_sign_d, stage4_sign_q;
  logic stage4_subtract_d, stage4_subtract_q;
  logic [2:0] stage4_rm_d, stage4_rm_q;

  always_comb begin : align
    larger_d = larger_q;
    aligned_d = aligned_q;
    stage4_exponent_d = stage4_exponent_q;
    stage4_sign_d = stage4_sign_q;
    stage4_subtract_d = stage4_subtract_q;
    stage4_rm_d = stage4_rm_q;
    product_wide = {1'b0, product_i, 3'b0};
    addend_wide = {2'b0, stage3_addend_q, 26'b0};
    smaller = swap_q ? product_wide >> 1 : addend_wide;
    shifted = smaller;
    lost = 1'b0;
    for (int i = 5; i >= 0; i--) begin
      if (distance_q[i]) begin
        lost = lost || (shifted & 52'((64'd1 << (1 << i)) - 64'd1)) != 52'b0;
        shifted = shifted >> (1 << i);
      end
    end
    if (stage3_valid_i) begin
      if (swap_q) larger_d = addend_wide;
      else if (stage3_from_int_i) larger_d = {17'b0, stage3_integer_i, 3'b0};
      else larger_d = product_wide;
      aligned_d = {shifted[51:1], shifted[0] | lost} ^ {52{stage3_subtract_q}};
      // The 1 above the integer's 32 bits, inverted. The addend is 0 then.
      if (stage3_from_int_i) aligned_d[35] = 1'b0;
      stage4_exponent_d = stage3_exponent_q;
      stage4_sign_d = stage3_sign_q;
      stage4_subtract_d = stage3_subtract_q;
      stage4_rm_d = stage3_rm_q;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+4: both differences, so that no negation has to follow: a sum less by one is the inverted
  // difference of the other order
  logic [52:0] aligned, sum_d, sum_q, less_d, less_q;
  logic [8:0] stage5_exponent_d, stage5_exponent_q;
  logic stage5_sign_d, stage5_sign_q;
  logic stage5_subtract_d, stage5_subtract_q;
  logic [2:0] stage5_rm_d, stage5_rm_q;
  logic negative_d, negative_q;

  always_comb begin : add
    sum_d = sum_q;
    less_d = less_q;
    stage5_exponent_d = stage5_exponent_q;
    stage5_sign_d = stage5_sign_q;
    stage5_subtract_d = stage5_subtract_q;
    stage5_rm_d = stage5_rm_q;
    negative_d = negative_q;
    aligned = {stage4_subtract_q, aligned_q};
    if (stage4_valid_i) begin
      sum_d = {1'b0, larger_q} + aligned + {52'b0, stage4_subtract_q};
      less_d = {1'b0, larger_q} + aligned;
      stage5_exponent_d = stage4_exponent_q;
      stage5_sign_d = stage4_sign_q;
      stage5_subtract_d = stage4_subtract_q;
      stage5_rm_d = stage4_rm_q;
      negative_d = stage4_subtract_q && sum_d[52];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+5: magnitude, sign, and how far to normalize
  logic equal;
  logic [63:0] search;
  // Of groups of 4, 8, 16, 32 bits: whether none is set, and the zeros in front of the first.
  logic [15:0] none_4;
  logic [7:0] none_8;
  logic [3:0] none_16;
  logic [31:0] zeros_4;
  logic [23:0] zeros_8;
  logic [15:0] zeros_16;
  logic [9:0] zeros_32;
  logic [5:0] zeros;
  logic [51:0] magnitude, magnitude_d, magnitude_q;
  logic [5:0] shift_d, shift_q, limit_d, limit_q;
  logic [8:0] exponent_d, exponent_q;
  logic sign_d, sign_q;
  logic [1:0] rounding_d, rounding_q;

  always_comb begin : count
    magnitude_d = magnitude_q;
    shift_d = shift_q;
    limit_d = limit_q;
    exponent_d = exponent_q;
    sign_d = sign_q;
    rounding_d = rounding_q;
    equal = stage5_subtract_q && !negative_q && less_q[52];
    magnitude = negative_q ? ~less_q[51:0] : sum_q[51:0];
    // A magnitude without ones may be shifted at will.
    search = {magnitude, 12'b0};
    for (int i = 0; i < 16; i++) begin
      none_4[i] = search[4*i+:4] == 4'b0;
      zeros_4[2*i+1] = search[4*i+2+:2] == 2'b0;
      zeros_4[2*i] = !search[4*i+3] && (search[4*i+2] || !search[4*i+1]);
    end
    for (int i = 0; i < 8; i++) begin
      none_8[i] = none_4[2*i+1] && none_4[2*i];
      zeros_8[3*i+2] = none_4[2*i+1];
      zeros_8[3*i+:2] = none_4[2*i+1] ? zeros_4[4*i+:2] : zeros_4[4*i+2+:2];
    end
    for (int i = 0; i < 4; i++) begin
      none_16[i] = none_8[2*i+1] && none_8[2*i];
      zeros_16[4*i+3] = none_8[2*i+1];
      zeros_16[4*i+:3] = none_8[2*i+1] ? zeros_8[6*i+:3] : zeros_8[6*i+3+:3];
    end
    for (int i = 0; i < 2; i++) begin
      zeros_32[5*i+4] = none_16[2*i+1];
      zeros_32[5*i+:4] = none_16[2*i+1] ? zeros_16[8*i+:4] : zeros_16[8*i+4+:4];
    end
    zeros[5] = none_16[3] && none_16[2];
    zeros[4:0] = zeros[5] ? zeros_32[4:0] : zeros_32[9:5];
    if (stage5_valid_i) begin
      magnitude_d = magnitude;
      exponent_d = stage5_exponent_q;
      sign_d = equal ? stage5_rm_q == RM_DOWN : stage5_sign_q ^ negative_q;
      shift_d = zeros;
      // Subnormal results come out unnormalized. Integers stay where they are.
      if (stage5_to_int_i) limit_d = 6'd0;
      else if (stage5_exponent_q[8:6] != 3'b0 || &stage5_exponent_q[5:1]) limit_d = 6'd63;
      else limit_d = stage5_exponent_q[5:0] + 6'd1;
      case (stage5_rm_q)
        RM_ZERO: rounding_d = 2'd2;
        RM_DOWN: rounding_d = {1'b1, sign_d};
        RM_UP: rounding_d = {1'b1, ~sign_d};
        RM_NEAREST_AWAY: rounding_d = 2'd1;
        default: rounding_d = 2'd0;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    product_exponent_q <= product_exponent_d;
    addend_exponent_q <= addend_exponent_d;
    difference_q <= difference_d;
    stage2_addend_q <= stage2_addend_d;
    product_zero_q <= product_zero_d;
    stage2_sign_q <= stage2_sign_d;
    stage2_subtract_q <= stage2_subtract_d;

    swap_q <= swap_d;
    distance_q <= distance_d;
    stage3_exponent_q <= stage3_exponent_d;
    stage3_addend_q <= stage3_addend_d;
    stage3_sign_q <= stage3_sign_d;
    stage3_subtract_q <= stage3_subtract_d;
    stage3_rm_q <= stage3_rm_d;

    larger_q <= larger_d;
    aligned_q <= aligned_d;
    stage4_exponent_q <= stage4_exponent_d;
    stage4_sign_q <= stage4_sign_d;
    stage4_subtract_q <= stage4_subtract_d;
    stage4_rm_q <= stage4_rm_d;

    sum_q <= sum_d;
    less_q <= less_d;
    stage5_exponent_q <= stage5_exponent_d;
    stage5_sign_q <= stage5_sign_d;
    stage5_subtract_q <= stage5_subtract_d;
    stage5_rm_q <= stage5_rm_d;
    negative_q <= negative_d;

    magnitude_q <= magnitude_d;
    shift_q <= shift_d;
    limit_q <= limit_d;
    exponent_q <= exponent_d;
    sign_q <= sign_d;
    rounding_q <= rounding_d;
  end

  assign magnitude_o = magnitude_q;
  assign shift_o = shift_q;
  assign limit_o = limit_q;
  assign exponent_o = exponent_q;
  assign sign_o = sign_q;
  assign rounding_o = rounding_q;

endmodule
`default_nettype wire
