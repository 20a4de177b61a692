// Reset that begins at once and ends with a clock edge, a few cycles late.
`default_nettype none
module reset_synchronizer (
  input logic clk_i,
  input logic rst_ni,
  output logic rst_no
);

  logic [3:0] released_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) released_q <= '0;
    else released_q <= {released_q[2:0], 1'b1};
  end

  assign rst_no = released_q[3];

endmodule
`default_nettype wire
