"""A model file -> all that can be known of it without Keras."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from models.inspection.arrays import Stored
from models.inspection.blueprint import Blueprint, TensorRef, TensorSpec
from models.inspection.check import Checked, LayerPath, check_blueprint
from models.inspection.container import RawModel, read_container
from models.inspection.inputs import complete_inputs
from models.inspection.notes import Notes
from models.inspection.open_sizes import Size, with_known_sizes
from models.inspection.parse import parse_model
from models.inspection.weights import Arrays, WeightPlan, find_arrays, plan_weights, read_arrays


@dataclass(frozen=True)
class _AsWritten:
    """What a file says before its pictures have a size."""

    blueprint: Blueprint
    found: Mapping[LayerPath, Stored]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Inspected:
    """A model file that may be opened.

    Attributes
    ----------
    checked : Checked
        Blueprint, shapes and weights' places.
    notes : tuple of str
        What was translated or left out, in plain sentences.
    taken_size : tuple of int or None
        Height and width that were taken for pictures whose size the file leaves open:
        of what goes in or, of a decoder, comes out.
    """

    checked: Checked
    notes: tuple[str, ...]
    taken_size: Size | None
    _raw: RawModel
    _plan: WeightPlan
    _as_written: _AsWritten

    @property
    def name(self) -> str:
        """Of the file, without its folder."""
        return self._raw.name

    @property
    def format(self) -> str:
        """``keras`` or ``h5``."""
        return self._raw.format

    @property
    def keras_version(self) -> str:
        """Of the Keras that wrote it; "" where the file does not tell."""
        return self._raw.keras_version

    @property
    def blueprint(self) -> Blueprint:
        """Layers, calls, inputs and outputs."""
        return self.checked.blueprint

    @property
    def specs(self) -> Mapping[TensorRef, TensorSpec]:
        """Shape and dtype of each tensor."""
        return self.checked.specs

    @property
    def parameters(self) -> int:
        """How many weights there are."""
        return self.checked.parameters

    def of_size(self, size: str) -> Inspected:
        """The same file with pictures of another size, where it leaves that open.

        Parameters
        ----------
        size : str
            Height and width, such as ``96x128``; a file that knows its own keeps it.

        Raises
        ------
        ModelFileError
            If the layers do not take it.
        """
        if self.taken_size is None:
            return self
        checked, plan, taken, notes = _sized(self._raw, self._as_written, size)
        return replace(self, checked=checked, notes=notes, taken_size=taken, _plan=plan)

    def read_weights(self) -> tuple[Arrays, tuple[str, ...]]:
        """Read all weights; once, since the file is let go afterwards.

        Returns
        -------
        mapping of tuple of str to tuple of numpy.ndarray
            Of each layer with weights, by the names that lead to it.
        tuple of str
            More notes, such as of weights that are NaN.

        Raises
        ------
        ModelFileError
            If an array is torn or does not fit.
        """
        notes = Notes()
        try:
            return read_arrays(self._raw, self.checked, self._plan, notes), notes.told()
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the file's bytes; weights cannot be read afterwards."""
        self._raw.weights.close()


def inspect_model(path: Path, size: str | None = None) -> Inspected:
    """Read a model file, and check all of it but the values of its weights.

    Neither Keras nor TensorFlow is needed, and nothing of the file is run.

    Parameters
    ----------
    path : Path
        A ``.keras`` archive or HDF5, whatever it is called.
    size : str, optional
        Height and width of its pictures, such as ``96x128``, where the file leaves
        them open; a file that does not keeps its own. None for one that its layers take.

    Raises
    ------
    ModelFileError
        If it is no model, or one that must not be opened.
    """
    raw = read_container(path)
    try:
        notes = Notes()
        blueprint = parse_model(raw.config, raw.keras_version, notes)
        found = find_arrays(raw, blueprint)
        blueprint = complete_inputs(blueprint, lambda name: _shapes(raw, found, (name,)), notes)
        as_written = _AsWritten(blueprint, found, (*raw.notes, *notes.told()))
        checked, plan, taken_size, told = _sized(raw, as_written, size)
    except BaseException:
        raw.weights.close()
        raise
    return Inspected(checked, told, taken_size, raw, plan, as_written)


def _sized(
    raw: RawModel, as_written: _AsWritten, size: str | None
) -> tuple[Checked, WeightPlan, Size | None, tuple[str, ...]]:
    notes = Notes()
    blueprint, taken_size = with_known_sizes(as_written.blueprint, size, notes)
    checked = check_blueprint(blueprint)
    plan = plan_weights(raw, checked, as_written.found)
    return checked, plan, taken_size, (*as_written.notes, *notes.told())


def _shapes(
    raw: RawModel, found: Mapping[LayerPath, Stored], path: LayerPath
) -> list[tuple[int, ...]]:
    return [raw.weights[name].shape for name in found[path].paths.values()] if path in found else []
