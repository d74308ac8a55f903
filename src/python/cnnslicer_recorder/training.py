"""One model's run over the channel, whatever the framework: plan, probes, and epoch after epoch.

An adapter stands for the framework and the model:

    describe(training, validation) -> dict   fields of `begin` but `run`, `training`, `validation`, `epochCount`,
                                             `epochMilliseconds`; may relabel the pools
    copy_state() -> state                    weights and buffers as they are now
    forward(state, rows) -> (layers, answers)  one pass of rows: a float32 buffer for each layer of `describe`, the
                                             input's first, and one of the model's answers; `state` None: as it is now
    inputs(rows) -> list of buffers          the model's first input
    weights(state) -> list of buffers        in the order of `describe`
    release()                                what was kept for the run

Every pass leaves the model, the generators and everything else of the script as they were.
"""

import math
import time

from .guard import in_words, is_from_signal
from .samples import SamplePool

BATCH_INTERVAL = 0.1
# So many samples more than are wanted as probes are kept, from which a plan chooses, and training inputs.
_SPARE = 1000


class TrainingRun:
    def __init__(self, channel, number, adapter, settings):
        self.channel = channel
        self.number = number
        self.adapter = adapter
        wanted = settings.get("probes") or 1000
        size = settings.get("size") or 0
        seed = settings.get("seed") or 0
        self.training = SamplePool(max(wanted + _SPARE, size), seed)
        self.validation = SamplePool(wanted, seed + 1)
        self.training_total = None
        self.validation_total = None
        self.epoch = 0
        self.has_begun = False
        self.is_refused = False
        self._initial = None
        self._waiting = []
        self._held = None
        self._probes = []
        self._plan = None
        self._last_tick = 0.0
        self._started = None
        self._epoch_milliseconds = None

    @property
    def is_over(self):
        return self.is_refused or not self.channel.open

    def keep_initial(self, state=None):
        """Before the first step: the state that epoch 0 records."""
        self._initial = self.adapter.copy_state() if state is None else state
        self._started = time.perf_counter()

    def epoch_trained(self, metrics=None, is_last=False, state=None):
        """An epoch has been trained. It waits, with a copy of the state, until the probes are chosen."""
        if self.is_over:
            return
        self.epoch += 1
        if not self.has_begun:
            self._time_epochs()
            state = self.adapter.copy_state() if state is None else state
            self._waiting.append((self.epoch, state, metrics or {}, is_last))
            return
        self._release_held()
        if not self._record(self.epoch, state, metrics or {}, is_last):
            self._hold(state, metrics or {})

    def replace_last(self, state):
        """Of a loop that reads ahead: the last epoch that waits ends with this state."""
        epoch, _, metrics, is_last = self._waiting[-1]
        self._waiting[-1] = (epoch, state, metrics, is_last)

    @property
    def waits(self):
        """Whether there are epochs whose probes are not chosen yet."""
        return bool(self._waiting)

    def begin(self, epoch_count=None):
        """All that can be probes has passed: the run begins, with epoch 0 and those that waited."""
        if self.has_begun or self.is_over:
            return
        self.has_begun = True
        facts = self.adapter.describe(self.training, self.validation)
        if facts is None:
            self._refuse()
            return
        reply = self.channel.ask(
            {
                "type": "begin",
                "run": self.number,
                **facts,
                "epochCount": epoch_count,
                "training": _samples(self.training, self.training_total),
                "validation": _samples(self.validation, self.validation_total),
                "epochMilliseconds": self._epoch_milliseconds,
            }
        )
        if reply is None or reply.get("type") != "plan":
            self._refuse()
            return
        self._take_plan(reply)
        self._record_waiting()

    def progress(self, fraction=None):
        now = time.monotonic()
        if now - self._last_tick < BATCH_INTERVAL or not self._plan or self.is_over:
            return
        self._last_tick = now
        self.channel.send({"type": "batch", "run": self.number, "fraction": fraction})

    def goes_on(self, epoch_count=None):
        """Another fit of the same model."""
        if self._plan and not self.is_over:
            self.channel.send({"type": "continue", "run": self.number, "epochCount": epoch_count})

    def rest(self):
        """A fit has ended: the last epoch is recorded, even one that the plan left out."""
        if not self._plan or self.is_over:
            return
        if self._held is not None:
            epoch, state, metrics = self._held
            self._record(epoch, state, metrics, True)
            self._release_held()
        self.channel.send({"type": "rest", "run": self.number})

    def release(self):
        self._waiting = []
        self._initial = self._held = None
        self._probes = []
        self.training.clear()
        self.validation.clear()
        self.adapter.release()

    def _refuse(self):
        self.is_refused = True
        self.release()

    def _time_epochs(self):
        now = time.perf_counter()
        if self._started is not None:
            self._epoch_milliseconds = (now - self._started) * 1000 / self.epoch

    def _take_plan(self, plan):
        pools = {"training": self.training.rows, "validation": self.validation.rows}
        most = sum(map(len, pools.values()))
        if plan["batchSize"] < 1 or plan["readings"] not in (1, 2) or len(plan["probes"]) > most:
            raise ValueError("what was received is no plan")
        self._plan = plan
        self._probes = [pools[part][place] for part, place in plan["probes"]]
        chosen = [pools["training"][place] for place in plan["training"]]
        self._send_inputs("probes", self._probes)
        self._send_inputs("training", chosen)
        self.training.clear()
        self.validation.clear()

    def _send_inputs(self, part, rows):
        buffers = self.adapter.inputs(rows) if rows else []
        self.channel.send({"type": "inputs", "run": self.number, "part": part}, *buffers)

    def _record_waiting(self):
        if self._initial is not None:
            self._record(0, self._initial, {}, False)
        self._initial = None
        waiting, self._waiting = self._waiting, []
        for epoch, state, metrics, is_last in waiting:
            self._held = None
            if not self._record(epoch, state, metrics, is_last):
                self._held = (epoch, state, metrics)

    def _hold(self, state, metrics):
        """Epochs that are left out may be the last one, which is always recorded."""
        self._held = (self.epoch, self.adapter.copy_state() if state is None else state, metrics)

    def _release_held(self):
        self._held = None

    def _record(self, epoch, state, metrics, is_last):
        """False if the epoch is not wanted."""
        reply = self.channel.ask(
            {"type": "epoch", "run": self.number, "epoch": epoch, "isLast": is_last, "metrics": _finite(metrics)}
        )
        if reply is None or not reply.get("record"):
            return False
        try:
            answers = self._send_maps(epoch, state)
            weights = self.adapter.weights(state)
        except BaseException as error:
            lost = {"type": "epoch-lost", "run": self.number, "epoch": epoch, "reason": in_words(error)}
            self.channel.send(lost)
            if not isinstance(error, Exception) or is_from_signal(error):
                raise
        else:
            # Once it is sent, the epoch is recorded: an interrupt that comes with it does not take it back.
            count = sum(memoryview(part).nbytes for part in answers) // 4
            commit = {"type": "commit", "run": self.number, "epoch": epoch, "answers": count}
            self.channel.send(commit, *answers, *weights)
        return True

    def _send_maps(self, epoch, state):
        answers = []
        size = self._plan["batchSize"]
        for reading in range(1, self._plan["readings"] + 1):
            for first in range(0, len(self._probes), size):
                rows = self._probes[first : first + size]
                layers, answer = self.adapter.forward(state, rows)
                if reading == 1:
                    answers.append(answer)
                place = {"reading": reading, "firstSample": first, "sampleCount": len(rows)}
                self.channel.send({"type": "maps", "run": self.number, "epoch": epoch, **place}, *layers)
        return answers


def _samples(pool, total):
    return {"kept": len(pool), "total": total, "labels": pool.labels}


def _finite(metrics):
    return {name: value if math.isfinite(value) else None for name, value in metrics.items()}
