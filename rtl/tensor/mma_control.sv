// Takes the matrix engine's commands one after the other: checks each, then makes its steps, one a cycle,
// for the two loaders and the sequencer (docs/architecture/tensor.md, "mma_control").
//
// FREE takes a command, CHECK and RANGE look at it (a cycle each), WALK makes steps. A commit is one
// step, of the sequencer alone. With a sparse A, B's loader gets two steps for each of the others.
// Addresses in shared memory are those of units of 16 bytes.
`default_nettype none
module mma_control (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From host_interface, constant during a grid
  input logic [31:0] shared_size_i,

  // From and to mma_queue
  input logic command_valid_i,
  output logic command_ready_o,
  input logic command_commit_i,
  input logic [31:0] command_what_i,
  input logic [31:0] command_a_i,
  input logic [31:0] command_a_scale_i,  // and slab pitch
  input logic [31:0] command_b_i,
  input logic [31:0] command_b_scale_i,  // likewise
  input logic [heddle_pkg::WARP_BITS-1:0] command_warp_i,
  input logic [4:0] command_thread_i,
  input logic [31:0] command_pc_i,
  input logic [heddle_pkg::CTA_BITS-1:0] command_cta_i,
  input logic [heddle_pkg::COPY_BASE_BITS-1:0] command_base_i,
  output logic failed_o,  // event, in RANGE: the command is over
  output logic [heddle_pkg::CTA_BITS-1:0] command_cta_o,  // of the command that is looked at

  // From tensor_access
  input logic [heddle_pkg::TENSOR_BLOCKS-1:0] taken_i,
  input logic [heddle_pkg::CTA_BITS*heddle_pkg::TENSOR_BLOCKS-1:0] owner_i,

  // To the loaders and the sequencer: a step, pushed in a cycle in which all that take it are ready
  input logic a_ready_i,
  input logic b_ready_i,
  input logic sequencer_ready_i,
  output logic a_valid_o,
  output logic b_valid_o,
  output logic step_valid_o,  // to the sequencer
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] a_unit_o,  // of the first row or k, without its swizzle
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] b_unit_o,
  output logic [1:0] base_o,  // bits 9:8 of where the CTA's shared memory begins
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] a_scale_unit_o,  // of the first row's scales
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] b_scale_unit_o,
  output logic [1:0] a_scales_o,  // of a row and K-step: 0; 1, 2, 3: 1, 2, 4; or metadata as long
  output logic [1:0] b_scales_o,
  output logic [1:0] k_step_o,
  output logic [1:0] a_layout_o,
  output logic [1:0] b_layout_o,
  output logic a_transposed_o,
  output logic b_transposed_o,
  output logic wide_o,  // transposed or sparse elements have 16 bits, else 8
  output logic sparse_o,
  output logic second_o,  // B's second K-step for a sparse A's
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] a_slab_o,  // slab pitch
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] b_slab_o,
  output logic [heddle_pkg::MMA_BATCH_BITS-1:0] a_last_o,  // batches - 1
  output logic [heddle_pkg::MMA_BATCH_BITS-1:0] b_last_o,
  output logic half_o,  // of B's buffer
  output logic commit_o,
  output logic last_o,       // of its command
  output logic reads_o,      // the accumulators
  output logic [heddle_pkg::MMA_LANE_BITS-1:0] lane_o,
  output logic [heddle_pkg::MMA_COLUMN_BITS-1:0] column_o,
  output logic [3:0] a_format_o,
  output logic [3:0] b_format_o,
  output logic [2:0] mode_o,
  output logic [1:0] accumulator_o,
  output logic [1:0] scale_format_o,
  output logic [1:0] block_o,  // `step_i` of the dot-product units
  output logic [heddle_pkg::COPY_UNIT_BITS:0] mbarrier_o,  // of a commit, in 8 bytes

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To warp_scheduler (event)
  output logic op_done_valid_o
);

  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned BLOCKS = heddle_pkg::TENSOR_BLOCKS;
  localparam int unsigned BATCH_BITS = heddle_pkg::MMA_BATCH_BITS;
  localparam int unsigned LANE_BITS = heddle_pkg::MMA_LANE_BITS;
  localparam int unsigned COLUMN_BITS = heddle_pkg::MMA_COLUMN_BITS;

  typedef enum logic [1:0] {
    FREE,
    CHECK,
    RANGE,
    WALK
  } state_t;

  state_t state_d, state_q;
  logic pop, push, fault;

  // -----------------------------------------------------------------------------------------------
  // The command
  logic commit_q;
  logic [31:0] what_q, a_q, b_q, pc_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [4:0] thread_q;
  logic [CTA_BITS-1:0] cta_q;
  logic [heddle_pkg::COPY_BASE_BITS-1:0] base_q;
  logic [8:0] rows_a, rows_b;  // M, N
  logic [UNIT_BITS-1:0] base;

  assign command_ready_o = state_q == FREE;
  assign pop = command_valid_i && command_ready_o;

  always_ff @(posedge clk_i) begin
    if (pop) begin
      commit_q <= command_commit_i;
      what_q <= command_what_i;
      a_q <= command_a_i;
      b_q <= command_b_i;
      pc_q <= command_pc_i;
      warp_q <= command_warp_i;
      thread_q <= command_thread_i;
      cta_q <= command_cta_i;
      base_q <= command_base_i;
    end
  end

  assign rows_a = {1'b0, what_q[22:18], 3'b0} + 9'd8;
  assign rows_b = {1'b0, what_q[27:23], 3'b0} + 9'd8;
  assign base = {base_q, 4'b0};

  // -----------------------------------------------------------------------------------------------
  // A sparse A, in all states: the second K-step of B's two is next. Where a K-step is several blocks, B
  // takes both of them for each.
  logic sparse, second, last_block;

  if (heddle_pkg::MMA_SPARSE) begin : g_sparse
    logic sparse_q, second_q;

    always_ff @(posedge clk_i) begin
      if (pop) sparse_q <= command_a_scale_i[14] && !command_commit_i;
      if (state_q == RANGE) second_q <= 1'b0;
      else if (b_valid_o && sparse_q) second_q <= !second_q;
    end
    assign sparse = sparse_q;
    assign second = second_q;
  end else begin : g_dense
    assign sparse = 1'b0;
    assign second = 1'b0;
  end

  // -----------------------------------------------------------------------------------------------
  // CHECK: the fields, and the ends of what they name
  logic wrong_formats, wrong_scales, wrong_a, wrong_b, wrong_q, aligned_q;
  logic a_outside, b_outside, too_wide;
  logic [1:0] scales;
  logic [2:0] last_step;
  logic [16:0] lane_end_q, column_end_q;
  logic [1:0] blocks_last_d, blocks_last_q;

  mma_formats u_formats (
    .a_format_i(what_q[3:0]),
    .b_format_i(what_q[7:4]),
    .mode_i(what_q[10:8]),
    .scale_format_i(what_q[29:28]),
    .transposed_i(what_q[31:30] != '0),
    .sparse_i(sparse),
    .wrong_o(wrong_formats),
    .wide_o,
    .blocks_last_o(blocks_last_d),
    .scales_o(scales)
  );

  assign too_wide = sparse && 32'(rows_b) > heddle_pkg::MMA_N * heddle_pkg::MMA_B_BATCHES / 2;
  assign last_step = {1'b0, what_q[15:14]} + {1'b0, what_q[17:16]};
  assign a_transposed_o = what_q[30];
  assign b_transposed_o = what_q[31];

  mma_tile u_a_tile (
    .clk_i,
    .shared_size_i,
    .pop_i(pop),
    .slab_i(command_a_scale_i[31:18]),
    .offset_i(a_q[13:0]),
    .layout_i(a_q[15:14]),
    .rows_i(rows_a),
    .transposed_i(a_transposed_o),
    .wide_i(wide_o),
    .pair_i(1'b0),
    .first_step_i(what_q[15:14]),
    .last_step_i(last_step),
    .base_i(base),
    .check_i(state_q == CHECK),
    .range_i(state_q == RANGE),
    .next_step_i(push && last_block),
    .back_i(1'b0),
    .wrong_o(wrong_a),
    .outside_o(a_outside),
    .unit_o(a_unit_o),
    .slab_o(a_slab_o)
  );

  mma_tile u_b_tile (
    .clk_i,
    .shared_size_i,
    .pop_i(pop),
    .slab_i(command_b_scale_i[31:18]),
    .offset_i(b_q[13:0]),
    .layout_i(b_q[15:14]),
    .rows_i(rows_b),
    .transposed_i(b_transposed_o),
    .wide_i(wide_o),
    .pair_i(sparse),
    .first_step_i(what_q[15:14]),
    .last_step_i(last_step),
    .base_i(base),
    .check_i(state_q == CHECK),
    .range_i(state_q == RANGE),
    .next_step_i(sparse ? b_valid_o && (!second || last_block) : push && last_block),
    .back_i(sparse && push && !last_block),
    .wrong_o(wrong_b),
    .outside_o(b_outside),
    .unit_o(b_unit_o),
    .slab_o(b_slab_o)
  );

  always_ff @(posedge clk_i) begin
    if (state_q == CHECK) begin
      wrong_q <= wrong_formats || wrong_scales || wrong_a || wrong_b || too_wide;
      aligned_q <= a_q[18:16] == '0 && b_q[18:16] == '0;
      lane_end_q <= 17'(b_q[31:16]) + 17'(rows_a);
      column_end_q <= 17'(a_q[31:16]) + 17'(rows_b);
      blocks_last_q <= blocks_last_d;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // RANGE: the first fault
  logic d_wrong, scales_outside, commit_misaligned, commit_outside;
  logic [13:0] tile_offset, scales_offset;
  logic [BLOCKS-1:0] owned, touched;
  logic [4:0] fault_cause;
  logic [31:0] fault_address;

  always_comb begin : look_at_blocks
    for (int i = 0; i < BLOCKS; i++) begin
      owned[i] = taken_i[i] && owner_i[CTA_BITS*i+:CTA_BITS] == cta_q;
      touched[i] = 32'(a_q[31:16]) < ((32'(i) + 32'd1) << heddle_pkg::MMA_BLOCK_SHIFT)
          && 32'(column_end_q) > (32'(i) << heddle_pkg::MMA_BLOCK_SHIFT);
    end
  end

  assign d_wrong = !aligned_q || 32'(lane_end_q) > heddle_pkg::MMA_LANES
      || 32'(column_end_q) > heddle_pkg::MMA_COLUMNS || (touched & ~owned) != '0;
  assign tile_offset = a_outside ? a_q[13:0] : b_q[13:0];
  assign commit_misaligned = what_q[2:0] != '0;
  assign commit_outside = what_q[31:28] != heddle_pkg::SHARED_WINDOW
      || {1'b0, what_q[27:3]} + 26'd1 > 26'(shared_size_i[31:3]);

  always_comb begin : first_fault
    fault = 1'b1;
    fault_cause = heddle_pkg::CAUSE_MMA;
    fault_address = what_q;
    if (commit_q) begin
      fault = commit_misaligned || commit_outside;
      fault_cause = commit_misaligned ? heddle_pkg::CAUSE_STORE_MISALIGNED
          : heddle_pkg::CAUSE_STORE_ACCESS;
    end else if (!wrong_q && !d_wrong) begin
      fault = a_outside || b_outside || scales_outside;
      fault_cause = heddle_pkg::CAUSE_STORE_ACCESS;
      fault_address = {
        heddle_pkg::SHARED_WINDOW, 10'b0,
        (a_outside || b_outside) ? tile_offset : scales_offset, 4'b0
      };
    end
  end

  assign failed_o = state_q == RANGE && fault;
  assign command_cta_o = cta_q;

  // -----------------------------------------------------------------------------------------------
  // Scales and metadata, in all states. Of the same words bits 31:18 are a slab pitch, of engines that
  // have some, and A's bit 14 says that it is sparse.
  localparam logic [31:0] SCALE_BITS = heddle_pkg::MMA_TRANSPOSE ? 32'h0003_ffff : 32'hffff_ffff;
  localparam logic [31:0] SPARSE_BIT = heddle_pkg::MMA_SPARSE ? 32'h0000_4000 : 32'h0;
  logic [31:0] a_scale, b_scale;

  assign a_scale = command_a_scale_i & SCALE_BITS & ~SPARSE_BIT;
  assign b_scale = command_b_scale_i & SCALE_BITS;

  if (heddle_pkg::MMA_SCALES || heddle_pkg::MMA_SPARSE) begin : g_scales
    mma_scales u_scales (
      .clk_i,
      .shared_size_i,
      .pop_i(pop),
      .a_i(a_scale),
      .b_i(b_scale),
      .check_i(state_q == CHECK),
      .scale_format_i(what_q[29:28]),
      .sparse_i(sparse),
      .a_scales_i(!sparse ? scales : wide_o ? 2'd2 : 2'd3),
      .b_scales_i(scales),
      .a_rows_i(rows_a),
      .b_rows_i(rows_b),
      .base_i(base),
      .range_i(state_q == RANGE),
      .first_step_i(what_q[15:14]),
      .next_step_i(push && last_block),
      .wrong_o(wrong_scales),
      .outside_o(scales_outside),
      .outside_offset_o(scales_offset),
      .a_unit_o(a_scale_unit_o),
      .b_unit_o(b_scale_unit_o),
      .a_scales_o,
      .b_scales_o,
      .k_step_o
    );

    assign scale_format_o = heddle_pkg::MMA_SCALES ? what_q[29:28] : '0;
  end else begin : g_no_scales
    logic zero_q;

    always_ff @(posedge clk_i) begin
      if (pop) zero_q <= a_scale == '0 && b_scale == '0;
    end

    assign wrong_scales = !zero_q;
    assign scales_outside = 1'b0;
    assign scales_offset = '0;
    assign a_scale_unit_o = '0;
    assign b_scale_unit_o = '0;
    assign a_scales_o = '0;
    assign b_scales_o = '0;
    assign k_step_o = '0;
    assign scale_format_o = '0;

    logic unused_scales;
    assign unused_scales = ^scales;
  end

  // -----------------------------------------------------------------------------------------------
  // WALK
  logic first_q, half_q, last;
  logic [1:0] block_q, steps_left_q;

  assign last_block = block_q == blocks_last_q;
  assign last = commit_q || (last_block && steps_left_q == '0);
  assign push = state_q == WALK && sequencer_ready_i && (!sparse || second)
      && (commit_q || (a_ready_i && b_ready_i));

  always_ff @(posedge clk_i) begin
    if (state_q == RANGE) begin
      first_q <= 1'b1;
      block_q <= '0;
      steps_left_q <= what_q[17:16];
    end else if (push) begin
      first_q <= 1'b0;
      block_q <= last_block ? '0 : block_q + 2'd1;
      if (last_block) steps_left_q <= steps_left_q - 2'd1;
    end
  end

  assign a_valid_o = push && !commit_q;
  assign b_valid_o = a_valid_o || (state_q == WALK && sparse && !second && b_ready_i);
  assign sparse_o = sparse;
  assign second_o = second;
  assign step_valid_o = push;
  assign base_o = base_q[1:0];
  assign a_layout_o = a_q[15:14];
  assign b_layout_o = b_q[15:14];
  assign a_last_o = BATCH_BITS'(32'(rows_a) / heddle_pkg::MMA_M - 32'd1);
  assign b_last_o = BATCH_BITS'(32'(rows_b) / heddle_pkg::MMA_N - 32'd1);
  assign half_o = half_q;
  assign commit_o = commit_q;
  assign last_o = last;
  assign reads_o = !first_q || what_q[13];
  assign lane_o = b_q[16+:LANE_BITS];
  assign column_o = a_q[16+:COLUMN_BITS];
  assign a_format_o = what_q[3:0];
  assign b_format_o = what_q[7:4];
  assign mode_o = what_q[10:8];
  assign accumulator_o = what_q[12:11];
  assign block_o = block_q;
  assign mbarrier_o = {base, 1'b0} + (UNIT_BITS + 1)'(what_q[27:3]);

  // -----------------------------------------------------------------------------------------------
  always_comb begin : next_state
    state_d = state_q;
    case (state_q)
      FREE: if (pop) state_d = CHECK;
      CHECK: state_d = RANGE;
      RANGE: state_d = fault ? FREE : WALK;
      default: if (push && last) state_d = FREE;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= FREE;
      half_q <= 1'b0;
      op_done_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else if (start_i) begin
      state_q <= FREE;
      half_q <= 1'b0;
      op_done_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else begin
      state_q <= state_d;
      if (a_valid_o) half_q <= !half_q;
      op_done_valid_o <= pop;
      fault_valid_o <= failed_o;
    end
  end

  always_ff @(posedge clk_i) begin
    if (failed_o) begin
      fault_o.cause <= fault_cause;
      fault_o.warp <= warp_q;
      fault_o.mask <= 32'd1 << thread_q;
      fault_o.pc <= pc_q;
      fault_o.address <= fault_address;
    end
  end

  // Shared memory is given in multiples of 256 bytes.
  logic unused;
  assign unused = ^shared_size_i[2:0];

endmodule
`default_nettype wire
