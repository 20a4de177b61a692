"""The reader of Liberty files."""

import gzip
import pathlib
import tempfile
import unittest

import liberty
from small_library import BUFFER, FLIP_FLOP, NAND2, gate, small


def stripped(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x.lib"
        path.write_text(text, encoding="utf-8")
        return liberty.read(path)


class Functions(unittest.TestCase):
    def table(self, function, inputs):
        values = []
        for row in range(2 ** len(inputs)):
            values.append(int(liberty.evaluate(function, {name: bool(row >> i & 1) for i, name in enumerate(inputs)})))
        return values

    def test_all_spellings_of_the_operators(self):
        for function in ("!(A*B)", "(!(A B))", "(A & B)'", "!A | !B", "(!A) + (!B)", "A' + B'", "!(A&B) * 1"):
            self.assertEqual(self.table(function, "AB"), [1, 1, 1, 0], function)
        self.assertEqual(self.table("A ^ B", "AB"), [0, 1, 1, 0])

    def test_and_binds_closer_than_xor_and_xor_than_or(self):
        self.assertEqual(self.table("A ^ B C", "ABC"), [0, 1, 0, 1, 0, 1, 1, 0])
        self.assertEqual(self.table("A + B ^ C", "ABC"), [0, 1, 1, 1, 1, 1, 0, 1])

    def test_constants(self):
        self.assertEqual(self.table("0", ""), [0])
        self.assertEqual(self.table("1", ""), [1])


class Reading(unittest.TestCase):
    def test_a_library_names_its_nand_buffer_flip_flop_and_constants(self):
        text = small(gate("LARGE", 9.0, "(A B)'", "AB"), NAND2, BUFFER, FLIP_FLOP, gate("ONE", 1, "1", ""))
        found = liberty.library(stripped(text))
        self.assertEqual((found.nand2.name, found.nand2.area), ("NAND2", 2.0))
        self.assertEqual(found.nand2.capacitance, {"A": 0.002, "B": 0.003})
        self.assertEqual((found.buffer.name, found.flip_flop.name, found.tie_high.name), ("BUF", "DFF", "ONE"))
        self.assertIsNone(found.tie_low)

    def test_an_attribute_may_end_with_its_line(self):
        found = liberty.cells(stripped(small("cell (X) {\n area : 3.5\n pin (A) { direction : input; }\n}\n")))
        self.assertEqual((found["X"].area, list(found["X"].capacitance)), (3.5, ["A"]))

    def test_compressed_files_are_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.lib.gz"
            path.write_bytes(gzip.compress(small(NAND2).encode()))
            self.assertIn("NAND2", liberty.cells(liberty.read(path)))

    def test_a_library_without_flip_flops_is_refused(self):
        with self.assertRaisesRegex(liberty.LibertyError, "no flip-flop among its 2 cells"):
            liberty.library(stripped(small(NAND2, BUFFER)))

    def test_a_library_without_a_nand_is_refused(self):
        with self.assertRaisesRegex(liberty.LibertyError, "no NAND of two inputs"):
            liberty.library(stripped(small(BUFFER, FLIP_FLOP)))

    def test_what_is_no_liberty_is_refused(self):
        with self.assertRaisesRegex(liberty.LibertyError, "no Liberty file"):
            stripped("module x; endmodule")
        with self.assertRaisesRegex(liberty.LibertyError, "cannot be read"):
            liberty.read("/does/not/exist.lib")

    def test_half_a_file_is_refused(self):
        text = small(NAND2, FLIP_FLOP)
        for length in (len(text) // 2, len(text) - 4):
            with self.assertRaisesRegex(liberty.LibertyError, "incomplete"):
                liberty.library(stripped(text[:length]))


class Merging(unittest.TestCase):
    def merged(self, *texts, unwanted="", extra=""):
        return liberty.merge([stripped(text) for text in texts], unwanted, extra)

    def test_cells_of_all_files_are_there_once(self):
        text = self.merged(small(NAND2, BUFFER), small(BUFFER, FLIP_FLOP))
        self.assertEqual(sorted(liberty.cells(text)), ["BUF", "DFF", "NAND2"])
        self.assertEqual(text.count("cell (BUF)"), 1)
        self.assertEqual(text.count("time_unit"), 1)
        self.assertIn('values ("0.1, 0.2"', text)

    def test_unwanted_cells_are_left_out_and_groups_added(self):
        text = self.merged(small(NAND2, BUFFER), unwanted="BU.*", extra='wire_load ("w") { slope : 1; }')
        self.assertEqual(list(liberty.cells(text)), ["NAND2"])
        self.assertIn("w", [group.arguments[0] for group in liberty.parse(liberty.outline(text, 3)).inner("wire_load")])

    def test_a_default_comes_behind_the_group_that_it_names(self):
        text = self.merged(small(NAND2))
        self.assertLess(text.index("operating_conditions (typical)"), text.index("default_operating_conditions"))

    def test_groups_of_a_kind_are_taken_out_with_what_is_inside(self):
        text = "a { power (x) { rise (power) { 1; } } timing () { 2; power () { 3; } } } power_unit : 1; power(y){}b {}"
        self.assertEqual(liberty.without(text, ["power"]), "a {  timing () { 2;  } } power_unit : 1; b {}")

    def test_files_with_other_units_are_refused(self):
        with self.assertRaisesRegex(liberty.LibertyError, "time_unit"):
            self.merged(small(NAND2), small(BUFFER).replace('"1ns"', '"1ps"'))


if __name__ == "__main__":
    unittest.main()
