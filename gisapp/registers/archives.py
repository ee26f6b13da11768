"""Zip archives that others send: how far they may unpack, asked before anything is unpacked."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MOST_BYTES = 1 << 30
"""Unpacked size of an import: 200,000 rows of 30 columns unpack to about 250 MB."""

MOST_ATTACHED_BYTES = 200 << 20
"""Unpacked size of an attached document, which people open."""

MOST_MEMBERS = 2_000

MOST_RATIO = 150
"""Sheets of plain repetitive numbers pack to about a fortieth, bombs to a thousandth."""

_SMALL_BYTES = 1 << 20  # below this any ratio is harmless


DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What reading an archive fails with that is damaged, encrypted or packed in an unknown way."""


class BrokenArchiveError(ValueError):
    """What is said to be an archive is none, is damaged or is encrypted."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What an archive says that it holds.

    Attributes
    ----------
    is_bomb
        Whether it would unpack to something monstrous, or is packed as only bombs are.
    """

    names: frozenset[str]
    unpacked_bytes: int
    is_bomb: bool


def examine(file: Path | IO[bytes], *, most_bytes: int = MOST_BYTES) -> Contents:
    """Read the list of contents of an archive and hold it to the limits.

    Parameters
    ----------
    most_bytes
        Unpacked size that is still taken.

    Raises
    ------
    BrokenArchiveError
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (*DAMAGED, OSError, ValueError) as error:
        raise BrokenArchiveError(str(error)) from error
    if any(member.flag_bits & 0x1 for member in members):
        raise BrokenArchiveError("encrypted")
    total = sum(member.file_size for member in members)
    return Contents(
        names=frozenset(member.filename for member in members),
        unpacked_bytes=total,
        is_bomb=(len(members) > MOST_MEMBERS or total > most_bytes or any(map(_is_tight, members))),
    )


def _is_tight(member: zipfile.ZipInfo) -> bool:
    least = max(member.compress_size, 1)
    return member.file_size > _SMALL_BYTES and member.file_size > MOST_RATIO * least
