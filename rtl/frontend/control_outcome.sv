// What a control-flow instruction did to its warp: next thread sets and where the warp goes on.
// Combinational; what comes in is as a release of the same cycle leaves it.
//
// The instruction's threads are the group: they are eligible. Living threads that are in no group
// are eligible (left out), wait at a barrier, or wait in `warpsync`, and never two of these; so a
// bit for each of the three says who is left, and no set need be compared with another.
`default_nettype none
module control_outcome (
  // From branch_unit
  input logic valid_i,
  input logic [2:0] kind_i,
  input logic [31:0] mask_i,
  input logic uniform_i,
  input logic [31:0] a_i,

  // From thread_sets: the warp; is there an eligible thread outside the group, one that waits at a
  // barrier, one in `warpsync`?
  input logic [31:0] alive_i,
  input logic [31:0] waiting_i,
  input logic [31:0] syncing_i,
  input logic [31:0] redo_i,
  input logic left_out_i,
  input logic some_waiting_i,
  input logic some_syncing_i,
  input logic [heddle_pkg::BARRIER_BITS-1:0] barrier_id_i,

  // To thread_sets: next thread sets, each with whether it changes
  output logic exits_o,
  output logic [31:0] alive_o,
  output logic [31:0] redo_o,
  output logic waits_o,
  output logic [31:0] waiting_o,
  output logic match_o,      // with reselect_o: whoever waits for the same mask is to be found first
  output logic [31:0] syncing_o,
  output logic survives_o,   // with exits_o: a thread of the warp lives

  // To warp_control: one of these, or the warp is gone
  output logic ready_o,
  output logic reselect_o,
  output logic barrier_o,
  output logic converged_o,  // with barrier_o: goes on as it is

  // To warp_control: threads of the warp wait at another barrier
  output logic misuse_o
);

  logic jumps, others_eligible;

  assign alive_o = alive_i & ~mask_i;
  assign redo_o = redo_i | syncing_i;
  assign waiting_o = waiting_i | mask_i;
  assign syncing_o = syncing_i | mask_i;
  assign survives_o = left_out_i || some_waiting_i || some_syncing_i;

  always_comb begin : outcome
    exits_o = valid_i && kind_i == heddle_pkg::CONTROL_EXIT;
    waits_o = valid_i && kind_i == heddle_pkg::CONTROL_BARRIER;
    match_o = valid_i && kind_i == heddle_pkg::CONTROL_SYNC
        && !(uniform_i && (a_i & alive_i & ~mask_i) == 32'b0);
    jumps = valid_i && !exits_o && !waits_o && !match_o;
    // The last threads that exit wake those in `warpsync`.
    others_eligible = left_out_i || (exits_o && some_syncing_i);
    ready_o = jumps && uniform_i && !left_out_i;
    reselect_o = (jumps && !ready_o) || match_o || ((exits_o || waits_o) && others_eligible);
    barrier_o = (waits_o || (exits_o && some_waiting_i)) && !others_eligible;
    converged_o = waits_o && !survives_o;
    misuse_o = waits_o && some_waiting_i && a_i[heddle_pkg::BARRIER_BITS-1:0] != barrier_id_i;
  end

endmodule
`default_nettype wire
