"""The hazard that an incident is at: one that exists, by its name, and as its log tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.errors import UnknownRecordError
from gisapp.incidents.models import Incident
from gisapp.messages import translate
from gisapp.registers.kinds import HAZARD_MODELS
from gisapp.schema import Label
from gisapp.schema.values import Json


@dataclass(frozen=True, kw_only=True)
class AtHazard:
    """The hazard of an incident.

    Attributes
    ----------
    kind
        Its register.
    name
        Its id where the register names none.
    """

    kind: str
    id: str
    name: Label

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The hazard as JSON carries it."""
        return {
            "kind": self.kind,
            "kind_label": HAZARD_MODELS[self.kind].described.label.in_(lang),
            "id": self.id,
            "name": self.name.in_(lang),
        }


def known_hazard(
    session: Session, hazard: tuple[str, str] | None
) -> tuple[str, str] | tuple[None, None]:
    """Register and id of a hazard, as an incident keeps them; both None where it is at none.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown_hazard``.
    """
    if hazard is None:
        return None, None
    kind, record_id = hazard
    model = HAZARD_MODELS.get(kind)
    if model is None or not session.scalar(select(model.fid).where(model.id == record_id)):
        raise UnknownRecordError("incident.unknown_hazard", kind=kind, record_id=record_id)
    return kind, record_id


def at_hazard(session: Session, row: Incident) -> AtHazard | None:
    """The hazard that an incident is at; None where none is known."""
    if row.hazard_kind is None or row.hazard_id is None:
        return None
    model = HAZARD_MODELS[row.hazard_kind]
    names = select(model.name, model.name_en).where(model.id == row.hazard_id)
    found = session.execute(names).one_or_none()
    name = (found and (found.name or found.name_en)) or row.hazard_id
    english = (found and found.name_en) or name
    return AtHazard(kind=row.hazard_kind, id=row.hazard_id, name=Label(name, english))


def hazard_in_words(data: Mapping[str, object], lang: str) -> str:
    """Which hazard an event of an incident put it at; empty where it tells of none."""
    after = data.get("after")
    if not isinstance(after, Mapping) or "of" in data or "hazard_id" not in after:
        return ""
    if not isinstance(data.get("before"), Mapping):  # as the incident was opened
        return ""
    if after["hazard_id"] is None:
        return translate("incident.log_no_hazard", lang)
    model = HAZARD_MODELS.get(str(after.get("hazard_kind")))
    kind = "" if model is None else model.described.label.in_(lang)
    return translate("incident.log_hazard", lang, kind=kind, id=after["hazard_id"]).strip()
