// A value some cycles later: what an operation needs in a later stage of the pipeline.
`default_nettype none
module delay_line #(
  parameter int unsigned WIDTH = 1,
  parameter int unsigned CYCLES = 1
) (
  input logic clk_i,
  input logic [WIDTH-1:0] data_i,
  output logic [WIDTH-1:0] data_o  // data_i, CYCLES cycles ago
);

  logic [WIDTH*CYCLES-1:0] line_d, line_q;

  generate
    if (CYCLES == 1) begin : g_one
      assign line_d = data_i;
    end else begin : g_several
      assign line_d = {line_q[WIDTH*(CYCLES-1)-1:0], data_i};
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    line_q <= line_d;
  end

  assign data_o = line_q[WIDTH*CYCLES-1 -: WIDTH];

endmodule
`default_nettype wire
