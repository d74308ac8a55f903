"""Functions of the recorder of Keras raise in turn; prints what the script computed each time.

`keras_faults.py NAME…`: those named; `keras_faults.py --part K N`: the K-th of N parts of all.
"""

import contextlib
import hashlib
import json
import sys

import keras
import numpy as np

OVER = {}


def train():
    keras.utils.set_random_seed(3)
    keras.utils.clear_session()
    x = np.random.default_rng(0).random((32, 6, 6, 1), dtype="float32")
    y = np.arange(32) % 2
    model = keras.Sequential(
        [keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(
        ((x[i : i + 8], y[i : i + 8]) for _ in range(2) for i in range(0, 32, 8)),
        steps_per_epoch=4,
        epochs=2,
        verbose=0,
    )
    model.evaluate(x, y, verbose=0)
    for _ in range(2):
        model.train_on_batch(x[:8], y[:8])
    return [hashlib.sha256(keras.ops.convert_to_numpy(v).tobytes()).hexdigest()[:16] for v in model.variables]


def raising(*given, **named):
    raise ValueError("on purpose")


def functions():
    from cnnslicer_recorder import training
    from cnnslicer_recorder.keras import adapter, samples, watch

    for cls in (watch.Watch, watch.Training, adapter.KerasAdapter, training.TrainingRun):
        for name, value in vars(cls).items():
            inner = getattr(value, "__wrapped__", value)
            if not name.startswith("__") and hasattr(inner, "__code__") and not inner.__code__.co_freevars:
                yield f"{cls.__name__}.{name}", inner
    yield "samples.offer", samples._row


def wanted(every):
    if sys.argv[1:2] == ["--part"]:
        part, parts = map(int, sys.argv[2:])
        return every[part::parts]
    return [(name, function) for name, function in every if name in sys.argv[1:]]


def main():
    found = {"without": train()}
    if "cnnslicer_recorder" in sys.modules:
        from cnnslicer_recorder import guard

        every = list(functions())
        found["every"] = [name for name, _ in every]
        found["over"] = []
        for name, function in wanted(every):
            code = function.__code__
            guard._state["over"] = False
            with contextlib.suppress(AttributeError):
                function.__code__ = raising.__code__
            try:
                found[name] = train()
            finally:
                function.__code__ = code
            if guard._state["over"]:
                found["over"].append(name)
    print(json.dumps(found))


main()
