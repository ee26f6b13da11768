"""A fresh database on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gisapp.store import Store, create_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "site.gpkg") as made:
        yield made
