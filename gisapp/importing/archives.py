"""Opening zip archives that others sent: XLSX workbooks and zipped Shapefiles."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from gisapp.importing.outcome import ImportingError

MOST_BYTES = 1 << 30
"""Unpacked size refused beyond: 200,000 rows of 30 columns unpack to about 250 MB."""
MOST_MEMBERS = 2_000
MOST_RATIO = 150
"""Sheets of plain repetitive numbers pack to about a fortieth, bombs to a thousandth."""
_SMALL_BYTES = 1 << 20  # below this any ratio is harmless


def check_archive(path: Path) -> None:
    """Refuse an archive that would unpack to something monstrous, before unpacking any of it.

    Raises
    ------
    ImportingError
        ``import.bad_archive``, ``import.archive_too_large``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise ImportingError("import.bad_archive", path=path.name, detail=str(error)) from error
    if any(member.flag_bits & 0x1 for member in members):
        raise ImportingError("import.bad_archive", path=path.name, detail="encrypted")
    total = sum(member.file_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or total > MOST_BYTES
        or any(_is_bomb(member) for member in members)
    ):
        raise ImportingError(
            "import.archive_too_large",
            path=path.name,
            megabytes=total / 1e6,
            most=MOST_BYTES / 1e6,
        )


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _SMALL_BYTES and member.file_size > MOST_RATIO * max(
        member.compress_size, 1
    )


def unpack_flat(path: Path, folder: Path, suffixes: set[str]) -> list[Path]:
    """Unpack the members with these suffixes into `folder`, whatever folders they name.

    Only the last part of a member's name is used, so that none can leave `folder`.

    Raises
    ------
    ImportingError
        As :func:`check_archive`; the archive is damaged or two members have one name.
    """
    check_archive(path)
    written: list[Path] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = PurePosixPath(member.filename.replace("\\", "/")).name
                if member.is_dir() or PurePosixPath(name).suffix.lower() not in suffixes:
                    continue
                if name.startswith("._"):  # what macOS adds beside every file
                    continue
                target = folder / name
                if target.exists():
                    raise ImportingError("import.bad_archive", path=path.name, detail=name)
                # zipfile reads no more than the size that was checked above.
                target.write_bytes(archive.read(member))
                written.append(target)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ImportingError("import.bad_archive", path=path.name, detail=str(error)) from error
    return written
