"""A network's hierarchy, made once for its shape and kept beside it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from routing.compiling import compiled
from routing.hierarchy.contraction import Shape, contract
from routing.hierarchy.order import dissection_ranks
from routing.network import Int64, RoadNetwork

#: Raised by one whenever another program could misread the folder.
FORMAT_VERSION = 1

HOUR_S = 3600.0


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """What :func:`hierarchy_of` makes of a network's shape.

    It serves every network of the same nodes and edges, whatever their speeds and limits.

    Attributes
    ----------
    shape
        Nodes by rank and the arcs between them.
    digest
        Of the network's nodes and edges.
    """

    shape: Shape
    digest: str

    @cached_property
    def climb_arcs(self) -> float:
        """How many arcs a search upwards looks at, on average over all nodes."""
        return float(_climbs(self.shape).mean()) if len(self.shape.parent) else 0.0

    @cached_property
    def triangles(self) -> Int64:
        """(N,) ways over each lower node that meet at a node, by rank: the work of settling it."""
        return _triangles(self.shape)

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write beneath a folder, one ``.npy`` file an array, whole or not at all.

        The files lie in a folder named after the network's shape and the format's version, so that
        who reads an older one goes on reading it; older ones are removed.

        Raises
        ------
        OSError
            The folder may not be written to, or the disk is full.
        """
        place = Path(folder)
        place.mkdir(exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".", dir=place))
        try:
            for name, array in self.shape._asdict().items():
                with (scratch / f"{name}.npy").open("wb") as stream:
                    np.save(stream, array)
                    stream.flush()
                    os.fsync(stream.fileno())
            sizes = {name: len(array) for name, array in self.shape._asdict().items()}
            (scratch / "sizes.json").write_text(json.dumps(sizes))
            scratch.chmod(0o755)
            target = place / _name_of(self.digest)
            shutil.rmtree(target, ignore_errors=True)
            scratch.rename(target)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        for older in place.iterdir():
            with contextlib.suppress(OSError):
                # What is being written this moment is another's; after an hour nobody's.
                age_s = time.time() - older.stat().st_mtime
                if older != target and (age_s > HOUR_S or not older.name.startswith(".")):
                    shutil.rmtree(older)


def hierarchy_of(network: RoadNetwork) -> Hierarchy:
    """Make the hierarchy of a network: some seconds for a million junctions.

    Raises
    ------
    RoutingError
        ``routing.no_metis``.
    """
    tail, head = (np.array(ends, dtype=np.int32) for ends in (network.u, network.v))
    shape = contract(dissection_ranks(network.node_count, tail, head), tail, head)
    return Hierarchy(shape, digest_of(network))


def load_hierarchy(folder: str | os.PathLike[str], network: RoadNetwork) -> Hierarchy | None:
    """Read what :meth:`Hierarchy.save` wrote, mapped into memory that processes share.

    Returns
    -------
    Hierarchy or None
        None where there is none for a network of these nodes and edges, or it was written by
        another version, or is damaged: it is made anew then.
    """
    digest = digest_of(network)
    place = Path(folder) / _name_of(digest)
    try:
        sizes = json.loads((place / "sizes.json").read_text())
        # Copy on write, and never written: the compiler takes it for an array of our own, and
        # its pages are those of every process that reads the file.
        arrays = {
            name: np.asarray(np.load(place / f"{name}.npy", mmap_mode="c"))
            for name in Shape._fields
        }
    except (OSError, ValueError):
        return None
    if any(len(array) != sizes.get(name) for name, array in arrays.items()):
        return None
    return Hierarchy(Shape(**arrays), digest)


def digest_of(network: RoadNetwork) -> str:
    """SHA-256 of a network's nodes and edges."""
    digest = hashlib.sha256(str(network.node_count).encode())
    for ends in (network.u, network.v):
        digest.update(np.ascontiguousarray(ends, dtype=np.int32).tobytes())
    return digest.hexdigest()


def _name_of(digest: str) -> str:
    return f"{digest[:16]}.{FORMAT_VERSION}"


@compiled
def _climbs(shape: Shape) -> Int64:
    """Arcs above each node; a parent has the higher rank, and is done before its children."""
    arcs = np.zeros(len(shape.parent), np.int64)
    for x in range(len(arcs) - 1, -1, -1):
        arcs[x] = shape.up_offset[x + 1] - shape.up_offset[x]
        if shape.parent[x] >= 0:
            arcs[x] += arcs[shape.parent[x]]
    return arcs


@compiled
def _triangles(shape: Shape) -> Int64:
    ways = np.zeros(len(shape.parent), np.int64)
    for x in range(len(ways)):
        for row in range(shape.down_offset[x], shape.down_offset[x + 1]):
            last = shape.up_offset[shape.down_tail[row] + 1]
            ways[x] += last - shape.down_arc[row] - 1
    return ways
