// The host link: a UART on one side, the device's registers (AXI4-Lite) and memory (AXI4) on the
// other (docs/architecture/board.md, "Host link"). Wiring only.
`default_nettype none
module link #(
  parameter int unsigned DATA_BITS = 64,
  parameter int unsigned MEMORY_BYTES = 32'h0200_0000,
  parameter int unsigned CLOCK_KHZ = 25_000,
  parameter int unsigned BAUD = 3_000_000,
  parameter int unsigned OVERSAMPLING = 8
) (
  input logic clk_i,
  input logic rst_ni,

  // From and to the host
  input logic rx_i,
  output logic tx_o,
  output logic frame_o,
  output logic bad_frame_o,

  // To and from the device: AXI4-Lite
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

  // To and from memory: AXI4. Responses are taken when they come.
  output logic m_axi_arvalid_o,
  input logic m_axi_arready_i,
  output logic [31:0] m_axi_araddr_o,
  input logic m_axi_rvalid_i,
  input logic [DATA_BITS-1:0] m_axi_rdata_i,
  input logic [1:0] m_axi_rresp_i,
  input logic m_axi_rlast_i,
  output logic m_axi_awvalid_o,
  input logic m_axi_awready_i,
  output logic [31:0] m_axi_awaddr_o,
  output logic m_axi_wvalid_o,
  input logic m_axi_wready_i,
  output logic [DATA_BITS-1:0] m_axi_wdata_o,
  output logic [DATA_BITS/8-1:0] m_axi_wstrb_o,
  output logic m_axi_wlast_o,
  input logic m_axi_bvalid_i,
  input logic [1:0] m_axi_bresp_i
);

  localparam int unsigned CLOCK_HZ = 1000 * CLOCK_KHZ;

  logic rx_valid, rx_error, tx_valid, tx_ready;
  logic [7:0] rx_byte, tx_byte;
  logic frame_valid, frame_done, bad_frame;
  logic [8:0] index;
  logic [7:0] frame_data;
  logic reply_valid, reply_ready, reply_last;
  logic [7:0] reply;
  logic put_valid, store, clear, load, line_done, line_error;
  logic [5:0] offset;
  logic [7:0] line_data;
  logic [25:0] line;

  assign frame_o = frame_done;
  assign bad_frame_o = bad_frame;

  uart_receiver #(
    .CLOCK_HZ(CLOCK_HZ),
    .BAUD(BAUD),
    .OVERSAMPLING(OVERSAMPLING)
  ) uart_receiver (
    .clk_i,
    .rst_ni,
    .rx_i,
    .byte_valid_o(rx_valid),
    .byte_o(rx_byte),
    .byte_error_o(rx_error)
  );

  link_receiver link_receiver (
    .clk_i,
    .rst_ni,
    .byte_valid_i(rx_valid),
    .byte_i(rx_byte),
    .byte_error_i(rx_error),
    .frame_valid_o(frame_valid),
    .frame_done_i(frame_done),
    .index_i(index),
    .data_o(frame_data),
    .bad_frame_o(bad_frame)
  );

  link_commands #(
    .MEMORY_BYTES(MEMORY_BYTES),
    .CLOCK_KHZ(CLOCK_KHZ)
  ) link_commands (
    .clk_i,
    .rst_ni,
    .frame_valid_i(frame_valid),
    .frame_done_o(frame_done),
    .index_o(index),
    .data_i(frame_data),
    .bad_frame_i(bad_frame),
    .reply_valid_o(reply_valid),
    .reply_ready_i(reply_ready),
    .reply_o(reply),
    .reply_last_o(reply_last),
    .put_valid_o(put_valid),
    .offset_o(offset),
    .line_data_i(line_data),
    .store_o(store),
    .clear_o(clear),
    .load_o(load),
    .line_o(line),
    .line_done_i(line_done),
    .line_error_i(line_error),
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
    .m_axil_rresp_i
  );

  link_line #(
    .DATA_BITS(DATA_BITS)
  ) link_line (
    .clk_i,
    .rst_ni,
    .put_valid_i(put_valid),
    .offset_i(offset),
    .put_data_i(frame_data),
    .data_o(line_data),
    .store_i(store),
    .clear_i(clear),
    .load_i(load),
    .line_i(line),
    .done_o(line_done),
    .error_o(line_error),
    .m_axi_arvalid_o,
    .m_axi_arready_i,
    .m_axi_araddr_o,
    .m_axi_rvalid_i,
    .m_axi_rdata_i,
    .m_axi_rresp_i,
    .m_axi_rlast_i,
    .m_axi_awvalid_o,
    .m_axi_awready_i,
    .m_axi_awaddr_o,
    .m_axi_wvalid_o,
    .m_axi_wready_i,
    .m_axi_wdata_o,
    .m_axi_wstrb_o,
    .m_axi_wlast_o,
    .m_axi_bvalid_i,
    .m_axi_bresp_i
  );

  link_transmitter link_transmitter (
    .clk_i,
    .rst_ni,
    .data_valid_i(reply_valid),
    .data_ready_o(reply_ready),
    .data_i(reply),
    .data_last_i(reply_last),
    .byte_valid_o(tx_valid),
    .byte_ready_i(tx_ready),
    .byte_o(tx_byte)
  );

  uart_transmitter #(
    .CLOCK_HZ(CLOCK_HZ),
    .BAUD(BAUD)
  ) uart_transmitter (
    .clk_i,
    .rst_ni,
    .tx_o,
    .byte_valid_i(tx_valid),
    .byte_ready_o(tx_ready),
    .byte_i(tx_byte)
  );

endmodule
`default_nettype wire
