// One memory channel: line requests to AXI4 bursts, and their responses.
//
// Up to AXI_OUTSTANDING transactions, the ID is the table entry. Two transactions to one line are
// in flight together only if both read: AXI orders neither reads against writes nor different IDs.
// R and B are always accepted, because every transaction has its own line buffer. Lines to be
// written wait for the W channel in a queue of their own, so that reads behind them go on.
`default_nettype none
module axi_master (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From l2_slice; the id comes back with the response
  input logic request_valid_i,
  output logic request_ready_o,
  input logic request_write_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_i,
  input logic [heddle_pkg::L2_ID_BITS-1:0] request_id_i,
  input logic [heddle_pkg::LINE_BITS-1:0] request_data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_i,

  // To l2_slice
  output logic response_valid_o,
  input logic response_ready_i,
  output logic [heddle_pkg::L2_ID_BITS-1:0] response_id_o,
  output logic [heddle_pkg::LINE_BITS-1:0] response_data_o,
  output logic response_write_o,
  output logic response_error_o,

  // To and from memory: AXI4
  output logic m_axi_arvalid_o,
  input logic m_axi_arready_i,
  output logic [$clog2(heddle_pkg::AXI_OUTSTANDING)-1:0] m_axi_arid_o,
  output logic [31:0] m_axi_araddr_o,
  output logic [7:0] m_axi_arlen_o,
  output logic [2:0] m_axi_arsize_o,
  output logic [1:0] m_axi_arburst_o,
  output logic m_axi_arlock_o,
  output logic [3:0] m_axi_arcache_o,
  output logic [2:0] m_axi_arprot_o,
  output logic [3:0] m_axi_arqos_o,
  input logic m_axi_rvalid_i,
  output logic m_axi_rready_o,
  input logic [$clog2(heddle_pkg::AXI_OUTSTANDING)-1:0] m_axi_rid_i,
  input logic [heddle_pkg::AXI_DATA_BITS-1:0] m_axi_rdata_i,
  input logic [1:0] m_axi_rresp_i,
  input logic m_axi_rlast_i,
  output logic m_axi_awvalid_o,
  input logic m_axi_awready_i,
  output logic [$clog2(heddle_pkg::AXI_OUTSTANDING)-1:0] m_axi_awid_o,
  output logic [31:0] m_axi_awaddr_o,
  output logic [7:0] m_axi_awlen_o,
  output logic [2:0] m_axi_awsize_o,
  output logic [1:0] m_axi_awburst_o,
  output logic m_axi_awlock_o,
  output logic [3:0] m_axi_awcache_o,
  output logic [2:0] m_axi_awprot_o,
  output logic [3:0] m_axi_awqos_o,
  output logic m_axi_wvalid_o,
  input logic m_axi_wready_i,
  output logic [heddle_pkg::AXI_DATA_BITS-1:0] m_axi_wdata_o,
  output logic [heddle_pkg::AXI_DATA_BITS/8-1:0] m_axi_wstrb_o,
  output logic m_axi_wlast_o,
  input logic m_axi_bvalid_i,
  output logic m_axi_bready_o,
  input logic [$clog2(heddle_pkg::AXI_OUTSTANDING)-1:0] m_axi_bid_i,
  input logic [1:0] m_axi_bresp_i
);

  localparam int unsigned ENTRIES = heddle_pkg::AXI_OUTSTANDING;
  localparam int unsigned ID_BITS = $clog2(ENTRIES);
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned LINE_BYTES = heddle_pkg::LINE_BYTES;
  localparam int unsigned L2_ID_BITS = heddle_pkg::L2_ID_BITS;
  localparam int unsigned DATA_BITS = heddle_pkg::AXI_DATA_BITS;
  localparam int unsigned AXI_BEATS = LINE_BITS / DATA_BITS;
  localparam int unsigned COUNT_BITS = (AXI_BEATS > 1) ? $clog2(AXI_BEATS) : 1;
  localparam int unsigned REQUEST_BITS =
      1 + LINE_ADDRESS_BITS + L2_ID_BITS + LINE_BITS + LINE_BYTES;

  // -----------------------------------------------------------------------------------------------
  // Requests
  logic head_valid, head_write, go;
  logic [LINE_ADDRESS_BITS-1:0] head_line;
  logic [L2_ID_BITS-1:0] head_id;
  logic [LINE_BITS-1:0] head_data;
  logic [LINE_BYTES-1:0] head_strobe;

  fifo #(
    .WIDTH(REQUEST_BITS),
    .DEPTH(2)
  ) u_requests (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(request_valid_i),
    .push_ready_o(request_ready_o),
    .push_data_i({
      request_write_i, request_line_i, request_id_i, request_data_i, request_strobe_i
    }),
    .pop_valid_o(head_valid),
    .pop_ready_i(go),
    .pop_data_o({
      head_write, head_line, head_id, head_data, head_strobe
    })
  );

  // -----------------------------------------------------------------------------------------------
  // Start of a transaction
  logic [ENTRIES-1:0] valid_d, valid_q, done_d, done_q, write_d, write_q, error_d, error_q;
  logic [LINE_ADDRESS_BITS*ENTRIES-1:0] lines_d, lines_q;
  logic [COUNT_BITS*ENTRIES-1:0] position_d, position_q;  // of the next R beat
  logic [L2_ID_BITS-1:0] ids[0:ENTRIES-1];
  logic [ID_BITS-1:0] free_entry;
  logic conflict, channel_free, w_ready;
  logic ar_valid_q, aw_valid_q;

  always_comb begin : may_start
    free_entry = '0;
    conflict = 1'b0;
    if (head_valid) begin
      for (int e = ENTRIES - 1; e >= 0; e--) begin
        if (!valid_q[e]) free_entry = ID_BITS'(e);
        if (valid_q[e] && (head_write || write_q[e])
            && lines_q[LINE_ADDRESS_BITS*e+:LINE_ADDRESS_BITS] == head_line) begin
          conflict = 1'b1;
        end
      end
    end
  end

  assign channel_free = head_write ? ((!aw_valid_q || m_axi_awready_i) && w_ready)
      : (!ar_valid_q || m_axi_arready_i);
  assign go = head_valid && valid_q != '1 && !conflict && channel_free;

  // -----------------------------------------------------------------------------------------------
  // Responses
  logic response_valid_q, response_load, any_done;
  logic [ID_BITS-1:0] last_entry_q, chosen;

  always_comb begin : choose
    chosen = '0;
    // The entries up to the last one come after those behind it: the later assignment wins.
    for (int e = ENTRIES - 1; e >= 0; e--) begin
      if (done_q[e] && ID_BITS'(e) <= last_entry_q) chosen = ID_BITS'(e);
    end
    for (int e = ENTRIES - 1; e >= 0; e--) begin
      if (done_q[e] && ID_BITS'(e) > last_entry_q) chosen = ID_BITS'(e);
    end
  end

  assign any_done = done_q != '0;
  assign response_load = any_done && (!response_valid_q || response_ready_i);

  always_comb begin : table_of_transactions
    valid_d = valid_q;
    done_d = done_q;
    write_d = write_q;
    error_d = error_q;
    lines_d = lines_q;
    position_d = position_q;
    if (go || response_load || m_axi_rvalid_i || m_axi_bvalid_i) begin
      for (int e = 0; e < ENTRIES; e++) begin
        if (m_axi_rvalid_i && m_axi_rid_i == ID_BITS'(e)) begin
          position_d[COUNT_BITS*e+:COUNT_BITS] =
              position_q[COUNT_BITS*e+:COUNT_BITS] + COUNT_BITS'(1);
          if (m_axi_rresp_i[1]) error_d[e] = 1'b1;
          if (m_axi_rlast_i) done_d[e] = 1'b1;
        end
        if (m_axi_bvalid_i && m_axi_bid_i == ID_BITS'(e)) begin
          if (m_axi_bresp_i[1]) error_d[e] = 1'b1;
          done_d[e] = 1'b1;
        end
        if (response_load && chosen == ID_BITS'(e)) begin
          valid_d[e] = 1'b0;
          done_d[e] = 1'b0;
        end
        if (go && free_entry == ID_BITS'(e)) begin
          valid_d[e] = 1'b1;
          write_d[e] = head_write;
          error_d[e] = 1'b0;
          lines_d[LINE_ADDRESS_BITS*e+:LINE_ADDRESS_BITS] = head_line;
          position_d[COUNT_BITS*e+:COUNT_BITS] = '0;
        end
      end
    end
  end

  // Line buffers: one memory a beat position, one word a transaction.
  logic [LINE_BITS-1:0] line;

  for (genvar k = 0; k < AXI_BEATS; k++) begin : g_beat
    logic [DATA_BITS-1:0] buffers[0:ENTRIES-1];
    logic here;

    if (AXI_BEATS > 1) begin : g_position
      assign here = position_q[COUNT_BITS*m_axi_rid_i+:COUNT_BITS] == COUNT_BITS'(k);
    end else begin : g_position
      assign here = 1'b1;
    end

    always_ff @(posedge clk_i) begin
      if (m_axi_rvalid_i && here) buffers[m_axi_rid_i] <= m_axi_rdata_i;
    end

    assign line[DATA_BITS*k+:DATA_BITS] = buffers[chosen];
  end

  // -----------------------------------------------------------------------------------------------
  // Address and write channels
  logic ar_valid_d, aw_valid_d, w_valid, w_last;
  logic [COUNT_BITS-1:0] w_position_q;
  logic [ID_BITS-1:0] ar_id_q, aw_id_q;
  logic [LINE_ADDRESS_BITS-1:0] ar_line_q, aw_line_q;
  logic [LINE_BITS-1:0] w_data;
  logic [LINE_BYTES-1:0] w_strobe;

  fifo #(
    .WIDTH(LINE_BITS + LINE_BYTES),
    .DEPTH(2)
  ) u_write_lines (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(go && head_write),
    .push_ready_o(w_ready),
    .push_data_i({head_data, head_strobe}),
    .pop_valid_o(w_valid),
    .pop_ready_i(m_axi_wready_i && w_last),
    .pop_data_o({w_data, w_strobe})
  );

  assign w_last = w_position_q == COUNT_BITS'(AXI_BEATS - 1);

  always_comb begin : channels
    ar_valid_d = ar_valid_q && !m_axi_arready_i;
    aw_valid_d = aw_valid_q && !m_axi_awready_i;
    if (go && !head_write) ar_valid_d = 1'b1;
    if (go && head_write) aw_valid_d = 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      done_q <= '0;
      ar_valid_q <= 1'b0;
      aw_valid_q <= 1'b0;
      w_position_q <= '0;
      response_valid_q <= 1'b0;
      last_entry_q <= ID_BITS'(ENTRIES - 1);
    end else if (start_i) begin
      valid_q <= '0;
      done_q <= '0;
      ar_valid_q <= 1'b0;
      aw_valid_q <= 1'b0;
      w_position_q <= '0;
      response_valid_q <= 1'b0;
      last_entry_q <= ID_BITS'(ENTRIES - 1);
    end else begin
      valid_q <= valid_d;
      done_q <= done_d;
      ar_valid_q <= ar_valid_d;
      aw_valid_q <= aw_valid_d;
      if (w_valid && m_axi_wready_i) begin
        w_position_q <= w_last ? '0 : w_position_q + COUNT_BITS'(1);
      end
      response_valid_q <= response_load || (response_valid_q && !response_ready_i);
      if (response_load) last_entry_q <= chosen;
    end
  end

  logic response_write_q, response_error_q;
  logic [L2_ID_BITS-1:0] response_id_q;
  logic [LINE_BITS-1:0] response_data_q;

  always_ff @(posedge clk_i) begin
    write_q <= write_d;
    error_q <= error_d;
    lines_q <= lines_d;
    position_q <= position_d;
    if (go) ids[free_entry] <= head_id;
    if (go && !head_write) begin
      ar_id_q <= free_entry;
      ar_line_q <= head_line;
    end
    if (go && head_write) begin
      aw_id_q <= free_entry;
      aw_line_q <= head_line;
    end
    if (response_load) begin
      response_id_q <= ids[chosen];
      response_data_q <= line;
      response_write_q <= write_q[chosen];
      response_error_q <= error_q[chosen];
    end
  end

  assign response_valid_o = response_valid_q;
  assign response_id_o = response_id_q;
  assign response_data_o = response_data_q;
  assign response_write_o = response_write_q;
  assign response_error_o = response_error_q;

  assign m_axi_arvalid_o = ar_valid_q;
  assign m_axi_arid_o = ar_id_q;
  assign m_axi_araddr_o = {ar_line_q, 6'b0};
  assign m_axi_awvalid_o = aw_valid_q;
  assign m_axi_awid_o = aw_id_q;
  assign m_axi_awaddr_o = {aw_line_q, 6'b0};
  assign m_axi_wvalid_o = w_valid;
  assign m_axi_wdata_o = w_data[DATA_BITS*w_position_q+:DATA_BITS];
  assign m_axi_wstrb_o = w_strobe[DATA_BITS/8*w_position_q+:DATA_BITS/8];
  assign m_axi_wlast_o = w_last;
  assign m_axi_rready_o = 1'b1;
  assign m_axi_bready_o = 1'b1;

  // Every transaction is one whole line, as an incrementing burst.
  assign m_axi_arlen_o = 8'(AXI_BEATS - 1);
  assign m_axi_arsize_o = 3'($clog2(DATA_BITS / 8));
  assign m_axi_arburst_o = 2'b01;
  assign m_axi_arlock_o = 1'b0;
  assign m_axi_arcache_o = 4'b0;
  assign m_axi_arprot_o = 3'b0;
  assign m_axi_arqos_o = 4'b0;
  assign m_axi_awlen_o = 8'(AXI_BEATS - 1);
  assign m_axi_awsize_o = 3'($clog2(DATA_BITS / 8));
  assign m_axi_awburst_o = 2'b01;
  assign m_axi_awlock_o = 1'b0;
  assign m_axi_awcache_o = 4'b0;
  assign m_axi_awprot_o = 3'b0;
  assign m_axi_awqos_o = 4'b0;

  // xRESP[0] only tells kinds of success, or of error, apart.
  logic unused;
  assign unused = m_axi_rresp_i[0] ^ m_axi_bresp_i[0];

endmodule
`default_nettype wire
