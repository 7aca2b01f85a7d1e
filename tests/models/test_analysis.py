"""What is answered about all codes of a data set."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models.analysis import Analyst
from models.analysis_serve import answer_request
from models.bundle import Bundle
from models.errors import LatentExplorerError
from models.point_raster import COLOURS, CROWDS
from models.projection import LinearMap
from models.wire import Message, pack, unpack

Arrays = Mapping[str, npt.NDArray[Any]]
VIEW = {"view": [-30, 30, 30, -30], "size_px": [60, 40]}


class Desk:
    """An analyst behind the wire."""

    def __init__(self) -> None:
        self.analyst = Analyst()
        self.seq = 0

    def send(
        self, kind: str, fields: Mapping[str, Any] | None = None, arrays: Arrays | None = None
    ) -> Message | None:
        message = unpack(pack(Message(kind, {**(fields or {}), "seq": self.seq}, arrays or {})))
        answer = answer_request(self.analyst, message, lambda _: None)
        return None if answer is None else unpack(pack(answer))

    def ask(
        self, kind: str, fields: Mapping[str, Any] | None = None, arrays: Arrays | None = None
    ) -> Message:
        self.seq += 1
        answer = self.send(kind, fields, arrays)
        assert answer is not None
        assert answer.fields["seq"] == self.seq
        return answer

    def refusal(
        self, kind: str, fields: Mapping[str, Any] | None = None, arrays: Arrays | None = None
    ) -> str:
        answer = self.ask(kind, fields, arrays)
        assert answer.kind == "failed"
        sentence = str(answer.fields["sentence"])
        assert len(sentence) <= 200
        return sentence

    def set_codes(self, codes: npt.NDArray[Any], labels: npt.NDArray[Any]) -> Message:
        self.seq += 1
        count, latent_dim = codes.shape
        answer = self.send("codes", {"count": count, "latent_dim": latent_dim})
        pieces = (0, count // 3, count) if count > 2 else (0, count)
        for start, stop in itertools.pairwise(pieces):
            assert answer is None
            piece = {"codes": codes[start:stop], "labels": labels[start:stop]}
            answer = self.send("rows", {}, piece)
        assert answer is not None
        return answer


@pytest.fixture
def desk(bundle: Bundle) -> Desk:
    made = Desk()
    answer = made.set_codes(bundle.codes.codes, bundle.codes.labels)
    assert answer.kind == "codes"
    assert answer.fields["count"] == len(bundle.codes.codes)
    return made


@pytest.fixture
def mapped(desk: Desk) -> Desk:
    desk.ask("project", {"kind": "pca"})
    return desk


def linear_map(answer: Message) -> LinearMap:
    return LinearMap.from_parts(answer.fields, answer.arrays)


@pytest.mark.parametrize(
    ("kind", "params"), [("pca", {}), ("dims", {"i": 3, "j": 0}), ("lda", {}), ("a_to_b", {})]
)
def test_a_linear_map_is_told_with_its_way_back(
    desk: Desk, bundle: Bundle, kind: str, params: Mapping[str, Any]
) -> None:
    codes = bundle.codes.codes
    arrays = {"a": codes[0], "b": codes[1]} if kind == "a_to_b" else {}
    answer = desk.ask("project", {"kind": kind, "params": params}, arrays)
    assert answer.fields["linear"] is True
    assert answer.fields["count"] == len(codes)
    points = linear_map(answer).project(codes)
    x0, y0, x1, y1 = answer.fields["extent"]
    np.testing.assert_allclose([x0, y0], points.min(axis=0), rtol=1e-5)
    np.testing.assert_allclose([x1, y1], points.max(axis=0), rtol=1e-5)


def test_an_image_shows_the_points_of_the_newest_map(desk: Desk, bundle: Bundle) -> None:
    first = desk.ask("project", {"kind": "pca"})
    before = desk.ask("raster", VIEW)
    assert before.fields["layout"] == first.fields["layout"]
    assert before.arrays["shades"].shape == (40, 60)
    points = linear_map(first).project(bundle.codes.codes)
    pixels = np.floor((points * (1, -1) + 30) * (1, 40 / 60)).astype(int)
    inside = (np.abs(points) < 30).all(axis=1)
    seen = np.zeros((40, 60), np.bool_)
    seen[pixels[inside, 1], pixels[inside, 0]] = True
    assert np.count_nonzero(seen != (before.arrays["shades"] > 0)) <= 2  # points on an edge
    second = desk.ask("project", {"kind": "dims", "params": {"i": 0, "j": 1}})
    after = desk.ask("raster", VIEW)
    assert after.fields["layout"] == second.fields["layout"] != before.fields["layout"]
    assert not np.array_equal(after.arrays["shades"], before.arrays["shades"])


def test_hidden_labels_are_not_seen_and_not_picked(mapped: Desk, bundle: Bundle) -> None:
    everything = [label for label in range(10) if label != 3]
    shown = mapped.ask("raster", {**VIEW, "hidden": everything, "dot_px": 3})
    assert set((np.unique(shown.arrays["shades"])[1:] - 1) // CROWDS) == {3}
    assert shown.fields["count"] == (bundle.codes.labels == 3).sum()
    picked = mapped.ask("pick", {"place": [0, 0], "radius": 50, "hidden": everything})
    assert picked.fields["label"] == 3
    np.testing.assert_array_equal(picked.arrays["code"], bundle.codes.codes[picked.fields["index"]])
    assert mapped.ask("pick", {"place": [1e6, 0], "radius": 1}).fields["index"] == -1


def test_a_selection_is_told_by_code_and_can_be_looked_at_alone(desk: Desk, bundle: Bundle) -> None:
    points = linear_map(desk.ask("project", {"kind": "pca"})).project(bundle.codes.codes)
    answer = desk.ask("select", {"box": [0, 0, 100, 100]})
    mask = np.unpackbits(answer.arrays["mask"], count=len(points)).astype(np.bool_)
    np.testing.assert_array_equal(mask, (points >= 0).all(axis=1))
    assert answer.fields["count"] == mask.sum() > 0
    alone = desk.ask("raster", {**VIEW, "isolated": True})
    assert alone.fields["count"] == mask.sum()
    assert (alone.arrays["shades"][21:, :29] == 0).all()
    square = np.array([(0, 0), (100, 0), (100, 100), (0, 100)], np.float32)
    lasso = desk.ask("select", arrays={"lasso": square})
    assert lasso.fields["count"] == mask.sum()
    assert desk.ask("select").fields["count"] == 0
    assert desk.ask("raster", {**VIEW, "isolated": True}).fields["count"] == 0
    assert desk.ask("raster", VIEW).fields["count"] == len(points)


def test_a_selection_stays_on_other_maps_of_the_same_codes(desk: Desk, bundle: Bundle) -> None:
    codes, labels = bundle.codes.codes, bundle.codes.labels
    assert desk.ask("project", {"kind": "pca"}).fields["selected"] == 0
    mask = desk.ask("select", {"box": [0, 0, 100, 100]}).arrays["mask"]
    rows = np.flatnonzero(np.unpackbits(mask, count=len(codes)))
    assert desk.ask("project", {"kind": "lda"}).fields["selected"] == len(rows)
    assert desk.ask("raster", {**VIEW, "isolated": True}).fields["count"] == len(rows)
    some = {"points": np.zeros((2, 2), np.float32), "rows": np.array([rows[0], rows[1]])}
    assert desk.ask("place", {"kind": "tsne"}, some).fields["selected"] == 2
    assert desk.ask("select").fields["count"] == 0
    assert desk.ask("project", {"kind": "pca"}).fields["selected"] == 0
    desk.ask("select", {"box": [0, 0, 100, 100]})
    desk.set_codes(codes, labels)
    assert desk.ask("project", {"kind": "pca"}).fields["selected"] == 0


def test_neighbours_come_with_codes_and_labels(desk: Desk, bundle: Bundle) -> None:
    answer = desk.ask("nearest", {"k": 5}, {"z": bundle.codes.codes[12]})
    indices = answer.arrays["indices"]
    assert indices[0] == 12
    assert answer.arrays["distances"][0] == 0
    assert (np.diff(answer.arrays["distances"]) >= 0).all()
    np.testing.assert_array_equal(answer.arrays["codes"], bundle.codes.codes[indices])
    np.testing.assert_array_equal(answer.arrays["labels"], bundle.codes.labels[indices])


def test_the_gauge_tells_how_far_out_z_is_and_how_to_come_back(desk: Desk, bundle: Bundle) -> None:
    far = bundle.codes.codes.mean(axis=0) * 3 + 40
    answer = desk.ask("gauge", arrays={"z": far})
    assert answer.fields["share"] == 1
    assert answer.fields["sentence"] == "farther out than all of the encoded pictures"
    assert answer.fields["nearest"] > 0
    back = desk.ask("gauge", arrays={"z": answer.arrays["pulled"]})
    assert back.fields["share"] == pytest.approx(0.95, abs=0.01)
    assert back.fields["distance"] < answer.fields["distance"]


def test_places_of_another_kind_are_shown_and_picked(desk: Desk, bundle: Bundle) -> None:
    rows = np.array([5, 50, 500])
    points = np.array([(0, 0), (10, 0), (0, 10)], np.float32)
    answer = desk.ask("place", {"kind": "tsne"}, {"points": points, "rows": rows})
    assert answer.fields["linear"] is False
    assert answer.fields["names"] == ["t-SNE 0", "t-SNE 1"]
    assert answer.fields["extent"] == [0, 0, 10, 10]
    picked = desk.ask("pick", {"place": [9, 0], "radius": [2, 0.1]})
    assert picked.fields["index"] == 50
    assert picked.fields["place"] == [10, 0]
    mask = np.unpackbits(desk.ask("select", {"box": [-1, -1, 1, 11]}).arrays["mask"])
    assert np.flatnonzero(mask).tolist() == [5, 500]


def test_any_vector_lies_where_its_nearest_code_lies(desk: Desk, bundle: Bundle) -> None:
    codes, rows = bundle.codes.codes, np.array([5, 50, 500])
    points = np.array([(0, 0), (10, 0), (0, 10)], np.float32)
    placed = desk.ask("place", {"kind": "tsne"}, {"points": points, "rows": rows})
    near = np.stack([codes[500] + 0.01, codes[5], codes[50] - 0.01])
    answer = desk.ask("locate", arrays={"z": near})
    assert answer.fields["layout"] == placed.fields["layout"]
    assert answer.arrays["indices"].tolist() == [500, 5, 50]
    assert answer.arrays["places"].tolist() == [[0, 10], [0, 0], [10, 0]]
    # Codes that are not on the map have no place: the nearest one that is there has.
    far = desk.ask("locate", arrays={"z": codes[:50]}).arrays["indices"]
    distances = np.linalg.norm(codes[:50, None] - codes[rows], axis=2)
    np.testing.assert_array_equal(far, rows[distances.argmin(axis=1)])


def test_codes_sorted_by_label_are_not_all_covered_by_the_last() -> None:
    desk = Desk()
    labels = np.repeat(np.arange(4, dtype=np.uint8), 500)
    codes = np.random.default_rng(0).normal(size=(2000, 2)).astype(np.float32)
    desk.set_codes(codes, labels)
    points = linear_map(desk.ask("project", {"kind": "dims", "params": {"i": 0, "j": 1}}))
    image = desk.ask("raster", {"view": [-3, -3, 3, 3], "size_px": [6, 6]}).arrays["shades"]
    assert len(np.unique((image[1:5, 1:5].astype(int) - 1) // CROWDS)) > 1
    picked = desk.ask("pick", {"place": points.project(codes[7:8])[0].tolist(), "radius": 0.01})
    assert picked.fields["index"] == 7


@pytest.mark.parametrize("labels", [[-1, 5], [70_000, 5]])
def test_labels_that_are_no_small_numbers_have_a_colour_too(labels: list[int]) -> None:
    desk = Desk()
    codes = np.array([(0, 0), (1, 1)], np.float32)
    desk.set_codes(codes, np.array(labels, np.int32))
    desk.ask("project", {"kind": "dims", "params": {"i": 0, "j": 1}})
    image = desk.ask("raster", {"view": [-0.5, -0.5, 1.5, 1.5], "size_px": [2, 2]})
    assert image.arrays["shades"][0, 0] == 1 + labels[0] % 32768 % COLOURS * CROWDS
    nearest = desk.ask("nearest", {"k": 1}, {"z": codes[0]})
    assert nearest.arrays["labels"].tolist() == labels[:1]


def test_a_single_code_is_a_map_of_two_dimensions() -> None:
    desk = Desk()
    desk.set_codes(np.full((1, 3), 2, np.float32), np.zeros(1, np.uint8))
    answer = desk.ask("project", {"kind": "dims", "params": {"i": 0, "j": 1}})
    assert answer.fields["extent"] == [1.5, 1.5, 2.5, 2.5]
    assert "same value" in desk.refusal("project", {"kind": "pca"})
    assert desk.ask("raster", VIEW).fields["layout"] == answer.fields["layout"]


@pytest.mark.parametrize(
    ("codes", "labels", "part"),
    [
        (np.array([[0, np.nan]] * 4, np.float32), np.zeros(4), "nan in dimension 1"),
        (np.array([[np.inf, 0]] * 4, np.float32), np.zeros(4), "inf"),
        (np.array([[1e30, 0]] * 4, np.float32), np.zeros(4), "1e+15"),
        (np.zeros((4, 2), np.float32), np.zeros(3), "labels"),
        (np.zeros((0, 2), np.float32), np.zeros(0), "at least one"),
    ],
)
def test_codes_that_cannot_be_used_leave_the_older_ones(
    mapped: Desk, codes: npt.NDArray[Any], labels: npt.NDArray[Any], part: str
) -> None:
    before = mapped.ask("raster", VIEW)
    mapped.seq += 1
    fields = {"count": len(codes), "latent_dim": 2}
    rows = {"codes": codes, "labels": labels.astype(np.int32)}
    answer = mapped.send("codes", fields) or mapped.send("rows", {}, rows)
    assert answer is not None
    assert answer.kind == "failed"
    assert part in answer.fields["sentence"]
    assert len(answer.fields["sentence"]) <= 200
    after = mapped.ask("raster", VIEW)
    np.testing.assert_array_equal(after.arrays["shades"], before.arrays["shades"])
    assert mapped.send("rows", {}, rows) is None  # rows of what was refused


@pytest.mark.parametrize(
    ("kind", "fields", "arrays"),
    [
        ("project", {"kind": "isomap"}, {}),
        ("project", {}, {}),
        ("project", {"kind": "dims", "params": {"i": 0, "j": 99}}, {}),
        ("project", {"kind": "a_to_b"}, {"a": np.zeros(16), "b": np.zeros(16)}),
        ("project", {"kind": "a_to_b"}, {"a": np.zeros(3), "b": np.ones(3)}),
        ("raster", {"view": [0, 0, 0, 0], "size_px": [5, 5]}, {}),
        ("raster", {"view": [0, 0, 1, 1], "size_px": [10**6, 10**6]}, {}),
        ("nearest", {"k": 0}, {"z": np.zeros(16)}),
        ("nearest", {"k": 3}, {"z": np.full(16, np.nan)}),
        ("gauge", {}, {}),
        ("locate", {}, {}),
        ("locate", {}, {"z": np.zeros((2, 3))}),
        ("locate", {}, {"z": np.full((1, 16), np.inf)}),
        ("place", {"kind": "tsne"}, {"points": np.zeros((2, 2)), "rows": np.array([0, 10**7])}),
        ("place", {"kind": "tsne"}, {"points": np.full((1, 2), np.nan), "rows": np.array([0])}),
        ("embed", {"kind": "isomap", "cache": "nowhere"}, {}),
        ("paint", {}, {}),
    ],
)
def test_what_cannot_be_answered_is_one_sentence_and_changes_nothing(
    mapped: Desk, kind: str, fields: Mapping[str, Any], arrays: Arrays
) -> None:
    before = mapped.ask("raster", VIEW)
    mapped.refusal(kind, fields, arrays)
    after = mapped.ask("raster", VIEW)
    np.testing.assert_array_equal(after.arrays["shades"], before.arrays["shades"])


@pytest.mark.parametrize("kind", ["project", "raster", "nearest", "gauge", "pick", "embed"])
def test_without_codes_there_is_a_sentence(kind: str) -> None:
    assert "codes" in Desk().refusal(kind, {"k": 1, "kind": "pca"}) or kind in ("raster", "pick")


def test_an_error_nobody_thought_of_does_not_end_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: Analyst, message: Message, on_progress: object) -> None:
        raise FloatingPointError("a" * 500)

    monkeypatch.setattr(Analyst, "answer", fail)
    assert "FloatingPointError" in Desk().refusal("raster")
    assert "FloatingPointError" in capsys.readouterr().err


def test_refusals_are_of_the_tree() -> None:
    with pytest.raises(LatentExplorerError, match="one of codes, project"):
        Analyst().answer(Message("paint"), lambda *_: None)
