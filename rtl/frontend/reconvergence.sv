// Thread-PC table and choice of a warp's next group; mask table and search for the threads that wait
// for one mask.
//
// One request at a time. A pass reads the warp's table rows, one a cycle, the first of them with the
// transfer; six cycles behind its read, a row has gone through its threads' places, classification,
// the three stages of the minimum tree and the accumulator. A request takes two passes: the first
// finds the target (greatest depth, then lowest PC), the second collects the threads at the target
// and the stop PC. The target is complete just when the second pass needs it, BEATS + 5 cycles after
// the first pass began. With SELECT_MERGE the target comes with the request and the first pass is
// skipped. So it is with SELECT_MATCH, whose target is the mask: its second pass compares the mask
// table's entries, and no stop PC is wanted.
//
// Both passes look for the smallest key {no thread, ~depth, PC}: the first over the eligible
// threads, or over the leader alone, for the target; the second over those that stay behind at the
// target's depth for the stop PC. A leader that is to be appointed is found while the first row's
// places are.
//
// The request's sets of threads turn with the rows: the row that is looked at lies in the lowest
// bits, and a pass over all rows leaves a set as it was.
//
// Table rows are written at least a control event before the warp is selected, so no pass sees one
// change, and the first read may come with the transfer.
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
  // The tree has three stages: up to eight lanes, pairs are enough, with fewer comparators.
  localparam int unsigned GROUP = (LANES <= 8) ? 2 : 4;
  localparam int unsigned GROUPS_A = (LANES + GROUP - 1) / GROUP;
  localparam int unsigned GROUPS_B = (GROUPS_A + GROUP - 1) / GROUP;

  // Steps count the cycles of a request; 0 is idle.
  localparam int unsigned SECOND_PASS = BEATS + 5;
  localparam int unsigned LAST_STEP = 2 * BEATS + 9;
  localparam int unsigned STEP_BITS = $clog2(LAST_STEP + 1);

  // -----------------------------------------------------------------------------------------------
  // Sequence of a request
  logic [STEP_BITS-1:0] step_d, step_q;
  logic transfer, merge, match, finish, pass_starts, read, second_d, second_q;
  logic [BEAT_BITS-1:0] read_beat_d, read_beat_q;  // 0 between passes
  logic [heddle_pkg::WARP_BITS-1:0] warp_q, read_warp;
  logic [31:0] eligible_q, redo_q;

  assign select_ready_o = step_q == '0;
  assign transfer = select_valid_i && select_ready_o;
  assign merge = select_mode_i == heddle_pkg::SELECT_MERGE;
  assign match = select_mode_i == heddle_pkg::SELECT_MATCH;
  assign finish = step_q == STEP_BITS'(LAST_STEP);
  // A request without a first pass skips the step before the second one.
  assign pass_starts = transfer || step_q == STEP_BITS'(SECOND_PASS - 1);
  assign read = pass_starts || read_beat_q != '0;
  assign read_warp = select_ready_o ? select_warp_i : warp_q;
  assign second_d = transfer ? merge || match : second_q || pass_starts;

  always_comb begin : next_step
    step_d = step_q;
    if (transfer) step_d = (merge || match) ? STEP_BITS'(SECOND_PASS) : STEP_BITS'(1);
    else if (finish) step_d = '0;
    else if (step_q != '0) step_d = step_q + STEP_BITS'(1);
    if (start_i) step_d = '0;

    read_beat_d = read_beat_q;
    if (read) begin
      read_beat_d = (read_beat_q == BEAT_BITS'(BEATS - 1)) ? '0 : read_beat_q + BEAT_BITS'(1);
    end
    if (start_i) read_beat_d = '0;
  end

  // -----------------------------------------------------------------------------------------------
  // Whom the first pass looks at; known when the first row is classified
  logic [31:0] left_out, candidates_q, wanted_q;
  logic [31:0] behind_leader_q;  // the threads above the request's leader
  logic [31:0] behind, first_behind, first_of_all;
  logic [2:0] mode_q;
  logic [4:0] leader_q, appointed;

  assign left_out = select_eligible_i & ~select_active_i;
  assign behind = candidates_q & behind_leader_q;
  assign first_behind = behind & (~behind + 32'd1);
  assign first_of_all = candidates_q & (~candidates_q + 32'd1);

  always_comb begin : encode_appointed
    appointed = '0;
    for (int i = 0; i < 32; i++) begin
      if (wanted_q[i]) appointed = appointed | 5'(i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (transfer) begin
      mode_q <= select_mode_i;
      leader_q <= select_leader_i;
      behind_leader_q <= (32'hffff_ffff << select_leader_i) << 1;
      candidates_q <= (left_out != 32'b0) ? left_out : select_eligible_i;
    end else if (step_q == STEP_BITS'(2) && mode_q == heddle_pkg::SELECT_APPOINT) begin
      leader_q <= appointed;
    end
    if (step_q == STEP_BITS'(1)) begin
      case (mode_q)
        heddle_pkg::SELECT_FOLLOW: wanted_q <= ~behind_leader_q & {1'b1, behind_leader_q[31:1]};
        heddle_pkg::SELECT_APPOINT: wanted_q <= (behind != 32'b0) ? first_behind : first_of_all;
        default: wanted_q <= eligible_q;
      endcase
    end else begin
      wanted_q <= wanted_q >> LANES;
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
    .read_valid_i(1'b1),
    .read_address_i(ROW_BITS'(32'(read_warp) * BEATS + 32'(read_beat_q))),
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
    .read_valid_i(1'b1),
    .read_address_i(ROW_BITS'(32'(read_warp) * BEATS + 32'(read_beat_q))),
    .read_data_o(read_masks),
    .write_valid_i(branch_row_valid_i && branch_row_sync_i),
    .write_address_i(ROW_BITS'(32'(branch_row_warp_i) * BEATS + 32'(branch_row_beat_i))),
    .write_mask_i(branch_row_mask_i),
    .write_data_i(branch_row_sync_mask_i)
  );

  // -----------------------------------------------------------------------------------------------
  // Where a row is: places in stage 0, classification in stage 1, tree outputs in stages 3, 4 and 5
  logic [5:0] row_valid_q, row_second_q, row_first_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q <= '0;
      read_beat_q <= '0;
      row_valid_q <= '0;
      selected_valid_o <= 1'b0;
    end else begin
      step_q <= step_d;
      read_beat_q <= read_beat_d;
      row_valid_q <= start_i ? '0 : {row_valid_q[4:0], read};
      selected_valid_o <= finish && !start_i;
    end
  end

  always_ff @(posedge clk_i) begin
    second_q <= second_d;
    row_second_q <= {row_second_q[4:0], second_d};
    row_first_q <= {row_first_q[4:0], pass_starts};
  end

  // A set of threads with its lowest row taken out, and another one put in above the others
  function automatic logic [31:0] turn(input logic [31:0] threads, input logic [LANES-1:0] row);
    turn = threads >> LANES;
    turn[LANES*(BEATS-1)+:LANES] = row;
  endfunction

  // -----------------------------------------------------------------------------------------------
  // Stage 0: the places of the row's threads. In `redo` a thread stands at its PC - 4.
  logic [ENTRY_BITS-1:0] target_d, target_q, entry;
  logic [ENTRY_BITS*LANES-1:0] places_d, places_q;
  logic [LANES-1:0] mask_matches_d, mask_matches_q;

  always_comb begin : find_places
    entry = '0;
    places_d = '0;
    mask_matches_d = '0;
    for (int i = 0; i < LANES; i++) begin
      entry = read_entries[ENTRY_BITS*i+:ENTRY_BITS];
      places_d[ENTRY_BITS*i+:ENTRY_BITS] = {
        entry[39:32], entry[31:0] - {29'b0, redo_q[i], 2'b0}
      };
      mask_matches_d[i] = read_masks[32*i+:32] == target_q[31:0];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Stage 1: classify the threads of the row
  logic [ENTRY_BITS-1:0] place;
  logic at_target;
  logic [31:0] active_d, active_q;
  logic [KEY_BITS*LANES-1:0] keys_d, keys_q;
  logic [LANES-1:0] row_active;

  always_comb begin : classify
    row_active = active_q[LANES-1:0];
    keys_d = '0;
    place = '0;
    at_target = 1'b0;
    for (int i = 0; i < LANES; i++) begin
      place = places_q[ENTRY_BITS*i+:ENTRY_BITS];
      at_target = (mode_q == heddle_pkg::SELECT_MATCH) ? mask_matches_q[i] : place == target_q;
      if (row_second_q[1]) begin
        if (eligible_q[i] && at_target) row_active[i] = 1'b1;
        keys_d[KEY_BITS*i+:KEY_BITS] = {
          !eligible_q[i] || row_active[i] || place[39:32] != target_q[39:32], place
        };
      end else begin
        keys_d[KEY_BITS*i+:KEY_BITS] = {!wanted_q[i], place};
      end
    end
  end

  always_comb begin : next_active
    active_d = active_q;
    if (transfer) active_d = merge ? select_active_i : 32'b0;
    else if (row_valid_q[1] && row_second_q[1]) active_d = turn(active_q, row_active);
  end

  // -----------------------------------------------------------------------------------------------
  // Stages 2 to 4: the row's smallest key
  logic [KEY_BITS*GROUPS_A-1:0] keys_a;
  logic [KEY_BITS*GROUPS_B-1:0] keys_b;
  logic [KEY_BITS-1:0] row_key;

  key_minimum #(
    .KEY_BITS(KEY_BITS),
    .COUNT(LANES),
    .GROUP(GROUP)
  ) u_minimum_a (
    .clk_i,
    .valid_i(row_valid_q[2]),
    .keys_i(keys_q),
    .keys_o(keys_a)
  );

  key_minimum #(
    .KEY_BITS(KEY_BITS),
    .COUNT(GROUPS_A),
    .GROUP(GROUP)
  ) u_minimum_b (
    .clk_i,
    .valid_i(row_valid_q[3]),
    .keys_i(keys_a),
    .keys_o(keys_b)
  );

  key_minimum #(
    .KEY_BITS(KEY_BITS),
    .COUNT(GROUPS_B),
    .GROUP(GROUP),
    .RESULTS(1)
  ) u_minimum_c (
    .clk_i,
    .valid_i(row_valid_q[4]),
    .keys_i(keys_b),
    .keys_o(row_key)
  );

  // -----------------------------------------------------------------------------------------------
  // Stage 5: over the rows. A row's "no thread" bit matters to the target until a thread is found.
  logic target_missing_d, target_missing_q;
  logic [KEY_BITS-1:0] stop_d, stop_q;

  always_comb begin : accumulate
    target_d = target_q;
    target_missing_d = target_missing_q;
    stop_d = stop_q;
    if (transfer) begin
      target_d = {~select_depth_i, select_pc_i};
      target_missing_d = 1'b1;
    end else if (row_valid_q[5]) begin
      if (row_second_q[5]) begin
        if (row_first_q[5] || row_key < stop_q) stop_d = row_key;
      end else if (row_key < {target_missing_q, target_q}) begin
        {target_missing_d, target_d} = row_key;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (transfer) begin
      warp_q <= select_warp_i;
      eligible_q <= select_eligible_i;
      redo_q <= select_redo_i;
    end else begin
      if (row_valid_q[1]) eligible_q <= turn(eligible_q, eligible_q[LANES-1:0]);
      if (row_valid_q[0]) redo_q <= turn(redo_q, redo_q[LANES-1:0]);
    end
    places_q <= places_d;
    mask_matches_q <= mask_matches_d;
    keys_q <= keys_d;
    active_q <= active_d;
    target_q <= target_d;
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
