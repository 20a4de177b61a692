// One of the device's AXI4 ports as a Wishbone B4 manager.
//
// One line at a time: BEATS accesses at rising addresses, CYC high until the last answer, then low for
// a cycle at least; reads and writes take turns. Accesses of a write that have no
// byte are left out. After an ERR the line goes on; its answers are SLVERR from there on.
//
// PIPELINED = 1: a request is over in a cycle without STALL, answers come in order, in its cycle or
// later. PIPELINED = 0, the standard bus: a request stays until it is answered. CTI says that a read
// goes on (incrementing, linear), for subordinates with registered feedback; writes are single ones,
// as accesses may be left out.
//
// R and B must be accepted at once, W must stay until accepted: as axi_master does it.
`default_nettype none
module axi4_to_wishbone #(
  parameter int unsigned ID_BITS = 2,
  parameter int unsigned AXI_DATA_BITS = 64,
  parameter int unsigned DATA_BITS = 32,  // a power of two, 8 to AXI_DATA_BITS
  parameter bit PIPELINED = 1'b1
) (
  input logic clk_i,
  input logic rst_ni,

  // From and to the device: bursts of one line
  input logic arvalid_i,
  output logic arready_o,
  input logic [ID_BITS-1:0] arid_i,
  input logic [31:0] araddr_i,
  output logic rvalid_o,
  output logic [ID_BITS-1:0] rid_o,
  output logic [AXI_DATA_BITS-1:0] rdata_o,
  output logic [1:0] rresp_o,
  output logic rlast_o,
  input logic awvalid_i,
  output logic awready_o,
  input logic [ID_BITS-1:0] awid_i,
  input logic [31:0] awaddr_i,
  input logic wvalid_i,
  output logic wready_o,
  input logic [AXI_DATA_BITS-1:0] wdata_i,
  input logic [AXI_DATA_BITS/8-1:0] wstrb_i,
  output logic bvalid_o,
  output logic [ID_BITS-1:0] bid_o,
  output logic [1:0] bresp_o,

  // To and from memory: Wishbone
  output logic wbm_cyc_o,
  output logic wbm_stb_o,
  output logic wbm_we_o,
  output logic [31:0] wbm_adr_o,
  output logic [DATA_BITS/8-1:0] wbm_sel_o,
  output logic [DATA_BITS-1:0] wbm_dat_o,
  output logic [2:0] wbm_cti_o,
  output logic [1:0] wbm_bte_o,
  input logic [DATA_BITS-1:0] wbm_dat_i,
  input logic wbm_ack_i,
  input logic wbm_err_i,
  input logic wbm_stall_i
);

  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned LINE_OFFSET_BITS = heddle_pkg::LINE_OFFSET_BITS;
  localparam int unsigned BEATS = heddle_pkg::LINE_BITS / DATA_BITS;
  localparam int unsigned BEAT_BITS = (BEATS > 1) ? $clog2(BEATS) : 1;
  localparam int unsigned PARTS = AXI_DATA_BITS / DATA_BITS;  // accesses of an AXI beat
  localparam int unsigned PART_BITS = (PARTS > 1) ? $clog2(PARTS) : 1;
  localparam int unsigned COUNT_BITS = $clog2(BEATS + 1);
  localparam int unsigned STROBE_BITS = DATA_BITS / 8;
  localparam logic [1:0] RESPONSE_OKAY = 2'b00;
  localparam logic [1:0] RESPONSE_SLVERR = 2'b10;
  localparam logic [2:0] CTI_CLASSIC = 3'b000;
  localparam logic [2:0] CTI_INCREMENTING = 3'b010;
  localparam logic [2:0] CTI_END = 3'b111;

  logic busy_q, write_d, write_q, requested_d, requested_q, error_d, error_q;
  logic [ID_BITS-1:0] id_d, id_q;
  logic [LINE_ADDRESS_BITS-1:0] line_d, line_q;
  logic [BEAT_BITS-1:0] beat_d, beat_q;  // the next access to request
  logic [BEAT_BITS-1:0] answer_d, answer_q;  // of a read: the next one to be answered
  logic [COUNT_BITS-1:0] waiting_d, waiting_q;  // requested, not answered
  logic take_read, take_write, busy_d;

  // -----------------------------------------------------------------------------------------------
  // The line's transaction: the direction that was served last comes second.
  assign take_read = !busy_q && arvalid_i && (write_q || !awvalid_i);
  assign take_write = !busy_q && awvalid_i && !take_read;
  assign arready_o = take_read;
  assign awready_o = take_write;

  // -----------------------------------------------------------------------------------------------
  // Requests
  logic [PART_BITS-1:0] part, answer_part;
  logic [STROBE_BITS-1:0] strobe;
  logic request, left_out, requested, answered, last_beat;

  // The parts of an AXI beat are counted by the lowest bits; with one part there is nothing to count.
  assign part = (PARTS > 1) ? beat_q[PART_BITS-1:0] : '0;
  assign answer_part = (PARTS > 1) ? answer_q[PART_BITS-1:0] : '0;
  assign strobe = wstrb_i[STROBE_BITS*part+:STROBE_BITS];
  assign request = busy_q && !requested_q && (!write_q || (wvalid_i && strobe != '0));
  assign left_out = busy_q && !requested_q && write_q && wvalid_i && strobe == '0;
  assign answered = busy_q && (PIPELINED || request) && (wbm_ack_i || wbm_err_i);
  assign requested = request && (PIPELINED ? !wbm_stall_i : answered);
  assign last_beat = beat_q == BEAT_BITS'(BEATS - 1);
  assign wready_o = write_q && (requested || left_out) && part == PART_BITS'(PARTS - 1);

  always_comb begin : transaction
    write_d = write_q;
    id_d = id_q;
    line_d = line_q;
    beat_d = beat_q;
    answer_d = answer_q;
    requested_d = requested_q;
    error_d = error_q || (answered && wbm_err_i);
    waiting_d = waiting_q + COUNT_BITS'(requested) - COUNT_BITS'(answered);
    if (requested || left_out) begin
      beat_d = beat_q + BEAT_BITS'(1);
      requested_d = last_beat;
    end
    if (answered) answer_d = answer_q + BEAT_BITS'(1);
    busy_d = busy_q && !(requested_d && waiting_d == '0);
    if (take_read || take_write) begin
      busy_d = 1'b1;
      write_d = take_write;
      id_d = take_write ? awid_i : arid_i;
      line_d = take_write ? awaddr_i[31:LINE_OFFSET_BITS] : araddr_i[31:LINE_OFFSET_BITS];
      beat_d = '0;
      answer_d = '0;
      requested_d = 1'b0;
      error_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      write_q <= 1'b0;
      waiting_q <= '0;
    end else begin
      busy_q <= busy_d;
      write_q <= write_d;
      waiting_q <= waiting_d;
    end
  end

  always_ff @(posedge clk_i) begin
    requested_q <= requested_d;
    error_q <= error_d;
    id_q <= id_d;
    line_q <= line_d;
    beat_q <= beat_d;
    answer_q <= answer_d;
  end

  // -----------------------------------------------------------------------------------------------
  // Answers
  logic rvalid_q, rlast_q, bvalid_q;
  logic [AXI_DATA_BITS-1:0] rdata_d, rdata_q;

  always_comb begin : read_data
    rdata_d = rdata_q;
    for (int p = 0; p < PARTS; p++) begin
      if (answered && answer_part == PART_BITS'(p)) rdata_d[DATA_BITS*p+:DATA_BITS] = wbm_dat_i;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      rvalid_q <= 1'b0;
      bvalid_q <= 1'b0;
    end else begin
      rvalid_q <= answered && !write_q && answer_part == PART_BITS'(PARTS - 1);
      bvalid_q <= busy_q && !busy_d && write_q;
    end
  end

  always_ff @(posedge clk_i) begin
    rdata_q <= rdata_d;
    rlast_q <= answer_q == BEAT_BITS'(BEATS - 1);
  end

  assign rvalid_o = rvalid_q;
  assign rid_o = id_q;
  assign rdata_o = rdata_q;
  assign rresp_o = error_q ? RESPONSE_SLVERR : RESPONSE_OKAY;
  assign rlast_o = rlast_q;
  assign bvalid_o = bvalid_q;
  assign bid_o = id_q;
  assign bresp_o = error_q ? RESPONSE_SLVERR : RESPONSE_OKAY;

  assign wbm_cyc_o = busy_q;
  assign wbm_stb_o = request;
  assign wbm_we_o = write_q;
  assign wbm_sel_o = write_q ? strobe : '1;
  assign wbm_dat_o = wdata_i[DATA_BITS*part+:DATA_BITS];
  assign wbm_bte_o = 2'b00;

  always_comb begin : address
    wbm_adr_o = {line_q, {LINE_OFFSET_BITS{1'b0}}};
    wbm_adr_o[LINE_OFFSET_BITS-1:0] = LINE_OFFSET_BITS'(beat_q) << $clog2(STROBE_BITS);
    wbm_cti_o = CTI_CLASSIC;
    if (!write_q && !PIPELINED) wbm_cti_o = last_beat ? CTI_END : CTI_INCREMENTING;
  end

  // A line's addresses end in zeros.
  logic unused;
  assign unused = (^araddr_i[LINE_OFFSET_BITS-1:0]) ^ (^awaddr_i[LINE_OFFSET_BITS-1:0]) ^ wbm_stall_i;

endmodule
`default_nettype wire
