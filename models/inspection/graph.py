"""A blueprint's graph: what each tensor is needed for, and where all paths meet."""

from __future__ import annotations

from collections.abc import Iterable

from models.inspection.blueprint import Blueprint, Layer, TensorRef
from models.inspection.ordering import Node, call_order


class Graph:
    """The calls that a blueprint's outputs need, found by name.

    Parameters
    ----------
    blueprint : Blueprint

    Attributes
    ----------
    layers : dict of str to Layer
    order : tuple of (str, int)
        The calls, as layer and number, each after those that it needs itself.
    consumers : dict of TensorRef to list of (str, int)
        The calls that take a tensor, once for each time they do.

    Raises
    ------
    ModelFileError
        If calls wait for one another in a circle.
    """

    def __init__(self, blueprint: Blueprint) -> None:
        self.layers: dict[str, Layer] = {layer.name: layer for layer in blueprint.layers}
        self.order: tuple[Node, ...] = tuple(
            (layer.name, number) for layer, number in call_order(blueprint)
        )
        self._arguments: dict[Node, tuple[TensorRef, ...]] = {
            (name, number): self.layers[name].calls[number].tensors() for name, number in self.order
        }
        self.consumers: dict[TensorRef, list[Node]] = {}
        for node in self.order:
            for ref in self.arguments(node):
                self.consumers.setdefault(ref, []).append(node)

    def arguments(self, node: Node) -> tuple[TensorRef, ...]:
        """Tensors that a call takes."""
        return self._arguments.get(node, ())

    def after(self, refs: Iterable[TensorRef]) -> frozenset[Node]:
        """The calls that depend on any of these tensors."""
        starts = set(refs)
        reached: set[Node] = set()
        for node in self.order:
            if any(ref in starts or node_of(ref) in reached for ref in self.arguments(node)):
                reached.add(node)
        return frozenset(reached)

    def before(self, refs: Iterable[TensorRef], stop: TensorRef | None = None) -> frozenset[Node]:
        """The calls that these tensors need; those that only ``stop`` needs are left out."""
        wanted = {node_of(ref) for ref in refs if ref != stop}
        for node in reversed(self.order):
            if node in wanted:
                wanted |= {node_of(ref) for ref in self.arguments(node) if ref != stop}
        return frozenset(self.order).intersection(wanted)

    def separators(
        self, sources: Iterable[TensorRef], targets: Iterable[TensorRef]
    ) -> tuple[TensorRef, ...]:
        """Tensors that every path from the sources to the targets runs through, in order.

        Sources are none of them; the last target is, where there is but one.
        """
        sources, targets = set(sources), set(targets)
        after, before = self.after(sources), self.before(targets)
        path = [node for node in self.order if node in after and node in before]
        uses = dict.fromkeys(targets, 1)  # never used up
        for node in path:
            for ref in self.arguments(node):
                uses[ref] = uses.get(ref, 0) + 1
        made: dict[Node, list[TensorRef]] = {}
        for ref in uses:
            made.setdefault(node_of(ref), []).append(ref)
        # Whatever is still to be used when a tensor is made runs past it.
        alive = {ref for ref in sources if ref in uses}
        found: list[TensorRef] = []
        for node in path:
            for ref in self.arguments(node):
                uses[ref] -= 1
                if not uses[ref]:
                    alive.discard(ref)
            alive.update(made.get(node, ()))
            if len(alive) == 1 and made.get(node):
                found += alive
        return tuple(found)


def node_of(ref: TensorRef) -> Node:
    """The call that gives a tensor."""
    return ref.layer, ref.call
