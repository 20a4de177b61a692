"""Finds clang and its companions, and runs them."""

import os
import re
import shlex
import shutil
import subprocess
import sys

from .errors import CompileError, ToolFailed

OLDEST = 19
NEWEST_NAME = 30  # the highest version suffix looked for


def _version(path):
    """Major version of an LLVM program, or None if it does not say."""
    try:
        text = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    match = re.search(r"(?:version|LLD) (\d+)\.", text)
    return int(match.group(1)) if match else None


def _find(tool, variable):
    """The path and version of a tool that is new enough."""
    override = os.environ.get(variable)
    names = [override] if override else [f"{tool}-{n}" for n in range(OLDEST, NEWEST_NAME + 1)] + [tool]
    too_old = []
    for name in names:
        path = shutil.which(name)
        if path is None:
            continue
        version = _version(path)
        if version is not None and version >= OLDEST:
            return path, version
        too_old.append(f"{path} is {'of an unknown version' if version is None else f'version {version}'}")
    if too_old:
        raise CompileError(f"{tool} {OLDEST} or newer is needed, but {too_old[0]}; `make setup` installs one")
    where = f"${variable} is {override}, which does not exist" if override else "there is none in PATH"
    raise CompileError(f"{tool} {OLDEST} or newer is needed, but {where}; `make setup` installs one")


class Toolchain:
    """The programs of one LLVM version. `verbose` prints every command."""

    def __init__(self, verbose=False):
        self.verbose = verbose
        self.clang, self.version = _find("clang++", "HEDDLE_CLANGXX")
        self.linker, _ = _find("ld.lld", "HEDDLE_LLD")
        self._system_includes = None

    def run(self, command):
        """Runs a command whose messages are the user's to read."""
        if self.verbose:
            print(shlex.join(command), file=sys.stderr)
        status = subprocess.run(command, check=False).returncode
        if status != 0:
            raise ToolFailed(status if status > 0 else 1)

    def system_includes(self):
        """The host compiler's include folders in search order: the device half sees the same standard headers."""
        if self._system_includes is None:
            result = subprocess.run([self.clang, "-x", "c++", "-E", "-v", os.devnull], capture_output=True,
                                    text=True, check=False)
            match = re.search(r"#include <\.\.\.> search starts here:\n(.*?)End of search list", result.stderr, re.S)
            if match is None:
                raise CompileError(f"{self.clang} does not say where its headers are:\n{result.stderr}")
            self._system_includes = [line.strip() for line in match.group(1).splitlines()]
        return self._system_includes
