// Float operations without rounding: minimum and maximum, comparison, class. Combinational; operands
// visible in c+1, the result is loaded by lane for c+2. The subtractor and the choice between a and b
// are those of alu, which has sign injection, too.
`default_nettype none
module float_misc (
  // From lane_control
  input logic [heddle_pkg::OP_BITS-1:0] op_i,

  // From lane
  input logic [31:0] a_i,
  input logic [31:0] b_i,

  // From alu: a < b, unsigned
  input logic less_unsigned_i,

  // To alu
  output logic take_a_o,
  output logic take_b_o,

  // To lane; 0 for operations of other units and where alu makes the result
  output logic [31:0] result_o,
  output logic invalid_o
);

  localparam logic [31:0] CANONICAL_NAN = 32'h7FC0_0000;

  logic a_max, a_zero_exponent, a_zero_fraction;
  logic a_nan, b_nan, a_signalling, b_signalling, any_nan, any_signalling;
  logic same, ordered_less, equal, both_zero;

  assign a_max = &a_i[30:23];
  assign a_zero_exponent = a_i[30:23] == 8'b0;
  assign a_zero_fraction = a_i[22:0] == 23'b0;
  assign a_nan = a_max && !a_zero_fraction;
  assign b_nan = &b_i[30:23] && b_i[22:0] != 23'b0;
  assign a_signalling = a_nan && !a_i[22];
  assign b_signalling = b_nan && !b_i[22];
  assign any_nan = a_nan || b_nan;
  assign any_signalling = a_signalling || b_signalling;

  // `ordered_less` puts -0 before +0, as minimum and maximum want it; comparisons mask that with
  // both_zero.
  assign both_zero = a_zero_exponent && a_zero_fraction && b_i[30:0] == 31'b0;
  assign same = a_i == b_i;
  assign equal = same || both_zero;
  assign ordered_less =
      (a_i[31] != b_i[31]) ? a_i[31] : (a_i[31] ? !less_unsigned_i && !same : less_unsigned_i);

  logic [9:0] class_of_a;
  assign class_of_a = {
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

  logic less_is_a;

  always_comb begin : select
    result_o = 32'b0;
    invalid_o = 1'b0;
    take_a_o = 1'b0;
    take_b_o = 1'b0;
    less_is_a = ordered_less;
    case (op_i)
      heddle_pkg::OP_FMIN_S, heddle_pkg::OP_FMAX_S: begin
        if (op_i == heddle_pkg::OP_FMAX_S) less_is_a = !ordered_less;
        if (a_nan && b_nan) result_o = CANONICAL_NAN;
        take_a_o = !a_nan && (b_nan || less_is_a);
        take_b_o = !b_nan && (a_nan || !less_is_a);
        invalid_o = any_signalling;
      end
      heddle_pkg::OP_FEQ_S: begin
        result_o[0] = equal && !any_nan;
        invalid_o = any_signalling;
      end
      heddle_pkg::OP_FLT_S: begin
        result_o[0] = ordered_less && !both_zero && !any_nan;
        invalid_o = any_nan;
      end
      heddle_pkg::OP_FLE_S: begin
        result_o[0] = (ordered_less || equal) && !any_nan;
        invalid_o = any_nan;
      end
      heddle_pkg::OP_FCLASS_S: result_o = {22'b0, class_of_a};
      default: ;
    endcase
  end

endmodule
`default_nettype wire
