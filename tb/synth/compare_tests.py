"""The difference between two results, and how it is shown."""

import unittest

import area
import compare
import page
from asic_tests import Balanced

COLUMNS = ["LUT", "carry", "FF"]


def result(modules, flat, fmax=(), **others):
    """modules: {name: (LUT, FF)}"""
    table = {name: {"instances": 1, "LUT": lut, "carry": 9, "FF": ff} for name, (lut, ff) in modules.items()}
    total = {column: sum(row[column] for row in table.values()) for column in COLUMNS}
    return {"config": "nano", "top": "gpu", "target": "ecp5", "device": "D", "revision": "r<1>", "tools": {"yosys": "Yosys 1"},
            "commands": [], "columns": COLUMNS, "total": {"LUT": flat[0], "carry": 0, "FF": flat[1]}, "modules": table,
            "tree": {"module": "gpu", "instances": 1, "own": total, "total": total, "children": []}, "flip_flop_memories": [],
            "fits": True, "available": {"LUT": 100}, "seeds": [
                {"seed": i, "fmax": mhz, "seconds": 1, "slow_registers": [],
                 "path": {"logic": 1.0, "routing": 1.0, "levels": 1, "steps": [{"signal": "a", "source": "", "logic": 1.0, "routing": 1.0}]}}
                for i, mhz in enumerate(fmax, 1)], **others}


OLD = result({"a": (10, 5), "b": (20, 5), "gone": (3, 0)}, (30, 10), (100.0, 90.0))
NEW = result({"a": (11, 5), "b": (12, 5), "new": (4, 1)}, (25, 10), (95.0, 110.0))


class Difference(unittest.TestCase):
    def test_the_largest_difference_comes_first_and_only_modules_with_one(self):
        found = compare.difference(OLD, NEW)
        self.assertEqual([module for module, _ in found["rows"]], ["b", "new", "gone", "a"])
        self.assertEqual(found["rows"][2][1]["LUT"], (3, 0))
        self.assertEqual((found["same"], found["flat"]["LUT"], found["sum"]["LUT"]), (0, (30, 25), (33, 27)))
        self.assertEqual(compare.difference(OLD, OLD)["rows"], [])
        self.assertEqual(compare.difference(OLD, OLD)["same"], 3)

    def test_a_difference_in_a_later_column_counts_too(self):
        other = result({"a": (10, 5), "b": (20, 4), "gone": (3, 0)}, (30, 10))
        self.assertEqual([module for module, _ in compare.difference(OLD, other)["rows"]], ["b"])

    def test_the_clock_is_the_fastest_seeds(self):
        self.assertEqual(compare.difference(OLD, NEW)["fmax"], (100.0, 110.0))
        self.assertIsNone(compare.difference(OLD, result({}, (0, 0)))["fmax"])
        self.assertEqual(compare.fmax({"timing": {"fmax": 7.0}}), 7.0)

    def test_an_area_alone_has_no_flat_netlist_to_compare(self):
        self.assertIsNone(compare.difference(OLD, {**NEW, "area_only": True})["flat"])

    def test_other_tools_and_seeds_are_named(self):
        other = {**result({}, (0, 0), (1.0,)), "tools": {"yosys": "Yosys 2"}}
        self.assertEqual(compare.difference(OLD, other)["notes"], ["yosys: Yosys 1 before, Yosys 2 now", "seeds: 2 before, 1 now"])

    def test_only_columns_of_both_are_compared(self):
        self.assertEqual(compare.columns({**OLD, "columns": ["FF"]}, NEW), ["FF"])


class Shown(unittest.TestCase):
    def test_the_text_has_a_line_a_module_with_its_difference(self):
        lines = compare.lines(compare.difference(OLD, NEW))
        self.assertEqual(lines[0], "Compared with r<1>: LUT 30 -> 25 (-16.7 %); Fmax 100.0 -> 110.0 MHz (+10.0 %)")
        rows = [line.split() for line in lines[2:]]
        self.assertEqual(rows[0], ["module", "LUT", "+/-", "FF", "+/-"])
        self.assertEqual(rows[1:5], [["b", "12", "-8", "5"], ["new", "4", "+4", "1", "+1"], ["gone", "0", "-3", "0"],
                                     ["a", "11", "+1", "5"]])
        self.assertEqual(rows[6], ["flat", "25", "-5", "10"])

    def test_the_page_has_a_section_of_it_that_is_well_formed(self):
        rendered = page.render(NEW, compare.section(compare.difference(OLD, NEW)))
        parser = Balanced()
        parser.feed(rendered)
        self.assertEqual(parser.open, [])
        self.assertIn("Compared with r&lt;1&gt;", rendered)
        self.assertNotIn("Compared with", page.render(NEW))

    def test_numbers_from_nothing_have_no_percentage(self):
        self.assertEqual((compare.percent(0, 3), compare.percent(4, 3)), ("new", "-25.0 %"))
        self.assertEqual((compare.change(3, 3), compare.change(3, 1.5)), ("", "-1.5"))

    def test_an_area_alone_is_said_to_be_one(self):
        report = {**result({"a": (1, 1)}, (1, 1)), "area_only": True}
        self.assertNotIn(">flat<", page.render(report))
        self.assertIn("area alone", page.render(report))
        self.assertEqual(area.show(report["tree"]["total"]["LUT"]), "1")


if __name__ == "__main__":
    unittest.main()
