"""Finding the files of a technology, and what is said when they are missing."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import libraries
import liberty
from small_library import BUFFER, FLIP_FLOP, NAND2, macro, small

FLOW = libraries.ROOT / "synth/flow.py"
CELLS, RAM = "sg13g2_stdcell_typ_1p20V_25C.lib", "RM_IHPSG13_1P_64x64_c2_bm_bist_typ_1p20V_25C.lib"


class Finding(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")
        return self.root / path

    def test_the_layout_of_an_installed_kit(self):
        cells = self.write(f"ihp-sg13g2/libs.ref/sg13g2_stdcell/lib/{CELLS}", small(NAND2))
        ram = self.write(f"ihp-sg13g2/libs.ref/sg13g2_sram/lib/{RAM}", macro(64, 64, 100))
        found = libraries.find("ihp-sg13g2", environment={"PDK_ROOT": str(self.root)})
        self.assertEqual((found.cell_files, found.macro_files), ([cells], [ram]))

    def test_a_flat_folder(self):
        for name in ("SIMPLE", "INVBUF", "AO", "OA", "SEQ"):
            self.write(f"asap7/asap7sc7p5t_{name}_RVT_TT_nldm_211120.lib.gz", "")
        found = libraries.find("asap7", environment={"PDK_ROOT": str(self.root)})
        self.assertEqual(len(found.cell_files), 5)

    def test_files_that_are_named_are_cells_or_memories_by_their_contents(self):
        cells, ram = self.write("a.lib", small(NAND2)), self.write("b.lib", macro(64, 64, 100))
        found = libraries.find("ihp-sg13g2", [ram, cells], {})
        self.assertEqual((found.cell_files, found.macro_files), ([cells], [ram]))

    def test_a_missing_library_is_named_with_the_places_and_the_remedy(self):
        with self.assertRaises(libraries.Missing) as caught:
            libraries.find("ihp-sg13g2", [self.root], {})
        for part in (CELLS, str(self.root), "git clone", "PDK_ROOT"):
            self.assertIn(part, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_a_named_file_that_is_not_there(self):
        with self.assertRaisesRegex(libraries.Missing, "there is no .*nothing.lib"):
            libraries.find("osu018", [self.root / "nothing.lib"], {})

    def test_the_command_ends_with_one_line_for_a_bad_library(self):
        bad = self.write("bad.lib", small(NAND2, BUFFER))
        for path, line in ((bad, "no flip-flop"), (self.root, "osu018_stdcells.lib"), (self.root / "x", "there is no")):
            command = [sys.executable, str(FLOW), "--target", "osu018", "--top", "fifo", "--liberty", str(path)]
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(ended.returncode, 1)
            self.assertRegex(ended.stderr, rf"^synth: .*{line}.*\n$")

    def test_every_technology_is_complete(self):
        for name in libraries.names():
            description = libraries.tomllib.loads((libraries.TECHNOLOGIES / f"{name}.toml").read_text(encoding="utf-8"))
            self.assertLessEqual({"title", "cells", "macros", "folders", "install", "unwanted", "period_ns", "memory"}, set(description))
            self.assertEqual(bool(description["macros"]), "macro" in description)

    def test_loading_writes_one_library_with_a_wire_load(self):
        cells, ram = self.write("a.lib", small(NAND2, BUFFER, FLIP_FLOP)), self.write("b.lib", macro(64, 32, 100))
        technology = libraries.find("ihp-sg13g2", [cells, ram], {})
        libraries.load(technology, self.root)
        merged = liberty.read(self.root / "cells.lib")
        self.assertEqual(len(liberty.cells(merged)), 3)
        self.assertIn(f'wire_load ("{libraries.WIRE_LOAD}") {{ resistance : 0; capacitance : 0.003;', merged)
        self.assertEqual(technology.macros["RAM_64x32"].memory, (64, 32))


if __name__ == "__main__":
    unittest.main()
