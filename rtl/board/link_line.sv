// One line of memory for link_commands: bytes are put into it or taken from it, and it is stored to
// or loaded from memory as one AXI4 burst (docs/architecture/board.md, "Host link").
//
// A store writes the bytes put since the last store, or with clear_i zeros to all of the line.
// store_i and load_i are events while nothing is under way; done_o is the event of their end, error_o
// with it. A byte taken is there one cycle after its offset.
`default_nettype none
module link_line #(
  parameter int unsigned DATA_BITS = 64
) (
  input logic clk_i,
  input logic rst_ni,

  // From and to link_commands
  input logic put_valid_i,
  input logic [5:0] offset_i,
  input logic [7:0] put_data_i,
  output logic [7:0] data_o,
  input logic store_i,
  input logic clear_i,
  input logic load_i,
  input logic [25:0] line_i,
  output logic done_o,
  output logic error_o,

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

  localparam int unsigned BEAT_BYTES = DATA_BITS / 8;
  localparam int unsigned BEATS = 64 / BEAT_BYTES;
  localparam int unsigned BEAT_BITS = (BEATS > 1) ? $clog2(BEATS) : 1;
  localparam int unsigned BYTE_BITS = $clog2(BEAT_BYTES);

  typedef enum logic [2:0] {
    IDLE,
    ADDRESS_READ,
    DATA_READ,
    ADDRESS_WRITE,
    FETCH,
    DATA_WRITE,
    RESPONSE
  } state_e;

  state_e state_d, state_q;
  logic [BEAT_BITS-1:0] beat_d, beat_q, offset_beat;
  logic [BYTE_BITS-1:0] offset_byte_q;
  logic [63:0] strobe_d, strobe_q;
  logic [25:0] line_d, line_q;
  logic error_d, error_q, done_d, done_q, clear_d, clear_q;
  logic last_beat, r_taken;
  logic [DATA_BITS-1:0] beat_data;

  if (BEATS > 1) begin : g_beat
    assign offset_beat = offset_i[5:BYTE_BITS];
  end else begin : g_beat
    assign offset_beat = 1'b0;
  end

  assign last_beat = beat_q == BEAT_BITS'(BEATS - 1);
  assign r_taken = state_q == DATA_READ && m_axi_rvalid_i;

  ram_1r1w #(
    .WIDTH(DATA_BITS),
    .DEPTH(BEATS),
    .GRANULE(8),
    .COLLIDES(0)
  ) u_bytes (
    .clk_i,
    .read_valid_i(!put_valid_i && !r_taken && state_q != DATA_WRITE),
    .read_address_i((state_q == FETCH) ? beat_q : offset_beat),
    .read_data_o(beat_data),
    .write_valid_i(put_valid_i || r_taken),
    .write_address_i(r_taken ? beat_q : offset_beat),
    .write_mask_i(r_taken ? '1 : BEAT_BYTES'(1) << offset_i[BYTE_BITS-1:0]),
    .write_data_i(r_taken ? m_axi_rdata_i : {BEAT_BYTES{put_data_i}})
  );

  always_comb begin : next
    state_d = state_q;
    beat_d = beat_q;
    strobe_d = strobe_q;
    line_d = line_q;
    error_d = error_q;
    clear_d = clear_q;
    done_d = 1'b0;
    if (put_valid_i) strobe_d[offset_i] = 1'b1;
    unique case (state_q)
      IDLE: begin
        beat_d = '0;
        if (store_i || load_i) begin
          line_d = line_i;
          error_d = 1'b0;
          clear_d = clear_i;
          if (clear_i) strobe_d = '1;
          state_d = store_i ? ADDRESS_WRITE : ADDRESS_READ;
        end
      end
      ADDRESS_READ: if (m_axi_arready_i) state_d = DATA_READ;
      DATA_READ: begin
        if (m_axi_rvalid_i) begin
          beat_d = beat_q + BEAT_BITS'(1);
          error_d = error_q || m_axi_rresp_i[1];
          if (m_axi_rlast_i) begin
            done_d = 1'b1;
            state_d = IDLE;
          end
        end
      end
      ADDRESS_WRITE: if (m_axi_awready_i) state_d = FETCH;
      FETCH: state_d = DATA_WRITE;
      DATA_WRITE: begin
        if (m_axi_wready_i) begin
          beat_d = beat_q + BEAT_BITS'(1);
          state_d = last_beat ? RESPONSE : FETCH;
        end
      end
      RESPONSE: begin
        if (m_axi_bvalid_i) begin
          strobe_d = '0;
          error_d = m_axi_bresp_i[1];
          done_d = 1'b1;
          state_d = IDLE;
        end
      end
      default: state_d = IDLE;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      beat_q <= '0;
      strobe_q <= '0;
      error_q <= 1'b0;
      done_q <= 1'b0;
    end else begin
      state_q <= state_d;
      beat_q <= beat_d;
      strobe_q <= strobe_d;
      error_q <= error_d;
      done_q <= done_d;
    end
  end

  always_ff @(posedge clk_i) begin
    line_q <= line_d;
    clear_q <= clear_d;
    offset_byte_q <= offset_i[BYTE_BITS-1:0];
  end

  assign data_o = beat_data[8*offset_byte_q+:8];
  assign done_o = done_q;
  assign error_o = error_q;

  assign m_axi_arvalid_o = state_q == ADDRESS_READ;
  assign m_axi_araddr_o = {line_q, 6'b0};
  assign m_axi_awvalid_o = state_q == ADDRESS_WRITE;
  assign m_axi_awaddr_o = {line_q, 6'b0};
  assign m_axi_wvalid_o = state_q == DATA_WRITE;
  assign m_axi_wdata_o = clear_q ? '0 : beat_data;
  assign m_axi_wstrb_o = strobe_q[BEAT_BYTES*beat_q+:BEAT_BYTES];
  assign m_axi_wlast_o = last_beat;

  // xRESP[0] only tells kinds of success, or of error, apart.
  logic unused;
  assign unused = m_axi_rresp_i[0] ^ m_axi_bresp_i[0];

endmodule
`default_nettype wire
