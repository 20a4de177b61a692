"""Kept reports: what they depend on, and that a commit without one is synthesized once, in a worktree."""

import contextlib
import io
import json
import pathlib
import subprocess
import tempfile
import types
import unittest
from unittest import mock

import flow
import origin
import saved
import target

# A synthesis that only notes that it ran, and counts the words of its module.
RUN = r"""#!/usr/bin/env bash
cd "$(dirname "$0")/.."
echo run >>"$COUNTER"
[[ ! -f broken ]] || exit 3
mkdir -p build/reports/synth/ecp5/nano/top
printf '{"target":"ecp5","config":"nano","top":"top","revision":"x","columns":["LUT"],"total":{"LUT":%d},"tree":{},"modules":{},"tools":{"yosys":"1"}}' \
  "$(wc -w <rtl/top.sv)" >build/reports/synth/ecp5/nano/top/report.json
exit 1
"""


def options(**others):
    return types.SimpleNamespace(**{"target": "ecp5", "config": "nano", "top": "top", "board": None, "without_gpu": False, "seeds": 1, "jobs": 1,
                                    "frequency": None, "period": None, "area": False, "no_black_boxes": False, "liberty": [], **others})


class Repository(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "heddle"
        self.put("rtl/filelist.f", "rtl/heddle_pkg.sv\nrtl/leaf.sv\nrtl/top.sv\nrtl/other.sv\n")
        self.put("rtl/heddle_pkg.sv", "package heddle_pkg; endpackage\n")
        self.put("rtl/leaf.sv", "module leaf; endmodule\n")
        self.put("rtl/top.sv", 'module top; leaf u_leaf (); initial $display("// no comment"); endmodule\n')
        self.put("rtl/other.sv", "module other; endmodule\n")
        self.put("configs/nano.toml", "warps = 4\n")
        self.put("synth/run", RUN)
        (self.root / "synth/run").chmod(0o755)
        self.git("init", "-q")
        self.commit()
        self.counter = self.root.parent / "counter"
        for patch in (mock.patch.object(target, "ROOT", self.root), mock.patch.object(saved, "FOLDER", self.root / "build/saved"),
                      mock.patch.dict("os.environ", {"COUNTER": str(self.counter)})):
            patch.start()
            self.addCleanup(patch.stop)

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        origin.modules.cache_clear()

    def git(self, *words):
        subprocess.run(["git", "-C", str(self.root), "-c", "user.name=t", "-c", "user.email=t@t", *words], check=True,
                       capture_output=True)

    def commit(self):
        self.git("add", "rtl", "configs", "synth")
        self.git("commit", "-q", "-m", "m")

    def runs(self):
        return len(self.counter.read_text(encoding="utf-8").split()) if self.counter.exists() else 0

    def base(self, name, **others):
        with contextlib.redirect_stdout(io.StringIO()):
            return saved.base(name, options(**others), None)


class Origin(Repository):
    def rtl(self, top="top"):
        return origin.rtl(self.root, "nano", top)

    def test_comments_and_blanks_do_not_count_but_text_in_quotes_does(self):
        before = self.rtl()
        self.put("rtl/top.sv", 'module top;\n  leaf  u_leaf (); // new\n  initial $display("// no comment"); /* * / */ endmodule\n')
        self.assertEqual(self.rtl(), before)
        self.put("rtl/top.sv", 'module top; leaf u_leaf (); initial $display("// a comment"); endmodule\n')
        self.assertNotEqual(self.rtl(), before)

    def test_what_a_module_instantiates_counts_and_nothing_else(self):
        before, leaf = self.rtl(), self.rtl("leaf")
        self.assertEqual(origin.used(self.root, "top"), ["heddle_pkg", "leaf", "top"])
        self.put("rtl/other.sv", "module other; wire a; endmodule\n")
        self.assertEqual(self.rtl(), before)
        self.put("rtl/leaf.sv", "module leaf; wire a; endmodule\n")
        self.assertNotEqual(self.rtl(), before)
        self.assertNotEqual(self.rtl("leaf"), leaf)

    def test_the_package_and_the_design_point_count(self):
        before = self.rtl("leaf")
        self.put("rtl/heddle_pkg.sv", "package heddle_pkg; localparam A = 1; endpackage\n")
        package = self.rtl("leaf")
        self.put("configs/nano.toml", "# more warps\nwarps = 8\n")
        self.assertEqual(len({before, package, self.rtl("leaf")}), 3)

    def test_an_unknown_module_or_design_point_is_named(self):
        with self.assertRaisesRegex(origin.Unknown, "no module nothing"):
            self.rtl("nothing")
        with self.assertRaisesRegex(origin.Unknown, "no configs/huge.toml"):
            origin.rtl(self.root, "huge", "top")

    def test_everything_that_a_result_depends_on_changes_the_key(self):
        keys = {saved.key(self.root, options(**other)) for other in ({}, {"seeds": 2}, {"period": 2.0}, {"area": True}, {"no_black_boxes": True}, {"top": "leaf"})}
        self.put("synth/ecp5.ys", "opt\n")
        keys.add(saved.key(self.root, options()))
        self.assertEqual(len(keys), 7)

    def test_the_repositorys_modules_are_found(self):
        root = pathlib.Path(flow.__file__).resolve().parent.parent
        self.assertIn("fifo", origin.used(root, "gpu"))
        self.assertNotIn("gpu", origin.used(root, "scoreboard"))


class OfACommit(Repository):
    def test_a_commit_is_synthesized_once_from_its_own_sources(self):
        self.put("rtl/top.sv", "module top; wire one_more_word; endmodule\n")
        self.commit()
        self.put("rtl/top.sv", "broken\n")  # what is not committed has no part in it
        self.assertEqual(self.base("HEAD")["total"], {"LUT": 5})
        self.assertEqual(self.base("HEAD~1")["total"], {"LUT": 10})
        self.assertEqual(self.runs(), 2)
        self.assertEqual(self.base("HEAD")["total"], {"LUT": 5})
        self.assertEqual(self.runs(), 2)

    def test_the_same_sources_in_another_commit_need_no_run(self):
        self.base("HEAD")
        self.put("configs/note.toml", "")
        self.commit()
        self.base("HEAD")
        self.assertEqual(self.runs(), 1)

    def test_a_report_by_other_tools_is_not_taken(self):
        self.base("HEAD")
        self.assertIsNotNone(saved.find(options(), {"yosys": "1"}, self.root))
        self.assertIsNone(saved.find(options(), {"yosys": "2"}, self.root))

    def test_no_worktree_is_left(self):
        self.base("HEAD")
        listed = subprocess.run(["git", "-C", str(self.root), "worktree", "list"], capture_output=True, text=True, check=True)
        self.assertEqual(len(listed.stdout.splitlines()), 1)
        self.assertEqual(list((self.root / "build").glob("synth-base.*")), [])

    def test_a_commit_whose_synthesis_fails_is_named_with_its_status(self):
        self.put("broken", "")
        self.git("add", "broken")
        self.commit()
        with self.assertRaisesRegex(saved.NoReport, "HEAD: its synthesis ended with status 3"):
            self.base("HEAD")
        self.assertEqual(list((self.root / "build").glob("synth-base.*")), [])

    def test_what_is_no_base_is_said_in_one_line(self):
        empty = self.root / "empty.json"
        empty.write_text("{}", encoding="utf-8")
        torn = self.root / "torn.json"
        torn.write_text('{"target":', encoding="utf-8")
        for name, message in (("nonsense", "neither a commit nor a file"), (str(empty), "it has no target"),
                              (str(torn), "is no report of a synthesis")):
            with self.assertRaisesRegex(saved.NoReport, message) as raised:
                self.base(name)
            self.assertNotIn("\n", str(raised.exception))

    def test_a_report_of_something_else_is_refused(self):
        path = self.root / "report.json"
        path.write_text(json.dumps(self.base("HEAD")), encoding="utf-8")
        with self.assertRaisesRegex(saved.NoReport, "is of top top, not leaf"):
            self.base(str(path), top="leaf")

    def test_a_module_that_the_commit_has_not_is_named(self):
        with self.assertRaisesRegex(saved.NoReport, "HEAD: there is no module newer"):
            self.base("HEAD", top="newer")


if __name__ == "__main__":
    unittest.main()
