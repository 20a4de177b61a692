"""The device half of a source: from CUDA to an ELF with the kernels' descriptions, ready to be embedded.

    clang (front end only) -> entries, shared variables made visible -> clang (optimizer) -> shared addresses
    -> clang (code generation) -> lld, with the device library
"""

import json
import re
import struct

from elftools.elf.elffile import ELFFile

from . import small_atomics
from .errors import CompileError
from .ir_module import Module
from .kernels import EntryMaker, section_of_bytes
from .shared_memory import SharedMemory, reachable_names

# Of `a`, only Zaamo: _check_instructions() refuses lr and sc.
MARCH = "rv32ima_zacas1p0_zba_zbb_zicond_zicsr_zifencei_zfinx_zhinxmin"
TARGET = ["--target=riscv32-unknown-elf", f"-march={MARCH}", "-menable-experimental-extensions", "-mabi=ilp32",
          "-mcmodel=medany"]
# Independent thread scheduling and the _sync intrinsics. From 800 on, sources expect asynchronous copies and matrix
# instructions in PTX.
CUDA_ARCH = 700
BLOB_MAGIC = b"HEDDLE\x00\x01"

# Blocks stay in source order, because a warp runs its threads with the lowest PC first. A float constant is made by two
# instructions (which cost 3 for clang) instead of loaded.
_CODE_GENERATION = ["-ffunction-sections", "-mllvm", "-disable-block-placement",
                    "-mllvm", "-riscv-lower-fpimm-cost=3"]
_LANGUAGE = ["-x", "cuda", "--cuda-host-only", "-nocudainc", "-nocudalib", "-nogpuinc", "-Xclang", "-fcuda-is-device",
             "-Xclang", "-aux-triple", "-Xclang", "x86_64-pc-linux-gnu", "-Wno-unknown-cuda-version",
             "-fsigned-char", "-fno-math-errno", "-fno-exceptions", "-fno-threadsafe-statics",
             "-D__HEDDLE_DEVICE__", "-U__CUDA_ARCH__", f"-D__CUDA_ARCH__={CUDA_ARCH}", "-nostdinc", "-nostdinc++"]


class DeviceHalf:
    """Compiles one source. `files` gives names in the working folder."""

    def __init__(self, toolchain, installation, options, files, warn):
        self._toolchain = toolchain
        self._installation = installation
        self._options = options
        self._files = files
        self._warn = warn

    def compile(self, source):
        """Returns the path of the device ELF."""
        front = self._files("front.ll")
        self._toolchain.run(self._front_end_command(source, front))
        module = Module(front.read_text(encoding="utf-8"))
        shared = SharedMemory()
        shared.prepare(module)
        kernels = EntryMaker(module, self._warn).add_entries()
        module.map_lines(_without_convergent)
        entries, optimized = self._files("entries.ll"), self._files("optimized.ll")
        entries.write_text(module.text(), encoding="utf-8")
        self._toolchain.run(self._back_end_command(entries, optimized, ["-S", "-emit-llvm"]))

        module = Module(optimized.read_text(encoding="utf-8"))
        small_atomics.call_library(module)
        uses = reachable_names(module, kernels)
        layouts = shared.place(module, kernels, uses)
        module.items += section_of_bytes(".heddle.kernels", _descriptions(kernels, layouts, uses))
        final, assembled, linked = self._files("final.ll"), self._files("device.o"), self._files("device.elf")
        final.write_text(module.text(), encoding="utf-8")
        self._toolchain.run(self._back_end_command(final, assembled, ["-c", "-Xclang", "-disable-llvm-passes"]))
        self._toolchain.run([self._toolchain.linker, "-pie", "--no-dynamic-linker", "-e", "0", "-z", "notext",
                             "--gc-sections", "-T", str(self._installation.device / "device.ld"), str(assembled),
                             str(self._installation.device / "libheddle_device.o"), "-o", str(linked)])
        _check_instructions(linked)
        return linked

    def _front_end_command(self, source, output):
        includes = [str(self._installation.include / "overlay"), str(self._installation.include),
                    *self._toolchain.system_includes()]
        return [self._toolchain.clang, *TARGET, *_LANGUAGE, *self._installation.common_options(),
                *self._options.both_sides, *(f"-isystem{folder}" for folder in includes), self._options.optimization,
                "-w",  # the host half, which sees the same text, has the warnings
                "-g", "-fstandalone-debug", "-S", "-emit-llvm", "-Xclang",
                "-disable-llvm-passes", str(source), "-o", str(output)]

    def _back_end_command(self, source, output, what):
        return [self._toolchain.clang, *TARGET, "-x", "ir", str(source), self._options.optimization, *_CODE_GENERATION,
                "-Wno-override-module", "-Wno-unused-command-line-argument", *what, "-o", str(output)]


def _without_convergent(line):
    """Pure asm statements (reads of an index register) need not stay where the source has them: let them be merged."""
    if re.match(r"attributes #\d+ = \{ convergent nounwind memory\(none\) \}", line):
        return line.replace("convergent ", "")
    return line


def _descriptions(kernels, layouts, uses):
    """JSON for the runtime; sw/runtime/kernel_table.hpp reads it."""
    return json.dumps([{
        "name": kernel.name,
        "display": kernel.display,
        "start": kernel.start,
        "file": kernel.file,
        "line": kernel.line,
        "arguments_size": kernel.arguments_size,
        "shared_static": static,
        "shared_dynamic": dynamic,
        "wmma": "@__heddle_wmma" in uses[kernel.name],
        "parameters": [{"name": p.name, "kind": p.kind, "size": p.size, "offset": p.offset}
                       for p in kernel.parameters],
    } for kernel, (static, dynamic) in zip(kernels, layouts)]).encode()


def _check_instructions(path):
    """Refuses code with lr and sc."""
    with open(path, "rb") as file:
        elf = ELFFile(file)
        for section in elf.iter_sections():
            if not section["sh_flags"] & 4:  # SHF_EXECINSTR
                continue
            data = section.data()
            for offset in range(0, len(data) - 3, 4):
                word = struct.unpack_from("<I", data, offset)[0]
                if word & 0x7F == 0x2F and word >> 28 == 1:
                    raise CompileError("the device code has an atomic operation by lr and sc "
                                       f"(word 0x{word:08x} at 0x{section['sh_addr'] + offset:x}), which the "
                                       "hardware does not have")


def blob(elf):
    """What the host program carries: a header and the ELF."""
    data = elf.read_bytes()
    return BLOB_MAGIC + struct.pack("<Q", len(data)) + data
