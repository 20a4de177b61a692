// Carries out the host link's requests, in order, one at a time (docs/architecture/board.md, "Host
// link"): registers over AXI4-Lite, memory a line at a time through link_line, and the hello.
//
// A frame with the expected sequence number is executed. One of the last four is a repeat, because
// the host has missed its response: reads are executed again, writes are not. Any other means that a
// frame was lost: the host is told once which one is expected.
`default_nettype none
module link_commands #(
  parameter int unsigned MEMORY_BYTES = 32'h0200_0000,
  parameter int unsigned CLOCK_KHZ = 25_000
) (
  input logic clk_i,
  input logic rst_ni,

  // From and to link_receiver
  input logic frame_valid_i,
  output logic frame_done_o,
  output logic [8:0] index_o,
  input logic [7:0] data_i,
  input logic bad_frame_i,

  // To link_transmitter
  output logic reply_valid_o,
  input logic reply_ready_i,
  output logic [7:0] reply_o,
  output logic reply_last_o,

  // From and to link_line
  output logic put_valid_o,
  output logic [5:0] offset_o,
  input logic [7:0] line_data_i,
  output logic store_o,
  output logic clear_o,
  output logic load_o,
  output logic [25:0] line_o,
  input logic line_done_i,
  input logic line_error_i,

  // To and from the device: AXI4-Lite. It takes address and data of a write in one cycle.
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
  input logic [1:0] m_axil_rresp_i
);

  // Commands. Bit 0: memory, not registers; bit 1: a write; bit 2 of a write: no data come with it.
  localparam logic [7:0] READ_REGISTERS = 8'h00;
  localparam logic [7:0] READ_MEMORY = 8'h01;
  localparam logic [7:0] WRITE_REGISTERS = 8'h02;
  localparam logic [7:0] WRITE_MEMORY = 8'h03;
  localparam logic [7:0] HELLO = 8'h04;
  localparam logic [7:0] CLEAR_MEMORY = 8'h07;
  localparam logic [7:0] REJECT = 8'h40;
  localparam logic [7:0] RESPONSE = 8'h80;
  localparam logic [1:0] STATUS_OKAY = 2'd0;
  localparam logic [1:0] STATUS_BUS_ERROR = 2'd1;
  localparam logic [1:0] STATUS_BAD_REQUEST = 2'd2;
  localparam logic [7:0] CREDITS = 8'd4;
  localparam logic [15:0] MOST_DATA = 16'd256;  // bytes, or lines to clear
  localparam logic [7:0] PROTOCOL = 8'd6;
  localparam logic [8:0] HELLO_BYTES = 9'd116;

  // What the hello is answered with behind the host's own four bytes: three words, and the
  // configuration in the order of configs/*.toml. First byte lowest.
  localparam logic [799:0] CONFIGURATION =
      (800'(heddle_pkg::WARPS) << 0)
      | (800'(heddle_pkg::LANES) << 32)
      | (800'(heddle_pkg::CHANNELS) << 64)
      | (800'(heddle_pkg::CTA_SLOTS) << 96)
      | (800'(heddle_pkg::SHARED_BYTES) << 128)
      | (800'(heddle_pkg::ICACHE_BYTES) << 160)
      | (800'(heddle_pkg::AXI_DATA_BITS) << 192)
      | (800'(heddle_pkg::AXI_OUTSTANDING) << 224)
      | (800'(heddle_pkg::LSU_QUEUE) << 256)
      | (800'(heddle_pkg::MEMORY_OPS) << 288)
      | (800'(heddle_pkg::LINE_TAGS) << 320)
      | (800'(heddle_pkg::COPY_TAGS) << 352)
      | (800'(heddle_pkg::TENSOR_M) << 384)
      | (800'(heddle_pkg::TENSOR_N) << 416)
      | (800'(heddle_pkg::TENSOR_LANES) << 448)
      | (800'(heddle_pkg::TENSOR_COLUMNS) << 480)
      | (800'(heddle_pkg::TENSOR_FORMATS) << 512)
      | (800'(heddle_pkg::TENSOR_MODES) << 544)
      | (800'(heddle_pkg::TENSOR_TRANSPOSE) << 576)
      | (800'(heddle_pkg::TENSOR_SPARSE) << 608)
      | (800'(heddle_pkg::L1_BYTES) << 640)
      | (800'(heddle_pkg::L1_WAYS) << 672)
      | (800'(heddle_pkg::L2_BYTES) << 704)
      | (800'(heddle_pkg::L2_WAYS) << 736)
      | (800'(heddle_pkg::REGIONS) << 768);
  localparam logic [895:0] INFORMATION = (896'(CONFIGURATION) << 96) | (896'(CLOCK_KHZ) << 64)
      | (896'(MEMORY_BYTES) << 32) | 896'({MOST_DATA, CREDITS, PROTOCOL});

  typedef enum logic [4:0] {
    IDLE,
    HEADER,
    DECIDE,
    GATHER_WAIT,
    GATHER,
    STORE,
    STORE_WAIT,
    LITE_WRITE,
    LITE_RESPONSE,
    REPLY_HEADER,
    LOAD,
    LOAD_WAIT,
    LITE_READ,
    LITE_DATA,
    TAKE,
    SEND,
    ADVANCE,
    STATUS
  } state_e;

  state_e state_d, state_q;
  logic [63:0] header_d, header_q;
  logic [8:0] index_d, index_q, position_d, position_q, length_d, length_q;
  logic [31:0] address_d, address_q, word_d, word_q;
  logic [7:0] sequence_d, sequence_q, command_d, command_q, expected_d, expected_q;
  logic reject_wanted_d, reject_wanted_q, reject_sent_d, reject_sent_q, execute_d, execute_q;
  logic [1:0] status_d, status_q;
  logic [7:0] statuses_d, statuses_q;  // of the last four, two bits each
  logic [7:0] distance, header_command;
  logic [15:0] header_length;
  logic [31:0] header_address;
  logic is_write, is_memory, is_clear, is_hello, is_reject, acceptable, repeated;
  logic [8:0] following;

  // -----------------------------------------------------------------------------------------------
  // What the header says
  assign header_command = header_q[15:8];
  assign header_address = header_q[47:16];
  assign header_length = header_q[63:48];
  assign distance = expected_q - header_q[7:0];
  assign repeated = distance >= 8'd1 && distance <= CREDITS;

  always_comb begin : check
    acceptable = 1'b0;
    unique case (header_command)
      HELLO: acceptable = header_length == '0;
      READ_MEMORY, WRITE_MEMORY: acceptable = header_length != '0 && header_length <= MOST_DATA;
      READ_REGISTERS, WRITE_REGISTERS: begin
        acceptable = header_length != '0 && header_length <= MOST_DATA
            && header_length[1:0] == '0 && header_address[1:0] == '0
            && header_address[31:12] == '0;
      end
      CLEAR_MEMORY: begin
        acceptable = header_length != '0 && header_length <= MOST_DATA
            && header_address[5:0] == '0;
      end
      default: acceptable = 1'b0;
    endcase
  end

  // -----------------------------------------------------------------------------------------------
  // Execution
  assign is_memory = command_q[0];
  assign is_write = command_q[1];
  assign is_clear = command_q == CLEAR_MEMORY;
  assign is_hello = command_q == HELLO;
  assign is_reject = command_q == REJECT;
  assign following = position_q + 9'd1;

  always_comb begin : next
    state_d = state_q;
    header_d = header_q;
    index_d = index_q;
    position_d = position_q;
    length_d = length_q;
    address_d = address_q;
    word_d = word_q;
    sequence_d = sequence_q;
    command_d = command_q;
    expected_d = expected_q;
    reject_wanted_d = reject_wanted_q || (bad_frame_i && !reject_sent_q);
    reject_sent_d = reject_sent_q;
    execute_d = execute_q;
    status_d = status_q;
    statuses_d = statuses_q;
    frame_done_o = 1'b0;
    unique case (state_q)
      IDLE: begin
        index_d = '0;
        position_d = '0;
        status_d = STATUS_OKAY;
        if (frame_valid_i) begin
          state_d = HEADER;
        end else if (reject_wanted_q) begin
          // Behind all good frames, so that what is expected is not there already.
          reject_wanted_d = 1'b0;
          reject_sent_d = 1'b1;
          sequence_d = expected_q;
          command_d = REJECT;
          length_d = '0;
          state_d = REPLY_HEADER;
        end
      end
      HEADER: begin
        if (index_q != '0) header_d = {data_i, header_q[63:8]};
        if (index_q == 9'd8) state_d = DECIDE;
        else index_d = index_q + 9'd1;
      end
      DECIDE: begin
        sequence_d = header_q[7:0];
        command_d = header_command;
        address_d = header_address;
        length_d = (header_command == HELLO) ? HELLO_BYTES : header_length[8:0];
        execute_d = 1'b1;
        state_d = REPLY_HEADER;
        if (acceptable && header_command == HELLO) begin
          expected_d = header_q[7:0] + 8'd1;
          reject_wanted_d = 1'b0;
          reject_sent_d = 1'b0;
        end else if (distance == '0) begin
          expected_d = expected_q + 8'd1;
          reject_sent_d = 1'b0;
          if (acceptable && header_command[1]) state_d = header_command[2] ? STORE : GATHER;
        end else if (repeated) begin
          execute_d = 1'b0;
          if (acceptable && header_command[1]) status_d = statuses_q[2*header_q[1:0]+:2];
        end else begin
          reject_wanted_d = !reject_sent_q;
          frame_done_o = 1'b1;
          state_d = IDLE;
        end
        if (!acceptable) begin
          status_d = STATUS_BAD_REQUEST;
          length_d = '0;
        end
      end
      GATHER_WAIT: state_d = GATHER;
      GATHER: begin
        word_d = {data_i, word_q[31:8]};
        state_d = ADVANCE;
        if (is_memory && (address_q[5:0] == '1 || following == length_q)) state_d = STORE;
        if (!is_memory && address_q[1:0] == '1) state_d = LITE_WRITE;
      end
      STORE: state_d = STORE_WAIT;
      STORE_WAIT: begin
        if (line_done_i) begin
          if (line_error_i) status_d = STATUS_BUS_ERROR;
          state_d = ADVANCE;
        end
      end
      LITE_WRITE: if (m_axil_awready_i) state_d = LITE_RESPONSE;
      LITE_RESPONSE: begin
        if (m_axil_bvalid_i) begin
          if (m_axil_bresp_i[1]) status_d = STATUS_BUS_ERROR;
          state_d = ADVANCE;
        end
      end
      REPLY_HEADER: begin
        if (reply_ready_i) begin
          position_d = following;
          if (position_q[1:0] == 2'd3) begin
            position_d = '0;
            if (is_write || length_q == '0) state_d = STATUS;
            else if (is_hello) state_d = TAKE;
            else state_d = is_memory ? LOAD : LITE_READ;
          end
        end
      end
      LOAD: state_d = LOAD_WAIT;
      LOAD_WAIT: begin
        if (line_done_i) begin
          if (line_error_i) status_d = STATUS_BUS_ERROR;
          state_d = TAKE;
        end
      end
      LITE_READ: if (m_axil_arready_i) state_d = LITE_DATA;
      LITE_DATA: begin
        if (m_axil_rvalid_i) begin
          word_d = m_axil_rdata_i;
          if (m_axil_rresp_i[1]) status_d = STATUS_BUS_ERROR;
          state_d = TAKE;
        end
      end
      TAKE: state_d = SEND;
      SEND: if (reply_ready_i) state_d = ADVANCE;
      ADVANCE: begin
        position_d = following;
        index_d = index_q + 9'd1;
        if (!is_hello) address_d = address_q + (is_clear ? 32'd64 : 32'd1);
        if (is_write) begin
          state_d = is_clear ? STORE : GATHER_WAIT;
          if (following == length_q) begin
            position_d = '0;
            state_d = REPLY_HEADER;
          end
        end else if (following == length_q) begin
          state_d = STATUS;
        end else begin
          state_d = TAKE;
          if (is_memory && address_q[5:0] == '1) state_d = LOAD;
          if (!is_memory && !is_hello && address_q[1:0] == '1) state_d = LITE_READ;
        end
      end
      STATUS: begin
        if (reply_ready_i) begin
          frame_done_o = !is_reject;
          if (!is_reject && execute_q) statuses_d[2*sequence_q[1:0]+:2] = status_q;
          state_d = IDLE;
        end
      end
      default: state_d = IDLE;
    endcase
  end

  always_comb begin : reply
    reply_o = 8'(status_q);
    if (state_q == REPLY_HEADER) begin
      unique case (position_q[1:0])
        2'd0: reply_o = sequence_q;
        2'd1: reply_o = command_q | RESPONSE;
        2'd2: reply_o = is_write ? 8'd0 : length_q[7:0];
        default: reply_o = is_write ? 8'd0 : 8'(length_q[8]);
      endcase
    end
    if (state_q == SEND) begin
      reply_o = is_memory ? line_data_i : word_q[8*address_q[1:0]+:8];
      if (is_hello) begin
        reply_o = (position_q < 9'd4) ? address_q[8*position_q[1:0]+:8]
            : INFORMATION[8*10'(position_q - 9'd4)+:8];
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      index_q <= '0;
      position_q <= '0;
      expected_q <= '0;
      reject_wanted_q <= 1'b0;
      reject_sent_q <= 1'b0;
      status_q <= STATUS_OKAY;
    end else begin
      state_q <= state_d;
      index_q <= index_d;
      position_q <= position_d;
      expected_q <= expected_d;
      reject_wanted_q <= reject_wanted_d;
      reject_sent_q <= reject_sent_d;
      status_q <= status_d;
    end
  end

  always_ff @(posedge clk_i) begin
    header_q <= header_d;
    length_q <= length_d;
    address_q <= address_d;
    word_q <= word_d;
    sequence_q <= sequence_d;
    command_q <= command_d;
    execute_q <= execute_d;
    statuses_q <= statuses_d;
  end

  assign index_o = index_q;
  assign reply_valid_o = state_q == REPLY_HEADER || state_q == SEND || state_q == STATUS;
  assign reply_last_o = state_q == STATUS;

  assign put_valid_o = state_q == GATHER && is_memory;
  assign offset_o = address_q[5:0];
  assign store_o = state_q == STORE;
  assign clear_o = is_clear;
  assign load_o = state_q == LOAD;
  assign line_o = address_q[31:6];

  assign m_axil_awvalid_o = state_q == LITE_WRITE;
  assign m_axil_awaddr_o = {address_q[11:2], 2'b00};
  assign m_axil_wvalid_o = state_q == LITE_WRITE;
  assign m_axil_wdata_o = word_q;
  assign m_axil_bready_o = state_q == LITE_RESPONSE;
  assign m_axil_arvalid_o = state_q == LITE_READ;
  assign m_axil_araddr_o = {address_q[11:2], 2'b00};
  assign m_axil_rready_o = state_q == LITE_DATA;

  // xRESP[0] only tells kinds of success, or of error, apart.
  logic unused;
  assign unused = m_axil_rresp_i[0] ^ m_axil_bresp_i[0];

endmodule
`default_nettype wire
