// Starts the grid: checks its geometry, has the thread coordinates written, hands CTAs to free
// slots warp by warp, waits for the machine to drain and has the L2 written back
// (docs/architecture/device.md).
//
// One tid event a cycle before the first CTA, one launch event a cycle for the warps of a CTA.
// `machine_idle` must be seen for DRAIN_CYCLES cycles in a row: long enough for a row that left the
// operand collector to reach a unit that says it is not idle. A machine that stays idle, and whose
// operand collector accepts nothing, for QUIET_MOST cycles while CTAs are resident is in a deadlock.
`default_nettype none
module dispatcher (
  input logic clk_i,
  input logic rst_ni,

  // From host_interface
  input logic start_i,
  input logic [31:0] grid_x_i,
  input logic [31:0] grid_y_i,
  input logic [31:0] grid_z_i,
  input logic [31:0] block_x_i,
  input logic [31:0] block_y_i,
  input logic [31:0] block_z_i,
  input logic [31:0] threads_i,
  input logic [31:0] warps_per_cta_i,
  input logic [31:0] resident_ctas_i,
  input logic [31:0] shared_size_i,
  input logic [31:0] local_shift_i,

  // To host_interface
  output logic busy_o,
  output logic done_o,
  output logic done_fault_o,

  // From and to fault_unit
  input logic halt_i,
  output logic invalid_launch_o,  // event, in the cycle of the check
  output logic deadlock_o,        // event

  // From barrier (event) and the SM
  input logic cta_done_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_i,
  input logic [heddle_pkg::CTA_SLOTS-1:0] copying_i,  // a copy of the slot's last CTA is under way
  input logic [heddle_pkg::CTA_SLOTS-1:0] computing_i,  // likewise an MMA, or columns of its
  input logic machine_idle_i,
  input logic accepted_valid_i,

  // From and to l2_slice, all channels
  output logic flush_o,  // event
  input logic flushing_i,

  // To csr_unit (event)
  output logic tid_valid_o,
  output logic [9:0] tid_index_o,
  output logic [9:0] tid_x_o,
  output logic [9:0] tid_y_o,
  output logic [5:0] tid_z_o,

  // To all that keep something a warp (event)
  output logic launch_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] launch_warp_o,
  output logic [4:0] launch_warp_in_cta_o,
  output logic [31:0] launch_mask_o,
  output logic [heddle_pkg::CTA_BITS-1:0] launch_cta_o,
  output logic [31:0] launch_ctaid_x_o,
  output logic [31:0] launch_ctaid_y_o,
  output logic [31:0] launch_ctaid_z_o,
  output logic [31:0] launch_shared_base_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned CTA_SLOTS = heddle_pkg::CTA_SLOTS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned SHARED_BYTES = heddle_pkg::SHARED_BYTES;
  // A product of a slot number and a size, both within their limits.
  localparam int unsigned PRODUCT_BITS = $clog2(CTA_SLOTS + 1) + $clog2(SHARED_BYTES + 1);
  localparam logic [31:0] LOCAL_SHIFT_LEAST = 32'd8;
  localparam logic [31:0] LOCAL_SHIFT_MOST = 32'd20;
  localparam logic [4:0] DRAIN_LAST = 5'd31;
  localparam logic [9:0] QUIET_MOST = 10'd1023;

  typedef enum logic [3:0] {
    IDLE,
    CHECK,
    TID,
    CHOOSE,
    LAUNCH,
    DRAIN,
    FLUSH_FIRST,
    FLUSH_SECOND,
    FLUSH
  } state_t;

  state_t state_d, state_q;
  logic done_d, done_q, done_fault_d, done_fault_q;

  // -----------------------------------------------------------------------------------------------
  // Geometry. The products are looked at only when their factors are within their limits.
  logic within_limits, valid_geometry;
  logic [PRODUCT_BITS-1:0] warps_needed, shared_needed;

  assign within_limits = grid_x_i != 32'd0 && grid_y_i != 32'd0 && grid_z_i != 32'd0
      && block_x_i != 32'd0 && block_y_i != 32'd0 && block_z_i != 32'd0 && threads_i != 32'd0
      && warps_per_cta_i != 32'd0 && warps_per_cta_i <= WARPS
      && resident_ctas_i != 32'd0 && resident_ctas_i <= CTA_SLOTS
      && shared_size_i <= SHARED_BYTES
      && local_shift_i >= LOCAL_SHIFT_LEAST && local_shift_i <= LOCAL_SHIFT_MOST;
  assign warps_needed = resident_ctas_i[PRODUCT_BITS-1:0] * warps_per_cta_i[PRODUCT_BITS-1:0];
  assign shared_needed = resident_ctas_i[PRODUCT_BITS-1:0] * shared_size_i[PRODUCT_BITS-1:0];
  assign valid_geometry = within_limits && 32'(warps_needed) <= WARPS
      && 32'(shared_needed) <= SHARED_BYTES;
  assign invalid_launch_o = state_q == CHECK && !valid_geometry;

  // -----------------------------------------------------------------------------------------------
  // CTA slots
  logic [CTA_SLOTS-1:0] taken_d, taken_q;
  logic found_slot, take_slot;
  logic [CTA_BITS-1:0] free_slot;

  always_comb begin : find_slot
    found_slot = 1'b0;
    free_slot = '0;
    for (int i = CTA_SLOTS - 1; i >= 0; i--) begin
      if (!taken_q[i] && !copying_i[i] && !computing_i[i] && 32'(i) < resident_ctas_i) begin
        found_slot = 1'b1;
        free_slot = CTA_BITS'(i);
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // State, coordinates
  logic [31:0] index_d, index_q;        // thread in TID, warp in LAUNCH
  logic [31:0] rest_d, rest_q;          // threads of the CTA from this warp on
  logic [31:0] tid_x_d, tid_x_q, tid_y_d, tid_y_q, tid_z_d, tid_z_q;
  logic [31:0] ctaid_x_d, ctaid_x_q, ctaid_y_d, ctaid_y_q, ctaid_z_d, ctaid_z_q;
  logic all_launched_d, all_launched_q;
  logic [CTA_BITS-1:0] slot_d, slot_q;
  logic [WARP_BITS-1:0] warp_d, warp_q;
  logic [PRODUCT_BITS-1:0] shared_base_d, shared_base_q;
  logic [4:0] idle_cycles_d, idle_cycles_q;
  logic last_thread, last_warp;

  assign last_thread = index_q + 32'd1 == threads_i;
  // Warps of a CTA that is launched are within the limits.
  assign last_warp =
      index_q[WARP_BITS-1:0] == warps_per_cta_i[WARP_BITS-1:0] - WARP_BITS'(1);
  assign take_slot = state_q == CHOOSE && !all_launched_q && !halt_i && found_slot;

  always_comb begin : next_state
    state_d = state_q;
    done_d = done_q;
    done_fault_d = done_fault_q;
    index_d = index_q;
    rest_d = rest_q;
    tid_x_d = tid_x_q;
    tid_y_d = tid_y_q;
    tid_z_d = tid_z_q;
    ctaid_x_d = ctaid_x_q;
    ctaid_y_d = ctaid_y_q;
    ctaid_z_d = ctaid_z_q;
    all_launched_d = all_launched_q;
    slot_d = slot_q;
    warp_d = warp_q;
    shared_base_d = shared_base_q;
    idle_cycles_d = idle_cycles_q;
    case (state_q)
      CHECK: begin
        if (valid_geometry) begin
          state_d = TID;
        end else begin
          state_d = IDLE;
          done_d = 1'b1;
          done_fault_d = 1'b1;
        end
      end
      TID: begin
        index_d = index_q + 32'd1;
        tid_x_d = tid_x_q + 32'd1;
        if (tid_x_d == block_x_i) begin
          tid_x_d = 32'd0;
          tid_y_d = tid_y_q + 32'd1;
          if (tid_y_d == block_y_i) begin
            tid_y_d = 32'd0;
            tid_z_d = tid_z_q + 32'd1;
          end
        end
        if (last_thread) state_d = CHOOSE;
      end
      CHOOSE: begin
        idle_cycles_d = 5'd0;
        if (take_slot) begin
          state_d = LAUNCH;
          index_d = 32'd0;
          rest_d = threads_i;
          slot_d = free_slot;
          warp_d = WARP_BITS'(PRODUCT_BITS'(free_slot) * warps_per_cta_i[PRODUCT_BITS-1:0]);
          shared_base_d = PRODUCT_BITS'(free_slot) * shared_size_i[PRODUCT_BITS-1:0];
        end else if (halt_i || (all_launched_q && taken_q == '0)) begin
          state_d = DRAIN;
        end
      end
      LAUNCH: begin
        index_d = index_q + 32'd1;
        rest_d = rest_q - 32'd32;
        warp_d = warp_q + WARP_BITS'(1);
        if (last_warp) begin
          state_d = CHOOSE;
          ctaid_x_d = ctaid_x_q + 32'd1;
          if (ctaid_x_d == grid_x_i) begin
            ctaid_x_d = 32'd0;
            ctaid_y_d = ctaid_y_q + 32'd1;
            if (ctaid_y_d == grid_y_i) begin
              ctaid_y_d = 32'd0;
              ctaid_z_d = ctaid_z_q + 32'd1;
              if (ctaid_z_d == grid_z_i) all_launched_d = 1'b1;
            end
          end
        end
      end
      DRAIN: begin
        idle_cycles_d = machine_idle_i ? idle_cycles_q + 5'd1 : 5'd0;
        if (machine_idle_i && idle_cycles_q == DRAIN_LAST) begin
          state_d = FLUSH_FIRST;
        end
      end
      // The slices have heard the event when `flushing` is looked at.
      FLUSH_FIRST: state_d = FLUSH_SECOND;
      FLUSH_SECOND: state_d = FLUSH;
      FLUSH: begin
        if (!flushing_i) begin
          state_d = IDLE;
          done_d = 1'b1;
          done_fault_d = halt_i;
        end
      end
      default: state_d = IDLE;
    endcase
    if (start_i) begin
      state_d = CHECK;
      done_d = 1'b0;
      done_fault_d = 1'b0;
      index_d = 32'd0;
      tid_x_d = 32'd0;
      tid_y_d = 32'd0;
      tid_z_d = 32'd0;
      ctaid_x_d = 32'd0;
      ctaid_y_d = 32'd0;
      ctaid_z_d = 32'd0;
      all_launched_d = 1'b0;
    end
  end

  logic [9:0] quiet_d, quiet_q;
  logic deadlock_d, deadlock_q;

  always_comb begin : watch
    quiet_d = 10'd0;
    if (state_q == CHOOSE && machine_idle_i && !accepted_valid_i) begin
      quiet_d = (quiet_q == QUIET_MOST) ? QUIET_MOST : quiet_q + 10'd1;
    end
    deadlock_d = quiet_d == QUIET_MOST && quiet_q != QUIET_MOST;
  end

  always_comb begin : slots
    taken_d = taken_q;
    if (take_slot) taken_d[free_slot] = 1'b1;
    if (cta_done_valid_i) taken_d[cta_done_cta_i] = 1'b0;
    if (start_i) taken_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      done_q <= 1'b0;
      done_fault_q <= 1'b0;
      taken_q <= '0;
      index_q <= 32'd0;
      rest_q <= 32'd0;
      tid_x_q <= 32'd0;
      tid_y_q <= 32'd0;
      tid_z_q <= 32'd0;
      ctaid_x_q <= 32'd0;
      ctaid_y_q <= 32'd0;
      ctaid_z_q <= 32'd0;
      all_launched_q <= 1'b0;
      slot_q <= '0;
      warp_q <= '0;
      shared_base_q <= '0;
      idle_cycles_q <= 5'd0;
      quiet_q <= 10'd0;
      deadlock_q <= 1'b0;
    end else begin
      state_q <= state_d;
      done_q <= done_d;
      done_fault_q <= done_fault_d;
      taken_q <= taken_d;
      index_q <= index_d;
      rest_q <= rest_d;
      tid_x_q <= tid_x_d;
      tid_y_q <= tid_y_d;
      tid_z_q <= tid_z_d;
      ctaid_x_q <= ctaid_x_d;
      ctaid_y_q <= ctaid_y_d;
      ctaid_z_q <= ctaid_z_d;
      all_launched_q <= all_launched_d;
      slot_q <= slot_d;
      warp_q <= warp_d;
      shared_base_q <= shared_base_d;
      idle_cycles_q <= idle_cycles_d;
      quiet_q <= quiet_d;
      deadlock_q <= deadlock_d;
    end
  end

  assign deadlock_o = deadlock_q;
  assign busy_o = state_q != IDLE;
  assign flush_o = state_q == FLUSH_FIRST;
  assign done_o = done_q;
  assign done_fault_o = done_fault_q;

  assign tid_valid_o = state_q == TID;
  assign tid_index_o = index_q[9:0];
  assign tid_x_o = tid_x_q[9:0];
  assign tid_y_o = tid_y_q[9:0];
  assign tid_z_o = tid_z_q[5:0];

  assign launch_valid_o = state_q == LAUNCH;
  assign launch_warp_o = warp_q;
  assign launch_warp_in_cta_o = index_q[4:0];
  assign launch_mask_o = (last_warp && rest_q < 32'd32) ? ~(32'hFFFF_FFFF << rest_q[4:0])
      : 32'hFFFF_FFFF;
  assign launch_cta_o = slot_q;
  assign launch_ctaid_x_o = ctaid_x_q;
  assign launch_ctaid_y_o = ctaid_y_q;
  assign launch_ctaid_z_o = ctaid_z_q;
  assign launch_shared_base_o = 32'(shared_base_q);

endmodule
`default_nettype wire
