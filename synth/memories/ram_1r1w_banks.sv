// ram_1r1w of memories with one port.
//
// Two banks hold every word's place twice; a bit a word says in which of them it is. A write that
// comes with a read of the same bank goes into the other one, and the word has moved. So no access
// ever waits, and a read never sees a write of the same cycle. What the bits are at power-up does
// not matter: the words are unknown then.
//
// Each granule is a column with banks of its own, because a write moves all that a bit stands for.
`default_nettype none
module ram_1r1w_banks #(
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

  input logic read_valid_i,
  input logic [ADDRESS_BITS-1:0] read_address_i,
  output logic [WIDTH-1:0] read_data_o,

  input logic write_valid_i,
  input logic [ADDRESS_BITS-1:0] write_address_i,
  input logic [GRANULES-1:0] write_mask_i,
  input logic [WIDTH-1:0] write_data_i
);

  for (genvar g = 0; g < GRANULES; g++) begin : g_column
    logic [DEPTH-1:0] bank_q;  // where each word is
    logic read_bank, read_bank_q, write, write_bank;
    logic [1:0] reading, writing;
    logic [2*GRANULE-1:0] words;

    assign write = write_valid_i && write_mask_i[g];
    assign read_bank = bank_q[read_address_i];
    assign write_bank = read_valid_i ? !read_bank : bank_q[write_address_i];
    assign reading = {read_valid_i && read_bank, read_valid_i && !read_bank};
    assign writing = {write && write_bank, write && !write_bank};

    always_ff @(posedge clk_i) begin
      if (write) bank_q[write_address_i] <= write_bank;
      if (read_valid_i) read_bank_q <= read_bank;
    end

    for (genvar b = 0; b < 2; b++) begin : g_bank
      ram_1rw_array #(
        .WIDTH(GRANULE),
        .DEPTH(DEPTH),
        .MACRO_WIDTH(MACRO_WIDTH),
        .MACRO_DEPTH(MACRO_DEPTH),
        .FOLD(FOLD),
        .SLICES(SLICES),
        .STACKS(STACKS)
      ) u_bank (
        .clk_i,
        .access_i(reading[b] || writing[b]),
        .write_i(writing[b]),
        .address_i(writing[b] ? write_address_i : read_address_i),
        .write_mask_i(1'b1),
        .write_data_i(write_data_i[GRANULE*g+:GRANULE]),
        .read_data_o(words[GRANULE*b+:GRANULE])
      );
    end

    assign read_data_o[GRANULE*g+:GRANULE] = read_bank_q ? words[GRANULE+:GRANULE] : words[0+:GRANULE];
  end

endmodule
`default_nettype wire
