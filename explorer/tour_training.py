"""The tour's chapter of training: a small model, its epochs, and what has become of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import Qt

from explorer.panes.training_form import TrainingForm
from explorer.tour_guide import SETTLE_MS, Guide, Script, Until
from explorer.training_desk import Phase
from models.stroke_digits import draw_digits

PICTURES, TEST_PICTURES, SEED = 1200, 200, 3
SHIFTS = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))  # by a pixel: far quicker than drawing more
EPOCHS, FILTERS, HIDDEN, NOISE = 12, "8", 128, "little"


def training(guide: Guide) -> Script:
    """Train a small model on drawn digits, go back through its epochs, and open it."""
    data = guide.scratch / "strokes.npz"
    _draw_data(data)
    guide.application.settings.set("trainings", str(guide.scratch / "trained"))
    guide.open_tab("Training")
    pane = guide.space.training
    _fill(pane.form, data)
    guide.see("training form", "What to train: architecture, data and noise")
    desk, watch = pane.desk, pane.watch
    guide.listen(desk.changed)
    guide.click(pane.form.start)
    yield Until("the end of the training", lambda: not desk.is_busy)
    if desk.phase is not Phase.DONE:
        guide.fail(desk.sentence)
    yield 2 * SETTLE_MS
    guide.see("training", "The losses of a training, and its codes and samples after each epoch")
    guide.press(watch.slider, Qt.Key.Key_Home)
    yield 2 * SETTLE_MS
    guide.see("first epoch", "Back at its first epoch, with z and the samples held")
    yield from guide.show_model("the trained model", lambda: guide.click(watch.open))
    guide.open_tab("Sliders")
    yield SETTLE_MS
    guide.see("trained", "What was trained, opened by one click")


def _draw_data(path: Path) -> None:
    (drawn, labels), (x_test, y_test) = _digits(PICTURES, SEED), _digits(TEST_PICTURES, SEED + 1)
    x_train = np.concatenate([np.roll(drawn, shift, (1, 2)) for shift in SHIFTS])
    y_train = np.tile(labels, len(SHIFTS))
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def _digits(count: int, seed: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    pictures, labels = draw_digits(count, seed)
    return np.round(pictures * 255).astype(np.uint8), labels


def _fill(form: TrainingForm, data: Path) -> None:
    form.set_data(str(data))
    form.filters.setText(FILTERS)
    form.hidden.setValue(HIDDEN)
    form.noise.setCurrentText(NOISE)
    form.epochs.setValue(EPOCHS)
