"""Photos and documents: judged by content, made safe, never deleted."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from PIL import Image
from sqlalchemy import select

from gisapp.errors import InputError
from gisapp.registers import attachments as kept
from gisapp.registers.history import history
from gisapp.rights import ForbiddenError, Role
from gisapp.store import Store
from tests.registers.test_editing import ADMIN, an_actor, made

TYPES = "[Content_Types].xml"


def photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480)) -> bytes:
    picture = Image.new("RGB", size, "#3366aa")
    written = io.BytesIO()
    options = {}
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x010F] = "SECRET-CAMERA"
        exif[0x0112] = 6  # lies on its side
        options = {"exif": exif}
    picture.save(written, kind, **options)
    return written.getvalue()


def workbook() -> bytes:
    written = io.BytesIO()
    openpyxl.Workbook().save(written)
    return written.getvalue()


def archive(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made_archive:
        for name, content in parts.items():
            made_archive.writestr(name, content)
    return written.getvalue()


def attached(store: Store, content: bytes, name: str = "a.jpg") -> kept.Attachment:
    with store.session(write=True) as session:
        one = kept.attach(session, ADMIN, "team", "T1", content, name=name, caption="正门")
    with store.session() as session:
        query = select(kept.Attachment).where(kept.Attachment.id == one)
        found = session.scalars(query).one()
        assert found.content
        assert found.thumbnail is None or found.thumbnail.startswith(b"\xff\xd8")
        return found


def test_a_photo_loses_everything_but_its_pixels(store: Store) -> None:
    made(store)
    sent = photo() + b"<script>alert(1)</script>"
    assert b"SECRET-CAMERA" in sent
    found = attached(store, sent, "../../etc/门口.php")
    assert b"SECRET-CAMERA" not in found.content
    assert b"<script>" not in found.content
    assert (found.media_type, found.name) == ("image/jpeg", "门口.jpg")
    assert (found.width, found.height) == (480, 640)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (photo("PNG"), "image/png"),
        (photo("WEBP"), "image/webp"),
        (b"%PDF-1.7\n%%EOF", "application/pdf"),
        (workbook(), kept.XLSX),
        (archive(**{TYPES: b"", "word/document.xml": b"<w/>"}), kept.DOCX),
    ],
)
def test_a_file_is_what_its_content_says(store: Store, content: bytes, media_type: str) -> None:
    made(store)
    assert attached(store, content, "innocent.txt").media_type == media_type


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><script>alert(1)</script>", "attachments.wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "attachments.wrong_type"),
        (b"GIF89a" + b"0" * 100, "attachments.wrong_type"),
        (b"", "attachments.wrong_type"),
        (photo()[:300], "attachments.broken"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "attachments.broken"),
        (archive(a=b"text"), "attachments.wrong_type"),
        (
            archive(**{TYPES: b"", "xl/workbook.xml": b"", "xl/vbaProject.bin": b"1"}),
            "attachments.wrong_type",
        ),
        (
            archive(**{TYPES: b"", "xl/workbook.xml": b"0" * 20_000_000}),
            "attachments.bomb",
        ),
        (b"PK\x03\x04" + b"0" * 100, "attachments.broken"),
    ],
)  # fmt: skip
def test_what_is_refused(store: Store, content: bytes, code: str) -> None:
    made(store)
    with pytest.raises(InputError) as caught:
        attached(store, content)
    assert caught.value.code == code


def test_a_picture_of_too_many_pixels_is_never_decoded(store: Store) -> None:
    made(store)
    bomb = io.BytesIO()
    Image.new("1", (12_000, 6_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(InputError) as caught:
        attached(store, bomb.getvalue())
    assert caught.value.code == "attachments.bomb"


def test_size_and_number_are_limited(store: Store) -> None:
    made(store)
    with pytest.raises(InputError) as caught, store.session(write=True) as session:
        kept.attach(session, ADMIN, "team", "T1", photo(), name="a", max_bytes=100)
    assert caught.value.code == "attachments.too_large"
    for _ in range(kept.MAX_FILES):
        attached(store, b"%PDF-1.4")
    with pytest.raises(InputError) as caught:
        attached(store, b"%PDF-1.4")
    assert caught.value.code == "attachments.too_many"


def test_removed_is_kept_and_the_history_tells(store: Store) -> None:
    made(store)
    one = attached(store, photo())
    with store.session(write=True) as session:
        kept.detach(session, ADMIN, one.id)
    with store.session() as session:
        assert kept.attachments(session, "team", "T1") == []
        assert kept.attachment(session, one.id).content == one.content
        told = [entry.what for entry in history(session, "team", "T1", actor=ADMIN)]
    assert told == ["detach", "attach", "insert"]


def test_another_county_cannot_attach(store: Store) -> None:
    made(store)
    other = an_actor(Role.COUNTY_EDITOR, "990002")
    with pytest.raises(ForbiddenError), store.session(write=True) as session:
        kept.attach(session, other, "team", "T1", photo(), name="a")


def test_files_of_another_register_under_the_same_id_are_not_shown(store: Store) -> None:
    made(store)
    made(store, "hospital", {"id": "T1", "name": "医院", "x": 100.5, "y": 30.25})
    with store.session(write=True) as session:
        own = kept.attach(session, ADMIN, "hospital", "T1", photo(), name="h.jpg", caption="")
    attached(store, photo())
    with store.session() as session:
        assert [one.id for one in kept.attachments(session, "hospital", "T1")] == [own]
        assert len(kept.attachments(session, "team", "T1")) == 1


def test_a_file_is_as_large_as_it_may_be(store: Store) -> None:
    made(store)
    with pytest.raises(InputError) as refused, store.session(write=True) as session:
        kept.attach(session, ADMIN, "team", "T1", b"%PDF-" + bytes(5 * 1024**2), name="a.pdf",
                    caption="", max_bytes=5 * 1024**2)  # fmt: skip
    assert refused.value.code == "attachments.too_large"
    assert refused.value.params["megabytes"] == 5
