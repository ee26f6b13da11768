"""Accounts from the command line, and the first administrator."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gisapp.accounts.register import find
from gisapp.accounts.sessions import Identities
from gisapp.accounts.signin import sign_in
from gisapp.bootstrap import open_app
from gisapp.cli import main
from gisapp.cli.accounts import announce_administrator
from gisapp.settings import Settings
from tests.incidents.response.test_plans import with_approvers
from tests.tiny_site import write_tiny_site


def run(*words: object, lang: str = "en") -> Result:
    result = CliRunner().invoke(main, ["--lang", lang, *(str(word) for word in words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def enters(folder: Path, login: str, password: str) -> bool:
    app = open_app(Settings(dir=folder))
    with app.store:
        entered = sign_in(
            app.store, login=login, password=password, address="", browser="", max_hours=1
        )
    return entered.must_change


def test_a_new_site_prints_its_administrators_password_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site_toml = write_tiny_site(tmp_path / "files")
    made = run("init", tmp_path / "site", "--site", site_toml)
    chinese = re.search(r"登录名 admin，口令 ([\w-]+)。", made.stderr)
    english = re.search(r"login admin, password ([\w-]+)\.", made.stderr)
    assert chinese is not None
    assert english is not None
    assert chinese[1] == english[1]
    assert f"gisapp account reset-password admin -d {tmp_path / 'site'}" in made.stderr
    assert chinese[1] not in made.stdout
    assert enters(tmp_path / "site", "admin", chinese[1])
    app = open_app(Settings(dir=tmp_path / "site"))
    with app.store:
        assert not announce_administrator(app.store, tmp_path)
    assert capsys.readouterr().err == ""


def test_accounts_are_added_listed_disabled_and_reset(tiny_folder: Path) -> None:
    at = ("-d", tiny_folder, "--json")
    given = ("--name", "张三", "--role", "county_editor", "--county", "990001")
    added = json.loads(run("account", "add", "zhang", *given, *at).stdout)
    assert enters(tiny_folder, "zhang", added["password"])
    run("account", "disable", "zhang", *at)
    (row,) = json.loads(run("account", "list", *at).stdout)["accounts"]
    assert (row["login"], row["county"], row["state"]) == ("zhang", "990001", "disabled")
    run("account", "enable", "zhang", *at)
    reset = json.loads(run("account", "reset-password", "ZHANG", *at).stdout)
    assert reset["password"] != added["password"]
    assert enters(tiny_folder, "zhang", reset["password"])
    text = run("account", "list", "-d", tiny_folder, lang="zh").stdout
    assert text.split() == ["zhang", "张三", "县级编辑", "990001", "待首次登录"]


def test_an_office_of_the_plans_is_recorded(tiny_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "plans.toml"
    text = with_approvers('["city.deputy"]').replace("edition = 1", "edition = 2")
    path.write_text(text, encoding="utf-8")
    at = ("-d", tiny_folder)
    assert run("account", "offices", *at).stdout.strip() == ""
    run("import", "plans", path, *at)
    assert run("account", "offices", *at, lang="zh").stdout == "city.deputy  副总指挥\n"
    given = ("--name", "张三", "--role", "headquarters")
    wrong = run("account", "add", "zhang", *given, "--office", "city.mayor", *at)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "there are: city.deputy." in wrong.stderr
    run("account", "add", "zhang", *given, *at)
    assert run("account", "office", "zhang", "city.mayor", *at).exit_code == 2
    run("account", "office", "zhang", "city.deputy", *at)
    assert "deputy commander" in run("account", "list", *at).stdout
    (row,) = json.loads(run("account", "list", *at, "--json").stdout)["accounts"]
    assert row["office"] == "city.deputy"
    run("account", "office", "zhang", *at)
    (row,) = json.loads(run("account", "list", *at, "--json").stdout)["accounts"]
    assert row["office"] is None


def test_tokens_are_issued_listed_and_revoked(tiny_folder: Path) -> None:
    at = ("-d", tiny_folder, "--json")
    given = ("--agency", "水利局", "--right", "edit", "--days", 30)
    token = json.loads(run("account", "token", "水利平台", *given, *at).stdout)["token"]
    app = open_app(Settings(dir=tiny_folder))
    with app.store:
        identities = Identities(app.store, idle_min=1)
        found = identities.of_token(token)
        identities.finish()
    assert found is not None
    assert found.actor.agency == "水利局"
    (row,) = json.loads(run("account", "tokens", *at).stdout)["tokens"]
    assert (row["name"], row["rights"], row["revoked"]) == ("水利平台", ["view", "edit"], False)
    assert run("account", "revoke-token", row["number"], *at).exit_code == 0
    (row,) = json.loads(run("account", "tokens", *at).stdout)["tokens"]
    assert row["revoked"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "a b", "--name", "x", "--role", "viewer"), "without spaces"),
        (("add", "ed", "--name", "x", "--role", "county_editor"), "needs a county"),
        (("disable", "none"), "no account with the login none"),
        (("token", "x", "--agency", "y", "--right", "administer"), "cannot have the right"),
        (("revoke-token", "7"), "no such token"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tiny_folder: Path, words: tuple[str, ...], says: str
) -> None:
    result = run("account", *words, "-d", tiny_folder)
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_who_works_at_the_server_is_recorded(tiny_folder: Path) -> None:
    run("account", "add", "li", "--name", "李", "--role", "viewer", "-d", tiny_folder)
    app = open_app(Settings(dir=tiny_folder))
    with app.store, app.store.session() as session:
        assert find(session, "li").created_by
