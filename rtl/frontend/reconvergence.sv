// Thread-PC table and choice of a warp's next group; mask table and search for the threads that wait
// for one mask.
//
// One request at a time. A pass reads the warp's table rows, one a cycle; five cycles behind its
// read, a row has gone through classification, the three stages of the minimum tree and the
// accumulator. A request takes two passes: the first finds the target (greatest depth, then lowest
// PC), the second collects the threads at the target and the stop PC. The target is complete just
// when the second pass needs it, BEATS + 5 cycles after the first pass began. With SELECT_MERGE the
// target comes with the request and the first pass is skipped. So it is with SELECT_MATCH, whose
// target is the mask: its second pass compares the mask table's entries, and no stop PC is wanted.
//
// Both passes look for the smallest key {no thread, ~depth, PC}: the first over the eligible
// threads, or over the leader alone, for the target; the second over those that stay behind at the
// target's depth for the stop PC. A leader that is to be appointed is found while the first row is
// read.
//
// A thread in `redo` stands at its PC - 4. Its entry is compared with the target's PC + 4, so that
// the subtraction delays only the keys.
//
// Table rows are written at least a control event before the warp is selected, so no pass sees one
// change.
`default_nettype none
module reconvergence (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From branch_unit (event)
  input logic branch_row_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] branch_row_warp_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] branch_row_beat_i,
  input logic [heddle_pkg::LANES-1:0] branch_row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] branch_row_next_pc_i,
  input logic [7:0] branch_row_next_depth_i,
  input logic branch_row_sync_i,
  input logic [32*heddle_pkg::LANES-1:0] branch_row_sync_mask_i,

  // From warp_control
  input logic select_valid_i,
  output logic select_ready_o,
  input logic [heddle_pkg::WARP_BITS-1:0] select_warp_i,
  input logic [2:0] select_mode_i,
  input logic [31:0] select_eligible_i,
  input logic [31:0] select_active_i,
  input logic [31:0] select_redo_i,
  input logic [4:0] select_leader_i,
  input logic [31:0] select_pc_i,
  input logic [7:0] select_depth_i,

  // To warp_control (event)
  output logic selected_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] selected_warp_o,
  output logic [31:0] selected_active_o,
  output logic [31:0] selected_pc_o,
  output logic [7:0] selected_depth_o,
  output logic selected_stop_valid_o,
  output logic [31:0] selected_stop_pc_o,
  output logic [4:0] selected_leader_o,
  output logic [2:0] selected_mode_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned ROWS = heddle_pkg::WARPS * BEATS;
  localparam int unsigned ROW_BITS = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam int unsigned ENTRY_BITS = 40;
  localparam int unsigned KEY_BITS = ENTRY_BITS + 1;
  localparam int unsigned GROUPS_A = (LANES + 3) / 4;
  localparam int unsigned GROUPS_B = (GROUPS_A + 3) / 4;

  // Steps count the cycles of a request; 0 is idle.
  localparam int unsigned SECOND_PASS = BEATS + 5;
  localparam int unsigned LAST_STEP = 2 * BEATS + 9;
  localparam int unsigned STEP_BITS = $clog2(LAST_STEP + 1);

  // -----------------------------------------------------------------------------------------------
  // Sequence of a request
  logic [STEP_BITS-1:0] step_d, step_q;
  logic transfer, merge, match, finish, read_first_pass, read_second_pass, read;
  logic [BEAT_BITS-1:0] read_beat;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [31:0] eligible_q, redo_q;

  assign select_ready_o = step_q == '0;
  assign transfer = select_valid_i && select_ready_o;
  assign merge = select_mode_i == heddle_pkg::SELECT_MERGE;
  assign match = select_mode_i == heddle_pkg::SELECT_MATCH;
  assign finish = step_q == STEP_BITS'(LAST_STEP);
  assign read_first_pass = step_q >= STEP_BITS'(1) && step_q <= STEP_BITS'(BEATS);
  assign read_second_pass = step_q >= STEP_BITS'(SECOND_PASS)
      && step_q < STEP_BITS'(SECOND_PASS + BEATS);
  assign read = read_first_pass || read_second_pass;
  assign read_beat = read_first_pass ? BEAT_BITS'(step_q - STEP_BITS'(1))
      : BEAT_BITS'(step_q - STEP_BITS'(SECOND_PASS));

  always_comb begin : next_step
    step_d = step_q;
    if (transfer) step_d = (merge || match) ? STEP_BITS'(SECOND_PASS) : STEP_BITS'(1);
    else if (finish) step_d = '0;
    else if (step_q != '0) step_d = step_q + STEP_BITS'(1);
    if (start_i) step_d = '0;
  end

  // -----------------------------------------------------------------------------------------------
  // Whom the first pass looks at; known when the table's first row comes out
  logic [31:0] left_out, candidates_q, wanted_q;
  logic [2:0] mode_q;
  logic [4:0] leader_q, appointed;
  logic candidate_found;

  assign left_out = select_eligible_i & ~select_active_i;

  round_robin #(
    .COUNT(32)
  ) u_appoint (
    .request_i(candidates_q),
    .last_i(leader_q),
    .valid_o(candidate_found),
    .index_o(appointed)
  );

  always_ff @(posedge clk_i) begin
    if (transfer) begin
      mode_q <= select_mode_i;
      leader_q <= select_leader_i;
      candidates_q <= (left_out != 32'b0) ? left_out : select_eligible_i;
    end else if (step_q == STEP_BITS'(1)) begin
      case (mode_q)
        heddle_pkg::SELECT_FOLLOW: wanted_q <= 32'd1 << leader_q;
        heddle_pkg::SELECT_APPOINT: begin
          wanted_q <= candidate_found ? 32'd1 << appointed : 32'b0;
          leader_q <= appointed;
        end
        default: wanted_q <= eligible_q;
      endcase
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Table: {~depth, pc} of every thread, so that entries compare like keys
  logic [ENTRY_BITS*LANES-1:0] write_entries, read_entries;

  for (genvar i = 0; i < LANES; i++) begin : g_entry
    assign write_entries[ENTRY_BITS*i+:ENTRY_BITS] =
        {~branch_row_next_depth_i, branch_row_next_pc_i[32*i+:32]};
  end

  ram_1r1w #(
    .WIDTH(ENTRY_BITS * LANES),
    .DEPTH(ROWS),
    .GRANULE(ENTRY_BITS),
    .COLLIDES(0)  // a warp's rows are written before it is selected
  ) u_table (
    .clk_i,
    .read_valid_i(read),
    .read_address_i(ROW_BITS'(32'(warp_q) * BEATS + 32'(read_beat))),
    .read_data_o(read_entries),
    .write_valid_i(branch_row_valid_i),
    .write_address_i(ROW_BITS'(32'(branch_row_warp_i) * BEATS + 32'(branch_row_beat_i))),
    .write_mask_i(branch_row_mask_i),
    .write_data_i(write_entries)
  );

  // Mask table: rs1 of every thread's last warpsync
  logic [32*LANES-1:0] read_masks;

  ram_1r1w #(
    .WIDTH(32 * LANES),
    .DEPTH(ROWS),
    .GRANULE(32),
    .COLLIDES(0)  // a warp's rows are written before it is selected
  ) u_masks (
    .clk_i,
    .read_valid_i(read_second_pass),
    .read_address_i(ROW_BITS'(32'(warp_q) * BEATS + 32'(read_beat))),
    .read_data_o(read_masks),
    .write_valid_i(branch_row_valid_i && branch_row_sync_i),
    .write_address_i(ROW_BITS'(32'(branch_row_warp_i) * BEATS + 32'(branch_row_beat_i))),
    .write_mask_i(branch_row_mask_i),
    .write_data_i(branch_row_sync_mask_i)
  );

  // -----------------------------------------------------------------------------------------------
  // Where a row is: classification in stage 0, tree outputs in stages 2, 3 and 4
  logic [4:0] row_valid_q, row_second_q, row_first_q;
  logic [BEAT_BITS-1:0] beat_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q <= '0;
      row_valid_q <= '0;
      selected_valid_o <= 1'b0;
    end else begin
      step_q <= step_d;
      row_valid_q <= start_i ? '0 : {row_valid_q[3:0], read};
      selected_valid_o <= finish && !start_i;
    end
  end

  always_ff @(posedge clk_i) begin
    row_second_q <= {row_second_q[3:0], read_second_pass};
    row_first_q <= {row_first_q[3:0], read_beat == '0};
    if (read) beat_q <= read_beat;
  end

  // -----------------------------------------------------------------------------------------------
  // Stage 0: classify the threads of the row
  logic [ENTRY_BITS-1:0] target_d, target_q, entry, place;
  logic [31:0] redo_target_pc_d, redo_target_pc_q;  // where the table has it for a thread in redo
  logic at_target;
  logic [31:0] active_d, active_q;
  logic [KEY_BITS*LANES-1:0] keys_d, keys_q;
  logic [LANES-1:0] row_eligible, row_wanted, row_redo, row_active;

  assign row_eligible = eligible_q[LANES*32'(beat_q)+:LANES];
  assign row_wanted = wanted_q[LANES*32'(beat_q)+:LANES];
  assign row_redo = redo_q[LANES*32'(beat_q)+:LANES];

  always_comb begin : classify
    keys_d = keys_q;
    row_active = active_q[LANES*32'(beat_q)+:LANES];
    entry = '0;
    place = '0;
    at_target = 1'b0;
    if (row_valid_q[0]) begin
      for (int i = 0; i < LANES; i++) begin
        entry = read_entries[ENTRY_BITS*i+:ENTRY_BITS];
        place = row_redo[i] ? {entry[39:32], entry[31:0] - 32'd4} : entry;
        at_target = entry[39:32] == target_q[39:32]
            && entry[31:0] == (row_redo[i] ? redo_target_pc_q : target_q[31:0]);
        if (mode_q == heddle_pkg::SELECT_MATCH) at_target = read_masks[32*i+:32] == target_q[31:0];
        if (row_second_q[0]) begin
          if (row_eligible[i] && at_target) row_active[i] = 1'b1;
          keys_d[KEY_BITS*i+:KEY_BITS] = {
            !row_eligible[i] || row_active[i] || entry[39:32] != target_q[39:32], place
          };
        end else begin
          keys_d[KEY_BITS*i+:KEY_BITS] = {!row_wanted[i], place};
        end
      end
    end
  end

  always_comb begin : next_active
    active_d = active_q;
    if (transfer) active_d = merge ? select_active_i : 32'b0;
    else if (row_valid_q[0] && row_second_q[0]) active_d[LANES*32'(beat_q)+:LANES] = row_active;
  end

  // -----------------------------------------------------------------------------------------------
  // Stages 1 to 3: the row's smallest key
  logic [KEY_BITS*GROUPS_A-1:0] keys_a;
  logic [KEY_BITS*GROUPS_B-1:0] keys_b;
  logic [KEY_BITS-1:0] row_key;

  key_minimum #(
    .KEY_BITS(KEY_BITS),
    .COUNT(LANES)
  ) u_minimum_a (
    .clk_i,
    .valid_i(row_valid_q[1]),
    .keys_i(keys_q),
    .keys_o(keys_a)
  );

  key_minimum #(
    .KEY_BITS(KEY_BITS),
    .COUNT(GROUPS_A)
  ) u_minimum_b (
    .clk_i,
    .valid_i(row_valid_q[2]),
    .keys_i(keys_a),
    .keys_o(keys_b)
  );

  key_minimum #(
    .KEY_BITS(KEY_BITS),
    .COUNT(GROUPS_B),
    .RESULTS(1)
  ) u_minimum_c (
    .clk_i,
    .valid_i(row_valid_q[3]),
    .keys_i(keys_b),
    .keys_o(row_key)
  );

  // -----------------------------------------------------------------------------------------------
  // Stage 4: over the rows. A row's "no thread" bit matters to the target until a thread is found.
  logic target_missing_d, target_missing_q;
  logic [KEY_BITS-1:0] stop_d, stop_q;

  always_comb begin : accumulate
    target_d = target_q;
    redo_target_pc_d = redo_target_pc_q;
    target_missing_d = target_missing_q;
    stop_d = stop_q;
    if (transfer) begin
      target_d = {~select_depth_i, select_pc_i};
      redo_target_pc_d = select_pc_i + 32'd4;
      target_missing_d = 1'b1;
    end else if (row_valid_q[4]) begin
      if (row_second_q[4]) begin
        if (row_first_q[4] || row_key < stop_q) stop_d = row_key;
      end else if (row_key < {target_missing_q, target_q}) begin
        {target_missing_d, target_d} = row_key;
        redo_target_pc_d = row_key[31:0] + 32'd4;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (transfer) begin
      warp_q <= select_warp_i;
      eligible_q <= select_eligible_i;
      redo_q <= select_redo_i;
    end
    keys_q <= keys_d;
    active_q <= active_d;
    target_q <= target_d;
    redo_target_pc_q <= redo_target_pc_d;
    target_missing_q <= target_missing_d;
    stop_q <= stop_d;
  end

  assign selected_warp_o = warp_q;
  assign selected_active_o = active_q;
  assign selected_pc_o = target_q[31:0];
  assign selected_depth_o = ~target_q[39:32];
  assign selected_stop_valid_o = !stop_q[KEY_BITS-1];
  assign selected_stop_pc_o = stop_q[31:0];
  assign selected_leader_o = leader_q;
  assign selected_mode_o = mode_q;

endmodule
`default_nettype wire
