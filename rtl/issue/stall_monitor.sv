// What the scheduler did with a cycle, for the performance counters: picked an instruction, or why
// it could not (docs/architecture/issue.md).
//
// Looks at the registers of cycle c; c+1 has a bit a warp and cause, c+2 the class over all warps.
// Nothing depends on it: two cycles late, it is in nobody's way.
`default_nettype none
module stall_monitor (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,
  input logic halt_i,

  // From dispatcher
  input logic busy_i,

  // From warp_control: of all warps
  input logic [heddle_pkg::WARPS-1:0] resident_i,  // a thread lives
  input logic [heddle_pkg::WARPS-1:0] fetching_i,  // `buffered` is not 0, or READY
  input logic [heddle_pkg::WARPS-1:0] missing_i,
  input logic [heddle_pkg::WARPS-1:0] barrier_i,

  // From instruction_buffer and scoreboard: of all warps' heads
  input logic [heddle_pkg::WARPS-1:0] head_valid_i,
  input logic [heddle_pkg::WARPS-1:0] hazard_i,
  input logic [heddle_pkg::WARPS-1:0] register_hazard_i,
  input logic [heddle_pkg::WARPS-1:0] load_hazard_i,

  // From parking
  input logic [heddle_pkg::WARPS-1:0] parked_i,

  // From warp_scheduler
  input logic [heddle_pkg::WARPS-1:0] ready_i,
  input logic [heddle_pkg::WARPS-1:0] pickable_i,      // ready, and the unit is free
  input logic [heddle_pkg::WARPS-1:0] ready_memory_i,  // of a ready warp: unit MEMORY
  input logic pick_valid_i,                            // event, visible c+1

  // To performance_counters, c+2 (event): one bit a class; 0 if the grid was not busy in c
  output logic [heddle_pkg::ISSUE_CLASSES-1:0] issue_class_o,
  output logic [heddle_pkg::RESIDENT_BITS-1:0] resident_warps_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned CLASSES = heddle_pkg::ISSUE_CLASSES;
  localparam int unsigned RESIDENT_BITS = heddle_pkg::RESIDENT_BITS;

  // -----------------------------------------------------------------------------------------------
  // c: causes of each warp
  logic [WARPS-1:0] cause_d[1:CLASSES-2];
  logic [WARPS-1:0] cause_q[1:CLASSES-2];
  logic [WARPS-1:0] resident_q, blocked, held, empty;
  logic busy_q, halt_q;

  assign blocked = ready_i & ~pickable_i;
  assign held = head_valid_i & ~hazard_i & ~ready_i;
  assign empty = ~head_valid_i;

  assign cause_d[heddle_pkg::ISSUE_SLOT_USED] = pickable_i;
  assign cause_d[heddle_pkg::ISSUE_MEMORY_QUEUE] = blocked & ready_memory_i;
  assign cause_d[heddle_pkg::ISSUE_UNIT_BUSY] = blocked & ~ready_memory_i;
  assign cause_d[heddle_pkg::ISSUE_LATENCY] = held & ~parked_i;
  assign cause_d[heddle_pkg::ISSUE_DEPENDENCY] = head_valid_i & register_hazard_i & ~load_hazard_i;
  assign cause_d[heddle_pkg::ISSUE_LOAD] = head_valid_i & load_hazard_i;
  assign cause_d[heddle_pkg::ISSUE_DRAIN] = head_valid_i & hazard_i & ~register_hazard_i;
  assign cause_d[heddle_pkg::ISSUE_FETCH] = empty & fetching_i;
  assign cause_d[heddle_pkg::ISSUE_CONTROL] =
      empty & resident_i & ~fetching_i & ~missing_i & ~barrier_i;
  assign cause_d[heddle_pkg::ISSUE_ICACHE_MISS] = empty & ~fetching_i & missing_i;
  assign cause_d[heddle_pkg::ISSUE_BARRIER] =
      (empty & ~fetching_i & barrier_i) | (held & parked_i);

  // -----------------------------------------------------------------------------------------------
  // c+1: over the warps
  logic [CLASSES-1:0] class_d, class_q;
  logic [RESIDENT_BITS-1:0] resident_warps_d, resident_warps_q;
  logic found;

  always_comb begin : classify
    class_d = '0;
    class_d[heddle_pkg::ISSUE_PICKED] = pick_valid_i;
    found = pick_valid_i || halt_q;
    for (int i = 1; i < CLASSES - 1; i++) begin
      class_d[i] = !found && cause_q[i] != '0;
      if (cause_q[i] != '0) found = 1'b1;
    end
    class_d[heddle_pkg::ISSUE_NO_WARP] = !pick_valid_i && (halt_q || !found);
    resident_warps_d = '0;
    for (int i = 0; i < WARPS; i++) begin
      resident_warps_d = resident_warps_d + RESIDENT_BITS'(resident_q[i]);
    end
    if (!busy_q) begin
      class_d = '0;
      resident_warps_d = '0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      class_q <= '0;
      resident_warps_q <= '0;
    end else if (start_i) begin
      busy_q <= 1'b0;
      class_q <= '0;
      resident_warps_q <= '0;
    end else begin
      busy_q <= busy_i;
      class_q <= class_d;
      resident_warps_q <= resident_warps_d;
    end
  end

  always_ff @(posedge clk_i) begin
    halt_q <= halt_i;
    resident_q <= resident_i;
    for (int i = 1; i < CLASSES - 1; i++) cause_q[i] <= cause_d[i];
  end

  assign issue_class_o = class_q;
  assign resident_warps_o = resident_warps_q;

endmodule
`default_nettype wire
