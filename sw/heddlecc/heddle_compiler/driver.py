"""What heddlecc does, from the command line to the program."""

import contextlib
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import options as command_line
from .device_half import DeviceHalf, blob
from .errors import CompileError, ToolFailed
from .toolchain import Toolchain


@dataclass
class Installation:
    """Where heddlecc's own files are: beside the program, in the build folder or installed."""
    root: Path

    @property
    def include(self):
        return self.root / "lib" / "heddle" / "include"

    @property
    def device(self):
        return self.root / "lib" / "heddle" / "device"

    @property
    def library(self):
        return self.root / "lib"

    @staticmethod
    def common_options():
        return ["-D__HEDDLE__", "-D__CUDACC__", "-include", "cuda_runtime.h"]


class Driver:
    def __init__(self, options, installation):
        self._options = options
        self._installation = installation
        self._toolchain = Toolchain(options.verbose)

    def run(self):
        with self._working_folder() as folder:
            objects = [self._compile(path, folder) if path in self._options.sources() else path
                       for path in self._options.inputs]
            if not self._options.compile_only and not self._options.device_only:
                self._link(objects)

    @contextlib.contextmanager
    def _working_folder(self):
        if self._options.keep:
            name = self._options.output or self._options.device_elf or Path("a.out")
            folder = name.with_name(name.name + ".heddle")
            folder.mkdir(parents=True, exist_ok=True)
            yield folder
        else:
            with tempfile.TemporaryDirectory(prefix="heddlecc-") as folder:
                yield Path(folder)

    def _compile(self, source, folder):
        """Returns the host object."""
        output = folder / f"{source.stem}.o"
        if self._options.compile_only:
            output = self._options.output or Path(f"{source.stem}.o")
        command = [self._toolchain.clang, *self._options.both_sides, *self._options.host_only,
                   self._options.optimization, f"-isystem{self._installation.include}"]
        if source.suffix == ".cu":
            device = DeviceHalf(self._toolchain, self._installation, self._options,
                                lambda name: folder / f"{source.stem}.{name}", self._warn).compile(source)
            if self._options.device_elf is not None:
                shutil.copyfile(device, self._options.device_elf)
                if self._options.device_only:
                    return None
            embedded = folder / f"{source.stem}.blob"
            embedded.write_bytes(blob(device))
            command += ["-x", "cuda", "--cuda-host-only", "-nocudainc", "-nocudalib", "-Wno-unknown-cuda-version",
                        *self._installation.common_options(), "-Xclang", "-fcuda-include-gpubinary", "-Xclang",
                        str(embedded)]
        self._toolchain.run([*command, "-c", str(source), "-o", str(output)])
        return output

    def _link(self, objects):
        library = self._installation.library
        self._toolchain.run([self._toolchain.clang, *self._options.host_only, *map(str, objects), *self._options.link,
                             f"-L{library}", "-lheddle_runtime", f"-Wl,-rpath,{library}",
                             "-o", str(self._options.output or Path("a.out"))])

    def _warn(self, text):
        if not self._options.quiet:
            print(text, file=sys.stderr)


def main(arguments, root):
    """Returns the exit status."""
    try:
        options = command_line.parse(arguments)
        if options.show == "help":
            print(command_line.USAGE, end="")
            return 0
        if options.show == "version":
            toolchain = Toolchain()
            print(f"heddlecc 0.1.0 with {toolchain.clang} (version {toolchain.version})")
            return 0
        command_line.check(options)
        Driver(options, Installation(Path(root))).run()
        return 0
    except ToolFailed as failure:
        return failure.status
    except CompileError as error:
        text = str(error)
        print(text if ": error: " in text else f"heddlecc: error: {text}", file=sys.stderr)
        return 1
