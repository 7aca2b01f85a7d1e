"""Finding parts of a window by what a user reads on them."""

from __future__ import annotations

from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QMenu, QWidget


def button(window: QWidget, text: str) -> QAbstractButton:
    (found,) = (b for b in window.findChildren(QAbstractButton) if b.text() == text)
    return found


def action(entries: QMenu, text: str) -> QAction:
    (found,) = (a for a in entries.actions() if a.text() == text)
    return found


def menu(window: QWidget, title: str) -> QMenu:
    (found,) = (m for m in window.findChildren(QMenu) if m.title() == title)
    return found
