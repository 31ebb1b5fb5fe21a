"""The textbook's demonstration of what embeddings are good for: the dog gets fed.

Suppose that "the cat gets fed" occurs in the training text, and "dog gets" is never followed by "fed". Models that
count n-grams can't know that dogs get fed too. A neural model can, since "dog" and "cat" stand in the same places in
other sentences, and so get similar embeddings.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on neural networks: "Feedforward neural language
modeling".
"""

from dataclasses import dataclass

from tasks.language_model.kneser_ney import KneserNeyModel
from tasks.language_model.model import LanguageModel
from tasks.language_model.neural import NeuralModel, SlidingWindowNetwork
from tasks.language_model.ngrams import AddKModel
from tasks.language_model.training import NetworkRecipe, train_network
from tasks.language_model.vocabulary import Vocabulary
from tasks.support.engines import Engine

CONTEXT = ("the", "dog", "gets")

ANIMALS = ("cat", "dog", "horse", "rabbit")
PEOPLE = ("clerk", "driver", "nurse", "teacher")

SENTENCES = tuple(
    tuple(line.split())
    for line in """
i have to make sure that the cat gets fed
i have to make sure that the rabbit gets fed
we forgot to make sure that the cat gets fed
we forgot to make sure that the horse gets fed
in the evening the cat gets fed
in the evening the horse gets fed
i have to make sure that the driver gets paid
i have to make sure that the nurse gets paid
i have to make sure that the teacher gets paid
we forgot to make sure that the clerk gets paid
we forgot to make sure that the nurse gets paid
we forgot to make sure that the teacher gets paid
in the evening the clerk gets paid
in the evening the driver gets paid
in the evening the teacher gets paid
the cat sleeps in the barn
the dog sleeps in the barn
the horse sleeps in the barn
the rabbit sleeps in the barn
the cat runs across the garden
the dog runs across the garden
the rabbit runs across the garden
we take the cat to the vet
we take the dog to the vet
we take the horse to the vet
i brush the cat every day
i brush the dog every day
i brush the horse every day
the children love the dog
the children love the rabbit
the clerk works in the town
the driver works in the town
the nurse works in the town
the teacher works in the town
the clerk writes a letter
the nurse writes a letter
the teacher writes a letter
we call the driver at home
we call the nurse at home
i thank the clerk every day
i thank the teacher every day
""".strip().split("\n")
)
"""What is learned from. "gets fed" occurs six times and "gets paid" nine times, neither of them after "dog"."""

RECIPE = NetworkRecipe(3, 4, 10, n_examples=1000, n_held_out=0, learning_rate=0.05, epochs=20, batch_size=8, embedding_limit=0.05)


@dataclass(frozen=True)
class Demonstration:
    """The models of the demonstration by name, their vocabulary, and the network among them."""

    vocabulary: Vocabulary
    models: dict[str, LanguageModel]
    network: SlidingWindowNetwork

    def probabilities(self, word: str) -> dict[str, float]:
        """Return P(word | "the dog gets") by each model."""
        context, number = self.vocabulary.encode(CONTEXT), self.vocabulary.number(word)
        return {name: model.probability(context, number) for name, model in self.models.items()}

    def likeliest(self, name: str) -> str | None:
        """Return the likeliest word after "the dog gets" by one model, None when it gives no word a probability."""
        distribution = self.models[name].distribution(self.vocabulary.encode(CONTEXT))
        largest = max(distribution)
        return self.vocabulary.words[distribution.index(largest)] if largest > 0 else None


def demonstrate(seed: int = 0, *, progress: bool = True, engine: Engine = "auto") -> Demonstration:
    """Train the network on `SENTENCES`, and count the n-grams in them."""
    vocabulary = Vocabulary.of(SENTENCES)
    sentences, n_words = vocabulary.encode_all(SENTENCES), len(vocabulary)
    network, _ = train_network(sentences, n_words, RECIPE, seed=seed, progress=progress, engine=engine)
    models: dict[str, LanguageModel] = {
        "trigrams, not smoothed": AddKModel(sentences, 3, 0, n_words),
        "bigrams, not smoothed": AddKModel(sentences, 2, 0, n_words),
        "trigrams, Kneser-Ney": KneserNeyModel(sentences, 3, n_words),
        "feedforward network": NeuralModel(network),
    }
    return Demonstration(vocabulary, models, network)
