"""Keep a road network in a file."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np

from routing.errors import RoadFileError
from routing.files import checked_file, damaged
from routing.network import RoadNetwork
from routing.report import ImportReport

#: Raised by one whenever an older program could misread a newer file.
FORMAT_VERSION = 3

_FORMAT = "gisapp road network"
_TEXTS = ("highway_classes", "names", "doubts", "ban_exceptions")
_ARRAYS = tuple(
    field.name for field in fields(RoadNetwork) if field.name not in {*_TEXTS, "report"}
)


def save(network: RoadNetwork, path: str | os.PathLike[str]) -> None:
    """Write `network` to `path`, whole or not at all.

    The file is an uncompressed ``.npz``: one array per attribute of
    :class:`~routing.network.RoadNetwork` and ``meta``, a JSON text with the format version,
    the class and street names and the report. It replaces an older file in one step, so that
    a reader never meets half of it.

    Raises
    ------
    OSError
        The folder does not exist or may not be written to, or the disk is full.
    """
    file = Path(path)
    meta = {
        "format": _FORMAT,
        "version": FORMAT_VERSION,
        **{name: getattr(network, name) for name in _TEXTS},
        "report": network.report.to_dict(),
    }
    text = np.frombuffer(json.dumps(meta, ensure_ascii=False).encode(), dtype=np.uint8)
    arrays = {name: getattr(network, name) for name in _ARRAYS}
    handle, scratch = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, meta=text, **arrays)
            stream.flush()
            os.fsync(stream.fileno())
        Path(scratch).chmod(0o644)
        Path(scratch).replace(file)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def load(path: str | os.PathLike[str]) -> RoadNetwork:
    """Read a network written by :func:`save`.

    Raises
    ------
    RoadFileError
        The file is missing, a folder, unreadable or empty, no network of ours
        (``routing.not_a_network``), written by a newer version (``routing.newer_network``),
        by an older one that kept less (``routing.older_network``), or damaged
        (``routing.file_damaged``).
    """
    file = checked_file(path)
    if not zipfile.is_zipfile(file):
        raise _not_a_network(file)
    try:
        with np.load(file, allow_pickle=False) as stored:
            if "meta" not in stored:
                raise _not_a_network(file)
            meta = json.loads(stored["meta"].tobytes())
            if meta["format"] != _FORMAT:
                raise _not_a_network(file)
            if meta["version"] > FORMAT_VERSION:
                raise _newer(file, meta["version"])
            if meta["version"] < FORMAT_VERSION:
                raise _older(file, meta["version"])
            arrays = {name: stored[name] for name in _ARRAYS}
        report = meta["report"] | {"components": tuple(meta["report"]["components"])}
        return RoadNetwork(
            **arrays,
            highway_classes=tuple(meta["highway_classes"]),
            names=tuple(meta["names"]),
            doubts=tuple(meta["doubts"]),
            ban_exceptions=tuple(meta["ban_exceptions"]),
            report=ImportReport(**report),
        )
    except RoadFileError:
        raise
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise damaged(file, error) from error


def _not_a_network(file: Path) -> RoadFileError:
    return RoadFileError(
        "routing.not_a_network",
        f"{file} is not a stored road network: import the roads again.",
        path=str(file),
    )


def _newer(file: Path, version: int) -> RoadFileError:
    return RoadFileError(
        "routing.newer_network",
        f"{file} was written by a newer version (format {version}, this one reads "
        f"{FORMAT_VERSION}): update the program or import the roads again.",
        path=str(file),
        version=version,
        supported=FORMAT_VERSION,
    )


def _older(file: Path, version: int) -> RoadFileError:
    return RoadFileError(
        "routing.older_network",
        f"{file} was written by an older version (format {version}) that did not keep turn "
        "restrictions: import the roads again.",
        path=str(file),
        version=version,
    )
