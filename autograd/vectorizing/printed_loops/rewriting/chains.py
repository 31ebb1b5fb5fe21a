"""Sums that were written term by term, as totals and dot products: ``s = s + w[t] * x[t]`` for each t is ``s + w @ x``.

So are totals of products that are read nowhere else. The partial sums are not kept: what a chain of sums begins with, and what it
ends with, become arrays of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd, prod

from autograd.table.primitives import TABLE
from autograd.vectorizing.printed_loops.slots import access_to, padded, step_of
from autograd.vectorizing.printed_loops.term_system import TERMS
from autograd.vectorizing.printed_loops.terms import Path, Term, named
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram, Run, Slot

_ADD, _MULTIPLY, _TOTAL, _DOT = [TABLE[name] for name in ("add", "multiply", "total", "dot")]
_TERM = _DOT.term(TERMS, named("w", batched=False), named("x", batched=False))  # type: ignore[attr-defined]
assert isinstance(_TERM, Term) and _TERM.function == "multiply", "a dot product is no longer a sum of products"


@dataclass(frozen=True, slots=True)
class _Chain:
    """A chain of sums in a loop.

    Attributes:
        add: the operation that adds a term.
        factors: what the terms are products of, or the terms themselves.
        first: where the sum is before the loop, and `last`: after it; both for the loops around it.
        distance: how far the elements of different chains lie apart in the array of the sums; 0 if there is one chain.
    """

    add: Operation
    factors: tuple[Place, ...]
    first: Index
    last: Index
    distance: int


def without_chains(program: RolledProgram) -> RolledProgram:
    """The same program with totals and dot products for chains of sums."""
    writer = _Writer(program)
    items = writer.items(program.items, ())
    return replace(
        program,
        items=items,
        loss=writer.place(program.loss),
        outputs={name: list(map(writer.place, places)) for name, places in program.outputs.items()},
        demands=list(map(writer.place, program.demands)),
    )


class _Writer:
    def __init__(self, program: RolledProgram) -> None:
        self._readers: dict[Array, list[tuple[Operation | None, Place | Run, Path]]] = {}
        self._writers: dict[Array, list[tuple[Operation, Path]]] = {}
        for operation, path in _operations(program.items, ()):
            self._writers.setdefault(operation.result.array, []).append((operation, path))
            for slot in operation.slots:
                for place in (slot,) if isinstance(slot, Place) else slot:
                    self._readers.setdefault(place.array, []).append((operation, place, path))
        for place in (program.loss, *program.demands, *(one for places in program.outputs.values() for one in places)):
            self._readers.setdefault(place.array, []).append((None, place, ()))
        self._chains: dict[Loop, _Chain] = {}
        # For each array of sums, where its first and its last elements are now.
        self._ends: dict[Array, tuple[_Chain, Array, Array]] = {}
        # The products of each total that is a dot product, and the loops that compute them.
        self._products: dict[Operation, tuple[Loop, tuple[Place, ...]]] = {}
        self._find(program.items, ())

    # ---------------------------------------------------------------------------------------------- finding

    def _find(self, items: Sequence[Item], path: Path) -> None:
        for item in items:
            if isinstance(item, Loop) and not self._is_multiplied(item, path):
                chain = self._chain(item, path)
                ends = None if chain is None else self._made_ends(chain)
                if chain is None or ends is None:
                    self._find(item.items, (*path, item))
                else:
                    self._chains[item] = chain
                    self._ends[chain.add.result.array] = ends

    def _chain(self, loop: Loop, path: Path) -> _Chain | None:
        *before, add = loop.items
        if len(before) > 1 or not isinstance(add, Operation) or add.primitive is not _ADD:
            return None
        array, index, depth = add.result.array, add.result.index, len(path)
        step, outer = step_of(add.result, depth), padded(index.steps, depth)
        left, right = add.slots
        if not isinstance(left, Place) or not isinstance(right, Place) or index.table or not step or array in self._ends:
            return None
        previous, term = (left, right) if left.array is array else (right, left)
        if previous.array is not array or term.array is array or previous.index.table:
            return None
        if previous.index.base != index.base - step or padded(previous.index.steps, depth + 1) != (*outer, step):
            return None
        factors = self._factors(before, term)
        if factors is None or any(factor.index.table for factor in factors):
            return None
        last = Index(index.base + step * (loop.trips - 1), outer)
        distance = gcd(*outer)
        if distance and abs(step) * loop.trips >= distance:
            return None
        return _Chain(add, factors, Index(index.base - step, outer), last, distance)

    def _is_multiplied(self, loop: Loop, path: Path) -> bool:
        """Whether a loop computes products of which only the total is needed; note that total."""
        (product, *others), depth = loop.items, len(path)
        if others or not isinstance(product, Operation) or product.primitive is not _MULTIPLY:
            return False
        factors = tuple([slot for slot in product.slots if isinstance(slot, Place)])
        result, readers = product.result, self._readers.get(product.result.array, [])
        if len(readers) != 1 or len(self._writers[result.array]) > 1 or any(one.index.table for one in (result, *factors)):
            return False
        ((total, run, where),) = readers
        index = Index(result.index.base, (*padded(result.index.steps, depth), step_of(result, depth)))
        if total is None or total.primitive is not _TOTAL or where != path or total.slots != ((run,),):
            return False
        if run != Run(result.array, index, loop.trips) or not any(step_of(factor, depth) for factor in factors):
            return False
        self._products[total] = loop, factors
        return True

    def _factors(self, before: Sequence[Item], term: Place) -> tuple[Place, ...] | None:
        if not before:
            return (term,)
        (product,) = before
        if not isinstance(product, Operation) or product.primitive is not _MULTIPLY or product.result != term:
            return None
        if len(self._readers.get(term.array, [])) > 1 or len(self._writers[term.array]) > 1:
            return None
        return tuple([slot for slot in product.slots if isinstance(slot, Place)])

    def _made_ends(self, chain: _Chain) -> tuple[_Chain, Array, Array] | None:
        """Arrays for the first and the last elements, if nothing else is read and written of the array of the sums."""
        array = chain.add.result.array
        found = [(write.result, path) for write, path in self._writers[array] if write is not chain.add]
        places: list[tuple[Place | Run, Path]] = [*found, (Place(array, chain.first), ()), (Place(array, chain.last), ())]
        places += [(place, path) for reader, place, path in self._readers[array] if reader is not chain.add]
        sizes = {chain.first: 1, chain.last: 1}
        for place, path in places:
            end = self._end_of(chain, place.index)
            if end is None:
                return None
            _, moves, _ = access_to(place, path)
            reach = place.index.base - end.base + sum(max(0, step * (count - 1)) for step, count in moves)
            lowest = place.index.base - end.base + sum(min(0, step * (count - 1)) for step, count in moves)
            if lowest < 0 or any(step % chain.distance if chain.distance else step for step, _ in moves):
                return None
            sizes[end] = max(sizes[end], reach // (chain.distance or 1) + 1)
        first, last = [
            Array(Kind.COMPUTED, sizes[end], array.number, batched=array.batched, active=array.active)
            for end in (chain.first, chain.last)
        ]
        return chain, first, last

    @staticmethod
    def _end_of(chain: _Chain, index: Index) -> Index | None:
        for end in (chain.first, chain.last):
            away = index.base - end.base
            if not index.table and (away % chain.distance == 0 if chain.distance else away == 0):
                return end
        return None

    # ---------------------------------------------------------------------------------------------- writing

    def items(self, items: Sequence[Item], path: Path) -> list[Item]:
        """Items with totals and dot products in the place of chains."""
        written: list[Item] = []
        dropped = {loop for loop, _ in self._products.values()}
        for item in items:
            if not isinstance(item, Loop) and item in self._products:
                loop, factors = self._products[item]
                written.append(
                    replace(item, primitive=_DOT, slots=self._runs(factors, loop, path), result=self.place(item.result))
                )
            elif not isinstance(item, Loop):
                written.append(replace(item, slots=tuple(map(self._slot, item.slots)), result=self.place(item.result)))
            elif item in dropped:
                continue
            elif item in self._chains:
                written += self._summed(self._chains[item], item, path)
            else:
                written.append(Loop(item.trips, self.items(item.items, (*path, item))))
        return written

    def _summed(self, chain: _Chain, loop: Loop, path: Path) -> Iterator[Operation]:
        depth = len(path)
        slots = self._runs(chain.factors, loop, path)
        batched, active = any(run.array.batched for (run,) in slots), any(run.array.active for (run,) in slots)
        trips = [around.trips for around in path]
        strides = tuple([prod(trips[place + 1 :]) for place in range(depth)])
        whole = Place(Array(Kind.COMPUTED, prod(trips), batched=batched, active=active), Index(0, strides))
        array, node = chain.add.result.array, chain.add.node
        yield Operation(_DOT if len(slots) == 2 else _TOTAL, slots, whole, node)
        first, last = [self.place(Place(array, end)) for end in (chain.first, chain.last)]
        yield Operation(_ADD, (whole, first), last, node)

    def _runs(self, factors: Sequence[Place], loop: Loop, path: Path) -> tuple[tuple[Run], ...]:
        """What a loop reads in all its repetitions."""
        depth = len(path)
        return tuple([
            (Run(one.array, Index(one.index.base, (*padded(one.index.steps, depth), step_of(one, depth))), loop.trips),)
            for one in map(self.place, factors)
        ])  # fmt: skip

    def place(self, place: Place) -> Place:
        """Where an element is now."""
        return Place(*self._moved(place.array, place.index))

    def _slot(self, slot: Slot) -> Slot:
        if isinstance(slot, Place):
            return self.place(slot)
        return tuple([Run(*self._moved(run.array, run.index), run.count) for run in slot])

    def _moved(self, array: Array, index: Index) -> tuple[Array, Index]:
        if array not in self._ends:
            return array, index
        chain, first, last = self._ends[array]
        end = self._end_of(chain, index)
        assert end is not None
        unit = chain.distance or 1
        moved = Index((index.base - end.base) // unit, tuple([step // unit for step in index.steps]))
        return (first if end is chain.first else last), moved


def _operations(items: Sequence[Item], path: Path) -> Iterator[tuple[Operation, Path]]:
    for item in items:
        if isinstance(item, Loop):
            yield from _operations(item.items, (*path, item))
        else:
            yield item, path
