"""A Keras model as the run of a training sees it (training.py): description, passes, weights."""

from __future__ import annotations

import sys
import time
import weakref

from . import forward, labels, layers, samples


class KerasAdapter:
    def __init__(self, watch, model):
        self._watch = watch
        self._framework = watch.framework
        self._model = weakref.ref(model)
        # How the samples' inputs are put together for the model; None: not seen yet.
        self.structure = None
        self.metric_names = []
        self.optimizer = "unknown"
        # Its compiled loss and optimizer, or those of the model that trains it.
        self.trainer = weakref.ref(model)
        self._expected = []
        self._variables = []
        self._squashes = False
        self._answer = 0
        self._batch = None

    @property
    def model(self):
        return self._model()

    def copy_state(self):
        return self._framework.copy_state(self.model)

    def inputs(self, rows):
        for row in rows:
            row.values.settle()
        return [_float(row.values.input(0)) for row in rows]

    def weights(self, state):
        values = self._framework.values(self.model, state)
        return [self._framework.to_numpy(values[id(variable)]).copy() for variable in self._variables]

    def release(self):
        self._batch = None

    def forward(self, state, rows):
        count = len(rows)
        # Every size is compiled anew on JAX: smaller batches are filled up.
        if self._framework.engine == "jax" or self._fixed:
            self._batch = max(self._batch or 0, self._fixed or count)
        size = max(count, self._batch or 0)
        values = samples.batch_of(self.structure, rows, size)
        buffers = [_float(leaf[:count]) for leaf in values[: self._input_count]]
        number = 0

        def found(seen, output):
            nonlocal number
            while number < len(self._expected) and not self._expected[number][1]:
                if self._expected[number][0] == seen.name:
                    number += 1
                    return False
                break
            if number >= len(self._expected) or self._expected[number][0] != seen.name:
                raise RuntimeError("the model called other layers than when its recording began")
            number += 1
            buffers.append(self._framework.to_numpy(output)[:count])
            return True

        output = forward.run(self._framework, self.model, self.structure, values, state, found)
        if number != len(self._expected):
            raise RuntimeError("the model called fewer layers than when its recording began")
        return buffers, self._answers(output)[:count]

    def _answers(self, output):
        import numpy

        values = self._framework.to_numpy(forward.flatten(output)[self._answer])
        if self._squashes:
            with numpy.errstate(over="ignore"):
                values = (1 / (1 + numpy.exp(-values))).astype(numpy.float32)
        return values

    @property
    def _fixed(self):
        return self._framework.fixed_batch(self.model)

    @property
    def _input_count(self):
        return len(forward.flatten(self.structure))

    def describe(self, training, validation):
        """None, with a notice, if the model cannot be recorded."""
        model = self.model
        try:
            return self._describe(model, training, validation)
        except Exception as error:
            name = getattr(model, "name", "The model")
            self._watch.recorder.notice(f"{name} is not recorded: {type(error).__name__}: {error}")
            return None

    def _describe(self, model, training, validation):
        rows = [*training.rows, *validation.rows]
        if self.structure is None or not rows:
            raise ValueError("no samples were seen that it is called with")
        fixed = self._fixed
        first, output = self._trace(rows, fixed or 2)
        second, _ = self._trace(rows, fixed or 3)
        if [seen.name for seen in first] != [seen.name for seen in second]:
            raise ValueError("it calls other layers from pass to pass")
        described = self._layers(model, first, second)
        if len(described) < 2:
            raise ValueError("no layer of it was seen")
        answers = self._meaning(training, validation, output, described)
        trainer = self.trainer() or model
        framework = self._framework
        return {
            "framework": {"name": "keras", "version": str(framework.version)},
            "engine": framework.engine_description(),
            "packages": _packages(),
            "model": {
                "name": str(getattr(model, "name", type(model).__name__)),
                "optimizer": self.optimizer,
                "loss": labels.loss_name(getattr(trainer, "loss", None)),
                "metrics": [name for name in self.metric_names if not name.startswith("val_")],
                "parameterCount": _parameter_count(framework, model),
            },
            "layers": described,
            "metricNames": self.metric_names,
            "answers": answers,
            "classNames": None,
            "fixedBatch": fixed,
            "millisecondsPerProbe": self._measure(rows, fixed),
        }

    def _trace(self, rows, size):
        found = []
        values = samples.batch_of(self.structure, rows, size)

        def see(seen, _):
            found.append(seen)
            return True

        places = self._watch.called_at
        output = forward.run(self._framework, self.model, self.structure, values, None, see, places)
        return found, output

    def _layers(self, model, first, second):
        framework = self._framework
        # In the first pass all outputs with its batch size count; in one of another size some may not.
        sizes = {seen.name: seen.shape for seen in second}
        self._expected = [(seen.name, seen.shape == sizes[seen.name]) for seen in first]
        count = self._input_count
        described = [self._input_layer(model, number) for number in range(count)]
        formats = [layer["format"] for layer in described]
        places, self._variables, known = {number: [number] for number in range(count)}, [], set()
        for number, seen in enumerate(first):
            sources = sorted({place for source in seen.sources for place in places[source]}) or [0]
            if not self._expected[number][1]:
                places[count + number] = sources
                continue
            places[count + number] = [len(described)]
            operation = seen.operation
            own = layers.data_format(operation) if operation is not None else None
            formats.append(own or formats[sources[0]])
            variables = (
                []
                if operation is None or seen.again or not seen.is_layer
                else layers.variables(operation, seen.is_container)
            )
            variables = [v for v in variables if framework.is_weight(model, v) and id(v) not in known]
            known.update(map(id, variables))
            self._variables += variables
            source, asked = self._watch.sites_of(operation)
            if not seen.is_layer and source is None:
                source = seen.called_at
            described.append(
                {
                    "name": seen.name,
                    "className": seen.class_name,
                    "bases": layers.bases(operation) if seen.is_layer else [],
                    "outputShape": list(seen.shape),
                    "format": formats[-1],
                    "trainable": bool(getattr(operation, "trainable", True)) if seen.is_layer else True,
                    "activation": layers.activation(operation) if seen.is_layer else None,
                    "inputs": sources,
                    "config": layers.config(operation, seen.is_layer) if operation is not None else {},
                    "source": source,
                    "calledAt": seen.called_at,
                    "askedAt": asked,
                    "weights": [
                        {
                            "name": layers.short_name(v),
                            "shape": [int(d) for d in v.shape],
                            "layout": layers.layout(operation, v),
                        }
                        for v in variables
                    ],
                }
            )
        return described

    def _input_layer(self, model, number):
        framework = self._framework
        inputs = getattr(model, "inputs", None) or []
        operation = None
        if number < len(inputs) and len(inputs) == self._input_count:
            history = getattr(inputs[number], "_keras_history", None)
            operation = getattr(history, "operation", None) or getattr(history, "layer", None)
        source, asked = self._watch.sites_of(operation)
        name = getattr(operation, "name", None) or ("input" if number == 0 else f"input_{number + 1}")
        return {
            "name": str(name),
            "className": "InputLayer",
            "bases": [],
            "outputShape": list(self.shapes[number]),
            "format": framework.default_format(),
            "trainable": False,
            "activation": None,
            "inputs": [],
            "config": {},
            "source": source,
            "calledAt": None,
            "askedAt": asked,
            "weights": [],
        }

    def see_shapes(self, inputs):
        self.shapes = [values.shape[1:] for values in inputs]

    def _meaning(self, training, validation, output, described):
        """What the answers mean; the pools' samples get their classes."""
        trainer = self.trainer() or self.model
        loss = getattr(trainer, "loss", None)
        loss = (
            loss
            if isinstance(loss, (str, dict, list, tuple)) or hasattr(loss, "name") or hasattr(loss, "__name__")
            else None
        )
        if getattr(loss, "__self__", None) is trainer:  # Keras 3's deprecated method of that name
            loss = None
        last = described[-1]["activation"] or ("sigmoid" if described[-1]["className"] == "sigmoid" else None)
        leaves = forward.flatten(output)
        rows = [*training.rows, *validation.rows]
        answers, classes = labels.meaning(
            tuple(int(d) for d in leaves[0].shape[1:]), [row.values.target for row in rows], loss, last
        )
        if self._watch.is_mixed(self.model):
            answers, classes = {"form": "none", "reason": None}, [-1] * len(rows)
        by_row = {id(row): label for row, label in zip(rows, classes)}
        for pool in (training, validation):
            pool.relabel(lambda row: by_row[id(row)])
        if answers["form"] == "probability":
            logits = labels.gives_logits(loss)
            self._squashes = (
                bool(logits) if logits is not None or last == "sigmoid" else _is_outside(self._framework, leaves[0])
            )
        return answers

    def _measure(self, rows, fixed):
        """Milliseconds of one probe's pass with its outputs read."""
        size = fixed or min(32, len(rows))
        batch = [rows[place % len(rows)] for place in range(size)]
        if self._framework.engine == "jax":  # What is compiled for this size is not compiled again.
            self.forward(None, batch)
        start = time.perf_counter()
        self.forward(None, batch)
        milliseconds = (time.perf_counter() - start) * 1000 / size
        self._batch = None
        return milliseconds


def _is_outside(framework, answers):
    values = framework.to_numpy(answers)
    return bool(((values < 0) | (values > 1)).any())


def _float(values):
    import numpy

    return numpy.ascontiguousarray(values, dtype=numpy.float32)


def _parameter_count(framework, model):
    total = 0
    for variable in framework.weights(model):
        size = 1
        for length in variable.shape:
            size *= int(length)
        total += size
    return total


def _packages():
    names = ("keras", "tf_keras", "tensorflow", "torch", "jax", "numpy")
    versions = {name: getattr(sys.modules.get(name), "__version__", None) for name in names}
    return {name: str(version) for name, version in versions.items() if version is not None}
