"""Puts a flip-flop at every port of a netlist, so that any module can be placed and routed by itself; or in a netlist in
the place of an instance, so that what is around it can.

A device's AXI ports are wider than a package has pins, a module's ports are no pins at all, and the delay of a pin is no
property of the design. So a chain of flip-flops, filled from one pin, drives the inputs, and every output goes into a
flip-flop of its own; these fold into one pin, an XOR a cycle. Paths from and to the ports then count as those inside,
and nothing of the module is without use. In the place of an instance the fold feeds the chain, and there are no pins.
"""

CLOCKS, RESETS = ("clk_i", "aclk"), ("rst_ni", "aresetn", "rst_i")  # a module has one of each
XOR = "0110" * 4  # a LUT4's truth table, for A and B


class Harness:
    def __init__(self, module, clock):
        self.module = module
        self.clock = clock
        used = [bit for net in module["netnames"].values() for bit in net["bits"] if isinstance(bit, int)]
        self.next_bit = max(used) + 1

    def net(self, name):
        bit = self.next_bit
        self.next_bit += 1
        self.module["netnames"][name] = {"hide_name": 0, "bits": [bit], "attributes": {}}
        return bit

    def cell(self, name, kind, parameters, inputs, outputs):
        directions = {**dict.fromkeys(inputs, "input"), **dict.fromkeys(outputs, "output")}
        self.module["cells"][name] = {
            "hide_name": 0, "type": kind, "parameters": parameters, "attributes": {}, "port_directions": directions,
            "connections": {port: [bit] for port, bit in {**inputs, **outputs}.items()},
        }

    def flip_flop(self, name, data, output):
        # The blank makes "1" a text, not a number.
        parameters = {"GSR": "DISABLED", "CEMUX": "1 ", "CLKMUX": "CLK", "LSRMUX": "LSR", "REGSET": "RESET"}
        self.cell(name, "TRELLIS_FF", parameters, {"CLK": self.clock, "LSR": "0", "DI": data}, {"Q": output})

    def drive(self, ports, link):
        for name, bit in ports:
            self.flip_flop(f"harness.drive.{name}", link, bit)
            link = bit

    def sample(self, ports):
        link = "0"
        for name, bit in ports:
            sampled, folded, link_d = (self.net(f"harness.{kind}.{name}") for kind in ("sample", "fold", "fold_d"))
            self.flip_flop(f"harness.sample.{name}", bit, sampled)
            self.cell(f"harness.xor.{name}", "LUT4", {"INIT": XOR}, {"A": link, "B": sampled, "C": "0", "D": "0"}, {"Z": link_d})
            self.flip_flop(f"harness.fold.{name}", link_d, folded)
            link = folded
        return link


def bits_of(ports):
    """[(name of a bit, net)] of {port: nets}; constants are left out."""
    return [(f"{name}[{i}]", bit) for name, bits in ports.items() for i, bit in enumerate(bits) if isinstance(bit, int)]


def pin_registers_anywhere(module):
    """Flip-flops of pins (rtl/board/sdram_commands.sv) may be elsewhere: without pins nextpnr would refuse them."""
    for cell in module["cells"].values():
        cell["attributes"].pop("syn_useioff", None)


def wrap(module):
    """Changes a module of a netlist that Yosys wrote as JSON."""
    ports = {name: port for name, port in module["ports"].items() if name not in (*CLOCKS, *RESETS)}
    clock = next(module["ports"][name]["bits"][0] for name in CLOCKS if name in module["ports"])
    bits = {direction: bits_of({name: port["bits"] for name, port in ports.items() if port["direction"] == direction})
            for direction in ("input", "output")}
    for name in ports:
        del module["ports"][name]
    harness = Harness(module, clock)
    scan_in = harness.net("harness.scan_in")
    module["ports"]["scan_in"] = {"direction": "input", "bits": [scan_in]}
    harness.drive(bits["input"], scan_in)
    module["ports"]["scan_out"] = {"direction": "output", "bits": [harness.sample(bits["output"])]}
    pin_registers_anywhere(module)


def stand_in(module, kind):
    """Puts flip-flops in the place of the one instance of a module that Yosys knows the ports of."""
    name = next(name for name, cell in module["cells"].items() if cell["type"] == kind)
    cell = module["cells"].pop(name)
    ports = {direction: bits_of({port: bits for port, bits in cell["connections"].items()
                                 if cell["port_directions"][port] == direction and port not in (*CLOCKS, *RESETS)})
             for direction in ("input", "output")}
    harness = Harness(module, cell["connections"][next(name for name in CLOCKS if name in cell["connections"])][0])
    harness.drive(ports["output"], harness.sample(ports["input"]))
