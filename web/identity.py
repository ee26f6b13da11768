"""Who a request is from, what that lets it do, and proof that its own pages sent it."""

from __future__ import annotations

import hmac
from typing import cast
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from gisapp.accounts.credentials import derived, new_token
from gisapp.accounts.refusals import Refusals
from gisapp.accounts.sessions import Identities, Identity
from gisapp.errors import GisAppError
from gisapp.events import EVERYBODY
from web import heavy
from web.access import CENSUS, Gate, access_to, most_bytes
from web.context import SignInRequiredError, site_app
from web.security import SAFE_METHODS

KEY = "gisapp.identities"
REFUSALS = "gisapp.refusals"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf_token"
BEARER = "bearer "
SIGN_IN, PASSWORD = "accounts.sign_in", "accounts.password"
MAX_NEXT = 2000
MAX_TARGET = 200
ROOM_FOR_FIELDS = 64 * 1024


class CsrfError(GisAppError, PermissionError):
    """A change came without the proof that a page of ours sent it."""


class MustChangeError(GisAppError, PermissionError):
    """The first password is still in use."""


def register(flask: Flask) -> None:
    """Ask every request of `flask` who it is from."""
    app = flask.extensions["gisapp"]
    settings = app.settings
    if settings.proxies:
        flask.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            flask.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
    flask.extensions[KEY] = Identities(app.store, idle_min=settings.session_idle_min)
    flask.extensions[REFUSALS] = Refusals(app.store)
    flask.before_request(_limit_body)
    flask.before_request(_admit)
    flask.before_request(heavy.offload)
    flask.before_request(_require_csrf)
    flask.after_request(_keep_visitor)
    flask.jinja_env.globals["csrf_token"] = csrf_token


def identities() -> Identities:
    """The server's sessions and tokens."""
    return cast("Identities", current_app.extensions[KEY])


def refusals() -> Refusals:
    """What this process has refused."""
    return cast("Refusals", current_app.extensions[REFUSALS])


def session_cookie() -> str:
    """Name of the session's cookie: cookies know no ports, and two sites may share a host."""
    return f"gisapp-session-{site_app().settings.port}"


def visitor_cookie() -> str:
    """Name of the cookie that the sign-in form's proof belongs to."""
    return f"gisapp-visitor-{site_app().settings.port}"


def csrf_token() -> str:
    """What a page's forms and scripts send back with every change."""
    return derived(_secret(), "csrf")


def _secret() -> str:
    """What the proof is derived from: the session, before it a cookie of the visitor."""
    token = request.cookies.get(session_cookie())
    if token and getattr(g, "identity", None) is not None:
        return token
    if "visitor" not in g:
        g.visitor = request.cookies.get(visitor_cookie()) or new_token()
    return str(g.visitor)


def _keep_visitor(response: Response) -> Response:
    made = g.get("visitor")
    if made is not None and request.cookies.get(visitor_cookie()) != made:
        set_cookie(response, visitor_cookie(), made)
    return response


def set_cookie(
    response: AnyResponse, name: str, value: str, *, max_age_s: float | None = None
) -> None:
    """Set a cookie that no script and no other site sees; by https only where we are."""
    response.set_cookie(
        name,
        value,
        max_age=None if max_age_s is None else int(max_age_s),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
        path="/",
    )


def _limit_body() -> None:
    """Before anything reads the body: an upload's own limit."""
    limit = most_bytes(request.endpoint)
    if limit == CENSUS:
        limit = site_app().settings.max_upload_mb * 1024 * 1024 + ROOM_FOR_FIELDS
    if limit is not None:
        request.max_content_length = limit


def _admit() -> AnyResponse | None:
    g.identity = _identify()
    refusals().write_aside()
    wanted = access_to(request.endpoint, request.method)
    if wanted in {Gate.OPEN, Gate.LINK}:
        return None
    identity: Identity | None = g.identity
    if identity is None:
        raise SignInRequiredError("accounts.sign_in")
    if wanted is Gate.SIGNED_IN:
        if identity.session_fid is None:
            raise SignInRequiredError("accounts.sign_in")
        return None
    if identity.must_change:
        raise MustChangeError("accounts.must_change")
    identity.actor.require(wanted)
    return None


def _identify() -> Identity | None:
    g.by_token = False
    given = request.headers.get("Authorization", "")
    if given[: len(BEARER)].lower() == BEARER:
        # Whoever shows a token wants to be known by it, whatever cookies go along.
        g.by_token = True
        return identities().of_token(given[len(BEARER) :].strip())
    token = request.cookies.get(session_cookie())
    return identities().of_session(token) if token else None


def _require_csrf() -> None:
    if request.method in SAFE_METHODS or g.by_token:
        return
    if access_to(request.endpoint, request.method) is Gate.LINK:
        return  # no cookie lets anybody in there: who knows the address is who may
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD) or ""
    if not hmac.compare_digest(given.encode(), csrf_token().encode()):
        raise CsrfError("web.bad_csrf")


def to_sign_in() -> AnyResponse:
    """Send a person to sign in and, from there, back to where they were going."""
    target = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else "/"
    return redirect(f"/sign-in?{urlencode({'next': target})}")


def safe_target(given: str | None) -> str:
    """A path of our own to go to after signing in; the map where `given` is anything else."""
    if not given or len(given) > MAX_NEXT or not given.isprintable():
        return "/"
    parts = urlsplit(given)
    # Browsers read a backslash as a slash, and two slashes as the beginning of another host.
    own = given.startswith("/") and not given.startswith("//") and "\\" not in given
    if not own or parts.scheme or parts.netloc or parts.path == "/sign-in":
        return "/"
    return given


def record_refused(error: GisAppError) -> None:
    """Keep in the audit that somebody asked for what they have no right to."""
    identity: Identity | None = g.get("identity")
    if identity is None:
        return
    rule = request.url_rule.rule if request.url_rule is not None else EVERYBODY
    refusals().note(
        who=identity.actor.who,
        page=f"{request.method} {rule}"[:MAX_TARGET],
        address=request.remote_addr or "",
        target=f"{request.method} {request.path}"[:MAX_TARGET],
        code=error.code,
    )
