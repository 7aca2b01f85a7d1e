"""The analysis of a session's codes, for the panes that share it."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QObject

from explorer.engine.analysis import Analysis
from explorer.state.record import Change
from explorer.state.session import Session


def analyse_codes(session: Session, log_path: Path, owner: QObject) -> Analysis:
    """An analysis that always has the session's codes; it ends with its owner.

    Its process starts with the first codes, if there ever are any.
    """
    analysis = Analysis(log_path)
    analysis.start()

    def send_codes() -> None:
        codes = session.subject.whereabouts.codes
        if codes is not None:
            analysis.set_codes(codes.codes, codes.labels)

    def on_change(change: Change) -> None:
        if "codes" in change.fields:
            send_codes()

    session.changed.connect(on_change)
    # No lambda, which Python's garbage collector may take away before the owner goes.
    owner.destroyed.connect(analysis.close)
    send_codes()
    return analysis
