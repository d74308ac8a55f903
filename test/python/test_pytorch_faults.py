"""The comparison of bare and recorded runs catches a recorder that disturbs; no fault of ours reaches the script."""

import json
import re

import pytest

from conftest import SHAPES, bare, recorded

LOOPS, BROKEN = SHAPES / "loops.py", SHAPES / "broken.py"
RAISING = re.findall(r'^    "(\w+)": \(', (SHAPES / "broken.py").read_text(), re.M)


@pytest.fixture(scope="module")
def expected():
    return json.loads(bare(LOOPS, "broken_off").stdout.splitlines()[-1])


def different(expected, run):
    found = json.loads(run.stdout.splitlines()[-1])
    return {name for name in found if found[name] != expected[name]}


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("generator_not_restored", "torch"),
        ("eval_called", "weights"),
        ("hook_left", "modules"),
        ("call_left", "call"),
        ("loader_iterated", "torch"),
    ],
)
def test_a_recorder_that_disturbs_is_caught(fault, seen, expected, tmp_path):
    run = recorded(BROKEN, fault, "broken_off", tmp_path=tmp_path)
    assert run.code == 0, run.stderr
    assert seen in different(expected, run)


@pytest.mark.parametrize("hook", ["called", "step", *(pytest.param(name, marks=pytest.mark.all) for name in RAISING)])
def test_an_exception_in_a_hook_never_reaches_the_script(hook, expected, tmp_path):
    run = recorded(BROKEN, hook, "broken_off", tmp_path=tmp_path)
    assert run.code == 0, run.stderr
    assert run.stderr == ""
    assert different(expected, run) <= {"call"}
    assert len(run.messages("end")) == 1


@pytest.mark.all
@pytest.mark.parametrize("frames", [1, 2, 5, 9])
def test_the_script_goes_on_when_nobody_listens(frames, expected, tmp_path):
    run = recorded(LOOPS, "broken_off", tmp_path=tmp_path, dies_after=frames)
    assert run.code == 0, run.stderr
    assert different(expected, run) <= {"call"}
