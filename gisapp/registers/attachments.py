"""Photos and documents of records, kept in the database beside them.

What a file is, its content says, never its name. A photo is decoded and written anew: nothing of
the upload survives but its pixels, neither the place it was taken at nor hidden content.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import CheckConstraint, Index, LargeBinary, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.catalogue import FileAttached, What
from gisapp.events.steps import Step
from gisapp.registers.archives import MOST_ATTACHED_BYTES, BrokenArchiveError, examine
from gisapp.registers.fields import Kind
from gisapp.registers.owning import county_of
from gisapp.registers.queries import described, record
from gisapp.registers.references import Merger, current_id, declare
from gisapp.rights import ANYWHERE, Actor, Right
from gisapp.schema import Base, Label, documented, one_of

MAX_BYTES = 10 * 1024 * 1024
"""Largest file where no other limit is given."""

MAX_FILES = 20
"""Most attachments in use of one record."""

MAX_PIXELS = 60_000_000
"""A photo with more is refused before it is decoded."""

MAX_SIDE = 3000
"""Longest side of a photo that is kept, in pixels: a face or a plate can be read in it."""

THUMBNAIL_SIDE = 400
QUALITY = 85

NAME_LENGTH = 120
CAPTION_LENGTH = 500

PHOTOS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIXES = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", PDF: ".pdf", XLSX: ".xlsx",
    DOCX: ".docx",
}  # fmt: skip


class Attachment(Base):
    """A photo or document of a record; retired, never deleted."""

    __tablename__ = "attachment"
    __table_args__ = (
        one_of("media_type", SUFFIXES),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("size_bytes > 0", name="size_bytes"),
        CheckConstraint("(retired_by IS NULL) = (retired_at IS NULL)", name="retired_by"),
        Index("ix_attachment_record", "kind", "record_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("内部行号", "Row number within the file.")
    )
    id: Mapped[str] = mapped_column(unique=True, info=documented("编号", "Id."))
    kind: Mapped[str] = mapped_column(info=documented("所属类别", "Register of its record."))
    record_id: Mapped[str] = mapped_column(info=documented("所属记录", "Id of its record."))
    name: Mapped[str] = mapped_column(info=documented("文件名", "File name."))
    caption: Mapped[str | None] = mapped_column(info=documented("说明", "What it shows."))
    media_type: Mapped[str] = mapped_column(info=documented("媒体类型", "Media type."))
    size_bytes: Mapped[int] = mapped_column(info=documented("字节数", "Size in bytes."))
    sha256: Mapped[str] = mapped_column(info=documented("内容的 SHA-256", "SHA-256 of it."))
    width: Mapped[int | None] = mapped_column(info=documented("宽，像素", "Width in pixels."))
    height: Mapped[int | None] = mapped_column(info=documented("高，像素", "Height in pixels."))
    added_at: Mapped[datetime] = mapped_column(
        info=documented("添加时刻（UTC）", "Moment it was added, UTC.")
    )
    added_by: Mapped[str] = mapped_column(info=documented("添加者", "Who added it."))
    retired_at: Mapped[datetime | None] = mapped_column(
        info=documented("移除时刻（UTC）", "Moment it was removed, UTC.")
    )
    retired_by: Mapped[str | None] = mapped_column(info=documented("移除者", "Who removed it."))
    content: Mapped[bytes] = mapped_column(
        LargeBinary, deferred=True, info=documented("内容", "The file.")
    )
    thumbnail: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, info=documented("缩略图（JPEG）", "Thumbnail, JPEG.")
    )


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A file as it is to be kept."""

    media_type: str
    content: bytes
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None


def attach(
    session: Session,
    actor: Actor,
    kind_name: str,
    record_id: str,
    content: bytes | Examined,
    *,
    name: str,
    caption: str = "",
    max_bytes: int = MAX_BYTES,
) -> str:
    """Add a photo or document to a record, or to the one it was merged into meanwhile.

    Parameters
    ----------
    session
        A writing session.
    content
        The file as it was sent, or what :func:`examined` made of it.
    name
        What the sender calls it; only for people to read.

    Returns
    -------
    str
        Id of the attachment.

    Raises
    ------
    InputError
        ``attachments.*``: too large, too many, not one of the types, damaged.
    ForbiddenError, UnknownRecordError
    """
    kind = described(kind_name)
    record_id = current_id(session, kind.name, record_id)
    require_may_edit(session, kind, record_id, actor)
    held = (
        select(func.count())
        .select_from(Attachment)
        .where(
            Attachment.kind == kind.name,
            Attachment.record_id == record_id,
            Attachment.retired_at.is_(None),
        )
    )
    if (session.scalar(held) or 0) >= MAX_FILES:
        raise InputError("attachments.too_many", most=MAX_FILES)
    kept = content if isinstance(content, Examined) else examined(content, max_bytes=max_bytes)
    made = Attachment(id=uuid.uuid4().hex, kind=kind.name, record_id=record_id)
    values = {
        "name": _safe_name(name, kept.media_type),
        "caption": caption.strip()[:CAPTION_LENGTH] or None,
        "media_type": kept.media_type,
        "size_bytes": len(kept.content),
        "sha256": hashlib.sha256(kept.content).hexdigest(),
        "width": kept.width,
        "height": kept.height,
        "added_at": now(session),
        "added_by": actor.who,
        "content": kept.content,
        "thumbnail": kept.thumbnail,
    }
    _store(session, actor, made, values, "attach")
    return made.id


def detach(
    session: Session,
    actor: Actor,
    attachment_id: str,
) -> None:
    """Take an attachment away from its record; the file is kept.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    """
    found = attachment(session, attachment_id)
    require_may_edit(session, described(found.kind), found.record_id, actor)
    if found.retired_at is None:
        gone = {"retired_at": now(session), "retired_by": actor.who}
        _store(session, actor, found, gone, "detach")


def attachments(session: Session, kind_name: str, record_id: str) -> list[Attachment]:
    """Attachments in use of a record, the oldest first, without their content."""
    query = (
        select(Attachment)
        .where(
            Attachment.kind == kind_name,
            Attachment.record_id == record_id,
            Attachment.retired_at.is_(None),
        )
        .order_by(Attachment.fid)
    )
    return list(session.scalars(query))


def move_attachments(session: Session, merger: Merger) -> list[str]:
    """Let the attachments of the record that is dropped, removed ones too, be of the one kept."""
    mine = (Attachment.kind == merger.kind, Attachment.record_id == merger.drop_id)
    ids = list(session.scalars(select(Attachment.id).where(*mine).order_by(Attachment.fid)))
    if ids:
        session.execute(
            update(Attachment)
            .where(*mine)
            .values(record_id=merger.keep_id)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
    return ids


declare(Attachment.__tablename__, Label("附件", "Attachments"), move=move_attachments)


def attachment(session: Session, attachment_id: str) -> Attachment:
    """One attachment, removed or not.

    Raises
    ------
    UnknownRecordError
        ``attachments.unknown``.
    """
    found = session.scalars(select(Attachment).where(Attachment.id == attachment_id)).one_or_none()
    if found is None:
        raise UnknownRecordError("attachments.unknown", id=attachment_id)
    return found


def require_may_edit(session: Session, kind: Kind, record_id: str, actor: Actor) -> None:
    """Refuse who may not change a record of this county.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    """
    found = record(session, kind.name, record_id)
    actor.require(Right.EDIT, county=county_of(session, kind, found))


def _store(
    session: Session, actor: Actor, one: Attachment, values: dict[str, Any], what: What
) -> None:
    """Write an attachment, once :func:`require_may_edit` has asked, and tell its record of it."""
    step = Step(
        session,
        one,
        actor=actor,
        right=Right.EDIT,
        county=ANYWHERE,
        kind=one.kind,
        subject_id=one.record_id,
    )
    new = {"name": one.name, "sha256": one.sha256, "caption": one.caption, **values}
    told = {"attachment": f"{new['name']} ({new['sha256'][:12]})"}
    data: FileAttached = {
        "id": one.id, "after": told if what == "attach" else {}, "before": told,
    }  # fmt: skip
    step.store(values, what=what, why=new["caption"], data=data)


def examined(content: bytes, *, max_bytes: int) -> Examined:
    """Tell by its content what a file is, and make it safe to keep.

    A photo takes a second to write anew: do it before a session that others wait for.

    Raises
    ------
    InputError
        ``attachments.*``: too large, not one of the types, damaged.
    """
    if len(content) > max_bytes:
        megabytes = max_bytes / 1024**2
        raise InputError("attachments.too_large", megabytes=megabytes)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    ):
        return _photo(content)
    if content.startswith(b"%PDF-"):
        return Examined(media_type=PDF, content=content)
    if content.startswith(b"PK\x03\x04"):
        return Examined(media_type=_office_type(content), content=content)
    raise InputError("attachments.wrong_type")


def _photo(content: bytes) -> Examined:
    """Decode a photo and write its pixels anew, upright."""
    try:
        with Image.open(io.BytesIO(content), formats=list(PHOTOS)) as opened:
            media_type = PHOTOS[opened.format or ""]
            small_enough = opened.width * opened.height <= MAX_PIXELS
            if small_enough:
                opened.load()
                upright = ImageOps.exif_transpose(opened)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _bomb() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning) as error:
        raise InputError("attachments.broken") from error
    if not small_enough:
        raise _bomb()
    clear = upright.mode in {"RGBA", "LA", "P"} and media_type != "image/jpeg"
    picture = upright.convert("RGBA" if clear else "RGB")
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    written = io.BytesIO()
    kind = next(name for name, one in PHOTOS.items() if one == media_type)
    picture.save(written, kind, **({} if kind == "PNG" else {"quality": QUALITY}))
    small = picture.convert("RGB")
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    thumbnail = io.BytesIO()
    small.save(thumbnail, "JPEG", quality=QUALITY)
    return Examined(
        media_type=media_type,
        content=written.getvalue(),
        thumbnail=thumbnail.getvalue(),
        width=picture.width,
        height=picture.height,
    )


def _office_type(content: bytes) -> str:
    """XLSX or DOCX by the parts it holds; macros and bombs are refused."""
    try:
        held = examine(io.BytesIO(content), most_bytes=MOST_ATTACHED_BYTES)
    except BrokenArchiveError as error:
        raise InputError("attachments.broken") from error
    if held.is_bomb:
        raise _bomb()
    names = held.names
    macros = any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for name in names)
    if "[Content_Types].xml" in names and not macros:
        if "xl/workbook.xml" in names:
            return XLSX
        if "word/document.xml" in names:
            return DOCX
    raise InputError("attachments.wrong_type")


def _bomb() -> InputError:
    return InputError("attachments.bomb")


def _safe_name(name: str, media_type: str) -> str:
    """The last part of a file's name with the ending its content has."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = "".join(one for one in last if one.isprintable() and one not in '<>:"|?*').strip(" .")
    stem = stem.rsplit(".", 1)[0] if "." in stem else stem
    return f"{stem[:NAME_LENGTH] or 'file'}{SUFFIXES[media_type]}"
