// Heddle on the ULX3S (Lattice LFE5U-85F, 32 MiB of SDRAM, FT231X): the pins, the clocks, the reset,
// and the GPU with what a board has beside it (docs/architecture/board.md).
//
// The configuration has one memory channel. Ports bear the board's names (constraints/ulx3s.lpf); the
// serial ones are named from the FT231X: the board sends on ftdi_rxd.
`default_nettype none
module ulx3s_top #(
  parameter int unsigned CLOCK_KHZ = 25_000,
  parameter int unsigned BAUD = 3_000_000,
  parameter int unsigned OVERSAMPLING = 8
) (
  input logic clk_25mhz,
  input logic ftdi_txd,
  output logic ftdi_rxd,
  output logic [7:0] led,
  output logic wifi_gpio0,
  output logic sdram_clk,
  output logic sdram_cke,
  output logic sdram_csn,
  output logic sdram_rasn,
  output logic sdram_casn,
  output logic sdram_wen,
  output logic [1:0] sdram_ba,
  output logic [12:0] sdram_a,
  output logic [1:0] sdram_dqm,
  inout wire [15:0] sdram_d
);

  localparam int unsigned DATA_BITS = heddle_pkg::AXI_DATA_BITS;
  localparam int unsigned ID_BITS = $clog2(heddle_pkg::AXI_OUTSTANDING);

  logic clk, locked, rst_n;
  logic initialized, frame, bad_frame;
  logic frame_seen_q, bad_frame_seen_q;
  logic [15:0] dq_out;
  logic dq_drive;
  // The GPU's host port
  logic axil_awvalid, axil_awready, axil_wvalid, axil_wready, axil_bvalid, axil_bready;
  logic axil_arvalid, axil_arready, axil_rvalid, axil_rready;
  logic [11:0] axil_awaddr, axil_araddr;
  logic [31:0] axil_wdata, axil_rdata;
  logic [1:0] axil_bresp, axil_rresp;
  // The GPU's memory port
  logic arvalid, arready, rvalid, rready, rlast, awvalid, awready, wvalid, wready, wlast;
  logic bvalid, bready, arlock, awlock;
  logic [ID_BITS-1:0] arid, rid, awid, bid;
  logic [31:0] araddr, awaddr;
  logic [7:0] arlen, awlen;
  logic [2:0] arsize, awsize, arprot, awprot;
  logic [1:0] arburst, awburst, rresp, bresp;
  logic [3:0] arcache, awcache, arqos, awqos;
  logic [DATA_BITS-1:0] rdata, wdata;
  logic [DATA_BITS/8-1:0] wstrb;

  ulx3s_clocks ulx3s_clocks (
    .clk_25mhz_i(clk_25mhz),
    .clk_o(clk),
    .sdram_clk_o(sdram_clk),
    .locked_o(locked)
  );

  reset_synchronizer reset_synchronizer (
    .clk_i(clk),
    .rst_ni(locked),
    .rst_no(rst_n)
  );

  gpu gpu (
    .clk_i(clk),
    .rst_ni(rst_n),
    .s_axil_awvalid_i(axil_awvalid),
    .s_axil_awready_o(axil_awready),
    .s_axil_awaddr_i(axil_awaddr),
    .s_axil_wvalid_i(axil_wvalid),
    .s_axil_wready_o(axil_wready),
    .s_axil_wdata_i(axil_wdata),
    .s_axil_wstrb_i(4'b1111),
    .s_axil_bvalid_o(axil_bvalid),
    .s_axil_bready_i(axil_bready),
    .s_axil_bresp_o(axil_bresp),
    .s_axil_arvalid_i(axil_arvalid),
    .s_axil_arready_o(axil_arready),
    .s_axil_araddr_i(axil_araddr),
    .s_axil_rvalid_o(axil_rvalid),
    .s_axil_rready_i(axil_rready),
    .s_axil_rdata_o(axil_rdata),
    .s_axil_rresp_o(axil_rresp),
    .m_axi_arvalid_o(arvalid),
    .m_axi_arready_i(arready),
    .m_axi_arid_o(arid),
    .m_axi_araddr_o(araddr),
    .m_axi_arlen_o(arlen),
    .m_axi_arsize_o(arsize),
    .m_axi_arburst_o(arburst),
    .m_axi_arlock_o(arlock),
    .m_axi_arcache_o(arcache),
    .m_axi_arprot_o(arprot),
    .m_axi_arqos_o(arqos),
    .m_axi_rvalid_i(rvalid),
    .m_axi_rready_o(rready),
    .m_axi_rid_i(rid),
    .m_axi_rdata_i(rdata),
    .m_axi_rresp_i(rresp),
    .m_axi_rlast_i(rlast),
    .m_axi_awvalid_o(awvalid),
    .m_axi_awready_i(awready),
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
    .m_axi_wready_i(wready),
    .m_axi_wdata_o(wdata),
    .m_axi_wstrb_o(wstrb),
    .m_axi_wlast_o(wlast),
    .m_axi_bvalid_i(bvalid),
    .m_axi_bready_o(bready),
    .m_axi_bid_i(bid),
    .m_axi_bresp_i(bresp)
  );

  board_system #(
    .DATA_BITS(DATA_BITS),
    .ID_BITS(ID_BITS),
    .CLOCK_KHZ(CLOCK_KHZ),
    .BAUD(BAUD),
    .OVERSAMPLING(OVERSAMPLING)
  ) board_system (
    .clk_i(clk),
    .rst_ni(rst_n),
    .rx_i(ftdi_txd),
    .tx_o(ftdi_rxd),
    .initialized_o(initialized),
    .frame_o(frame),
    .bad_frame_o(bad_frame),
    .m_axil_awvalid_o(axil_awvalid),
    .m_axil_awready_i(axil_awready && axil_wready),
    .m_axil_awaddr_o(axil_awaddr),
    .m_axil_wvalid_o(axil_wvalid),
    .m_axil_wdata_o(axil_wdata),
    .m_axil_bvalid_i(axil_bvalid),
    .m_axil_bready_o(axil_bready),
    .m_axil_bresp_i(axil_bresp),
    .m_axil_arvalid_o(axil_arvalid),
    .m_axil_arready_i(axil_arready),
    .m_axil_araddr_o(axil_araddr),
    .m_axil_rvalid_i(axil_rvalid),
    .m_axil_rready_o(axil_rready),
    .m_axil_rdata_i(axil_rdata),
    .m_axil_rresp_i(axil_rresp),
    .s_axi_arvalid_i(arvalid),
    .s_axi_arready_o(arready),
    .s_axi_arid_i(arid),
    .s_axi_araddr_i(araddr),
    .s_axi_rvalid_o(rvalid),
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
    .s_axi_wlast_i(wlast),
    .s_axi_bvalid_o(bvalid),
    .s_axi_bid_o(bid),
    .s_axi_bresp_o(bresp),
    .sdram_cke_o(sdram_cke),
    .sdram_cs_no(sdram_csn),
    .sdram_ras_no(sdram_rasn),
    .sdram_cas_no(sdram_casn),
    .sdram_we_no(sdram_wen),
    .sdram_ba_o(sdram_ba),
    .sdram_a_o(sdram_a),
    .sdram_dqm_o(sdram_dqm),
    .sdram_dq_o(dq_out),
    .sdram_dq_oe_o(dq_drive),
    .sdram_dq_i(sdram_d)
  );

  assign sdram_d = dq_drive ? dq_out : 16'bz;

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      frame_seen_q <= 1'b0;
      bad_frame_seen_q <= 1'b0;
    end else begin
      if (frame) frame_seen_q <= !frame_seen_q;
      if (bad_frame) bad_frame_seen_q <= 1'b1;
    end
  end

  assign led = {4'b0, bad_frame_seen_q, frame_seen_q, initialized, rst_n};
  // Low, it restarts the board.
  assign wifi_gpio0 = 1'b1;

  // axi_master's bursts are whole lines, as sdram_controller wants them, and it takes every response.
  logic unused;
  assign unused = ^{arlen, arsize, arburst, arlock, arcache, arprot, arqos}
      ^ ^{awlen, awsize, awburst, awlock, awcache, awprot, awqos} ^ rready ^ bready;

endmodule
`default_nettype wire
