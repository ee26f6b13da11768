"""The tables of accounts, their sessions, tokens, and failures to sign in.

Their moments are real ones, whatever clock a session goes by: in a drill as well a token ends on
its day.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.rights import Role
from gisapp.schema import Base, documented, one_of

_FID = documented("内部行号", "Row number.")


class Account(Base):
    """A person who may sign in; disabled, never deleted."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("length(county) = 6", name="county"),
        CheckConstraint("role <> 'county_editor' OR county IS NOT NULL", name="editor_has_county"),
        CheckConstraint("length(login) > 0", name="login"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    login: Mapped[str] = mapped_column(info=documented("登录名", "Name to sign in with."))
    login_folded: Mapped[str] = mapped_column(
        unique=True,
        info=documented("统一大小写与全半角后的登录名", "Login freed of case and width."),
    )
    name: Mapped[str] = mapped_column(info=documented("姓名", "Name of the person."))
    role: Mapped[str] = mapped_column(info=documented("角色", "Role."))
    county: Mapped[str | None] = mapped_column(
        info=documented("县级编辑所限的县", "County that a county editor is limited to.")
    )
    agency: Mapped[str | None] = mapped_column(info=documented("单位", "Agency."))
    office: Mapped[str | None] = mapped_column(
        info=documented("职务代码，预案据以定批准人", "Code of the office, by which plans know it.")
    )
    password_hash: Mapped[str] = mapped_column(
        info=documented("口令的 argon2id 散列", "Password, hashed by argon2id.")
    )
    must_change: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        info=documented("登录后须先改口令", "The password must be changed before anything else."),
    )
    created_at: Mapped[datetime] = mapped_column(
        info=documented("建立时刻（UTC）", "Moment it was made, UTC.")
    )
    created_by: Mapped[str] = mapped_column(info=documented("建立人", "Who made it."))
    disabled_at: Mapped[datetime | None] = mapped_column(
        info=documented("停用时刻（UTC），空为在用", "Moment it was disabled, UTC; empty in use.")
    )
    signed_in_at: Mapped[datetime | None] = mapped_column(
        info=documented("最近登录（UTC）", "Last sign-in, UTC.")
    )


class AccountSession(Base):
    """A sign-in, until it ends; of its token only the hash is kept."""

    __tablename__ = "account_session"
    __table_args__ = (
        Index("ix_account_session_account", "account_fid"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    token_hash: Mapped[str] = mapped_column(
        unique=True, info=documented("令牌的 SHA-256", "SHA-256 of the token.")
    )
    account_fid: Mapped[int] = mapped_column(
        ForeignKey("account.fid"), info=documented("账号", "The account.")
    )
    created_at: Mapped[datetime] = mapped_column(
        info=documented("登录时刻（UTC）", "Moment of the sign-in, UTC.")
    )
    last_seen_at: Mapped[datetime] = mapped_column(
        info=documented("最近使用（UTC），约每分钟一记", "Last use, UTC, kept each minute or so.")
    )
    expires_at: Mapped[datetime] = mapped_column(
        info=documented("最迟到期（UTC）", "End at the latest, UTC.")
    )
    address: Mapped[str] = mapped_column(info=documented("来源地址", "Address it came from."))
    browser: Mapped[str] = mapped_column(
        info=documented("浏览器自述", "What the browser said it is.")
    )
    revoked_at: Mapped[datetime | None] = mapped_column(
        info=documented("注销时刻（UTC）", "Moment it was ended, UTC.")
    )


class AccessToken(Base):
    """What another system of an agency signs its requests with."""

    __tablename__ = "access_token"
    __table_args__ = (
        CheckConstraint("length(county) = 6", name="county"),
        Index(
            "uq_access_token_name_in_force",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    name: Mapped[str] = mapped_column(info=documented("令牌名称", "What the token is called."))
    token_hash: Mapped[str] = mapped_column(
        unique=True, info=documented("令牌的 SHA-256", "SHA-256 of the token.")
    )
    agency: Mapped[str] = mapped_column(info=documented("持有单位", "Agency that holds it."))
    rights: Mapped[list[str]] = mapped_column(
        info=documented("权限（JSON 列表）", "Rights, a list as JSON.")
    )
    county: Mapped[str | None] = mapped_column(
        info=documented("写入与联系方式所限的县", "County its writing and contacts are limited to.")
    )
    created_at: Mapped[datetime] = mapped_column(
        info=documented("签发时刻（UTC）", "Moment it was issued, UTC.")
    )
    created_by: Mapped[str] = mapped_column(info=documented("签发人", "Who issued it."))
    expires_at: Mapped[datetime] = mapped_column(
        info=documented("到期（UTC）", "Moment it ends, UTC.")
    )
    revoked_at: Mapped[datetime | None] = mapped_column(
        info=documented("吊销时刻（UTC）", "Moment it was revoked, UTC.")
    )
    last_used_at: Mapped[datetime | None] = mapped_column(
        info=documented("最近使用（UTC），约每分钟一记", "Last use, UTC, kept each minute or so.")
    )


class SignInFailure(Base):
    """Failures to sign in, counted by login and by address."""

    __tablename__ = "sign_in_failure"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own form

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    subject: Mapped[str] = mapped_column(
        unique=True,
        info=documented("登录名或地址的 SHA-256", "SHA-256 of the login or of the address."),
    )
    failures: Mapped[int] = mapped_column(
        info=documented("连续失败次数", "Failures in a row, or within the time counted.")
    )
    since: Mapped[datetime] = mapped_column(
        info=documented("起计时刻（UTC）", "Moment the count began, UTC.")
    )
    last_at: Mapped[datetime] = mapped_column(
        info=documented("最近失败（UTC）", "Last failure, UTC.")
    )
    locked_until: Mapped[datetime | None] = mapped_column(
        info=documented("锁定至（UTC）", "Locked until, UTC.")
    )
