"""An exception raised on purpose in every hook of the watcher of Keras never reaches the script."""

import importlib.util
import json

import pytest

from conftest import SHAPES, bare, recorded

SCRIPT = SHAPES / "keras_faults.py"
# Hooks that Keras calls; each must have been reached, and have ended the recording.
HOOKS = {
    *{"constructed", "fit_begins", "epoch_ends", "evaluation_begins", "batch_ends", "fit_ends", "optimizer_built"},
    *{"observed", "step_begins", "step_ends"},
}


QUICK = {"constructed", "fit_begins", "epoch_ends", "optimizer_built", "observed"}


@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="keras is not installed")
@pytest.mark.parametrize("hooks", [QUICK, pytest.param(HOOKS, marks=pytest.mark.all)], ids=["some", "all"])
def test_no_hook_disturbs_the_script(hooks, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    names = {f"Watch.{name}" for name in hooks}
    # All: with every other method of the recording, too.
    run = recorded(SCRIPT, *(names if hooks is QUICK else ()), tmp_path=tmp_path)
    assert run.code == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    over = set(found.pop("over"))
    expected = json.loads(bare(SCRIPT).stdout.splitlines()[-1])["without"]
    assert {name for name, digests in found.items() if digests != expected} == set()
    assert names <= over
