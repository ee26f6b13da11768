"""Who may use which address: one table for all.

An address without an entry is for administrators only, and a test fails until it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from gisapp.rights import Right


class Gate(Enum):
    """What an address asks for where it is no right."""

    OPEN = auto()
    """Nothing: whoever reaches the server."""
    SIGNED_IN = auto()
    """A person with a session, even one whose password must be changed first."""


Access = Right | Gate

ACCESS: Final[Mapping[str, Access | Mapping[str, Access]]] = MappingProxyType(
    {
        "assets": Gate.OPEN,
        "map.health": Gate.OPEN,
        "accounts.sign_in": Gate.OPEN,
        "accounts.sign_out": Gate.SIGNED_IN,
        "accounts.password": Gate.SIGNED_IN,
        "accounts.index": Right.MANAGE_ACCOUNTS,
        "accounts.add": Right.MANAGE_ACCOUNTS,
        "accounts.edit": Right.MANAGE_ACCOUNTS,
        "accounts.disable": Right.MANAGE_ACCOUNTS,
        "accounts.enable": Right.MANAGE_ACCOUNTS,
        "accounts.reset": Right.MANAGE_ACCOUNTS,
        "accounts.end_session": Right.MANAGE_ACCOUNTS,
        "accounts.tokens": Right.MANAGE_ACCOUNTS,
        "accounts.revoke": Right.MANAGE_ACCOUNTS,
        "accounts.audit": Right.SEE_AUDIT,
        "map.index": Right.VIEW,
        "map.features": Right.VIEW,
        "map.roads": Right.VIEW,
        "map.search": Right.VIEW,
        "map.record": Right.VIEW,
        "incidents.propose": Right.DISPATCH,
        "incidents.isochrones": Right.VIEW,
        "incidents.list_closures": Right.VIEW,
        "incidents.add_closure": Right.CLOSE_ROADS,
        "incidents.lift_closure": Right.CLOSE_ROADS,
        "incidents.list_limits": Right.VIEW,
        "incidents.confirm_limit": Right.CLOSE_ROADS,
        "incidents.withdraw_limit": Right.CLOSE_ROADS,
        "ogc.landing": Right.VIEW,
        "ogc.conformance": Right.VIEW,
        "ogc.collections": Right.VIEW,
        "ogc.collection": Right.VIEW,
        "ogc.items": Right.VIEW,
        "ogc.feature": Right.VIEW,
        "registers.index": Right.VIEW,
        "registers.listed": Right.VIEW,
        "registers.record": Right.VIEW,
        "registers.rows": Right.VIEW,
        "registers.history_of": Right.VIEW,
        "registers.grades": Right.VIEW,
        "registers.new": Right.EDIT,
        "registers.create": Right.EDIT,
        # Verifying, editing and retiring are rights of their own: the use case asks for each.
        "registers.act": Right.VIEW,
        "register_files.export": Right.EXPORT,
        "register_files.listed": Right.VIEW,
        "register_files.attach": Right.EDIT,
        "register_files.detach": Right.EDIT,
        "register_files.content": Right.VIEW,
        "register_files.thumbnail": Right.VIEW,
        "exchange.index": Right.EXPORT,
        "exchange.take_copy": Right.EXPORT,
        "exchange.merge": Right.IMPORT,
        "exchange.settle": Right.IMPORT,
        "api.index": Right.VIEW,
        "api.description": Right.VIEW,
        "api.csv_feed": Right.EXPORT,
        "api.xlsx_feed": Right.EXPORT,
        "api.geojson_feed": Right.EXPORT,
        "importing.index": Right.IMPORT,
        "importing.check": Right.IMPORT,
        "importing.checked": Right.IMPORT,
        "importing.upload_faults": Right.IMPORT,
        "importing.progress": Right.IMPORT,
        "importing.confirm": Right.IMPORT,
        "importing.discard": Right.IMPORT,
        "importing.template": Right.IMPORT,
        "importing.one_batch": Right.IMPORT,
        "importing.batch_faults": Right.IMPORT,
        "importing.quarantine": Right.IMPORT,
        "importing.dismiss_row": Right.IMPORT,
        "importing.duplicates": Right.IMPORT,
        "importing.one_pair": Right.IMPORT,
        "importing.decide_pair": Right.IMPORT,
        "quality.index": Right.VIEW,
        "quality.worklist": Right.VIEW,
        "quality.share": Right.EXPORT,
        "quality.verify": Right.VERIFY,
        "risks.index": Right.VIEW,
        "risks.hazard": Right.VIEW,
        "risks.ticket_list": Right.VIEW,
        "risks.year": Right.VIEW,
        "risks.sheet": Right.VIEW,
        "risks.ledger": Right.VIEW,
        "risks.export": Right.EXPORT,
        "risks.layer": Right.VIEW,
        "risks.card": Right.VIEW,
        "risks.assess": Right.MANAGE_RISKS,
        "risks.advance": Right.MANAGE_RISKS,
        "risks.inspect": Right.MANAGE_RISKS,
        "risks.set_cadence": Right.MANAGE_RISKS,
        "risks.add_ticket": Right.MANAGE_RISKS,
        "risks.move_ticket": Right.MANAGE_RISKS,
        "risks.ledgers": Right.MANAGE_RISKS,
        "risks.take_ledger": Right.MANAGE_RISKS,
        "risks.ledger_template": Right.MANAGE_RISKS,
    }
)
"""Endpoint → what it asks for; by method where one endpoint serves several with different rights.

Rights that end at a county are asked here in general; the use case asks for the record's county.
"""

CENSUS_UPLOADS: Final = frozenset({"importing.check", "risks.take_ledger"})
"""Endpoints that a file of a census is sent to; the setting max_upload_mb says how large."""

UPLOADS: Final[Mapping[str, int]] = MappingProxyType(
    {
        # The most that the setting attachment_mb can allow; the address narrows it to what it does.
        "register_files.attach": 101 * 1024 * 1024,
        "exchange.merge": 256 * 1024 * 1024,
    }
)
"""Endpoint → most bytes of a request, where a file is sent to it; all others take little."""


def access_to(endpoint: str | None, method: str) -> Access:
    """What a request for `endpoint` asks for; the most where the table does not say."""
    if endpoint is None:
        return Right.VIEW  # no such address: said to those only who may see what there is
    entry = ACCESS.get(endpoint, Right.ADMINISTER)
    if isinstance(entry, Mapping):
        named = "GET" if method in {"HEAD", "OPTIONS"} else method
        return entry.get(named, Right.ADMINISTER)
    return entry
