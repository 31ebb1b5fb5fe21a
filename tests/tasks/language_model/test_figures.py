"""The arithmetic behind the pictures: principal components, and words that don't cover one another."""

import math
import warnings
from pathlib import Path

import pytest

from tasks.language_model import figures
from tasks.language_model.figures import principal_components
from tasks.language_model.neural import SlidingWindowNetwork
from tasks.language_model.vocabulary import Vocabulary


def test_principal_components_of_a_turned_rectangle() -> None:
    # Corners of a 6 by 2 rectangle around (5, -1), turned by 30 degrees, in a plane of three dimensions.
    angle = math.pi / 6
    corners = [(3, 1), (3, -1), (-3, 1), (-3, -1)]
    vectors = [
        (5 + x * math.cos(angle) - y * math.sin(angle), -1 + x * math.sin(angle) + y * math.cos(angle), 7.0) for x, y in corners
    ]
    points, share = principal_components(vectors)
    assert share == pytest.approx(1)
    assert [abs(x) for x, _ in points] == pytest.approx([3, 3, 3, 3])
    assert [abs(y) for _, y in points] == pytest.approx([1, 1, 1, 1])
    distances = [math.dist(a, b) for a in points for b in points]
    assert distances == pytest.approx([math.dist(a, b) for a in vectors for b in vectors])


def test_the_share_of_the_variance() -> None:
    vectors = [(2.0, 0.0, 0.0), (-2.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.0, -1.0)]
    assert principal_components(vectors)[1] == pytest.approx((4 + 1) / (4 + 1 + 1))


def test_the_sign_of_a_component_is_fixed() -> None:
    points, _ = principal_components([(0.0, 0.0), (1.0, 2.0), (-5.0, 1.0)])
    for coordinates in zip(*points, strict=True):
        assert max(coordinates, key=abs) > 0


def test_equal_vectors_have_no_variance() -> None:
    assert principal_components([(1.0, 2.0)] * 3) == ([(0.0, 0.0)] * 3, 1.0)


@pytest.mark.parametrize("vectors", [[(1.0, 2.0)], [(1.0,), (2.0,)]])
def test_too_little_for_two_components(vectors: list[tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="two vectors of two dimensions"):
        principal_components(vectors)


def test_a_picture_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["the", "a", "of", " ", "\n", "word"])
    network = SlidingWindowNetwork(len(vocabulary), 2, 3, 2)
    for name in ("one.png", "two.png"):
        figures.plot_embeddings(tmp_path / name, network, vocabulary, figures.WORD_GROUPS, "Embeddings")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_a_picture_of_words_without_a_group_has_no_legend(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["кот", "пёс", "😀"])
    network = SlidingWindowNetwork(len(vocabulary), 2, 3, 2)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "No artists with labels")
        figures.plot_embeddings(tmp_path / "one.png", network, vocabulary, figures.WORD_GROUPS, "Embeddings")
