// New word of an integer atomic: what `op` makes of the memory's word and the operand. Pure
// function, of the L2 and of the shared memory. amofadd.w has its own adder (atomic_float_add).
//
// All but the sum are a truth table of a bit of the word and one of b, chosen for the whole word.
`default_nettype none
module atomic_alu (
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic [31:0] word_i,  // of the memory
  input logic [31:0] b_i,
  input logic [31:0] c_i,     // what amocas.w compares with
  output logic [31:0] word_o
);

  logic is_signed, less, add, keep;
  logic both, word_only, b_only;  // where the new word has ones
  logic [31:0] sum;

  // Signed numbers compare like unsigned ones with the sign turned over.
  assign is_signed = op_i == heddle_pkg::OP_AMOMIN_W || op_i == heddle_pkg::OP_AMOMAX_W;
  assign less = {word_i[31] ^ is_signed, word_i[30:0]} < {b_i[31] ^ is_signed, b_i[30:0]};
  assign sum = word_i + b_i;

  always_comb begin : keep_word
    case (op_i)
      heddle_pkg::OP_AMOMIN_W, heddle_pkg::OP_AMOMINU_W: keep = less;
      heddle_pkg::OP_AMOMAX_W, heddle_pkg::OP_AMOMAXU_W: keep = !less;
      heddle_pkg::OP_AMOCAS_W: keep = word_i != c_i;
      default: keep = 1'b0;  // amoswap.w: b
    endcase
  end

  assign add = op_i == heddle_pkg::OP_AMOADD_W;
  assign both = !add && op_i != heddle_pkg::OP_AMOXOR_W;
  assign word_only = !add && (keep || op_i == heddle_pkg::OP_AMOOR_W
      || op_i == heddle_pkg::OP_AMOXOR_W);
  assign b_only = !add && !keep && op_i != heddle_pkg::OP_AMOAND_W;

  assign word_o = ({32{add}} & sum) | ({32{both}} & word_i & b_i)
      | ({32{word_only}} & word_i & ~b_i) | ({32{b_only}} & ~word_i & b_i);

endmodule
`default_nettype wire
