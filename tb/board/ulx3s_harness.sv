// ulx3s_top with the two directions of the SDRAM's data bus apart.
`default_nettype none
module ulx3s_harness #(
  parameter int unsigned CLOCK_KHZ = 25_000,
  parameter int unsigned BAUD = 6_250_000,
  parameter int unsigned OVERSAMPLING = 4
) (
  input logic clk_25mhz,
  input logic ftdi_txd,
  output logic ftdi_rxd,
  output logic [7:0] led,
  output logic wifi_gpio0,
  output logic sdram_clk,
  output logic sdram_cke,
  output logic sdram_csn,
  output logic sdram_rasn,
  output logic sdram_casn,
  output logic sdram_wen,
  output logic [1:0] sdram_ba,
  output logic [12:0] sdram_a,
  output logic [1:0] sdram_dqm,
  output logic [15:0] sdram_d_o,
  output logic sdram_drives_o,
  input logic sdram_answers_i,
  input logic [15:0] sdram_d_i
);

  wire [15:0] sdram_d;

  assign sdram_d = sdram_answers_i ? sdram_d_i : 16'bz;
  assign sdram_d_o = sdram_d;
  assign sdram_drives_o = ulx3s_top.dq_drive;

  ulx3s_top #(
    .CLOCK_KHZ(CLOCK_KHZ),
    .BAUD(BAUD),
    .OVERSAMPLING(OVERSAMPLING)
  ) ulx3s_top (
    .clk_25mhz,
    .ftdi_txd,
    .ftdi_rxd,
    .led,
    .wifi_gpio0,
    .sdram_clk,
    .sdram_cke,
    .sdram_csn,
    .sdram_rasn,
    .sdram_casn,
    .sdram_wen,
    .sdram_ba,
    .sdram_a,
    .sdram_dqm,
    .sdram_d
  );

endmodule
`default_nettype wire
