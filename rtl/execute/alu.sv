// Integer operations: I, Zba, Zbb; sign injection. Combinational; operands visible in c+1, the
// results are loaded by lane for c+2. 0 for all other operations. Shifts and rotations are products
// (lane); comparison has what depends on the difference.
//
// lane_control has named the operation by its register form (addi comes as OP_ADD) and has chosen
// the operands: lui, auipc and the link value pc + 4 are additions here.
`default_nettype none
module alu (
  // From lane_control
  input heddle_pkg::alu_ctl_t ctl_i,

  // From lane
  input logic [31:0] a_i,
  input logic [31:0] b_i,

  // To comparison: a < b, unsigned. Only with `subtract`.
  output logic less_unsigned_o,

  // To lane
  output logic [31:0] result_o,
  output logic [5:0] count_o
);

  // Leading zeros of a, or for ctz of a reversed
  logic [31:0] search;
  logic [4:0] zeros_of_some;
  logic [5:0] zeros;

  always_comb begin : choose_end
    for (int i = 0; i < 32; i++) search[i] = ctl_i.trailing ? a_i[31-i] : a_i[i];
  end

  leading_zeros u_zeros (.value_i(search), .count_o(zeros_of_some));

  assign zeros = (a_i == 32'b0) ? 6'd32 : {1'b0, zeros_of_some};

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

  assign count_o = ({6{ctl_i.count_zeros}} & zeros) | ({6{ctl_i.count_ones}} & ones);

  // One adder for sums, differences and comparisons. The bit below the lowest carries the 1 in that
  // makes ~b the negative of b.
  logic [31:0] addend, b_or_not_b, sum;
  logic carry, unused_bit;

  always_comb begin : add
    case (ctl_i.shift)
      2'd1: addend = {a_i[30:0], 1'b0};
      2'd2: addend = {a_i[29:0], 2'b0};
      2'd3: addend = {a_i[28:0], 3'b0};
      default: addend = a_i;
    endcase
    b_or_not_b = b_i ^ {32{ctl_i.subtract}};
    {carry, sum, unused_bit} = {1'b0, addend, 1'b1} + {1'b0, b_or_not_b, ctl_i.subtract};
  end

  assign less_unsigned_o = !carry;

  // Functions of a and b bit by bit
  logic [31:0] chosen;
  logic [2:0] truth;

  always_comb begin : choose
    for (int i = 0; i < 32; i++) begin
      if (i == 31) truth = ctl_i.sign_truth;
      else if (i >= 16) truth = ctl_i.half_truth;
      else truth = (i >= 8) ? ctl_i.byte_truth : ctl_i.truth;
      if (a_i[i]) chosen[i] = b_or_not_b[i] ? truth[2] : truth[1];
      else chosen[i] = b_or_not_b[i] && truth[0];
    end
  end

  // Bytes and halfwords of a
  logic [31:0] rearranged;
  logic [3:0] fill;

  always_comb begin : rearrange
    for (int i = 0; i < 4; i++) begin
      fill[i] = (ctl_i.fill_any && a_i[8*i+:8] != 8'b0)
          || (i >= 1 && ctl_i.fill_byte_sign && a_i[7])
          || (i >= 2 && ctl_i.fill_half_sign && a_i[15]);
      rearranged[8*i+:8] = (a_i[8*(3-i)+:8] & {8{ctl_i.reverse}}) | {8{fill[i]}};
    end
  end

  assign result_o = ({32{ctl_i.adds}} & sum) | chosen | rearranged;

  logic unused;
  assign unused = unused_bit;

endmodule
`default_nettype wire
