"""The chapters of the tour, in order."""

from __future__ import annotations

from explorer.tour_journey import journey
from explorer.tour_main_job import main_job, pages
from explorer.tour_map import latent_map
from explorer.tour_neighbours import neighbours
from explorer.tour_painting import painting
from explorer.tour_taking import taking_away
from explorer.tour_training import training
from explorer.tour_traversal import traversal
from explorer.tour_variational import variational

CHAPTERS = (
    main_job,
    pages,
    latent_map,
    traversal,
    neighbours,
    journey,
    painting,
    taking_away,
    variational,
    training,
)
