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


QUICK = ("constructed", "fit_begins", "epoch_ends", "optimizer_built", "observed")
# Every function of the recording takes one training: the parts are tests of about a minute.
PARTS = 8

pytestmark = pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="keras is not installed")


@pytest.fixture(scope="module", autouse=True)
def expected():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "torch")
        patch.setenv("OMP_NUM_THREADS", "1")
        yield json.loads(bare(SCRIPT).stdout.splitlines()[-1])["without"]


def check(expected, run):
    """Names of the functions that raised, none of which changed what the script computed."""
    assert run.code == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    every, over = set(found.pop("every")), set(found.pop("over"))
    assert {name for name, digests in found.items() if digests != expected} == set()
    hooks = {f"Watch.{name}" for name in HOOKS}
    assert hooks <= every
    assert hooks & set(found) <= over
    return set(found) - {"without"}


def test_no_hook_disturbs_the_script(expected, tmp_path):
    names = {f"Watch.{name}" for name in QUICK}
    assert check(expected, recorded(SCRIPT, *names, tmp_path=tmp_path)) == names


@pytest.mark.all
@pytest.mark.parametrize("part", range(PARTS))
def test_no_function_disturbs_the_script(part, expected, tmp_path):
    assert check(expected, recorded(SCRIPT, "--part", str(part), str(PARTS), tmp_path=tmp_path))
