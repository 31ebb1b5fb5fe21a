"""Histories and their curves."""

from pathlib import Path

import numpy
import pytest

from nn import History


def test_a_new_history_is_empty() -> None:
    history = History()
    assert (history.train_loss, history.validation_loss, history.learning_rate, history.best_epoch) == (
        [],
        [],
        [],
        None,
    )


def test_a_plot_shows_the_losses_over_the_epochs(tmp_path: Path) -> None:
    history = History([0.9, 0.5, 0.4], [1.0, 0.7, 0.8], [0.1, 0.1, 0.1], best_epoch=1)
    axes = history.plot(tmp_path / "losses.svg")
    training, validation, best = axes.get_lines()
    assert numpy.asarray(training.get_xydata()).tolist() == [[1.0, 0.9], [2.0, 0.5], [3.0, 0.4]]
    assert numpy.asarray(validation.get_xydata()).tolist() == [[1.0, 1.0], [2.0, 0.7], [3.0, 0.8]]
    assert best.get_xdata() == [2, 2]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["training", "validation", "best epoch (2)"]
    assert (tmp_path / "losses.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_plot_without_validation(tmp_path: Path) -> None:
    axes = History([0.9]).plot(str(tmp_path / "losses.png"))
    assert len(axes.get_lines()) == 1
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "mean loss")
    assert (tmp_path / "losses.png").read_bytes().startswith(b"\x89PNG")


def test_a_plot_without_a_path_is_a_figure_of_pyplot() -> None:
    import matplotlib.pyplot as pyplot

    pyplot.switch_backend("agg")
    before = pyplot.get_fignums()
    History([0.9, 0.8]).plot()
    (number,) = set(pyplot.get_fignums()) - set(before)
    pyplot.close(number)


def test_nothing_to_plot() -> None:
    with pytest.raises(ValueError, match="no epoch was completed"):
        History().plot()
