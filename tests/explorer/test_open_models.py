from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from explorer.open_models import MAX_OPEN, OpenModel, OpenModels, stamp_of
from models.source import ModelSource


class FakeSession:
    def __init__(self, source: ModelSource) -> None:
        self.subject = self
        self.source = source


def model(path: Path, is_file: bool = True) -> OpenModel:
    path.touch()
    source = ModelSource(model=path)
    nothing: Any = None
    session: Any = FakeSession(source)
    return OpenModel(session, nothing, nothing, is_file, stamp_of(source))


def test_the_one_seen_last_is_shown(tmp_path: Path) -> None:
    models = OpenModels()
    assert models.shown is None
    first, second = model(tmp_path / "a"), model(tmp_path / "b")
    models.put_last(first)
    models.put_last(second)
    models.put_last(first)
    assert list(models) == [second, first]
    assert models.shown is first
    models.forget(first)
    assert models.shown is second


def test_a_changed_file_is_not_found(tmp_path: Path) -> None:
    models = OpenModels()
    opened = model(tmp_path / "a")
    models.put_last(opened)
    assert models.find(ModelSource(model=tmp_path / "a")) is opened
    assert models.find(ModelSource(model=tmp_path / "a", choices={"cut": "code"})) is None
    os.utime(tmp_path / "a", ns=(1, 1))
    assert models.find(opened.source) is None
    (tmp_path / "a").unlink()
    assert models.find(opened.source) is None


def test_a_model_of_another_program_is_never_found(tmp_path: Path) -> None:
    models = OpenModels()
    models.put_last(model(tmp_path / "a", is_file=False))
    assert models.find(ModelSource(model=tmp_path / "a")) is None


def test_what_is_replaced_goes_and_what_was_not_seen_for_longest(tmp_path: Path) -> None:
    models = OpenModels()
    assert not models.superfluous()
    many = [model(tmp_path / str(number)) for number in range(MAX_OPEN + 1)]
    for each in many:
        models.put_last(each)
    assert models.superfluous() == many[:1]
    anew = model(tmp_path / "2")
    models.forget(many[0])
    models.put_last(anew)
    assert models.superfluous() == [many[2]]


def test_a_model_of_another_program_goes_with_its_window(tmp_path: Path) -> None:
    models = OpenModels()
    attached = model(tmp_path / "a", is_file=False)
    models.put_last(attached)
    models.put_last(model(tmp_path / "b"))
    assert models.superfluous() == [attached]
