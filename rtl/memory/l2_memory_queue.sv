// Requests of an L2 slice to memory. Fetches go before writes (evicted lines, strobed writes), since
// somebody waits for them, but never before a write of their line. A write has its place from the
// decision on (`writing`), a fetch has one with its MSHR.
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
  localparam int unsigned SLOT_BITS = $clog2(WRITES);
  // In the pipe and here; in axi_master's queue, its table and its response register.
  localparam int unsigned EVICTIONS = WRITES + 3 + heddle_pkg::AXI_OUTSTANDING;
  localparam int unsigned EVICTIONS_BITS = $clog2(EVICTIONS + 1);

  logic write_valid, write_ready, fetch_valid, fetch_ready, choose_fetch;
  logic [ID_BITS-1:0] write_id, fetch_id;
  logic [LINE_ADDRESS_BITS-1:0] write_line, fetch_line;

  function automatic logic [SLOT_BITS-1:0] next_slot(input logic [SLOT_BITS-1:0] slot);
    next_slot = (slot == SLOT_BITS'(WRITES - 1)) ? '0 : slot + SLOT_BITS'(1);
  endfunction

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
    .pop_ready_i(request_ready_i && !choose_fetch),
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
    .pop_ready_i(request_ready_i && choose_fetch),
    .pop_data_o({fetch_id, fetch_line})
  );

  // The lines in u_writes, in a ring like it
  logic [WRITES-1:0] queued_d, queued_q;
  logic [LINE_ADDRESS_BITS-1:0] queued_line_q[0:WRITES-1];
  logic [SLOT_BITS-1:0] push_slot_q, pop_slot_q;
  logic same_line;

  always_comb begin : compare
    same_line = 1'b0;
    for (int i = 0; i < WRITES; i++) begin
      if (queued_q[i] && queued_line_q[i] == fetch_line) same_line = 1'b1;
    end
  end

  assign choose_fetch = fetch_valid && !same_line;
  assign request_valid_o = write_valid || fetch_valid;
  assign request_write_o = !choose_fetch;
  assign request_line_o = choose_fetch ? fetch_line : write_line;
  assign request_id_o = choose_fetch ? fetch_id : write_id;

  logic [COUNT_BITS-1:0] writing_d, writing_q;
  logic [EVICTIONS_BITS-1:0] evictions_d, evictions_q;
  logic leaves;

  assign leaves = write_valid && request_ready_i && !choose_fetch;

  always_comb begin : count
    writing_d = writing_q;
    if (decide_write_i && !leaves) writing_d = writing_q + COUNT_BITS'(1);
    if (!decide_write_i && leaves) writing_d = writing_q - COUNT_BITS'(1);
    evictions_d = evictions_q;
    if (decide_eviction_i && !eviction_done_i) evictions_d = evictions_q + EVICTIONS_BITS'(1);
    if (!decide_eviction_i && eviction_done_i) evictions_d = evictions_q - EVICTIONS_BITS'(1);
    queued_d = queued_q;
    if (write_valid_i) queued_d[push_slot_q] = 1'b1;
    if (leaves) queued_d[pop_slot_q] = 1'b0;
    if (start_i) begin
      queued_d = '0;
      writing_d = '0;
      evictions_d = '0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      queued_q <= '0;
      push_slot_q <= '0;
      pop_slot_q <= '0;
      writing_q <= '0;
      evictions_q <= '0;
    end else begin
      queued_q <= queued_d;
      if (write_valid_i) push_slot_q <= next_slot(push_slot_q);
      if (leaves) pop_slot_q <= next_slot(pop_slot_q);
      if (start_i) begin
        push_slot_q <= '0;
        pop_slot_q <= '0;
      end
      writing_q <= writing_d;
      evictions_q <= evictions_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (write_valid_i) queued_line_q[push_slot_q] <= write_line_i;
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
