"""The configurations of the layout flows: current, with no variable that a flow does not know, and with constraints as they are
analyzed here."""

import json
import pathlib
import re
import tempfile
import unittest

import asic
import layout
import libraries
import sta

PDK = layout.ROOT.parent / "shared/pdk"


class Configurations(unittest.TestCase):
    def test_what_is_committed_is_what_is_made(self):
        for path, content in layout.files().items():
            self.assertEqual(path.read_text(encoding="utf-8"), content, path)

    def test_every_variable_is_known_to_its_flow(self):
        made = layout.files()
        for path, content in made.items():
            if path.suffix in (".json", ".mk"):
                layout.validate(path, content, made)
                self.assertGreater(len(layout.variables(path, content)), 9, path)

    def test_a_variable_that_is_unknown_is_named(self):
        path = layout.LAYOUT / "librelane/x.json"
        with self.assertRaisesRegex(layout.Failure, "librelane knows no CLOCK_PERIODE"):
            layout.validate(path, json.dumps({"DESIGN_NAME": "a", "CLOCK_PERIODE": 5}))
        path = layout.LAYOUT / "openroad/x.mk"
        for line in ("export PLACE_DENSTY = 1", "PLACE_DENSTY:=1", "  export PLACE_DENSTY ?= 1"):
            with self.assertRaisesRegex(layout.Failure, "openroad knows no PLACE_DENSTY"):
                layout.validate(path, f"export DESIGN_NAME = a\n{line}\n")

    def test_a_source_that_is_not_there_is_named(self):
        for flow, content in (("librelane/x.json", '{"VERILOG_FILES": ["dir::rtl/none.sv"]}'),
                              ("openroad/x.mk", "export VERILOG_FILES = $(HEDDLE)/rtl/none.sv\n")):
            with self.assertRaisesRegex(layout.Failure, "there is no rtl/none.sv"):
                layout.validate(layout.LAYOUT / flow, content)

    def test_the_lists_of_variables_say_where_they_are_from_and_have_no_other_lines(self):
        for flow, repository in (("librelane", "librelane/librelane"), ("openroad", "The-OpenROAD-Project/OpenROAD-flow-scripts")):
            text = (layout.LAYOUT / flow / "variables.txt").read_text(encoding="utf-8")
            self.assertIn(repository, text)
            self.assertRegex(text, r"\b[0-9a-f]{40}\b")
            self.assertIn("DESIGN_NAME", layout.known(layout.LAYOUT / flow / "variables.txt"))

    def test_the_whole_design_takes_composed_memories_and_a_block_its_own_files(self):
        files, composed = layout.sources("gpu")
        self.assertTrue(composed)
        self.assertFalse([file for file in files if file.startswith("rtl/") and pathlib.Path(file).stem in layout.RAMS])
        self.assertEqual(files[0], "rtl/heddle_pkg.sv")
        self.assertEqual(layout.sources("scoreboard"), (["rtl/heddle_pkg.sv", "rtl/issue/scoreboard.sv"], False))


class Constraints(unittest.TestCase):
    def test_they_are_those_of_the_analysis_with_every_value_set(self):
        text = layout.constraints()
        script = sta.script("t", [], "n", "s", layout.PERIOD, layout.DRIVER, layout.OUTPUT_LOAD)
        values = dict(re.findall(r"(?m)^set (\w+) (\S+)$", script))
        self.assertEqual({name: value for name, value in re.findall(r"(?m)^set (\w+) ([\w.]+)$", text)}, values)
        used = set(re.findall(r"\$(\w+)", (layout.ROOT / "constraints/asic.sdc").read_text(encoding="utf-8")))
        self.assertEqual(set(values) - used, set())

    @unittest.skipUnless((PDK / "ihp-sg13g2").is_dir(), "the kit is not there")
    def test_driver_load_and_macros_are_those_that_the_flow_takes_from_the_library(self):
        technology = libraries.find("ihp-sg13g2", (), {"PDK_ROOT": str(PDK)})
        with tempfile.TemporaryDirectory() as folder:
            technology.work = pathlib.Path(folder)
            libraries.load(technology, technology.work)
            load = sta.OUTPUT_LOAD_GATES * asic.picofarads(technology, max(technology.library.nand2.capacitance.values()))
        self.assertEqual(asic.driver(technology.library).name, layout.DRIVER)
        self.assertAlmostEqual(load, layout.OUTPUT_LOAD, 6)
        self.assertEqual(sorted(technology.macros), sorted(layout.MACROS))
        self.assertEqual(technology.description["period_ns"], layout.PERIOD)


if __name__ == "__main__":
    unittest.main()
