// Whose the blocks of tensor memory are: a bit and an owner for each (docs/architecture/tensor.md).
//
// What an alloc or a dealloc asks for is worked out combinationally from its operands, and done in a
// cycle with `make_i`. A CTA's blocks are given back when it has ended and no command of it is left in
// the engine.
`default_nettype none
module tensor_blocks (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From tensor_access: the instruction
  input logic make_i,
  input logic dealloc_i,  // else an alloc
  input logic [31:0] columns_i,
  input logic [31:0] column_i,  // of a dealloc: the first
  input logic [heddle_pkg::CTA_BITS-1:0] cta_i,
  output logic fault_o,
  output logic [31:0] first_column_o,  // of an alloc's run; all ones: there is none

  // From barrier (event) and mma_queue
  input logic cta_done_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_i,
  input logic [heddle_pkg::CTA_SLOTS-1:0] working_i,

  output logic [heddle_pkg::TENSOR_BLOCKS-1:0] taken_o,
  output logic [heddle_pkg::CTA_BITS*heddle_pkg::TENSOR_BLOCKS-1:0] owner_o,
  output logic [heddle_pkg::CTA_SLOTS-1:0] ended_o
);

  localparam int unsigned BLOCKS = heddle_pkg::TENSOR_BLOCKS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned CTA_SLOTS = heddle_pkg::CTA_SLOTS;
  localparam int unsigned SHIFT = heddle_pkg::MMA_BLOCK_SHIFT;
  localparam int unsigned COLUMN_BITS = heddle_pkg::MMA_COLUMN_BITS;

  logic [BLOCKS-1:0] taken_d, taken_q, free_run, run;
  logic [CTA_BITS*BLOCKS-1:0] owner_q;
  logic [CTA_SLOTS-1:0] ended_d, ended_q;
  logic valid_columns, found, takes, owned, starts_run;
  logic [2:0] behind, first;  // blocks of a run behind the first

  always_comb begin : run_length
    valid_columns = 1'b0;
    behind = 3'd0;
    for (int unsigned i = 0; i <= COLUMN_BITS; i++) begin
      if (columns_i == (32'd1 << i)) begin
        valid_columns = 1'b1;
        if (i > SHIFT) behind = 3'((32'd1 << (i - SHIFT)) - 32'd1);
      end
    end
  end

  // The lowest run of free blocks
  always_comb begin : find_run
    found = 1'b0;
    first = '0;
    for (int i = BLOCKS - 1; i >= 0; i--) begin
      free_run[i] = (3'(i) & behind) == '0;
      for (int j = 0; j < BLOCKS; j++) begin
        if ((3'(j) & ~behind) == 3'(i) && taken_q[j]) free_run[i] = 1'b0;
      end
      if (free_run[i]) begin
        found = 1'b1;
        first = 3'(i);
      end
    end
    if (dealloc_i) first = 3'(column_i >> SHIFT);
  end

  always_comb begin : mark_run
    owned = 1'b1;
    for (int i = 0; i < BLOCKS; i++) begin
      run[i] = (3'(i) & ~behind) == first;
      if (run[i] && !(taken_q[i] && owner_q[CTA_BITS*i+:CTA_BITS] == cta_i)) owned = 1'b0;
    end
  end

  assign starts_run = column_i < heddle_pkg::MMA_COLUMNS
      && (column_i & ((32'd1 << SHIFT) - 32'd1)) == '0 && (first & behind) == '0;
  assign fault_o = !valid_columns || (dealloc_i && !(starts_run && owned));
  assign first_column_o = (valid_columns && found) ? {29'b0, first} << SHIFT : '1;
  assign takes = make_i && !dealloc_i && valid_columns && found;

  always_comb begin : next_blocks
    taken_d = taken_q;
    for (int i = 0; i < BLOCKS; i++) begin
      for (int s = 0; s < CTA_SLOTS; s++) begin
        if (ended_q[s] && !working_i[s] && owner_q[CTA_BITS*i+:CTA_BITS] == CTA_BITS'(s)) begin
          taken_d[i] = 1'b0;
        end
      end
      if (make_i && dealloc_i && !fault_o && run[i]) taken_d[i] = 1'b0;
      if (takes && run[i]) taken_d[i] = 1'b1;
    end
    ended_d = ended_q & working_i;
    if (cta_done_valid_i) ended_d[cta_done_cta_i] = 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      taken_q <= '0;
      ended_q <= '0;
    end else if (start_i) begin
      taken_q <= '0;
      ended_q <= '0;
    end else begin
      taken_q <= taken_d;
      ended_q <= ended_d;
    end
  end

  always_ff @(posedge clk_i) begin
    for (int i = 0; i < BLOCKS; i++) begin
      if (takes && run[i]) owner_q[CTA_BITS*i+:CTA_BITS] <= cta_i;
    end
  end

  assign taken_o = taken_q;
  assign owner_o = owner_q;
  assign ended_o = ended_q;

endmodule
`default_nettype wire
