"""Scripts are run bare and recorded, each in a process of its own; `--all` runs the long ones too."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from fake_node import FakeNode  # noqa: E402

SHAPES = Path(__file__).parent / "shapes"


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="the tests that take minutes, too")


def pytest_configure(config):
    config.addinivalue_line("markers", "all: takes long; runs with --all")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--all"):
        return
    for item in items:
        if item.get_closest_marker("all"):
            item.add_marker(pytest.mark.skip(reason="runs with --all"))


def bare(script, *arguments):
    """The output of a script that nobody records."""
    done = subprocess.run([sys.executable, str(script), *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done


def recorded(script, *arguments, tmp_path, **options):
    """The script's run with the recorder: output, messages, and the true weights at the ends of epochs."""
    environment = {"SHAPE_EPOCHS": str(tmp_path / "epochs.json"), **options.pop("environment", {})}
    node = FakeNode(**options).run(script, *arguments, environment=environment, timeout=300)
    written = tmp_path / "epochs.json"
    node.true_epochs = json.loads(written.read_text()) if os.path.exists(written) else []
    return node
