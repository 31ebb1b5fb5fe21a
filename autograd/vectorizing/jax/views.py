"""Views of arrays as operations of JAX, which has no views: forwards, and back into the array that they are views of."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy
from jax import lax
from jax import numpy as jnp

from autograd.vectorizing.arrays.views import Shape, View

Numbers = Any  # jax.Array or a tracer


def taken(x: Numbers, view: View, batched: bool) -> Numbers:
    """The elements of a view of an array, which may have an axis of examples; repeated axes have length 1."""
    before = x.shape[:1] if batched else ()
    if view.gathered is not None:
        flat = x.reshape(*before, -1)
        return flat.at[..., view.indices()].get(mode="promise_in_bounds", wrap_negative_indices=False)
    if view.reshaped is not None:
        x = x.reshape(*before, *view.reshaped)
    if view.slices is not None:
        starts, stops, kept = _bounds(view, x.shape[len(before) :])
        x = lax.slice(x, (*[0] * len(before), *starts), (*before, *stops))
        x = x.reshape(*before, *kept)
    if view.order is not None:
        x = x.transpose(*range(len(before)), *(axis + len(before) for axis in view.order))
    if view.repeated:
        x = jnp.expand_dims(x, [axis + len(before) for axis in view.repeated])
    return x


def put_back(numbers: Numbers, view: View, shape: Shape, batched: bool) -> Numbers:
    """An array of a shape that has numbers where a view shows them, and 0 elsewhere; the view repeats and gathers nothing."""
    before = numbers.shape[:1] if batched else ()
    if view.order is not None:
        back = [view.order.index(axis) for axis in range(len(view.order))]
        numbers = numbers.transpose(*range(len(before)), *(axis + len(before) for axis in back))
    if view.slices is not None:
        of_base = shape if view.reshaped is None else view.reshaped
        starts, stops, _ = _bounds(view, of_base)
        numbers = numbers.reshape(*before, *(stop - start for start, stop in zip(starts, stops, strict=True)))
        margins = [(start, length - stop, 0) for start, stop, length in zip(starts, stops, of_base, strict=True)]
        numbers = lax.pad(numbers, jnp.zeros((), numbers.dtype), [*[(0, 0, 0)] * len(before), *margins])
    return numbers.reshape(*before, *shape)


def places(view: View, shape: Shape) -> Any:
    """The flat indices of the elements that a view takes from an array of a shape, of the shape that it says."""
    every = numpy.arange(prod(shape)).reshape(shape)
    if view.gathered is not None:
        return numpy.broadcast_to(view.indices(), view.shape)
    if view.reshaped is not None:
        every = every.reshape(view.reshaped)
    if view.slices is not None:
        every = every[tuple([one if isinstance(one, int) else slice(*one or (None,)) for one in view.slices])]
    if view.order is not None:
        every = every.transpose(view.order)
    return numpy.broadcast_to(numpy.expand_dims(every, view.repeated), view.shape)


def _bounds(view: View, shape: Shape) -> tuple[list[int], list[int], list[int]]:
    """Where the slices of a view start and stop, and the lengths of the axes that are left."""
    assert view.slices is not None
    starts, stops, kept = [], [], []
    for one, length in zip(view.slices, shape, strict=True):
        start, stop = (one, one + 1) if isinstance(one, int) else (0, length) if one is None else one
        starts.append(start)
        stops.append(stop)
        if not isinstance(one, int):
            kept.append(stop - start)
    return starts, stops, kept
