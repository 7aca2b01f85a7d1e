"""``latent-explorer render``: the pictures of a session, as the window had them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from explorer.sessions.identity import identify
from explorer.sessions.saved import SavedSession, write_session
from explorer.state.bookmarks import Bookmark
from explorer.state.journey import Journey
from explorer.state.latent import Latent, Route, Source
from explorer.state.session import Session
from models.bundle import DECODER, DEFAULT
from models.files import sha256_of
from models.loading import load_models
from models.source import ModelSource
from tests.explorer.cli.terminal import Run, assert_one_sentence


@pytest.fixture
def saved(session: Session) -> SavedSession:
    zs = np.random.default_rng(2).standard_normal((3, 16)).astype(np.float32)
    state = replace(
        session.state,
        latent=Latent(zs[0], Source.SLIDERS),
        bookmarks=(Bookmark("b1", "../one", zs[1]), Bookmark("b2", "two", zs[2])),
        journey=Journey(steps=3),
    )
    return SavedSession(identify(session.subject), state)


@pytest.fixture
def file(saved: SavedSession, tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    write_session(path, saved)
    return path


def levels(path: Path) -> npt.NDArray[np.int16]:
    with Image.open(path) as image:
        return np.asarray(image, np.int16)


def test_every_picture_of_a_session_is_saved(
    run: Run, file: Path, session: Session, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, printed, error = run("render", file, "--out", out)
    assert (code, error) == (0, "")
    assert printed == f"9 pictures and summary.json are in {out}\n"
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["bookmarks"][0] == {"name": "../one", "file": "bookmark-001.png"}
    steps = summary["journey"]["files"]
    listed = [*summary["pictures"].values(), "bookmark-001.png", "bookmark-002.png", *steps]
    assert sorted(path.name for path in out.iterdir()) == sorted(["summary.json", *listed])
    first = session.frame
    known = {"noisy": first.inputs["noisy"], "output": first.outputs["decoder_output"]}
    for name, pictures in known.items():
        wanted = np.rint(np.clip(pictures[0, :, :, 0], 0, 1) * 255)
        assert np.abs(levels(out / f"{name}.png") - wanted).max() <= 1
    assert np.array_equal(levels(out / steps[0]), levels(out / "bookmark-001.png"))
    assert np.array_equal(levels(out / steps[-1]), levels(out / "bookmark-002.png"))


def test_held_sliders_are_decoded(run: Run, saved: SavedSession, tmp_path: Path) -> None:
    z = saved.state.bookmarks[0].z
    state = replace(saved.state, route=Route.HELD, latent=Latent(z, Source.TEXT))
    write_session(tmp_path / "held.json", replace(saved, state=state))
    code, _, error = run("render", tmp_path / "held.json", "--out", tmp_path)
    assert (code, error) == (0, "")
    assert np.array_equal(levels(tmp_path / "output.png"), levels(tmp_path / "bookmark-001.png"))


def test_no_path_that_a_session_names_is_opened_unasked(
    run: Run, saved: SavedSession, tmp_path: Path, copy: Path
) -> None:
    model = replace(saved.model, digests={"encoder": "0" * 64, "decoder": "1" * 64})
    write_session(tmp_path / "other.json", replace(saved, model=model))
    command = ("render", tmp_path / "other.json", "--out", tmp_path / "out")
    code, _, error = run(*command)
    assert code == 1
    assert_one_sentence(error)
    assert f"must be named with --model; received {DEFAULT}" in error
    code, _, error = run(*command, "--model", copy)
    assert code == 1
    assert_one_sentence(error)
    assert "must be the one that the session was saved with" in error
    assert not (tmp_path / "out").exists()


def test_a_users_model_is_named_wherever_it_lies_now(
    run: Run, saved: SavedSession, tmp_path: Path
) -> None:
    before, now = tmp_path / "before.keras", tmp_path / "moved" / "now.keras"
    now.parent.mkdir()
    shutil.copy(DEFAULT / DECODER, now)
    source = ModelSource(model=before)
    model = replace(saved.model, source=source, digests={"model": sha256_of(now)})
    state = replace(saved.state, route=Route.HELD)
    write_session(tmp_path / "mine.json", SavedSession(model, state))
    out = tmp_path / "out"
    code, printed, error = run("render", tmp_path / "mine.json", "--out", out, "--model", now)
    assert (code, error) == (0, "")
    assert printed == f"7 pictures and summary.json are in {out}\n"
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert np.array(summary["z"], np.float32).tobytes() == state.latent.z.tobytes()
    decoder = load_models(DEFAULT).decoder
    wanted = np.asarray(decoder(state.bookmarks[0].z[np.newaxis]))[0, :, :, 0]
    assert np.abs(levels(out / "bookmark-001.png") - np.clip(wanted, 0, 1) * 255).max() <= 0.51


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_what_is_no_session_is_one_sentence(run: Run, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "some.json"
    if content is not None:
        path.write_text(content)
    code, printed, error = run("render", path, "--out", tmp_path / "out")
    assert (code, printed) == (1, "")
    assert_one_sentence(error)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(
    run: Run, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file")
    code, _, error = run("render", file, "--out", tmp_path / "out")
    assert code == 1
    assert_one_sentence(error)
