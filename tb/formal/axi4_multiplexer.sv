// wrappers/axi4_multiplexer: each channel's address goes to the port once, in the cycle behind its acceptance, unchanged,
// with the channel above its ID, and stays until READY; no channel is passed over twice; W beats go through in the order of
// the addresses, burst by burst, none before its address; R and B go to the channel of their ID and to no other.
//
// Two channels. Of the bursts written any one, M, is followed through.
`default_nettype none
module axi4_multiplexer_proof (
  input logic clk_i,
  input logic [1:0] s_arvalid_i,
  input logic [1:0] s_arid_i,
  input logic [63:0] s_araddr_i,
  input logic [1:0] s_awvalid_i,
  input logic [1:0] s_awid_i,
  input logic [63:0] s_awaddr_i,
  input logic [1:0] s_wvalid_i,
  input logic [15:0] s_wdata_i,
  input logic [1:0] s_wstrb_i,
  input logic [1:0] s_wlast_i,
  input logic arready_i,
  input logic rvalid_i,
  input logic [1:0] rid_i,
  input logic [7:0] rdata_i,
  input logic [1:0] rresp_i,
  input logic rlast_i,
  input logic awready_i,
  input logic wready_i,
  input logic bvalid_i,
  input logic [1:0] bid_i,
  input logic [1:0] bresp_i,
  input logic mark_i
);

  logic started_q;
  logic [1:0] s_arready, s_rvalid, s_rid, s_rlast, s_awready, s_wready, s_bvalid, s_bid;
  logic [15:0] s_rdata;
  logic [3:0] s_rresp, s_bresp;
  logic arvalid, rready, awvalid, wvalid, wlast, bready, wstrb;
  logic [1:0] arid, awid;
  logic [31:0] araddr, awaddr;
  logic [7:0] wdata;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  axi4_multiplexer #(
    .CHANNELS(2),
    .ID_BITS(1),
    .DATA_BITS(8)
  ) dut (
    .clk_i,
    .rst_ni(started_q),
    .s_arvalid_i,
    .s_arready_o(s_arready),
    .s_arid_i,
    .s_araddr_i,
    .s_rvalid_o(s_rvalid),
    .s_rid_o(s_rid),
    .s_rdata_o(s_rdata),
    .s_rresp_o(s_rresp),
    .s_rlast_o(s_rlast),
    .s_awvalid_i,
    .s_awready_o(s_awready),
    .s_awid_i,
    .s_awaddr_i,
    .s_wvalid_i,
    .s_wready_o(s_wready),
    .s_wdata_i,
    .s_wstrb_i,
    .s_wlast_i,
    .s_bvalid_o(s_bvalid),
    .s_bid_o(s_bid),
    .s_bresp_o(s_bresp),
    .m_arvalid_o(arvalid),
    .m_arready_i(arready_i),
    .m_arid_o(arid),
    .m_araddr_o(araddr),
    .m_rvalid_i(rvalid_i),
    .m_rready_o(rready),
    .m_rid_i(rid_i),
    .m_rdata_i(rdata_i),
    .m_rresp_i(rresp_i),
    .m_rlast_i(rlast_i),
    .m_awvalid_o(awvalid),
    .m_awready_i(awready_i),
    .m_awid_o(awid),
    .m_awaddr_o(awaddr),
    .m_wvalid_o(wvalid),
    .m_wready_i(wready_i),
    .m_wdata_o(wdata),
    .m_wstrb_o(wstrb),
    .m_wlast_o(wlast),
    .m_bvalid_i(bvalid_i),
    .m_bready_o(bready),
    .m_bid_i(bid_i),
    .m_bresp_i(bresp_i)
  );

  // -----------------------------------------------------------------------------------------------
  // Addresses: what was accepted in the last cycle, and whom it passed over
  logic [1:0] ar_taken, aw_taken, ar_passed_q, aw_passed_q;
  logic ar_new_q, ar_stays_q, aw_new_q, aw_stays_q;
  logic [33:0] ar_q, aw_q, ar_shown_q, aw_shown_q;

  assign ar_taken = s_arvalid_i & s_arready;
  assign aw_taken = s_awvalid_i & s_awready;

  always_ff @(posedge clk_i) begin
    ar_new_q <= started_q && ar_taken != '0;
    aw_new_q <= started_q && aw_taken != '0;
    ar_stays_q <= started_q && arvalid && !arready_i;
    aw_stays_q <= started_q && awvalid && !awready_i;
    ar_q <= ar_taken[1] ? {1'b1, s_arid_i[1], s_araddr_i[63:32]} : {1'b0, s_arid_i[0], s_araddr_i[31:0]};
    aw_q <= aw_taken[1] ? {1'b1, s_awid_i[1], s_awaddr_i[63:32]} : {1'b0, s_awid_i[0], s_awaddr_i[31:0]};
    ar_shown_q <= {arid, araddr};
    aw_shown_q <= {awid, awaddr};
    if (!started_q) begin
      ar_passed_q <= '0;
      aw_passed_q <= '0;
    end else begin
      for (int i = 0; i < 2; i++) begin
        if (ar_taken != '0) ar_passed_q[i] <= s_arvalid_i[i] && !ar_taken[i];
        if (aw_taken != '0) aw_passed_q[i] <= s_awvalid_i[i] && !aw_taken[i];
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Bursts: how many owe data, and where M is among them
  logic [2:0] owed_q, owed, ahead_q;
  logic m_in_q, m_channel_q, last, m_turn;

  assign last = wvalid && wready_i && wlast;
  assign owed = owed_q - 3'(last);
  assign m_turn = m_in_q && ahead_q == '0;

  always_ff @(posedge clk_i) begin
    if (!started_q) begin
      owed_q <= '0;
      m_in_q <= 1'b0;
    end else begin
      owed_q <= owed + 3'(aw_taken != '0);
      if (m_in_q && last) begin
        ahead_q <= ahead_q - 3'd1;
        if (m_turn) m_in_q <= 1'b0;
      end
      if (mark_i && aw_taken != '0 && !m_in_q) begin
        m_in_q <= 1'b1;
        m_channel_q <= aw_taken[1];
        ahead_q <= owed;
      end
    end
  end

  // A channel's signals stay until they are accepted.
  logic [1:0] s_ar_q, s_aw_q, s_arid_q, s_awid_q;
  logic [63:0] s_araddr_q, s_awaddr_q;
  always_ff @(posedge clk_i) begin
    s_ar_q <= started_q ? s_arvalid_i & ~s_arready : '0;
    s_aw_q <= started_q ? s_awvalid_i & ~s_awready : '0;
    s_arid_q <= s_arid_i;
    s_awid_q <= s_awid_i;
    s_araddr_q <= s_araddr_i;
    s_awaddr_q <= s_awaddr_i;
  end

  always @* begin
    if (started_q) begin
      for (int i = 0; i < 2; i++) begin
        if (s_ar_q[i]) assume (s_arvalid_i[i] && s_arid_i[i] == s_arid_q[i] && s_araddr_i[32*i+:32] == s_araddr_q[32*i+:32]);
        if (s_aw_q[i]) assume (s_awvalid_i[i] && s_awid_i[i] == s_awid_q[i] && s_awaddr_i[32*i+:32] == s_awaddr_q[32*i+:32]);
      end
    end
  end

  always @* begin
    if (started_q) begin
      ar_one_at_a_time: assert (ar_taken != 2'b11);
      aw_one_at_a_time: assert (aw_taken != 2'b11);
      ar_arrives: assert (arvalid == (ar_new_q || ar_stays_q) && (!ar_new_q || {arid, araddr} == ar_q));
      aw_arrives: assert (awvalid == (aw_new_q || aw_stays_q) && (!aw_new_q || {awid, awaddr} == aw_q));
      ar_stays: assert (!ar_stays_q || (!ar_new_q && {arid, araddr} == ar_shown_q));
      aw_stays: assert (!aw_stays_q || (!aw_new_q && {awid, awaddr} == aw_shown_q));
      ar_at_once: assert ((ar_taken != '0) == (s_arvalid_i != '0 && (!arvalid || arready_i)));
      aw_at_once: assert ((aw_taken != '0) == (s_awvalid_i != '0 && (!awvalid || awready_i) && owed_q != 3'd4));
      ar_passed_once: assert (ar_taken == '0 || (ar_passed_q & s_arvalid_i & ~ar_taken) == '0);
      aw_passed_once: assert (aw_taken == '0 || (aw_passed_q & s_awvalid_i & ~aw_taken) == '0);
      w_of_owed_bursts: assert (owed_q <= 3'd4 && (!wvalid || owed_q != '0));
      w_in_order: assert (!m_turn || (wvalid == s_wvalid_i[m_channel_q] && s_wready[m_channel_q] == wready_i
          && !s_wready[!m_channel_q]));
      w_data: assert (!m_turn || (wdata == s_wdata_i[8*m_channel_q+:8] && wstrb == s_wstrb_i[m_channel_q]
          && wlast == s_wlast_i[m_channel_q]));
      w_of_nobody: assert (owed_q != '0 || s_wready == '0);
      r_to_its_channel: assert (rready && s_rvalid == (rvalid_i ? 2'b01 << rid_i[1] : 2'b00));
      r_payload: assert (s_rid[rid_i[1]] == rid_i[0] && s_rdata[8*rid_i[1]+:8] == rdata_i
          && s_rresp[2*rid_i[1]+:2] == rresp_i && s_rlast[rid_i[1]] == rlast_i);
      b_to_its_channel: assert (bready && s_bvalid == (bvalid_i ? 2'b01 << bid_i[1] : 2'b00));
      b_payload: assert (s_bid[bid_i[1]] == bid_i[0] && s_bresp[2*bid_i[1]+:2] == bresp_i);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // In the RTL's registers
  (* hierconn *) wire \dut.ar_valid_q ;
  (* hierconn *) wire \dut.aw_valid_q ;
  (* hierconn *) wire [0:0] \dut.ar_channel_q ;
  (* hierconn *) wire [0:0] \dut.aw_channel_q ;
  (* hierconn *) wire [2:0] \dut.u_order.count_q ;
  (* hierconn *) wire [1:0] \dut.u_order.g_more.read_q ;
  (* hierconn *) wire [1:0] \dut.u_order.g_more.write_q ;
  (* hierconn *) wire \dut.u_order.g_more.memory_q[0] ;
  (* hierconn *) wire \dut.u_order.g_more.memory_q[1] ;
  (* hierconn *) wire \dut.u_order.g_more.memory_q[2] ;
  (* hierconn *) wire \dut.u_order.g_more.memory_q[3] ;
  logic [3:0] order;
  logic [1:0] m_place;
  assign order = {\dut.u_order.g_more.memory_q[3] , \dut.u_order.g_more.memory_q[2] , \dut.u_order.g_more.memory_q[1] , \dut.u_order.g_more.memory_q[0] };
  assign m_place = \dut.u_order.g_more.read_q + ahead_q[1:0];

  always @* begin
    if (started_q) begin
      invariant_valid: assert (\dut.ar_valid_q == (ar_new_q || ar_stays_q) && \dut.aw_valid_q == (aw_new_q || aw_stays_q));
      invariant_passed: assert (!(ar_passed_q[\dut.ar_channel_q ]) && !(aw_passed_q[\dut.aw_channel_q ]));
      invariant_owed: assert (\dut.u_order.count_q == owed_q && owed_q <= 3'd4
          && \dut.u_order.g_more.write_q == \dut.u_order.g_more.read_q + owed_q[1:0]);
      invariant_m: assert (!m_in_q || (ahead_q < owed_q && order[m_place] == m_channel_q));
    end
  end

  always @* begin
    full: cover (started_q && owed_q == 3'd4 && s_awvalid_i == 2'b11);
    m_behind_two: cover (started_q && m_in_q && ahead_q == 3'd2);
    passed_over: cover (started_q && ar_passed_q[1] && ar_taken[1]);
  end

endmodule
`default_nettype wire
