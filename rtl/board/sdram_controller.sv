// AXI4 subordinate in front of one SDR SDRAM (docs/architecture/board.md).
//
// Every burst is one line of 64 bytes, aligned, incrementing: so LEN, SIZE and BURST are no ports.
// A line is read from the SDRAM when the R queue has room for all of it, and written when all of it
// has come; a manager that does not take or give beats does not hold up the SDRAM. Reads and writes
// take turns. Addresses behind the SDRAM are answered with DECERR.
`default_nettype none
module sdram_controller #(
  parameter int unsigned DATA_BITS = 64,
  parameter int unsigned ID_BITS = 3,
  parameter int unsigned CLOCK_KHZ = 25_000,
  parameter int unsigned CAS_LATENCY = 2,
  parameter int unsigned READ_DELAY = 0,
  parameter int unsigned T_RCD_NS = 20,
  parameter int unsigned T_RP_NS = 20,
  parameter int unsigned T_RC_NS = 70,
  parameter int unsigned T_RAS_NS = 45,
  parameter int unsigned T_RFC_NS = 70,
  parameter int unsigned T_RRD_NS = 15,
  parameter int unsigned T_WR_NS = 15,
  parameter int unsigned T_REFI_NS = 7_800,
  parameter int unsigned T_INIT_NS = 200_000,
  parameter int unsigned ROW_BITS = 13,
  parameter int unsigned COLUMN_BITS = 9
) (
  input logic clk_i,
  input logic rst_ni,
  output logic initialized_o,

  // From and to a manager: AXI4
  input logic s_axi_arvalid_i,
  output logic s_axi_arready_o,
  input logic [ID_BITS-1:0] s_axi_arid_i,
  input logic [31:0] s_axi_araddr_i,
  output logic s_axi_rvalid_o,
  input logic s_axi_rready_i,
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
  output logic s_axi_bvalid_o,
  input logic s_axi_bready_i,
  output logic [ID_BITS-1:0] s_axi_bid_o,
  output logic [1:0] s_axi_bresp_o,

  // To and from the SDRAM
  output logic sdram_cke_o,
  output logic sdram_cs_no,
  output logic sdram_ras_no,
  output logic sdram_cas_no,
  output logic sdram_we_no,
  output logic [1:0] sdram_ba_o,
  output logic [ROW_BITS-1:0] sdram_a_o,
  output logic [1:0] sdram_dqm_o,
  output logic [15:0] sdram_dq_o,
  output logic sdram_dq_oe_o,
  input logic [15:0] sdram_dq_i
);

  localparam int unsigned BEATS = heddle_pkg::LINE_BITS / DATA_BITS;
  localparam int unsigned BEAT_BITS = (BEATS > 1) ? $clog2(BEATS) : 1;
  localparam int unsigned BEAT_WORDS = DATA_BITS / 16;
  localparam int unsigned POSITION_BITS = (BEAT_WORDS > 1) ? $clog2(BEAT_WORDS) : 1;
  localparam int unsigned LINE_BITS = ROW_BITS + 2 + COLUMN_BITS - 5;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned READ_LINES = 2;  // places in the R queue, in lines
  localparam logic [1:0] OKAY = 2'b00;
  localparam logic [1:0] DECODE_ERROR = 2'b11;

  // -----------------------------------------------------------------------------------------------
  // Requests
  logic ar_valid, ar_pop, aw_valid, aw_pop;
  logic [ID_BITS-1:0] ar_id, aw_id;
  logic [LINE_ADDRESS_BITS-1:0] ar_line, aw_line;
  logic ar_outside, aw_outside;

  fifo #(
    .WIDTH(ID_BITS + LINE_ADDRESS_BITS),
    .DEPTH(2)
  ) u_reads (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(s_axi_arvalid_i),
    .push_ready_o(s_axi_arready_o),
    .push_data_i({s_axi_arid_i, s_axi_araddr_i[31:6]}),
    .pop_valid_o(ar_valid),
    .pop_ready_i(ar_pop),
    .pop_data_o({ar_id, ar_line})
  );

  fifo #(
    .WIDTH(ID_BITS + LINE_ADDRESS_BITS),
    .DEPTH(2)
  ) u_writes (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(s_axi_awvalid_i),
    .push_ready_o(s_axi_awready_o),
    .push_data_i({s_axi_awid_i, s_axi_awaddr_i[31:6]}),
    .pop_valid_o(aw_valid),
    .pop_ready_i(aw_pop),
    .pop_data_o({aw_id, aw_line})
  );

  assign ar_outside = ar_line[LINE_ADDRESS_BITS-1:LINE_BITS] != '0;
  assign aw_outside = aw_line[LINE_ADDRESS_BITS-1:LINE_BITS] != '0;

  // -----------------------------------------------------------------------------------------------
  // The line that is written
  logic [DATA_BITS-1:0] line_data[0:BEATS-1];
  logic [DATA_BITS/8-1:0] line_strobe[0:BEATS-1];
  logic [BEAT_BITS-1:0] w_beat_d, w_beat_q;
  logic w_complete_d, w_complete_q, w_taken;

  assign s_axi_wready_o = !w_complete_q;
  assign w_taken = s_axi_wvalid_i && !w_complete_q;

  always_comb begin : collect
    w_beat_d = w_beat_q;
    w_complete_d = w_complete_q && !aw_pop;
    if (w_taken) begin
      w_beat_d = (w_beat_q == BEAT_BITS'(BEATS - 1)) ? '0 : w_beat_q + BEAT_BITS'(1);
      w_complete_d = w_beat_q == BEAT_BITS'(BEATS - 1);
    end
  end

  always_ff @(posedge clk_i) begin
    if (w_taken) begin
      line_data[w_beat_q] <= s_axi_wdata_i;
      line_strobe[w_beat_q] <= s_axi_wstrb_i;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Turns
  logic request_valid, request_ready, request_write;
  logic active_d, active_q, write_d, write_q;  // a request is with sdram_commands
  logic b_valid_d, b_valid_q;
  logic [ID_BITS-1:0] b_id_d, b_id_q;
  logic [1:0] b_resp_d, b_resp_q;
  logic read_possible, write_possible, read_error, write_error;
  logic [1:0] lines_d, lines_q;  // read lines promised to the R queue
  logic error_beat, error_active_d, error_active_q;
  logic [BEAT_BITS-1:0] error_beat_d, error_beat_q;
  logic line_taken;

  assign read_possible = ar_valid && !ar_outside && lines_q != 2'(READ_LINES);
  // Its beats come at once: those of earlier reads must be behind.
  assign read_error = ar_valid && ar_outside && lines_q == '0 && !active_q;
  assign write_possible = aw_valid && !aw_outside && w_complete_q && !b_valid_q;
  assign write_error = aw_valid && aw_outside && w_complete_q && !b_valid_q && !active_q;
  assign request_valid = active_q;
  assign request_write = write_q;
  assign line_taken = s_axi_rvalid_o && s_axi_rready_i && s_axi_rlast_o;
  assign error_beat = error_active_q;

  always_comb begin : turns
    active_d = active_q && !request_ready;
    write_d = write_q;
    lines_d = lines_q - 2'(line_taken);
    b_valid_d = b_valid_q && !s_axi_bready_i;
    b_id_d = b_id_q;
    b_resp_d = b_resp_q;
    ar_pop = active_q && request_ready && !write_q;
    aw_pop = active_q && request_ready && write_q;
    error_active_d = error_active_q;
    error_beat_d = error_beat_q;

    if (aw_pop) begin
      b_valid_d = 1'b1;
      b_id_d = aw_id;
      b_resp_d = OKAY;
    end
    if (error_active_q) begin
      error_beat_d = error_beat_q + BEAT_BITS'(1);
      if (error_beat_q == BEAT_BITS'(BEATS - 1)) begin
        error_active_d = 1'b0;
        error_beat_d = '0;
        ar_pop = 1'b1;
      end
    end else if (!active_q) begin
      if (read_error) begin
        error_active_d = 1'b1;
        lines_d = lines_q + 2'd1;
      end else if (read_possible && (!write_possible || write_q)) begin
        active_d = 1'b1;
        write_d = 1'b0;
        lines_d = lines_q + 2'd1 - 2'(line_taken);
      end else if (write_possible) begin
        active_d = 1'b1;
        write_d = 1'b1;
      end
      if (write_error) begin
        aw_pop = 1'b1;
        b_valid_d = 1'b1;
        b_id_d = aw_id;
        b_resp_d = DECODE_ERROR;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      write_q <= 1'b0;
      lines_q <= '0;
      b_valid_q <= 1'b0;
      error_active_q <= 1'b0;
      error_beat_q <= '0;
      w_beat_q <= '0;
      w_complete_q <= 1'b0;
    end else begin
      active_q <= active_d;
      write_q <= write_d;
      lines_q <= lines_d;
      b_valid_q <= b_valid_d;
      error_active_q <= error_active_d;
      error_beat_q <= error_beat_d;
      w_beat_q <= w_beat_d;
      w_complete_q <= w_complete_d;
    end
  end

  always_ff @(posedge clk_i) begin
    b_id_q <= b_id_d;
    b_resp_q <= b_resp_d;
  end

  assign s_axi_bvalid_o = b_valid_q;
  assign s_axi_bid_o = b_id_q;
  assign s_axi_bresp_o = b_resp_q;

  // -----------------------------------------------------------------------------------------------
  // The SDRAM
  logic [4:0] word;
  logic [BEAT_BITS-1:0] word_beat;
  logic [POSITION_BITS-1:0] word_position;
  logic [DATA_BITS-1:0] word_beat_data;
  logic [DATA_BITS/8-1:0] word_beat_strobe;
  logic read_valid;
  logic [15:0] read_data;

  assign word_beat = BEAT_BITS'(32'(word) / BEAT_WORDS);
  assign word_position = POSITION_BITS'(32'(word) % BEAT_WORDS);
  assign word_beat_data = line_data[word_beat];
  assign word_beat_strobe = line_strobe[word_beat];

  sdram_commands #(
    .CLOCK_KHZ(CLOCK_KHZ),
    .CAS_LATENCY(CAS_LATENCY),
    .READ_DELAY(READ_DELAY),
    .T_RCD_NS(T_RCD_NS),
    .T_RP_NS(T_RP_NS),
    .T_RC_NS(T_RC_NS),
    .T_RAS_NS(T_RAS_NS),
    .T_RFC_NS(T_RFC_NS),
    .T_RRD_NS(T_RRD_NS),
    .T_WR_NS(T_WR_NS),
    .T_REFI_NS(T_REFI_NS),
    .T_INIT_NS(T_INIT_NS),
    .ROW_BITS(ROW_BITS),
    .COLUMN_BITS(COLUMN_BITS)
  ) u_commands (
    .clk_i,
    .rst_ni,
    .initialized_o,
    .request_valid_i(request_valid),
    .request_ready_o(request_ready),
    .request_write_i(request_write),
    .request_line_i(write_q ? aw_line[LINE_BITS-1:0] : ar_line[LINE_BITS-1:0]),
    .word_o(word),
    .write_data_i(word_beat_data[16*word_position+:16]),
    .write_strobe_i(word_beat_strobe[2*word_position+:2]),
    .read_valid_o(read_valid),
    .read_data_o(read_data),
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

  // -----------------------------------------------------------------------------------------------
  // Read data
  logic [ID_BITS-1:0] read_id, current_id;
  logic [4:0] read_word_q;  // of the next word
  logic [DATA_BITS-1:0] assembly_d, assembly_q;
  logic beat_complete, read_last, push_beat, r_ready, id_valid, id_ready;
  logic [POSITION_BITS-1:0] read_position;

  // A line's words come later than its request goes.
  fifo #(
    .WIDTH(ID_BITS),
    .DEPTH(READ_LINES)
  ) u_read_ids (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(ar_pop && !error_active_q),
    .push_ready_o(id_ready),
    .push_data_i(ar_id),
    .pop_valid_o(id_valid),
    .pop_ready_i(beat_complete && read_last),
    .pop_data_o(read_id)
  );

  assign read_position = POSITION_BITS'(32'(read_word_q) % BEAT_WORDS);
  // The first beats of a line come while its request is still there.
  assign current_id = id_valid ? read_id : ar_id;
  assign read_last = read_word_q == '1;
  assign beat_complete = read_valid && read_position == POSITION_BITS'(BEAT_WORDS - 1);
  assign push_beat = beat_complete || error_beat;

  always_comb begin : assemble
    assembly_d = assembly_q;
    assembly_d[16*read_position+:16] = read_data;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) read_word_q <= '0;
    else if (read_valid) read_word_q <= read_word_q + 5'd1;
  end

  always_ff @(posedge clk_i) begin
    if (read_valid) assembly_q <= assembly_d;
  end

  fifo #(
    .WIDTH(ID_BITS + DATA_BITS + 2 + 1),
    .DEPTH(READ_LINES * BEATS)
  ) u_read_beats (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(push_beat),
    .push_ready_o(r_ready),
    .push_data_i(
      error_beat
      ? {ar_id, DATA_BITS'(0), DECODE_ERROR, error_beat_q == BEAT_BITS'(BEATS - 1)}
      : {current_id, assembly_d, OKAY, read_last}
    ),
    .pop_valid_o(s_axi_rvalid_o),
    .pop_ready_i(s_axi_rready_i),
    .pop_data_o({s_axi_rid_o, s_axi_rdata_o, s_axi_rresp_o, s_axi_rlast_o})
  );

  // Room was promised; lines are aligned.
  logic unused;
  assign unused = r_ready ^ id_ready ^ (^s_axi_araddr_i[5:0]) ^ (^s_axi_awaddr_i[5:0]);

endmodule
`default_nettype wire
