"""The tables of the language-model task."""

from collections.abc import Sequence
from textwrap import indent

from tasks.language_model.comparison import Comparison, NetworkComparison
from tasks.language_model.demonstration import CONTEXT, Demonstration
from tasks.language_model.model import perplexity
from tasks.language_model.texts import Text, count_predictions
from tasks.language_model.training import NetworkRecipe
from tasks.support.tables import format_table


def describe_text(text: Text) -> str:
    """Return the lines that say what is learned from and what is held out, and how much of that is in both.

    Repeated sentences stay, as language repeats itself and the published perplexities of these texts count them too.
    """
    learned = set(text.training)
    repeated = sum(sentence in learned for sentence in text.held_out)
    occur = "occurs" if repeated == 1 else "occur"
    both = f"\n{repeated:,} of the {len(text.held_out):,} held-out sentences also {occur} in what is learned from."
    return (
        f"{text.name}, in {text.unit}s: {count_predictions(text.training):,} predictions to learn from, "
        f"{count_predictions(text.held_out):,} held out ({text.held_out_part}).\n"
        f"A prediction is a {text.unit} or the end of a sentence; nats is the mean of -ln P, perplexity is e^nats."
        f"{both if repeated else ''}"
    )


def format_ngrams(comparison: Comparison, text: Text) -> str:
    """Return the table of n-gram models that learned from the whole text."""
    size = f"{len(comparison.vocabulary):,} {text.unit}s"
    return _format_measured(comparison, f"N-grams that learned from all of it, over its whole vocabulary of {size}:")


def format_network(comparison: NetworkComparison, recipe: NetworkRecipe, text: Text) -> str:
    """Return the table of a network, n-gram models that learned from the same portion of the text, and the mixture of both."""
    learned = comparison.measured[-1].n_learned
    output = ", its embeddings as output" if recipe.tied else ""
    direct = ", direct connections" if recipe.direct else ""
    best = comparison.history.best_epoch
    stopped = "" if best is None else f", of which {best + 1} were best for the validation sentences"
    own = "besides them" if text.validation else "every tenth sentence of them"
    return _format_measured(
        comparison,
        f"The network beside n-grams of the same portion: {learned:,} predictions to learn from, "
        f"{comparison.n_held_out:,} held out, {len(comparison.vocabulary):,} {text.unit}s.\n"
        f"Network: {recipe.context_length} {text.unit}s before, embeddings of {recipe.n_dimensions} dimensions, "
        f"{recipe.n_hidden} tanh units{output}{direct}, {comparison.n_parameters:,} parameters.\n"
        f"Epochs: {len(comparison.history.train_loss)}{stopped}.\n"
        f"Validation: {comparison.n_validation:,} predictions, {own}, which the network didn't learn; they chose its epoch "
        "and the mixture.",
    )


def _format_measured(comparison: Comparison, title: str) -> str:
    rows = [(one.name, one.nats, perplexity(one.nats)) for one in comparison.measured]
    return format_table(["model", "nats", "perplexity"], rows, title=title, digits=3)


def format_samples(name: str, samples: Sequence[str]) -> str:
    """Return sentences that a model wrote, one a line.

    >>> print(format_samples("the network", ["it is a list"]))
    Written by the network:
      it is a list
    """
    return "\n".join([f"Written by {name}:", *(indent(sample, "  ") for sample in samples)])


def format_demonstration(demonstration: Demonstration) -> str:
    """Return the table of what each model expects after "the dog gets"."""
    fed, paid = demonstration.probabilities("fed"), demonstration.probabilities("paid")
    rows = [(name, fed[name], paid[name], demonstration.likeliest(name)) for name in demonstration.models]
    context = " ".join(CONTEXT)
    return format_table(
        ["model", "P(fed)", "P(paid)", "likeliest"],
        rows,
        title=f'After "{context}", which never occurs; "gets fed" and "gets paid" do, and dogs are where cats are:',
        digits=3,
    )
