"""The operations of ``keras.ops`` that a functional model may be made of.

Arithmetic, reductions, changes of shape and products. Whatever takes a function or
decides what runs next, such as ``Switch``, ``Cond``, ``Map`` and the loops, is not
among them, nor is anything that makes tensors out of nothing.
"""

from __future__ import annotations

from typing import Final

from models.layers import (
    op_elementwise,
    op_moving,
    op_pictures,
    op_products,
    op_reducing,
    op_slicing,
)
from models.layers.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *op_elementwise.RULES,
    *op_reducing.RULES,
    *op_moving.RULES,
    *op_slicing.RULES,
    *op_products.RULES,
    *op_pictures.RULES,
)
