"""An incident driven within an exercise from a terminal: reality stays as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from shapely.geometry import mapping
from sqlalchemy import text

from gisapp.bootstrap import MOST_PLAYED, App, open_app
from gisapp.cli import main
from gisapp.doctor import examine
from gisapp.errors import InputError
from gisapp.exercise import exercise_named
from gisapp.settings import Settings
from gisapp.store import Store
from gisapp.tables import all_tables
from tests.cli.test_incident_commands import Terminal
from tests.incidents.acting import opened, ordered
from tests.incidents.test_cut_off import EAST_END

DRILL, OTHER = "抗震演练", "E2"
SIGNING_IN = {"account_session"}
"""Who is signed in is no part of what is played."""


def reality(store: Store) -> dict[str, list[str]]:
    """Every row of every table that is of no exercise."""
    found = {}
    with store.connection() as connection:
        for table in all_tables():
            if table.name in SIGNING_IN:
                continue
            real = " WHERE exercise_id IS NULL" if "exercise_id" in table.c else ""
            rows = connection.execute(text(f'SELECT * FROM "{table.name}"{real}'))
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
    return found


def played(desk: Terminal, name: str = DRILL, *, begins: bool = False) -> Terminal:
    """A terminal whose commands are of an exercise, or begin one."""
    option = "--new-exercise" if begins else "--exercise"

    class Playing(Terminal):
        def run(self, *words: object, lang: str = "en") -> Any:
            return super().run(option, name, *words, lang=lang)

    made = Playing()
    made.where, made.env = desk.where, desk.env
    return made


def listed(desk: Terminal) -> list[str]:
    return [one["id"] for one in desk.tells("list", "--state", "all")["incidents"]]


@pytest.mark.parametrize("name", ["", " ", "a b", "x" * 41, "../x", "a\n"])
def test_a_name_that_names_no_exercise(name: str) -> None:
    with pytest.raises(InputError) as refused:
        exercise_named(name)
    assert refused.value.code == "exercise.bad_name"


def test_an_exercise_from_the_terminal_leaves_reality_alone(tiny_settings: Settings) -> None:
    app = open_app(tiny_settings)
    with app.store:
        real = opened(app.store)
        ordered(app.store, real, "T1")
    desk = Terminal(tiny_settings.dir, tiny_settings.server_url)
    drill = played(desk)
    app = open_app(tiny_settings)
    before = reality(app.store)
    told = played(desk, begins=True).tells(
        "open", "landslide", "--at", "100.02,30.0", "--dead", 2, "--caller-name", "张"
    )
    number = told["id"]
    assert (told["in_exercise"], told["exercise"]) == (DRILL, DRILL)
    # A unit that is really out can be ordered in a drill, and stays where it is.
    (unit,) = drill.tells("order", number, "T1")["units"]
    drill.says("status", unit["id"], "en_route")
    drill.says("correct", number, "--dead", 3, "--why", "核实")
    drill.says("response", "prepare", number, 3, "--plan", "slope")
    drill.says("response", "withdraw", number, "--why", "演练")
    drill.says("propose", number)
    drill.says("status", unit["id"], "on_scene")
    drill.says("status", unit["id"], "released")
    said = drill.says("show", number, lang="zh")
    assert said.startswith(f"【演练 {DRILL}】以下均非实战。\n")
    drill.says("close", number, "--why", "演练结束")
    due = desk.tells("persons", "due")
    assert due["incidents"] == []
    assert [(one["id"], one["exercise"]) for one in due["in_exercises"]] == [(number, DRILL)]
    assert f"【演练 {DRILL}】" in desk.says("persons", "due", lang="zh")
    (found,) = [one for one in examine(tiny_settings) if DRILL in one.text]
    assert (found.level, found.subject) == ("warn", "persons")
    assert f"{DRILL}: {number}" in found.text
    drill.says("persons", "destroy", number, "--why", "演练结束")
    assert listed(drill) == [number]
    assert desk.tells("persons", "due")["in_exercises"] == []
    assert not [one for one in examine(tiny_settings) if DRILL in one.text]
    for others, own in ((desk, [real.id]), (played(desk, OTHER, begins=True), [])):
        assert listed(others) == own
        assert number in others.refuses("show", number)
    assert "in_exercise" not in desk.tells("list")
    assert reality(app.store) == before
    app.store.close()


def test_an_exercise_writes_no_register_and_needs_a_name(tiny_folder: Path) -> None:
    desk = Terminal(tiny_folder)
    assert "names no exercise" in desk.refuses("--exercise", "a b", "list")
    refused = played(desk, begins=True).refuses("card", "remove", "fire", "--why", "x")
    assert refused.startswith(f"[Exercise {DRILL}] ")


def test_a_mistyped_name_opens_no_other_exercise(tiny_folder: Path) -> None:
    desk = Terminal(tiny_folder)
    opening = ("open", "landslide", "--at", "100.02,30.0")
    assert "There are: —." in played(desk).refuses(*opening)
    played(desk, begins=True).says(*opening)
    refused = played(desk, OTHER).refuses(*opening)
    assert f"No exercise is called “{OTHER}” yet" in refused
    assert f"There are: {DRILL}." in refused
    assert len(listed(played(desk))) == 1
    assert listed(desk) == []


def test_what_goes_wrong_in_an_exercise_is_marked(tiny_folder: Path) -> None:
    desk = Terminal(tiny_folder)
    drill = played(desk, begins=True)
    assert drill.refuses("show", "none", lang="zh").startswith(f"【演练 {DRILL}】")
    assert drill.refuses("show").startswith(f"[Exercise {DRILL}] ")  # a word is missing
    for words in (("show", "none", "--json"), ("show", "--json")):
        told = json.loads(drill.run(*words).stdout)
        assert told["in_exercise"] == DRILL
        assert told["error"]["code"]
    assert "in_exercise" not in json.loads(desk.run("show", "none", "--json").stdout)


def test_a_road_closed_in_an_exercise_is_open(tiny_folder: Path, tmp_path: Path) -> None:
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps(mapping(EAST_END)))

    def says(*words: object) -> dict[str, Any]:
        given = ["--lang", "en", "closure", *map(str, words), "-d", str(tiny_folder), "--json"]
        result = CliRunner().invoke(main, given)
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    says("--new-exercise", DRILL, "close", area, "--reason", "slide", "--yes")
    assert says("list")["closures"] == []
    (found,) = says("--exercise", DRILL, "list")["closures"]
    assert found["exercise"] == DRILL


def test_exercises_that_are_kept_are_few(tiny_app: App) -> None:
    many = [exercise_named(f"E{number}") for number in range(3 * MOST_PLAYED)]
    apps = [tiny_app.in_exercise(one) for one in many]
    assert tiny_app.in_exercise(many[-1]) is apps[-1]
    assert len(tiny_app._played) == MOST_PLAYED
    if tiny_app.has_roads:
        assert apps[0].imported_router is tiny_app.imported_router
