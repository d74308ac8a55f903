"""Samples of a batch, or of the arrays that `fit` was given, as rows of a pool."""

from __future__ import annotations

import hashlib

from ..samples import Row
from . import labels
from .forward import flatten, rebuild

_CHUNK = 256


class Sample:
    """The values of one sample's inputs, and its target. Of arrays it is a place in them until `settle`."""

    __slots__ = ("_inputs", "_place", "_target")

    def __init__(self, inputs, target, place):
        self._inputs, self._target, self._place = inputs, target, place

    def settle(self):
        """Copies the values: the script may change its arrays."""
        if self._place is not None:
            self._inputs = [values[self._place].copy() for values in self._inputs]
            self._target = None if self._target is None else self._target[self._place].copy()
            self._place = None

    def input(self, number):
        values = self._inputs[number]
        return values if self._place is None else values[self._place]

    @property
    def target(self):
        if self._target is None or self._place is None:
            return self._target
        return self._target[self._place]


def arrays_of(framework, structure):
    """Leaves as NumPy arrays of equally many samples; None if one is something else."""
    leaves = [framework.sample_array(leaf) for leaf in flatten(structure)]
    if not leaves or any(leaf is None or leaf.ndim < 1 or len(leaf) != len(leaves[0]) for leaf in leaves):
        return None
    return leaves


def target_of(framework, y, count):
    """The first of the targets; None: there is none."""
    if y is None:
        return None
    leaves = flatten(y)
    target = framework.sample_array(leaves[0]) if leaves else None
    return target if target is not None and target.ndim >= 1 and len(target) == count else None


def offer(pool, inputs, target, is_lasting):
    """`is_lasting`: arrays of the script, not a batch; they are read only where a sample is chosen."""
    count = len(inputs[0])
    classes = labels.provisional(target, count)
    for first in range(0, count, _CHUNK):

        def take(indices, first=first):
            return [_row(inputs, target, first + index, is_lasting) for index in indices]

        pool.offer(classes[first : first + _CHUNK], take)


def _row(inputs, target, place, is_lasting):
    sample = Sample(inputs, target, place)
    digest = hashlib.blake2b(digest_size=16)
    for values in inputs:
        digest.update(values[place].tobytes())
    size = 64 if is_lasting else sum(values[place].nbytes for values in inputs)
    if not is_lasting:
        sample.settle()
    return Row(sample, size, digest.digest())


def batch_of(structure, rows, count):
    """Inputs of `count` samples, repeated if there are fewer rows, one array for each leaf."""
    import numpy

    leaves = len(flatten(structure))
    chosen = [rows[place % len(rows)].values for place in range(count)]
    return [numpy.stack([sample.input(number) for sample in chosen]) for number in range(leaves)]


def skeleton(structure):
    """The structure with places instead of values."""
    return rebuild(structure, iter(range(len(flatten(structure)))))
