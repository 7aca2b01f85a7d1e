"""A model file -> all that can be known of it without Keras."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
        them open; otherwise one that its layers take.

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
        blueprint, taken_size = with_known_sizes(blueprint, size, notes)
        checked = check_blueprint(blueprint)
        plan = plan_weights(raw, checked, found)
    except BaseException:
        raw.weights.close()
        raise
    return Inspected(
        checked=checked,
        notes=(*raw.notes, *notes.told()),
        taken_size=taken_size,
        _raw=raw,
        _plan=plan,
    )


def _shapes(
    raw: RawModel, found: Mapping[LayerPath, Stored], path: LayerPath
) -> list[tuple[int, ...]]:
    return [raw.weights[name].shape for name in found[path].paths.values()] if path in found else []
