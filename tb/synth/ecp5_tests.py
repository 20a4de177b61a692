"""Whether a design has room on the FPGA, and what stands in the place of a board's GPU."""

import json
import pathlib
import tempfile
import types
import unittest

import ecp5
import harness
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
                ecp5.place(work, types.SimpleNamespace(top="alu", board=None, frequency=None, seeds=1, jobs=1))


class StandIn(unittest.TestCase):
    def setUp(self):
        self.module = {
            "ports": {"clock": {"direction": "input", "bits": [2]}, "out": {"direction": "output", "bits": [7]}},
            "netnames": {"n": {"hide_name": 0, "bits": [2, 3, 4, 5, 6, 7], "attributes": {}}},
            "cells": {
                "pll": {"type": "PLL", "connections": {"O": [3]}, "port_directions": {"O": "output"}, "attributes": {}},
                "gpu": {"type": "gpu", "connections": {"clk_i": [3], "rst_ni": [4], "a_i": [5, "1", 6], "b_o": [7, 4]},
                        "port_directions": {"clk_i": "input", "rst_ni": "input", "a_i": "input", "b_o": "output"},
                        "attributes": {}},
            },
        }

    def test_every_output_is_driven_and_every_input_used(self):
        harness.stand_in(self.module, "gpu")
        cells = self.module["cells"].values()
        self.assertNotIn("gpu", [cell["type"] for cell in cells])
        bits = {direction: [bit for cell in cells for port, bits in cell["connections"].items()
                            if cell["port_directions"][port] == direction for bit in bits]
                for direction in ("input", "output")}
        self.assertEqual(len(bits["output"]), len(set(bits["output"])))
        self.assertLessEqual({7, 4}, set(bits["output"]))
        self.assertLessEqual({5, 6}, set(bits["input"]))
        # Nothing is without use, and all have the board's clock.
        self.assertLessEqual(set(bits["output"]) - {7, 4}, set(bits["input"]))
        self.assertEqual({cell["connections"]["CLK"][0] for cell in cells if cell["type"] == "TRELLIS_FF"}, {3})

    def test_registers_of_pins_may_be_anywhere_without_pins(self):
        module = {"ports": {"clk_i": {"direction": "input", "bits": [2]}, "a_o": {"direction": "output", "bits": [3]}},
                  "netnames": {"n": {"hide_name": 0, "bits": [2, 3], "attributes": {}}},
                  "cells": {"q": {"type": "TRELLIS_FF", "connections": {"CLK": [2], "Q": [3]},
                                  "port_directions": {"CLK": "input", "Q": "output"}, "attributes": {"syn_useioff": "1"}}}}
        harness.wrap(module)
        self.assertEqual(module["cells"]["q"]["attributes"], {})

    def test_a_board_can_be_placed_for_another_clock(self):
        with tempfile.TemporaryDirectory() as folder:
            path = ecp5.constraints(pathlib.Path(folder), types.SimpleNamespace(board="ulx3s", frequency=100.0))
            pins = path.read_text(encoding="utf-8")
        own = ecp5.constraints(None, types.SimpleNamespace(board="ulx3s", frequency=None)).read_text(encoding="utf-8")
        self.assertIn('FREQUENCY PORT "clk_25mhz" 100 MHZ;', pins)
        self.assertEqual(pins.replace(" 100 MHZ", " 25 MHZ"), own)


if __name__ == "__main__":
    unittest.main()
