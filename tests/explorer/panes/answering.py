"""An analysis that answers in the test's own process, when it is told to."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from models.analysis import Analyst
from models.bundle import Codes
from models.errors import LatentExplorerError
from models.wire import Message

if TYPE_CHECKING:
    from explorer.engine.analysis import Analysis


class AnswerHere(QObject):
    """Keeps questions until :meth:`answer`."""

    answered = pyqtSignal(object)
    failed = pyqtSignal(int, str)

    def __init__(self, codes: Codes | None) -> None:
        super().__init__()
        self._analyst = Analyst()
        self.asked: list[Message] = []
        self.count = 0
        if codes is not None:
            count, latent_dim = codes.codes.shape
            fields = {"count": count, "latent_dim": latent_dim}
            self._analyst.answer(Message("codes", fields), print)
            rows = {"codes": codes.codes, "labels": codes.labels.astype(np.int32)}
            self._analyst.answer(Message("rows", {}, rows), print)

    @property
    def analysis(self) -> Analysis:
        """Itself, as panes know it."""
        return cast("Analysis", self)

    def ask(
        self,
        kind: str,
        settings: Mapping[str, Any],
        arrays: Mapping[str, Any],
        lane: Hashable = None,
    ) -> int:
        """Take a question."""
        self.count += 1
        fields = {**settings, "seq": self.count, "lane": lane}
        self.asked.append(Message(kind, fields, dict(arrays)))
        return self.count

    def answer(self) -> None:
        """Answer all questions, those too that follow from an answer."""
        while self.asked:
            question = self.asked.pop(0)
            try:
                found = self._analyst.answer(question, print)
            except LatentExplorerError as error:
                self.failed.emit(question.fields["seq"], str(error))
                continue
            assert found is not None
            fields = {**found.fields, "lane": question.fields["lane"]}
            self.answered.emit(Message(found.kind, fields, found.arrays))
