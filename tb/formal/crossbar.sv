// memory/crossbar: each request goes to the channel of its line, to no other, unchanged, and once; the instruction cache
// first, the other two in turn. Each response goes to whom it is for, once, unchanged; of a kind one a cycle, chosen as
// memory.md says; and no channel's data waits for more than CHANNELS - 1 others.
//
// For any channel C of four.
`default_nettype none
module crossbar_proof (
  input logic clk_i,
  input logic start_i,
  input logic icache_request_valid_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] icache_request_line_i,
  input logic icache_response_ready_i,
  input logic request_valid_i,
  input logic request_write_i,
  input logic request_atomic_i,
  input logic [heddle_pkg::OP_BITS-1:0] request_op_i,
  input logic [3:0] request_word_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_i,
  input logic [heddle_pkg::TAG_BITS-1:0] request_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] request_data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_i,
  input logic response_ready_i,
  input logic copy_request_valid_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] copy_request_line_i,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_request_tag_i,
  input logic copy_response_ready_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_request_ready_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_valid_i,
  input logic [2*heddle_pkg::CHANNELS-1:0] channel_response_source_i,
  input logic [heddle_pkg::L2_REQUEST_TAG_BITS*heddle_pkg::CHANNELS-1:0] channel_response_tag_i,
  input logic [heddle_pkg::LINE_BITS*heddle_pkg::CHANNELS-1:0] channel_response_data_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_write_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_error_i
);

  localparam int unsigned CHANNELS = heddle_pkg::CHANNELS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::L2_REQUEST_TAG_BITS;

  logic started_q;
  logic icache_request_ready, icache_response_valid, icache_response_error, request_ready, response_valid;
  logic response_write, response_error, copy_request_ready, copy_response_valid, copy_response_error;
  logic [LINE_BITS-1:0] icache_response_data, response_data, copy_response_data, channel_data;
  logic [heddle_pkg::TAG_BITS-1:0] response_tag;
  logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_response_tag;
  logic [TAG_BITS*CHANNELS-1:0] channel_tag;
  logic [2*CHANNELS-1:0] channel_source;
  logic [CHANNELS-1:0] response_instruction, response_copy;
  logic [CHANNELS-1:0] channel_valid, channel_write, channel_atomic, channel_response_ready;
  logic [LINE_ADDRESS_BITS*CHANNELS-1:0] channel_line;
  logic [heddle_pkg::OP_BITS-1:0] channel_op;
  logic [3:0] channel_word;
  logic [heddle_pkg::LINE_BYTES-1:0] channel_strobe;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  crossbar dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .icache_request_valid_i,
    .icache_request_ready_o(icache_request_ready),
    .icache_request_line_i,
    .icache_response_valid_o(icache_response_valid),
    .icache_response_ready_i,
    .icache_response_data_o(icache_response_data),
    .icache_response_error_o(icache_response_error),
    .request_valid_i,
    .request_ready_o(request_ready),
    .request_write_i,
    .request_atomic_i,
    .request_op_i,
    .request_word_i,
    .request_line_i,
    .request_tag_i,
    .request_data_i,
    .request_strobe_i,
    .response_valid_o(response_valid),
    .response_ready_i,
    .response_tag_o(response_tag),
    .response_data_o(response_data),
    .response_write_o(response_write),
    .response_error_o(response_error),
    .copy_request_valid_i,
    .copy_request_ready_o(copy_request_ready),
    .copy_request_line_i,
    .copy_request_tag_i,
    .copy_response_valid_o(copy_response_valid),
    .copy_response_ready_i,
    .copy_response_tag_o(copy_response_tag),
    .copy_response_data_o(copy_response_data),
    .copy_response_error_o(copy_response_error),
    .channel_request_valid_o(channel_valid),
    .channel_request_ready_i,
    .channel_request_source_o(channel_source),
    .channel_request_write_o(channel_write),
    .channel_request_atomic_o(channel_atomic),
    .channel_request_op_o(channel_op),
    .channel_request_word_o(channel_word),
    .channel_request_line_o(channel_line),
    .channel_request_tag_o(channel_tag),
    .channel_request_data_o(channel_data),
    .channel_request_strobe_o(channel_strobe),
    .channel_response_valid_i,
    .channel_response_ready_o(channel_response_ready),
    .channel_response_source_i,
    .channel_response_tag_i,
    .channel_response_data_i,
    .channel_response_write_i,
    .channel_response_error_i
  );

  (* anyconst *) logic [1:0] c;

  // -----------------------------------------------------------------------------------------------
  // Requests: who is for channel C, and what it is sent
  // The exclusive or of a line address' digits
  function automatic logic [1:0] channel_of(input logic [LINE_ADDRESS_BITS-1:0] address);
    channel_of = '0;
    for (int i = 0; i < LINE_ADDRESS_BITS / 2; i++) channel_of = channel_of ^ address[2*i+:2];
  endfunction

  logic instruction, data, copy, data_goes, copy_goes, turn_q, taken;
  logic [LINE_ADDRESS_BITS-1:0] line;
  assign instruction = icache_request_valid_i && channel_of(icache_request_line_i) == c;
  assign data = request_valid_i && channel_of(request_line_i) == c;
  assign copy = copy_request_valid_i && channel_of(copy_request_line_i) == c;
  assign data_goes = data && !instruction && !(copy && turn_q);
  assign copy_goes = copy && !instruction && !(data && !turn_q);
  assign line = channel_line[LINE_ADDRESS_BITS*c+:LINE_ADDRESS_BITS];
  assign taken = channel_valid[c] && channel_request_ready_i[c];

  // The copy engine's turn, where both want one channel; it changes when one of the two got it.
  logic meet;
  assign meet = request_valid_i && copy_request_valid_i
      && channel_of(request_line_i) == channel_of(copy_request_line_i);
  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) turn_q <= 1'b1;
    else if (meet && (request_ready || copy_request_ready)) turn_q <= !turn_q;
  end

  // -----------------------------------------------------------------------------------------------
  // Responses
  for (genvar i = 0; i < CHANNELS; i++) begin : g_source
    assign response_instruction[i] = channel_response_source_i[2*i+:2] == heddle_pkg::SOURCE_INSTRUCTION;
    assign response_copy[i] = channel_response_source_i[2*i+:2] == heddle_pkg::SOURCE_COPY;
    always @* if (started_q) assume (channel_response_source_i[2*i+:2] != 2'd3);
  end
  logic wants_instruction, wants_data, wants_copy, given, lower, nearer, nearer_copy;
  logic [2:0] instructions_given, data_given, copies_given;
  logic [1:0] last_q, distance, last_copy_q, copy_distance;
  logic [1:0] passed_q;
  assign wants_instruction = channel_response_valid_i[c] && response_instruction[c];
  assign wants_data = channel_response_valid_i[c] && !response_instruction[c] && !response_copy[c];
  assign wants_copy = channel_response_valid_i[c] && response_copy[c];
  assign copy_distance = c - last_copy_q - 2'd1;
  assign given = channel_response_valid_i[c] && channel_response_ready[c];
  assign distance = c - last_q - 2'd1;

  always @* begin
    lower = 1'b0;
    nearer = 1'b0;
    instructions_given = '0;
    data_given = '0;
    nearer_copy = 1'b0;
    copies_given = '0;
    for (int i = 0; i < CHANNELS; i++) begin
      if (channel_response_valid_i[i] && response_instruction[i] && 2'(i) < c) lower = 1'b1;
      if (channel_response_valid_i[i] && !response_instruction[i] && !response_copy[i]
          && (2'(i) - last_q - 2'd1) < distance) nearer = 1'b1;
      if (channel_response_valid_i[i] && response_copy[i] && (2'(i) - last_copy_q - 2'd1) < copy_distance) nearer_copy = 1'b1;
      if (channel_response_valid_i[i] && channel_response_ready[i]) begin
        if (response_instruction[i]) instructions_given = instructions_given + 3'd1;
        else if (response_copy[i]) copies_given = copies_given + 3'd1;
        else data_given = data_given + 3'd1;
      end
    end
  end

  // The channel whose data went last, and how often data of others went since C's wait
  logic waits_q;
  always_ff @(posedge clk_i) begin
    waits_q <= started_q && channel_response_valid_i[c] && !given;
    if (!started_q || start_i) begin
      last_q <= 2'd3;
      last_copy_q <= 2'd3;
    end else begin
      for (int i = 0; i < CHANNELS; i++) begin
        if (channel_response_valid_i[i] && channel_response_ready[i] && !response_instruction[i] && !response_copy[i]) last_q <= 2'(i);
        if (channel_response_valid_i[i] && channel_response_ready[i] && response_copy[i]) last_copy_q <= 2'(i);
      end
    end
    if (!started_q || start_i || !wants_data || given) passed_q <= '0;
    else if (data_given != '0) passed_q <= passed_q + 2'd1;
  end

  logic [1:0] was_source_q;
  always_ff @(posedge clk_i) was_source_q <= channel_response_source_i[2*c+:2];
  always @* begin
    // A channel's response stays until it is taken.
    if (started_q && waits_q) assume (channel_response_valid_i[c] && channel_response_source_i[2*c+:2] == was_source_q);
  end

  always @* begin
    if (started_q) begin
      asks_what_is_asked: assert (channel_valid[c] == (instruction || data || copy));
      says_whose: assert (channel_source[2*c+:2] == (instruction ? heddle_pkg::SOURCE_INSTRUCTION
          : copy_goes ? heddle_pkg::SOURCE_COPY : heddle_pkg::SOURCE_DATA));
      sends_instruction_line: assert (!instruction || (line == icache_request_line_i && !channel_write[c] && !channel_atomic[c]));
      sends_copy: assert (!copy_goes || (line == copy_request_line_i && !channel_write[c] && !channel_atomic[c]
          && channel_tag[TAG_BITS*c+:TAG_BITS] == TAG_BITS'(copy_request_tag_i)));
      sends_request: assert (!data_goes || (line == request_line_i && channel_write[c] == request_write_i
          && channel_atomic[c] == request_atomic_i && channel_op == request_op_i && channel_word == request_word_i
          && channel_tag[TAG_BITS*c+:TAG_BITS] == TAG_BITS'(request_tag_i) && channel_data == request_data_i && channel_strobe == request_strobe_i));
      instruction_taken_once: assert (!instruction || icache_request_ready == taken);
      request_taken_once: assert (!data || request_ready == (taken && data_goes));
      copy_taken_once: assert (!copy || copy_request_ready == (taken && copy_goes));
      one_instruction: assert (instructions_given == 3'(icache_response_valid && icache_response_ready_i));
      one_datum: assert (data_given == 3'(response_valid && response_ready_i));
      one_copy: assert (copies_given == 3'(copy_response_valid && copy_response_ready_i));
      copy_is_shown: assert (!wants_copy || copy_response_valid);
      copy_behind_the_last: assert (!wants_copy || given == (copy_response_ready_i && !nearer_copy));
      instruction_is_shown: assert (!wants_instruction || icache_response_valid);
      data_is_shown: assert (!wants_data || response_valid);
      lowest_channel: assert (!wants_instruction || given == (icache_response_ready_i && !lower));
      behind_the_last: assert (!wants_data || given == (response_ready_i && !nearer));
      gives_instruction: assert (!(wants_instruction && !lower) || (icache_response_error == channel_response_error_i[c]
          && icache_response_data == channel_response_data_i[LINE_BITS*c+:LINE_BITS]));
      gives_data: assert (!(wants_data && !nearer) || (response_error == channel_response_error_i[c]
          && response_write == channel_response_write_i[c] && response_tag == channel_response_tag_i[TAG_BITS*c+:heddle_pkg::TAG_BITS]
          && response_data == channel_response_data_i[LINE_BITS*c+:LINE_BITS]));
      gives_copy: assert (!(wants_copy && !nearer_copy) || (copy_response_error == channel_response_error_i[c]
          && copy_response_tag == channel_response_tag_i[TAG_BITS*c+:heddle_pkg::COPY_TAG_BITS]
          && copy_response_data == channel_response_data_i[LINE_BITS*c+:LINE_BITS]));
      not_passed_for_ever: assert (3'(passed_q) < 3'(CHANNELS));
    end
  end

  (* hierconn *) wire [1:0] \dut.last_channel_q ;
  (* hierconn *) wire [1:0] \dut.last_copy_channel_q ;
  (* hierconn *) wire \dut.copy_turn_q ;
  always @* begin
    if (started_q) begin
      invariant_last: assert (\dut.last_channel_q == last_q);
      invariant_last_copy: assert (\dut.last_copy_channel_q == last_copy_q);
      invariant_turn: assert (\dut.copy_turn_q == turn_q);
      invariant_passed: assert (3'(passed_q) + 3'(distance) < 3'(CHANNELS) || passed_q == '0);
    end
  end

  always @* begin
    passed: cover (started_q && passed_q == 2'd3 && given);
    both: cover (started_q && instruction && data && taken);
    turns: cover (started_q && !instruction && data && copy && taken && !turn_q);
    three_kinds: cover (started_q && wants_copy && given && data_given == 3'd1 && instructions_given == 3'd1);
    two_kinds: cover (started_q && wants_instruction && given && data_given == 3'd1);
  end

endmodule
`default_nettype wire
