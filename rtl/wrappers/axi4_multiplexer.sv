// The memory channels' AXI4 ports on one port. The channel goes with the ID, above the channel's own
// bits, and so finds the way back to it.
//
// AR and AW: one register each, loaded round robin, when empty or being accepted; a channel's address
// is taken one cycle before it is visible. W: the channels' bursts in the order of their addresses,
// straight through; none before its address was taken. R and B: straight through; every channel
// accepts them always (axi_master).
`default_nettype none
module axi4_multiplexer #(
  parameter int unsigned CHANNELS = 2,
  parameter int unsigned ID_BITS = 2,
  parameter int unsigned DATA_BITS = 64,
  parameter int unsigned CHANNEL_BITS = (CHANNELS > 1) ? $clog2(CHANNELS) : 1
) (
  input logic clk_i,
  input logic rst_ni,

  // From and to the channels: a signal of all is one flat bus, channel 0 lowest
  input logic [CHANNELS-1:0] s_arvalid_i,
  output logic [CHANNELS-1:0] s_arready_o,
  input logic [ID_BITS*CHANNELS-1:0] s_arid_i,
  input logic [32*CHANNELS-1:0] s_araddr_i,
  output logic [CHANNELS-1:0] s_rvalid_o,
  output logic [ID_BITS*CHANNELS-1:0] s_rid_o,
  output logic [DATA_BITS*CHANNELS-1:0] s_rdata_o,
  output logic [2*CHANNELS-1:0] s_rresp_o,
  output logic [CHANNELS-1:0] s_rlast_o,
  input logic [CHANNELS-1:0] s_awvalid_i,
  output logic [CHANNELS-1:0] s_awready_o,
  input logic [ID_BITS*CHANNELS-1:0] s_awid_i,
  input logic [32*CHANNELS-1:0] s_awaddr_i,
  input logic [CHANNELS-1:0] s_wvalid_i,
  output logic [CHANNELS-1:0] s_wready_o,
  input logic [DATA_BITS*CHANNELS-1:0] s_wdata_i,
  input logic [DATA_BITS/8*CHANNELS-1:0] s_wstrb_i,
  input logic [CHANNELS-1:0] s_wlast_i,
  output logic [CHANNELS-1:0] s_bvalid_o,
  output logic [ID_BITS*CHANNELS-1:0] s_bid_o,
  output logic [2*CHANNELS-1:0] s_bresp_o,

  // To and from memory
  output logic m_arvalid_o,
  input logic m_arready_i,
  output logic [CHANNEL_BITS+ID_BITS-1:0] m_arid_o,
  output logic [31:0] m_araddr_o,
  input logic m_rvalid_i,
  output logic m_rready_o,
  input logic [CHANNEL_BITS+ID_BITS-1:0] m_rid_i,
  input logic [DATA_BITS-1:0] m_rdata_i,
  input logic [1:0] m_rresp_i,
  input logic m_rlast_i,
  output logic m_awvalid_o,
  input logic m_awready_i,
  output logic [CHANNEL_BITS+ID_BITS-1:0] m_awid_o,
  output logic [31:0] m_awaddr_o,
  output logic m_wvalid_o,
  input logic m_wready_i,
  output logic [DATA_BITS-1:0] m_wdata_o,
  output logic [DATA_BITS/8-1:0] m_wstrb_o,
  output logic m_wlast_o,
  input logic m_bvalid_i,
  output logic m_bready_o,
  input logic [CHANNEL_BITS+ID_BITS-1:0] m_bid_i,
  input logic [1:0] m_bresp_i
);

  localparam int unsigned STROBE_BITS = DATA_BITS / 8;

  // -----------------------------------------------------------------------------------------------
  // Addresses
  logic ar_valid_q, ar_found, ar_load, aw_valid_q, aw_found, aw_load, order_ready;
  logic [CHANNEL_BITS-1:0] ar_channel_q, ar_channel, aw_channel_q, aw_channel;
  logic [ID_BITS-1:0] ar_id_q, aw_id_q;
  logic [31:0] ar_address_q, aw_address_q;

  round_robin #(
    .COUNT(CHANNELS)
  ) u_ar (
    .request_i(s_arvalid_i),
    .last_i(ar_channel_q),
    .valid_o(ar_found),
    .index_o(ar_channel)
  );

  round_robin #(
    .COUNT(CHANNELS)
  ) u_aw (
    .request_i(s_awvalid_i),
    .last_i(aw_channel_q),
    .valid_o(aw_found),
    .index_o(aw_channel)
  );

  assign ar_load = ar_found && (!ar_valid_q || m_arready_i);
  assign aw_load = aw_found && (!aw_valid_q || m_awready_i) && order_ready;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ar_valid_q <= 1'b0;
      aw_valid_q <= 1'b0;
      ar_channel_q <= CHANNEL_BITS'(CHANNELS - 1);
      aw_channel_q <= CHANNEL_BITS'(CHANNELS - 1);
    end else begin
      ar_valid_q <= ar_load || (ar_valid_q && !m_arready_i);
      aw_valid_q <= aw_load || (aw_valid_q && !m_awready_i);
      if (ar_load) ar_channel_q <= ar_channel;
      if (aw_load) aw_channel_q <= aw_channel;
    end
  end

  always_ff @(posedge clk_i) begin
    if (ar_load) begin
      ar_id_q <= s_arid_i[ID_BITS*ar_channel+:ID_BITS];
      ar_address_q <= s_araddr_i[32*ar_channel+:32];
    end
    if (aw_load) begin
      aw_id_q <= s_awid_i[ID_BITS*aw_channel+:ID_BITS];
      aw_address_q <= s_awaddr_i[32*aw_channel+:32];
    end
  end

  always_comb begin : address_ready
    s_arready_o = '0;
    s_awready_o = '0;
    s_arready_o[ar_channel] = ar_load;
    s_awready_o[aw_channel] = aw_load;
  end

  assign m_arvalid_o = ar_valid_q;
  assign m_arid_o = {ar_channel_q, ar_id_q};
  assign m_araddr_o = ar_address_q;
  assign m_awvalid_o = aw_valid_q;
  assign m_awid_o = {aw_channel_q, aw_id_q};
  assign m_awaddr_o = aw_address_q;

  // -----------------------------------------------------------------------------------------------
  // Write data
  logic w_owed;
  logic [CHANNEL_BITS-1:0] w_channel;

  fifo #(
    .WIDTH(CHANNEL_BITS),
    .DEPTH(2 * CHANNELS)
  ) u_order (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(aw_load),
    .push_ready_o(order_ready),
    .push_data_i(aw_channel),
    .pop_valid_o(w_owed),
    .pop_ready_i(m_wvalid_o && m_wready_i && m_wlast_o),
    .pop_data_o(w_channel)
  );

  assign m_wvalid_o = w_owed && s_wvalid_i[w_channel];
  assign m_wdata_o = s_wdata_i[DATA_BITS*w_channel+:DATA_BITS];
  assign m_wstrb_o = s_wstrb_i[STROBE_BITS*w_channel+:STROBE_BITS];
  assign m_wlast_o = s_wlast_i[w_channel];

  always_comb begin : write_ready
    s_wready_o = '0;
    s_wready_o[w_channel] = w_owed && m_wready_i;
  end

  // -----------------------------------------------------------------------------------------------
  // Responses
  always_comb begin : response_valid
    s_rvalid_o = '0;
    s_bvalid_o = '0;
    s_rvalid_o[m_rid_i[ID_BITS+:CHANNEL_BITS]] = m_rvalid_i;
    s_bvalid_o[m_bid_i[ID_BITS+:CHANNEL_BITS]] = m_bvalid_i;
  end

  assign m_rready_o = 1'b1;
  assign m_bready_o = 1'b1;
  assign s_rid_o = {CHANNELS{m_rid_i[ID_BITS-1:0]}};
  assign s_rdata_o = {CHANNELS{m_rdata_i}};
  assign s_rresp_o = {CHANNELS{m_rresp_i}};
  assign s_rlast_o = {CHANNELS{m_rlast_i}};
  assign s_bid_o = {CHANNELS{m_bid_i[ID_BITS-1:0]}};
  assign s_bresp_o = {CHANNELS{m_bresp_i}};

endmodule
`default_nettype wire
