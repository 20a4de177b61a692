// What a control-flow instruction did to its warp: next thread sets and where the warp goes on.
// Combinational; the sets come as a release of the same cycle leaves them.
`default_nettype none
module control_outcome (
  // From branch_unit
  input logic valid_i,
  input logic [2:0] kind_i,
  input logic [31:0] mask_i,
  input logic uniform_i,
  input logic [31:0] a_i,

  // From warp_control: the warp
  input logic [31:0] active_i,
  input logic [31:0] alive_i,
  input logic [31:0] waiting_i,
  input logic [31:0] syncing_i,
  input logic [31:0] redo_i,
  input logic [heddle_pkg::BARRIER_BITS-1:0] barrier_id_i,

  // To warp_control: next thread sets
  output logic [31:0] alive_o,
  output logic [31:0] waiting_o,
  output logic [31:0] syncing_o,
  output logic [31:0] redo_o,

  // To warp_control: one of these, or the warp is gone
  output logic ready_o,
  output logic reselect_o,
  output logic match_o,      // with reselect_o: whoever waits for the same mask is to be found first
  output logic barrier_o,
  output logic converged_o,  // with barrier_o: goes on as it is

  // To warp_control: threads of the warp wait at another barrier
  output logic misuse_o
);

  logic [31:0] eligible;
  logic together, jumps;

  always_comb begin : outcome
    alive_o = alive_i;
    waiting_o = waiting_i;
    syncing_o = syncing_i;
    redo_o = redo_i;
    converged_o = 1'b0;
    misuse_o = 1'b0;
    jumps = 1'b0;
    match_o = 1'b0;
    together = uniform_i && (alive_i & ~waiting_i & ~syncing_i) == active_i;
    case (kind_i)
      heddle_pkg::CONTROL_BARRIER: begin
        waiting_o = waiting_i | mask_i;
        converged_o = mask_i == alive_i;
        misuse_o = valid_i && waiting_i != 32'b0
            && a_i[heddle_pkg::BARRIER_BITS-1:0] != barrier_id_i;
      end
      heddle_pkg::CONTROL_EXIT: begin
        alive_o = alive_i & ~mask_i;
        redo_o = redo_i | (syncing_i & ~mask_i);
        syncing_o = 32'b0;
      end
      heddle_pkg::CONTROL_SYNC: begin
        if (uniform_i && (a_i & alive_i & ~mask_i) == 32'b0) jumps = 1'b1;
        else begin
          syncing_o = syncing_i | mask_i;
          match_o = valid_i;
        end
      end
      default: jumps = 1'b1;
    endcase

    eligible = alive_o & ~waiting_o & ~syncing_o;
    ready_o = valid_i && jumps && together;
    reselect_o = valid_i && !ready_o && (jumps || match_o || eligible != 32'b0);
    barrier_o = valid_i && !jumps && !match_o && eligible == 32'b0 && alive_o != 32'b0;
  end

endmodule
`default_nettype wire
