"""Watches Keras 3 and tf.keras 2: constructions, `fit`, `train_on_batch`, and loops by hand.

Nothing is added to a script's callbacks, and no data set is iterated: `fit` tells through its own list of callbacks
when an epoch ends, batches are seen where `fit`'s own iterator hands them on.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import os
import sys
import weakref

from ..guard import guarded
from . import samples
from .batches import Held, Passing, fits, parts_of, spied
from .forward import flatten
from .framework import Keras3, Legacy
from .patching import after, before, locals_of
from .training import Training

_CALLS = {"__call__", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch"}
# Steps in an epoch of a loop that comes to no end of a data set.
_STEPS = 100
# Batches of a data set that a loop by hand reads, until it is known whether it trains with them.
_HELD_BATCHES = 50


def watch(keras, recorder):
    """`keras`: the module that has just been imported (keras or tf_keras)."""
    if keras.__name__ == "tf_keras" or str(keras.__version__).startswith("2."):
        Watch(Legacy(keras, keras.__name__), recorder, keras.__name__)
    else:
        Watch(Keras3(keras), recorder, "keras")


class Watch:
    def __init__(self, framework, recorder, package):
        self.framework = framework
        self.recorder = recorder
        self.sources = {}
        self.models = {}
        self.trainings = {}
        self.passing = weakref.WeakKeyDictionary()
        self.held = weakref.WeakKeyDictionary()
        # Of the iterator that was begun last; it may be left by `break`.
        self.latest = None
        # Keras' own folder but its applications, which are models that it builds itself.
        recorder.places.add_framework(os.path.dirname(framework.keras.__file__))
        if framework.engine_module is not None:
            recorder.places.add_framework(os.path.dirname(framework.engine_module.__file__))
        self._watch_constructions()
        self._watch_callbacks(package)
        self._watch_optimizers(package)
        self._watch_iterators(package)
        self._watch_batches()
        self._watch_loops()
        recorder.followed_elsewhere += (framework.layer_class,)
        recorder.at_end.append(self.end)
        # Before the engines clean up, which they asked for when they were imported.
        atexit.register(guarded(self.end))

    # Constructions

    def _watch_constructions(self):
        watch = self
        cls = self.framework.constructed_class
        original = cls.__new__

        # Not __init__: __new__ reads the signature of that with getfullargspec, which follows no __wrapped__.
        @functools.wraps(original)
        def __new__(cls, *args, **kwargs):
            made = original(cls, *args, **kwargs)
            watch.constructed(made, sys._getframe(1))
            return made

        cls.__new__ = __new__

    @guarded
    def constructed(self, made, frame):
        self.recorder.layer_count += 1
        while frame is not None and frame.f_code.co_name == "__new__":
            frame = frame.f_back
        origin = self._original(frame)
        if origin is None:
            origin = (None, None) if self._is_built_on_call(frame) else self.recorder.places.sites(frame)
        key = id(made)
        self.sources[key] = (weakref.ref(made, guarded(lambda _: self.sources.pop(key, None))), *origin)
        if isinstance(made, self.framework.model_class):
            self.models[key] = weakref.ref(made, guarded(lambda _: self.models.pop(key, None)))

    def _is_built_on_call(self, frame):
        """Keras makes it by itself when the model is first called or trained: no line constructs it."""
        while frame is not None and self.recorder.places.is_framework(frame.f_code.co_filename):
            if frame.f_code.co_name in _CALLS:
                return True
            frame = frame.f_back
        return False

    def _original(self, frame):
        """Sites of the layer that this one is cloned from; None: it is no clone."""
        for _ in range(6):
            if frame is None:
                return None
            if frame.f_code.co_filename.endswith("cloning.py"):
                layer = frame.f_locals.get("layer") if frame.f_code.co_name == "_clone_layer" else None
                known = self.sources.get(id(layer))
                return known[1:] if layer is not None and known and known[0]() is layer else None
            frame = frame.f_back
        return None

    def sites_of(self, operation):
        known = self.sources.get(id(operation))
        return known[1:] if operation is not None and known and known[0]() is operation else (None, None)

    def called_at(self, frame):
        """Where the script's `call` calls a layer; None: a functional model calls it."""
        places = self.recorder.places
        while frame is not None:
            file = frame.f_code.co_filename
            if frame.f_code.co_name in ("_run_through_graph", "_run_internal_graph"):
                return None
            if file.endswith(os.path.join("cnnslicer_recorder", "keras", "framework.py")):
                return None
            if not file.startswith("<") and not places.is_framework(file):
                return places.sites(frame)[0]
            frame = frame.f_back
        return None

    # Trainings

    def training_of(self, model, state=None):
        known = self.trainings.get(id(model))
        if known is None or known.model() is not model:
            known = self.trainings[id(model)] = Training(self, model, state)
        return known

    def targets(self, model, x=None):
        """The models that are recorded when this one is trained: itself, or if it has no `call` those in it."""
        if self._is_called(model):
            return [model]
        inputs = samples.arrays_of(self.framework, x) if x is not None else None
        parts = [
            layer
            for layer in self.framework.sublayers(model)
            if isinstance(layer, self.framework.model_class) and self._is_called(layer)
        ]
        if inputs is None:
            return parts
        shapes = [values.shape[1:] for values in inputs]
        return [part for part in parts if fits(self.framework.input_shapes(part), shapes)]

    def _is_called(self, model):
        owner = next(cls for cls in type(model).__mro__ if "call" in vars(cls))
        return owner not in (self.framework.model_class, self.framework.layer_class)

    def is_mixed(self, model):
        """Whether another model trains it: its targets are not the data's."""
        training = self.trainings.get(id(model))
        return training is not None and training.adapter.trainer() is not model

    # fit

    def _watch_callbacks(self, package):
        callbacks = importlib.import_module(f"{package}.callbacks").CallbackList
        before(callbacks, "on_train_begin", self.fit_begins)
        before(callbacks, "on_epoch_end", self.epoch_ends)
        before(callbacks, "on_test_begin", self.evaluation_begins)
        before(callbacks, "on_train_batch_end", self.batch_ends)
        after(callbacks, "on_train_end", self.fit_ends)

    def fit_begins(self, frame, callbacks, *_, **__):
        model = getattr(callbacks, "model", None)
        given = locals_of(frame, "fit")
        if model is None or given is None:
            return
        trained = self.targets(model, given.get("x")) or self.targets(model)
        for part in trained:
            training = self.training_of(part)
            goes_on = training.run is not None
            training.start()
            training.fitting = True
            training.adapter.trainer = weakref.ref(model)
            if not goes_on and training.run._initial is None and self.framework.is_built(part):
                training.keep_initial(training.adapter.copy_state())
            training.epoch_count = self._epochs(model, given)
            if goes_on:
                if training.waits_for_step:
                    self.settle(training)
                training.run.goes_on(training.epoch_count)
            self._offer("training", training, given)

    def _epochs(self, model, given):
        epochs = given.get("epochs")
        first = getattr(model, "_initial_epoch", None) or given.get("initial_epoch") or 0
        return max(0, epochs - first) if isinstance(epochs, int) else None

    def _offer(self, part, training, given):
        """Arrays are read by place; of anything else the batches are seen as they pass."""
        if not training.wants_samples:
            return
        x = given.get("x")
        if any(hasattr(leaf, "__next__") or hasattr(leaf, "element_spec") for leaf in flatten(x)):
            is_array = False
        else:
            key = (part, *[id(leaf) for leaf in flatten(x)])
            is_array = key in training.offered or training.offer(part, x, given.get("y"), True)
            if is_array:
                training.offered.add(key)
        source = given.get("epoch_iterator") or given.get("data_handler")
        if not is_array and source is not None:
            self.passing.setdefault(source, []).append((training, part))
            self._spy_on_handler(source)

    def epoch_ends(self, frame, callbacks, epoch=None, logs=None, *_, **__):
        model = callbacks.model
        for training in self._fitting(model):
            training.epoch_trained(_numbers(logs or {}))
            if not training.run.has_begun:
                training.run.begin(training.epoch_count)
                self._settled(training)

    def _fitting(self, model):
        return [
            t
            for t in list(self.trainings.values())
            if t.fitting and t.adapter.trainer() is model and t.model() is not None
        ]

    def batch_ends(self, frame, callbacks, batch=None, *_, **__):
        total = (callbacks.params or {}).get("steps")
        for training in self.trainings.values():
            if training.fitting and training.adapter.trainer() is callbacks.model:
                fraction = min(1.0, (batch + 1) / total) if total and isinstance(batch, int) else None
                training.run.progress(fraction)

    def fit_ends(self, frame, callbacks, *_, **__):
        for training in self._fitting(callbacks.model):
            training.fitting = False
            training.has_rested = True
            training.run.rest()
        # Its steps are no loop's, neither of the model nor of its parts, such as the functional model of a sequential.
        optimizer = getattr(callbacks.model, "optimizer", None)
        for training in list(self.trainings.values()):
            if any(reference() is optimizer for reference in training.optimizers):
                training.steps = training.steps_at_close = self._steps_of(training)

    def evaluation_begins(self, frame, callbacks, *_, **__):
        model = getattr(callbacks, "model", None)
        given = locals_of(frame, "evaluate")
        if model is None or given is None:
            return
        for training in list(self.trainings.values()):
            if training.adapter.trainer() is model and training.run is not None:
                self._offer("validation", training, given)

    # Weights before the first step

    def _watch_optimizers(self, package):
        try:
            if package == "keras" and not isinstance(self.framework, Legacy):
                base = importlib.import_module("keras.src.optimizers.base_optimizer").BaseOptimizer
            else:
                base = importlib.import_module(f"{package}.src.optimizers.optimizer")._BaseOptimizer
        except (ImportError, AttributeError):
            return
        before(base, "build", self.optimizer_built)
        if self.framework.engine == "tensorflow":
            name = "tensorflow.python.eager.polymorphic_function.polymorphic_function"
            with contextlib.suppress(ImportError, AttributeError, KeyError):
                functions = importlib.import_module(name).Function
                after(functions, "_initialize_uninitialized_variables", self.variables_initialized)

    def optimizer_built(self, frame, optimizer, variables=(), *_, **__):
        wanted = {id(variable) for variable in variables}
        found = []
        for reference in list(self.models.values()):
            model = reference()
            if model is None or not self._is_called(model) or not self.framework.is_built(model):
                continue
            if any(id(variable) in wanted for variable in model.trainable_variables):
                found.append(model)
        inner = {id(part) for model in found for part in self.framework.all_layers(model) if part is not model}
        for model in found:
            if id(model) in inner and self.trainings.get(id(model)) is None:
                continue
            training = self.training_of(model)
            training.optimizers.append(weakref.ref(optimizer))
            training.adapter.optimizer = type(optimizer).__name__
            if training.run is None or (training.run._initial is None and training.run.epoch == 0):
                training.keep_initial(training.adapter.copy_state())

    def variables_initialized(self, frame, *_, **__):
        for training in list(self.trainings.values()):
            if training.awaits_values and training.model() is not None:
                training.keep_initial(training.adapter.copy_state())

    # Batches that fit's iterator hands on

    def _watch_iterators(self, package):
        if isinstance(self.framework, Legacy):
            return
        engine = self.framework.engine
        module = importlib.import_module(f"keras.src.backend.{engine}.trainer")
        name = {"tensorflow": "TFEpochIterator", "jax": "JAXEpochIterator", "torch": "TorchEpochIterator"}.get(engine)
        cls = getattr(module, name or "", None)
        if cls is None or "_get_iterator" not in vars(cls):
            return
        original = cls._get_iterator
        watch = self

        @functools.wraps(original)
        def _get_iterator(self):
            batches = original(self)
            return watch.observed(self, batches) or batches

        cls._get_iterator = _get_iterator

    @guarded
    def observed(self, source, batches):
        wanted = [(t, part) for t, part in self.passing.get(source, ()) if t.wants_samples]
        if not wanted:
            return None
        see = guarded(lambda batch: self._batch_passes(source, batch))
        if self.framework.engine == "tensorflow":
            return spied(self.framework.engine_module, batches, see)
        return Passing(batches, see)

    def _spy_on_handler(self, handler):
        """tf.keras 2 makes its iterator of this data set after the callbacks were told."""
        dataset = getattr(handler, "_dataset", None)
        if dataset is None or not hasattr(handler, "enumerate_epochs"):
            return
        shown = spied(self.framework.engine_module, dataset, guarded(lambda batch: self._batch_passes(handler, batch)))
        if shown is not None:
            handler._dataset = shown

    def _batch_passes(self, source, batch):
        for training, part in self.passing.get(source, ()):
            if training.wants_samples:
                x, y = parts_of(batch)
                training.offer(part, x, y)

    # train_on_batch

    def _watch_batches(self):
        for name, part in (("train_on_batch", "training"), ("test_on_batch", "validation")):
            cls = next((c for c in self.framework.model_class.__mro__ if name in vars(c)), None)
            if cls is not None:
                self._watch_batch(cls, name, part)

    def _watch_batch(self, cls, name, part):
        original = vars(cls)[name]
        watch = self

        @functools.wraps(original)
        def on_batch(self, *args, **kwargs):
            if part == "training":
                watch.step_begins(self)
            result = original(self, *args, **kwargs)
            watch.step_ends(self, part, args, kwargs, result)
            return result

        setattr(cls, name, on_batch)

    @guarded
    def step_begins(self, model):
        for part in self.targets(model):
            training = self.training_of(part)
            if training.waits_for_step:
                self.settle(training)
            if training.run is None:
                training.start()
                if training.run._initial is None and self.framework.is_built(part):
                    training.keep_initial(training.adapter.copy_state())

    @guarded
    def step_ends(self, model, part, args, kwargs, result):
        x = args[0] if args else kwargs.get("x")
        y = args[1] if len(args) > 1 else kwargs.get("y")
        for target in self.targets(model):
            training = self.trainings.get(id(target))
            if training is None or training.run is None or training.model() is not target:
                continue
            if training.wants_samples:
                training.offer(part, x, y)
            if part == "training":
                training.steps += 1
                self._add_metrics(training, model, result)
                training.run.progress(None)
                if training.steps - training.steps_at_close >= _STEPS and not self._reads_a_data_set():
                    self.close(training)

    def _add_metrics(self, training, model, result):
        if not isinstance(result, dict):
            values = list(result) if isinstance(result, (list, tuple)) else [result]
            names = _metric_names(model)
            result = dict(zip(names, values)) if len(names) == len(values) else {"loss": values[0]}
        for name, value in _numbers(result).items():
            total, count = training.sums.get(name, (0.0, 0))
            training.sums[name] = (total + value, count + 1)

    # Loops

    def close(self, training):
        """An epoch of a loop has ended."""
        training.steps_at_close = training.steps
        sums, training.sums = training.sums, {}
        training.epoch_trained({name: total / count for name, (total, count) in sums.items() if count})
        training.waits_for_step = not training.run.has_begun

    def settle(self, training):
        training.waits_for_step = False
        training.run.begin(training.epoch_count)
        self._settled(training)

    def _settled(self, training):
        training.offered.clear()
        for entries in self.passing.values():
            entries[:] = [entry for entry in entries if entry[0] is not training]

    def _reads_a_data_set(self):
        return any(not held.is_endless for held in self.held.values())

    def _watch_loops(self):
        """The ends of data sets that loops by hand read."""
        if self.framework.engine == "tensorflow":
            iterators = importlib.import_module("tensorflow.python.data.ops.iterator_ops")
            self._watch_next(iterators.OwnedIterator)
        elif self.framework.engine == "torch":
            loaders = importlib.import_module("torch.utils.data.dataloader")
            self._watch_next(loaders._BaseDataLoaderIter)

    def _watch_next(self, cls):
        original = cls.__next__
        watch = self

        @functools.wraps(original)
        def __next__(self):
            try:
                batch = original(self)
            except StopIteration:
                watch.exhausted(self)
                raise
            watch.delivered(self, batch)
            return batch

        cls.__next__ = __next__

    @guarded
    def delivered(self, iterator, batch):
        if any(training.fitting for training in self.trainings.values()):
            return
        held = self.held.get(iterator)
        if held is None:
            self._left_off()
            steps = {training: self._steps_of(training) for training in self._loops()}
            held = self.held[iterator] = self.latest = Held(iterator, steps)
            self._next_steps()
        wants = not self.trainings or any(t.run is None or t.wants_samples for t in self.trainings.values())
        if wants and len(held.batches) < _HELD_BATCHES:
            held.batches.append(batch)
        elif held.is_endless:
            for training in self._loops():
                if self._steps_of(training) - training.steps_at_close >= _STEPS:
                    self._advance(training, held.batches)

    def _loops(self):
        return [t for t in list(self.trainings.values()) if not t.fitting and t.optimizers and t.model() is not None]

    def _steps_of(self, training):
        steps = 0
        for reference in training.optimizers:
            optimizer = reference()
            if optimizer is not None:
                iterations = optimizer.iterations
                steps += int(iterations.numpy() if hasattr(iterations, "numpy") else iterations)
        return max(steps, training.steps)

    def _left_off(self):
        """A loop that has left its data set before the end has ended its epoch there."""
        latest, self.latest = self.latest, None
        if latest is None or latest.is_endless or self.held:
            return
        for training in self._loops():
            if self._steps_of(training) > training.steps_at_close:
                self._advance(training, latest.batches)

    def _next_steps(self):
        """A data set is begun: what waits for its evaluation to end may have seen it."""
        for training in self._loops():
            if training.waits_for_step and self._steps_of(training) > training.steps_at_close:
                self.settle(training)

    def _advance(self, training, held):
        training.start()
        if training.wants_samples:
            for batch in held:
                training.offer("training", *parts_of(batch))
        if training.waits_for_step:
            self.settle(training)
        training.steps = self._steps_of(training)
        self.close(training)

    @guarded
    def exhausted(self, iterator):
        held = self.held.pop(iterator, None)
        if held is None:
            return
        if held is self.latest:
            self.latest = None
        for training in self._loops():
            # An evaluation in the middle of an epoch makes no step.
            if self._steps_of(training) > max(training.steps_at_close, held.steps.get(training, 0)):
                self._advance(training, held.batches)
            elif training.wants_samples:
                for batch in held.batches:
                    training.offer("validation", *parts_of(batch))

    def end(self, was_raised=False):
        self._left_off()
        for training in list(self.trainings.values()):
            if training.run is None and training.optimizers and training.model() is not None and not training.fitting:
                steps = self._steps_of(training)
                if steps:
                    held = [batch for held in self.held.values() for batch in held.batches]
                    if held:
                        self._advance(training, held)
            if training.run is None:
                continue
            if training.steps > training.steps_at_close and training.sums:
                self.close(training)
            if training.waits_for_step:
                self.settle(training)
            if not training.has_rested:
                training.has_rested = True
                training.run.rest()


def _numbers(logs):
    numbers = {str(name): _number(value) for name, value in logs.items()}
    return {name: value for name, value in numbers.items() if value is not None}


def _number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _metric_names(model):
    try:
        names = getattr(model, "get_metrics_result", None)
        return list(names()) if names is not None else list(model.metrics_names)
    except Exception:
        return list(getattr(model, "metrics_names", ()))
