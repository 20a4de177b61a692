// instruction_buffer, scoreboard and warp_scheduler together: each decoded instruction of a warp is picked once, in order,
// and when it is picked no instruction in flight writes a register that it uses or writes; a drain has nothing in flight
// before it and lets nothing pass.
//
// For any warp W and any register R. Assumed is that warp_control has no more than two instructions of a warp under way and
// that each completion belongs to an instruction in flight.
`default_nettype none
module issue_proof (
  input logic clk_i,
  input logic start_i,
  input logic halt_i,
  input logic [heddle_pkg::WARPS-1:0] parked_i,
  input logic decoded_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] decoded_warp_i,
  input logic [31:0] decoded_pc_i,
  input heddle_pkg::decoded_t decoded_i,
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
  input logic accepted_valid_i,
  input logic op_done_valid_i,
  input logic op_done_pair_i,
  input logic divider_done_valid_i,
  input logic warp_op_done_valid_i,
  input logic sfu_op_done_valid_i
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;

  logic started_q;
  (* anyconst *) logic [WARP_BITS-1:0] w;
  (* anyconst *) logic [4:0] r;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  logic [WARPS-1:0] head_valid, head_drain, head_memory, head_divide, head_warp_unit, head_sfu, head_pair, hazard;
  logic [32*WARPS-1:0] head_registers;
  logic [4:0] picked_rd;
  logic picked_writes_rd, picked_drain, picked_pair, issue_valid, pick_valid;
  logic [WARP_BITS-1:0] pick_warp, issue_warp;
  logic [31:0] issue_pc, issue_mask;
  logic [7:0] issue_depth;
  heddle_pkg::decoded_t issue;

  instruction_buffer u_instruction_buffer (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .decoded_valid_i,
    .decoded_warp_i,
    .decoded_pc_i,
    .decoded_mask_i(32'd0),
    .decoded_depth_i(8'd0),
    .decoded_i,
    .head_valid_o(head_valid),
    .head_registers_o(head_registers),
    .head_drain_o(head_drain),
    .head_memory_o(head_memory),
    .head_divide_o(head_divide),
    .head_warp_unit_o(head_warp_unit),
    .head_sfu_o(head_sfu),
    .head_pair_o(head_pair),
    .pick_valid_i(pick_valid),
    .pick_warp_i(pick_warp),
    .picked_rd_o(picked_rd),
    .picked_writes_rd_o(picked_writes_rd),
    .picked_drain_o(picked_drain),
    .picked_pair_o(picked_pair),
    .issue_valid_o(issue_valid),
    .issue_warp_o(issue_warp),
    .issue_pc_o(issue_pc),
    .issue_mask_o(issue_mask),
    .issue_depth_o(issue_depth),
    .issue_o(issue)
  );

  scoreboard u_scoreboard (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .pick_valid_i(pick_valid),
    .pick_warp_i(pick_warp),
    .picked_rd_i(picked_rd),
    .picked_writes_rd_i(picked_writes_rd),
    .picked_drain_i(picked_drain),
    .picked_pair_i(picked_pair),
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
    .tensor_store_done_valid_i(1'b0),
    .tensor_store_done_warp_i('0),
    .head_registers_i(head_registers),
    .head_drain_i(head_drain),
    .hazard_o(hazard)
  );

  warp_scheduler u_warp_scheduler (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .halt_i,
    .head_valid_i(head_valid),
    .head_memory_i(head_memory),
    .head_divide_i(head_divide),
    .head_warp_unit_i(head_warp_unit),
    .head_sfu_i(head_sfu),
    .head_copy_i('0),
    .head_mma_i('0),
    .head_tensor_i('0),
    .head_pair_i(head_pair),
    .hazard_i(hazard),
    .parked_i,
    .accepted_valid_i,
    .op_done_valid_i,
    .op_done_pair_i,
    .divider_done_valid_i,
    .warp_op_done_valid_i,
    .sfu_op_done_valid_i,
    .copy_op_done_valid_i(1'b0),
    .mma_op_done_valid_i(1'b0),
    .tensor_op_done_valid_i(1'b0),
    .pick_valid_o(pick_valid),
    .pick_warp_o(pick_warp)
  );

  // -----------------------------------------------------------------------------------------------
  // Reference: the instructions of W in the buffer, as {pair, rd, writes_rd, uses or writes R, drain, pc}
  localparam int unsigned ENTRY_BITS = 1 + 5 + 1 + 1 + 1 + 4;
  logic decoded, picked;
  logic [ENTRY_BITS-1:0] entry, head_q, next_q;
  logic [1:0] buffered_q;
  logic [4:0] head_rd;
  logic head_pair_reference, head_writes_rd, head_touches, head_drains;
  logic [3:0] head_pc;

  assign decoded = decoded_valid_i && decoded_warp_i == w;
  assign picked = pick_valid && pick_warp == w;
  assign entry = {
    decoded_i.pair,
    decoded_i.rd,
    decoded_i.writes_rd,
    (decoded_i.writes_rd && decoded_i.rd == r) || (decoded_i.uses_rs1 && decoded_i.rs1 == r)
        || (decoded_i.uses_rs2 && decoded_i.rs2 == r) || (decoded_i.uses_rs3 && decoded_i.rs3 == r)
        || (decoded_i.pair && decoded_i.writes_rd && decoded_i.rd + 5'd1 == r)
        || (decoded_i.pair && decoded_i.uses_rs2 && decoded_i.rs2 + 5'd1 == r),
    decoded_i.drain,
    decoded_pc_i[3:0]
  };
  assign {head_pair_reference, head_rd, head_writes_rd, head_touches, head_drains, head_pc} = head_q;

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) buffered_q <= 2'd0;
    else begin
      buffered_q <= buffered_q + 2'(decoded) - 2'(picked);
      if (picked) head_q <= next_q;
      if (decoded) begin
        if (buffered_q == 2'd0 || (picked && buffered_q == 2'd1)) head_q <= entry;
        else next_q <= entry;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Reference: what of W is in flight
  logic [8:0] in_flight_q;
  logic writer_q, drain_q, picked_q;
  logic [ENTRY_BITS-1:0] issued_q;
  logic fixed, fixed_writer, variable, variable_writer, shared, store;
  logic [2:0] completed;

  assign fixed = fixed_release_valid_i && fixed_release_warp_i == w;
  assign fixed_writer = fixed && fixed_release_writes_rd_i && fixed_release_rd_i == r;
  assign variable = variable_release_valid_i && variable_release_warp_i == w;
  assign variable_writer = variable && variable_release_writes_rd_i
      && (variable_release_rd_i == r || (variable_release_pair_i && variable_release_rd_i - 5'd1 == r));
  assign shared = shared_store_done_valid_i && shared_store_done_warp_i == w;
  assign store = global_store_done_valid_i && global_store_done_warp_i == w;
  assign completed = 3'(fixed) + 3'(variable) + 3'(shared) + 3'(store);

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      in_flight_q <= '0;
      writer_q <= 1'b0;
      drain_q <= 1'b0;
      picked_q <= 1'b0;
    end else begin
      in_flight_q <= in_flight_q + 9'(picked) - 9'(completed);
      writer_q <= (writer_q && !fixed_writer && !variable_writer) || (picked && head_writes_rd
          && (head_rd == r || (head_pair_reference && head_rd + 5'd1 == r)));
      drain_q <= (drain_q && completed == 3'd0) || (picked && head_drains);
      picked_q <= picked;
      issued_q <= head_q;
    end
  end

  always @* begin
    if (started_q) begin
      assume (!decoded || buffered_q != 2'd2);
      assume (!decoded_i.pair || (!decoded_i.rd[0] && !decoded_i.rs2[0]));
      assume (!variable_release_pair_i || variable_release_rd_i[0]);
      assume (2'(fixed_writer) + 2'(variable_writer) <= 2'(writer_q));
      assume (9'(completed) - 9'(fixed_writer) - 9'(variable_writer) <= in_flight_q - 9'(writer_q));
      assume (in_flight_q < 9'(heddle_pkg::MOST_IN_FLIGHT));
    end
  end

  always @* begin
    if (started_q) begin
      picks_what_is_there: assert (!picked || buffered_q != 2'd0);
      head_valid_when_buffered: assert (head_valid[w] == (buffered_q != 2'd0));
      picks_the_head: assert (!picked || (picked_rd == head_rd && picked_writes_rd == head_writes_rd
          && picked_drain == head_drains && picked_pair == head_pair_reference));
      head_says_pair: assert (buffered_q == 2'd0 || head_pair[w] == head_pair_reference);
      no_register_in_flight: assert (!picked || !head_touches || !writer_q);
      drain_alone: assert (!picked || !head_drains || in_flight_q == '0);
      nothing_passes_a_drain: assert (!picked || !drain_q);
      issues_the_head: assert (!picked_q || (issue_valid && issue_warp == w && issue_pc[3:0] == issued_q[3:0]
          && issue.rd == issued_q[11:7]));
      issues_nothing_else: assert (picked_q || !issue_valid || issue_warp != w);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // In the RTL's registers: without these the search for an invariant takes too long.
  (* hierconn *) wire [1:0] \u_warp_scheduler.ready_q ;
  (* hierconn *) wire [1:0] \u_scoreboard.draining_q ;
  (* hierconn *) wire [31:0] \u_scoreboard.busy_q[0] ;
  (* hierconn *) wire [31:0] \u_scoreboard.busy_q[1] ;
  (* hierconn *) wire [5:0] \u_scoreboard.in_flight_q[0] ;
  (* hierconn *) wire [5:0] \u_scoreboard.in_flight_q[1] ;
  (* hierconn *) wire [1:0] \u_instruction_buffer.next_valid_q ;
  (* hierconn *) wire [1:0] \u_instruction_buffer.next_drain_q ;
  (* hierconn *) wire [1:0] \u_instruction_buffer.next_pair_q ;
  (* hierconn *) wire [31:0] \u_instruction_buffer.u_next_registers.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [31:0] \u_instruction_buffer.u_next_registers.g_banks.g_bank[0].memory_q[1] ;
  logic [31:0] busy, registers, next_registers;
  logic [5:0] in_flight;

  assign busy = w[0] ? \u_scoreboard.busy_q[1] : \u_scoreboard.busy_q[0] ;
  assign in_flight = w[0] ? \u_scoreboard.in_flight_q[1] : \u_scoreboard.in_flight_q[0] ;
  assign registers = head_registers[32*w+:32];
  assign next_registers = w[0] ? \u_instruction_buffer.u_next_registers.g_banks.g_bank[0].memory_q[1]
      : \u_instruction_buffer.u_next_registers.g_banks.g_bank[0].memory_q[0] ;

  always @* begin
    if (started_q) begin
      invariant_busy_exactly: assert (busy[r] == writer_q);
      invariant_counts_exactly: assert (9'(in_flight) == in_flight_q);
      invariant_drains_exactly: assert (\u_scoreboard.draining_q [w] == drain_q);
      invariant_drain_in_flight: assert (!drain_q || in_flight_q == 9'd1);
      invariant_ready_without_hazard: assert (!\u_warp_scheduler.ready_q [w] || (head_valid[w] && !hazard[w] && !picked));
      invariant_two_exactly: assert (\u_instruction_buffer.next_valid_q [w] == (buffered_q == 2'd2));
      invariant_at_most_two: assert (buffered_q != 2'd3);
      invariant_head_exactly: assert (buffered_q == 2'd0 || (head_drain[w] == head_drains && registers[r] == head_touches));
      invariant_next_exactly: assert (buffered_q != 2'd2 || (\u_instruction_buffer.next_drain_q [w] == next_q[4]
          && \u_instruction_buffer.next_pair_q [w] == next_q[ENTRY_BITS-1] && next_registers[r] == next_q[5]));
    end
  end

  always @* begin
    waits_for_a_register: cover (started_q && picked && head_touches && in_flight_q == 9'd1 && buffered_q == 2'd2);
    waits_for_a_pair: cover (started_q && picked && head_pair_reference && head_touches && head_rd != r && in_flight_q == 9'd1);
    drain_waited: cover (started_q && picked && head_drains && buffered_q == 2'd2);
  end

endmodule
`default_nettype wire
