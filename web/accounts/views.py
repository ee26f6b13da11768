"""Signing in and out, and one's own password."""

from __future__ import annotations

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gisapp.accounts.passwords import MIN_LENGTH
from gisapp.accounts.register import change_password, chosen_password, find
from gisapp.accounts.sessions import sign_out as end_one
from gisapp.accounts.signin import (
    MAX_BROWSER,
    SignInError,
    TooManyFailuresError,
    begin_session,
)
from gisapp.accounts.signin import (
    sign_in as begin,
)
from gisapp.errors import InputError
from gisapp.messages import sentence
from web import identity
from web.access import Gate, needs
from web.accounts.blueprint import blueprint
from web.assets import assets_url
from web.context import actor, language, site_app, theme
from web.pages import messages

SECONDS_PER_MINUTE, SECONDS_PER_HOUR = 60, 3600
MAX_TYPED = 500


@blueprint.route("/sign-in", methods=["GET", "POST"])
@needs(Gate.OPEN)
def sign_in() -> AnyResponse:
    """The page to sign in with, and what it sends."""
    target = identity.safe_target(request.values.get("next"))
    if request.method == "GET":
        # A browser that follows a link from elsewhere leaves a strict cookie at home: asked
        # again from our own page, it brings the session along if there is one.
        elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
        return _page("sign_in", next=target, ask_again=elsewhere)
    settings = site_app().settings
    login = request.form.get("login", "")[:MAX_TYPED]
    try:
        begun = begin(
            site_app().store,
            login=login,
            password=request.form.get("password", "")[:MAX_TYPED],
            address=request.remote_addr or "",
            browser=_browser(),
            max_hours=settings.session_max_hours,
        )
    except (SignInError, TooManyFailuresError) as error:
        locked = isinstance(error, TooManyFailuresError)
        page = _page(
            "sign_in", status=429 if locked else 401, fault=error, next=target, login=login
        )
        if isinstance(error, TooManyFailuresError):
            minutes = int(str(error.params["minutes"]))
            page.headers["Retry-After"] = str(minutes * SECONDS_PER_MINUTE)
        return page
    if g.identity is not None and g.identity.session_fid is not None:
        with site_app().store.session(write=True) as session:
            end_one(session, g.identity.actor, g.identity.session_fid)
    if begun.must_change:
        target = url_for("accounts.password", next=target)
    return _with_session(redirect(target, 303), begun.token)


@blueprint.post("/sign-out")
@needs(Gate.SIGNED_IN)
def sign_out() -> AnyResponse:
    """End this session."""
    with site_app().store.session(write=True) as session:
        end_one(session, actor(), g.identity.session_fid)
    response = redirect(url_for("accounts.sign_in"), 303)
    response.delete_cookie(
        identity.session_cookie(), httponly=True, samesite="Strict", secure=request.is_secure
    )
    return response


@blueprint.route("/password", methods=["GET", "POST"])
@needs(Gate.SIGNED_IN)
def password() -> AnyResponse:
    """Change one's own password; the first one must be."""
    target = identity.safe_target(request.values.get("next"))
    who = actor()
    context = {"next": target, "actor": who, "must_change": g.identity.must_change}
    if request.method == "GET":
        return _page("password", **context)
    new, again = (request.form.get(name, "")[:MAX_TYPED] for name in ("new", "again"))
    store, settings = site_app().store, site_app().settings
    try:
        if new != again:
            raise InputError("accounts.password_differs")
        old = request.form.get("old", "")[:MAX_TYPED]
        with store.session() as session:
            chosen = chosen_password(session, who, old=old, new=new)
        with store.session(write=True) as session:
            change_password(session, who, chosen)
            # All sessions have ended, on other machines as well; this one goes on under a new
            # token.
            token = begin_session(
                session,
                find(session, who.login),
                address=request.remote_addr or "",
                browser=_browser(),
                max_hours=settings.session_max_hours,
            )
    except InputError as error:
        return _page("password", status=400, fault=error, **context)
    return _with_session(redirect(target, 303), token)


def _with_session(response: AnyResponse, token: str) -> AnyResponse:
    hours = site_app().settings.session_max_hours
    identity.set_cookie(
        response, identity.session_cookie(), token, max_age_s=hours * SECONDS_PER_HOUR
    )
    return response


def _browser() -> str:
    return str(request.user_agent)[:MAX_BROWSER]


def _page(
    name: str, *, status: int = 200, fault: Exception | None = None, **context: object
) -> AnyResponse:
    """A page without the menu: it is there before anyone may use what the menu offers."""
    lang, site = language(), site_app().site
    return make_response(
        render_template(
            f"accounts/{name}.html",
            t=messages(lang),
            lang=lang,
            theme=theme(),
            assets=assets_url(),
            site=site,
            site_name=site.name.in_(lang),
            fault=None if fault is None else sentence(fault, lang),
            least=MIN_LENGTH,
            **context,
        ),
        status,
    )
