// common/ram_wide_write: a read gets its word of the row that was written last, one cycle later, and keeps it.
// Three rows of two words of two bits. Assumed: no row is read in the cycle in which it is written, and addresses are those of rows.
`default_nettype none
module ram_wide_write_proof (
  input logic clk_i,
  input logic read_valid_i,
  input logic [1:0] read_row_i,
  input logic read_part_i,
  input logic write_valid_i,
  input logic [1:0] write_row_i,
  input logic [3:0] write_data_i
);

  logic started_q;
  (* anyconst *) logic [1:0] row;
  (* anyconst *) logic part;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  logic [1:0] read_data;

  ram_wide_write #(
    .WIDTH(2),
    .PARTS(2),
    .ROWS(3)
  ) dut (
    .clk_i,
    .read_valid_i(started_q && read_valid_i),
    .read_row_i,
    .read_part_i,
    .read_data_o(read_data),
    .write_valid_i(started_q && write_valid_i),
    .write_row_i,
    .write_data_i
  );

  // The word's value, if it was written; whether it is what was read last, and its value then
  logic [1:0] value_q, expected_q;
  logic known_q, shown_q;

  always_ff @(posedge clk_i) begin
    if (!started_q) begin
      known_q <= 1'b0;
      shown_q <= 1'b0;
    end else begin
      if (write_valid_i && write_row_i == row) begin
        known_q <= 1'b1;
        value_q <= part ? write_data_i[3:2] : write_data_i[1:0];
      end
      if (read_valid_i) begin
        shown_q <= known_q && read_row_i == row && read_part_i == part;
        expected_q <= value_q;
      end
    end
  end

  always @* begin
    assume (row != 2'd3 && read_row_i != 2'd3 && write_row_i != 2'd3);
    assume (!read_valid_i || !write_valid_i || read_row_i != write_row_i);
    if (started_q) begin
      last_written: assert (!shown_q || read_data == expected_q);
      rewritten: cover (shown_q && expected_q == 2'd1 && value_q == 2'd2);
    end
  end

endmodule
`default_nettype wire
