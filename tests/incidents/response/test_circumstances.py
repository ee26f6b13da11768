"""Circumstances start a level only where an officer said that they are so."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.drills.plans.library import import_plans
from gisapp.incidents.board import grading_of, standing
from gisapp.incidents.course import correct
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES, Circumstances
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.grading.kinds import event_kind
from gisapp.incidents.grading.statuses import grade
from gisapp.incidents.response.levels import Suggestion, level_changes, suggest
from gisapp.incidents.response.plans import Plan, Trigger
from tests.cli.test_incident_commands import Terminal
from tests.incidents.acting import do, opened
from tests.incidents.response.test_levels import SLOPE
from tests.tiny_site import PLANS

BURNING, HELP = "burning_after_24_h", "needs_state_help"


def trigger(name: str, level: int) -> Trigger:
    return Trigger(basis="circumstance", circumstance=name, level=level)


FIRE = replace(SLOPE, kinds=("forest_fire",), triggers=(trigger(BURNING, 2), trigger(HELP, 1)))
FIRE_PLANS = (
    PLANS.replace('"slope"', '"fire"')
    .replace('["landslide"]', '["forest_fire"]')
    .replace('"danger", grade = 1', f'"circumstance", circumstance = "{BURNING}"')
)


def suggested(around: Circumstances, kind: str = "forest_fire", plan: Plan = FIRE) -> Suggestion:
    known = Figures()
    return suggest(plan, grade(event_kind(kind), known, fire=around), known)


def test_every_circumstance_is_cited() -> None:
    assert list(CIRCUMSTANCES) == [one.name for one in fields(Circumstances)]
    assert all("第三十二条" in one.article.zh for one in CIRCUMSTANCES.values())


def test_what_is_so_starts_its_level_and_says_which_article() -> None:
    found = suggested(Circumstances(burning_after_24_h=True))
    assert (found.confirmed.level, found.worst_case.level) == (2, 2)
    assert found.confirmed.because.in_("zh") == (
        "24小时尚未扑灭明火（森林防火条例第三十二条第（五）项）。"
    )
    assert found.unknown == (HELP,)
    graver = suggested(Circumstances(burning_after_24_h=True, needs_state_help=True))
    assert graver.confirmed.level == 1
    assert level_changes([found], [graver])


@pytest.mark.parametrize(
    ("around", "unknown"),
    [
        (Circumstances(), (BURNING, HELP)),
        (Circumstances(burning_after_24_h=False), (HELP,)),
        (Circumstances(burning_after_24_h=False, needs_state_help=False), ()),
        (Circumstances(in_virgin_forest=True), (BURNING, HELP)),
    ],
)
def test_what_nobody_said_or_is_not_so_starts_nothing(
    around: Circumstances, unknown: tuple[str, ...]
) -> None:
    found = suggested(around)
    assert (found.confirmed.level, found.worst_case.level) == (None, None)
    assert found.unknown == unknown


def test_an_event_of_another_law_has_none() -> None:
    found = suggested(Circumstances(burning_after_24_h=True), kind="landslide")
    assert (found.confirmed.level, found.unknown) == (None, ())


def test_an_officer_answers_and_takes_it_back(tiny_apps: App, tmp_path: Path) -> None:
    store = tiny_apps.store
    (tmp_path / "fire.toml").write_text(FIRE_PLANS, encoding="utf-8")
    do(store, import_plans, tmp_path / "fire.toml")
    made = opened(store, "forest_fire")
    assert made.burning_after_24_h is None
    made = do(store, correct, made.id, {BURNING: True}, version=made.version, why="前指报告")
    assert grading_of(made).told_to_state
    with store.session() as session:
        found = standing(session, made.id)
        told = found.to_dict("zh", REAL.now())
    assert told["circumstances"] == {**dict.fromkeys(CIRCUMSTANCES), BURNING: True}
    assert found.response.suggestions[0].confirmed.level == 2
    made = do(store, correct, made.id, {BURNING: None}, version=made.version, why="误报")
    assert grading_of(made).told_to_state == ()


def test_a_time_long_gone_says_nothing_of_what_still_burns(tiny_app: App) -> None:
    made = opened(tiny_app.store, "forest_fire", figures=Figures(burnt_ha=0.5))
    with tiny_app.store.session(write=True) as session:
        session.merge(made).occurred_at = REAL.now().replace(year=2020)
    with tiny_app.store.session() as session:
        assert standing(session, made.id).grading.told_to_state == ()


def test_answered_at_a_terminal(tiny_folder: Path) -> None:
    desk = Terminal(tiny_folder)
    number = desk.tells("open", "forest_fire", "--at", "100.02,30.0")["id"]
    told = desk.tells(
        "correct", number, "--burning-after-24-h", "--not-needs-state-help", "--why", "前指报告"
    )
    assert (told["circumstances"][BURNING], told["circumstances"][HELP]) == (True, False)
    assert any("National forest fire headquarters" in one for one in told["changes"])
    said = desk.says("show", number, lang="zh")
    assert "24小时尚未扑灭明火  是" in said
    assert "需要国家支援扑救  否" in said
    assert "国界附近  未知" in said
    back = desk.tells("correct", number, "--unknown", "burning-after-24-h", "--why", "误报")
    assert back["circumstances"][BURNING] is None
