"""Proofs that netlists do what the RTL does: the smallest block is proved, and a netlist with one LUT changed is not."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

import equivalence
import origin

LIBRARY = """
module LUT4(input A, output Z);
  assign Z = A;
  specify
    (A => Z) = 1;
  endspecify
endmodule
module OTHER(input A); endmodule
"""
NETLIST = {"modules": {"top": {"cells": {
    "b": {"type": "LUT4", "parameters": {"INIT": "0110100110010110"}}, "a": {"type": "LUT4", "parameters": {"INIT": "00x1"}},
    "q": {"type": "TRELLIS_FF", "parameters": {}}}}}}


class Parts(unittest.TestCase):
    def test_cells_are_taken_without_their_times_and_a_missing_one_is_named(self):
        with mock.patch.object(equivalence, "MODELED", ("LUT4",)):
            text = equivalence.cells(LIBRARY)
        self.assertIn("assign Z = A;", text)
        self.assertNotIn("specify", text)
        self.assertNotIn("OTHER", text)
        with self.assertRaisesRegex(equivalence.Failure, "has no LUT2"):
            equivalence.cells(LIBRARY)

    def test_a_mutant_has_one_lut_inverted_and_nothing_else(self):
        self.assertEqual(equivalence.luts(NETLIST, "top"), ["a", "b"])
        other = equivalence.changed(NETLIST, "top", "b")["modules"]["top"]["cells"]
        self.assertEqual(other["b"]["parameters"]["INIT"], "1001011001101001")
        self.assertEqual(other["a"], NETLIST["modules"]["top"]["cells"]["a"])
        self.assertEqual(equivalence.changed(NETLIST, "top", "a")["modules"]["top"]["cells"]["a"]["parameters"]["INIT"], "11x0")

    def test_verdicts_are_read_from_abcs_words(self):
        for said, wanted in (("Networks are equivalent.  Time", True), ("UNSATISFIABLE  Time", True), ("Property proved.  Time", True),
                             ("Output 0 of miter \"x\" was asserted in frame 1. Time\nNetworks are not equivalent.", False),
                             ("SATISFIABLE  Time", False), ("Property UNDECIDED.", None), ("", None)):
            self.assertEqual(equivalence.verdict(said), wanted, said)

    def test_the_harness_holds_the_reset_low_in_the_first_cycle(self):
        text = equivalence.harness({"clk_i": {"direction": "input", "bits": [2]}, "rst_ni": {"direction": "input", "bits": [3]},
                                    "a_i": {"direction": "input", "bits": [4, 5]}, "b_o": {"direction": "output", "bits": [6]}})
        self.assertIn("miter miter(.in_clk_i(clk), .in_rst_ni(rst_ni & started), .in_a_i(a_i), .trigger(trigger));", text)
        self.assertIn("input [1:0] a_i", text)
        self.assertNotIn("b_o", text)

    def test_every_block_of_the_list_is_a_module(self):
        for name in equivalence.blocks():
            self.assertIn(name, origin.modules(equivalence.ROOT))

    def test_wrong_arguments_are_said_in_one_line(self):
        for words, message in ((["nothing"], "no block nothing"), (["--config", "huge"], "no configs/huge.toml"),
                               (["--mutants", "-1"], "--mutants is at least 0")):
            with mock.patch("sys.argv", ["equivalence", *words]), self.assertRaises(SystemExit) as end:
                equivalence.main()
            self.assertIn(message, str(end.exception.code))
            self.assertNotIn("\n", str(end.exception.code))


class Proofs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name) / "round_robin"
        tools = subprocess.run([equivalence.ROOT / "ci/setup-synthesis", "--path"], capture_output=True, text=True, check=False).stdout.strip()
        if tools and pathlib.Path(tools).is_dir():
            patch = mock.patch.dict("os.environ", {"PATH": f"{tools}:{os.environ['PATH']}"})
            patch.start()
            self.addCleanup(patch.stop)

    def test_a_block_is_proved_and_its_mutant_refuted(self):
        said = equivalence.prove("round_robin", "nano", 1, self.work)
        self.assertIn(" mutants refuted", said)

    def test_a_broken_netlist_is_not_proved(self):
        make = equivalence.make

        def broken(top, config, folder):
            values = make(top, config, folder)
            netlist = json.loads((folder / "netlist.json").read_text(encoding="utf-8"))
            lut = equivalence.luts(netlist, top)[0]
            (folder / "netlist.json").write_text(json.dumps(equivalence.changed(netlist, top, lut)), encoding="utf-8")
            return values

        with mock.patch.object(equivalence, "make", broken), self.assertRaisesRegex(equivalence.Failure, "differs from the RTL"):
            equivalence.prove("round_robin", "nano", 0, self.work)

    def test_mutants_of_which_none_is_refuted_fail(self):
        """With a mutant that is the netlist itself."""
        with mock.patch.object(equivalence, "changed", lambda netlist, *_: netlist):
            with self.assertRaisesRegex(equivalence.Failure, "of 3 netlists with a LUT inverted 0 are refuted"):
                equivalence.prove("round_robin", "nano", 1, self.work)


if __name__ == "__main__":
    unittest.main()
