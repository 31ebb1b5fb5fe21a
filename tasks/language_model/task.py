"""The task `language-model`: which word comes next?

N-gram models of a text, the textbook's feedforward network beside n-gram models of the same portion of the text, and the
demonstration of the dog that gets fed. Without `--data` the text is Python's own manual; with `--data SET` a published
one; with `--text FILE` one of the user's own. `--table` computes the table of results beside published ones.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapters on n-gram language models and on neural networks.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from random import Random
from textwrap import fill
from typing import Any

from tasks.language_model import figures, report
from tasks.language_model.comparison import NetworkComparison, compare_network, compare_ngrams
from tasks.language_model.demonstration import demonstrate
from tasks.language_model.manual import read_manual
from tasks.language_model.model import LanguageModel
from tasks.language_model.own_text import FORMAT, read_own_text
from tasks.language_model.readers import READERS, read_published
from tasks.language_model.sampling import sample_sentence
from tasks.language_model.texts import UNKNOWN, Text
from tasks.language_model.training import RECIPES, NetworkRecipe, recipe_for
from tasks.language_model.vocabulary import Vocabulary
from tasks.support.engines import add_engine, check_engine
from tasks.support.errors import UserError
from tasks.support.options import positive_number, positive_whole_number, shorten, whole_number
from tasks.support.published import VARIABLE, find_data_folder
from tasks.support.result_tables import compute_table

# For each option the setting of the recipe that it changes, its least and its largest number, and its meaning.
NETWORK_OPTIONS = {
    "context": ("context_length", 1, 100, "how many words before the next one the network sees"),
    "embedding": ("n_dimensions", 2, 1000, "dimensions of its embeddings"),
    "hidden": ("n_hidden", 1, 10_000, "units of its hidden layer"),
    "vocabulary": ("largest_vocabulary", 3, 10**6, "how many words it knows; all other words count as one"),
    "examples": ("n_examples", 2, 10**8, "how many predictions it learns from at most"),
    "epochs": ("epochs", 1, 1000, "how often it goes through them"),
}
HIGHEST_ORDER = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this task."""
    source = parser.add_mutually_exclusive_group()
    READERS.add_option(source, "names", "Python's manual")
    source.add_argument("--text", type=Path, metavar="FILE", help=f"a text of your own instead of Python's manual: {FORMAT}")
    parser.add_argument(
        "--unit", choices=("word", "letter"), help="with --text: what is predicted, words or letters (default: word)"
    )
    parser.add_argument(
        "--order",
        type=positive_whole_number,
        metavar="N",
        help="the highest order of n-grams (default: one more than --context, but 4 at most)",
    )
    for option, (attribute, least, _, meaning) in NETWORK_OPTIONS.items():
        defaults = {name: getattr(recipe, attribute) for name, recipe in RECIPES.items()}
        of_manual, of_words, of_letters = ("all" if number is None else number for number in defaults.values())
        default = f"{of_manual}; of other texts in words: {of_words}, in letters: {of_letters}"
        if of_manual == of_words == of_letters:
            default = str(of_manual)
        parser.add_argument(
            f"--{option}", type=whole_number, metavar="N", help=f"{meaning}, {least} or more (default: {default})"
        )
    source.add_argument(
        "--table",
        action="store_true",
        help=f"compute the table of results beside published ones instead, of sets in the folder {VARIABLE}; it takes "
        "more than an hour, and goes on where it was stopped",
    )
    add_engine(parser)
    parser.add_argument(
        "--samples", type=whole_number, metavar="N", default=5, help="sentences that each model writes (default: 5)"
    )
    parser.add_argument(
        "--temperature",
        type=positive_number,
        metavar="T",
        default=1.0,
        help="temperature of the samples: below 1, likely words become likelier (default: 1)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Measure the models, print the tables and save the pictures.

    Raises UserError when an option is wrong or a file is not as expected.
    """
    published: str | None = arguments.data
    own: Path | None = arguments.text
    if arguments.unit is not None and own is None:
        raise UserError("--unit is only for a text of your own, so it needs --text FILE; the other texts have their units")
    check_engine(arguments.engine)
    if arguments.table:
        from tasks.language_model.table import experiments

        compute_table("language-model", experiments(arguments.seed, arguments.engine), arguments.out)
        return
    if own is not None:
        text = read_own_text(own, arguments.unit or "word")
    else:
        text = read_published(published, find_data_folder(READERS.files_of(published))) if published else read_manual()
    recipe = choose_recipe(text, arguments)
    order = min(recipe.context_length + 1, 4) if arguments.order is None else arguments.order
    if arguments.order is not None and order > HIGHEST_ORDER:
        raise UserError(f"--order must be {HIGHEST_ORDER} or less, not {shorten(str(order))}")
    print(report.describe_text(text), end="\n\n", flush=True)
    ngrams = compare_ngrams(text, order)
    print(report.format_ngrams(ngrams, text), end="\n\n", flush=True)
    comparison = compare_network(text, recipe, order, seed=arguments.seed, engine=arguments.engine)
    print(report.format_network(comparison, recipe, text))
    print(fill(str(comparison.strengths), 120, break_on_hyphens=False), end="\n\n", flush=True)
    best = min(ngrams.measured, key=lambda measured: measured.nats)
    for name, model, vocabulary in (
        (f"{best.name}, from all the text", best.model, ngrams.vocabulary),
        ("the network", comparison.model, comparison.vocabulary),
        ("the mixture", comparison.mixture, comparison.vocabulary),
    ):
        samples = write_samples(model, vocabulary, text, arguments)
        if samples:
            print(report.format_samples(name, samples), end="\n\n", flush=True)
    demonstration = demonstrate(arguments.seed, engine=arguments.engine)
    print(report.format_demonstration(demonstration), end="\n\n")
    stem = arguments.out / f"language-model-{own.stem if own else published or 'manual'}"
    for path in draw_pictures(stem, text, comparison):
        print(f"picture: {path}")
    path = arguments.out / "language-model-demonstration.png"
    figures.plot_demonstration(path, demonstration)
    print(f"picture: {path}")


def choose_recipe(text: Text, arguments: argparse.Namespace) -> NetworkRecipe:
    """Return the settings for a text, with what the options say instead of the defaults.

    Raises UserError when an option is too small or too large.
    """
    changes: dict[str, Any] = {}
    for option, (attribute, least, most, _) in NETWORK_OPTIONS.items():
        number: int | None = getattr(arguments, option)
        if number is not None:
            if number < least:
                raise UserError(f"--{option} must be {least} or more, not {number}")
            if number > most:
                raise UserError(f"--{option} must be {most:,} or less, not {shorten(str(number))}")
            changes[attribute] = number
    return replace(recipe_for(text), **changes)


def write_samples(model: LanguageModel, vocabulary: Vocabulary, text: Text, arguments: argparse.Namespace) -> list[str]:
    """Return sentences that a model writes, none with the unknown word in it."""
    random = Random(arguments.seed)
    never = frozenset([vocabulary.number(UNKNOWN)] if UNKNOWN in vocabulary else [])
    longest = 20 if text.unit == "word" else 200
    return [
        text.join(
            vocabulary.decode(sample_sentence(model, random, temperature=arguments.temperature, longest=longest, never=never))
        )
        for _ in range(arguments.samples)
    ]


def draw_pictures(stem: Path, text: Text, comparison: NetworkComparison) -> list[Path]:
    """Save the pictures of a text's network, and return where."""
    learning, embeddings = (stem.with_name(f"{stem.name}-{name}.png") for name in ("learning", "embeddings"))
    figures.plot_learning(learning, comparison, f"{text.name}: a network beside n-grams of the same portion")
    groups = figures.LETTER_GROUPS if text.unit == "letter" else figures.WORD_GROUPS
    title = f"{text.name}: embeddings of the most frequent {text.unit}s"
    figures.plot_embeddings(embeddings, comparison.model.network, comparison.vocabulary, groups, title)
    return [learning, embeddings]
