"""The commands on whole databases, and the doctor's word on a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gisapp.bootstrap import DATABASE_FILE
from gisapp.cli import main
from gisapp.road_files import ROADS_FILE
from tests.postgis_server import BARE, Server, database
from tests.tiny_site import write_tiny_site

NEAR_C = "100.041,30.0"


def run(*words: object, url: str | None = None, lang: str = "en", **env: str) -> Result:
    variables = env | ({} if url is None else {"GISAPP_DATABASE_URL": url})
    result = CliRunner().invoke(main, ["--lang", lang, *map(str, words)], env=variables)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def free_url(postgis_server: Server) -> Iterator[str]:
    with database(postgis_server, template=BARE) as url:
        yield url


def first_team(result: Result) -> str:
    return str(json.loads(result.stdout)["proposals"][0]["id"])


def test_site_made_on_a_server_answers_there(tmp_path: Path, free_url: str) -> None:
    """The same commands; the folder holds no database."""
    site_toml = write_tiny_site(tmp_path / "files")
    made = run("init", tmp_path / "site", "--site", site_toml, url=free_url)
    assert made.exit_code == 0, made.output
    assert DATABASE_FILE not in {path.name for path in (tmp_path / "site").iterdir()}
    asked = ("--json", "dispatch", "--at", NEAR_C, "--need", "fire", "-d", tmp_path / "site")
    assert first_team(run(*asked, url=free_url)) == "T2"
    again = run("init", tmp_path / "second", "--site", site_toml, url=free_url)
    assert again.exit_code == 3
    assert not (tmp_path / "second").exists()


def test_copy_there_and_back_answers_alike(
    tiny_folder: Path, tmp_path: Path, free_url: str
) -> None:
    there = run("--json", "copy", tiny_folder, free_url)
    assert there.exit_code == 0, there.output
    assert json.loads(there.stdout)["counts"]["team"] == 7
    back = run("--json", "copy", free_url, tmp_path / "back", "-d", tiny_folder)
    assert back.exit_code == 0, back.output
    assert json.loads(back.stdout)["roads"] is True
    assert {path.name for path in (tmp_path / "back").iterdir()} == {DATABASE_FILE, ROADS_FILE}
    asked = ("--json", "dispatch", "--at", NEAR_C, "--need", "fire", "-d")
    assert first_team(run(*asked, tmp_path / "back")) == "T2"
    taken = run("copy", tiny_folder, free_url)
    assert taken.exit_code == 3
    assert "is there already" in taken.stderr


def test_backup_and_restore(tiny_folder: Path, tmp_path: Path) -> None:
    made = run("backup", tmp_path / "site.zip", "-d", tiny_folder)
    assert made.exit_code == 0, made.output
    brought = run("restore", tmp_path / "site.zip", "-d", tmp_path / "other", lang="zh")
    assert brought.exit_code == 0, brought.output
    assert "已恢复" in brought.stdout
    asked = ("--json", "dispatch", "--at", NEAR_C, "--need", "fire", "-d")
    assert first_team(run(*asked, tmp_path / "other")) == "T2"
    no_backup = run("restore", tiny_folder / ROADS_FILE, "-d", tmp_path / "third")
    assert no_backup.exit_code == 3
    assert "is no backup" in no_backup.stderr


class TestDoctor:
    def findings(self, result: Result) -> dict[str, dict[str, str]]:
        return {one["subject"]: one for one in json.loads(result.stdout)["findings"]}

    def test_server_that_would_lose_what_it_acknowledged(
        self, tmp_path: Path, postgis_url: str
    ) -> None:
        """The tests' own server does: it flushes nothing."""
        found = self.findings(run("--json", "doctor", "-d", tmp_path, url=postgis_url))
        assert found["database"]["level"] == "warn"
        assert "fsync" in found["database"]["text"]

    def test_server_out_of_reach(self, tmp_path: Path) -> None:
        url = "postgresql://li:geheim@127.0.0.1:1/db"
        result = run("--json", "doctor", "-d", tmp_path, url=url)
        assert self.findings(result)["database"]["level"] == "fail"
        assert "geheim" not in result.output

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_wrong_settings_are_a_finding_of_its_own(self, tmp_path: Path, lang: str) -> None:
        """Each with its value and what it may be, in the reader's language, no secret among it."""
        result = run(
            "--json", "doctor", "-d", tmp_path, lang=lang, url="mysql://a:geheim@b/c",
            GISAPP_PORT="abc", GISAPP_MAX_SNAP_M="0",
        )  # fmt: skip
        assert result.exit_code == 3
        text = self.findings(result)["settings"]["text"]
        assert "GISAPP_PORT = abc" in text
        assert "GISAPP_MAX_SNAP_M = 0" in text
        assert "geheim" not in result.output
        expected = {"zh": "应为 1–65535 的整数", "en": "must be a whole number between 1 and 65535"}
        assert expected[lang] in text
        assert ("should" in text) is False
        assert json.loads(result.stdout)["settings"]["port"] == "8000"

    def test_other_commands_say_the_same_in_one_line(self, tmp_path: Path) -> None:
        result = run("serve", "-d", tmp_path, lang="zh", GISAPP_PORT="abc")
        assert result.exit_code == 2
        assert "GISAPP_PORT = abc，应为 1–65535 的整数" in result.stderr
        assert len(result.stderr.splitlines()) == 1
