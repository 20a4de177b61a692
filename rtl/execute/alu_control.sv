// What alu and comparison do for an operation: decoded once for all lanes, in the cycle before they
// work (lane_control registers it). Combinational.
//
// Operations that neither knows leave every field 0, which makes their results 0.
`default_nettype none
module alu_control (
  // From lane_control
  input logic [heddle_pkg::OP_BITS-1:0] op_i,  // immediate forms by their register form

  // To lane_control
  output heddle_pkg::alu_ctl_t alu_o,
  output heddle_pkg::comparison_ctl_t comparison_o
);

  // Functions of a and b bit by bit as truth tables, for {a, b} = 11, 10, 01. That for 00 is 0:
  // `subtract` inverts b.
  localparam logic [2:0] AND = 3'b100;
  localparam logic [2:0] OR = 3'b111;
  localparam logic [2:0] EXCLUSIVE_OR = 3'b011;
  localparam logic [2:0] TAKE_A = 3'b110;
  localparam logic [2:0] TAKE_B = 3'b101;

  always_comb begin : bit_by_bit
    alu_o.adds = 1'b0;
    alu_o.subtract = 1'b0;
    alu_o.shift = 2'd0;
    alu_o.truth = 3'b000;
    case (op_i)
      heddle_pkg::OP_ADD: alu_o.adds = 1'b1;
      heddle_pkg::OP_SH1ADD: {alu_o.adds, alu_o.shift} = {1'b1, 2'd1};
      heddle_pkg::OP_SH2ADD: {alu_o.adds, alu_o.shift} = {1'b1, 2'd2};
      heddle_pkg::OP_SH3ADD: {alu_o.adds, alu_o.shift} = {1'b1, 2'd3};
      heddle_pkg::OP_SUB: {alu_o.adds, alu_o.subtract} = 2'b11;
      heddle_pkg::OP_AND: alu_o.truth = AND;
      heddle_pkg::OP_OR: alu_o.truth = OR;
      heddle_pkg::OP_XOR: alu_o.truth = EXCLUSIVE_OR;
      heddle_pkg::OP_ANDN: {alu_o.subtract, alu_o.truth} = {1'b1, AND};
      heddle_pkg::OP_ORN: {alu_o.subtract, alu_o.truth} = {1'b1, OR};
      heddle_pkg::OP_XNOR: {alu_o.subtract, alu_o.truth} = {1'b1, EXCLUSIVE_OR};
      heddle_pkg::OP_SEXT_B, heddle_pkg::OP_SEXT_H, heddle_pkg::OP_ZEXT_H,
      heddle_pkg::OP_FSGNJ_S, heddle_pkg::OP_FSGNJX_S, heddle_pkg::OP_FCVT_S_W,
      heddle_pkg::OP_FCVT_S_WU, heddle_pkg::OP_CZERO_EQZ, heddle_pkg::OP_CZERO_NEZ: begin
        alu_o.truth = TAKE_A;
      end
      heddle_pkg::OP_FSGNJN_S, heddle_pkg::OP_MIN, heddle_pkg::OP_MAX, heddle_pkg::OP_MINU,
      heddle_pkg::OP_MAXU, heddle_pkg::OP_FMIN_S, heddle_pkg::OP_FMAX_S: begin
        alu_o.subtract = 1'b1;
        alu_o.truth = TAKE_A;
      end
      heddle_pkg::OP_SLT, heddle_pkg::OP_SLTU, heddle_pkg::OP_FLT_S, heddle_pkg::OP_FLE_S: begin
        alu_o.subtract = 1'b1;
      end
      default: ;
    endcase
    // An extension takes bytes of a. Sign injection has another truth table for the sign.
    alu_o.byte_truth = alu_o.truth;
    alu_o.half_truth = alu_o.truth;
    alu_o.sign_truth = alu_o.truth;
    case (op_i)
      heddle_pkg::OP_SEXT_B: {alu_o.byte_truth, alu_o.half_truth, alu_o.sign_truth} = '0;
      heddle_pkg::OP_SEXT_H, heddle_pkg::OP_ZEXT_H: begin
        {alu_o.half_truth, alu_o.sign_truth} = '0;
      end
      heddle_pkg::OP_FSGNJ_S, heddle_pkg::OP_FSGNJN_S: alu_o.sign_truth = TAKE_B;
      heddle_pkg::OP_FSGNJX_S: alu_o.sign_truth = EXCLUSIVE_OR;
      default: ;
    endcase
  end

  always_comb begin : of_a_alone
    alu_o.fill_byte_sign = op_i == heddle_pkg::OP_SEXT_B;
    alu_o.fill_half_sign = op_i == heddle_pkg::OP_SEXT_H;
    alu_o.fill_any = op_i == heddle_pkg::OP_ORC_B;
    alu_o.reverse = op_i == heddle_pkg::OP_REV8;
    alu_o.count_ones = op_i == heddle_pkg::OP_CPOP;
    alu_o.count_zeros = op_i == heddle_pkg::OP_CLZ || op_i == heddle_pkg::OP_CTZ;
    alu_o.trailing = op_i == heddle_pkg::OP_CTZ;
  end

  always_comb begin : compare
    comparison_o.is_float = 1'b0;
    comparison_o.is_unsigned = 1'b0;
    comparison_o.less = 1'b0;
    comparison_o.equal = 1'b0;
    comparison_o.minimum = 1'b0;
    comparison_o.maximum = 1'b0;
    comparison_o.if_zero = op_i == heddle_pkg::OP_CZERO_EQZ;
    comparison_o.if_not_zero = op_i == heddle_pkg::OP_CZERO_NEZ;
    comparison_o.classify = op_i == heddle_pkg::OP_FCLASS_S;
    case (op_i)
      heddle_pkg::OP_SLT: comparison_o.less = 1'b1;
      heddle_pkg::OP_SLTU: {comparison_o.less, comparison_o.is_unsigned} = 2'b11;
      heddle_pkg::OP_MIN: comparison_o.minimum = 1'b1;
      heddle_pkg::OP_MAX: comparison_o.maximum = 1'b1;
      heddle_pkg::OP_MINU: {comparison_o.minimum, comparison_o.is_unsigned} = 2'b11;
      heddle_pkg::OP_MAXU: {comparison_o.maximum, comparison_o.is_unsigned} = 2'b11;
      heddle_pkg::OP_FMIN_S: {comparison_o.minimum, comparison_o.is_float} = 2'b11;
      heddle_pkg::OP_FMAX_S: {comparison_o.maximum, comparison_o.is_float} = 2'b11;
      heddle_pkg::OP_FEQ_S: {comparison_o.equal, comparison_o.is_float} = 2'b11;
      heddle_pkg::OP_FLT_S: {comparison_o.less, comparison_o.is_float} = 2'b11;
      heddle_pkg::OP_FLE_S: begin
        {comparison_o.less, comparison_o.equal, comparison_o.is_float} = 3'b111;
      end
      default: ;
    endcase
  end

endmodule
`default_nettype wire
