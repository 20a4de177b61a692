// Everything behind the operand collector, with flat ports: lanes, csr_unit, branch_unit, divider
// and warp_unit on one operand row, wired as in the SM. A float row of the divider that is taken
// gives its flags to csr_unit a cycle later, as writeback does.
`default_nettype none
module execute_harness (
  input logic clk_i,
  input logic rst_ni,

  // The operand row; the unit comes from the instruction set's table
  input logic valid_i,
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic [2:0] rm_i,
  input logic [31:0] pc_i,
  input logic [31:0] imm_i,
  input logic [7:0] depth_i,
  input logic [heddle_pkg::WARP_BITS-1:0] warp_i,
  input logic [4:0] rd_i,
  input logic writes_rd_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] beat_i,
  input logic first_i,
  input logic last_i,
  input logic [heddle_pkg::LANES-1:0] mask_i,
  input logic [31:0] group_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] a_i,
  input logic [32*heddle_pkg::LANES-1:0] b_i,
  input logic [32*heddle_pkg::LANES-1:0] c_i,

  // Launch
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [4:0] launch_warp_in_cta_i,
  input logic [31:0] launch_ctaid_x_i,
  input logic [31:0] launch_ctaid_y_i,
  input logic [31:0] launch_ctaid_z_i,
  input logic tid_valid_i,
  input logic [9:0] tid_index_i,
  input logic [9:0] tid_x_i,
  input logic [9:0] tid_y_i,
  input logic [5:0] tid_z_i,
  input logic [63:0] cycles_i,
  input logic [63:0] instructions_i,
  input logic [31:0] block_x_i,
  input logic [31:0] block_y_i,
  input logic [31:0] block_z_i,
  input logic [31:0] grid_x_i,
  input logic [31:0] grid_y_i,
  input logic [31:0] grid_z_i,
  input logic [31:0] warps_per_cta_i,
  input logic [31:0] argptr_i,
  input logic [31:0] shared_size_i,
  input logic [31:0] local_size_i,

  // Fixed pipe
  output logic release_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] release_warp_o,
  output logic [4:0] release_rd_o,
  output logic release_writes_rd_o,
  output logic result_next_valid_o,
  output logic float_next_valid_o,
  output logic result_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] result_warp_o,
  output logic [4:0] result_rd_o,
  output logic result_writes_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] result_beat_o,
  output logic result_last_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,
  output logic result_float_o,

  // Branch unit
  output logic branch_row_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] branch_row_warp_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] branch_row_beat_o,
  output logic [heddle_pkg::LANES-1:0] branch_row_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] branch_row_next_pc_o,
  output logic [7:0] branch_row_next_depth_o,
  output logic branch_row_sync_o,
  output logic [32*heddle_pkg::LANES-1:0] branch_row_sync_mask_o,
  output logic control_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] control_warp_o,
  output logic [2:0] control_kind_o,
  output logic [31:0] control_mask_o,
  output logic control_uniform_o,
  output logic [31:0] control_next_pc_o,
  output logic [7:0] control_next_depth_o,
  output logic [31:0] control_status_o,
  output logic [31:0] control_a_o,
  output logic [31:0] control_b_o,
  output logic flush_valid_o,
  output logic fault_valid_o,
  output logic [4:0] fault_cause_o,
  output logic [heddle_pkg::WARP_BITS-1:0] fault_warp_o,
  output logic [31:0] fault_mask_o,
  output logic [31:0] fault_pc_o,
  output logic [31:0] fault_address_o,

  // Divider
  output logic divide_valid_o,
  input logic divide_ready_i,
  output logic [heddle_pkg::WARP_BITS-1:0] divide_warp_o,
  output logic [4:0] divide_rd_o,
  output logic divide_writes_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] divide_beat_o,
  output logic divide_last_o,
  output logic [heddle_pkg::LANES-1:0] divide_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] divide_data_o,
  output logic divide_float_o,
  output logic [32*heddle_pkg::LANES-1:0] divide_flags_o,  // a word a lane
  output logic divide_done_o,
  output logic divide_idle_o,

  // Warp unit
  output logic warp_valid_o,
  input logic warp_ready_i,
  output logic [heddle_pkg::WARP_BITS-1:0] warp_warp_o,
  output logic [4:0] warp_rd_o,
  output logic warp_writes_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] warp_beat_o,
  output logic warp_last_o,
  output logic [heddle_pkg::LANES-1:0] warp_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] warp_data_o,
  output logic warp_op_done_o,
  output logic warp_idle_o
);

  heddle_pkg::exec_ctl_t ctl;
  heddle_pkg::operand_select_t select;
  heddle_pkg::result_ctl_t result_ctl, divide_ctl, warp_ctl;
  heddle_pkg::fault_t fault;
  logic [3*heddle_pkg::LANES-1:0] frm;
  logic [32*heddle_pkg::LANES-1:0] csr_result;
  logic [5*heddle_pkg::LANES-1:0] csr_flags, result_flags, divide_flags;
  logic taken_q;
  logic [heddle_pkg::WARP_BITS-1:0] taken_warp_q;
  logic [heddle_pkg::BEAT_BITS-1:0] taken_beat_q;
  logic [heddle_pkg::LANES-1:0] taken_mask_q;
  logic [5*heddle_pkg::LANES-1:0] taken_flags_q;

  always_comb begin
    ctl.warp = warp_i;
    ctl.op = op_i;
    ctl.unit = heddle_pkg::isa_unit(op_i);
    ctl.rd = rd_i;
    ctl.writes_rd = writes_rd_i;
    ctl.pc = pc_i;
    ctl.imm = imm_i;
    ctl.rm = rm_i;
    ctl.depth = depth_i;
    ctl.beat = beat_i;
    ctl.first = first_i;
    ctl.last = last_i;
    ctl.select = select;
  end

  operand_select u_operand_select (
    .op_i,
    .select_o(select)
  );

  lanes u_lanes (
    .clk_i,
    .rst_ni,
    .row_valid_i(valid_i),
    .row_high_i(1'b0),
    .row_ctl_i(ctl),
    .row_mask_i(mask_i),
    .row_a_i(a_i),
    .row_b_i(b_i),
    .row_c_i(c_i),
    .row_frm_i(frm),
    .csr_result_i(csr_result),
    .csr_flags_i(csr_flags),
    .release_valid_o,
    .release_warp_o,
    .release_rd_o,
    .release_writes_rd_o,
    .result_next_valid_o,
    .float_next_valid_o,
    .result_valid_o,
    .result_ctl_o(result_ctl),
    .result_mask_o,
    .result_data_o,
    .result_float_o,
    .result_flags_o(result_flags)
  );

  csr_unit u_csr_unit (
    .clk_i,
    .rst_ni,
    .row_valid_i(valid_i),
    .row_ctl_i(ctl),
    .row_mask_i(mask_i),
    .row_a_i(a_i),
    .row_frm_o(frm),
    .csr_result_o(csr_result),
    .csr_flags_o(csr_flags),
    .result_valid_i(result_valid_o),
    .result_ctl_i(result_ctl),
    .result_mask_i(result_mask_o),
    .result_float_i(result_float_o),
    .result_flags_i(result_flags),
    .divide_valid_i(taken_q),
    .divide_warp_i(taken_warp_q),
    .divide_beat_i(taken_beat_q),
    .divide_mask_i(taken_mask_q),
    .divide_flags_i(taken_flags_q),
    .launch_valid_i,
    .launch_warp_i,
    .launch_warp_in_cta_i,
    .launch_ctaid_x_i,
    .launch_ctaid_y_i,
    .launch_ctaid_z_i,
    .tid_valid_i,
    .tid_index_i,
    .tid_x_i,
    .tid_y_i,
    .tid_z_i,
    .cycles_i,
    .instructions_i,
    .block_x_i,
    .block_y_i,
    .block_z_i,
    .grid_x_i,
    .grid_y_i,
    .grid_z_i,
    .warps_per_cta_i,
    .argptr_i,
    .shared_size_i,
    .local_size_i
  );

  logic [heddle_pkg::WARP_BITS-1:0] control_next_warp;

  branch_unit u_branch_unit (
    .clk_i,
    .rst_ni,
    .row_valid_i(valid_i),
    .row_ctl_i(ctl),
    .row_mask_i(mask_i),
    .row_group_mask_i(group_mask_i),
    .row_a_i(a_i),
    .row_b_i(b_i),
    .branch_row_valid_o,
    .branch_row_warp_o,
    .branch_row_beat_o,
    .branch_row_mask_o,
    .branch_row_next_pc_o,
    .branch_row_next_depth_o,
    .branch_row_sync_o,
    .branch_row_sync_mask_o,
    .control_valid_o,
    .control_warp_o,
    .control_next_warp_o(control_next_warp),
    .control_kind_o,
    .control_mask_o,
    .control_uniform_o,
    .control_next_pc_o,
    .control_next_depth_o,
    .control_status_o,
    .control_a_o,
    .control_b_o,
    .flush_valid_o,
    .fault_valid_o,
    .fault_o(fault)
  );

  divider u_divider (
    .clk_i,
    .rst_ni,
    .row_valid_i(valid_i),
    .row_ctl_i(ctl),
    .row_mask_i(mask_i),
    .row_a_i(a_i),
    .row_b_i(b_i),
    .row_frm_i(frm),
    .result_valid_o(divide_valid_o),
    .result_ready_i(divide_ready_i),
    .result_ctl_o(divide_ctl),
    .result_mask_o(divide_mask_o),
    .result_data_o(divide_data_o),
    .result_float_o(divide_float_o),
    .result_flags_o(divide_flags),
    .done_valid_o(divide_done_o),
    .idle_o(divide_idle_o)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) taken_q <= 1'b0;
    else taken_q <= divide_valid_o && divide_ready_i && divide_float_o;
  end

  always_ff @(posedge clk_i) begin
    taken_warp_q <= divide_ctl.warp;
    taken_beat_q <= divide_ctl.beat;
    taken_mask_q <= divide_mask_o;
    taken_flags_q <= divide_flags;
  end

  always_comb begin
    for (int i = 0; i < heddle_pkg::LANES; i++) begin
      divide_flags_o[32*i+:32] = {27'b0, divide_flags[5*i+:5]};
    end
  end

  warp_unit u_warp_unit (
    .clk_i,
    .rst_ni,
    .row_valid_i(valid_i),
    .row_ctl_i(ctl),
    .row_mask_i(mask_i),
    .row_group_mask_i(group_mask_i),
    .row_a_i(a_i),
    .row_b_i(b_i),
    .row_c_i(c_i),
    .result_valid_o(warp_valid_o),
    .result_ready_i(warp_ready_i),
    .result_ctl_o(warp_ctl),
    .result_mask_o(warp_mask_o),
    .result_data_o(warp_data_o),
    .op_done_valid_o(warp_op_done_o),
    .idle_o(warp_idle_o)
  );

  assign result_warp_o = result_ctl.warp;
  assign result_rd_o = result_ctl.rd;
  assign result_writes_rd_o = result_ctl.writes_rd;
  assign result_beat_o = result_ctl.beat;
  assign result_last_o = result_ctl.last;
  assign divide_warp_o = divide_ctl.warp;
  assign divide_rd_o = divide_ctl.rd;
  assign divide_writes_rd_o = divide_ctl.writes_rd;
  assign divide_beat_o = divide_ctl.beat;
  assign divide_last_o = divide_ctl.last;
  assign warp_warp_o = warp_ctl.warp;
  assign warp_rd_o = warp_ctl.rd;
  assign warp_writes_rd_o = warp_ctl.writes_rd;
  assign warp_beat_o = warp_ctl.beat;
  assign warp_last_o = warp_ctl.last;
  assign fault_cause_o = fault.cause;
  assign fault_warp_o = fault.warp;
  assign fault_mask_o = fault.mask;
  assign fault_pc_o = fault.pc;
  assign fault_address_o = fault.address;

  logic unused;
  assign unused = ^control_next_warp;

endmodule
`default_nettype wire
