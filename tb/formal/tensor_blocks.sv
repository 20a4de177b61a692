// tensor/tensor_blocks: block by block, who has it. An alloc takes the lowest run of free blocks of its size, a dealloc gives
// back a run that is all the CTA's own; a CTA's blocks are free when it has ended and has no command left, and not before;
// faults exactly for misuse.
//
// Assumed is that a CTA that has ended has no instructions left.
`default_nettype none
module tensor_blocks_proof (
  input logic clk_i,
  input logic start_i,
  input logic make_i,
  input logic dealloc_i,
  input logic [31:0] columns_i,
  input logic [31:0] column_i,
  input logic [heddle_pkg::CTA_BITS-1:0] cta_i,
  input logic cta_done_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_i,
  input logic [heddle_pkg::CTA_SLOTS-1:0] working_i
);

  localparam int unsigned BLOCK = heddle_pkg::MMA_COLUMNS / 8;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;

  logic started_q, fault;
  logic [31:0] first_column;
  logic [7:0] taken;
  logic [8*CTA_BITS-1:0] owner;
  logic [heddle_pkg::CTA_SLOTS-1:0] ended;
  (* anyconst *) logic [2:0] s;  // the first of a run

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  tensor_blocks dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .make_i,
    .dealloc_i,
    .columns_i,
    .column_i,
    .cta_i,
    .fault_o(fault),
    .first_column_o(first_column),
    .cta_done_valid_i,
    .cta_done_cta_i,
    .working_i,
    .taken_o(taken),
    .owner_o(owner),
    .ended_o(ended)
  );

  // -----------------------------------------------------------------------------------------------
  // Reference: all blocks
  logic [7:0] taken_q;
  logic [8*CTA_BITS-1:0] owner_q;
  logic [heddle_pkg::CTA_SLOTS-1:0] ended_q;
  logic valid, found, good, run_is_free, same_owners;
  logic [3:0] blocks;
  logic [7:0] own, run, lowest, wanted;

  always @* begin
    valid = columns_i != '0 && (columns_i & (columns_i - 32'd1)) == '0 && columns_i <= heddle_pkg::MMA_COLUMNS;
    blocks = (columns_i <= BLOCK) ? 4'd1 : 4'(columns_i / BLOCK);
    run = 8'hFF >> (4'd8 - blocks);
    found = 1'b0;
    same_owners = 1'b1;
    lowest = '0;
    for (int i = 7; i >= 0; i--) begin
      own[i] = taken_q[i] && owner_q[CTA_BITS*i+:CTA_BITS] == cta_i;
      if (taken_q[i] && owner[CTA_BITS*i+:CTA_BITS] != owner_q[CTA_BITS*i+:CTA_BITS]) same_owners = 1'b0;
      if ((4'(i) & (blocks - 4'd1)) == '0 && ((run << i) & taken_q) == '0) begin
        found = 1'b1;
        lowest = 8'(i);
      end
    end
    wanted = run << (column_i / BLOCK);
    good = valid && column_i < heddle_pkg::MMA_COLUMNS && column_i % BLOCK == 0
        && ((column_i / BLOCK) & (32'(blocks) - 32'd1)) == '0 && (wanted & ~own) == '0;
    run_is_free = (4'(s) & (blocks - 4'd1)) == '0 && ((run << s) & taken_q) == '0;
  end

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      taken_q <= '0;
      ended_q <= '0;
    end else begin
      if (make_i && dealloc_i && good) taken_q <= taken_q & ~wanted;
      for (int i = 0; i < 8; i++) begin
        if (ended_q[owner_q[CTA_BITS*i+:CTA_BITS]] && !working_i[owner_q[CTA_BITS*i+:CTA_BITS]]) taken_q[i] <= 1'b0;
        if (make_i && !dealloc_i && valid && found && i >= lowest && i < lowest + 8'(blocks)) begin
          taken_q[i] <= 1'b1;
          owner_q[CTA_BITS*i+:CTA_BITS] <= cta_i;
        end
      end
      for (int i = 0; i < heddle_pkg::CTA_SLOTS; i++) begin
        ended_q[i] <= (ended_q[i] && working_i[i]) || (cta_done_valid_i && cta_done_cta_i == CTA_BITS'(i));
      end
    end
  end

  always @* begin
    if (started_q) assume (!make_i || (!ended_q[cta_i] && !(cta_done_valid_i && cta_done_cta_i == cta_i)));
  end

  always @* begin
    if (started_q) begin
      are_taken: assert (taken == taken_q);
      by_their_owners: assert (same_owners);
      has_ended: assert (ended == ended_q);
      faults: assert (fault == (dealloc_i ? !good : !valid));
      first_of_the_run: assert (dealloc_i || first_column == ((valid && found) ? 32'(lowest) * BLOCK : 32'hFFFF_FFFF));
      the_lowest: assert (dealloc_i || !valid || !run_is_free || first_column <= 32'(s) * BLOCK);
    end
  end

  always @* begin
    all_taken: cover (started_q && taken_q == 8'hFF && owner_q[0] != owner_q[7*CTA_BITS]);
    gives_back: cover (started_q && make_i && dealloc_i && good && blocks == 4'd2 && taken_q == 8'hFF);
    ends: cover (started_q && ended_q != '0 && taken_q != '0 && working_i == '0);
  end

endmodule
`default_nettype wire
