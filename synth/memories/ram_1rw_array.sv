// ram_1rw of macros that are narrower, shallower, or wider than it.
//
// A row holds FOLD words of consecutive addresses; SLICES macros side by side make a row, STACKS of
// them the depth. The macros write by bit, and keep what they read until the next read.
`default_nettype none
module ram_1rw_array #(
  parameter int unsigned WIDTH = 32,
  parameter int unsigned DEPTH = 16,
  parameter int unsigned GRANULE = WIDTH,
  parameter int unsigned MACRO_WIDTH = 64,
  parameter int unsigned MACRO_DEPTH = 64,
  parameter int unsigned FOLD = 1,
  parameter int unsigned SLICES = 1,
  parameter int unsigned STACKS = 1,
  parameter int unsigned GRANULES = WIDTH / GRANULE,
  parameter int unsigned ADDRESS_BITS = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input logic clk_i,

  input logic access_i,
  input logic write_i,
  input logic [ADDRESS_BITS-1:0] address_i,
  input logic [GRANULES-1:0] write_mask_i,
  input logic [WIDTH-1:0] write_data_i,
  output logic [WIDTH-1:0] read_data_o
);

  localparam int unsigned ROW_WIDTH = SLICES * MACRO_WIDTH;
  localparam int unsigned ROW_BITS = $clog2(MACRO_DEPTH);

  logic [31:0] word, stack, word_q, stack_q;
  logic [ROW_BITS-1:0] row;
  logic [ROW_WIDTH-1:0] row_data, row_mask;
  logic [ROW_WIDTH*STACKS-1:0] rows;

  assign word = 32'(address_i) % FOLD;
  assign row = ROW_BITS'(32'(address_i) / FOLD);
  assign stack = 32'(address_i) / (FOLD * MACRO_DEPTH);

  always_comb begin : place_word
    row_data = '0;
    row_mask = '0;
    for (int f = 0; f < FOLD; f++) begin
      row_data[WIDTH*f+:WIDTH] = write_data_i;
      for (int i = 0; i < GRANULES; i++) begin
        row_mask[WIDTH*f+GRANULE*i+:GRANULE] = {GRANULE{word == f && write_mask_i[i]}};
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (access_i && !write_i) begin
      word_q <= word;
      stack_q <= stack;
    end
  end

  for (genvar s = 0; s < STACKS; s++) begin : g_stack
    for (genvar c = 0; c < SLICES; c++) begin : g_slice
      ram_macro #(
        .WIDTH(MACRO_WIDTH),
        .DEPTH(MACRO_DEPTH)
      ) u_macro (
        .clk_i,
        .access_i(access_i && stack == s),
        .write_i,
        .address_i(row),
        .write_mask_i(row_mask[MACRO_WIDTH*c+:MACRO_WIDTH]),
        .write_data_i(row_data[MACRO_WIDTH*c+:MACRO_WIDTH]),
        .read_data_o(rows[ROW_WIDTH*s+MACRO_WIDTH*c+:MACRO_WIDTH])
      );
    end
  end

  always_comb begin : choose_word
    read_data_o = '0;
    for (int s = 0; s < STACKS; s++) begin
      for (int f = 0; f < FOLD; f++) begin
        if (stack_q == s && word_q == f) read_data_o = rows[ROW_WIDTH*s+WIDTH*f+:WIDTH];
      end
    end
  end

endmodule
`default_nettype wire
