// Where every warp's group is: PC and depth; and the PC at which it is to stop.
//
// All lies in memories, read combinationally. A warp has at most one of the events that write in a
// cycle. Timing: docs/architecture/frontend.md, warp_control.
`default_nettype none
module warp_places (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From host_interface and to warp_control: was the warp launched; if so, its PC
  input logic [heddle_pkg::WARP_BITS-1:0] warp_select_i,
  output logic warp_launched_o,
  output logic [31:0] warp_pc_o,

  // From dispatcher (event)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [31:0] entry_i,

  // From warp_control and to it: a warp that fetches, one that fetched (with its next PC, if it goes
  // on there), and one that is sent to the reconvergence unit
  input logic [heddle_pkg::WARP_BITS-1:0] fetch_warp_i,
  output logic [31:0] fetch_pc_o,
  input logic step_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] fetched_warp_i,
  input logic [31:0] step_pc_i,
  output logic [31:0] stop_pc_o,
  output logic [7:0] fetched_depth_o,
  input logic [heddle_pkg::WARP_BITS-1:0] load_warp_i,
  output logic [31:0] load_pc_o,
  output logic [7:0] load_depth_o,

  // From thread_sets: the control event's outcome: the group goes on, waits, or has a mask for its PC
  input logic control_ready_i,
  input logic control_waits_i,
  input logic control_match_i,

  // From branch_unit
  input logic [heddle_pkg::WARP_BITS-1:0] control_warp_i,
  input logic [31:0] control_next_pc_i,
  input logic [7:0] control_next_depth_i,
  input logic [31:0] control_a_i,

  // From reconvergence (event)
  input logic chosen_i,
  input logic [heddle_pkg::WARP_BITS-1:0] selected_warp_i,
  input logic [31:0] selected_pc_i,
  input logic [7:0] selected_depth_i,
  input logic [31:0] selected_stop_pc_i
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;

  // A warp has depth 0 until it moved to another one.
  logic [WARPS-1:0] launched_d, launched_q, moved_d, moved_q;
  logic [7:0] fetched_depth, load_depth;
  logic [31:0] control_pc;

  assign control_pc = control_match_i ? control_a_i : control_next_pc_i;

  multiport_ram #(
    .DEPTH(WARPS),
    .WRITES(4),
    .READS(3)
  ) u_pc (
    .clk_i,
    .rst_ni,
    .write_valid_i({
      launch_valid_i, chosen_i, control_ready_i || control_waits_i || control_match_i, step_valid_i
    }),
    .write_address_i({launch_warp_i, selected_warp_i, control_warp_i, fetched_warp_i}),
    .write_data_i({entry_i, selected_pc_i, control_pc, step_pc_i}),
    .read_address_i({warp_select_i, load_warp_i, fetch_warp_i}),
    .read_data_o({warp_pc_o, load_pc_o, fetch_pc_o})
  );

  multiport_ram #(
    .WIDTH(8),
    .DEPTH(WARPS)
  ) u_depth (
    .clk_i,
    .rst_ni,
    .write_valid_i({chosen_i, control_ready_i}),
    .write_address_i({selected_warp_i, control_warp_i}),
    .write_data_i({selected_depth_i, control_next_depth_i}),
    .read_address_i({load_warp_i, fetched_warp_i}),
    .read_data_o({load_depth, fetched_depth})
  );

  multiport_ram #(
    .DEPTH(WARPS),
    .WRITES(1),
    .READS(1)
  ) u_stop_pc (
    .clk_i,
    .rst_ni,
    .write_valid_i(chosen_i),
    .write_address_i(selected_warp_i),
    .write_data_i(selected_stop_pc_i),
    .read_address_i(fetched_warp_i),
    .read_data_o(stop_pc_o)
  );

  assign warp_launched_o = launched_q[warp_select_i];
  assign fetched_depth_o = moved_q[fetched_warp_i] ? fetched_depth : 8'd0;
  assign load_depth_o = moved_q[load_warp_i] ? load_depth : 8'd0;

  always_comb begin : next_bits
    launched_d = launched_q;
    moved_d = moved_q;
    if (control_ready_i) moved_d[control_warp_i] = 1'b1;
    if (chosen_i) moved_d[selected_warp_i] = 1'b1;
    if (launch_valid_i) begin
      launched_d[launch_warp_i] = 1'b1;
      moved_d[launch_warp_i] = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      launched_q <= '0;
      moved_q <= '0;
    end else if (start_i) begin
      launched_q <= '0;
      moved_q <= '0;
    end else begin
      launched_q <= launched_d;
      moved_q <= moved_d;
    end
  end

endmodule
`default_nettype wire
