// The device with the ports that tools and designs expect by name: an AXI4-Lite subordinate s_axi for
// the host's registers (docs/architecture/host_interface.md), and AXI4 managers m_axi for memory.
//
// PORTS is 1 (all channels on one port: axi4_multiplexer) or CHANNELS (one port a channel; a signal of
// all ports is one flat bus, port 0 lowest). Every transaction is a line of 64 bytes as an incrementing
// burst. RREADY and BREADY are always high.
//
// CACHE, PROT and QOS are what the ports show. Bridges may change the width of what is modifiable
// (CACHE[1]); what is bufferable (CACHE[0]) may be answered before other managers can see it, so that
// a grid would be done too early.
`default_nettype none
module gpu_axi4 #(
  parameter int unsigned PORTS = 1,
  parameter logic [3:0] CACHE = 4'b0010,
  parameter logic [2:0] PROT = 3'b000,
  parameter logic [3:0] QOS = 4'b0000,
  // What follows from these and the design point
  parameter int unsigned DATA_BITS = heddle_pkg::AXI_DATA_BITS,
  parameter int unsigned CHANNEL_ID_BITS = $clog2(heddle_pkg::AXI_OUTSTANDING),
  parameter int unsigned ID_BITS =
      (PORTS == heddle_pkg::CHANNELS) ? CHANNEL_ID_BITS
                                      : CHANNEL_ID_BITS + heddle_pkg::CHANNEL_BITS
) (
  input logic aclk,
  input logic aresetn,

  // From and to the host: AXI4-Lite
  input logic [11:0] s_axi_awaddr,
  input logic [2:0] s_axi_awprot,
  input logic s_axi_awvalid,
  output logic s_axi_awready,
  input logic [31:0] s_axi_wdata,
  input logic [3:0] s_axi_wstrb,
  input logic s_axi_wvalid,
  output logic s_axi_wready,
  output logic [1:0] s_axi_bresp,
  output logic s_axi_bvalid,
  input logic s_axi_bready,
  input logic [11:0] s_axi_araddr,
  input logic [2:0] s_axi_arprot,
  input logic s_axi_arvalid,
  output logic s_axi_arready,
  output logic [31:0] s_axi_rdata,
  output logic [1:0] s_axi_rresp,
  output logic s_axi_rvalid,
  input logic s_axi_rready,

  // To and from memory: AXI4
  output logic [ID_BITS*PORTS-1:0] m_axi_awid,
  output logic [32*PORTS-1:0] m_axi_awaddr,
  output logic [8*PORTS-1:0] m_axi_awlen,
  output logic [3*PORTS-1:0] m_axi_awsize,
  output logic [2*PORTS-1:0] m_axi_awburst,
  output logic [PORTS-1:0] m_axi_awlock,
  output logic [4*PORTS-1:0] m_axi_awcache,
  output logic [3*PORTS-1:0] m_axi_awprot,
  output logic [4*PORTS-1:0] m_axi_awqos,
  output logic [PORTS-1:0] m_axi_awvalid,
  input logic [PORTS-1:0] m_axi_awready,
  output logic [DATA_BITS*PORTS-1:0] m_axi_wdata,
  output logic [DATA_BITS/8*PORTS-1:0] m_axi_wstrb,
  output logic [PORTS-1:0] m_axi_wlast,
  output logic [PORTS-1:0] m_axi_wvalid,
  input logic [PORTS-1:0] m_axi_wready,
  input logic [ID_BITS*PORTS-1:0] m_axi_bid,
  input logic [2*PORTS-1:0] m_axi_bresp,
  input logic [PORTS-1:0] m_axi_bvalid,
  output logic [PORTS-1:0] m_axi_bready,
  output logic [ID_BITS*PORTS-1:0] m_axi_arid,
  output logic [32*PORTS-1:0] m_axi_araddr,
  output logic [8*PORTS-1:0] m_axi_arlen,
  output logic [3*PORTS-1:0] m_axi_arsize,
  output logic [2*PORTS-1:0] m_axi_arburst,
  output logic [PORTS-1:0] m_axi_arlock,
  output logic [4*PORTS-1:0] m_axi_arcache,
  output logic [3*PORTS-1:0] m_axi_arprot,
  output logic [4*PORTS-1:0] m_axi_arqos,
  output logic [PORTS-1:0] m_axi_arvalid,
  input logic [PORTS-1:0] m_axi_arready,
  input logic [ID_BITS*PORTS-1:0] m_axi_rid,
  input logic [DATA_BITS*PORTS-1:0] m_axi_rdata,
  input logic [2*PORTS-1:0] m_axi_rresp,
  input logic [PORTS-1:0] m_axi_rlast,
  input logic [PORTS-1:0] m_axi_rvalid,
  output logic [PORTS-1:0] m_axi_rready
);

  localparam int unsigned CHANNELS = heddle_pkg::CHANNELS;
  localparam int unsigned BEATS = heddle_pkg::LINE_BITS / DATA_BITS;
  localparam logic [1:0] BURST_INCR = 2'b01;

  // From the device's channels
  logic [CHANNEL_ID_BITS*CHANNELS-1:0] arid, awid;
  logic [32*CHANNELS-1:0] araddr, awaddr;
  logic [CHANNELS-1:0] arvalid, awvalid, wvalid, wlast;
  logic [DATA_BITS*CHANNELS-1:0] wdata;
  logic [DATA_BITS/8*CHANNELS-1:0] wstrb;
  // To them
  logic [CHANNELS-1:0] arready, awready, wready, rvalid, rlast, bvalid;
  logic [CHANNEL_ID_BITS*CHANNELS-1:0] rid, bid;
  logic [DATA_BITS*CHANNELS-1:0] rdata;
  logic [2*CHANNELS-1:0] rresp, bresp;
  // What is the same for all transactions is set below; registers have no protection.
  logic [CHANNELS-1:0] unused_arlock, unused_awlock, unused_rready, unused_bready;
  logic [8*CHANNELS-1:0] unused_arlen, unused_awlen;
  logic [3*CHANNELS-1:0] unused_arsize, unused_awsize, unused_arprot, unused_awprot;
  logic [2*CHANNELS-1:0] unused_arburst, unused_awburst;
  logic [4*CHANNELS-1:0] unused_arcache, unused_awcache, unused_arqos, unused_awqos;
  logic unused_prot;

  assign unused_prot = (^s_axi_awprot) ^ (^s_axi_arprot);

  gpu gpu (
    .clk_i(aclk),
    .rst_ni(aresetn),
    .s_axil_awvalid_i(s_axi_awvalid),
    .s_axil_awready_o(s_axi_awready),
    .s_axil_awaddr_i(s_axi_awaddr),
    .s_axil_wvalid_i(s_axi_wvalid),
    .s_axil_wready_o(s_axi_wready),
    .s_axil_wdata_i(s_axi_wdata),
    .s_axil_wstrb_i(s_axi_wstrb),
    .s_axil_bvalid_o(s_axi_bvalid),
    .s_axil_bready_i(s_axi_bready),
    .s_axil_bresp_o(s_axi_bresp),
    .s_axil_arvalid_i(s_axi_arvalid),
    .s_axil_arready_o(s_axi_arready),
    .s_axil_araddr_i(s_axi_araddr),
    .s_axil_rvalid_o(s_axi_rvalid),
    .s_axil_rready_i(s_axi_rready),
    .s_axil_rdata_o(s_axi_rdata),
    .s_axil_rresp_o(s_axi_rresp),
    .m_axi_arvalid_o(arvalid),
    .m_axi_arready_i(arready),
    .m_axi_arid_o(arid),
    .m_axi_araddr_o(araddr),
    .m_axi_arlen_o(unused_arlen),
    .m_axi_arsize_o(unused_arsize),
    .m_axi_arburst_o(unused_arburst),
    .m_axi_arlock_o(unused_arlock),
    .m_axi_arcache_o(unused_arcache),
    .m_axi_arprot_o(unused_arprot),
    .m_axi_arqos_o(unused_arqos),
    .m_axi_rvalid_i(rvalid),
    .m_axi_rready_o(unused_rready),
    .m_axi_rid_i(rid),
    .m_axi_rdata_i(rdata),
    .m_axi_rresp_i(rresp),
    .m_axi_rlast_i(rlast),
    .m_axi_awvalid_o(awvalid),
    .m_axi_awready_i(awready),
    .m_axi_awid_o(awid),
    .m_axi_awaddr_o(awaddr),
    .m_axi_awlen_o(unused_awlen),
    .m_axi_awsize_o(unused_awsize),
    .m_axi_awburst_o(unused_awburst),
    .m_axi_awlock_o(unused_awlock),
    .m_axi_awcache_o(unused_awcache),
    .m_axi_awprot_o(unused_awprot),
    .m_axi_awqos_o(unused_awqos),
    .m_axi_wvalid_o(wvalid),
    .m_axi_wready_i(wready),
    .m_axi_wdata_o(wdata),
    .m_axi_wstrb_o(wstrb),
    .m_axi_wlast_o(wlast),
    .m_axi_bvalid_i(bvalid),
    .m_axi_bready_o(unused_bready),
    .m_axi_bid_i(bid),
    .m_axi_bresp_i(bresp)
  );

  if (PORTS == CHANNELS) begin : g_ports
    assign m_axi_arvalid = arvalid;
    assign m_axi_arid = arid;
    assign m_axi_araddr = araddr;
    assign arready = m_axi_arready;
    assign m_axi_awvalid = awvalid;
    assign m_axi_awid = awid;
    assign m_axi_awaddr = awaddr;
    assign awready = m_axi_awready;
    assign m_axi_wvalid = wvalid;
    assign m_axi_wdata = wdata;
    assign m_axi_wstrb = wstrb;
    assign m_axi_wlast = wlast;
    assign wready = m_axi_wready;
    assign rvalid = m_axi_rvalid;
    assign rid = m_axi_rid;
    assign rdata = m_axi_rdata;
    assign rresp = m_axi_rresp;
    assign rlast = m_axi_rlast;
    assign m_axi_rready = '1;
    assign bvalid = m_axi_bvalid;
    assign bid = m_axi_bid;
    assign bresp = m_axi_bresp;
    assign m_axi_bready = '1;
  end else begin : g_ports
    axi4_multiplexer #(
      .CHANNELS(CHANNELS),
      .ID_BITS(CHANNEL_ID_BITS),
      .DATA_BITS(DATA_BITS)
    ) axi4_multiplexer (
      .clk_i(aclk),
      .rst_ni(aresetn),
      .s_arvalid_i(arvalid),
      .s_arready_o(arready),
      .s_arid_i(arid),
      .s_araddr_i(araddr),
      .s_rvalid_o(rvalid),
      .s_rid_o(rid),
      .s_rdata_o(rdata),
      .s_rresp_o(rresp),
      .s_rlast_o(rlast),
      .s_awvalid_i(awvalid),
      .s_awready_o(awready),
      .s_awid_i(awid),
      .s_awaddr_i(awaddr),
      .s_wvalid_i(wvalid),
      .s_wready_o(wready),
      .s_wdata_i(wdata),
      .s_wstrb_i(wstrb),
      .s_wlast_i(wlast),
      .s_bvalid_o(bvalid),
      .s_bid_o(bid),
      .s_bresp_o(bresp),
      .m_arvalid_o(m_axi_arvalid),
      .m_arready_i(m_axi_arready),
      .m_arid_o(m_axi_arid),
      .m_araddr_o(m_axi_araddr),
      .m_rvalid_i(m_axi_rvalid),
      .m_rready_o(m_axi_rready),
      .m_rid_i(m_axi_rid),
      .m_rdata_i(m_axi_rdata),
      .m_rresp_i(m_axi_rresp),
      .m_rlast_i(m_axi_rlast),
      .m_awvalid_o(m_axi_awvalid),
      .m_awready_i(m_axi_awready),
      .m_awid_o(m_axi_awid),
      .m_awaddr_o(m_axi_awaddr),
      .m_wvalid_o(m_axi_wvalid),
      .m_wready_i(m_axi_wready),
      .m_wdata_o(m_axi_wdata),
      .m_wstrb_o(m_axi_wstrb),
      .m_wlast_o(m_axi_wlast),
      .m_bvalid_i(m_axi_bvalid),
      .m_bready_o(m_axi_bready),
      .m_bid_i(m_axi_bid),
      .m_bresp_i(m_axi_bresp)
    );
  end

  assign m_axi_arlen = {PORTS{8'(BEATS - 1)}};
  assign m_axi_arsize = {PORTS{3'($clog2(DATA_BITS / 8))}};
  assign m_axi_arburst = {PORTS{BURST_INCR}};
  assign m_axi_arlock = '0;
  assign m_axi_arcache = {PORTS{CACHE}};
  assign m_axi_arprot = {PORTS{PROT}};
  assign m_axi_arqos = {PORTS{QOS}};
  assign m_axi_awlen = {PORTS{8'(BEATS - 1)}};
  assign m_axi_awsize = {PORTS{3'($clog2(DATA_BITS / 8))}};
  assign m_axi_awburst = {PORTS{BURST_INCR}};
  assign m_axi_awlock = '0;
  assign m_axi_awcache = {PORTS{CACHE}};
  assign m_axi_awprot = {PORTS{PROT}};
  assign m_axi_awqos = {PORTS{QOS}};

endmodule
`default_nettype wire
