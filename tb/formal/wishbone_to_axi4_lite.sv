// wrappers/wishbone_to_axi4_lite in front of device/host_interface: an answer in the second cycle of a request and in no
// other, ACK or ERR as the access was; each request makes one access, in its first cycle; a register reads as it was written
// last; STALL until the answer.
//
// For any register of those that a launch has. The host may give a request up.
`default_nettype none
module wishbone_to_axi4_lite_proof (
  input logic clk_i,
  input logic cyc_i,
  input logic stb_i,
  input logic we_i,
  input logic [11:0] adr_i,
  input logic [3:0] sel_i,
  input logic [31:0] dat_i,
  input logic busy_i
);

  localparam int unsigned REGIONS = heddle_pkg::REGIONS;

  logic started_q, ack, err, stall, awvalid, wvalid, bvalid, bready, arvalid, rvalid, rready, awready, wready, arready;
  logic [11:0] awaddr, araddr;
  logic [31:0] dat, wdata, rdata;
  logic [3:0] wstrb;
  logic [1:0] bresp, rresp;
  logic start, stop, l1_bypass, performance_read;
  logic [32*14-1:0] launch;
  logic [32*REGIONS-1:0] region_base, region_limit;
  logic [heddle_pkg::WARP_BITS-1:0] warp_select;
  logic [heddle_pkg::COUNTER_BITS-1:0] performance_index;
  logic [63:0] cycles, instructions;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  wishbone_to_axi4_lite dut (
    .clk_i,
    .rst_ni(started_q),
    .wbs_cyc_i(cyc_i),
    .wbs_stb_i(stb_i),
    .wbs_we_i(we_i),
    .wbs_adr_i(adr_i),
    .wbs_sel_i(sel_i),
    .wbs_dat_i(dat_i),
    .wbs_dat_o(dat),
    .wbs_ack_o(ack),
    .wbs_err_o(err),
    .wbs_stall_o(stall),
    .awvalid_o(awvalid),
    .awaddr_o(awaddr),
    .wvalid_o(wvalid),
    .wdata_o(wdata),
    .wstrb_o(wstrb),
    .bvalid_i(bvalid),
    .bready_o(bready),
    .bresp_i(bresp),
    .arvalid_o(arvalid),
    .araddr_o(araddr),
    .rvalid_i(rvalid),
    .rready_o(rready),
    .rdata_i(rdata),
    .rresp_i(rresp)
  );

  host_interface host_interface (
    .clk_i,
    .rst_ni(started_q),
    .s_axil_awvalid_i(awvalid),
    .s_axil_awready_o(awready),
    .s_axil_awaddr_i(awaddr),
    .s_axil_wvalid_i(wvalid),
    .s_axil_wready_o(wready),
    .s_axil_wdata_i(wdata),
    .s_axil_wstrb_i(wstrb),
    .s_axil_bvalid_o(bvalid),
    .s_axil_bready_i(bready),
    .s_axil_bresp_o(bresp),
    .s_axil_arvalid_i(arvalid),
    .s_axil_arready_o(arready),
    .s_axil_araddr_i(araddr),
    .s_axil_rvalid_o(rvalid),
    .s_axil_rready_i(rready),
    .s_axil_rdata_o(rdata),
    .s_axil_rresp_o(rresp),
    .start_o(start),
    .stop_o(stop),
    .entry_o(launch[31:0]),
    .argptr_o(launch[63:32]),
    .grid_x_o(launch[95:64]),
    .grid_y_o(launch[127:96]),
    .grid_z_o(launch[159:128]),
    .block_x_o(launch[191:160]),
    .block_y_o(launch[223:192]),
    .block_z_o(launch[255:224]),
    .threads_o(launch[287:256]),
    .warps_per_cta_o(launch[319:288]),
    .resident_ctas_o(launch[351:320]),
    .shared_size_o(launch[383:352]),
    .local_base_o(launch[415:384]),
    .local_shift_o(launch[447:416]),
    .l1_bypass_o(l1_bypass),
    .region_base_o(region_base),
    .region_limit_o(region_limit),
    .busy_i,
    .done_i(1'b0),
    .done_fault_i(1'b0),
    .fault_i('0),
    .fault_ctaid_x_i(32'd1),
    .fault_ctaid_y_i(32'd2),
    .fault_ctaid_z_i(32'd3),
    .exit_status_i(32'd0),
    .warp_select_o(warp_select),
    .warp_pc_i(32'd4),
    .warp_mask_i(32'd5),
    .warp_alive_i(32'd0),
    .performance_read_o(performance_read),
    .performance_index_o(performance_index),
    .performance_data_i(64'd0),
    .issued_valid_i(1'b0),
    .issued_threads_i(6'd0),
    .global_access_i(1'b0),
    .global_line_i(1'b0),
    .shared_row_i(1'b0),
    .shared_pass_i(1'b0),
    .cta_done_valid_i(1'b0),
    .cycles_o(cycles),
    .instructions_o(instructions)
  );

  // -----------------------------------------------------------------------------------------------
  // Register A, and the request: its first cycle, and what it was then
  (* anyconst *) logic [3:0] a;
  logic request, first, second_q, we_q, whole_q, of_a_q, start_q;
  logic [48:0] request_q;
  logic [31:0] value_q, expected_q;

  assign request = cyc_i && stb_i;
  assign first = request && !second_q;

  always_ff @(posedge clk_i) begin
    second_q <= started_q && first;
    request_q <= {we_i, adr_i, sel_i, dat_i};
    we_q <= we_i;
    whole_q <= sel_i == '1;
    of_a_q <= adr_i[11:2] == 10'h012 + 10'(a);
    expected_q <= value_q;
    start_q <= started_q && first && we_i && sel_i == '1 && adr_i[11:2] == 10'h010 && dat_i[0] && !busy_i;
    if (!started_q) value_q <= '0;
    else if (first && we_i && sel_i == '1 && adr_i[11:2] == 10'h012 + 10'(a)) value_q <= dat_i;
  end

  (* hierconn *) wire \dut.busy_q ;
  // The launch registers are read from a copy: words 2 to 15.
  (* hierconn *) wire [31:0] \host_interface.copy_valid_q ;
  (* hierconn *) wire [31:0] \host_interface.copy[2] ;
  (* hierconn *) wire [31:0] \host_interface.copy[3] ;
  (* hierconn *) wire [31:0] \host_interface.copy[4] ;
  (* hierconn *) wire [31:0] \host_interface.copy[5] ;
  (* hierconn *) wire [31:0] \host_interface.copy[6] ;
  (* hierconn *) wire [31:0] \host_interface.copy[7] ;
  (* hierconn *) wire [31:0] \host_interface.copy[8] ;
  (* hierconn *) wire [31:0] \host_interface.copy[9] ;
  (* hierconn *) wire [31:0] \host_interface.copy[10] ;
  (* hierconn *) wire [31:0] \host_interface.copy[11] ;
  (* hierconn *) wire [31:0] \host_interface.copy[12] ;
  (* hierconn *) wire [31:0] \host_interface.copy[13] ;
  (* hierconn *) wire [31:0] \host_interface.copy[14] ;
  (* hierconn *) wire [31:0] \host_interface.copy[15] ;
  wire [14*32-1:0] copies = {
    \host_interface.copy[15] , \host_interface.copy[14] , \host_interface.copy[13] , \host_interface.copy[12] ,
    \host_interface.copy[11] , \host_interface.copy[10] , \host_interface.copy[9] , \host_interface.copy[8] ,
    \host_interface.copy[7] , \host_interface.copy[6] , \host_interface.copy[5] , \host_interface.copy[4] ,
    \host_interface.copy[3] , \host_interface.copy[2] };

  always @* begin
    assume (a < 4'd14);
    if (started_q && second_q && request) assume (request_q == {we_i, adr_i, sel_i, dat_i});
  end

  always @* begin
    if (started_q) begin
      answers_in_the_second_cycle: assert ((ack || err) == (request && second_q));
      one_answer: assert (!(ack && err));
      refuses_parts: assert (!(ack || err) || err == (we_q && !whole_q));
      stalls_until_the_answer: assert (stall == (cyc_i && !(ack || err)));
      reads_what_was_written: assert (!ack || we_q || !of_a_q || dat == expected_q);
      register_goes_out: assert (launch[32*a+:32] == value_q);
      one_access: assert (start == start_q);
      taken_at_once: assert ((!awvalid || (awready && wready)) && (!arvalid || arready));
      invariant_copy: assert (value_q == (\host_interface.copy_valid_q [5'd2 + 5'(a)] ? copies[32*a+:32] : 32'd0));
      invariant_answer: assert (bvalid == (second_q && we_q) && rvalid == (second_q && !we_q) && \dut.busy_q == second_q);
      invariant_payload: assert ((!rvalid || !of_a_q || rdata == expected_q) && (!rvalid || rresp == 2'b00)
          && (!bvalid || bresp == (whole_q ? 2'b00 : 2'b10)));
    end
  end

  always @* begin
    read_back: cover (started_q && ack && !we_q && of_a_q && dat == 32'h5A00_0001);
    given_up: cover (started_q && second_q && !request && start);
    refused: cover (started_q && err && value_q == 32'd3);
  end

endmodule
`default_nettype wire
