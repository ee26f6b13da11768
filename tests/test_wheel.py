"""The built wheel, alone in an empty folder, does the main job."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.patience import PATIENCE_S
from tests.worked_examples import Desk, landslide, leaking_dam

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the internet: the browser libraries are there already."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--no-index", "-w", out, ROOT], check=True, capture_output=True)
    (built,) = out.glob("gisapp-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the wheel's packages go before the checkout's."""
    target = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    bring_compiled(target)
    return {**os.environ, "PYTHONPATH": str(target), "GISAPP_LANG": "en"}


def bring_compiled(target: Path) -> None:
    """Bring along what is compiled of the same code, to save the time.

    It is found by the source's size and moment.
    """
    for index in (*(ROOT / "routing").rglob("*.nbi"), *(ROOT / "gisapp").rglob("*.nbi")):
        source = index.parent.parent / f"{index.name.partition('.')[0]}.py"
        copy = target / source.relative_to(ROOT)
        if copy.read_bytes() == source.read_bytes():
            moment = source.stat()
            os.utime(copy, ns=(moment.st_atime_ns, moment.st_mtime_ns))
            (copy.parent / "__pycache__").mkdir(exist_ok=True)
            for compiled in index.parent.glob(f"{index.stem}*.nb[ic]"):
                shutil.copy2(compiled, copy.parent / "__pycache__")


def test_the_wheel_holds_what_a_page_and_the_sample_need(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "web/static/vendor/leaflet/leaflet.js" in names
    assert "gisapp/_sample/builder/__init__.py" in names
    assert any(name.startswith("gisapp/_sample/") and name.endswith("site.toml") for name in names)
    assert "gisapp/messages/zh.json" in names
    assert not any(name.startswith(("tests/", "data/", "notebooks/")) for name in names)


def gisapp(installed: dict[str, str], folder: Path, *words: object) -> str:
    command = [sys.executable, "-m", "gisapp", *(str(word) for word in words)]
    done = subprocess.run(
        command, cwd=folder, env=installed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@contextmanager
def served(installed: dict[str, str], folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gisapp", "demo", "-d", "demo", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=folder, env=installed, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            told: list[str] = []
            while not (told and "http://" in told[-1]):
                told.append(server.stderr.readline())
                assert told[-1], "".join(told)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def test_the_sample_from_the_wheel_in_an_empty_folder(
    installed: dict[str, str], browser: Browser, tmp_path: Path
) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import gisapp, web; print(gisapp.__file__, web.__file__)"],
        cwd=tmp_path,
        env=installed,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(ROOT) not in where.stdout

    gisapp(installed, tmp_path, "demo", "-d", "demo", "--prepare-only")
    doctor = json.loads(gisapp(installed, tmp_path, "--json", "doctor", "-d", "demo"))
    assert {item["level"] for item in doctor["findings"]} == {"ok"}
    question = ["dispatch", "-d", "demo", "--at", "110.85,36.07", "--need", "mine_rescue"]
    answer = json.loads(gisapp(installed, tmp_path, "--json", *question, "--map", "out.html"))
    assert len(answer["proposals"]) == 5
    assert answer["synthetic"] is True
    assert (tmp_path / "out.html").stat().st_size > 100_000

    issuing = ["--json", "account", "token", "test", "--agency", "test", "-d", "demo"]
    token = json.loads(gisapp(installed, tmp_path, *issuing))["token"]
    with served(installed, tmp_path) as address:
        asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as page:
            assert page.status == 200
            assert "leaflet" in page.read().decode("utf-8")
        reset = ["--json", "account", "reset-password", "admin", "-d", "demo"]
        password = json.loads(gisapp(installed, tmp_path, *reset))["password"]
        page = browser.new_page(locale="zh-CN", viewport={"width": 1440, "height": 900})
        desk = Desk(page, address, lambda _page, _name: None)
        desk.sign_in("admin", password)
        for story in (landslide, leaking_dam):
            story(desk)
        page.close()
