"""`train`: the loop of epochs and batches, with validation, early stopping and a progress bar.

Source: the textbook's section on training neural nets (mini-batch training); early stopping after Prechelt 1998, "Early
stopping, but when?".
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import pairwise
from random import Random
from typing import Literal

from nn.attributes_elsewhere import answering
from nn.best_epoch import BestEpoch
from nn.checkpoints import Checkpoint, State
from nn.checks import finite_number, whole_number
from nn.engines.engine import Example, Training
from nn.engines.epochs import Epochs
from nn.engines.named import COMPILED_BY, engine_class
from nn.history import History
from nn.losses import Loss
from nn.masks import Dropout
from nn.module import Module, parameter_arrays
from nn.optimizers import Optimizer
from nn.progress import progress_bar
from nn.schedules import PlateauDecay, Schedule
from nn.training_arguments import GradientTransformation, Settings, checked_examples, checked_optimizer
from nn.watching.recording import Recording


@answering("train(model, loss, examples, epochs=10, optimizer=optimizer)")
def train(
    model: Module,
    loss: Loss,
    examples: Sequence[Example],
    *,
    epochs: int,
    optimizer: Optimizer | GradientTransformation,
    batch_size: int | None = None,
    schedule: Schedule | PlateauDecay | None = None,
    validation: Sequence[Example] | None = None,
    patience: int | None = None,
    shuffle_seed: int | None = 0,
    progress: bool = True,
    history: History | None = None,
    watch: Recording | None = None,
    engine: Literal["auto", "numpy", "native", "jax", "eager", "vectorized"] = "auto",
    noise: Sequence[Dropout] = (),
    noise_seed: int = 0,
    clip_norm: float | None = None,
    average: float | None = None,
    dtype: Literal["float64", "float32"] = "float64",
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_minutes: float = 5.0,
) -> History:
    """Train a model: for each batch of examples one step against the gradient of their mean loss.

    Args:
        model: what is trained; `optimizer` must hold parameters of it.
        loss: ``loss(*example)`` gives the loss of one example, a Value.
        examples: at least one tuple; many are best given as arrays (`nn.Examples`).
        epochs: how many times to go through the examples.
        optimizer: what moves the parameters. With ``engine="jax"`` it may be one of optax, such as ``optax.adamw(1e-3)``, which
            then moves ``model.parameters()``: it gets them as a dictionary of arrays by their names. What it remembers begins
            anew with each training, unless that goes on from a checkpoint.
        batch_size: how many examples make a batch (the last may be smaller); None for all of them.
        schedule: the factor of the learning rate for each epoch (see `nn.schedules`); the optimizer's own learning
            rate is what is multiplied, and is as before at the end. With an optimizer of optax the updates that it gives are
            multiplied. For one that ends with the learning rate, as nearly all do, that is the same; one that looks at its own
            updates afterwards needs a schedule of optax instead. The history then has factors in place of learning rates.
        validation: examples that are only measured, after each epoch.
        patience: stop after this number of epochs in a row without a lower mean loss on `validation`. The parameters of
            the best epoch are restored at the end, even if training wasn't stopped.
        shuffle_seed: the examples are put into a new order for each epoch, the same for the same seed; None keeps
            their order.
        progress: show a progress bar, in a terminal or a notebook.
        history: a history to append to, so that it is available after an interruption, or to continue training. Epochs are then
            counted from its end: 5 epochs and 5 more with the same history take the same steps as 10 (without `patience`, which
            restores parameters in between), since the schedule and the order of the examples go on. Its best epoch counts too:
            with `patience`, the parameters of that epoch are restored unless a new one is better, while the epochs to wait are
            counted anew.
        watch: a recording, made by `nn.watch`, which shows the training as a page with a slider. A training that goes on with it
            goes on with its history too.
        engine: ``"auto"``, ``"numpy"`` and ``"native"`` compile the loss (`autograd.vectorize`), once for each structure of
            example, and compute a batch at a time: with NumPy's calls, with machine code, or with the one that is expected to
            take less time for these epochs and batches. ``"vectorized"`` is another name of ``"auto"``. ``"eager"`` records every
            example as a graph of Values, which is for lessons, and for a loss that can't be compiled; ``"auto"`` does so too,
            after a warning, where NumPy isn't installed. All take the same steps, to within roundings. Machine code takes many
            steps in one call, if the optimizer moves its parameters by a formula. ``"jax"`` does so too, on all devices that JAX
            has, also those of other processes under ``jax.distributed``: each computes its share of every batch. `batch_size`
            must then be a multiple of their number; a smaller batch at the end of an epoch is computed by each of them. Each
            holds all examples. Where examples have several structures, or the optimizer has no formula, steps are taken one by
            one, on one device of each process.
        noise: masks of dropout, which are drawn anew for each example of each step, and given to the loss after the arguments of
            the example: ``loss(*example, *masks)``. Where examples are only measured, the masks are ones, which leave nothing
            out. All engines draw the same masks.
        noise_seed: what the masks depend on, besides the number of the epoch.
        clip_norm: a gradient whose Euclidean norm is greater is shortened to this norm.
        average: the decay of a running mean of the parameters, such as 0.999 a step. The mean is measured on the validation
            examples, and is what the parameters are in the end. It begins anew with each training.
        dtype: the type of all numbers while a compiled loss is trained. ``"float32"`` takes half the memory, and about half the
            time where matrices are large; results then have 6 or 7 digits.
        checkpoint: the path of a file from which the training goes on if it exists, and which is written meanwhile. So nothing is
            lost but the work of the last minutes, whatever happens. `epochs` then counts all epochs from the beginning.
        checkpoint_minutes: how many minutes pass from one writing of the checkpoint to the next; with 0 it is written after each
            step, or each call of machine code. It is also written at Ctrl-C and at the end.

    Returns:
        The history of the losses.

    Raises:
        TypeError, ValueError: an argument has the wrong type or is out of range, which is checked before anything changes. If the
            loss is compiled also: `loss` takes other arguments than numbers, lists, tuples, dictionaries and arrays.
        ImportError: ``engine="native"`` where llvmlite is missing, or ``engine="jax"`` where JAX is.
        RuntimeError: another process that trains with this one has ended, or is not at the same step.
        ValueError: `loss` depends on none of the optimizer's parameters, whatever the example: it may have been written with
            another model. Nothing has changed then.
        FrozenChoiceError: if the loss is compiled, `loss` asks for the number of a Value, as ``if x > 0`` does, looks up in a
            dictionary or a set what depends on an example, or depends on something other than its arguments and the parameters.
        ValueError: the checkpoint is damaged, or of another training; the message says what differs, and nothing has changed.
            Or the optimizer is one of your own, and keeps what it remembers elsewhere than in `states` and `steps`.
        OSError: the checkpoint can't be written.
        ModuleNotFoundError: the library safetensors, in whose format checkpoints are, is not installed.
        FloatingPointError: a loss or a gradient is infinite or nan. The message says in which epoch and batch, and for
            which example; the parameters are those from before that step.

    To be compiled, `loss` is called a few times for each structure of example, with Values in place of all numbers. So an
    index has to be used as one: ``embedding(word)``, ``cross_entropy_from_logits(logits, target)`` and `autograd.pick`
    take Values, a list does not. What `loss` reads besides its arguments and the optimizer's parameters counts as constant.
    What it requires of its arguments (`autograd.require`) is checked once, for all examples of the structure. Each structure is
    compiled separately: many different lengths take long, so pad the examples to a few lengths.

    A parameter that a batch doesn't reach stays as it is. The elements of one array, such as a matrix of weights or of
    embeddings, are reached together: the vectors of words that a batch doesn't contain have the gradient 0, and so an
    optimizer with a memory or with weight decay moves them, as it does in other libraries.

    An exception inside `loss` is passed on with a note of the epoch, the batch and the example. Ctrl-C
    (KeyboardInterrupt) is passed on too; every parameter then has its number from before or from after the step it
    came in or, with `patience`, from the best epoch so far. All gradients are None in the end.

    A training that is stopped and goes on with its checkpoint takes the same steps as one that is not, to the last bit, if
    the engine, the machine and the libraries are the same; with another engine, to within roundings. The checkpoint holds
    the parameters, what the optimizer remembers, the running mean, the history with its best epoch and the epochs waited
    for another, and the batches that have been done, but not what `watch` has recorded. It belongs to the model, the
    examples, the optimizer and the settings of the training, and is refused if one of them is another; only `epochs`,
    `patience` and the engine may be, and the loss, which nobody can compare. While there is a checkpoint, Ctrl-C waits for
    the step to end, unless it is pressed again.

    Processes that train together on JAX each call `train` with the same arguments. Each reads the checkpoint, so it has to be
    where all see it, and the first one writes it. It doesn't depend on the number of devices or of processes. Of the settings of
    an optimizer of optax, it knows only the shapes of what that remembers.

    >>> from nn import MLP, SGD, squared_error
    >>> line = MLP(1, [1])
    >>> examples = [((0.0,), 1.0), ((1.0,), 3.0), ((2.0,), 5.0)]
    >>> optimizer = SGD(line.parameters(), learning_rate=0.1)
    >>> history = train(line, lambda x, y: squared_error(line(x), y), examples, epochs=200, optimizer=optimizer)
    >>> round(line([10.0]).data, 2), history.train_loss[-1] < 1e-4
    (21.0, True)
    """
    optimizer = checked_optimizer(model, optimizer, engine, dtype)
    examples = checked_examples(examples, "examples")
    epochs = whole_number(epochs, "epochs")
    batch_size = len(examples) if batch_size is None else whole_number(batch_size, "batch_size")
    if validation is not None:
        validation = checked_examples(validation, "validation")
    if patience is not None:
        patience = whole_number(patience, "patience")
        if validation is None:
            raise ValueError("patience needs validation examples: it waits for their mean loss to fall")
    settings = Settings(noise, noise_seed, clip_norm, average, dtype, engine)
    shuffle = None if shuffle_seed is None else Random(whole_number(shuffle_seed, "shuffle_seed", least=0))
    moving = set(optimizer.parameters)
    # All parameters that backward passes may reach, frozen ones too, each once.
    reached = list(dict.fromkeys([*model.parameters(), *optimizer.parameters]))
    if len(reached) == len(moving) + len(model.parameters()):
        raise ValueError(f"the optimizer holds none of the parameters of {model!r}; make it with model.parameters()")
    if watch is not None:
        history = watch.history_for(model, history)
    history = History() if history is None else history
    if validation is not None and history.best_parameters is not None and len(history.best_parameters) != len(reached):
        raise ValueError(
            f"the history is of another model: it keeps {len(history.best_parameters)} parameters of its best epoch, and "
            f"{model!r} has {len(reached)}; give a new History"
        )
    if isinstance(schedule, PlateauDecay) and (validation is None or len(history.validation_loss) != len(history.train_loss)):
        raise ValueError("plateau_decay needs validation examples in every epoch: it waits for their mean loss to fall")
    initial_rate = optimizer.learning_rate
    # The parameters that a gradient has or lacks together.
    held = parameter_arrays(model)
    arrays = [array for one in held if len(array := [v for v in one.values if v in moving]) > 1]
    training = Training(
        loss,
        optimizer,
        reached,
        arrays,
        examples,
        validation or [],
        epochs,
        batch_size,
        COMPILED_BY.get(engine, "auto"),
        settings.noise,
        settings.clip_norm,
        settings.average,
        settings.single_precision,
    )
    computing = engine_class(engine)(training)
    saving = stored = None
    if checkpoint is not None:
        seeds = {"shuffle_seed": shuffle_seed, "noise_seed": noise_seed}
        is_writer = computing.writes_checkpoints
        saving = Checkpoint(checkpoint, checkpoint_minutes, held, training, seeds, is_writer=is_writer)
        stored = saving.read(epochs, history)
    n_before = len(history.train_loss)
    done, sums = 0, list[float]()
    if saving is not None and stored is not None:
        n_before, done, sums = stored.n_before, stored.n_completed, list(stored.sums)
        begun = range(n_before, n_before + len(stored.rates))
        factors = [1.0 if schedule is None else _factor(schedule, stored.history, epoch) for epoch in begun]
        saving.check_rates(stored, [initial_rate * factor for factor in factors])
        saving.restore(stored, history)
        computing.remember(stored.memory)
        settings.noise.begin(n_before + done, len(sums) * batch_size)
    best = BestEpoch(computing, history, reached, restored=patience is not None)
    if stored is not None:
        best.epochs_since = stored.epochs_since
    frozen = [one for one in reached if one not in moving]
    shuffled = shuffle if batch_size < len(examples) else None
    looks = [] if watch is None else watch.looks(epochs)
    # Nothing comes between epochs that are neither scheduled nor followed by a measurement or a look.
    pauses = range(epochs + 1) if schedule is not None or validation is not None else sorted({*looks, epochs})
    n_batches = -(-len(examples) // batch_size)
    try:
        with (
            progress_bar(epochs * n_batches, "batch", wanted=progress, n_done=done * n_batches + len(sums)) as bar,
            saving.held_back() if saving is not None else nullcontext(),
        ):

            def completed(losses: list[float]) -> None:
                history.train_loss += losses
                history.learning_rate += [optimizer.learning_rate] * len(losses)
                if validation is None:
                    bar.describe(_described(len(history.train_loss) - n_before, epochs, history))

            def now() -> State:
                best.keep()
                return State(
                    computing.memory(),
                    [one.data for one in frozen],
                    history,
                    n_before,
                    going.sums,
                    optimizer.learning_rate,
                    best.epochs_since,
                )

            def between() -> None:
                if saving is not None:
                    saving.look(now)

            going = Epochs(
                computing,
                n_examples=len(examples),
                batch_size=batch_size,
                shuffle=shuffled,
                n_epochs=epochs,
                bar=bar,
                begin=lambda epoch: settings.noise.begin(n_before + epoch),
                completed=completed,
                between=between,
                n_completed=done,
                sums=sums,
            )
            if shuffled is not None:
                # Skip the numbers that the earlier epochs have drawn.
                deque((shuffled.random() for _ in range((n_before + done) * (len(examples) - 1))), maxlen=0)
            if watch is not None:
                watch.start(examples, history)
                if not sums:
                    watch.look(computing)
            is_over = patience is not None and best.epochs_since >= patience
            for epoch, next_pause in [] if is_over else pairwise([done, *(pause for pause in pauses if pause > done)]):
                if stored is not None and sums and epoch == done:
                    optimizer.learning_rate = stored.rate
                elif schedule is not None:
                    # The schedule may look at the parameters, and change them.
                    computing.write()
                    optimizer.learning_rate = initial_rate * _factor(schedule, history, n_before + epoch)
                    computing.read()
                going.run(next_pause - epoch)
                if validation is not None:
                    history.validation_loss.append(computing.measure(f"epoch {epoch + 1} of {epochs}"))
                    best.compare()
                    bar.describe(_described(epoch + 1, epochs, history))
                is_over = patience is not None and best.epochs_since >= patience
                if watch is not None and (is_over or next_pause in looks):
                    watch.look(computing)
                if is_over:
                    break
                if next_pause < epochs:
                    between()
            if saving is not None and len(history.train_loss) > n_before + done:
                saving.write(now())
        computing.take_average()
        best.finish()
    except KeyboardInterrupt:
        computing.take_average()
        best.finish()
        raise
    except Exception:
        best.keep()
        raise
    finally:
        if schedule is not None:
            optimizer.learning_rate = initial_rate
        computing.finish()
    return history


def _factor(schedule: Schedule | PlateauDecay, history: History, epoch: int) -> float:
    given = schedule.factor_after(history.validation_loss[:epoch]) if isinstance(schedule, PlateauDecay) else schedule(epoch)
    return finite_number(given, f"the schedule's factor for epoch {epoch}", least=0.0)


def _described(n_completed: int, epochs: int, history: History) -> str:
    validation = f", validation {history.validation_loss[-1]:.4g}" if history.validation_loss else ""
    return f"epoch {n_completed}/{epochs}, loss {history.train_loss[-1]:.4g}{validation}"
