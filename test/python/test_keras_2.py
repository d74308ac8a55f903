"""tf.keras 2, from the package tf_keras."""

import importlib.util

import pytest

from conftest import SHAPES, bare, recorded

SCRIPT = SHAPES / "keras_2.py"


@pytest.mark.all
@pytest.mark.skipif(importlib.util.find_spec("tf_keras") is None, reason="tf_keras is not installed")
def test_recorded_is_as_bare(tmp_path, monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    alone, run = bare(SCRIPT), recorded(SCRIPT, tmp_path=tmp_path)
    assert run.stdout == alone.stdout
    assert not run.messages("notice")
    for number, names in enumerate(
        (
            ["InputLayer", "Conv2D", "add", "relu", "Flatten", "Dropout", "Dense"],
            ["InputLayer", "Conv2D", "BatchNormalization", "relu", "Flatten", "Dense"],
        )
    ):
        begun = run.begin(number)
        assert [layer["className"] for layer in begun["layers"]] == names
        assert begun["answers"] == {"form": "scores", "classes": 3}
        assert run.epochs(number) == [0, 1, 2]
    source = run.begin()["layers"][1]["source"]
    assert (
        SCRIPT.read_text().splitlines()[source["line"] - 1][source["column"] - 1 :].startswith("keras.layers.Conv2D(")
    )
