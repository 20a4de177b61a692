// Integer operations of one cycle: I, Zba, Zbb, Zicond. Combinational; operands visible in c+1, the
// result is loaded by lane for c+2.
//
// lane_control has named the operation by its register form (addi comes as OP_ADD) and has chosen
// the operands: lui, auipc and the link value pc + 4 are additions here.
`default_nettype none
module alu (
  // From lane_control
  input logic [heddle_pkg::OP_BITS-1:0] op_i,

  // From lane
  input logic [31:0] a_i,
  input logic [31:0] b_i,

  // To lane
  output logic [31:0] result_o
);

  // Shifts and rotations are one right shift of a double word. A left shift by n is a right shift
  // by 32 - n.
  logic shift_left;
  logic [31:0] shift_high, shift_low, shifted;
  logic [5:0] shift_amount;

  always_comb begin : shift
    shift_left = 1'b0;
    shift_high = 32'b0;
    shift_low = a_i;
    case (op_i)
      heddle_pkg::OP_SLL: begin
        shift_left = 1'b1;
        shift_high = a_i;
        shift_low = 32'b0;
      end
      heddle_pkg::OP_ROL: begin
        shift_left = 1'b1;
        shift_high = a_i;
      end
      heddle_pkg::OP_ROR: shift_high = a_i;
      heddle_pkg::OP_SRA: shift_high = {32{a_i[31]}};
      default: ;
    endcase
    shift_amount = shift_left ? 6'd32 - {1'b0, b_i[4:0]} : {1'b0, b_i[4:0]};
    shifted = 32'({shift_high, shift_low} >> shift_amount);
  end

  // Leading zeros of a, or for ctz of a reversed.
  logic [31:0] reversed, search;
  logic [5:0] zeros;

  always_comb begin : count_zeros
    for (int i = 0; i < 32; i++) reversed[i] = a_i[31-i];
    search = (op_i == heddle_pkg::OP_CTZ) ? reversed : a_i;
    zeros = 6'd0;
    if (search[31:16] == 16'b0) begin
      zeros[4] = 1'b1;
      search = search << 16;
    end
    if (search[31:24] == 8'b0) begin
      zeros[3] = 1'b1;
      search = search << 8;
    end
    if (search[31:28] == 4'b0) begin
      zeros[2] = 1'b1;
      search = search << 4;
    end
    if (search[31:30] == 2'b0) begin
      zeros[1] = 1'b1;
      search = search << 2;
    end
    zeros[0] = !search[31];
    if (a_i == 32'b0) zeros = 6'd32;
  end

  // Ones of a: by nibble, of two half adders, then neighbours together.
  logic [23:0] nibbles;
  logic [15:0] bytes;
  logic [9:0] halves;
  logic [5:0] ones;
  logic low, high, low_carry, high_carry;

  always_comb begin : count_ones
    nibbles = '0;
    for (int i = 0; i < 8; i++) begin
      low = a_i[4*i] ^ a_i[4*i+1];
      high = a_i[4*i+2] ^ a_i[4*i+3];
      low_carry = a_i[4*i] & a_i[4*i+1];
      high_carry = a_i[4*i+2] & a_i[4*i+3];
      nibbles[3*i+:3] =
          {low_carry & high_carry, low_carry ^ high_carry ^ (low & high), low ^ high};
    end
    for (int i = 0; i < 4; i++) bytes[4*i+:4] = 4'(nibbles[6*i+:3]) + 4'(nibbles[6*i+3+:3]);
    for (int i = 0; i < 2; i++) halves[5*i+:5] = 5'(bytes[8*i+:4]) + 5'(bytes[8*i+4+:4]);
    ones = 6'(halves[4:0]) + 6'(halves[9:5]);
  end

  // One adder for sums, differences and comparisons. The bit below the lowest carries the 1 in that
  // makes ~b the negative of b.
  logic adds, subtract, less_signed, less_unsigned;
  logic [31:0] addend, b_or_not_b, sum;
  logic carry, unused_bit;

  always_comb begin : add
    adds = 1'b1;
    subtract = 1'b1;
    addend = a_i;
    case (op_i)
      heddle_pkg::OP_ADD: subtract = 1'b0;
      heddle_pkg::OP_SUB: ;
      heddle_pkg::OP_SH1ADD: begin
        subtract = 1'b0;
        addend = {a_i[30:0], 1'b0};
      end
      heddle_pkg::OP_SH2ADD: begin
        subtract = 1'b0;
        addend = {a_i[29:0], 2'b0};
      end
      heddle_pkg::OP_SH3ADD: begin
        subtract = 1'b0;
        addend = {a_i[28:0], 3'b0};
      end
      heddle_pkg::OP_AND, heddle_pkg::OP_OR, heddle_pkg::OP_XOR: begin
        adds = 1'b0;
        subtract = 1'b0;
      end
      default: adds = 1'b0;
    endcase
    b_or_not_b = b_i ^ {32{subtract}};
    {carry, sum, unused_bit} = {1'b0, addend, 1'b1} + {1'b0, b_or_not_b, subtract};
    less_unsigned = !carry;
    less_signed = (a_i[31] ^ b_i[31]) ? a_i[31] : less_unsigned;
  end

  // a, b and zero bit by bit: logic, minimum and maximum, conditional zero. `logical` works on the
  // b that the adder inverts for andn, orn and xnor, too.
  logic logical, is_and, is_or, take_a, take_b;

  always_comb begin : choose
    logical = 1'b0;
    is_and = 1'b0;
    is_or = 1'b0;
    take_a = 1'b0;
    take_b = 1'b0;
    case (op_i)
      heddle_pkg::OP_AND, heddle_pkg::OP_ANDN: begin
        logical = 1'b1;
        is_and = 1'b1;
      end
      heddle_pkg::OP_OR, heddle_pkg::OP_ORN: begin
        logical = 1'b1;
        is_or = 1'b1;
      end
      heddle_pkg::OP_XOR, heddle_pkg::OP_XNOR: logical = 1'b1;
      heddle_pkg::OP_MIN: begin
        take_a = less_signed;
        take_b = !less_signed;
      end
      heddle_pkg::OP_MAX: begin
        take_a = !less_signed;
        take_b = less_signed;
      end
      heddle_pkg::OP_MINU: begin
        take_a = less_unsigned;
        take_b = !less_unsigned;
      end
      heddle_pkg::OP_MAXU: begin
        take_a = !less_unsigned;
        take_b = less_unsigned;
      end
      heddle_pkg::OP_CZERO_EQZ: take_a = b_i != 32'b0;
      heddle_pkg::OP_CZERO_NEZ: take_a = b_i == 32'b0;
      default: ;
    endcase
  end

  // What a alone decides, and one bit or a small number
  logic [31:0] rearranged;

  always_comb begin : rearrange
    rearranged = 32'b0;
    case (op_i)
      heddle_pkg::OP_SLT: rearranged = {31'b0, less_signed};
      heddle_pkg::OP_SLTU: rearranged = {31'b0, less_unsigned};
      heddle_pkg::OP_CLZ, heddle_pkg::OP_CTZ: rearranged = {26'b0, zeros};
      heddle_pkg::OP_CPOP: rearranged = {26'b0, ones};
      heddle_pkg::OP_SEXT_B: rearranged = {{24{a_i[7]}}, a_i[7:0]};
      heddle_pkg::OP_SEXT_H: rearranged = {{16{a_i[15]}}, a_i[15:0]};
      heddle_pkg::OP_ZEXT_H: rearranged = {16'b0, a_i[15:0]};
      heddle_pkg::OP_REV8: rearranged = {a_i[7:0], a_i[15:8], a_i[23:16], a_i[31:24]};
      heddle_pkg::OP_ORC_B: begin
        rearranged = {{8{|a_i[31:24]}}, {8{|a_i[23:16]}}, {8{|a_i[15:8]}}, {8{|a_i[7:0]}}};
      end
      default: ;
    endcase
  end

  logic shifts;
  assign shifts = op_i == heddle_pkg::OP_SLL || op_i == heddle_pkg::OP_SRL
      || op_i == heddle_pkg::OP_SRA || op_i == heddle_pkg::OP_ROL || op_i == heddle_pkg::OP_ROR;

  always_comb begin : select
    result_o = ({32{adds}} & sum) | ({32{shifts}} & shifted) | ({32{take_a}} & a_i)
        | ({32{take_b}} & b_i) | rearranged;
    if (logical) begin
      result_o = is_and ? a_i & b_or_not_b : is_or ? a_i | b_or_not_b : a_i ^ b_or_not_b;
    end
  end

  logic unused;
  assign unused = unused_bit;

endmodule
`default_nettype wire
