"""What computing a question comes to: its chief figures, and all of it as JSON holds it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
import shapely
from pydantic import BaseModel
from sqlalchemy.orm import Session

from gisapp.clock import today as clock_today
from gisapp.incidents.able import Context
from gisapp.jobs.kinds import JobStoppedError, Tell
from gisapp.planning.comparing import classed
from gisapp.planning.coverage import Coverage, CoverageStudy, Ground, cover, ground_of
from gisapp.planning.demands import Demand, demand_of, frame_of, within_site
from gisapp.planning.figures import border_effect, by_area, curve, share_of
from gisapp.planning.fix_measures import FixStudy
from gisapp.planning.fixes import find_fixes, fixes_frame
from gisapp.planning.losses import LossStudy, find_losses
from gisapp.planning.models import Study
from gisapp.planning.risk_cover import risk_and_cover
from gisapp.planning.roads import judge_roads, road_claims, roads_by_county
from gisapp.planning.scenarios import Outcome
from gisapp.planning.service_areas import ASTRAY, AreaStudy, exact, find_areas, shown
from gisapp.planning.sites import Sited, SitingStudy, find_sites
from gisapp.planning.tables import columns, plain
from gisapp.rights import Actor
from gisapp.schema.values import Json
from routing.pair_losses import CONFIDENCE, PairLosses

CURVE_MIN: Final = tuple(float(minute) for minute in range(1, 121))
_ASK_EVERY_S: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The data that a question is answered on, and who asks.

    Attributes
    ----------
    session
        A reading session: all of it is one moment.
    """

    app: Context
    session: Session
    actor: Actor


def answer(moment: Moment, *, study: Study, asked: BaseModel, seed: int, tell: Tell) -> Outcome:
    """Answer a question.

    Parameters
    ----------
    asked
        As :func:`gisapp.planning.scenarios.question_of` reads it.
    seed
        Of what is random.
    tell
        Hears how far it is.

    Raises
    ------
    ForbiddenError, InputError, SiteError, JobStoppedError
    """
    return _ANSWERS[study](moment, asked, seed, tell)


def _coverage(moment: Moment, asked: BaseModel, _seed: int, tell: Tell) -> Outcome:
    assert isinstance(asked, CoverageStudy)
    ground, demand = _gathered(moment, asked, tell, 3)
    tell(1, 3, "scenario.step.cover")
    found = cover(ground, asked, demand)
    tell(2, 3, "scenario.step.border")
    told, claims = _told(moment, found), road_claims(ground, asked)
    limit_min = asked.standard.limit_min
    today = clock_today(moment.session, moment.app.site.time_zone)
    roads = roads_by_county(moment.session, claims, limit_min=limit_min)
    judged = (
        {}
        if demand.areas is None
        else {"judged": columns(judge_roads(claims, demand.areas, limit_min=limit_min))}
    )
    return Outcome(
        figures={
            **told.figures,
            "road_km": round(float(roads["km"].sum()), 1),
            "road_km_covered": round(float(roads["km_covered"].sum()), 1),
        },
        content={
            **told.content,
            "roads": columns(roads),
            "risks": columns(risk_and_cover(moment.session, by_area(found, "county"), today=today)),
            **judged,
        },
    )


def _gathered(
    moment: Moment, asked: CoverageStudy, tell: Tell, steps: int
) -> tuple[Ground, Demand]:
    """What every question stands on."""
    tell(0, steps, "scenario.step.ground")
    ground = ground_of(moment.app, moment.session, moment.actor, asked)
    return ground, demand_of(moment.session, asked.standard.demand)


def _told(moment: Moment, found: Coverage) -> Outcome:
    border = border_effect(moment.app, moment.session, moment.actor, found)
    share = share_of(found.places)
    figures: dict[str, Json] = {
        "places": share.places,
        "covered": share.covered,
        "share": share.of_places,
        "people": round(share.people),
        "people_covered": round(share.people_covered),
        "people_share": share.of_people,
        "unknown": share.unknown,
        "neighbours": border.neighbours,
        "alone_covered": border.alone.covered,
        "alone_people_covered": round(border.alone.people_covered),
        "together_covered": border.together.covered,
        "together_people_covered": round(border.together.people_covered),
        "later_alone": border.later,
    }
    places = found.places
    content: dict[str, Json] = {
        "places": columns(
            pd.DataFrame(places.drop(columns="geometry")).assign(
                x=places.geometry.x.round(6), y=places.geometry.y.round(6)
            )
        ),
        "arrivals": [list(row) for row in found.arrivals],
        "servers": [
            {
                "key": one.key,
                "kind": one.kind,
                "id": one.id,
                "name": one.name.zh,
                "name_en": one.name.en,
                "x": one.x,
                "y": one.y,
                "turnout_s": one.turnout_s,
                "vehicle": one.profile,
                "neighbour": one.is_neighbour,
                "supposed": one.is_supposed,
                "synthetic": one.synthetic,
            }
            for one in found.servers.values()
        ],
        "nowhere": [one.key for one in found.nowhere],
        "closures": list(found.closures),
        "notes": [{"zh": note.zh, "en": note.en} for note in found.demand.notes],
        "counties": columns(by_area(found, "county")),
        "townships": columns(by_area(found, "township")),
        "curve": columns(curve(found, CURVE_MIN)),
    }
    return Outcome(figures=figures, content=content)


def _siting(moment: Moment, asked: BaseModel, seed: int, tell: Tell) -> Outcome:
    """Choose sites, then judge the standard anew with them: before and after on the same places."""
    assert isinstance(asked, SitingStudy)
    ground, demand = _gathered(moment, asked, tell, 4)
    before = cover(ground, asked, demand)
    tell(1, 4, "scenario.step.siting")
    asking = _Asking(tell)
    try:
        found = find_sites(moment.session, ground, asked, demand, seed=seed, stop=asking.is_stopped)
    finally:
        if asking.error is not None:
            raise asking.error
    tell(2, 4, "scenario.step.cover")
    changes = asked.changes.model_copy(
        update={"added": (*asked.changes.added, *found.posts(asked))}
    )
    supposed = asked.model_copy(update={"changes": changes})
    after = cover(ground_of(moment.app, moment.session, moment.actor, supposed), supposed, demand)
    tell(3, 4, "scenario.step.border")
    told = _told(moment, after)
    was, gap = share_of(before.places), found.solution.gap
    return Outcome(
        figures={
            **told.figures,
            "before_covered": was.covered,
            "before_share": was.of_places,
            "before_people_covered": round(was.people_covered),
            "before_people_share": was.of_people,
            "sites": len(found.chosen),
            "objective": plain(found.solution.objective),
            "bound": plain(found.solution.bound),
            "gap": float(f"{gap:.3g}") if math.isfinite(gap) else None,
        },
        content={
            **told.content,
            "before": columns(
                before.places[["state", "total_s"]].assign(
                    change=classed(
                        before.places["state"],
                        after.places["state"],
                        after.places["total_s"] - before.places["total_s"],
                    )
                )
            ),
            "sites": _sites(moment.session, demand, before, after, found),
            "siting": {
                "candidates": found.candidates,
                "existing": found.existing,
                "off_road": [one.id for one in found.off_road],
                "left_out": found.left_out.tolist(),
                "weightless": len(found.weightless),
                "added": dict(found.added),
                "twice": int((found.solution.covers > 1).sum()),
            },
        },
    )


def _losses(moment: Moment, asked: BaseModel, seed: int, tell: Tell) -> Outcome:
    """The coverage as it stands, and what each loss would cost of it."""
    assert isinstance(asked, LossStudy)
    ground, demand = _gathered(moment, asked, tell, 4)
    tell(1, 4, "scenario.step.cover")
    found = cover(ground, asked, demand)
    tell(2, 4, "scenario.step.losses")
    lost = find_losses(
        moment.session,
        ground,
        asked,
        demand,
        seed=seed,
        tell=lambda: tell(2, 4, "scenario.step.losses"),
    )
    tell(3, 4, "scenario.step.border")
    told, rows = _told(moment, found), lost.rows
    return Outcome(
        figures={
            **told.figures,
            "losses_asked": lost.asked,
            "losses_grave": int(((rows["beyond"] > 0) | (rows["isolated"] > 0)).sum()),
            "losses_costly": len(rows),
        },
        content={
            **told.content,
            "losses": columns(rows),
            "losses_by_people": lost.by_people,
            "pair_sums": None if lost.pairs is None else _sums(lost.pairs),
            "lines": {
                key: [
                    [[round(x, 5), round(y, 5)] for x, y in part.coords]
                    for part in shapely.get_parts(line)
                ]
                for key, line in lost.lines.items()
            },
        },
    )


def _fixes(moment: Moment, asked: BaseModel, _seed: int, tell: Tell) -> Outcome:
    """The coverage as it stands, and what closes its gaps."""
    assert isinstance(asked, FixStudy)
    ground, demand = _gathered(moment, asked, tell, 4)
    tell(1, 4, "scenario.step.cover")
    coverage = cover(ground, asked, demand)
    tell(2, 4, "scenario.step.fixes")
    found = find_fixes(
        moment.session, ground, asked, coverage, tell=lambda: tell(2, 4, "scenario.step.fixes")
    )
    tell(3, 4, "scenario.step.border")
    told = _told(moment, coverage)
    gaps = (coverage.places["state"] != "covered").to_numpy()
    return Outcome(
        figures={
            **told.figures,
            "gaps": int(gaps.sum()),
            "gaps_fixed": int((found.smallest >= 0).sum()),
            "fixes": len(found.kept),
        },
        content={
            **told.content,
            "fixes": columns(fixes_frame(found)),
            "fixed": [
                {"gained": one.gained.tolist(), "lost": one.lost.tolist()} for one in found.kept
            ],
            "smallest": found.smallest.tolist(),
            "fixes_by_people": found.by_people,
        },
    )


def _areas(moment: Moment, asked: BaseModel, _seed: int, tell: Tell) -> Outcome:
    """The coverage as it stands, and what each post reaches first, drawn."""
    assert isinstance(asked, AreaStudy)
    ground, demand = _gathered(moment, asked, tell, 4)
    tell(1, 4, "scenario.step.cover")
    coverage = cover(ground, asked, demand)
    tell(2, 4, "scenario.step.areas")
    drawn = find_areas(moment.session, ground, asked, coverage)
    tell(3, 4, "scenario.step.border")
    told, rows = _told(moment, coverage), drawn.rows
    last = rows[rows["minutes"] == asked.times[-1]]
    return Outcome(
        figures={
            **told.figures,
            "areas": len(last),
            "areas_km2": round(float(last["area_km2"].sum()), 1),
            "areas_road_km": round(float(last["road_km"].sum()), 1),
            **{name: round(float(rows[name].sum()), 3) for name in ASTRAY},
            "areas_all_road_km": round(float(rows["road_km"].sum()), 1),
        },
        content={
            **told.content,
            "service_areas": columns(rows),
            "shapes": exact(drawn.shapes),
            "outlines": shown(drawn.shapes),
        },
    )


def _sums(pairs: PairLosses) -> Json:
    return {
        "pairs": pairs.pairs,
        "matter": pairs.matter,
        "drawn": pairs.drawn,
        "confidence": CONFIDENCE,
        "beyond": [round(one, 1) for one in pairs.beyond],
        "cut_off": [round(one, 1) for one in pairs.cut_off],
    }


class _Asking:
    """Asks now and then whether a search is still wanted, where no error may pass the solver."""

    def __init__(self, tell: Tell) -> None:
        self.error: JobStoppedError | None = None
        self._tell = tell
        self._next_s = time.monotonic() + _ASK_EVERY_S

    def is_stopped(self) -> bool:
        """Tell whether somebody called the work off."""
        if self.error is None and time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + _ASK_EVERY_S
            try:
                self._tell(1, 4, "scenario.step.siting")
            except JobStoppedError as error:
                self.error = error
        return self.error is not None


def _sites(
    session: Session, demand: Demand, before: Coverage, after: Coverage, found: Sited
) -> list[Json]:
    """The new sites with where they lie and what each newly covers, the best first."""
    places = demand.places
    gained = (before.places["state"] != "covered") & (after.places["state"] == "covered")
    by = after.places["server"]
    lie = within_site(
        session,
        frame_of(
            [{"id": one.candidate.id} for one in found.chosen],
            [shapely.Point(one.candidate.x, one.candidate.y) for one in found.chosen],
        ),
    ).set_index("id")
    sites: list[Json] = []
    for one in found.chosen:
        newly = gained & (by == f"plan:{one.candidate.id}")
        area = lie.loc[one.candidate.id] if one.candidate.id in lie.index else None
        sites.append(
            {
                "id": one.candidate.id,
                "name": one.candidate.name,
                "name_en": one.candidate.name_en,
                "x": one.candidate.x,
                "y": one.candidate.y,
                "cost": one.candidate.cost,
                "units": one.units,
                "county": None if area is None else plain(area["county"]),
                "township": None if area is None else plain(area["township"]),
                "places": one.places,
                "people": round(one.people),
                "newly_places": int(newly.sum()),
                "newly_people": round(float(places["people"][newly].fillna(0).sum())),
            }
        )
    return sites


_Answer = Callable[[Moment, BaseModel, int, Tell], Outcome]
_ANSWERS: Final[Mapping[Study, _Answer]] = {
    Study.COVERAGE: _coverage,
    Study.SITING: _siting,
    Study.LOSSES: _losses,
    Study.FIXES: _fixes,
    Study.AREAS: _areas,
}
