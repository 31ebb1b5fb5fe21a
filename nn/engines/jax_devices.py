"""The devices that JAX has, of this process and of others: who computes what, and what all have to agree on."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax
import numpy
from jax.experimental import multihost_utils
from jax.sharding import Mesh, NamedSharding, PartitionSpec

Numbers = Any  # numpy.ndarray, or an array of JAX

AXIS = "devices"
"""What the axis of all devices is called in a mesh."""


class Devices:
    """All devices, in a row. Each holds all parameters and all examples, and computes its share of a batch.

    Args:
        batch_size: how many examples make a batch.

    Attributes:
        n: how many there are.
        mesh: the row; None for a single device.
        n_processes: how many processes have them.
        is_first: whether this process is the one that speaks for all.

    Raises:
        ValueError: a batch can't be divided among them.
    """

    def __init__(self, batch_size: int) -> None:
        devices = jax.devices()
        self.n, self.n_processes, self.is_first = len(devices), jax.process_count(), jax.process_index() == 0
        self.mesh = Mesh(numpy.array(devices), (AXIS,)) if self.n > 1 else None
        if batch_size % self.n:
            near = [number for number in (batch_size // self.n * self.n, (batch_size // self.n + 1) * self.n) if number]
            raise ValueError(
                f"batch_size is {batch_size}, and JAX has {self.n} devices here, each of which computes as much of a batch: "
                f"give batch_size={' or batch_size='.join(map(str, near))}"
            )
        self._everywhere = None if self.mesh is None else NamedSharding(self.mesh, PartitionSpec())

    def put(self, array: Numbers) -> Any:
        """Copy an array to each device, to stay there."""
        if self._everywhere is None:
            return jax.device_put(array)
        whole = numpy.asarray(array)
        return jax.make_array_from_callback(whole.shape, self._everywhere, lambda place: whole[place])

    def given(self, arrays: Any) -> Any:
        """A nest of arrays as a function takes them that is called once with them."""
        # Where there is a single device, functions of JAX take arrays of NumPy quickest.
        return arrays if self._everywhere is None else jax.tree.map(self.put, arrays)

    def specified(self, array: Numbers) -> Any:
        """What a function is compiled for: an array of this shape on each device."""
        whole = numpy.asarray(array)
        return jax.ShapeDtypeStruct(whole.shape, whole.dtype, sharding=self._everywhere)

    def same(self, number: float) -> float:
        """The number that the first process has."""
        if self.n_processes == 1:
            return number
        with _lost_process_explained(self.n_processes), jax.enable_x64(True):
            return float(multihost_utils.broadcast_one_to_all(numpy.float64(number)))

    def check_agreement(self, *things: Any) -> None:
        """See that all processes are about to do the same.

        Args:
            things: arrays, and what `repr` tells all of.

        Raises:
            RuntimeError: one of them is at something else, or has gone.
        """
        if self.n_processes == 1:
            return
        digest = 0
        for thing in things:
            digest = zlib.crc32(thing.tobytes() if isinstance(thing, numpy.ndarray) else repr(thing).encode(), digest)
        with _lost_process_explained(self.n_processes), jax.enable_x64(True):
            found = multihost_utils.process_allgather(numpy.int64(digest))
        if len(set(numpy.ravel(found).tolist())) > 1:
            raise RuntimeError(
                f"the {self.n_processes} processes of this training are not at the same step with the same parameters: all of "
                "them have to call nn.train alike, with the same model, examples and seeds, and to read the same checkpoint"
            )

    @contextmanager
    def together(self) -> Iterator[None]:
        """Wrap what all processes compute together.

        Raises:
            RuntimeError: another process has gone.
        """
        if self.n_processes == 1:
            yield
        else:
            with _lost_process_explained(self.n_processes):
                yield


@contextmanager
def _lost_process_explained(n: int) -> Iterator[None]:
    try:
        yield
    except (jax.errors.JaxRuntimeError, ValueError) as error:
        # JAX's errors of what goes wrong between processes have no class of their own, and depend on what connects them.
        if "RESOURCE_EXHAUSTED" in str(error):
            raise
        raise RuntimeError(
            f"another of the {n} processes of this training has ended, or can't be reached any more, and without it the others "
            f"can't go on; start all {n} again, and with checkpoint= the training goes on from the last checkpoint"
        ) from error
