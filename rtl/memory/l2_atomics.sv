// Atomics of an L2 slice: one a cycle, also on one word.
//
// An atomic decided in d has its line in d+2 and its old word in d+3; the new word is visible in
// d+4 and written in d+5. What atomics decided in d-1 .. d-4 make of the same word is not in the
// line yet: those of d-2 .. d-4 replace the line's word in d+2, that of d-1 in d+3. amofadd takes
// the old word in d+5 and is alone behind itself, so that nothing has to be taken from it. amocas.d,
// on two words, is never near another access of its line: it takes from nobody and gives to nobody.
`default_nettype none
module l2_atomics (
  input logic clk_i,
  input logic rst_ni,

  // From l2_pipe: an atomic is in stage n; stage n of a decision in d is d + n
  input logic [5:1] valid_i,
  // (index and word of it)
  input logic [heddle_pkg::L2_INDEX_BITS+3:0] place1_i,
  input logic [heddle_pkg::L2_INDEX_BITS+3:0] place2_i,
  input logic [heddle_pkg::L2_INDEX_BITS+3:0] place3_i,
  input logic [heddle_pkg::L2_INDEX_BITS+3:0] place4_i,
  input logic [heddle_pkg::L2_INDEX_BITS+3:0] place5_i,
  input logic [heddle_pkg::OP_BITS-1:0] stage3_op_i,
  input logic stage3_pair_i,  // amocas.d
  input logic stage5_float_add_i,
  input logic [63:0] stage1_b_i,  // for the first and the second word; atomics on one word: [31:0]
  input logic [63:0] stage1_c_i,
  input logic [heddle_pkg::LINE_BITS-1:0] stage2_line_i,

  // To l2_pipe
  output logic [63:0] stage4_old_o,
  output logic [63:0] stage4_new_o,  // not of amofadd
  output logic [31:0] sum_o          // of amofadd, FLOAT_ADD_LATENCY behind stage 5
);

  // -----------------------------------------------------------------------------------------------
  // Stage 1: which of the atomics ahead have the same word; bit n: that of d-1-n
  logic [3:0] same_d, same_q;

  always_comb begin : compare
    same_d[0] = valid_i[2] && place1_i == place2_i;
    same_d[1] = valid_i[3] && place1_i == place3_i;
    same_d[2] = valid_i[4] && place1_i == place4_i;
    same_d[3] = valid_i[5] && place1_i == place5_i;
  end

  // -----------------------------------------------------------------------------------------------
  // Stage 2: the word of the line
  logic [31:0] line_word, word_d, word_q, second_d, second_q;
  logic [31:0] new4_q, new5_q, new6_q;
  logic same3_q;

  assign line_word = stage2_line_i[32*place2_i[3:0]+:32];
  assign second_d = stage2_line_i[64*place2_i[3:1]+32+:32];

  always_comb begin : choose_word
    if (same_q[1]) word_d = new4_q;
    else if (same_q[2]) word_d = new5_q;
    else if (same_q[3]) word_d = new6_q;
    else word_d = line_word;
  end

  // -----------------------------------------------------------------------------------------------
  // Stage 3: old and new word
  logic [63:0] b2_q, b3_q, c2_q, c3_q;
  logic [31:0] b4_q, b5_q, old_d, old4_q, old5_q, new_d, word_new;
  logic [31:0] second_new_d, second_old4_q, second_new4_q;
  logic equal;

  assign old_d = same3_q ? new4_q : word_q;
  assign equal = {second_q, old_d} == c3_q;
  assign new_d = stage3_pair_i ? (equal ? b3_q[31:0] : old_d) : word_new;
  assign second_new_d = equal ? b3_q[63:32] : second_q;

  atomic_alu u_alu (
    .op_i(stage3_op_i),
    .word_i(old_d),
    .b_i(b3_q[31:0]),
    .c_i(c3_q[31:0]),
    .word_o(word_new)
  );

  always_ff @(posedge clk_i) begin
    if (valid_i[1]) begin
      same_q <= same_d;
      b2_q <= stage1_b_i;
      c2_q <= stage1_c_i;
    end
    if (valid_i[2]) begin
      same3_q <= same_q[0];
      word_q <= word_d;
      second_q <= second_d;
      b3_q <= b2_q;
      c3_q <= c2_q;
    end
    if (valid_i[3]) begin
      old4_q <= old_d;
      new4_q <= new_d;
      b4_q <= b3_q[31:0];
      second_old4_q <= second_q;
      second_new4_q <= second_new_d;
    end
    // These move on in every cycle: what a stage holds is that of the decision of its cycle.
    new5_q <= new4_q;
    new6_q <= new5_q;
    if (valid_i[4]) begin
      old5_q <= old4_q;
      b5_q <= b4_q;
    end
  end

  atomic_float_add u_float_add (
    .clk_i,
    .rst_ni,
    .valid_i(valid_i[5] && stage5_float_add_i),
    .a_i(old5_q),
    .b_i(b5_q),
    .sum_o
  );

  assign stage4_old_o = {second_old4_q, old4_q};
  assign stage4_new_o = {second_new4_q, new4_q};

endmodule
`default_nettype wire
