"""Fixtures shared by all tests.

Random cases are the same in every run of the gate; ``HYPOTHESIS_PROFILE=explore`` draws others, ten
times as many where a test sets no number.
"""

from __future__ import annotations

import compileall
import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import psycopg
import pytest
from _pytest.assertion import rewrite
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import URL, Connection, Engine, create_engine, event
from werkzeug.routing import Rule

from gisapp.accounts import passwords
from gisapp.bootstrap import DATABASE_FILE, App, open_app
from gisapp.incidents.cards import pairing
from gisapp.planning.siting import Problem, p_median
from gisapp.provision import provision_from_file
from gisapp.rights import system_actor
from gisapp.settings import Settings
from gisapp.store import (
    FileStore,
    ServerStore,
    Store,
    create_store,
    file,
    migrations,
    open_store,
    server,
)
from gisapp.store.copying import copy_store
from gisapp.store.file import open_file
from gisapp.store.server import open_on_server
from gisapp.tables import all_tables
from routing import warm_up
from tests.memory import folder_in_memory
from tests.postgis_server import BARE, Server, database, running_server
from tests.tiny_site import write_tiny_site
from web import assets
from web.assets import STATIC

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

if memory := folder_in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Of a process that a test starts: half of what importing numpy takes goes to its threads."""

ROOT = Path(__file__).resolve().parents[1]

LONGEST = (
    "test_round_trip.py", "test_wheel.py", "test_sample_site.py", "test_openapi.py",
    "test_outside_values.py", "test_killed.py", "test_heavy.py", "test_nightly.py",
    "test_adding_a_register.py", "test_browser.py", "test_browser_gestures.py", "test_backup.py",
)  # fmt: skip
"""Files that take longest, begun first: nobody waits for the last of them at the end."""


class ToldAtOnce:
    """Says what failed when it fails: a run that is cut off has told it, too."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            writer = self._config.get_terminal_writer()
            writer.line()
            writer.line(f"{report.nodeid} ({report.when})", red=True)
            writer.line(report.longreprtext)


def pytest_configure(config: pytest.Config) -> None:
    """Compile everything before several processes would each do it."""
    gc.set_threshold(20_000, 20, 20)
    if hasattr(config, "workerinput"):
        return
    config.pluginmanager.register(ToldAtOnce(config))
    if getattr(config.option, "numprocesses", None):
        compile_sources(config)
        warm_up()
        pairing.warm_up()
        p_median(Problem.from_cost_matrix([[1, 2], [2, 1]]), p_facilities=1)


def compile_sources(config: pytest.Config) -> None:
    """Keep our modules compiled, and the tests' with their assertions rewritten.

    Processes that begin at the same moment find nothing kept and each compile all; where
    ``PYTHONDONTWRITEBYTECODE`` is set, nobody keeps anything.
    """
    for package in ("gisapp", "layers", "routing", "web"):
        compileall.compile_dir(ROOT / package, quiet=2)
    for path in (ROOT / "tests").rglob("test_*.py"):
        kept = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
        if rewrite._read_pyc(path, kept) is None:
            kept.parent.mkdir(exist_ok=True, parents=True)
            source_hash, code = rewrite._rewrite_test(path, config)
            rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source_hash, kept)


def pytest_collection_finish() -> None:
    """Leave alone what stays to the end: else each collection of garbage walks through it."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)  # of the rest the order stays


BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell first: the same engine without windows, which cost more than half of a test's page."""
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real data for tests is absent: no folder {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """The product's own: in its place the tests hash a thousand times as cheaply."""
    real = passwords._HASHER
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords._HASHER = real


@pytest.fixture(scope="session", autouse=True)
def one_dialect_for_all() -> Iterator[None]:
    """Databases of one kind share what was compiled for them, as those of a long process do.

    Each test has a database of its own; else a sixth of the time goes to the same statements,
    compiled anew for each.
    """
    first: dict[str, Engine] = {}

    def made(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        shared = first.get(engine.dialect.name)
        if shared is None or shared.dialect.server_version_info is None:
            first[engine.dialect.name] = engine  # of one that never connected nothing is known
        else:
            engine.dialect = engine.pool._dialect = shared.dialect
            engine._compiled_cache = shared._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        for module in (file, server):
            patch.setattr(module, "create_engine", made)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_migration_for_all() -> Iterator[None]:
    """What makes the tables of a new file is written down at the first and said again for others.

    Else Alembic finds out the same statements anew, half of what a county's copy costs. Files that
    are brought up to date, and databases on the server, go through it each time.
    """
    said: dict[object, list[tuple[str, Any]]] = {}

    def upgrade(connection: Connection) -> None:
        if migrations.VERSIONS not in said:
            heard: list[tuple[str, Any]] = []

            def hear(_on: Connection, _cursor: object, statement: str, given: Any, *_: Any) -> None:
                heard.append((statement, given or None))

            event.listen(connection, "before_cursor_execute", hear)
            migrations.upgrade(connection)
            event.remove(connection, "before_cursor_execute", hear)
            said[migrations.VERSIONS] = heard
            return
        for statement, given in said[migrations.VERSIONS]:
            connection.exec_driver_sql(statement, given).close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file, "upgrade", upgrade)
        yield


class KeptTemplates(BytecodeCache):
    """Templates compiled in this process, whichever application asks for them."""

    def __init__(self) -> None:
        self._kept: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(f"{bucket.key} {bucket.checksum}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[f"{bucket.key} {bucket.checksum}"] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def one_compilation_for_all() -> Iterator[None]:
    """Each test makes an application of its own; its addresses and templates are compiled once.

    Else half of the time of the tests of pages goes to that.
    """
    known: dict[tuple[object, ...], Rule] = {}
    really, digest = Rule.compile, cache(assets.fingerprint)

    def compiled(rule: Rule) -> None:
        # All that it is made of. Its converters know how to read and write a part, and no site.
        of = rule.map
        made_of = (rule.rule, rule.merge_slashes, of.host_matching, rule.host, rule.subdomain)
        key = (*made_of, repr(rule.defaults), *of.converters.items())
        first = known.get(key)
        if first is None:
            really(rule)
            known[key] = rule
            return
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments |= first.arguments
        for name in ("_build", "_build_unknown"):
            setattr(rule, name, getattr(first, name).__func__.__get__(rule))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compiled)
        patch.setattr(assets, "fingerprint", digest)  # of the checkout, which stays as it is
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": KeptTemplates()})
        yield


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database, closed, to be copied."""
    path = tmp_path_factory.mktemp("store") / "empty.gpkg"
    create_store(path).close()
    return path


@pytest.fixture
def file_store(empty_file: Path, tmp_path: Path) -> Iterator[FileStore]:
    """A new file of its own for each test, opened."""
    with open_file(Path(shutil.copy(empty_file, tmp_path / "site.gpkg"))) as opened:
        yield opened


def absent(reason: str) -> None:
    """Skip, or fail where the gate says that a browser must be there."""
    if os.environ.get("GISAPP_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        absent("no Chromium on this machine: install chromium")
    if not (STATIC / "vendor" / "leaflet" / "leaflet.js").is_file():
        absent("web/static/vendor is empty: install the package (pip install -e .)")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def postgis_server() -> Iterator[Server]:
    """A running PostgreSQL with PostGIS, started for this run of the tests."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgis_url(postgis_server: Server) -> Iterator[str]:
    """Address of a database of its own for each test, with an empty site."""
    with database(postgis_server) as url:
        yield url


@pytest.fixture
def postgis_store(postgis_url: str) -> Iterator[ServerStore]:
    """The empty site on the server, opened."""
    with open_on_server(postgis_url) as opened:
        yield opened


@pytest.fixture(params=["file", "postgis"])
def store(request: pytest.FixtureRequest) -> Store:
    """A new database of its own for each test, opened: a file, then one on a real server."""
    opened: Store = request.getfixturevalue(f"{request.param}_store")
    return opened


@pytest.fixture
def other_store(request: pytest.FixtureRequest, store: Store) -> Iterator[Store]:
    """The database of ``store`` opened once more, as another server process has it."""
    address = store.path if isinstance(store, FileStore) else request.getfixturevalue("postgis_url")
    with open_store(address) as opened:
        yield opened


Outside = Callable[[str], object]
"""Runs a statement as another program does."""


@pytest.fixture
def outside(store: Store, request: pytest.FixtureRequest) -> Iterator[Outside]:
    if isinstance(store, FileStore):
        yield lambda sql: run_ogrinfo(store.path, sql)
        return
    url = request.getfixturevalue("postgis_url")
    with psycopg.connect(url, autocommit=True, application_name="QGIS") as connection:
        connection.execute("SET search_path = gisapp, public")
        yield connection.execute  # type: ignore[misc]


def run_ogrinfo(path: Path, sql: str) -> None:
    """Run a statement on a file as GDAL and QGIS do."""
    if shutil.which("ogrinfo") is None:
        pytest.skip("no GDAL programs here: install gdal-bin")
    done = subprocess.run(["ogrinfo", path, "-sql", sql], check=True, capture_output=True)
    assert b"ERROR" not in done.stderr, done.stderr


@pytest.fixture(scope="session")
def tiny_site_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny site's folder, made once; tests that write take ``tiny_app``."""
    folder = tmp_path_factory.mktemp("tiny")
    site_toml = write_tiny_site(folder / "files")
    provision_from_file(
        folder / "site", site_toml, actor=system_actor("test"), say=lambda _code, _params: None
    )
    return folder / "site"


@pytest.fixture(scope="session")
def tiny_template(tiny_site_made: Path, postgis_server: Server) -> str:
    """Name of a database that holds the tiny site, to be cloned."""
    postgis_server.run(f"CREATE DATABASE tiny_site TEMPLATE {BARE} STRATEGY file_copy")
    with open_store(tiny_site_made / DATABASE_FILE) as source:
        copy_store(source, postgis_server.url("tiny_site"), tables=all_tables())
    return "tiny_site"


@pytest.fixture
def tiny_on_server(
    tiny_template: str, tiny_folder: Path, postgis_server: Server
) -> Iterator[Settings]:
    """The tiny site on the server, its roads in a folder."""
    (tiny_folder / DATABASE_FILE).unlink()
    with database(postgis_server, template=tiny_template) as url:
        yield Settings(dir=tiny_folder, database_url=url)


@pytest.fixture
def tiny_folder(tiny_site_made: Path, tmp_path: Path) -> Path:
    """A copy of the tiny site that a test may change."""
    return Path(shutil.copytree(tiny_site_made, tmp_path / "site"))


@pytest.fixture(params=["file", "postgis"])
def tiny_settings(request: pytest.FixtureRequest, tiny_folder: Path) -> Settings:
    """The tiny site with its database in a file, then on the server."""
    if request.param == "file":
        return Settings(dir=tiny_folder)
    on_server: Settings = request.getfixturevalue("tiny_on_server")
    return on_server


@pytest.fixture
def tiny_apps(tiny_settings: Settings) -> Iterator[App]:
    """The tiny site of ``tiny_settings``, opened."""
    app = open_app(tiny_settings)
    yield app
    app.store.close()


@pytest.fixture
def tiny_app(tiny_folder: Path) -> Iterator[App]:
    """The tiny site, opened."""
    app = open_app(Settings(dir=tiny_folder))
    yield app
    app.store.close()
