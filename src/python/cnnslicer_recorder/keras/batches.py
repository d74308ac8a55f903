"""Batches on their way to `fit` or to a loop: kept or shown as they pass, and read no earlier."""

from __future__ import annotations

from .forward import flatten, rebuild


class Held:
    """Batches of a data set that a loop reads."""

    def __init__(self, iterator, steps):
        self.batches = []
        # Of each training, before the first batch.
        self.steps = steps
        try:
            self.is_endless = int(iterator._dataset.cardinality()) == -1
        except Exception:  # no data set of tf.data
            self.is_endless = False


class Passing:
    """Batches on their way to `fit`."""

    def __init__(self, batches, see):
        self._batches, self._see = batches, see

    def __iter__(self):
        return _PassingIterator(iter(self._batches), self._see)


class _PassingIterator:
    def __init__(self, iterator, see):
        self._iterator, self._see = iterator, see

    def __iter__(self):
        return self

    def __next__(self):
        batch = next(self._iterator)
        self._see(batch)
        return batch


def spied(tf, dataset, see):
    """The data set with its elements shown to `see`; None if they cannot be."""
    spec = getattr(dataset, "element_spec", None)
    if not hasattr(dataset, "map") or not all(isinstance(leaf, tf.TensorSpec) for leaf in flatten(spec)):
        return None

    @tf.autograph.experimental.do_not_convert
    def show(*element):
        whole = element if len(element) != 1 or isinstance(spec, tuple) else element[0]
        leaves = flatten(whole)

        def seen(*values):
            see(rebuild(whole, iter(values)))
            return ()

        tf.py_function(seen, leaves, [])
        return whole

    return dataset.map(show)


def parts_of(batch):
    """(x, y) of a batch."""
    if isinstance(batch, (list, tuple)):
        return batch[0], (batch[1] if len(batch) > 1 else None)
    return batch, None


def fits(shapes, given):
    return (
        shapes is not None
        and len(shapes) == len(given)
        and all(
            len(shape) == len(other) and all(a is None or a == b for a, b in zip(shape, other))
            for shape, other in zip(shapes, given)
        )
    )
