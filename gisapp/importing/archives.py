"""Opening zip archives that others sent: XLSX workbooks and zipped Shapefiles."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from gisapp.importing.outcome import ImportingError
from gisapp.registers.archives import DAMAGED, MOST_BYTES, BrokenArchiveError, examine


def check_archive(path: Path) -> None:
    """Refuse an archive that would unpack to something monstrous, before unpacking any of it.

    Raises
    ------
    ImportingError
        ``import.bad_archive``, ``import.archive_too_large``.
    """
    try:
        contents = examine(path)
    except BrokenArchiveError as error:
        raise ImportingError("import.bad_archive", path=path.name, detail=str(error)) from error
    if contents.is_bomb:
        raise ImportingError(
            "import.archive_too_large",
            path=path.name,
            megabytes=contents.unpacked_bytes / 1e6,
            most=MOST_BYTES / 1e6,
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
    except DAMAGED as error:
        raise ImportingError("import.bad_archive", path=path.name, detail=str(error)) from error
    return written
