"""Joining the first repetition of a recurrence to its loop.

The first repetition differs from the others in one thing: it reads initial values where they read what the repetition before has
computed. Where that is all, the initial values are copied to where a repetition before the first would have left them, and the
loop begins one repetition earlier:

    h[0] = tanh(w · x[0] + u · start)                     h[0] = start
    for t in range(199):                                  for t in range(200):
        h[t + 1] = tanh(w · x[t + 1] + u · h[t])              h[t + 1] = tanh(w · x[t] + u · h[t])
"""

from __future__ import annotations

from autograd.vectorizing.rolled.constants import Constants
from autograd.vectorizing.rolled.initial_values import DifferentError, in_loops
from autograd.vectorizing.rolled.lines import Repeated, TextItem
from autograd.vectorizing.rolled.repetitions import Repetition


def join_first_repetitions(items: list[TextItem], constants: Constants, around: tuple[int, ...] = ()) -> None:
    """Change a text in place, from the inside out.

    Args:
        items: the text.
        constants: its constants, to which more are added.
        around: the trips of the loops around it.
    """
    for item in items:
        if isinstance(item, Repeated):
            join_first_repetitions(item.body, constants, (*around, item.trips))
    place = 0
    while place < len(items):
        item = items[place]
        if isinstance(item, Repeated):
            place = _join_to(items, place, item, constants, around)
        place += 1


def _join_to(items: list[TextItem], place: int, loop: Repeated, constants: Constants, around: tuple[int, ...]) -> int:
    """Join what stands around a loop to it, if that is possible; the loop's place afterwards.

    A loop may have been found in the middle of a repetition, so that the beginning of the first one stands before it and the end
    of the last one after it. Then both are joined, and the loop turns the other way round.
    """
    period = len(loop.body)
    repetition = Repetition(constants, around)
    n_joined, start = 0, place
    n_more = 0
    for earlier in range(place - 1, max(place - 1 - 2 * period, -1), -1):
        if repetition.matches(items[earlier], loop.body[period - 1 - n_joined], -1):
            n_joined, start, n_more = n_joined + 1, earlier, len(repetition.more)
            if n_joined == period:
                break
        else:
            repetition.more.append(items[earlier])
    del repetition.more[n_more:]
    n_after = period - n_joined
    after = items[place + 1 : place + 1 + n_after]
    if not n_joined or len(after) < n_after:
        return place
    if not all(repetition.matches(item, of_body, loop.trips) for item, of_body in zip(after, loop.body, strict=False)):
        return place
    try:
        copies = repetition.copies()
    except DifferentError:
        return place
    repetition.join()
    loop.body[:] = loop.body[n_after:] + loop.body[:n_after]
    loop.trips += 1
    before = [*reversed(repetition.more), *(in_loops(line, len(around)) for line in copies)]
    items[start : place + 1 + n_after] = [*before, loop]
    return start + len(before)
