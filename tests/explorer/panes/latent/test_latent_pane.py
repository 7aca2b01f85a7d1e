from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QClipboard
from PyQt6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.latent_pane import LatentPane
from explorer.settings import Settings
from explorer.state.frame import Frame, Request
from explorer.state.latent import Route, Source
from explorer.state.session import Session
from explorer.widgets.latent_editors import NumberEditor, RangeEditor
from models.bundle import Bundle
from models.latent import format_z
from tests.explorer.finding import button

Drag = Callable[[QWidget, Sequence[QPointF]], None]
PutUp = Callable[[QWidget, int, int], None]
Key = Qt.Key


@pytest.fixture
def pane(put_up: PutUp, session: Session, settings: Settings) -> LatentPane:
    made = LatentPane(session, settings)
    put_up(made, 600, 580)
    made.table.setFocus()
    return made


def port(pane: LatentPane) -> QWidget:
    viewport = pane.table.viewport()
    assert viewport is not None
    return viewport


def route(session: Session) -> Route:
    return session.state.route


def heading(pane: LatentPane) -> str:
    (label,) = (w for w in pane.findChildren(QLabel) if w.text().startswith("Latent"))
    return label.text()


def choose_row(pane: LatentPane, dim: int) -> None:
    pane.table.setCurrentIndex(pane.table.latent.index(dim, 0))


# Hands ------------------------------------------------------------------------------


def test_a_drag_takes_the_plug_keeps_z_and_is_one_step(
    pane: LatentPane, session: Session, requests: list[Request], drag: Drag
) -> None:
    before = session.state.latent.z
    drag(port(pane), [pane.table.track_at(3, share) for share in (0.2, 0.5, 0.9)])
    after = session.state.latent.z
    lo, hi = pane.table.latent.lo[3], pane.table.latent.hi[3]
    assert after[3] == pytest.approx(lo + 0.9 * (hi - lo), abs=1e-5)
    np.testing.assert_array_equal(np.delete(after, 3), np.delete(before, 3))
    assert route(session) is Route.HELD
    assert [request.kind for request in requests] == ["decode"] * 3
    assert session.undo_stack.count() == 1
    session.undo_stack.undo()
    assert route(session) is Route.ENCODER
    np.testing.assert_array_equal(session.state.latent.z, before)
    np.testing.assert_array_equal(pane.table.latent.z, before)


def test_taking_hold_of_a_knob_moves_the_plug_and_keeps_z_exactly(
    pane: LatentPane, session: Session, drag: Drag
) -> None:
    before = session.state.latent.z
    drag(port(pane), [pane.table.knob_at(5)])
    assert session.state.route is Route.HELD
    np.testing.assert_array_equal(session.state.latent.z, before)


def test_keys_move_the_current_row(qtbot: QtBot, pane: LatentPane, session: Session) -> None:
    session.reset()
    choose_row(pane, 2)
    before = session.state.latent.z[2]
    qtbot.keyClick(pane.table, Key.Key_Right)
    assert session.state.latent.z[2] > before
    qtbot.keyClick(pane.table, Key.Key_Home)
    assert session.state.latent.z[2] == session.subject.whereabouts.mean[2]
    assert session.undo_stack.undoText() == "reset z 2"


def test_an_exact_number_is_kept_exactly(
    qtbot: QtBot, pane: LatentPane, session: Session, requests: list[Request]
) -> None:
    choose_row(pane, 4)
    qtbot.keyClick(pane.table, Key.Key_Return)
    editor = pane.table.findChild(NumberEditor)
    assert editor is not None
    qtbot.keyClicks(editor, "-0.123456789")
    qtbot.keyClick(editor, Key.Key_Return)
    assert session.state.latent.z[4] == np.float32(-0.123456789)
    assert requests[-1].arrays["z"][0, 4] == np.float32(-0.123456789)


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "1e99", "three", "1 2"])
def test_what_is_no_number_is_one_sentence_and_changes_nothing(
    qtbot: QtBot, pane: LatentPane, session: Session, told: list[str], typed: str
) -> None:
    before = session.state
    choose_row(pane, 4)
    qtbot.keyClick(pane.table, Key.Key_Return)
    editor = pane.table.findChild(NumberEditor)
    assert editor is not None
    qtbot.keyClicks(editor, typed)
    qtbot.keyClick(editor, Key.Key_Return)
    (sentence,) = told
    assert "z 4" in sentence
    assert typed in sentence
    assert session.state is before
    qtbot.keyClick(editor, Key.Key_Escape)
    assert session.state is before
    assert session.undo_stack.count() == 0


# z as text --------------------------------------------------------------------------


def test_z_goes_to_the_clipboard_and_comes_back_exactly(
    pane: LatentPane, session: Session, clipboard: QClipboard, told: list[str]
) -> None:
    before = session.state.latent.z
    button(pane, "Copy z").click()
    assert told == ["z is on the clipboard as text."]
    session.randomise()
    assert (session.state.latent.z != before).any()
    button(pane, "Paste z").click()
    np.testing.assert_array_equal(session.state.latent.z, before)
    assert session.undo_stack.undoText() == "paste z"
    assert heading(pane).endswith("from pasted text")


@pytest.mark.parametrize(
    "text",
    [
        ", ".join(["0.5"] * 16),
        "\n".join(["0.5"] * 16),
        "[" + " ".join(["0.5"] * 16) + "]",
        f"array([{', '.join(['0.5'] * 16)}], dtype=float32)",
    ],
    ids=["commas", "lines", "brackets", "numpy"],
)
def test_z_is_read_as_people_write_it(
    pane: LatentPane, session: Session, clipboard: QClipboard, text: str
) -> None:
    clipboard.setText(text)
    pane.paste_z()
    assert session.state.latent.z.tolist() == [0.5] * 16


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" ".join(["0.5"] * 15), "15"),
        (" ".join(["0.5"] * 15 + ["nan"]), "nan"),
        (" ".join(["0.5"] * 15 + ["word"]), "word"),
        ("", ""),
        ("x" * 100_000, ""),
    ],
    ids=["too few", "nan", "a word", "nothing", "a book"],
)
def test_text_that_is_no_z_is_one_sentence_and_changes_nothing(
    pane: LatentPane,
    session: Session,
    clipboard: QClipboard,
    told: list[str],
    text: str,
    found: str,
) -> None:
    before = session.state
    clipboard.setText(text)
    pane.paste_z()
    (sentence,) = told
    assert found in sentence
    assert len(sentence) < 300
    assert session.state is before


def test_the_tables_own_keys_copy_and_paste_too(
    qtbot: QtBot, pane: LatentPane, session: Session, clipboard: QClipboard
) -> None:
    qtbot.keyClick(pane.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == format_z(session.state.latent.z)
    clipboard.setText(" ".join(["0.25"] * 16))
    qtbot.keyClick(pane.table, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.state.latent.z.tolist() == [0.25] * 16
    assert session.state.latent.source is Source.TEXT


# Locks, chance, reset ---------------------------------------------------------------


def test_a_locked_row_stays_through_chance_and_reset(
    qtbot: QtBot, pane: LatentPane, session: Session, requests: list[Request]
) -> None:
    choose_row(pane, 6)
    qtbot.keyClick(pane.table, Key.Key_L)
    assert pane.table.latent.locks[6]
    kept = session.state.latent.z[6]
    session.randomise()
    assert len(requests) == 1  # many dimensions are decoded once
    assert session.state.latent.z[6] == kept
    assert pane.table.latent.z[6] == kept
    session.reset()
    mean = session.subject.whereabouts.mean
    np.testing.assert_array_equal(np.delete(session.state.latent.z, 6), np.delete(mean, 6))
    assert session.state.latent.z[6] == kept


def test_a_locked_row_says_why_it_does_not_move(
    pane: LatentPane, session: Session, told: list[str], drag: Drag
) -> None:
    session.set_lock(6, True)
    before = session.state
    drag(port(pane), [pane.table.track_at(6, share) for share in (0.2, 0.8)])
    assert session.state is before
    assert all("z 6 is locked" in sentence for sentence in told)
    assert told


# Ranges -----------------------------------------------------------------------------


def test_ranges_come_from_the_codes(pane: LatentPane, session: Session, bundle: Bundle) -> None:
    codes = bundle.codes
    low, high = (int(np.argmin(np.abs(codes.levels - level))) for level in (0.001, 0.999))
    z = session.state.latent.z
    np.testing.assert_allclose(pane.table.latent.lo, np.minimum(codes.quantiles[low], z), atol=1e-5)
    np.testing.assert_allclose(
        pane.table.latent.hi, np.maximum(codes.quantiles[high], z), atol=1e-5
    )


def test_a_range_grows_when_z_lies_outside(pane: LatentPane, session: Session) -> None:
    far = float(pane.table.latent.hi[1] + np.float32(40))
    session.set_value(1, far)
    assert pane.table.latent.hi[1] >= far
    assert pane.table.latent.share(1, far) <= 1


def test_a_range_can_be_edited_and_given_back(
    qtbot: QtBot, pane: LatentPane, session: Session
) -> None:
    before = (pane.table.latent.lo[2], pane.table.latent.hi[2])
    menu = {a.text().split("\t")[0]: a for a in pane.table.menu_of(2).actions()}
    menu["Set range…"].trigger()
    editor = pane.table.findChild(RangeEditor)
    assert editor is not None
    lo, hi = editor.findChildren(QLineEdit)
    lo.setText("-50")
    hi.setText("60.5")
    qtbot.keyClick(hi, Key.Key_Return)
    assert (pane.table.latent.lo[2], pane.table.latent.hi[2]) == (-50, 60.5)
    assert session.undo_stack.undoText() == "range of z 2"
    menu["Use the codes' range"].trigger()
    assert (pane.table.latent.lo[2], pane.table.latent.hi[2]) == pytest.approx(before)
    session.undo_stack.undo()
    assert pane.table.latent.hi[2] == 60.5
    session.undo_stack.undo()
    assert (pane.table.latent.lo[2], pane.table.latent.hi[2]) == pytest.approx(before)


def test_a_range_without_width_is_refused(
    qtbot: QtBot, pane: LatentPane, session: Session, told: list[str]
) -> None:
    before = session.state
    menu = {a.text(): a for a in pane.table.menu_of(2).actions()}
    menu["Set range…"].trigger()
    editor = pane.table.findChild(RangeEditor)
    assert editor is not None
    lo, hi = editor.findChildren(QLineEdit)
    lo.setText("1")
    hi.setText("1")
    qtbot.keyClick(hi, Key.Key_Return)
    assert len(told) == 1
    assert session.state is before
    editor.hide()


# What it shows ----------------------------------------------------------------------


def test_the_sliders_follow_the_encoder_without_a_new_request(
    pane: LatentPane, session: Session, requests: list[Request]
) -> None:
    z = np.full((1, 16), 0.75, np.float32)
    output = {"decoder_output": np.zeros((1, *session.subject.picture_shape), np.float32)}
    session.receive(Frame(5, "", "denoise", {}, z, output, {}, 0.001))
    assert pane.table.latent.z.tolist() == [0.75] * 16
    assert requests == []


@pytest.mark.parametrize(
    ("act", "where"),
    [
        (lambda s: None, "from the encoder"),
        (lambda s: s.set_value(0, 1.0), "from the sliders"),
        (lambda s: s.randomise(), "drawn at random"),
        (lambda s: s.reset(), "in the middle"),
    ],
)
def test_the_heading_says_where_z_comes_from(
    pane: LatentPane, session: Session, act: Callable[[Session], None], where: str
) -> None:
    act(session)
    assert heading(pane) == f"Latent vector  ·  16 dimensions  ·  {where}"
