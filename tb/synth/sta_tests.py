"""The reader of OpenSTA's reports, and the names that its paths get."""

import unittest

import names
import sta

PATH = """
Startpoint: _7_ (rising edge-triggered flip-flop clocked by clock)
Endpoint: _9_ (rising edge-triggered flip-flop clocked by clock)
Path Group: clock
Path Type: max

Fanout       Cap     Delay      Time   Description
------------------------------------------------------------------------------------
                   0.00000   0.00000   clock clock (rise edge)
                   0.00000   0.00000   clock network delay (ideal)
                   0.00000   0.00000 ^ _7_/CLK (dff)
                   0.15700   0.15700 v _7_/Q (dff)
    2    0.0058                        u_a.count_q[3] (net)
                   0.04050   0.19750 ^ _8_/Y (nand2)
    1    0.0030                        _2211_ (net)
                   0.02730   0.22480 v _5_/Y (nor2)
    1    0.0014                        _1792_ (net)
                   0.00100   0.22580 v _9_/D (dff)
                             0.22580   data arrival time

                   5.00000   5.00000   clock clock (rise edge)
                   0.00000   5.00000   clock network delay (ideal)
                  -0.10000   4.90000   clock uncertainty
                   0.00000   4.90000   clock reconvergence pessimism
                             4.90000 ^ _9_/CLK (dff)
                  -0.11890   4.78110   library setup time
                             4.78110   data required time
------------------------------------------------------------------------------------
                             4.78110   data required time
                            -0.22580   data arrival time
------------------------------------------------------------------------------------
                             4.55530   slack (MET)

"""

PORTS = """
Startpoint: pick_i[1] (input port clocked by clock)
Endpoint: hazard_o (output port clocked by clock)
Path Group: clock
Path Type: max

                   0.00000   0.00000   clock clock (rise edge)
                   0.00000   0.00000   clock network delay (ideal)
                   0.50000   0.50000 v input external delay
                   0.01000   0.51000 v pick_i[1] (in)
                   0.20000   0.71000 ^ _8_/Y (nand2)
                   0.00000   0.71000 ^ hazard_o (out)
                             0.71000   data arrival time

                   0.60000   0.60000   clock clock (rise edge)
                  -0.50000   0.10000   output external delay
                             0.10000   data required time
                            -0.61000   slack (VIOLATED)
"""

ENDS = """
max_delay/setup group clock

                                      Required    Actual
Endpoint                                 Delay     Delay     Slack
------------------------------------------------------------------
_9_/D (dff)                            4.78110   0.22580   4.55530 (MET)
_4_/D (dff)                            4.78110   3.22580   1.55530 (MET)
hazard_o[3] (output)                   4.40000   4.50000  -0.10000 (VIOLATED)

"""

POWER = """
Group                  Internal  Switching    Leakage      Total
                          Power      Power      Power      Power
----------------------------------------------------------------
Sequential             2.41e-03   1.00e-04   1.45e-07   2.51e-03  95.2%
Combinational          1.21e-04   0.00e+00   1.69e-07   1.21e-04   4.8%
Macro                  0.00e+00   0.00e+00   0.00e+00   0.00e+00   0.0%
Pad                    0.00e+00   0.00e+00   0.00e+00   0.00e+00   0.0%
----------------------------------------------------------------
Total                  2.54e-03   1.00e-04   3.14e-07   2.64e-03 100.0%
                         100.0%       0.0%       0.0%
"""


def flip_flop(d, q):
    return {"type": "dff", "connections": {"CLK": [1], "D": [d], "Q": [q]},
            "port_directions": {"CLK": "input", "D": "input", "Q": "output"}}


def gate(a, y):
    return {"type": "nand2", "connections": {"A": [a], "Y": [y]}, "port_directions": {"A": "input", "Y": "output"}}


def net(bits, source):
    return {"hide_name": 0, "bits": bits, "attributes": {"src": f"/r/rtl/{source}.1-2.3"}}


MODULE = {
    "netnames": {"u_a.count_q": net([10], "a.sv:5"), "u_b.sum_q": net([13, 14], "b.sv:9"), "hazard_o": net([20], "t.sv:2"),
                 "pick_i": net([21, 22], "t.sv:1")},
    "cells": {"_7_": flip_flop(30, 10), "_8_": gate(10, 11), "_5_": gate(11, 12), "_9_": flip_flop(12, 13), "_4_": flip_flop(12, 14)},
}


class Paths(unittest.TestCase):
    def setUp(self):
        self.names = names.Names(MODULE, "/r")

    def test_points_are_those_of_the_data(self):
        path, = sta.paths(PATH)
        self.assertEqual([pin for pin, _, _ in path["points"]], ["_7_/CLK", "_7_/Q", "_8_/Y", "_5_/Y", "_9_/D"])
        self.assertEqual((path["slack"], path["constraint"], path["before"]), (4.5553, 0.1189, 0.0))

    def test_a_path_has_the_rtl_names_and_its_times_add_up(self):
        found = sta.describe(sta.paths(PATH)[0], self.names)
        self.assertEqual([step["signal"] for step in found["steps"]], ["u_a.count_q", "u_b.sum_q", "u_b.sum_q"])
        self.assertEqual([step["source"] for step in found["steps"]], ["rtl/a.sv:5", "rtl/b.sv:9", "rtl/b.sv:9"])
        self.assertEqual(found["levels"], 2)
        self.assertAlmostEqual(found["logic"] + found["routing"], 0.2258 + 0.1189)
        self.assertAlmostEqual(sum(step["logic"] + step["routing"] for step in found["steps"]), 0.2258 + 0.1189)

    def test_a_path_from_port_to_port(self):
        path, = sta.paths(PORTS)
        self.assertEqual((path["slack"], path["before"], path["constraint"]), (-0.61, 0.5, 0.5))
        found = sta.describe(path, self.names)
        self.assertEqual((found["steps"][0]["signal"], found["steps"][-1]["signal"]), ("pick_i[1]", "hazard_o"))
        self.assertEqual(found["steps"][0]["source"], "rtl/t.sv:1")
        self.assertEqual(found["levels"], 1)
        self.assertAlmostEqual(sum(step["logic"] + step["routing"] for step in found["steps"]), 0.71 + 0.5)

    def test_all_paths_of_a_report_are_found(self):
        self.assertEqual([path["slack"] for path in sta.paths(PATH + PORTS)], [4.5553, -0.61])
        self.assertEqual(sta.paths("No paths found.\n"), [])

    def test_half_a_path_is_refused(self):
        with self.assertRaises(sta.ReportError):
            sta.paths(PATH[:PATH.index("data arrival")])

    def test_ends_are_gathered_by_register(self):
        ends = sta.ends(ENDS)
        self.assertEqual(ends, [("_9_/D", 0.2258, 4.5553), ("_4_/D", 3.2258, 1.5553), ("hazard_o[3]", 4.5, -0.1)])
        table = sta.slow_registers(ends, self.names, 5.0)
        self.assertEqual([(register, source) for _, register, source in table], [("hazard_o", "rtl/t.sv:2"), ("u_b.sum_q", "rtl/b.sv:9")])
        self.assertAlmostEqual(table[1][0], 5.0 - 1.5553)


class Errors(unittest.TestCase):
    def test_an_error_in_the_output_is_passed_on(self):
        sta.check("Warning: x\nno Error: here\n")
        with self.assertRaisesRegex(sta.ReportError, "OpenSTA: Error: n.v, line 5 syntax error"):
            sta.check("Warning: x\nError: n.v, line 5 syntax error\nError: no network\n")


class Power(unittest.TestCase):
    def test_watts_by_group_and_kind(self):
        found = sta.power(POWER)
        self.assertEqual(found["total"], {"internal": 2.54e-3, "switching": 1e-4, "leakage": 3.14e-7, "total": 2.64e-3})
        self.assertEqual(found["sequential"]["switching"], 1e-4)

    def test_a_report_without_a_total_is_refused(self):
        with self.assertRaises(sta.ReportError):
            sta.power("Error: no\n")


class Script(unittest.TestCase):
    def test_the_constraints_get_shares_of_the_period(self):
        script = sta.script("gpu", ["/a b.lib"], "n.v", "c.sdc", 5.0, "BUF", 0.01)
        for line in ("read_liberty {/a b.lib}", "set period 5", "set io_delay 0.5", "set setup_uncertainty 0.15", "set driver BUF"):
            self.assertIn(line + "\n", script)


if __name__ == "__main__":
    unittest.main()
