"""Whether a design has room on the FPGA."""

import json
import pathlib
import tempfile
import unittest

import ecp5
import progress
import text


class Fit(unittest.TestCase):
    def total(self, lut, lut_ram):
        return {"LUT": lut, "carry": 0, "LUT RAM": lut_ram, "FF": 1, "BRAM": 1, "DSP": 1}

    def test_lut_ram_blocks_half_as_many_sites_again(self):
        self.assertTrue(ecp5.fits(self.total(83640, 0)))
        self.assertFalse(ecp5.fits(self.total(83641, 0)))
        self.assertTrue(ecp5.fits(self.total(83640 - 200, 400)))
        self.assertFalse(ecp5.fits(self.total(83641 - 200, 400)))

    def test_every_column_counts(self):
        for column, number in ecp5.DEVICE["available"].items():
            total = self.total(1, 0)
            total[column] = number + 1
            self.assertFalse(ecp5.fits(total), column)

    def test_the_report_says_why_it_was_not_placed(self):
        result = {"device": "LFE5U-85F-6", "total": self.total(83640, 400)}
        self.assertEqual(text.fit_line(result), "it does not fit LFE5U-85F-6 (its LUT RAM blocks 200 LUTs more): not placed")

    def test_a_module_without_a_clock_is_not_placed_and_the_line_says_why(self):
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            (work / "netlist.json").write_text(json.dumps({"modules": {"alu": {"ports": {"a_i": {}}, "cells": {}, "netnames": {}}}}),
                                               encoding="utf-8")
            with self.assertRaisesRegex(progress.StepFailed, "alu has no clock.*--area"):
                ecp5.place(work, "alu", 1, 1)


if __name__ == "__main__":
    unittest.main()
