// The performance counters: 64 bits each, exact, for little area (docs/architecture/device.md).
//
// An event is counted in a few bits of its own; the counters themselves are words of a RAM, which
// take these up in turn, one a cycle. So the host sees a counter as it was when its turn was, and
// all of them exactly soon after the grid's end. The RAM is doubled, for a read port of the host's
// own; it is not cleared: `valid_q` says which words are of this grid.
`default_nettype none
module performance_counters (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // Counted events, in the counters' order. From stall_monitor
  input logic [heddle_pkg::ISSUE_CLASSES-1:0] issue_class_i,
  // From branch_unit, reconvergence, instruction_cache and l1_cache
  input logic branch_i,
  input logic divergent_branch_i,
  input logic reselection_i,
  input logic icache_fetch_i,
  input logic icache_miss_i,
  input logic l1_load_hit_i,
  input logic l1_load_miss_i,
  // From stall_monitor
  input logic [heddle_pkg::RESIDENT_BITS-1:0] resident_warps_i,
  // From l2_slice, all channels
  input logic [heddle_pkg::CHANNELS-1:0] l2_load_hit_i,
  input logic [heddle_pkg::CHANNELS-1:0] l2_load_miss_i,
  input logic [heddle_pkg::CHANNELS-1:0] l2_store_hit_i,
  input logic [heddle_pkg::CHANNELS-1:0] l2_store_miss_i,
  input logic [heddle_pkg::CHANNELS-1:0] l2_atomic_hit_i,
  input logic [heddle_pkg::CHANNELS-1:0] l2_atomic_miss_i,
  input logic [heddle_pkg::CHANNELS-1:0] l2_eviction_i,
  // Of the memory ports
  input logic [heddle_pkg::CHANNELS-1:0] read_beat_i,
  input logic [heddle_pkg::CHANNELS-1:0] write_beat_i,
  // From instruction_cache
  input logic icache_prefetch_i,

  // From and to host_interface: a counter, one cycle later, and until the next read
  input logic read_valid_i,
  input logic [heddle_pkg::COUNTER_BITS-1:0] read_index_i,
  output logic [63:0] read_data_o
);

  localparam int unsigned COUNTERS = heddle_pkg::PERFORMANCE_COUNTERS;
  localparam int unsigned INDEX_BITS = heddle_pkg::COUNTER_BITS;
  localparam int unsigned CHANNELS = heddle_pkg::CHANNELS;
  // The first counters grow by one at most, the others by the number of warps or channels.
  localparam int unsigned SINGLES = heddle_pkg::ISSUE_CLASSES + 7;
  localparam int unsigned SUMS = COUNTERS - SINGLES;
  localparam int unsigned SUM_BITS = 7;
  // Between two turns at most COUNTERS times as much.
  localparam int unsigned PART_BITS = SUM_BITS + INDEX_BITS;

  logic [SINGLES-1:0] singles;
  logic [SUM_BITS*SUMS-1:0] sums;

  function automatic logic [SUM_BITS-1:0] ones(input logic [CHANNELS-1:0] channels);
    ones = '0;
    for (int i = 0; i < CHANNELS; i++) ones = ones + SUM_BITS'(channels[i]);
  endfunction

  assign singles = {
    l1_load_miss_i, l1_load_hit_i, icache_miss_i, icache_fetch_i, reselection_i, divergent_branch_i,
    branch_i, issue_class_i
  };
  assign sums = {
    SUM_BITS'(icache_prefetch_i), ones(write_beat_i), ones(read_beat_i), ones(l2_eviction_i),
    ones(l2_atomic_miss_i), ones(l2_atomic_hit_i), ones(l2_store_miss_i), ones(l2_store_hit_i),
    ones(l2_load_miss_i), ones(l2_load_hit_i), SUM_BITS'(resident_warps_i)
  };

  // -----------------------------------------------------------------------------------------------
  // What came since each counter's last turn
  logic [INDEX_BITS-1:0] turn_d, turn_q;
  logic [PART_BITS*COUNTERS-1:0] parts;

  assign turn_d = (turn_q == INDEX_BITS'(COUNTERS - 1)) ? '0 : turn_q + INDEX_BITS'(1);

  for (genvar i = 0; i < COUNTERS; i++) begin : g_counter
    localparam int unsigned EVENT_BITS = (i < SINGLES) ? 1 : SUM_BITS;
    localparam int unsigned BITS = EVENT_BITS + INDEX_BITS;
    logic [EVENT_BITS-1:0] event_d, event_q;
    logic [BITS-1:0] part_d, part_q;

    if (i < SINGLES) begin : g_single
      assign event_d = singles[i];
    end else begin : g_sum
      assign event_d = sums[SUM_BITS*(i-SINGLES)+:SUM_BITS];
    end
    assign part_d = ((turn_q == INDEX_BITS'(i)) ? '0 : part_q) + BITS'(event_q);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        event_q <= '0;
        part_q <= '0;
      end else if (start_i) begin
        event_q <= '0;
        part_q <= '0;
      end else begin
        event_q <= event_d;
        part_q <= part_d;
      end
    end

    assign parts[PART_BITS*i+:PART_BITS] = PART_BITS'(part_q);
  end

  // -----------------------------------------------------------------------------------------------
  // The turn's counter: c reads its word, c+1 adds and writes, while another one is read
  logic [COUNTERS-1:0] valid_d, valid_q;
  logic taken_valid_q, taken_add_q;
  logic [INDEX_BITS-1:0] taken_index_q;
  logic [PART_BITS-1:0] taken_q;
  logic [63:0] word, sum;

  ram_1r1w #(
    .WIDTH(64),
    .DEPTH(COUNTERS),
    .COLLIDES(0)
  ) u_words (
    .clk_i,
    .read_valid_i(1'b1),
    .read_address_i(turn_q),
    .read_data_o(word),
    .write_valid_i(taken_valid_q),
    .write_address_i(taken_index_q),
    .write_mask_i(1'b1),
    .write_data_i(sum)
  );

  assign sum = (taken_add_q ? word : 64'b0) + 64'(taken_q);

  always_comb begin : next_valid
    valid_d = valid_q;
    if (taken_valid_q) valid_d[taken_index_q] = 1'b1;
    if (start_i) valid_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      turn_q <= '0;
      taken_valid_q <= 1'b0;
      valid_q <= '0;
    end else begin
      turn_q <= start_i ? '0 : turn_d;
      taken_valid_q <= !start_i;
      valid_q <= valid_d;
    end
  end

  always_ff @(posedge clk_i) begin
    taken_index_q <= turn_q;
    taken_add_q <= valid_q[turn_q];
    taken_q <= parts[PART_BITS*turn_q+:PART_BITS];
  end

  // -----------------------------------------------------------------------------------------------
  // The host's read
  logic [63:0] read_word;
  logic read_shown_q;

  ram_1r1w #(
    .WIDTH(64),
    .DEPTH(COUNTERS)
  ) u_host_words (
    .clk_i,
    .read_valid_i,
    .read_address_i(read_index_i),
    .read_data_o(read_word),
    .write_valid_i(taken_valid_q),
    .write_address_i(taken_index_q),
    .write_mask_i(1'b1),
    .write_data_i(sum)
  );

  always_ff @(posedge clk_i) begin
    if (read_valid_i) read_shown_q <= valid_q[read_index_i];
  end

  assign read_data_o = read_shown_q ? read_word : 64'b0;

endmodule
`default_nettype wire
