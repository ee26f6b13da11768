"""Files between their upload and the decision to import them, in a folder of the site."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from werkzeug.datastructures import FileStorage

from gisapp.errors import InputError, UnknownRecordError
from gisapp.importing.tables import KNOWN_SUFFIXES, SHEET_SUFFIXES, TEXT_SUFFIXES, decode_text
from gisapp.importing.vector import SQLITE
from gisapp.importing.waiting import FOLDER, remove_old

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")
_ZIP = b"PK\x03\x04"
_HEAD_BYTES = 64 * 1024
NO_STAGE: Final[Mapping[str, object]] = {"stage": "", "done": 0, "total": 0}


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An uploaded file and what its sender said of it.

    Attributes
    ----------
    token
        Names its folder; nobody can guess it.
    login
        Of the sender: to all others it does not exist.
    name
        As the sender's machine called it; never used as a path.
    """

    token: str
    login: str
    name: str
    suffix: str
    kind: str
    crs: str
    layer: str
    strict: bool
    trust_crs: bool

    def path(self, site: Path) -> Path:
        """Where the file lies."""
        return site / FOLDER / self.token / f"file{self.suffix}"

    def faults_path(self, site: Path) -> Path:
        """Where the workbook of its faults lies."""
        return site / FOLDER / self.token / "faults.xlsx"


def keep(site: Path, file: FileStorage, *, login: str, **said: object) -> Upload:
    """Save an upload in a folder of its own, its content checked against its name.

    Raises
    ------
    InputError
        ``import.no_upload``, ``import.wrong_content``.
    """
    remove_old(site)
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2].strip()
    suffix = Path(name).suffix.lower()
    if not name:
        raise InputError("import.no_upload")
    if suffix not in KNOWN_SUFFIXES - {".shp", ".xlsm"}:
        known = ", ".join(sorted(KNOWN_SUFFIXES - {".shp", ".xlsm"}))
        raise InputError("import.unknown_format", path=name, known=known)
    token = secrets.token_urlsafe(24)
    upload = Upload(token=token, login=login, name=name[:200], suffix=suffix, **said)  # type: ignore[arg-type]
    folder = site / FOLDER / token
    folder.mkdir(parents=True, mode=0o700)
    try:
        path = upload.path(site)
        with file.stream:
            file.save(path)
        _check_content(path, suffix, name)
        (folder / "said.json").write_text(json.dumps(asdict(upload)), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return upload


def find(site: Path, token: str, *, login: str) -> Upload:
    """Return the upload called `token`, if it is the asker's.

    Raises
    ------
    UnknownRecordError
        ``import.no_such_upload``.
    """
    said = site / FOLDER / token / "said.json"
    if _TOKEN.fullmatch(token) and said.is_file():
        upload = Upload(**json.loads(said.read_text(encoding="utf-8")))
        if upload.login == login:
            return upload
    raise UnknownRecordError("import.no_such_upload")


def tell(site: Path, upload: Upload, stage: str, done: int, total: int) -> None:
    """Note how far an import has come, for whichever process is asked."""
    told = upload.path(site).with_name("progress.json")
    unfinished = told.with_suffix(".unfinished")
    unfinished.write_text(
        json.dumps({"stage": stage, "done": done, "total": total}), encoding="utf-8"
    )
    unfinished.replace(told)


def told(site: Path, upload: Upload) -> dict[str, object]:
    """How far an import has come, as :func:`tell` noted it."""
    try:
        found: dict[str, object] = json.loads(
            upload.path(site).with_name("progress.json").read_text(encoding="utf-8")
        )
    except FileNotFoundError:
        return dict(NO_STAGE)
    return found


def discard(site: Path, upload: Upload) -> None:
    """Remove a file and all that was made of it."""
    shutil.rmtree(site / FOLDER / upload.token, ignore_errors=True)


def _check_content(path: Path, suffix: str, name: str) -> None:
    """Refuse a file whose first bytes are not of the format its name claims."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if suffix in SHEET_SUFFIXES | {".zip"}:
        fits = head.startswith(_ZIP)
    elif suffix == ".gpkg":
        fits = head.startswith(SQLITE)
    elif suffix in TEXT_SUFFIXES:
        # A character may be cut in two at the end of what was read.
        fits = any(decode_text(head[: len(head) - cut]) for cut in range(4))
    else:
        fits = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}
    if not fits:
        raise InputError("import.wrong_content", name=name, suffix=suffix)
