"""Where the epochs of a loop end that has said nothing of epochs.

With a loader: when its iterator is used up, plus the steps that the loop is behind (it may fetch ahead); or when it
is left, and begun again. Without: every 100 steps, or after a minute.
"""

import time

OPEN_STEPS = 100
OPEN_SECONDS = 60
# More steps than this after a loader's end are not of the batches that were fetched ahead.
LONGEST_LAG = 4


class LoopEpochs:
    """Of one model. `copy()` copies its state; `ended(state)` is told each end, with None for the state as it is."""

    def __init__(self, copy, ended):
        self._copy = copy
        self._ended = ended
        self.steps = 0
        self.in_epoch = 0
        self.last_length = None
        self._lag = None
        # A loader's end that may be followed by steps of its last batches: [state at the end, state now, steps since].
        self._open_end = None
        self._countdown = 0
        self._unfed = 0
        self._unfed_since = 0.0

    def step(self, is_fed):
        """A step has been made; `is_fed`: a batch of a loader was fetched since the one before."""
        self.steps += 1
        self.in_epoch += 1
        if self._open_end is not None:
            self._step_after_end()
        elif self._countdown:
            self._countdown -= 1
            if not self._countdown:
                self._end(None)
        if is_fed:
            self._unfed = 0
        else:
            self._step_unfed()

    def exhausted(self):
        if not self.in_epoch or self._open_end is not None:
            return
        if self._lag is None:
            self._open_end = [self._copy(), None, 0]
        elif self._lag:
            self._countdown = self._lag
        else:
            self._end(None)

    def left(self):
        """The iterator is gone before its end: by `break`. No pass is run here, where any code may be running."""
        if self.in_epoch and self._open_end is None and not self._countdown:
            self._open_end = [self._copy(), None, 0]

    def begun(self):
        """The loader is iterated anew."""
        if self._open_end is not None:
            self._settle(self._open_end[2])
        elif self.in_epoch:
            self._countdown = 0
            self._end(None)

    def finish(self, is_cut_off):
        """Nothing more comes. `is_cut_off`: by an exception, which leaves an epoch unfinished."""
        if self._open_end is not None:
            self._settle(self._open_end[2])
        if self.in_epoch and (not is_cut_off or self._unfed >= self.in_epoch):
            self._end(None)

    @property
    def waits(self):
        return self._open_end is not None

    def _step_after_end(self):
        end = self._open_end
        end[2] += 1
        if end[2] > LONGEST_LAG:
            self._settle(0)
        else:
            end[1] = self._copy()

    def _settle(self, lag):
        """Steps after the first end belong to the epoch if there were few."""
        at_end, later, since = self._open_end
        self._open_end = None
        if self._lag is None or lag:
            self._lag = lag
        left = 0 if lag == since else since
        self.in_epoch -= left
        self._end(later if lag and later is not None else at_end)
        self.in_epoch = left
        self._unfed = min(self._unfed, left)

    def _step_unfed(self):
        now = time.monotonic()
        if not self._unfed:
            self._unfed_since = now
        self._unfed += 1
        if self._open_end is not None or self._countdown:
            return
        if self._unfed >= OPEN_STEPS or now - self._unfed_since >= OPEN_SECONDS:
            self._unfed = 0
            self._end(None)

    def _end(self, state):
        self.last_length = self.in_epoch
        self.in_epoch = 0
        self._ended(state)
