"""The task `sentiment`: is a review positive, negative, or neither?

Logistic regression and a two-layer network on six features made by hand, then networks that learn embeddings and pool
them. Without `--data` they are cross-validated on the corpus that ships with the project, in two and in three classes;
with `--data SET` on a published one, which is tested on its own test part if it has one; with `--csv FILE` on a table of
the user's own.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on neural networks, on classification.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from tasks.sentiment import figures, report
from tasks.sentiment.classifiers import RARE_BELOW, RECIPES, Document, documents_of, fit
from tasks.sentiment.corpora import Corpus, Sentence, shipped_corpus
from tasks.sentiment.evaluation import Evaluation, WordEffect, cross_validate, train_and_test, word_effects
from tasks.sentiment.folds import check_folds, stratified_sample
from tasks.sentiment.lexicons import LEXICONS, Lexicon, read_lexicon, shipped_lexicon
from tasks.sentiment.own_table import FORMAT, read_own_table
from tasks.sentiment.readers import READERS, wrong_size
from tasks.sentiment.table import experiments
from tasks.support.engines import add_engine, check_engine
from tasks.support.errors import UserError
from tasks.support.options import counted, did_you_mean, positive_whole_number, whole_number
from tasks.support.published import find_data_folder
from tasks.support.result_tables import compute_table

FEATURE_MODELS = tuple(name for name, recipe in RECIPES.items() if recipe.pooling is None)
EMBEDDING_MODELS = tuple(name for name, recipe in RECIPES.items() if recipe.pooling is not None)
GROUPS = {"features": FEATURE_MODELS, "embeddings": EMBEDDING_MODELS, "all": tuple(RECIPES)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this task."""
    source = parser.add_mutually_exclusive_group()
    READERS.add_option(source, "uci", "the shipped corpus")
    source.add_argument(
        "--csv", type=Path, metavar="FILE", help=f"a labelled table of your own instead of the shipped corpus: {FORMAT}"
    )
    source.add_argument(
        "--table",
        action="store_true",
        help="train on four published sets as their papers do, and print a table beside published figures; takes no other option "
        "than --out and --seed",
    )
    parser.add_argument(
        "--columns",
        metavar="TEXT,CLASS",
        help="with --csv: the names of the column of texts and of that of "
        "classes, or their numbers from 1 in a table whose first row doesn't name them",
    )
    parser.add_argument(
        "--models",
        metavar="LIST",
        help=f"models, with commas between them: {', '.join(RECIPES)}, or the groups {', '.join(GROUPS)} "
        "(default: all; with --data: features)",
    )
    parser.add_argument(
        "--lexicon",
        choices=("shipped", "hu-liu", "vader"),
        help="the lists of positive and negative words (default: shipped; with --data: hu-liu; hu-liu and vader are read from "
        "the folder CHALKGRAD_DATA)",
    )
    parser.add_argument(
        "--folds",
        type=partial(whole_number, least=2),
        metavar="K",
        help="folds of cross-validation, 2 or more (default: 5; with --data: 10)",
    )
    parser.add_argument(
        "--rare-words",
        choices=("lexicon", "together"),
        default="lexicon",
        help=f"for embeddings: words that occur less than {RARE_BELOW} times share three vectors, by whether the lexicon has "
        "them as positive, as negative or not at all (lexicon), or one vector (together) (default: lexicon)",
    )
    parser.add_argument(
        "--classes",
        type=int,
        choices=(2, 3),
        help="2 leaves neutral sentences out, 3 keeps them (default: each in turn; with --data or --csv: keep them)",
    )
    parser.add_argument(
        "--epochs",
        type=positive_whole_number,
        metavar="N",
        help="passes over the training sentences (default: a number for each model)",
    )
    add_engine(parser)
    parser.add_argument(
        "--sentences",
        type=whole_number,
        metavar="N",
        default=0,
        help="use at most N sentences, in which each class keeps its share; 0 uses all (default: 0)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Train and judge the models, print the tables and save the pictures.

    Raises UserError when an option is wrong or a file is not as expected.
    """
    if arguments.table:
        run_table(arguments)
        return
    published: str | None = arguments.data
    own: Path | None = arguments.csv
    if arguments.columns is not None and own is None:
        raise UserError("--columns names the columns of a table, so it needs --csv FILE")
    check_engine(arguments.engine)
    default = "features" if published else "all"
    models = choose_models(default if arguments.models is None else arguments.models)
    corpus, lexicon = read_corpus(published, own, arguments.columns, arguments.lexicon)
    n_folds = arguments.folds or (10 if published else 5)
    by_lexicon = arguments.rare_words == "lexicon"
    for whole in choose_classes(corpus, arguments.classes, both=not published and own is None):
        variant = replace(whole, sentences=sample(whole.sentences, arguments.sentences, arguments.seed))
        documents = documents_of(variant.sentences, variant)
        test_documents = None if variant.test is None else documents_of(variant.test, variant)
        if test_documents is None:
            check_folds(n_folds, [document.seen for document in documents])
        print(describe(variant, lexicon, n_folds, len(whole.sentences)))
        if not set(models).isdisjoint(EMBEDDING_MODELS):
            print(describe_rare_words(by_lexicon))
        print(describe_repeated(documents, test_documents), flush=True)
        evaluations = []
        for model in models:
            fit_model = partial(
                fit,
                RECIPES[model],
                n_classes=len(variant.class_names),
                lexicon=lexicon,
                epochs=arguments.epochs,
                seed=arguments.seed,
                rare_words_by_lexicon=by_lexicon,
                engine=arguments.engine,
            )
            if test_documents is None:
                evaluation = cross_validate(
                    RECIPES[model], fit_model, documents, variant.class_names, n_folds=n_folds, seed=arguments.seed
                )
            else:
                evaluation = train_and_test(RECIPES[model], fit_model, documents, test_documents, variant.class_names)
            evaluations.append(evaluation)
        effects = [(evaluation, word_effects(evaluation)) for evaluation in evaluations if evaluation.recipe.pooling is not None]
        print_report(evaluations, effects, lexicon)
        source = own.stem if own else published or "shipped"
        stem = arguments.out / f"sentiment-{source}-{len(variant.class_names)}-classes"
        for path in draw_report(stem, evaluations, effects):
            print(f"picture: {path}")
        print()


def run_table(arguments: argparse.Namespace) -> None:
    """Compute the table, or what is missing of it. Raises UserError for options that have no meaning for it."""
    alone = ("columns", "models", "lexicon", "folds", "classes", "epochs")
    for option in alone:
        if getattr(arguments, option) is not None:
            raise UserError(f"--{option} has no meaning with --table, whose settings were chosen beforehand")
    if arguments.sentences or arguments.engine != "auto" or arguments.rare_words != "lexicon":
        raise UserError("--table takes no other option than --out and --seed: its settings were chosen beforehand")
    compute_table("sentiment", experiments(seed=arguments.seed), arguments.out)


def choose_models(names: str) -> list[str]:
    """Return the models that `names` lists with commas, groups resolved, in the order of `RECIPES`.

    Raises UserError for a name that is neither a model nor a group.

    >>> choose_models("max,features")
    ['logistic', 'two-layer', 'max']
    """
    chosen: set[str] = set()
    for name in map(str.strip, names.split(",")):
        if name not in RECIPES and name not in GROUPS:
            known = (*RECIPES, *GROUPS)
            raise UserError(f"--models: {name!r} is not one of {', '.join(known)}{did_you_mean(name, known)}")
        chosen.update(GROUPS.get(name, (name,)))
    return [name for name in RECIPES if name in chosen]


def read_corpus(published: str | None, own: Path | None, columns: str | None, lexicon: str | None) -> tuple[Corpus, Lexicon]:
    """Return the sentences and the lexicon that the options name.

    Raises UserError when they cannot be read; for published files, it lists all that are needed and where they come from.
    """
    name = lexicon or ("hu-liu" if published else "shipped")
    needed = [READERS.files_of(published)] if published else []
    if name in LEXICONS:
        needed.append(LEXICONS[name])
    folder = find_data_folder(*needed) if needed else Path()
    words = shipped_lexicon() if name == "shipped" else choose_lexicon(name)
    if own is not None:
        return read_own_table(own, columns), words
    if not published:
        return shipped_corpus(), words
    corpus = READERS.read(published, folder)
    complaint = wrong_size(published, corpus)
    if complaint:
        print(complaint, file=sys.stderr)
    return corpus, words


def choose_lexicon(name: str) -> Lexicon:
    """Return the published lexicon called hu-liu or vader; raises UserError when it cannot be read."""
    return read_lexicon(name, find_data_folder(LEXICONS[name]))


def choose_classes(corpus: Corpus, n_classes: int | None, *, both: bool) -> list[Corpus]:
    """Return `corpus` in as many classes as asked for; without `n_classes`, as it is, or with `both` in 2 and 3.

    Raises UserError when the corpus cannot be divided into that number of classes.
    """
    has_neutral = len(corpus.class_names) == 3 and "neutral" in corpus.class_names
    binary = corpus.without_class("neutral") if has_neutral else corpus
    if n_classes is None:
        return [binary, corpus] if both else [corpus]
    for variant in (corpus, binary):
        if len(variant.class_names) == n_classes:
            return [variant]
    raise UserError(f"--classes {n_classes}: {corpus.name} has the classes {', '.join(corpus.class_names)}")


def describe(corpus: Corpus, lexicon: Lexicon, n_folds: int, n_whole: int) -> str:
    """Return the lines that say which of `n_whole` sentences are learnt from, and how the models are judged."""
    counts = ", ".join(f"{count} {name}" for name, count in zip(corpus.class_names, corpus.class_counts(), strict=True))
    share = f" of {counted(n_whole, 'sentence')}" if len(corpus.sentences) < n_whole else ""
    judged = f"{n_folds}-fold cross-validation" if corpus.test is None else f"tested on {len(corpus.test)} more"
    return (
        f"{corpus.name}, {len(corpus.class_names)} classes: {counts}{share}; {judged}\n"
        f"lexicon {lexicon.name}: {len(lexicon.positive)} positive and {len(lexicon.negative)} negative words"
    )


def describe_rare_words(by_lexicon: bool) -> str:
    """Return the line that says how words are treated that are too rare to learn an embedding of their own."""
    shared = "three, for those in the lexicon as positive, as negative, and others" if by_lexicon else "one"
    return f"embeddings: words met less than {RARE_BELOW} times in training share {shared}"


def describe_repeated(documents: Sequence[Document], test_documents: Sequence[Document] | None) -> str:
    """Return a line that says how repeated sentences are treated; nothing when there are none.

    >>> one, other = Document("Good!", ("good", "!"), 1), Document("GOOD !", ("good", "!"), 1)
    >>> print(describe_repeated([one, other], None), end="")
    2 sentences have the same tokens as another one; such are in the same fold
    """
    if test_documents is None:
        counts = Counter(document.seen for document in documents)
        repeated = sum(count for count in counts.values() if count > 1)
        return f"{repeated} sentences have the same tokens as another one; such are in the same fold\n" if repeated else ""
    judged = {document.seen for document in test_documents}
    repeated = sum(document.seen in judged for document in documents)
    return f"sentences not learnt from, since the test part has their tokens: {repeated}\n" if repeated else ""


def sample(sentences: Sequence[Sentence], size: int, seed: int) -> tuple[Sentence, ...]:
    """Return at most `size` sentences with the classes' shares kept, all for 0."""
    if size == 0:
        return tuple(sentences)
    return tuple(sentences[index] for index in stratified_sample([one.label for one in sentences], size, seed=seed))


def print_report(
    evaluations: Sequence[Evaluation], effects: Sequence[tuple[Evaluation, Sequence[WordEffect]]], lexicon: Lexicon
) -> None:
    """Print all tables about models that were judged on one corpus."""
    print(report.format_overview(evaluations), end="\n\n")
    best = report.best_of(evaluations)
    print(report.format_confusion(best), end="\n\n")
    on_features = [evaluation for evaluation in evaluations if evaluation.recipe.pooling is None]
    if on_features:
        print(report.format_feature_weights(on_features), end="\n\n")
        print(report.format_counted_words(on_features[0], lexicon), end="\n\n")
    for evaluation, ordered in effects:
        print(report.format_word_effects(evaluation, ordered), end="\n\n")
    print(report.format_mistakes(best), end="\n\n")


def draw_report(
    stem: Path, evaluations: Sequence[Evaluation], effects: Sequence[tuple[Evaluation, Sequence[WordEffect]]]
) -> list[Path]:
    """Save all pictures about models that were judged on one corpus; return their paths, which begin with `stem`."""
    confusion, learning, weights, words = (
        stem.with_name(f"{stem.name}-{name}.png") for name in ("confusion", "learning", "weights", "words")
    )
    figures.plot_confusion(confusion, evaluations)
    figures.plot_learning(learning, evaluations)
    saved = [confusion, learning]
    for evaluation in evaluations:
        if evaluation.recipe is RECIPES["logistic"]:
            figures.plot_feature_weights(weights, evaluation)
            saved.append(weights)
    if effects:
        figures.plot_words(words, effects)
        saved.append(words)
    return saved
