// The scales beside an operand buffer's rows: a word a row, which the dot-product units take as it is
// (docs/architecture/tensor.md, "Scales").
//
// A unit of 16 bytes has the scales of one, two or four rows for four K-steps. Of what a pass brings,
// the scales of the batch's rows for its K-step are kept.
`default_nettype none
module operand_scales #(
  parameter int unsigned ROWS = 4,
  parameter int unsigned PLACES = 4,
  parameter int unsigned PLACE_BITS = $clog2(PLACES)
) (
  input logic clk_i,

  // From operand_loader: units of scales of a batch
  input logic write_valid_i,
  input logic [PLACE_BITS-1:0] write_place_i,
  input logic [1:0] scales_i,     // of a row and K-step: 1, 2, 3: 1, 2, 4
  input logic [1:0] k_step_i,
  input logic [1:0] row_i,        // of the batch's first row in its step, the low bits
  input logic [ROWS-1:0] units_i,
  input logic [128*ROWS-1:0] units_data_i,

  input logic read_valid_i,
  input logic [PLACE_BITS-1:0] read_place_i,
  output logic [32*ROWS-1:0] read_data_o  // a cycle later
);

  logic [ROWS-1:0] write;
  logic [32*ROWS-1:0] words;

  for (genvar i = 0; i < ROWS; i++) begin : g_row
    logic [1:0] row;
    logic [7:0] one;
    logic [15:0] two;
    logic [31:0] four;

    assign row = row_i + 2'(i);
    // A unit has four rows with one scale each, two with two, one with four.
    assign one = units_data_i[128*(i/4)+8*{row, k_step_i}+:8];
    assign two = units_data_i[128*(i/2)+16*{row[0], k_step_i}+:16];
    assign four = units_data_i[128*i+32*k_step_i+:32];

    always_comb begin : word
      case (scales_i)
        2'd1: begin
          write[i] = units_i[i/4];
          words[32*i+:32] = {4{one}};
        end
        2'd2: begin
          write[i] = units_i[i/2];
          words[32*i+:32] = {{2{two[15:8]}}, {2{two[7:0]}}};
        end
        default: begin
          write[i] = units_i[i];
          words[32*i+:32] = four;
        end
      endcase
    end
  end

  // Nobody reads a batch that is being written.
  ram_1r1w #(
    .WIDTH(32 * ROWS),
    .DEPTH(PLACES),
    .GRANULE(32),
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
