"""What an analysis process does with a request: work over all codes of a data set.

========== ============================================== =================================
request    brings                                         answer
========== ============================================== =================================
codes      count, latent_dim                              none: ``rows`` follow
rows       codes (m, latent_dim), labels (m,)             ``codes``, once all are there
project    kind: pca, dims, a_to_b or lda; params: i and  kind, layout, names, linear,
           j of dims; a, b (latent_dim,) of a_to_b        extent, count, selected; matrix,
                                                          offset
place      kind; points (m, 2), rows (m,) of any map      kind, layout, names, linear,
                                                          extent, count, selected
raster     view (x0, y0, x1, y1), size_px; dot_px,        layout, view, size_px, count;
           hidden and isolated, where wanted              shades (height, width)
pick       place (x, y), radius, one or (across, up);     index or -1, label, place; code
           hidden and isolated, where wanted
locate     z (m, latent_dim)                              layout; indices (m,) of the codes
                                                          nearest to them, places (m, 2)
select     box (x0, y0, x1, y1), or lasso (m, 2), or      count; mask: packed bits by code
           neither: nothing
nearest    k; z (latent_dim,)                             indices, distances, labels (k,),
                                                          codes (k, latent_dim)
gauge      z (latent_dim,)                                share, distance, nearest, label,
                                                          sentence; pulled (latent_dim,)
means      nothing                                        labels, counts (m,), means
                                                          (m, latent_dim)
separate   first and second: labels; direction            d, share; random (pairs,)
           (latent_dim,)
embed      kind: tsne or umap; cache: a folder            kind; points (n, 2), and key where
                                                          they are to be kept
========== ============================================== =================================

Every answer has ``seq``, the request's number. Labels in an image are modulo 32,768.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.arithmetic import separate
from models.code_table import Arriving, CodeTable
from models.embedding import TITLES, embed
from models.errors import DataError, EngineError
from models.latent import check_z
from models.layout_cache import layout_key, load_layout
from models.map_layout import MapLayout
from models.point_raster import inside_box, inside_lasso, pick, raster
from models.projection import LinearMap, by_dims, by_lda, by_pca, from_a_to_b
from models.wire import Message

MAX_NEIGHBOURS = 1000

Fields = Mapping[str, Any]
Arrays = Mapping[str, npt.NDArray[Any]]
Answer = tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]


class Analyst:
    """Answers requests about one set of codes and one map of it at a time.

    What goes wrong changes nothing: codes, map and selection stay as they were.
    """

    def __init__(self) -> None:
        self._arriving: Arriving | None = None
        self._table: CodeTable | None = None
        self._layout: MapLayout | None = None
        self._selected: npt.NDArray[np.intp] = np.empty(0, np.intp)  # codes, on any map
        self._answers: dict[str, Callable[[Fields, Arrays], Answer]] = {
            "project": self._project,
            "place": self._place,
            "raster": self._raster,
            "pick": self._pick,
            "locate": self._locate,
            "select": self._select,
            "nearest": self._nearest,
            "gauge": self._gauge,
            "means": self._means,
            "separate": self._separate,
        }

    def answer(self, message: Message, on_progress: Callable[[int, int], object]) -> Message | None:
        """Answer a request; None where nothing is to be said yet.

        Raises
        ------
        LatentExplorerError
            If the request asks for something that does not exist or cannot be.
        """
        fields, arrays = message.fields, message.arrays
        if message.kind in ("codes", "rows"):
            return self._take_codes(message)
        if message.kind == "embed":
            told, found = self._embed(fields, on_progress)
        elif message.kind in self._answers:
            told, found = self._answers[message.kind](fields, arrays)
        else:
            known = ", ".join(["codes", *self._answers, "embed"])
            raise EngineError("A request", f"must be one of {known}", message.kind)
        return Message(message.kind, {**told, "seq": fields.get("seq")}, found)

    def _take_codes(self, message: Message) -> Message | None:
        fields, arrays = message.fields, message.arrays
        if message.kind == "codes":
            self._arriving = Arriving(fields["count"], fields["latent_dim"])
            return None
        if self._arriving is None:  # rows of codes that were refused
            return None
        coming, self._arriving = self._arriving, None
        table = coming.add(arrays["codes"], arrays["labels"])
        if table is None:
            self._arriving = coming
            return None
        self._table, self._layout, self._selected = table, None, np.empty(0, np.intp)
        count, latent_dim = table.codes.shape
        told = {"seq": fields.get("seq"), "count": count, "latent_dim": latent_dim}
        return Message("codes", told)

    def _project(self, fields: Fields, arrays: Arrays) -> Answer:
        table = self._codes()
        linear = _make_map(table, fields, arrays)
        self._layout = MapLayout.of(fields["seq"], table, linear)
        told, found = self._tell_layout(linear.to_json())
        return told, {**found, **linear.arrays()}

    def _place(self, fields: Fields, arrays: Arrays) -> Answer:
        table, kind = self._codes(), fields["kind"]
        points, rows = arrays["points"], arrays["rows"].astype(np.intp)
        fits = points.shape == (len(rows), 2) and bool(np.isfinite(points).all())
        if not fits or not len(rows) or rows.min() < 0 or rows.max() >= len(table.labels):
            raise DataError("A map", "must have a finite place for each of its codes", "another")
        columns = np.asfortranarray(points, np.float32)
        self._layout = MapLayout(fields["seq"], table, columns, rows, None)
        title = TITLES.get(kind, str(kind))
        return self._tell_layout({"kind": kind, "names": [f"{title} 0", f"{title} 1"]})

    def _tell_layout(self, told: dict[str, Any]) -> Answer:
        layout = self._map()
        layout.select(self._selected)
        return {
            **told,
            "layout": layout.number,
            "linear": layout.linear is not None,
            "extent": list(layout.extent),
            "count": len(layout),
            "selected": layout.selected,
        }, {}

    def _raster(self, fields: Fields, arrays: Arrays) -> Answer:
        layout = self._map()
        hidden = fields.get("hidden", ())
        points, colours, _ = layout.seen(hidden, fields.get("isolated", False))
        view, size_px = fields["view"], fields["size_px"]
        made = raster(points, colours, view, size_px, fields.get("dot_px", 1))
        told = {"layout": layout.number, "count": len(points)}
        return {**told, "view": list(view), "size_px": list(size_px)}, {"shades": made.shades()}

    def _pick(self, fields: Fields, arrays: Arrays) -> Answer:
        layout, table = self._map(), self._codes()
        hidden, isolated = fields.get("hidden", ()), fields.get("isolated", False)
        points, _, rows = layout.seen(hidden, isolated)
        number = pick(points, fields["place"], fields["radius"])
        told: dict[str, Any] = {"layout": layout.number, "index": -1}
        if number < 0:
            return told, {}
        row = int(rows[number])
        place = [float(part) for part in points[number]]
        told |= {"index": row, "label": int(table.labels[row]), "place": place}
        return told, {"code": table.codes[row]}

    def _locate(self, fields: Fields, arrays: Arrays) -> Answer:
        layout, latent_dim = self._map(), self._codes().codes.shape[1]
        indices, places = layout.locate([check_z(z, latent_dim) for z in arrays["z"]])
        return {"layout": layout.number}, {"indices": indices, "places": places}

    def _select(self, fields: Fields, arrays: Arrays) -> Answer:
        layout = self._map()
        points, _, rows = layout.seen(fields.get("hidden", ()), fields.get("isolated", False))
        if "box" in fields:
            chosen = rows[inside_box(points, fields["box"])]
        elif "lasso" in arrays:
            chosen = rows[inside_lasso(points, arrays["lasso"])]
        else:
            chosen = rows[:0]
        self._selected = chosen
        mask = layout.select(chosen)
        return {"layout": layout.number, "count": len(chosen)}, {"mask": np.packbits(mask)}

    def _nearest(self, fields: Fields, arrays: Arrays) -> Answer:
        table, k = self._codes(), fields["k"]
        if type(k) is not int or not 1 <= k <= MAX_NEIGHBOURS:
            raise EngineError("The neighbours", f"must be from 1 to {MAX_NEIGHBOURS}", repr(k))
        indices, distances = table.neighbours.nearest(self._z(arrays), k)
        return {}, {
            "indices": indices,
            "distances": distances,
            "labels": table.labels[indices],
            "codes": table.codes[indices],
        }

    def _gauge(self, fields: Fields, arrays: Arrays) -> Answer:
        table, z = self._codes(), self._z(arrays)
        indices, distances = table.neighbours.nearest(z, 1)
        told = {
            "share": table.gauge.share(z),
            "distance": table.gauge.distance(z),
            "nearest": float(distances[0]),
            "label": int(table.labels[indices[0]]),
            "sentence": table.gauge.sentence(z),
        }
        return told, {"pulled": table.gauge.pull_back(z)}

    def _means(self, fields: Fields, arrays: Arrays) -> Answer:
        found = self._codes().means
        return {}, {"labels": found.labels, "counts": found.counts, "means": found.means}

    def _separate(self, fields: Fields, arrays: Arrays) -> Answer:
        table, labels = self._codes(), (fields["first"], fields["second"])
        if any(type(label) is not int for label in labels):
            raise EngineError("Labels", "must be whole numbers", repr(labels)[:60])
        direction = check_z(arrays["direction"].reshape(-1), table.codes.shape[1])
        found = separate(table.codes, table.labels, *labels, direction)
        return {"d": found.d, "share": found.share}, {"random": found.random}

    def _embed(self, fields: Fields, on_progress: Callable[[int, int], object]) -> Answer:
        codes, kind = self._codes().codes, str(fields["kind"])
        key = layout_key(codes, kind)
        points = load_layout(key, len(codes), Path(fields["cache"]))
        if points is not None:
            return {"kind": kind}, {"points": points}
        return {"kind": kind, "key": key}, {"points": embed(codes, kind, on_progress)}

    def _codes(self) -> CodeTable:
        if self._table is None:
            raise EngineError("An analysis", "needs codes", "none", "open data for this model")
        return self._table

    def _map(self) -> MapLayout:
        if self._layout is None:
            raise EngineError("A map", "must be made first", "none", "choose a projection")
        return self._layout

    def _z(self, arrays: Arrays) -> npt.NDArray[np.float32]:
        return check_z(arrays["z"].reshape(-1), self._codes().codes.shape[1])


def _make_map(table: CodeTable, fields: Fields, arrays: Arrays) -> LinearMap:
    kind, params, latent_dim = fields["kind"], fields.get("params", {}), table.codes.shape[1]
    if kind == "pca":
        return by_pca(table.codes)
    if kind == "dims":
        return by_dims(int(params["i"]), int(params["j"]), latent_dim)
    if kind == "a_to_b":
        a, b = (check_z(arrays[name].reshape(-1), latent_dim) for name in ("a", "b"))
        return from_a_to_b(a, b, table.codes)
    if kind == "lda":
        return by_lda(table.codes, table.labels)
    raise EngineError("A linear map", "must be pca, dims, a_to_b or lda", repr(kind)[:60])
