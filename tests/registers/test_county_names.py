"""What counties are called and which may be chosen, the same on every page."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from gisapp.registers.counties import county_choices, county_names
from gisapp.registers.kinds.area import Area
from gisapp.store import FileStore
from tests.exchange.copies import OTHER, OWN, fill

WEB = Path(__file__).resolve().parents[2] / "web"


@pytest.fixture
def merged_away(file_store: FileStore) -> FileStore:
    """A site one of whose counties was merged away."""
    fill(file_store)
    with file_store.session(write=True) as session:
        session.execute(update(Area).values(level="county"))
        gone = update(Area).where(Area.id == OTHER)
        session.execute(gone.values(retired_at=datetime.now(UTC), retired_by="t"))
        session.execute(update(Area).where(Area.id == OWN).values(name_en="Own County"))
    return file_store


def test_a_county_merged_away_is_named_and_not_offered(merged_away: FileStore) -> None:
    with merged_away.session() as session:
        names, offered = county_names(session, "zh"), county_choices(session, "zh")
    assert {OWN, OTHER} <= names.keys()
    assert offered == {OWN: names[OWN]}


def test_a_county_without_an_english_name_keeps_its_own(merged_away: FileStore) -> None:
    with merged_away.session() as session:
        names = county_names(session, "en")
    assert names[OWN] == "Own County"
    assert names[OTHER] == f"县{OTHER}"


def test_who_is_limited_to_a_county_is_offered_that_one(merged_away: FileStore) -> None:
    with merged_away.session() as session:
        assert list(county_choices(session, "en", own=OWN)) == [OWN]
        assert county_choices(session, "en", own="130102") == {"130102": "130102"}


def test_no_page_looks_counties_up_for_itself() -> None:
    asking = [
        str(path.relative_to(WEB))
        for path in WEB.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and any(one.name == "Area" for one in node.names)
    ]
    assert asking == []
