#!/usr/bin/env python3
"""Multiplexers of the ECP5's slices that ABC does not find: `slices.py IN.json OUT.json`, netlists of Yosys between ABC and the
mapping to cells ($lut of up to seven inputs).

PFUMX joins any two LUT4 by one more input, L6MUX21 two such pairs. ABC knows them as functions of five, six and seven inputs
alone, at two, four and eight LUT4. But the two LUT4 may have inputs of their own: a 4:1 multiplexer is two, not four, and one of
8:1, with eleven inputs, four. What is found takes as many levels or fewer.
"""

import collections
import itertools
import json
import sys

PLACES = 4  # inputs of a LUT4
MERGED = 9  # inputs of two LUT4 and PFUMX


def without(variables, table, index, value):
    """A function (variables, truth table as a number) with one variable set."""
    low = (1 << index) - 1
    result = 0
    for point in range(1 << (len(variables) - 1)):
        old = (point & low) | (value << index) | ((point & ~low) << 1)
        result |= ((table >> old) & 1) << point
    return variables[:index] + variables[index + 1:], result


def prune(variables, table):
    """The function on those variables alone that it depends on."""
    index = 0
    while index < len(variables):
        zero, one = without(variables, table, index, 0), without(variables, table, index, 1)
        if zero[1] == one[1]:
            variables, table = zero
        else:
            index += 1
    return variables, table


def function(bits, table):
    """Of a cell: its constant inputs filled in, equal ones joined."""
    variables = tuple(dict.fromkeys(bit for bit in bits if not isinstance(bit, str)))
    place = {bit: index for index, bit in enumerate(variables)}
    result = 0
    for point in range(1 << len(variables)):
        old = 0
        for index, bit in enumerate(bits):
            old |= (bit == "1" if isinstance(bit, str) else (point >> place[bit]) & 1) << index
        result |= ((table >> old) & 1) << point
    return prune(variables, result)


def compose(root, inner):
    """The function of `root` with some of its variables replaced by functions."""
    variables = tuple(dict.fromkeys(itertools.chain.from_iterable(
        inner[bit][0] if bit in inner else (bit,) for bit in root[0])))
    place = {bit: index for index, bit in enumerate(variables)}
    result = 0
    for point in range(1 << len(variables)):
        old = 0
        for index, bit in enumerate(root[0]):
            if bit in inner:
                names, table = inner[bit]
                at = sum(((point >> place[name]) & 1) << k for k, name in enumerate(names))
                value = (table >> at) & 1
            else:
                value = (point >> place[bit]) & 1
            old |= value << index
        result |= ((root[1] >> old) & 1) << point
    return prune(variables, result)


SHAPES = {}


def shape(number, table, depth):
    """How a function of `number` inputs is a tree of multiplexers of this depth: a truth table, or (index of the select, shape for 0,
    shape for 1), by the indices that are left; None if it is none."""
    key = (number, table, depth)
    if key not in SHAPES:
        SHAPES[key] = find_shape(*key)
    return SHAPES[key]


def find_shape(number, table, depth):
    if number > PLACES * 2 ** depth + 2 ** depth - 1:
        return None
    if depth == 0:
        return table
    for index in range(number - 1, -1, -1):
        halves = []
        for value in (0, 1):
            names, half = prune(*without(tuple(range(number)), table, index, value))
            found = shape(len(names), half, depth - 1)
            if found is None:
                break
            halves.append((names, found))
        else:
            return index, halves[0], halves[1]
    # Nothing is left to choose by: a constant.
    half = ((), shape(0, table, depth - 1))
    return (None, half, half) if number == 0 else None


def tree(variables, found, depth):
    """A shape with the netlist's bits: (variables, table) or (select, tree, tree)."""
    if depth == 0:
        return variables, found
    index, *halves = found
    select = "0" if index is None else variables[index]
    return (select, *(tree(tuple(variables[k] for k in names), half, depth - 1) for names, half in halves))


def smallest(root, limit):
    """(depth, tree) of the smallest tree of multiplexers that is a function, up to a depth."""
    for depth in range(limit + 1):
        found = shape(len(root[0]), root[1], depth)
        if found is not None:
            return depth, tree(*[root[0], found], depth)
    return None


def projection(leaf):
    """The variable that a LUT4 passes on or inverts, or None."""
    return leaf[0][0] if len(leaf[0]) == 1 else None


class Module:
    """The LUTs of a module, and what becomes of them."""

    def __init__(self, description):
        self.cells = description["cells"]
        self.fanout = collections.Counter()
        self.next_bit = 2
        self.units = {}  # by output bit: cell, function, depth and tree
        self.changed = set()  # cells with others in them
        for net in description["netnames"].values():
            self.count(net["bits"], 0)
        for port in description["ports"].values():
            self.count(port["bits"], 1)
        for name, cell in self.cells.items():
            is_lut = cell["type"] == "$lut"
            for port, bits in cell["connections"].items():
                self.count(bits, 0 if is_lut and port == "Y" else 1)
            if is_lut:
                bits = cell["connections"]["A"]
                found = function(bits, int(cell["parameters"]["LUT"], 2))
                depth = max(0, len(bits) - PLACES)
                self.units[cell["connections"]["Y"][0]] = [name, found, *smallest(found, depth)]

    def count(self, bits, times):
        for bit in bits:
            if not isinstance(bit, str):
                self.fanout[bit] += times
                self.next_bit = max(self.next_bit, bit + 1)

    def alone(self, bit):
        """Whether the bit is a LUT's that another one has alone."""
        return bit in self.units and self.fanout[bit] == 1

    def merge(self):
        """Takes LUTs into the one that they drive where that saves a LUT4."""
        for bit in sorted(self.units, key=lambda bit: -self.units[bit][2]):
            if bit not in self.units:
                continue
            _, found, depth, _ = self.units[bit]
            inner = [name for name in found[0] if self.alone(name) and self.units[name][2] == 0]
            for chosen in itertools.chain(itertools.combinations(inner, 2), itertools.combinations(inner, 1)):
                before = 2 ** depth + len(chosen)
                if before <= 2:
                    continue
                names = set(found[0]) - set(chosen)
                names.update(*(self.units[name][1][0] for name in chosen))
                if len(names) > MERGED:
                    continue
                merged = compose(found, {name: self.units[name][1] for name in chosen})
                best = smallest(merged, 1)
                if best and 2 ** best[0] < before:
                    self.units[bit][1:] = [merged, *best]
                    self.changed.add(self.units[bit][0])
                    for name in chosen:
                        self.remove(name)
                    break

    def join(self):
        """Multiplexers of multiplexers."""
        for bit in sorted(self.units):
            while bit in self.units and self.join_one(bit):
                pass

    def join_one(self, bit):
        _, found, depth, root = self.units[bit]
        if found is None:
            return False
        for levels, candidate in ((depth, root), (depth + 1, split(root, depth))):
            if levels and candidate and self.join_tree(bit, levels, candidate):
                return True
        return False

    def join_tree(self, bit, depth, root):
        """Puts the multiplexers that are alone at the leaves of a tree into it, if that saves a LUT4."""
        leaves = [projection(leaf) for leaf in leaves_of(root, depth)]
        uses = collections.Counter(bits_of(root, depth))  # a tree may have an input at several places
        inner = {name: self.units[name] for name in leaves if name is not None and uses[name] == 1 and self.alone(name)}
        below = {unit[2] for unit in inner.values()}
        if len(below) != 1 or (below != {0} and len(inner) < len(leaves)):
            return False
        below, before = below.pop(), 2 ** self.units[bit][2]
        if depth + below > 3 or 2 ** (depth + below) >= before + len(inner) * 2 ** below:
            return False
        self.units[bit][1:] = [None, depth + below, replaced(root, depth, {name: unit[2:] for name, unit in inner.items()})]
        self.changed.add(self.units[bit][0])
        for name in inner:
            self.remove(name)
        return True

    def remove(self, bit):
        del self.cells[self.units.pop(bit)[0]]

    def write(self):
        """The cells of what is a multiplexer; other LUTs are left to Yosys."""
        for output, (name, _, depth, found) in self.units.items():
            if name not in self.changed and len(self.cells[name]["connections"]["A"]) <= PLACES + 1:
                continue
            attributes = self.cells.pop(name)["attributes"]
            self.build(found, depth, output, name, attributes)

    def bit(self):
        self.next_bit += 1
        return self.next_bit - 1

    def build(self, found, depth, output, name, attributes):
        if depth == 0:
            self.lut4(found, output, name, attributes)
            return
        select, zero, one = found
        inner = [self.bit(), self.bit()]
        ports = ("BLUT", "ALUT", "C0") if depth == 1 else ("D0", "D1", "SD")
        self.cells[name] = {
            "hide_name": 1, "type": "PFUMX" if depth == 1 else "L6MUX21", "parameters": {}, "attributes": attributes,
            "port_directions": {**dict.fromkeys(ports, "input"), "Z": "output"},
            "connections": {ports[0]: [inner[0]], ports[1]: [inner[1]], ports[2]: [select], "Z": [output]},
        }
        for number, half in enumerate((zero, one)):
            self.build(half, depth - 1, inner[number], f"{name}${number}", attributes)

    def lut4(self, found, output, name, attributes):
        variables, table = found
        number = len(variables)
        init = sum(((table >> (point & ((1 << number) - 1))) & 1) << point for point in range(16))
        bits = list(variables) + ["0"] * (PLACES - number)
        self.cells[name] = {
            "hide_name": 1, "type": "LUT4", "parameters": {"INIT": f"{init:016b}"}, "attributes": attributes,
            "port_directions": {"A": "input", "B": "input", "C": "input", "D": "input", "Z": "output"},
            "connections": {**{port: [bit] for port, bit in zip("ABCD", bits)}, "Z": [output]},
        }


def split(found, depth):
    """A tree with a level more, whose leaves are single inputs; None if there is none."""
    if depth:
        zero, one = split(found[1], depth - 1), split(found[2], depth - 1)
        return (found[0], zero, one) if zero and one else None
    variables, table = found
    for index, select in enumerate(variables):
        halves = [prune(*without(variables, table, index, value)) for value in (0, 1)]
        if all(projection(half) is not None for half in halves):
            return (select, *halves)
    return None


def leaves_of(found, depth):
    return [found] if depth == 0 else leaves_of(found[1], depth - 1) + leaves_of(found[2], depth - 1)


def bits_of(found, depth):
    return list(found[0]) if depth == 0 else [found[0], *bits_of(found[1], depth - 1), *bits_of(found[2], depth - 1)]


def replaced(found, depth, inner):
    """A tree with other trees at its leaves, by the variable that a leaf passes on or inverts: {variable: (depth, tree)}."""
    if depth:
        return (found[0], replaced(found[1], depth - 1, inner), replaced(found[2], depth - 1, inner))
    if projection(found) not in inner:
        return found
    depth, below = inner[projection(found)]
    return inverted(below, depth) if found[1] == 0b01 else below


def inverted(found, depth):
    if depth:
        return (found[0], inverted(found[1], depth - 1), inverted(found[2], depth - 1))
    return found[0], found[1] ^ ((1 << (1 << len(found[0]))) - 1)


def main():
    source, result = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        netlist = json.load(file)
    for description in netlist["modules"].values():
        if any(cell["type"] == "$lut" for cell in description["cells"].values()):
            module = Module(description)
            module.merge()
            module.join()
            module.write()
    with open(result, "w", encoding="utf-8") as file:
        json.dump(netlist, file)


if __name__ == "__main__":
    main()
