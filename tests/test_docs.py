"""The documents say what the program does."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import click

from gisapp.cli import main
from gisapp.incidents.cards.standards import PENALTY_MIN, READ, standards, standards_table
from gisapp.schema import Label
from gisapp.settings import settings_table
from gisapp.site import Site

ROOT = Path(__file__).resolve().parents[1]


def test_every_setting_is_documented() -> None:
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_standards_that_cards_are_filled_by_are_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert standards_table() in page
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    given = tomllib.loads(example)["response"]
    site = Site(
        code="x", name=Label("甲", "A"), projected_crs="EPSG:4546", time_zone="Asia/Shanghai",
        center=(111, 36), bbox=(110, 35, 112, 37), response=given,
    )  # fmt: skip
    read = standards(site)
    assert set(given) == set(READ)
    assert read.penalty_min == {**PENALTY_MIN, **given["tier_penalty_min"]}
    assert read.cover == given["minimum_cover"]


def test_every_command_is_documented() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "write_cli_reference.py"))["page"]()
    assert written == (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert all(f"## gisapp {' '.join(path)}\n" in written for path in commands(main))


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, (*path, name))
        else:
            found[*path, name] = command
    return found


def test_the_readme_uses_commands_and_options_that_exist() -> None:
    known = commands(main)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(
        r"gisapp ((?:init|import|dispatch|serve|demo|doctor|isochrone)[^`\n#]*)", text
    )
    assert len(lines) > 5
    for line in lines:
        words = line.split()
        path = (*words[:2],) if words[0] == "import" else (words[0],)
        options = {name for param in known[path].params for name in param.opts}
        used = {word for word in words if word.startswith("-")}
        assert used <= options, line


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), ROOT / "data" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_nothing_outside_the_data_knows_the_sample_prefecture() -> None:
    named = [
        path
        for package in ("gisapp", "routing", "layers", "web")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".js", ".css", ".html", ".json", ".toml"}
        and "vendor" not in path.parts
        and "_sample" not in path.parts
        and re.search("linfen|临汾", path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert named == []
