"""The one state object and its one writer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QUndoStack

from explorer.state.asking import PICTURE_FIELDS, ask_picture
from explorer.state.commands import Patch
from explorer.state.drawing import Drawing, Raster, clean_picture
from explorer.state.edit import Edit
from explorer.state.first import first_frame, first_state
from explorer.state.frame import Floats, Frame, Lane, Request
from explorer.state.latent import Latent, Route, Source
from explorer.state.record import WEIGHTS, Change, State
from explorer.state.wiring import Wiring, resolve
from models.bundle import Codes
from models.errors import LatentError, PictureError
from models.latent import check_range, check_z
from models.noise import Noise
from models.subject import Port, Samples, Subject, Whereabouts

MAX_SEED = 2**31 - 1


class Session(QObject):
    """Holds the state of one open model; panes ask it, nobody else writes.

    Parameters
    ----------
    subject : Subject
        The open model; its first picture is shown until an engine answers.
    seed : int, optional
        Makes chance repeatable.

    Attributes
    ----------
    changed : signal of Change
        After every change of the state.
    requested : signal of Request
        A question for the engine.
    frame_shown : signal of Frame
        A picture to paint.
    answered : signal of Frame
        An answer that is no picture, such as a layer's activations or a step of a search.
    failed : signal of (int, str)
        A request without an answer: its number and why.
    told : signal of str
        A sentence for the status line.
    """

    changed = pyqtSignal(object)
    requested = pyqtSignal(object)
    frame_shown = pyqtSignal(object)
    answered = pyqtSignal(object)
    failed = pyqtSignal(int, str)
    told = pyqtSignal(str)

    def __init__(
        self, subject: Subject, seed: int | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._subject = subject
        self.undo_stack = QUndoStack(self)
        self._generator = np.random.default_rng(seed)
        self._numbers = itertools.count(1)
        self._gestures = itertools.count(1)
        self._state = first_state(subject)
        self._frame = first_frame(subject)
        self._raster = Raster()
        self._clean = self._make_clean()
        self._model_id = ""
        self._encoder_seq = 0  # frames before it must not write z
        self._source = Source.START
        self._initiator: object | None = None

    @property
    def subject(self) -> Subject:
        """The open model."""
        return self._subject

    @property
    def whereabouts(self) -> Whereabouts:
        """Where codes lie, or where the prior says, as is set."""
        return self._subject.whereabouts_by(self._state.prior)

    @property
    def state(self) -> State:
        """What is set now."""
        return self._state

    @property
    def frame(self) -> Frame:
        """What is shown now."""
        return self._frame

    @property
    def wiring(self) -> Wiring:
        """What feeds ``latent_inputs`` now."""
        return resolve(self._state, self._subject.has_encoder)

    @property
    def canvas(self) -> Floats:
        """The drawing's pixels, float32 of shape (280, 280); a view."""
        return self._raster.update(self._state.drawing)

    @property
    def clean(self) -> Floats:
        """The normalised drawing, float32 of shape (1, height, width, channels)."""
        return self._clean

    def new_gesture(self) -> int:
        """A number for a gesture that is to be one undo step."""
        return next(self._gestures)

    # What panes ask for ----------------------------------------------------------

    def set_latent(
        self,
        z: npt.ArrayLike,
        source: Source,
        initiator: object | None = None,
        gesture: int | None = None,
        text: str = "change z",
    ) -> None:
        """Set ``z`` by hand; the plug moves to the sliders.

        Raises
        ------
        LatentError
            If ``z`` has a wrong length or a value that is not finite.
        """
        latent = Latent(check_z(z, self._subject.latent_dim), source)
        self._do(text, {"latent": latent, "route": Route.HELD}, source, initiator, gesture)

    def set_value(
        self, dim: int, value: float, initiator: object | None = None, gesture: int | None = None
    ) -> None:
        """Set one dimension of ``z`` by hand."""
        z = self._state.latent.z.copy()
        z[dim] = value
        self.set_latent(z, Source.SLIDERS, initiator, gesture, f"change z {dim}")

    def randomise(self) -> None:
        """Draw the unlocked dimensions as the codes are spread, or from the prior."""
        z = self.whereabouts.draw(self.lock_mask(), self._state.latent.z, self._generator)
        self.set_latent(z, Source.RANDOM, text="randomise")

    def reset(self, dim: int | None = None, gesture: int | None = None) -> None:
        """Set one dimension, or all that are unlocked, to the middle of codes or prior."""
        z = self._state.latent.z.copy()
        chosen = ~self.lock_mask() if dim is None else np.arange(z.size) == dim
        z[chosen] = self.whereabouts.mean[chosen]
        text = "reset" if dim is None else f"reset z {dim}"
        self.set_latent(z, Source.MEAN, gesture=gesture, text=text)

    def set_lock(self, dim: int, locked: bool) -> None:
        """Lock or unlock a dimension."""
        locks = self._state.locks | {dim} if locked else self._state.locks - {dim}
        text = f"{'lock' if locked else 'unlock'} z {dim}"
        self._do(text, {"locks": frozenset(locks)}, Source.SLIDERS)

    def set_range(self, dim: int, limits: tuple[float, float] | None) -> None:
        """Set a slider's range by hand, or give it back to the codes with None.

        Raises
        ------
        LatentError
            If the range has no width or an end that is not finite.
        """
        if limits is not None:
            limits = check_range(*limits, dim)
        ranges = {key: value for key, value in self._state.ranges.items() if key != dim}
        if limits is not None:
            ranges[dim] = limits
        self._do(f"range of z {dim}", {"ranges": ranges}, Source.SLIDERS)

    def set_drawing(
        self,
        drawing: Drawing,
        text: str,
        initiator: object | None = None,
        gesture: int | None = None,
    ) -> None:
        """Set what is drawn; the encoder is plugged in."""
        self._input({"drawing": drawing}, text, initiator, gesture)

    def set_noise(
        self, noise: Noise, initiator: object | None = None, gesture: int | None = None
    ) -> None:
        """Set kind and parameters of the noise; the encoder is plugged in."""
        self._input({"noise": noise}, "change the noise", initiator, gesture)

    def set_noise_seed(self, seed: int, initiator: object | None = None) -> None:
        """Give the noise other pixels; the encoder is plugged in."""
        self._input({"noise_seed": seed % (MAX_SEED + 1)}, "other noise", initiator, None)

    def reroll(self) -> None:
        """Give the noise new pixels, as one step that can be undone."""
        self.set_noise_seed(int(self._generator.integers(MAX_SEED)))

    def set_live_noise(self, live: bool) -> None:
        """Take new noise for every frame, which plugs the encoder in, or stop doing so."""
        if live:
            self._input({"live_noise": True}, "live noise", None, None)
        else:
            self._do("live noise", {"live_noise": False}, Source.INPUT)

    def roll_live(self) -> None:
        """New noise for the next frame; it is no step of its own and cannot be undone."""
        if self._state.live_noise and self._state.route is Route.ENCODER:
            seed = int(self._generator.integers(MAX_SEED))
            self._write({"noise_seed": seed}, Source.INPUT, None)

    def set_class(self, name: str, chosen: int, initiator: object | None = None) -> None:
        """Choose the class that a conditional decoder is to draw.

        Raises
        ------
        LatentError
            If the model has no such class.
        """
        port = next((port for port in self._subject.classes if port.name == name), None)
        if port is None or not 0 <= chosen < port.classes:
            raise LatentError(f"The class of {name}", "must be one that the model has", str(chosen))
        classes = {**self._state.classes, name: chosen}
        self._do("choose a class", {"classes": classes}, Source.SLIDERS, initiator)

    def show_output(self, name: str, port: Port | None = None) -> None:
        """Show an output, read as ``port`` says or, with None, as the model's opening told."""
        self._do("show an output", {"shown": name, "port": port}, Source.SLIDERS)

    def edit(
        self,
        make: Callable[[State], Edit],
        initiator: object | None = None,
        gesture: int | None = None,
    ) -> None:
        """Take a step that a pure function of the state decides; it is told and can be undone.

        Raises
        ------
        LatentExplorerError
            Whatever ``make`` raises for what it cannot do; nothing has changed then.
        """
        step = make(self._state)
        self._do(step.text, step.after, step.source, initiator, gesture)

    def send(self, make: Callable[[State, Floats, int], Request]) -> int:
        """Ask the engine something that changes nothing, see :mod:`explorer.state.looking`.

        Parameters
        ----------
        make : callable of (state, clean, seq) -> Request

        Returns
        -------
        int
            Number of the request.
        """
        request = make(self._state, self._clean, next(self._numbers))
        self.requested.emit(request)
        return request.seq

    def set_data(self, data: str, codes: Codes | None, samples: Samples | None) -> None:
        """Take ranges, histograms, chance and samples from a data set."""
        self._subject = self._subject.with_data(samples, codes, data)
        self.changed.emit(Change(frozenset({"codes"}), Source.INPUT))

    def set_sample(self, number: int) -> None:
        """Give the encoder a picture of the data set, as it is, and choose the class it is of.

        Raises
        ------
        PictureError
            If there is no such picture.
        """
        samples = self._subject.samples
        if samples is None or not 0 <= number < len(samples.pictures):
            raise PictureError("A sample", "must be one of the data", f"number {number}")
        drawing = Drawing(normalised=self._state.drawing.normalised, sample=samples.picture(number))
        classes = {**self._state.classes, **self._subject.classes_of_sample(number)}
        self._input({"drawing": drawing, "classes": classes}, "pick a sample", None, None)

    def plug(self, route: Route) -> None:
        """Plug the encoder or the sliders into ``latent_inputs``; ``z`` is kept."""
        if route is Route.ENCODER and not self._subject.has_encoder:
            self.told.emit(f"The encoder cannot be plugged in: {self.wiring.encoder_off}.")
            return
        if route is not self._state.route:
            held = replace(self._state.latent)
            self._do(f"plug in the {route.value}", {"route": route, "latent": held}, Source.SWITCH)

    def lock_mask(self) -> npt.NDArray[np.bool_]:
        """Locked dimensions, shape (latent_dim,)."""
        mask = np.zeros(self._subject.latent_dim, np.bool_)
        mask[list(self._state.locks)] = True
        return mask

    # What the engine brings --------------------------------------------------------

    def set_model(self, model_id: str) -> None:
        """Show frames of this loaded model from now on, and of no other."""
        self._model_id = model_id

    def ask(self) -> None:
        """Ask for the picture of the current state."""
        self.requested.emit(self._request(Lane.LIVE))

    def take_new_weights(self) -> None:
        """Ask for the picture anew, for the model draws another one: it is being trained."""
        self.ask()
        self.changed.emit(Change(frozenset({WEIGHTS}), Source.INPUT))

    def receive(self, frame: Frame) -> None:
        """Show a frame unless it is of another model or older than what is shown.

        It writes ``z`` only if the encoder is still plugged in and nothing was
        set by hand since it was asked for.
        """
        if frame.model_id != self._model_id:
            return
        if frame.request not in ("decode", "denoise"):
            self.answered.emit(frame)
            return
        if frame.seq < self._frame.seq:
            return
        self._frame = frame
        from_encoder = frame.request == "denoise" and frame.z is not None
        if from_encoder and self._state.route is Route.ENCODER and frame.seq >= self._encoder_seq:
            assert frame.z is not None
            self._store({"latent": Latent(frame.z[0], Source.ENCODER)})
            self.changed.emit(Change(frozenset({"latent"}), Source.ENCODER))
        self.frame_shown.emit(frame)

    # The one writer ----------------------------------------------------------------

    def _input(
        self, after: Mapping[str, Any], text: str, initiator: object | None, gesture: int | None
    ) -> None:
        if self._state.route is Route.HELD and self._subject.has_encoder:
            after = {**after, "route": Route.ENCODER, "latent": replace(self._state.latent)}
        self._do(text, after, Source.INPUT, initiator, gesture)

    def _do(
        self,
        text: str,
        after: Mapping[str, Any],
        source: Source,
        initiator: object | None = None,
        gesture: int | None = None,
    ) -> None:
        before = {name: getattr(self._state, name) for name in after}
        if before == after:
            return
        self._source, self._initiator = source, initiator
        try:
            self.undo_stack.push(Patch(text, before, after, self._apply, gesture))
        finally:
            self._source, self._initiator = Source.UNDO, None

    def _apply(self, values: Mapping[str, Any]) -> None:
        self._write(values, self._source, self._initiator)

    def _write(self, values: Mapping[str, Any], source: Source, initiator: object | None) -> None:
        fields = self._store(values)
        if not fields:
            return
        if fields & PICTURE_FIELDS:
            request = self._request(Lane.LIVE)
            if "route" in fields and self._state.route is Route.ENCODER:
                self._encoder_seq = request.seq
            self.requested.emit(request)
        self.changed.emit(Change(fields, source, initiator))

    def _store(self, values: Mapping[str, Any]) -> frozenset[str]:
        fields = frozenset(
            name for name, value in values.items() if getattr(self._state, name) != value
        )
        self._state = replace(self._state, **values)
        if "drawing" in fields:
            self._clean = self._make_clean()
        return fields

    def _make_clean(self) -> Floats:
        drawing, shape = self._state.drawing, self._subject.picture_shape
        if drawing.sample is not None and drawing.sample.shape == shape:
            return drawing.sample[None]
        return clean_picture(self._raster.update(drawing), drawing.normalised, shape)

    def _request(self, lane: Lane) -> Request:
        return ask_picture(self._state, self._clean, next(self._numbers), lane)
