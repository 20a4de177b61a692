"""How memories are made of macros: the choice, and the composed ones in simulation beside the RTL's."""

import pathlib
import re
import subprocess
import tempfile
import types
import unittest

import liberty
import memories
import target
from memories import Array, Shape

NAND, FLIP_FLOP = types.SimpleNamespace(area=1.0), types.SimpleNamespace(area=6.0)


def technology(*macros, flip_flop_bits=1000):
    cells = {f"RAM_{words}x{bits}": liberty.Cell(f"RAM_{words}x{bits}", area, False, False, {}, {}, (words, bits))
             for words, bits, area in macros}
    memory = {"flip_flop_bits": flip_flop_bits, "um2_per_bit": 2.0, "clock_to_output_ns": 1.5, "setup_ns": 0.2, "hold_ns": 0.1}
    pins = (".clk(clk_i), .enable(access_i), .write(write_i), .address(address_i), .mask(write_mask_i), .d(write_data_i), "
            ".q(read_data_o)")
    return types.SimpleNamespace(description={"memory": memory, "macro": {"pins": pins}}, macros=cells,
                                 library=types.SimpleNamespace(nand2=NAND, flip_flop=FLIP_FLOP))


class Choosing(unittest.TestCase):
    def test_shapes_come_from_the_parameters_of_derived_modules(self):
        dump = ("module $paramod$12ab\\ram_1r1w\n  parameter \\WIDTH 128\n  parameter \\DEPTH 64\n  parameter \\GRANULE 32\n"
                "  cell $mem x\n    parameter \\WIDTH 1\n  end\nend\n"
                "module \\ram_1rw\n  parameter \\WIDTH 8\n  parameter \\DEPTH 4\n  parameter \\GRANULE 8\nend\n")
        self.assertEqual(memories.shapes(dump), [Shape("ram_1r1w", 128, 64, 32), Shape("ram_1rw", 8, 4, 8)])
        self.assertEqual(memories.shapes(""), [])

    def arrays(self, width, depth, *macros):
        return [array for _, array in memories.arrays(width, depth, technology(*macros).macros)]

    def test_a_wide_memory_takes_macros_side_by_side(self):
        self.assertEqual(self.arrays(100, 64, (64, 32, 10.0)), [Array("RAM_64x32", 64, 32, 1, 4, 1)])

    def test_a_deep_memory_takes_macros_one_above_the_other(self):
        self.assertEqual(self.arrays(32, 150, (64, 32, 10.0)), [Array("RAM_64x32", 64, 32, 1, 1, 3)])

    def test_a_narrow_memory_puts_several_words_into_a_row_while_it_is_deeper_than_the_macro(self):
        self.assertEqual(self.arrays(8, 256, (64, 32, 10.0)), [Array("RAM_64x32", 64, 32, 4, 1, 1)])
        self.assertEqual(self.arrays(8, 64, (64, 32, 10.0)), [Array("RAM_64x32", 64, 32, 1, 1, 1)])

    def test_the_smallest_way_is_first(self):
        found = self.arrays(32, 128, (64, 32, 10.0), (128, 32, 15.0), (64, 64, 21.0))
        self.assertEqual([array.macro for array in found], ["RAM_128x32", "RAM_64x32", "RAM_64x64"])

    def test_two_ports_take_two_banks_for_each_granule(self):
        choice = memories.choose(Shape("ram_1r1w", 64, 64, 32), technology((64, 32, 100.0)))
        self.assertEqual((choice.how, choice.macros, choice.area), ("macros", 4, 400.0))
        choice = memories.choose(Shape("ram_1rw", 64, 64, 8), technology((64, 32, 100.0)))
        self.assertEqual((choice.how, choice.macros, choice.area), ("macros", 2, 200.0))

    def test_macros_must_be_much_smaller_than_flip_flops(self):
        shape, flip_flops = Shape("ram_1rw", 8, 64, 8), 8 * 64 * 10.0
        self.assertEqual(memories.choose(shape, technology((64, 8, 0.49 * flip_flops))).how, "macros")
        self.assertEqual(memories.choose(shape, technology((64, 8, 0.51 * flip_flops))).how, "flip-flops")

    def test_without_macros_large_memories_are_black_boxes_with_the_stated_area(self):
        self.assertEqual(memories.choose(Shape("ram_1r1w", 10, 100, 10), technology()).how, "flip-flops")
        choice = memories.choose(Shape("ram_1r1w", 10, 101, 10), technology())
        self.assertEqual((choice.how, choice.area), ("black box", 2020.0))

    def test_a_layout_has_macros_or_flip_flops_in_place_of_black_boxes(self):
        shape, flip_flops = Shape("ram_1rw", 8, 256, 8), 8 * 256 * 10.0
        for share, how in ((0.4, "macros"), (0.9, "macros"), (1.1, "flip-flops")):
            self.assertEqual(memories.choose(shape, technology((256, 8, share * flip_flops)), black_boxes=False).how, how)
        self.assertEqual(memories.choose(shape, technology(), black_boxes=False).how, "flip-flops")
        self.assertEqual(memories.choose(shape, technology((256, 8, 0.9 * flip_flops))).how, "black box")
        small = Shape("ram_1rw", 8, 64, 8)
        self.assertEqual(memories.choose(small, technology((64, 8, 0.51 * 8 * 64 * 10.0)), black_boxes=False).how, "flip-flops")


class BlackBoxes(unittest.TestCase):
    def setUp(self):
        self.shape = Shape("ram_1r1w", 64, 33, 8)
        self.choices = [memories.choose(self.shape, technology())]
        self.text = memories.box_liberty(self.choices, technology().description["memory"])

    def test_its_ports_are_those_of_the_rtl(self):
        rtl = (target.ROOT / "rtl/common/ram_1r1w.sv").read_text(encoding="utf-8")
        declared = re.findall(r"(input|output) logic (?:\[.*?\] )?(\w+)", rtl)
        self.assertEqual([(direction, name) for name, direction, _ in memories.port_list(self.shape)], declared)
        widths = {name: width for name, _, width in memories.port_list(self.shape)}
        self.assertEqual((widths["read_address_i"], widths["write_mask_i"], widths["write_data_i"], widths["read_valid_i"]), (6, 8, 64, 1))

    def test_the_liberty_has_its_area_and_times(self):
        cell = liberty.parse(self.text).groups[-1]
        self.assertEqual((cell.kind, cell.arguments, float(cell.attributes["area"])), ("cell", [self.shape.name], 64 * 33 * 2.0))
        output = next(bus for bus in cell.inner("bus") if bus.arguments == ["read_data_o"])
        rise = output.inner("timing")[0].inner("cell_rise")[0]
        self.assertEqual((output.attributes["bus_type"], output.inner("timing")[0].attributes["timing_type"]), ("bits_64", "rising_edge"))
        self.assertEqual(rise.arguments, ["scalar"])
        self.assertIn('"1.5"', self.text)

    def test_the_liberty_has_the_thresholds_that_opensta_insists_on(self):
        attributes = liberty.parse(self.text).attributes
        for edge in ("rise", "fall"):
            for name in ("input_threshold", "output_threshold", "slew_lower_threshold", "slew_upper_threshold"):
                self.assertIn(f"{name}_pct_{edge}", attributes)

    def test_scalar_energies_become_tables(self):
        text = "library (x) {\ncell (A) { internal_power() { rise_power(\"scalar\"){\n values (48.4430);\n} fall_power (scalar) { values (\"0\"); } } } }"
        cell, = liberty.parse(memories.readable(text)).inner("cell")
        rise, fall = cell.groups[0].groups
        self.assertEqual((rise.arguments, fall.arguments), (["heddle_scalar"], ["heddle_scalar"]))
        self.assertIn('values ("48.4430, 48.4430");', memories.readable(text))
        self.assertEqual([g.arguments for g in liberty.parse(memories.readable(text)).inner("power_lut_template")], [["heddle_scalar"]])

    def test_a_design_without_black_boxes_has_an_empty_library(self):
        self.assertEqual(liberty.cells(memories.box_liberty([], technology().description["memory"])), {})


MACRO = """
module {name} (input clk, input enable, input write, input [{address}:0] address, input [{width}:0] mask, input [{width}:0] d,
  output reg [{width}:0] q);
  reg [{width}:0] memory [0:{depth}];
  integer i;
  // The contents are unknown at power-up, but known to be 0 or 1.
  initial for (i = 0; i <= {depth}; i = i + 1) memory[i] = {{{repeat}{{$random}}}};
  always @(posedge clk) if (enable) begin
    if (write) memory[address] <= (memory[address] & ~mask) | (d & mask);
    else q <= memory[address];
  end
endmodule
"""

# Writes every word once, then reads and writes at random, mostly at few addresses, so that they collide.
BENCH_1R1W = """
module bench;
  localparam WIDTH = {width}, DEPTH = {depth}, GRANULE = {granule}, A = $clog2(DEPTH), G = WIDTH / GRANULE;
  reg clk = 0, read = 0, write = 0;
  reg [A-1:0] ra = 0, wa = 0;
  reg [G-1:0] mask = 0;
  reg [WIDTH-1:0] data = 0;
  reg known = 0;
  wire [WIDTH-1:0] made, expected;
  integer cycle, wrong = 0, checked = 0, collisions = 0;
  ram_1r1w #(.WIDTH(WIDTH), .DEPTH(DEPTH), .GRANULE(GRANULE)) u_made (clk, read, ra, made, write, wa, mask, data);
  ram_1r1w_flip_flops #(.WIDTH(WIDTH), .DEPTH(DEPTH), .GRANULE(GRANULE)) u_rtl (clk, read, ra, expected, write, wa, mask, data);
  initial begin
    // Which bank a word is in is unknown at power-up; a simulation must begin with a value.
    {banks}
    for (cycle = 0; cycle < DEPTH + 20000; cycle = cycle + 1) begin
      data = {{{repeat}{{$random}}}};
      if (cycle < DEPTH) begin
        write = 1; wa = cycle; mask = ~0; read = 0;
      end else begin
        write = $random; read = $random; mask = $random | {{G{{1'b0}}}};
        ra = ($random & 3) != 0 ? $unsigned($random) % 3 : $unsigned($random) % DEPTH;
        wa = ($random & 3) != 0 ? $unsigned($random) % 3 : $unsigned($random) % DEPTH;
      end
      #1 clk = 1; #1;
      if (read) known = 1;
      if (known) begin
        checked = checked + 1;
        if (made !== expected) wrong = wrong + 1;
        if (read && write && ra == wa && mask != 0) collisions = collisions + 1;
      end
      clk = 0;
    end
    $display("checked %0d collisions %0d wrong %0d", checked, collisions, wrong);
  end
endmodule
"""

BENCH_1RW = """
module bench;
  localparam WIDTH = {width}, DEPTH = {depth}, GRANULE = {granule}, A = $clog2(DEPTH), G = WIDTH / GRANULE;
  reg clk = 0, access = 0, write = 0;
  reg [A-1:0] address = 0;
  reg [G-1:0] mask = 0;
  reg [WIDTH-1:0] data = 0;
  reg known = 0;
  wire [WIDTH-1:0] made, expected;
  integer cycle, wrong = 0, checked = 0;
  ram_1rw #(.WIDTH(WIDTH), .DEPTH(DEPTH), .GRANULE(GRANULE)) u_made (clk, access, write, address, mask, data, made);
  ram_1rw_flip_flops #(.WIDTH(WIDTH), .DEPTH(DEPTH), .GRANULE(GRANULE)) u_rtl (clk, access, write, address, mask, data, expected);
  initial begin
    for (cycle = 0; cycle < DEPTH + 20000; cycle = cycle + 1) begin
      data = {{{repeat}{{$random}}}};
      if (cycle < DEPTH) begin
        access = 1; write = 1; address = cycle; mask = ~0;
      end else begin
        access = $random; write = $random; mask = $random; address = $unsigned($random) % DEPTH;
      end
      #1 clk = 1; #1;
      if (access && !write) known = 1;
      if (known) begin
        checked = checked + 1;
        if (made !== expected) wrong = wrong + 1;
      end
      clk = 0;
    end
    $display("checked %0d collisions %0d wrong %0d", checked, checked, wrong);
  end
endmodule
"""


class Composed(unittest.TestCase):
    def simulate(self, shape, macro, change=lambda text: text):
        """Random accesses of the composed memory and of the RTL: (cycles compared, collisions, differences)."""
        choice = memories.choose(shape, technology((*macro, 0.001)))
        self.assertEqual(choice.how, "macros")
        rtl = {kind: (target.ROOT / f"rtl/common/{kind}.sv").read_text(encoding="utf-8") for kind in memories.PORTS}
        words, bits = macro
        text = memories.verilog([choice], rtl, technology((*macro, 0.001)))
        text += MACRO.format(name=choice.array.macro, address=(words - 1).bit_length() - 1, width=bits - 1, depth=words - 1,
                             repeat=-(-bits // 32))
        columns = shape.width // shape.granule
        banks = "".join(f"u_made.g_made.u_ram.g_column[{i}].bank_q = {{{-(-shape.depth // 32)}{{$random}}}};" for i in range(columns))
        bench = BENCH_1R1W if shape.kind == "ram_1r1w" else BENCH_1RW
        text += bench.format(width=shape.width, depth=shape.depth, granule=shape.granule, banks=banks, repeat=-(-shape.width // 32))
        sources = [change((target.ROOT / f"synth/memories/{name}.sv").read_text(encoding="utf-8"))
                   for name in ("ram_1rw_array", "ram_1r1w_banks")]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "all.sv"
            # Icarus 11 knows no types of parameters, and no parameters in attributes.
            text = re.sub(r"int unsigned |\(\* .*? \*\)", "", "\n".join([*sources, text]))
            path.write_text(text, encoding="utf-8")
            compiled = subprocess.run(["iverilog", "-g2012", "-s", "bench", "-o", f"{folder}/bench", path], capture_output=True,
                                      text=True, check=False)
            self.assertEqual(compiled.returncode, 0, compiled.stderr)
            output = subprocess.run([f"{folder}/bench"], capture_output=True, text=True, check=True).stdout
        numbers = re.search(r"checked (\d+) collisions (\d+) wrong (\d+)", output)
        self.assertTrue(numbers, output)
        return tuple(map(int, numbers.groups()))

    def check(self, shape, macro):
        checked, collisions, wrong = self.simulate(shape, macro)
        self.assertEqual(wrong, 0, f"{shape.name} of {macro}")
        self.assertGreater(checked, 10000)
        self.assertGreater(collisions, 300)

    def test_two_ports_of_one_macro_a_bank(self):
        self.check(Shape("ram_1r1w", 32, 64, 32), (64, 32))

    def test_two_ports_of_several_macros_side_by_side_and_above_each_other(self):
        self.check(Shape("ram_1r1w", 72, 100, 72), (32, 32))

    def test_two_ports_written_by_granule(self):
        self.check(Shape("ram_1r1w", 96, 48, 24), (64, 32))

    def test_two_ports_with_several_words_in_a_row(self):
        self.check(Shape("ram_1r1w", 7, 200, 7), (32, 32))

    def test_one_port(self):
        self.check(Shape("ram_1rw", 32, 256, 8), (64, 64))
        self.check(Shape("ram_1rw", 40, 100, 8), (32, 32))

    def test_the_comparison_finds_a_write_that_goes_to_the_bank_that_is_read(self):
        _, _, wrong = self.simulate(Shape("ram_1r1w", 32, 64, 32), (64, 32),
                                    lambda text: text.replace("read_valid_i ? !read_bank : ", ""))
        self.assertGreater(wrong, 0)

    def test_the_comparison_finds_words_that_are_put_into_each_others_place(self):
        _, _, wrong = self.simulate(Shape("ram_1rw", 8, 128, 8), (64, 32), lambda text: text.replace("word == f && ", ""))
        self.assertGreater(wrong, 0)


if __name__ == "__main__":
    unittest.main()
