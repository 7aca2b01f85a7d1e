"""``explorer.Watch``: a window on Models that are being trained."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import explorer
from tests.explorer.fake_window import FakeWindow, make_autoencoder, make_pictures
from tests.patience import TIMEOUT_S

Z = [0.5, -1.0, 2.0]


class Painter:
    """A window on a thread of its own: asks for the same z again whenever it is told to.

    It closes when it is told to, or has got so many pictures and data.
    """

    def __init__(self) -> None:
        self.wanted = (100, 100)
        self.window = FakeWindow()
        self.pictures: list[Any] = []
        self.sentences: list[str] = []
        self.data = 0
        self._thread = threading.Thread(target=self._paint)

    def start(self) -> tuple[Any, Any]:
        self._thread.start()
        return self.window.start()

    def _paint(self) -> None:
        self.window.load()
        while (len(self.pictures), self.data) != self.wanted:
            message = self.window.hear("again", "say", "data", "frame", "close")
            if message.kind == "close":
                break
            if message.kind == "again":
                self.window.ask(Z)
            elif message.kind == "frame":
                self.pictures.append(message.arrays["outputs.decoder_output"])
            elif message.kind == "say":
                self.sentences.append(message.fields["sentence"])
            else:
                self.data += 1
        self.window.close()

    def join(self) -> None:
        self._thread.join(TIMEOUT_S)


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Painter]:
    made = Painter()
    explore = explorer.explore
    monkeypatch.setitem(sys.modules[explore.__module__].__dict__, "start_window", made.start)
    yield made
    made.join()


def fit(watch: Any, epochs: int = 3, **settings: Any) -> Any:
    pictures = make_pictures(64)
    model = make_autoencoder()
    model.fit(pictures, pictures, 16, epochs, verbose=0, callbacks=[watch], **settings)
    return model


def test_the_picture_of_the_same_z_changes_epoch_by_epoch(painter: Painter) -> None:
    painter.wanted = (4, 4)  # after each epoch, and at the end
    watch = explorer.Watch(data=make_pictures(300))
    fit(watch)
    assert watch.handle.wait(TIMEOUT_S)
    assert not np.array_equal(painter.pictures[0], painter.pictures[-1])
    said = [text.partition(":")[0] for text in painter.sentences if text.startswith("epoch")]
    assert list(dict.fromkeys(said)) == [
        "epoch 1",
        "epoch 2",
        "epoch 3",
    ]
    assert "loss 0." in painter.sentences[0]


def test_every_so_many_epochs(painter: Painter) -> None:
    watch = explorer.Watch(every=2)
    fit(watch, epochs=5)
    watch.handle.close()
    painter.join()
    assert [text[:7] for text in painter.sentences] == ["epoch 2", "epoch 4"]


def test_a_window_that_is_closed_does_not_stop_the_training(painter: Painter) -> None:
    import keras

    watch = explorer.Watch()
    close = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: watch.handle.close() if epoch == 1 else None
    )
    pictures = make_pictures(64)
    model = make_autoencoder()
    history = model.fit(pictures, pictures, 16, 4, verbose=0, callbacks=[watch, close])
    assert len(history.history["loss"]) == 4
    assert watch.handle.closed


def test_another_training_goes_on_in_the_same_window(painter: Painter) -> None:
    watch = explorer.Watch()
    fit(watch, epochs=1)
    first = watch.handle
    fit(watch, epochs=1)
    assert watch.handle is first
    first.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_the_training_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    watch = explorer.Watch()
    with pytest.warns(UserWarning, match="goes on without a window"):
        fit(watch, epochs=1)
    assert watch.handle is None


def make_nameless() -> Any:
    import keras

    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize(
    ("use", "sentence"),
    [
        (lambda: explorer.Watch(every=0), "every must be a whole number from 1"),
        (
            lambda: make_nameless().fit(
                make_pictures(4), make_pictures(4), verbose=0, callbacks=[explorer.Watch()]
            ),
            "must have a layer or attribute called decoder",
        ),
    ],
)
def test_wrong_use_is_told_in_a_sentence(use: Callable[[], object], sentence: str) -> None:
    with pytest.raises(explorer.LatentExplorerError, match=sentence):
        use()


def test_it_is_a_callback_of_keras() -> None:
    import keras

    assert issubclass(explorer.Watch, keras.callbacks.Callback)
