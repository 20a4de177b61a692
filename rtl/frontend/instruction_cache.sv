// Instruction cache: direct-mapped, one refill at a time, hits under a refill, next-line prefetch.
//
// A fetch visible in f reads tag, valid bit and line as they stand in f and checks the PC against
// the regions; the verdict falls in f+1 and its event is visible in f+2. A miss that finds the
// miss unit busy starts nothing: its warp waits for `refilling_o` to fall and fetches again. The
// response is written as it comes, all of the line at once. The valid bit of the set is cleared when
// the refill begins. A refill that a flush meets may hold what was in memory before: it leaves its
// line invalid.
//
// Prefetch: instruction_prefetch names the line behind the one in use, and a cycle without a fetch
// looks it up as a fetch would. If it is not here the miss unit gets it, for no warp: an error of
// the memory is no fault then.
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
  output logic [31:0] fetch_response_pc_o,
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

  // To performance_counters (event)
  output logic prefetch_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o
);

  localparam int unsigned LINES = heddle_pkg::ICACHE_BYTES / heddle_pkg::LINE_BYTES;
  localparam int unsigned SET_BITS = $clog2(LINES);
  localparam int unsigned SET_LSB = heddle_pkg::LINE_OFFSET_BITS;
  localparam int unsigned TAG_LSB = SET_LSB + SET_BITS;
  localparam int unsigned TAG_WIDTH = 32 - TAG_LSB;

  localparam logic [1:0] STATE_IDLE = 2'd0;
  localparam logic [1:0] STATE_REQUEST = 2'd1;
  localparam logic [1:0] STATE_WAIT = 2'd2;

  logic [1:0] state_d, state_q;
  logic [heddle_pkg::WARP_BITS-1:0] miss_warp_q;
  logic [31:0] miss_pc_q;
  logic prefetch_q;  // no warp missed on the line that is being refilled
  logic [LINES-1:0] line_valid_q;
  logic was_idle_q;
  logic stale_q;  // the refill under way was met by a flush
  logic idle, miss_starts, prefetch_starts, refill_starts, line_arrives, error_arrives;

  assign idle = state_q == STATE_IDLE;
  assign line_arrives = state_q == STATE_WAIT && response_valid_i && !response_error_i;
  assign error_arrives = state_q == STATE_WAIT && response_valid_i && response_error_i;

  // -----------------------------------------------------------------------------------------------
  // f: tag, valid bit, line, regions
  logic verdict_valid_q, verdict_look_q, line_valid_at_read_q, executable_d, executable_q;
  logic [heddle_pkg::WARP_BITS-1:0] verdict_warp_q;
  logic [31:0] read_pc, verdict_pc_q;
  logic [31:0] instruction_read;
  logic [TAG_WIDTH-1:0] tag_read;
  logic look_wanted, look;
  logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] look_line;

  assign look = look_wanted && idle && !fetch_valid_i;
  assign read_pc = fetch_valid_i ? fetch_pc_i : {look_line, heddle_pkg::LINE_OFFSET_BITS'(0)};

  ram_1r1w #(
    .WIDTH(TAG_WIDTH),
    .DEPTH(LINES)
  ) u_tags (
    .clk_i,
    .read_valid_i(fetch_valid_i || look),
    .read_address_i(read_pc[TAG_LSB-1:SET_LSB]),
    .read_data_o(tag_read),
    .write_valid_i(line_arrives),
    .write_address_i(miss_pc_q[TAG_LSB-1:SET_LSB]),
    .write_mask_i(1'b1),
    .write_data_i(miss_pc_q[31:TAG_LSB])
  );

  // A set that is being filled is not valid: no verdict takes an instruction of its line.
  ram_wide_write #(
    .WIDTH(32),
    .PARTS(heddle_pkg::LINE_BITS / 32),
    .ROWS(LINES)
  ) u_lines (
    .clk_i,
    .read_valid_i(fetch_valid_i),
    .read_row_i(fetch_pc_i[TAG_LSB-1:SET_LSB]),
    .read_part_i(fetch_pc_i[SET_LSB-1:2]),
    .read_data_o(instruction_read),
    .write_valid_i(line_arrives),
    .write_row_i(miss_pc_q[TAG_LSB-1:SET_LSB]),
    .write_data_i(response_data_i)
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
    if (!rst_ni) begin
      verdict_valid_q <= 1'b0;
      verdict_look_q <= 1'b0;
    end else begin
      verdict_valid_q <= fetch_valid_i && !start_i;
      verdict_look_q <= look && !start_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (fetch_valid_i || look) begin
      verdict_warp_q <= fetch_warp_i;
      verdict_pc_q <= read_pc;
      executable_q <= executable_d;
      line_valid_at_read_q <= line_valid_q[read_pc[TAG_LSB-1:SET_LSB]];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // f+1: verdict
  logic [1:0] kind_d;
  logic misaligned, here;

  assign misaligned = verdict_pc_q[1:0] != 2'b00;
  assign here = line_valid_at_read_q && tag_read == verdict_pc_q[31:TAG_LSB];

  always_comb begin : verdict
    kind_d = heddle_pkg::FETCH_MISS;
    if (misaligned || !executable_q) kind_d = heddle_pkg::FETCH_FAULT;
    else if (here) kind_d = heddle_pkg::FETCH_HIT;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fetch_response_valid_o <= 1'b0;
    else fetch_response_valid_o <= verdict_valid_q && !start_i;
  end

  always_ff @(posedge clk_i) begin
    if (verdict_valid_q) begin
      fetch_response_warp_o <= verdict_warp_q;
      fetch_response_kind_o <= kind_d;
      fetch_response_pc_o <= verdict_pc_q;
      fetch_response_instruction_o <= instruction_read;
      fetch_response_cause_o <= misaligned ? heddle_pkg::CAUSE_PC_MISALIGNED
          : heddle_pkg::CAUSE_PC_ACCESS;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Miss unit
  // Not in the first idle cycle: its verdict comes from a read in the cycle of the fill.
  assign miss_starts = verdict_valid_q && kind_d == heddle_pkg::FETCH_MISS && idle && was_idle_q;
  assign refill_starts = miss_starts || prefetch_starts;
  assign refilling_o = !idle;
  assign request_valid_o = state_q == STATE_REQUEST;
  assign request_line_o = miss_pc_q[31:heddle_pkg::LINE_OFFSET_BITS];
  assign response_ready_o = state_q == STATE_WAIT;

  always_comb begin : next_state
    state_d = state_q;
    case (state_q)
      STATE_IDLE: if (refill_starts) state_d = STATE_REQUEST;
      STATE_REQUEST: if (request_ready_i) state_d = STATE_WAIT;
      default: if (response_valid_i) state_d = STATE_IDLE;
    endcase
    if (start_i) state_d = STATE_IDLE;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= STATE_IDLE;
      was_idle_q <= 1'b1;
      line_valid_q <= '0;
      stale_q <= 1'b0;
      prefetch_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else begin
      state_q <= state_d;
      was_idle_q <= idle;
      prefetch_o <= prefetch_starts && !start_i;
      fault_valid_o <= error_arrives && !prefetch_q && !start_i;
      stale_q <= !idle && (stale_q || flush_i);
      if (start_i || flush_i) begin
        line_valid_q <= '0;
      end else begin
        if (refill_starts) line_valid_q[verdict_pc_q[TAG_LSB-1:SET_LSB]] <= 1'b0;
        if (line_arrives && !stale_q) line_valid_q[miss_pc_q[TAG_LSB-1:SET_LSB]] <= 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (refill_starts) begin
      miss_warp_q <= verdict_warp_q;
      miss_pc_q <= verdict_pc_q;
      prefetch_q <= prefetch_starts;
    end
  end

  instruction_prefetch u_prefetch (
    .clk_i,
    .rst_ni,
    .start_i,
    .look_wanted_o(look_wanted),
    .look_line_o(look_line),
    .verdict_line_i(verdict_pc_q[31:heddle_pkg::LINE_OFFSET_BITS]),
    .hit_i(verdict_valid_q && kind_d == heddle_pkg::FETCH_HIT),
    .miss_starts_i(miss_starts),
    .looked_i(verdict_look_q && idle && was_idle_q),
    .here_i(here),
    .prefetch_starts_o(prefetch_starts),
    .cancel_i(flush_i || (error_arrives && prefetch_q))
  );

  always_comb begin : fault_payload
    fault_o.cause = heddle_pkg::CAUSE_PC_ACCESS;
    fault_o.warp = miss_warp_q;
    fault_o.mask = 32'b0;
    fault_o.pc = miss_pc_q;
    fault_o.address = miss_pc_q;
  end

endmodule
`default_nettype wire
