"""One Keras model that is trained, and the samples that pass while it is."""

from __future__ import annotations

import weakref

from ..training import TrainingRun
from . import samples
from .adapter import KerasAdapter


class Training:
    """One model that is trained."""

    def __init__(self, watch, model, state=None):
        self.watch = watch
        self.model = weakref.ref(model)
        self.adapter = KerasAdapter(watch, model)
        self.run = None
        self.state = state
        self.epoch_count = None
        self.fitting = False
        self.has_rested = False
        # Whether variables exist that a tf.function gives their values once it has been traced.
        self.awaits_values = False
        # Of a loop.
        self.optimizers = []
        self.steps = 0
        self.steps_at_close = 0
        self.sums = {}
        self.waits_for_step = False
        self.offered = set()

    def start(self):
        """It is trained indeed."""
        if self.run is not None:
            return
        recorder = self.watch.recorder
        self.run = TrainingRun(recorder.channel, recorder.next_run(), self.adapter, recorder.settings)
        if self.state is not None:
            self.run.keep_initial(self.state)
            self.state = None

    def keep_initial(self, state):
        """The weights before the first step, once there are any."""
        self.awaits_values = any(tuple(value.shape) != tuple(variable.shape) for variable, value in state)
        if self.awaits_values:
            return
        if self.run is None:
            self.state = state
        elif self.run._initial is None and not self.run.has_begun and not self.run.epoch:
            self.run.keep_initial(state)

    @property
    def wants_samples(self):
        return self.run is not None and not self.run.has_begun and not self.run.is_over

    def offer(self, part, x, y, is_lasting=False):
        """Samples that pass, or arrays of the script."""
        framework = self.watch.framework
        inputs = samples.arrays_of(framework, x)
        if inputs is None or not len(inputs[0]):
            return False
        if self.adapter.structure is None:
            self.adapter.structure = samples.skeleton(x)
            self.adapter.see_shapes(inputs)
        elif [values.shape[1:] for values in inputs] != self.adapter.shapes:
            return True
        target = samples.target_of(framework, y, len(inputs[0]))
        pool = self.run.training if part == "training" else self.run.validation
        samples.offer(pool, inputs, target, is_lasting)
        if is_lasting:
            setattr(self.run, f"{part}_total", len(inputs[0]))
        return True

    def epoch_trained(self, metrics):
        self.adapter.metric_names = list({**dict.fromkeys(self.adapter.metric_names), **dict.fromkeys(metrics)})
        self.has_rested = False
        self.run.epoch_trained(metrics)
