// Requests of an L2 slice to memory. Writes (evicted lines, strobed writes) go before fetches, so
// that a fetch never passes the write of its line. A write has its place from the decision on
// (`writing`), a fetch has one with its MSHR.
`default_nettype none
module l2_memory_queue (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From and to l2_lookup, l2_control: with the decision
  input logic decide_write_i,
  input logic decide_eviction_i,
  output logic write_place_o,

  // From l2_pipe (events)
  input logic write_valid_i,
  input logic [heddle_pkg::L2_ID_BITS-1:0] write_id_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] write_line_i,
  input logic [heddle_pkg::LINE_BITS-1:0] write_data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] write_strobe_i,
  input logic fetch_valid_i,
  input logic [heddle_pkg::L2_ID_BITS-1:0] fetch_id_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] fetch_line_i,

  // From memory (event)
  input logic eviction_done_i,

  // To axi_master
  output logic request_valid_o,
  input logic request_ready_i,
  output logic request_write_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,
  output logic [heddle_pkg::L2_ID_BITS-1:0] request_id_o,
  output logic [heddle_pkg::LINE_BITS-1:0] request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_o,

  output logic writes_empty_o,
  output logic fetches_empty_o,
  output logic evictions_done_o  // none is decided and not answered
);

  localparam int unsigned ID_BITS = heddle_pkg::L2_ID_BITS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned WRITES = heddle_pkg::L2_WRITES;
  localparam int unsigned COUNT_BITS = $clog2(WRITES + 1);
  // In the pipe and here; in axi_master's queue, its table and its response register.
  localparam int unsigned EVICTIONS = WRITES + 3 + heddle_pkg::AXI_OUTSTANDING;
  localparam int unsigned EVICTIONS_BITS = $clog2(EVICTIONS + 1);

  logic write_valid, write_ready, fetch_valid, fetch_ready;
  logic [ID_BITS-1:0] write_id, fetch_id;
  logic [LINE_ADDRESS_BITS-1:0] write_line, fetch_line;

  fifo #(
    .WIDTH(ID_BITS + LINE_ADDRESS_BITS + heddle_pkg::LINE_BITS + heddle_pkg::LINE_BYTES),
    .DEPTH(WRITES)
  ) u_writes (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(write_valid_i),
    .push_ready_o(write_ready),
    .push_data_i({write_id_i, write_line_i, write_data_i, write_strobe_i}),
    .pop_valid_o(write_valid),
    .pop_ready_i(request_ready_i),
    .pop_data_o({write_id, write_line, request_data_o, request_strobe_o})
  );

  fifo #(
    .WIDTH(ID_BITS + LINE_ADDRESS_BITS),
    .DEPTH(heddle_pkg::L2_MSHRS)
  ) u_fetches (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(fetch_valid_i),
    .push_ready_o(fetch_ready),
    .push_data_i({fetch_id_i, fetch_line_i}),
    .pop_valid_o(fetch_valid),
    .pop_ready_i(request_ready_i && !write_valid),
    .pop_data_o({fetch_id, fetch_line})
  );

  assign request_valid_o = write_valid || fetch_valid;
  assign request_write_o = write_valid;
  assign request_line_o = write_valid ? write_line : fetch_line;
  assign request_id_o = write_valid ? write_id : fetch_id;

  logic [COUNT_BITS-1:0] writing_d, writing_q;
  logic [EVICTIONS_BITS-1:0] evictions_d, evictions_q;
  logic leaves;

  assign leaves = write_valid && request_ready_i;

  always_comb begin : count
    writing_d = writing_q;
    if (decide_write_i && !leaves) writing_d = writing_q + COUNT_BITS'(1);
    if (!decide_write_i && leaves) writing_d = writing_q - COUNT_BITS'(1);
    evictions_d = evictions_q;
    if (decide_eviction_i && !eviction_done_i) evictions_d = evictions_q + EVICTIONS_BITS'(1);
    if (!decide_eviction_i && eviction_done_i) evictions_d = evictions_q - EVICTIONS_BITS'(1);
    if (start_i) begin
      writing_d = '0;
      evictions_d = '0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      writing_q <= '0;
      evictions_q <= '0;
    end else begin
      writing_q <= writing_d;
      evictions_q <= evictions_d;
    end
  end

  assign write_place_o = writing_q != COUNT_BITS'(WRITES);
  assign writes_empty_o = !write_valid;
  assign fetches_empty_o = !fetch_valid;
  assign evictions_done_o = evictions_q == '0;

  // What has its place fits.
  logic unused;
  assign unused = write_ready && fetch_ready;

endmodule
`default_nettype wire
