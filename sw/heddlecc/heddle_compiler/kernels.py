"""Kernels in the device half: finding them, their parameters, and the entry code that a launch starts.

A launch jumps every thread to `__heddle_start.KERNEL`, which sets the stack pointer and goes on to
`__heddle_entry.KERNEL`. That is a function in IR: it loads the arguments from the block that the CSR argptr points to,
calls the kernel (which the optimizer inlines), and ends the thread. So the compiler itself does the calling convention.
"""

import re
from dataclasses import dataclass, field

from .errors import CompileError
from .ir_module import NAME, plain_name
from .types import TypeReader, UnsupportedType

ARGPTR_CSR = 0xCD6
LOCAL_SIZE_CSR = 0xCD8
EXIT_WORD = 0x0000000B
LOCAL_WINDOW = 0xE0000000


@dataclass
class Kernel:
    name: str        # mangled
    display: str     # as in the source, with template arguments
    file: str
    line: int
    parameters: list = field(default_factory=list)
    arguments_size: int = 0

    @property
    def symbol(self):
        """The name with what the assembler would not take replaced (letters of other alphabets)."""
        return re.sub(r"[^\w.$]", "_", self.name, flags=re.ASCII)

    @property
    def entry(self):
        return f"__heddle_entry.{self.symbol}"

    @property
    def start(self):
        return f"__heddle_start.{self.symbol}"


def annotated_kernels(module):
    """Names (with sigil) of the functions that cuda_runtime.h's __global__ has annotated; drops the annotations, which
    would keep the functions alive."""
    strings, names = set(), []
    for item in module.items:
        if isinstance(item, str) and r'c"heddle.kernel\00"' in item:
            strings.add(re.match(NAME, item).group(0))
    for item in module.items:
        if isinstance(item, str) and item.startswith("@llvm.global.annotations"):
            for function, string in re.findall(rf"\{{ ptr ({NAME}), ptr ({NAME}),", item):
                if string in strings and function not in names:
                    names.append(function)
    module.map_lines(lambda line: None if line.startswith("@llvm.global.annotations") else line)
    return names


def _align_up(value, alignment):
    return (value + alignment - 1) // alignment * alignment


class EntryMaker:
    """Adds the entry functions of all kernels to an unoptimized module."""

    def __init__(self, module, warn):
        self._module = module
        self._metadata = module.metadata
        self._types = TypeReader(module.metadata)
        self._warn = warn
        self._appendix = []
        self._next = module.metadata.next_number

    def add_entries(self):
        names = annotated_kernels(self._module)
        functions = {function.name: function for function in self._module.functions()}
        kernels = [self._add_entry(functions[name]) for name in names if name in functions]
        self._module.items += self._appendix
        return kernels

    def _number(self):
        self._next += 1
        return f"!{self._next - 1}"

    def _add_entry(self, function):
        program = self._metadata.get(function.debug)
        if program is None:
            raise CompileError(f"kernel {plain_name(function.name)} has no debug information")
        source = self._metadata.get(program.fields.get("file"))
        kernel = Kernel(plain_name(function.name), program.string("name"), source.string("filename"),
                        program.number("line"))
        self._read_parameters(kernel, program)
        self._place_parameters(kernel, function)
        self._make_internal(function)
        self._write_entry(kernel, function, program)
        return kernel

    def _read_parameters(self, kernel, program):
        signature = self._metadata.get(program.fields.get("type"))
        types = self._metadata.tuple(signature.fields.get("types"))[1:]
        names = self._parameter_names(program)
        for i, reference in enumerate(types, 1):
            name = names.get(i, f"#{i}")
            where = f"{kernel.file}:{kernel.line}"
            try:
                kernel.parameters.append(self._types.parameter(name, reference))
            except UnsupportedType as problem:
                raise CompileError(
                    f"{where}: error: kernel '{kernel.display}', parameter '{name}': {problem}") from problem
            warning = self._types.pointee_warning(reference)
            if warning is not None:
                self._warn(f"{where}: warning: kernel '{kernel.display}', parameter '{name}' {warning}")

    def _parameter_names(self, program):
        names = {}
        for reference in self._metadata.tuple(program.fields.get("retainedNodes")):
            node = self._metadata.get(reference)
            if node is not None and node.kind == "DILocalVariable" and node.number("arg") != 0:
                names[node.number("arg")] = node.string("name")
        return names

    @staticmethod
    def _place_parameters(kernel, function):
        """Gives each parameter its place in the argument block; the IR says which are passed by reference."""
        if len(kernel.parameters) != len(function.parameters):
            raise CompileError(f"{kernel.file}:{kernel.line}: error: kernel '{kernel.display}': the compiler passes "
                               f"{len(function.parameters)} values for {len(kernel.parameters)} parameters")
        offset = 0
        for parameter, text in zip(kernel.parameters, function.parameters):
            parameter.by_reference = parameter.kind == "value" and text.startswith("ptr")
            parameter.offset = _align_up(offset, parameter.align)
            # Small structs are loaded as whole words.
            offset = parameter.offset + _align_up(parameter.size, 8 if parameter.size > 4 else 4)
        kernel.arguments_size = offset

    @staticmethod
    def _make_internal(function):
        """Nobody but the entry calls a kernel: without other callers, it disappears when inlined."""
        head = re.sub(r"\b(linkonce_odr|weak_odr|external|dso_local|hidden|protected)\s+", "", function.before)
        function.head = function.head.replace(function.before, head.replace("define ", "define internal ", 1), 1)
        function.head = re.sub(r" comdat(\([^)]*\))?", "", function.head)

    def _write_entry(self, kernel, function, program):
        scope, location = self._number(), self._number()
        lines = [f'define void @"{kernel.entry}"() {function.attributes} !dbg {scope} {{',
                 f'  %base = call ptr asm "csrr $0, 0x{ARGPTR_CSR:x}", "=r"() nounwind memory(none), !dbg {location}']
        arguments = []
        for i, (parameter, text) in enumerate(zip(kernel.parameters, function.parameters)):
            typed = re.sub(r"\s+%[\w.\"]+$", "", text)
            kind = re.match(r"\[[^\]]*\]|\S+", typed).group(0)
            lines.append(f"  %p{i} = getelementptr i8, ptr %base, i32 {parameter.offset}, !dbg {location}")
            if parameter.by_reference:
                # The callee owns the object, so every thread gets a copy; one that is only read is optimized away.
                lines += [f"  %v{i} = alloca [{parameter.size} x i8], align {parameter.align}, !dbg {location}",
                          f"  call void @llvm.memcpy.p0.p0.i32(ptr align {parameter.align} %v{i}, "
                          f"ptr align {parameter.align} %p{i}, i32 {parameter.size}, i1 false), !dbg {location}"]
            elif kind == "i1":
                lines += [f"  %b{i} = load i8, ptr %p{i}, align 1, !dbg {location}",
                          f"  %v{i} = trunc i8 %b{i} to i1, !dbg {location}"]
            else:
                lines.append(f"  %v{i} = load {kind}, ptr %p{i}, align {min(parameter.align, 8)}, !dbg {location}")
            arguments.append(f"{typed} %v{i}")
        inline = "" if "optnone" in self._attribute_text(function.attributes) else " alwaysinline"
        lines += [f"  call void {function.name}({', '.join(arguments)}){inline}, !dbg {location}",
                  f'  call void asm sideeffect ".insn 0x{EXIT_WORD:08x}", "~{{memory}}"() nounwind, !dbg {location}',
                  f"  unreachable, !dbg {location}",
                  "}"]
        if not any(isinstance(item, str) and item.startswith("declare void @llvm.memcpy.p0.p0.i32(")
                   for item in self._module.items + self._appendix):
            lines.append("declare void @llvm.memcpy.p0.p0.i32(ptr, ptr, i32, i1)")
        lines += [f'{scope} = distinct !DISubprogram(name: "{kernel.display}", linkageName: "{kernel.entry}", '
                  f'scope: {program.fields["file"]}, file: {program.fields["file"]}, line: {kernel.line}, '
                  f'type: {program.fields["type"]}, flags: DIFlagArtificial, '
                  f'spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: {program.fields["unit"]})',
                  f"{location} = !DILocation(line: {kernel.line}, scope: {scope})"]
        lines += [f"module asm {_ir_string(line)}" for line in _start_code(kernel)]
        self._appendix += lines

    def _attribute_text(self, group):
        for item in self._module.items:
            if isinstance(item, str) and item.startswith(f"attributes {group} ="):
                return item
        return ""


def _ir_string(text):
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\{ord(c):02X}" for c in text)
    return f'"{escaped}"'


def _start_code(kernel):
    """Every thread's stack ends at the top of its local window."""
    return [f".section .text.{kernel.start},\"ax\",@progbits",
            f".globl {kernel.start}",
            f".type {kernel.start},@function",
            f"{kernel.start}:",
            f"csrr t0, 0x{LOCAL_SIZE_CSR:x}",
            f"lui sp, 0x{LOCAL_WINDOW >> 12:x}",
            "add sp, sp, t0",
            f"tail {kernel.entry}",
            f".size {kernel.start}, . - {kernel.start}"]


def section_of_bytes(name, data):
    """Module-level assembler for a section that is not loaded."""
    lines = [f'module asm {_ir_string(f""".section "{name}","",@progbits""")}']
    for start in range(0, len(data), 64):
        values = ", ".join(str(byte) for byte in data[start:start + 64])
        lines.append(f'module asm ".byte {values}"')
    return lines
