"""Tabs that can be torn off into a window of their own."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QCloseEvent, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QMenu, QTabBar, QTabWidget, QVBoxLayout, QWidget

from explorer.theme import MARGIN_PX
from explorer.widgets.more_tabs import MoreTabs, fitting

TEAR_DISTANCE_PX = 48
SIDE_PX, UNDERLINE_PX = 10, 2  # beside a quiet button's word, below a tab's
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class TearBar(QTabBar):
    """A tab bar whose tabs can be dragged out of it."""

    torn = pyqtSignal(int)

    def widths_px(self) -> list[int]:
        """Width that each tab takes, whether it is shown or not."""
        return [self.tabSizeHint(index).width() for index in range(self.count())]

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Go from tab to tab, also to those that are left out for want of room."""
        step = 0 if event is None else STEPS.get(Qt.Key(event.key()), 0)
        if step and 0 <= self.currentIndex() + step < self.count():
            self.setCurrentIndex(self.currentIndex() + step)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
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

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Give the page back before this window goes."""
        self.closed.emit(self.title)
        super().closeEvent(event)


class TearTabs(QTabWidget):
    """Pages by title, in a fixed order, some of them in windows of their own.

    Tabs that do not fit are behind the word "More" at the end of the row; the one that
    was last taken from there has a place in the row.

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
        self._guest = ""  # title of the tab that was taken from those that do not fit
        self._bar = bar = TearBar()
        bar.setExpanding(False)
        bar.setAccessibleName("Tabs of the middle column")
        bar.torn.connect(lambda index: self.tear_off(self.tabText(index)))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._offer)
        self.setTabBar(bar)
        self.setDocumentMode(True)
        bar.setDrawBase(False)  # document mode has switched it on
        self._more = MoreTabs(self)
        self._more.chosen.connect(self._choose)
        self.currentChanged.connect(lambda _: self._fit())
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

    def show_torn(self, shown: bool) -> None:
        """Show or hide the windows of torn-off pages, with the window that they belong to."""
        for window in self._windows.values():
            window.setVisible(shown)

    def torn_off(self) -> list[str]:
        """Titles of the pages that have a window of their own."""
        return list(self._windows)

    def titles(self) -> list[str]:
        """All titles, in order."""
        return list(self._tips)

    def current_title(self) -> str:
        """Title of the open tab."""
        return self.tabText(self.currentIndex())

    def left_out(self) -> list[str]:
        """Titles that the row has no room for."""
        return [self.tabText(i) for i in range(self.count()) if not self.isTabVisible(i)]

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Show as many tabs as fit."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Show as many tabs as fit now that their style is known."""
        super().showEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        """Another style has tabs of another width."""
        super().changeEvent(event)
        if event is not None and event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def tabInserted(self, index: int) -> None:
        """One more has to fit."""
        super().tabInserted(index)
        self._fit()

    def tabRemoved(self, index: int) -> None:
        """There is room for others."""
        super().tabRemoved(index)
        self._fit()

    def _fit(self) -> None:
        current = self.currentIndex()
        if current < 0 or not self.isVisible():  # when it is shown, all are there
            return
        if not self.isTabVisible(current):
            self._guest = self.tabText(current)
            self.setTabVisible(current, True)  # first, or Qt soon takes another one
        titles = [self.tabText(index) for index in range(self.count())]
        guest = titles.index(self._guest) if self._guest in titles else current
        more_px = self._more.sizeHint().width()
        shown = fitting(self._bar.widths_px(), self.width(), more_px, guest)
        if current not in shown:  # there is room for one of the two alone
            self._guest = titles[current]
            shown = fitting(self._bar.widths_px(), self.width(), more_px, current)
        for index in range(self.count()):
            if self.isTabVisible(index) != (index in shown):
                self.setTabVisible(index, index in shown)
        self._more.set_titles(self.left_out())
        last = self._bar.tabRect(max(shown))
        # Its word as far from the last tab's as that is from the one before, on one line.
        left, height = last.right() + 1 - SIDE_PX, last.height() - UNDERLINE_PX
        self._more.setGeometry(left, 0, more_px, height)

    def _choose(self, title: str) -> None:
        self.open_page(title)
        self._bar.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer(self, place: QPoint) -> None:
        bar = self._bar
        index = bar.tabAt(place)
        if index < 0:
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
