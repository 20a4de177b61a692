// common/multiport_ram: every port reads the word that was written last, whichever port wrote it.
// Three ports write and two read four words of two bits, in both shapes of the memory: registers, and the
// lower half of banks of eight words. Assumed: no two write the same word in one cycle.
`default_nettype none
module multiport_ram_proof (
  input logic clk_i,
  input logic [2:0] write_valid_i,
  input logic [5:0] write_address_i,
  input logic [5:0] write_data_i,
  input logic [3:0] read_address_i
);

  logic started_q;
  (* anyconst *) logic [1:0] word;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  logic [3:0] read_data, banks_read_data;
  logic [8:0] banks_write_address;
  logic [5:0] banks_read_address;

  assign banks_write_address = {
    1'b0, write_address_i[5:4], 1'b0, write_address_i[3:2], 1'b0, write_address_i[1:0]
  };
  assign banks_read_address = {1'b0, read_address_i[3:2], 1'b0, read_address_i[1:0]};

  multiport_ram #(
    .WIDTH(2),
    .DEPTH(8),
    .WRITES(3),
    .READS(2)
  ) banks (
    .clk_i,
    .rst_ni(started_q),
    .write_valid_i,
    .write_address_i(banks_write_address),
    .write_data_i,
    .read_address_i(banks_read_address),
    .read_data_o(banks_read_data)
  );

  multiport_ram #(
    .WIDTH(2),
    .DEPTH(4),
    .WRITES(3),
    .READS(2)
  ) dut (
    .clk_i,
    .rst_ni(started_q),
    .write_valid_i,
    .write_address_i,
    .write_data_i,
    .read_address_i,
    .read_data_o(read_data)
  );

  // The word's value, if it was written
  logic known_q;
  logic [1:0] value_q;
  logic [2:0] writes;

  for (genvar i = 0; i < 3; i++) begin : g_write
    assign writes[i] = started_q && write_valid_i[i] && write_address_i[2*i+:2] == word;
  end

  always_ff @(posedge clk_i) begin
    if (!started_q) known_q <= 1'b0;
    for (int i = 0; i < 3; i++) begin
      if (writes[i]) begin
        known_q <= 1'b1;
        value_q <= write_data_i[2*i+:2];
      end
    end
  end

  always @* begin
    assume ((writes & (writes - 3'd1)) == 3'd0);
    if (started_q) begin
      first_port: assert (!known_q || read_address_i[1:0] != word || read_data[1:0] == value_q);
      second_port: assert (!known_q || read_address_i[3:2] != word || read_data[3:2] == value_q);
      banks_first_port: assert (!known_q || read_address_i[1:0] != word || banks_read_data[1:0] == value_q);
      banks_second_port: assert (!known_q || read_address_i[3:2] != word || banks_read_data[3:2] == value_q);
    end
  end

  always @* begin
    written_again: cover (started_q && known_q && writes[1] && read_address_i == {2{word}});
  end

endmodule
`default_nettype wire
