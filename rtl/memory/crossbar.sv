// Requests of the instruction cache and the coalescer to the channels, and responses back.
//
// Wires, and one round-robin pointer. A line's channel is heddle_pkg::line_channel. On a channel the
// instruction cache goes first. What only the coalescer's requests have (data, an atomic's
// operation and word) is one bus for all channels.
`default_nettype none
module crossbar (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From and to instruction_cache (reads only)
  input logic icache_request_valid_i,
  output logic icache_request_ready_o,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] icache_request_line_i,
  output logic icache_response_valid_o,
  input logic icache_response_ready_i,
  output logic [heddle_pkg::LINE_BITS-1:0] icache_response_data_o,
  output logic icache_response_error_o,

  // From coalescer
  input logic request_valid_i,
  output logic request_ready_o,
  input logic request_write_i,
  input logic request_atomic_i,
  input logic [heddle_pkg::OP_BITS-1:0] request_op_i,
  input logic [3:0] request_word_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_i,
  input logic [heddle_pkg::TAG_BITS-1:0] request_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] request_data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_i,

  // To load_return
  output logic response_valid_o,
  input logic response_ready_i,
  output logic [heddle_pkg::TAG_BITS-1:0] response_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] response_data_o,
  output logic response_write_o,
  output logic response_error_o,

  // To and from l2_slice, one a channel
  output logic [heddle_pkg::CHANNELS-1:0] channel_request_valid_o,
  input logic [heddle_pkg::CHANNELS-1:0] channel_request_ready_i,
  output logic [heddle_pkg::CHANNELS-1:0] channel_request_instruction_o,
  output logic [heddle_pkg::CHANNELS-1:0] channel_request_write_o,
  output logic [heddle_pkg::CHANNELS-1:0] channel_request_atomic_o,
  output logic [heddle_pkg::OP_BITS-1:0] channel_request_op_o,
  output logic [3:0] channel_request_word_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS*heddle_pkg::CHANNELS-1:0] channel_request_line_o,
  output logic [heddle_pkg::TAG_BITS-1:0] channel_request_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] channel_request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] channel_request_strobe_o,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_valid_i,
  output logic [heddle_pkg::CHANNELS-1:0] channel_response_ready_o,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_instruction_i,
  input logic [heddle_pkg::TAG_BITS*heddle_pkg::CHANNELS-1:0] channel_response_tag_i,
  input logic [heddle_pkg::LINE_BITS*heddle_pkg::CHANNELS-1:0] channel_response_data_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_write_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_error_i
);

  localparam int unsigned CHANNELS = heddle_pkg::CHANNELS;
  localparam int unsigned CHANNEL_BITS = heddle_pkg::CHANNEL_BITS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::TAG_BITS;

  // -----------------------------------------------------------------------------------------------
  // Requests
  logic [CHANNEL_BITS-1:0] icache_channel, data_channel;

  assign icache_channel = heddle_pkg::line_channel(icache_request_line_i);
  assign data_channel = heddle_pkg::line_channel(request_line_i);

  always_comb begin : requests
    channel_request_valid_o = '0;
    channel_request_instruction_o = '0;
    channel_request_write_o = '0;
    channel_request_atomic_o = '0;
    channel_request_line_o = '0;
    icache_request_ready_o = 1'b0;
    request_ready_o = 1'b0;
    for (int c = 0; c < CHANNELS; c++) begin
      if (icache_request_valid_i && icache_channel == CHANNEL_BITS'(c)) begin
        channel_request_valid_o[c] = 1'b1;
        channel_request_instruction_o[c] = 1'b1;
        channel_request_line_o[LINE_ADDRESS_BITS*c+:LINE_ADDRESS_BITS] = icache_request_line_i;
        icache_request_ready_o = channel_request_ready_i[c];
      end else if (request_valid_i && data_channel == CHANNEL_BITS'(c)) begin
        channel_request_valid_o[c] = 1'b1;
        channel_request_write_o[c] = request_write_i;
        channel_request_atomic_o[c] = request_atomic_i;
        channel_request_line_o[LINE_ADDRESS_BITS*c+:LINE_ADDRESS_BITS] = request_line_i;
        request_ready_o = channel_request_ready_i[c];
      end
    end
  end

  assign channel_request_op_o = request_op_i;
  assign channel_request_word_o = request_word_i;
  assign channel_request_tag_o = request_tag_i;
  assign channel_request_data_o = request_data_i;
  assign channel_request_strobe_o = request_strobe_i;

  // -----------------------------------------------------------------------------------------------
  // Responses
  logic [CHANNELS-1:0] icache_wants, data_wants, icache_grant, data_grant;
  logic [CHANNEL_BITS-1:0] last_channel_d, last_channel_q, chosen;

  assign icache_wants = channel_response_valid_i & channel_response_instruction_i;
  assign data_wants = channel_response_valid_i & ~channel_response_instruction_i;

  always_comb begin : choose
    icache_grant = icache_wants & (~icache_wants + CHANNELS'(1));
    chosen = '0;
    // The channels up to the last one come after those behind it: the later assignment wins.
    for (int c = CHANNELS - 1; c >= 0; c--) begin
      if (data_wants[c] && CHANNEL_BITS'(c) <= last_channel_q) chosen = CHANNEL_BITS'(c);
    end
    for (int c = CHANNELS - 1; c >= 0; c--) begin
      if (data_wants[c] && CHANNEL_BITS'(c) > last_channel_q) chosen = CHANNEL_BITS'(c);
    end
    for (int c = 0; c < CHANNELS; c++) begin
      data_grant[c] = data_wants[c] && chosen == CHANNEL_BITS'(c);
    end
  end

  always_comb begin : responses
    icache_response_data_o = '0;
    icache_response_error_o = 1'b0;
    response_tag_o = '0;
    response_data_o = '0;
    response_write_o = 1'b0;
    response_error_o = 1'b0;
    for (int c = 0; c < CHANNELS; c++) begin
      if (icache_grant[c]) begin
        icache_response_data_o = channel_response_data_i[LINE_BITS*c+:LINE_BITS];
        icache_response_error_o = channel_response_error_i[c];
      end
      if (data_grant[c]) begin
        response_tag_o = channel_response_tag_i[TAG_BITS*c+:TAG_BITS];
        response_data_o = channel_response_data_i[LINE_BITS*c+:LINE_BITS];
        response_write_o = channel_response_write_i[c];
        response_error_o = channel_response_error_i[c];
      end
    end
  end

  assign icache_response_valid_o = icache_wants != '0;
  assign response_valid_o = data_wants != '0;
  assign channel_response_ready_o = (icache_grant & {CHANNELS{icache_response_ready_i}})
      | (data_grant & {CHANNELS{response_ready_i}});
  assign last_channel_d = (response_valid_o && response_ready_i) ? chosen : last_channel_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) last_channel_q <= CHANNEL_BITS'(CHANNELS - 1);
    else if (start_i) last_channel_q <= CHANNEL_BITS'(CHANNELS - 1);
    else last_channel_q <= last_channel_d;
  end

endmodule
`default_nettype wire
