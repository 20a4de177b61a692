// The thread sets of every warp: who is in the group, lives, waits at a barrier or in `warpsync`,
// and has to execute a `warpsync` again; and what control events, results of the reconvergence unit
// and releases do to them.
//
// The sets lie in memories. A set that may be emptied for a warp besides has a bit a warp that says
// whether anyone is in it; of `redo` only whether the memory's word holds. One more bit a warp says
// whether an eligible thread is outside the group (`left_out`); it is not kept up where nobody looks
// at it: in RESELECT and SELECTING other than MATCH, and in BARRIER unless converged.
//
// While a warp is in the reconvergence unit nothing but a release changes its sets. So the request's
// sets go along with it, and its result finds them in registers. Likewise while a control-flow
// instruction is under way: its sets are read a cycle ahead of its event. Whom a release concerns
// is also compared a cycle ahead.
// Timing: docs/architecture/frontend.md, warp_control.
`default_nettype none
module thread_sets (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From host_interface and to it (combinational); unknown of a warp that was never launched
  input logic [heddle_pkg::WARP_BITS-1:0] warp_select_i,
  output logic [31:0] warp_mask_o,
  output logic [31:0] warp_alive_o,

  // From dispatcher (event)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [31:0] launch_mask_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,

  // From warp_control: a warp that fetched; to it (combinational)
  input logic [heddle_pkg::WARP_BITS-1:0] fetched_warp_i,
  output logic [31:0] fetched_mask_o,
  output logic fetched_left_out_o,

  // From branch_unit (event)
  input logic control_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_warp_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_next_warp_i,  // a cycle ahead of an event
  input logic [2:0] control_kind_i,
  input logic [31:0] control_mask_i,
  input logic control_uniform_i,
  input logic [31:0] control_a_i,

  // To warp_control: outcome of the control event (control_outcome)
  output logic control_ready_o,
  output logic control_reselect_o,
  output logic control_match_o,
  output logic control_waits_o,
  output logic control_barrier_o,
  output logic control_converged_o,
  output logic control_misuse_o,

  // From barrier (event)
  input logic release_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] release_next_cta_i,  // a cycle ahead of an event
  input logic [heddle_pkg::BARRIER_BITS-1:0] release_next_id_i,

  // From warp_status: warps in BARRIER. To it: warps of which the release concerns threads
  input logic [heddle_pkg::WARPS-1:0] stopped_i,
  output logic [heddle_pkg::WARPS-1:0] released_o,

  // From warp_control: the select request loads; it is transferred, with this PC
  input logic load_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] load_warp_i,
  input logic load_match_i,
  input logic transfer_i,
  input logic [31:0] select_pc_i,

  // To reconvergence
  output logic [31:0] select_eligible_o,
  output logic [31:0] select_active_o,
  output logic [31:0] select_redo_o,

  // From reconvergence (event): a group, or whoever waits for the mask of a warpsync
  input logic chosen_i,
  input logic matched_i,
  input logic [heddle_pkg::WARP_BITS-1:0] selected_warp_i,
  input logic [31:0] selected_active_i,

  // To warp_status: after the match no thread of the warp is eligible
  output logic matched_barrier_o,

  // To stall_monitor
  output logic [heddle_pkg::WARPS-1:0] resident_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam logic [WARPS-1:0] ONE = WARPS'(1);

  logic [WARPS-1:0] left_out_d, left_out_q, some_waiting_d, some_waiting_q;
  logic [WARPS-1:0] some_syncing_d, some_syncing_q, redo_holds_d, redo_holds_q;
  logic [WARPS-1:0] resident_d, resident_q;
  logic [WARPS-1:0] launch_bit, control_bit, chosen_bit, matched_bit;

  assign launch_bit = launch_valid_i ? ONE << launch_warp_i : '0;
  assign control_bit = ONE << control_warp_i;
  assign chosen_bit = chosen_i ? ONE << selected_warp_i : '0;
  assign matched_bit = matched_i ? ONE << selected_warp_i : '0;

  // -----------------------------------------------------------------------------------------------
  // Whom a release concerns
  logic [heddle_pkg::BARRIER_BITS-1:0] barrier_id_q[0:WARPS-1];
  logic [heddle_pkg::CTA_BITS-1:0] cta_q[0:WARPS-1];
  logic [WARPS-1:0] release_same, release_match_q;

  // A warp that is launched has nobody at a barrier in the next cycle.
  for (genvar i = 0; i < WARPS; i++) begin : g_released
    assign release_same[i] = cta_q[i] == release_next_cta_i && barrier_id_q[i] == release_next_id_i;
    assign released_o[i] = release_valid_i && some_waiting_q[i] && release_match_q[i];

    always_ff @(posedge clk_i) begin
      release_match_q[i] <= release_same[i];
      if (control_waits_o && control_bit[i]) begin
        release_match_q[i] <= cta_q[i] == release_next_cta_i
            && control_a_i[heddle_pkg::BARRIER_BITS-1:0] == release_next_id_i;
        barrier_id_q[i] <= control_a_i[heddle_pkg::BARRIER_BITS-1:0];
      end
      if (launch_bit[i]) cta_q[i] <= launch_cta_i;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Memories
  logic [31:0] load_active, load_alive, load_waiting, load_syncing, load_redo;
  logic [31:0] control_alive, control_waiting, control_syncing, control_redo;
  logic [31:0] next_alive, next_waiting, next_syncing, next_redo, matched_syncing, selected_redo;
  logic exits;

  multiport_ram #(
    .DEPTH(WARPS),
    .WRITES(2),
    .READS(3)
  ) u_active (
    .clk_i,
    .rst_ni,
    .write_valid_i({launch_valid_i, chosen_i}),
    .write_address_i({launch_warp_i, selected_warp_i}),
    .write_data_i({launch_mask_i, selected_active_i}),
    .read_address_i({warp_select_i, fetched_warp_i, load_warp_i}),
    .read_data_o({warp_mask_o, fetched_mask_o, load_active})
  );

  multiport_ram #(
    .DEPTH(WARPS),
    .WRITES(2),
    .READS(3)
  ) u_alive (
    .clk_i,
    .rst_ni,
    .write_valid_i({launch_valid_i, exits}),
    .write_address_i({launch_warp_i, control_warp_i}),
    .write_data_i({launch_mask_i, next_alive}),
    .read_address_i({warp_select_i, control_next_warp_i, load_warp_i}),
    .read_data_o({warp_alive_o, control_alive, load_alive})
  );

  multiport_ram #(
    .DEPTH(WARPS),
    .WRITES(1)
  ) u_waiting (
    .clk_i,
    .rst_ni,
    .write_valid_i(control_waits_o),
    .write_address_i(control_warp_i),
    .write_data_i(next_waiting),
    .read_address_i({control_next_warp_i, load_warp_i}),
    .read_data_o({control_waiting, load_waiting})
  );

  multiport_ram #(
    .DEPTH(WARPS)
  ) u_syncing (
    .clk_i,
    .rst_ni,
    .write_valid_i({matched_i, control_match_o}),
    .write_address_i({selected_warp_i, control_warp_i}),
    .write_data_i({matched_syncing, next_syncing}),
    .read_address_i({control_next_warp_i, load_warp_i}),
    .read_data_o({control_syncing, load_syncing})
  );

  multiport_ram #(
    .DEPTH(WARPS)
  ) u_redo (
    .clk_i,
    .rst_ni,
    .write_valid_i({chosen_i || matched_i, exits}),
    .write_address_i({selected_warp_i, control_warp_i}),
    .write_data_i({selected_redo, next_redo}),
    .read_address_i({control_next_warp_i, load_warp_i}),
    .read_data_o({control_redo, load_redo})
  );

  // -----------------------------------------------------------------------------------------------
  // What a control-flow instruction did
  logic control_released, control_left_out, control_some_waiting, survives;
  logic control_left_out_q, control_some_waiting_q, control_some_syncing_q, control_match_q;
  logic [31:0] control_alive_q, control_waiting_q, control_syncing_q, control_redo_q;
  logic [heddle_pkg::BARRIER_BITS-1:0] control_barrier_id_q;

  always_ff @(posedge clk_i) begin
    control_left_out_q <= left_out_q[control_next_warp_i] || released_o[control_next_warp_i];
    control_some_waiting_q <= some_waiting_q[control_next_warp_i]
        && !released_o[control_next_warp_i];
    control_some_syncing_q <= some_syncing_q[control_next_warp_i];
    control_match_q <= release_same[control_next_warp_i];
    control_alive_q <= control_alive;
    control_waiting_q <= control_waiting;
    control_syncing_q <= some_syncing_q[control_next_warp_i] ? control_syncing : 32'b0;
    control_redo_q <= redo_holds_q[control_next_warp_i] ? control_redo : 32'b0;
    control_barrier_id_q <= barrier_id_q[control_next_warp_i];
  end

  assign control_released = release_valid_i && control_some_waiting_q && control_match_q;
  assign control_left_out = control_left_out_q || control_released;
  assign control_some_waiting = control_some_waiting_q && !control_released;

  control_outcome u_control_outcome (
    .valid_i(control_valid_i),
    .kind_i(control_kind_i),
    .mask_i(control_mask_i),
    .uniform_i(control_uniform_i),
    .a_i(control_a_i),
    .alive_i(control_alive_q),
    .waiting_i(control_some_waiting ? control_waiting_q : 32'b0),
    .syncing_i(control_syncing_q),
    .redo_i(control_redo_q),
    .left_out_i(control_left_out),
    .some_waiting_i(control_some_waiting),
    .some_syncing_i(control_some_syncing_q),
    .barrier_id_i(control_barrier_id_q),
    .exits_o(exits),
    .alive_o(next_alive),
    .redo_o(next_redo),
    .waits_o(control_waits_o),
    .waiting_o(next_waiting),
    .match_o(control_match_o),
    .syncing_o(next_syncing),
    .survives_o(survives),
    .ready_o(control_ready_o),
    .reselect_o(control_reselect_o),
    .barrier_o(control_barrier_o),
    .converged_o(control_converged_o),
    .misuse_o(control_misuse_o)
  );

  // -----------------------------------------------------------------------------------------------
  // The request's sets, and then those of the warp in the reconvergence unit
  logic [31:0] select_alive_q, served_alive_q, served_eligible_q, served_active_q, served_redo_q;
  logic [31:0] served_mask_q;
  logic select_waited_q, served_waited_q;  // with threads at a barrier when it loaded

  always_ff @(posedge clk_i) begin
    if (load_valid_i) begin
      select_alive_q <= load_alive;
      select_waited_q <= some_waiting_q[load_warp_i];
      select_active_o <= load_active;
      select_redo_o <= redo_holds_q[load_warp_i] ? load_redo : 32'b0;
      select_eligible_o <= load_match_i ? load_syncing
          : load_alive & ~(some_waiting_q[load_warp_i] ? load_waiting : 32'b0)
              & ~(some_syncing_q[load_warp_i] ? load_syncing : 32'b0);
    end
    if (transfer_i) begin
      served_alive_q <= select_alive_q;
      served_waited_q <= select_waited_q;
      served_active_q <= select_active_o;
      served_redo_q <= select_redo_o;
      served_eligible_q <= select_eligible_o;
      served_mask_q <= select_pc_i;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // What the reconvergence unit found
  logic chosen_left_out;
  logic [31:0] others, missing, freed;

  // A thread that was released since the request loaded is not in the group.
  assign chosen_left_out = (served_eligible_q & ~selected_active_i) != 32'b0
      || (served_waited_q && (!some_waiting_q[selected_warp_i] || released_o[selected_warp_i]));

  // A match: the request's eligible threads were those in `warpsync`.
  assign others = served_active_q & ~selected_active_i;
  assign missing = served_mask_q & served_alive_q & ~selected_active_i;
  assign freed = others | ((missing == 32'b0) ? selected_active_i : 32'b0);
  assign matched_syncing = served_eligible_q & ~freed;
  assign matched_barrier_o = matched_i && freed == 32'b0
      && !left_out_q[selected_warp_i] && !released_o[selected_warp_i];

  assign selected_redo = matched_i ? served_redo_q | others : served_redo_q & ~selected_active_i;

  // -----------------------------------------------------------------------------------------------
  // The bits
  always_comb begin : next_bits
    left_out_d = (left_out_q | (released_o & ~stopped_i)) & ~chosen_bit & ~launch_bit;
    if (chosen_left_out) left_out_d = left_out_d | chosen_bit;

    some_waiting_d = some_waiting_q & ~released_o & ~launch_bit;
    if (control_waits_o) some_waiting_d = some_waiting_d | control_bit;

    some_syncing_d = some_syncing_q & ~launch_bit & ~matched_bit;
    if (matched_syncing != 32'b0) some_syncing_d = some_syncing_d | matched_bit;
    if (control_match_o) some_syncing_d = some_syncing_d | control_bit;

    redo_holds_d = (redo_holds_q | chosen_bit | matched_bit) & ~launch_bit;
    resident_d = resident_q | ((launch_mask_i != 32'b0) ? launch_bit : '0);
    if (exits) begin
      some_syncing_d = some_syncing_d & ~control_bit;
      redo_holds_d = redo_holds_d | control_bit;
      if (!survives) resident_d = resident_d & ~control_bit;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_out_q <= '0;
      some_waiting_q <= '0;
      some_syncing_q <= '0;
      redo_holds_q <= '0;
      resident_q <= '0;
    end else if (start_i) begin
      left_out_q <= '0;
      some_waiting_q <= '0;
      some_syncing_q <= '0;
      redo_holds_q <= '0;
      resident_q <= '0;
    end else begin
      left_out_q <= left_out_d;
      some_waiting_q <= some_waiting_d;
      some_syncing_q <= some_syncing_d;
      redo_holds_q <= redo_holds_d;
      resident_q <= resident_d;
    end
  end

  assign fetched_left_out_o = left_out_q[fetched_warp_i];
  assign resident_o = resident_q;

endmodule
`default_nettype wire
