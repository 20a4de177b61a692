// CSR instructions: launch values, thread coordinates, counters, and (in fcsr) the threads'
// rounding modes and flags.
//
// For the row visible in c: rounding modes in c+2, values and new fflags in c+4, where the lanes
// join them. Launch values come straight from the host interface's registers, which stand still
// while a grid runs; what differs between warps lies in tables that the launch and tid events
// write.
`default_nettype none
module csr_unit (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector, c
  input logic row_valid_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,

  // To lanes and divider: c+2; to lanes: c+4
  output logic [3*heddle_pkg::LANES-1:0] row_frm_o,
  output logic [32*heddle_pkg::LANES-1:0] csr_result_o,
  output logic [5*heddle_pkg::LANES-1:0] csr_flags_o,

  // From lanes, c+9
  input logic result_valid_i,
  input heddle_pkg::result_ctl_t result_ctl_i,
  input logic [heddle_pkg::LANES-1:0] result_mask_i,
  input logic result_float_i,
  input logic [5*heddle_pkg::LANES-1:0] result_flags_i,

  // From writeback: a float row of the divider is being written
  input logic divide_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] divide_warp_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] divide_beat_i,
  input logic [heddle_pkg::LANES-1:0] divide_mask_i,
  input logic [5*heddle_pkg::LANES-1:0] divide_flags_i,

  // From dispatcher (events)
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

  // From host_interface
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
  input logic [31:0] local_size_i
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned ROWS = WARPS * BEATS;
  localparam int unsigned ROW_BITS = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam int unsigned LANE_BITS = $clog2(LANES);

  // How a CSR's value is made in the last stage.
  localparam logic [3:0] KIND_UNIFORM = 4'd0;
  localparam logic [3:0] KIND_FLOAT = 4'd1;
  localparam logic [3:0] KIND_TID_X = 4'd2;
  localparam logic [3:0] KIND_TID_Y = 4'd3;
  localparam logic [3:0] KIND_TID_Z = 4'd4;
  localparam logic [3:0] KIND_LANE_ID = 4'd5;
  localparam logic [3:0] KIND_EQUAL = 4'd6;
  localparam logic [3:0] KIND_LESS_EQUAL = 4'd7;
  localparam logic [3:0] KIND_LESS = 4'd8;
  localparam logic [3:0] KIND_GREATER_EQUAL = 4'd9;
  localparam logic [3:0] KIND_GREATER = 4'd10;

  // -----------------------------------------------------------------------------------------------
  // Tables a warp, written by the launch event
  logic [4:0] warp_in_cta_table[0:WARPS-1];
  logic [95:0] ctaid_table[0:WARPS-1];
  logic [4:0] stage1_warp_in_cta_q;
  logic [95:0] stage1_ctaid_q;
  logic csr_valid;

  assign csr_valid = row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_CSR;

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) begin
      warp_in_cta_table[launch_warp_i] <= launch_warp_in_cta_i;
      ctaid_table[launch_warp_i] <= {launch_ctaid_z_i, launch_ctaid_y_i, launch_ctaid_x_i};
    end
    if (csr_valid) begin
      stage1_warp_in_cta_q <= warp_in_cta_table[row_ctl_i.warp];
      stage1_ctaid_q <= ctaid_table[row_ctl_i.warp];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // fcsr
  logic [8*LANES-1:0] stage2_old_value, stage3_old_value_q;
  logic [5*LANES-1:0] stage2_new_flags, stage3_new_flags_q, csr_flags_q;

  fcsr u_fcsr (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_ctl_i,
    .row_mask_i,
    .row_a_i,
    .row_frm_o,
    .old_value_o(stage2_old_value),
    .new_flags_o(stage2_new_flags),
    .result_valid_i,
    .result_ctl_i,
    .result_mask_i,
    .result_float_i,
    .result_flags_i,
    .divide_valid_i,
    .divide_warp_i,
    .divide_beat_i,
    .divide_mask_i,
    .divide_flags_i,
    .launch_valid_i,
    .launch_warp_i
  );

  // -----------------------------------------------------------------------------------------------
  // c+1: uniform values, kind of CSR
  logic stage1_csr_q, stage2_csr_q, stage3_csr_q;
  logic [11:0] stage1_number_q;
  logic [BEAT_BITS-1:0] stage1_beat_q, stage2_beat_q, stage3_beat_q;
  logic [63:0] cycles_q, instructions_q;
  logic [3:0] kind_d, stage2_kind_q, stage3_kind_q;
  logic [31:0] uniform_d, stage2_uniform_q, stage3_uniform_q;

  always_comb begin : choose
    kind_d = KIND_UNIFORM;
    uniform_d = 32'b0;
    case (stage1_number_q)
      heddle_pkg::CSR_FFLAGS, heddle_pkg::CSR_FRM, heddle_pkg::CSR_FCSR: kind_d = KIND_FLOAT;
      heddle_pkg::CSR_CYCLE, heddle_pkg::CSR_TIME: uniform_d = cycles_q[31:0];
      heddle_pkg::CSR_CYCLEH, heddle_pkg::CSR_TIMEH: uniform_d = cycles_q[63:32];
      heddle_pkg::CSR_INSTRET: uniform_d = instructions_q[31:0];
      heddle_pkg::CSR_INSTRETH: uniform_d = instructions_q[63:32];
      heddle_pkg::CSR_TID_X: kind_d = KIND_TID_X;
      heddle_pkg::CSR_TID_Y: kind_d = KIND_TID_Y;
      heddle_pkg::CSR_TID_Z: kind_d = KIND_TID_Z;
      heddle_pkg::CSR_NTID_X: uniform_d = block_x_i;
      heddle_pkg::CSR_NTID_Y: uniform_d = block_y_i;
      heddle_pkg::CSR_NTID_Z: uniform_d = block_z_i;
      heddle_pkg::CSR_CTAID_X: uniform_d = stage1_ctaid_q[31:0];
      heddle_pkg::CSR_CTAID_Y: uniform_d = stage1_ctaid_q[63:32];
      heddle_pkg::CSR_CTAID_Z: uniform_d = stage1_ctaid_q[95:64];
      heddle_pkg::CSR_NCTAID_X: uniform_d = grid_x_i;
      heddle_pkg::CSR_NCTAID_Y: uniform_d = grid_y_i;
      heddle_pkg::CSR_NCTAID_Z: uniform_d = grid_z_i;
      heddle_pkg::CSR_LANEID: kind_d = KIND_LANE_ID;
      heddle_pkg::CSR_WARPID: uniform_d = {27'b0, stage1_warp_in_cta_q};
      heddle_pkg::CSR_NWARPID: uniform_d = warps_per_cta_i;
      heddle_pkg::CSR_NSMID: uniform_d = 32'd1;
      heddle_pkg::CSR_LANEMASK_EQ: kind_d = KIND_EQUAL;
      heddle_pkg::CSR_LANEMASK_LE: kind_d = KIND_LESS_EQUAL;
      heddle_pkg::CSR_LANEMASK_LT: kind_d = KIND_LESS;
      heddle_pkg::CSR_LANEMASK_GE: kind_d = KIND_GREATER_EQUAL;
      heddle_pkg::CSR_LANEMASK_GT: kind_d = KIND_GREATER;
      heddle_pkg::CSR_ARGPTR: uniform_d = argptr_i;
      heddle_pkg::CSR_SHARED_SIZE: uniform_d = shared_size_i;
      heddle_pkg::CSR_LOCAL_SIZE: uniform_d = local_size_i;
      default: ;  // smid is 0
    endcase
  end

  // -----------------------------------------------------------------------------------------------
  // c+2: thread coordinates, one memory a lane
  logic [ROW_BITS-1:0] tid_row_q, tid_write_row;
  logic [LANE_BITS-1:0] tid_write_lane;
  logic tid_read;
  logic [26*LANES-1:0] stage3_tid;

  assign tid_write_row = ROW_BITS'(32'(tid_index_i) / LANES);
  assign tid_write_lane = tid_index_i[LANE_BITS-1:0];
  assign tid_read = stage2_csr_q && (stage2_kind_q == KIND_TID_X || stage2_kind_q == KIND_TID_Y
      || stage2_kind_q == KIND_TID_Z);

  for (genvar i = 0; i < LANES; i++) begin : g_tid
    logic [25:0] tid_memory[0:ROWS-1];
    logic [25:0] tid_q;
    always_ff @(posedge clk_i) begin
      if (tid_valid_i && tid_write_lane == LANE_BITS'(i)) begin
        tid_memory[tid_write_row] <= {tid_z_i, tid_y_i, tid_x_i};
      end
      if (tid_read) tid_q <= tid_memory[tid_row_q];
    end
    assign stage3_tid[26*i+:26] = tid_q;
  end

  // -----------------------------------------------------------------------------------------------
  // c+3: every thread's value
  logic [32*LANES-1:0] csr_result_d, csr_result_q;
  logic [4:0] thread;
  logic [31:0] value, equal_mask, less_mask;

  always_comb begin : values
    csr_result_d = csr_result_q;
    thread = 5'b0;
    value = 32'b0;
    equal_mask = 32'b0;
    less_mask = 32'b0;
    if (stage3_csr_q) begin
      for (int i = 0; i < LANES; i++) begin
        thread = 5'(32'(stage3_beat_q) * LANES + i);
        equal_mask = 32'b1 << thread;
        less_mask = equal_mask - 32'b1;
        case (stage3_kind_q)
          KIND_FLOAT: value = {24'b0, stage3_old_value_q[8*i+:8]};
          KIND_TID_X: value = {22'b0, stage3_tid[26*i+:10]};
          KIND_TID_Y: value = {22'b0, stage3_tid[26*i+10+:10]};
          KIND_TID_Z: value = {26'b0, stage3_tid[26*i+20+:6]};
          KIND_LANE_ID: value = {27'b0, thread};
          KIND_EQUAL: value = equal_mask;
          KIND_LESS_EQUAL: value = equal_mask | less_mask;
          KIND_LESS: value = less_mask;
          KIND_GREATER_EQUAL: value = ~less_mask;
          KIND_GREATER: value = ~(equal_mask | less_mask);
          default: value = stage3_uniform_q;
        endcase
        csr_result_d[32*i+:32] = value;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      stage1_csr_q <= 1'b0;
      stage2_csr_q <= 1'b0;
      stage3_csr_q <= 1'b0;
    end else begin
      stage1_csr_q <= csr_valid;
      stage2_csr_q <= stage1_csr_q;
      stage3_csr_q <= stage2_csr_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (csr_valid) begin
      stage1_number_q <= row_ctl_i.imm[11:0];
      stage1_beat_q <= row_ctl_i.beat;
      // All rows of an instruction see the counters of its first row.
      if (row_ctl_i.first) begin
        cycles_q <= cycles_i;
        instructions_q <= instructions_i;
      end
    end

    if (stage1_csr_q) begin
      stage2_beat_q <= stage1_beat_q;
      stage2_kind_q <= kind_d;
      stage2_uniform_q <= uniform_d;
      tid_row_q <= ROW_BITS'(32'(stage1_warp_in_cta_q) * BEATS + 32'(stage1_beat_q));
    end

    if (stage2_csr_q) begin
      stage3_beat_q <= stage2_beat_q;
      stage3_kind_q <= stage2_kind_q;
      stage3_uniform_q <= stage2_uniform_q;
      stage3_old_value_q <= stage2_old_value;
      stage3_new_flags_q <= stage2_new_flags;
    end

    csr_result_q <= csr_result_d;
    if (stage3_csr_q) csr_flags_q <= stage3_new_flags_q;
  end

  assign csr_result_o = csr_result_q;
  assign csr_flags_o = csr_flags_q;

  // The other fields of the row's control part are for lanes.
  logic unused;
  assign unused = ^row_ctl_i;

endmodule
`default_nettype wire
