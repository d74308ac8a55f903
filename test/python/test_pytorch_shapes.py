"""Trainings of many shapes: recorded they compute what they compute without us, and their epochs are the true ones."""

import hashlib
import json

import numpy
import pytest

from conftest import SHAPES, bare, recorded

LOOPS = SHAPES / "loops.py"
QUICK = ["plain", "ahead", "broken_off", "adversities", "adversarial"]
REST = [
    *["new_loaders", "accumulation", "mixed_precision", "compiled", "averaged", "iterable", "workers", "mixup"],
    *["by_forward", "no_loader", "cycle", "by_steps", "closure", "resumed", "head_only", "with_loss"],
    *["several_loaders", "tied", "listed", "one_after_another"],
]
EPOCHS = {
    **{"plain": 3, "ahead": 3, "broken_off": 3, "adversities": 2, "adversarial": 3, "new_loaders": 3},
    **{"accumulation": 3, "no_loader": 3, "by_steps": 3, "resumed": 3, "several_loaders": 2, "cycle": 3},
}
TWO_MODELS = {"adversarial", "one_after_another"}
# Shapes whose samples have no class that the model answers.
NO_LABELS = {"adversarial", "mixup", "tied", "listed"}
SHAPE = [*QUICK, *(pytest.param(name, marks=pytest.mark.all) for name in REST)]


@pytest.fixture(scope="module", params=SHAPE)
def shape(request, tmp_path_factory):
    name = request.param
    return name, bare(LOOPS, name), recorded(LOOPS, name, tmp_path=tmp_path_factory.mktemp(name))


def test_recorded_is_as_bare(shape):
    _, alone, run = shape
    assert run.code == 0, run.stderr
    assert not run.messages("notice")
    assert run.stderr == alone.stderr
    first, second = alone.stdout.splitlines(), run.stdout.splitlines()
    assert first[:-1] == second[:-1]
    expected, found = json.loads(first[-1]), json.loads(second[-1])
    # What the recorder leaves patched until probes are chosen is `Module.__call__`: at the end it is the original.
    assert {name: found[name] for name in found if found[name] != expected[name]} == {}


def test_epochs_are_recorded(shape):
    name, _, run = shape
    begun = run.messages("begin")
    assert len(begun) == (2 if name in TWO_MODELS else 1)
    expected = EPOCHS.get(name, 2)
    for message in begun:
        assert run.epochs(message["run"]) == list(range(expected + 1))


def test_weights_at_the_ends_of_epochs_are_the_true_ones(shape):
    check_weights(shape[2])


def check_weights(run):
    """The weights of each epoch are those that the script had at its end."""
    names = [f"{layer['name']}.{weight['name']}" for layer in run.begin()["layers"] for weight in layer["weights"]]
    shapes = [weight["shape"] for layer in run.begin()["layers"] for weight in layer["weights"]]
    for number, truth in enumerate(run.true_epochs, 1):
        values = numpy.frombuffer(run.weights(number), "<f4")
        place = 0
        for name, size in zip(names, (int(numpy.prod(shape)) for shape in shapes)):
            part = values[place : place + size]
            place += size
            assert hashlib.sha256(part.tobytes() + b"torch.float32").hexdigest()[:16] == truth[name], (number, name)
        assert place == len(values)


def test_labels_are_the_truth_or_none(shape):
    name, _, run = shape
    for message in run.messages("begin"):
        labels = [message[part]["labels"] for part in ("training", "validation")]
        if name in NO_LABELS:
            assert labels == [None, None] and message["answers"]["form"] == "none"
        else:
            assert message["answers"] == {"form": "scores", "classes": 3}
            assert labels[0] is not None
            _check_against_data(run, message)


def _check_against_data(run, message):
    """Inputs of the chosen training samples are looked up in the script's own data."""
    import random

    import torch

    random.seed(1)
    torch.manual_seed(1)
    inputs, labels = torch.randn(64, 1, 8, 8), torch.randint(0, 3, (64,))
    known = {inputs[place].numpy().tobytes(): labels[place].item() for place in range(64)}
    (values,) = [v for m, v in run.of("inputs", message["run"]) if m["part"] == "training"]
    size = 64 * 4
    rows = [values[first : first + size] for first in range(0, len(values), size)]
    assert len(rows) >= 2
    for place, row in enumerate(rows):
        assert known[row] == message["training"]["labels"][place]
