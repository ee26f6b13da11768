"""Files made for a reader, sent once and kept nowhere."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(content: bytes, name: str) -> Response:
    """A workbook under a name in any script; browsers keep no copy of it."""
    response = send_file(
        BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0
    )
    response.headers["Cache-Control"] = "no-store"
    return response
