"""What the standard-cell flow takes from a library, and that both kinds of targets fill the same report."""

import html.parser
import types
import unittest

import area
import asic
import liberty
import memories
import page
import text
from small_library import BUFFER, FLIP_FLOP, NAND2, gate, small

LIBRARY = liberty.library(small(NAND2, BUFFER, FLIP_FLOP, gate("BUF_4", 3.0, "(A)", "A"), gate("BUF_2", 2.0, "A", "A"),
                                gate("ONE", 1.0, "1", ""), gate("ZERO", 1.0, "0", "")).split("*/")[1])
MACRO = liberty.Cell("RAM", 100.0, False, False, {}, {}, (64, 32))


class FromTheLibrary(unittest.TestCase):
    def test_inputs_are_driven_by_a_buffer_of_middle_size(self):
        self.assertEqual(asic.driver(LIBRARY).name, "BUF_4")

    def test_constants_get_cells_if_there_are_some(self):
        self.assertEqual(asic.ties(LIBRARY), "hilomap -singleton -hicell ONE Y -locell ZERO Y")
        without = types.SimpleNamespace(tie_high=None, tie_low=LIBRARY.tie_low)
        self.assertEqual(asic.ties(without), "")

    def test_areas_count_cells_macros_and_black_boxes(self):
        box = memories.Choice(memories.Shape("ram_1r1w", 8, 4, 8), "black box", 32.0)
        columns = asic.columns(types.SimpleNamespace(library=LIBRARY, macros={"RAM": MACRO}), [box])
        counted = area.cells_of({"NAND2": 3, "DFF": 2, "RAM": 1, box.shape.name: 1, "unknown": 7}, columns)
        self.assertEqual({column: round(number, 6) for column, number in counted.items()}, {
            "µm²": 3 * 2 + 2 * 6 + 100 + 32, "kGE": 150 / 2 / 1000, "RAM µm²": 132, "cells": 5, "FF": 2, "RAMs": 2})


class Tables(unittest.TestCase):
    COLUMNS = {"size": {"A": 1.5, "B": 1}, "B": {"B": 1}}

    def test_a_tree_counts_all_instances(self):
        modules = {"top": {"A": 2, "$paramod$1f\\fifo": 3}, "$paramod$1f\\fifo": {"A": 1, "B": 4}}
        root = area.tree(modules, self.COLUMNS, "top")
        self.assertEqual((root["own"], root["total"]), ({"size": 3.0, "B": 0}, {"size": 19.5, "B": 12}))
        self.assertEqual(list(area.by_module(root)), ["fifo", "top"])
        self.assertEqual(area.by_module(root)["fifo"], {"instances": 3, "size": 16.5, "B": 12})

    def test_numbers_are_shown_as_exactly_as_a_reader_needs(self):
        self.assertEqual([area.show(number) for number in (7, 3.0, 1234.56, 12.34, 0.1234)], ["7", "3", "1235", "12.3", "0.123"])

    def test_memories_that_became_flip_flops_come_from_either_flows_log(self):
        log = ("using FF mapping for memory $paramod$12\\fifo.memory_q\n"
               "Mapping memory \\ring_q in module \\operand_collector:\nMapping memory $auto$proc_rom.cc:1 in module \\x:\n")
        self.assertEqual(area.flip_flop_memories(log), ["fifo.memory_q", "operand_collector.ring_q"])


def result(**others):
    tree = area.tree({"top": {"A": 2}}, {"A": {"A": 1}}, "top")
    return {"config": "nano", "top": "gpu", "device": "D<1>", "revision": "abc", "tools": {"yosys": "Yosys 1"}, "commands": ["x > y"],
            "columns": ["A"], "total": {"A": 2}, "tree": tree, "modules": area.by_module(tree), "flip_flop_memories": ["m.q"],
            "fits": True, **others}


PATH = {"logic": 1.5, "routing": 0.5, "levels": 3, "slack": -0.25,
        "steps": [{"signal": "a_q", "source": "rtl/a.sv:1", "logic": 1.0, "routing": 0.5},
                  {"signal": "b_q", "source": "rtl/b.sv:2", "logic": 0.5, "routing": 0.0}]}
WATTS = {"internal": 0.001, "switching": 0.002, "leakage": 0.003, "total": 0.006}
SEEDS = result(available={"A": 4}, seeds=[{"seed": 1, "fmax": 50.0, "seconds": 9, "path": PATH, "pins": {}, "slow_registers": [(2.0, "b_q", "")]}])
CELLS = result(
    timing={"period": 5.0, "slack": -0.25, "fmax": 190.5, "hold_slack": 0.01, "paths": [PATH], "hold_paths": [PATH], "path": PATH,
            "slow_registers": [(2.0, "b_q", "")]},
    power={"activity": 0.1, "total": WATTS, "macro": WATTS},
    library={"files": [], "nand2": "NAND2", "nand2_area": 2.0,
             "memory": {"um2_per_bit": 2.0, "clock_to_output_ns": 1, "setup_ns": 1, "hold_ns": 1}},
    memories=[{"shape": "ram_1rw_4x8", "how": "black box", "bits": 32, "area": 64.0, "macro": "", "macros": 0}])


class Balanced(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "rect" and self.open.pop() != tag:
            raise AssertionError(f"{tag} is closed at {self.getpos()}")


class Reports(unittest.TestCase):
    def test_the_text_has_the_path_and_the_table_of_either_target(self):
        for report, line in ((SEEDS, "Fmax 50.0 MHz (seed 1)"), (CELLS, "Fmax 190.5 MHz; slack at 5 ns: setup -0.250 ns, hold 0.010 ns")):
            rendered = text.render(report)
            for part in (line, "2.00 ns: 1.50 ns logic in 3 levels, 0.50 ns routing", "rtl/b.sv:2", "a_q -> b_q", "$ x > y", "m.q"):
                self.assertIn(part, rendered)
        self.assertIn("default activity", text.render(CELLS))
        self.assertIn("2 µm² a bit", text.render(CELLS))

    def test_the_page_is_well_formed_and_escapes_names(self):
        for report in (SEEDS, CELLS, {**SEEDS, "seeds": [], "fits": False}):
            rendered = page.render(report)
            parser = Balanced()
            parser.feed(rendered)
            self.assertEqual(parser.open, [])
            self.assertIn("D&lt;1&gt;", rendered)

    def test_a_design_without_a_constrained_path_has_a_report(self):
        report = {**CELLS, "timing": {"period": 5.0, "paths": [], "hold_paths": [], "slow_registers": []}}
        self.assertIn("no path is constrained", text.render(report))
        self.assertIn("no path is constrained", page.render(report))


if __name__ == "__main__":
    unittest.main()
