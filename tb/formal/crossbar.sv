// memory/crossbar: each request goes to the channel of its line, to no other, unchanged, and once; the instruction cache
// first. Each response goes to whom it is for, once, unchanged; of a kind one a cycle, chosen as memory.md says; and no
// channel's data waits for more than CHANNELS - 1 others.
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
  input logic [heddle_pkg::CHANNELS-1:0] channel_request_ready_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_valid_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_instruction_i,
  input logic [heddle_pkg::TAG_BITS*heddle_pkg::CHANNELS-1:0] channel_response_tag_i,
  input logic [heddle_pkg::LINE_BITS*heddle_pkg::CHANNELS-1:0] channel_response_data_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_write_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_error_i
);

  localparam int unsigned CHANNELS = heddle_pkg::CHANNELS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::TAG_BITS;

  logic started_q;
  logic icache_request_ready, icache_response_valid, icache_response_error, request_ready, response_valid;
  logic response_write, response_error;
  logic [LINE_BITS-1:0] icache_response_data, response_data, channel_data;
  logic [TAG_BITS-1:0] response_tag, channel_tag;
  logic [CHANNELS-1:0] channel_valid, channel_instruction, channel_write, channel_atomic, channel_response_ready;
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
    .channel_request_valid_o(channel_valid),
    .channel_request_ready_i,
    .channel_request_instruction_o(channel_instruction),
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
    .channel_response_instruction_i,
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

  logic instruction, data, taken;
  logic [LINE_ADDRESS_BITS-1:0] line;
  assign instruction = icache_request_valid_i && channel_of(icache_request_line_i) == c;
  assign data = request_valid_i && channel_of(request_line_i) == c;
  assign line = channel_line[LINE_ADDRESS_BITS*c+:LINE_ADDRESS_BITS];
  assign taken = channel_valid[c] && channel_request_ready_i[c];

  // -----------------------------------------------------------------------------------------------
  // Responses
  logic wants_instruction, wants_data, given, lower, nearer;
  logic [2:0] instructions_given, data_given;
  logic [1:0] last_q, distance;
  logic [1:0] passed_q;
  assign wants_instruction = channel_response_valid_i[c] && channel_response_instruction_i[c];
  assign wants_data = channel_response_valid_i[c] && !channel_response_instruction_i[c];
  assign given = channel_response_valid_i[c] && channel_response_ready[c];
  assign distance = c - last_q - 2'd1;

  always @* begin
    lower = 1'b0;
    nearer = 1'b0;
    instructions_given = '0;
    data_given = '0;
    for (int i = 0; i < CHANNELS; i++) begin
      if (channel_response_valid_i[i] && channel_response_instruction_i[i] && 2'(i) < c) lower = 1'b1;
      if (channel_response_valid_i[i] && !channel_response_instruction_i[i] && (2'(i) - last_q - 2'd1) < distance) nearer = 1'b1;
      if (channel_response_valid_i[i] && channel_response_ready[i]) begin
        if (channel_response_instruction_i[i]) instructions_given = instructions_given + 3'd1;
        else data_given = data_given + 3'd1;
      end
    end
  end

  // The channel whose data went last, and how often data of others went since C's wait
  logic waits_q;
  always_ff @(posedge clk_i) begin
    waits_q <= started_q && channel_response_valid_i[c] && !given;
    if (!started_q || start_i) last_q <= 2'd3;
    else begin
      for (int i = 0; i < CHANNELS; i++) begin
        if (channel_response_valid_i[i] && channel_response_ready[i] && !channel_response_instruction_i[i]) last_q <= 2'(i);
      end
    end
    if (!started_q || start_i || !wants_data || given) passed_q <= '0;
    else if (data_given != '0) passed_q <= passed_q + 2'd1;
  end

  logic was_instruction_q;
  always_ff @(posedge clk_i) was_instruction_q <= channel_response_instruction_i[c];
  always @* begin
    // A channel's response stays until it is taken.
    if (started_q && waits_q) assume (channel_response_valid_i[c] && channel_response_instruction_i[c] == was_instruction_q);
  end

  always @* begin
    if (started_q) begin
      asks_what_is_asked: assert (channel_valid[c] == (instruction || data));
      instruction_cache_first: assert (channel_instruction[c] == instruction);
      sends_instruction_line: assert (!instruction || (line == icache_request_line_i && !channel_write[c] && !channel_atomic[c]));
      sends_request: assert (!data || instruction || (line == request_line_i && channel_write[c] == request_write_i
          && channel_atomic[c] == request_atomic_i && channel_op == request_op_i && channel_word == request_word_i
          && channel_tag == request_tag_i && channel_data == request_data_i && channel_strobe == request_strobe_i));
      instruction_taken_once: assert (!instruction || icache_request_ready == taken);
      request_taken_once: assert (!data || request_ready == (taken && !instruction));
      one_instruction: assert (instructions_given == 3'(icache_response_valid && icache_response_ready_i));
      one_datum: assert (data_given == 3'(response_valid && response_ready_i));
      instruction_is_shown: assert (!wants_instruction || icache_response_valid);
      data_is_shown: assert (!wants_data || response_valid);
      lowest_channel: assert (!wants_instruction || given == (icache_response_ready_i && !lower));
      behind_the_last: assert (!wants_data || given == (response_ready_i && !nearer));
      gives_instruction: assert (!(wants_instruction && !lower) || (icache_response_error == channel_response_error_i[c]
          && icache_response_data == channel_response_data_i[LINE_BITS*c+:LINE_BITS]));
      gives_data: assert (!(wants_data && !nearer) || (response_error == channel_response_error_i[c]
          && response_write == channel_response_write_i[c] && response_tag == channel_response_tag_i[TAG_BITS*c+:TAG_BITS]
          && response_data == channel_response_data_i[LINE_BITS*c+:LINE_BITS]));
      not_passed_for_ever: assert (3'(passed_q) < 3'(CHANNELS));
    end
  end

  (* hierconn *) wire [1:0] \dut.last_channel_q ;
  always @* begin
    if (started_q) begin
      invariant_last: assert (\dut.last_channel_q == last_q);
      invariant_passed: assert (3'(passed_q) + 3'(distance) < 3'(CHANNELS) || passed_q == '0);
    end
  end

  always @* begin
    passed: cover (started_q && passed_q == 2'd3 && given);
    both: cover (started_q && instruction && data && taken);
    two_kinds: cover (started_q && wants_instruction && given && data_given == 3'd1);
  end

endmodule
`default_nettype wire
