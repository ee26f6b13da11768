"""Files of registers: exports of lists, photos and documents of records."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request, send_file
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import wrap_file

from gisapp.clock import REAL
from gisapp.errors import InputError
from gisapp.registers import attachments as kept
from gisapp.registers.export import FORMATS, export_list, export_of
from gisapp.registers.queries import described
from gisapp.registers.queries import record as record_of
from gisapp.rights import Right
from gisapp.store import Session
from web import parameters
from web.access import needs, takes_file
from web.context import actor, language, site_app
from web.downloads import record
from web.registers.asking import kind_asked, question

blueprint = Blueprint("register_files", __name__)

SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'none'; frame-ancestors 'none'"
"""What a stored file may do where a browser opens it: nothing."""

FORM_BYTES = 1024 * 1024
"""What a form needs besides its file; the parser counts what it holds of the file against it, and
that can be its whole buffer of 64 KiB."""


@blueprint.post("/registers/<kind_name>/export")
@needs(Right.EXPORT)
def export(kind_name: str) -> Response:
    """A file of exactly what the list of this address shows, all its pages."""
    kind, who = kind_asked(kind_name), actor()
    who.require(Right.EXPORT)
    name = parameters.text(request.form, "format")
    asked = question(kind, request.args)
    store = site_app().store
    # Without a name of its own: nothing is left behind however the request ends.
    with tempfile.TemporaryDirectory(prefix="gisapp-export-") as folder:
        path = Path(folder) / f"export.{name if name in FORMATS else 'none'}"
        with store.session() as session:
            number = export_list(
                session,
                kind.name,
                asked,
                path,
                format_name=name,
                actor=who,
                lang=language(),
            )
        record(export_of(kind.name, asked, format_name=name, number=number, actor=who))
        content: BinaryIO = path.open("rb")  # still readable when its folder is gone
    form = FORMATS[name]
    day = REAL.now().strftime("%Y%m%d")
    response = Response(
        wrap_file(request.environ, content), mimetype=form.mimetype, direct_passthrough=True
    )
    response.call_on_close(content.close)
    response.headers["Content-Disposition"] = _disposition(
        f"{kind.label.in_(language())}_{day}.{form.suffix}", f"{kind.name}_{day}.{form.suffix}"
    )
    return response


@blueprint.get("/api/registers/<kind_name>/attachments/<path:record_id>")
@needs(Right.VIEW)
def listed(kind_name: str, record_id: str) -> Response:
    """Photos and documents of a record."""
    kind = kind_asked(kind_name)
    with site_app().store.session() as session:
        record_of(session, kind.name, record_id)
        found = [_told(one) for one in kept.attachments(session, kind.name, record_id)]
    return jsonify(attachments=found)


@blueprint.post("/api/registers/<kind_name>/attachments/<path:record_id>")
@takes_file(101 * 1024 * 1024)
@needs(Right.EDIT)
def attach(kind_name: str, record_id: str) -> tuple[Response, int]:
    """Add a photo or document: a form with ``file`` and ``caption``."""
    kind, who = kind_asked(kind_name), actor()
    who.require(Right.EDIT)
    most = site_app().settings.attachment_mb * 1024 * 1024
    request.max_content_length = most + FORM_BYTES
    request.max_form_memory_size = FORM_BYTES
    try:
        sent = request.files.get("file")
        caption = parameters.text(request.form, "caption", default="", longest=500)
    except RequestEntityTooLarge as error:
        raise _too_large(most) from error
    if sent is None or not sent.filename:
        raise InputError("attachments.no_file")
    with sent.stream:
        content = kept.examined(sent.stream.read(most + 1), max_bytes=most)
    with site_app().store.session(write=True) as session:
        made = kept.attach(
            session,
            who,
            kind.name,
            record_id,
            content,
            name=sent.filename,
            caption=caption,
            max_bytes=most,
        )
        return jsonify(_told(kept.attachment(session, made))), 201


@blueprint.delete("/api/attachments/<attachment_id>")
@needs(Right.EDIT)
def detach(attachment_id: str) -> Response:
    """Take an attachment away from its record."""
    with site_app().store.session(write=True) as session:
        kept.detach(session, actor(), attachment_id)
    return jsonify(removed=attachment_id)


@blueprint.get("/attachments/<attachment_id>")
@needs(Right.VIEW)
def content(attachment_id: str) -> Response:
    """The file itself: a photo to look at, a document to keep."""
    with site_app().store.session() as session:
        found = _shown(session, attachment_id)
        stored, media_type, name = found.content, found.media_type, found.name
    return _file(stored, media_type, name, shown=media_type.startswith("image/"))


@blueprint.get("/attachments/<attachment_id>/thumbnail")
@needs(Right.VIEW)
def thumbnail(attachment_id: str) -> Response:
    """A photo, small."""
    with site_app().store.session() as session:
        found = _shown(session, attachment_id)
        stored = found.thumbnail
    if stored is None:
        raise InputError("attachments.wrong_type")
    return _file(stored, "image/jpeg", "thumbnail.jpg", shown=True)


def _shown(session: Session, attachment_id: str) -> kept.Attachment:
    """An attachment in use; one that was removed only for those who could have removed it."""
    found = kept.attachment(session, attachment_id)
    if found.retired_at is not None:
        kept.require_may_edit(session, described(found.kind), found.record_id, actor())
    return found


def _file(stored: bytes, media_type: str, name: str, *, shown: bool) -> Response:
    response = send_file(io.BytesIO(stored), mimetype=media_type)
    kind = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = _disposition(name, "file", kind)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"  # a photo of a notice board holds contacts too
    return response


def _disposition(name: str, plain: str, kind: str = "attachment") -> str:
    """A file's name in any script (RFC 6266), and one for clients that read only Latin."""
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _told(one: kept.Attachment) -> dict[str, object]:
    photo = one.media_type.startswith("image/")
    return {
        "id": one.id,
        "name": one.name,
        "caption": one.caption or "",
        "type": one.media_type,
        "size": one.size_bytes,
        "added_at": one.added_at.isoformat(),
        "added_by": one.added_by,
        "url": f"/attachments/{one.id}",
        "thumbnail": f"/attachments/{one.id}/thumbnail" if photo else None,
    }


def _too_large(most: int) -> InputError:
    megabytes = most / 1024**2
    return InputError("attachments.too_large", megabytes=megabytes)
