"""A PyTorch model as the run of a training sees it (training.py): description, passes, weights."""

import time
import weakref

from . import forward, layers
from .buffers import float_buffer


class TorchAdapter:
    def __init__(self, watch, root):
        self._watch = watch
        self._torch = watch.torch
        self._root = weakref.ref(root)
        self.form = None
        self.optimizer = "unknown"
        self.loss = None
        self.has_loss_value = False
        self.class_names = None
        self.metric_names = None
        # Why samples have no class although batches had some; None: nothing speaks against them.
        self.no_labels = None
        self._expected = []
        self._kept = []
        self._weights = []
        self._squashes = False

    @property
    def root(self):
        return self._root()

    @property
    def device(self):
        return next(self.root.parameters()).device

    def copy_state(self):
        root = self.root
        with self._torch.no_grad():
            parts = [*root.named_parameters(remove_duplicate=False), *root.named_buffers(remove_duplicate=False)]
            return {name: part.detach().clone() for name, part in parts}

    def inputs(self, rows):
        return [self.form.first_input(rows)]

    def weights(self, state):
        if state is None:
            root = self.root
            state = dict(root.named_parameters(remove_duplicate=False))
            state.update(root.named_buffers(remove_duplicate=False))
        return [float_buffer(self._torch, state[name]) for name in self._weights]

    def release(self):
        self.form = None

    def forward(self, state, rows):
        values = [self.form.first_input(rows)]
        number = 0

        def see(called):
            nonlocal number
            expected = self._expected[number] if number < len(self._expected) else None
            if expected is None or expected[0] != called.key:
                raise RuntimeError("the model called other layers than when its recording began")
            _, is_kept, changes = expected
            number += 1
            if is_kept:
                values.append(float_buffer(self._torch, called.output, copy=changes))

        output = self._run(state, rows, see)
        if number != len(self._expected):
            raise RuntimeError("the model called fewer layers than when its recording began")
        return values, self._answers(output)

    def _run(self, state, rows, see, callers=None):
        args, kwargs = self.form.call(rows, self.device)
        with self._watch.own_work(), forward.undisturbed(self._torch, self.root):
            return forward.run_pass(self._torch, self.root, state, args, kwargs, see, callers)

    def _answers(self, output):
        answer = answer_of(self._torch, output)
        with self._torch.no_grad():
            return float_buffer(self._torch, answer.sigmoid() if self._squashes else answer, copy=True)

    def describe(self, training, validation):
        """None, with a notice, if the model cannot be recorded."""
        try:
            return self._describe(training, validation)
        except Exception as error:
            self._watch.recorder.notice(f"{self._name} is not recorded: {type(error).__name__}: {error}")
            return None

    @property
    def _name(self):
        return layers.class_name(self._torch, self.root)

    def _describe(self, training, validation):
        if any(isinstance(module, self._torch.jit.ScriptModule) for module in self.root.modules()):
            raise ValueError("modules that are scripted or traced are not followed")
        rows = [*training.rows, *validation.rows]
        if self.form is None or len(rows) < 2:
            raise ValueError("fewer than two samples were seen that it is called with as a batch")
        fixed = None
        try:
            calls, output = self._trace(_repeated(rows, 2))
            others, _ = self._trace(_repeated(rows, 3))
            sizes = (2, 3)
        except Exception:
            fixed = self.form.size
            calls, output = self._trace(_repeated(rows, fixed))
            others, sizes = calls, (fixed, fixed)
        described = self._layers(calls, others, sizes)
        if len(described) < 2:
            raise ValueError("no layer of it was seen")
        answers = self._meaning(training, validation, output, sizes[0])
        torch, root = self._torch, self.root
        parameters = {id(part): part.numel() for part in root.parameters()}
        metrics = self.metric_names if self.metric_names is not None else (["loss"] if self.has_loss_value else [])
        return {
            "framework": {"name": "pytorch", "version": str(torch.__version__)},
            "engine": self._engine(),
            "packages": _packages(),
            "model": {
                "name": self._name,
                "optimizer": self.optimizer,
                "loss": self.loss or "unknown",
                "metrics": [],
                "parameterCount": sum(parameters.values()),
            },
            "layers": described,
            "metricNames": metrics,
            "answers": answers,
            "classNames": self.class_names if len(self.class_names or ()) == answers.get("classes") else None,
            "fixedBatch": fixed,
            "millisecondsPerProbe": self._measure(rows, fixed),
        }

    def _trace(self, rows):
        trace = _Trace(self)
        output = self._run(None, rows, trace.see, trace)
        return trace.calls, output

    def _layers(self, calls, others, sizes):
        """Layers whose output has the probes' axis: with another number of samples it has another length."""
        torch = self._torch
        same = len(calls) == len(others) and all(a[0].key == b[0].key for a, b in zip(calls, others))
        if not same:
            raise ValueError("it calls other layers from pass to pass")
        self._expected, self._kept = [], []
        places = {}
        for number, ((called, _, _), (other, _, _)) in enumerate(zip(calls, others)):
            shape, second = called.output.shape, other.output.shape
            is_kept = (shape[0], second[0]) == sizes and shape[1:] == second[1:] and called.output.numel() > 0
            self._expected.append((called.key, is_kept, called.output._version != called.version))
            if is_kept:
                places[number] = len(self._kept) + 1
                self._kept.append((called, number))
        feeds = _Feeds(calls, places)
        entries = [(called, calls[number][1], feeds.of(number)) for called, number in self._kept]
        first = layers.input_layer(self.form.first_shape)
        described = layers.describe(torch, entries, self.root, self._watch.sources.of, first)
        self._weights = self._weight_names(described)
        return described

    def _weight_names(self, described):
        paths = {id(module): name for name, module in self.root.named_modules()}
        names = []
        for (called, _), layer in zip(self._kept, described[1:]):
            prefix = paths.get(id(called.module), "")
            names += [f"{prefix}.{weight['name']}" if prefix else weight["name"] for weight in layer["weights"]]
        self._kept = []
        return names

    def _meaning(self, training, validation, output, size):
        """What the answers mean; pools whose labels the model does not answer lose them."""
        answer = answer_of(self._torch, output)
        known = [row.label for pool in (training, validation) for row in pool.rows if row.label >= 0]
        shape = tuple(answer.shape) if answer is not None else ()
        reason = self.no_labels
        if reason is None and known and shape[:1] == (size,):
            if len(shape) == 2 and shape[1] >= 2 and max(known) < shape[1] and self.loss not in ("BCEWithLogitsLoss",):
                return {"form": "scores", "classes": shape[1]}
            is_one = len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)
            if is_one and max(known) < 2 and self.loss in ("BCEWithLogitsLoss", "BCELoss"):
                self._squashes = self.loss == "BCEWithLogitsLoss"
                return {"form": "probability"}
        for pool in (training, validation):
            pool.relabel(lambda row: -1)
        if reason is None and self.loss == "CrossEntropyLoss":
            reason = "no class was seen with the samples"
        return {"form": "none", "reason": reason}

    def _engine(self):
        torch, device = self._torch, self.device
        name = device.type if device.type != "cuda" else f"cuda: {torch.cuda.get_device_name(device)}"
        return {
            **{"name": "torch", "version": str(torch.__version__)},
            **{"threads": torch.get_num_threads(), "device": name},
        }

    def _measure(self, rows, fixed):
        """Milliseconds of one probe's pass with its outputs read."""
        batch = _repeated(rows, fixed or min(32, len(rows)))
        start = time.perf_counter()
        self.forward(None, batch)
        return (time.perf_counter() - start) * 1000 / len(batch)


class _Trace:
    """Of one pass: layers with the spans of their calls and what feeds them."""

    def __init__(self, adapter):
        self._watch = adapter._watch
        self._first = adapter.form
        self.calls = []
        self.origins = layers.Origins(adapter._torch)

    def __call__(self, called, frame):
        places = self._watch.recorder.places
        outside = forward.caller_outside(frame, places.is_framework)
        spots = places.sites(outside, forward.run_pass.__code__) if outside is not None else (None, None)
        self.calls.append((called, spots, self.origins.of(called.given)))
        self.origins.set(called.output, {len(self.calls) - 1})

    def see(self, called):
        """All is done where the frame is known."""

    def passes_on(self, args, kwargs, output):
        self.origins.passes_on(args, kwargs, output)


class _Feeds:
    """Inputs of a layer among those that are recorded: one that is left out stands for what feeds it."""

    def __init__(self, calls, places):
        self._calls = calls
        self._places = places
        self._found = {}

    def of(self, number):
        if number not in self._found:
            found = set()
            for origin in self._calls[number][2]:
                if origin in self._places:
                    found.add(self._places[origin])
                elif origin < number:
                    found |= set(self.of(origin))
            self._found[number] = sorted(found)
        return self._found[number] or [0]


def answer_of(torch, output):
    """The tensor of a model's answers: `logits` if it has such, else the first."""
    for name in ("logits", "last_hidden_state"):
        value = output.get(name) if isinstance(output, dict) else getattr(output, name, None)
        if isinstance(value, torch.Tensor):
            return value
    return forward.tensor_of(torch, output)


def _repeated(rows, count):
    return [rows[place % len(rows)] for place in range(count)]


def _packages():
    import sys

    names = ("torch", "torchvision", "lightning", "pytorch_lightning", "transformers", "accelerate", "timm", "ignite")
    versions = {name: getattr(sys.modules.get(name), "__version__", None) for name in names}
    return {name: str(version) for name, version in versions.items() if version is not None}
