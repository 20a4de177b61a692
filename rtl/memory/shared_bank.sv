// One bank of the shared memory: 32-bit words with one port, and the arithmetic of its atomics.
//
// An access reads (data visible in the next cycle, until the next read) or writes. `keep_i` takes
// the word read; an atomic's new word is made of that one in a later cycle, and written by
// `write_i`, or comes from outside with `write_word_i`. Index, operand, strobes and op are the
// access' own until then.
`default_nettype none
module shared_bank #(
  parameter int unsigned WORDS = 1024,
  parameter int unsigned INDEX_BITS = $clog2(WORDS)
) (
  input logic clk_i,

  input logic [INDEX_BITS-1:0] index_i,
  input logic [31:0] operand_i,  // store data, or an atomic's b
  input logic [3:0] strobe_i,
  input logic [heddle_pkg::OP_BITS-1:0] op_i,

  input logic access_i,
  input logic store_i,
  output logic [31:0] word_o,

  input logic keep_i,
  output logic [31:0] kept_o,
  input logic write_i,
  input logic write_word_i,
  input logic [31:0] word_i  // of amofadd or an mbarrier
);

  logic [31:0] kept_q, new_word, write_data;
  logic write;

  // amocas.w is a swap here: the lanes have compared, and without `write_i` nothing changes.
  atomic_alu u_alu (
    .op_i,
    .word_i(kept_q),
    .b_i(operand_i),
    .c_i(kept_q),
    .word_o(new_word)
  );

  assign write = (access_i && store_i) || write_i || write_word_i;
  assign write_data = write_word_i ? word_i : store_i ? operand_i : new_word;

  ram_1rw #(
    .WIDTH(32),
    .DEPTH(WORDS),
    .GRANULE(8)
  ) u_words (
    .clk_i,
    .access_i(access_i || write),
    .write_i(write),
    .address_i(index_i),
    .write_mask_i(strobe_i),
    .write_data_i(write_data),
    .read_data_o(word_o)
  );

  always_ff @(posedge clk_i) begin
    if (keep_i) kept_q <= word_o;
  end

  assign kept_o = kept_q;

endmodule
`default_nettype wire
