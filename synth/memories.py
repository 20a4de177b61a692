"""Makes the memories of a design out of a technology's macros, flip-flops, or black boxes with a stated area.

`ram_1r1w` and `ram_1rw` are the design's memory modules. For each shape that it uses this chooses how it is made, and
writes modules of the same names and ports that take the RTL's place, and a Liberty file of the black boxes.
"""

import dataclasses
import re

PORTS = {
    "ram_1r1w": ["read_valid_i", "read_address_i", "read_data_o", "write_valid_i", "write_address_i", "write_mask_i", "write_data_i"],
    "ram_1rw": ["access_i", "write_i", "address_i", "write_mask_i", "write_data_i", "read_data_o"],
}
# Macros are taken if they have at most this share of the flip-flops' area.
MACROS_PAY = 0.5


@dataclasses.dataclass(frozen=True)
class Shape:
    kind: str  # ram_1r1w, ram_1rw
    width: int
    depth: int
    granule: int

    @property
    def bits(self):
        return self.width * self.depth

    @property
    def name(self):
        return f"{self.kind}_{self.depth}x{self.width}" + (f"_by_{self.granule}" if self.granule < self.width else "")


@dataclasses.dataclass(frozen=True)
class Array:
    """A memory with one port made of macros (ram_1rw_array)."""
    macro: str
    words: int
    bits: int
    fold: int
    slices: int
    stacks: int

    @property
    def macros(self):
        return self.slices * self.stacks


@dataclasses.dataclass(frozen=True)
class Choice:
    shape: Shape
    how: str  # "macros", "flip-flops", "black box"
    area: float  # um2: of the macros or the black box; an estimate for flip-flops
    array: Array = None
    macros: int = 0


def shapes(dump):
    """The shapes in what Yosys' `dump` says of the derived memory modules."""
    found = set()
    for module in re.split(r"(?m)^module ", dump)[1:]:
        kind = module.split("\n", 1)[0].split("\\")
        kind = next((part for part in kind if part in PORTS), None)
        values = dict(re.findall(r"(?m)^  parameter \\(\w+) (\d+)$", module))
        if kind and "WIDTH" in values:
            found.add(Shape(kind, int(values["WIDTH"]), int(values["DEPTH"]), int(values["GRANULE"])))
    return sorted(found, key=lambda shape: (-shape.bits, shape.name))


def arrays(width, depth, macros):
    """Every way to make a memory with one port out of one kind of macro: [(area, Array)], the smallest first."""
    found = []
    for cell in macros.values():
        words, bits = cell.memory
        fold = 1
        while 2 * fold * width <= bits and fold * words < depth:
            fold *= 2
        array = Array(cell.name, words, bits, fold, -(-width // bits), -(-depth // (words * fold)))
        found.append((array.macros * cell.area, array))
    return sorted(found, key=lambda item: (item[0], item[1].macros, item[1].macro))


def choose(shape, technology, black_boxes=True):
    """How to make a memory: of macros where these are much smaller than flip-flops, which are faster; else of flip-flops;
    what is too large for them is a black box. Without black boxes, which have no layout, it is of what is smaller."""
    memory, library = technology.description["memory"], technology.library
    # What a bit of flip-flops costs with its part of the multiplexers that write and read it.
    flip_flops = shape.bits * (library.flip_flop.area + 4 * library.nand2.area)
    usable = {name: cell for name, cell in technology.macros.items() if cell.memory}
    columns = shape.width // shape.granule if shape.kind == "ram_1r1w" else 1
    found = arrays(shape.width // columns, shape.depth, usable)
    if found:
        times = columns * (2 if shape.kind == "ram_1r1w" else 1)
        area, array = found[0]
        pays = times * area < MACROS_PAY * flip_flops
        if pays or (not black_boxes and shape.bits > memory["flip_flop_bits"] and times * area < flip_flops):
            return Choice(shape, "macros", times * area, array, times * array.macros)
    if shape.bits <= memory["flip_flop_bits"] or not black_boxes:
        return Choice(shape, "flip-flops", flip_flops)
    return Choice(shape, "black box", shape.bits * memory["um2_per_bit"])


def readable(text):
    """A macro's Liberty with tables for scalar energies: OpenSTA 2.0 takes a scalar for joules, whatever the unit is."""
    template = 'power_lut_template (heddle_scalar) { variable_1 : input_transition_time; index_1 ("0, 1"); }'
    text = re.sub(r'(rise|fall)_power\s*\(\s*"?scalar"?\s*\)\s*\{\s*values\s*\(\s*"?([-+.\de]+)"?\s*\)\s*;',
                  r'\1_power (heddle_scalar) { values ("\2, \2");', text)
    return re.sub(r"(?m)^\s*cell\s*\(", template + "\n\\g<0>", text, count=1)


def connections(kind):
    return ", ".join(f".{port}" for port in ["clk_i", *PORTS[kind]])


def port_list(shape):
    """[(name, direction, width)] of a black box."""
    address, granules = max(1, (shape.depth - 1).bit_length()), shape.width // shape.granule
    widths = {"address": address, "mask": granules, "data": shape.width}
    return [("clk_i", "input", 1)] + [
        (port, "output" if port.endswith("_o") else "input",
         next((width for word, width in widths.items() if f"{word}_" in port), 1)) for port in PORTS[shape.kind]]


def instance(choice):
    shape = choice.shape
    if choice.how == "black box":
        return f"{shape.name} u_ram ({connections(shape.kind)});"
    module = {"ram_1r1w": "ram_1r1w_banks", "ram_1rw": "ram_1rw_array"}[shape.kind]
    array = choice.array
    return (f"{module} #(.WIDTH(WIDTH), .DEPTH(DEPTH), .GRANULE(GRANULE), .MACRO_WIDTH({array.bits}), .MACRO_DEPTH({array.words}), "
            f".FOLD({array.fold}), .SLICES({array.slices}), .STACKS({array.stacks})) u_ram ({connections(shape.kind)});")


def dispatcher(kind, rtl, choices):
    """A module of the RTL's name and ports that chooses by its parameters, and the RTL itself under another name."""
    if all(choice.shape.kind != kind or choice.how == "flip-flops" for choice in choices):
        return rtl
    header = re.search(rf"module {kind} #\(.*?\n\);\n", rtl, re.DOTALL)[0]
    branches = [f"if (WIDTH == {choice.shape.width} && DEPTH == {choice.shape.depth} && GRANULE == {choice.shape.granule}) "
                f"begin : g_made\n    {instance(choice)}\n  end else "
                for choice in choices if choice.shape.kind == kind and choice.how != "flip-flops"]
    renamed = rtl.replace(f"module {kind} ", f"module {kind}_flip_flops ")
    parameters = ", ".join(f".{name}({name})" for name in ("WIDTH", "DEPTH", "GRANULE"))
    return (f"{renamed}\n`default_nettype none\n{header}  {''.join(branches)}begin : g_flip_flops\n"
            f"    {kind}_flip_flops #({parameters}) u_ram ({connections(kind)});\n  end\nendmodule\n`default_nettype wire\n")


def macro_module(choices, pins):
    """`ram_macro`: each macro that is used behind the ports of a plain memory with one port."""
    used = sorted({(c.array.bits, c.array.words, c.array.macro) for c in choices if c.how == "macros"})
    if not used:
        return ""
    branches = " else ".join(f"if (WIDTH == {bits} && DEPTH == {words}) begin : g_{name}\n    {name} u_macro ({pins.strip()});\n  end"
                             for bits, words, name in used)
    return ("`default_nettype none\nmodule ram_macro #(parameter int unsigned WIDTH = 64, parameter int unsigned DEPTH = 64) (\n"
            "  input logic clk_i, input logic access_i, input logic write_i, input logic [$clog2(DEPTH)-1:0] address_i,\n"
            "  input logic [WIDTH-1:0] write_mask_i, input logic [WIDTH-1:0] write_data_i, output logic [WIDTH-1:0] read_data_o\n"
            f");\n  {branches}\nendmodule\n`default_nettype wire\n")


def verilog(choices, rtl, technology):
    """SystemVerilog that takes the place of rtl: {kind: the text of the RTL's module}."""
    pins = technology.description.get("macro", {}).get("pins", "")
    return "\n".join([*(dispatcher(kind, text, choices) for kind, text in rtl.items()), macro_module(choices, pins)])


def boxes(choices):
    return [choice for choice in choices if choice.how == "black box"]


def box_liberty(choices, memory):
    """Liberty of the black boxes: area, and times that depend on nothing."""
    types, cells = set(), []

    def arc(kind, value):
        return (f'timing() {{ related_pin : "clk_i"; timing_type : {kind}; '
                + " ".join(f'{edge}_constraint (scalar) {{ values ("{value}"); }}' for edge in ("rise", "fall")) + " }")

    output = ('timing() { related_pin : "clk_i"; timing_type : rising_edge; '
              + " ".join(f'cell_{edge} (scalar) {{ values ("{memory["clock_to_output_ns"]}"); }} '
                         f'{edge}_transition (scalar) {{ values ("{memory["setup_ns"] / 4:.4g}"); }}' for edge in ("rise", "fall")) + " }")
    for choice in boxes(choices):
        pins = []
        for name, direction, width in port_list(choice.shape):
            if name == "clk_i":
                pins.append("    pin (clk_i) { direction : input; clock : true; capacitance : 0; }")
                continue
            arcs = output if direction == "output" else f"{arc('setup_rising', memory['setup_ns'])} {arc('hold_rising', memory['hold_ns'])}"
            head = f"pin ({name})" if width == 1 else f"bus ({name})"
            bus = "" if width == 1 else f"bus_type : bits_{width}; "
            if width > 1:
                types.add(width)
            pins.append(f"    {head} {{ {bus}direction : {direction}; capacitance : 0; {arcs} }}")
        cells.append(f"  cell ({choice.shape.name}) {{\n    area : {choice.area:.6g};\n    interface_timing : true;\n"
                     + "\n".join(pins) + "\n  }")
    buses = [f"  type (bits_{width}) {{ base_type : array; data_type : bit; bit_width : {width}; bit_from : {width - 1}; bit_to : 0; "
             "downto : true; }" for width in sorted(types)]
    return "\n".join([
        "library (heddle_memories) {", "  delay_model : table_lookup;", '  time_unit : "1ns";', '  voltage_unit : "1V";',
        '  current_unit : "1uA";', '  leakage_power_unit : "1nW";', '  pulling_resistance_unit : "1kohm";',
        "  capacitive_load_unit (1, pf);",
        *(f"  {side}_threshold_pct_{edge} : 50;" for side in ("input", "output") for edge in ("rise", "fall")),
        *(f"  slew_{side}_threshold_pct_{edge} : {value};" for side, value in (("lower", 20), ("upper", 80)) for edge in ("rise", "fall")),
        *buses, *cells, "}", ""])
