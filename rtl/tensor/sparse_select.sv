// What the dot-product units of a row of A get of B: the rows of B as they are, or with a sparse A of every
// four elements of 64 bytes the two that the row's metadata name (docs/architecture/tensor.md, "A sparse A").
//
// Byte p is then one of the eight bytes of B from 8 * (p / 4) on: of a byte format one of the half that is
// p's own, of 16-bit elements one as even or odd as p of either half. With B as it is these are seven.
`default_nettype none
module sparse_select #(
  parameter int unsigned ROWS = 4  // of B
) (
  input logic sparse_i,
  input logic wide_i,            // elements have 16 bits, else 8
  input logic [63:0] metadata_i,
  input logic [256*ROWS-1:0] b_i,
  input logic [256*ROWS-1:0] upper_i,  // the second 32 bytes of the same rows, for a sparse A
  output logic [256*ROWS-1:0] b_o
);

  // Of a byte: 0 to 3: of its own half; 4, 5: the even or odd ones of the other half; 6: B as it is
  logic [3*32-1:0] choice;

  for (genvar p = 0; p < 32; p++) begin : g_choice
    localparam bit HALF = (p / 2) % 2 != 0;
    localparam bit ODD = p % 2 != 0;
    logic [1:0] element, index;  // the element's index, of 16 bits and of 8

    assign element = metadata_i[2*(p/2)+:2];
    assign index = metadata_i[2*p+:2];

    always_comb begin : choose
      if (!sparse_i) choice[3*p+:3] = 3'd6;
      else if (!wide_i) choice[3*p+:3] = {1'b0, index};
      else if (element[1] == HALF) choice[3*p+:3] = {1'b0, element[0], ODD};
      else choice[3*p+:3] = {2'b10, element[0]};
    end
  end

  for (genvar j = 0; j < ROWS; j++) begin : g_row
    logic [511:0] all;

    assign all = {upper_i[256*j+:256], b_i[256*j+:256]};
    for (genvar p = 0; p < 32; p++) begin : g_byte
      localparam int unsigned OWN = 8 * (p / 4) + 4 * ((p / 2) % 2);  // bytes
      localparam int unsigned OTHER = 8 * (p / 4) + 4 * (1 - (p / 2) % 2) + p % 2;

      logic [2:0] c;
      logic [7:0] own, other;

      assign c = choice[3*p+:3];
      assign own = c[1] ? (c[0] ? all[8*(OWN+3)+:8] : all[8*(OWN+2)+:8])
          : (c[0] ? all[8*(OWN+1)+:8] : all[8*OWN+:8]);
      assign other = c[1] ? b_i[256*j+8*p+:8] : c[0] ? all[8*(OTHER+2)+:8] : all[8*OTHER+:8];
      assign b_o[256*j+8*p+:8] = c[2] ? other : own;
    end
  end

endmodule
`default_nettype wire
