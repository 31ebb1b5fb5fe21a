"""The tokeniser and the six features on sentences worked by hand."""

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.sentiment.features import FEATURE_NAMES, Standardiser, six_features, tokenise
from tasks.sentiment.lexicons import Lexicon
from tasks.support.characters import fold

# The document of the textbook's example, and the words that the textbook counts in it.
EXAMPLE = (
    "It's hokey. There are virtually no surprises, and the writing is second-rate. So why was it so enjoyable? "
    "For one thing, the cast is great. Another nice touch is the music. I was overcome with the urge to get off the "
    "couch and start dancing. It sucked me in, and it'll do the same to you."
)
LEXICON = Lexicon("the textbook's", frozenset({"great", "nice", "enjoyable"}), frozenset({"hokey", "second-rate"}))


def test_the_example_of_the_text() -> None:
    assert six_features(tokenise(EXAMPLE), LEXICON) == (3, 2, 1, 3, 0, math.log(66))
    assert round(math.log(66), 2) == 4.19
    assert len(FEATURE_NAMES) == 6


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("I can't; you’re late.", ["i", "can't", ";", "you're", "late", "."]),
        ("Nooo!!! Really?!", ["nooo", "!!!", "really", "?", "!"]),
        ("rock 'n' roll", ["rock", "'", "n", "'", "roll"]),
        ("an A+ film, f**k yes", ["an", "a+", "film", ",", "f**k", "yes"]),
        ("$4.50 at 9:30, 20%", ["$", "4.50", "at", "9:30", ",", "20", "%"]),
        ("so good :-) and :( and <3", ["so", "good", ":-)", "and", ":(", "and", "<3"]),
        ("list:(one)", ["list", ":", "(", "one", ")"]),
        ("@user see https://x.org/a?b=1 #Great", ["@user", "see", "https://x.org/a?b=1", "#great"]),
        ("rock &amp; roll &lt;3", ["rock", "&", "roll", "<3"]),
        ("naïve wait...what\u0085now", ["naïve", "wait", "...", "what", "now"]),
        ("well--written -ish", ["well--written", "-", "ish"]),
        ("  ", []),
    ],
)
def test_raw_text(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


@pytest.mark.parametrize("apostrophe", "'’‘‛ʼʻʹ′´`＇ꞌ")
def test_all_apostrophes_are_alike(apostrophe: str) -> None:
    assert tokenise(f"I don{apostrophe}t, it{apostrophe}s {apostrophe}so") == ["i", "don't", ",", "it's", "'", "so"]
    assert tokenise(f"do n{apostrophe}t", tokenised=True) == ["do", "n't"]
    assert six_features(tokenise(f"I{apostrophe}m"), LEXICON)[3] == 1


# One of each kind in Unicode's list of emoji: tones, joined people, flags of regions and of parts of them, keycaps, selectors.
EMOJI = ("😀", "👍🏽", "👩‍👩‍👧‍👦", "👨🏿‍🚀", "🏳️‍🌈", "❤️‍🔥", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "#️⃣", "*⃣", "❤️", "☺", "©️", "‼️")


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_is_one_token(emoji: str) -> None:
    one = emoji.replace("\ufe0f", "")
    assert tokenise(emoji) == tokenise(f" {emoji} ") == [one]
    assert tokenise(f"so {emoji}, (good){emoji}") == ["so", one, ",", "(", "good", ")", one]


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_beside_another_one(emoji: str) -> None:
    for other in EMOJI:
        expected = [emoji, other] if emoji != other else [emoji * 2]
        assert tokenise(emoji + other) == [one.replace("\ufe0f", "") for one in expected]


@pytest.mark.parametrize(
    "word", ["cafe\u0301", "नमस्ते", "สวัสดี", "শুভেচ্ছা", "می\u200cخواهم", "שָׁלוֹם", "j\u030c", "zażółć", "𝔸𝕓", "क्\u200dष"]
)
def test_a_word_with_marks_is_one_token(word: str) -> None:
    assert tokenise(f"a {word}, b") == ["a", fold(word), ",", "b"]
    assert tokenise(f"#{word} @{word}") == [f"#{fold(word)}", f"@{fold(word)}"]


def test_what_is_not_seen_is_no_token() -> None:
    assert tokenise("co\u00adoperate \u202eright\u202c\u200f \ufefflast\u2060 \u200d \u200b zero\u200bwidth") == [
        "cooperate", "right", "last", "zero", "width",
    ]  # fmt: skip


@given(st.text("aeSσΣİjJ1 \n'’-.!$\\_^{}%😀👩👍🏽🇩🇪\u200d\u200b\ufe0f\u20e3\u0301\u030c\u00ad\u0e31नि한ﬁ#@:)", max_size=30))
def test_tokens_keep_all_that_is_seen_in_one_form(text: str) -> None:
    tokens = tokenise(text)
    assert tokens == tokenise(unicodedata.normalize("NFD", text)) == tokenise(unicodedata.normalize("NFC", text))
    assert all(token and token == fold(token) and not any(map(str.isspace, token)) for token in tokens)

    def letters(text: str) -> list[str]:
        return [one for one in text if not one.isspace() and one != "\u200d" and not unicodedata.category(one).startswith("M")]

    assert letters("".join(tokens)) == letters(fold(text))


def test_tokenised_text_is_only_split() -> None:
    text = "It 's -lrb- n't & c. ! "
    assert tokenise(text, tokenised=True) == ["it", "'s", "-lrb-", "n't", "&", "c.", "!"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # positive, negative, "no", pronouns, "!"
        ("Great great GREAT", (3, 0, 0, 0, 0)),
        ("No, nothing, nobody, know", (0, 0, 1, 0, 0)),
        ("I'm yours, we've ours; they are theirs. iPod me?", (0, 0, 0, 5, 0)),
        ("Hokey! Not nice!!!", (1, 1, 0, 0, 1)),
        ("Greatly hokeyish", (0, 0, 0, 0, 0)),
    ],
)
def test_counts(text: str, expected: tuple[float, ...]) -> None:
    assert six_features(tokenise(text), LEXICON)[:5] == expected


def test_the_length_counts_tokens() -> None:
    assert six_features(["good", "."], LEXICON)[5] == math.log(2)
    assert six_features([], LEXICON) == (0, 0, 0, 0, 0, 0)


def test_a_word_in_both_lists_counts_twice() -> None:
    lexicon = Lexicon("both", frozenset({"envious"}), frozenset({"envious"}))
    assert six_features(["envious"], lexicon)[:2] == (1, 1)


def test_standardised_rows_have_mean_zero_and_deviation_one() -> None:
    rows = [(1.0, 10.0), (2.0, 30.0), (6.0, 20.0)]
    standardise = Standardiser.fit(rows)
    assert standardise.means == (3.0, 20.0)
    assert standardise.deviations == pytest.approx((math.sqrt(14 / 3), math.sqrt(200 / 3)))
    for column in zip(*map(standardise, rows), strict=True):
        assert sum(column) == pytest.approx(0, abs=1e-12)
        assert sum(x * x for x in column) / 3 == pytest.approx(1)


def test_a_constant_feature_is_only_shifted() -> None:
    standardise = Standardiser.fit([(0.1,)] * 7)
    assert standardise((1.1,)) == pytest.approx((1.0,))
    assert abs(standardise((0.1,))[0]) < 1e-15


def test_fitting_needs_rows() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        Standardiser.fit([])


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="argument"):
        Standardiser.fit([(1.0, 2.0)])((1.0,))
