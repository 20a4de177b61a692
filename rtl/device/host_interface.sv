// What the host sees: launch registers, mapped regions, status, faults and counters, behind an
// AXI4-Lite slave (docs/architecture/host_interface.md).
//
// A write's address and data are accepted together when no response is pending; a read is sampled
// in the cycle of its address handshake. Launch registers go out as they are and stand still while
// a grid runs (the host's duty).
`default_nettype none
module host_interface (
  input logic clk_i,
  input logic rst_ni,

  // AXI4-Lite slave
  input logic s_axil_awvalid_i,
  output logic s_axil_awready_o,
  input logic [11:0] s_axil_awaddr_i,
  input logic s_axil_wvalid_i,
  output logic s_axil_wready_o,
  input logic [31:0] s_axil_wdata_i,
  input logic [3:0] s_axil_wstrb_i,
  output logic s_axil_bvalid_o,
  input logic s_axil_bready_i,
  output logic [1:0] s_axil_bresp_o,
  input logic s_axil_arvalid_i,
  output logic s_axil_arready_o,
  input logic [11:0] s_axil_araddr_i,
  output logic s_axil_rvalid_o,
  input logic s_axil_rready_i,
  output logic [31:0] s_axil_rdata_o,
  output logic [1:0] s_axil_rresp_o,

  // To all (events)
  output logic start_o,
  output logic stop_o,

  // Launch registers
  output logic [31:0] entry_o,
  output logic [31:0] argptr_o,
  output logic [31:0] grid_x_o,
  output logic [31:0] grid_y_o,
  output logic [31:0] grid_z_o,
  output logic [31:0] block_x_o,
  output logic [31:0] block_y_o,
  output logic [31:0] block_z_o,
  output logic [31:0] threads_o,
  output logic [31:0] warps_per_cta_o,
  output logic [31:0] resident_ctas_o,
  output logic [31:0] shared_size_o,
  output logic [31:0] local_base_o,
  output logic [31:0] local_shift_o,
  output logic l1_bypass_o,
  output logic [32*heddle_pkg::REGIONS-1:0] region_base_o,
  output logic [32*heddle_pkg::REGIONS-1:0] region_limit_o,

  // From dispatcher
  input logic busy_i,
  input logic done_i,
  input logic done_fault_i,

  // From fault_unit
  input heddle_pkg::fault_t fault_i,
  input logic [31:0] fault_ctaid_x_i,
  input logic [31:0] fault_ctaid_y_i,
  input logic [31:0] fault_ctaid_z_i,
  input logic [31:0] exit_status_i,

  // To and from warp_control
  output logic [heddle_pkg::WARP_BITS-1:0] warp_select_o,
  input logic [31:0] warp_pc_i,
  input logic [31:0] warp_mask_i,
  input logic [31:0] warp_alive_i,

  // To and from performance_counters: the answer comes one cycle later, and stays
  output logic performance_read_o,
  output logic [heddle_pkg::COUNTER_BITS-1:0] performance_index_o,
  input logic [63:0] performance_data_i,

  // Counted events; cycles and instructions are read back as CSRs
  input logic issued_valid_i,
  input logic [5:0] issued_threads_i,
  input logic global_access_i,
  input logic global_line_i,
  input logic shared_row_i,
  input logic shared_pass_i,
  input logic cta_done_valid_i,
  output logic [63:0] cycles_o,
  output logic [63:0] instructions_o
);

  localparam int unsigned REGIONS = heddle_pkg::REGIONS;
  localparam int unsigned LAUNCH_REGISTERS = 14;
  localparam int unsigned COUNTERS = 8;
  // Of the copy of launch and region registers: words of each, and of both
  localparam int unsigned COPY_BITS = (REGIONS > 8) ? $clog2(2 * REGIONS) : 4;
  localparam int unsigned COPY_WORDS = 2 << COPY_BITS;
  localparam logic [1:0] RESPONSE_OKAY = 2'b00;
  localparam logic [1:0] RESPONSE_SLVERR = 2'b10;

  // Word addresses (byte offset / 4).
  localparam logic [9:0] WORD_IDENTITY = 10'h000;  // four words
  localparam logic [9:0] WORD_CONTROL = 10'h010;
  localparam logic [9:0] WORD_STATUS = 10'h011;
  localparam logic [9:0] WORD_LAUNCH = 10'h012;
  localparam logic [9:0] WORD_DEVICE = 10'h020;  // FAULT_CAUSE to CACHE_CONTROL
  localparam logic [9:0] WORD_WARP_SELECT = 10'h029;
  localparam logic [9:0] WORD_CACHE_CONTROL = 10'h02D;
  localparam logic [9:0] WORD_COUNTERS = 10'h030;
  localparam logic [9:0] WORD_REGIONS = 10'h040;
  localparam logic [9:0] WORD_PERFORMANCE = 10'h200;

  localparam logic [31:0] ID = 32'h4844_4C45;
  localparam logic [31:0] VERSION = 32'h0000_0001;
  localparam logic [31:0] GEOMETRY = {
    8'(heddle_pkg::CTA_SLOTS),
    8'(heddle_pkg::CHANNELS),
    8'(heddle_pkg::LANES),
    8'(heddle_pkg::WARPS)
  };

  logic [32*LAUNCH_REGISTERS-1:0] launch_d, launch_q;
  logic [32*REGIONS-1:0] region_base_d, region_base_q, region_limit_d, region_limit_q;
  logic [31:0] warp_select_d, warp_select_q, cache_control_d, cache_control_q;
  logic start_d, start_q, stop_d, stop_q, clear_q;
  logic [64*COUNTERS-1:0] counters_d, counters_q;

  // -----------------------------------------------------------------------------------------------
  // Writes
  logic write_accepted, write;
  logic bvalid_d, bvalid_q, write_error_d, write_error_q;
  logic [9:0] write_word;

  assign write_accepted = s_axil_awvalid_i && s_axil_wvalid_i && !bvalid_q;
  assign write = write_accepted && s_axil_wstrb_i == 4'b1111;
  assign write_word = s_axil_awaddr_i[11:2];

  always_comb begin : write_registers
    bvalid_d = bvalid_q;
    write_error_d = write_error_q;
    if (write_accepted) begin
      bvalid_d = 1'b1;
      write_error_d = !write;
    end else if (s_axil_bready_i) begin
      bvalid_d = 1'b0;
    end

    start_d = 1'b0;
    stop_d = 1'b0;
    launch_d = launch_q;
    region_base_d = region_base_q;
    region_limit_d = region_limit_q;
    warp_select_d = warp_select_q;
    cache_control_d = cache_control_q;
    if (write) begin
      if (write_word == WORD_CONTROL) begin
        start_d = s_axil_wdata_i[0] && !busy_i;
        stop_d = s_axil_wdata_i[1] && busy_i;
      end
      if (write_word == WORD_WARP_SELECT) warp_select_d = s_axil_wdata_i;
      if (write_word == WORD_CACHE_CONTROL) cache_control_d = s_axil_wdata_i;
      for (int i = 0; i < LAUNCH_REGISTERS; i++) begin
        if (write_word == WORD_LAUNCH + 10'(i)) launch_d[32*i+:32] = s_axil_wdata_i;
      end
      for (int i = 0; i < REGIONS; i++) begin
        if (write_word == WORD_REGIONS + 10'(2 * i)) region_base_d[32*i+:32] = s_axil_wdata_i;
        if (write_word == WORD_REGIONS + 10'(2 * i + 1)) region_limit_d[32*i+:32] = s_axil_wdata_i;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Reads
  logic read_accepted;
  logic rvalid_d, rvalid_q;
  logic [31:0] rdata_d, rdata_q;
  logic [9:0] read_word;

  assign read_accepted = s_axil_arvalid_i && !rvalid_q;
  assign read_word = s_axil_araddr_i[11:2];

  // Performance counters come out of a RAM: with RVALID, past `rdata_q`.
  logic performance_read, performance_shown_d, performance_shown_q, upper_half_d, upper_half_q;

  assign performance_read = read_accepted && read_word >= WORD_PERFORMANCE
      && read_word < WORD_PERFORMANCE + 10'(2 * heddle_pkg::PERFORMANCE_COUNTERS);
  assign performance_shown_d = read_accepted ? performance_read : performance_shown_q;
  assign upper_half_d = read_accepted ? read_word[0] : upper_half_q;
  assign performance_read_o = performance_read;
  assign performance_index_o = read_word[heddle_pkg::COUNTER_BITS:1];

  // Launch and region registers are read from a copy in a memory, where a multiplexer over the
  // registers would be large; words that were not written since reset read as 0.
  logic [31:0] copy[0:COPY_WORDS-1];
  logic [COPY_WORDS-1:0] copy_valid_d, copy_valid_q;
  logic [COPY_BITS:0] copy_write_index, copy_read_index;
  logic copy_written, copy_shown;

  function automatic logic has_copy(input logic [9:0] word);
    has_copy = (word >= WORD_LAUNCH && word < WORD_LAUNCH + 10'(LAUNCH_REGISTERS))
        || (word >= WORD_REGIONS && word < WORD_REGIONS + 10'(2 * REGIONS));
  endfunction

  assign copy_write_index = {write_word[6], write_word[COPY_BITS-1:0]};
  assign copy_read_index = {read_word[6], read_word[COPY_BITS-1:0]};
  assign copy_written = write && has_copy(write_word);
  assign copy_shown = has_copy(read_word) && copy_valid_q[copy_read_index];

  always_comb begin : copy_valid
    copy_valid_d = copy_valid_q;
    if (copy_written) copy_valid_d[copy_write_index] = 1'b1;
  end

  always_ff @(posedge clk_i) begin
    if (copy_written) copy[copy_write_index] <= s_axil_wdata_i;
  end

  // The other registers, each group in the order of its addresses
  logic [32*4-1:0] identity_words;
  logic [32*16-1:0] device_words;
  logic [31:0] read_value;

  assign identity_words = {32'(heddle_pkg::SHARED_BYTES), GEOMETRY, VERSION, ID};
  assign device_words = {
    64'b0, cache_control_q, warp_alive_i, warp_mask_i, warp_pc_i, warp_select_q, exit_status_i,
    fault_ctaid_z_i, fault_ctaid_y_i, fault_ctaid_x_i, fault_i.address, fault_i.pc, fault_i.mask,
    32'(fault_i.warp), 32'(fault_i.cause)
  };

  always_comb begin : read_registers
    read_value = copy[copy_read_index] & {32{copy_shown}};
    if (read_word[9:2] == WORD_IDENTITY[9:2]) begin
      read_value = read_value | identity_words[32*32'(read_word[1:0])+:32];
    end
    if (read_word == WORD_STATUS) begin
      read_value = read_value | {29'b0, done_fault_i, done_i, busy_i};
    end
    if (read_word[9:4] == WORD_DEVICE[9:4]) begin
      read_value = read_value | device_words[32*32'(read_word[3:0])+:32];
    end
    if (read_word[9:4] == WORD_COUNTERS[9:4]) begin
      read_value = read_value | counters_q[32*32'(read_word[3:0])+:32];
    end

    rvalid_d = rvalid_q;
    rdata_d = rdata_q;
    if (read_accepted) begin
      rvalid_d = 1'b1;
      rdata_d = read_value;
    end else if (s_axil_rready_i) begin
      rvalid_d = 1'b0;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Counters, in register order. Cleared in the cycle of `start_o`, and in the first one behind reset:
  // a reset of their own beside the clear would cost a LUT a bit.
  logic [5:0] increment;

  always_comb begin : count
    increment = 6'd0;
    counters_d = counters_q;
    for (int i = 0; i < COUNTERS; i++) begin
      case (i)
        0: increment = 6'(busy_i);
        1: increment = 6'(issued_valid_i);
        2: increment = issued_valid_i ? issued_threads_i : 6'd0;
        3: increment = 6'(global_access_i);
        4: increment = 6'(global_line_i);
        5: increment = 6'(shared_row_i);
        6: increment = 6'(shared_pass_i);
        default: increment = 6'(cta_done_valid_i);
      endcase
      counters_d[64*i+:64] = counters_q[64*i+:64] + 64'(increment);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bvalid_q <= 1'b0;
      write_error_q <= 1'b0;
      rvalid_q <= 1'b0;
      rdata_q <= 32'b0;
      performance_shown_q <= 1'b0;
      upper_half_q <= 1'b0;
      start_q <= 1'b0;
      stop_q <= 1'b0;
      launch_q <= '0;
      region_base_q <= '0;
      region_limit_q <= '0;
      warp_select_q <= 32'b0;
      cache_control_q <= 32'b0;
      clear_q <= 1'b1;
      copy_valid_q <= '0;
    end else begin
      bvalid_q <= bvalid_d;
      write_error_q <= write_error_d;
      rvalid_q <= rvalid_d;
      rdata_q <= rdata_d;
      performance_shown_q <= performance_shown_d;
      upper_half_q <= upper_half_d;
      start_q <= start_d;
      stop_q <= stop_d;
      launch_q <= launch_d;
      region_base_q <= region_base_d;
      region_limit_q <= region_limit_d;
      warp_select_q <= warp_select_d;
      cache_control_q <= cache_control_d;
      clear_q <= start_d;
      copy_valid_q <= copy_valid_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (clear_q) counters_q <= '0;
    else counters_q <= counters_d;
  end

  assign s_axil_awready_o = write_accepted;
  assign s_axil_wready_o = write_accepted;
  assign s_axil_bvalid_o = bvalid_q;
  assign s_axil_bresp_o = write_error_q ? RESPONSE_SLVERR : RESPONSE_OKAY;
  assign s_axil_arready_o = !rvalid_q;
  assign s_axil_rvalid_o = rvalid_q;
  assign s_axil_rdata_o = !performance_shown_q ? rdata_q
      : upper_half_q ? performance_data_i[63:32] : performance_data_i[31:0];
  assign s_axil_rresp_o = RESPONSE_OKAY;

  assign start_o = start_q;
  assign stop_o = stop_q;
  assign entry_o = launch_q[32*0+:32];
  assign argptr_o = launch_q[32*1+:32];
  assign grid_x_o = launch_q[32*2+:32];
  assign grid_y_o = launch_q[32*3+:32];
  assign grid_z_o = launch_q[32*4+:32];
  assign block_x_o = launch_q[32*5+:32];
  assign block_y_o = launch_q[32*6+:32];
  assign block_z_o = launch_q[32*7+:32];
  assign threads_o = launch_q[32*8+:32];
  assign warps_per_cta_o = launch_q[32*9+:32];
  assign resident_ctas_o = launch_q[32*10+:32];
  assign shared_size_o = launch_q[32*11+:32];
  assign local_base_o = launch_q[32*12+:32];
  assign local_shift_o = launch_q[32*13+:32];
  assign l1_bypass_o = cache_control_q[0];
  assign region_base_o = region_base_q;
  assign region_limit_o = region_limit_q;
  assign warp_select_o = warp_select_q[heddle_pkg::WARP_BITS-1:0];
  assign cycles_o = counters_q[63:0];
  assign instructions_o = counters_q[127:64];

  // Registers are words: the byte part of an address is not looked at.
  logic unused;
  assign unused = ^{s_axil_awaddr_i[1:0], s_axil_araddr_i[1:0]};

endmodule
`default_nettype wire
