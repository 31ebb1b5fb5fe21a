import matplotlib
import numpy
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from nn import History, Module
from tasks.language_model.labelling import label_points
from tasks.sentiment.classifiers import RECIPES, Classifier, Document
from tasks.sentiment.evaluation import Evaluation, WordEffect
from tasks.sentiment.figures import plot_confusion, plot_learning, plot_words
from tasks.support.errors import UserError
from tasks.support.pictures import COLOURS, LINE_STYLES, MARKERS, draw_cases, legend_name, make_folder, picture, shade_positive

PNG = b"\x89PNG\r\n\x1a\n"


def draw(path):
    with picture(path, columns=2, title="Two panels") as (_, axes):
        axes[0].plot([0, 1], [0, 1], label="line")
        axes[0].legend()
        draw_cases(axes[1], [(0.0, 0.0), (1.0, 1.0)], [0, 1])
    return path.read_bytes()


def test_a_picture_is_a_png_in_a_folder_made_for_it(tmp_path):
    assert draw(tmp_path / "new" / "deep" / "one.png").startswith(PNG)


@pytest.mark.parametrize("ending", [".png", ".pdf", ".svg"])
def test_the_same_picture_has_the_same_bytes(tmp_path, ending):
    first, second = (draw(tmp_path / name / f"one{ending}") for name in ("first", "second"))
    assert first == second
    assert b"Matplotlib v" not in first


def test_the_users_own_style_changes_nothing(tmp_path):
    expected = draw(tmp_path / "one.png")
    with matplotlib.rc_context({"axes.facecolor": "red", "font.size": 30}):
        assert draw(tmp_path / "two.png") == expected
        assert matplotlib.rcParams["font.size"] == 30


def test_nothing_is_saved_when_drawing_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), picture(tmp_path / "one.png"):
        raise ZeroDivisionError
    assert not (tmp_path / "one.png").exists()


def test_an_unknown_format_is_named(tmp_path):
    with pytest.raises(UserError, match=r"\.png, \.pdf, \.svg, not in 'one\.bmp'"), picture(tmp_path / "one.bmp"):
        pass


def test_a_folder_whose_place_is_taken_by_a_file_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(UserError, match=r"cannot write into the folder .*taken"):
        make_folder(tmp_path / "taken")


def test_make_folder_leaves_no_file_behind(tmp_path):
    assert list(make_folder(tmp_path / "a" / "b").iterdir()) == []
    assert make_folder(tmp_path / "a") == tmp_path / "a"


def test_every_colour_has_a_second_cue_beside_it():
    assert len(COLOURS) == len(set(COLOURS)) == len(LINE_STYLES) == len(set(MARKERS))


def test_the_shaded_boundary_lies_where_the_score_is_zero():
    axes = Figure().subplots()
    shade_positive(axes, lambda x, y: x + y - 1, x_limits=(-1, 2), y_limits=(-1, 2), steps=3)
    boundary = numpy.asarray(axes.collections[-1].get_paths()[0].vertices)
    assert len(boundary) > 1
    assert boundary.sum(axis=1) == pytest.approx(1)
    assert axes.get_xlim() == (-1, 2)


@pytest.mark.parametrize("ending", [".png", ".pdf", ".svg"])
@pytest.mark.parametrize(
    "word",
    [
        "$$",
        "$x_{",
        "$x^2$",
        "a_b^c",
        "\\frac",
        "{}%#&~",
        "مرحبا",
        "cafe\u0301",
        "\u200b",
        "\u200d",
        "日本",
        "👩\u200d🚀",
        "𝔸",
        "\x07",
    ],
)
def test_text_is_never_read_as_a_formula(tmp_path, word, ending, capsys):
    with picture(tmp_path / f"one{ending}", caption=word, title=word) as (figure, [axes]):
        axes.barh([0, 1], [1, 2], label=legend_name(word))
        axes.set_yticks([0, 1], [word, "other"])
        axes.set(xlabel=word, title=word)
        axes.legend(title=word)
        label_points(axes, [(0.5, 0.5)], [word], ["black"])
    texts = [text for text in figure.findobj(Text) if text.get_text() == word]
    assert len(texts) >= 8
    assert not any(text.get_parse_math() for text in texts)
    complaint = capsys.readouterr().err
    assert ("boxes stand for" in complaint) == (word in ("日本", "👩\u200d🚀", "\x07"))


def test_a_formula_that_would_be_wrong_ends_no_picture_of_words(tmp_path):
    document = Document("$$ {x", ("$$", "{x", "a_b"), 1)
    classifier = Classifier(Module(), lambda tokens: tokens)
    evaluation = Evaluation(
        RECIPES["mean"], ("$_{", "_other"), (document,), (1,), (0,), (classifier,), (History(train_loss=[1.0]),)
    )
    effects = [WordEffect(word, number - 1.0, 3) for number, word in enumerate(document.tokens)]
    plot_words(tmp_path / "words.png", [(evaluation, effects)])
    plot_confusion(tmp_path / "confusion.png", [evaluation])
    plot_learning(tmp_path / "learning.png", [evaluation])
    assert len(list(tmp_path.iterdir())) == 3


def test_a_score_that_is_nowhere_positive_shades_nothing():
    axes = Figure().subplots()
    shade_positive(axes, lambda x, y: -1, x_limits=(0, 1), y_limits=(0, 1))
    assert not axes.collections
