"""Files made for a reader: told in the audit, sent once and kept nowhere."""

from __future__ import annotations

from io import BytesIO

from flask import Response, request, send_file

from gisapp.accounts.exports import Export, record_before_sending
from gisapp.registers.attachments import XLSX
from web.context import actor, site_app


def record(export: Export) -> None:
    """Tell in the audit what the reader is about to be sent; who asks for headers gets nothing.

    Raises
    ------
    NotRecordedError
        ``export.not_recorded``.
    """
    if request.method != "HEAD":
        record_before_sending(site_app().store, export, who=actor().who)


def workbook(content: bytes, name: str) -> Response:
    """A workbook under a name in any script; browsers keep no copy of it."""
    return file(content, name, mimetype=XLSX)


def file(content: bytes, name: str, *, mimetype: str) -> Response:
    """A file under a name in any script; browsers keep no copy of it."""
    response = send_file(
        BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name, max_age=0
    )
    response.headers["Cache-Control"] = "no-store"
    return response
