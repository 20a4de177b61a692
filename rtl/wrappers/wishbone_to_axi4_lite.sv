// The host's registers on Wishbone B4: a standard (classic) subordinate in front of host_interface.
//
// A request is passed on in its first cycle and answered in the next; ERR is AXI4-Lite's error: a
// write that is not a whole word. A request that is given up in its first cycle has no answer, but its
// access is made. STALL is for pipelined managers: a request is over with its answer.
//
// host_interface accepts an access in the cycle of its request if no answer is due, and answers in the
// next: nothing has to wait here.
`default_nettype none
module wishbone_to_axi4_lite (
  input logic clk_i,
  input logic rst_ni,

  // From and to the host: Wishbone
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

  // To and from host_interface: AXI4-Lite
  output logic awvalid_o,
  output logic [11:0] awaddr_o,
  output logic wvalid_o,
  output logic [31:0] wdata_o,
  output logic [3:0] wstrb_o,
  input logic bvalid_i,
  output logic bready_o,
  input logic [1:0] bresp_i,
  output logic arvalid_o,
  output logic [11:0] araddr_o,
  input logic rvalid_i,
  output logic rready_o,
  input logic [31:0] rdata_i,
  input logic [1:0] rresp_i
);

  logic request, busy_q, answer, error;

  assign request = wbs_cyc_i && wbs_stb_i;
  assign answer = (bvalid_i || rvalid_i) && request;
  assign error = bvalid_i ? bresp_i[1] : rresp_i[1];

  // The access of the last cycle is being answered.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) busy_q <= 1'b0;
    else busy_q <= request && !busy_q;
  end

  assign awvalid_o = request && wbs_we_i && !busy_q;
  assign awaddr_o = wbs_adr_i;
  assign wvalid_o = awvalid_o;
  assign wdata_o = wbs_dat_i;
  assign wstrb_o = wbs_sel_i;
  assign bready_o = 1'b1;
  assign arvalid_o = request && !wbs_we_i && !busy_q;
  assign araddr_o = wbs_adr_i;
  assign rready_o = 1'b1;

  assign wbs_dat_o = rdata_i;
  assign wbs_ack_o = answer && !error;
  assign wbs_err_o = answer && error;
  assign wbs_stall_o = wbs_cyc_i && !answer;

  // xRESP[0] only tells kinds of success, or of error, apart.
  logic unused;
  assign unused = bresp_i[0] ^ rresp_i[0];

endmodule
`default_nettype wire
