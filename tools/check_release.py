"""Build the project as it would be released, and try both archives as a user would: installed, away from the checkout.

    make release

The source archive and the wheel are left in `dist/`. Each is installed into an empty environment outside the project, and there
every line of the README runs: its doctests, and its commands that begin with `python`.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 900
COMMAND = re.compile(r"`python (-m [^`]+)`")


def run(words: list[str | Path], folder: Path) -> None:
    """Run a command outside the project, and stop if it fails."""
    environment = {name: text for name, text in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    environment["PYTHONIOENCODING"] = "utf-8"
    done = subprocess.run(
        words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=SECONDS
    )
    if done.returncode or "Traceback" in done.stderr:
        raise SystemExit(f"{' '.join(map(str, words))} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")


def build(folder: Path) -> list[Path]:
    """The source archive, and the wheel that is built from it."""
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "build", "--outdir", folder, ROOT], ROOT)
    archives = sorted(folder.iterdir())
    if [archive.suffix for archive in archives] != [".whl", ".gz"]:
        raise SystemExit(f"{folder} should hold a wheel and a source archive, and holds {[one.name for one in archives]}")
    return archives


def names_in(archive: Path) -> set[str]:
    """The files of an archive; those of a source archive without the folder around them."""
    if archive.suffix == ".whl":
        return set(zipfile.ZipFile(archive).namelist())
    with tarfile.open(archive) as opened:
        return {member.name.partition("/")[2] for member in opened.getmembers() if member.isfile()}


def try_out(archive: Path) -> int:
    """Install an archive into an empty environment, run the README there, and tell how many commands it has."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = folder / "environment"
        run([sys.executable, "-m", "venv", environment], folder)
        python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        run([python, "-m", "pip", "install", "--quiet", archive], folder)
        shutil.copy(ROOT / "README.md", folder)
        run([python, "-m", "doctest", "README.md"], folder)
        commands = [*COMMAND.findall((folder / "README.md").read_text(encoding="utf-8")), "-m tasks units"]
        for command in commands:
            # As a shell takes it apart.
            run([python, *shlex.split(command)], folder)
        run([python, "-m", "pip", "check"], folder)
        return len(commands)


def main() -> None:
    """Build both archives and try them."""
    archives = build(ROOT / "dist")
    wheel, source = map(names_in, archives)
    ours = {path for path in wheel if not path.partition("/")[0].endswith(".dist-info")}
    if missing := sorted(ours - source):
        raise SystemExit(f"the wheel has what the source archive lacks: {', '.join(missing)}")
    for archive in archives:
        n_commands = try_out(archive)
        print(f"{archive.name}: installed, the README's doctests and {n_commands} commands run")


if __name__ == "__main__":
    main()
