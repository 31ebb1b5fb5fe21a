"""The table of results: its rows, and that networks are shared, kept and gone on with."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.language_model import table
from tasks.language_model.comparison import compare_network
from tasks.language_model.model import perplexity
from tasks.language_model.table import ROWS, SIZES, TABLE_RECIPES, experiments
from tasks.language_model.texts import Text
from tasks.support.command_line import main
from tasks.support.errors import UserError

MANUAL = Text("Python's manual", "word", (("a", "b", "c"), ("b", "c"), ("a", "c")) * 8, (("a", "b"), ("c",)), "two sentences")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small files and networks in place of the published ones; returns the folder for results."""
    folder = tmp_path / "data"
    (folder / "names_makemore").mkdir(parents=True)
    names = [f"{a}{b}{c}a" for a in "bcdfg" for b in "aeiou" for c in "lm"]
    (folder / "names_makemore" / "names.txt").write_text("\n".join(names) + "\n")
    (folder / "ptb").mkdir()
    for part in ("train", "valid", "test"):
        (folder / "ptb" / f"ptb.{part}.txt").write_text(" the cat is here \n a dog <unk> \n" * 10)
    monkeypatch.setenv("CHALKGRAD_DATA", str(folder))
    monkeypatch.setattr(table, "read_manual", lambda: MANUAL)
    monkeypatch.setattr(table, "SIZES", {"names": (200, 25), "Penn Treebank": (90, 90)})
    for name, recipe in TABLE_RECIPES.items():
        monkeypatch.setitem(TABLE_RECIPES, name, replace(recipe, n_dimensions=2, n_hidden=3, epochs=2))
    return tmp_path / "out"


def test_the_rows_are_those_of_the_papers() -> None:
    goals = {row.name: row.goal(0) for row in ROWS}
    assert {name: (goal.data, goal.target) for name, goal in goals.items()} == {
        "names-3": ("names", 2.10),
        "names-8": ("names", 2.00),
        "ptb-network": ("Penn Treebank", 140.2),
        "ptb-mixture": ("Penn Treebank", 116.7),
        "manual-network": ("Python's manual", 105.0),
        "manual-mixture": ("Python's manual", 70.0),
    }
    assert goals["names-3"].measure == "nats a letter" and goals["ptb-network"].measure == "perplexity"
    assert "by the validation part" in goals["ptb-network"].chosen
    assert "every tenth of the sentences to learn from" in goals["manual-mixture"].chosen
    assert {row.recipe for row in ROWS} == set(TABLE_RECIPES)


def test_a_table_is_computed_and_kept(small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "ROWS", ROWS[:1])
    assert main(["language-model", "--table", "--out", str(small)]) == 0
    printed = capsys.readouterr().out
    assert "table of language-model: 2 rows" in printed
    kneser_ney = re.search(r"Kneser-Ney 5-grams[^\n]*\n    perplexity (\S+), to reach ≤ 141.2: reached", printed)
    assert kneser_ney and 1 < float(kneser_ney[1]) < 10
    assert (small / "table-language-model.md").read_text().count("\n") == 2 + 2
    assert (small / "table-language-model-names-3.png").exists()
    assert main(["language-model", "--table", "--out", str(small)]) == 0
    assert "nothing is computed" in capsys.readouterr().out


def test_the_figures_are_those_of_comparisons(small: Path) -> None:
    outcomes = {one.name: one.run(_folder(small, one.name)) for one in experiments(seed=3) if one.name.startswith("manual")}
    seeds = [compare_network(MANUAL, TABLE_RECIPES["manual"], 4, seed=seed) for seed in (3, 4)]
    for name, place in (("manual-network", -2), ("manual-mixture", -1)):
        figures = [perplexity(one.measured[place].nats) for one in seeds]
        assert outcomes[name].parts == pytest.approx(figures, rel=1e-9)
        assert outcomes[name].figure == pytest.approx(sum(figures) / 2)
    assert outcomes["manual-network"].curves[1][1] == tuple(seeds[0].history.validation_loss)


def test_the_mixture_takes_the_network_that_is_there(small: Path) -> None:
    network, mixture = (one for one in experiments() if one.name.startswith("ptb-") and "kneser" not in one.name)
    assert network.mark == mixture.mark
    curves = network.run(_folder(small, "a")).curves
    assert [path.suffix for path in small.iterdir() if path.is_file()] == [".checkpoint"]
    before = [path.read_bytes() for path in small.glob("*.checkpoint")]
    assert mixture.run(_folder(small, "b")).curves == curves
    assert [path.read_bytes() for path in small.glob("*.checkpoint")] == before


def test_marks_follow_settings_seed_and_files(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = {one.name: one.mark for one in experiments()}
    assert first == {one.name: one.mark for one in experiments()}
    other = {one.name: one.mark for one in experiments(seed=1)}
    assert [name for name in first if first[name] == other[name]] == ["ptb-kneser-ney"]
    monkeypatch.setitem(TABLE_RECIPES, "manual", replace(TABLE_RECIPES["manual"], batch_size=7))
    (small.parent / "data" / "names_makemore" / "names.txt").write_text("emma\n" * 20)
    changed = {one.name: one.mark for one in experiments()}
    assert {name for name in first if first[name] != changed[name]} == {"names-3", "names-8", "manual-network", "manual-mixture"}


def test_a_text_of_another_size(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "SIZES", SIZES)
    first = experiments()[0]
    with pytest.raises(UserError, match=r"names is published with 182,625 .* 200 and 25 were found; they are cut short"):
        first.run(_folder(small, "a"))


def test_without_the_published_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHALKGRAD_DATA", raising=False)
    with pytest.raises(
        UserError, match=re.escape("names_makemore/names.txt (from https://github.com/karpathy/makemore); and ptb/")
    ):
        experiments()


def test_the_table_is_instead_of_a_text(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["language-model", "--table", "--data", "names", "--out", str(small)]) == 2
    assert "not allowed with argument" in capsys.readouterr().err


def _folder(out: Path, name: str) -> Path:
    folder = out / name
    folder.mkdir(parents=True)
    return folder
