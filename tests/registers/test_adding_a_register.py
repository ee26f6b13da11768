"""A register is one file and a migration: the document is followed to the letter."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "adding-a-register.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def run(copy: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=copy, capture_output=True, text=True, timeout=PATIENCE_S,
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with the register and the field of the document."""
    folder = tmp_path_factory.mktemp("copy")
    for package in ("gisapp", "layers", "routing", "web", "docs"):
        left = shutil.ignore_patterns("vendor")  # what was compiled comes along, to save the time
        shutil.copytree(ROOT / package, folder / package, ignore=left)
    text = DOCUMENT.read_text(encoding="utf-8")
    (_, register), (_, commands), (_, attribute), (_, steps) = BLOCK.findall(text)
    paths = re.findall(r"`(gisapp/[\w/]+\.py)`", text)
    kind = folder / paths[0]
    kind.write_text(register, encoding="utf-8")
    for command in commands.splitlines():
        program, script, *arguments = re.findall(r'"[^"]*"|\S+', command)
        assert program == "python"
        run(folder, script, *(one.strip('"') for one in arguments))
    versions = folder / "gisapp" / "store" / "migrations" / "versions"
    written = max(versions.glob("v*.py"))
    assert written.relative_to(folder).as_posix() in paths
    kind.write_text(register + attribute, encoding="utf-8")
    before = written.name[1:5]
    after = f"{int(before) + 1:04}"
    (versions / f"v{after}_toilets.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision = "{after}"\ndown_revision = "{before}"\n'
        f"branch_labels = depends_on = None\n\n\ndef upgrade():\n{steps}",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def site(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a site made by that program answers."""
    folder = tmp_path_factory.mktemp("site")
    run(copy, str(Path(__file__).with_name("a_new_register.py")), str(folder))
    answer: dict[str, Any] = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    return answer


def test_the_migration_is_the_model(site: dict[str, Any]) -> None:
    assert site["migrated"]


def test_it_has_its_pages(site: dict[str, Any]) -> None:
    assert site["menu"]
    assert "取水点" in site["list"]
    assert [row["name"] for row in site["rows"]] == ["一号取水点"]
    for label in ("取水类型", "消火栓", "流量", "冬季可用", "用途", "厕位"):
        assert label in site["form"]


def test_it_has_its_template(site: dict[str, Any]) -> None:
    told = " ".join(site["template"])
    assert "取水类型" in told
    assert "厕位" in told


def test_it_is_on_the_map(site: dict[str, Any]) -> None:
    (feature,) = site["features"]["features"]
    assert feature["properties"] == {"id": "W1", "name": "一号取水点", "c": 1}
    facts = {one["label"]: one["value"] for one in site["popup"]["facts"]}
    assert facts["取水类型"] == "取水池"
    assert facts["流量"] == "12.5 L/s"
    assert facts["用途"] == "饮用、消防"
    assert facts["厕位"] == "2"
    assert "县区" in facts


def test_other_systems_read_it(site: dict[str, Any]) -> None:
    assert "water_point" in {one["id"] for one in site["collections"]["collections"]}
    (feature,) = site["ogc"]["features"]
    assert feature["properties"]["uses"] == ["drinking", "fire"]
    assert feature["properties"]["toilets"] == 2


def test_the_dictionary_explains_it(copy: Path) -> None:
    page = (copy / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert "### 取水点 Water point `water_point`" in page
    assert "`flow_l_s`" in page
