# %% [markdown]
# # 4 · Sentiment
#
# Is a review positive or negative? This lesson answers the question twice: first with six numbers that people thought of, then
# with numbers that the network learns for each word. It takes about fifteen minutes. At the end you will be able to
#
# - turn a sentence into a feature vector, and say what the weights of logistic regression mean;
# - explain what an embedding is, and pool the embeddings of a sentence by their mean or their maximum;
# - judge a classifier fairly, on sentences it hasn't learned from, and look at what it gets wrong.
#
# It follows the textbook's sections on classification with feedforward networks, by hand-built features and by embeddings.
#
# [Open this lesson in Colab](https://colab.research.google.com/github/chalkgrad/chalkgrad/blob/main/notebooks/04_sentiment.ipynb)

# %%
# In Colab, or wherever Chalkgrad is missing, remove the next two "#". The first line takes away another package that is
# called autograd. If this cell has failed before, restart the session (or kernel), since Python remembers that package.
# # %pip uninstall --yes --quiet autograd chalkgrad
# # %pip install chalkgrad

from autograd import draw, grad
from nn import Embedding, max_pool, mean_pool
from tasks.exercises import check
from tasks.sentiment.classifiers import RECIPES, documents_of, fit
from tasks.sentiment.corpora import shipped_corpus
from tasks.sentiment.features import FEATURE_NAMES, six_features, tokenise
from tasks.sentiment.folds import stratified_folds
from tasks.sentiment.lexicons import shipped_lexicon

# %% [markdown]
# ## The data
#
# Chalkgrad comes with a few hundred review sentences, written for it, and with two lists of words. Here only the negative and
# the positive sentences are used.

# %%
corpus = shipped_corpus().without_class("neutral")
lexicon = shipped_lexicon()
print(len(corpus.sentences), "sentences")
print(len(lexicon.positive), "positive words,", len(lexicon.negative), "negative words")
for sentence in corpus.sentences[:4]:
    print(f"{corpus.class_names[sentence.label]}: {sentence.text}")

# %% [markdown]
# ## Six features
#
# A network takes numbers, so the sentence has to become numbers. The textbook's example uses six: how many words are in the
# positive list, how many in the negative one, whether "no" occurs, how many pronouns like "I" and "you" there are, whether there
# is an exclamation mark, and the logarithm of the number of words.

# %%
text = "No, I did not like the soup, but the cake was delicious and you must try it!"
tokens = tokenise(text)
for name, x in zip(FEATURE_NAMES, six_features(tokens, lexicon), strict=True):
    print(f"{x:6.2f}  {name}")

# %% [markdown]
# ## Learning from one part, judging on another
#
# Four fifths of the sentences are for learning, and one fifth is kept back. A classifier that has seen the answers would be
# judged too well.

# %%
documents = documents_of(corpus.sentences, corpus)
folds = stratified_folds([document.label for document in documents], 5)
held_out = [documents[index] for index in folds[0]]
training = [documents[index] for fold in folds[1:] for index in fold]
print(len(training), "to learn from,", len(held_out), "to judge on")


# %%
def accuracy(classifier, judged):
    """The share of the documents whose class is found."""
    return sum(classifier.predict(one.tokens) == one.label for one in judged) / len(judged)


logistic, _ = fit(RECIPES["logistic"], training, n_classes=2, lexicon=lexicon)
two_layer, _ = fit(RECIPES["two-layer"], training, n_classes=2, lexicon=lexicon)
print(f"logistic regression: {accuracy(logistic, held_out):.0%}")
print(f"two layers:          {accuracy(two_layer, held_out):.0%}")

# %% [markdown]
# Guessing would give 50 %. The hidden layer doesn't help here: six features are so few, and so well chosen, that a weighted sum
# of them is enough. And it can be read. (Each feature was first brought to mean 0 and deviation 1, so that the weights can be
# compared.)

# %%
unit = logistic.network.layers[0]
for name, weight in zip(FEATURE_NAMES, unit.weight[0], strict=True):
    print(f"{weight.data:6.2f}  {name}")

# %% [markdown]
# Only the two counts matter. What does it get wrong? Whatever can't be seen by counting words:

# %%
wrong = [one for one in held_out if logistic.predict(one.tokens) != one.label]
for document in wrong[:6]:
    print(f"{corpus.class_names[document.label]}: {document.text}")

# %% [markdown]
# ## Embeddings
#
# The lists of words were made by people. Could a network learn by itself what each word is worth? It can: give each word a
# vector of numbers, its *embedding*, and let these numbers be parameters like weights. All vectors together are a matrix E with
# one row for each word.
#
# Sentences have different lengths, but the layers need a fixed number of inputs. *Pooling* makes one vector of many: the mean of
# the vectors, or at each position the largest number. Here are three words with vectors of two numbers; the word 4 occurs twice.

# %%
E = Embedding(6, 2, seed=0)
for word in (2, 4):
    E.weight[word][0].label, E.weight[word][1].label = f"E[{word},1]", f"E[{word},2]"

vectors = E([4, 2, 4])
mean_1, mean_2 = mean_pool(vectors)
mean_1.label, mean_2.label = "x_1", "x_2"
draw([mean_1, mean_2], gradients=False)

# %% [markdown]
# The vector of word 4 counts twice, and has a gradient twice as large as word 2; words that don't occur have none and don't
# change. So each sentence teaches only the words that are in it.

# %%
for word in (2, 4, 5):
    print(f"word {word}: {grad(mean_1, E.weight[word][0]):.3f}")

# %% [markdown]
# The maximum keeps one number of one word at each position, and only that word learns:

# %%
print("max:", [round(x.data, 3) for x in max_pool(vectors)])
for word in (2, 4, 5):
    print(f"word {word}: {grad(max_pool(vectors)[0], E.weight[word][0]):.3f}")

# %% [markdown]
# Now the whole classifier: embeddings of four numbers, pooled, then a hidden layer and a sigmoid. The words that occur three
# times or more get an embedding; the rare ones share three, by the list they are in.

# %%
learned = {}
for name in ("concatenation", "mean", "max"):
    learned[name], _ = fit(RECIPES[name], training, n_classes=2, lexicon=lexicon)
    found, judged = accuracy(learned[name], training), accuracy(learned[name], held_out)
    print(f"{name:13} right: {found:4.0%} of what it learned from, {judged:4.0%} of the rest")

# %% [markdown]
# With the six features we had told the network what to look for; now it has to find it out from 294 sentences, and learns some
# of them by heart: it is better on what it has learned from than on the rest (*overfitting*). Worst is concatenation, which puts
# the vectors of the first twelve words side by side. It has to learn what "delicious" means at each place anew. With millions of
# sentences, learned embeddings win.
#
# What has it learned? The score of a sentence that consists of a single word tells:

# %%
for word in ("best", "honest", "quick", "a", "rude", "late", "left"):
    print(f"{learned['mean'].positivity([word]):6.2f}  {word}")

# %% [markdown]
# ## Exercises
#
# **4.1** Compute the six features of "I love this phone, and you will love it too!" by hand. The only word in the lists is
# "love", which is positive; commas and exclamation marks count as words. Give six numbers, in the order of the table above.

# %%
answer = ...
check("4.1", answer)

# %% [markdown]
# **4.2** Three words have the embeddings (1, −2), (3, 0) and (−1, 5). Pool them by their mean and by their maximum. Give four
# numbers: the two of the mean, then the two of the maximum.

# %%
answer = ...
check("4.2", answer)

# %% [markdown]
# **4.3** "The food was good, not bad" and "The food was bad, not good" have the same words in another order. Which kind of
# network can tell them apart? Give "concatenation", "mean" or "max", in quotes.

# %%
answer = ...
check("4.3", answer)
