// device/host_interface: the rules of AXI4-Lite on the host's port, each access answered once, in the cycle that
// docs/architecture/host_interface.md says; a register keeps what was written last, no other write changes it, and it
// reads as it goes out; unknown offsets read as 0; `start` and `stop` follow their writes and nothing else.
//
// For any register, the word A. The master may do all that AXI4-Lite lets it do and more: nothing is assumed of it.
`default_nettype none
module host_interface_proof (
  input logic clk_i,
  input logic awvalid_i,
  input logic [11:0] awaddr_i,
  input logic wvalid_i,
  input logic [31:0] wdata_i,
  input logic [3:0] wstrb_i,
  input logic bready_i,
  input logic arvalid_i,
  input logic [11:0] araddr_i,
  input logic rready_i,
  input logic busy_i,
  input logic done_i,
  input logic done_fault_i,
  input heddle_pkg::fault_t fault_i,
  input logic [31:0] exit_status_i,
  input logic [31:0] warp_alive_i,
  input logic [63:0] performance_i,
  input logic issued_valid_i,
  input logic [5:0] issued_threads_i
);

  localparam int unsigned REGIONS = heddle_pkg::REGIONS;

  logic started_q;
  logic awready, wready, bvalid, arready, rvalid, start, stop, l1_bypass, performance_read;
  logic [1:0] bresp, rresp;
  logic [31:0] rdata;
  logic [32*14-1:0] launch;
  logic [32*REGIONS-1:0] region_base, region_limit;
  logic [heddle_pkg::WARP_BITS-1:0] warp_select;
  logic [heddle_pkg::COUNTER_BITS-1:0] performance_index;
  logic [63:0] cycles, instructions;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  // performance_counters answers one cycle later and keeps the answer.
  logic [63:0] performance_q;
  always_ff @(posedge clk_i) begin
    if (performance_read) performance_q <= performance_i;
  end

  host_interface dut (
    .clk_i,
    .rst_ni(started_q),
    .s_axil_awvalid_i(awvalid_i),
    .s_axil_awready_o(awready),
    .s_axil_awaddr_i(awaddr_i),
    .s_axil_wvalid_i(wvalid_i),
    .s_axil_wready_o(wready),
    .s_axil_wdata_i(wdata_i),
    .s_axil_wstrb_i(wstrb_i),
    .s_axil_bvalid_o(bvalid),
    .s_axil_bready_i(bready_i),
    .s_axil_bresp_o(bresp),
    .s_axil_arvalid_i(arvalid_i),
    .s_axil_arready_o(arready),
    .s_axil_araddr_i(araddr_i),
    .s_axil_rvalid_o(rvalid),
    .s_axil_rready_i(rready_i),
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
    .done_i,
    .done_fault_i,
    .fault_i,
    .fault_ctaid_x_i(32'd1),
    .fault_ctaid_y_i(32'd2),
    .fault_ctaid_z_i(32'd3),
    .exit_status_i,
    .warp_select_o(warp_select),
    .warp_pc_i(32'd4),
    .warp_mask_i(32'd5),
    .warp_alive_i,
    .performance_read_o(performance_read),
    .performance_index_o(performance_index),
    .performance_data_i(performance_q),
    .issued_valid_i,
    .issued_threads_i,
    .global_access_i(1'b0),
    .global_line_i(1'b0),
    .shared_row_i(1'b0),
    .shared_pass_i(1'b0),
    .cta_done_valid_i(1'b0),
    .cycles_o(cycles),
    .instructions_o(instructions)
  );

  // -----------------------------------------------------------------------------------------------
  // The port: what is owed, and what it must say
  logic b_q, r_q, bad_q, r_stays_q, known_q;
  logic [31:0] rdata_q, expected_q;
  logic written, read;

  assign written = awvalid_i && awready && wvalid_i && wready;
  assign read = arvalid_i && arready;

  // -----------------------------------------------------------------------------------------------
  // Register A, and what the address of a read says of its answer
  (* anyconst *) logic [9:0] a;
  logic kept, launch_register, region_register, known, start_q, stop_q, performance;
  logic [31:0] value_q, expected;
  logic [9:0] word;

  assign launch_register = a >= 10'h012 && a < 10'h020;
  assign region_register = a >= 10'h040 && a < 10'h040 + 10'(2 * REGIONS);
  assign kept = launch_register || region_register || a == 10'h029 || a == 10'h02D;
  assign word = araddr_i[11:2];
  assign performance = word >= 10'h200 && word < 10'h200 + 10'(2 * heddle_pkg::PERFORMANCE_COUNTERS);

  always @* begin
    known = 1'b1;
    expected = '0;
    if (word == a && kept) expected = value_q;
    else if (performance) expected = word[0] ? performance_i[63:32] : performance_i[31:0];
    else begin
      case (word)
        10'h000: expected = 32'h4844_4C45;
        10'h011: expected = {29'd0, done_fault_i, done_i, busy_i};
        10'h020: expected = 32'(fault_i.cause);
        10'h023: expected = fault_i.pc;
        10'h028: expected = exit_status_i;
        10'h02C: expected = warp_alive_i;
        10'h030: expected = cycles[31:0];
        10'h033: expected = instructions[63:32];
        // Nothing is there.
        10'h010, 10'h02E, 10'h02F: expected = '0;
        default: known = (word > 10'h003 && word < 10'h010) || (word >= 10'h040 + 10'(2 * REGIONS));
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    r_stays_q <= started_q && rvalid && !rready_i;
    rdata_q <= rdata;
    if (!started_q) begin
      b_q <= 1'b0;
      r_q <= 1'b0;
      start_q <= 1'b0;
      stop_q <= 1'b0;
      value_q <= '0;
    end else begin
      b_q <= written || (b_q && !bready_i);
      r_q <= read || (r_q && !rready_i);
      start_q <= written && wstrb_i == '1 && awaddr_i[11:2] == 10'h010 && wdata_i[0] && !busy_i;
      stop_q <= written && wstrb_i == '1 && awaddr_i[11:2] == 10'h010 && wdata_i[1] && busy_i;
      if (written && wstrb_i == '1 && awaddr_i[11:2] == a) value_q <= wdata_i;
    end
    if (written) bad_q <= wstrb_i != '1;
    if (read) begin
      known_q <= known;
      expected_q <= expected;
    end
  end

  always @* begin
    if (started_q) begin
      address_with_data: assert (awready == wready && awready == (awvalid_i && wvalid_i && !b_q));
      answers_each_write: assert (bvalid == b_q);
      refuses_parts: assert (!bvalid || bresp == (bad_q ? 2'b10 : 2'b00));
      takes_reads: assert (arready == !r_q);
      answers_each_read: assert (rvalid == r_q && (!rvalid || rresp == 2'b00));
      r_stays: assert (!r_stays_q || (rvalid && rdata == rdata_q));
      reads_what_is_there: assert (!rvalid || !known_q || rdata == expected_q);
      reads_a_counter: assert (performance_read == (read && performance)
          && (!performance_read || 10'(performance_index) == (word - 10'h200) >> 1));
      launch_goes_out: assert (!launch_register || launch[32*4'(a-10'h012)+:32] == value_q);
      region_goes_out: assert (!region_register
          || (a[0] ? region_limit[32*((a-10'h040)>>1)+:32] : region_base[32*((a-10'h040)>>1)+:32]) == value_q);
      others_go_out: assert ((a != 10'h029 || warp_select == value_q[heddle_pkg::WARP_BITS-1:0])
          && (a != 10'h02D || l1_bypass == value_q[0]));
      starts: assert (start == start_q);
      stops: assert (stop == stop_q);
    end
  end

  (* hierconn *) wire [31:0] \dut.warp_select_q ;
  (* hierconn *) wire [31:0] \dut.cache_control_q ;
  // Launch and region registers are read from a copy: words 2 to 15, and from 16 on.
  (* hierconn *) wire [31:0] \dut.copy_valid_q ;
  (* hierconn *) wire [31:0] \dut.copy[2] ;
  (* hierconn *) wire [31:0] \dut.copy[3] ;
  (* hierconn *) wire [31:0] \dut.copy[4] ;
  (* hierconn *) wire [31:0] \dut.copy[5] ;
  (* hierconn *) wire [31:0] \dut.copy[6] ;
  (* hierconn *) wire [31:0] \dut.copy[7] ;
  (* hierconn *) wire [31:0] \dut.copy[8] ;
  (* hierconn *) wire [31:0] \dut.copy[9] ;
  (* hierconn *) wire [31:0] \dut.copy[10] ;
  (* hierconn *) wire [31:0] \dut.copy[11] ;
  (* hierconn *) wire [31:0] \dut.copy[12] ;
  (* hierconn *) wire [31:0] \dut.copy[13] ;
  (* hierconn *) wire [31:0] \dut.copy[14] ;
  (* hierconn *) wire [31:0] \dut.copy[15] ;
  (* hierconn *) wire [31:0] \dut.copy[16] ;
  (* hierconn *) wire [31:0] \dut.copy[17] ;
  (* hierconn *) wire [31:0] \dut.copy[18] ;
  (* hierconn *) wire [31:0] \dut.copy[19] ;
  (* hierconn *) wire [31:0] \dut.copy[20] ;
  (* hierconn *) wire [31:0] \dut.copy[21] ;
  wire [32*32-1:0] copies = {
    320'd0,
    \dut.copy[21] , \dut.copy[20] , \dut.copy[19] , \dut.copy[18] , \dut.copy[17] ,
    \dut.copy[16] , \dut.copy[15] , \dut.copy[14] , \dut.copy[13] , \dut.copy[12] ,
    \dut.copy[11] , \dut.copy[10] , \dut.copy[9] , \dut.copy[8] , \dut.copy[7] ,
    \dut.copy[6] , \dut.copy[5] , \dut.copy[4] , \dut.copy[3] , \dut.copy[2] ,
    64'd0
  };
  wire [4:0] copy_index = {a[6], a[3:0]};
  always @* begin
    if (started_q) begin
      invariant_others: assert ((a != 10'h029 || \dut.warp_select_q == value_q) && (a != 10'h02D || \dut.cache_control_q == value_q));
      invariant_copy: assert (!(launch_register || region_register)
          || value_q == (\dut.copy_valid_q [copy_index] ? copies[32*copy_index+:32] : 32'd0));
    end
  end

  always @* begin
    reads_while_written: cover (started_q && written && read && awaddr_i[11:2] == a && word == a && kept && value_q != '0);
    counter_waits: cover (started_q && r_stays_q && known_q && rvalid && rready_i && expected_q[31] && written);
    stopped: cover (started_q && stop);
  end

endmodule
`default_nettype wire
