"""Attention layers, against Keras' own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import SettingError
from tests.models.layers.comparing import compare, output_of, read_layer, settings_of

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Q, V, K = TensorSpec((None, 5, 8)), TensorSpec((None, 7, 6)), TensorSpec((None, 7, 4))
LIKE_Q = TensorSpec((None, 7, 8))
PICTURE = TensorSpec((None, 4, 3, 8))
MASK = TensorSpec((None, 5, 7), "bool")
MULTI = {"num_heads": 2, "key_dim": 3}
GROUPED = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}


@pytest.mark.parametrize(
    ("kind", "config", "call"),
    [
        ("MultiHeadAttention", MULTI, Call((Q, Q))),
        ("MultiHeadAttention", MULTI, Call((Q, V))),
        ("MultiHeadAttention", {**MULTI, "value_dim": 5, "use_bias": False}, Call((Q, V, K))),
        ("MultiHeadAttention", {**MULTI, "output_shape": 9}, Call((Q,), {"value": V})),
        ("MultiHeadAttention", {**MULTI, "output_shape": [2, 3]}, Call((Q, V), {"key": K})),
        ("MultiHeadAttention", {**MULTI, "dropout": 0.5}, Call((Q, V), {"attention_mask": MASK})),
        ("MultiHeadAttention", MULTI, Call((Q, Q), {"return_attention_scores": True})),
        ("MultiHeadAttention", MULTI, Call((Q, Q), {"use_causal_mask": True, "training": False})),
        ("MultiHeadAttention", MULTI, Call((PICTURE, PICTURE))),
        ("MultiHeadAttention", {**MULTI, "attention_axes": [2]}, Call((PICTURE, PICTURE))),
        ("MultiHeadAttention", {**MULTI, "attention_axes": 1}, Call((PICTURE, PICTURE))),
        ("MultiHeadAttention", {**MULTI, "attention_axes": [-2]}, Call((PICTURE, PICTURE))),
        ("MultiHeadAttention", {**MULTI, "use_gate": True}, Call((Q, V))),
        ("MultiHeadAttention", {**MULTI, "sliding_window": 2}, Call((Q, Q))),
        ("GroupQueryAttention", GROUPED, Call((Q, Q))),
        ("GroupedQueryAttention", {**GROUPED, "use_bias": False}, Call((Q, LIKE_Q, K))),
        ("GroupQueryAttention", {**GROUPED, "use_gate": True}, Call((Q, LIKE_Q))),
        ("GroupQueryAttention", GROUPED, Call((Q, Q), {"return_attention_scores": True})),
        ("Attention", {}, Call(([Q, LIKE_Q],))),
        ("Attention", {"use_scale": True, "score_mode": "concat"}, Call(([Q, K, LIKE_Q],))),
        ("Attention", {"dropout": 0.5}, Call(([Q, Q],), {"use_causal_mask": True})),
        ("Attention", {}, Call(([Q, LIKE_Q],), {"return_attention_scores": True})),
        ("AdditiveAttention", {}, Call(([Q, LIKE_Q],))),
        ("AdditiveAttention", {"use_scale": False}, Call(([Q, K, LIKE_Q],))),
    ],
)
def test_attention_is_as_keras_has_it(
    kind: str, config: dict[str, Any], call: Call, tmp_path: Path
) -> None:
    compare(kind, config, call, tmp_path)


@pytest.mark.parametrize(
    ("kind", "config", "call"),
    [
        ("MultiHeadAttention", MULTI, Call((Q,))),
        ("MultiHeadAttention", MULTI, Call((Q, PICTURE))),
        ("MultiHeadAttention", MULTI, Call((Q, V, Q))),
        ("MultiHeadAttention", MULTI, Call((TensorSpec((None, 8)),) * 2)),
        ("MultiHeadAttention", MULTI, Call((Q, V), {"return_attention_scores": True})),
        ("MultiHeadAttention", MULTI, Call((Q, V), {"query_mask": MASK})),
        ("MultiHeadAttention", MULTI, Call((Q, Q), {"attention_mask": MASK})),
        ("MultiHeadAttention", MULTI, Call((Q, Q), {"use_causal_mask": "yes"})),
        ("MultiHeadAttention", MULTI, Call((Q, Q), {"function": "os.system"})),
        ("MultiHeadAttention", {**MULTI, "attention_axes": [3]}, Call((PICTURE, PICTURE))),
        ("MultiHeadAttention", {**MULTI, "attention_axes": [0]}, Call((PICTURE, PICTURE))),
        ("MultiHeadAttention", {**MULTI, "num_heads": 0}, Call((Q, Q))),
        ("MultiHeadAttention", {"num_heads": 2}, Call((Q, Q))),
        ("MultiHeadAttention", {**MULTI, "key_dim": 2**31}, Call((Q, Q))),
        ("GroupQueryAttention", {**GROUPED, "num_key_value_heads": 3}, Call((Q, Q))),
        ("GroupQueryAttention", GROUPED, Call((Q, V))),
        ("Attention", {}, Call((Q, LIKE_Q))),
        ("Attention", {}, Call(([Q],))),
        ("Attention", {}, Call(([Q, TensorSpec((4096, 7, 8))],))),
        ("Attention", {}, Call(([Q, Q, TensorSpec((1, 5, 8))],))),
        ("MultiHeadAttention", MULTI, Call((Q, TensorSpec((4096, 7, 6))))),
        ("MultiHeadAttention", MULTI, Call((Q, Q, TensorSpec((1, 5, 8))))),
        (
            "MultiHeadAttention",
            {**MULTI, "attention_axes": [2]},
            Call((TensorSpec((None, 1, 3, 8)), PICTURE)),
        ),
        ("Attention", {}, Call(([Q, V],))),
        ("Attention", {}, Call(([Q, Q],), {"mask": [MASK, None]})),
        ("Attention", {"score_mode": "os"}, Call(([Q, Q],))),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, config: dict[str, Any], call: Call) -> None:
    with pytest.raises(ValueError, match="must"):
        output_of(kind, config, call)


@pytest.mark.parametrize(
    ("kind", "config", "elements"),
    [
        ("MultiHeadAttention", MULTI, 2 * 3000 * 3000),
        ("GroupQueryAttention", GROUPED, 4 * 3000 * 3000),
        ("Attention", {}, 3000 * 3000),
        ("Attention", {"score_mode": "concat"}, 3000 * 3000 * 8),
        ("AdditiveAttention", {}, 3000 * 3000 * 8),
    ],
)
def test_attention_costs_its_scores(kind: str, config: dict[str, Any], elements: int) -> None:
    layer = read_layer(kind, config)
    long = TensorSpec((None, 3000, 8))
    call = Call(([long, long],)) if kind.startswith("A") else Call((long, long))
    cost = RULES[kind].cost
    assert cost is not None
    assert cost(settings_of(layer), call) == elements


def test_wide_heads_cost_their_projections() -> None:
    layer = read_layer("MultiHeadAttention", {"num_heads": 65536, "key_dim": 65536})
    cost = RULES["MultiHeadAttention"].cost
    assert cost is not None
    assert cost(settings_of(layer), Call((Q, Q))) == 5 * 2**32


def test_a_bad_setting_is_told_by_name() -> None:
    with pytest.raises(SettingError, match="num_heads"):
        read_layer("MultiHeadAttention", {"num_heads": "2", "key_dim": 3})
