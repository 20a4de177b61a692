// issue/scoreboard: a hazard is reported exactly as long as an instruction in flight causes it. So none is missed, and no
// register and no warp is locked once the instructions in flight have completed.
//
// For any warp W and any register R. Assumed is what the proof `issue` shows (a picked instruction had no hazard) and that
// each completion belongs to an instruction in flight.
`default_nettype none
module scoreboard_proof (
  input logic clk_i,
  input logic start_i,
  input logic pick_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] pick_warp_i,
  input logic [4:0] picked_rd_i,
  input logic picked_writes_rd_i,
  input logic picked_drain_i,
  input logic picked_pair_i,
  input logic fixed_release_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] fixed_release_warp_i,
  input logic [4:0] fixed_release_rd_i,
  input logic fixed_release_writes_rd_i,
  input logic variable_release_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] variable_release_warp_i,
  input logic [4:0] variable_release_rd_i,
  input logic variable_release_writes_rd_i,
  input logic variable_release_pair_i,
  input logic shared_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] shared_store_done_warp_i,
  input logic global_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] global_store_done_warp_i,
  input logic tensor_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] tensor_store_done_warp_i,
  input logic [32*heddle_pkg::WARPS-1:0] head_registers_i,
  input logic [heddle_pkg::WARPS-1:0] head_drain_i
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam logic [8:0] MOST_IN_FLIGHT = 9'(heddle_pkg::MOST_IN_FLIGHT);

  logic started_q;
  logic [WARPS-1:0] hazard;
  (* anyconst *) logic [heddle_pkg::WARP_BITS-1:0] w;
  (* anyconst *) logic [4:0] r;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  scoreboard dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .pick_valid_i,
    .pick_warp_i,
    .picked_rd_i,
    .picked_writes_rd_i,
    .picked_drain_i,
    .picked_pair_i,
    .fixed_release_valid_i,
    .fixed_release_warp_i,
    .fixed_release_rd_i,
    .fixed_release_writes_rd_i,
    .variable_release_valid_i,
    .variable_release_warp_i,
    .variable_release_rd_i,
    .variable_release_writes_rd_i,
    .variable_release_pair_i,
    .shared_store_done_valid_i,
    .shared_store_done_warp_i,
    .global_store_done_valid_i,
    .global_store_done_warp_i,
    .tensor_store_done_valid_i,
    .tensor_store_done_warp_i,
    .head_registers_i,
    .head_drain_i,
    .hazard_o(hazard)
  );

  // Reference: instructions of W in flight, whether one of them writes R, whether one is a drain
  logic [8:0] in_flight_q;
  logic writer_q, drain_q;
  logic picked, fixed, fixed_writer, variable, variable_writer, shared, store, tensor;
  logic [2:0] completed;
  logic [8:0] in_flight_d;

  assign picked = pick_valid_i && pick_warp_i == w;
  assign fixed = fixed_release_valid_i && fixed_release_warp_i == w;
  assign fixed_writer = fixed && fixed_release_writes_rd_i && fixed_release_rd_i == r;
  assign variable = variable_release_valid_i && variable_release_warp_i == w;
  assign variable_writer = variable && variable_release_writes_rd_i
      && (variable_release_rd_i == r || (variable_release_pair_i && variable_release_rd_i - 5'd1 == r));
  assign shared = shared_store_done_valid_i && shared_store_done_warp_i == w;
  assign store = global_store_done_valid_i && global_store_done_warp_i == w;
  assign tensor = tensor_store_done_valid_i && tensor_store_done_warp_i == w;
  assign completed = 3'(fixed) + 3'(variable) + 3'(shared) + 3'(store) + 3'(tensor);
  assign in_flight_d = in_flight_q + 9'(picked) - 9'(completed);

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      in_flight_q <= '0;
      writer_q <= 1'b0;
      drain_q <= 1'b0;
    end else begin
      in_flight_q <= in_flight_d;
      writer_q <= (writer_q && !fixed_writer && !variable_writer)
          || (picked && picked_writes_rd_i && (picked_rd_i == r || (picked_pair_i && picked_rd_i + 5'd1 == r)));
      // A drain is alone.
      drain_q <= (drain_q && completed == 3'd0) || (picked && picked_drain_i);
    end
  end

  always @* begin
    if (started_q && picked) begin
      assume (in_flight_q < MOST_IN_FLIGHT);
      assume (!drain_q);
      assume (!picked_drain_i || in_flight_q == '0);
      assume (!picked_writes_rd_i || (picked_rd_i != r && !(picked_pair_i && picked_rd_i + 5'd1 == r)) || !writer_q);
      assume (!picked_pair_i || !picked_rd_i[0]);
    end
    if (started_q) begin
      assume (!variable_release_pair_i || variable_release_rd_i[0]);
      assume (2'(fixed_writer) + 2'(variable_writer) <= 2'(writer_q));
      assume (9'(completed) - 9'(fixed_writer) - 9'(variable_writer) <= in_flight_q - 9'(writer_q));
    end
  end

  logic [31:0] registers;
  assign registers = head_registers_i[32*w+:32];

  always @* begin
    if (started_q) begin
      writer_is_a_hazard: assert (!(registers[r] && writer_q) || hazard[w]);
      any_in_flight_is_a_hazard_of_a_drain: assert (!(head_drain_i[w] && in_flight_q != '0) || hazard[w]);
      drain_is_a_hazard: assert (!drain_q || hazard[w]);
      register_not_locked: assert (
        !(registers == 32'd1 << r && !writer_q && !drain_q && !head_drain_i[w]) || !hazard[w]);
      warp_not_locked: assert (!(in_flight_q == '0 && registers == '0) || !hazard[w]);
    end
  end

  always @* begin
    two_complete: cover (started_q && writer_q && fixed_writer && shared && store && tensor && picked);
    pair_is_released: cover (started_q && variable_writer && variable_release_rd_i != r);
    writes_again: cover (started_q && picked && picked_writes_rd_i && picked_rd_i == r && in_flight_q == 9'd3);
    drains: cover (started_q && drain_q && completed == 3'd1);
  end

endmodule
`default_nettype wire
