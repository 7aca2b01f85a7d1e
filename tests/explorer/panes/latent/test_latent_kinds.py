"""The sliders of models that users bring: conditional, spatial, several, huge, without codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.latent_pane import LatentPane
from explorer.settings import Settings
from explorer.state.latent import Source
from explorer.state.session import Session
from explorer.widgets.latent_editors import NumberEditor
from models.bundle import Codes
from models.ports import ClassPort, LatentPort, PicturePort
from models.source import ModelSource
from models.subject import First, Output, Subject, Whereabouts
from tests.explorer.finding import button

Drag = Callable[[QWidget, Sequence[QPointF]], None]
PutUp = Callable[[QWidget, int, int], None]
Floats = npt.NDArray[np.float32]

VECTOR = LatentPort("z", (16,))
TENSOR = LatentPort("z", (4, 4, 8))
HUGE = LatentPort("z", (100, 100, 25))
PRIOR = "from the prior N(0, 1): ±3"


def subject(*ports: LatentPort | ClassPort) -> Subject:
    latents = tuple(port for port in ports if isinstance(port, LatentPort))
    size = sum(port.size for port in latents)
    zeros, ends = np.zeros(size, np.float32), np.full(size, 3, np.float32)
    picture = PicturePort("HWC", 28, 28)
    return Subject(
        source=ModelSource(model=Path("decoder.keras")),
        latents=latents,
        classes=tuple(port for port in ports if isinstance(port, ClassPort)),
        outputs=(Output("picture", picture),),
        whereabouts=Whereabouts(zeros, -ends, ends, PRIOR),
        first=First(zeros, np.zeros((28, 28, 1), np.float32)),
    )


def codes_of(size: int, n: int = 60) -> Codes:
    codes = np.random.default_rng(2).standard_normal((n, size)).astype(np.float32)
    return Codes.measure(codes, np.zeros(n, np.uint8))


@pytest.fixture
def open_pane(put_up: PutUp, settings: Settings) -> Callable[..., tuple[LatentPane, Session]]:
    def make(*ports: LatentPort | ClassPort) -> tuple[LatentPane, Session]:
        session = Session(subject(*ports), seed=3)
        pane = LatentPane(session, settings)
        put_up(pane, 600, 600)
        return pane, session

    return make


Open = Callable[..., tuple[LatentPane, Session]]


def port_of(pane: LatentPane) -> QWidget:
    viewport = pane.table.viewport()
    assert viewport is not None
    return viewport


def names(pane: LatentPane) -> Sequence[str]:
    return pane.table.latent.names


def choose_rows(pane: LatentPane, text: str) -> None:
    (box,) = pane.chooser.findChildren(QComboBox)
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())


def show_directions(qtbot: QtBot, pane: LatentPane) -> None:
    button(pane, "Directions").click()
    qtbot.waitUntil(lambda: bool(names(pane)) and names(pane)[0] == "direction 0")


def labels(pane: LatentPane) -> list[str]:
    return [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]


# Classes ----------------------------------------------------------------------------


def test_a_conditional_model_has_a_class_to_choose(open_pane: Open) -> None:
    pane, session = open_pane(VECTOR, ClassPort("label", 10, "one_hot", (10,)))
    z = session.state.latent.z
    button(pane, "3").click()
    assert session.state.classes == {"label": 3}
    np.testing.assert_array_equal(session.state.latent.z, z)
    session.undo_stack.undo()
    assert session.state.classes == {"label": 0}
    assert button(pane, "0").isChecked()


def test_every_class_input_has_its_own_chooser(open_pane: Open) -> None:
    ports = (
        ClassPort("label", 3, "one_hot", (3,)),
        ClassPort("style", 500, "index", (1,), "int32"),
    )
    pane, session = open_pane(VECTOR, *ports)
    button(pane, "2").click()
    (field,) = pane.classes["style"].findChildren(QSpinBox)
    field.setValue(77)
    assert session.state.classes == {"label": 2, "style": 77}


def test_a_model_without_classes_has_no_class_to_choose(open_pane: Open) -> None:
    pane, _ = open_pane(VECTOR)
    assert pane.classes == {}
    assert not pane.chooser.isVisible()


# Several latents --------------------------------------------------------------------


def test_rows_of_several_latents_bear_their_names(open_pane: Open, drag: Drag) -> None:
    pane, session = open_pane(LatentPort("z_style", (2,)), LatentPort("z_shape", (3,)))
    assert list(names(pane)) == ["z_style 0", "z_style 1", "z_shape 0", "z_shape 1", "z_shape 2"]
    assert pane.table.latent.starts == {2}
    assert any("2 latent inputs  ·  5 dimensions" in text for text in labels(pane))
    drag(port_of(pane), [pane.table.track_at(3, share) for share in (0.2, 0.9)])
    assert np.flatnonzero(session.state.latent.z).tolist() == [3]
    assert session.undo_stack.undoText() == "change z_shape 1"


# Spatial and huge latents -----------------------------------------------------------


def test_a_row_of_a_channel_moves_its_own_value(open_pane: Open, drag: Drag) -> None:
    pane, session = open_pane(TENSOR)
    choose_rows(pane, "one channel")
    button(pane, "▸").click()
    assert names(pane)[6] == "c 1 · 1,2"
    drag(port_of(pane), [pane.table.track_at(6, share) for share in (0.2, 0.9)])
    z = session.state.latent.z.reshape(TENSOR.shape)
    assert np.argwhere(z).tolist() == [[1, 2, 1]]
    assert z[1, 2, 1] == pane.table.latent.z[6]
    choose_rows(pane, "one place")
    assert not pane.table.latent.z.any()
    choose_rows(pane, "all 128 values")
    assert pane.table.latent.z[16 + 6] == z[1, 2, 1]


def test_locks_ranges_and_resets_of_a_channel_are_of_its_own_values(
    qtbot: QtBot, open_pane: Open
) -> None:
    pane, session = open_pane(TENSOR)
    choose_rows(pane, "one channel")
    button(pane, "▸").click()
    dim = 6 * 8 + 1
    pane.table.lock_requested.emit(6, True)
    assert session.state.locks == {dim}
    assert pane.table.latent.locks[6]
    pane.table.lock_requested.emit(6, False)
    pane.table.range_requested.emit(6, -9.0, 9.0)
    assert session.state.ranges == {dim: (-9.0, 9.0)}
    assert pane.table.latent.hi[6] == 9
    pane.table.base_range_requested.emit(6)
    assert pane.table.latent.hi[6] == 3
    session.set_value(dim, 2.0)
    pane.table.reset_requested.emit(6, session.new_gesture())
    assert session.state.latent.z[dim] == 0
    assert session.undo_stack.undoText() == "reset c 1 · 1,2"


def test_what_is_typed_wrong_is_told_by_the_rows_name(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(TENSOR)
    told: list[str] = []
    session.told.connect(told.append)
    pane.table.setCurrentIndex(pane.table.latent.index(5, 0))
    qtbot.keyClicks(pane.table, "1")
    editor = pane.table.findChild(NumberEditor)
    qtbot.keyClicks(editor, "e99")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert told == ["c 0 · 1,1 must be a finite number; received '1e99'."]
    editor.leave()


def test_z_as_text_is_all_of_it(open_pane: Open, clipboard: object) -> None:
    pane, session = open_pane(TENSOR)
    choose_rows(pane, "one channel")
    session.randomise()
    before = session.state.latent.z
    pane.table.copy_requested.emit()
    session.reset()
    pane.table.paste_requested.emit()
    np.testing.assert_array_equal(session.state.latent.z, before)


def test_of_a_quarter_of_a_million_values_few_have_rows(open_pane: Open) -> None:
    pane, session = open_pane(HUGE)
    assert pane.chooser.isVisible()
    assert len(names(pane)) <= 4096
    choose_rows(pane, "one place")
    assert len(names(pane)) == 25
    (field,) = pane.chooser.findChildren(QSpinBox)
    field.setValue(9999)
    assert names(pane)[24] == "c 24 · 99,99"
    z = np.zeros(HUGE.size, np.float32)
    z[-1] = 1.5
    session.set_latent(z, Source.TEXT)
    assert pane.table.latent.z[24] == 1.5


# Directions -------------------------------------------------------------------------


def test_directions_are_offered_once_there_are_codes(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(TENSOR)
    tool = button(pane, "Directions")
    assert not tool.isEnabled()
    assert tool.toolTip() == "Directions need codes: open a data set"
    session.set_data("digits.npz", codes_of(TENSOR.size), None)
    show_directions(qtbot, pane)
    assert len(names(pane)) == 16
    assert not pane.chooser.isVisible()
    assert "16 directions in deviations  ·  from the sliders" in labels(pane)
    assert pane.table.latent.histogram(0) is not None
    assert "Lock" not in [action.text() for action in pane.table.menu_of(0).actions()]
    button(pane, "Values").click()
    assert len(names(pane)) == TENSOR.size
    assert pane.chooser.isVisible()


def test_a_short_vector_has_a_direction_for_each_value(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(VECTOR)
    session.set_data("digits.npz", codes_of(16), None)
    show_directions(qtbot, pane)
    assert len(names(pane)) == 16


def test_a_drag_along_a_direction_moves_all_of_z_and_back_exactly(
    qtbot: QtBot, open_pane: Open, drag: Drag
) -> None:
    pane, session = open_pane(TENSOR)
    session.set_data("digits.npz", codes_of(TENSOR.size), None)
    session.randomise()
    show_directions(qtbot, pane)
    before, table = session.state.latent.z, pane.table
    steps = session.undo_stack.count()
    shown = float(table.latent.z[2])
    drag(port_of(pane), [table.knob_at(2), table.track_at(2, 0.8), table.track_at(2, 0.3)])
    assert np.count_nonzero(session.state.latent.z != before) > 100
    assert session.undo_stack.count() == steps + 1
    gesture = session.new_gesture()
    session.set_latent(before, Source.TEXT)
    for value in (2.0, -1.0, shown):
        table.value_requested.emit(2, value, gesture)
    np.testing.assert_array_equal(session.state.latent.z, before)


def test_a_gesture_that_something_came_between_goes_on_from_there(
    qtbot: QtBot, open_pane: Open
) -> None:
    pane, session = open_pane(TENSOR)
    session.set_data("digits.npz", codes_of(TENSOR.size), None)
    show_directions(qtbot, pane)
    gesture = session.new_gesture()
    pane.table.value_requested.emit(0, 2.0, gesture)
    session.randomise()
    drawn = session.state.latent.z
    pane.table.value_requested.emit(0, float(pane.table.latent.z[0]), gesture)
    np.testing.assert_array_equal(session.state.latent.z, drawn)


def test_locked_values_stay_when_a_direction_moves(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(TENSOR)
    session.set_data("digits.npz", codes_of(TENSOR.size), None)
    session.set_lock(5, True)
    show_directions(qtbot, pane)
    before = session.state.latent.z
    pane.table.value_requested.emit(0, 2.0, session.new_gesture())
    assert (session.state.latent.z != before).sum() > 100
    assert session.state.latent.z[5] == before[5]


def test_a_direction_is_reset_to_the_mean_of_the_codes(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(TENSOR)
    session.set_data("digits.npz", codes_of(TENSOR.size), None)
    session.randomise()
    show_directions(qtbot, pane)
    pane.table.reset_requested.emit(1, session.new_gesture())
    assert pane.table.latent.z[1] == pytest.approx(0, abs=1e-4)
    assert session.undo_stack.undoText() == "reset direction 1"


def test_other_codes_have_other_directions(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(TENSOR)
    session.set_data("digits.npz", codes_of(TENSOR.size), None)
    show_directions(qtbot, pane)
    session.set_data("few.npz", codes_of(TENSOR.size, n=4), None)
    qtbot.waitUntil(lambda: len(names(pane)) == 3)


def test_codes_that_do_not_vary_are_told(qtbot: QtBot, open_pane: Open) -> None:
    pane, session = open_pane(TENSOR)
    flat = Codes.measure(np.ones((9, TENSOR.size), np.float32), np.zeros(9, np.uint8))
    session.set_data("flat.npz", flat, None)
    button(pane, "Directions").click()
    still = "The codes do not vary: there are no directions"
    qtbot.waitUntil(lambda: still in labels(pane))
    assert len(names(pane)) == 0


# Without codes ----------------------------------------------------------------------


def test_ranges_without_codes_say_where_they_come_from(open_pane: Open) -> None:
    pane, session = open_pane(VECTOR)
    assert f"Ranges {PRIOR}" in labels(pane)
    assert pane.table.latent.histogram(0) is None
    entries = [action.text() for action in pane.table.menu_of(0).actions()]
    assert not [entry for entry in entries if "codes" in entry or "mean" in entry]
    session.set_data("digits.npz", codes_of(16), None)
    assert f"Ranges {PRIOR}" not in labels(pane)
    assert pane.table.latent.histogram(0) is not None
    assert pane.table.latent.hi[0] < 3
    tips = [label.toolTip() for label in pane.findChildren(QLabel)]
    assert any("Ranges from the codes of digits.npz" in tip for tip in tips)


def test_every_button_has_a_tooltip_and_a_name(open_pane: Open) -> None:
    pane, _ = open_pane(TENSOR, ClassPort("label", 10, "one_hot", (10,)))
    tools = [tool for tool in pane.findChildren(QAbstractButton) if tool.text()]
    assert [tool.text() for tool in tools if not (tool.toolTip() and tool.accessibleName())] == []
