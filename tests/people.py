"""Accounts and tokens for tests, each made by ``root`` in a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from gisapp.accounts import register
from gisapp.accounts.passwords import made_up
from gisapp.accounts.tokens import issue_token
from gisapp.rights import system_actor
from gisapp.store import Store

ROOT = system_actor("root")


def with_account(store: Store, login: str = "zhang", **given: Any) -> str:
    """Make an account; return its password."""
    values = {"name": "张三", "role": "viewer", **given}
    password = made_up()
    with store.session(write=True) as session:
        register.add_account(session, ROOT, password, login=login, **values)
    return password.plain


def with_own_password(store: Store, login: str, *, old: str, new: str) -> str:
    """Let somebody change the password; return the new one."""
    actor = system_actor(login)
    with store.session() as session:
        chosen = register.chosen_password(session, actor, old=old, new=new)
    with store.session(write=True) as session:
        register.change_password(session, actor, chosen)
    return new


def with_token(
    store: Store, name: str = "n", *, rights: Collection[str] = (), days: int = 1, **given: Any
) -> str:
    """Issue a token; return it."""
    values = {"agency": "test", **given}
    with store.session(write=True) as session:
        return issue_token(session, ROOT, name=name, rights=rights, days=days, **values)
