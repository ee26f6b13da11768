"""Zip archives that are damaged in the middle."""

from __future__ import annotations

import zipfile
from pathlib import Path


def jam(path: Path, member: str) -> None:
    """Damage a packed member so that it does not inflate; the list of contents stays right."""
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(member).header_offset
    packed = bytearray(path.read_bytes())
    name_and_extra = (packed[start + 26 : start + 28], packed[start + 28 : start + 30])
    begins = start + 30 + sum(int.from_bytes(one, "little") for one in name_and_extra)
    packed[begins] = 0x07  # a last block of the type that deflate reserves
    path.write_bytes(packed)
