"""Each published format on small files with its hazards, and errors that name path, line and what was expected."""

import gzip
import re
import zipfile
from pathlib import Path

import pytest

from tasks.sentiment import readers
from tasks.sentiment.corpora import Corpus, Sentence, shipped_corpus
from tasks.support.errors import UserError


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    # Bytes, because writing text would translate line ends.
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_gzip(folder: Path, name: str, content: str) -> Path:
    return write(folder, name, gzip.compress(content.encode()))


def test_uci_splits_at_the_last_tab_and_at_newlines_only(tmp_path: Path) -> None:
    write(tmp_path, "amazon_cells_labelled.txt", "So there\tis no way.\t0\nGood case.\t1\n")
    write(tmp_path, "imdb_labelled.txt", "Wonderful\u0085 story\u2028indeed\x0b.  \t1\n")
    write(tmp_path, "yelp_labelled.txt", "Crust is not good.\t0")
    assert readers.read_uci(tmp_path) == Corpus(
        "UCI sentences",
        ("negative", "positive"),
        (
            Sentence("So there\tis no way.", 0),
            Sentence("Good case.", 1),
            Sentence("Wonderful\u0085 story\u2028indeed\x0b.  ", 1),
            Sentence("Crust is not good.", 0),
        ),
    )
    assert readers.read_uci(tmp_path, ["yelp"]).sentences == (Sentence("Crust is not good.", 0),)


def test_rt_polarity_takes_the_label_from_the_file(tmp_path: Path) -> None:
    write(tmp_path, "rt-polarity.neg", "simplistic , silly and tedious . \nit 's so laddish\n")
    write(tmp_path, "rt-polarity.pos", "the rock is destined \n")
    corpus = readers.read_rt_polarity(tmp_path)
    assert corpus.tokenised
    assert [sentence.label for sentence in corpus.sentences] == [0, 0, 1]
    assert corpus.sentences[1].text == "it 's so laddish"


def write_sst(folder: Path) -> None:
    for part in ("train", "dev", "test"):
        write(folder, f"stsa.binary.{part}.txt", f"1 a stirring , funny film\n0 {part}\xa0ly bad\n")
        write(folder, f"stsa.fine.{part}.txt", f"4 great\n0 awful\n2 it is {part}\n3 good\n1 bad\n")


def test_sst_in_two_three_and_five_classes(tmp_path: Path) -> None:
    write_sst(tmp_path)
    two, three, five = (readers.read_sst(tmp_path, n_classes) for n_classes in (2, 3, 5))
    assert two.sentences == (Sentence("a stirring , funny film", 1), Sentence("train\xa0ly bad", 0))
    assert two.test is not None and two.test[1].text == "test\xa0ly bad"
    assert two.validation is not None and two.validation[1].text == "dev\xa0ly bad"
    assert [sentence.label for sentence in three.sentences] == [2, 0, 1, 2, 0]
    assert [sentence.label for sentence in five.sentences] == [4, 0, 2, 3, 1]
    assert [len(corpus.class_names) for corpus in (two, three, five)] == [2, 3, 5]


def test_sst_has_no_other_number_of_classes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2, 3 or 5 classes, not 4"):
        readers.read_sst(tmp_path, 4)


def test_customer_reviews_keep_empty_sentences(tmp_path: Path) -> None:
    write(tmp_path, "custrev.all", "1 nice size\n0 \n0 feels like plastic .\n")
    assert [sentence.text for sentence in readers.read_customer_reviews(tmp_path).sentences] == [
        "nice size",
        "",
        "feels like plastic .",
    ]


def test_vader_gold_has_crlf_ends_and_classes_by_threshold(tmp_path: Path) -> None:
    lines = ["1\t2.7\tLucky.", "2\t0.5\tA road.", "3_a\t-0.5\tA \ttab", "4\t-0.51\tMeh\u0085."]
    write(tmp_path, "tweets_GroundTruth.txt", "\r\n".join(lines))
    assert readers.read_vader_gold(tmp_path, "tweets").sentences == (
        Sentence("Lucky.", 2),
        Sentence("A road.", 1),
        Sentence("A \ttab", 1),
        Sentence("Meh\u0085.", 0),
    )
    low = readers.read_vader_gold(tmp_path, "tweets", threshold=0.05)
    assert [sentence.label for sentence in low.sentences] == [2, 2, 0, 0]


def write_tweeteval(folder: Path) -> None:
    for part in ("val", "test"):
        write(folder, f"{part}_text.txt", f'{part} one\u0085still one \n"two" \n')
        write(folder, f"{part}_labels.txt", "2\n0\n")


def test_tweeteval_pairs_lines_of_two_files(tmp_path: Path) -> None:
    write_tweeteval(tmp_path)
    corpus = readers.read_tweeteval(tmp_path)
    assert corpus.sentences == (Sentence("val one\u0085still one ", 2), Sentence('"two" ', 0))
    assert corpus.test == readers.read_tweeteval_test(tmp_path).sentences
    assert corpus.test is not None and corpus.test[0].text == "test one\u0085still one "


HEADER = "airline_sentiment,airline_sentiment_confidence,airline,text\n"


def test_airline_tweets_have_line_ends_and_quotes_within_fields(tmp_path: Path) -> None:
    rows = 'neutral,1.0,United,"first\nsecond\r\nthird, ""quoted"""\nnegative,0.7,Delta,late\nnegative,0.7,Delta,late\n'
    write_gzip(tmp_path, "airline_tweets.csv.gz", HEADER + rows)
    assert readers.read_airline_tweets(tmp_path).sentences == (
        Sentence('first\nsecond\r\nthird, "quoted"', 1),
        Sentence("late", 0),
        Sentence("late", 0),
    )


def write_movie_reviews(folder: Path) -> None:
    with zipfile.ZipFile(folder / "movie_reviews.zip", "w") as archive:
        archive.writestr("movie_reviews/README", "about")
        archive.writestr("movie_reviews/pos/cv001_2.txt", "good .\nreally good .\n")
        archive.writestr("movie_reviews/neg/cv001_1.txt", "bad .\n")
        archive.writestr("movie_reviews/neg/cv000_3.txt", "worse .\n")


def test_movie_reviews_take_the_label_from_the_folder(tmp_path: Path) -> None:
    write_movie_reviews(tmp_path)
    assert readers.read_movie_reviews(tmp_path).sentences == (
        Sentence("worse .\n", 0),
        Sentence("bad .\n", 0),
        Sentence("good .\nreally good .\n", 1),
    )


def test_the_shipped_format(tmp_path: Path) -> None:
    path = write(tmp_path, "reviews.tsv", "neutral\tIt is red.\npositive\tLovely\u0085!\nnegative\tDull.\n")
    corpus = shipped_corpus(path)
    assert [sentence.label for sentence in corpus.sentences] == [1, 2, 0]
    assert corpus.class_counts() == (1, 1, 1)


def test_leaving_out_a_class_numbers_the_labels_anew() -> None:
    part = (Sentence("bad", 0), Sentence("so", 1), Sentence("good", 2))
    binary = Corpus("c", ("negative", "neutral", "positive"), part, test=part[1:]).without_class("neutral")
    assert binary.class_names == ("negative", "positive")
    assert binary.sentences == (Sentence("bad", 0), Sentence("good", 1))
    assert binary.test == (Sentence("good", 1),)
    assert binary.validation is None
    with pytest.raises(ValueError, match="no class 'neutral'"):
        binary.without_class("neutral")


@pytest.mark.parametrize(
    ("name", "file", "content", "message"),
    [
        ("uci-yelp", "yelp_labelled.txt", "Good.\t1\nBad.\t2\n", "line 2: expected a sentence.*0 or 1, found 'Bad"),
        ("uci-yelp", "yelp_labelled.txt", "Good.\t1\n\nBad.\t0\n", "line 2: expected a sentence.*found ''"),
        ("uci-yelp", "yelp_labelled.txt", "Good. 1\n", "line 1: expected a sentence, then a tab"),
        ("uci-yelp", "yelp_labelled.txt", "\n \n", "expected text, but the file is empty"),
        (
            "uci-yelp",
            "yelp_labelled.txt",
            b"Good.\t1\nCaf\xe9.\t1\n",
            "line 2: expected UTF-8 text, found the byte 0xe9",
        ),
        ("uci-yelp", "other.txt", "x", "yelp_labelled.txt: there is no such file"),
        ("rt-polarity", "rt-polarity.neg", "bad\n \n", "line 2: expected a tokenised sentence"),
        ("sst-2", "stsa.binary.train.txt", "0 bad\n2 so so\n", "line 2: expected a label from 0 to 1, a space"),
        ("sst-5", "stsa.fine.train.txt", "5 fine\n", "line 1: expected a label from 0 to 4"),
        ("sst-5", "stsa.fine.train.txt", "4\n", "line 1: expected a label from 0 to 4"),
        ("customer-reviews", "custrev.all", "1 good\nx bad\n", "line 2: expected a label from 0 to 1"),
        ("vader-tweets", "tweets_GroundTruth.txt", "1\t2.0\tok\r\n2\t4.1\tno\r\n", "line 2: expected an id.*-4 to 4"),
        ("vader-tweets", "tweets_GroundTruth.txt", "1\ttwo\tok\r\n", "line 1: expected an id"),
        ("vader-tweets", "tweets_GroundTruth.txt", "1\tnan\tok\r\n", "line 1: expected an id"),
        ("vader-tweets", "tweets_GroundTruth.txt", "1\t2.0\r\n", "line 1: expected an id"),
    ],
)
def test_malformed_lines_are_named(tmp_path: Path, name: str, file: str, content: str | bytes, message: str) -> None:
    folder = tmp_path / readers.READERS[name][0].folder
    folder.mkdir()
    write(folder, file, content)
    with pytest.raises(UserError, match=re.escape(str(folder)) + ".*" + message):
        readers.READERS.read(name, tmp_path)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("2\n", r"line 2: expected a label for each line.*1 labels for 2 texts"),
        ("2\n3\n", "line 2: expected 0, 1 or 2"),
    ],
)
def test_tweeteval_labels_that_do_not_fit(tmp_path: Path, labels: str, message: str) -> None:
    write_tweeteval(tmp_path)
    write(tmp_path, "val_labels.txt", labels)
    with pytest.raises(UserError, match=r"val_labels.txt, " + message):
        readers.read_tweeteval(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n", "line 1: expected columns named airline_sentiment and text"),
        (HEADER + 'neutral,1,U,"a\nb"\nmixed,1,U,c\n', "line 4: expected 4 fields"),
        (HEADER + "neutral,1,U\n", "line 2: expected 4 fields"),
        (HEADER + 'neutral,1,U,"open\n', "line 2: expected a row of a table"),
        (HEADER, "line 2: expected a tweet"),
    ],
)
def test_malformed_airline_tweets(tmp_path: Path, content: str, message: str) -> None:
    write_gzip(tmp_path, "airline_tweets.csv.gz", content)
    with pytest.raises(UserError, match=message):
        readers.read_airline_tweets(tmp_path)


def test_damaged_archives(tmp_path: Path) -> None:
    write(tmp_path, "airline_tweets.csv.gz", gzip.compress(HEADER.encode())[:-9])
    with pytest.raises(UserError, match=r"airline_tweets.csv.gz: expected a gzip file, but it is damaged"):
        readers.read_airline_tweets(tmp_path)
    write(tmp_path, "airline_tweets.csv.gz", HEADER)
    with pytest.raises(UserError, match="expected a gzip file"):
        readers.read_airline_tweets(tmp_path)
    with pytest.raises(UserError, match=r"movie_reviews.zip: there is no such file"):
        readers.read_movie_reviews(tmp_path)
    write(tmp_path, "movie_reviews.zip", "PK")
    with pytest.raises(UserError, match=r"movie_reviews.zip: expected a zip file"):
        readers.read_movie_reviews(tmp_path)
    with zipfile.ZipFile(tmp_path / "movie_reviews.zip", "w") as archive:
        archive.writestr("movie_reviews/neg/README", "x")
    with pytest.raises(UserError, match=r"expected files movie_reviews/neg/\*.txt in it, found none"):
        readers.read_movie_reviews(tmp_path)


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "custrev.all").mkdir()
    with pytest.raises(UserError, match=r"custrev.all: cannot be read"):
        readers.read_customer_reviews(tmp_path)


def test_an_unknown_set_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no published set is called 'imdb'; there are uci, .*uci-imdb"):
        readers.READERS.read("imdb", tmp_path)


@pytest.mark.parametrize(("line", "found"), [("good\tNice.", "good"), ("positive Nice.", "positive"), ("neutral\t ", "neu")])
def test_a_malformed_shipped_line(tmp_path: Path, line: str, found: str) -> None:
    path = write(tmp_path, "reviews.tsv", f"neutral\tIt is red.\n{line}\n")
    with pytest.raises(UserError, match=rf"reviews.tsv, line 2: expected negative, neutral or positive.*found '{found}"):
        shipped_corpus(path)


def test_long_lines_are_shortened_in_the_message(tmp_path: Path) -> None:
    write(tmp_path, "custrev.all", "9 " + "x" * 1000)
    with pytest.raises(UserError) as raised:
        readers.read_customer_reviews(tmp_path)
    assert len(str(raised.value)) < len(str(tmp_path)) + 200
