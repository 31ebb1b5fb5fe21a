# %% [markdown]
# # 5 · Language models
#
# A language model says which word comes next, or rather how probable each word is. This lesson takes about fifteen minutes. At
# the end you will be able to
#
# - cut a text into windows, from which any such model learns;
# - estimate probabilities by counting n-grams, and say where counting fails;
# - explain how a neural language model can know what it has never read: the cat, the dog, and their embeddings;
# - measure a model by its perplexity.
#
# It follows the textbook's sections "Feedforward Neural Language Modeling" and "Training the neural language model", and the
# beginning of its chapter on n-grams.
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/05_language_models.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

from itertools import pairwise
from random import Random

from autograd import draw
from nn import cross_entropy_from_logits
from tasks.exercises import check
from tasks.language_model.demonstration import ANIMALS, PEOPLE, SENTENCES, demonstrate
from tasks.language_model.model import nats_per_prediction, perplexity, predictions
from tasks.language_model.neural import SlidingWindowNetwork
from tasks.language_model.ngrams import AddKModel
from tasks.language_model.sampling import sample_sentence
from tasks.language_model.vocabulary import Vocabulary

# %% [markdown]
# ## A very small text
#
# The textbook explains neural language models by a thought: suppose the text says that the cat gets fed, but it never says what
# the dog gets. Here is such a text, of 41 sentences.

# %%
for sentence in SENTENCES[:3] + SENTENCES[16:18]:
    print(" ".join(sentence))

after_gets = [sentence[-1] for sentence in SENTENCES if "gets" in sentence]
after_dog = [after for s in SENTENCES for word, after in pairwise(s) if word == "dog"]
print('\nafter "gets":', {word: after_gets.count(word) for word in ("fed", "paid")})
print('after "dog":', sorted(set(after_dog)))

# %% [markdown]
# ## Windows
#
# A model sees a *window* of the last few words and has to predict the one that follows. Words are numbers: their places in the
# vocabulary. Number 0 stands for both ends of a sentence, written `<s>`. With a window of three words, one sentence gives these
# predictions:

# %%
vocabulary = Vocabulary.of(SENTENCES)
sentences = vocabulary.encode_all(SENTENCES)
for window, following in predictions(sentences[15:16], 3):
    print(" ".join(vocabulary.decode(window)), "→", *vocabulary.decode([following]))
print(len(vocabulary), "different words")

# %% [markdown]
# ## Counting
#
# The simplest model counts: P(fed | gets) is how often "gets fed" occurs, divided by how often "gets" does. A pair of words is a
# *bigram*, three are a *trigram*, and the models that count them are called *n-gram models*.

# %%
n_words = len(vocabulary)
bigrams = AddKModel(sentences, order=2, k=0, n_words=n_words)
trigrams = AddKModel(sentences, order=3, k=0, n_words=n_words)


def show(model, *context):
    """The probabilities of "fed" and "paid" after some words."""
    numbers = vocabulary.encode(context)
    fed, paid = (model.probability(numbers, vocabulary.number(word)) for word in ("fed", "paid"))
    print(f"{' '.join(context):14} fed {fed:.2f}, paid {paid:.2f}")


show(trigrams, "the", "cat", "gets")
show(trigrams, "the", "nurse", "gets")
show(trigrams, "the", "dog", "gets")

# %% [markdown]
# For the cat and the nurse, the trigrams are right. But "dog gets" never occurs, so they give probability 0 to everything: they
# know nothing. Bigrams look at "gets" alone, forget the dog, and believe that it gets paid rather than fed:

# %%
show(bigrams, "the", "dog", "gets")

# %% [markdown]
# Counting can't do better, because to it "dog" and "cat" are just two different numbers.
#
# ## A network that slides over the text
#
# The textbook's network looks up the embeddings of the last three words, puts them side by side, and computes a hidden layer and
# a score for each word of the vocabulary. The softmax of the scores are the probabilities; the loss of one prediction is the
# cross-entropy, −ln P(right word). Here it is with tiny sizes, folded to layers: 5 words, 2 numbers for each word, 4 hidden
# units.

# %%
tiny = SlidingWindowNetwork(n_words=5, context_length=3, n_dimensions=2, n_hidden=4)
loss = cross_entropy_from_logits(tiny((0, 3, 1)), 4)
loss.label = "loss"
draw(loss, level="layer", gradients=False, direction="down")

# %% [markdown]
# Now with the whole vocabulary, trained on the 41 sentences. It takes a second.

# %%
demonstration = demonstrate(progress=False)
neural = demonstration.models["feedforward network"]
show(neural, "the", "dog", "gets")

# %% [markdown]
# The network has never read what a dog gets, and yet it is sure: it gets fed. How does it know? In the other sentences, "dog"
# stands where "cat", "horse" and "rabbit" stand: they sleep in the barn, and are taken to the vet. Words that are used alike get
# embeddings that are alike. The cosine of two vectors says how alike they are: 1 is the same direction, 0 a right angle.

# %%
embeddings = {}
for word in ANIMALS + PEOPLE:
    vector = neural.network.embedding(vocabulary.number(word))
    embeddings[word] = [x.data for x in vector]


def cosine(u, v):
    """The cosine of the angle between two vectors."""
    dot = sum(a * b for a, b in zip(u, v, strict=True))
    return dot / (sum(a * a for a in u) * sum(b * b for b in v)) ** 0.5


for word in ("cat", "horse", "rabbit", "clerk", "nurse", "teacher"):
    print(f"dog and {word:8} {cosine(embeddings['dog'], embeddings[word]):5.2f}")

# %% [markdown]
# So what the network has learned about the window "the cat gets" holds for "the dog gets" as well. It can also write: draw each
# word from the probabilities after the words before it.

# %%
random = Random(0)
for _ in range(4):
    print(" ".join(vocabulary.decode(sample_sentence(neural, random))))

# %% [markdown]
# ## Perplexity
#
# Which model is better? Measure it on sentences that it hasn't learned from. The mean of −ln P over all words is the
# cross-entropy; its exponential is the *perplexity*. A perplexity of 4 means that the model is as uncertain as if it had to
# guess among 4 equally likely words. The smaller, the better.

# %%
new_text = """the dog gets fed
in the evening the rabbit gets fed
the driver writes a letter
i brush the rabbit every day"""
new_sentences = vocabulary.encode_all([line.split() for line in new_text.splitlines()])

for name, model in demonstration.models.items():
    measured = [perplexity(nats_per_prediction(model, part)) for part in (sentences, new_sentences)]
    print(f"{name:22} learned from: {measured[0]:4.2f}   new: {measured[1]:4.2f}")

# %% [markdown]
# Without smoothing, one word with probability 0 makes the perplexity infinite. *Smoothing* gives a little to what was never
# seen; the best way to do that for n-grams is named after Kneser and Ney. The network doesn't need it, and is best on the new
# sentences.
#
# ## A picture of the embeddings (with matplotlib)
#
# Each embedding has four numbers. Here are their two principal components, the flat view in which the words are furthest apart.

# %%
import matplotlib.pyplot as plt

from tasks.language_model.figures import principal_components

places, _ = principal_components(list(embeddings.values()))
figure, panel = plt.subplots(figsize=(5, 3), layout="constrained")
for word, (x, y) in zip(embeddings, places, strict=True):
    panel.plot(x, y, "o" if word in ANIMALS else "s", color="C0" if word in ANIMALS else "C1")
    panel.annotate(word, (x, y), (5, 4), textcoords="offset points")
panel.margins(0.2)

# %% [markdown]
# ## Exercises
#
# **5.1** What is the bigram probability P(sleeps | dog) in a text that has "the dog sleeps" three times, "the dog runs" twice,
# "the cat sleeps" four times, and "i love the dog" once, with nothing after it but the end of the sentence?

# %%
answer = ...
check("5.1", answer)

# %% [markdown]
# **5.2** A model gives the four words of a text the probabilities 1/2, 1/4, 1/8 and 1/4. What is its perplexity? (A calculator
# is not needed: think in powers of 2.)

# %%
answer = ...
check("5.2", answer)

# %% [markdown]
# **5.3** A network like the one above has a window of 3 words, a vocabulary of 1,000 words, embeddings of 50 numbers, and 100
# hidden units; the hidden and the last layer have biases. How many parameters does it have?

# %%
answer = ...
check("5.3", answer)
