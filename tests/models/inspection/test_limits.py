"""Every limit, from both of its sides: what stays at it is read, and one more is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from models.errors import ModelFileError
from models.inspection import archive, check, hdf5, hdf5_text, hdf5_walk, limits, parse, sniff
from models.inspection.archive import Archive
from models.inspection.check import check_blueprint
from models.inspection.hdf5 import Hdf5
from models.inspection.notes import Notes
from models.inspection.parse import parse_model
from models.inspection.strict_json import parse_json
from models.layers.op_slicing import MAX_PARTS
from models.layers.wrapping import MAX_STEPS
from tests.hostile.sound import KERNEL, Packed, hdf5_bytes, write_keras, zip_bytes
from tests.models.inspection.configs import Entry, call, entry, functional, layer, nested, tensor

Make = Callable[[int], Any]


def assert_bounded(most: int, read: Make, *, reason: str = "bomb") -> None:
    read(most)
    with pytest.raises(ModelFileError) as refused:
        read(most + 1)
    assert refused.value.reason == reason, str(refused.value)


def chain(*made: Entry, first: Entry | None = None) -> Entry:
    """Each layer is called on what the one before gave."""
    row = [first or entry()]
    for each in made:
        row.append({**each, "inbound_nodes": [call(tensor(row[-1]["name"]))]})
    return functional(row)


def dense(name: str, units: int = 4, **settings: Any) -> Entry:
    return layer("Dense", name, units=units, **settings)


def layers(count: int) -> Entry:
    return chain(*(dense(f"d{index}") for index in range(count - 1)))


def nested_models(depth: int) -> Entry:
    model = chain(dense("d"))
    for _ in range(depth):
        model = functional([entry(), nested(model, "inner", "z")])
    return model


def calls(count: int) -> Entry:
    """Of one layer, on itself."""
    made = layer("ReLU", "r", "z", *(call(tensor("r", index)) for index in range(count - 1)))
    return functional([entry(), made], outputs=[["r", count - 1, 0]])


def unrolled(count: int) -> Entry:
    """A hundred calls of a model, and one layer more or less."""
    inner = chain(*(dense(f"d{index}") for index in range(count // 100 - 1)))
    rest = [dense(f"e{index}") for index in range(count % 100)]
    names = ["z", *(call(tensor("inner", index)) for index in range(99))]
    made = [entry(), nested(inner, "inner", *names)]
    for each in rest:
        before = tensor("inner", 99) if each is rest[0] else tensor(made[-1]["name"])
        made.append({**each, "inbound_nodes": [call(before)]})
    return functional(made, outputs=None if rest else [["inner", 99, 0]])


def rank(axes: int) -> Entry:
    sizes = [4] + [1] * (axes - 2)
    return chain(layer("Reshape", "shaped", target_shape=sizes))


def steps(count: int) -> Entry:
    wrapped = layer("Dense", "each", units=2)
    return chain(layer("TimeDistributed", "t", layer=wrapped), first=entry("z", count, 1))


def parts(count: int) -> Entry:
    split = layer("Split", "s", module="keras.src.ops.numpy", indices_or_sections=count, axis=1)
    return chain(split, first=entry("z", count))


def ends(count: int) -> Entry:
    return functional([entry(), dense("d")], outputs=[["z", 0, 0]] * count)


def starts(count: int) -> Entry:
    return functional(
        [*(entry(f"z{index}") for index in range(count)), dense("d")],
        inputs=[[f"z{index}", 0, 0] for index in range(count)],
        outputs=[["z0", 0, 0]],
    )


def sums(count: int) -> Entry:
    return functional([entry(), layer("Add", "sum", call([tensor("z")] * count))])


def read_config(config: Entry) -> None:
    check_blueprint(parse_model(config, "3.15.1", Notes()))


@pytest.mark.parametrize(
    ("most", "make", "reason"),
    [
        pytest.param(limits.MAX_LAYERS, layers, "bomb", id="layers"),
        pytest.param(limits.MAX_NESTED_MODELS, nested_models, "bomb", id="nested models"),
        pytest.param(limits.MAX_LAYER_CALLS, calls, "bomb", id="calls"),
        pytest.param(limits.MAX_LAYER_CALLS, unrolled, "bomb", id="unrolled calls"),
        pytest.param(limits.MAX_INTEGER, lambda n: chain(dense("d", n)), "bomb", id="units"),
        pytest.param(limits.MAX_INTEGER, lambda n: chain(first=entry("z", n)), "bomb", id="inputs"),
        pytest.param(limits.MAX_INTEGER, lambda n: chain(layer("RepeatVector", "r", n=n)), "bomb",
                     id="repeats"),
        pytest.param(limits.MAX_EMBEDDING,
                     lambda n: chain(layer("Embedding", "e", input_dim=n, output_dim=2)), "bomb",
                     id="embedding"),
        pytest.param(limits.MAX_STRING_CHARS, lambda n: chain(dense("d" * n)), "corrupt",
                     id="names"),
        pytest.param(limits.MAX_STRING_CHARS,
                     lambda n: chain(dense("d", activation="relu" if n == 256 else "r" * n)),
                     "bomb", id="words"),
        pytest.param(limits.MAX_RANK, rank, "mismatch", id="rank"),
        pytest.param(limits.MAX_RANK, lambda n: chain(first=entry("z", *[1] * (n - 1))), "bomb",
                     id="rank of inputs"),
        pytest.param(limits.MAX_ENDS, ends, "bomb", id="outputs"),
        pytest.param(limits.MAX_ENDS, starts, "bomb", id="inputs of a model"),
        pytest.param(MAX_STEPS, steps, "bomb", id="steps"),
        pytest.param(MAX_PARTS, parts, "bomb", id="parts"),
    ],
)  # fmt: skip
def test_configurations(most: int, make: Make, reason: str) -> None:
    assert_bounded(most, lambda count: read_config(make(count)), reason=reason)


@pytest.mark.parametrize(("module", "make"), [(parse, sums), (check, parts)])
def test_tensors(module: Any, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TENSORS", 50)
    assert_bounded(50, lambda count: read_config(make(count)))


def test_values_of_one_activation() -> None:
    square = layer("Reshape", "square", target_shape=[2, 2, 1])
    wide = [layer("UpSampling2D", name, size=64) for name in ("u0", "u1")]
    read_config(chain(square, *wide))  # 8192 x 8192
    with pytest.raises(ModelFileError, match="values at once"):
        read_config(chain(square, *wide, layer("ZeroPadding2D", "more", padding=[[0, 1], [0, 0]])))


def test_values_of_all_activations(monkeypatch: pytest.MonkeyPatch) -> None:
    model = chain(dense("d", 6))
    monkeypatch.setattr(check, "MAX_ACTIVATIONS_ELEMENTS", 4 + 6)
    read_config(model)
    monkeypatch.setattr(check, "MAX_ACTIVATIONS_ELEMENTS", 4 + 6 - 1)
    with pytest.raises(ModelFileError, match="values for one picture"):
        read_config(model)


def test_weights_of_all_layers() -> None:
    first = entry("z", 2**14)
    read_config(chain(dense("d", 2**14, use_bias=False), first=first))  # 1 GiB of float32
    with pytest.raises(ModelFileError, match="weights") as refused:
        read_config(chain(dense("d", 2**14), first=first))
    assert refused.value.reason == "bomb"


@pytest.mark.parametrize(
    ("most", "write"),
    [
        (limits.MAX_CONFIG_BYTES, lambda n: b"[]" + b" " * (n - 2)),
        (limits.MAX_JSON_DEPTH, lambda n: b"[" * n + b"]" * n),
    ],
    ids=["bytes", "depth"],
)
def test_json(most: int, write: Callable[[int], bytes]) -> None:
    assert_bounded(most, lambda count: parse_json(write(count), "config.json"))


@pytest.mark.parametrize("text", ["", "0."], ids=["whole", "fraction"])
def test_digits(text: str) -> None:
    most = limits.MAX_NUMBER_CHARS - len(text)
    assert_bounded(
        most, lambda count: parse_json((text + "9" * count).encode(), "config"), reason="corrupt"
    )


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "decoder.keras"
    write_keras(path)
    size_bytes = path.stat().st_size
    monkeypatch.setattr(sniff, "MAX_FILE_BYTES", size_bytes)
    assert len(sniff.read_once(path)) == size_bytes
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ModelFileError) as refused:
        sniff.read_once(path)
    assert refused.value.reason == "bomb"


def members(count: int) -> bytes:
    return zip_bytes(Packed(f"assets/{number}", b"") for number in range(count))


@pytest.mark.parametrize(
    ("most", "write", "reason"),
    [
        (limits.MAX_ARCHIVE_MEMBERS, members, "bomb"),
        (limits.MAX_MEMBER_NAME_CHARS, lambda n: zip_bytes([Packed("n" * n, b"")]), "archive"),
    ],
    ids=["members", "names"],
)
def test_archives(most: int, write: Callable[[int], bytes], reason: str) -> None:
    assert_bounded(most, lambda count: Archive(write(count), "decoder.keras"), reason=reason)


def test_the_list_of_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = len(zip_bytes([Packed("name", b"")])) - len("name") - 30 - 22
    monkeypatch.setattr(archive, "MAX_ARCHIVE_DIRECTORY_BYTES", listed)
    assert_bounded(4, lambda count: Archive(zip_bytes([Packed("n" * count, b"")]), "decoder.keras"))


def test_what_an_archive_unpacks_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_WEIGHTS_BYTES", 1000)
    assert_bounded(
        1000, lambda count: Archive(zip_bytes([Packed("n", bytes(count))]), "decoder.keras")
    )


@pytest.mark.parametrize("free", [0, 2**20])
def test_how_much_larger_an_archive_unpacks(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FREE_EXPANSION_BYTES", free)
    # Packed bytes that the list tells of, whether or not they unpack to so many.
    most = max(free, limits.MAX_EXPANSION * 5)
    assert_bounded(
        most,
        lambda count: Archive(
            zip_bytes([Packed("n", bytes(5), size_bytes=count)]), "decoder.keras"
        ),
    )


def read_hdf5(fill: Callable[[h5py.File], object]) -> Hdf5:
    return Hdf5(hdf5_bytes(fill), "decoder.h5")


def groups(count: int) -> Hdf5:
    return read_hdf5(lambda file: [file.create_group(f"{number}") for number in range(count)])


def deep(count: int) -> Hdf5:
    return read_hdf5(lambda file: file.create_group("/".join("g" * count)))


def long_path(count: int) -> Hdf5:
    return read_hdf5(lambda file: file.create_group("g" * 1000 + "/" + "g" * (count - 1001)))


def pieces(count: int) -> Hdf5:
    return read_hdf5(lambda file: file.create_dataset("x", data=np.ones(count), chunks=(1,)))


def declared(count: int) -> Hdf5:
    return read_hdf5(lambda file: file.create_dataset("x", data=np.zeros(count, "u1")))


def listed(count: int) -> Any:
    def fill(file: h5py.File) -> None:
        for number in range(count):
            file.attrs[f"names{number}"] = [b"a"]

    return read_hdf5(fill).texts("", "names")


def names(count: int) -> Any:
    return read_hdf5(
        lambda file: file.attrs.__setitem__("names", [b"n" * (count - 1), b"n"])
    ).texts("", "names")


def texts(count: int) -> Any:
    words = np.array(["n"] * count, h5py.string_dtype())
    return read_hdf5(lambda file: file.attrs.__setitem__("names", words)).texts("", "names")


@pytest.mark.parametrize(
    ("module", "limit", "most", "read"),
    [
        (hdf5_walk, "MAX_HDF5_OBJECTS", 30, groups),
        (hdf5_walk, "MAX_HDF5_DEPTH", limits.MAX_HDF5_DEPTH, deep),
        (hdf5_walk, "MAX_HDF5_PATH_CHARS", limits.MAX_HDF5_PATH_CHARS, long_path),
        (hdf5_walk, "MAX_HDF5_CHUNKS", 30, pieces),
        (hdf5_walk, "MAX_WEIGHTS_BYTES", 3000, declared),
        (hdf5_text, "MAX_HDF5_LIST_PARTS", 30, listed),
        (hdf5_text, "MAX_HDF5_NAMES_BYTES", 3000, names),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hdf5(
    module: Any, limit: str, most: int, read: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, most)
    assert_bounded(most, read)


def test_texts_of_hdf5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hdf5_text, "MAX_HDF5_TEXTS", 50)
    assert len(texts(40)) == 40
    with pytest.raises(ModelFileError) as refused:
        texts(60)
    assert refused.value.reason == "bomb"


def test_pieces_as_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hdf5, "MAX_HDF5_CHUNKS", 30)
    assert_bounded(30, lambda count: pieces(count).read("x"), reason="corrupt")


@pytest.mark.parametrize("free", [0, 4096])
def test_how_much_larger_hdf5_unpacks(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hdf5_walk, "FREE_HDF5_EXPANSION_BYTES", free)
    packed = KERNEL.tobytes()

    def read(count: int) -> Hdf5:
        def fill(file: h5py.File) -> None:
            made = file.create_dataset(
                "x", shape=(count,), dtype="u1", chunks=(count,), compression="gzip"
            )
            made.id.write_direct_chunk((0,), packed)

        return read_hdf5(fill)

    assert_bounded(max(free, limits.MAX_HDF5_EXPANSION * len(packed)), read)


def test_each_limit_of_the_table_is_kept_somewhere() -> None:
    here = Path(limits.__file__)
    root = here.parents[2]
    sources = [path for room in ("models", "explorer") for path in (root / room).rglob("*.py")]
    told = "\n".join(path.read_text("utf-8") for path in sources if path != here)
    names = [name for name in vars(limits) if name.isupper() and name not in ("KIB", "MIB", "GIB")]
    assert names
    assert [name for name in names if name not in told] == []
