"""Which projection a map shows, and what it needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QSpinBox, QStackedWidget, QWidget

from explorer.theme import GRID_PX
from explorer.widgets.parts import Choice, button, quiet, row

PROJECTIONS = {
    "pca": "PCA",
    "dims": "Two dimensions",
    "a_to_b": "From A to B",
    "lda": "LDA by label",
    "tsne": "t-SNE",
    "umap": "UMAP",
}
EMBEDDINGS = ("tsne", "umap")
FIELD_PX, PROGRESS_PX = 84, 48


class ProjectionChooser(QWidget):
    """A list of projections, and beside it the settings of the chosen one.

    Parameters
    ----------
    latent_dim : int

    Attributes
    ----------
    wanted : signal of str
        A projection is to be shown; its settings are in :meth:`settings`.
    end_wanted : signal of str
        ``a`` or ``b`` is to be the present ``z``.
    cancelled : signal
        Nobody wants to wait for a projection any longer.
    """

    wanted = pyqtSignal(str)
    end_wanted = pyqtSignal(str)
    cancelled = pyqtSignal()

    def __init__(self, latent_dim: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = Choice("Projection of the map")
        self._choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self._choice.activated.connect(lambda _: self.wanted.emit(self.kind))
        self._across, self._up = (_dimension(way, latent_dim) for way in ("across", "up"))
        self._across.setValue(0)
        self._up.setValue(1)
        for field in (self._across, self._up):
            field.valueChanged.connect(lambda _: self.wanted.emit("dims"))
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(PROGRESS_PX)
        self._progress.setAccessibleName("Progress of the projection")
        self._pages = QStackedWidget()
        self._pages.setFixedHeight(self._choice.sizeHint().height())
        ends = (
            button(f"{end} = z", f"Take the present z as {end}", partial(self._end, end))
            for end in ("A", "B")
        )
        cancel = button("Cancel", "Do not wait for this projection", self.cancelled.emit)
        self._page_of = {
            "": self._page(row(None)),
            "dims": self._page(row(self._across, self._up, None)),
            "a_to_b": self._page(row(*ends, None)),
            "busy": self._page(row(self._progress, quiet("working", "small"), cancel, None)),
        }
        layout = row(self._choice, self._pages)
        self.setLayout(layout)
        self.offer(list(PROJECTIONS))

    @property
    def kind(self) -> str:
        """The projection that is chosen."""
        return str(self._choice.currentData())

    def settings(self) -> Mapping[str, Any]:
        """What the chosen projection needs to know beside codes: ``i`` and ``j`` of two."""
        if self.kind == "dims":
            return {"i": self._across.value(), "j": self._up.value()}
        return {}

    def offer(self, kinds: list[str]) -> None:
        """Offer these projections, of which the first is chosen."""
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for kind in kinds:
                self._choice.addItem(PROJECTIONS[kind], kind)
        self.show_kind(kinds[0])

    def show_kind(self, kind: str, settings: Mapping[str, Any] | None = None) -> None:
        """Show which projection it is; nothing is wanted by that."""
        for field, name in ((self._across, "i"), (self._up, "j")):
            with QSignalBlocker(field):
                field.setValue((settings or {}).get(name, field.value()))
        self._choice.setCurrentIndex(self._choice.findData(kind))
        self._pages.setCurrentIndex(self._page_of.get(kind, 0))

    def show_progress(self, done: int, total: int) -> None:
        """Show how much is done; a total of 0 stands for nobody knows."""
        self._pages.setCurrentIndex(self._page_of["busy"])
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def _end(self, end: str) -> None:
        self.end_wanted.emit(end.lower())

    def _page(self, layout: QHBoxLayout) -> int:
        page = QWidget()
        layout.setSpacing(GRID_PX)
        page.setLayout(layout)
        return self._pages.addWidget(page)


def _dimension(way: str, latent_dim: int) -> QSpinBox:
    field = QSpinBox()
    field.setRange(0, max(latent_dim - 1, 0))
    field.setPrefix("→ z " if way == "across" else "↑ z ")
    field.setFixedWidth(FIELD_PX)
    field.setKeyboardTracking(False)
    field.setAccessibleName(f"Dimension {way}")
    field.setToolTip(f"The dimension that runs {way}: type it, or press Up or Down")
    return field


def kinds_for(latent_dim: int, labelled: bool) -> list[str]:
    """Projections that codes of so many dimensions allow, the best to begin with first."""
    first = ["dims", "pca"] if latent_dim == 2 else ["pca", "dims"]  # two are shown as they are
    kinds = [*first, "a_to_b", "lda", *EMBEDDINGS]
    impossible = {"dims"} if latent_dim < 2 else set()
    impossible |= set() if labelled else {"lda"}
    return [kind for kind in kinds if kind not in impossible]
