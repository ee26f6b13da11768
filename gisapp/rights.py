"""Rights, roles, and who acts with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.errors import GisAppError
from gisapp.schema import Label


class ForbiddenError(GisAppError, PermissionError):
    """Whoever asked has no right to it."""


class Right(StrEnum):
    """One thing that people are let do."""

    VIEW = "view"
    SEE_CONTACTS = "see_contacts"
    EDIT = "edit"
    IMPORT = "import"
    VERIFY = "verify"
    DISPATCH = "dispatch"
    CLOSE_ROADS = "close_roads"
    DESTROY_PERSONS = "destroy_persons"
    APPROVE_RESPONSE = "approve_response"
    MANAGE_RISKS = "manage_risks"
    MANAGE_CARDS = "manage_cards"
    PLAN = "plan"
    KEEP_PLANS = "keep_plans"
    ISSUE_PLANS = "issue_plans"
    MANAGE_DRILLS = "manage_drills"
    APPROVE_DRILLS = "approve_drills"
    EXPORT = "export"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_AUDIT = "see_audit"
    ADMINISTER = "administer"


RIGHT_LABELS: Final[Mapping[Right, Label]] = MappingProxyType(
    {
        Right.VIEW: Label("查看", "View"),
        Right.SEE_CONTACTS: Label("查看联系方式", "See contacts"),
        Right.EDIT: Label("编辑", "Edit"),
        Right.IMPORT: Label("导入", "Import"),
        Right.VERIFY: Label("核实", "Verify"),
        Right.DISPATCH: Label("调派", "Dispatch"),
        Right.CLOSE_ROADS: Label("封路", "Close roads"),
        Right.DESTROY_PERSONS: Label("销毁个人信息", "Destroy personal data"),
        Right.APPROVE_RESPONSE: Label("批准应急响应", "Approve responses"),
        Right.MANAGE_RISKS: Label("风险管理", "Manage risks"),
        Right.MANAGE_CARDS: Label("出动编成管理", "Manage run cards"),
        Right.PLAN: Label("规划分析", "Planning"),
        Right.KEEP_PLANS: Label("预案编制", "Write plans"),
        Right.ISSUE_PLANS: Label("预案印发", "Issue plans"),
        Right.MANAGE_DRILLS: Label("演练管理", "Manage drills"),
        Right.APPROVE_DRILLS: Label("批准演练计划", "Approve the programme of drills"),
        Right.EXPORT: Label("导出", "Export"),
        Right.MANAGE_ACCOUNTS: Label("管理账号", "Manage accounts"),
        Right.SEE_AUDIT: Label("查看审计", "See the audit log"),
        Right.ADMINISTER: Label("系统管理", "Administer"),
    }
)


class Role(StrEnum):
    """What a person is in the command centre."""

    VIEWER = "viewer"
    DUTY_OFFICER = "duty_officer"
    PLANNER = "planner"
    HEADQUARTERS = "headquarters"
    COUNTY_EDITOR = "county_editor"
    ADMINISTRATOR = "administrator"


ROLE_LABELS: Final[Mapping[Role, Label]] = MappingProxyType(
    {
        Role.VIEWER: Label("浏览者", "Viewer"),
        Role.DUTY_OFFICER: Label("值班员", "Duty officer"),
        Role.PLANNER: Label("规划员", "Planner"),
        Role.HEADQUARTERS: Label("指挥部", "Headquarters"),
        Role.COUNTY_EDITOR: Label("县级编辑", "County editor"),
        Role.ADMINISTRATOR: Label("管理员", "Administrator"),
    }
)

_KEEPING_REGISTERS = frozenset(
    {
        Right.VIEW,
        Right.SEE_CONTACTS,
        Right.EDIT,
        Right.IMPORT,
        Right.VERIFY,
        Right.MANAGE_RISKS,
        Right.MANAGE_DRILLS,
        Right.EXPORT,
    }
)

ROLE_RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Right.VIEW}),
        Role.DUTY_OFFICER: frozenset(
            {
                Right.VIEW,
                Right.SEE_CONTACTS,
                Right.VERIFY,
                Right.DISPATCH,
                Right.CLOSE_ROADS,
                Right.EXPORT,
            }
        ),
        Role.PLANNER: _KEEPING_REGISTERS
        | {
            Right.MANAGE_CARDS,
            Right.PLAN,
            Right.KEEP_PLANS,
        },
        Role.HEADQUARTERS: frozenset(
            {
                Right.VIEW,
                Right.SEE_CONTACTS,
                Right.VERIFY,
                Right.DISPATCH,
                Right.CLOSE_ROADS,
                Right.DESTROY_PERSONS,
                Right.APPROVE_RESPONSE,
                Right.MANAGE_RISKS,
                Right.MANAGE_CARDS,
                Right.PLAN,
                Right.KEEP_PLANS,
                Right.ISSUE_PLANS,
                Right.MANAGE_DRILLS,
                Right.APPROVE_DRILLS,
                Right.EXPORT,
                Right.SEE_AUDIT,
            }
        ),
        Role.COUNTY_EDITOR: _KEEPING_REGISTERS,
        Role.ADMINISTRATOR: frozenset(Right),
    }
)
"""What each role may; a county editor may write and see contacts in its own county only."""

BOUND_TO_COUNTY: Final = frozenset(
    {
        Right.SEE_CONTACTS,
        Right.EDIT,
        Right.IMPORT,
        Right.VERIFY,
        Right.MANAGE_RISKS,
        Right.MANAGE_DRILLS,
    }
)
"""Rights that an actor with a county has in that county only; all else it has everywhere."""

ANYWHERE: Final = "*"
"""Asks whether an actor has a right in any county at all."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who asks for something, and with which rights.

    Parameters
    ----------
    login
        As signed in; the event log keeps it.
    name
        For people to read.
    role
        None for a token or the system, which have rights without being anyone.
    county
        Six-digit code that the rights of :data:`BOUND_TO_COUNTY` end at, None for no bound.
    office
        Code of the office (职务) recorded with the account, which plans name for a level of
        response; it gives no right.
    at_server
        Works at the server itself, where whoever reads the files reads everything.
    """

    login: str
    name: str
    role: Role | None
    county: str | None
    agency: str | None
    rights: frozenset[Right]
    office: str | None = None
    at_server: bool = False

    @property
    def who(self) -> str:
        """The name under which the event log keeps what the actor does."""
        return self.login

    def may(self, right: Right, *, county: str | None = ANYWHERE) -> bool:
        """Whether the actor has `right`.

        Parameters
        ----------
        county
            County of the record it is about: None for a record without a county, which no
            actor bound to a county may touch. Left away, the answer says whether the actor has
            the right at all. A record that moves is asked about twice, for both its counties.
        """
        if right not in self.rights:
            return False
        bound = self.county is not None and right in BOUND_TO_COUNTY
        return not bound or county in {ANYWHERE, self.county}

    def require(self, right: Right, *, county: str | None = ANYWHERE) -> None:
        """Refuse what :meth:`may` denies.

        Raises
        ------
        ForbiddenError
            ``accounts.forbidden``, or ``accounts.other_county`` where the right ends at the
            border of the actor's county.
        """
        if self.may(right, county=county):
            return
        label = RIGHT_LABELS[right]
        if right in self.rights:
            raise ForbiddenError(
                "accounts.other_county",
                right_zh=label.zh,
                right_en=label.en.lower(),
                own=self.county or "—",
                county=county or "—",
            )
        raise ForbiddenError("accounts.forbidden", right_zh=label.zh, right_en=label.en.lower())


def system_actor(name: str) -> Actor:
    """Whoever works at the server itself, by the command line: every right, everywhere."""
    return Actor(
        login=name, name=name, role=None, county=None, agency=None, rights=frozenset(Right),
        at_server=True,
    )  # fmt: skip
