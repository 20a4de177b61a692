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

  logic [31:0] pairs, nibbles, bytes;
  logic [5:0] ones;

  // Each step adds neighbouring counts, twice as wide as before.
  always_comb begin : count_ones
    pairs = a_i - ((a_i >> 1) & 32'h5555_5555);
    nibbles = (pairs & 32'h3333_3333) + ((pairs >> 2) & 32'h3333_3333);
    bytes = (nibbles + (nibbles >> 4)) & 32'h0F0F_0F0F;
    ones = (bytes[5:0] + bytes[13:8]) + (bytes[21:16] + bytes[29:24]);
  end

  logic less_signed, less_unsigned;
  assign less_signed = $signed(a_i) < $signed(b_i);
  assign less_unsigned = a_i < b_i;

  always_comb begin : select
    result_o = 32'b0;
    case (op_i)
      heddle_pkg::OP_ADD: result_o = a_i + b_i;
      heddle_pkg::OP_SUB: result_o = a_i - b_i;
      heddle_pkg::OP_SH1ADD: result_o = {a_i[30:0], 1'b0} + b_i;
      heddle_pkg::OP_SH2ADD: result_o = {a_i[29:0], 2'b0} + b_i;
      heddle_pkg::OP_SH3ADD: result_o = {a_i[28:0], 3'b0} + b_i;
      heddle_pkg::OP_SLT: result_o = {31'b0, less_signed};
      heddle_pkg::OP_SLTU: result_o = {31'b0, less_unsigned};
      heddle_pkg::OP_MIN: result_o = less_signed ? a_i : b_i;
      heddle_pkg::OP_MAX: result_o = less_signed ? b_i : a_i;
      heddle_pkg::OP_MINU: result_o = less_unsigned ? a_i : b_i;
      heddle_pkg::OP_MAXU: result_o = less_unsigned ? b_i : a_i;
      heddle_pkg::OP_AND: result_o = a_i & b_i;
      heddle_pkg::OP_OR: result_o = a_i | b_i;
      heddle_pkg::OP_XOR: result_o = a_i ^ b_i;
      heddle_pkg::OP_ANDN: result_o = a_i & ~b_i;
      heddle_pkg::OP_ORN: result_o = a_i | ~b_i;
      heddle_pkg::OP_XNOR: result_o = ~(a_i ^ b_i);
      heddle_pkg::OP_SLL, heddle_pkg::OP_SRL, heddle_pkg::OP_SRA, heddle_pkg::OP_ROL,
      heddle_pkg::OP_ROR: result_o = shifted;
      heddle_pkg::OP_CLZ, heddle_pkg::OP_CTZ: result_o = {26'b0, zeros};
      heddle_pkg::OP_CPOP: result_o = {26'b0, ones};
      heddle_pkg::OP_SEXT_B: result_o = {{24{a_i[7]}}, a_i[7:0]};
      heddle_pkg::OP_SEXT_H: result_o = {{16{a_i[15]}}, a_i[15:0]};
      heddle_pkg::OP_ZEXT_H: result_o = {16'b0, a_i[15:0]};
      heddle_pkg::OP_REV8: result_o = {a_i[7:0], a_i[15:8], a_i[23:16], a_i[31:24]};
      heddle_pkg::OP_ORC_B: begin
        result_o = {{8{|a_i[31:24]}}, {8{|a_i[23:16]}}, {8{|a_i[15:8]}}, {8{|a_i[7:0]}}};
      end
      heddle_pkg::OP_CZERO_EQZ: if (b_i != 32'b0) result_o = a_i;
      heddle_pkg::OP_CZERO_NEZ: if (b_i == 32'b0) result_o = a_i;
      default: ;
    endcase
  end

  // The two upper bits of a byte's count are always 0.
  logic unused;
  assign unused = ^{bytes[31:30], bytes[23:22], bytes[15:14], bytes[7:6]};

endmodule
`default_nettype wire
