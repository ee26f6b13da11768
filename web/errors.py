"""Errors: which status each has, and the one shape a reader gets."""

from __future__ import annotations

import logging

from flask import (
    Flask,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from gisapp.accounts.register import AccountError
from gisapp.accounts.signin import SignInError, TooManyFailuresError
from gisapp.errors import (
    GisAppError,
    InputError,
    OutOfDateError,
    SiteError,
    StoreError,
    UnknownRecordError,
    ValueRefusedError,
)
from gisapp.importing import ImportingError
from gisapp.incidents.closures import LargeClosureError
from gisapp.messages import catalogue, sentence, translate
from gisapp.rights import ForbiddenError
from layers import LayerError, UnknownLayerError
from routing.errors import NotOnNetworkError, QueryError, RoutingError
from web import identity
from web.assets import assets_url
from web.context import SignInRequiredError, language, theme
from web.heavy import BusyError

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[Exception], int], ...] = (
    (UnknownRecordError, 404),
    (UnknownLayerError, 404),
    (SignInRequiredError, 401),
    (SignInError, 401),
    (TooManyFailuresError, 429),
    (ForbiddenError, 403),
    (identity.CsrfError, 403),
    (identity.MustChangeError, 403),
    (AccountError, 409),
    (OutOfDateError, 409),
    (LargeClosureError, 409),
    (InputError, 400),
    (ImportingError, 400),
    (QueryError, 400),
    (NotOnNetworkError, 422),
    (ValueRefusedError, 400),
    (StoreError, 503),
    (SiteError, 503),
    (BusyError, 503),
    (GisAppError, 500),
    (RoutingError, 500),
    (LayerError, 500),
)
"""The first row that an error is an instance of gives its status."""

FOR_PROGRAMS = ("/api/", "/ogc", "/feeds/")
"""Addresses below which every answer is for a program."""

CHALLENGE_HEADERS = ("Allow", "Retry-After")


def status_of(error: Exception) -> int:
    """HTTP status of `error`."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def register(flask: Flask) -> None:
    """Answer every error of `flask` in the reader's language."""
    for kind in (GisAppError, RoutingError, LayerError):
        flask.register_error_handler(kind, _own)
    flask.register_error_handler(HTTPException, _http)
    flask.register_error_handler(Exception, _unforeseen)


def _own(error: GisAppError | RoutingError | LayerError) -> AnyResponse:
    status = status_of(error)
    if status >= 500 and not isinstance(error, BusyError):
        log.error("%s: %s", error.code, error, exc_info=error)
    if isinstance(error, ForbiddenError):
        identity.record_refused(error)
    if _is_for_person():
        if isinstance(error, SignInRequiredError):
            return identity.to_sign_in()
        if isinstance(error, identity.MustChangeError):
            return redirect(url_for(identity.PASSWORD))
    response = _answer(status, error.code, sentence(error, language()))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, BusyError):
        response.headers["Retry-After"] = str(error.params["after_s"])
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    code = f"web.http_{status}"
    if code not in catalogue(language()):
        code = "web.http_other"
    response = _answer(status, code, translate(code, language(), status=status))
    for name, value in error.get_headers():
        if name in CHALLENGE_HEADERS:
            response.headers[name] = value
    return response


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen error at %s", request.path, exc_info=error)
    return _answer(500, "web.http_500", translate("web.http_500", language()))


def _is_for_person() -> bool:
    """Whether a person followed an address, and not a program."""
    apart = request.path.startswith(FOR_PROGRAMS)
    return not apart and request.accept_mimetypes.accept_html


def _answer(status: int, code: str, message: str) -> Response:
    """JSON for a program, a page for a person who followed an address."""
    if not _is_for_person():
        response = jsonify(error={"code": code, "message": message})
    else:
        response = make_response(
            render_template(
                "error.html",
                status=status,
                message=message,
                lang=language(),
                theme=theme(),
                assets=assets_url(),
                back=translate("web.back_to_map", language()),
            )
        )
    response.status_code = status
    return response
