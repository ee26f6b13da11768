"""Archives that others send: one set of limits, whoever opens them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from gisapp.errors import InputError
from gisapp.importing.archives import check_archive
from gisapp.importing.outcome import ImportingError
from gisapp.registers.archives import MOST_MEMBERS
from gisapp.registers.attachments import examined as examine_attachment

SHEET = {"[Content_Types].xml": b"", "xl/workbook.xml": b""}


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**SHEET, **parts}.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(("content", "is_bomb"), [
    (packed(a=b"0" * 20_000_000), True),
    (packed(**{f"m{number}": b"" for number in range(MOST_MEMBERS)}), True),
    (packed(a=b"0" * 900_000), False),
])  # fmt: skip
def test_imports_and_attachments_refuse_the_same(
    tmp_path: Path, content: bytes, *, is_bomb: bool
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    if not is_bomb:
        check_archive(path)
        assert examine_attachment(content, max_bytes=1 << 24).content == content
        return
    with pytest.raises(ImportingError, match="unpacks to"):
        check_archive(path)
    with pytest.raises(InputError, match="unfolds"):
        examine_attachment(content, max_bytes=1 << 24)
