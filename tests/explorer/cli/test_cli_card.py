"""`latent-explorer info FILE`: the card of a user's own model."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.explorer.cli.terminal import assert_one_sentence, python
from tests.hostile.catalogue import CASES
from tests.hostile.sound import Case, config, write_h5, write_keras

CODE = "import sys; from explorer.cli import main; code = main(sys.argv[1:]); "
CODE += "sys.exit(code or 10 * bool({'keras', 'tensorflow', 'PyQt6'} & set(sys.modules)))"

# In a process of its own: it gives up most of what it may do.
Info = Callable[..., tuple[int, str, str]]


@pytest.fixture
def info(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Info:
    """Run the command in another process."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        with python("-c", CODE, "info", *arguments) as process:
            out, error = process.communicate()
        return process.returncode, out, error

    return run


@pytest.mark.parametrize(
    ("write", "kind"), [(write_keras, "Keras archive"), (write_h5, "HDF5 file")]
)
def test_the_card_is_printed_without_keras(
    info: Info, tmp_path: Path, write: Callable[[Path], None], kind: str
) -> None:
    path = tmp_path / "decoder.model"
    write(path)
    code, out, error = info(path)
    assert (code, error) == (0, "")
    assert out.startswith(f"decoder.model\n\nFormat      {kind}, written by Keras 3.15.1\n")
    assert "Decoder     z 4 → dense 6\n            30 parameters in 2 layers\n" in out
    assert "Encoder     none\n" in out


def test_json_has_the_whole_card(info: Info, tmp_path: Path) -> None:
    path = tmp_path / "decoder.keras"
    write_keras(path)
    code, out, error = info(path, "--json")
    assert (code, error) == (0, "")
    card = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert (card["role"], card["parameters"], card["latent_dim"]) == ("decoder", 30, 4)
    assert "ranges" not in card


def test_a_name_cannot_steer_the_terminal(info: Info, tmp_path: Path) -> None:
    path = tmp_path / "decoder.keras"
    write_keras(path, json.dumps(config()).replace("dense", "\\u001b[2Jx").encode())
    _, out, error = info(path)
    assert "\x1b" not in out + error


def test_two_decoders_are_no_pair(info: Info, tmp_path: Path) -> None:
    for name in ("a.keras", "b.keras"):
        write_keras(tmp_path / name)
    code, out, error = info(tmp_path / "a.keras", "--encoder", tmp_path / "b.keras")
    assert (code, out) == (1, "")
    assert "b.keras must be the encoder of the two" in error
    assert_one_sentence(error)


@pytest.mark.parametrize("case", CASES[:: len(CASES) // 6], ids=lambda case: case.name)
def test_a_refusal_is_one_sentence(info: Info, tmp_path: Path, case: Case) -> None:
    path = tmp_path / case.name
    case.write(path)
    code, out, error = info(path)
    assert (code, out) == (1, "")
    assert len(error) <= 200 + len("latent-explorer: \n")
    assert_one_sentence(error)
    log = tmp_path / "state" / "latent-explorer" / "latent-explorer.log"
    if sys.platform == "linux":
        assert error.removeprefix("latent-explorer: ").rstrip() in log.read_text("utf-8")


def test_where_nothing_can_be_logged_the_card_is_printed_too(info: Info, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    path = tmp_path / "decoder.keras"
    write_keras(path)
    assert info(path)[0] == 0
