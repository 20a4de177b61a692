// Addresses of loads, stores and atomics: sum, window, translation, alignment and window checks.
//
// Takes operand rows of unit MEMORY. The row visible in c is the event `memory_row` in c+2, which
// the memory queue always takes (the scheduler's credits guarantee the space). Beside the last row,
// `memory_op` says which memories the whole instruction touches. A thread that is misaligned or
// outside its window is in neither mask; its fault follows one cycle after the last row. The rows of
// a pair's high half, which come before it, pass through with their data alone.
`default_nettype none
module address_unit (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From operand_collector, c
  input logic row_valid_i,
  input logic row_high_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,

  // From dispatcher (event): where the warp's block has its shared memory
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [31:0] launch_shared_base_i,

  // From host_interface, constant during a grid
  input logic [31:0] shared_size_i,
  input logic [31:0] local_base_i,
  input logic [31:0] local_shift_i,

  // To memory_queue, c+2 (events)
  output logic memory_row_valid_o,
  output logic memory_row_high_o,
  output logic [heddle_pkg::WARP_BITS-1:0] memory_row_warp_o,
  output logic [heddle_pkg::OP_BITS-1:0] memory_row_op_o,
  output logic [4:0] memory_row_rd_o,
  output logic memory_row_writes_rd_o,
  output logic [31:0] memory_row_pc_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] memory_row_beat_o,
  output logic memory_row_last_o,
  output logic [heddle_pkg::LANES-1:0] memory_row_shared_mask_o,
  output logic [heddle_pkg::LANES-1:0] memory_row_global_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] memory_row_address_o,
  output logic [32*heddle_pkg::LANES-1:0] memory_row_data_o,
  output logic [32*heddle_pkg::LANES-1:0] memory_row_compare_o,
  output logic memory_op_valid_o,
  output logic memory_op_any_shared_o,
  output logic memory_op_any_global_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned LANE_BITS = 5;

  // -----------------------------------------------------------------------------------------------
  // c: sums
  logic stage1_valid_d, stage1_valid_q;
  logic [heddle_pkg::WARP_BITS-1:0] stage1_warp_q;
  logic [heddle_pkg::OP_BITS-1:0] stage1_op_q;
  logic [4:0] stage1_rd_q;
  logic stage1_writes_rd_q, stage1_first_q, stage1_last_q, stage1_high_q;
  logic [31:0] stage1_pc_q;
  logic [heddle_pkg::BEAT_BITS-1:0] stage1_beat_q;
  logic [LANES-1:0] stage1_mask_q;
  logic [32*LANES-1:0] sum_d, sum_q, stage1_data_q, stage1_compare_q;
  logic [31:0] shared_bases[0:heddle_pkg::WARPS-1];
  logic [31:0] shared_base_q;

  assign stage1_valid_d = row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_MEMORY;

  always_comb begin : sums
    sum_d = sum_q;
    if (stage1_valid_d) begin
      for (int i = 0; i < LANES; i++) begin
        sum_d[32*i+:32] = row_a_i[32*i+:32] + row_ctl_i.imm;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+1: windows
  logic writes, atomic, mbarrier, pair, half, word;  // writes: a store or an atomic
  logic [31:0] warp_base, address, offset, base, displacement;
  logic [31:0] above_local;  // bits of an offset that lies behind the local window's end
  logic [LANES-1:0] shared_mask_d, shared_mask_q, global_mask_d, global_mask_q;
  logic [LANES-1:0] misaligned, outside;
  logic [32*LANES-1:0] address_d, address_q;
  logic misaligned_lane, outside_lane, shared_lane, local_lane;
  logic [31:0] row_misaligned_address, row_outside_address;

  assign atomic = heddle_pkg::isa_is_atomic(stage1_op_q);
  assign mbarrier = heddle_pkg::is_mbarrier_update(stage1_op_q)
      || stage1_op_q == heddle_pkg::OP_MBARRIER_TEST
      || stage1_op_q == heddle_pkg::OP_MBARRIER_TRY_WAIT;
  assign pair = heddle_pkg::isa_is_pair(stage1_op_q);
  assign writes = atomic || heddle_pkg::is_store(stage1_op_q);
  assign half = stage1_op_q == heddle_pkg::OP_LH || stage1_op_q == heddle_pkg::OP_LHU
      || stage1_op_q == heddle_pkg::OP_SH;
  assign word = atomic || stage1_op_q == heddle_pkg::OP_LW || stage1_op_q == heddle_pkg::OP_SW;
  assign above_local = ~32'b0 << local_shift_i[4:0];
  assign warp_base =
      local_base_i + ((32'(stage1_warp_q) << LANE_BITS) << local_shift_i[4:0]);

  always_comb begin : windows
    address_d = address_q;
    shared_mask_d = shared_mask_q;
    global_mask_d = global_mask_q;
    misaligned = '0;
    outside = '0;
    row_misaligned_address = 32'b0;
    row_outside_address = 32'b0;
    address = 32'b0;
    offset = 32'b0;
    base = 32'b0;
    displacement = 32'b0;
    shared_lane = 1'b0;
    local_lane = 1'b0;
    misaligned_lane = 1'b0;
    outside_lane = 1'b0;
    if (stage1_valid_q) begin
      shared_mask_d = '0;
      global_mask_d = '0;
      for (int i = LANES - 1; i >= 0; i--) begin
        address = sum_q[32*i+:32];
        offset = {4'b0, address[27:0]};
        misaligned_lane = (half && address[0]) || (word && address[1:0] != 2'b0)
            || ((mbarrier || pair) && address[2:0] != 3'b0);
        shared_lane = address[31:28] == heddle_pkg::SHARED_WINDOW;
        local_lane = address[31:28] == heddle_pkg::LOCAL_WINDOW;
        outside_lane = mbarrier;
        base = 32'b0;
        displacement = address;
        if (shared_lane) begin
          outside_lane = offset >= shared_size_i;
          base = shared_base_q;
          displacement = offset;
        end else if (local_lane) begin
          outside_lane = mbarrier || pair || (offset & above_local) != 32'b0;
          base = warp_base;
          // A word of each of the warp's threads, then the next
          displacement = {offset[26:2], 5'(32'(stage1_beat_q) * LANES + 32'(i)), offset[1:0]};
        end
        // One adder for both windows
        address_d[32*i+:32] = base + displacement;
        if (stage1_mask_q[i] && !stage1_high_q) begin
          if (misaligned_lane) begin
            misaligned[i] = 1'b1;
            row_misaligned_address = address;
          end
          if (outside_lane) begin
            outside[i] = 1'b1;
            row_outside_address = address;
          end
          if (!misaligned_lane && !outside_lane) begin
            if (shared_lane) shared_mask_d[i] = 1'b1;
            else global_mask_d[i] = 1'b1;
          end
        end
      end
    end
  end

  // Over the rows of the instruction so far. An address is that of the lowest thread in its mask.
  logic any_shared_d, any_shared_q, any_global_d, any_global_q;
  logic [31:0] misaligned_d, misaligned_q, outside_d, outside_q;
  logic [31:0] misaligned_address_d, misaligned_address_q;
  logic [31:0] outside_address_d, outside_address_q;

  always_comb begin : accumulate
    any_shared_d = any_shared_q;
    any_global_d = any_global_q;
    misaligned_d = misaligned_q;
    outside_d = outside_q;
    misaligned_address_d = misaligned_address_q;
    outside_address_d = outside_address_q;
    if (stage1_valid_q) begin
      if (stage1_first_q) begin
        any_shared_d = 1'b0;
        any_global_d = 1'b0;
        misaligned_d = 32'b0;
        outside_d = 32'b0;
      end
      if (misaligned_d == 32'b0) misaligned_address_d = row_misaligned_address;
      if (outside_d == 32'b0) outside_address_d = row_outside_address;
      any_shared_d = any_shared_d || shared_mask_d != '0;
      any_global_d = any_global_d || global_mask_d != '0;
      misaligned_d = misaligned_d | (32'(misaligned) << (32'(stage1_beat_q) * LANES));
      outside_d = outside_d | (32'(outside) << (32'(stage1_beat_q) * LANES));
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+2: the row leaves; c+3: its instruction's fault
  logic row_valid_q, high_q, writes_q, last_q, writes_rd_q, fault_valid_d, fault_valid_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [heddle_pkg::OP_BITS-1:0] op_q;
  logic [4:0] rd_q;
  logic [31:0] pc_q;
  logic [heddle_pkg::BEAT_BITS-1:0] beat_q;
  logic [32*LANES-1:0] data_q, compare_q;
  heddle_pkg::fault_t fault_d, fault_q;

  assign fault_valid_d = row_valid_q && last_q && (misaligned_q != 32'b0 || outside_q != 32'b0);

  always_comb begin : fault
    fault_d = fault_q;
    if (fault_valid_d) begin
      fault_d.warp = warp_q;
      fault_d.pc = pc_q;
      if (misaligned_q != 32'b0) begin
        fault_d.cause = writes_q ? heddle_pkg::CAUSE_STORE_MISALIGNED
            : heddle_pkg::CAUSE_LOAD_MISALIGNED;
        fault_d.mask = misaligned_q;
        fault_d.address = misaligned_address_q;
      end else begin
        fault_d.cause = writes_q ? heddle_pkg::CAUSE_STORE_ACCESS : heddle_pkg::CAUSE_LOAD_ACCESS;
        fault_d.mask = outside_q;
        fault_d.address = outside_address_q;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      stage1_valid_q <= 1'b0;
      row_valid_q <= 1'b0;
      fault_valid_q <= 1'b0;
    end else begin
      stage1_valid_q <= stage1_valid_d && !start_i;
      row_valid_q <= stage1_valid_q && !start_i;
      fault_valid_q <= fault_valid_d && !start_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) shared_bases[launch_warp_i] <= launch_shared_base_i;

    if (stage1_valid_d) begin
      shared_base_q <= shared_bases[row_ctl_i.warp];
      stage1_warp_q <= row_ctl_i.warp;
      stage1_op_q <= row_ctl_i.op;
      stage1_rd_q <= row_ctl_i.rd;
      stage1_writes_rd_q <= row_ctl_i.writes_rd;
      stage1_pc_q <= row_ctl_i.pc;
      stage1_beat_q <= row_ctl_i.beat;
      stage1_first_q <= row_ctl_i.first;
      stage1_last_q <= row_ctl_i.last;
      stage1_high_q <= row_high_i;
      stage1_mask_q <= row_mask_i;
      sum_q <= sum_d;
      stage1_data_q <= row_b_i;
      stage1_compare_q <= row_c_i;
    end

    if (stage1_valid_q) begin
      warp_q <= stage1_warp_q;
      op_q <= stage1_op_q;
      writes_q <= writes;
      rd_q <= stage1_rd_q;
      writes_rd_q <= stage1_writes_rd_q;
      pc_q <= stage1_pc_q;
      beat_q <= stage1_beat_q;
      last_q <= stage1_last_q;
      high_q <= stage1_high_q;
      shared_mask_q <= shared_mask_d;
      global_mask_q <= global_mask_d;
      address_q <= address_d;
      data_q <= stage1_data_q;
      compare_q <= stage1_compare_q;
      any_shared_q <= any_shared_d;
      any_global_q <= any_global_d;
      misaligned_q <= misaligned_d;
      outside_q <= outside_d;
      misaligned_address_q <= misaligned_address_d;
      outside_address_q <= outside_address_d;
    end

    fault_q <= fault_d;
  end

  assign memory_row_valid_o = row_valid_q;
  assign memory_row_high_o = high_q;
  assign memory_row_warp_o = warp_q;
  assign memory_row_op_o = op_q;
  assign memory_row_rd_o = rd_q;
  assign memory_row_writes_rd_o = writes_rd_q;
  assign memory_row_pc_o = pc_q;
  assign memory_row_beat_o = beat_q;
  assign memory_row_last_o = last_q;
  assign memory_row_shared_mask_o = shared_mask_q;
  assign memory_row_global_mask_o = global_mask_q;
  assign memory_row_address_o = address_q;
  assign memory_row_data_o = data_q;
  assign memory_row_compare_o = compare_q;
  assign memory_op_valid_o = row_valid_q && last_q;
  assign memory_op_any_shared_o = any_shared_q;
  assign memory_op_any_global_o = any_global_q;
  assign fault_valid_o = fault_valid_q;
  assign fault_o = fault_q;

  // Fields of the row that are for other units; LOCAL_SHIFT is 8..20.
  logic unused;
  assign unused = ^row_ctl_i ^ ^local_shift_i[31:5];

endmodule
`default_nettype wire
