// The matrix engine (docs/architecture/tensor.md): wiring, the passes that the shared memory is asked for,
// and the dot-product units. Only with TENSOR_M > 0.
//
// Operand rows of unit MMA -> queue (commands) -> control (steps) -> two loaders, which bring rows of A
// and B from the shared memory into buffers, and the sequencer, which issues an operation a cycle: buffers
// and tensor memory -> dot-product units -> tensor memory. Rows of unit TENSOR go to access, which reads
// and writes tensor memory for threads.
`default_nettype none
module tensor_core (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From operand_collector
  input logic row_valid_i,
  input logic row_high_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,

  // From dispatcher and barrier (events)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,
  input logic [31:0] launch_shared_base_i,
  input logic cta_done_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_i,

  // From host_interface, constant during a grid
  input logic [31:0] shared_size_i,

  // From and to shared_memory: a pass, of units to read or an arrival at an mbarrier; what was read
  output logic pass_valid_o,
  input logic pass_ready_i,
  output logic pass_arrival_o,
  output logic pass_half_o,  // the mbarrier is in the upper two banks of its group
  output logic [heddle_pkg::COPY_GROUPS-1:0] pass_enable_o,
  output logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] pass_index_o,
  input logic units_valid_i,
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] units_data_i,

  // To writeback
  output logic result_valid_o,
  input logic result_ready_i,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  // To scoreboard and warp_scheduler (events)
  output logic store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] store_done_warp_o,
  output logic mma_op_done_valid_o,
  output logic tensor_op_done_valid_o,

  // To fault_unit (events)
  output logic mma_control_fault_valid_o,
  output heddle_pkg::fault_t mma_control_fault_o,
  output logic tensor_access_fault_valid_o,
  output heddle_pkg::fault_t tensor_access_fault_o,

  // To dispatcher
  output logic [heddle_pkg::CTA_SLOTS-1:0] computing_o,
  output logic idle_o
);

  localparam int unsigned M = heddle_pkg::MMA_M;
  localparam int unsigned N = heddle_pkg::MMA_N;
  localparam int unsigned WORDS = heddle_pkg::MMA_WORDS;
  localparam int unsigned ROW_BITS = heddle_pkg::MMA_ROW_BITS;
  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned GROUPS = heddle_pkg::COPY_GROUPS;
  localparam int unsigned INDEX_BITS = heddle_pkg::COPY_INDEX_BITS;
  localparam int unsigned GROUP_BITS = (GROUPS > 1) ? $clog2(GROUPS) : 1;
  localparam int unsigned BATCH_BITS = heddle_pkg::MMA_BATCH_BITS;
  localparam int unsigned B_PLACE_BITS = $clog2(2 * heddle_pkg::MMA_B_BATCHES);
  localparam bit SCALES = heddle_pkg::MMA_SCALES;
  localparam bit SPARSE = heddle_pkg::MMA_SPARSE;
  localparam int unsigned A_WORD = SPARSE ? 64 : 32;  // beside a row: scales or metadata
  localparam int unsigned A_ROW_UNITS = (SCALES || SPARSE) ? 3 : 2;  // of a row and step, in a batch
  localparam int unsigned B_ROW_UNITS = SCALES ? 3 : 2;
  localparam int unsigned A_SCALE_BITS = SPARSE ? 7 : SCALES ? 6 : 0;
  localparam int unsigned B_SCALE_BITS = SCALES ? 6 : 0;
  localparam int unsigned A_TRANSPOSE_BITS = heddle_pkg::MMA_TRANSPOSE ? 2 + 2 * $clog2(16 / M) : 0;
  localparam int unsigned B_TRANSPOSE_BITS = heddle_pkg::MMA_TRANSPOSE ? 2 + 2 * $clog2(16 / N) : 0;
  localparam int unsigned A_TAG_BITS =
      M * A_ROW_UNITS * (1 + GROUP_BITS) + $clog2(heddle_pkg::MMA_A_BATCHES) + 2 + A_SCALE_BITS
      + A_TRANSPOSE_BITS;
  localparam int unsigned B_TAG_BITS =
      N * B_ROW_UNITS * (1 + GROUP_BITS) + B_PLACE_BITS + 2 + B_SCALE_BITS + B_TRANSPOSE_BITS;
  localparam int unsigned TAG_BITS = (A_TAG_BITS > B_TAG_BITS) ? A_TAG_BITS : B_TAG_BITS;
  // Passes in the shared memory's pipe, and one place more
  localparam int unsigned PASSES = 4;

  // From mma_queue
  logic command_valid, command_commit, queue_idle;
  logic [31:0] command_what, command_a, command_a_scale, command_b, command_b_scale, command_pc;
  logic [heddle_pkg::WARP_BITS-1:0] command_warp;
  logic [4:0] command_thread;
  logic [CTA_BITS-1:0] command_cta;
  logic [heddle_pkg::COPY_BASE_BITS-1:0] command_base;
  logic [heddle_pkg::CTA_SLOTS-1:0] working;
  // From mma_control
  logic command_ready, failed, a_step_valid, b_step_valid, step_valid, half, commit, last, reads;
  logic [CTA_BITS-1:0] control_cta;
  logic [UNIT_BITS-1:0] a_unit, b_unit, a_slab, b_slab, a_scale_unit, b_scale_unit;
  logic a_transposed, b_transposed, wide, sparse, second;
  logic [1:0] base, a_layout, b_layout, accumulator, block, k_step, scale_format;
  logic [1:0] a_scale_count, b_scale_count;
  logic [BATCH_BITS-1:0] a_last, b_last;
  logic [heddle_pkg::MMA_LANE_BITS-1:0] lane;
  logic [heddle_pkg::MMA_COLUMN_BITS-1:0] column;
  logic [3:0] a_format, b_format;
  logic [2:0] mode;
  logic [UNIT_BITS:0] mbarrier;
  // From the loaders
  logic a_step_ready, b_step_ready, a_pass_valid, b_pass_valid;
  logic [GROUPS-1:0] a_pass_enable, b_pass_enable;
  logic [INDEX_BITS*GROUPS-1:0] a_pass_index, b_pass_index;
  logic [A_TAG_BITS-1:0] a_pass_tag;
  logic [B_TAG_BITS-1:0] b_pass_tag;
  logic [1:0] a_there, b_there;
  logic [256*M-1:0] a_rows;
  logic [256*N-1:0] b_rows, b_upper_rows;
  logic [A_WORD*M-1:0] a_words;
  logic [32*N-1:0] b_scales;
  // From mma_sequencer
  logic sequencer_ready, a_pop, b_done, b_done_half, read_valid, read_bank, b_half, b_pair;
  logic [ROW_BITS-1:0] read_row, write_row;
  logic [1:0] a_batch;
  logic [BATCH_BITS-1:0] b_batch;
  logic [B_PLACE_BITS-1:0] b_place;
  logic dot_valid, dot_bank, dot_reads, dot_sparse;
  logic [3:0] dot_a_format, dot_b_format;
  logic [2:0] dot_mode;
  logic [1:0] dot_accumulator, dot_block, dot_scale_format;
  logic write_valid, write_bank, arrival_valid, over_valid, commit_valid;
  logic [UNIT_BITS:0] arrival_mbarrier;
  logic [CTA_BITS-1:0] over_cta, commit_cta;
  // From tensor_access
  logic hold, access_read, access_write, access_bank, access_idle;
  logic [ROW_BITS-1:0] access_row;
  logic [WORDS-1:0] access_mask;
  logic [32*WORDS-1:0] access_data;
  logic [heddle_pkg::TENSOR_BLOCKS-1:0] taken;
  logic [CTA_BITS*heddle_pkg::TENSOR_BLOCKS-1:0] owner;
  logic [heddle_pkg::CTA_SLOTS-1:0] ended;
  // From tensor_memory and the dot-product units
  logic [2*32*WORDS-1:0] memory_data;
  logic [32*WORDS-1:0] d;

  // Most programs have no MMA, most cycles none under way: what works at commands has a clock of its own,
  // which runs while a command is in the engine, and a cycle longer, in which its last event falls.
  logic clk_work, working_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) working_q <= 1'b0;
    else working_q <= working != '0;
  end

  clock_gate u_clock (
    .clk_i,
    .enable_i(start_i || working != '0 || working_q),
    .clk_o(clk_work)
  );

  mma_queue queue (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i,
    .row_high_i,
    .row_ctl_i,
    .row_mask_i,
    .row_a_i,
    .row_b_i,
    .row_c_i,
    .launch_valid_i,
    .launch_warp_i,
    .launch_cta_i,
    .launch_shared_base_i,
    .command_valid_o(command_valid),
    .command_ready_i(command_ready),
    .command_commit_o(command_commit),
    .command_what_o(command_what),
    .command_a_o(command_a),
    .command_a_scale_o(command_a_scale),
    .command_b_o(command_b),
    .command_b_scale_o(command_b_scale),
    .command_warp_o(command_warp),
    .command_thread_o(command_thread),
    .command_pc_o(command_pc),
    .command_cta_o(command_cta),
    .command_base_o(command_base),
    .fault_valid_i(failed),
    .fault_cta_i(control_cta),
    .over_valid_i(over_valid),
    .over_cta_i(over_cta),
    .commit_valid_i(commit_valid),
    .commit_cta_i(commit_cta),
    .working_o(working),
    .idle_o(queue_idle)
  );

  mma_control control (
    .clk_i(clk_work),
    .rst_ni,
    .start_i,
    .shared_size_i,
    .command_valid_i(command_valid),
    .command_ready_o(command_ready),
    .command_commit_i(command_commit),
    .command_what_i(command_what),
    .command_a_i(command_a),
    .command_a_scale_i(command_a_scale),
    .command_b_i(command_b),
    .command_b_scale_i(command_b_scale),
    .command_warp_i(command_warp),
    .command_thread_i(command_thread),
    .command_pc_i(command_pc),
    .command_cta_i(command_cta),
    .command_base_i(command_base),
    .failed_o(failed),
    .command_cta_o(control_cta),
    .taken_i(taken),
    .owner_i(owner),
    .a_ready_i(a_step_ready),
    .b_ready_i(b_step_ready),
    .sequencer_ready_i(sequencer_ready),
    .a_valid_o(a_step_valid),
    .b_valid_o(b_step_valid),
    .step_valid_o(step_valid),
    .a_unit_o(a_unit),
    .b_unit_o(b_unit),
    .base_o(base),
    .a_scale_unit_o(a_scale_unit),
    .b_scale_unit_o(b_scale_unit),
    .a_scales_o(a_scale_count),
    .b_scales_o(b_scale_count),
    .k_step_o(k_step),
    .a_layout_o(a_layout),
    .b_layout_o(b_layout),
    .a_transposed_o(a_transposed),
    .b_transposed_o(b_transposed),
    .wide_o(wide),
    .sparse_o(sparse),
    .second_o(second),
    .a_slab_o(a_slab),
    .b_slab_o(b_slab),
    .a_last_o(a_last),
    .b_last_o(b_last),
    .half_o(half),
    .commit_o(commit),
    .last_o(last),
    .reads_o(reads),
    .lane_o(lane),
    .column_o(column),
    .a_format_o(a_format),
    .b_format_o(b_format),
    .mode_o(mode),
    .accumulator_o(accumulator),
    .scale_format_o(scale_format),
    .block_o(block),
    .mbarrier_o(mbarrier),
    .fault_valid_o(mma_control_fault_valid_o),
    .fault_o(mma_control_fault_o),
    .op_done_valid_o(mma_op_done_valid_o)
  );

  // -----------------------------------------------------------------------------------------------
  // Passes: an arrival first, then A's, then B's. What an operand pass reads comes back in order.
  logic a_pass_ready, b_pass_ready, arrival_ready, units_of_b;
  logic [TAG_BITS-1:0] pass_tag, units_tag;

  assign pass_valid_o = arrival_valid || a_pass_valid || b_pass_valid;
  assign pass_arrival_o = arrival_valid;
  assign pass_half_o = arrival_mbarrier[0];
  assign arrival_ready = pass_ready_i;
  assign a_pass_ready = pass_ready_i && !arrival_valid && a_pass_valid;
  assign b_pass_ready = pass_ready_i && !arrival_valid && !a_pass_valid;
  assign pass_tag = a_pass_valid ? TAG_BITS'(a_pass_tag) : TAG_BITS'(b_pass_tag);

  always_comb begin : pass
    pass_enable_o = a_pass_valid ? a_pass_enable : b_pass_enable;
    pass_index_o = a_pass_valid ? a_pass_index : b_pass_index;
    if (arrival_valid) begin
      pass_index_o = {GROUPS{arrival_mbarrier[UNIT_BITS-:INDEX_BITS]}};
      for (int g = 0; g < GROUPS; g++) begin
        pass_enable_o[g] = GROUPS == 1 || (32'(arrival_mbarrier[UNIT_BITS:1]) % GROUPS) == 32'(g);
      end
    end
  end

  fifo #(
    .WIDTH(1 + TAG_BITS),
    .DEPTH(PASSES)
  ) u_passes (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(a_pass_ready || b_pass_ready),
    // The pipe holds fewer.
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({b_pass_ready, pass_tag}),
    // verilator lint_off PINCONNECTEMPTY
    .pop_valid_o(),
    // verilator lint_on PINCONNECTEMPTY
    .pop_ready_i(units_valid_i),
    .pop_data_o({units_of_b, units_tag})
  );

  operand_loader #(
    .ROWS(M),
    .HALVES(0),
    .SCALES(SCALES || SPARSE),
    .METADATA(SPARSE),
    .BATCHES(heddle_pkg::MMA_A_BATCHES)
  ) a_loader (
    .clk_i(clk_work),
    .rst_ni,
    .start_i,
    .step_valid_i(a_step_valid),
    .step_ready_o(a_step_ready),
    .step_unit_i(a_unit),
    .step_base_i(base),
    .step_layout_i(a_layout),
    .step_transposed_i(a_transposed),
    .step_wide_i(wide),
    .step_slab_i(a_slab),
    .step_last_i(a_last),
    .step_half_i(1'b0),
    .step_sparse_i(sparse),
    .step_second_i(1'b0),
    .step_scales_i(a_scale_count),
    .step_k_step_i(k_step),
    .step_scale_unit_i(a_scale_unit),
    .pass_valid_o(a_pass_valid),
    .pass_ready_i(a_pass_ready),
    .pass_enable_o(a_pass_enable),
    .pass_index_o(a_pass_index),
    .pass_tag_o(a_pass_tag),
    .units_valid_i(units_valid_i && !units_of_b),
    .units_tag_i(units_tag[A_TAG_BITS-1:0]),
    .units_data_i,
    .there_o(a_there),
    .release_i(a_pop),
    .release_half_i(1'b0),
    .read_valid_i(read_valid),
    .read_pair_i(1'b0),
    .read_place_i(a_batch),
    .read_data_o(a_rows),
    // A has no pairs.
    // verilator lint_off PINCONNECTEMPTY
    .read_upper_o(),
    // verilator lint_on PINCONNECTEMPTY
    .read_scales_o(a_words)
  );

  assign b_place = {b_half, b_batch[B_PLACE_BITS-2:0]};

  operand_loader #(
    .ROWS(N),
    .HALVES(1),
    .BATCHES(heddle_pkg::MMA_B_BATCHES)
  ) b_loader (
    .clk_i(clk_work),
    .rst_ni,
    .start_i,
    .step_valid_i(b_step_valid),
    .step_ready_o(b_step_ready),
    .step_unit_i(b_unit),
    .step_base_i(base),
    .step_layout_i(b_layout),
    .step_transposed_i(b_transposed),
    .step_wide_i(wide),
    .step_slab_i(b_slab),
    .step_last_i(b_last),
    .step_half_i(half),
    .step_sparse_i(sparse),
    .step_second_i(second),
    .step_scales_i(b_scale_count),
    .step_k_step_i(k_step),
    .step_scale_unit_i(b_scale_unit),
    .pass_valid_o(b_pass_valid),
    .pass_ready_i(b_pass_ready),
    .pass_enable_o(b_pass_enable),
    .pass_index_o(b_pass_index),
    .pass_tag_o(b_pass_tag),
    .units_valid_i(units_valid_i && units_of_b),
    .units_tag_i(units_tag[B_TAG_BITS-1:0]),
    .units_data_i,
    .there_o(b_there),
    .release_i(b_done),
    .release_half_i(b_done_half),
    .read_valid_i(read_valid),
    .read_pair_i(b_pair),
    .read_place_i(b_place),
    .read_data_o(b_rows),
    .read_upper_o(b_upper_rows),
    .read_scales_o(b_scales)
  );

  mma_sequencer sequencer (
    .clk_i(clk_work),
    .rst_ni,
    .start_i,
    .step_valid_i(step_valid),
    .step_ready_o(sequencer_ready),
    .step_commit_i(commit),
    .step_cta_i(control_cta),
    .step_last_i(last),
    .step_reads_i(reads),
    .step_lane_i(lane),
    .step_column_i(column),
    .step_a_last_i(a_last),
    .step_b_last_i(b_last),
    .step_a_format_i(a_format),
    .step_b_format_i(b_format),
    .step_mode_i(mode),
    .step_accumulator_i(accumulator),
    .step_scale_format_i(scale_format),
    .step_block_i(block),
    .step_half_i(half),
    .step_sparse_i(sparse),
    .step_mbarrier_i(mbarrier),
    .a_there_i(a_there[0]),
    .b_there_i(b_there),
    .a_pop_o(a_pop),
    .b_done_o(b_done),
    .b_done_half_o(b_done_half),
    .read_valid_o(read_valid),
    .read_bank_o(read_bank),
    .read_row_o(read_row),
    .a_batch_o(a_batch),
    .b_half_o(b_half),
    .b_batch_o(b_batch),
    .b_pair_o(b_pair),
    .dot_valid_o(dot_valid),
    .dot_bank_o(dot_bank),
    .dot_reads_o(dot_reads),
    .dot_a_format_o(dot_a_format),
    .dot_b_format_o(dot_b_format),
    .dot_mode_o(dot_mode),
    .dot_accumulator_o(dot_accumulator),
    .dot_scale_format_o(dot_scale_format),
    .dot_block_o(dot_block),
    .dot_sparse_o(dot_sparse),
    .write_valid_o(write_valid),
    .write_bank_o(write_bank),
    .write_row_o(write_row),
    .hold_i(hold),
    .arrival_valid_o(arrival_valid),
    .arrival_ready_i(arrival_ready),
    .arrival_mbarrier_o(arrival_mbarrier),
    .over_valid_o(over_valid),
    .over_cta_o(over_cta),
    .commit_valid_o(commit_valid),
    .commit_cta_o(commit_cta)
  );

  // -----------------------------------------------------------------------------------------------
  // t+2 .. t+20
  logic [32*WORDS-1:0] c;
  logic [WORDS-1:0] d_valid;

  assign c = !dot_reads ? '0
      : dot_bank ? memory_data[32*WORDS+:32*WORDS] : memory_data[0+:32*WORDS];

  for (genvar i = 0; i < M; i++) begin : g_row
    logic [256*N-1:0] b;

    if (SPARSE) begin : g_select
      sparse_select #(
        .ROWS(N)
      ) u_select (
        .sparse_i(dot_sparse),
        .wide_i(dot_a_format[3:1] == '0),  // FP16, BF16
        .metadata_i(a_words[A_WORD*i+:A_WORD]),
        .b_i(b_rows),
        .upper_i(b_upper_rows),
        .b_o(b)
      );
    end else begin : g_dense
      assign b = b_rows;
    end

    for (genvar j = 0; j < N; j++) begin : g_column
      dot_product_unit #(
        .FORMATS(heddle_pkg::DOT_FORMAT_BITS'(heddle_pkg::TENSOR_FORMATS)),
        .MODES(5'(heddle_pkg::TENSOR_MODES))
      ) u_dot (
        .clk_i(clk_work),
        .rst_ni,
        .valid_i(dot_valid),
        .mode_i(dot_mode),
        .a_format_i(dot_a_format),
        .b_format_i(dot_b_format),
        .accumulator_i(dot_accumulator),
        .scale_format_i(dot_scale_format),
        .step_i(dot_block),
        .a_i(a_rows[256*i+:256]),
        .b_i(b[256*j+:256]),
        .a_scale_i(a_words[A_WORD*i+:32]),
        .b_scale_i(b_scales[32*j+:32]),
        .c_i(c[32*(N*i+j)+:32]),
        .valid_o(d_valid[N*i+j]),
        .d_o(d[32*(N*i+j)+:32])
      );
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Tensor memory: in each bank the sequencer goes first; tensor_access sees to that.
  logic [1:0] read, write;
  logic [2*ROW_BITS-1:0] read_rows, write_rows;
  logic [2*WORDS-1:0] write_masks;
  logic [2*32*WORDS-1:0] write_data;

  always_comb begin : banks
    for (int i = 0; i < 2; i++) begin
      read[i] = read_valid && read_bank == 1'(i);
      read_rows[ROW_BITS*i+:ROW_BITS] = read[i] ? read_row : access_row;
      if (access_read && access_bank == 1'(i)) read[i] = 1'b1;
      write[i] = write_valid && write_bank == 1'(i);
      write_rows[ROW_BITS*i+:ROW_BITS] = write[i] ? write_row : access_row;
      write_masks[WORDS*i+:WORDS] = write[i] ? '1 : access_mask;
      write_data[32*WORDS*i+:32*WORDS] = write[i] ? d : access_data;
      if (access_write && access_bank == 1'(i)) write[i] = 1'b1;
    end
  end

  tensor_memory memory (
    .clk_i,
    .read_valid_i(read),
    .read_row_i(read_rows),
    .read_data_o(memory_data),
    .write_valid_i(write),
    .write_row_i(write_rows),
    .write_mask_i(write_masks),
    .write_data_i(write_data)
  );

  tensor_access access (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i,
    .row_ctl_i,
    .row_mask_i,
    .row_a_i,
    .row_b_i,
    .launch_valid_i,
    .launch_warp_i,
    .launch_cta_i,
    .cta_done_valid_i,
    .cta_done_cta_i,
    .working_i(working),
    .sequencer_read_i(read_valid),
    .sequencer_read_bank_i(read_bank),
    .sequencer_write_i(write_valid),
    .sequencer_write_bank_i(write_bank),
    .hold_o(hold),
    .taken_o(taken),
    .owner_o(owner),
    .read_valid_o(access_read),
    .write_valid_o(access_write),
    .bank_o(access_bank),
    .row_o(access_row),
    .write_mask_o(access_mask),
    .write_data_o(access_data),
    .read_data_i(memory_data),
    .result_valid_o,
    .result_ready_i,
    .result_ctl_o,
    .result_mask_o,
    .result_data_o,
    .store_done_valid_o,
    .store_done_warp_o,
    .op_done_valid_o(tensor_op_done_valid_o),
    .fault_valid_o(tensor_access_fault_valid_o),
    .fault_o(tensor_access_fault_o),
    .ended_o(ended),
    .idle_o(access_idle)
  );

  assign computing_o = working | ended;
  assign idle_o = queue_idle && access_idle;

  // The sequencer knows when; A's buffer is a FIFO; B's has no more places than columns need.
  logic unused;
  assign unused = ^{d_valid, a_there[1], b_batch, b_upper_rows, dot_sparse};

endmodule
`default_nettype wire
