// The device on Wishbone B4: a standard subordinate wbs for the host's registers
// (docs/architecture/host_interface.md), and managers wbm for memory (axi4_to_wishbone).
//
// PORTS is 1 (all channels on one port) or CHANNELS (one port a channel; a signal of all ports is one
// flat bus, port 0 lowest). Addresses are those of bytes; their lowest bits are 0 (wbm) or ignored
// (wbs). DATA_BITS is at most the design point's AXI_DATA_BITS.
`default_nettype none
module gpu_wishbone #(
  parameter int unsigned PORTS = 1,
  parameter int unsigned DATA_BITS = 32,
  parameter bit PIPELINED = 1'b1
) (
  input logic clk_i,
  input logic rst_i,

  // From and to the host
  input logic wbs_cyc_i,
  input logic wbs_stb_i,
  input logic wbs_we_i,
  input logic [11:0] wbs_adr_i,
  input logic [3:0] wbs_sel_i,
  input logic [31:0] wbs_dat_i,
  output logic [31:0] wbs_dat_o,
  output logic wbs_ack_o,
  output logic wbs_err_o,
  output logic wbs_stall_o,

  // To and from memory
  output logic [PORTS-1:0] wbm_cyc_o,
  output logic [PORTS-1:0] wbm_stb_o,
  output logic [PORTS-1:0] wbm_we_o,
  output logic [32*PORTS-1:0] wbm_adr_o,
  output logic [DATA_BITS/8*PORTS-1:0] wbm_sel_o,
  output logic [DATA_BITS*PORTS-1:0] wbm_dat_o,
  output logic [3*PORTS-1:0] wbm_cti_o,
  output logic [2*PORTS-1:0] wbm_bte_o,
  input logic [DATA_BITS*PORTS-1:0] wbm_dat_i,
  input logic [PORTS-1:0] wbm_ack_i,
  input logic [PORTS-1:0] wbm_err_i,
  input logic [PORTS-1:0] wbm_stall_i
);

  localparam int unsigned STROBE_BITS = DATA_BITS / 8;
  localparam int unsigned AXI_DATA_BITS = heddle_pkg::AXI_DATA_BITS;
  localparam int unsigned AXI_STROBE_BITS = AXI_DATA_BITS / 8;
  localparam int unsigned CHANNEL_ID_BITS = $clog2(heddle_pkg::AXI_OUTSTANDING);
  localparam int unsigned ID_BITS =
      (PORTS == heddle_pkg::CHANNELS) ? CHANNEL_ID_BITS
                                      : CHANNEL_ID_BITS + heddle_pkg::CHANNEL_BITS;

  logic rst_n;

  // The host's AXI4-Lite
  logic [11:0] s_awaddr, s_araddr;
  logic s_awvalid, s_wvalid, s_bvalid, s_bready, s_arvalid, s_rvalid, s_rready;
  logic [31:0] s_wdata, s_rdata;
  logic [3:0] s_wstrb;
  logic [1:0] s_bresp, s_rresp;
  logic unused_awready, unused_wready, unused_arready;
  // Memory's AXI4
  logic [ID_BITS*PORTS-1:0] awid, bid, arid, rid;
  logic [32*PORTS-1:0] awaddr, araddr;
  logic [PORTS-1:0] awvalid, awready, wvalid, wready, bvalid, arvalid, arready, rlast, rvalid;
  logic [AXI_DATA_BITS*PORTS-1:0] wdata, rdata;
  logic [AXI_STROBE_BITS*PORTS-1:0] wstrb;
  logic [2*PORTS-1:0] bresp, rresp;
  // Every transaction is a line, and every answer is accepted.
  logic [8*PORTS-1:0] unused_awlen, unused_arlen;
  logic [3*PORTS-1:0] unused_awsize, unused_awprot, unused_arsize, unused_arprot;
  logic [2*PORTS-1:0] unused_awburst, unused_arburst;
  logic [PORTS-1:0] unused_awlock, unused_wlast, unused_bready, unused_arlock, unused_rready;
  logic [4*PORTS-1:0] unused_awcache, unused_awqos, unused_arcache, unused_arqos;

  assign rst_n = !rst_i;

  wishbone_to_axi4_lite wishbone_to_axi4_lite (
    .clk_i,
    .rst_ni(rst_n),
    .wbs_cyc_i,
    .wbs_stb_i,
    .wbs_we_i,
    .wbs_adr_i,
    .wbs_sel_i,
    .wbs_dat_i,
    .wbs_dat_o,
    .wbs_ack_o,
    .wbs_err_o,
    .wbs_stall_o,
    .awvalid_o(s_awvalid),
    .awaddr_o(s_awaddr),
    .wvalid_o(s_wvalid),
    .wdata_o(s_wdata),
    .wstrb_o(s_wstrb),
    .bvalid_i(s_bvalid),
    .bready_o(s_bready),
    .bresp_i(s_bresp),
    .arvalid_o(s_arvalid),
    .araddr_o(s_araddr),
    .rvalid_i(s_rvalid),
    .rready_o(s_rready),
    .rdata_i(s_rdata),
    .rresp_i(s_rresp)
  );

  gpu_axi4 #(
    .PORTS(PORTS)
  ) gpu_axi4 (
    .aclk(clk_i),
    .aresetn(rst_n),
    .s_axi_awaddr(s_awaddr),
    .s_axi_awprot(3'b000),
    .s_axi_awvalid(s_awvalid),
    .s_axi_awready(unused_awready),
    .s_axi_wdata(s_wdata),
    .s_axi_wstrb(s_wstrb),
    .s_axi_wvalid(s_wvalid),
    .s_axi_wready(unused_wready),
    .s_axi_bresp(s_bresp),
    .s_axi_bvalid(s_bvalid),
    .s_axi_bready(s_bready),
    .s_axi_araddr(s_araddr),
    .s_axi_arprot(3'b000),
    .s_axi_arvalid(s_arvalid),
    .s_axi_arready(unused_arready),
    .s_axi_rdata(s_rdata),
    .s_axi_rresp(s_rresp),
    .s_axi_rvalid(s_rvalid),
    .s_axi_rready(s_rready),
    .m_axi_awid(awid),
    .m_axi_awaddr(awaddr),
    .m_axi_awlen(unused_awlen),
    .m_axi_awsize(unused_awsize),
    .m_axi_awburst(unused_awburst),
    .m_axi_awlock(unused_awlock),
    .m_axi_awcache(unused_awcache),
    .m_axi_awprot(unused_awprot),
    .m_axi_awqos(unused_awqos),
    .m_axi_awvalid(awvalid),
    .m_axi_awready(awready),
    .m_axi_wdata(wdata),
    .m_axi_wstrb(wstrb),
    .m_axi_wlast(unused_wlast),
    .m_axi_wvalid(wvalid),
    .m_axi_wready(wready),
    .m_axi_bid(bid),
    .m_axi_bresp(bresp),
    .m_axi_bvalid(bvalid),
    .m_axi_bready(unused_bready),
    .m_axi_arid(arid),
    .m_axi_araddr(araddr),
    .m_axi_arlen(unused_arlen),
    .m_axi_arsize(unused_arsize),
    .m_axi_arburst(unused_arburst),
    .m_axi_arlock(unused_arlock),
    .m_axi_arcache(unused_arcache),
    .m_axi_arprot(unused_arprot),
    .m_axi_arqos(unused_arqos),
    .m_axi_arvalid(arvalid),
    .m_axi_arready(arready),
    .m_axi_rid(rid),
    .m_axi_rdata(rdata),
    .m_axi_rresp(rresp),
    .m_axi_rlast(rlast),
    .m_axi_rvalid(rvalid),
    .m_axi_rready(unused_rready)
  );

  for (genvar i = 0; i < PORTS; i++) begin : g_port
    axi4_to_wishbone #(
      .ID_BITS(ID_BITS),
      .AXI_DATA_BITS(AXI_DATA_BITS),
      .DATA_BITS(DATA_BITS),
      .PIPELINED(PIPELINED)
    ) axi4_to_wishbone (
      .clk_i,
      .rst_ni(rst_n),
      .arvalid_i(arvalid[i]),
      .arready_o(arready[i]),
      .arid_i(arid[ID_BITS*i+:ID_BITS]),
      .araddr_i(araddr[32*i+:32]),
      .rvalid_o(rvalid[i]),
      .rid_o(rid[ID_BITS*i+:ID_BITS]),
      .rdata_o(rdata[AXI_DATA_BITS*i+:AXI_DATA_BITS]),
      .rresp_o(rresp[2*i+:2]),
      .rlast_o(rlast[i]),
      .awvalid_i(awvalid[i]),
      .awready_o(awready[i]),
      .awid_i(awid[ID_BITS*i+:ID_BITS]),
      .awaddr_i(awaddr[32*i+:32]),
      .wvalid_i(wvalid[i]),
      .wready_o(wready[i]),
      .wdata_i(wdata[AXI_DATA_BITS*i+:AXI_DATA_BITS]),
      .wstrb_i(wstrb[AXI_STROBE_BITS*i+:AXI_STROBE_BITS]),
      .bvalid_o(bvalid[i]),
      .bid_o(bid[ID_BITS*i+:ID_BITS]),
      .bresp_o(bresp[2*i+:2]),
      .wbm_cyc_o(wbm_cyc_o[i]),
      .wbm_stb_o(wbm_stb_o[i]),
      .wbm_we_o(wbm_we_o[i]),
      .wbm_adr_o(wbm_adr_o[32*i+:32]),
      .wbm_sel_o(wbm_sel_o[STROBE_BITS*i+:STROBE_BITS]),
      .wbm_dat_o(wbm_dat_o[DATA_BITS*i+:DATA_BITS]),
      .wbm_cti_o(wbm_cti_o[3*i+:3]),
      .wbm_bte_o(wbm_bte_o[2*i+:2]),
      .wbm_dat_i(wbm_dat_i[DATA_BITS*i+:DATA_BITS]),
      .wbm_ack_i(wbm_ack_i[i]),
      .wbm_err_i(wbm_err_i[i]),
      .wbm_stall_i(wbm_stall_i[i])
    );
  end

endmodule
`default_nettype wire
