// Requests of the instruction cache, the L1 and the copy engine to the channels, and responses back.
//
// Wires, and round-robin pointers. A line's channel is heddle_pkg::line_channel. On a channel the
// instruction cache goes first; the other two take turns when both want one. What only the L1's
// requests have (data, an atomic's operation and word) is one bus for all channels. Without bulk
// copies (COPY_TAGS = 0) the copy engine's side is not there.
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

  // From l1_cache
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

  // To l1_cache
  output logic response_valid_o,
  input logic response_ready_i,
  output logic [heddle_pkg::TAG_BITS-1:0] response_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] response_data_o,
  output logic response_write_o,
  output logic response_error_o,

  // From and to copy_engine (reads only)
  input logic copy_request_valid_i,
  output logic copy_request_ready_o,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] copy_request_line_i,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_request_tag_i,
  output logic copy_response_valid_o,
  input logic copy_response_ready_i,
  output logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_response_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] copy_response_data_o,
  output logic copy_response_error_o,

  // To and from l2_slice, one a channel
  output logic [heddle_pkg::CHANNELS-1:0] channel_request_valid_o,
  input logic [heddle_pkg::CHANNELS-1:0] channel_request_ready_i,
  output logic [heddle_pkg::SOURCE_BITS*heddle_pkg::CHANNELS-1:0] channel_request_source_o,
  output logic [heddle_pkg::CHANNELS-1:0] channel_request_write_o,
  output logic [heddle_pkg::CHANNELS-1:0] channel_request_atomic_o,
  output logic [heddle_pkg::OP_BITS-1:0] channel_request_op_o,
  output logic [3:0] channel_request_word_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS*heddle_pkg::CHANNELS-1:0] channel_request_line_o,
  output logic [heddle_pkg::L2_REQUEST_TAG_BITS*heddle_pkg::CHANNELS-1:0] channel_request_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] channel_request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] channel_request_strobe_o,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_valid_i,
  output logic [heddle_pkg::CHANNELS-1:0] channel_response_ready_o,
  input logic [heddle_pkg::SOURCE_BITS*heddle_pkg::CHANNELS-1:0] channel_response_source_i,
  input logic [heddle_pkg::L2_REQUEST_TAG_BITS*heddle_pkg::CHANNELS-1:0] channel_response_tag_i,
  input logic [heddle_pkg::LINE_BITS*heddle_pkg::CHANNELS-1:0] channel_response_data_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_write_i,
  input logic [heddle_pkg::CHANNELS-1:0] channel_response_error_i
);

  localparam int unsigned CHANNELS = heddle_pkg::CHANNELS;
  localparam int unsigned CHANNEL_BITS = heddle_pkg::CHANNEL_BITS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::TAG_BITS;
  localparam int unsigned CHANNEL_TAG_BITS = heddle_pkg::L2_REQUEST_TAG_BITS;
  localparam int unsigned SOURCE_BITS = heddle_pkg::SOURCE_BITS;
  localparam bit COPIES = heddle_pkg::COPY_TAGS != 0;

  // -----------------------------------------------------------------------------------------------
  // Requests
  logic [CHANNEL_BITS-1:0] icache_channel, data_channel, copy_channel;
  logic [CHANNELS-1:0] icache_asks, data_asks, copy_asks, data_goes, copy_goes;
  logic copy_valid, copy_turn_q;  // whose turn it is where both want one channel

  assign icache_channel = heddle_pkg::line_channel(icache_request_line_i);
  assign data_channel = heddle_pkg::line_channel(request_line_i);
  assign copy_channel = heddle_pkg::line_channel(copy_request_line_i);
  assign copy_valid = COPIES && copy_request_valid_i;

  always_comb begin : ask
    for (int c = 0; c < CHANNELS; c++) begin
      icache_asks[c] = icache_request_valid_i && icache_channel == CHANNEL_BITS'(c);
      data_asks[c] = request_valid_i && data_channel == CHANNEL_BITS'(c);
      copy_asks[c] = copy_valid && copy_channel == CHANNEL_BITS'(c);
    end
  end

  assign data_goes = data_asks & ~icache_asks & ~(copy_turn_q ? copy_asks : '0);
  assign copy_goes = copy_asks & ~icache_asks & ~(copy_turn_q ? '0 : data_asks);

  always_comb begin : requests
    channel_request_source_o = '0;
    channel_request_line_o = '0;
    channel_request_tag_o = '0;
    for (int c = 0; c < CHANNELS; c++) begin
      channel_request_line_o[LINE_ADDRESS_BITS*c+:LINE_ADDRESS_BITS] = request_line_i;
      channel_request_tag_o[CHANNEL_TAG_BITS*c+:CHANNEL_TAG_BITS] =
          CHANNEL_TAG_BITS'(request_tag_i);
      if (icache_asks[c]) begin
        channel_request_source_o[SOURCE_BITS*c+:SOURCE_BITS] = heddle_pkg::SOURCE_INSTRUCTION;
        channel_request_line_o[LINE_ADDRESS_BITS*c+:LINE_ADDRESS_BITS] = icache_request_line_i;
      end else if (copy_goes[c]) begin
        channel_request_source_o[SOURCE_BITS*c+:SOURCE_BITS] = heddle_pkg::SOURCE_COPY;
        channel_request_line_o[LINE_ADDRESS_BITS*c+:LINE_ADDRESS_BITS] = copy_request_line_i;
        channel_request_tag_o[CHANNEL_TAG_BITS*c+:CHANNEL_TAG_BITS] =
            CHANNEL_TAG_BITS'(copy_request_tag_i);
      end
    end
  end

  assign channel_request_valid_o = icache_asks | data_asks | copy_asks;
  assign channel_request_write_o = request_write_i ? data_goes : '0;
  assign channel_request_atomic_o = request_atomic_i ? data_goes : '0;
  assign channel_request_op_o = request_op_i;
  assign channel_request_word_o = request_word_i;
  assign channel_request_data_o = request_data_i;
  assign channel_request_strobe_o = request_strobe_i;
  assign icache_request_ready_o = (icache_asks & channel_request_ready_i) != '0;
  assign request_ready_o = (data_goes & channel_request_ready_i) != '0;
  assign copy_request_ready_o = (copy_goes & channel_request_ready_i) != '0;

  // -----------------------------------------------------------------------------------------------
  // Responses
  logic [CHANNELS-1:0] icache_wants, data_wants, copy_wants, icache_grant, data_grant, copy_grant;
  logic [CHANNEL_BITS-1:0] last_channel_q, chosen, last_copy_channel_q, chosen_copy;

  // The first channel that wants something behind the last one, which has had its turn.
  function automatic logic [CHANNEL_BITS-1:0] behind(
      input logic [CHANNELS-1:0] wants, input logic [CHANNEL_BITS-1:0] last);
    behind = '0;
    // The channels up to the last one come after those behind it: the later assignment wins.
    for (int c = CHANNELS - 1; c >= 0; c--) begin
      if (wants[c] && CHANNEL_BITS'(c) <= last) behind = CHANNEL_BITS'(c);
    end
    for (int c = CHANNELS - 1; c >= 0; c--) begin
      if (wants[c] && CHANNEL_BITS'(c) > last) behind = CHANNEL_BITS'(c);
    end
  endfunction

  always_comb begin : want
    for (int c = 0; c < CHANNELS; c++) begin
      icache_wants[c] = channel_response_valid_i[c]
          && channel_response_source_i[SOURCE_BITS*c+:SOURCE_BITS] == heddle_pkg::SOURCE_INSTRUCTION;
      copy_wants[c] = COPIES && channel_response_valid_i[c]
          && channel_response_source_i[SOURCE_BITS*c+:SOURCE_BITS] == heddle_pkg::SOURCE_COPY;
      data_wants[c] = channel_response_valid_i[c]
          && channel_response_source_i[SOURCE_BITS*c+:SOURCE_BITS] == heddle_pkg::SOURCE_DATA;
    end
  end

  assign chosen = behind(data_wants, last_channel_q);
  assign chosen_copy = behind(copy_wants, last_copy_channel_q);

  always_comb begin : choose
    icache_grant = icache_wants & (~icache_wants + CHANNELS'(1));
    for (int c = 0; c < CHANNELS; c++) begin
      data_grant[c] = data_wants[c] && chosen == CHANNEL_BITS'(c);
      copy_grant[c] = copy_wants[c] && chosen_copy == CHANNEL_BITS'(c);
    end
  end

  // Without a response the data are those of channel 0: so that one channel is wires.
  always_comb begin : responses
    icache_response_data_o = channel_response_data_i[LINE_BITS-1:0];
    icache_response_error_o = channel_response_error_i[0];
    response_tag_o = channel_response_tag_i[TAG_BITS-1:0];
    response_data_o = channel_response_data_i[LINE_BITS-1:0];
    response_write_o = channel_response_write_i[0];
    response_error_o = channel_response_error_i[0];
    copy_response_tag_o = channel_response_tag_i[heddle_pkg::COPY_TAG_BITS-1:0];
    copy_response_data_o = channel_response_data_i[LINE_BITS-1:0];
    copy_response_error_o = channel_response_error_i[0];
    for (int c = 1; c < CHANNELS; c++) begin
      if (icache_grant[c]) begin
        icache_response_data_o = channel_response_data_i[LINE_BITS*c+:LINE_BITS];
        icache_response_error_o = channel_response_error_i[c];
      end
      if (data_grant[c]) begin
        response_tag_o = channel_response_tag_i[CHANNEL_TAG_BITS*c+:TAG_BITS];
        response_data_o = channel_response_data_i[LINE_BITS*c+:LINE_BITS];
        response_write_o = channel_response_write_i[c];
        response_error_o = channel_response_error_i[c];
      end
      if (copy_grant[c]) begin
        copy_response_tag_o = channel_response_tag_i[CHANNEL_TAG_BITS*c+:heddle_pkg::COPY_TAG_BITS];
        copy_response_data_o = channel_response_data_i[LINE_BITS*c+:LINE_BITS];
        copy_response_error_o = channel_response_error_i[c];
      end
    end
  end

  assign icache_response_valid_o = icache_wants != '0;
  assign response_valid_o = data_wants != '0;
  assign copy_response_valid_o = copy_wants != '0;
  assign channel_response_ready_o = (icache_grant & {CHANNELS{icache_response_ready_i}})
      | (data_grant & {CHANNELS{response_ready_i}})
      | (copy_grant & {CHANNELS{copy_response_ready_i}});

  // -----------------------------------------------------------------------------------------------
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      last_channel_q <= CHANNEL_BITS'(CHANNELS - 1);
    end else if (start_i) begin
      last_channel_q <= CHANNEL_BITS'(CHANNELS - 1);
    end else begin
      if (response_valid_o && response_ready_i) last_channel_q <= chosen;
    end
  end

  if (COPIES) begin : g_copies
    logic both;

    assign both = (data_asks & copy_asks) != '0;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        copy_turn_q <= 1'b1;
        last_copy_channel_q <= CHANNEL_BITS'(CHANNELS - 1);
      end else if (start_i) begin
        copy_turn_q <= 1'b1;
        last_copy_channel_q <= CHANNEL_BITS'(CHANNELS - 1);
      end else begin
        if (both && (request_ready_o || copy_request_ready_o)) copy_turn_q <= !copy_turn_q;
        if (copy_response_valid_o && copy_response_ready_i) last_copy_channel_q <= chosen_copy;
      end
    end
  end else begin : g_no_copies
    logic unused;

    assign copy_turn_q = 1'b0;
    assign last_copy_channel_q = '0;
    assign unused = copy_request_valid_i ^ copy_response_ready_i;
  end

endmodule
`default_nettype wire
