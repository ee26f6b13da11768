"""Importing a site: its record, headquarters and base map."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from gisapp.events.catalogue import SiteDescribed
from gisapp.events.steps import Steps
from gisapp.importing.outcome import ImportOutcome
from gisapp.importing.prepare import prepare
from gisapp.importing.source import Source
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import BASE_KINDS
from gisapp.rights import Actor, Right
from gisapp.site import Site, SiteFile, read_site_file, save_site
from gisapp.store import Store


@dataclass(frozen=True, kw_only=True)
class SiteImport:
    """What became of a site.

    Attributes
    ----------
    file
        The site and the files it is made of: roads and resources are imported after it.
    outcomes
        Of areas, places and rivers, by kind. Where any has faults, nothing at all was stored.
    """

    file: SiteFile
    outcomes: dict[str, ImportOutcome] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        """The site described."""
        return self.file.site

    @property
    def is_stored(self) -> bool:
        """Whether the site is in the database now."""
        return not any(outcome.faults for outcome in self.outcomes.values())


def import_site(store: Store, site_toml: str | os.PathLike[str], *, actor: Actor) -> SiteImport:
    """Import a site's record, headquarters, areas, places and rivers in one transaction.

    Repeatable: what the database holds already is left, what changed is updated.

    Parameters
    ----------
    site_toml
        The description; files it names are found beside it.
    actor
        Needs the right to administer.

    Raises
    ------
    ForbiddenError
    SiteError
        The description is missing, unreadable or incomplete.
    ImportingError
        A file it names cannot be read.
    StoreError
        The database is locked, read-only or full; nothing was stored.
    """
    actor.require(Right.ADMINISTER)
    path = Path(site_toml)
    file = read_site_file(path)
    prepared = [prepare(BASE_KINDS[kind], source) for kind, source in _sources(file).items()]
    if any(part.outcome.faults for part in prepared):
        return SiteImport(file=file, outcomes={part.kind.name: part.outcome for part in prepared})
    with store.session(write=True) as session:
        if save_site(session, file.site):
            told = cast("SiteDescribed", file.site.model_dump(mode="json"))
            step = Steps(session, actor=actor, right=Right.ADMINISTER)
            step.tell("site", [(file.site.code, told)], what="describe", why=path.name)
        outcomes = {}
        for part in prepared:
            changes = compare(session, part.kind, part.records)
            store_changes(session, actor, Right.ADMINISTER, changes, why=path.name)
            outcomes[part.kind.name] = part.outcome.counted(changes)
    return SiteImport(file=file, outcomes=outcomes)


def _sources(file: SiteFile) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    bbox = file.site.bbox
    if file.areas is not None:
        columns = {file.areas.id: "id", file.areas.name: "name", file.areas.name_en: "name_en"}
        sources["area"] = Source(path=file.areas.file, columns=columns, crs=file.crs, bbox=bbox)
    if file.places is not None:
        sources["place"] = Source(path=file.places, crs=file.crs, bbox=bbox)
    if file.rivers is not None:
        sources["river"] = Source(path=file.rivers, id_from="name", crs=file.crs, bbox=bbox)
    return sources
