"""Machine code from LLVM's text: compiled for the processor at hand, linked, and kept for as long as somebody holds it."""

from __future__ import annotations

import importlib
import itertools
import os
import platform
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import RLock
from typing import Any, Protocol

from autograd.vectorizing.native.barriers import with_barriers

_INSTALL = 'machine code needs llvmlite 0.44 or later, which is not part of this Python: pip install "chalkgrad[native]"'
_LOCK = RLock()
_IS_WINDOWS = os.name == "nt"


@cache
def is_available() -> bool:
    """Whether machine code can be made: llvmlite is installed, new enough, and knows this processor."""
    try:
        require()
    except ImportError:
        return False
    return True


def require() -> None:
    """See that machine code can be made.

    Raises:
        ImportError: it can't. The message says what to install.
    """
    compiler_of_process()


@cache
def lanes() -> int:
    """How many doubles the processor's widest vectors hold: 8 with AVX-512, 4 with AVX, 2 otherwise."""
    features = compiler_of_process().features
    if features.get("avx512f"):
        return 8
    return 4 if features.get("avx") else 2


@cache
def has_fused() -> bool:
    """Whether the processor multiplies and adds with one rounding."""
    return bool(compiler_of_process().features.get("fma")) or platform.machine().lower() in ("aarch64", "arm64")


class Machine:
    """Functions in machine code. They can be called as long as this object lives, and not a moment longer.

    `compile_module` makes it.
    """

    def __init__(self, addresses: Mapping[str, int], keeper: Any) -> None:
        self._addresses = dict(addresses)
        self._keeper = keeper

    @property
    def names(self) -> tuple[str, ...]:
        """The functions that can be called."""
        return tuple(self._addresses)

    def address(self, name: str) -> int:
        """Where a function begins.

        Raises:
            KeyError: the module has no such function, or it is internal.
        """
        try:
            return self._addresses[name]
        except KeyError:
            raise KeyError(f"no function {name!r} was compiled, but {', '.join(self._addresses)}") from None


def compile_module(text: str, symbols: Mapping[str, int] | None = None, *, level: int) -> Machine:
    """Compile a module that is written in LLVM's language.

    Calls from several threads wait for each other.

    Args:
        text: the module, with opaque pointers. Functions to be called from outside are neither internal nor private.
        symbols: addresses of what the module declares and doesn't define, by name.
        level: 0 for code that is made as fast as possible, of no more than the text says; 1 for good code; 2 for code of
            instructions that have been simplified, which pays where much is inlined.

    Raises:
        ValueError: the text is no module, or declares a function that is neither one of LLVM's nor a symbol.
        ImportError: llvmlite is missing.
    """
    if level not in _LEVELS:
        raise ValueError(f"level must be one of {', '.join(map(str, _LEVELS))}, not {level!r}")
    return compiler_of_process().compile(text, symbols or {}, level)


# ------------------------------------------------------------------------------------------------------------ compiling


@dataclass(frozen=True)
class _Level:
    """How much is done about a module.

    Attributes:
        effort: of the generator of code. It has two ways: 0 takes 5 to 15 µs an instruction, however many there are; 1 takes 20
            to 60, more where a block has many thousands, for code that is 1.2 to 2 times as fast. More effort gains nothing.
        passes: what comes before. All that LLVM does by default takes as long as the generator, and gains nothing in the mean:
            modules come without anything that is computed twice or in vain.
    """

    effort: int
    passes: tuple[str, ...] = ()


_LEVELS = {
    0: _Level(0),
    1: _Level(1, ("always_inliner", "sroa")),
    2: _Level(1, ("always_inliner", "sroa", "instruction_combine", "simplify_cfg")),
}


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Ctrl-C is heard when this is over: in a finalizer of one of the compiler's objects, the interruption would be lost."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    heard: list[tuple[int, Any]] = []
    signal.signal(signal.SIGINT, lambda number, frame: heard.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if heard:
            handler(*heard[0])


class Compiler:
    """What is made once for a process."""

    def __init__(self, llvmlite: Any, binding: Any) -> None:
        self._binding = binding
        self._is_old = hasattr(llvmlite, "opaque_pointers_enabled")
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        self._target = binding.Target.from_default_triple()
        self._cpu = binding.get_host_cpu_name()
        self.features: dict[str, bool] = dict(binding.get_host_cpu_features())
        self._feature_text = ",".join(("+" if has else "-") + name for name, has in sorted(self.features.items()))
        self._machines: dict[int, Any] = {}
        linker = _OneEngineEach if _IS_WINDOWS else _OneForAll
        self._linker: _Linker = linker(binding, self.target_machine)

    def target_machine(self, effort: int) -> Any:
        """What writes code for this processor."""
        # In the small model of code, constants are read relative to the instruction. On Windows there is the default one only.
        model = {} if _IS_WINDOWS else {"reloc": "pic", "codemodel": "small"}
        return self._target.create_target_machine(cpu=self._cpu, features=self._feature_text, opt=effort, jit=True, **model)

    def compile(self, text: str, symbols: Mapping[str, int], level: int) -> Machine:
        """See `compile_module`."""
        with _LOCK, _interrupts_wait():
            return self._compiled(text, symbols, _LEVELS[level])

    def _compiled(self, text: str, symbols: Mapping[str, int], wanted: _Level) -> Machine:
        module = self._parsed(with_barriers(text) if wanted.effort else text)
        machine = self._machines.get(wanted.effort)
        if machine is None:
            machine = self._machines[wanted.effort] = self.target_machine(wanted.effort)
        names = self._functions(module, symbols)
        if wanted.passes:
            self._optimize(module, machine, wanted.passes)
        code = machine.emit_object(module)
        return Machine(*self._linker.link(code, names, symbols))

    def _parsed(self, text: str) -> Any:
        # A context for each module: types and constants go with it.
        if self._is_old:
            context = self._binding.context.ContextRef(self._binding.ffi.lib.LLVMPY_ContextCreate(True))
        else:
            context = self._binding.create_context()
        try:
            module = self._binding.parse_assembly(text, context)
            module.verify()
        except RuntimeError as error:
            raise ValueError(f"not a module of LLVM's: {error}") from None
        return module

    @staticmethod
    def _functions(module: Any, symbols: Mapping[str, int]) -> list[str]:
        """The functions to be called from outside. What is declared has to be known: the linker would look for it elsewhere."""
        names = []
        for function in module.functions:
            name = function.name
            if not function.is_declaration:
                if function.linkage.name == "external":
                    names.append(name)
            elif not name.startswith("llvm.") and name not in symbols:
                raise ValueError(f"the module declares {name}, which is not among its symbols ({', '.join(symbols) or 'none'})")
        return names

    def _optimize(self, module: Any, machine: Any, passes: Sequence[str]) -> None:
        binding = self._binding
        options = binding.create_pipeline_tuning_options(speed_level=1)
        options.loop_unrolling = options.slp_vectorization = options.loop_vectorization = options.loop_interleaving = False
        builder = binding.create_pass_builder(machine, options)
        manager = binding.create_new_module_pass_manager()
        try:
            for name in passes:
                getattr(manager, f"add_{name}_pass")()
        except AttributeError:
            # Before llvmlite 0.45, not all passes can be had one by one.
            manager = builder.getModulePassManager()
        manager.run(module, builder)


@cache
def compiler_of_process() -> Compiler:
    """What compiles all modules of this process, made when it is first needed.

    Raises:
        ImportError: llvmlite is missing.
    """
    with _LOCK:
        try:
            llvmlite = importlib.import_module("llvmlite")
            binding = importlib.import_module("llvmlite.binding")
        except (ImportError, OSError) as error:
            raise ImportError(_INSTALL) from error
        if not hasattr(binding, "create_pass_builder"):
            raise ImportError(f"{_INSTALL} (found {llvmlite.__version__})")
        return Compiler(llvmlite, binding)


# -------------------------------------------------------------------------------------------------------------- linking


class _Linker(Protocol):
    def link(self, code: bytes, names: Iterable[str], symbols: Mapping[str, int]) -> tuple[dict[str, int], Any]:
        """Put code into memory; gives the addresses of functions, and what keeps them there."""


class _OneForAll:
    """One linker for the whole process: each module is a library of its own, with symbols that nobody else sees."""

    def __init__(self, binding: Any, target_machine: Any) -> None:
        self._binding = binding
        self._engine = binding.create_lljit_compiler(target_machine(1), use_jit_link=True, suppress_errors=True)
        self._numbers = itertools.count()

    def link(self, code: bytes, names: Iterable[str], symbols: Mapping[str, int]) -> tuple[dict[str, int], Any]:
        builder = self._binding.JITLibraryBuilder().add_object_img(code).add_current_process()
        for name, address in symbols.items():
            builder.import_symbol(name, address)
        for name in names:
            builder.export_symbol(name)
        library = builder.link(self._engine, f"chalkgrad{next(self._numbers)}")
        return {name: library[name] for name in names}, library


class _OneEngineEach:
    """An engine for each module: the older way, and the one that is known to work on Windows."""

    def __init__(self, binding: Any, target_machine: Any) -> None:
        self._binding = binding
        self._target_machine = target_machine

    def link(self, code: bytes, names: Iterable[str], symbols: Mapping[str, int]) -> tuple[dict[str, int], Any]:
        binding = self._binding
        for name, address in symbols.items():
            binding.add_symbol(name, address)
        engine = binding.create_mcjit_compiler(binding.parse_assembly(""), self._target_machine(1))
        engine.add_object_file(binding.ObjectFileRef.from_data(code))
        engine.finalize_object()
        return {name: engine.get_function_address(name) for name in names}, engine
