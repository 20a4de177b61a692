// Two AXI4 managers in front of one subordinate: the GPU's memory port and the host link
// (docs/architecture/board.md). Every burst is one line, as sdram_controller takes them.
//
// Per channel, managers take turns where both want it; a valid that was shown stays until it is
// taken. The W channel belongs to one write from its AW to its last beat, so that data are in the
// order of addresses. The ID's highest bit says whose a response is. Combinational otherwise.
`default_nettype none
module axi_arbiter #(
  parameter int unsigned DATA_BITS = 64,
  parameter int unsigned ID_BITS = 2
) (
  input logic clk_i,
  input logic rst_ni,

  // From and to the managers, manager 0 lowest
  input logic [1:0] s_axi_arvalid_i,
  output logic [1:0] s_axi_arready_o,
  input logic [2*ID_BITS-1:0] s_axi_arid_i,
  input logic [63:0] s_axi_araddr_i,
  output logic [1:0] s_axi_rvalid_o,
  input logic [1:0] s_axi_rready_i,
  output logic [ID_BITS-1:0] s_axi_rid_o,
  input logic [1:0] s_axi_awvalid_i,
  output logic [1:0] s_axi_awready_o,
  input logic [2*ID_BITS-1:0] s_axi_awid_i,
  input logic [63:0] s_axi_awaddr_i,
  input logic [1:0] s_axi_wvalid_i,
  output logic [1:0] s_axi_wready_o,
  input logic [2*DATA_BITS-1:0] s_axi_wdata_i,
  input logic [2*DATA_BITS/8-1:0] s_axi_wstrb_i,
  input logic [1:0] s_axi_wlast_i,
  output logic [1:0] s_axi_bvalid_o,
  input logic [1:0] s_axi_bready_i,
  output logic [ID_BITS-1:0] s_axi_bid_o,

  // To and from the subordinate; data and RESP of R and B go past
  output logic m_axi_arvalid_o,
  input logic m_axi_arready_i,
  output logic [ID_BITS:0] m_axi_arid_o,
  output logic [31:0] m_axi_araddr_o,
  input logic m_axi_rvalid_i,
  output logic m_axi_rready_o,
  input logic [ID_BITS:0] m_axi_rid_i,
  output logic m_axi_awvalid_o,
  input logic m_axi_awready_i,
  output logic [ID_BITS:0] m_axi_awid_o,
  output logic [31:0] m_axi_awaddr_o,
  output logic m_axi_wvalid_o,
  input logic m_axi_wready_i,
  output logic [DATA_BITS-1:0] m_axi_wdata_o,
  output logic [DATA_BITS/8-1:0] m_axi_wstrb_o,
  input logic m_axi_bvalid_i,
  output logic m_axi_bready_o,
  input logic [ID_BITS:0] m_axi_bid_i
);

  // The owner of the channel in this cycle, and of the last transfer or of a valid that waits.
  logic ar_owner, ar_owner_q, ar_held_q, aw_owner, aw_owner_q, aw_held_q;
  logic writing_d, writing_q;  // an AW was taken, its data are not all there

  assign ar_owner = ar_held_q ? ar_owner_q
      : s_axi_arvalid_i[!ar_owner_q] ? !ar_owner_q : ar_owner_q;
  assign aw_owner = (aw_held_q || writing_q) ? aw_owner_q
      : s_axi_awvalid_i[!aw_owner_q] ? !aw_owner_q : aw_owner_q;

  assign m_axi_arvalid_o = s_axi_arvalid_i[ar_owner];
  assign m_axi_arid_o = {ar_owner, s_axi_arid_i[ID_BITS*ar_owner+:ID_BITS]};
  assign m_axi_araddr_o = s_axi_araddr_i[32*ar_owner+:32];
  assign s_axi_arready_o = {ar_owner && m_axi_arready_i, !ar_owner && m_axi_arready_i};

  assign m_axi_awvalid_o = s_axi_awvalid_i[aw_owner] && !writing_q;
  assign m_axi_awid_o = {aw_owner, s_axi_awid_i[ID_BITS*aw_owner+:ID_BITS]};
  assign m_axi_awaddr_o = s_axi_awaddr_i[32*aw_owner+:32];
  assign s_axi_awready_o = {
    aw_owner && m_axi_awready_i && !writing_q, !aw_owner && m_axi_awready_i && !writing_q
  };

  assign m_axi_wvalid_o = writing_q && s_axi_wvalid_i[aw_owner_q];
  assign m_axi_wdata_o = s_axi_wdata_i[DATA_BITS*aw_owner_q+:DATA_BITS];
  assign m_axi_wstrb_o = s_axi_wstrb_i[DATA_BITS/8*aw_owner_q+:DATA_BITS/8];
  assign s_axi_wready_o = {
    writing_q && aw_owner_q && m_axi_wready_i, writing_q && !aw_owner_q && m_axi_wready_i
  };

  assign s_axi_rvalid_o = {
    m_axi_rvalid_i && m_axi_rid_i[ID_BITS], m_axi_rvalid_i && !m_axi_rid_i[ID_BITS]
  };
  assign m_axi_rready_o = s_axi_rready_i[m_axi_rid_i[ID_BITS]];
  assign s_axi_rid_o = m_axi_rid_i[ID_BITS-1:0];
  assign s_axi_bvalid_o = {
    m_axi_bvalid_i && m_axi_bid_i[ID_BITS], m_axi_bvalid_i && !m_axi_bid_i[ID_BITS]
  };
  assign m_axi_bready_o = s_axi_bready_i[m_axi_bid_i[ID_BITS]];
  assign s_axi_bid_o = m_axi_bid_i[ID_BITS-1:0];

  always_comb begin : next
    writing_d = writing_q;
    if (m_axi_awvalid_o && m_axi_awready_i) writing_d = 1'b1;
    if (m_axi_wvalid_o && m_axi_wready_i && s_axi_wlast_i[aw_owner_q]) writing_d = 1'b0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ar_owner_q <= 1'b1;
      ar_held_q <= 1'b0;
      aw_owner_q <= 1'b1;
      aw_held_q <= 1'b0;
      writing_q <= 1'b0;
    end else begin
      if (m_axi_arvalid_o) ar_owner_q <= ar_owner;
      ar_held_q <= m_axi_arvalid_o && !m_axi_arready_i;
      if (m_axi_awvalid_o) aw_owner_q <= aw_owner;
      aw_held_q <= m_axi_awvalid_o && !m_axi_awready_i;
      writing_q <= writing_d;
    end
  end

endmodule
`default_nettype wire
