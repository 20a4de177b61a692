// Control flow: branches, jumps, exit, ecall, barriers, warpsync, fence.i.
//
// For the row visible in c: every thread's next PC in c+1 (event `row`, to the thread-PC table; a
// warpsync's with every thread's mask).
// For the last row, three cycles after it: what the instruction did to the warp (event `control`),
// and with it the fault of an ecall whose a7 is not 93 in some thread, or the flush of a fence.i.
// Uniformity is judged against the next PC (warpsync: rs1) of the lowest active thread, which is
// known one cycle before the comparison.
//
// Call depth: jal and jalr with rd = x1 go one deeper; jalr with rd = x0 and rs1 = x1 comes back.
// The row has no rs1 number; decode says "rs1 is x1" in bit 0 of a jalr's rm field, which jalr does
// not otherwise use.
`default_nettype none
module branch_unit (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector, c
  input logic row_valid_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [31:0] row_group_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,

  // To reconvergence, c+1 (event)
  output logic branch_row_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] branch_row_warp_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] branch_row_beat_o,
  output logic [heddle_pkg::LANES-1:0] branch_row_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] branch_row_next_pc_o,
  output logic [7:0] branch_row_next_depth_o,
  output logic branch_row_sync_o,
  output logic [32*heddle_pkg::LANES-1:0] branch_row_sync_mask_o,

  // To warp_control, barrier and fault_unit, three cycles after the last row (event)
  output logic control_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] control_warp_o,
  output logic [heddle_pkg::WARP_BITS-1:0] control_next_warp_o,  // a cycle ahead of an event
  output logic [2:0] control_kind_o,
  output logic [31:0] control_mask_o,
  output logic control_uniform_o,
  output logic [31:0] control_next_pc_o,
  output logic [7:0] control_next_depth_o,
  output logic [31:0] control_status_o,
  output logic [31:0] control_a_o,  // of the lowest active thread; for barriers and warpsync
  output logic [31:0] control_b_o,

  // To instruction_cache, with `control` (event)
  output logic flush_valid_o,

  // To fault_unit, with `control` (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam logic [4:0] LINK = 5'd1;
  localparam logic [31:0] SYSTEM_CALL_EXIT = 32'd93;

  // -----------------------------------------------------------------------------------------------
  // c: next PCs
  logic row_valid_d, stage1_valid_q, stage2_valid_q, control_valid_q;
  logic row_event_d, row_event_q;
  logic [31:0] target, sequential, a, b;
  logic taken;
  logic [32*LANES-1:0] next_pc_d, next_pc_q;
  logic [7:0] next_depth_d, next_depth_q, stage2_next_depth_q;
  logic deeper, back;

  assign row_valid_d = row_valid_i && (row_ctl_i.unit == heddle_pkg::UNIT_BRANCH
      || row_ctl_i.unit == heddle_pkg::UNIT_JUMP || row_ctl_i.unit == heddle_pkg::UNIT_SYSTEM);
  assign row_event_d = row_valid_d && row_ctl_i.op != heddle_pkg::OP_EXIT
      && row_ctl_i.op != heddle_pkg::OP_ECALL;
  assign target = row_ctl_i.pc + row_ctl_i.imm;
  assign sequential = row_ctl_i.pc + 32'd4;
  assign deeper = row_ctl_i.unit == heddle_pkg::UNIT_JUMP && row_ctl_i.rd == LINK;
  assign back = row_ctl_i.op == heddle_pkg::OP_JALR && row_ctl_i.rd == 5'd0 && row_ctl_i.rm[0];

  always_comb begin : next_pcs
    next_pc_d = next_pc_q;
    next_depth_d = next_depth_q;
    taken = 1'b0;
    a = 32'b0;
    b = 32'b0;
    if (row_valid_d) begin
      next_depth_d = row_ctl_i.depth;
      if (deeper && row_ctl_i.depth != 8'hFF) next_depth_d = row_ctl_i.depth + 8'd1;
      else if (back && row_ctl_i.depth != 8'h00) next_depth_d = row_ctl_i.depth - 8'd1;
      for (int i = 0; i < LANES; i++) begin
        a = row_a_i[32*i+:32];
        b = row_b_i[32*i+:32];
        case (row_ctl_i.op)
          heddle_pkg::OP_BEQ: taken = a == b;
          heddle_pkg::OP_BNE: taken = a != b;
          heddle_pkg::OP_BLT: taken = $signed(a) < $signed(b);
          heddle_pkg::OP_BGE: taken = $signed(a) >= $signed(b);
          heddle_pkg::OP_BLTU: taken = a < b;
          heddle_pkg::OP_BGEU: taken = a >= b;
          heddle_pkg::OP_JAL: taken = 1'b1;
          default: taken = 1'b0;
        endcase
        next_pc_d[32*i+:32] = taken ? target : sequential;
        if (row_ctl_i.op == heddle_pkg::OP_JALR) begin
          next_pc_d[32*i+:32] = (a + row_ctl_i.imm) & ~32'd1;
        end
      end
    end
  end

  // The operands of system instructions. ecall: a7 and a0 of the row, and which threads they concern
  logic [32*LANES-1:0] operand_a_d, operand_a_q, operand_b_d, operand_b_q;
  logic [LANES-1:0] wrong_call_d, wrong_call_q, has_status_d, has_status_q;

  always_comb begin : system_call
    operand_a_d = operand_a_q;
    operand_b_d = operand_b_q;
    wrong_call_d = wrong_call_q;
    has_status_d = has_status_q;
    if (row_valid_d) begin
      wrong_call_d = '0;
      has_status_d = '0;
      if (row_ctl_i.unit == heddle_pkg::UNIT_SYSTEM) begin
        operand_a_d = row_a_i;
        operand_b_d = row_b_i;
      end
      if (row_ctl_i.op == heddle_pkg::OP_ECALL) begin
        for (int i = 0; i < LANES; i++) begin
          wrong_call_d[i] = row_mask_i[i] && row_a_i[32*i+:32] != SYSTEM_CALL_EXIT;
          has_status_d[i] = row_mask_i[i] && row_b_i[32*i+:32] != 32'b0;
        end
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+1: values of the lowest thread concerned, over the rows of the instruction so far. Each is 0
  // as long as no thread is concerned (a wrong a7 or a status of 0 is told from that by its bit).
  logic [heddle_pkg::WARP_BITS-1:0] warp_q, stage2_warp_q, control_warp_q;
  logic [heddle_pkg::BEAT_BITS-1:0] beat_q;
  logic [LANES-1:0] mask_q, stage2_mask_q;
  logic [31:0] group_mask_q, stage2_group_mask_q, control_mask_q;
  logic [31:0] pc_q, stage2_pc_q;
  logic [2:0] kind_d, kind_q, stage2_kind_q, control_kind_q;
  logic flush_d, flush_q, stage2_flush_q, flush_valid_q, system_q;
  logic first_q, stage2_first_q, last_q, stage2_last_q;
  logic have_reference_d, have_reference_q, have_status_d, have_status_q;
  logic [31:0] reference_d, reference_q, exit_status_d, exit_status_q;
  logic [31:0] fault_mask_d, fault_mask_q, fault_address_d, fault_address_q;
  logic [31:0] reference_a_d, reference_a_q, reference_b_d, reference_b_q;
  logic have_fault;

  always_comb begin : kind
    kind_d = heddle_pkg::CONTROL_JUMP;
    case (row_ctl_i.op)
      heddle_pkg::OP_BAR_SYNC: kind_d = heddle_pkg::CONTROL_BARRIER;
      heddle_pkg::OP_BAR_ARRIVE: kind_d = heddle_pkg::CONTROL_ARRIVE;
      heddle_pkg::OP_WARPSYNC: kind_d = heddle_pkg::CONTROL_SYNC;
      heddle_pkg::OP_EXIT, heddle_pkg::OP_ECALL: kind_d = heddle_pkg::CONTROL_EXIT;
      default: ;
    endcase
    flush_d = row_ctl_i.op == heddle_pkg::OP_FENCE_I;
  end

  always_comb begin : lowest_threads
    have_reference_d = have_reference_q;
    reference_d = reference_q;
    reference_a_d = reference_a_q;
    reference_b_d = reference_b_q;
    have_status_d = have_status_q;
    exit_status_d = exit_status_q;
    fault_mask_d = fault_mask_q;
    fault_address_d = fault_address_q;
    have_fault = fault_mask_q != 32'b0;
    if (stage1_valid_q) begin
      if (first_q) begin
        have_reference_d = 1'b0;
        have_status_d = 1'b0;
        exit_status_d = 32'b0;
        fault_mask_d = 32'b0;
        have_fault = 1'b0;
      end
      if (!have_reference_d) begin
        have_reference_d = mask_q != '0;
        for (int i = LANES - 1; i >= 0; i--) begin
          if (mask_q[i]) reference_d = next_pc_q[32*i+:32];
        end
        if (system_q) begin
          for (int i = LANES - 1; i >= 0; i--) begin
            if (mask_q[i]) begin
              reference_a_d = operand_a_q[32*i+:32];
              reference_b_d = operand_b_q[32*i+:32];
            end
          end
        end
      end
      if (!have_status_d) begin
        have_status_d = has_status_q != '0;
        for (int i = LANES - 1; i >= 0; i--) begin
          if (has_status_q[i]) exit_status_d = operand_b_q[32*i+:32];
        end
      end
      if (!have_fault) begin
        for (int i = LANES - 1; i >= 0; i--) begin
          if (wrong_call_q[i]) fault_address_d = operand_a_q[32*i+:32];
        end
      end
      fault_mask_d = fault_mask_d | (32'(wrong_call_q) << (32'(beat_q) * LANES));
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+2: do all threads agree?
  logic [32*LANES-1:0] stage2_compared_q;
  logic [31:0] reference;
  logic row_uniform, uniform_d, uniform_q;

  assign reference = (stage2_kind_q == heddle_pkg::CONTROL_SYNC) ? reference_a_q : reference_q;

  always_comb begin : compare
    row_uniform = 1'b1;
    uniform_d = uniform_q;
    if (stage2_valid_q) begin
      for (int i = 0; i < LANES; i++) begin
        if (stage2_mask_q[i] && stage2_compared_q[32*i+:32] != reference) row_uniform = 1'b0;
      end
      uniform_d = (uniform_q || stage2_first_q) && row_uniform;
    end
  end

  // -----------------------------------------------------------------------------------------------
  logic fault_valid_q;
  logic [31:0] control_next_pc_q, control_status_q, control_a_q, control_b_q;
  logic [7:0] control_next_depth_q;
  logic [31:0] control_fault_mask_q, control_fault_address_q, control_pc_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      row_event_q <= 1'b0;
      stage1_valid_q <= 1'b0;
      stage2_valid_q <= 1'b0;
      control_valid_q <= 1'b0;
      fault_valid_q <= 1'b0;
      flush_valid_q <= 1'b0;
    end else begin
      row_event_q <= row_event_d;
      stage1_valid_q <= row_valid_d;
      stage2_valid_q <= stage1_valid_q;
      control_valid_q <= stage2_valid_q && stage2_last_q;
      fault_valid_q <= stage2_valid_q && stage2_last_q && fault_mask_q != 32'b0;
      flush_valid_q <= stage2_valid_q && stage2_last_q && stage2_flush_q;
    end
  end

  always_ff @(posedge clk_i) begin
    next_pc_q <= next_pc_d;
    next_depth_q <= next_depth_d;
    operand_a_q <= operand_a_d;
    operand_b_q <= operand_b_d;
    wrong_call_q <= wrong_call_d;
    has_status_q <= has_status_d;
    if (row_valid_d) begin
      warp_q <= row_ctl_i.warp;
      beat_q <= row_ctl_i.beat;
      mask_q <= row_mask_i;
      group_mask_q <= row_group_mask_i;
      pc_q <= row_ctl_i.pc;
      kind_q <= kind_d;
      flush_q <= flush_d;
      system_q <= row_ctl_i.unit == heddle_pkg::UNIT_SYSTEM;
      first_q <= row_ctl_i.first;
      last_q <= row_ctl_i.last;
    end

    have_reference_q <= have_reference_d;
    reference_q <= reference_d;
    reference_a_q <= reference_a_d;
    reference_b_q <= reference_b_d;
    have_status_q <= have_status_d;
    exit_status_q <= exit_status_d;
    fault_mask_q <= fault_mask_d;
    fault_address_q <= fault_address_d;
    if (stage1_valid_q) begin
      stage2_compared_q <= (kind_q == heddle_pkg::CONTROL_SYNC) ? operand_a_q : next_pc_q;
      stage2_next_depth_q <= next_depth_q;
      stage2_warp_q <= warp_q;
      stage2_mask_q <= mask_q;
      stage2_group_mask_q <= group_mask_q;
      stage2_pc_q <= pc_q;
      stage2_kind_q <= kind_q;
      stage2_flush_q <= flush_q;
      stage2_first_q <= first_q;
      stage2_last_q <= last_q;
    end

    uniform_q <= uniform_d;
    if (stage2_valid_q && stage2_last_q) begin
      control_warp_q <= stage2_warp_q;
      control_kind_q <= stage2_kind_q;
      control_mask_q <= stage2_group_mask_q;
      control_next_pc_q <= reference_q;
      control_next_depth_q <= stage2_next_depth_q;
      control_status_q <= exit_status_q;
      control_a_q <= reference_a_q;
      control_b_q <= reference_b_q;
      control_fault_mask_q <= fault_mask_q;
      control_fault_address_q <= fault_address_q;
      control_pc_q <= stage2_pc_q;
    end
  end

  assign branch_row_valid_o = row_event_q;
  assign branch_row_warp_o = warp_q;
  assign branch_row_beat_o = beat_q;
  assign branch_row_mask_o = mask_q;
  assign branch_row_next_pc_o = next_pc_q;
  assign branch_row_next_depth_o = next_depth_q;
  assign branch_row_sync_o = kind_q == heddle_pkg::CONTROL_SYNC;
  assign branch_row_sync_mask_o = operand_a_q;

  assign control_valid_o = control_valid_q;
  assign control_warp_o = control_warp_q;
  assign control_next_warp_o = stage2_warp_q;
  assign control_kind_o = control_kind_q;
  assign control_mask_o = control_mask_q;
  assign control_uniform_o = uniform_q;
  assign control_next_pc_o = control_next_pc_q;
  assign control_next_depth_o = control_next_depth_q;
  assign control_status_o = control_status_q;
  assign control_a_o = control_a_q;
  assign control_b_o = control_b_q;
  assign flush_valid_o = flush_valid_q;

  assign fault_valid_o = fault_valid_q;
  always_comb begin
    fault_o.cause = heddle_pkg::CAUSE_ECALL;
    fault_o.warp = control_warp_q;
    fault_o.mask = control_fault_mask_q;
    fault_o.pc = control_pc_q;
    fault_o.address = control_fault_address_q;
  end

  // The other fields of the row's control part are for other units.
  logic unused;
  assign unused = ^row_ctl_i;

endmodule
`default_nettype wire
