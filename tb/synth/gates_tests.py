"""The models of the ECP5's cells (tb/gates): what Yosys maps memories and multipliers to does what the RTL does, in Icarus
Verilog, and a mistake in a model is seen."""

import pathlib
import subprocess
import tempfile
import unittest

import equivalence

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BLOCKS = ROOT / "tb/gates/ecp5_blocks.v"

# Memories of every width of a port, with and without enables a byte, one with contents, one with a single port, and
# multipliers of both signs. No read of a word that is written in the same cycle through the other port. The upper half of the
# address is in use, too, though few words are: what the models do there is the same.
DESIGN = """
module memory #(parameter WIDTH = 8, GRANULE = WIDTH) (
  input clk, input write, input [8:0] address, input [8:0] other, input [WIDTH/GRANULE-1:0] mask, input [WIDTH-1:0] data,
  output reg [WIDTH-1:0] q);
  (* ram_style = "block" *) reg [WIDTH-1:0] m[0:511];
  integer i;
  always @(posedge clk) begin
    for (i = 0; i < WIDTH / GRANULE; i = i + 1)
      if (write && mask[i]) m[address][GRANULE*i +: GRANULE] <= data[GRANULE*i +: GRANULE];
    q <= m[other];
  end
endmodule

module DUT (input clk, input write, input [8:0] address, input [8:0] other, input [3:0] mask, input [35:0] data,
            output [35:0] q36, output [17:0] q18, output [8:0] q9, output [3:0] q4, output [1:0] q2, output q1,
            output reg [15:0] single, output reg [15:0] rom, output [35:0] product, output signed [35:0] signed_product);
  memory #(.WIDTH(36), .GRANULE(9)) m36 (clk, write, address, other, mask, data, q36);
  memory #(.WIDTH(18), .GRANULE(9)) m18 (clk, write, address, other, mask[1:0], data[17:0], q18);
  memory #(.WIDTH(9)) m9 (clk, write, address, other, mask[0], data[8:0], q9);
  memory #(.WIDTH(4)) m4 (clk, write, address, other, mask[0], data[3:0], q4);
  memory #(.WIDTH(2)) m2 (clk, write, address, other, mask[0], data[1:0], q2);
  memory #(.WIDTH(1)) m1 (clk, write, address, other, mask[0], data[0], q1);
  (* ram_style = "block" *) reg [15:0] one[0:511];
  always @(posedge clk) if (write) one[address] <= data[15:0]; else single <= one[address];
  (* ram_style = "block" *) reg [15:0] contents[0:31];
  integer i;
  initial for (i = 0; i < 32; i = i + 1) contents[i] = 16'h8421 + 16'h1234 * i;
  always @(posedge clk) rom <= contents[other[4:0]];
  assign product = data[17:0] * data[35:18];
  assign signed_product = $signed(data[17:0]) * $signed(data[35:18]);
endmodule
"""
PORTS = ("q36", 36), ("q18", 18), ("q9", 9), ("q4", 4), ("q2", 2), ("q1", 1), ("single", 16), ("rom", 16), ("product", 36), ("signed_product", 36)
BENCH = """
module bench;
  reg clk = 0, write = 0; reg [8:0] address = 0, other = 1; reg [3:0] mask = 0; reg [35:0] data = 0;
  integer i, seed = 7;
  %(wires)s
  rtl rtl (.clk(clk), .write(write), .address(address), .other(other), .mask(mask), .data(data), %(rtl)s);
  mapped mapped (.clk(clk), .write(write), .address(address), .other(other), .mask(mask), .data(data), %(mapped)s);
  initial begin
    for (i = 0; i < 2500; i = i + 1) begin
      write = $random(seed); mask = $random(seed); data = {$random(seed), $random(seed)};
      address = $random(seed); other = $random(seed);
      // First every word gets a value: the RTL's are unknown, the cells' are not.
      if (i < 512) begin address = i; write = 1; mask = 15; end
      else if (i %% 2) begin address = address & 7; other = other & 7; end
      if (address == other) other = other ^ 1;
      #1 clk = 1; #1 clk = 0; #1;
      if (i > 600 && (%(differ)s)) begin $display("cycle %%0d differs: %(format)s", i, %(values)s); $finish; end
    end
    $display("2500 cycles agree"); $finish;
  end
endmodule
"""


def bench():
    names = [name for name, _ in PORTS]
    return BENCH % {
        "wires": " ".join(f"wire [{width - 1}:0] a_{name}, b_{name};" for name, width in PORTS),
        "rtl": ", ".join(f".{name}(a_{name})" for name in names), "mapped": ", ".join(f".{name}(b_{name})" for name in names),
        "differ": " || ".join(f"a_{name} !== b_{name}" for name in names),
        "format": " ".join(f"{name} %%h %%h".replace("%%", "%") for name in names),
        "values": ", ".join(f"a_{name}, b_{name}" for name in names)}


class Blocks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.work = pathlib.Path(cls.folder.name)
        (cls.work / "rtl.v").write_text(DESIGN.replace("DUT", "rtl"), encoding="utf-8")
        (cls.work / "bench.v").write_text(bench(), encoding="utf-8")
        cls.tool("yosys", "-q", "-p", "read_verilog -sv rtl.v; synth_ecp5 -top rtl; delete t:$scopeinfo; tee -q -o stat.txt stat; "
                 "rename rtl mapped; delete =A:blackbox =A:whitebox; write_verilog -noattr mapped.v")
        (cls.work / "cells.v").write_text(equivalence.cells(equivalence.library()), encoding="utf-8")

    @classmethod
    def tool(cls, *command):
        run = subprocess.run(command, cwd=cls.work, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise AssertionError(f"{command[0]}: {run.stdout[-2000:]}{run.stderr[-2000:]}")
        return run.stdout

    def simulate(self, blocks):
        (self.work / "blocks.v").write_text(blocks, encoding="utf-8")
        self.tool("iverilog", "-g2012", "-o", "simulation", "-s", "bench", "bench.v", "rtl.v", "mapped.v", "cells.v", "blocks.v")
        return self.tool("vvp", "-n", "simulation")

    def test_mapped_memories_and_multipliers_do_what_the_rtl_does(self):
        counted = (self.work / "stat.txt").read_text(encoding="utf-8")
        self.assertRegex(counted, r"DP16KD +\d+")
        self.assertRegex(counted, r"MULT18X18D +2")
        self.assertIn("2500 cycles agree", self.simulate(BLOCKS.read_text(encoding="utf-8")))

    def test_mistakes_in_the_models_are_seen(self):
        text = BLOCKS.read_text(encoding="utf-8")
        for right, wrong in (("{address[13:4], 1'b0}", "{address[13:5], 2'd0}"), ("{9{address[1]}}, {9{address[0]}}", "{9{address[0]}}, {9{address[1]}}"),
                             ("{18{SIGNEDA & a[17]}}", "{18{a[17]}}"), ("WIDTH == 2 ? {address[2:1], 1'b0}", "WIDTH == 2 ? {address[1:0], 1'b0}"),
                             ("START[20*(i/2)+9*(i%2)+:9]", "START[18*(i/2)+9*(i%2)+:9]")):
            self.assertEqual(text.count(right), 1, right)
            self.assertIn("differs", self.simulate(text.replace(right, wrong)), wrong)

    def test_parameters_without_a_model_end_the_simulation(self):
        mapped = (self.work / "mapped.v").read_text(encoding="utf-8")
        try:
            (self.work / "mapped.v").write_text(mapped.replace('.REGMODE_A("NOREG")', '.REGMODE_A("OUTREG")'), encoding="utf-8")
            self.assertIn("has no model of these parameters", self.simulate(BLOCKS.read_text(encoding="utf-8")))
        finally:
            (self.work / "mapped.v").write_text(mapped, encoding="utf-8")


if __name__ == "__main__":
    unittest.main()
