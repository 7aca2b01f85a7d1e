"""A decoder of 1 MB: inspected and built anew, beside Keras' own loading of the same file."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.clocks import report, summary_ms

TURNS = 9


def main(path: Path | None = None) -> None:
    """Write the file, or measure both ways to open one, in turns."""
    if path is not None:
        _decoder().save(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decoder.keras"
        _decoder().save(path)
        _measure(path)


def _measure(path: Path) -> None:
    import keras

    ways: dict[str, Callable[[], object]] = {
        "rebuild": lambda: _rebuild(path),
        "keras": lambda: keras.models.load_model(path, compile=False),
    }
    times_ms: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(TURNS + 1):
        for name, way in ways.items():
            began_s = time.perf_counter()
            way()
            if turn:  # the first finds nothing in any cache
                times_ms[name].append((time.perf_counter() - began_s) * 1000)
    report(
        {name: summary_ms(times) for name, times in times_ms.items()}
        | {"file_mb": path.stat().st_size / 1e6}
    )


def _rebuild(path: Path) -> object:
    from models.building import build_model
    from models.planning import make_plan
    from models.source import ModelSource

    decoder = make_plan(ModelSource(model=path)).decoder
    weights, _ = decoder.inspected.read_weights()
    return build_model(decoder.blueprint, weights, decoder.prefix)


def _decoder() -> Any:
    import keras
    from keras import layers

    z = keras.Input((16,), name="decoder_input")
    x = layers.Dense(7 * 7 * 128, activation="relu")(z)
    x = layers.Reshape((7, 7, 128))(x)
    for filters in (64, 48):
        x = layers.Conv2DTranspose(filters, 3, strides=2, padding="same", activation="relu")(x)
    return keras.Model(z, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
