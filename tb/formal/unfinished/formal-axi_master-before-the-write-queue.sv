// memory/axi_master against a memory that does all that AXI4 lets it do: bursts are whole lines, VALID and payload stay
// until READY, WLAST is at the last beat, IDs are used once at a time, transactions of one line are apart unless both read,
// and every request is answered once, with the data and the errors of its own beats.
//
// Two transactions, eight lines of 8 bytes in two beats, whose data differ in two bits. The request with the id M, of which there is one at a time, is
// followed through. `start` comes when nothing is in flight.
`default_nettype none
module axi_master_proof (
  input logic clk_i,
  input logic start_i,
  input logic request_valid_i,
  input logic request_write_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_i,
  input logic [heddle_pkg::L2_ID_BITS-1:0] request_id_i,
  input logic [3:0] data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_i,
  input logic response_ready_i,
  input logic arready_i,
  input logic rvalid_i,
  input logic rid_i,
  input logic [1:0] rdata_i,
  input logic [1:0] rresp_i,
  input logic awready_i,
  input logic wready_i,
  input logic bvalid_i,
  input logic bid_i,
  input logic [1:0] bresp_i
);

  localparam int unsigned ENTRIES = heddle_pkg::AXI_OUTSTANDING;
  localparam int unsigned BEATS = heddle_pkg::LINE_BITS / heddle_pkg::AXI_DATA_BITS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned LINE_BYTES = heddle_pkg::LINE_BYTES;
  localparam int unsigned ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned ID_BITS = heddle_pkg::L2_ID_BITS;

  logic [LINE_BITS-1:0] request_data;
  logic [31:0] rdata;
  assign request_data = {{16{data_i[3:2]}}, {16{data_i[1:0]}}};
  assign rdata = {16{rdata_i}};

  logic started_q, request_ready, response_valid, response_write, response_error;
  logic [ID_BITS-1:0] response_id;
  logic [LINE_BITS-1:0] response_data;
  logic arvalid, awvalid, wvalid, wlast, rready, bready, rlast, arlock, awlock;
  logic arid, awid;
  logic [1:0] arburst, awburst;
  logic [31:0] araddr, awaddr, wdata;
  logic [7:0] arlen, awlen;
  logic [2:0] arsize, awsize, arprot, awprot;
  logic [3:0] arcache, awcache, arqos, awqos, wstrb;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  axi_master dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .request_valid_i,
    .request_ready_o(request_ready),
    .request_write_i,
    .request_line_i,
    .request_id_i,
    .request_data_i(request_data),
    .request_strobe_i,
    .response_valid_o(response_valid),
    .response_ready_i,
    .response_id_o(response_id),
    .response_data_o(response_data),
    .response_write_o(response_write),
    .response_error_o(response_error),
    .m_axi_arvalid_o(arvalid),
    .m_axi_arready_i(arready_i),
    .m_axi_arid_o(arid),
    .m_axi_araddr_o(araddr),
    .m_axi_arlen_o(arlen),
    .m_axi_arsize_o(arsize),
    .m_axi_arburst_o(arburst),
    .m_axi_arlock_o(arlock),
    .m_axi_arcache_o(arcache),
    .m_axi_arprot_o(arprot),
    .m_axi_arqos_o(arqos),
    .m_axi_rvalid_i(rvalid_i),
    .m_axi_rready_o(rready),
    .m_axi_rid_i(rid_i),
    .m_axi_rdata_i(rdata),
    .m_axi_rresp_i(rresp_i),
    .m_axi_rlast_i(rlast),
    .m_axi_awvalid_o(awvalid),
    .m_axi_awready_i(awready_i),
    .m_axi_awid_o(awid),
    .m_axi_awaddr_o(awaddr),
    .m_axi_awlen_o(awlen),
    .m_axi_awsize_o(awsize),
    .m_axi_awburst_o(awburst),
    .m_axi_awlock_o(awlock),
    .m_axi_awcache_o(awcache),
    .m_axi_awprot_o(awprot),
    .m_axi_awqos_o(awqos),
    .m_axi_wvalid_o(wvalid),
    .m_axi_wready_i(wready_i),
    .m_axi_wdata_o(wdata),
    .m_axi_wstrb_o(wstrb),
    .m_axi_wlast_o(wlast),
    .m_axi_bvalid_i(bvalid_i),
    .m_axi_bready_o(bready),
    .m_axi_bid_i(bid_i),
    .m_axi_bresp_i(bresp_i)
  );

  // -----------------------------------------------------------------------------------------------
  // The channels' last cycle: what was not taken stays.
  logic before_q, ar_stays_q, aw_stays_q, w_stays_q, response_stays_q;
  logic [32:0] ar_q, aw_q;
  logic [36:0] w_q;
  logic [LINE_BITS+ID_BITS+1:0] response_q;

  always_ff @(posedge clk_i) begin
    before_q <= started_q && !start_i;
    ar_stays_q <= arvalid && !arready_i;
    aw_stays_q <= awvalid && !awready_i;
    w_stays_q <= wvalid && !wready_i;
    response_stays_q <= response_valid && !response_ready_i;
    ar_q <= {arid, araddr};
    aw_q <= {awid, awaddr};
    w_q <= {wdata, wstrb, wlast};
    response_q <= {response_write, response_error, response_id, response_data};
  end

  logic new_ar, new_aw;
  assign new_ar = arvalid && !(before_q && ar_stays_q);
  assign new_aw = awvalid && !(before_q && aw_stays_q);

  // -----------------------------------------------------------------------------------------------
  // The memory: what is outstanding, by ID
  logic [ENTRIES-1:0] outstanding_q, write_q, address_q, data_q;  // address or data accepted
  logic [ADDRESS_BITS-1:0] line_q[0:ENTRIES-1];
  logic beat_q[0:ENTRIES-1];
  logic w_beat_q, w_id_q, w_id;
  logic bursting_q;  // W beats are owed

  assign w_id = new_aw ? awid : w_id_q;
  assign rlast = beat_q[rid_i] == 1'(BEATS - 1);

  always_ff @(posedge clk_i) begin
    w_id_q <= w_id;
    if (!started_q || start_i) begin
      outstanding_q <= '0;
      address_q <= '0;
      data_q <= '0;
      w_beat_q <= '0;
      bursting_q <= 1'b0;
    end else begin
      if (new_ar) begin
        outstanding_q[arid] <= 1'b1;
        write_q[arid] <= 1'b0;
        line_q[arid] <= araddr[6+:ADDRESS_BITS];
        beat_q[arid] <= '0;
        address_q[arid] <= 1'b0;
      end
      if (new_aw) begin
        outstanding_q[awid] <= 1'b1;
        write_q[awid] <= 1'b1;
        line_q[awid] <= awaddr[6+:ADDRESS_BITS];
        address_q[awid] <= 1'b0;
        data_q[awid] <= 1'b0;
        bursting_q <= 1'b1;
      end
      if (arvalid && arready_i) address_q[arid] <= 1'b1;
      if (awvalid && awready_i) address_q[awid] <= 1'b1;
      if (wvalid && wready_i) begin
        w_beat_q <= !w_beat_q;
        if (wlast) begin
          data_q[w_id] <= 1'b1;
          bursting_q <= 1'b0;
        end
      end
      if (rvalid_i) begin
        beat_q[rid_i] <= !beat_q[rid_i];
        if (rlast) outstanding_q[rid_i] <= 1'b0;
      end
      if (bvalid_i) outstanding_q[bid_i] <= 1'b0;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Requests, and the one with id M
  (* anyconst *) logic [ID_BITS-1:0] m;
  logic accepted, answered, m_accepted, m_starts, m_started_q, m_in_q, m_write_q, m_error_q, m_done_q;
  logic [3:0] in_flight_q;
  logic [2:0] waiting_q, ahead_q;  // requests that have not started; those before M
  logic [ADDRESS_BITS-1:0] m_line_q;
  logic [LINE_BITS-1:0] m_data_q;  // a write's data, then a read's
  logic [LINE_BYTES-1:0] m_strobe_q;
  logic m_entry_q;

  assign accepted = request_valid_i && request_ready;
  assign answered = response_valid && response_ready_i;
  assign m_accepted = accepted && request_id_i == m;
  assign m_starts = m_in_q && !m_started_q && ahead_q == '0 && (new_ar || new_aw);

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      in_flight_q <= '0;
      waiting_q <= '0;
      m_in_q <= 1'b0;
      m_started_q <= 1'b0;
    end else begin
      in_flight_q <= in_flight_q + 4'(accepted) - 4'(answered);
      waiting_q <= waiting_q + 3'(accepted) - 3'(new_ar || new_aw);
      if (m_accepted) begin
        m_in_q <= 1'b1;
        m_started_q <= 1'b0;
        m_done_q <= 1'b0;
        m_error_q <= 1'b0;
        m_write_q <= request_write_i;
        m_line_q <= request_line_i;
        m_data_q <= request_data;
        m_strobe_q <= request_strobe_i;
        ahead_q <= waiting_q - 3'(new_ar || new_aw);
      end else begin
        if (new_ar || new_aw) ahead_q <= ahead_q - 3'd1;
        if (m_starts) begin
          m_started_q <= 1'b1;
          m_entry_q <= new_aw ? awid : arid;
        end
        if (m_in_q && m_started_q && !m_done_q && rvalid_i && rid_i == m_entry_q && !m_write_q) begin
          m_data_q[32*beat_q[rid_i]+:32] <= rdata;
          if (rresp_i[1]) m_error_q <= 1'b1;
          if (rlast) m_done_q <= 1'b1;
        end
        if (m_in_q && m_started_q && !m_done_q && bvalid_i && bid_i == m_entry_q && m_write_q) begin
          if (bresp_i[1]) m_error_q <= 1'b1;
          m_done_q <= 1'b1;
        end
        if (answered && response_id == m) m_in_q <= 1'b0;
      end
    end
  end

  // Cycles in which all that is in flight is the unit's to move
  logic [2:0] idle_q;
  always_ff @(posedge clk_i) begin
    if (!started_q || start_i || in_flight_q == '0 || outstanding_q != '0 || response_valid || arvalid || awvalid) idle_q <= '0;
    else if (idle_q != '1) idle_q <= idle_q + 3'd1;
  end

  always @* begin
    if (started_q) begin
      if (start_i) assume (in_flight_q == '0 && outstanding_q == '0 && !accepted);
      if (rvalid_i) assume (outstanding_q[rid_i] && !write_q[rid_i] && address_q[rid_i]);
      if (bvalid_i) assume (outstanding_q[bid_i] && write_q[bid_i] && address_q[bid_i] && data_q[bid_i]);
      if (m_accepted) assume (!m_in_q);
    end
  end

  // -----------------------------------------------------------------------------------------------
  logic ar_meets, aw_meets;
  always @* begin
    ar_meets = 1'b0;
    aw_meets = 1'b0;
    for (int e = 0; e < ENTRIES; e++) begin
      if (outstanding_q[e] && write_q[e] && line_q[e] == araddr[6+:ADDRESS_BITS]) ar_meets = 1'b1;
      if (outstanding_q[e] && line_q[e] == awaddr[6+:ADDRESS_BITS]) aw_meets = 1'b1;
    end
  end

  logic mine_bursts;
  assign mine_bursts = wvalid && m_in_q && m_write_q && (m_starts || (m_started_q && w_id == m_entry_q && !m_done_q));

  always @* begin
    if (started_q) begin
      ar_stays: assert (!(before_q && ar_stays_q) || (arvalid && {arid, araddr} == ar_q));
      aw_stays: assert (!(before_q && aw_stays_q) || (awvalid && {awid, awaddr} == aw_q));
      w_stays: assert (!(before_q && w_stays_q) || (wvalid && {wdata, wstrb, wlast} == w_q));
      response_stays: assert (!(before_q && response_stays_q) || (response_valid
          && {response_write, response_error, response_id, response_data} == response_q));
      whole_lines: assert (arlen == 8'(BEATS - 1) && awlen == 8'(BEATS - 1) && arsize == 3'd2 && awsize == 3'd2
          && arburst == 2'b01 && awburst == 2'b01 && araddr[5:0] == '0 && awaddr[5:0] == '0 && !arlock && !awlock);
      accepts_responses: assert (rready && bready);
      last_beat: assert (!wvalid || wlast == (w_beat_q == 1'(BEATS - 1)));
      beats_belong_to_a_burst: assert (wvalid == (bursting_q || new_aw));
      one_burst_at_a_time: assert (!new_aw || (!bursting_q && w_beat_q == '0));
      ar_id_is_free: assert (!new_ar || !outstanding_q[arid]);
      aw_id_is_free: assert (!new_aw || !outstanding_q[awid]);
      one_start_a_cycle: assert (!(new_ar && new_aw));
      reads_apart_from_writes: assert (!new_ar || !ar_meets);
      writes_apart: assert (!new_aw || !aw_meets);
      m_as_requested: assert (!m_starts || (new_aw == m_write_q && (new_aw ? awaddr[6+:ADDRESS_BITS] : araddr[6+:ADDRESS_BITS]) == m_line_q));
      m_beats: assert (!mine_bursts || (wdata == m_data_q[32*w_beat_q+:32] && wstrb == m_strobe_q[4*w_beat_q+:4]));
      m_answer: assert (!(response_valid && response_id == m) || (m_in_q && m_started_q && m_done_q
          && response_write == m_write_q && response_error == m_error_q && (m_write_q || response_data == m_data_q)));
      no_answer_too_many: assert (!response_valid || in_flight_q != '0);
      nothing_lost: assert (idle_q <= 3'd2);
    end
  end

  always @* begin
    two_outstanding: cover (started_q && outstanding_q == '1 && write_q == 2'b10);
    interleaved: cover (started_q && rvalid_i && rid_i && beat_q[0] && beat_q[1]);
    written: cover (started_q && answered && response_id == m && response_write && response_error);
  end

endmodule
`default_nettype wire
