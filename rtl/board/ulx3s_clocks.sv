// Clocks of the ULX3S out of its 25 MHz oscillator: the one technology cell of the board. The PLL's
// oscillator runs at 600 MHz; clk_o is 25 MHz, and the SDRAM's clock the same a quarter later, so that
// it has its edge when the command pins have settled and its word is back before the next edge here.
//
// A simulation puts a module of the same name in place of this one (tb/board/ulx3s_clocks.sv).
`default_nettype none
module ulx3s_clocks (
  input logic clk_25mhz_i,
  output logic clk_o,
  output logic sdram_clk_o,
  output logic locked_o
);

  // Divisors and phases are in cycles of the PLL's oscillator; CLKOP's phase counts as 0.
  (* FREQUENCY_PIN_CLKI = "25", FREQUENCY_PIN_CLKOP = "25", FREQUENCY_PIN_CLKOS = "25" *)
  (* ICP_CURRENT = "12", LPF_RESISTOR = "8", MFG_ENABLE_FILTEROPAMP = "1", MFG_GMCREF_SEL = "2" *)
  EHXPLLL #(
    .PLLRST_ENA("DISABLED"),
    .INTFB_WAKE("DISABLED"),
    .STDBY_ENABLE("DISABLED"),
    .DPHASE_SOURCE("DISABLED"),
    .OUTDIVIDER_MUXA("DIVA"),
    .OUTDIVIDER_MUXB("DIVB"),
    .OUTDIVIDER_MUXC("DIVC"),
    .OUTDIVIDER_MUXD("DIVD"),
    .CLKI_DIV(1),
    .CLKFB_DIV(1),
    .FEEDBK_PATH("CLKOP"),
    .CLKOP_ENABLE("ENABLED"),
    .CLKOP_DIV(24),
    .CLKOP_CPHASE(11),
    .CLKOP_FPHASE(0),
    .CLKOS_ENABLE("ENABLED"),
    .CLKOS_DIV(24),
    .CLKOS_CPHASE(17),
    .CLKOS_FPHASE(0)
  ) pll (
    .RST(1'b0),
    .STDBY(1'b0),
    .CLKI(clk_25mhz_i),
    .CLKFB(clk_o),
    .CLKOP(clk_o),
    .CLKOS(sdram_clk_o),
    .PHASESEL0(1'b0),
    .PHASESEL1(1'b0),
    .PHASEDIR(1'b1),
    .PHASESTEP(1'b1),
    .PHASELOADREG(1'b1),
    .PLLWAKESYNC(1'b0),
    .ENCLKOP(1'b0),
    .LOCK(locked_o)
  );

endmodule
`default_nettype wire
