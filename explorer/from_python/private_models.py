"""Our ``models`` package under a name of its own, in a process that is not ours.

A script may have a ``models.py`` or a package ``models`` itself, and may import
it before or after ours. So ours is ``explorer._models`` there: an importer reads
its sources, and those of :mod:`explorer.from_python`, with every import of
``models`` renamed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

PUBLIC: Final = "models"
PRIVATE: Final = "explorer._models"
HERE: Final = "explorer.from_python"
ROOT: Final = Path(__file__).resolve().parents[2]


def install() -> None:
    """Have modules of :data:`PRIVATE` and :data:`HERE` imported with ``models`` renamed."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        for name, folder in ((PRIVATE, ROOT / "models"), (HERE, ROOT / "explorer/from_python")):
            if fullname == name or fullname.startswith(f"{name}."):
                return _find(fullname, folder.joinpath(*fullname[len(name) :].split(".")))
        return None


def _find(fullname: str, place: Path) -> ModuleSpec | None:
    for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if file.is_file():
            return spec_from_file_location(fullname, file, loader=_Loader(fullname, str(file)))
    return None


class _Loader(SourceFileLoader):
    """Compiles anew each time: what is cached on disk belongs to the public name."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        tree = _Renaming().visit(ast.parse(self.get_data(path), path))
        return compile(tree, path, "exec", dont_inherit=True)


class _Renaming(ast.NodeTransformer):
    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if node.level == 0 and node.module is not None:
            node.module = _renamed(node.module)
        return node

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            renamed = _renamed(alias.name)
            if renamed != alias.name and alias.asname is None:
                raise ImportError(f"line {node.lineno}: write `from {PUBLIC} import …` here")
            alias.name = renamed
        return node


def _renamed(module: str) -> str:
    is_ours = module == PUBLIC or module.startswith(f"{PUBLIC}.")
    return PRIVATE + module[len(PUBLIC) :] if is_ours else module
