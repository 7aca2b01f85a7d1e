"""Attention: every place of a query looks at every place of a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_RANK
from models.layers.checks import (
    as_sequence,
    axis,
    flag,
    number,
    one_of,
    optional,
    several,
    whole,
)
from models.layers.operands import arguments, place, tensor
from models.layers.rule import REQUIRED, Rule, Setting, Settings, Slot, Specs
from models.layers.shapes import computed, elements, known, spreads_over

_ARGUMENTS: Final = {
    "key": None,
    "query_mask": None,
    "value_mask": None,
    "key_mask": None,
    "attention_mask": None,
    "return_attention_scores": False,
    "training": None,
    "use_causal_mask": False,
}


@dataclass(frozen=True)
class _Attention:
    """A call of attention with several heads.

    ``scores`` is the shape of the scores: the axes that are not attended to, heads
    behind the batch's, then the query's places and the value's.
    """

    query: TensorSpec
    value: TensorSpec
    key: TensorSpec
    scores: Shape
    gives_scores: bool


def _attention(call: Call, heads: int, attention_axes: Sequence[int] | None) -> _Attention:
    found = arguments(call, "query", "value", optional=_ARGUMENTS)
    query, value = tensor(found[0]), tensor(found[1])
    key = value if found[2] is None else tensor(found[2])
    if any(mask is not None for mask in found[3:6]):
        raise ValueError("must have no mask but an attention_mask")
    attention_mask, gives_scores, _, causal = found[6:]
    rank = len(query.shape)
    if rank < 3 or len(value.shape) != rank or value.shape[:-1] != key.shape[:-1]:
        raise ValueError("must have a query, a value and a key of matching shapes")
    axes = _attended(attention_axes, rank)
    beside = [index for index in range(rank - 1) if index not in axes]
    if any(query.shape[index] != value.shape[index] for index in beside):
        raise ValueError("must have a query and a value that are alike beside what is attended")
    scores = (
        *(query.shape[index] for index in beside),
        heads,
        *(query.shape[index] for index in axes),
        *(value.shape[index] for index in axes),
    )
    places = 2 * len(axes)
    if attention_mask is not None:
        mask = tensor(attention_mask).shape
        missing = (1,) * (len(scores) - len(mask))
        cut = max(len(mask) - places, 0)
        if not spreads_over((*mask[:cut], *missing, *mask[cut:]), scores):
            raise ValueError("must have a mask that fits the scores")
    # Keras takes these for the plain case, and the scores for square ones.
    if (flag(causal) or flag(gives_scores)) and rank != 3:
        raise ValueError("must attend along one axis for scores or a causal mask")
    if gives_scores and query.shape[1] != value.shape[1]:
        raise ValueError("must attend to itself where the scores are wanted")
    return _Attention(query, value, key, scores, gives_scores)


def _attended(axes: Sequence[int] | None, rank: int) -> tuple[int, ...]:
    if axes is None:
        return tuple(range(1, rank - 1))
    found = tuple(place(each, rank) for each in axes)
    if len(set(found)) != len(found) or not all(0 < each < rank - 1 for each in found):
        raise ValueError("must attend along axes between batch and channels, each once")
    return found


def _with_scores(attention: _Attention, shape: Shape) -> Specs:
    output = computed(attention.query, shape)
    if not attention.gives_scores:
        return output
    return output, TensorSpec(attention.scores, output.dtype)


def _projection(name: str, inputs: Shape, outputs: Shape, use_bias: bool) -> list[Slot]:
    kernel = tuple(known(size) for size in (*inputs, *outputs))
    bias = tuple(known(size) for size in outputs)
    slots = [Slot(f"{name}/vars/0", kernel), Slot(f"{name}/vars/1", bias)]
    return slots if use_bias else slots[:1]


def _multi_head(settings: Settings, call: Call) -> _Attention:
    return _attention(call, settings["num_heads"], settings["attention_axes"])


def _multi_head_output(settings: Settings, call: Call) -> Specs:
    attention = _multi_head(settings, call)
    channels = settings["output_shape"] or attention.query.shape[-1:]
    return _with_scores(attention, (*attention.query.shape[:-1], *channels))


def _multi_head_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    attention = _multi_head(settings, call)
    heads, use_bias = settings["num_heads"], settings["use_bias"]
    keys = (heads, settings["key_dim"])
    values = (heads, settings["value_dim"] or settings["key_dim"])
    query, output = attention.query.shape[-1:], settings["output_shape"]
    gate = _projection("gate_dense", query, values, use_bias) if settings["use_gate"] else []
    return [
        *_projection("query_dense", query, keys, use_bias),
        *_projection("key_dense", attention.key.shape[-1:], keys, use_bias),
        *gate,
        *_projection("value_dense", attention.value.shape[-1:], values, use_bias),
        *_projection("output_dense", values, output or query, use_bias),
    ]


def _multi_head_cost(settings: Settings, call: Call) -> int:
    width = max(settings["key_dim"], settings["value_dim"] or 0)
    return _cost(_multi_head(settings, call), settings["num_heads"] * width)


def _cost(attention: _Attention, width: int) -> int:
    sources = (attention.query, attention.value)
    projected = max(elements(each.shape[:-1]) * width for each in sources)
    return max(elements(attention.scores), projected)


def _grouped(settings: Settings, call: Call) -> _Attention:
    heads, groups = settings["num_query_heads"], settings["num_key_value_heads"]
    if heads % groups:
        raise ValueError("must have query heads in whole groups")
    attention = _attention(call, heads, None)
    query, value = attention.query.shape, attention.value.shape
    if len(query) != 3 or query[-1] != value[-1]:
        raise ValueError("must have a query and a value of as many channels")
    return attention


def _grouped_output(settings: Settings, call: Call) -> Specs:
    attention = _grouped(settings, call)
    return _with_scores(attention, attention.query.shape)


def _grouped_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    attention = _grouped(settings, call)
    use_bias, width = settings["use_bias"], settings["head_dim"]
    queries = (settings["num_query_heads"], width)
    groups = (settings["num_key_value_heads"], width)
    query = attention.query.shape[-1:]
    gate = _projection("gate_dense", query, queries, use_bias) if settings["use_gate"] else []
    return [
        *_projection("query_dense", query, queries, use_bias),
        *_projection("key_dense", attention.key.shape[-1:], groups, use_bias),
        *gate,
        *_projection("value_dense", attention.value.shape[-1:], groups, use_bias),
        *_projection("output_dense", queries, query, use_bias),
    ]


def _grouped_cost(settings: Settings, call: Call) -> int:
    return _cost(_grouped(settings, call), settings["num_query_heads"] * settings["head_dim"])


def _plain(call: Call) -> tuple[TensorSpec, TensorSpec, TensorSpec, bool]:
    """Query, value and key, and whether the scores are wanted."""
    inputs, mask, _, gives_scores, causal = arguments(
        call,
        "inputs",
        optional={
            "mask": None,
            "training": None,
            "return_attention_scores": False,
            "use_causal_mask": False,
        },
    )
    if not isinstance(inputs, list | tuple) or not 2 <= len(inputs) <= 3:
        raise ValueError("must have a list of a query, a value and perhaps a key")
    if mask is not None and any(each is not None for each in mask):
        raise ValueError("must have no mask")
    flag(causal)
    query, value = tensor(inputs[0]), tensor(inputs[1])
    key = tensor(inputs[-1]) if len(inputs) == 3 else value
    fits = (
        len(query.shape) == len(value.shape) == len(key.shape) == 3
        and query.shape[0] == value.shape[0]
        and value.shape[:2] == key.shape[:2]
        and query.shape[-1] == key.shape[-1]
    )
    if not fits:
        raise ValueError("must have a query, a value and a key of matching shapes")
    return query, value, key, flag(gives_scores)


def _plain_output(settings: Settings, call: Call) -> Specs:
    query, value, key, gives_scores = _plain(call)
    output = computed(query, (*query.shape[:-1], value.shape[-1]))
    if not gives_scores:
        return output
    return output, TensorSpec((*query.shape[:-1], key.shape[1]), output.dtype)


def _plain_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    weights = settings["use_scale"] + (settings["score_mode"] == "concat")
    return [Slot(f"vars/{index}", ()) for index in range(weights)]


def _plain_cost(settings: Settings, call: Call) -> int:
    query, _, key, _ = _plain(call)
    scores = elements((*query.shape[:-1], key.shape[1]))
    return scores if settings.get("score_mode") == "dot" else scores * (query.shape[-1] or 1)


def _additive_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    query, _, _, _ = _plain(call)
    return (Slot("vars/0", (known(query.shape[-1]),)),) if settings["use_scale"] else ()


def _channels(value: Any) -> tuple[int, ...]:
    sizes: tuple[int, ...] = several(whole())(value if as_sequence(value) else [value])
    return sizes


def _axes(value: Any) -> tuple[int, ...]:
    axes: tuple[int, ...] = several(axis, MAX_RANK)(value if as_sequence(value) else [value])
    return axes


_DROPOUT: Final = Setting(number(0, 1), 0.0)
_HEADS: Final = {
    "dropout": _DROPOUT,
    "use_bias": Setting(flag, True),
    "use_gate": Setting(flag, False),
    "sliding_window": Setting(optional(whole()), None),
}

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "MultiHeadAttention",
        {
            "num_heads": Setting(whole(), REQUIRED),
            "key_dim": Setting(whole(), REQUIRED),
            "value_dim": Setting(optional(whole()), None),
            "output_shape": Setting(optional(_channels), None),
            "attention_axes": Setting(optional(_axes), None),
            **_HEADS,
        },
        _multi_head_output,
        _multi_head_slots,
        _multi_head_cost,
    ),
    Rule(
        "GroupQueryAttention",
        {
            "head_dim": Setting(whole(), REQUIRED),
            "num_query_heads": Setting(whole(), REQUIRED),
            "num_key_value_heads": Setting(whole(), REQUIRED),
            **_HEADS,
        },
        _grouped_output,
        _grouped_slots,
        _grouped_cost,
        aliases=("GroupedQueryAttention",),
    ),
    Rule(
        "Attention",
        {
            "use_scale": Setting(flag, False),
            "score_mode": Setting(one_of("dot", "concat"), "dot"),
            "dropout": _DROPOUT,
        },
        _plain_output,
        _plain_slots,
        _plain_cost,
    ),
    Rule(
        "AdditiveAttention",
        {"use_scale": Setting(flag, True), "dropout": _DROPOUT},
        _plain_output,
        _additive_slots,
        _plain_cost,
    ),
)
