"""Which class each picture of a data set is encoded with, where the encoder takes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.data_set import DataSet
from models.inspection.refusing import short_name
from models.labels import Labels, classes_of
from models.ports import ClassPort

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Conditions:
    """What a conditional encoder is given beside the pictures.

    Attributes
    ----------
    chosen : mapping of str to int
        By the name of an input: the class of all pictures.
    labelled : str
        The input that takes each picture's own label; empty for none.
    labels : ndarray of int32, shape (n,)
        Of all pictures of the data, for that input.
    note : str
        What was done, in a sentence; empty of an encoder that takes pictures alone.
    """

    chosen: Mapping[str, int] = field(default_factory=dict)
    labelled: str = ""
    labels: Labels = field(default_factory=lambda: np.zeros(0, np.int32))
    note: str = ""

    def of_rows(self, rows: Rows) -> dict[str, int | Labels]:
        """The classes of these pictures, as :meth:`models.networks.Networks.encode` takes them."""
        own = {self.labelled: self.labels[rows]} if self.labelled else {}
        return {**self.chosen, **own}


def find_conditions(
    ports: Sequence[ClassPort], data: DataSet, chosen: Mapping[str, int]
) -> Conditions:
    """Each picture's own label, where there is one for each; else the classes chosen.

    Parameters
    ----------
    ports : sequence of ClassPort
        What the encoder takes beside pictures.
    data : DataSet
    chosen : mapping of str to int
        Classes by the names of the ports; 0 where there is none.
    """
    if not ports:
        return Conditions()
    told = {port.name: chosen.get(port.name, 0) for port in ports}
    port = ports[0]
    name = short_name(port.name)
    if len(ports) > 1:
        why = f"The encoder takes {len(ports)} classes, which labels cannot tell apart"
    elif data.labels is None:
        why = "There are no labels"
    elif (labels := classes_of(data.labels, data.label_names, port.classes)) is not None:
        return Conditions({}, port.name, labels, "Each picture is encoded with its own label.")
    else:
        why = f"The labels are not the {port.classes} classes of {name}"
    classes = f"class {told[port.name]}" if len(ports) == 1 else "the classes chosen"
    return Conditions(told, note=f"{why}: all pictures are encoded with {classes}.")
