"""Pages of administrators: accounts, tokens, the audit log."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gisapp.accounts import register, sessions
from gisapp.accounts import tokens as token_register
from gisapp.accounts.audit import audit as read_audit
from gisapp.accounts.audit import counted, everyone, kinds_of_change
from gisapp.accounts.masking import without_contacts
from gisapp.accounts.passwords import made_up
from gisapp.clock import REAL
from gisapp.errors import InputError
from gisapp.events.catalogue import subject_label, what_label
from gisapp.incidents.response.library import offices, require_office
from gisapp.messages import sentence
from gisapp.registers.counties import county_choices, county_names
from gisapp.registers.kinds import KINDS
from gisapp.rights import (
    BOUND_TO_COUNTY,
    RIGHT_LABELS,
    ROLE_LABELS,
    ROLE_RIGHTS,
    Actor,
    Right,
    Role,
)
from web import parameters
from web.access import in_menu, needs
from web.accounts.blueprint import blueprint
from web.context import actor, language, site_app
from web.identity import refusals
from web.pages import render_page

DEFAULT_DAYS = 365
COUNTS = "counts"
"""Asks the audit for what is counted by the hour."""
_FIELDS = ("name", "role", "county", "agency", "office")
_PRIVATE = frozenset(name for kind in KINDS.values() for name in kind.private_names())


@blueprint.get("/accounts")
@in_menu("accounts", 70)
@needs(Right.MANAGE_ACCOUNTS)
def index() -> str:
    """All accounts, and a form for another."""
    return _index()


@blueprint.post("/accounts")
@needs(Right.MANAGE_ACCOUNTS)
def add() -> AnyResponse | str | tuple[str, int]:
    """Make an account; its password is shown once."""
    given = _given()
    login, password = request.form.get("login", ""), made_up()
    try:
        with site_app().store.session(write=True) as session:
            require_office(session, given["office"])
            register.add_account(session, actor(), password, login=login, **given)
    except (InputError, register.AccountError) as error:
        return _index(fault=error, given={**given, "login": login}), 400
    return _index(made=register.fold(login), password=password.plain)


@blueprint.route("/accounts/<login>", methods=["GET", "POST"])
@needs(Right.MANAGE_ACCOUNTS)
def edit(login: str) -> AnyResponse | str | tuple[str, int]:
    """One account: name, role, county, office, sessions."""
    if request.method == "GET":
        return _account(login)
    given = _given()
    try:
        with site_app().store.session(write=True) as session:
            # An office that a later edition of a plan dropped stays until somebody changes it.
            if given["office"] != register.find(session, login).office:
                require_office(session, given["office"])
            register.change_account(session, actor(), login, **given)
    except (InputError, register.AccountError) as error:
        return _account(login, fault=error, given=given), 400
    return redirect(url_for("accounts.edit", login=login, done=1), 303)


@blueprint.post("/accounts/<login>/disable")
@needs(Right.MANAGE_ACCOUNTS)
def disable(login: str) -> AnyResponse | tuple[str, int]:
    """Let nobody sign in with an account any more."""
    try:
        with site_app().store.session(write=True) as session:
            register.disable_account(session, actor(), login)
    except register.AccountError as error:
        return _account(login, fault=error), 400
    return redirect(url_for("accounts.edit", login=login, done=1), 303)


@blueprint.post("/accounts/<login>/enable")
@needs(Right.MANAGE_ACCOUNTS)
def enable(login: str) -> AnyResponse:
    """Let an account sign in again."""
    with site_app().store.session(write=True) as session:
        register.enable_account(session, actor(), login)
    return redirect(url_for("accounts.edit", login=login, done=1), 303)


@blueprint.post("/accounts/<login>/reset-password")
@needs(Right.MANAGE_ACCOUNTS)
def reset(login: str) -> str:
    """Give an account a new password, shown once."""
    password = made_up()
    with site_app().store.session(write=True) as session:
        register.reset_password(session, actor(), login, password)
    return _account(login, password=password.plain)


@blueprint.post("/accounts/<login>/sessions/<int:fid>/end")
@needs(Right.MANAGE_ACCOUNTS)
def end_session(login: str, fid: int) -> AnyResponse:
    """Sign one session out."""
    with site_app().store.session(write=True) as session:
        sessions.sign_out(session, actor(), fid)
    return redirect(url_for("accounts.edit", login=login, done=1), 303)


@blueprint.route("/tokens", methods=["GET", "POST"])
@needs(Right.MANAGE_ACCOUNTS)
def tokens() -> str | tuple[str, int]:
    """Access tokens, and a form for another."""
    if request.method == "GET":
        return _tokens()
    try:
        days = parameters.integer(
            request.form, "days", low=1, high=token_register.MAX_DAYS, default=DEFAULT_DAYS
        )
        with site_app().store.session(write=True) as session:
            token = token_register.issue_token(
                session,
                actor(),
                name=request.form.get("name", ""),
                agency=request.form.get("agency", ""),
                rights=request.form.getlist("rights"),
                county=request.form.get("county", "").strip() or None,
                days=days,
            )
    except (InputError, register.AccountError) as error:
        return _tokens(fault=error, given=request.form), 400
    return _tokens(token=token, made=request.form.get("name", "").strip())


@blueprint.post("/tokens/<int:fid>/revoke")
@needs(Right.MANAGE_ACCOUNTS)
def revoke(fid: int) -> AnyResponse:
    """Make a token worthless."""
    with site_app().store.session(write=True) as session:
        token_register.revoke_token(session, actor(), fid)
    return redirect(url_for("accounts.tokens"), 303)


@blueprint.get("/audit")
@in_menu("audit", 80)
@needs(Right.SEE_AUDIT)
def audit() -> str | tuple[str, int]:
    """What was done, by who, what, about what and when; the newest first.

    Each change by itself, or with ``show=counts`` what is counted by the hour.
    """
    asked = {
        name: parameters.text(request.args, name, default="", longest=400)
        for name in ("who", "what", "kind", "subject", "start", "end", "show")
    }
    most = parameters.MAX_SERIAL
    before = parameters.integer(request.args, "before", low=0, high=most, default=0) or None
    zone = ZoneInfo(site_app().site.time_zone)
    by_hour = asked["show"] == COUNTS
    chosen: dict[str, Any] = {name: asked[name] or None for name in ("who", "what", "kind")}
    chosen["start"] = _midnight(asked["start"], zone)
    chosen["end"] = _midnight(asked["end"], zone, days=1)
    subject = asked["subject"] or None
    refusals().write()  # those that still wait here
    with site_app().store.session() as session:
        if by_hour:
            hours = counted(session, subject=subject, before_fid=before, **chosen)
            following = hours.before_fid
        else:
            found = read_audit(session, subject_id=subject, before_seq=before, **chosen)
            following = found.before_seq
        people, changes = everyone(session), kinds_of_change(session)
    given = {name: value for name, value in asked.items() if value}
    older = None
    if following is not None:
        older = f"{url_for('accounts.audit')}?{urlencode({**given, 'before': following})}"
    return render_page(
        "accounts/audit.html",
        events=[] if by_hour else found.events,
        counts=hours.counts if by_hour else [],
        by_hour=by_hour,
        other=url_for("accounts.audit", **{**given, "show": "" if by_hour else COUNTS}),  # type: ignore[arg-type]
        older=older,
        asked=asked,
        people=people,
        changes=changes,
        newest=before is None,
        pretty=partial(_pretty, actor=actor()),
        said=partial(what_label, lang=language()),
        subject=partial(subject_label, lang=language()),
        **_wording(),
    )


def _index(
    *,
    fault: Exception | None = None,
    given: dict[str, Any] | None = None,
    made: str | None = None,
    password: str | None = None,
) -> str:
    with site_app().store.session() as session:
        listed = register.accounts(session)
        locked = {one.login: register.locked_until(session, one.login) for one in listed}
    return render_page(
        "accounts/index.html",
        accounts=listed,
        locked=locked,
        fault=_sentence(fault),
        given=given or {},
        made=made,
        password=password,
        **_wording(),
    )


def _account(
    login: str,
    *,
    fault: Exception | None = None,
    given: dict[str, Any] | None = None,
    password: str | None = None,
) -> str:
    with site_app().store.session() as session:
        account = register.find(session, login)
        return render_page(
            "accounts/edit.html",
            account=account,
            given=given or {name: getattr(account, name) for name in _FIELDS},
            sessions=sessions.sessions_of(session, login),
            locked=register.locked_until(session, login),
            fault=_sentence(fault),
            password=password,
            done=request.args.get("done") == "1",
            **_wording(),
        )


def _tokens(
    *,
    fault: Exception | None = None,
    given: Any = None,  # noqa: ANN401 - a form, or nothing
    token: str | None = None,
    made: str | None = None,
) -> str:
    with site_app().store.session() as session:
        listed = token_register.tokens(session)
    return render_page(
        "accounts/tokens.html",
        tokens=listed,
        fault=_sentence(fault),
        given=given or {},
        chosen=[] if given is None else given.getlist("rights"),
        token=token,
        made=made,
        now=REAL.now(),
        days=DEFAULT_DAYS,
        most_days=token_register.MAX_DAYS,
        offered=[right for right in Right if right not in token_register.FOR_PEOPLE_ONLY],
        bound=BOUND_TO_COUNTY,
        **_wording(),
    )


def _wording() -> dict[str, Any]:
    """Names of roles, rights and counties in the reader's language, and how times are said."""
    lang, zone = language(), ZoneInfo(site_app().site.time_zone)
    with site_app().store.session() as session:
        counties, places = county_names(session, lang), county_choices(session, lang)
        known = offices(session)
    return {
        "roles": {role.value: ROLE_LABELS[role].in_(lang) for role in Role},
        "role_rights": {
            role.value: [RIGHT_LABELS[right].in_(lang) for right in Right if right in rights]
            for role, rights in ROLE_RIGHTS.items()
        },
        "right_names": {right.value: RIGHT_LABELS[right].in_(lang) for right in Right},
        "counties": counties,
        "places": places,
        "offices": {code: name.in_(lang) for code, name in known.items()},
        "local": lambda moment: moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        "minute": lambda moment: moment.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "zone": str(zone),
    }


def _given() -> dict[str, Any]:
    form = request.form
    return {
        "name": form.get("name", ""),
        "role": form.get("role", ""),
        "county": form.get("county", "") or None,
        "agency": form.get("agency", "") or None,
        "office": form.get("office", "") or None,
    }


def _pretty(data: object, *, actor: Actor) -> str:
    shown = data if actor.may(Right.SEE_CONTACTS) else without_contacts(data, private=_PRIVATE)
    return json.dumps(shown, ensure_ascii=False, indent=1)


def _midnight(given: str, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    """Beginning of a day in the site's time zone, `days` later."""
    if not given:
        return None
    try:
        day = date.fromisoformat(given) + timedelta(days=days)
        return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError("web.bad_date", value=given[:40]) from error


def _sentence(fault: Exception | None) -> str | None:
    return None if fault is None else sentence(fault, language())
