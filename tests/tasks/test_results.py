"""Tables of results: what falls short says so, and what is kept is not computed again."""

from __future__ import annotations

import csv
import io
import math
import statistics
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.support.errors import UserError
from tasks.support.kept_rows import KeptRows, fingerprint
from tasks.support.provenance import commit, machine, versions
from tasks.support.result_tables import Experiment, compute_table
from tasks.support.results import Goal, Outcome, Row, format_csv, format_duration, format_markdown, format_text, summary
from tasks.support.results_page import run, write_page

ACCURACY = Goal(
    "sentiment", "MR", "10-fold", "mean", "accuracy %", "77.3 DAN-RAND", "Iyyer 2015", 78.1, "higher", "5 epochs, by fold 0"
)
PERPLEXITY = replace(
    ACCURACY, task="language-model", data="PTB", model="network", measure="perplexity", target=140.2, better="lower"
)


@pytest.mark.parametrize(
    ("goal", "figure", "verdict"),
    [
        (ACCURACY, 78.1, "reached"),
        (ACCURACY, 80.0, "reached"),
        (ACCURACY, 77.6, "FALLS SHORT by 0.50"),
        (ACCURACY, 78.0999, "FALLS SHORT by 0.01"),  # rounded, it would look like the goal
        (ACCURACY, math.nan, "FALLS SHORT by nan"),
        (PERPLEXITY, 140.2, "reached"),
        (PERPLEXITY, 139.0, "reached"),
        (PERPLEXITY, 141.0, "FALLS SHORT by 0.80"),
    ],
)
def test_a_row_says_whether_it_falls_short(goal: Goal, figure: float, verdict: str) -> None:
    row = Row(goal, Outcome(figure, (), "", 1.0), "abc")
    assert row.verdict == verdict
    assert row.falls_short is (verdict != "reached")
    for text in (format_text([row]), format_markdown([row]), format_csv([row]), summary([row])):
        assert ("FALLS SHORT" in text) is row.falls_short


def test_a_row_to_compare_with_has_no_goal() -> None:
    rows = [Row(goal, Outcome(65.0), "abc") for goal in (replace(ACCURACY, target=None), ACCURACY)]
    assert (rows[0].verdict, rows[0].goal.to_reach, rows[0].falls_short) == ("–", "–", False)
    assert summary(rows).startswith("0 of 1 goal reached.")


def test_the_deviation_is_that_of_a_sample() -> None:
    parts = (77.0, 78.5, 79.25)
    assert Outcome(78.0, parts, "fold", 1.0).deviation == pytest.approx(statistics.stdev(parts), rel=1e-12)
    assert Outcome(78.0, (78.0,), "fold", 1.0).deviation is None
    assert Row(ACCURACY, Outcome(78.0, parts, "fold", 1.0), "abc").spread == "1.15 (3 folds)"


def test_the_table_for_a_terminal() -> None:
    rows = [
        Row(ACCURACY, Outcome(78.2, (78.1, 78.3), "fold", 75.0), "abc"),
        Row(PERPLEXITY, Outcome(150.0, (), "", 4000.0), "abc"),
    ]
    lines = format_text(rows).splitlines()
    assert lines[2].split("  ")[0] == "1)"
    assert "≥ 78.1" in lines[2]
    assert "1 min 15 s" in lines[2]
    assert "FALLS SHORT by 9.80" in lines[3]
    assert "1) settings, and how they were chosen: 5 epochs, by fold 0" in lines
    assert "1 of 2 goals reached." in lines
    assert lines[-1] == "FALLS SHORT by 9.80: PTB, 10-fold: network (perplexity 150.00)"


def test_csv_holds_the_numbers() -> None:
    row = Row(replace(ACCURACY, model='mean, "two"'), Outcome(78.123456789, (78.0, 78.25), "fold", 75.04), "abc")
    [read] = csv.DictReader(io.StringIO(format_csv([row])))
    assert read["model"] == 'mean, "two"'
    assert float(read["figure"]) == 78.123456789
    assert [float(part) for part in read["parts"].split()] == [78.0, 78.25]
    assert (float(read["target"]), read["better"], read["seconds"], read["commit"]) == (78.1, "higher", "75.0", "abc")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (599.0, "9 min 59 s"), (3590.0, "1 h 0 min"), (10_000.0, "2 h 47 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def experiment(name: str, run: Callable[[Path], Outcome], mark: str = "m") -> Experiment:
    return Experiment(name, replace(ACCURACY, model=name), 2.0, mark, run)


def test_rows_that_are_kept_are_not_computed_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    computed: list[str] = []

    def compute(name: str, figure: float) -> Callable[[Path], Outcome]:
        def run(folder: Path) -> Outcome:
            assert folder.is_dir()
            computed.append(name)
            return Outcome(figure, (figure - 1, figure + 1), "fold", curves=(("training", (0.7, 0.5)),))

        return run

    def stopped(folder: Path) -> Outcome:
        (folder / "checkpoint").write_text("half")
        raise KeyboardInterrupt

    first, second = experiment("first", compute("first", 79.0)), experiment("second", compute("second", 77.0))
    with pytest.raises(KeyboardInterrupt):
        compute_table("sentiment", [first, experiment("second", stopped)], tmp_path)
    assert "2 rows; about 4 min on two cores" in capsys.readouterr().out

    def resumed(folder: Path) -> Outcome:
        assert (folder / "checkpoint").read_text() == "half", "what was left is there"
        return compute("second", 77.0)(folder)

    rows = compute_table("sentiment", [first, experiment("second", resumed)], tmp_path)
    said = capsys.readouterr().out
    assert computed == ["first", "second"]
    assert "[1/2] MR, 10-fold: first: kept from an earlier run" in said
    assert "about 2 min on two cores" in said
    assert [row.outcome.figure for row in rows] == [79.0, 77.0]
    assert [row.falls_short for row in rows] == [False, True]
    assert all(row.outcome.seconds >= 0 for row in rows)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "table-sentiment-first.png",
        "table-sentiment-rows.json",
        "table-sentiment-second.png",
        "table-sentiment.csv",
        "table-sentiment.md",
    ], "no checkpoint is left"
    assert compute_table("sentiment", [first, second], tmp_path) == rows
    assert "nothing is computed" in capsys.readouterr().out
    assert computed == ["first", "second"]

    compute_table("sentiment", [experiment("first", compute("first", 79.0), "other settings"), second], tmp_path)
    assert computed == ["first", "second", "first"]
    page = tmp_path / "RESULTS.md"
    write_page(tmp_path, page)
    text = page.read_text()
    assert "FALLS SHORT by 1.10" in text
    assert "1 of 2 goals reached." in text
    assert commit() in text
    assert versions() in text
    assert machine() in text

    compute_table("sentiment", [second], tmp_path)
    assert [row.goal.model for row in write_page(tmp_path, page)] == ["second"], (
        "a row that is no longer in the table is forgotten"
    )


def test_the_fingerprint_covers_settings_and_data(tmp_path: Path) -> None:
    one = tmp_path / "one.txt"
    one.write_text("text")
    before = fingerprint(1, files=[one])
    assert fingerprint(1, files=[one]) == before
    one.write_text("texts")
    assert fingerprint(1, files=[one]) != before
    assert fingerprint(2) != fingerprint(1)


@pytest.mark.parametrize("content", ["{", "[]", '{"first": {"fingerprint": "m"}}', '{"first": 3}'])
def test_a_strange_file_of_rows_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "table-sentiment-rows.json"
    path.write_text(content)
    with pytest.raises(UserError, match=r"table-sentiment-rows.json: expected rows .* delete the file"):
        KeptRows(path).find("first", "m")


def test_a_page_needs_a_table(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no table in .*python -m tasks sentiment --table"):
        write_page(tmp_path, tmp_path / "RESULTS.md")
    with pytest.raises(UserError, match="folder of the tables and the page"):
        run([])
