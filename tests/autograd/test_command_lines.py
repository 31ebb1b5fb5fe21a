"""Every command line at its edges, in processes of its own: pipes, signals, closed streams, full disks, old encodings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograd import command_lines

ROOT = Path(__file__).parents[2]
STEPPING = ["-m", "autograd.stepping", "tanh(w_1*x + b)", "w_1=2", "x=1", "b=-1"]
COMMANDS = [STEPPING, ["-m", "autograd.checking", "--help"], ["-m", "tasks", "units"], ["-m", "tasks", "--help"]]
EACH_COMMAND = pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(words[1:3]) for words in COMMANDS])
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and /dev are those of Unix")


# Of Python, which a test sets when it means to.
SETTINGS = ("PYTHONIOENCODING", "PYTHONUTF8", "PYTHONUNBUFFERED")
BUFFERED_OR_NOT = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])


def environment(**added: str) -> dict[str, str]:
    inherited = {name: text for name, text in os.environ.items() if name not in SETTINGS}
    return inherited | {"PYTHONPATH": str(ROOT)} | added


def start(command: list[str], folder: Path, **options: object) -> subprocess.CompletedProcess[str]:
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment(PYTHONIOENCODING="utf-8")} | options
    return subprocess.run(  # type: ignore[call-overload]
        [sys.executable, *command], cwd=folder, encoding="utf-8", timeout=120, **settings
    )


def redirected(command: list[str], redirection: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as `sh` does with something like ``>&-`` behind it."""
    words = ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, *command]
    return subprocess.run(
        words, cwd=folder, env=environment(PYTHONIOENCODING="utf-8"), capture_output=True, encoding="utf-8", timeout=120
    )


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text and "Exception ignored" not in text


# ----------------------------------------------------------------------------------------------------------- output


@POSIX
@BUFFERED_OR_NOT
@EACH_COMMAND
def test_a_reader_who_has_gone_is_no_error(command: list[str], unbuffered: str, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = start(command, tmp_path, stdout=writer, env=environment(PYTHONUNBUFFERED=unbuffered))
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@POSIX
def test_a_reader_who_goes_after_the_first_line(tmp_path: Path) -> None:
    # More than the buffers of Python and of a pipe hold.
    steps = "; ".join(["a0 = x"] + [f"a{n}=a{n - 1}*x" for n in range(1, 700)])
    command = [sys.executable, "-m", "autograd.stepping", "--all", steps, "x=1"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith(b"  1  Forward")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@POSIX
@BUFFERED_OR_NOT
@EACH_COMMAND
def test_a_full_disk_is_one_sentence(command: list[str], unbuffered: str, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with open("/dev/full", "w") as full:
        done = start(command, tmp_path, stdout=full, env=environment(PYTHONUNBUFFERED=unbuffered))
    assert done.returncode == 2
    assert "standard output: No space left on device" in done.stderr and one_sentence(done.stderr)


@POSIX
def test_a_file_on_a_full_disk_is_named(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    (tmp_path / "steps.html").symlink_to("/dev/full")
    done = start([*STEPPING, "--save", str(tmp_path / "steps.html")], tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tmp_path / 'steps.html'}: No space left on device" in done.stderr and one_sentence(done.stderr)


@POSIX
@EACH_COMMAND
def test_a_closed_output_is_one_sentence_before_any_work(command: list[str], tmp_path: Path) -> None:
    done = redirected(command, ">&-", tmp_path)
    assert done.returncode == 2
    assert "standard output" in done.stderr and one_sentence(done.stderr)
    assert list(tmp_path.iterdir()) == []


@POSIX
@pytest.mark.parametrize("module", ["autograd.stepping", "autograd.checking", "tasks"])
def test_complaints_are_one_sentence_and_go_nowhere_but_to_the_error_stream(module: str, tmp_path: Path) -> None:
    wrong = ["-m", module, "--no-such-option"]
    done = start(wrong, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert one_sentence(done.stderr) and f"python -m {module} --help" in done.stderr
    done = redirected(wrong, "2>&-", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


# ------------------------------------------------------------------------------------------------------------ input


@POSIX
@pytest.mark.parametrize("redirection", ["< /dev/null", "<&-"])
def test_no_input_prints_all_steps(redirection: str, tmp_path: Path) -> None:
    done = redirected(STEPPING, redirection, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith("  1  Forward")


# ----------------------------------------------------------------------------------------------------------- Ctrl-C


@POSIX
def test_ctrl_c_at_the_prompt(tmp_path: Path) -> None:
    import pty

    terminal, end = pty.openpty()
    command = [sys.executable, *STEPPING]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdin=end, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert b"Enter" in process.stdout.readline()
        assert process.stdout.read(2) == b"> "
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"Stopped by Ctrl-C.\n"
    os.close(end)
    os.close(terminal)
    assert process.returncode == -signal.SIGINT, "by the signal itself: 130 for a shell, whose loops stop too"


@POSIX
def test_ctrl_c_in_a_task(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tasks"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith(b"units")
        process.send_signal(signal.SIGINT)
        assert one_sentence(process.stderr.read().decode())
    assert process.returncode == -signal.SIGINT


def test_an_interruption_may_say_what_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise KeyboardInterrupt("Stopped after epoch 3;\nnothing was saved.")

    assert command_lines.status_of(work) == 130
    assert capsys.readouterr().err == "Stopped after epoch 3; nothing was saved.\n"


def test_too_little_memory_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise MemoryError

    assert command_lines.status_of(work, prefix="name") == 2
    said = capsys.readouterr().err
    assert said.startswith("name: there is not enough memory") and one_sentence(said)


# ------------------------------------------------------------------------------------------------------- characters

PLAIN_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "shift_jis"])
@pytest.mark.parametrize("command", [STEPPING, ["-m", "tasks", "units"]], ids=["stepping", "tasks units"])
def test_an_encoding_that_lacks_characters(command: list[str], encoding: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=environment(PYTHONIOENCODING=encoding),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    printed = done.stdout.decode(encoding)
    assert "?" not in printed.replace("positive?", ""), "each character of ours has a spelling"


def test_what_is_spelled_can_be_read(tmp_path: Path) -> None:
    done = start(STEPPING, tmp_path, env=environment(PYTHONIOENCODING="ascii"), stdin=subprocess.DEVNULL)
    assert done.stdout.splitlines()[-1] == "  9  Backward: dL/dx = dL/dv1 * dv1/dx = 0.42 * 2 = 0.8399."


@POSIX
def test_the_plain_locale_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "autograd.stepping", os.fsdecode(b"a\xff\xe9"), "a=1"]
    for setting in (PLAIN_LOCALE, {"PYTHONIOENCODING": "utf-8"}):
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(**setting), capture_output=True, stdin=subprocess.DEVNULL, timeout=120
        )
        assert done.returncode == 2 and one_sentence(done.stderr.decode("utf-8")), setting
    done = subprocess.run(
        [sys.executable, *STEPPING],
        cwd=tmp_path, env=environment(**PLAIN_LOCALE), capture_output=True, stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"dL/db" in done.stdout


def test_every_character_has_a_spelling_in_ascii() -> None:
    command_lines.status_of(lambda: None)
    every = "".join(map(chr, range(0x20000)))
    assert every.encode("ascii", "spelled").isascii()
    for character in map(chr, range(128, 0x3000)):
        assert 1 <= len(character.encode("ascii", "spelled")) <= 20, character
    known = {"x² − 1": "x^2 - 1", "10⁻³": "10^-3", "w₁₂": "w12", "σ(z) → ŷ": "sigma(z) -> y", "Λ, π ≤ ∞": "Lambda, pi <= inf"}
    for text, spelled in known.items():
        assert text.encode("ascii", "spelled").decode() == spelled
    assert "é漢😀".encode("ascii", "spelled") == b"e??"
