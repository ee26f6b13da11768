"""``gisapp account``, and the first administrator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gisapp.cli.console import Console, answer_options, dir_option, main, operator, pass_console
from gisapp.messages import LANGUAGES, translate
from gisapp.rights import ROLE_LABELS, Actor, Role, system_actor
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.accounts.models import Account
    from gisapp.store import Session, Store


def announce_administrator(store: Store, folder: Path) -> bool:
    """Make the first administrator where there is no account, and print its password once.

    In both languages, whatever the settings say: it cannot be asked for again.

    Returns
    -------
    bool
        Whether there was none.
    """
    from gisapp.accounts.passwords import made_up  # noqa: PLC0415
    from gisapp.accounts.register import (  # noqa: PLC0415
        FIRST_LOGIN,
        ensure_administrator,
        has_accounts,
    )

    with store.session() as session:
        if has_accounts(session):
            return False
    password = made_up()
    with store.session(write=True) as session:
        if not ensure_administrator(session, system_actor(operator()), password):
            return False
    for lang in LANGUAGES:
        text = translate(
            "cli.first_administrator",
            lang,
            login=FIRST_LOGIN,
            password=password.plain,
            folder=folder,
        )
        click.echo(text, err=True)
    return True


@contextmanager
def _store(console: Console) -> Iterator[Store]:
    from gisapp.bootstrap import open_app  # noqa: PLC0415

    app = open_app(console.settings)
    try:
        yield app.store
    finally:
        app.store.close()


@contextmanager
def _writing(console: Console) -> Iterator[tuple[Session, Actor]]:
    """A writing session, and whoever works at the server."""
    with _store(console) as store, store.session(write=True) as session:
        yield session, system_actor(operator())


@main.group()
def account() -> None:
    """管理账号与令牌 / Accounts and tokens."""


def _command(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """One command of the group, with the options that all of them take."""

    def register(run: Callable[..., None]) -> Callable[..., None]:
        return account.command(name)(answer_options(dir_option(pass_console(run))))

    return register


@_command("list")
def list_(console: Console) -> None:
    """列出账号 / List the accounts."""
    from gisapp.accounts.register import accounts, locked_until  # noqa: PLC0415
    from gisapp.incidents.response.library import offices  # noqa: PLC0415

    with _store(console) as store, store.session() as session:
        listed, names = accounts(session), offices(session)
        locked = {one.login for one in listed if locked_until(session, one.login) is not None}
    rows = [_row(one, is_locked=one.login in locked) for one in listed]
    lines = []
    for one, row in zip(listed, rows, strict=True):
        role = ROLE_LABELS[Role(one.role)].in_(console.lang)
        state = translate(f"cli.account_{row['state']}", console.lang)
        office = names[one.office].in_(console.lang) if one.office in names else one.office
        words = (one.login, one.name, role, one.county, one.agency, office, state)
        lines.append("  ".join(word for word in words if word))
    console.answer({"accounts": rows}, "\n".join(lines))


@_command("add")
@click.argument("login")
@click.option("--name", required=True, help="姓名 / Name of the person.")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="角色 / Role."
)
@click.option("--county", help="县级编辑所限的县，6 位代码 / County of a county editor.")
@click.option("--agency", help="单位 / Agency.")
@click.option("--office", help="职务代码，见 offices / Code of the office, see offices.")
def add(
    console: Console,
    login: str,
    name: str,
    role: str,
    county: str | None,
    agency: str | None,
    office: str | None,
) -> None:
    """新增账号，显示初始口令 / Add an account; prints its first password.

    \b
    示例 Example:
      gisapp account add zhang --name 张三 --role duty_officer -d mycity
    """
    from gisapp.accounts.passwords import made_up  # noqa: PLC0415
    from gisapp.accounts.register import add_account  # noqa: PLC0415
    from gisapp.incidents.response.library import require_office  # noqa: PLC0415

    password = made_up()
    with _writing(console) as (session, actor):
        require_office(session, office)
        add_account(
            session,
            actor,
            password,
            login=login,
            name=name,
            role=role,
            county=county,
            agency=agency,
            office=office,
        )
    _show_password(console, login, password.plain)


@_command("offices")
def offices_(console: Console) -> None:
    """列出预案中的职务 / List the offices that plans name as approvers."""
    from gisapp.incidents.response.library import offices  # noqa: PLC0415

    with _store(console) as store, store.session() as session:
        found = {code: name.in_(console.lang) for code, name in offices(session).items()}
    rows = [{"code": code, "name": name} for code, name in found.items()]
    console.answer({"offices": rows}, "\n".join(f"{one['code']}  {one['name']}" for one in rows))


@_command("office")
@click.argument("login")
@click.argument("code", default="")
def office(console: Console, login: str, code: str) -> None:
    """登记账号的职务，不给代码即清除 / Record the office of an account; none clears it.

    \b
    示例 Example:
      gisapp account office zhang city.deputy -d mycity
    """
    from gisapp.accounts.register import record_office  # noqa: PLC0415
    from gisapp.incidents.response.library import require_office  # noqa: PLC0415

    with _writing(console) as (session, actor):
        require_office(session, code or None)
        record_office(session, actor, login, code or None)
    _done(console, "cli.account_office", login=login, office=code or "—")


@_command("disable")
@click.argument("login")
def disable(console: Console, login: str) -> None:
    """停用账号，立即退出 / Disable an account and end its sessions."""
    from gisapp.accounts.register import disable_account  # noqa: PLC0415

    with _writing(console) as (session, actor):
        disable_account(session, actor, login)
    _done(console, "cli.account_is_disabled", login=login)


@_command("enable")
@click.argument("login")
def enable(console: Console, login: str) -> None:
    """恢复账号 / Let a disabled account sign in again."""
    from gisapp.accounts.register import enable_account  # noqa: PLC0415

    with _writing(console) as (session, actor):
        enable_account(session, actor, login)
    _done(console, "cli.account_is_enabled", login=login)


@_command("reset-password")
@click.argument("login")
def reset_password(console: Console, login: str) -> None:
    """重置口令并解除锁定 / Give a new password and lift the lock.

    \b
    示例 Example:
      gisapp account reset-password admin -d mycity
    """
    from gisapp.accounts.passwords import made_up  # noqa: PLC0415
    from gisapp.accounts.register import reset_password as reset  # noqa: PLC0415

    password = made_up()
    with _writing(console) as (session, actor):
        reset(session, actor, login, password)
    _show_password(console, login, password.plain)


@_command("token")
@click.argument("name")
@click.option("--agency", required=True, help="持有单位 / Agency that holds it.")
@click.option("--right", "rights", multiple=True, help="权限，可多次 / A right; may be repeated.")
@click.option("--county", help="所限的县，6 位代码 / County its writing is limited to.")
@click.option("--days", type=int, default=365, show_default=True, help="有效天数 / Valid for days.")
def token(
    console: Console,
    name: str,
    agency: str,
    rights: tuple[str, ...],
    county: str | None,
    days: int,
) -> None:
    """签发访问令牌 / Issue a token for another agency's system.

    \b
    示例 Example:
      gisapp account token 水利平台 --agency 水利局 --right edit --right verify -d mycity
    """
    from gisapp.accounts.tokens import issue_token  # noqa: PLC0415

    with _writing(console) as (session, actor):
        issued = issue_token(
            session, actor, name=name, agency=agency, rights=rights, county=county, days=days
        )
    text = translate("cli.account_token", console.lang, name=name, token=issued)
    console.answer({"name": name, "token": issued}, text)


@_command("tokens")
def tokens(console: Console) -> None:
    """列出访问令牌 / List the tokens."""
    from gisapp.accounts.tokens import tokens as listed  # noqa: PLC0415

    with _store(console) as store, store.session() as session:
        found = listed(session)
    rows: list[Json] = []
    lines = []
    for one in found:
        expires_at = one.expires_at.isoformat(timespec="seconds")
        row: dict[str, Json] = {
            "number": one.fid,
            "name": one.name,
            "agency": one.agency,
            "rights": one.rights,
        }
        row |= {"county": one.county, "expires_at": expires_at}
        rows.append({**row, "revoked": one.revoked_at is not None})
        state = translate("cli.account_revoked", console.lang) if one.revoked_at else ""
        words = (str(one.fid), one.name, one.agency, ",".join(one.rights), one.county or "")
        lines.append("  ".join(word for word in (*words, f"→ {expires_at}", state) if word))
    console.answer({"tokens": rows}, "\n".join(lines))


@_command("revoke-token")
@click.argument("number", type=int)
def revoke(console: Console, number: int) -> None:
    """吊销令牌（编号见 tokens）/ Revoke a token by its number in the list."""
    from gisapp.accounts.tokens import revoke_token  # noqa: PLC0415

    with _writing(console) as (session, actor):
        revoke_token(session, actor, number)
    _done(console, "cli.account_token_revoked", number=number)


def _row(account: Account, *, is_locked: bool) -> dict[str, Json]:
    state = "first_use" if account.must_change else "in_use"
    if account.disabled_at is not None:
        state = "disabled"
    elif is_locked:
        state = "locked"
    seen = account.signed_in_at
    return {
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "county": account.county,
        "agency": account.agency,
        "office": account.office,
        "state": state,
        "signed_in_at": None if seen is None else seen.isoformat(timespec="seconds"),
    }


def _show_password(console: Console, login: str, password: str) -> None:
    text = translate("cli.account_password", console.lang, login=login, password=password)
    console.answer({"login": login, "password": password}, text)


def _done(console: Console, code: str, **params: Json) -> None:
    console.answer(dict(params), translate(code, console.lang, **params))
