"""What a model is called with: nested arguments as leaves, and batches of leaves as rows of samples."""

import hashlib

from ..samples import Row
from .buffers import float_buffer, raw_bytes


def leaves_of(torch, given):
    """(leaves, rebuild): the values of nested lists, tuples and dicts, and what makes them the same again."""
    leaves = []
    return leaves, _flatten(torch, given, leaves)


def _flatten(torch, value, leaves):
    if type(value) in (list, tuple):
        parts = [_flatten(torch, part, leaves) for part in value]
        kind = type(value)
        return lambda take: kind(part(take) for part in parts)
    if type(value) is dict:
        named = {name: _flatten(torch, part, leaves) for name, part in value.items()}
        return lambda take: {name: part(take) for name, part in named.items()}
    place = len(leaves)
    leaves.append(value)
    return lambda take: take(place)


def batch_size(torch, leaves):
    """Samples in one call; None if its inputs are no batch."""
    for leaf in leaves:
        if isinstance(leaf, torch.Tensor) and leaf.ndim:
            return leaf.shape[0]
    return None


class CallForm:
    """How a model is called: which leaves have the samples' axis, and the values of the others."""

    def __init__(self, torch, args, kwargs):
        leaves, self._rebuild = leaves_of(torch, (tuple(args), dict(kwargs)))
        self.size = batch_size(torch, leaves) or 0
        # The rows of a sparse tensor, such as a graph's edges, are no samples.
        is_sparse = any(isinstance(leaf, torch.Tensor) and leaf.layout != torch.strided for leaf in leaves)
        places = [] if is_sparse else range(len(leaves))
        self.batched = [place for place in places if _is_batched(torch, leaves[place], self.size)]
        # Without a batch the model is not called with them.
        self._others = {
            place: leaf.detach().clone() if isinstance(leaf, torch.Tensor) else leaf
            for place, leaf in enumerate(leaves)
            if self.batched and place not in self.batched
        }
        self._kinds = [(leaves[place].dtype, tuple(leaves[place].shape[1:])) for place in self.batched]
        self._torch = torch
        self.count = len(leaves)
        # The input that is shown: the first of numbers, else the first.
        numbers = [place for place, (kind, _) in enumerate(self._kinds) if kind.is_floating_point]
        self.first = numbers[0] if numbers else 0

    def accepts(self, leaves):
        """Whether another call has the same form."""
        size = batch_size(self._torch, leaves)
        if len(leaves) != self.count or not size or not self.batched:
            return False
        return all(
            _is_batched(self._torch, leaves[place], size)
            and (leaves[place].dtype, tuple(leaves[place].shape[1:])) == kind
            for place, kind in zip(self.batched, self._kinds)
        )

    def rows(self, leaves, indices):
        """Copies of some samples on the CPU."""
        chosen = self._torch.tensor(indices)
        columns = []
        for place in self.batched:
            leaf = leaves[place].detach()
            columns.append(leaf[chosen.to(leaf.device)].to("cpu", copy=True))
        rows = []
        for number in range(len(indices)):
            values = [column[number].clone() for column in columns]
            data = [raw_bytes(self._torch, value) for value in values]
            digest = hashlib.blake2b(b"".join(data), digest_size=16).digest()
            rows.append(Row(values, sum(map(len, data)), digest))
        return rows

    def call(self, rows, device):
        """(args, kwargs) of a call with these samples."""
        stacked = {
            place: self._torch.stack([row.values[number] for row in rows]).to(device)
            for number, place in enumerate(self.batched)
        }
        return self._rebuild(lambda place: stacked[place] if place in stacked else self._others[place])

    def first_input(self, rows):
        return float_buffer(self._torch, self._torch.stack([row.values[self.first] for row in rows]))

    @property
    def first_shape(self):
        return self._kinds[self.first][1]


def _is_batched(torch, leaf, size):
    return isinstance(leaf, torch.Tensor) and leaf.ndim > 0 and leaf.shape[0] == size
