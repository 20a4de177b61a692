"""Reports that are kept below build/, by commit and by a hash of all that they were made from, so that no synthesis is
repeated; and the report of any commit, made in a temporary worktree where none is kept."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import origin
import target

FOLDER = target.ROOT / "build/reports/synth/saved"


class NoReport(Exception):
    """There is no report to compare with; the text says why."""


def git(root, *words):
    run = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else ""


def key(root, options):
    """Of what the result depends on, tools apart."""
    wishes = {"seeds": options.seeds if options.target == "ecp5" else 0, "period": options.period, "area": options.area,
              "without_gpu": options.without_gpu, "frequency": options.frequency, "no_black_boxes": options.no_black_boxes, "liberty": [str(pathlib.Path(path).resolve()) for path in options.liberty]}
    return origin.digest([("rtl", origin.rtl(root, options.config, options.top)), ("flow", origin.flow(root)),
                          ("wishes", json.dumps(wishes, sort_keys=True))])


def folder(options):
    return FOLDER / options.target / options.config / options.top


def read(path):
    """A report; NoReport if the file is none."""
    try:
        report = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        for name in ("target", "config", "top", "columns", "total", "tree", "modules", "tools"):
            if name not in report:
                raise NoReport(f"{path} is no report of a synthesis: it has no {name}")
        return report
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, TypeError) as failure:
        raise NoReport(f"{path} is no report of a synthesis: {failure}") from failure


def write(path, text):
    """Whole or not at all, and never half while another run reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def save(report, options, root):
    """Keeps a report under the commit of `root` and its key."""
    commit = git(root, "rev-parse", "--short=12", "HEAD") or "none"
    write(folder(options) / f"{commit}-{key(root, options)}.json", json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def find(options, tools, root):
    """The kept report of these sources, whatever their commit, by the same tools (None: by any); None if there is none."""
    for path in sorted(folder(options).glob(f"*-{key(root, options)}.json")):
        report = read(path)
        if tools is None or report["tools"] == tools:
            return report
    return None


def command(root, options):
    words = [str(root / "synth/run"), "--target", options.target, "--config", options.config]
    words += ["--board", options.board] if options.board else ["--top", options.top]
    words += ["--without-gpu"] if options.without_gpu else []
    words += ["--frequency", f"{options.frequency:g}"] if options.frequency else []
    words += ["--seeds", str(options.seeds), "--jobs", str(options.jobs)]
    words += ["--area"] if options.area else []
    words += ["--no-black-boxes"] if options.no_black_boxes else []
    words += ["--period", f"{options.period:g}"] if options.period else []
    return words + (["--liberty", *(str(pathlib.Path(path).resolve()) for path in options.liberty)] if options.liberty else [])


def synthesize(root, options):
    """Runs the synthesis that a worktree brings; its report."""
    environment = dict(os.environ)
    shared = target.ROOT.parent / "shared/pdk"
    if shared.is_dir():
        environment.setdefault("PDK_ROOT", str(shared))
    run = subprocess.run(command(root, options), env=environment, check=False)
    path = target.folder(root / "build/reports/synth", options) / "report.json"
    # A design that does not fit ends with an error, but has its report.
    if not path.is_file():
        raise NoReport(f"its synthesis ended with status {run.returncode} and without a report (above)")
    return read(path)


def commit_of(name):
    """The commit that a name means; "" for a file. NoReport if it is neither."""
    if pathlib.Path(name).is_file():
        return ""
    commit = git(target.ROOT, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if not commit:
        raise NoReport(f"{name} is neither a commit nor a file")
    return commit


def of_commit(name, options, tools):
    """The report of a commit: a kept one, else made in a temporary worktree and kept."""
    commit = commit_of(name)
    (target.ROOT / "build").mkdir(exist_ok=True)
    parent = pathlib.Path(tempfile.mkdtemp(prefix="synth-base.", dir=target.ROOT / "build"))
    root = parent / "heddle"
    try:
        added = subprocess.run(["git", "-C", str(target.ROOT), "worktree", "add", "--quiet", "--detach", str(root), commit],
                               capture_output=True, text=True, check=False)
        if added.returncode != 0:
            raise NoReport(f"git makes no worktree of {name}: {added.stderr.strip()}")
        try:
            report = find(options, tools, root)
            if report is None:
                print(f"synth: no report of {name} is kept; making it in a worktree of that commit", flush=True)
                report = synthesize(root, options)
                save(report, options, root)
            return report
        except (origin.Unknown, NoReport) as failure:
            raise NoReport(f"{name}: {failure}") from failure
    finally:
        subprocess.run(["git", "-C", str(target.ROOT), "worktree", "remove", "--force", str(root)], capture_output=True, check=False)
        shutil.rmtree(parent, ignore_errors=True)


def base(name, options, tools):
    """The report that `--compare` names: a file's, or a commit's."""
    report = of_commit(name, options, tools) if commit_of(name) else read(name)
    for field in ("target", "config", "top"):
        if report[field] != getattr(options, field):
            raise NoReport(f"{name} is of {field} {report[field]}, not {getattr(options, field)}")
    return report
