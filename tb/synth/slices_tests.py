"""synth/slices.py: random netlists of LUTs keep their functions, and known multiplexers take as few LUT4 as the slices allow."""

import random
import unittest

import slices


def lut(inputs, table, output):
    return {"type": "$lut", "attributes": {}, "port_directions": {"A": "input", "Y": "output"},
            "parameters": {"LUT": f"{table:0{1 << len(inputs)}b}", "WIDTH": f"{len(inputs):032b}"},
            "connections": {"A": list(inputs), "Y": [output]}}


def module(cells, inputs, outputs):
    return {"ports": {"i": {"direction": "input", "bits": inputs}, "o": {"direction": "output", "bits": outputs}},
            "netnames": {}, "cells": {f"lut{index}": cell for index, cell in enumerate(cells)}}


def optimize(description):
    found = slices.Module(description)
    found.merge()
    found.join()
    found.write()


def value(drivers, known, bit):
    """What a net has, by what the inputs have."""
    if isinstance(bit, str):
        return int(bit == "1")
    if bit not in known:
        cell = drivers[bit]
        read = {port: [value(drivers, known, one) for one in bits]
                for port, bits in cell["connections"].items() if port not in ("Y", "Z")}
        if cell["type"] == "$lut":
            at, table = sum(one << index for index, one in enumerate(read["A"])), cell["parameters"]["LUT"]
        elif cell["type"] == "LUT4":
            at, table = sum(read[port][0] << index for index, port in enumerate("ABCD")), cell["parameters"]["INIT"]
        else:
            zero, one, select = ("BLUT", "ALUT", "C0") if cell["type"] == "PFUMX" else ("D0", "D1", "SD")
            at, table = read[select][0], f"{read[one][0]}{read[zero][0]}"
        known[bit] = int(table[len(table) - 1 - at])
    return known[bit]


def outputs(description, inputs):
    drivers = {cell["connections"].get("Y", cell["connections"].get("Z"))[0]: cell for cell in description["cells"].values()}
    known = dict(inputs)
    return [value(drivers, known, bit) for bit in description["ports"]["o"]["bits"]]


def luts(description):
    return sum(1 << max(0, len(cell["connections"]["A"]) - 4) if cell["type"] == "$lut" else cell["type"] == "LUT4"
               for cell in description["cells"].values())


def drives_of(description, kind):
    """What drives the data inputs of the multiplexers of a kind."""
    drivers = {cell["connections"].get("Y", cell["connections"].get("Z"))[0]: cell["type"] for cell in description["cells"].values()}
    return {drivers[cell["connections"][port][0]] for cell in description["cells"].values() if cell["type"] == kind
            for port in (("BLUT", "ALUT") if kind == "PFUMX" else ("D0", "D1"))}


def multiplexer(inputs):
    """The truth table of a multiplexer: the selects first, then the data."""
    selects = {3: 1, 6: 2}[inputs]
    return sum(((point >> (selects + (point & ((1 << selects) - 1)))) & 1) << point for point in range(1 << inputs))


class Slices(unittest.TestCase):
    def check(self, description, inputs, tries, generator):
        points = [{bit: generator.getrandbits(1) for bit in inputs} for _ in range(tries)]
        before = [outputs(description, point) for point in points]
        count = luts(description)
        optimize(description)
        self.assertEqual(before, [outputs(description, point) for point in points])
        self.assertLessEqual(luts(description), count)
        self.assertLessEqual(drives_of(description, "PFUMX"), {"LUT4"})
        self.assertLessEqual(drives_of(description, "L6MUX21"), {"PFUMX", "L6MUX21"})

    def test_random_netlists(self):
        for seed in range(200):
            generator = random.Random(seed)
            bits, cells = list(range(2, 14)), []
            inputs = list(bits)
            for _ in range(12):
                width = generator.choice([1, 2, 3, 3, 3, 4, 4, 5, 6, 7])
                places = generator.sample(bits[-14:] + ["0", "1"], width)
                table = multiplexer(width) if width in (3, 6) and generator.random() < 0.7 else generator.getrandbits(1 << width)
                if generator.random() < 0.3:
                    table ^= (1 << (1 << width)) - 1
                cells.append(lut(places, table, bits[-1] + 1))
                bits.append(bits[-1] + 1)
            read = {bit for cell in cells for bit in cell["connections"]["A"]}
            ends = [bit for bit in bits if bit not in inputs and (bit not in read or generator.random() < 0.1)]
            with self.subTest(seed=seed):
                self.check(module(cells, inputs, ends), inputs, 200, generator)

    def test_multiplexers(self):
        four = module([lut(range(2, 8), multiplexer(6), 20)], list(range(2, 8)), [20])
        self.check(four, range(2, 8), 64, random.Random(1))
        self.assertEqual(luts(four), 2)
        inputs = list(range(2, 22))
        sixteen = module([*(lut([2, 3, *range(6 + 4 * k, 10 + 4 * k)], multiplexer(6), 30 + k) for k in range(4)),
                          lut([4, 5, 30, 31, 32, 33], multiplexer(6), 40)], inputs, [40])
        self.check(sixteen, inputs, 400, random.Random(2))
        self.assertEqual(luts(sixteen), 8)
        eight = module([*(lut([2, 5 + 2 * k, 6 + 2 * k], multiplexer(3), 30 + k) for k in range(4)),
                        lut([3, 4, 30, 31, 32, 33], multiplexer(6), 40)], list(range(2, 13)), [40])
        self.check(eight, range(2, 13), 400, random.Random(3))
        self.assertEqual(luts(eight), 4)

    def test_shared(self):
        """A LUT that others read, too, stays."""
        cells = [lut([2, 3, 4], multiplexer(3), 30), lut([5, 6, 7], multiplexer(3), 31), lut([8, 30, 31], multiplexer(3), 40)]
        shared = module(cells, list(range(2, 9)), [40, 30])
        self.check(shared, range(2, 9), 200, random.Random(4))
        alone = module(cells, list(range(2, 9)), [40])
        self.check(alone, range(2, 9), 200, random.Random(5))
        self.assertLess(luts(alone), luts(shared))

    def test_twice_in_a_tree(self):
        """A LUT that one other reads, but at two places of its tree, stays."""
        # s ? x & parity(a, b, c) : x, and x itself a function of four inputs
        table = sum((point & 1 & (~point >> 4 | point >> 1 ^ point >> 2 ^ point >> 3)) << point for point in range(32))
        cells = [lut([2, 3, 4, 5], 0x6996, 30), lut([30, 7, 8, 9, 6], table, 40)]
        self.check(module(cells, list(range(2, 10)), [40]), range(2, 10), 256, random.Random(6))


if __name__ == "__main__":
    unittest.main()
