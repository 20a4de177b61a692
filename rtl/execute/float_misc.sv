// Float operations without rounding: sign injection, minimum and maximum, comparison, class.
// Combinational; operands visible in c+1, the result is loaded by lane for c+2. The conversions use
// the adder of fma.
`default_nettype none
module float_misc (
  // From lane_control
  input logic [heddle_pkg::OP_BITS-1:0] op_i,

  // From lane
  input logic [31:0] a_i,
  input logic [31:0] b_i,

  // To lane
  output logic [31:0] result_o,
  output logic invalid_o
);

  localparam logic [31:0] CANONICAL_NAN = 32'h7FC0_0000;

  logic a_max, a_zero_exponent, a_zero_fraction;
  logic a_nan, b_nan, a_signalling, b_signalling, any_nan, any_signalling;
  logic less_magnitude, ordered_less, equal, both_zero;

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
  assign less_magnitude = a_i[30:0] < b_i[30:0];
  assign both_zero = a_i[30:0] == 31'b0 && b_i[30:0] == 31'b0;
  assign equal = a_i == b_i || both_zero;
  assign ordered_less =
      (a_i[31] != b_i[31]) ? a_i[31] : (a_i[31] ? !less_magnitude && a_i != b_i : less_magnitude);

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
    less_is_a = ordered_less;
    case (op_i)
      heddle_pkg::OP_FSGNJ_S: result_o = {b_i[31], a_i[30:0]};
      heddle_pkg::OP_FSGNJN_S: result_o = {~b_i[31], a_i[30:0]};
      heddle_pkg::OP_FSGNJX_S: result_o = {a_i[31] ^ b_i[31], a_i[30:0]};
      heddle_pkg::OP_FMIN_S, heddle_pkg::OP_FMAX_S: begin
        if (op_i == heddle_pkg::OP_FMAX_S) less_is_a = !ordered_less;
        if (a_nan && b_nan) result_o = CANONICAL_NAN;
        else result_o = (b_nan || (less_is_a && !a_nan)) ? a_i : b_i;
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
