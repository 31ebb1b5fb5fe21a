import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tasks.support import command_line
from tasks.support.command_line import TASKS, main
from tasks.support.errors import UserError
from tasks.support.pictures import picture


@pytest.fixture
def task(monkeypatch):
    """A task "one" whose `run` keeps its arguments, or raises what `failure` holds, and a second task "two"."""
    fake = SimpleNamespace(failure=None, runs=[])

    def run(arguments):
        fake.runs.append(arguments)
        if fake.failure is not None:
            raise fake.failure

    fake.run = run
    fake.add_arguments = lambda parser: parser.add_argument("--epochs", type=int, default=3)
    monkeypatch.setitem(sys.modules, "a_task_for_tests", fake)
    names = {"one": ("a_task_for_tests", "the first"), "two": ("a_task_for_tests", "the second")}
    monkeypatch.setattr(command_line, "TASKS", names)
    return fake


def test_the_tasks_are_in_the_order_of_the_text():
    assert list(TASKS) == ["units", "gates", "xor", "sentiment", "language-model"]


def test_a_name_runs_one_task_with_its_options(task, tmp_path):
    assert main(["one", "--epochs", "5", "--out", str(tmp_path / "here"), "--seed", "7"]) == 0
    [arguments] = task.runs
    assert (arguments.epochs, arguments.out, arguments.seed) == (5, tmp_path / "here", 7)
    assert arguments.out.is_dir()


def test_common_options_may_stand_before_the_name(task, tmp_path):
    assert main(["--seed", "7", "--out", str(tmp_path), "one"]) == 0
    assert (task.runs[0].seed, task.runs[0].out) == (7, tmp_path)


def test_no_name_runs_all_with_their_defaults(task, tmp_path, capsys):
    assert main(["--out", str(tmp_path), "--seed", "2"]) == 0
    assert [(run.task, run.epochs, run.seed, run.out) for run in task.runs] == [
        ("one", 3, 2, tmp_path),
        ("two", 3, 2, tmp_path),
    ]
    assert "one: the first\n==============\n" in capsys.readouterr().out


def test_the_folder_and_the_seed_have_defaults(task, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["one"]) == 0
    assert (task.runs[0].out.name, task.runs[0].seed) == ("out", 0)
    assert (tmp_path / "out").is_dir()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["three"], "'three'"),
        (["one", "--epochs", "many"], "--epochs"),
        (["one", "--unknown"], "--unknown"),
        (["one", "--epoch", "3"], "--epoch"),
        (["one", "--seed", "-1"], "0 or more"),
        (["--seed", "x", "one"], "--seed"),
        (["one", "--out"], "--out"),
        (["one", "--out", ""], "expected the name of a folder"),
        (["oen"], "(did you mean 'one'?)"),
        (["one", "--epoch=3"], "no option '--epoch=3' (did you mean '--epochs'?); see python -m tasks one --help"),
        (["one", "more"], "no option 'more'; see python -m tasks one --help"),
        (["--sed=3"], "no option '--sed=3' (did you mean '--seed'?); see python -m tasks --help"),
        (["one", "--seed", "9" * 5000], "999…'"),
        (["--sed", "3"], "no option '--sed' (did you mean '--seed'?); see python -m tasks --help"),
        (["--epochs", "3"], "error: --epochs belongs to one, two: the options of a task come after its name; see python -m"),
        (["--seed", "3", "--epochs=3", "one"], "error: --epochs belongs to one, two: the options of a task come after"),
    ],
)
def test_wrong_words_give_status_2_and_one_line(task, words, part, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert part in printed.err and "--help" in printed.err
    assert printed.err.count("\n") == 1 and printed.out == "" and not task.runs


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (UserError("data.txt, line 3:\nexpected a label"), "error: data.txt, line 3: expected a label\n"),
        (ValueError("learning_rate must be positive"), "error: learning_rate must be positive\n"),
        (OverflowError("exp(1e+300) is too large"), "error: exp(1e+300) is too large\n"),
        (FileNotFoundError(2, "No such file or directory", "a.txt"), "error: a.txt: No such file or directory\n"),
        (OSError("the disk is gone"), "error: the disk is gone\n"),
    ],
)
def test_a_mistake_of_the_user_gives_status_2_and_one_line(task, tmp_path, failure, message, capsys):
    task.failure = failure
    assert main(["one", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == message


def test_ctrl_c_gives_status_130_and_one_line(task, tmp_path, capsys):
    task.failure = KeyboardInterrupt()
    assert main(["one", "--out", str(tmp_path)]) == 130
    lost = "Stopped by Ctrl-C in the task one: what it was learning is lost; none of its pictures was written.\n"
    assert capsys.readouterr().err == lost


def test_ctrl_c_names_the_pictures_of_the_task_that_are_written(task, tmp_path, capsys):
    def run(arguments):
        for name in ("first.png", "second.svg"):
            with picture(arguments.out / f"{arguments.task}-{name}"):
                pass
        if arguments.task == "two":
            raise KeyboardInterrupt

    task.run = run
    assert main(["--out", str(tmp_path)]) == 130
    names = f"{tmp_path / 'two-first.png'}, {tmp_path / 'two-second.svg'}"
    assert (
        f"in the task two: what it was learning is lost; its pictures so far are written: {names}.\n" in capsys.readouterr().err
    )
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
def test_ctrl_c_in_a_real_process(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "tasks", "sentiment", "--models", "mean", "--epochs", "100000", "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    # The first lines are printed before the training, which would take hours.
    assert process.stdout is not None
    assert "shipped reviews" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    try:
        _, complaint = process.communicate(timeout=60)
    finally:
        # Where Ctrl-C is ignored, as in a job in the background of a shell, it would learn for hours.
        process.kill()
    assert process.returncode in (130, -signal.SIGINT)
    assert "in the task sentiment: what it was learning is lost; none of its pictures was written." in complaint
    assert "Traceback" not in complaint


def test_a_mistake_of_the_program_keeps_its_traceback(task, tmp_path):
    task.failure = AttributeError("no such attribute")
    with pytest.raises(AttributeError):
        main(["one", "--out", str(tmp_path)])


@pytest.mark.parametrize("words", [["--help"], ["one", "--help"]])
def test_help_names_the_options(task, words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert "--out DIR" in printed and "--seed N" in printed
    assert ("--epochs" in printed) == (words[0] == "one")


def start(*words, **options):
    return subprocess.run(
        [sys.executable, "-m", "tasks", *words],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"} | options.pop("env", {}),
        check=False,
        **options,
    )


@pytest.mark.parametrize("name", TASKS)
def test_every_real_task_explains_itself(name):
    done = start(name, "--help", stdout=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"python -m tasks {name}" in done.stdout and "--out DIR" in done.stdout


def test_an_unknown_name_in_a_real_process():
    done = start("sentimnt", stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (2, "")
    assert "sentimnt" in done.stderr and "Traceback" not in done.stderr and done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_in_a_real_process(tmp_path):
    (tmp_path / "taken").write_text("")
    done = start("units", "--out", str(tmp_path / "taken" / "out"), stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (2, "")
    assert "taken" in done.stderr and "Traceback" not in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe has another error on Windows")
def test_a_reader_who_has_gone_is_no_error(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = start("units", "--out", str(tmp_path), stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_terminal_without_greek_letters_gets_latin_ones(tmp_path):
    done = start("units", "--out", str(tmp_path), stdout=subprocess.PIPE, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "dL/da" in done.stdout


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_tables_stay_straight_where_letters_are_spelled(tmp_path, encoding):
    done = subprocess.run(
        [sys.executable, "-m", "tasks", "units", "--out", str(tmp_path)],
        capture_output=True,
        encoding=encoding,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=True,
    )
    header, rule, *rows = done.stdout.split("\n\n")[0].split("\n")[1:]
    assert any(row.startswith("y = σ(z)" if encoding == "utf-8" else "y = sigma(z)") for row in rows)
    # The second column begins where its rule does, in each row of numbers.
    start = rule.index("  ") + 2
    assert header[start:].startswith("computed")
    assert all(row[start - 2 : start] == "  " and row[start] in "-0123456789" for row in rows[:-1])
