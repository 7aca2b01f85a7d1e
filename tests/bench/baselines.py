"""What the app is compared with: a bare window, TensorFlow in the window's process, matplotlib.

The imports of each baseline are inside it, for some of them are what is timed.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BUNDLE = Path(__file__).parents[2] / "models" / "pretrained" / "mnist-dae-16"
WARM_UP_EVENTS = 5
SIDE_PX = 28
SCATTER_PX = (560, 440)  # about what the map has
SCATTER_STEPS = 12


def main(what: str, argument: str) -> None:
    """Measure one baseline; ``argument`` is its start, or the number of its events or points."""
    baselines: dict[str, Callable[[str], None]] = {
        "window": _time_window,
        "load": _time_load,
        "predict": _time_matplotlib_predict,
        "call": _time_matplotlib_call,
        "thread": _watch_import,
        "memory": _weigh,
        "scatter": _time_scatter,
    }
    baselines[what](argument)


def _time_window(started_s: str) -> None:
    app, window = _bare_window()
    from tests.bench.clocks import after_paint, report

    after_paint(window.viewport(), app.quit)
    window.show()
    app.exec()
    report({"window_ms": (time.monotonic() - float(started_s)) * 1000})


def _time_load(started_s: str) -> None:
    denoise = _load()
    denoise()
    picture_ms = (time.monotonic() - float(started_s)) * 1000
    from tests.bench.clocks import report

    report({"picture_ms": picture_ms})


def _time_matplotlib_predict(events: str) -> None:
    _time_matplotlib(int(events), lambda decoder, z: decoder.predict(z, verbose=0))


def _time_matplotlib_call(events: str) -> None:
    _time_matplotlib(int(events), lambda decoder, z: decoder(z).numpy())


def _time_matplotlib(events: int, decode: Callable[[Any, Any], Any]) -> None:
    """A slider for each dimension and a picture, drawn anew at every event."""
    import keras
    import matplotlib as mpl
    import numpy as np

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.widgets import Slider

    from tests.bench.clocks import report, summary_ms

    decoder = keras.models.load_model(BUNDLE / "decoder.keras", compile=False)
    latent_dim = decoder.inputs[0].shape[1]
    figure, axes = plt.subplots(1, 2, figsize=(12.8, 8))
    picture = axes[1].imshow(np.zeros((SIDE_PX, SIDE_PX)), cmap="gray", vmin=0, vmax=1)
    axes[0].axis("off")
    sliders = [
        Slider(
            figure.add_axes((0.08, 0.1 + 0.8 * dim / latent_dim, 0.3, 0.03)), f"z {dim}", -10, 10
        )
        for dim in range(latent_dim)
    ]

    def show(_: float) -> None:
        z = np.array([[slider.val for slider in sliders]], np.float32)
        picture.set_data(decode(decoder, z)[0, :, :, 0])
        figure.canvas.draw()

    for slider in sliders:
        slider.on_changed(show)
    times_ms = []
    for event in range(WARM_UP_EVENTS + events):
        started_s = time.perf_counter()
        sliders[event // 60 % latent_dim].set_val(8 * np.sin(event / 10))
        times_ms.append((time.perf_counter() - started_s) * 1000)
    report(summary_ms(times_ms[WARM_UP_EVENTS:]))


def _watch_import(_: str) -> None:
    """A bare window while a thread of its own process imports TensorFlow and loads."""
    app, window = _bare_window()
    from PyQt6.QtCore import QTimer

    from tests.bench.clocks import GapWatch, after_paint, report

    watch, ended = GapWatch(), threading.Event()

    def work() -> None:
        _load()()
        ended.set()

    def begin() -> None:
        watch.begin()
        threading.Thread(target=work).start()

    def look() -> None:
        if ended.is_set():
            app.quit()

    looking = QTimer()
    looking.timeout.connect(look)
    looking.start(50)
    after_paint(window.viewport(), begin)
    window.show()
    app.exec()
    report(watch.end())


def _time_scatter(points: str) -> None:
    """A scatter plot that is moved, as far as pyqtgraph alone paints it: no question, no answer."""
    import pyqtgraph as pg

    from tests.bench.clocks import after_paint, report, summary_ms
    from tests.bench.crowd import make_crowd

    app = pg.mkQApp()
    codes = make_crowd(int(points))
    plot = pg.PlotWidget()
    dots = pg.ScatterPlotItem(
        codes.codes[:, 0], codes.codes[:, 1], size=2, pen=None, pxMode=True,
        brush=pg.mkBrush(90, 160, 240),
    )  # fmt: skip
    plot.addItem(dots)
    plot.resize(*SCATTER_PX)
    times_ms = []

    def move() -> None:
        for step in range(SCATTER_STEPS + 1):
            plot.getPlotItem().getViewBox().translateBy(x=0.1 if step % 2 else -0.1)
            started_s = time.perf_counter()
            plot.viewport().repaint()
            times_ms.append((time.perf_counter() - started_s) * 1000)
        app.quit()

    after_paint(plot.viewport(), move)
    plot.show()
    app.exec()
    report(summary_ms(times_ms[1:]))


def _weigh(wait_s: str) -> None:
    """Window, TensorFlow and models in one process."""
    import psutil

    app, window = _bare_window()
    window.show()
    denoise = _load()
    denoise()
    from PyQt6.QtCore import QTimer

    from tests.bench.clocks import report
    from tests.bench.memory import weigh

    QTimer.singleShot(int(wait_s) * 1000, app.quit)
    app.exec()
    report(weigh(psutil.Process(), "one process"))


def _bare_window() -> tuple[Any, Any]:
    """A PyQt6 window with a pyqtgraph picture, not yet shown."""
    import numpy as np
    import pyqtgraph as pg

    app = pg.mkQApp()
    window = pg.GraphicsView()
    picture = pg.ImageItem(np.zeros((SIDE_PX, SIDE_PX), np.float32))
    window.addItem(picture)
    window.resize(960, 640)
    return app, window


def _load() -> Callable[[], Any]:
    """Import TensorFlow, load both Models; what is given denoises one picture."""
    import keras
    import numpy as np
    import tensorflow  # noqa: F401  # its import is what takes long

    encoder, decoder = (
        keras.models.load_model(BUNDLE / f"{name}.keras", compile=False)
        for name in ("encoder", "decoder")
    )
    clean = np.zeros((1, SIDE_PX, SIDE_PX, 1), np.float32)
    return lambda: decoder(encoder(clean)).numpy()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
