// Instruction cache: direct-mapped, one line refilled at a time, hits under a refill.
//
// A fetch visible in f reads tag, valid bit and word as they stand in f and checks the PC against
// the regions; the verdict falls in f+1 and its event is visible in f+2. A miss that finds the
// miss unit busy starts nothing: its warp waits for `refilling_o` to fall and fetches again. The
// valid bit of the set is cleared when the refill begins, so no fetch sees a half-written line.
// A refill that a flush meets may hold what was in memory before: it leaves its line invalid.
`default_nettype none
module instruction_cache (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From branch_unit (event): forget all lines
  input logic flush_i,

  // From warp_control, f (event)
  input logic fetch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] fetch_warp_i,
  input logic [31:0] fetch_pc_i,

  // To warp_control, f+2 (event); kind: FETCH_HIT...
  output logic fetch_response_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] fetch_response_warp_o,
  output logic [1:0] fetch_response_kind_o,
  output logic [31:0] fetch_response_instruction_o,
  output logic [4:0] fetch_response_cause_o,
  output logic refilling_o,

  // From host_interface
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  // To crossbar
  output logic request_valid_o,
  input logic request_ready_i,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,

  // From crossbar
  input logic response_valid_i,
  output logic response_ready_o,
  input logic [heddle_pkg::LINE_BITS-1:0] response_data_i,
  input logic response_error_i,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o
);

  localparam int unsigned LINES = heddle_pkg::ICACHE_BYTES / heddle_pkg::LINE_BYTES;
  localparam int unsigned SET_BITS = $clog2(LINES);
  localparam int unsigned SET_LSB = heddle_pkg::LINE_OFFSET_BITS;
  localparam int unsigned TAG_LSB = SET_LSB + SET_BITS;
  localparam int unsigned TAG_WIDTH = 32 - TAG_LSB;
  localparam int unsigned WORD_BITS = SET_BITS + 4;

  localparam logic [1:0] STATE_IDLE = 2'd0;
  localparam logic [1:0] STATE_REQUEST = 2'd1;
  localparam logic [1:0] STATE_WAIT = 2'd2;
  localparam logic [1:0] STATE_FILL = 2'd3;

  logic [1:0] state_d, state_q;
  logic [3:0] fill_word_d, fill_word_q;
  logic [heddle_pkg::WARP_BITS-1:0] miss_warp_q;
  logic [31:0] miss_pc_q;
  logic [heddle_pkg::LINE_BITS-1:0] line_q;
  logic [LINES-1:0] line_valid_q;
  logic was_idle_q;
  logic stale_q;  // the refill under way was met by a flush
  logic filling, fill_last, miss_starts, error_arrives;

  assign filling = state_q == STATE_FILL;
  assign fill_last = filling && fill_word_q == 4'd15;

  // -----------------------------------------------------------------------------------------------
  // f: tag, valid bit, word, regions
  logic verdict_valid_q, line_valid_at_fetch_q, executable_d, executable_q;
  logic [heddle_pkg::WARP_BITS-1:0] verdict_warp_q;
  logic [31:0] verdict_pc_q, word_read;
  logic [TAG_WIDTH-1:0] tag_read;

  ram_1r1w #(
    .WIDTH(TAG_WIDTH),
    .DEPTH(LINES)
  ) u_tags (
    .clk_i,
    .read_valid_i(fetch_valid_i),
    .read_address_i(fetch_pc_i[TAG_LSB-1:SET_LSB]),
    .read_data_o(tag_read),
    .write_valid_i(fill_last),
    .write_address_i(miss_pc_q[TAG_LSB-1:SET_LSB]),
    .write_mask_i(1'b1),
    .write_data_i(miss_pc_q[31:TAG_LSB])
  );

  ram_1r1w #(
    .WIDTH(32),
    .DEPTH(16 * LINES)
  ) u_words (
    .clk_i,
    .read_valid_i(fetch_valid_i),
    .read_address_i(WORD_BITS'(fetch_pc_i[TAG_LSB-1:2])),
    .read_data_o(word_read),
    .write_valid_i(filling),
    .write_address_i({miss_pc_q[TAG_LSB-1:SET_LSB], fill_word_q}),
    .write_mask_i(1'b1),
    .write_data_i(line_q[32*fill_word_q+:32])
  );

  always_comb begin : check_regions
    executable_d = 1'b0;
    if (fetch_valid_i) begin
      for (int i = 0; i < heddle_pkg::REGIONS; i++) begin
        if (region_base_i[32*i+2] && fetch_pc_i[31:12] >= region_base_i[32*i+12+:20]
            && fetch_pc_i[31:12] < region_limit_i[32*i+12+:20]) begin
          executable_d = 1'b1;
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) verdict_valid_q <= 1'b0;
    else verdict_valid_q <= fetch_valid_i && !start_i;
  end

  always_ff @(posedge clk_i) begin
    if (fetch_valid_i) begin
      verdict_warp_q <= fetch_warp_i;
      verdict_pc_q <= fetch_pc_i;
      executable_q <= executable_d;
      line_valid_at_fetch_q <= line_valid_q[fetch_pc_i[TAG_LSB-1:SET_LSB]];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // f+1: verdict
  logic [1:0] kind_d;
  logic misaligned;

  assign misaligned = verdict_pc_q[1:0] != 2'b00;

  always_comb begin : verdict
    kind_d = heddle_pkg::FETCH_MISS;
    if (misaligned || !executable_q) kind_d = heddle_pkg::FETCH_FAULT;
    else if (line_valid_at_fetch_q && tag_read == verdict_pc_q[31:TAG_LSB]) kind_d = heddle_pkg::FETCH_HIT;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fetch_response_valid_o <= 1'b0;
    else fetch_response_valid_o <= verdict_valid_q && !start_i;
  end

  always_ff @(posedge clk_i) begin
    if (verdict_valid_q) begin
      fetch_response_warp_o <= verdict_warp_q;
      fetch_response_kind_o <= kind_d;
      fetch_response_instruction_o <= word_read;
      fetch_response_cause_o <= misaligned ? heddle_pkg::CAUSE_PC_MISALIGNED
          : heddle_pkg::CAUSE_PC_ACCESS;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Miss unit
  // Not in the first idle cycle: its verdict comes from a read in the last cycle of the fill.
  assign miss_starts = verdict_valid_q && kind_d == heddle_pkg::FETCH_MISS && state_q == STATE_IDLE
      && was_idle_q;
  assign error_arrives = state_q == STATE_WAIT && response_valid_i && response_error_i;
  assign refilling_o = state_q != STATE_IDLE;
  assign request_valid_o = state_q == STATE_REQUEST;
  assign request_line_o = miss_pc_q[31:heddle_pkg::LINE_OFFSET_BITS];
  assign response_ready_o = state_q == STATE_WAIT;

  always_comb begin : next_state
    state_d = state_q;
    fill_word_d = fill_word_q;
    case (state_q)
      STATE_IDLE: if (miss_starts) state_d = STATE_REQUEST;
      STATE_REQUEST: if (request_ready_i) state_d = STATE_WAIT;
      STATE_WAIT: begin
        fill_word_d = 4'd0;
        if (response_valid_i) state_d = response_error_i ? STATE_IDLE : STATE_FILL;
      end
      default: begin
        fill_word_d = fill_word_q + 4'd1;
        if (fill_last) state_d = STATE_IDLE;
      end
    endcase
    if (start_i) state_d = STATE_IDLE;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= STATE_IDLE;
      was_idle_q <= 1'b1;
      line_valid_q <= '0;
      stale_q <= 1'b0;
      fault_valid_o <= 1'b0;
    end else begin
      state_q <= state_d;
      was_idle_q <= state_q == STATE_IDLE;
      fault_valid_o <= error_arrives && !start_i;
      stale_q <= state_q != STATE_IDLE && (stale_q || flush_i);
      if (start_i || flush_i) begin
        line_valid_q <= '0;
      end else begin
        if (miss_starts) line_valid_q[verdict_pc_q[TAG_LSB-1:SET_LSB]] <= 1'b0;
        if (fill_last && !stale_q) line_valid_q[miss_pc_q[TAG_LSB-1:SET_LSB]] <= 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    fill_word_q <= fill_word_d;
    if (miss_starts) begin
      miss_warp_q <= verdict_warp_q;
      miss_pc_q <= verdict_pc_q;
    end
    if (response_valid_i && response_ready_o) line_q <= response_data_i;
  end

  always_comb begin : fault_payload
    fault_o.cause = heddle_pkg::CAUSE_PC_ACCESS;
    fault_o.warp = miss_warp_q;
    fault_o.mask = 32'b0;
    fault_o.pc = miss_pc_q;
    fault_o.address = miss_pc_q;
  end

endmodule
`default_nettype wire
