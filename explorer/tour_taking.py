"""The tour's chapter of what can be taken away: a film, the code, a session."""

from __future__ import annotations

import numpy as np

from explorer.export.film import Film, FilmKind
from explorer.sessions.shown import Shown
from explorer.state.journey_edits import journey_path
from explorer.tour_guide import SETTLE_MS, Guide, Script, Until

GIF_FPS = 25
COPY_CODE = "Copy as Keras code"


def taking_away(guide: Guide) -> Script:
    """Write the journey as a film, copy the script of the picture, and bring back a session."""
    yield from _film(guide)
    guide.choose_action(guide.window, COPY_CODE)
    guide.see("keras code", "A script that makes this picture with Keras is on the clipboard")
    yield from _session(guide)


def _film(guide: Guide) -> Script:
    exports = guide.window.exports
    guide.listen(exports.film_ended)
    exports.show_sheet()
    guide.choose(exports.sheet.kind, FilmKind.GIF.value)
    state, target = guide.session.state, guide.scratch / "journey.gif"
    seconds = journey_path(state).legs * state.journey.leg_s
    exports.write_film(Film(FilmKind.GIF, exports.sheet.side_px.value(), GIF_FPS, seconds), target)
    yield Until("the film", target.exists)
    guide.see("film", "The journey is written as a GIF beside the window", exports.sheet)
    exports.sheet.close()


def _session(guide: Guide) -> Script:
    session, path = guide.session, guide.scratch / "tour.json"
    guide.listen(session.told)
    saved = session.state
    Shown(session, guide.space.layout_now).write(path, saved, guide.space.layout_now())
    guide.space.input.clear()
    session.randomise()
    yield guide.picture
    guide.application.open_session(path)
    yield Until(
        "the session",
        lambda: np.array_equal(session.state.latent.z, saved.latent.z),
    )
    yield guide.picture
    yield SETTLE_MS
    guide.see("session", "A session has brought drawing, z, bookmarks and journey back")
