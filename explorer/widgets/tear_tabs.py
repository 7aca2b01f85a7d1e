"""Tabs that can be torn off into a window of their own."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QCloseEvent, QMouseEvent
from PyQt6.QtWidgets import QMenu, QTabBar, QTabWidget, QVBoxLayout, QWidget

from explorer.theme import MARGIN_PX

TEAR_DISTANCE_PX = 48


class TearBar(QTabBar):
    """A tab bar whose tabs can be dragged out of it."""

    torn = pyqtSignal(int)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Tear a tab off once it is dragged well away from the bar."""
        if event is not None and event.buttons() & Qt.MouseButton.LeftButton:
            away = max(event.pos().y() - self.height(), -event.pos().y())
            if away > TEAR_DISTANCE_PX and self.count() > 1:
                self.torn.emit(self.currentIndex())
                return
        super().mouseMoveEvent(event)


class TornWindow(QWidget):
    """One tab in a window of its own; closing it brings the tab back."""

    closed = pyqtSignal(str)

    def __init__(self, title: str, page: QWidget, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(f"{title} – Latent Explorer")
        self.title = title
        self.page = page
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        layout.addWidget(page)
        page.show()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Give the page back before this window goes."""
        self.closed.emit(self.title)
        super().closeEvent(event)


class TearTabs(QTabWidget):
    """Pages by title, in a fixed order, some of them in windows of their own.

    Attributes
    ----------
    layout_changed : signal
        A tab was torn off, brought back or opened.
    """

    layout_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tips: dict[str, str] = {}  # by title, in the order of the tabs
        self._windows: dict[str, TornWindow] = {}
        bar = TearBar()
        bar.setExpanding(False)
        bar.setAccessibleName("Tabs of the middle column")
        bar.torn.connect(lambda index: self.tear_off(self.tabText(index)))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._offer)
        self.setTabBar(bar)
        self.setDocumentMode(True)
        bar.setDrawBase(False)  # document mode has switched it on
        self.currentChanged.connect(lambda _: self.layout_changed.emit())

    def add_page(self, title: str, page: QWidget, tip: str) -> None:
        """Append a page."""
        self._tips[title] = f"{tip}. Drag the tab out for a window of its own."
        index = self.addTab(page, title)
        self.setTabToolTip(index, self._tips[title])

    def open_page(self, title: str) -> None:
        """Bring a page to the front, wherever it is."""
        if title in self._windows:
            self._windows[title].raise_()
            self._windows[title].activateWindow()
            return
        for index in range(self.count()):
            if self.tabText(index) == title:
                self.setCurrentIndex(index)

    def tear_off(self, title: str) -> None:
        """Give a page a window of its own; the last tab stays."""
        index = next((i for i in range(self.count()) if self.tabText(i) == title), -1)
        page = self.widget(index)
        if page is None or self.count() < 2:
            return
        size = page.size()
        self.removeTab(index)
        window = TornWindow(title, page, self.window() or self)
        _share_keys(self.window() or self, window)
        window.closed.connect(self.bring_back)
        window.resize(size.width() + 2 * MARGIN_PX, size.height() + 2 * MARGIN_PX)
        self._windows[title] = window
        window.show()
        self.layout_changed.emit()

    def bring_back(self, title: str) -> None:
        """Put a torn-off page back into its place among the tabs."""
        window = self._windows.pop(title, None)
        if window is None:
            return
        shown = [self.tabText(index) for index in range(self.count())]
        order = self.titles()
        place = sum(order.index(other) < order.index(title) for other in shown)
        self.insertTab(place, window.page, title)
        self.setTabToolTip(place, self._tips[title])
        self.setCurrentIndex(place)
        window.deleteLater()
        self.layout_changed.emit()

    def torn_off(self) -> list[str]:
        """Titles of the pages that have a window of their own."""
        return list(self._windows)

    def titles(self) -> list[str]:
        """All titles, in order."""
        return list(self._tips)

    def current_title(self) -> str:
        """Title of the open tab."""
        return self.tabText(self.currentIndex())

    def _offer(self, place: QPoint) -> None:
        bar = self.tabBar()
        index = bar.tabAt(place) if bar is not None else -1
        if bar is None or index < 0:
            return
        menu = QMenu(self)
        title = self.tabText(index)
        action = menu.addAction("Open in its own window", lambda: self.tear_off(title))
        assert action is not None
        action.setEnabled(self.count() > 1)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(bar.mapToGlobal(place))


def _share_keys(main: QWidget, torn: QWidget) -> None:
    """Let the keys of both windows, whoever has the button, work in each of them."""
    keys = [
        action
        for action in main.findChildren(QAction)  # a torn-off window is a child, too
        if not action.shortcut().isEmpty()
        and action.shortcutContext() is Qt.ShortcutContext.WindowShortcut
    ]
    main.addActions(keys)
    torn.addActions(keys)
