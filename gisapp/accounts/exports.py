"""What leaves the application, told in the audit: who took which records out, and how.

Every way out tells of itself here before its first byte is sent. What is taken once is an event;
what another system fetches every few minutes is counted by the hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from gisapp.errors import StoreError
from gisapp.events import count_event, record_event
from gisapp.events.catalogue import Exported
from gisapp.messages import sentence
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json
from gisapp.store import Store

LONGEST = 200
"""Characters of one filter that are kept."""


class Way(StrEnum):
    """A way out. It stands as the kind of the event, so that no register seems changed by it."""

    LIST = "export_list"
    LEDGER = "export_ledger"
    PRINT = "export_print"
    SHARE = "export_share"
    FAULTS = "export_faults"
    FEED = "export_feed"
    OGC = "export_ogc"
    MAP = "export_map"
    SCENARIO = "export_scenario"
    PLAN = "export_plan"
    SITE = "export_site"
    COPY = "exchange_copy"


REPEATED: Final = frozenset({Way.FEED, Way.OGC, Way.PRINT})
"""Ways that are gone again and again: one row for each hour, reader and subject."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """Something that is taken out.

    Attributes
    ----------
    subject
        The register, or what else names it.
    format
        As ``csv``.
    records
        How many are in it.
    contacts
        Whether names or telephone numbers may be read in it.
    filters
        Which records were asked for.
    """

    way: Way
    subject: str
    format: str
    records: int
    contacts: bool
    filters: Mapping[str, Json] = field(default_factory=dict)

    def told(self) -> Exported:
        """The particulars as the audit keeps them."""
        return {
            "format": self.format,
            "records": self.records,
            "contacts": self.contacts,
            "filters": {name: _short(value) for name, value in self.filters.items() if value},
        }


class NotRecordedError(StoreError):
    """Nothing was sent, for it could not be recorded."""


def shows_contacts(private: frozenset[str], actor: Actor) -> bool:
    """Whether `actor` reads any contacts in records with these private fields."""
    return bool(private) and actor.may(Right.SEE_CONTACTS)


def record_export(session: Session, export: Export, *, who: str) -> None:
    """Tell of an export in the transaction at hand: an event, or one more in its hour."""
    if export.way not in REPEATED:
        record_event(
            session,
            who=who,
            what="export",
            kind=export.way,
            subject_id=export.subject,
            data=export.told(),
        )
        return
    count_event(
        session,
        who=who,
        what="export",
        kind=export.way,
        subject=f"{export.subject}.{export.format}",
        records=export.records,
        contacts=export.contacts,
        data=export.told(),
    )


def record_before_sending(store: Store, export: Export, *, who: str) -> None:
    """Tell of an export in a transaction of its own, before anything of it is sent.

    Raises
    ------
    NotRecordedError
        ``export.not_recorded``: the database cannot be written, so nothing may leave.
    """
    try:
        with store.session(write=True) as session:
            record_export(session, export, who=who)
    except StoreError as error:
        causes = {f"cause_{lang}": sentence(error, lang) for lang in ("zh", "en")}
        raise NotRecordedError("export.not_recorded", **causes) from error


def _short(value: Json) -> Json:
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value
