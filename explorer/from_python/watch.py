"""``explorer.Watch``: a window on Models while they train."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from typing import Any

from explorer.from_python.exploring import open_window
from explorer.from_python.handle import Handle
from explorer.from_python.keras_graph import find_half
from models.errors import ArchitectureError, EngineError

SAMPLED = 256  # rows encoded after an epoch: about as much work as one batch
MAX_NUMBERS = 4  # of an epoch, in the status line

Logs = Mapping[str, Any] | None


def __getattr__(name: str) -> Any:
    if name != "Watch":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _make_callback_class()


@functools.cache
def _make_callback_class() -> type:
    """Its base class is Keras', which only those need who ask for this."""
    import keras

    members = {"__doc__": Watching.__doc__, "__module__": "explorer"}
    return type("Watch", (Watching, keras.callbacks.Callback), members)


class Watching:
    """A Keras callback that shows Models while they are trained.

    The window opens when the training begins. After every epoch it shows what
    the Models make of the same ``z`` or the same drawing now. All that the window
    asks is computed between two batches, on the thread that trains: nothing is
    computed beside a training step, and no picture mixes weights of two steps,
    unless a step takes so long that the window would seem dead. A window that is
    closed meanwhile changes nothing for the training.

    Parameters
    ----------
    decoder : keras.Model, optional
        Without one, the layer or attribute ``decoder`` of the Model that is trained.
    encoder : keras.Model, optional
        Without one, its layer or attribute ``encoder``, if it has one.
    data, labels : array_like, optional
        As for :func:`explorer.explore`. Some are encoded after every epoch
        shown, and all of them once the training is over.
    every : int
        Epochs from one picture to the next.

    Attributes
    ----------
    handle : Handle or None
        Of the window; None before the training begins.

    Examples
    --------
    >>> model.fit(x, x, epochs=20, callbacks=[explorer.Watch()])  # doctest: +SKIP
    """

    model: Any  # Keras' base class has it

    def __init__(
        self,
        decoder: Any = None,
        encoder: Any = None,
        data: Any = None,
        labels: Any = None,
        every: int = 1,
    ) -> None:
        super().__init__()
        if type(every) is not int or every < 1:
            raise EngineError("every", "must be a whole number from 1", repr(every))
        self.handle: Handle | None = None
        self._decoder, self._encoder = decoder, encoder
        self._data, self._labels = data, labels
        self._every = every
        self._gave_up = False

    def on_train_begin(self, logs: Logs = None) -> None:
        """Open the window, or take the one that is open."""
        if self.handle is not None and not self.handle.closed:
            self.handle.turns.take_over()
        else:
            self.handle, self._gave_up = None, False
            self._open_once_built()

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Answer what the window has asked since the last batch."""
        if self.handle is None and not self._gave_up:
            self._open_once_built()
        self._answer()

    def on_test_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Answer what the window has asked since the last batch."""
        self._answer()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Show the Models as they are now."""
        handle = self.handle
        if handle is None or handle.closed or (epoch + 1) % self._every:
            return
        handle.say(_sentence(epoch, logs))
        handle.refresh()
        handle.encode_data(SAMPLED)
        self._answer()

    def on_train_end(self, logs: Logs = None) -> None:
        """Leave the Models to the window's thread again."""
        if self.handle is not None and not self.handle.closed:
            self.handle.refresh()
            self.handle.encode_data()
            self.handle.turns.give_back()

    def _answer(self) -> None:
        if self.handle is not None:
            self.handle.turns.do_waiting()

    def _open_once_built(self) -> None:
        decoder = self._decoder or find_half(self.model, "decoder")
        encoder = self._encoder or find_half(self.model, "encoder")
        if decoder is None:
            raise ArchitectureError(
                "The Model that is trained",
                "must have a layer or attribute called decoder",
                f"{self.model.name!r} without one",
                "give Watch(decoder=…)",
            )
        if not all(half.built for half in (decoder, encoder) if half is not None):
            return  # the first batch builds a subclassed Model
        try:
            self.handle = open_window(decoder, encoder, self._data, self._labels)
        except EngineError as error:  # a training is worth more than a window on it
            self._gave_up = True
            warnings.warn(f"The training goes on without a window. {error}", stacklevel=2)
            return
        self.handle.turns.take_over()


def _sentence(epoch: int, logs: Logs) -> str:
    numbers = [f"{name} {value:.4f}" for name, value in (logs or {}).items()
               if isinstance(value, (int, float))]  # fmt: skip
    return ": ".join(filter(None, [f"epoch {epoch + 1}", ", ".join(numbers[:MAX_NUMBERS])]))
