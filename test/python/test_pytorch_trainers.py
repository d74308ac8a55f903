"""Loops of libraries are followed like a loop by hand. Skipped where the library is not installed."""

import json

import pytest

from conftest import SHAPES, bare, recorded
from test_pytorch_shapes import check_weights

TRAINERS = SHAPES / "trainers.py"


@pytest.mark.all
@pytest.mark.parametrize("name", ["accelerate", "lightning", "transformers", "ignite", "distributed"])
def test_a_library_that_loops(name, tmp_path):
    if name != "distributed":
        pytest.importorskip(name)
    alone, run = bare(TRAINERS, name), recorded(TRAINERS, name, tmp_path=tmp_path)
    assert run.code == 0, run.stderr
    assert json.loads(alone.stdout.splitlines()[-1]) == json.loads(run.stdout.splitlines()[-1])
    assert not run.messages("notice")
    assert run.epochs() == [0, 1, 2, 3]
    assert run.begin()["answers"] == {"form": "scores", "classes": 3}
    check_weights(run)
