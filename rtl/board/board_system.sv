// What a board has beside the GPU: host link and SDRAM controller, with the multiplexer of GPU and link
// in front of it. Wiring only (docs/architecture/board.md).
`default_nettype none
module board_system #(
  parameter int unsigned DATA_BITS = 64,
  parameter int unsigned ID_BITS = 2,
  parameter int unsigned CLOCK_KHZ = 25_000,
  parameter int unsigned BAUD = 3_000_000,
  parameter int unsigned OVERSAMPLING = 8
) (
  input logic clk_i,
  input logic rst_ni,

  // From and to the host
  input logic rx_i,
  output logic tx_o,
  output logic initialized_o,
  output logic frame_o,
  output logic bad_frame_o,

  // To and from the GPU's host port: AXI4-Lite
  output logic m_axil_awvalid_o,
  input logic m_axil_awready_i,
  output logic [11:0] m_axil_awaddr_o,
  output logic m_axil_wvalid_o,
  output logic [31:0] m_axil_wdata_o,
  input logic m_axil_bvalid_i,
  output logic m_axil_bready_o,
  input logic [1:0] m_axil_bresp_i,
  output logic m_axil_arvalid_o,
  input logic m_axil_arready_i,
  output logic [11:0] m_axil_araddr_o,
  input logic m_axil_rvalid_i,
  output logic m_axil_rready_o,
  input logic [31:0] m_axil_rdata_i,
  input logic [1:0] m_axil_rresp_i,

  // From and to the GPU's memory port: AXI4, whole lines
  input logic s_axi_arvalid_i,
  output logic s_axi_arready_o,
  input logic [ID_BITS-1:0] s_axi_arid_i,
  input logic [31:0] s_axi_araddr_i,
  output logic s_axi_rvalid_o,
  output logic [ID_BITS-1:0] s_axi_rid_o,
  output logic [DATA_BITS-1:0] s_axi_rdata_o,
  output logic [1:0] s_axi_rresp_o,
  output logic s_axi_rlast_o,
  input logic s_axi_awvalid_i,
  output logic s_axi_awready_o,
  input logic [ID_BITS-1:0] s_axi_awid_i,
  input logic [31:0] s_axi_awaddr_i,
  input logic s_axi_wvalid_i,
  output logic s_axi_wready_o,
  input logic [DATA_BITS-1:0] s_axi_wdata_i,
  input logic [DATA_BITS/8-1:0] s_axi_wstrb_i,
  input logic s_axi_wlast_i,
  output logic s_axi_bvalid_o,
  output logic [ID_BITS-1:0] s_axi_bid_o,
  output logic [1:0] s_axi_bresp_o,

  // To and from the SDRAM
  output logic sdram_cke_o,
  output logic sdram_cs_no,
  output logic sdram_ras_no,
  output logic sdram_cas_no,
  output logic sdram_we_no,
  output logic [1:0] sdram_ba_o,
  output logic [12:0] sdram_a_o,
  output logic [1:0] sdram_dqm_o,
  output logic [15:0] sdram_dq_o,
  output logic sdram_dq_oe_o,
  input logic [15:0] sdram_dq_i
);

  // The link's port
  logic link_arvalid, link_arready, link_rvalid, link_rlast;
  logic [31:0] link_araddr, link_awaddr;
  logic link_awvalid, link_awready, link_wvalid, link_wready, link_wlast, link_bvalid;
  logic [DATA_BITS-1:0] link_wdata, link_rdata;
  logic [DATA_BITS/8-1:0] link_wstrb;
  logic [ID_BITS-1:0] link_rid, link_bid;
  logic [1:0] link_rresp, link_bresp;
  // The controller's port
  logic arvalid, arready, rvalid, rready, rlast;
  logic awvalid, awready, wvalid, wready, wlast, bvalid, bready;
  logic [ID_BITS:0] arid, rid, awid, bid;
  logic [31:0] araddr, awaddr;
  logic [DATA_BITS-1:0] rdata, wdata;
  logic [DATA_BITS/8-1:0] wstrb;
  logic [1:0] rresp, bresp;

  link #(
    .DATA_BITS(DATA_BITS),
    .CLOCK_KHZ(CLOCK_KHZ),
    .BAUD(BAUD),
    .OVERSAMPLING(OVERSAMPLING)
  ) link (
    .clk_i,
    .rst_ni,
    .rx_i,
    .tx_o,
    .frame_o,
    .bad_frame_o,
    .m_axil_awvalid_o,
    .m_axil_awready_i,
    .m_axil_awaddr_o,
    .m_axil_wvalid_o,
    .m_axil_wdata_o,
    .m_axil_bvalid_i,
    .m_axil_bready_o,
    .m_axil_bresp_i,
    .m_axil_arvalid_o,
    .m_axil_arready_i,
    .m_axil_araddr_o,
    .m_axil_rvalid_i,
    .m_axil_rready_o,
    .m_axil_rdata_i,
    .m_axil_rresp_i,
    .m_axi_arvalid_o(link_arvalid),
    .m_axi_arready_i(link_arready),
    .m_axi_araddr_o(link_araddr),
    .m_axi_rvalid_i(link_rvalid),
    .m_axi_rdata_i(link_rdata),
    .m_axi_rresp_i(link_rresp),
    .m_axi_rlast_i(link_rlast),
    .m_axi_awvalid_o(link_awvalid),
    .m_axi_awready_i(link_awready),
    .m_axi_awaddr_o(link_awaddr),
    .m_axi_wvalid_o(link_wvalid),
    .m_axi_wready_i(link_wready),
    .m_axi_wdata_o(link_wdata),
    .m_axi_wstrb_o(link_wstrb),
    .m_axi_wlast_o(link_wlast),
    .m_axi_bvalid_i(link_bvalid),
    .m_axi_bresp_i(link_bresp)
  );

  // Channel 0 is the GPU, 1 the link.
  axi4_multiplexer #(
    .CHANNELS(2),
    .ID_BITS(ID_BITS),
    .DATA_BITS(DATA_BITS)
  ) axi4_multiplexer (
    .clk_i,
    .rst_ni,
    .s_arvalid_i({link_arvalid, s_axi_arvalid_i}),
    .s_arready_o({link_arready, s_axi_arready_o}),
    .s_arid_i({ID_BITS'(0), s_axi_arid_i}),
    .s_araddr_i({link_araddr, s_axi_araddr_i}),
    .s_rvalid_o({link_rvalid, s_axi_rvalid_o}),
    .s_rid_o({link_rid, s_axi_rid_o}),
    .s_rdata_o({link_rdata, s_axi_rdata_o}),
    .s_rresp_o({link_rresp, s_axi_rresp_o}),
    .s_rlast_o({link_rlast, s_axi_rlast_o}),
    .s_awvalid_i({link_awvalid, s_axi_awvalid_i}),
    .s_awready_o({link_awready, s_axi_awready_o}),
    .s_awid_i({ID_BITS'(0), s_axi_awid_i}),
    .s_awaddr_i({link_awaddr, s_axi_awaddr_i}),
    .s_wvalid_i({link_wvalid, s_axi_wvalid_i}),
    .s_wready_o({link_wready, s_axi_wready_o}),
    .s_wdata_i({link_wdata, s_axi_wdata_i}),
    .s_wstrb_i({link_wstrb, s_axi_wstrb_i}),
    .s_wlast_i({link_wlast, s_axi_wlast_i}),
    .s_bvalid_o({link_bvalid, s_axi_bvalid_o}),
    .s_bid_o({link_bid, s_axi_bid_o}),
    .s_bresp_o({link_bresp, s_axi_bresp_o}),
    .m_arvalid_o(arvalid),
    .m_arready_i(arready),
    .m_arid_o(arid),
    .m_araddr_o(araddr),
    .m_rvalid_i(rvalid),
    .m_rready_o(rready),
    .m_rid_i(rid),
    .m_rdata_i(rdata),
    .m_rresp_i(rresp),
    .m_rlast_i(rlast),
    .m_awvalid_o(awvalid),
    .m_awready_i(awready),
    .m_awid_o(awid),
    .m_awaddr_o(awaddr),
    .m_wvalid_o(wvalid),
    .m_wready_i(wready),
    .m_wdata_o(wdata),
    .m_wstrb_o(wstrb),
    .m_wlast_o(wlast),
    .m_bvalid_i(bvalid),
    .m_bready_o(bready),
    .m_bid_i(bid),
    .m_bresp_i(bresp)
  );

  sdram_controller #(
    .DATA_BITS(DATA_BITS),
    .ID_BITS(ID_BITS + 1),
    .CLOCK_KHZ(CLOCK_KHZ)
  ) sdram_controller (
    .clk_i,
    .rst_ni,
    .initialized_o,
    .s_axi_arvalid_i(arvalid),
    .s_axi_arready_o(arready),
    .s_axi_arid_i(arid),
    .s_axi_araddr_i(araddr),
    .s_axi_rvalid_o(rvalid),
    .s_axi_rready_i(rready),
    .s_axi_rid_o(rid),
    .s_axi_rdata_o(rdata),
    .s_axi_rresp_o(rresp),
    .s_axi_rlast_o(rlast),
    .s_axi_awvalid_i(awvalid),
    .s_axi_awready_o(awready),
    .s_axi_awid_i(awid),
    .s_axi_awaddr_i(awaddr),
    .s_axi_wvalid_i(wvalid),
    .s_axi_wready_o(wready),
    .s_axi_wdata_i(wdata),
    .s_axi_wstrb_i(wstrb),
    .s_axi_bvalid_o(bvalid),
    .s_axi_bready_i(bready),
    .s_axi_bid_o(bid),
    .s_axi_bresp_o(bresp),
    .sdram_cke_o,
    .sdram_cs_no,
    .sdram_ras_no,
    .sdram_cas_no,
    .sdram_we_no,
    .sdram_ba_o,
    .sdram_a_o,
    .sdram_dqm_o,
    .sdram_dq_o,
    .sdram_dq_oe_o,
    .sdram_dq_i
  );

  // The link has one request at a time; the controller knows a line's length.
  logic unused;
  assign unused = ^link_rid ^ ^link_bid ^ wlast;

endmodule
`default_nettype wire
