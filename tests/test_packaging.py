"""What is installed, and with which versions."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
BUNDLES = ("mnist-dae-16", "mnist-vae-16", "mnist-vae-2")
BUNDLE_FILES = ("card.json", "codes.npz", "decoder.keras", "encoder.keras")
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!+]+)")
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        return tomllib.load(stream)


def constraint_lines() -> list[str]:
    lines = (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pinned_names() -> set[str]:
    return {canonicalize_name(line.split("==")[0]) for line in constraint_lines()}


def needed_names() -> set[str]:
    """Everything that the project and the extras of make lead to, as it is installed here."""
    table = project()["project"]
    extras = [texts for name, texts in table["optional-dependencies"].items() if name != "maps"]
    texts = [table["dependencies"], *extras]
    queue = [Requirement(text) for text in itertools.chain.from_iterable(texts)]
    names: set[str] = set()
    while queue:
        requirement = queue.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in names:
            names.add(name)
            queue += [Requirement(text) for text in metadata.requires(name) or ()]
    return names


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names in a wheel built from a copy, since building writes into the folder it builds."""
    source = tmp_path_factory.mktemp("source")
    out = tmp_path_factory.mktemp("wheel")
    for file in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / file, source)
    for folder in ("explorer", "models", "tests"):
        shutil.copytree(ROOT / folder, source / folder)
    command = [sys.executable, "-c", BUILD, str(out)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_every_package_on_disk_is_named() -> None:
    on_disk = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for top in ("explorer", "models")
        for file in (ROOT / top).rglob("__init__.py")
    }
    assert set(project()["tool"]["setuptools"]["packages"]) == on_disk


def test_a_wheel_holds_every_module_and_the_bundles(wheel_names: list[str]) -> None:
    modules = {
        file.relative_to(ROOT).as_posix()
        for top in ("explorer", "models")
        for file in (ROOT / top).rglob("*.py")
    }
    bundles = {f"models/pretrained/{bundle}/{name}" for bundle in BUNDLES for name in BUNDLE_FILES}
    assert modules | bundles <= set(wheel_names)


def test_a_wheel_holds_nothing_else_that_python_could_import(wheel_names: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names if ".dist-info/" not in name}
    assert tops == {"explorer", "models"}


@pytest.mark.parametrize("line", constraint_lines())
def test_a_constraint_is_a_name_and_an_exact_version(line: str) -> None:
    assert PIN.fullmatch(line)


def test_every_package_that_is_needed_is_pinned() -> None:
    assert needed_names() - pinned_names() == set()


def test_the_command_starts_the_command_line() -> None:
    (script,) = metadata.distribution("latent-explorer").entry_points.select(
        group="console_scripts"
    )
    assert (script.name, script.value) == ("latent-explorer", "explorer.cli:main")


def test_the_licence_is_the_whole_of_the_gpl() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert project()["project"]["license"] == "GPL-3.0-or-later"
    assert "Version 3, 29 June 2007" in text
    assert "END OF TERMS AND CONDITIONS" in text
