"""The layout of a window in a session's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.sessions.checking import check_list, check_record, check_text, check_whole

COLUMNS = 3
MAX_WIDTH_PX = 100_000
MAX_TABS = 30
MAX_TITLE_CHARS = 40


@dataclass(frozen=True)
class Layout:
    """Where things stand.

    Attributes
    ----------
    columns_px : tuple of int
        Widths of the three columns; empty where they are not told.
    tab : str
        Title of the open tab; empty where it is not told.
    torn_off : tuple of str
        Titles of the tabs that have a window of their own.
    """

    columns_px: tuple[int, ...] = ()
    tab: str = ""
    torn_off: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "columns_px": list(self.columns_px),
            "tab": self.tab,
            "torn_off": list(self.torn_off),
        }

    @classmethod
    def from_json(cls, record: object) -> Layout:
        """The layout that :meth:`to_json` told of.

        Raises
        ------
        SessionError
            If the record is of another form.
        """
        thing = "The session's layout"
        fields = check_record(record, ("columns_px", "tab", "torn_off"), thing)
        columns = check_list(fields["columns_px"], COLUMNS, f"{thing}: columns_px")
        titles = check_list(fields["torn_off"], MAX_TABS, f"{thing}: torn_off")
        return cls(
            tuple(check_whole(px, 0, MAX_WIDTH_PX, f"{thing}: columns_px") for px in columns),
            check_text(fields["tab"], MAX_TITLE_CHARS, f"{thing}: tab"),
            tuple(check_text(title, MAX_TITLE_CHARS, f"{thing}: torn_off") for title in titles),
        )
