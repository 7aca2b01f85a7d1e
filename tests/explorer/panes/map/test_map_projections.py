"""Which projections there are, and what makes another map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QComboBox, QWidget

from explorer.panes.map_pane import CANCELLED
from explorer.settings import Settings
from explorer.state.latent import Source
from explorer.state.session import Session
from models.bundle import Bundle
from models.layout_cache import keep_layout, layout_key
from models.ports import LatentPort
from tests.explorer.panes.map.map_hand import Hand, codes_of, labels_in
from tests.explorer.subjects import COLOUR, subject_of
from tests.patience import TIMEOUT_MS


def test_at_first_all_codes_are_shown_by_their_strongest_directions(hand: Hand) -> None:
    assert hand.shown.kind == "pca"
    assert hand.shown.count == 10_000
    assert hand.status.startswith("10,000 codes · PCA")
    seen = hand.raster(hand.view.fit)
    assert labels_in(seen) == set(range(10))
    assert seen.fields["count"] == 10_000


@pytest.mark.parametrize("kind", ["dims", "a_to_b", "lda"])
def test_every_linear_projection_can_be_chosen(hand: Hand, kind: str) -> None:
    shown = hand.projected(lambda: hand.choose(kind))
    assert shown.kind == kind
    assert shown.linear is not None
    assert hand.view.cross == pytest.approx(shown.linear.project(hand.z[None])[0], abs=1e-5)


def test_an_axis_runs_from_a_to_b(hand: Hand, bundle: Bundle) -> None:
    codes = bundle.codes.codes
    hand.projected(lambda: hand.choose("a_to_b"))
    for name, code in (("A", codes[0]), ("B", codes[5])):
        hand.session.set_latent(code, Source.TEXT)
        hand.projected(partial(hand.press, f"Take the present z as {name}"))
    assert hand.shown.linear is not None
    a, b = hand.shown.linear.project(codes[[0, 5]])
    assert a == pytest.approx((0, 0), abs=1e-4)
    assert b == pytest.approx((np.linalg.norm(codes[5] - codes[0]), 0), abs=1e-3)


def test_a_refused_projection_changes_nothing(hand: Hand) -> None:
    hand.projected(lambda: hand.choose("dims"))
    before = hand.shown
    dimension = hand.part(QWidget, "Dimension across")
    sentence = hand.refused(lambda: dimension.setValue(1))
    assert "must be two different dimensions" in sentence
    assert hand.told == [sentence]
    assert hand.shown is before
    assert dimension.value() == 0
    hand.raster(hand.view.fit)


def test_a_map_that_is_no_longer_wanted_never_comes(hand: Hand) -> None:
    before = hand.shown
    hand.choose("tsne")
    hand.press("Do not wait for this projection")
    assert hand.told == [CANCELLED]
    assert not hand.source.is_waiting
    hand.raster(hand.view.fit)
    assert hand.shown is before
    assert hand.part(QComboBox, "Projection of the map").currentData() == "pca"


def test_a_map_that_comes_while_another_is_awaited_is_shown_till_then(hand: Hand) -> None:
    def choose_both() -> None:
        hand.choose("lda")
        hand.choose("tsne")

    assert hand.projected(choose_both).kind == "lda"
    assert hand.source.is_waiting
    assert hand.part(QComboBox, "Projection of the map").currentData() == "tsne"
    with hand.qtbot.waitSignal(hand.source.rastered, timeout=TIMEOUT_MS):
        hand.view.fit()
    hand.press("Do not wait for this projection")
    assert hand.part(QComboBox, "Projection of the map").currentData() == "lda"


@pytest.mark.parametrize("count", [1, 10])
def test_codes_that_are_all_equal_are_told_in_one_sentence(hand: Hand, count: int) -> None:
    codes = codes_of(np.full((count, 16), 0.5))
    sentence = hand.refused(lambda: hand.session.set_data("mine", codes, None))
    assert hand.told == [sentence]
    assert "must vary" in sentence
    assert hand.projected(lambda: hand.choose("dims")).count == count
    seen = hand.raster(hand.view.fit)
    assert seen.fields["count"] == count
    assert len(labels_in(seen)) == 1


def test_other_data_bring_another_map(hand: Hand) -> None:
    before = hand.shown
    values = np.random.default_rng(0).standard_normal((500, 16))
    after = hand.projected(lambda: hand.session.set_data("mine", codes_of(values), None))
    assert after.number != before.number
    assert after.count == 500
    assert "lda" not in hand.kinds()
    assert not hand.pane.legend.isVisible()


def test_data_that_come_while_nobody_looks_are_shown_later(hand: Hand) -> None:
    hand.pane.hide()
    values = np.random.default_rng(0).standard_normal((500, 16))
    hand.session.set_data("mine", codes_of(values), None)
    assert hand.projected(hand.pane.show).count == 500


def test_two_dimensions_are_shown_as_they_are(put_up_map: Callable[[Session], Hand]) -> None:
    session = Session(subject_of(COLOUR, latents=[LatentPort("z", (2,))]), seed=7)
    values = np.random.default_rng(0).standard_normal((500, 2))
    session.set_data("mine", codes_of(values), None)
    hand = put_up_map(session)
    hand.projected(lambda: None)
    assert hand.shown.kind == "dims"
    assert hand.shown.names == ("z 0", "z 1")


# The projection that was chosen last -----------------------------------------------------


def test_the_map_begins_with_the_projection_that_was_chosen_last(
    put_up_map: Callable[[Session], Hand], session: Session, settings: Settings
) -> None:
    settings.set("projection_vae", "dims")  # of other models
    hand = put_up_map(session)
    hand.projected(lambda: hand.choose("lda"))
    assert settings.text("projection") == "lda"
    values = np.random.default_rng(0).standard_normal((500, 16))
    labelled = codes_of(values, np.arange(500) % 2)
    hand.projected(partial(session.set_data, "mine", labelled, None))
    assert hand.shown.kind == "lda"
    hand.projected(partial(session.set_data, "mine", codes_of(values), None))
    assert hand.shown.kind == "pca"  # there are no labels to tell apart
    assert settings.text("projection") == "lda"


def shows(hand: Hand, kind: str) -> bool:
    return hand.source.projection is not None and hand.shown.kind == kind


def test_a_remembered_embedding_comes_back(
    put_up_map: Callable[[Session], Hand],
    session: Session,
    settings: Settings,
    bundle: Bundle,
    tmp_path: Path,
) -> None:
    codes = bundle.codes.codes
    points = np.ascontiguousarray(codes[:, [3, 7]] * 10)
    keep_layout(layout_key(codes, "tsne"), points, tmp_path / "cache")
    settings.set("projection", "tsne")
    hand = put_up_map(session)
    assert hand.part(QComboBox, "Projection of the map").currentData() == "tsne"
    hand.qtbot.waitUntil(lambda: shows(hand, "tsne"), timeout=TIMEOUT_MS)


def test_a_remembered_embedding_that_cannot_be_found_leaves_another_map(
    put_up_map: Callable[[Session], Hand], session: Session, settings: Settings
) -> None:
    settings.set("projection", "tsne")
    hand = put_up_map(session)
    asked = hand.source._waiting
    hand.pane._analysis.cancel_embedding()
    hand.pane._analysis.failed.emit(asked, "The process ended.")
    hand.qtbot.waitUntil(lambda: hand.source.projection is not None, timeout=TIMEOUT_MS)
    assert hand.shown.kind == "pca"
    assert hand.part(QComboBox, "Projection of the map").currentData() == "pca"
    assert settings.text("projection") == "tsne"


@pytest.mark.parametrize(
    ("latent_dim", "variational", "remembered"),
    [(16, False, "projection"), (16, True, "projection_vae"), (2, True, "projection_2d")],
)
def test_each_kind_of_model_has_a_projection_of_its_own(
    put_up_map: Callable[[Session], Hand],
    settings: Settings,
    latent_dim: int,
    variational: bool,
    remembered: str,
) -> None:
    subject = subject_of(COLOUR, latents=[LatentPort("z", (latent_dim,))])
    session = Session(replace(subject, variational=variational), seed=7)
    values = np.random.default_rng(0).standard_normal((100, latent_dim))
    session.set_data("mine", codes_of(values, np.arange(100) % 3), None)
    hand = put_up_map(session)
    hand.projected(lambda: hand.choose("lda"))
    keys = ("projection", "projection_vae", "projection_2d")
    assert [key for key in keys if settings.text(key)] == [remembered]
