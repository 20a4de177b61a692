// Data memory of an L2 slice and what a decision does behind it. Stage n of a decision in d is
// d + n: the data memory is addressed in 1 and visible in 2; responses, writes and fetches leave in
// 4; the data memory is written in 5, by an amofadd FLOAT_ADD_LATENCY later. It never waits: the
// places in the queues were promised with the decision.
`default_nettype none
module l2_pipe (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // A request enters the slice's queue (event), its head leaves it (event)
  input logic request_valid_i,
  input logic [heddle_pkg::LINE_BITS-1:0] request_data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_i,
  input logic head_pop_i,

  // From l2_lookup, of the head
  input logic decision_valid_i,
  input heddle_pkg::l2_decision_t decision_i,

  // From l2_lookup: the head's set, and what a decision in DECIDE touches there; with such a
  // decision, that it makes its line the open one. To it: what decisions of the last four cycles
  // are to write, atomics on a word or others
  input logic [heddle_pkg::L2_SET_BITS-1:0] head_set_i,
  input logic [heddle_pkg::L2_WAY_BITS-1:0] looked_way_i,
  input logic reopens_i,
  output logic open_atomic_o,
  output logic open_store_o,
  output logic looked_atomic_o,
  output logic looked_store_o,
  output logic float_busy_o,

  // From memory: a line for the data memory, while `write` is not set
  input logic fill_valid_i,
  input logic [heddle_pkg::L2_INDEX_BITS-1:0] fill_index_i,
  input logic [heddle_pkg::LINE_BITS-1:0] fill_data_i,

  // To the queues (events); without a response its data are 0
  output logic response_valid_o,
  output logic [heddle_pkg::SOURCE_BITS-1:0] response_source_o,
  output logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] response_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] response_data_o,
  output logic response_write_o,
  output logic response_error_o,
  output logic write_valid_o,
  output logic [heddle_pkg::L2_ID_BITS-1:0] write_id_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] write_line_o,
  output logic [heddle_pkg::LINE_BITS-1:0] write_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] write_strobe_o,
  output logic fetch_valid_o,
  output logic [heddle_pkg::L2_ID_BITS-1:0] fetch_id_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] fetch_line_o,

  output logic writing_o,  // the data memory is written by a decision in this cycle
  output logic idle_o
);

  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned LINE_BYTES = heddle_pkg::LINE_BYTES;
  localparam int unsigned INDEX_BITS = heddle_pkg::L2_INDEX_BITS;
  localparam int unsigned SET_BITS = heddle_pkg::L2_SET_BITS;
  localparam int unsigned WAY_BITS = heddle_pkg::L2_WAY_BITS;
  localparam int unsigned FLOAT_STAGES = 5 + heddle_pkg::FLOAT_ADD_LATENCY;
  localparam int unsigned FLOAT_COUNT_BITS = $clog2(FLOAT_STAGES + 1);

  logic [5:1] valid_q, atomic;
  heddle_pkg::l2_decision_t stage1_q, stage2_q, stage3_q, stage4_q;
  logic atomic5_q, float_add5_q;
  logic [INDEX_BITS-1:0] index5_q;
  logic [3:0] word5_q;
  logic [63:0] stage1_b_q, stage1_c_q;  // first and second word
  logic [LINE_BITS-1:0] line, line3_q, line4_q, evicted4_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else if (start_i) valid_q <= '0;
    else valid_q <= {valid_q[4:1], decision_valid_i};
  end

  // Stage 1 takes what there is, decision or not: whether there is one is known late.
  //
  // A load's or evicted line goes along to stage 4. What is 0 without its reason there and behind,
  // needs no multiplexer where it comes together with others: an OR does.
  always_ff @(posedge clk_i) begin
    stage1_q <= decision_i;
    stage1_b_q <= {head_words[95:64], head_words[31:0]};
    stage1_c_q <= {head_words[127:96], head_words[63:32]};
    if (valid_q[1]) stage2_q <= stage1_q;
    if (valid_q[2]) begin
      stage3_q <= stage2_q;
      if (stage2_q.read && !stage2_q.atomic) line3_q <= line;
    end
    if (valid_q[3]) begin
      stage4_q <= stage3_q;
      if (stage3_q.evict) evicted4_q <= line3_q;
    end
    line4_q <= (valid_q[3] && stage3_q.read && stage3_q.respond && !stage3_q.store
        && !stage3_q.atomic) ? line3_q : '0;
    if (valid_q[4]) begin
      atomic5_q <= stage4_q.atomic;
      float_add5_q <= stage4_q.float_add;
      index5_q <= stage4_q.index;
      word5_q <= stage4_q.word;
    end
  end

  assign atomic = valid_q
      & {atomic5_q, stage4_q.atomic, stage3_q.atomic, stage2_q.atomic, stage1_q.atomic};

  // -----------------------------------------------------------------------------------------------
  // What is to be written. An amofadd holds up everything behind it, whatever the place.
  //
  // Which stages hold the open line is kept with them: what writes in stage 1 has opened its line,
  // and a line opened anew is one that was looked at. Of what is looked at, the head's set is
  // compared a cycle ahead, since no decision comes in the cycle before DECIDE: stage 1 is empty.
  logic [4:1] word_write_q, other_write_q, open_q;
  logic [4:2] same_set_q, looked;
  logic decision_word;
  logic [FLOAT_COUNT_BITS-1:0] float_count_d, float_count_q;
  logic float_write, writing_q;

  assign decision_word = decision_i.atomic && !decision_i.pair;
  assign looked = same_set_q & {
    stage4_q.index[WAY_BITS-1:0] == looked_way_i, stage3_q.index[WAY_BITS-1:0] == looked_way_i,
    stage2_q.index[WAY_BITS-1:0] == looked_way_i
  };
  assign open_atomic_o = (open_q & word_write_q) != '0;
  assign open_store_o = (open_q & other_write_q) != '0;
  assign looked_atomic_o = (looked & word_write_q[4:2]) != '0;
  assign looked_store_o = (looked & other_write_q[4:2]) != '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      word_write_q <= '0;
      other_write_q <= '0;
    end else if (start_i) begin
      word_write_q <= '0;
      other_write_q <= '0;
    end else begin
      word_write_q <= {word_write_q[3:1], decision_valid_i && decision_i.write && decision_word};
      other_write_q <= {other_write_q[3:1], decision_valid_i && decision_i.write && !decision_word};
    end
  end

  always_ff @(posedge clk_i) begin
    same_set_q <= {
      stage3_q.index[INDEX_BITS-1-:SET_BITS] == head_set_i,
      stage2_q.index[INDEX_BITS-1-:SET_BITS] == head_set_i,
      stage1_q.index[INDEX_BITS-1-:SET_BITS] == head_set_i
    };
    open_q <= {reopens_i ? looked[3:2] : open_q[3:2], open_q[1], 1'b1};
  end

  always_comb begin : count_float
    float_count_d = float_count_q;
    if (decision_valid_i && decision_i.float_add) begin
      float_count_d = FLOAT_COUNT_BITS'(FLOAT_STAGES);
    end else if (float_count_q != '0) begin
      float_count_d = float_count_q - FLOAT_COUNT_BITS'(1);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      float_count_q <= '0;
      writing_q <= 1'b0;
    end else if (start_i) begin
      float_count_q <= '0;
      writing_q <= 1'b0;
    end else begin
      float_count_q <= float_count_d;
      writing_q <= (valid_q[4] && stage4_q.write && !stage4_q.float_add)
          || float_count_q == FLOAT_COUNT_BITS'(2);
    end
  end

  assign float_busy_o = float_count_q != '0;
  assign float_write = float_count_q == FLOAT_COUNT_BITS'(1);
  assign writing_o = writing_q;

  // -----------------------------------------------------------------------------------------------
  // A request's data stay where they were written when it came, in a ring, until stage 4: two are in
  // the queue and four in the pipe at most. An atomic's operands are taken with its decision.
  localparam int unsigned SLOTS = 8;
  localparam int unsigned SLOT_BITS = $clog2(SLOTS);

  logic [LINE_BITS+LINE_BYTES-1:0] requests[0:SLOTS-1];
  logic [127:0] first_words[0:SLOTS-1];  // a copy, which is read at the head
  logic [127:0] head_words;
  logic [SLOT_BITS-1:0] push_slot_q, head_slot_q;
  logic [SLOT_BITS*4-1:0] slot_q;  // of stage 4 to 1
  logic [LINE_BITS-1:0] store_data;
  logic [LINE_BYTES-1:0] store_strobe;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      push_slot_q <= '0;
      head_slot_q <= '0;
    end else if (start_i) begin
      push_slot_q <= '0;
      head_slot_q <= '0;
    end else begin
      if (request_valid_i) push_slot_q <= push_slot_q + SLOT_BITS'(1);
      if (head_pop_i) head_slot_q <= head_slot_q + SLOT_BITS'(1);
    end
  end

  always_ff @(posedge clk_i) begin
    slot_q <= {slot_q[SLOT_BITS*3-1:0], head_slot_q};
    if (request_valid_i) begin
      requests[push_slot_q] <= {request_data_i, request_strobe_i};
      first_words[push_slot_q] <= request_data_i[127:0];
    end
  end

  assign head_words = first_words[head_slot_q];
  assign {store_data, store_strobe} = requests[slot_q[SLOT_BITS*3+:SLOT_BITS]];

  // -----------------------------------------------------------------------------------------------
  // Stage 1 and 5: data memory
  logic [63:0] old4, new4;  // of an atomic on one word the first only
  logic [63:0] new5_q, words5;  // what is written of an atomic, for even and odd words
  logic [31:0] sum;
  logic [LINE_BITS-1:0] store5_q, memory_data;
  logic [LINE_BYTES-1:0] strobe5_q, memory_strobe;
  logic [INDEX_BITS-1:0] memory_index;

  l2_atomics u_atomics (
    .clk_i,
    .rst_ni,
    .valid_i(atomic),
    .place1_i({stage1_q.index, stage1_q.word}),
    .place2_i({stage2_q.index, stage2_q.word}),
    .place3_i({stage3_q.index, stage3_q.word}),
    .place4_i({stage4_q.index, stage4_q.word}),
    .place5_i({index5_q, word5_q}),
    .stage3_op_i(stage3_q.op),
    .stage3_pair_i(stage3_q.pair),
    .stage5_float_add_i(float_add5_q),
    .stage1_b_i(stage1_b_q),
    .stage1_c_i(stage1_c_q),
    .stage2_line_i(line),
    .stage4_old_o(old4),
    .stage4_new_o(new4),
    .sum_o(sum)
  );

  always_ff @(posedge clk_i) begin
    store5_q <= (valid_q[4] && stage4_q.write && !stage4_q.atomic) ? store_data : '0;
    new5_q <= (valid_q[4] && stage4_q.atomic && !stage4_q.float_add)
        ? {stage4_q.pair ? new4[63:32] : new4[31:0], new4[31:0]} : '0;
    if (valid_q[4] && stage4_q.write) begin
      strobe5_q <= !stage4_q.atomic ? store_strobe
          : LINE_BYTES'({{4{stage4_q.pair}}, 4'hF}) << {stage4_q.word, 2'b00};
    end
  end


  // Nothing enters stage 5 behind an amofadd before it has been written.
  assign words5 = new5_q | (float_write ? {2{sum}} : '0);

  // Whether a line is filled is known late.
  always_comb begin : memory_write
    memory_index = fill_index_i;
    memory_data = fill_data_i;
    memory_strobe = '1;
    if (writing_q) begin
      memory_index = index5_q;
      memory_data = store5_q | {8{words5}};
      memory_strobe = strobe5_q;
    end
  end

  ram_1r1w #(
    .WIDTH(LINE_BITS),
    .DEPTH(1 << INDEX_BITS),
    .GRANULE(8),
    // A decision that touches a line waits for all that write it, but for atomics behind atomics on
    // one word: what they write, l2_atomics hands on, and they leave the other words alone.
    .COLLIDES(0)
  ) u_data (
    .clk_i,
    .read_valid_i(valid_q[1] && stage1_q.read),
    .read_address_i(stage1_q.index),
    .read_data_o(line),
    .write_valid_i(writing_q || fill_valid_i),
    .write_address_i(memory_index),
    .write_mask_i(memory_strobe),
    .write_data_i(memory_data)
  );

  // -----------------------------------------------------------------------------------------------
  // Stage 4: to the queues
  assign response_valid_o = valid_q[4] && stage4_q.respond;
  assign response_source_o = stage4_q.source;
  assign response_tag_o = stage4_q.tag;
  assign response_write_o = stage4_q.store;
  assign response_error_o = stage4_q.error;
  assign write_valid_o = valid_q[4] && (stage4_q.evict || stage4_q.strobed_write);
  assign write_id_o = stage4_q.evict ? heddle_pkg::L2_ID_BITS'(heddle_pkg::L2_MSHRS)
      : stage4_q.id;
  assign write_line_o = stage4_q.evict ? stage4_q.evicted_line : stage4_q.line;
  assign write_data_o = stage4_q.evict ? evicted4_q : store_data;
  assign write_strobe_o = stage4_q.evict ? '1 : store_strobe;
  assign fetch_valid_o = valid_q[4] && stage4_q.fetch;
  assign fetch_id_o = stage4_q.id;
  assign fetch_line_o = stage4_q.line;

  logic [63:0] response_words;  // of an atomic, for even and odd words
  assign response_words = (response_valid_o && stage4_q.atomic)
      ? {stage4_q.pair ? old4[63:32] : old4[31:0], old4[31:0]} : '0;
  assign response_data_o = line4_q | {8{response_words}};

  assign idle_o = valid_q == '0 && float_count_q == '0;

  // Used up before stage 4.
  logic unused;
  assign unused = stage4_q.read ^ (^stage4_q.op);

endmodule
`default_nettype wire
