// Comparisons, minimum and maximum of integers and floats, conditional zero; class of a float.
//
// Operands visible in c+1. Class and flag are combinational, for lane's registers of c+2. The rest
// begins in c+1, with alu's subtractor, and ends in c+2: whether a is less is known too late for
// more. There `other_o` takes the place of a, which alu has passed on, if `take_other_o`.
`default_nettype none
module comparison (
  input logic clk_i,

  // From lane_control
  input heddle_pkg::comparison_ctl_t stage1_ctl_i,
  input heddle_pkg::comparison_ctl_t stage2_ctl_i,

  // From lane, c+1
  input logic valid_i,  // an active thread
  input logic [31:0] a_i,
  input logic [31:0] b_i,

  // From alu: a < b, unsigned
  input logic less_unsigned_i,

  // To lane, c+1; 0 for other operations
  output logic [9:0] class_o,
  output logic invalid_o,

  // To lane, c+2
  output logic true_o,  // 0 for other operations
  output logic take_other_o,
  output logic [31:0] other_o
);

  localparam logic [31:0] CANONICAL_NAN = 32'h7FC0_0000;

  // -----------------------------------------------------------------------------------------------
  // c+1
  logic a_max, a_zero_exponent, a_zero_fraction;
  logic a_nan, b_nan, a_signalling, b_signalling, any_nan, any_signalling, chooses;

  assign a_max = &a_i[30:23];
  assign a_zero_exponent = a_i[30:23] == 8'b0;
  assign a_zero_fraction = a_i[22:0] == 23'b0;
  assign a_nan = a_max && !a_zero_fraction;
  assign b_nan = &b_i[30:23] && b_i[22:0] != 23'b0;
  assign a_signalling = a_nan && !a_i[22];
  assign b_signalling = b_nan && !b_i[22];
  assign any_nan = a_nan || b_nan;
  assign any_signalling = a_signalling || b_signalling;
  assign chooses = stage1_ctl_i.minimum || stage1_ctl_i.maximum;
  assign invalid_o =
      stage1_ctl_i.is_float && (stage1_ctl_i.less ? any_nan : any_signalling);

  assign class_o = {10{stage1_ctl_i.classify}} & {
    a_nan && a_i[22],
    a_signalling,
    !a_i[31] && a_max && a_zero_fraction,
    !a_i[31] && !a_max && !a_zero_exponent,
    !a_i[31] && a_zero_exponent && !a_zero_fraction,
    !a_i[31] && a_zero_exponent && a_zero_fraction,
    a_i[31] && a_zero_exponent && a_zero_fraction,
    a_i[31] && a_zero_exponent && !a_zero_fraction,
    a_i[31] && !a_max && !a_zero_exponent,
    a_i[31] && a_max && a_zero_fraction
  };

  // NaNs and zeros count for floats only. Of two NaNs the result is the canonical one.
  logic a_nan_d, a_nan_q, b_nan_d, b_nan_q, both_zero_d, both_zero_q, same_d, same_q;
  logic b_zero_d, b_zero_q, less_unsigned_d, less_unsigned_q, a_sign_d, a_sign_q;
  logic signs_differ_d, signs_differ_q;
  logic [31:0] other_d, other_q;

  always_comb begin : look
    a_nan_d = a_nan_q;
    b_nan_d = b_nan_q;
    both_zero_d = both_zero_q;
    same_d = same_q;
    b_zero_d = b_zero_q;
    less_unsigned_d = less_unsigned_q;
    a_sign_d = a_sign_q;
    signs_differ_d = signs_differ_q;
    other_d = other_q;
    if (valid_i) begin
      a_nan_d = stage1_ctl_i.is_float && a_nan;
      b_nan_d = stage1_ctl_i.is_float && b_nan;
      both_zero_d = stage1_ctl_i.is_float && a_zero_exponent && a_zero_fraction
          && b_i[30:0] == 31'b0;
      same_d = a_i == b_i;
      b_zero_d = b_i == 32'b0;
      less_unsigned_d = less_unsigned_i;
      a_sign_d = a_i[31];
      signs_differ_d = a_i[31] != b_i[31];
      if (!chooses) other_d = 32'b0;
      else if (stage1_ctl_i.is_float && a_nan && b_nan) other_d = CANONICAL_NAN;
      else other_d = b_i;
    end
  end

  always_ff @(posedge clk_i) begin
    a_nan_q <= a_nan_d;
    b_nan_q <= b_nan_d;
    both_zero_q <= both_zero_d;
    same_q <= same_d;
    b_zero_q <= b_zero_d;
    less_unsigned_q <= less_unsigned_d;
    a_sign_q <= a_sign_d;
    signs_differ_q <= signs_differ_d;
    other_q <= other_d;
  end

  // -----------------------------------------------------------------------------------------------
  // c+2. -0 is less than +0, as minimum and maximum want it; comparisons mask that.
  logic less;

  always_comb begin : decide
    if (signs_differ_q) less = a_sign_q ^ stage2_ctl_i.is_unsigned;
    else if (stage2_ctl_i.is_float && a_sign_q) less = !less_unsigned_q && !same_q;
    else less = less_unsigned_q;
    true_o = !a_nan_q && !b_nan_q && ((stage2_ctl_i.less && less && !both_zero_q)
        || (stage2_ctl_i.equal && (same_q || both_zero_q)));
    take_other_o = (stage2_ctl_i.if_zero && b_zero_q) || (stage2_ctl_i.if_not_zero && !b_zero_q)
        || (stage2_ctl_i.minimum && (a_nan_q || (!b_nan_q && !less)))
        || (stage2_ctl_i.maximum && (a_nan_q || (!b_nan_q && less)));
  end

  assign other_o = other_q;

  // Each stage looks at some of the fields.
  logic unused;
  assign unused = ^{stage1_ctl_i, stage2_ctl_i};

endmodule
`default_nettype wire
