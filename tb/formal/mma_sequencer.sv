// tensor/mma_sequencer: an operation that reads a row of tensor memory has it addressed when the results of all operations
// before it on that row have been written; a commit arrives when all operations and commits before it are over, and at once
// then; no more than COMMITS are under way; a command is over once.
//
// For any row, and any commit (the first one with `watch_i`). Assumed is that D is inside of tensor memory. The step's
// operations are those of one m-group.
`default_nettype none
module mma_sequencer_proof (
  input logic clk_i,
  input logic start_i,
  input logic step_valid_i,
  input logic step_commit_i,
  input logic step_last_i,
  input logic step_reads_i,
  input logic [2:0] step_group_i,  // of columns, D's first
  input logic [heddle_pkg::MMA_BATCH_BITS-1:0] step_b_last_i,
  input logic step_half_i,
  input logic a_there_i,
  input logic [1:0] b_there_i,
  input logic hold_i,
  input logic step_mbarrier_i,
  input logic arrival_ready_i,
  input logic watch_i
);

  localparam int unsigned LATENCY = heddle_pkg::MMA_LATENCY;
  localparam int unsigned ROW_BITS = heddle_pkg::MMA_ROW_BITS;
  // As in proofs.toml
  localparam int unsigned STEPS = 2;
  localparam int unsigned COMMITS = 2;

  logic started_q;
  logic step_ready, read_valid, read_bank, dot_valid, dot_reads, write_valid, write_bank;
  logic [ROW_BITS-1:0] read_row, write_row;
  logic arrival_valid, over_valid, commit_valid;
  logic [heddle_pkg::COPY_UNIT_BITS:0] arrival_mbarrier;
  (* anyconst *) logic bank;
  (* anyconst *) logic [ROW_BITS-1:0] row;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  mma_sequencer dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .step_valid_i(step_valid_i && step_ready),
    .step_ready_o(step_ready),
    .step_commit_i,
    .step_cta_i('0),
    .step_last_i,
    .step_reads_i,
    .step_lane_i('0),
    .step_column_i({step_group_i, 3'b0}),
    .step_a_last_i('0),
    .step_b_last_i,
    .step_a_format_i('0),
    .step_b_format_i('0),
    .step_mode_i('0),
    .step_accumulator_i('0),
    .step_scale_format_i('0),
    .step_block_i('0),
    .step_half_i,
    .step_sparse_i(1'b0),
    .step_mbarrier_i((heddle_pkg::COPY_UNIT_BITS + 1)'(step_mbarrier_i)),
    .a_there_i,
    .b_there_i,
    .read_valid_o(read_valid),
    .read_bank_o(read_bank),
    .read_row_o(read_row),
    .dot_valid_o(dot_valid),
    .dot_reads_o(dot_reads),
    .write_valid_o(write_valid),
    .write_bank_o(write_bank),
    .write_row_o(write_row),
    .hold_i,
    .arrival_valid_o(arrival_valid),
    .arrival_ready_i,
    .arrival_mbarrier_o(arrival_mbarrier),
    .over_valid_o(over_valid),
    .commit_valid_o(commit_valid)
  );

  logic pushed;

  assign pushed = step_valid_i && step_ready;

  always @* begin
    if (started_q && pushed) assume ({1'b0, step_group_i} + 4'(step_b_last_i) < 4'd8);
    if (started_q && pushed && step_commit_i) assume (step_last_i);
  end

  // -----------------------------------------------------------------------------------------------
  // Operations under way, all and on the row, as of the end of the cycle before; commands, operations and commits that
  // are not over, those waiting included
  logic [3:0] all_q, on_row_q, commits_q;
  logic [4:0] commands_q, operations_q;
  logic reads_row, writes_row, early_q;

  assign reads_row = read_valid && read_bank == bank && read_row == row;
  assign writes_row = write_valid && write_bank == bank && write_row == row;

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      all_q <= '0;
      on_row_q <= '0;
      commands_q <= '0;
      operations_q <= '0;
      commits_q <= '0;
      early_q <= 1'b0;
    end else begin
      all_q <= all_q + 4'(read_valid) - 4'(write_valid);
      on_row_q <= on_row_q + 4'(reads_row) - 4'(writes_row);
      commands_q <= commands_q + 5'(pushed && step_last_i) - 5'(over_valid) - 5'(commit_valid);
      operations_q <= operations_q - 5'(write_valid)
          + ((pushed && !step_commit_i) ? 5'(step_b_last_i) + 5'd1 : 5'd0);
      commits_q <= commits_q + 4'(pushed && step_commit_i) - 4'(commit_valid);
      early_q <= reads_row && on_row_q != '0;
    end
  end

  // The watched commit: what is before it and not over, cycles since it was pushed, and since nothing is before it
  logic watched_q, few_q, first;
  logic [4:0] operations_before_q;
  logic [3:0] commits_before_q;
  logic [2:0] age_q, late_q;
  logic mbarrier_q;

  assign first = watched_q && commits_before_q == '0;

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      watched_q <= 1'b0;
    end else if (!watched_q) begin
      watched_q <= pushed && step_commit_i && watch_i;
      operations_before_q <= operations_q - 5'(write_valid);
      commits_before_q <= commits_q - 4'(commit_valid);
      few_q <= commits_q - 4'(commit_valid) < 4'(COMMITS);
      age_q <= 3'd1;
      late_q <= '0;
      mbarrier_q <= step_mbarrier_i;
    end else begin
      if (first && commit_valid) watched_q <= 1'b0;
      if (operations_before_q != '0) operations_before_q <= operations_before_q - 5'(write_valid);
      if (!first) commits_before_q <= commits_before_q - 4'(commit_valid);
      if (age_q != '1) age_q <= age_q + 3'd1;
      if (first && operations_before_q == '0 && late_q != '1) late_q <= late_q + 3'd1;
    end
  end

  always @* begin
    if (started_q) begin
      reads_what_was_written: assert (!(dot_valid && dot_reads && early_q));
      commit_when_all_is_over: assert (!first || !arrival_valid || operations_before_q == '0);
      // It leaves the steps in the cycle after its push, or after the last issue before it, if COMMITS are not under way.
      commit_at_once: assert (!first || !few_q
          || arrival_valid == (operations_before_q == '0 && age_q >= 3'(LATENCY + 1)));
      commit_soon: assert (!first || late_q < 3'(LATENCY) || arrival_valid);
      commits_in_order: assert (!first || !arrival_valid || arrival_mbarrier[0] == mbarrier_q);
      no_more_under_way: assert (commits_q <= 4'(COMMITS + STEPS));
      no_command_over_twice: assert (5'(over_valid) + 5'(commit_valid) <= commands_q);
    end
  end

  always @* begin
    same_again: cover (started_q && dot_valid && dot_reads && !early_q && write_valid && all_q == 4'(LATENCY - 1));
    commits: cover (started_q && commit_valid && commits_q == 4'(COMMITS + STEPS));
    passes_commit: cover (started_q && watched_q && write_valid && operations_before_q == '0 && commits_before_q == 4'd1);
    waits: cover (started_q && a_there_i && b_there_i == 2'b11 && !hold_i && all_q != '0 && !read_valid);
  end

endmodule
`default_nettype wire
