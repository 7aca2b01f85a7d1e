"""The analysis of a session's codes, for the panes that share it."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QObject

from explorer.engine.analysis import Analysis
from explorer.state.record import Change
from explorer.state.session import Session
from models.errors import DataError


def analyse_codes(session: Session, log_path: Path, owner: QObject) -> Analysis:
    """An analysis that always has the session's codes; it ends with its owner.

    Its process starts with the first codes, if there ever are any. Codes that it
    refuses are told in the session's status line.
    """
    analysis = Analysis(log_path)
    analysis.start()
    sent = 0  # number of the newest codes

    def send_codes() -> None:
        nonlocal sent
        codes = session.subject.whereabouts.codes
        if codes is None:
            return
        try:
            sent = analysis.set_codes(codes.codes, codes.labels)
        except DataError as error:
            session.told.emit(str(error))

    def on_failure(seq: int, sentence: str) -> None:
        if seq == sent:
            session.told.emit(sentence)

    def on_change(change: Change) -> None:
        if "codes" in change.fields:
            send_codes()

    session.changed.connect(on_change)
    analysis.failed.connect(on_failure)
    # No lambda, which Python's garbage collector may take away before the owner goes.
    owner.destroyed.connect(analysis.close)
    send_codes()
    return analysis
