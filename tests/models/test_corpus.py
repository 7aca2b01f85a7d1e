"""Files to open or refuse, each through an engine as a window opens it: all the way."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest

from explorer.engine.process import EngineProcess
from models.data_set import open_data
from models.errors import REASONS, DataError, PictureError
from models.inspection.limits import OPENING_SECONDS
from models.opening import Opened, open_source
from models.pictures import open_picture
from models.source import ModelSource
from models.subject import Subject
from models.subject_wire import from_message
from models.wire import Message
from tests.hostile.catalogue import CASES
from tests.hostile.sound import Case, marker_of, write_h5, write_keras

CORPUS = os.environ.get("LATENT_EXPLORER_CORPUS", "")
MODELS, DATA, PICTURES = ("keras", "h5", "savedmodel"), ("npz", "npy"), ("image",)
IS_WARNED_OF = {"compile-dropped": "compile", "nan": "NaN"}
DATA_WORDS = {"pickle": "pickled Python objects", "bomb": "declares|unpack to more"}
PICTURE_WORDS = {
    "bomb": "pixels",
    "corrupt": "must be a whole picture",
    "unsupported-format": "a file of another kind",
}

Array = npt.NDArray[Any]


def manifest() -> dict[str, Any]:
    if not CORPUS:
        return {"cases": []}
    read: dict[str, Any] = json.loads((Path(CORPUS) / "manifest.json").read_text("utf-8"))
    return read


def cases(kinds: tuple[str, ...], verdicts: str = "") -> list[Any]:
    """Of those kinds, whose verdict begins so."""
    return [
        pytest.param(case, id=case["id"])
        for case in manifest()["cases"]
        if case["kind"] in kinds and case["verdict"].startswith(verdicts)
    ]


def path_of(case: dict[str, Any]) -> Path:
    return Path(CORPUS) / str(case["path"])


class Engines:
    """One engine after the other: whichever opened a file is not asked for another."""

    def __init__(self, log: Path, readable: list[Path]) -> None:
        self._log = log
        self._readable = readable
        self._engine: EngineProcess | None = None

    def open(self, source: ModelSource) -> Message:
        """What the engine answers; EOFError if it ended, as it has to after its time."""
        if self._engine is None:
            self._engine = EngineProcess(self._log, self._readable)
            self._engine.start()
        end = threading.Timer(OPENING_SECONDS, self._engine.kill)
        end.start()
        try:
            self._engine.send(
                Message("load", {"source": source.to_json(), "model_id": source.name})
            )
            answer = self._engine.receive()
        except EOFError:
            self.close()
            raise
        finally:
            end.cancel()
            end.join()
        if answer.kind != "failed":
            self.close()
        return answer

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close()
        self._engine = None


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def engines(hostile_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    readable = [hostile_folder, *([Path(CORPUS)] if CORPUS else [])]
    made = Engines(tmp_path_factory.mktemp("log") / "engine.log", readable)
    yield made
    made.close()


@pytest.fixture(scope="module", autouse=True)
def markers() -> Iterator[None]:
    """The folder in which a payload leaves its marker has to be there for it."""
    folder = Path(manifest().get("marker_dir", os.devnull))
    is_made = not folder.exists()
    if is_made:
        folder.mkdir()
    yield
    if is_made:
        with contextlib.suppress(OSError):  # a marker is kept, to be looked at
            folder.rmdir()


def assert_no_marker(case: dict[str, Any]) -> None:
    assert case.get("marker") is None or not Path(case["marker"]).exists()


def assert_refused(answer: Message, reason: str) -> None:
    sentence = answer.fields.get("sentence")
    assert answer.kind == "failed", answer.fields
    assert answer.fields["reason"] == reason, sentence
    assert reason in REASONS
    assert isinstance(sentence, str)
    assert len(sentence) <= 200, sentence
    assert sentence.isprintable()


@pytest.mark.parametrize("case", cases(MODELS, "reject"))
def test_a_model_is_refused(case: dict[str, Any], engines: Engines) -> None:
    assert_refused(engines.open(ModelSource.of(path_of(case))), case["reason"])
    assert_no_marker(case)


@pytest.mark.parametrize("case", cases(MODELS, "accept"))
def test_a_model_is_opened(case: dict[str, Any], engines: Engines) -> None:
    answer = engines.open(ModelSource.of(path_of(case)))
    assert answer.kind == "ready", answer.fields
    subject = from_message(answer.fields["subject"], answer.arrays)
    assert_expected(case["expect"] or {}, subject)
    warning = IS_WARNED_OF.get(case["reason"], "")
    assert not warning or any(warning in note for note in subject.card["notes"])
    assert_no_marker(case)


def assert_expected(expect: dict[str, Any], subject: Subject) -> None:
    card = subject.card
    decoder, encoder = card, card["encoder"]
    role = expect.get("role", "decoder")
    assert card["role"] == role
    first = decoder if role == "decoder" else encoder
    last = encoder if role == "encoder" else decoder
    if "inputs" in expect:
        assert shapes(first["inputs"], expect["inputs"]) == expect["inputs"]
        assert shapes(last["outputs"], expect["outputs"]) == expect["outputs"]
        counted = {id(half): half["parameters"] for half in (first, last)}
        assert sum(counted.values()) == expect["params"]
    port = subject.outputs[0].port.to_json()
    if "range" in expect:
        assert [port["low"], port["high"]] == expect["range"]
    if "layout" in expect:
        layout, *size = expect["layout"].split()
        assert port["layout"] == layout
        assert size in ([], [f"{port['height']}x{port['width']}"])


def shapes(told: list[dict[str, Any]], like: Any) -> Any:
    """Shapes of inputs or outputs as a manifest has them: by name, in a list or alone."""
    found = {each["name"]: [None, *each["shape"]] for each in told}
    if isinstance(like, dict):
        return found
    return list(found.values()) if isinstance(like[0], list) else next(iter(found.values()))


@pytest.mark.parametrize("case", cases(("keras",), "accept"))
def test_a_model_gives_what_keras_gives(case: dict[str, Any]) -> None:
    path = path_of(case)
    if path.suffix != ".keras":
        pytest.skip("Keras goes by the ending")
    opened = open_source(ModelSource.of(path))
    original = keras.models.load_model(path, compile=False, safe_mode=True)
    rng = np.random.default_rng(5)
    given = [rng.random((3, *tensor.shape[1:]), np.float32) for tensor in original.inputs]
    half = (case["expect"] or {}).get("dtype") == "mixed_float16"
    assert_same(whole(opened, given), call(original, given), half)
    assert_no_marker(case)


def whole(opened: Opened, given: list[Array]) -> list[Array]:
    """What both halves give together."""
    networks, role = opened.networks, opened.subject.card["role"]
    code = given if role == "decoder" else call(networks.encoder, given)
    return code if role == "encoder" else call(networks.decoder, code)


def call(model: Any, given: list[Array]) -> list[Array]:
    """Inputs and outputs one after the other, however the model nests them."""
    made = model(keras.tree.pack_sequence_as(model.input, given))
    return [np.asarray(each) for each in keras.tree.flatten(made)]


def assert_same(ours: list[Array], theirs: list[Array], is_half_precision: bool) -> None:
    tolerance = 1e-2 if is_half_precision else 1e-5
    for mine, wanted in zip(ours, theirs, strict=True):
        scale = np.nanmax(np.abs(wanted), initial=1e-6)
        np.testing.assert_allclose(mine, wanted, rtol=tolerance, atol=tolerance * float(scale))


@pytest.mark.parametrize("case", cases(("h5",), "accept"))
def test_an_old_file_gives_what_the_same_weights_give_in_a_new_one(case: dict[str, Any]) -> None:
    new = keras.models.load_model(Path(CORPUS) / "good" / "g_seed.keras", compile=False)
    z = [np.random.default_rng(2).standard_normal((2, 16)).astype(np.float32)]
    opened = open_source(ModelSource.of(path_of(case)))
    assert_same(call(opened.networks.decoder, z), call(new, z), False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_file_is_refused(case: Case, hostile_folder: Path, engines: Engines) -> None:
    path = hostile_folder / case.name
    case.write(path)
    assert_refused(engines.open(ModelSource(model=path)), case.reason)
    assert not marker_of(path).exists()


@pytest.mark.parametrize("write", [write_keras, write_h5])
def test_a_sound_file_is_opened(write: Any, hostile_folder: Path, engines: Engines) -> None:
    path = hostile_folder / f"{write.__name__}.keras"
    write(path)
    answer = engines.open(ModelSource(model=path))
    assert answer.kind == "ready", answer.fields
    card = answer.fields["subject"]["card"]
    assert (card["role"], card["latent_dim"], card["parameters"]) == ("decoder", 4, 30)


@pytest.mark.parametrize("case", cases(DATA))
def test_data_are_opened_or_refused(case: dict[str, Any]) -> None:
    path = path_of(case)
    if case["verdict"] == "accept":
        data = open_data(path, (28, 28, 1))
        assert len(data.batch(0, 9)) == min(9, len(data))
        assert data.labels is not None
    else:
        with pytest.raises(DataError, match=DATA_WORDS[case["reason"]]) as refused:
            open_data(path, (28, 28, 1))
        assert len(str(refused.value)) <= 200
    assert_no_marker(case)


@pytest.mark.parametrize("case", cases(PICTURES))
def test_a_picture_is_opened_or_refused(case: dict[str, Any]) -> None:
    path = path_of(case)
    if case["verdict"] == "accept":
        assert list(open_picture(path).shape[::-1]) == case["expect"]["size"]
        return
    with pytest.raises(PictureError, match=PICTURE_WORDS[case["reason"]]) as refused:
        open_picture(path)
    assert len(str(refused.value)) <= 200
