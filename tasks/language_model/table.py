"""The rows of the language-model table: models of published texts, and of Python's manual, beside published figures.

Settings were chosen on validation sentences: the Penn Treebank's own, and every tenth of those to learn from of the other texts.
Those sentences also choose the epoch that is kept, and the mixture's share.
"""

import math
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tasks.language_model.comparison import NetworkComparison, compare_network
from tasks.language_model.kneser_ney import KneserNeyModel
from tasks.language_model.manual import read_manual
from tasks.language_model.model import nats_per_prediction, perplexity
from tasks.language_model.readers import READERS, read_published
from tasks.language_model.texts import Text, count_predictions
from tasks.language_model.training import RECIPES, NetworkRecipe
from tasks.language_model.vocabulary import Vocabulary
from tasks.support.engines import Engine
from tasks.support.errors import UserError
from tasks.support.kept_rows import fingerprint
from tasks.support.published import find_data_folder
from tasks.support.result_tables import Experiment
from tasks.support.results import Goal, Outcome
from tasks.support.text_files import find_file

ALL = 10**8
"""As a number of predictions: all that there are."""

TABLE_RECIPES = {
    "names-3": NetworkRecipe(
        3, 24, 400, ALL, ALL, 0.008, epochs=18, batch_size=256, average=0.999, dropout=(0.0, 0.1), dtype="float32"
    ),
    "names-8": NetworkRecipe(8, 24, 300, ALL, ALL, 0.008, epochs=20, batch_size=128, average=0.999, dropout=(0.0, 0.2)),
    "ptb": NetworkRecipe(
        6, 128, 256, ALL, ALL, 0.002, epochs=8, batch_size=512, embedding_limit=0.1, tied=True, running_on=True,
        dropout=(0.25, 0.25), weight_decay=0.01, dtype="float32",
    ),
    "manual": RECIPES["manual"],
}  # fmt: skip
"""The networks of the table: of names with a narrow and a wide window, of the Penn Treebank, and of Python's manual."""

_BY_VALIDATION = "chosen, like the epoch, by every tenth of the sentences to learn from, which the network did not learn"
_MAKEMORE = "github.com/karpathy/nn-zero-to-hero, makemore parts 2 and 3"
_MIKOLOV = "Mikolov 2012, PhD thesis, table 4.1"


def describe_recipe(recipe: NetworkRecipe) -> str:
    """Return the settings of a network in a few words.

    >>> describe_recipe(NetworkRecipe(3, 16, 200, 1, 1, 0.01, epochs=2, tied=True, dropout=(0.1, 0.2)))
    '3 before, embeddings of 16, 200 tanh units, tied output, dropout 0.1, 0.2, AdamW 0.01, batches of 32, at most 2 epochs'
    """
    parts = [
        f"{recipe.context_length} before{', across sentence ends' if recipe.running_on else ''}",
        f"embeddings of {recipe.n_dimensions}",
        f"{recipe.n_hidden} tanh units",
        "tied output" if recipe.tied else "",
        "direct connections" if recipe.direct else "",
        f"dropout {', '.join(map(str, recipe.dropout))}" if recipe.dropout else "",
        f"AdamW {recipe.learning_rate:g}" + (f", decay {recipe.weight_decay:g}" if recipe.weight_decay else ""),
        f"batches of {recipe.batch_size}",
        f"parameters averaged ({recipe.average:g})" if recipe.average else "",
        f"at most {recipe.epochs} epochs",
        "32-bit floats" if recipe.dtype == "float32" else "",
    ]
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class NetworkRow:
    """A row about a network, or about its mixture with n-grams.

    Its figure is the mean over `n_seeds` seeds: perplexity, or nats for a text in letters. `order` is the highest of the n-grams.
    """

    name: str
    text: str
    recipe: str
    order: int
    is_mixture: bool
    n_seeds: int
    minutes: float
    protocol: str
    model: str
    reference: str
    source: str
    target: float

    def goal(self, seed: int) -> Goal:
        """Return what is known of the row before anything is computed."""
        recipe = TABLE_RECIPES[self.recipe]
        by = "chosen, like the epoch, by the validation part" if self.text == "Penn Treebank" else _BY_VALIDATION
        share = "; the share is chosen by the same sentences" if self.is_mixture else ""
        letters = self.text == "names"
        return Goal(
            "language-model",
            self.text,
            self.protocol,
            self.model,
            "nats a letter" if letters else "perplexity",
            self.reference,
            self.source,
            self.target,
            "lower",
            f"{describe_recipe(recipe)}; {by}{share}",
            seed,
            3 if letters else 1,
        )

    def outcome(self, comparisons: list[NetworkComparison]) -> Outcome:
        """Return the row's figures, given the comparisons of its seeds."""
        nats = [one.measured[-1 if self.is_mixture else -2].nats for one in comparisons]
        figures = tuple(nats if self.text == "names" else map(perplexity, nats))
        history = comparisons[0].history
        curves = (("training", tuple(history.train_loss)), ("validation", tuple(history.validation_loss)))
        mean = math.fsum(figures) / len(figures)
        return Outcome(mean, figures if len(figures) > 1 else (), "seed", curves=curves)


ROWS = (
    NetworkRow(
        name="names-3",
        text="names",
        recipe="names-3",
        order=4,
        is_mixture=False,
        n_seeds=2,
        minutes=6,
        protocol="dev part",
        model="network, 3 letters before",
        reference="2.17, later 2.10",
        source=_MAKEMORE,
        target=2.10,
    ),
    NetworkRow(
        name="names-8",
        text="names",
        recipe="names-8",
        order=5,
        is_mixture=False,
        n_seeds=1,
        minutes=8,
        protocol="dev part",
        model="network, 8 letters before",
        reference="1.98 Kneser-Ney 5-grams",
        source="measured on the same files",
        target=2.00,
    ),
    NetworkRow(
        name="ptb-network",
        text="Penn Treebank",
        recipe="ptb",
        order=5,
        is_mixture=False,
        n_seeds=1,
        minutes=60,
        protocol="test part",
        model="network, 6 words before",
        reference="140.2 feedforward network",
        source=_MIKOLOV,
        target=140.2,
    ),
    NetworkRow(
        name="ptb-mixture",
        text="Penn Treebank",
        recipe="ptb",
        order=5,
        is_mixture=True,
        n_seeds=1,
        minutes=4,
        protocol="test part",
        model="the same network and Kneser-Ney 5-grams",
        reference="116.7 feedforward network and 5-grams",
        source=_MIKOLOV,
        target=116.7,
    ),
    NetworkRow(
        name="manual-network",
        text="Python's manual",
        recipe="manual",
        order=4,
        is_mixture=False,
        n_seeds=2,
        minutes=3,
        protocol="every tenth sentence",
        model="network, 5 words before",
        reference="105 a smaller network",
        source="measured by this project's first version",
        target=105.0,
    ),
    NetworkRow(
        name="manual-mixture",
        text="Python's manual",
        recipe="manual",
        order=4,
        is_mixture=True,
        n_seeds=2,
        minutes=1,
        protocol="every tenth sentence",
        model="the same network and Kneser-Ney 4-grams",
        reference="79 Kneser-Ney 4-grams",
        source="measured",
        target=70.0,
    ),
)
"""The rows about networks."""

_SETS = {"names": "names", "Penn Treebank": "ptb"}

SIZES = {"names": (182_625, 22_655), "Penn Treebank": (929_589, 82_430)}
"""How many predictions each published text has to learn from, and held out."""


def experiments(seed: int = 0, engine: Engine = "auto") -> list[Experiment]:
    """Return the rows of the table, ready to be computed.

    Raises UserError when a published text that they need is missing.
    """
    folder = find_data_folder(*(READERS.files_of(name) for name in _SETS.values()))

    @cache
    def text_called(name: str) -> Text:
        if name not in _SETS:
            return read_manual()
        text = read_published(_SETS[name], folder)
        check_size(name, text)
        return text

    def files(name: str) -> list[Path]:
        if name not in _SETS:
            return []
        of_set = READERS.files_of(_SETS[name])
        paths = (folder / of_set.folder / file for file in of_set.names)
        return [found for path in paths if (found := find_file(path))]

    def experiment(row: NetworkRow) -> Experiment:
        recipe = TABLE_RECIPES[row.recipe]
        # Which sentences the manual has depends on the version of Python.
        version = sys.version_info[:2] if row.text not in _SETS else None
        mark = fingerprint(recipe, row.order, row.n_seeds, seed, engine, version, files=files(row.text))

        def run(own: Path) -> Outcome:
            comparisons = [
                compare_network(
                    text_called(row.text),
                    recipe,
                    row.order,
                    seed=one,
                    engine=engine,
                    # Beside the row's own folder, so that the row about the mixture takes the same network.
                    checkpoint=own.parent / f"language-model-{row.recipe}-{mark}-{one}.checkpoint",
                )
                for one in range(seed, seed + row.n_seeds)
            ]
            return row.outcome(comparisons)

        return Experiment(row.name, row.goal(seed), row.minutes, mark, run)

    def kneser_ney(_: Path) -> Outcome:
        return Outcome(measure_kneser_ney(text_called("Penn Treebank"), 5))

    goal = Goal(
        "language-model", "Penn Treebank", "test part", "Kneser-Ney 5-grams, interpolated and modified", "perplexity",
        "141.2 Kneser-Ney 5-grams", _MIKOLOV, 141.2, "lower", "none to choose: the discounts follow from the counts", seed,
    )  # fmt: skip
    counted = Experiment("ptb-kneser-ney", goal, 0.2, fingerprint(5, files=files("Penn Treebank")), kneser_ney)
    rows = [experiment(row) for row in ROWS]
    return [*rows[:2], counted, *rows[2:]]


def check_size(name: str, text: Text) -> None:
    """Raise UserError if a text is not as long as it is published: what was cut short is not to be compared."""
    expected, found = SIZES[name], (count_predictions(text.training), count_predictions(text.held_out))
    if found != expected:
        files = READERS.files_of(_SETS[name])
        raise UserError(
            f"{files.folder}/{', '.join(files.names)}: {name} is published with {expected[0]:,} predictions to learn from and "
            f"{expected[1]:,} held out, and {found[0]:,} and {found[1]:,} were found; they are cut short, or of another edition "
            f"(from {files.source})"
        )


def measure_kneser_ney(text: Text, order: int) -> float:
    """Return the perplexity of Kneser-Ney n-grams on the held-out part of a text."""
    vocabulary = Vocabulary.of(text.training, further_words=text.further_words)
    model = KneserNeyModel(vocabulary.encode_all(text.training), order, len(vocabulary))
    return perplexity(nats_per_prediction(model, vocabulary.encode_all(text.held_out)))
