"""Progress bars are seen by people only: in terminals and notebooks."""

import io
import sys
from types import SimpleNamespace

import pytest

from nn.progress import progress_bar


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(stderr: io.StringIO | None, monkeypatch: pytest.MonkeyPatch, *, wanted: bool = True) -> str:
    monkeypatch.setattr(sys, "stderr", stderr)
    with progress_bar(2, "fold", "max", wanted=wanted) as bar:
        bar.advance()
        bar.describe("half")
        bar.advance()
    return "" if stderr is None else stderr.getvalue()


def test_a_terminal_shows_the_text_and_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(Terminal(), monkeypatch)
    assert "max:" in text
    assert "half:" in text
    assert "2/2" in text


def test_a_notebook_shows_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert "2/2" in shown(io.StringIO(), monkeypatch)


@pytest.mark.parametrize(
    ("stderr", "wanted"), [(io.StringIO(), True), (Terminal(), False), (None, True)], ids=["a file", "not wanted", "no stream"]
)
def test_nothing_is_shown_otherwise(stderr: io.StringIO | None, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(stderr, monkeypatch, wanted=wanted) == ""
