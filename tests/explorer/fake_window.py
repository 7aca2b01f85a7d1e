"""The window's end of a connection, played by a test; and small Models to show."""

from __future__ import annotations

import multiprocessing
import subprocess
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from models.wire import Message, pack, unpack
from tests.patience import TIMEOUT_S


class FakeProcess(subprocess.Popen[bytes]):
    """A process that ends when it is asked to."""

    def __init__(self) -> None:
        self.returncode = 0

    def wait(self, timeout: float | None = None) -> int:
        return 0

    def __del__(self, *_: object) -> None:
        """There is nothing to reap."""


class FakeWindow:
    """Asks as a window does."""

    def __init__(self) -> None:
        self.ours, self.theirs = multiprocessing.Pipe()
        self.news: list[Message] = []
        self.seq = 0

    def start(self) -> tuple[FakeProcess, Any]:
        return FakeProcess(), self.theirs

    def say(self, kind: str, fields: dict[str, Any] | None = None, **arrays: Any) -> None:
        self.ours.send_bytes(pack(Message(kind, fields or {}, arrays)))

    def hear(self, *kinds: str) -> Message:
        """The next message of these kinds; news that come before it are kept."""
        while True:
            assert self.ours.poll(TIMEOUT_S), f"waiting for {kinds}, heard {self.news[-3:]}"
            message = unpack(self.ours.recv_bytes())
            if message.kind in kinds:
                return message
            self.news.append(message)

    def load(self) -> Message:
        self.say("load", {"model_id": "model#1"})
        return self.hear("ready", "failed")

    def decode(self, z: Sequence[float], lane: str = "LIVE") -> Message:
        """The answer to a request for a picture."""
        self.ask(z, lane)
        return self.hear("frame", "failed")

    def ask(self, z: Sequence[float], lane: str = "LIVE") -> None:
        self.seq += 1
        self.say("decode", {"seq": self.seq, "lane": lane}, z=np.array([z], np.float32))

    def picture(self, z: Sequence[float]) -> npt.NDArray[np.float32]:
        return self.decode(z).arrays["outputs.decoder_output"]

    def close(self) -> None:
        self.ours.close()


def make_decoder(latent_dim: int = 3) -> Any:
    import keras

    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(64, activation="sigmoid"),
        keras.layers.Reshape((8, 8, 1)),
    ]
    return keras.Sequential(layers, name="decoder")


def make_encoder(latent_dim: int = 3) -> Any:
    import keras

    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(latent_dim)]
    return keras.Sequential(layers, name="encoder")


def make_autoencoder() -> Any:
    import keras

    model = keras.Sequential([make_encoder(), make_decoder()], name="autoencoder")
    model.compile("adam", "mse")
    return model


def make_pictures(count: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).random((count, 8, 8, 1), np.float32)
