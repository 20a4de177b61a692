// Integer operations of one cycle: I, Zba, Zbb, Zicond, and what float_misc takes from a or b.
// Combinational; operands visible in c+1, the result is loaded by lane for c+2. 0 for all other
// operations. Shifts and rotations are products (lane).
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

  // From float_misc: its result is a, or b
  input logic take_a_i,
  input logic take_b_i,

  // To float_misc: a < b, unsigned. Not for operations that add.
  output logic less_unsigned_o,

  // To lane
  output logic [31:0] result_o
);

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

  // One adder for sums, differences and comparisons, those of float_misc too. The bit below the
  // lowest carries the 1 in that makes ~b the negative of b.
  logic adds, subtract, less_signed, less_unsigned;
  logic [31:0] addend, b_or_not_b, sum;
  logic carry, unused_bit;

  always_comb begin : add
    adds = 1'b1;
    subtract = 1'b0;
    addend = a_i;
    case (op_i)
      heddle_pkg::OP_ADD: ;
      heddle_pkg::OP_SH1ADD: addend = {a_i[30:0], 1'b0};
      heddle_pkg::OP_SH2ADD: addend = {a_i[29:0], 2'b0};
      heddle_pkg::OP_SH3ADD: addend = {a_i[28:0], 3'b0};
      heddle_pkg::OP_SUB: subtract = 1'b1;
      default: begin
        adds = 1'b0;
        subtract = 1'b1;
      end
    endcase
    b_or_not_b = b_i ^ {32{subtract}};
    {carry, sum, unused_bit} = {1'b0, addend, 1'b1} + {1'b0, b_or_not_b, subtract};
    less_unsigned = !carry;
    less_signed = (a_i[31] ^ b_i[31]) ? a_i[31] : less_unsigned;
  end

  assign less_unsigned_o = less_unsigned;

  // Functions of a and b bit by bit, minimum and maximum among them, as truth tables: bit {a, b}.
  // Sign injection has another one for the sign.
  localparam logic [3:0] NOTHING = 4'b0000;
  localparam logic [3:0] TAKE_A = 4'b1100;
  localparam logic [3:0] TAKE_B = 4'b1010;
  localparam logic [3:0] NOT_B = 4'b0101;
  localparam logic [3:0] EXCLUSIVE_OR = 4'b0110;

  logic [3:0] truth, sign_truth;
  logic b_zero;
  logic [31:0] chosen;

  assign b_zero = b_i == 32'b0;

  always_comb begin : choose
    truth = NOTHING;
    case (op_i)
      heddle_pkg::OP_AND: truth = 4'b1000;
      heddle_pkg::OP_OR: truth = 4'b1110;
      heddle_pkg::OP_XOR: truth = EXCLUSIVE_OR;
      heddle_pkg::OP_ANDN: truth = 4'b0100;
      heddle_pkg::OP_ORN: truth = 4'b1101;
      heddle_pkg::OP_XNOR: truth = 4'b1001;
      heddle_pkg::OP_MIN: truth = less_signed ? TAKE_A : TAKE_B;
      heddle_pkg::OP_MAX: truth = less_signed ? TAKE_B : TAKE_A;
      heddle_pkg::OP_MINU: truth = less_unsigned ? TAKE_A : TAKE_B;
      heddle_pkg::OP_MAXU: truth = less_unsigned ? TAKE_B : TAKE_A;
      heddle_pkg::OP_CZERO_EQZ: truth = b_zero ? NOTHING : TAKE_A;
      heddle_pkg::OP_CZERO_NEZ: truth = b_zero ? TAKE_A : NOTHING;
      heddle_pkg::OP_FCVT_S_W, heddle_pkg::OP_FCVT_S_WU, heddle_pkg::OP_FSGNJ_S,
      heddle_pkg::OP_FSGNJN_S, heddle_pkg::OP_FSGNJX_S: truth = TAKE_A;
      default: truth = ({4{take_a_i}} & TAKE_A) | ({4{take_b_i}} & TAKE_B);
    endcase
    case (op_i)
      heddle_pkg::OP_FSGNJ_S: sign_truth = TAKE_B;
      heddle_pkg::OP_FSGNJN_S: sign_truth = NOT_B;
      heddle_pkg::OP_FSGNJX_S: sign_truth = EXCLUSIVE_OR;
      default: sign_truth = truth;
    endcase
    for (int i = 0; i < 31; i++) chosen[i] = truth[{a_i[i], b_i[i]}];
    chosen[31] = sign_truth[{a_i[31], b_i[31]}];
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

  assign result_o = ({32{adds}} & sum) | chosen | rearranged;

  logic unused;
  assign unused = unused_bit;

endmodule
`default_nettype wire
