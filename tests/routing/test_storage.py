"""A network kept in a file comes back the same, or not at all."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np
import pytest

from gisapp.messages import translate
from routing import storage
from routing.build import Street, from_streets
from routing.errors import RoadFileError
from routing.network import RoadNetwork
from routing.storage import load, save


def same(one: RoadNetwork, other: RoadNetwork) -> None:
    """Equal in every attribute, in value and type."""
    for field in fields(RoadNetwork):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype, field.name
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        else:
            assert a == b, field.name


@pytest.fixture
def net():
    return from_streets(
        [
            Street([(111, 36), (111.1, 36)], "primary", "滨河路", maxweight=15, bridge=True),
            Street([(111.1, 36), (111.1, 36.1), (111.2, 36.1)], direction=-1, maxheight=4.2),
            Street([(112, 36), (112.1, 36)], tunnel=True),
        ]
    )


def test_round_trip(net, tmp_path):
    save(net, tmp_path / "roads.npz")
    same(net, load(tmp_path / "roads.npz"))


def test_saving_replaces_and_leaves_nothing_behind(net, tmp_path):
    save(net, tmp_path / "roads.npz")
    save(from_streets([Street([(0, 0), (1, 1)])]), tmp_path / "roads.npz")
    assert load(tmp_path / "roads.npz").street_count == 1
    assert [path.name for path in tmp_path.iterdir()] == ["roads.npz"]


def test_a_failed_save_keeps_the_old_file(net, tmp_path, monkeypatch):
    save(net, tmp_path / "roads.npz")

    def fail(stream, **arrays):
        stream.write(b"half of it")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        save(net, tmp_path / "roads.npz")
    monkeypatch.undo()
    same(net, load(tmp_path / "roads.npz"))
    assert [path.name for path in tmp_path.iterdir()] == ["roads.npz"]


def test_saving_into_no_folder(net, tmp_path):
    with pytest.raises(FileNotFoundError):
        save(net, tmp_path / "none" / "roads.npz")


def complaint(path):
    with pytest.raises(RoadFileError) as caught:
        load(path)
    error = caught.value
    assert str(error) == translate(error.code, "en", **error.params)
    translate(error.code, "zh", **error.params)
    return error.code


def test_a_missing_file(tmp_path):
    assert complaint(tmp_path / "roads.npz") == "routing.file_missing"


def test_an_empty_file(tmp_path):
    (tmp_path / "roads.npz").touch()
    assert complaint(tmp_path / "roads.npz") == "routing.file_empty"


def test_another_kind_of_file(tmp_path):
    (tmp_path / "roads.npz").write_bytes(b"not a network" * 50)
    assert complaint(tmp_path / "roads.npz") == "routing.not_a_network"


def test_other_arrays(tmp_path):
    np.savez(tmp_path / "roads.npz", a=np.arange(3))
    assert complaint(tmp_path / "roads.npz") == "routing.not_a_network"


def test_a_file_of_another_program(net, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_FORMAT", "other road network")
    save(net, tmp_path / "roads.npz")
    monkeypatch.undo()
    assert complaint(tmp_path / "roads.npz") == "routing.not_a_network"


def test_a_truncated_file(net, tmp_path):
    path = tmp_path / "roads.npz"
    save(net, path)
    path.write_bytes(path.read_bytes()[:-2000])
    assert complaint(path) == "routing.not_a_network"


def test_changed_bytes(net, tmp_path):
    path = tmp_path / "roads.npz"
    save(net, path)
    content = bytearray(path.read_bytes())
    at = content.index(net.coordinates.tobytes())
    content[at] ^= 1
    path.write_bytes(content)
    assert complaint(path) == "routing.file_damaged"


def test_a_missing_array(net, tmp_path):
    path = tmp_path / "roads.npz"
    save(net, path)
    with np.load(path) as stored:
        kept = {name: stored[name] for name in stored if name != "u"}
    np.savez(path, **kept)
    assert complaint(path) == "routing.file_damaged"


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_format_that_kept_less(net, tmp_path, monkeypatch, version):
    monkeypatch.setattr(storage, "FORMAT_VERSION", version)
    save(net, tmp_path / "roads.npz")
    monkeypatch.undo()
    assert complaint(tmp_path / "roads.npz") == "routing.older_network"


def test_a_newer_format(net, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "FORMAT_VERSION", storage.FORMAT_VERSION + 1)
    save(net, tmp_path / "roads.npz")
    monkeypatch.undo()
    assert complaint(tmp_path / "roads.npz") == "routing.newer_network"


def test_the_report_is_ready_for_json(net):
    stored = json.loads(json.dumps(net.report.to_dict()))
    assert stored["components"] == [3, 2]
