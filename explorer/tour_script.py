"""The chapters of the tour, in order."""

from __future__ import annotations

from explorer.tour_journey import journey
from explorer.tour_main_job import main_job, pages
from explorer.tour_map import latent_map
from explorer.tour_neighbours import neighbours
from explorer.tour_traversal import traversal

CHAPTERS = (main_job, pages, latent_map, traversal, neighbours, journey)
