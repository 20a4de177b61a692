"""Runs the steps of a synthesis and says on the terminal where they are."""

import re
import subprocess
import sys
import time

# What a tool's log says of its present work, the newest line that matches: Yosys' passes, nextpnr's phases.
LANDMARK = re.compile(r"Executing (?P<pass>[A-Z0-9_]+) pass|Info: (?P<phase>Packing|Running|Routing|Placed|Promoting|Checksum)")


class StepFailed(Exception):
    """A tool ended with an error; the text says which and what it printed last."""


def landmark(log):
    """The newest landmark in the tail of a log, or ''."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, file.seek(0, 2) - 20000))
            matches = list(LANDMARK.finditer(file.read().decode(errors="replace")))
    except OSError:
        return ""
    return (matches[-1]["pass"] or matches[-1]["phase"]).lower() if matches else ""


def show(text, final):
    """A terminal's line is written over until it is final; a file gets final lines alone."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="\n" if final else "", flush=True)
    elif final:
        print(text, flush=True)


def run(jobs, at_once):
    """Runs jobs [(title, command, log, folder)], so many at once; the commands write their logs themselves.

    Returns the seconds each took. The first failure ends the others.
    """
    waiting = list(enumerate(jobs))
    running, seconds = {}, [0.0] * len(jobs)
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                index, (_, command, log, folder) = waiting.pop(0)
                with open(f"{log}.output", "wb") as output:
                    try:
                        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
                    except FileNotFoundError as failure:
                        raise StepFailed(f"there is no {command[0]}; ci/setup-synthesis gets it") from failure
                running[index] = (process, time.monotonic())
            time.sleep(0.5)
            for index, (process, start) in list(running.items()):
                title, _, log, _ = jobs[index]
                seconds[index] = time.monotonic() - start
                if process.poll() is None:
                    continue
                del running[index]
                if process.returncode != 0:
                    raise StepFailed(f"{title} failed; {log} has all of it:\n{tail(f'{log}.output')}")
                show(f"  {title}: {seconds[index]:.0f} s", final=True)
            titles = [f"{jobs[i][0]} {seconds[i]:.0f} s {landmark(jobs[i][2])}".rstrip() for i in running]
            if titles:
                show("  " + ", ".join(titles), final=False)
    finally:
        for process, _ in running.values():
            process.kill()
            process.wait()
    return seconds


def tail(path, lines=8):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:]).rstrip()
    except OSError:
        return ""
