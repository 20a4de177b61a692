// New word of an integer atomic: what `op` makes of the memory's word and the operand. Pure
// function, of the L2 and of the shared memory. amofadd.w has its own adder (atomic_float_add).
`default_nettype none
module atomic_alu (
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic [31:0] word_i,  // of the memory
  input logic [31:0] b_i,
  input logic [31:0] c_i,     // what amocas.w compares with
  output logic [31:0] word_o
);

  logic is_signed, less;

  // Signed numbers compare like unsigned ones with the sign turned over.
  assign is_signed = op_i == heddle_pkg::OP_AMOMIN_W || op_i == heddle_pkg::OP_AMOMAX_W;
  assign less = {word_i[31] ^ is_signed, word_i[30:0]} < {b_i[31] ^ is_signed, b_i[30:0]};

  always_comb begin : choose
    case (op_i)
      heddle_pkg::OP_AMOADD_W: word_o = word_i + b_i;
      heddle_pkg::OP_AMOAND_W: word_o = word_i & b_i;
      heddle_pkg::OP_AMOOR_W: word_o = word_i | b_i;
      heddle_pkg::OP_AMOXOR_W: word_o = word_i ^ b_i;
      heddle_pkg::OP_AMOMIN_W, heddle_pkg::OP_AMOMINU_W: word_o = less ? word_i : b_i;
      heddle_pkg::OP_AMOMAX_W, heddle_pkg::OP_AMOMAXU_W: word_o = less ? b_i : word_i;
      heddle_pkg::OP_AMOCAS_W: word_o = (word_i == c_i) ? b_i : word_i;
      default: word_o = b_i;  // amoswap.w
    endcase
  end

endmodule
`default_nettype wire
