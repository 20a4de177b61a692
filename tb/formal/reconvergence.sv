// frontend/reconvergence: what it answers is what docs/architecture/frontend.md says of the threads' places, in the cycle
// that it says: the deepest, then lowest place and all eligible threads there; the leader's place; the request's place
// joined; the threads that wait for one mask; and the stop PC. And the tables hold what was written last.
//
// For any thread T of warps of eight threads in two rows of four: the trees choose in one stage, and rows are joined. A
// request is followed through from any state that is idle in the RTL's sequence, with tables that hold anything.
`default_nettype none
module reconvergence_proof (
  input logic clk_i,
  input logic start_i,
  input logic branch_row_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] branch_row_warp_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] branch_row_beat_i,
  input logic [heddle_pkg::LANES-1:0] branch_row_mask_i,
  input logic [4*heddle_pkg::LANES-1:0] next_pc_i,
  input logic [1:0] next_depth_i,
  input logic branch_row_sync_i,
  input logic [2*heddle_pkg::LANES-1:0] sync_mask_i,
  input logic select_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] select_warp_i,
  input logic [2:0] select_mode_i,
  input logic [7:0] select_eligible_i,
  input logic [7:0] select_active_i,
  input logic [7:0] select_redo_i,
  input logic [4:0] select_leader_i,
  input logic [3:0] pc_i,
  input logic [1:0] depth_i
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned THREADS = 8;
  localparam int unsigned ENTRY_BITS = 40;

  // What is kept of an entry of a table, here and (proofs.toml) in the RTL: PCs of four bits, depths of two, masks of two
  function automatic logic [39:0] narrow_entry(input logic [39:0] entry);
    narrow_entry = {entry[39], 6'h3f, entry[32:31], 26'd0, entry[4:2], 2'd0};
  endfunction
  function automatic logic [31:0] narrow_mask(input logic [31:0] mask);
    narrow_mask = {28'd0, mask[3:2], 2'd0};
  endfunction

  logic [32*LANES-1:0] branch_row_next_pc_i, branch_row_sync_mask_i;
  logic [7:0] branch_row_next_depth_i, select_depth_i;
  logic [31:0] select_pc_i;
  assign branch_row_next_depth_i = {next_depth_i[1], 6'd0, next_depth_i[0]};
  assign select_depth_i = {depth_i[1], 6'd0, depth_i[0]};
  assign select_pc_i = {pc_i[3], 26'd0, pc_i[2:0], 2'd0};
  for (genvar i = 0; i < LANES; i++) begin : g_lane
    assign branch_row_next_pc_i[32*i+:32] = {next_pc_i[4*i+3], 26'd0, next_pc_i[4*i+:3], 2'd0};
    assign branch_row_sync_mask_i[32*i+:32] = {28'd0, sync_mask_i[2*i+:2], 2'd0};
  end

  logic started_q, select_ready;
  logic selected_valid, selected_stop_valid, selected_warp;
  logic [31:0] selected_active, selected_pc, selected_stop_pc;
  logic [7:0] selected_depth;
  logic [4:0] selected_leader;
  logic [2:0] selected_mode;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  reconvergence dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .branch_row_valid_i,
    .branch_row_warp_i,
    .branch_row_beat_i,
    .branch_row_mask_i,
    .branch_row_next_pc_i,
    .branch_row_next_depth_i,
    .branch_row_sync_i,
    .branch_row_sync_mask_i,
    .select_valid_i,
    .select_ready_o(select_ready),
    .select_warp_i,
    .select_mode_i,
    .select_eligible_i(32'(select_eligible_i)),
    .select_active_i(32'(select_active_i)),
    .select_redo_i(32'(select_redo_i)),
    .select_leader_i,
    .select_pc_i,
    .select_depth_i,
    .selected_valid_o(selected_valid),
    .selected_warp_o(selected_warp),
    .selected_active_o(selected_active),
    .selected_pc_o(selected_pc),
    .selected_depth_o(selected_depth),
    .selected_stop_valid_o(selected_stop_valid),
    .selected_stop_pc_o(selected_stop_pc),
    .selected_leader_o(selected_leader),
    .selected_mode_o(selected_mode)
  );

  // -----------------------------------------------------------------------------------------------
  // The request that is served, and its age: 0 in the cycle of the transfer
  logic busy_q, warp_q;
  logic [5:0] age_q;
  logic [2:0] mode_q;
  logic [7:0] eligible_q, active_q, redo_q;
  logic [4:0] asked_leader_q;
  logic [31:0] pc_q;
  logic [7:0] depth_q;
  logic transfer, merge, match, due;
  logic [5:0] latency;

  assign transfer = select_valid_i && select_ready;
  assign merge = mode_q == heddle_pkg::SELECT_MERGE;
  assign match = mode_q == heddle_pkg::SELECT_MATCH;
  assign latency = (merge || match) ? 6'(BEATS + 6) : 6'(2 * BEATS + 10);
  assign due = busy_q && age_q == latency;

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) busy_q <= 1'b0;
    else if (transfer) busy_q <= 1'b1;
    else if (due) busy_q <= 1'b0;
    age_q <= transfer ? 6'd1 : age_q + 6'd1;
    if (transfer) begin
      warp_q <= select_warp_i;
      mode_q <= select_mode_i;
      eligible_q <= select_eligible_i;
      active_q <= select_active_i;
      redo_q <= select_redo_i;
      asked_leader_q <= select_leader_i;
      pc_q <= select_pc_i;
      depth_q <= select_depth_i;
    end
  end

  always @* begin
    if (started_q) begin
      // A warp in the unit executes nothing.
      assume (!busy_q || !branch_row_valid_i || branch_row_warp_i != warp_q);
      assume (!transfer || !branch_row_valid_i || branch_row_warp_i != select_warp_i);
      assume (select_mode_i <= heddle_pkg::SELECT_MATCH);
      assume (select_eligible_i != '0);
      // FOLLOW is for an eligible leader (warp_control).
      assume (select_mode_i != heddle_pkg::SELECT_FOLLOW
          || (select_leader_i < 5'(THREADS) && select_eligible_i[select_leader_i[2:0]]));
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The tables: rows of both warps, and for one thread what they must hold
  (* hierconn *) wire [159:0] \dut.u_table.memory[0] ;
  (* hierconn *) wire [159:0] \dut.u_table.memory[1] ;
  (* hierconn *) wire [159:0] \dut.u_table.memory[2] ;
  (* hierconn *) wire [159:0] \dut.u_table.memory[3] ;
  (* hierconn *) wire [127:0] \dut.u_masks.memory[0] ;
  (* hierconn *) wire [127:0] \dut.u_masks.memory[1] ;
  (* hierconn *) wire [127:0] \dut.u_masks.memory[2] ;
  (* hierconn *) wire [127:0] \dut.u_masks.memory[3] ;
  logic [319:0] places[0:1];
  logic [255:0] masks[0:1];
  assign places[0] = {\dut.u_table.memory[1] , \dut.u_table.memory[0] };
  assign places[1] = {\dut.u_table.memory[3] , \dut.u_table.memory[2] };
  assign masks[0] = {\dut.u_masks.memory[1] , \dut.u_masks.memory[0] };
  assign masks[1] = {\dut.u_masks.memory[3] , \dut.u_masks.memory[2] };

  (* anyconst *) logic w;
  (* anyconst *) logic [2:0] t;
  logic writes, placed_q, masked_q;
  logic [31:0] place_pc_q, place_mask_q;
  logic [7:0] place_depth_q;
  assign writes = branch_row_valid_i && branch_row_warp_i == w && branch_row_beat_i == t[2] && branch_row_mask_i[t[1:0]];

  always_ff @(posedge clk_i) begin
    if (!started_q) begin
      placed_q <= 1'b0;
      masked_q <= 1'b0;
    end else if (writes) begin
      placed_q <= 1'b1;
      place_pc_q <= branch_row_next_pc_i[32*t[1:0]+:32];
      place_depth_q <= branch_row_next_depth_i;
      if (branch_row_sync_i) begin
        masked_q <= 1'b1;
        place_mask_q <= branch_row_sync_mask_i[32*t[1:0]+:32];
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Reference
  logic [319:0] rows;
  logic [255:0] mask_rows;
  logic [39:0] row;
  logic [7:0] at_stop, left, candidates;
  logic [4:0] leader, index;
  logic [7:0] depths[0:THREADS-1];
  logic [31:0] pcs[0:THREADS-1];
  logic [7:0] here, expected_active, stays;

  assign rows = places[warp_q];
  assign mask_rows = masks[warp_q];

  always @* begin
    row = '0;
    for (int i = 0; i < THREADS; i++) begin
      row = narrow_entry(rows[ENTRY_BITS*i+:ENTRY_BITS]);
      depths[i] = ~row[39:32];
      pcs[i] = row[31:0] - (redo_q[i] ? 32'd4 : 32'd0);
    end

    // The leader: the first left out behind the last one
    left = eligible_q & ~active_q;
    candidates = left != '0 ? left : eligible_q;
    leader = asked_leader_q;
    index = '0;
    if (mode_q == heddle_pkg::SELECT_APPOINT) begin
      for (int k = 32; k >= 1; k--) begin
        index = asked_leader_q + 5'(k);
        if (index < 5'(THREADS) && candidates[index[2:0]]) leader = index;
      end
    end

    for (int i = 0; i < THREADS; i++) begin
      here[i] = depths[i] == selected_depth && pcs[i] == selected_pc;
      expected_active[i] = (eligible_q[i] && (match ? narrow_mask(mask_rows[32*i+:32]) == pc_q : here[i]))
          || (merge && active_q[i]);
      stays[i] = eligible_q[i] && !expected_active[i] && depths[i] == selected_depth;
      at_stop[i] = stays[i] && pcs[i] == selected_stop_pc;
    end
  end

  logic deeper_or_lower;
  assign deeper_or_lower = depths[t] > selected_depth || (depths[t] == selected_depth && pcs[t] < selected_pc);

  always @* begin
    if (started_q) begin
      answers_when_due: assert (selected_valid == due);
      ready_unless_busy: assert (select_ready == (!busy_q || due));
      whose: assert (!due || (selected_warp == warp_q && selected_mode == mode_q));
      in_the_group: assert (!due || selected_active[t] == expected_active[t]);
      no_others: assert (!due || selected_active[31:THREADS] == '0);
      deepest_then_lowest: assert (!due || mode_q != heddle_pkg::SELECT_TABLE || !eligible_q[t] || !deeper_or_lower);
      as_asked: assert (!due || !merge || (selected_pc == pc_q && selected_depth == depth_q));
      where_the_leader_is: assert (!due || (mode_q != heddle_pkg::SELECT_FOLLOW && mode_q != heddle_pkg::SELECT_APPOINT)
          || here[leader[2:0]]);
      leads: assert (!due || match || selected_leader == leader);
      somebody_runs: assert (!due || match || merge || (here & eligible_q) != '0);
      stops: assert (!due || match || !stays[t] || (selected_stop_valid && selected_stop_pc <= pcs[t]));
      stops_at_a_thread: assert (!due || match || !selected_stop_valid || at_stop != '0);
      table_holds: assert (!placed_q || (places[w][40*t+:32] == place_pc_q && places[w][40*t+32+:8] == ~place_depth_q));
      masks_hold: assert (!masked_q || masks[w][32*t+:32] == place_mask_q);
    end
  end

  (* hierconn *) wire [3:0] \dut.step_q ;
  (* hierconn *) wire [0:0] \dut.read_beat_q ;
  (* hierconn *) wire [5:0] \dut.row_valid_q ;
  logic [5:0] step;
  assign step = (merge || match) ? age_q + 6'(BEATS + 4) : age_q;
  always @* begin
    if (started_q) begin
      invariant_step: assert (6'(\dut.step_q ) == ((busy_q && !due) ? step : 6'd0));
      invariant_age: assert (!busy_q || (age_q >= 6'd1 && age_q <= latency));
      invariant_beat: assert (\dut.read_beat_q == (\dut.step_q == 4'd1 || \dut.step_q == 4'(BEATS + 5)));
      invariant_idle: assert (\dut.step_q != '0 || \dut.row_valid_q == '0);
    end
  end

  always @* begin
    one_of_two: cover (started_q && due && mode_q == heddle_pkg::SELECT_TABLE && selected_stop_valid && redo_q[t]
        && selected_active[t] && depths[t] == 8'd1);
    appoints: cover (started_q && due && mode_q == heddle_pkg::SELECT_APPOINT && leader == 5'd6 && selected_stop_valid);
    follows: cover (started_q && due && mode_q == heddle_pkg::SELECT_FOLLOW && deeper_or_lower);
    merges: cover (started_q && due && merge && redo_q[t] && selected_active[t] && !active_q[t] && active_q != '0);
    matches: cover (started_q && due && match && selected_active[3:0] != '0 && selected_active[7:4] != '0);
  end

endmodule
`default_nettype wire
