// Which registers of a warp wait for a result, and how many of its instructions are under way.
//
// Set by the pick, cleared by the completions; all become visible in the next cycle. `hazard_o` is
// combinational on the buffer heads. Any number of completions may come in one cycle, also for one
// warp; a register is set and cleared in one cycle never, because its setter had to find it idle.
`default_nettype none
module scoreboard (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From warp_scheduler and instruction_buffer (event)
  input logic pick_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] pick_warp_i,
  input logic [4:0] picked_rd_i,
  input logic picked_writes_rd_i,
  input logic picked_drain_i,
  input logic picked_memory_i,
  input logic picked_pair_i,  // also of the register behind rd

  // From lanes: fixed release (event)
  input logic fixed_release_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] fixed_release_warp_i,
  input logic [4:0] fixed_release_rd_i,
  input logic fixed_release_writes_rd_i,

  // From writeback: variable release (event)
  input logic variable_release_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] variable_release_warp_i,
  input logic [4:0] variable_release_rd_i,
  input logic variable_release_writes_rd_i,
  input logic variable_release_pair_i,  // also of the register before rd

  // From shared_memory, load_return and tensor_access (events)
  input logic shared_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] shared_store_done_warp_i,
  input logic global_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] global_store_done_warp_i,
  input logic tensor_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] tensor_store_done_warp_i,

  // From instruction_buffer: the heads of all warps
  input logic [32*heddle_pkg::WARPS-1:0] head_registers_i,
  input logic [heddle_pkg::WARPS-1:0] head_drain_i,

  // To warp_scheduler (combinational)
  output logic [heddle_pkg::WARPS-1:0] hazard_o,

  // To stall_monitor (combinational): a register of the head is busy; one that a load will write
  output logic [heddle_pkg::WARPS-1:0] register_hazard_o,
  output logic [heddle_pkg::WARPS-1:0] load_hazard_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned COUNT_BITS = $clog2(heddle_pkg::MOST_IN_FLIGHT + 1);
  localparam logic [WARPS-1:0] ONE = WARPS'(1);

  logic [31:0] busy_q[0:WARPS-1];
  logic [31:0] loading_q[0:WARPS-1];
  logic [COUNT_BITS-1:0] in_flight_q[0:WARPS-1];
  logic [WARPS-1:0] occupied, draining_q;
  logic [WARPS-1:0] pick_bit, fixed_bit, variable_bit, shared_bit, global_bit, tensor_bit;
  logic [WARPS-1:0] changed;
  logic [31:0] picked_register, fixed_register, variable_register;

  assign pick_bit = pick_valid_i ? ONE << pick_warp_i : '0;
  assign fixed_bit = fixed_release_valid_i ? ONE << fixed_release_warp_i : '0;
  assign variable_bit = variable_release_valid_i ? ONE << variable_release_warp_i : '0;
  assign shared_bit = shared_store_done_valid_i ? ONE << shared_store_done_warp_i : '0;
  assign global_bit = global_store_done_valid_i ? ONE << global_store_done_warp_i : '0;
  assign tensor_bit = tensor_store_done_valid_i ? ONE << tensor_store_done_warp_i : '0;
  assign changed = pick_bit | fixed_bit | variable_bit | shared_bit | global_bit | tensor_bit;
  assign picked_register =
      picked_writes_rd_i ? {30'b0, picked_pair_i, 1'b1} << picked_rd_i : '0;
  assign fixed_register = fixed_release_writes_rd_i ? 32'd1 << fixed_release_rd_i : '0;
  // A pair is released with its second, odd register.
  assign variable_register = !variable_release_writes_rd_i ? '0
      : variable_release_pair_i ? 32'd3 << {variable_release_rd_i[4:1], 1'b0}
      : 32'd1 << variable_release_rd_i;

  for (genvar i = 0; i < WARPS; i++) begin : g_warp
    logic [31:0] busy_d, loading_d;
    logic [COUNT_BITS-1:0] in_flight_d;
    logic draining_d;

    always_comb begin : next
      busy_d = busy_q[i];
      loading_d = loading_q[i];
      in_flight_d = in_flight_q[i];
      draining_d = draining_q[i];
      if (changed[i]) begin
        if (pick_bit[i]) busy_d = busy_d | picked_register;
        if (fixed_bit[i]) busy_d = busy_d & ~fixed_register;
        if (variable_bit[i]) busy_d = busy_d & ~variable_register;
        if (pick_bit[i] && picked_memory_i) loading_d = loading_d | picked_register;
        if (variable_bit[i]) loading_d = loading_d & ~variable_register;
        in_flight_d = in_flight_q[i] + COUNT_BITS'(pick_bit[i]) - COUNT_BITS'(fixed_bit[i])
            - COUNT_BITS'(variable_bit[i]) - COUNT_BITS'(shared_bit[i]) - COUNT_BITS'(global_bit[i])
            - COUNT_BITS'(tensor_bit[i]);
        draining_d = (draining_q[i] || (pick_bit[i] && picked_drain_i)) && in_flight_d != '0;
      end
    end

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        busy_q[i] <= '0;
        loading_q[i] <= '0;
        in_flight_q[i] <= '0;
        draining_q[i] <= 1'b0;
      end else if (start_i) begin
        busy_q[i] <= '0;
        loading_q[i] <= '0;
        in_flight_q[i] <= '0;
        draining_q[i] <= 1'b0;
      end else begin
        busy_q[i] <= busy_d;
        loading_q[i] <= loading_d;
        in_flight_q[i] <= in_flight_d;
        draining_q[i] <= draining_d;
      end
    end

    assign occupied[i] = in_flight_q[i] != '0;
    assign register_hazard_o[i] = (busy_q[i] & head_registers_i[32*i+:32]) != 32'b0;
    assign load_hazard_o[i] = (loading_q[i] & head_registers_i[32*i+:32]) != 32'b0;
    assign hazard_o[i] = register_hazard_o[i] || (head_drain_i[i] && occupied[i]) || draining_q[i];
  end

endmodule
`default_nettype wire
