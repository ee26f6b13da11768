# ruff: noqa: INP001, S603 - a script; what it starts is our own
"""Write the pictures of ``docs/worked-examples.md``: builds the sample site, drives both stories.

PYTHONPATH=. python docs/write_worked_examples.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.worked_examples import Desk, landslide, leaking_dam

FOLDER = Path(__file__).with_name("worked-examples")
COLOURS = 128


def keep(page: Page, name: str) -> None:
    """A picture of few colours: a tenth of its size, and nobody sees the difference."""
    path = FOLDER / f"{name}.png"
    page.wait_for_timeout(800)
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> None:
    """Build, serve, drive."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "gisapp"]
        subprocess.run([*command, "demo", "-d", folder, "--prepare-only"], check=True)
        serve = [*command, "serve", "-d", folder, "--port", "8765"]
        with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True) as server:
            try:
                assert server.stderr is not None
                next(line for line in server.stderr if "http://" in line)
                reset = [*command, "--json", "account", "reset-password", "admin", "-d", folder]
                password = json.loads(subprocess.check_output(reset))["password"]
                with sync_playwright() as driver:
                    browser = driver.chromium.launch(
                        executable_path="/usr/bin/chromium", args=["--no-sandbox"]
                    )
                    size = {"width": 1440, "height": 900}
                    page = browser.new_page(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
                    desk = Desk(page, "http://127.0.0.1:8765", keep)
                    desk.sign_in("admin", password)
                    for story in (landslide, leaking_dam):
                        story(desk)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
