"""What the command line takes out is told in the audit as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import select

from gisapp.bootstrap import DATABASE_FILE
from gisapp.cli import main
from gisapp.events import Event
from gisapp.store import open_store


def run(*words: object) -> None:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output


def told(site: Path) -> list[tuple[str, str, dict[str, Any]]]:
    with open_store(site / DATABASE_FILE) as store, store.session() as session:
        found = session.scalars(select(Event).where(Event.what == "export").order_by(Event.seq))
        return [(one.kind, one.subject_id, one.data or {}) for one in found]


def test_an_offline_map_is_told(tiny_folder: Path, tmp_path: Path) -> None:
    run("dispatch", "--at", "100.041,30.0", "--need", "fire", "--map", tmp_path / "out.html",
        "-d", tiny_folder)  # fmt: skip
    ((kind, subject, data),) = told(tiny_folder)
    assert (kind, subject, data["format"]) == ("export_map", "dispatch", "html")
    assert data["records"] == 2
    assert data["filters"]["need"] == "fire"


def test_a_backup_and_a_copy_hold_their_own_record(tiny_folder: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "site.zip", "-d", tiny_folder)
    run("restore", tmp_path / "site.zip", "-d", tmp_path / "brought")
    run("copy", tiny_folder, tmp_path / "copied")
    formats = [data["format"] for _kind, _subject, data in told(tmp_path / "copied")]
    assert formats == ["zip", "gpkg"]
    ((kind, _subject, data),) = told(tmp_path / "brought")
    assert (kind, data["contacts"]) == ("export_site", True)
    assert data["records"] >= 7
