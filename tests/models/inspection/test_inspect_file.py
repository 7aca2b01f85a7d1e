from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.errors import REASONS, ModelFileError
from models.inspection.blueprint import TensorRef, map_leaves
from models.inspection.inspect_file import inspect_model
from models.inspection.refusing import MAX_SENTENCE_CHARS
from tests.hostile.sound import BIAS, KERNEL, write_h5, write_keras
from tests.patience import TIMEOUT_S

WITHOUT_KERAS = """
import sys
from pathlib import Path
from models.inspection.inspect_file import inspect_model
inspect_model(Path(sys.argv[1])).read_weights()
print(*{"keras", "tensorflow", "tf_keras"} & set(sys.modules))
"""


def corpus() -> list[Any]:
    """Model files of the corpus; none without one."""
    folder = os.environ.get("LATENT_EXPLORER_CORPUS")
    if not folder:
        return []
    cases = json.loads((Path(folder) / "manifest.json").read_text("utf-8"))["cases"]
    return [
        pytest.param(Path(folder) / case["path"], case, id=case["id"])
        for case in cases
        if case["kind"] in ("keras", "h5", "savedmodel")
    ]


@pytest.mark.parametrize("write", [write_keras, write_h5])
def test_tells_all_of_a_model(tmp_path: Path, write: Any) -> None:
    path = tmp_path / "decoder.model"
    write(path)
    inspected = inspect_model(path)
    assert inspected.name == "decoder.model"
    assert inspected.format == ("keras" if write is write_keras else "h5")
    assert inspected.keras_version == "3.15.1"
    assert inspected.parameters == KERNEL.size + BIAS.size
    assert [inspected.specs[ref].shape for ref in inspected.blueprint.input_refs] == [(None, 4)]
    weights, notes = inspected.read_weights()
    assert (weights["dense",][0] == KERNEL).all()
    assert (weights["dense",][1] == BIAS).all()
    assert notes == ()


def test_needs_no_keras(tmp_path: Path) -> None:
    write_keras(tmp_path / "decoder.keras")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_KERAS, tmp_path / "decoder.keras"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.skipif(not corpus(), reason="no corpus")
@pytest.mark.parametrize(("path", "case"), corpus())
def test_corpus(path: Path, case: dict[str, Any]) -> None:
    if case["verdict"] == "reject":
        with pytest.raises(ModelFileError) as error:
            inspect_model(path).read_weights()
        assert error.value.reason == case["reason"]
        assert error.value.reason in REASONS
        assert len(str(error.value)) <= MAX_SENTENCE_CHARS
        return
    inspected = inspect_model(path)
    _, notes = inspected.read_weights()
    assert any("NaN" in note for note in notes) == (case["reason"] == "nan")
    expect = case["expect"] or {}
    ends = {"inputs": inspected.blueprint.inputs, "outputs": inspected.blueprint.outputs}
    for name, tree in ends.items():
        if name in expect:
            shapes = map_leaves(tree, lambda ref: list(inspected.specs[ref].shape), (TensorRef,))
            assert shapes == expect[name]
    if "params" in expect:
        assert inspected.parameters == expect["params"]
