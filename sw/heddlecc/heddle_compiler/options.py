"""heddlecc's command line: its own options, and which of clang's go to which half."""

from dataclasses import dataclass, field
from pathlib import Path

from .errors import CompileError

USAGE = """usage: heddlecc [options] file...

Compiles CUDA sources (.cu) for Heddle and links a program that runs them on a simulated device. Other C++ sources,
objects and libraries may be given too.

  -o FILE              the output (default: a.out; with -c: the source's name with .o)
  -c                   compile only
  --device-elf FILE    write the device code as an ELF; without -o and -c, do only that
  --keep               keep the intermediate files in OUTPUT.heddle/
  -v                   print the commands
  --version, --help

  -O*, -I, -D, -U, -std=, -include, -isystem, -W*, -f*   go to the compilers of both halves
  -g, -m*, -x                                         go to the host compiler
  -l, -L, -Wl,*                                       go to the host linker
  -arch=*, -gencode *                                 (nvcc's) are accepted and mean nothing here

HEDDLE_CLANGXX and HEDDLE_LLD name the compiler and linker, where those in PATH should not be used.
"""

_WITH_VALUE = ("-I", "-D", "-U", "-include", "-isystem", "-L", "-l", "-x")
_SOURCES = (".cu", ".cpp", ".cc", ".cxx", ".C", ".c")


@dataclass
class Options:
    inputs: list = field(default_factory=list)
    output: Path | None = None
    compile_only: bool = False
    device_elf: Path | None = None
    keep: bool = False
    verbose: bool = False
    show: str = ""  # "help" or "version"
    quiet: bool = False
    optimization: str = "-O2"
    both_sides: list = field(default_factory=list)
    host_only: list = field(default_factory=list)
    link: list = field(default_factory=list)

    @property
    def device_only(self):
        return self.device_elf is not None and self.output is None and not self.compile_only

    def sources(self):
        return [path for path in self.inputs if path.suffix in _SOURCES]


def parse(arguments):
    """Raises CompileError for a command line that makes no sense."""
    options = Options()
    rest = iter(arguments)

    def value(option):
        text = next(rest, None)
        if text is None:
            raise CompileError(f"{option} needs a value")
        return text

    for argument in rest:
        if argument in ("-h", "--help"):
            options.show = "help"
        elif argument == "--version":
            options.show = "version"
        elif argument == "-o":
            options.output = Path(value(argument))
        elif argument == "-c":
            options.compile_only = True
        elif argument == "--device-elf":
            options.device_elf = Path(value(argument))
        elif argument == "--keep":
            options.keep = True
        elif argument == "-v":
            options.verbose = True
        elif argument in ("-gencode", "-arch", "--gpu-architecture", "--generate-code"):
            value(argument)
        elif argument.startswith(("-arch=", "-gencode=", "--gpu-architecture=", "--generate-code=")):
            continue
        elif argument in _WITH_VALUE:
            _place(options, [argument, value(argument)])
        elif argument.startswith("-"):
            _place(options, [argument])
        else:
            options.inputs.append(Path(argument))
    if not any(text.startswith("-std=") for text in options.both_sides):
        options.both_sides.append("-std=c++17")
    return options


def check(options):
    """Whether files and outputs fit together. Raises CompileError."""
    if not options.inputs:
        raise CompileError("no input files (heddlecc --help)")
    for path in options.inputs:
        if not path.is_file():
            raise CompileError(f"{path}: there is no such file")
    sources = options.sources()
    if options.compile_only and options.output is not None and len(sources) > 1:
        raise CompileError("-o with -c takes one source")
    if options.device_elf is not None and sum(path.suffix == ".cu" for path in sources) != 1:
        raise CompileError("--device-elf takes exactly one .cu file")


def _place(options, words):
    option = words[0]
    if option.startswith("-O"):
        options.optimization = option
    elif option.startswith(("-l", "-L", "-Wl,")) or option == "-pthread":
        options.link += words
    elif option.startswith(("-g", "-m", "-x")):
        options.host_only += words
    elif option.startswith(("-I", "-D", "-U", "-std=", "-include", "-isystem", "-W", "-w", "-f", "-pedantic")):
        options.both_sides += words
        options.quiet |= option == "-w"
    else:
        raise CompileError(f"unknown option {option} (heddlecc --help)")
