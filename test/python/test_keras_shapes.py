"""Keras trainings of many shapes: recorded they compute what they compute without us, at the right lines."""

import hashlib
import importlib.util
import json

import numpy
import pytest

from conftest import SHAPES, bare, recorded

LOOPS = SHAPES / "keras_loops.py"
# (backend, shape): the first ones are run always.
QUICK = [("torch", "arrays"), ("torch", "on_batch")]
REST = [
    *[("torch", name) for name in ("subclassed", "nested", "generator", "binary", "regression", "one_hot", "split")],
    *[("torch", name) for name in ("several_fits", "stops_early", "pydataset", "torch_loader", "by_hand_torch")],
    *[("torch", name) for name in ("adversarial", "own_step", "evaluated_inside")],
    *[("jax", name) for name in ("arrays", "subclassed", "generator", "on_batch", "own_step", "nested")],
    *[("tensorflow", name) for name in ("arrays", "dataset", "by_hand", "subclassed", "generator", "own_step")],
    *[("tensorflow", name) for name in ("on_batch", "adversarial", "pydataset", "left")],
]
CASES = [*QUICK, *(pytest.param(case, marks=pytest.mark.all) for case in REST)]
# Where other than three.
EPOCHS = {"several_fits": 4, "stops_early": 2, "on_batch": 3}
PROBABILITY = {"binary"}
NO_CLASSES = {"regression", "adversarial"}


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(case))
def shape(request, tmp_path_factory):
    backend, name = request.param
    for package in {backend, "keras"}:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", backend)
        patch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
        patch.setenv("OMP_NUM_THREADS", "1")
        run = recorded(LOOPS, name, tmp_path=tmp_path_factory.mktemp(name))
        return name, bare(LOOPS, name), run


def weights_at(run, epoch):
    """Digests of the recorded weights, one for each."""
    values, place, digests = numpy.frombuffer(run.weights(epoch), "<f4"), 0, []
    for layer in run.begin()["layers"]:
        for weight in layer["weights"]:
            size = int(numpy.prod(weight["shape"]))
            digests.append(hashlib.sha256(values[place : place + size].tobytes()).hexdigest()[:16])
            place += size
    assert place == len(values)
    return digests


def test_recorded_is_as_bare(shape):
    _, alone, run = shape
    assert run.code == 0, run.stderr
    assert not run.messages("notice")
    assert not run.messages("epoch-lost")
    first, second = alone.stdout.splitlines(), run.stdout.splitlines()
    assert json.loads(first[-1]) == json.loads(second[-1])
    # The time of a step, which `fit` prints, is not the same twice.
    assert [line.split("s/step")[-1] for line in first[:-1]] == [line.split("s/step")[-1] for line in second[:-1]]


def test_epochs_and_their_weights_are_the_true_ones(shape):
    name, _, run = shape
    expected = EPOCHS.get(name, 3)
    assert run.epochs() == list(range(expected + 1))
    (truth,) = run.true_epochs.values()
    for number, digests in enumerate(truth, 1):
        found = weights_at(run, number)
        assert found
        assert set(found) <= set(digests)
        # Of a model whose `call` leaves a part out, that part's weights are not recorded.
        assert len(found) == len(digests) or name == "adversarial"


def test_answers_and_classes(shape):
    name, _, run = shape
    begun = run.begin()
    form = begun["answers"]["form"]
    labels = begun["training"]["labels"]
    if name in NO_CLASSES:
        assert form == "none"
        assert labels is None
        return
    assert form == ("probability" if name in PROBABILITY else "scores")
    # Samples of class c are brighter by 0.3 c: the inputs that were sent tell their class.
    message, values = next(item for item in run.of("inputs") if item[0]["part"] == "training")
    inputs = numpy.frombuffer(values, "<f4").reshape(-1, 64).mean(1)
    classes = numpy.clip(numpy.round((inputs - 0.5) / 0.3), 0, 2).astype(int)
    if name == "binary":
        classes = (classes == 1).astype(int)
    assert labels[: len(classes)] == classes.tolist()


def test_layers_have_their_lines(shape):
    name, _, run = shape
    lines = LOOPS.read_text().splitlines()
    for layer in run.begin()["layers"]:
        span = layer["source"]
        if layer["className"] == "InputLayer" and span is None:  # Keras makes it when the model is first called.
            assert name not in ("arrays", "nested")
            continue
        assert span is not None, layer["name"]
        assert span["file"] == str(LOOPS)
        text = lines[span["line"] - 1][span["column"] - 1 :]
        starts = (f"layers.{layer['className']}(", "ops.", "x + ", "keras.Input(", "layers.concatenate(", "Block(")
        assert text.startswith(starts), (layer["name"], text)


def test_metrics_have_their_own_names(shape):
    name, _, run = shape
    last = run.messages("epoch")[-1]["metrics"]
    if name.startswith("by_hand") or name in ("left", "evaluated_inside"):
        assert last == {}
        return
    assert set(last) <= set(run.begin()["metricNames"])
    assert "loss" in last
