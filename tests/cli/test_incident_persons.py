"""Personal data from a terminal: looked at, due, kept after an assessment, destroyed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gisapp.clock import REAL
from tests.cli.test_incident_commands import Terminal, desk, desks, opened

__all__ = ["desk", "desks"]  # the fixtures

NAME, PHONE = "诸葛某某", "13912345678"
CALLER = ("--caller-name", NAME, "--caller-phone", PHONE)
GROUNDS = ("--legality", "安全生产法", "--necessity", "事故调查", "--security", "专人保管")


def day(ahead: int) -> date:
    return REAL.now().date() + timedelta(days=ahead)


def over(desk: Terminal, *words: object) -> str:
    number = opened(desk, "landslide", *words)
    desk.says("close", number, "--why", "处置完毕")
    return number


def test_from_the_look_to_the_end(desks: Terminal) -> None:
    number = opened(desks, "landslide", *CALLER)
    said = desks.says("persons", "show", number, lang="zh")
    assert said == f"报警人  {NAME}  {PHONE}\n"
    (told,) = desks.tells("persons", "show", number)["persons"]
    assert (told["role_label"], told["name"], told["phone"], told["note"]) == (
        "Caller", NAME, PHONE, None,
    )  # fmt: skip
    log = desks.tells("log", number)["log"]
    assert [one["what"] for one in log].count("read") == 2
    assert NAME not in str(log)
    assert desks.tells("persons", "due")["incidents"] == []

    desks.says("close", number, "--why", "处置完毕")
    assert number in desks.says("persons", "due")
    assert [one["id"] for one in desks.tells("persons", "due")["incidents"]] == [number]
    told = desks.tells("persons", "destroy", number, "--why", "处置结束")
    assert told == {"id": number, "destroyed": 1}
    assert desks.tells("persons", "due")["incidents"] == []
    (told,) = desks.tells("persons", "show", number)["persons"]
    assert (told["role"], told["name"], told["phone"]) == ("caller", None, None)


def test_what_is_destroyed_is_said(desk: Terminal) -> None:
    number = over(desk, *CALLER)
    said = desk.says("persons", "destroy", number, "--why", "处置结束", lang="zh")
    assert said.startswith(f"事件 {number}：1 人的个人信息已销毁。此前的备份中仍有")


def test_kept_until_a_day(desk: Terminal) -> None:
    number, until = over(desk, *CALLER), day(30).isoformat()
    kept = ("persons", "keep", number, "--until", until, *GROUNDS)
    assert desk.tells(*kept) == {"id": number, "kept_until": until}
    assert desk.tells("persons", "due")["incidents"] == []
    assert until in desk.says(*kept)
    assert desk.tells("show", number)["personal_data"] == "kept"


def test_there_is_nobody(desk: Terminal) -> None:
    number = over(desk)
    assert desk.says("persons", "show", number) == "Nobody was entered.\n"
    assert desk.says("persons", "due") == "No personal data are to be destroyed.\n"
    told = desk.refuses("persons", "destroy", number, "--why", "x")
    assert "no personal data" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nobody"), "nobody"),
        (("destroy", "nobody", "--why", "x"), "nobody"),
        (("keep", "nobody", "--until", "2999-01-01", *GROUNDS), "nobody"),
    ],
    ids=["show", "destroy", "keep"],
)
def test_an_incident_that_there_is_not(desk: Terminal, words: tuple[str, ...], said: str) -> None:
    assert said in desk.refuses("persons", *words)


def test_nothing_goes_while_it_is_open_or_without_grounds(desk: Terminal) -> None:
    number = opened(desk, "landslide", *CALLER)
    for words in (("destroy", number, "--why", "x"), ("keep", number, "--until", day(9), *GROUNDS)):
        assert "is open still" in desk.refuses("persons", *words)
    desk.says("close", number, "--why", "处置完毕")
    assert "reason" in desk.refuses("persons", "destroy", number, "--why", " ")
    past = desk.refuses("persons", "keep", number, "--until", day(-2), *GROUNDS)
    assert "future" in past
    blank = (*GROUNDS[:-1], " ")
    assert "reason" in desk.refuses("persons", "keep", number, "--until", day(9), *blank)
    wrong = desk.run("persons", "keep", number, "--until", "soon", *GROUNDS)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    missing = desk.run("persons", "destroy", number)
    assert (missing.exit_code, missing.stdout) == (2, "")
    (told,) = desk.tells("persons", "show", number)["persons"]
    assert (told["name"], told["phone"]) == (NAME, PHONE)
