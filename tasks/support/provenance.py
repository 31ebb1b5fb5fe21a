"""Where results come from: the commit, the versions, and the kind of machine."""

import os
import platform
import subprocess
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def commit() -> str:
    """Returns the short name of the commit that this code is of, with a + if files of it were changed since.

    Without git, or outside of a repository, it is the version of the package.
    """
    name = _git("rev-parse", "--short", "HEAD")
    if not name or _git("rev-parse", "--show-toplevel") != str(_HERE.parents[1]):
        return f"version {_version('chalkgrad') or 'unknown'}"
    # New files count too, since code may be in them; what is ignored does not.
    return name + "+" * bool(_git("status", "--porcelain", "--", ":/autograd", ":/nn", ":/tasks/*.py"))


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=_HERE, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def machine() -> str:
    """Returns the kind of machine: its processor, how many cores are to be had, and the system."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{_processor()}, {cores} core{'s' if cores > 1 else ''}, {platform.system()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    # Some kernels give a line for each core, others (those of ARM) no name at all.
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (names[0] if names and names[0] != "unknown" else platform.processor()) or platform.machine()


def versions() -> str:
    """Returns the versions of what computes: Python, NumPy and, where it is installed, llvmlite."""
    others = [("NumPy", _version("numpy")), ("llvmlite", _version("llvmlite"))]
    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {one}" for name, one in others if one)])


def _version(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
