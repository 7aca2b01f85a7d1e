from __future__ import annotations

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QEnterEvent
from PyQt6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from explorer.panes.why_pane import WhyPane
from explorer.panes.why_text import Code, Prose, live_lines, page_of
from explorer.state.latent import Route
from explorer.state.session import Session
from explorer.theme import DARK, LIGHT
from explorer.widgets.code_line import CodeLine, coloured
from explorer.widgets.network import network_of_card, shown_name
from models.ports import LatentPort
from tests.explorer.subjects import COLOUR, described, subject_of

EXAMPLE = network_of_card(
    {"picture_shape": [28, 28, 1], "latent_dim": 16, "filters": [32, 64], "kernel_size": 3}
)


@pytest.fixture
def pane(qtbot: QtBot, session: Session, window: QWidget) -> WhyPane:
    made = WhyPane(session, window)
    made.resize(552, 560)
    with qtbot.waitExposed(window):
        window.show()
    return made


def line(pane: WhyPane, code: str) -> CodeLine:
    return next(line for _, line in pane.lines if line.code == code)


def value(pane: WhyPane, name: str) -> str:
    return next(
        label.text()
        for label in pane.findChildren(QLabel)
        if label.accessibleName() == f"{name} now"
    )


def enter(line: CodeLine) -> None:
    QApplication.sendEvent(line, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))


def test_the_code_names_the_sizes_of_this_model() -> None:
    codes = [part.text for part in page_of(EXAMPLE) if isinstance(part, Code)]
    assert 'latent_inputs = Input(shape=(16,), name="decoder_input")' in codes
    assert 'inputs = Input(shape=(28, 28, 1), name="encoder_input")' in codes
    assert "autoencoder = Model(inputs, decoder(encoder(inputs)))" in codes


def test_the_weights_of_the_autoencoder_are_those_of_its_parts() -> None:
    words = " ".join(part.text for part in page_of(EXAMPLE) if isinstance(part, Prose))
    assert "69,008" in words
    assert "108,993" in words
    assert "178,001" in words


@pytest.mark.parametrize(
    ("route", "live", "other"),
    [
        (Route.ENCODER, "decoder(encoder(inputs))", "decoder(latent_inputs)"),
        (Route.HELD, "decoder(latent_inputs)", "decoder(encoder(inputs))"),
    ],
)
def test_the_line_that_runs_now_is_lit(
    qtbot: QtBot, pane: WhyPane, session: Session, route: Route, live: str, other: str
) -> None:
    session.plug(route)
    qtbot.waitUntil(line(pane, live).is_live)
    assert not line(pane, other).is_live()
    assert line(pane, live).accessibleName().endswith("live now")


def test_a_click_on_a_line_plugs_it_in(qtbot: QtBot, pane: WhyPane, session: Session) -> None:
    qtbot.mouseClick(line(pane, "decoder(latent_inputs)"), Qt.MouseButton.LeftButton)
    assert session.wiring.plugged_in == "plugged in: sliders"
    qtbot.keyClick(line(pane, "decoder(encoder(inputs))"), Qt.Key.Key_Return)
    assert session.wiring.plugged_in == "plugged in: encoder"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("decoder = Model(latent_inputs, outputs)", {"decoder"}),
        ("decoder(encoder(inputs))", {"encoder", "latent_inputs", "decoder"}),
        ("decoder(latent_inputs)", {"latent_inputs", "decoder"}),
    ],
)
def test_pointing_at_a_line_lights_its_boxes(
    qtbot: QtBot, pane: WhyPane, code: str, names: set[str]
) -> None:
    with qtbot.waitSignal(pane.lit) as signal:
        enter(line(pane, code))
    assert signal.args == [frozenset(names)]
    with qtbot.waitSignal(pane.lit) as signal:
        QApplication.sendEvent(line(pane, code), QEvent(QEvent.Type.Leave))
    assert signal.args == [frozenset()]


def test_the_keyboard_lights_boxes_too(qtbot: QtBot, pane: WhyPane) -> None:
    pane.activateWindow()
    with qtbot.waitSignal(pane.lit, check_params_cb=lambda names: "decoder" in names):
        pane.lines[3][1].setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(pane.lit, check_params_cb=lambda names: not names):
        pane.lines[3][1].clearFocus()


def test_every_name_that_is_lit_is_one_of_the_strip() -> None:
    known = {"encoder", "decoder", "latent_inputs"}
    known |= {layer.name for model in EXAMPLE.models for layer in model.layers}
    for part in page_of(EXAMPLE):
        assert not isinstance(part, Code) or part.lights <= known


def test_the_values_are_those_on_the_screen(qtbot: QtBot, pane: WhyPane, session: Session) -> None:
    assert value(pane, "z").startswith(f"[{session.state.latent.z[0]:+.3f}, ")
    assert value(pane, "MSE").startswith(f"{session.frame.metrics['denoised']['mse']:.4f}")
    session.set_value(0, 1.25)
    qtbot.waitUntil(lambda: value(pane, "z").startswith("[+1.250, "))
    assert "no drawing" in value(pane, "MSE")


@pytest.mark.parametrize(
    ("route", "shapes"),
    [
        (Route.ENCODER, "(1, 28, 28, 1) → (1, 16) → (1, 28, 28, 1)"),
        (Route.HELD, "(1, 16) → (1, 28, 28, 1)"),
    ],
)
def test_the_shapes_follow_the_route(session: Session, route: Route, shapes: str) -> None:
    lines = dict(live_lines(EXAMPLE, route, session.state.latent.z, {}))
    assert lines["shapes"].replace("\N{NO-BREAK SPACE}", " ") == shapes


@pytest.mark.parametrize("width", [404, 450, 552, 900])
def test_no_text_is_clipped(pane: WhyPane, width: int) -> None:
    pane.resize(width, 400)
    area = pane.findChild(QScrollArea)
    assert area is not None
    bar = area.horizontalScrollBar()
    assert bar is not None
    assert bar.maximum() == 0
    for label in pane.findChildren(QLabel):
        assert label.heightForWidth(label.width()) <= label.height()
        origin = label.mapTo(area, QPoint(0, 0))
        assert origin.x() + label.width() <= area.width()


def test_names_in_code_have_the_colour_of_their_side() -> None:
    for theme in (DARK, LIGHT):
        text = coloured("decoder(encoder(x))", theme)
        assert f'<span style="color:{theme.decoder_text}">decoder</span>' in text
        assert f'<span style="color:{theme.encoder_text}">encoder</span>' in text


def test_layers_an_engine_describes_rewrite_the_page(pane: WhyPane) -> None:
    one = {"name": "code", "type": "Dense", "output_shape": [None, 16], "parameters": 9}
    two = {"name": "paint", "type": "Dense", "output_shape": [None, 28, 28, 1], "parameters": 9}
    pane.set_description(
        {
            "encoder": {"name": "encoder", "input": "picture", "layers": [one]},
            "decoder": {"name": "decoder", "input": "code_input", "layers": [two]},
        }
    )
    assert line(pane, 'latent_inputs = Input(shape=(16,), name="code_input")')
    assert line(pane, "encoder = Model(inputs, code)")


def test_pointing_at_a_box_of_the_strip_lights_the_lines_about_it(pane: WhyPane) -> None:
    pane.light(frozenset({"decoder_input", "decoder"}))
    lit = [line.code for _, line in pane.lines if line.is_lit()]
    assert any("decoder_input" in code for code in lit)
    assert not any("encoder_input" in code for code in lit)
    pane.light(frozenset())
    assert not any(line.is_lit() for _, line in pane.lines)


def test_a_decoder_alone_has_a_page_of_its_own(qtbot: QtBot, window: QWidget) -> None:
    latents = (LatentPort("z", (16,)), LatentPort("style", (4, 4, 8)))
    session = Session(subject_of(COLOUR, latents=latents), seed=7)
    pane = WhyPane(session, window)
    with qtbot.waitExposed(window):
        window.show()
    assert line(
        pane,
        'latent_inputs = [Input(shape=(16,), name="z"), Input(shape=(4, 4, 8), name="style")]',
    )
    assert line(pane, "decoder(latent_inputs)").is_live()
    assert not [code for part, _ in pane.lines if (code := part.route) is Route.ENCODER]
    shapes = value(pane, "shapes").replace("\N{NO-BREAK SPACE}", " ")
    assert shapes == "(1, 16), (1, 4, 4, 8) → (1, 64, 64, 3)"
    assert "no drawing" in value(pane, "MSE")


def test_a_cut_is_told_where_single_graphs_are() -> None:
    words = " ".join(
        part.text for part in page_of(EXAMPLE, "bottleneck") if isinstance(part, Prose)
    )
    assert "cut out at `bottleneck`" in words


def test_names_from_a_file_are_no_markup(qtbot: QtBot, window: QWidget) -> None:
    pane = WhyPane(Session(subject_of(COLOUR), seed=7), window)
    with qtbot.waitExposed(window):
        window.show()
    name = "<b>z</b> & `more`"
    pane.set_description(
        {"decoder": described((name, "InputLayer", [None, None]), ("out", "Dense", [None, 9]))}
    )
    assert line(pane, f'latent_inputs = Input(shape=(None,), name="{shown_name(name)}")')
    shown = [label for label in pane.findChildren(QLabel) if "latent vector" in label.text()]
    assert any("&amp; 'more'" in label.text() for label in shown)
    assert not any("<b>" in label.text() for label in shown)
