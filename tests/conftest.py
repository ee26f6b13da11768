"""Fixtures shared by all tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gisapp.bootstrap import App, open_app
from gisapp.provision import provision_from_file
from gisapp.settings import Settings
from gisapp.store import Store, create_store, open_store
from tests.tiny_site import write_tiny_site

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real data for tests is absent: no folder {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database, closed, to be copied."""
    path = tmp_path_factory.mktemp("store") / "empty.gpkg"
    create_store(path).close()
    return path


@pytest.fixture
def store(empty_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A new database of its own for each test, opened."""
    with open_store(shutil.copy(empty_file, tmp_path / "site.gpkg")) as opened:
        yield opened


@pytest.fixture(scope="session")
def tiny_site_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny site's folder, made once; tests that write take ``tiny_app``."""
    folder = tmp_path_factory.mktemp("tiny")
    site_toml = write_tiny_site(folder / "files")
    provision_from_file(folder / "site", site_toml, who="test", say=lambda _code, _params: None)
    return folder / "site"


@pytest.fixture
def tiny_folder(tiny_site_made: Path, tmp_path: Path) -> Path:
    """A copy of the tiny site that a test may change."""
    return Path(shutil.copytree(tiny_site_made, tmp_path / "site"))


@pytest.fixture
def tiny_app(tiny_folder: Path) -> Iterator[App]:
    """The tiny site, opened."""
    app = open_app(Settings(dir=tiny_folder))
    yield app
    app.store.close()
