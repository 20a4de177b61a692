"""Finds the RTL's names for the cells of a flat netlist: LUTs have none of their own.

A cell is called after the signal that it drives; one that drives a nameless net, after the signal that this net helps
to make.
"""

import re

OUTPUTS = {"Z", "Q", "COUT", "S0", "S1", "F", "O"}


def output_port(cell, port):
    direction = cell.get("port_directions", {}).get(port)
    return direction == "output" if direction else port in OUTPUTS


def rank(name):
    """Of a net's many names, the one where its driver is: inside, and not as the input of some other instance."""
    return (name.endswith("_i"), -name.count("."), len(name), name)


def path_of(cell):
    """The instance in the name that Yosys' flatten gave to a nameless cell, with a dot behind it, or ''."""
    match = re.match(r"\$flatten(.*?\.)\$", cell)
    return match[1].replace("\\", "") if match else ""


class Names:
    """signal(cell) is "path.of.instances.signal" in the RTL, source(cell) the "file:line" that declares it."""

    def __init__(self, module, root):
        self.root = root.rstrip("/") + "/"
        self.sources = {}
        bits = self.name_bits(module["netnames"])
        self.cells = self.name_cells(module["cells"], bits)

    def name_bits(self, netnames):
        """{bit: its names, the best first}"""
        bits = {}
        for name in sorted((name for name, net in netnames.items() if not net["hide_name"]), key=rank):
            for bit in netnames[name]["bits"]:
                bits.setdefault(bit, []).append(name)
            source = netnames[name].get("attributes", {}).get("src")
            if source:
                self.sources[name] = source.split("|")[0].replace(self.root, "")
        return bits

    @staticmethod
    def name_cells(cells, bits):
        names, sinks, nameless = {}, {}, []
        for name, cell in cells.items():
            driven = []
            for port, connection in cell["connections"].items():
                if output_port(cell, port):
                    driven += connection
                else:
                    for bit in connection:
                        sinks.setdefault(bit, []).append(name)
            candidates = next((bits[bit] for bit in driven if bit in bits), None)
            if candidates:
                path = path_of(name)
                names[name] = next((signal for signal in candidates if path and signal.startswith(path)), candidates[0])
            else:
                nameless.append((name, driven))
        while nameless:
            left = []
            for name, driven in nameless:
                signal = next((names[sink] for bit in driven for sink in sinks.get(bit, ()) if sink in names), None)
                if signal:
                    names[name] = signal
                else:
                    left.append((name, driven))
            if len(left) == len(nameless):
                break
            nameless = left
        return names

    def signal(self, cell):
        """nextpnr adds an ending of its own to the cells that it splits or packs."""
        while cell not in self.cells and "$" in cell:
            cell = cell.rsplit("$", 1)[0]
        return self.cells.get(cell, "")

    def source(self, cell):
        return self.source_of(self.signal(cell))

    def source_of(self, signal):
        """"file:line" that declares a signal, or ""; with or without the bit."""
        source = self.sources.get(signal) or self.sources.get(re.sub(r"\[\d+\]$", "", signal), "")
        return re.sub(r"\.\d+-\d+\.\d+$", "", source)
