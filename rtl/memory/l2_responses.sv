// Responses of an L2 slice: of l2_pipe, and of memory when the pipe has none. A response has its
// place from the decision on (`promised`), so that what is pushed finds one.
`default_nettype none
module l2_responses (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From and to l2_lookup
  input logic promise_i,  // with the decision
  output logic place_o,

  // From l2_pipe (event); the data are 0 without it
  input logic pipe_valid_i,
  input logic [heddle_pkg::SOURCE_BITS-1:0] pipe_source_i,
  input logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] pipe_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] pipe_data_i,
  input logic pipe_write_i,
  input logic pipe_error_i,

  // From memory (event), while pipe_valid_i is not set
  input logic answer_valid_i,
  input logic [heddle_pkg::SOURCE_BITS-1:0] answer_source_i,
  input logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] answer_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] answer_data_i,
  input logic answer_write_i,
  input logic answer_error_i,

  // To crossbar
  output logic response_valid_o,
  input logic response_ready_i,
  output logic [heddle_pkg::SOURCE_BITS-1:0] response_source_o,
  output logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] response_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] response_data_o,
  output logic response_write_o,
  output logic response_error_o
);

  localparam int unsigned RESPONSES = heddle_pkg::L2_RESPONSES;
  localparam int unsigned COUNT_BITS = $clog2(RESPONSES + 1);

  logic push_write, push_error, push_ready;
  logic [heddle_pkg::SOURCE_BITS-1:0] push_source;
  logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] push_tag;
  logic [heddle_pkg::LINE_BITS-1:0] push_data;

  always_comb begin : choose
    push_source = pipe_source_i;
    push_tag = pipe_tag_i;
    push_write = pipe_write_i;
    push_error = pipe_error_i;
    push_data = pipe_data_i
        | ((pipe_valid_i || answer_write_i || answer_error_i) ? '0 : answer_data_i);
    if (!pipe_valid_i) begin
      push_source = answer_source_i;
      push_tag = answer_tag_i;
      push_write = answer_write_i;
      push_error = answer_error_i;
    end
  end

  fifo #(
    .WIDTH(2 + heddle_pkg::SOURCE_BITS + heddle_pkg::L2_REQUEST_TAG_BITS + heddle_pkg::LINE_BITS),
    .DEPTH(RESPONSES)
  ) u_responses (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(pipe_valid_i || answer_valid_i),
    .push_ready_o(push_ready),
    .push_data_i({push_source, push_tag, push_write, push_error, push_data}),
    .pop_valid_o(response_valid_o),
    .pop_ready_i(response_ready_i),
    .pop_data_o({
      response_source_o, response_tag_o, response_write_o, response_error_o, response_data_o
    })
  );

  logic [COUNT_BITS-1:0] promised_d, promised_q;
  logic leaves;

  assign leaves = response_valid_o && response_ready_i;

  always_comb begin : count
    promised_d = promised_q;
    if (promise_i && !leaves) promised_d = promised_q + COUNT_BITS'(1);
    if (!promise_i && leaves) promised_d = promised_q - COUNT_BITS'(1);
    if (start_i) promised_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) promised_q <= '0;
    else promised_q <= promised_d;
  end

  assign place_o = promised_q != COUNT_BITS'(RESPONSES);

  // What was promised fits.
  logic unused;
  assign unused = push_ready;

endmodule
`default_nettype wire
