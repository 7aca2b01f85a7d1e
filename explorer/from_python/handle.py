"""What a caller holds of an open window."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.from_python.own_data import NAME
from explorer.from_python.own_models import OwnModels
from explorer.from_python.server import Server
from explorer.from_python.turns import Turns
from models.code_cache import pack_codes
from models.conditioning import find_conditions
from models.encoding import encode_dataset
from models.errors import LatentError
from models.latent import check_z
from models.wire import Message

BATCH = 256
CLOSING_S = 5.0
Floats = npt.NDArray[np.float32]
OnChange = Callable[[Floats], object]


class Handle:
    """A window on Models of this process; safe to use from any thread.

    It is made by :func:`explorer.explore`. Opening another model in the window
    closes the handle; the window stays then.
    """

    def __init__(
        self, own: OwnModels, process: subprocess.Popen[bytes], connection: Connection
    ) -> None:
        self._own = own
        self._process = process
        self._callbacks: list[OnChange] = []
        self._z = own.opened.subject.first.z
        self._closed = threading.Event()
        self._has_samples = self._is_closing = False
        self._sentence = ""
        self.turns = Turns()
        self._server = Server(connection, own.opened, self.turns, self._note_z, self._note_end)
        if own.port is not None and not own.encodes:
            self._server.send(Message("data", {"name": NAME}, self._samples()))

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        return f"<explorer.Handle of {self._own.opened.subject.name!r}: {state}>"

    @property
    def z(self) -> Floats:
        """The last known ``z``, float32 of shape (latent_dim,); a copy."""
        return self._z.copy()

    def set_z(self, z: npt.ArrayLike) -> None:
        """Move the sliders, as one step that can be undone.

        Parameters
        ----------
        z : array_like
            Of latent_dim values; axes of length one and those of a spatial
            latent are laid out one after the other.

        Raises
        ------
        LatentExplorerError
            If there are more or fewer, or one that is not finite.
        """
        array = np.asarray(z)
        latent_dim = self._own.opened.subject.latent_dim
        if array.size != latent_dim:
            raise LatentError("z", f"must have {latent_dim} values", str(array.shape))
        self._z = check_z(array.reshape(-1), latent_dim)
        self._server.send(Message("set_z", {}, {"z": self._z}))

    def on_change(self, callback: OnChange) -> OnChange:
        """Call a function with every new ``z`` that the window shows and nobody set here.

        It is called on the thread that serves the Models, and pictures wait for
        it; what it raises is printed. Works as a decorator, too.
        """
        self._callbacks.append(callback)
        return callback

    def refresh(self) -> None:
        """Have the window show what the Models make of the same ``z`` now."""
        self._server.send(Message("again"))

    def say(self, sentence: str) -> None:
        """Show a sentence in the window's status line."""
        self._sentence = sentence
        self._tell(sentence)

    def encode_data(self, most: int | None = None) -> None:
        """Encode the data anew, in the background: ranges and histograms follow.

        Parameters
        ----------
        most : int, optional
            Of more rows, evenly spaced ones are encoded.
        """
        if self._own.encodes:
            self.turns.add(lambda: self._encode(most))

    @property
    def closed(self) -> bool:
        """Whether the window is gone."""
        return self._closed.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the window is closed; whether it is."""
        return self._closed.wait(timeout_s)

    def close(self) -> None:
        """Close the window, and wait until it is gone."""
        if self.closed:
            return
        self._is_closing = True
        self._server.send(Message("close"))
        try:
            self._process.wait(CLOSING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._closed.wait(CLOSING_S)

    def _tell(self, sentence: str) -> None:
        self._server.send(Message("say", {"sentence": sentence}))

    def _note_z(self, z: Floats) -> None:
        if np.array_equal(z, self._z):
            return
        self._z = z
        for callback in [*self._callbacks]:
            callback(z.copy())

    def _note_end(self) -> None:
        self._closed.set()
        # A window in which another model was opened lives on; its end is nobody's affair then.
        code = self._process.wait()
        if not self._server.was_asked and not self._is_closing:
            print(
                f"The window could not be opened: its process ended with exit code {code}; "
                "`latent-explorer` in a terminal may tell why.",
                file=sys.stderr,
            )

    def _encode(self, most: int | None) -> None:
        own, networks = self._own, self._own.opened.networks
        assert own.data is not None, "who encodes has data"
        assert own.port is not None, "and a way to read them"
        data = own.data.as_pictures(own.port, most)
        told = most is None and len(data) > BATCH

        def tell(done: int, total: int) -> None:
            if told:
                progress = f"Encoding the data: {done:,} of {total:,}."
                self._tell(progress if done < total else self._sentence)

        def is_wanted_elsewhere() -> bool:
            self.turns.do_waiting()  # no request waits for more than one batch
            return self.turns.is_wanted_elsewhere

        ends = networks.encoder_ends
        conditions = find_conditions(ends.classes if ends is not None else (), data, {})
        encoded = encode_dataset(
            lambda pictures, rows: networks.encode(pictures, conditions.of_rows(rows)),
            data, BATCH, tell, is_wanted_elsewhere,
        )  # fmt: skip
        if encoded is not None:
            if conditions.chosen:  # and no labels
                self._tell(conditions.note)
            arrays = pack_codes(encoded) | self._samples()
            self._server.send(Message("data", {"name": NAME}, arrays))

    def _samples(self) -> dict[str, npt.NDArray[Any]]:
        """Pictures for the window, which keeps them, so that they are sent but once."""
        data, port = self._own.data, self._own.port
        if data is None or port is None or self._has_samples:
            return {}
        self._has_samples = True
        return data.samples(port)
