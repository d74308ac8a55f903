"""Lines and columns, loops that say their epochs, endings, and what the epochs cannot wait for."""

import hashlib
import json

from conftest import SHAPES, bare, recorded


def test_layers_and_functions_have_their_lines_and_columns(tmp_path):
    run = recorded(SHAPES / "lines.py", tmp_path=tmp_path)
    assert run.code == 0, run.stderr

    def place(span):
        return span and (span["line"], span["column"])

    found = {layer["name"]: (place(layer["source"]), place(layer["calledAt"])) for layer in run.begin()["layers"]}
    assert found == {
        "input": (None, None),
        "stem": ((25, 21), (34, 25)),
        "blocks.0.conv": ((16, 38), (19, 27)),
        "blocks.0.add": ((19, 23), (19, 23)),
        "blocks.0.relu": ((19, 16), (19, 16)),
        "blocks.1.conv": ((16, 38), (19, 27)),
        "blocks.1.add": ((19, 23), (19, 23)),
        "blocks.1.relu": ((19, 16), (19, 16)),
        "twin.conv": ((16, 38), (19, 27)),
        "twin.add": ((19, 23), (19, 23)),
        "twin.relu": ((19, 16), (19, 16)),
        "mean": ((35, 13), (35, 13)),
        "head": ((28, 21), (36, 16)),
    }
    layers = run.begin()["layers"]
    names = [layer["name"] for layer in layers]
    feeds = {layer["name"]: [names[index] for index in layer["inputs"]] for layer in layers}
    assert feeds["blocks.0.add"] == ["stem", "blocks.0.conv"] and feeds["head"] == ["mean"]


def test_a_model_that_is_one_layer_has_its_line_and_its_weights(tmp_path):
    run = recorded(SHAPES / "loops.py", "single", tmp_path=tmp_path)
    assert run.code == 0, run.stderr
    _, layer = run.begin()["layers"]
    source = layer["source"]
    line = (SHAPES / "loops.py").read_text().splitlines()[source["line"] - 1]
    assert line[source["column"] - 1 :] == "nn.Linear(64, 3)"
    assert [(weight["name"], weight["shape"]) for weight in layer["weights"]] == [("weight", [3, 64]), ("bias", [3])]
    assert len(run.true_epochs) == 2
    for number, truth in enumerate(run.true_epochs, 1):
        values = run.weights(number)
        parts = {"weight": values[: 3 * 64 * 4], "bias": values[3 * 64 * 4 :]}
        found = {name: hashlib.sha256(part + b"torch.float32").hexdigest()[:16] for name, part in parts.items()}
        assert found == truth


def test_a_scripted_model_is_refused_in_words_and_others_are_recorded(tmp_path):
    alone, run = bare(SHAPES / "loops.py", "scripted"), recorded(SHAPES / "loops.py", "scripted", tmp_path=tmp_path)
    assert run.code == 0, run.stderr
    assert json.loads(run.stdout) == json.loads(alone.stdout)
    notices = [message["text"] for message in run.messages("notice")]
    assert len(notices) == 2
    assert all("scripted or traced" in text for text in notices)
    (begin,) = run.messages("begin")
    assert begin["model"]["name"] == "Net"
    assert run.epochs(begin["run"]) == [0, 1, 2]


def test_a_model_of_a_graph_is_refused_in_words_and_others_are_recorded(tmp_path):
    alone, run = bare(SHAPES / "loops.py", "graph"), recorded(SHAPES / "loops.py", "graph", tmp_path=tmp_path)
    assert run.code == 0, run.stderr
    assert json.loads(run.stdout)["weights"] == json.loads(alone.stdout)["weights"]
    assert [message["text"].split(":")[0] for message in run.messages("notice")] == ["Graph is not recorded"]
    (begin,) = run.messages("begin")
    assert begin["model"]["name"] == "Net"
    assert run.epochs(begin["run"]) == [0, 1]


def test_a_loop_says_its_epochs_itself(tmp_path):
    run = recorded(SHAPES / "loops.py", "by_hand", tmp_path=tmp_path)
    assert run.code == 0, run.stderr
    begin = run.begin()
    assert begin["classNames"] == ["a", "b", "c"] and begin["epochCount"] == 2
    assert (begin["training"]["kept"], begin["validation"]["kept"]) == (0, 24)
    assert run.epochs() == [0, 1, 2]
    assert [message["metrics"] for message in run.messages("epoch")] == [{}, {"loss": 0.5}, {"loss": 0.5}]


def test_what_was_trained_before_an_interrupt_is_an_epoch_of_an_open_ended_loop(tmp_path):
    run = recorded(SHAPES / "loops.py", "interrupted", tmp_path=tmp_path)
    assert run.code != 0 and "KeyboardInterrupt" in run.stderr
    assert run.epochs() == [0, 1, 2]
    (end,) = run.messages("end")
    assert end["raised"]["isInterrupt"] and end["raised"]["place"].endswith(
        ".py:" + end["raised"]["place"].split(":")[-1]
    )


def test_the_last_epoch_is_recorded_although_it_was_left_out(tmp_path):
    wanted = lambda epoch, is_last: epoch == 0 or is_last  # noqa: E731
    run = recorded(SHAPES / "loops.py", "plain", tmp_path=tmp_path, record=wanted, readings=2)
    assert run.epochs() == [0, 3]
    assert [message["isLast"] for message in run.messages("epoch")] == [False, False, False, False, True]
    places = [(m["reading"], m["firstSample"]) for m in run.messages("maps") if m["epoch"] == 3]
    assert places == [(1, 0), (1, 8), (1, 16), (2, 0), (2, 8), (2, 16)]
