from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import QPointF, Qt, QTimer
from PyQt6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QSpinBox,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.panes.noise_pane import NoisePane
from explorer.state.drawing import Drawing
from explorer.state.frame import Frame, Request
from explorer.state.latent import Route
from explorer.state.session import Session
from explorer.widgets.image_view import ImageView
from explorer.widgets.parts import FloatSlider
from models.bundle import Bundle
from models.digits import Stroke
from models.noise import KINDS, Blur, Control, Gaussian, Kind, Masking, Noise

Drag = Callable[[QWidget, Sequence[QPointF]], None]
PutUp = Callable[[QWidget, int, int], None]
Floats = npt.NDArray[np.float32]
Key = Qt.Key


@dataclass(frozen=True)
class Stripes(Noise):
    """A kind that a stranger declared."""

    strength: float = field(
        default=0.6,
        metadata={"control": Control("Strength", 0.0, 2.0, 0.02, 0.0, "How dark they are")},
    )
    period_px: float = field(
        default=4.0,
        metadata={"control": Control("Period", 2.0, 10.0, 0.1, None, "Rows from one to the next")},
    )


def stripe(pictures: Floats, parameters: Stripes, generator: np.random.Generator) -> Floats:
    return pictures


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "stripes", Kind("stripes", "Stripes", Stripes, stripe))


@pytest.fixture
def pane(put_up: PutUp, session: Session) -> Iterator[NoisePane]:
    session.set_model("model")
    made = NoisePane(session)
    put_up(made, 320, 240)
    yield made
    session.set_live_noise(False)


def choice(pane: NoisePane) -> QComboBox:
    found = pane.findChild(QComboBox)
    assert found is not None
    return found


def choose(qtbot: QtBot, pane: NoisePane, label: str) -> None:
    """Choose a kind from the keyboard, by the letters of its label."""
    box = choice(pane)
    box.setFocus()
    steps = box.findText(label) - box.currentIndex()
    for _ in range(abs(steps)):
        qtbot.keyClick(box, Key.Key_Down if steps > 0 else Key.Key_Up)
    assert box.currentText() == label


def sliders(pane: NoisePane) -> dict[str, FloatSlider]:
    """Those that lie in the pane now; new ones show as soon as events are handled."""
    grid = pane.findChild(QGridLayout)
    assert grid is not None
    items = [grid.itemAt(index) for index in range(grid.count())]
    widgets = [item.widget() for item in items if item is not None]
    return {w.accessibleName(): w for w in widgets if isinstance(w, FloatSlider)}


def knob(slider: FloatSlider) -> QPointF:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style = slider.style()
    assert style is not None
    part = QStyle.SubControl.SC_SliderHandle
    rect = style.subControlRect(QStyle.ComplexControl.CC_Slider, option, part, slider)
    return rect.center().toPointF()


def seed_box(pane: NoisePane) -> QSpinBox:
    found = pane.findChild(QSpinBox)
    assert found is not None
    return found


def check(pane: NoisePane) -> QCheckBox:
    found = pane.findChild(QCheckBox)
    assert found is not None
    return found


def is_rolling(pane: NoisePane) -> bool:
    timer = pane.findChild(QTimer)
    assert timer is not None
    return timer.isActive()


def again(pane: NoisePane) -> QAbstractButton:
    (found,) = (
        b for b in pane.findChildren(QAbstractButton) if b.accessibleName() == "Roll new noise"
    )
    return found


def view(pane: NoisePane, name: str) -> ImageView:
    (found,) = (v for v in pane.findChildren(ImageView) if v.accessibleName() == name)
    return found


def row_14(image_view: ImageView) -> list[float]:
    image = image_view.image()
    assert image is not None
    return [image.pixelColor(x, 14).lightness() / 255 for x in range(image.width())]


# Kinds ------------------------------------------------------------------------------


def test_it_offers_every_kind_and_shows_the_one_that_is_set(pane: NoisePane) -> None:
    box = choice(pane)
    assert [box.itemText(index) for index in range(box.count())] == [
        kind.label for kind in KINDS.values()
    ]
    assert box.currentText() == "Gaussian"


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_brings_the_controls_it_declares(
    qtbot: QtBot, pane: NoisePane, session: Session, name: str
) -> None:
    kind = KINDS[name]
    choose(qtbot, pane, kind.label)
    assert session.state.noise == kind.parameters()
    declared = {
        entry.metadata["control"].label: getattr(kind.parameters(), entry.name)
        for entry in kind.parameters.__dataclass_fields__.values()
    }
    shown = sliders(pane)
    assert list(shown) == list(declared)
    for label, default in declared.items():
        assert f"{default:.2f}" in shown[label].toolTip()


def test_a_strangers_kind_appears_with_its_sliders(
    qtbot: QtBot, stranger: None, pane: NoisePane, session: Session, requests: list[Request]
) -> None:
    choose(qtbot, pane, "Stripes")
    assert session.state.noise == Stripes()
    shown = sliders(pane)
    assert list(shown) == ["Strength", "Period"]
    labels = [label.text() for label in pane.findChildren(QLabel)]
    assert {"Strength", "Period"} <= set(labels)
    qtbot.keyClick(shown["Period"], Key.Key_End)
    assert session.state.noise == Stripes(period_px=10.0)
    assert requests[-1].settings["noise"] == {"kind": "stripes", "strength": 0.6, "period_px": 10.0}


def test_a_change_of_kind_is_one_step_that_can_be_undone(
    qtbot: QtBot, pane: NoisePane, session: Session
) -> None:
    choose(qtbot, pane, "Salt and pepper")
    assert session.undo_stack.undoText() == "change the noise"
    session.undo_stack.undo()
    assert session.state.noise == Gaussian()
    assert choice(pane).currentText() == "Gaussian"
    assert list(sliders(pane)) == ["Mean", "Deviation"]


def test_choosing_the_kind_that_is_set_keeps_its_amount(pane: NoisePane, session: Session) -> None:
    session.set_noise(Gaussian(stddev=0.1))
    choice(pane).activated.emit(choice(pane).currentIndex())
    assert session.state.noise == Gaussian(stddev=0.1)


# Amount -----------------------------------------------------------------------------


def test_dragging_a_slider_changes_the_noise_as_one_step(
    pane: NoisePane, session: Session, requests: list[Request], drag: Drag
) -> None:
    slider = sliders(pane)["Deviation"]
    start = knob(slider)
    drag(slider, [start, start - QPointF(20, 0), start - QPointF(60, 0), QPointF(0, start.y())])
    assert session.state.noise == Gaussian(stddev=0)
    assert len(requests) == 3
    assert session.undo_stack.count() == 1
    session.undo_stack.undo()
    assert session.state.noise == Gaussian()
    assert "0.50" in slider.toolTip()


def test_two_drags_are_two_steps(pane: NoisePane, session: Session, drag: Drag) -> None:
    slider = sliders(pane)["Mean"]
    for _ in range(2):
        start = knob(slider)
        drag(slider, [start, start + QPointF(10, 0), start + QPointF(20, 0)])
    assert session.undo_stack.count() == 2


def test_the_sliders_can_be_moved_from_the_keyboard(
    qtbot: QtBot, pane: NoisePane, session: Session
) -> None:
    qtbot.keyClick(sliders(pane)["Mean"], Key.Key_Right)
    assert session.state.noise == Gaussian(mean=0.51)


def test_a_change_of_noise_plugs_the_encoder_in(
    qtbot: QtBot, pane: NoisePane, session: Session
) -> None:
    session.plug(Route.HELD)
    qtbot.keyClick(sliders(pane)["Mean"], Key.Key_Right)
    assert session.state.route is Route.ENCODER


@pytest.mark.parametrize("noise", [Masking(0.25), Blur(0.5)])
def test_noise_set_elsewhere_shows(pane: NoisePane, session: Session, noise: Noise) -> None:
    session.set_noise(noise)
    (slider,) = sliders(pane).values()
    assert slider.value() == (250 if noise == Masking(0.25) else 125)


# Seed -------------------------------------------------------------------------------


def test_a_seed_is_typed_and_asked_for_once_it_is_entered(
    qtbot: QtBot, pane: NoisePane, session: Session, requests: list[Request]
) -> None:
    box = seed_box(pane)
    assert box.value() == 1337
    box.selectAll()
    qtbot.keyClicks(box, "42")
    assert requests == []
    qtbot.keyClick(box, Key.Key_Return)
    assert session.state.noise_seed == 42
    assert [request.settings["seed"] for request in requests] == [42]
    session.undo_stack.undo()
    assert box.value() == 1337


def test_rolling_again_gives_another_seed_as_one_step(
    pane: NoisePane, session: Session, requests: list[Request]
) -> None:
    again(pane).click()
    assert session.state.noise_seed != 1337
    assert seed_box(pane).value() == session.state.noise_seed
    assert requests[-1].settings["seed"] == session.state.noise_seed
    session.undo_stack.undo()
    assert session.state.noise_seed == 1337


# Live -------------------------------------------------------------------------------


def test_live_noise_asks_with_a_new_seed_again_and_again(
    qtbot: QtBot, pane: NoisePane, session: Session, requests: list[Request]
) -> None:
    check(pane).click()
    with qtbot.waitSignals([session.requested] * 4):
        pass
    seeds = [request.settings["seed"] for request in requests[-4:]]
    assert len(set(seeds)) == 4
    assert session.undo_stack.count() == 1
    assert session.undo_stack.undoText() == "live noise"


def test_live_noise_rests_while_the_sliders_are_plugged_in(
    pane: NoisePane, session: Session
) -> None:
    check(pane).click()
    assert is_rolling(pane)
    session.set_value(0, 1.0)
    assert not is_rolling(pane)
    assert check(pane).isChecked()
    session.plug(Route.ENCODER)
    assert is_rolling(pane)
    check(pane).click()
    assert not is_rolling(pane)


def test_live_noise_rests_while_nobody_sees_it(pane: NoisePane) -> None:
    check(pane).click()
    window = pane.window()
    assert window is not None
    window.showMinimized()
    assert not is_rolling(pane)
    window.showNormal()
    assert is_rolling(pane)
    pane.hide()
    assert not is_rolling(pane)


# Pictures ---------------------------------------------------------------------------


def test_the_noisy_picture_is_the_one_the_encoder_got(pane: NoisePane, session: Session) -> None:
    shape = (1, *session.subject.picture_shape)
    inputs = {"clean": session.clean, "noisy": np.full(shape, 0.8, np.float32)}
    output = {"decoder_output": np.zeros(shape, np.float32)}
    session.receive(Frame(9, "model", "denoise", inputs, None, output, {}, 0.001))
    assert row_14(view(pane, "Noisy picture")) == [0.8] * 28
    session.receive(Frame(10, "model", "decode", {}, None, output, {}, 0.001))
    assert row_14(view(pane, "Noisy picture")) == [0.8] * 28  # a held z has no noisy picture


def test_the_clean_picture_follows_the_drawing_before_any_engine_answers(
    pane: NoisePane, session: Session
) -> None:
    dot = Drawing((Stroke(((0.5, 0.5),), 0.2),), normalised=False)
    session.set_drawing(dot, "draw")
    np.testing.assert_allclose(
        row_14(view(pane, "Clean picture")), session.clean[0, 14, :, 0], atol=0.01
    )


def test_the_stored_pictures_are_shown_at_once(pane: NoisePane, bundle: Bundle) -> None:
    first = bundle.first
    for name, picture in (("Clean picture", first.clean), ("Noisy picture", first.noisy)):
        np.testing.assert_allclose(row_14(view(pane, name)), picture[14, :, 0], atol=0.01)
