"""The results that reports/ keeps: their text, when they are stale, and what counts as worse."""

import contextlib
import io
import json
import pathlib
import unittest

import baselines
import origin
import saved
import target
from compare_tests import result
from saved_tests import Repository

KEPT = baselines.Kept("ecp5", "nano", "top", seeds=2, check=True)
KEPT_TOML = """kept = [
  { target = "ecp5", config = "nano", top = "top", seeds = 2, check = true },
  { target = "ecp5", config = "nano", top = "leaf", area = true },
]
"""
# A synthesis that gives what the test put into a file, with the hash of the sources as they are.
RUN = """#!/usr/bin/env bash
cd "$(dirname "$0")/.."
echo "$*" >>"$COUNTER"
words=$*
top=${words#*--top }
top=${top%% *}
[[ ! -f broken ]] || exit 3
mkdir -p build/reports/synth/ecp5/nano/$top
cp $top.json build/reports/synth/ecp5/nano/$top/report.json
"""


def report(flat, fmax, **others):
    return {**result({"top": flat}, flat, fmax), "top": "top", "rtl": "hash", **others}


class Text(unittest.TestCase):
    def parsed(self, kept, made):
        return baselines.parse(baselines.part(kept, made), "file")[kept.top]

    def test_what_is_written_is_read_again(self):
        old = self.parsed(KEPT, report((30, 10), (100.0, 123.4)))
        self.assertEqual((old["Fmax"], old["area"]), (123.4, {"LUT": 30.0, "carry": 0.0, "FF": 10.0}))
        self.assertEqual(old["fields"]["command"], "make synth TARGET=ecp5 CONFIG=nano TOP=top SEEDS=2")
        self.assertEqual((old["fields"]["seeds"], old["fields"]["rtl"], old["fields"]["tools"]), ("1 2", "hash", "Yosys 1"))
        self.assertEqual(self.parsed(KEPT, report((30, 10), (1.0,)))["text"], baselines.part(KEPT, report((30, 10), (1.0,))))

    def test_an_area_alone_keeps_the_sum_and_no_clock(self):
        kept = baselines.Kept("ecp5", "nano", "top", area=True)
        old = self.parsed(kept, {**report((0, 0), ()), "area_only": True, "tree": {"total": {"LUT": 7, "carry": 1, "FF": 3}}})
        self.assertEqual((old["Fmax"], old["area"]), (None, {"LUT": 7.0, "carry": 1.0, "FF": 3.0}))
        self.assertTrue(old["fields"]["command"].endswith("ARGS=--area"))

    def test_columns_of_two_words_are_one(self):
        made = report((1, 1), ())
        made = {**made, "columns": ["µm²", "RAM µm²"], "total": {"µm²": 12345.6, "RAM µm²": 1.5}, "tree": {"total": {"µm²": 1, "RAM µm²": 1}},
                "modules": {"top": {"instances": 1, "µm²": 1, "RAM µm²": 1}}, "timing": {"fmax": 200.04}, "seeds": []}
        old = self.parsed(baselines.Kept("osu018", "nano", "top"), made)
        self.assertEqual((old["area"], old["Fmax"]), ({"µm²": 12346.0, "RAM µm²": 1.5}, 200.0))

    def test_a_file_that_was_changed_by_hand_is_refused(self):
        good = baselines.part(KEPT, report((30, 10), (100.0,)))
        for bad in (good.replace("rtl ", "RTL "), good.replace("module ", "mod "), good[:good.index("sum")], good + "\n" + good,
                    good.rstrip().rsplit(" ", 1)[0]):
            with self.assertRaises(baselines.Failure):
                baselines.parse(bad, "file")


class Worse(unittest.TestCase):
    OLD = baselines.parse(baselines.part(KEPT, report((100, 20), (100.0,))), "file")["top"]

    def found(self, flat, fmax):
        return baselines.worse(KEPT, self.OLD, report(flat, fmax))[0]

    def test_five_percent_are_allowed_and_no_more(self):
        self.assertEqual(self.found((105, 21), (95.0,)), [])
        self.assertEqual(self.found((106, 20), (100.0,)), ["LUT 100 -> 106 (+6.0 %)"])
        self.assertEqual(self.found((100, 22), (100.0,)), ["FF 20 -> 22 (+10.0 %)"])
        self.assertEqual(self.found((100, 20), (94.9,)), ["Fmax 100.0 -> 94.9 MHz (-5.1 %)"])

    def test_what_is_better_is_not_worse(self):
        self.assertEqual(self.found((10, 2), (300.0,)), [])

    def test_a_design_that_is_not_placed_any_more_is_worse(self):
        self.assertEqual(self.found((100, 20), ()), ["Fmax 100.0 -> not placed"])

    def test_something_where_nothing_was_is_worse(self):
        old = {**self.OLD, "area": {"LUT": 100.0, "FF": 0.0}}
        self.assertEqual(baselines.worse(KEPT, old, report((100, 1), (100.0,)))[0], ["FF 0 -> 1"])

    def test_the_column_of_the_ram_is_no_area_of_its_own(self):
        self.assertNotIn("carry", baselines.AREAS)


class Commands(Repository):
    def setUp(self):
        super().setUp()
        self.put("synth/run", RUN)
        (self.root / "synth/run").chmod(0o755)
        self.put("reports/kept.toml", KEPT_TOML)
        self.make(100, 100.0)

    def make(self, lut, fmax):
        """What the synthesis gives from now on."""
        for top, others in (("top", {}), ("leaf", {"area_only": True})):
            made = {**report((lut, 10), (fmax, fmax)), "top": top, "rtl": origin.rtl(self.root, "nano", top), **others}
            self.put(f"{top}.json", json.dumps(made))

    def change(self, text="wire changed;"):
        self.put("rtl/top.sv", f"module top; {text} leaf u_leaf (); endmodule\n")

    def run_command(self, *words):
        """Exit status and what was printed."""
        out, status = io.StringIO(), 0
        with contextlib.redirect_stdout(out):
            try:
                baselines.main(list(words), self.root)
            except SystemExit as end:
                status = 1 if isinstance(end.code, str) else end.code
                print(end.code)
        return status, out.getvalue()

    def baseline(self, *words):
        return self.run_command("write", "--target", "ecp5", "--config", "nano", *words)

    def calls(self):
        return self.counter.read_text(encoding="utf-8").splitlines() if self.counter.exists() else []

    def test_a_baseline_is_written_whole_and_is_current_then(self):
        self.assertEqual(self.baseline()[0], 0)
        content = (self.root / "reports/ecp5-nano.txt").read_text(encoding="utf-8")
        self.assertLess(content.index("== top"), content.index("== leaf"))
        self.assertIn("--area", self.calls()[1])
        self.assertEqual(self.run_command("state"), (0, "all are current\n"))
        self.assertEqual(self.run_command("check")[0], 0)
        self.assertEqual(len(self.calls()), 2)  # what is current is not made again

    def test_one_modules_part_is_written_alone(self):
        self.baseline()
        self.make(50, 100.0)
        self.baseline("--top", "leaf")
        parts = baselines.read(KEPT, self.root)
        self.assertEqual((parts["top"]["area"]["LUT"], list(parts)), (100.0, ["top", "leaf"]))
        self.assertEqual([name.name for name in (self.root / "reports").iterdir() if name.name.startswith(".")], [])

    def test_a_change_within_the_limit_passes_and_is_said_to_be_stale(self):
        self.baseline()
        self.change()
        self.assertEqual(self.run_command("state"), (0, "top of ecp5-nano is stale\n"))
        self.make(104, 99.0)
        status, said = self.run_command("check")
        self.assertEqual(status, 0)
        self.assertIn("stale    top of ecp5-nano: LUT 100 -> 104 (+4.0 %), Fmax 100.0 -> 99.0 MHz (-1.0 %)", said)

    def test_a_change_for_the_worse_fails_until_the_baseline_is_written(self):
        self.baseline()
        self.change()
        self.make(110, 100.0)
        status, said = self.run_command("check")
        self.assertEqual(status, 1)
        self.assertIn("WORSE    top of ecp5-nano: LUT 100 -> 110 (+10.0 %)", said)
        self.assertIn("make synth-baseline", said)
        self.baseline("--top", "top")
        self.assertEqual(self.run_command("check")[0], 0)

    def test_what_is_not_for_every_check_is_only_named(self):
        self.baseline()
        self.put("rtl/leaf.sv", "module leaf; wire changed; endmodule\n")
        self.make(100, 100.0)
        before = len(self.calls())
        status, said = self.run_command("check")
        self.assertEqual((status, len(self.calls()) - before), (0, 1))
        self.assertIn("stale    leaf of ecp5-nano: not made here", said)
        self.run_command("check", "--top", "leaf")
        self.assertEqual(len(self.calls()) - before, 2)

    def test_a_result_that_is_missing_fails(self):
        self.baseline("--top", "leaf")
        status, said = self.run_command("check")
        self.assertEqual(status, 1)
        self.assertIn("MISSING  top of ecp5-nano", said)

    def test_another_number_of_seeds_makes_it_stale(self):
        self.baseline()
        self.put("reports/kept.toml", KEPT_TOML.replace("seeds = 2", "seeds = 3"))
        self.assertEqual(self.run_command("state")[1], "top of ecp5-nano is stale\n")

    def test_a_synthesis_that_fails_leaves_the_file_as_it_was(self):
        self.baseline()
        before = (self.root / "reports/ecp5-nano.txt").read_bytes()
        self.put("broken", "")
        status, said = self.baseline()
        self.assertEqual((status, (self.root / "reports/ecp5-nano.txt").read_bytes()), (1, before))
        self.assertIn("top of ecp5-nano: the synthesis ended with status 3", said)

    def test_wrong_names_and_files_are_said_in_one_line(self):
        self.baseline()
        for words, message in ((("check", "--top", "nothing"), "has no line of nothing"),
                               (("write", "--target", "asap7", "--config", "nano"), "has no line of asap7 nano")):
            status, said = self.run_command(*words)
            self.assertEqual((status, len(said.splitlines())), (1, 1))
            self.assertIn(message, said)
        self.put("reports/ecp5-huge.txt", "")
        self.assertIn("no line of ecp5-huge.txt", self.run_command("state")[1])
        (self.root / "reports/ecp5-huge.txt").unlink()
        self.put("reports/kept.toml", KEPT_TOML.replace("seeds", "sedes"))
        status, said = self.run_command("state")
        self.assertEqual((status, "reports/kept.toml" in said), (1, True))
        self.put("reports/kept.toml", KEPT_TOML.replace("leaf", "top"))
        self.assertIn("twice", self.run_command("state")[1])


class Here(unittest.TestCase):
    def test_the_repositorys_own_lines_name_modules_that_exist(self):
        root = pathlib.Path(baselines.__file__).resolve().parent.parent
        origin.modules.cache_clear()
        for kept in baselines.wanted(root):
            self.assertTrue(origin.rtl(root, kept.config, kept.top))
            self.assertIsInstance(saved.command(target.ROOT, baselines.options_of(kept)), list)


if __name__ == "__main__":
    unittest.main()
