"""``explorer.explore``: Models of this process, asked by a window over the wire."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import explorer
from models.subject_wire import from_message
from tests.explorer.fake_window import (
    FakeWindow,
    make_autoencoder,
    make_decoder,
    make_encoder,
    make_pictures,
)
from tests.patience import TIMEOUT_S

Z = [0.5, -1.0, 2.0]


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWindow]:
    """What `explore` opens in the place of a window."""
    made = FakeWindow()
    explore = explorer.explore
    monkeypatch.setitem(sys.modules[explore.__module__].__dict__, "start_window", made.start)
    yield made
    made.close()


def test_the_window_is_told_of_the_models_and_gets_pictures(window: FakeWindow) -> None:
    explorer.explore(make_decoder(), make_encoder())
    ready = window.load()
    subject = from_message(ready.fields["subject"], ready.arrays)
    assert (subject.name, subject.latent_dim, subject.picture_shape) == ("decoder", 3, (8, 8, 1))
    assert [layer["name"] for layer in ready.fields["description"]["encoder"]["layers"]]
    assert window.picture(Z).shape == (1, 8, 8, 1)


def test_training_changes_the_picture_of_the_same_z(window: FakeWindow) -> None:
    decoder = make_decoder()
    handle = explorer.explore(decoder)
    window.load()
    before = window.picture(Z)
    decoder.set_weights([0 * array for array in decoder.get_weights()])
    handle.refresh()
    assert window.hear("again")
    after = window.picture(Z)
    assert not np.array_equal(before, after)
    assert (after == 0.5).all()  # sigmoid(0)


def test_the_handle_knows_z_and_tells_of_it(window: FakeWindow) -> None:
    handle = explorer.explore(make_decoder())
    heard: queue.SimpleQueue[Any] = queue.SimpleQueue()
    handle.on_change(heard.put)
    window.load()
    window.decode([9, 9, 9], lane="PREVIEW")  # what the mouse only hovers over
    window.decode(Z)
    assert heard.get(timeout=TIMEOUT_S).tolist() == Z
    assert handle.z.tolist() == Z
    handle.set_z([[1, 2, 3]])
    assert window.hear("set_z").arrays["z"].tolist() == [1, 2, 3]
    window.decode([1, 2, 3])  # the echo
    window.decode(Z)
    assert heard.get(timeout=TIMEOUT_S).tolist() == Z


def test_a_callback_that_fails_does_not_end_the_pictures(
    window: FakeWindow, capfd: pytest.CaptureFixture[str]
) -> None:
    handle = explorer.explore(make_decoder())

    @handle.on_change
    def fail(z: object) -> None:
        raise ValueError("mine")

    window.load()
    window.decode(Z)
    assert window.decode(Z).kind == "frame"
    assert "ValueError: mine" in capfd.readouterr().err


def test_a_request_that_cannot_be_answered_is_told(window: FakeWindow) -> None:
    explorer.explore(make_decoder())
    window.load()
    failed = window.decode([1, 2])
    assert failed.kind == "failed"
    assert "shape (n, 3)" in failed.fields["sentence"]


def test_the_end_of_the_window_is_the_end_of_the_handle(window: FakeWindow) -> None:
    handle = explorer.explore(make_decoder())
    window.load()
    assert not handle.wait(0)
    window.close()
    assert handle.wait(TIMEOUT_S)
    handle.set_z(Z)  # nobody hears it
    handle.close()
    assert "closed" in repr(handle)


def test_data_are_encoded_beside_the_pictures(window: FakeWindow) -> None:
    pictures = 2 * make_pictures(600) - 1
    encoder = make_encoder()
    explorer.explore(make_decoder(), encoder, pictures, np.arange(600) % 10)
    window.load()
    data = window.hear("data")
    expected = encoder.predict(pictures, verbose=0)
    np.testing.assert_allclose(data.arrays["codes"], expected, atol=1e-4)
    assert data.arrays["labels"].tolist() == (np.arange(600) % 10).tolist()
    assert data.arrays["pictures"].shape == (512, 8, 8, 1)
    assert any("Encoding" in news.fields.get("sentence", "") for news in window.news)


@pytest.mark.parametrize("first", [0, 1])
def test_a_conditional_encoder_gets_each_pictures_label(window: FakeWindow, first: int) -> None:
    import keras

    pictures, labels = make_pictures(20), np.arange(20) % 7 + first
    picture, digit = keras.Input((8, 8, 1)), keras.Input((), dtype="int32", name="digit")
    both = [keras.layers.Flatten()(picture), keras.layers.Embedding(7, 2)(digit)]
    z = keras.layers.Dense(3)(keras.layers.Concatenate()(both))
    encoder = keras.Model([picture, digit], z, name="encoder")
    explorer.explore(make_conditional(), encoder, pictures, labels)
    window.load()
    given = labels if first == 0 else np.zeros(20, int)  # 7 is none of seven classes
    expected = np.asarray(encoder([pictures, given]))
    np.testing.assert_allclose(window.hear("data").arrays["codes"], expected, atol=1e-4)
    told = [news.fields.get("sentence", "") for news in window.news]
    assert any("not the 7 classes of digit" in sentence for sentence in told) == bool(first)


def test_without_an_encoder_data_are_pictures_to_pick_from(window: FakeWindow) -> None:
    explorer.explore(make_decoder(), data=make_pictures(5))
    arrays = window.hear("data").arrays
    assert set(arrays) == {"pictures", "picture_labels"}


def make_called_once() -> Any:
    import keras

    class Decoder(keras.Model):  # type: ignore[misc]  # Keras brings no types
        def __init__(self) -> None:
            super().__init__(name="my.decoder")
            self.inner = make_decoder()

        def call(self, z: Any) -> Any:
            return self.inner(z)

    decoder = Decoder()
    decoder(np.zeros((1, 3), np.float32))
    return decoder


def make_conditional() -> Any:
    import keras

    z, digit = keras.Input((3,), name="z"), keras.Input((), dtype="int32", name="digit")
    both = keras.layers.Concatenate()([z, keras.layers.Embedding(7, 2)(digit)])
    return keras.Model([z, digit], make_decoder(5)(both), name="decoder")


@pytest.mark.parametrize(
    ("make", "classes", "has_encoder"),
    [
        (make_decoder, [], False),
        (make_called_once, [], False),
        (make_conditional, [7], False),
        (make_autoencoder, [], True),
    ],
)
def test_kinds_of_models(
    window: FakeWindow, make: Callable[[], Any], classes: list[int], has_encoder: bool
) -> None:
    explorer.explore(make())
    ready = window.load()
    subject = from_message(ready.fields["subject"], ready.arrays)
    assert [port.classes for port in subject.classes] == classes
    assert subject.has_encoder is has_encoder
    assert window.picture(Z).shape == (1, 8, 8, 1)


def test_what_stands_beside_the_picture_is_a_class_in_both_models(window: FakeWindow) -> None:
    import keras

    picture = keras.Input((8, 8, 1), name="picture")
    a, b = keras.Input((3,), name="a"), keras.Input((5,), name="b")
    seen = keras.layers.Concatenate()([keras.layers.Flatten()(picture), a, b])
    z = keras.Input((3,), name="z")
    decoder = keras.Model([z, a, b], make_decoder(11)(keras.layers.Concatenate()([z, a, b])))
    explorer.explore(decoder, keras.Model([picture, a, b], keras.layers.Dense(3)(seen)))
    ready = window.load()
    subject = from_message(ready.fields["subject"], ready.arrays)
    assert [(port.name, port.classes) for port in subject.classes] == [("a", 3), ("b", 5)]
    assert subject.latent_dim == 3
    assert window.picture(Z).shape == (1, 8, 8, 1)


def never_called() -> Any:
    import keras

    return keras.Sequential([keras.layers.Dense(3)])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (lambda: {"decoder": "decoder.keras"}, "must be a keras.Model; received builtins.str"),
        (lambda: {"decoder": never_called()}, "must be built; received one never called"),
        (
            lambda: {"decoder": make_decoder(), "encoder": make_encoder(4)},
            "the same latent_dim; received (4,) out of the encoder and 3 into",
        ),
        (
            lambda: {"decoder": make_decoder(), "data": np.zeros((5, 9, 9))},
            "must be pictures as the decoder makes them, (None, 8, 8, 1); received (5, 9, 9)",
        ),
        (lambda: {"decoder": make_decoder(), "data": ["a", "b"]}, "an array of numbers"),
        (lambda: {"decoder": make_decoder(), "labels": [1]}, "must come with data"),
        (
            lambda: {"decoder": make_decoder(), "data": make_pictures(3), "labels": [1, 2]},
            "must be 3 whole numbers",
        ),
    ],
)
def test_what_cannot_be_shown_is_told_in_a_sentence(
    window: FakeWindow, arguments: Callable[[], dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(explorer.LatentExplorerError) as error:
        explorer.explore(**arguments())
    assert sentence in str(error.value)
    assert len(str(error.value)) <= 200


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(explorer.LatentExplorerError, match="needs a display"):
        explorer.explore(make_decoder())


@pytest.mark.parametrize("z", [[1, 2], [1, 2, np.nan], ["a", "b", "c"]])
def test_a_wrong_z_is_refused(window: FakeWindow, z: Any) -> None:
    handle = explorer.explore(make_decoder())
    with pytest.raises(explorer.LatentExplorerError, match="z"):
        handle.set_z(z)
