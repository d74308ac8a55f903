"""Samples as they pass through a model, so many of each class as of the others, within a limit of memory."""

import random

MEMORY_LIMIT = 256 * 2**20


class Row:
    """One sample: an object for each of the model's inputs, with its class (−1: unknown)."""

    __slots__ = ("values", "label", "bytes", "digest")

    def __init__(self, values, size, digest, label=-1):
        self.values = values
        self.label = label
        self.bytes = size
        self.digest = digest


class SamplePool:
    """A reservoir for each class, seeded; no sample twice. What a row holds is the framework's business."""

    def __init__(self, capacity, seed=0, memory_limit=MEMORY_LIMIT):
        self.capacity = max(capacity, 2)
        self._memory_limit = memory_limit
        self._random = random.Random(seed)
        self._rows = {}
        self._seen = {}
        self._digests = set()
        self._bytes = 0
        self.seen = 0

    def __len__(self):
        return sum(map(len, self._rows.values()))

    @property
    def rows(self):
        """In order of class, then as they came."""
        return [row for label in sorted(self._rows) for row in self._rows[label]]

    @property
    def labels(self):
        """Class by row; None if none has a class."""
        labels = [row.label for row in self.rows]
        return labels if any(label >= 0 for label in labels) else None

    def offer(self, labels, take):
        """Samples that pass: their classes, and `take(indices)`, which copies those that are kept as rows."""
        wanted = [index for index, label in enumerate(labels) if self._wants(label)]
        if not wanted:
            return
        for row, index in zip(take(wanted), wanted):
            row.label = labels[index]
            self._keep(row)

    def relabel(self, rename):
        """`rename(row)`: the class of a row that is kept."""
        rows = self.rows
        self._rows = {}
        for row in rows:
            row.label = rename(row)
            self._rows.setdefault(row.label, []).append(row)

    def clear(self):
        self._rows = {}
        self._digests = set()
        self._bytes = 0

    def _wants(self, label):
        self.seen += 1
        seen = self._seen[label] = self._seen.get(label, 0) + 1
        kept = len(self._rows.get(label, ()))
        if not self._is_full() or kept < max(map(len, self._rows.values())):
            return True
        return self._random.random() * seen < kept

    def _is_full(self):
        return len(self) >= self.capacity or self._bytes >= self._memory_limit

    def _keep(self, row):
        if row.digest in self._digests:
            return
        if self._is_full():
            rows = self._rows.get(row.label, [])
            largest = max(self._rows.values(), key=len)
            self._drop(rows if rows and len(rows) >= len(largest) else largest)
        self._rows.setdefault(row.label, []).append(row)
        self._digests.add(row.digest)
        self._bytes += row.bytes

    def _drop(self, rows):
        row = rows.pop(self._random.randrange(len(rows)))
        self._digests.discard(row.digest)
        self._bytes -= row.bytes
