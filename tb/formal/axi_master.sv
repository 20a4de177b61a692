// memory/axi_master against a memory that does all that AXI4 lets it do: VALID and payload stay until READY, bursts are whole
// lines within 4 KiB, W beats follow the AW bursts in their order and none comes before its AWVALID, WLAST is at the last
// beat, an ID is in use once, transactions of one line are apart unless both read, responses are always accepted. And every
// request starts as soon as the page lets it and is answered once, with the data and the errors of its own beats.
//
// Four transactions, lines of two beats. The request with the id M, of which there is one at a time, is followed through.
// `start` comes when nothing is in flight.
`default_nettype none
module axi_master_proof (
  input logic clk_i,
  input logic start_i,
  input logic request_valid_i,
  input logic request_write_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_i,
  input logic [heddle_pkg::L2_ID_BITS-1:0] request_id_i,
  input logic [heddle_pkg::LINE_BITS-1:0] request_data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_i,
  input logic response_ready_i,
  input logic arready_i,
  input logic rvalid_i,
  input logic [1:0] rid_i,
  input logic [heddle_pkg::AXI_DATA_BITS-1:0] rdata_i,
  input logic [1:0] rresp_i,
  input logic awready_i,
  input logic wready_i,
  input logic bvalid_i,
  input logic [1:0] bid_i,
  input logic [1:0] bresp_i
);

  localparam int unsigned ENTRIES = heddle_pkg::AXI_OUTSTANDING;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned LINE_BYTES = heddle_pkg::LINE_BYTES;
  localparam int unsigned ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned ID_BITS = heddle_pkg::L2_ID_BITS;
  localparam int unsigned DATA_BITS = heddle_pkg::AXI_DATA_BITS;
  localparam int unsigned BEATS = LINE_BITS / DATA_BITS;
  localparam int unsigned BEAT_BITS = $clog2(BEATS);

  logic started_q, request_ready, response_valid, response_write, response_error;
  logic [ID_BITS-1:0] response_id;
  logic [LINE_BITS-1:0] response_data;
  logic arvalid, awvalid, wvalid, wlast, rready, bready, rlast, arlock, awlock;
  logic [1:0] arid, awid;
  logic [1:0] arburst, awburst;
  logic [31:0] araddr, awaddr;
  logic [DATA_BITS-1:0] wdata;
  logic [DATA_BITS/8-1:0] wstrb;
  logic [7:0] arlen, awlen;
  logic [2:0] arsize, awsize, arprot, awprot;
  logic [3:0] arcache, awcache, arqos, awqos;

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
    .request_data_i(request_data_i),
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
    .m_axi_rdata_i(rdata_i),
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
  logic ar_stays_q, aw_stays_q, w_stays_q, response_stays_q;
  logic [33:0] ar_q, aw_q;
  logic [DATA_BITS+DATA_BITS/8:0] w_q;
  logic [LINE_BITS+ID_BITS+1:0] response_q;

  always_ff @(posedge clk_i) begin
    ar_stays_q <= started_q && arvalid && !arready_i;
    aw_stays_q <= started_q && awvalid && !awready_i;
    w_stays_q <= started_q && wvalid && !wready_i;
    response_stays_q <= started_q && response_valid && !response_ready_i;
    ar_q <= {arid, araddr};
    aw_q <= {awid, awaddr};
    w_q <= {wdata, wstrb, wlast};
    response_q <= {response_write, response_error, response_id, response_data};
  end

  logic new_ar, new_aw, starts, new_response;
  assign new_ar = arvalid && !ar_stays_q;
  assign new_aw = awvalid && !aw_stays_q;
  assign starts = new_ar || new_aw;
  assign new_response = response_valid && !response_stays_q;

  // -----------------------------------------------------------------------------------------------
  // The memory, by ID: what is outstanding, this cycle's start included, and how far it is
  logic [ENTRIES-1:0] outstanding_q, write_q, address_q, data_q;  // address or data accepted
  logic [ADDRESS_BITS*ENTRIES-1:0] line_q;
  logic [BEAT_BITS*ENTRIES-1:0] beat_q;
  logic [ENTRIES-1:0] outstanding, write, address, address_taken, data, data_taken;
  logic [ADDRESS_BITS*ENTRIES-1:0] line;
  logic [BEAT_BITS*ENTRIES-1:0] beat;
  // Bursts whose W beats are not all accepted, in order
  logic [1:0] owed_q, owed;
  logic [1:0] owed_first_q, owed_second_q, owed_first, owed_second;
  logic [BEAT_BITS-1:0] w_beat_q;
  logic w_accepted, w_done;

  always @* begin
    outstanding = outstanding_q;
    write = write_q;
    address = address_q;
    data = data_q;
    line = line_q;
    beat = beat_q;
    owed = owed_q + 2'(new_aw);
    owed_first = (owed_q == 2'd0) ? awid : owed_first_q;
    owed_second = (owed_q == 2'd1) ? awid : owed_second_q;
    for (int e = 0; e < ENTRIES; e++) begin
      if ((new_ar && arid == 2'(e)) || (new_aw && awid == 2'(e))) begin
        outstanding[e] = 1'b1;
        write[e] = new_aw && awid == 2'(e);
        address[e] = 1'b0;
        data[e] = 1'b0;
        line[ADDRESS_BITS*e+:ADDRESS_BITS] = write[e] ? awaddr[6+:ADDRESS_BITS] : araddr[6+:ADDRESS_BITS];
        beat[BEAT_BITS*e+:BEAT_BITS] = '0;
      end
    end
    // The memory may answer in the cycle in which it accepts.
    address_taken = address;
    data_taken = data;
    if (arvalid && arready_i) address_taken[arid] = 1'b1;
    if (awvalid && awready_i) address_taken[awid] = 1'b1;
    if (w_done) data_taken[owed_first] = 1'b1;
  end

  assign w_accepted = wvalid && wready_i;
  assign w_done = w_accepted && wlast;
  assign rlast = beat[BEAT_BITS*rid_i+:BEAT_BITS] == BEAT_BITS'(BEATS - 1);

  always_ff @(posedge clk_i) begin
    write_q <= write;
    line_q <= line;
    owed_first_q <= w_done ? owed_second : owed_first;
    owed_second_q <= owed_second;
    if (!started_q || start_i) begin
      outstanding_q <= '0;
      address_q <= '0;
      data_q <= '0;
      w_beat_q <= '0;
      owed_q <= '0;
    end else begin
      outstanding_q <= outstanding;
      address_q <= address_taken;
      data_q <= data_taken;
      beat_q <= beat;
      if (w_accepted) w_beat_q <= w_beat_q + BEAT_BITS'(1);
      owed_q <= owed - 2'(w_done);
      if (rvalid_i) begin
        beat_q[BEAT_BITS*rid_i+:BEAT_BITS] <= beat[BEAT_BITS*rid_i+:BEAT_BITS] + BEAT_BITS'(1);
        if (rlast) outstanding_q[rid_i] <= 1'b0;
      end
      if (bvalid_i) outstanding_q[bid_i] <= 1'b0;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Requests, and the one with id M
  (* anyconst *) logic [ID_BITS-1:0] m;
  logic accepted, answered, m_accepted, m_starts, m_started, m_in_q, m_started_q, m_write_q, m_error_q, m_done_q;
  logic [2:0] in_flight_q;
  logic [1:0] waiting_q, waiting, ahead_q, ahead;  // requests that have not started; those before M
  logic [ADDRESS_BITS-1:0] m_line_q;
  logic [LINE_BITS-1:0] m_data_q;  // a write's data, then a read's
  logic [LINE_BYTES-1:0] m_strobe_q;
  logic m_waits, m_answers;
  logic [1:0] m_entry_q, m_entry;
  logic [1:0] overtaken_q;

  assign accepted = request_valid_i && request_ready;
  assign answered = response_valid && response_ready_i;
  assign waiting = waiting_q - 2'(starts);
  assign ahead = ahead_q - 2'(starts);
  assign m_accepted = accepted && request_id_i == m;
  assign m_starts = m_in_q && !m_started_q && ahead_q == '0 && starts;
  assign m_started = m_started_q || m_starts;
  assign m_waits = m_in_q && !m_started;
  assign m_entry = m_starts ? (new_aw ? awid : arid) : m_entry_q;
  assign m_answers = response_valid && response_id == m;

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      in_flight_q <= '0;
      waiting_q <= '0;
      m_in_q <= 1'b0;
      m_started_q <= 1'b0;
      m_done_q <= 1'b0;
      overtaken_q <= '0;
    end else begin
      in_flight_q <= in_flight_q + 3'(accepted) - 3'(answered);
      waiting_q <= waiting + 2'(accepted);
      ahead_q <= ahead;
      m_started_q <= m_started;
      m_entry_q <= m_entry;
      if (m_in_q && m_started && !m_done_q && !m_write_q && rvalid_i && rid_i == m_entry) begin
        m_data_q[DATA_BITS*beat[BEAT_BITS*rid_i+:BEAT_BITS]+:DATA_BITS] <= rdata_i;
        if (rresp_i[1]) m_error_q <= 1'b1;
        if (rlast) m_done_q <= 1'b1;
      end
      if (m_in_q && m_started && !m_done_q && m_write_q && bvalid_i && bid_i == m_entry) begin
        if (bresp_i[1]) m_error_q <= 1'b1;
        m_done_q <= 1'b1;
      end
      if (m_in_q && m_done_q && new_response && !m_answers) overtaken_q <= overtaken_q + 2'd1;
      if (answered && m_answers) m_in_q <= 1'b0;
      if (m_accepted) begin
        m_in_q <= 1'b1;
        m_started_q <= 1'b0;
        m_done_q <= 1'b0;
        m_error_q <= 1'b0;
        m_write_q <= request_write_i;
        m_line_q <= request_line_i;
        m_data_q <= request_data_i;
        m_strobe_q <= request_strobe_i;
        ahead_q <= waiting;
        overtaken_q <= '0;
      end
    end
  end

  always @* begin
    if (started_q) begin
      if (start_i) assume (in_flight_q == '0 && !accepted);
      if (rvalid_i) assume (outstanding[rid_i] && !write[rid_i] && address_taken[rid_i]);
      if (bvalid_i) assume (outstanding[bid_i] && write[bid_i] && address_taken[bid_i] && data_taken[bid_i]);
      if (m_accepted) assume (!m_in_q);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Whether M may start: the last cycle's
  logic ar_meets, aw_meets, m_meets, m_may_start, m_may_start_q;
  logic [2:0] used, running;
  assign used = in_flight_q - 3'(waiting) - 3'(response_valid);  // transactions without an answer
  assign running = 3'(outstanding[0]) + 3'(outstanding[1]) + 3'(outstanding[2]) + 3'(outstanding[3]);

  always @* begin
    ar_meets = 1'b0;
    aw_meets = 1'b0;
    m_meets = 1'b0;
    for (int e = 0; e < ENTRIES; e++) begin
      if (outstanding_q[e]) begin
        if (write_q[e] && line_q[ADDRESS_BITS*e+:ADDRESS_BITS] == araddr[6+:ADDRESS_BITS]) ar_meets = 1'b1;
        if (line_q[ADDRESS_BITS*e+:ADDRESS_BITS] == awaddr[6+:ADDRESS_BITS]) aw_meets = 1'b1;
      end
      if (outstanding[e] && (write[e] || m_write_q) && line[ADDRESS_BITS*e+:ADDRESS_BITS] == m_line_q) m_meets = 1'b1;
    end
    m_may_start = m_waits && ahead == '0 && used < 3'(ENTRIES) && used == running && !m_meets
        && (m_write_q ? (!awvalid || awready_i) && owed < 2'd2 : !arvalid || arready_i);
  end

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) m_may_start_q <= 1'b0;
    else m_may_start_q <= m_may_start;
  end

  // A finished transaction is in the response register in the next cycle, if that is free.
  logic answers_q;
  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) answers_q <= 1'b0;
    else answers_q <= used != running && (!response_valid || response_ready_i);
  end

  logic m_bursts;
  assign m_bursts = wvalid && m_in_q && m_started && m_write_q && !data[m_entry] && owed_first == m_entry && !m_done_q;

  always @* begin
    if (started_q) begin
      ar_stays: assert (!ar_stays_q || (arvalid && {arid, araddr} == ar_q));
      aw_stays: assert (!aw_stays_q || (awvalid && {awid, awaddr} == aw_q));
      w_stays: assert (!w_stays_q || (wvalid && {wdata, wstrb, wlast} == w_q));
      response_stays: assert (!response_stays_q || (response_valid
          && {response_write, response_error, response_id, response_data} == response_q));
      whole_lines: assert (32'(arlen) + 1 == BEATS && 32'(awlen) + 1 == BEATS && (8 << arsize) == DATA_BITS
          && (8 << awsize) == DATA_BITS && arburst == 2'b01 && awburst == 2'b01 && !arlock && !awlock);
      within_4_kib: assert (13'(araddr[11:0]) + 13'((13'(arlen) + 13'd1) << arsize) <= 13'd4096
          && 13'(awaddr[11:0]) + 13'((13'(awlen) + 13'd1) << awsize) <= 13'd4096);
      accepts_responses: assert (rready && bready);
      last_beat: assert (!wvalid || wlast == (w_beat_q == BEAT_BITS'(BEATS - 1)));
      beats_of_owed_bursts: assert (wvalid == (owed != 2'd0));
      two_bursts_owed_at_most: assert (owed <= 2'd2);
      ar_id_is_free: assert (!new_ar || !outstanding_q[arid]);
      aw_id_is_free: assert (!new_aw || !outstanding_q[awid]);
      one_start_a_cycle: assert (!(new_ar && new_aw));
      reads_apart_from_writes: assert (!new_ar || !ar_meets);
      writes_apart: assert (!new_aw || !aw_meets);
      starts_what_was_requested: assert (!starts || waiting_q != '0);
      m_as_requested: assert (!m_starts
          || (new_aw == m_write_q && (new_aw ? awaddr[6+:ADDRESS_BITS] : araddr[6+:ADDRESS_BITS]) == m_line_q));
      m_starts_when_it_may: assert (!m_may_start_q || m_starts);
      m_beats: assert (!m_bursts || (wdata == m_data_q[DATA_BITS*w_beat_q+:DATA_BITS]
          && wstrb == m_strobe_q[DATA_BITS/8*w_beat_q+:DATA_BITS/8]));
      m_answer: assert (!m_answers || (m_in_q && m_started && m_done_q
          && response_write == m_write_q && response_error == m_error_q && (m_write_q || response_data == m_data_q)));
      m_is_not_overtaken_for_ever: assert (3'(overtaken_q) < 3'(ENTRIES));
      answers_at_once: assert (used == running || response_valid || !answers_q);
      takes_requests: assert (request_ready == (waiting != 2'd2));
      no_answer_too_many: assert (!response_valid || in_flight_q != '0);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // In the RTL's registers
  localparam int unsigned REQUEST_BITS = 1 + ADDRESS_BITS + ID_BITS + LINE_BITS + LINE_BYTES;
  localparam int unsigned W_BITS = LINE_BITS + LINE_BYTES;
  (* hierconn *) wire [1:0] \dut.u_requests.count_q ;
  (* hierconn *) wire [REQUEST_BITS-1:0] \dut.u_requests.g_two.head_q ;
  (* hierconn *) wire [REQUEST_BITS-1:0] \dut.u_requests.g_two.next_q ;
  (* hierconn *) wire [1:0] \dut.u_write_lines.count_q ;
  (* hierconn *) wire [W_BITS-1:0] \dut.u_write_lines.g_two.head_q ;
  (* hierconn *) wire [W_BITS-1:0] \dut.u_write_lines.g_two.next_q ;
  (* hierconn *) wire [ENTRIES-1:0] \dut.valid_q ;
  (* hierconn *) wire [ENTRIES-1:0] \dut.done_q ;
  (* hierconn *) wire [ENTRIES-1:0] \dut.write_q ;
  (* hierconn *) wire [ENTRIES-1:0] \dut.error_q ;
  (* hierconn *) wire [ADDRESS_BITS*ENTRIES-1:0] \dut.lines_q ;
  (* hierconn *) wire [BEAT_BITS*ENTRIES-1:0] \dut.position_q ;
  (* hierconn *) wire [BEAT_BITS-1:0] \dut.w_position_q ;
  (* hierconn *) wire [1:0] \dut.last_entry_q ;
  (* hierconn *) wire [ID_BITS-1:0] \dut.ids[0] ;
  (* hierconn *) wire [ID_BITS-1:0] \dut.ids[1] ;
  (* hierconn *) wire [ID_BITS-1:0] \dut.ids[2] ;
  (* hierconn *) wire [ID_BITS-1:0] \dut.ids[3] ;
  (* hierconn *) wire [DATA_BITS-1:0] \dut.g_beat[0].buffers[0] ;
  (* hierconn *) wire [DATA_BITS-1:0] \dut.g_beat[0].buffers[1] ;
  (* hierconn *) wire [DATA_BITS-1:0] \dut.g_beat[0].buffers[2] ;
  (* hierconn *) wire [DATA_BITS-1:0] \dut.g_beat[0].buffers[3] ;
  (* hierconn *) wire [DATA_BITS-1:0] \dut.g_beat[1].buffers[0] ;
  (* hierconn *) wire [DATA_BITS-1:0] \dut.g_beat[1].buffers[1] ;
  (* hierconn *) wire [DATA_BITS-1:0] \dut.g_beat[1].buffers[2] ;
  (* hierconn *) wire [DATA_BITS-1:0] \dut.g_beat[1].buffers[3] ;
  logic [REQUEST_BITS-1:0] request_first, request_second, m_request;
  logic [W_BITS-1:0] w_first, w_second;
  logic [LINE_BITS-1:0] buffers[0:ENTRIES-1];
  logic [LINE_BITS-1:0] buffer;
  logic [ENTRIES-1:0] id_is_m;
  logic m_holds, m_entry_differs;
  logic [1:0] m_behind;  // the answers that may come first

  assign request_first = \dut.u_requests.g_two.head_q ;
  assign request_second = \dut.u_requests.g_two.next_q ;
  assign m_request = {m_write_q, m_line_q, m, m_data_q, m_strobe_q};
  assign w_first = \dut.u_write_lines.g_two.head_q ;
  assign w_second = \dut.u_write_lines.g_two.next_q ;
  assign id_is_m = {\dut.ids[3] == m, \dut.ids[2] == m, \dut.ids[1] == m, \dut.ids[0] == m};
  assign buffers[0] = {\dut.g_beat[1].buffers[0] , \dut.g_beat[0].buffers[0] };
  assign buffers[1] = {\dut.g_beat[1].buffers[1] , \dut.g_beat[0].buffers[1] };
  assign buffers[2] = {\dut.g_beat[1].buffers[2] , \dut.g_beat[0].buffers[2] };
  assign buffers[3] = {\dut.g_beat[1].buffers[3] , \dut.g_beat[0].buffers[3] };
  assign buffer = buffers[m_entry];
  // M is in the table; a bit of its data that its beats have brought differs there
  assign m_behind = m_entry - \dut.last_entry_q - 2'd1;
  assign m_holds = m_in_q && m_started && !m_answers;
  always @* begin
    m_entry_differs = 1'b0;
    for (int k = 0; k < BEATS; k++) begin
      if ((m_done_q || BEAT_BITS'(k) < beat[BEAT_BITS*m_entry+:BEAT_BITS])
          && buffer[DATA_BITS*k+:DATA_BITS] != m_data_q[DATA_BITS*k+:DATA_BITS]) m_entry_differs = 1'b1;
    end
  end

  logic [ENTRIES-1:0] entry_outstanding, entry_done, entry_entry, entry_address, entry_owed, entry_m_alone;
  always @* begin
    for (int e = 0; e < ENTRIES; e++) begin
      entry_outstanding[e] = (outstanding[e] == (\dut.valid_q [e] && !\dut.done_q [e]));
      entry_done[e] = (!\dut.done_q [e] || \dut.valid_q [e]);
      entry_entry[e] = (!outstanding[e] || (\dut.write_q [e] == write[e]
          && \dut.lines_q [ADDRESS_BITS*e+:ADDRESS_BITS] == line[ADDRESS_BITS*e+:ADDRESS_BITS]
          && \dut.position_q [BEAT_BITS*e+:BEAT_BITS] == beat[BEAT_BITS*e+:BEAT_BITS]));
      entry_address[e] = (!outstanding[e] || address[e]
          || (write[e] ? awvalid && awid == 2'(e) : arvalid && arid == 2'(e)));
      entry_owed[e] = (!outstanding[e] || !write[e] || data[e]
          == !((owed != 2'd0 && owed_first == 2'(e)) || (owed == 2'd2 && owed_second == 2'(e))));
      entry_m_alone[e] = (!(\dut.valid_q [e] && id_is_m[e]) || (m_holds && m_entry == 2'(e)));
    end
  end

  always @* begin
    if (started_q) begin
      invariant_counts: assert (\dut.u_requests.count_q == waiting && waiting <= 2'd2 && \dut.u_write_lines.count_q == owed);
      invariant_in_flight: assert (in_flight_q == 3'(waiting) + 3'(\dut.valid_q [0]) + 3'(\dut.valid_q [1])
          + 3'(\dut.valid_q [2]) + 3'(\dut.valid_q [3]) + 3'(response_valid));
      invariant_w_beat: assert (\dut.w_position_q == w_beat_q && (owed != 2'd0 || w_beat_q == '0));
      invariant_outstanding: assert (entry_outstanding == '1);
      invariant_done: assert (entry_done == '1);
      invariant_entry: assert (entry_entry == '1);
      invariant_address: assert (entry_address == '1);
      invariant_owed: assert (entry_owed == '1);
      invariant_m_alone: assert (entry_m_alone == '1);
      invariant_owed_differ: assert (owed != 2'd2 || owed_first != owed_second);
      invariant_owed_first: assert (owed == 2'd0 || (outstanding[owed_first] && write[owed_first]));
      invariant_owed_second: assert (owed != 2'd2 || (outstanding[owed_second] && write[owed_second]));
      invariant_ar: assert (!arvalid || (outstanding[arid] && !write[arid] && !address[arid]
          && line[ADDRESS_BITS*arid+:ADDRESS_BITS] == araddr[6+:ADDRESS_BITS]));
      invariant_aw: assert (!awvalid || (outstanding[awid] && write[awid] && !address[awid]
          && line[ADDRESS_BITS*awid+:ADDRESS_BITS] == awaddr[6+:ADDRESS_BITS]));
      invariant_m_waits: assert (!m_waits || (ahead < waiting && (ahead == '0 ? request_first : request_second) == m_request));
      invariant_m_waits_once: assert ((waiting == '0 || request_first[W_BITS+:ID_BITS] != m || (m_waits && ahead == '0))
          && (waiting != 2'd2 || request_second[W_BITS+:ID_BITS] != m || (m_waits && ahead == 2'd1)));
      invariant_m_holds: assert (!m_holds || (\dut.valid_q [m_entry] && \dut.done_q [m_entry] == m_done_q && id_is_m[m_entry]));
      invariant_m_kind: assert (!m_holds || (\dut.write_q [m_entry] == m_write_q && \dut.error_q [m_entry] == m_error_q));
      invariant_m_line: assert (!m_holds || \dut.lines_q [ADDRESS_BITS*m_entry+:ADDRESS_BITS] == m_line_q);
      invariant_m_data: assert (!m_holds || m_write_q || !m_entry_differs);
      invariant_response: assert (!new_response || !\dut.valid_q [\dut.last_entry_q ]);
      invariant_m_lines: assert (!(m_holds && m_write_q && !m_done_q && !data[m_entry])
          || ((owed_first == m_entry ? w_first : w_second) == {m_data_q, m_strobe_q}));
      invariant_m_overtaken: assert (!m_holds || !m_done_q || 3'(overtaken_q) + 3'(new_response) + 3'(m_behind) < 3'(ENTRIES));
      invariant_m_in: assert (!m_in_q || (m_done_q ? m_started_q : overtaken_q == '0) && (m_started_q || !m_error_q));
    end
  end

  always @* begin
    all_outstanding: cover (started_q && outstanding_q == '1 && write_q == 4'b0110);
    interleaved: cover (started_q && rvalid_i && rid_i == 2'd1 && outstanding_q[1:0] == 2'b11 && beat_q[1:0] == 2'b11);
    addresses_run_ahead: cover (started_q && owed == 2'd2 && address[owed_first] && address[owed_second]);
    answered_at_once: cover (started_q && bvalid_i && awvalid && awready_i && awid == bid_i);
    written: cover (started_q && answered && response_id == m && response_write && response_error);
  end

endmodule
`default_nettype wire
