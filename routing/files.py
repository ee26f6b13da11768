"""Look at a file before a reader does, so that the user hears what is wrong in plain words."""

from __future__ import annotations

import os
from pathlib import Path

from routing.errors import RoadFileError


def checked_file(path: str | os.PathLike[str]) -> Path:
    """Return `path` if it is a readable file with something in it.

    Raises
    ------
    RoadFileError
        ``routing.file_missing``, ``routing.file_is_folder``, ``routing.file_unreadable`` or
        ``routing.file_empty``.
    """
    file = Path(path)
    shown = str(file)
    if file.is_dir():
        raise RoadFileError(
            "routing.file_is_folder",
            f"{shown} is a folder: name the road file inside it.",
            path=shown,
        )
    if not file.exists():
        raise RoadFileError(
            "routing.file_missing",
            f"There is no file {shown}: check the path.",
            path=shown,
        )
    if not os.access(file, os.R_OK):
        raise RoadFileError(
            "routing.file_unreadable",
            f"{shown} may not be read by this user: change its permissions.",
            path=shown,
        )
    if file.stat().st_size == 0:
        raise RoadFileError(
            "routing.file_empty",
            f"{shown} is empty: download or export it again.",
            path=shown,
        )
    return file


def damaged(path: Path, detail: object) -> RoadFileError:
    """Make the error for a file that begins well and cannot be read to its end."""
    return RoadFileError(
        "routing.file_damaged",
        f"{path} is damaged or incomplete ({detail}): download or export it again.",
        path=str(path),
        detail=str(detail),
    )
