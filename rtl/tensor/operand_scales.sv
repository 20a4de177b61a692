// The scales beside an operand buffer's rows: a word a row, which the dot-product units take as it is; or
// a sparse A's metadata (docs/architecture/tensor.md, "Scales", "A sparse A").
//
// A unit of 16 bytes has the scales of one, two or four rows for four K-steps, or the metadata of two rows
// or one for two. Of what a pass brings, what the batch's rows have for its K-step is kept.
`default_nettype none
module operand_scales #(
  parameter int unsigned ROWS = 4,
  parameter bit METADATA = 0,  // words of 64 bits, which may be metadata; else of 32
  parameter int unsigned WORD = METADATA ? 64 : 32,
  parameter int unsigned PLACES = 4,
  parameter int unsigned PLACE_BITS = $clog2(PLACES)
) (
  input logic clk_i,

  // From operand_loader: units of scales or metadata of a batch
  input logic write_valid_i,
  input logic [PLACE_BITS-1:0] write_place_i,
  input logic sparse_i,           // metadata
  input logic [1:0] scales_i,     // of a row and K-step: 1, 2, 3: 1, 2, 4; or metadata as long
  input logic [1:0] k_step_i,
  input logic [1:0] row_i,        // of the batch's first row in its step, the low bits
  input logic [ROWS-1:0] units_i,
  input logic [128*ROWS-1:0] units_data_i,

  input logic read_valid_i,
  input logic [PLACE_BITS-1:0] read_place_i,
  output logic [WORD*ROWS-1:0] read_data_o  // a cycle later
);

  logic [ROWS-1:0] write;
  logic [WORD*ROWS-1:0] words;

  for (genvar i = 0; i < ROWS; i++) begin : g_row
    logic [1:0] row;
    logic [7:0] one;
    logic [15:0] two;
    logic [31:0] four, half;
    logic [63:0] whole;
    logic [31:0] scales;

    assign row = row_i + 2'(i);
    // A unit has four rows with one scale each, two with two, one with four.
    assign one = units_data_i[128*(i/4)+8*{row, k_step_i}+:8];
    assign two = units_data_i[128*(i/2)+16*{row[0], k_step_i}+:16];
    assign four = units_data_i[128*i+32*k_step_i+:32];

    // Metadata, of elements of 16 bits and of 8
    assign half = units_data_i[128*(i/2)+32*{row[0], k_step_i[0]}+:32];
    assign whole = units_data_i[128*i+64*k_step_i[0]+:64];

    always_comb begin : word
      case (scales_i)
        2'd1: begin
          write[i] = units_i[i/4];
          scales = {4{one}};
        end
        2'd2: begin
          write[i] = units_i[i/2];
          scales = {{2{two[15:8]}}, {2{two[7:0]}}};
        end
        default: begin
          write[i] = units_i[i];
          scales = four;
        end
      endcase
    end

    if (METADATA) begin : g_metadata
      assign words[WORD*i+:WORD] = !sparse_i ? WORD'(scales)
          : scales_i == 2'd2 ? WORD'(half) : WORD'(whole);
    end else begin : g_scales
      assign words[WORD*i+:WORD] = WORD'(scales);

      logic unused_metadata;
      assign unused_metadata = ^{sparse_i, half, whole};
    end
  end

  // Nobody reads a batch that is being written.
  ram_1r1w #(
    .WIDTH(WORD * ROWS),
    .DEPTH(PLACES),
    .GRANULE(WORD),
    .COLLIDES(0)
  ) u_words (
    .clk_i,
    .read_valid_i,
    .read_address_i(read_place_i),
    .read_data_o,
    .write_valid_i,
    .write_address_i(write_place_i),
    .write_mask_i(write),
    .write_data_i(words)
  );

endmodule
`default_nettype wire
