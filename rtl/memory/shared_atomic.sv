// What the shared memory's banks write for an atomic, and when; the integer arithmetic is theirs.
//
// `valid_i` in s: the pass' old words are there. Integer atomics write in s, amocas where the words
// are equal. amofadd, which has one lane and one bank, writes in s + FLOAT_ADD_LATENCY. The other
// inputs stay from s - 1 until then; what is made of them without the old words is in registers in
// s. An operation on an mbarrier and amocas.d have one lane and two banks, of which the even one has
// the lower word; they write both in s.
`default_nettype none
module shared_atomic #(
  parameter int unsigned BANK_BITS = $clog2(heddle_pkg::LANES)
) (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  input logic valid_i,
  input logic add_i,      // amofadd
  input logic compare_i,  // amocas.w
  input logic mbarrier_i,
  input logic pair_i,     // amocas.d
  input logic [heddle_pkg::OP_BITS-1:0] op_i,

  // The served lanes: bank, old word, what amocas compares it with
  input logic [heddle_pkg::LANES-1:0] lane_mask_i,
  input logic [BANK_BITS*heddle_pkg::LANES-1:0] lane_bank_i,
  input logic [32*heddle_pkg::LANES-1:0] lane_word_i,
  input logic [32*heddle_pkg::LANES-1:0] lane_compare_i,

  // For amocas.d's second words: operands and what they are compared with are kept with the pass of
  // their row, and used from that of the row of the same beat on.
  input logic keep_high_i,
  input logic use_high_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] high_beat_i,
  input logic [32*heddle_pkg::LANES-1:0] high_operand_i,
  input logic [32*heddle_pkg::LANES-1:0] high_compare_i,

  // The banks in use: old word, operand
  input logic [heddle_pkg::LANES-1:0] bank_enable_i,
  input logic [32*heddle_pkg::LANES-1:0] bank_word_i,
  input logic [32*heddle_pkg::LANES-1:0] bank_operand_i,

  output logic [heddle_pkg::LANES-1:0] bank_write_o,  // s
  output logic adding_o,                              // s .. s + FLOAT_ADD_LATENCY - 1
  output logic adding_behind_o,                       // adding_o of the cycle before
  output logic write_sum_o,                           // s + FLOAT_ADD_LATENCY
  output logic [31:0] sum_o,
  output logic write_doubleword_o,                    // s
  output logic [63:0] doubleword_o,
  output logic phase_end_o,                           // s
  output logic [31:0] upper_word_o                    // the old one, from s until the next atomic
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned LATENCY = heddle_pkg::FLOAT_ADD_LATENCY;

  logic add, rest_q, adding_behind_q, in_bank;
  logic [LATENCY:1] adding_q;  // bit n: an addition began n cycles ago
  logic [LANES-1:0] equal, bank_equal, lower_q, upper_q;
  logic [LANES*LANES-1:0] lane_in_bank_d, lane_in_bank_q;
  logic [31:0] word, upper_word, operand_d, operand_q;
  logic [63:0] mbarrier, old_pair, new_pair_d, new_pair_q, compared_d, compared_q;

  assign add = valid_i && add_i;

  // Which banks have the word, and which the upper one
  always_ff @(posedge clk_i) begin
    for (int bank = 0; bank < LANES; bank++) begin
      lower_q[bank] <= bank_enable_i[bank] && (add_i || bank % 2 == 0);
      upper_q[bank] <= bank_enable_i[bank] && !add_i && bank % 2 == 1;
    end
  end

  always_comb begin : compare
    bank_equal = '0;
    in_bank = 1'b0;
    for (int i = 0; i < LANES; i++) begin
      equal[i] = lane_word_i[32*i+:32] == lane_compare_i[32*i+:32];
      for (int bank = 0; bank < LANES; bank++) begin
        in_bank = lane_bank_i[BANK_BITS*i+:BANK_BITS] == BANK_BITS'(bank);
        lane_in_bank_d[LANES*i+bank] = lane_mask_i[i] && in_bank;
        if (equal[i] && lane_in_bank_q[LANES*i+bank]) bank_equal[bank] = 1'b1;
      end
    end
  end

  always_comb begin : write
    bank_write_o = '0;
    if (valid_i && !add_i && !mbarrier_i && !pair_i) bank_write_o = compare_i ? bank_equal : bank_enable_i;
  end

  always_comb begin : addends
    word = '0;
    upper_word = '0;
    operand_d = '0;
    for (int bank = 0; bank < LANES; bank++) begin
      upper_word = upper_word | (bank_word_i[32*bank+:32] & {32{upper_q[bank]}});
      word = word | (bank_word_i[32*bank+:32] & {32{lower_q[bank]}});
      if (bank_enable_i[bank] && (add_i || bank % 2 == 0)) begin
        operand_d = operand_d | bank_operand_i[32*bank+:32];
      end
    end
  end

  mbarrier_alu u_mbarrier (
    .clk_i,
    .op_i,
    .operand_i(operand_d),
    .mbarrier_i({upper_word, word}),
    .mbarrier_o(mbarrier)
  );

  logic [32*LANES-1:0] lane_high_operand, lane_high_compare;

  ram_1r1w #(
    .WIDTH(64 * LANES),
    .DEPTH(1 << heddle_pkg::BEAT_BITS)
  ) u_high_operands (
    .clk_i,
    .read_valid_i(use_high_i),
    .read_address_i(high_beat_i),
    .read_data_o({lane_high_compare, lane_high_operand}),
    .write_valid_i(keep_high_i),
    .write_address_i(high_beat_i),
    .write_mask_i(1'b1),
    .write_data_i({high_compare_i, high_operand_i})
  );

  always_comb begin : compare_and_swap
    compared_d = '0;
    new_pair_d = {32'b0, operand_d};
    for (int i = 0; i < LANES; i++) begin
      if (lane_mask_i[i]) begin
        compared_d = compared_d | {lane_high_compare[32*i+:32], lane_compare_i[32*i+:32]};
        new_pair_d[63:32] = new_pair_d[63:32] | lane_high_operand[32*i+:32];
      end
    end
  end

  always_ff @(posedge clk_i) begin
    lane_in_bank_q <= lane_in_bank_d;
    operand_q <= operand_d;
    compared_q <= compared_d;
    new_pair_q <= new_pair_d;
  end

  assign old_pair = {upper_word, word};

  assign write_doubleword_o = valid_i && (mbarrier_i || pair_i);
  assign doubleword_o = !pair_i ? mbarrier : (old_pair == compared_q) ? new_pair_q : old_pair;
  assign phase_end_o = valid_i && mbarrier_i && mbarrier[0] != word[0];
  assign upper_word_o = upper_word;

  atomic_float_add u_add (
    .clk_i,
    .rst_ni,
    .valid_i(add),
    .a_i(word),
    .b_i(operand_q),
    .sum_o
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      adding_q <= '0;
      rest_q <= 1'b0;
      adding_behind_q <= 1'b0;
    end else if (start_i) begin
      adding_q <= '0;
      rest_q <= 1'b0;
      adding_behind_q <= 1'b0;
    end else begin
      adding_q <= {adding_q[LATENCY-1:1], add};
      rest_q <= add || adding_q[LATENCY-2:1] != '0;
      adding_behind_q <= adding_o;
    end
  end

  assign adding_o = add || rest_q;
  assign adding_behind_o = adding_behind_q;
  assign write_sum_o = adding_q[LATENCY];

endmodule
`default_nettype wire
