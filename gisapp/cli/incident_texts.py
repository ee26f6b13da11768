"""What commands of incidents say to a person: the JSON answer in words, times of the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gisapp.messages import translate

Answer = Mapping[str, Any]

UNIT_TIMES = ("ordered_at", "expected_at", "en_route_at", "on_scene_at", "ended_at")


class Speaker:
    """Says things of incidents in a language, times in a zone.

    Parameters
    ----------
    lang
        Language of the sentences.
    zone
        Name in the tz database.
    """

    def __init__(self, lang: str, zone: str = "UTC") -> None:
        self.lang, self._zone = lang, ZoneInfo(zone)

    def say(self, code: str, /, **params: object) -> str:
        """A sentence ``cli.incident.*``."""
        return translate(f"cli.incident.{code}", self.lang, **params)

    def local(self, at: str | datetime) -> str:
        """A moment by the site's clock, to the minute."""
        found = datetime.fromisoformat(at) if isinstance(at, str) else at
        return f"{found.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def listed(self, names: Sequence[str]) -> str:
        """Several names."""
        return ("、" if self.lang == "zh" else "; ").join(names)  # some have commas of their own

    def head(self, one: Answer) -> str:
        """An incident in a line."""
        joined = f"  → {one['joined_to']}" if one["joined_to"] else ""
        said = self.say(
            "head",
            id=one["id"],
            title=one["title"],
            kind=one["kind_label"],
            priority=one["priority"],
            state=one["state_label"],
            at=self.local(one["opened_at"]),
            who=one["opened_by"],
        )
        return said + joined

    def place(self, one: Answer) -> str:
        """Where an incident is."""
        return self.say("place", place=one["place"] or "—", x=one["x"], y=one["y"])

    def grades(self, grading: Answer) -> Iterator[str]:
        """All grades side by side, each with its article and what decided it."""
        for one in grading["statuses"]:
            said = {name: one[name] for name in ("grade", "law", "article", "criterion")}
            yield self.say("grade", of=one["basis_label"], **said)
        near = grading["near_miss"]
        if near:
            yield self.say(
                "near_miss",
                label=near["label"],
                law=near["law"],
                article=near["article"],
                criteria=" ".join(near["criteria"]),
            )
        for sentence in grading["told_to_state"]:
            yield self.say("told_to_state", sentence=sentence)
        if grading["not_graded"]:
            yield f"! {grading['not_graded']}"
        elif not grading["statuses"]:
            yield self.say("no_grade")
        if grading["unknown"]:
            yield self.say("unknown", names=self.listed(grading["unknown"]))

    def clocks(self, deadlines: Sequence[Answer]) -> Iterator[str]:
        """Until when it is to be reported, and to whom."""
        for one in deadlines:
            if one["due_at"] is None:
                made = one["reported_at"]
                due = self.say("due_met", at=self.local(made)) if made else self.say("due_unknown")
            else:
                code = "overdue" if one["overdue"] else "due"
                due = self.say(code, at=self.local(one["due_at"]))
            directly = one["directly"]
            yield self.say(
                "clock",
                label=one["label"],
                within=self.within(one["within_min"]),
                start=one["from"],
                due=due,
                recipients=self.listed(one["recipients"])
                + (self.say("directly", names=self.listed(directly)) if directly else ""),
                article=one["article"],
            )

    def within(self, minutes: float) -> str:
        """How long a limit is, in the unit that people say it in."""
        if minutes < 60:
            return self.say("minutes", count=minutes)
        hours = minutes / 60
        return self.say("hours", count=hours) if hours < 72 else self.say("days", count=hours / 24)

    def response(self, told: Answer) -> Iterator[str]:
        """What plans suggest, how the response stands, and whose decision it was."""
        if told["no_plan"]:
            yield f"! {told['no_plan']}"
        for one in told["suggested"]:
            yield self.say(
                "plan_suggests",
                name=one["name"],
                plan=one["plan"],
                headquarters=one["headquarters"],
                confirmed=self._suggested(one["confirmed"]),
                worst_case=self._suggested(one["worst_case"]),
            )
            if one["unknown"]:
                yield self.say("unknown", names=self.listed(one["unknown"]))
            for level in one["levels"]:
                names = [f"{each['name']} ({each['code']})" for each in level["approvers"]]
                if names:
                    yield self.say("plan_approvers", level=level["label"], names=self.listed(names))
        current = [told["current"]] if told["current"] else []
        if not current:
            yield self.say("no_response_now")
        for one in (*told["past"], *current):
            yield self.response_line(one)
            yield self.say("response_what", item=one["item"], measures=one["measures"])
            if one["approved_at"]:
                code = "response_by_phone" if one["approved_by_phone"] else "response_approved"
                yield self.say(
                    code,
                    by=one["approved_by"],
                    office=one["approved_office"] or "—",
                    at=self.local(one["approved_at"]),
                    recorder=one["approval_recorded_by"],
                )
            if one["level_override"]:
                yield self.say("response_over_plan", why=one["level_override"])

    def response_line(self, one: Answer) -> str:
        """The level and state of a response; that it has run out is said first."""
        until = self.local(one["expected_end"]) if one["expected_end"] else "—"
        said = self.say(
            "response",
            id=one["id"],
            level=one["level_label"],
            state=one["state_label"],
            until=until,
            owner=one["owner"],
        )
        if not one["overdue"]:
            return said
        return f"!! {self.say('response_overdue', owner=one['owner'])}\n{said}"

    def _suggested(self, one: Answer) -> str:
        return f"{one['label'] or '—'} ({one['because']})"

    def unit(self, one: Answer) -> str:
        """A unit that was sent, with its times."""
        times = [self.say(name, at=self.local(one[name])) for name in UNIT_TIMES if one[name]]
        return self.say(
            "unit",
            id=one["id"],
            name=one["name"],
            unit=f"{one['unit_kind']}:{one['unit_id']}",
            state=one["state_label"],
            times=self.listed(times),
        )

    def known(self, one: Answer) -> Iterator[str]:
        """Where it stands beside the grades: figures and times, known and unknown."""
        from gisapp.incidents.grading.circumstances import CIRCUMSTANCES  # noqa: PLC0415
        from gisapp.incidents.grading.figures import (  # noqa: PLC0415
            FIGURES,
            POLLUTED,
            THREATENED,
        )
        from gisapp.incidents.grading.rules import TIMES  # noqa: PLC0415

        figures, times = one["figures"], one["times"]
        said = [
            f"{label.in_(self.lang)} {figures[name]:,}"
            for name, label in FIGURES.items()
            if figures[name] is not None
        ]
        said += [
            labels[code].in_(self.lang)
            for labels, name in ((THREATENED, "threatened"), (POLLUTED, "polluted"))
            for code in figures[name]
            if code in labels
        ]
        not_said = [
            label.in_(self.lang) for name, label in FIGURES.items() if figures[name] is None
        ]
        if one["hazard"]:
            at = one["hazard"]
            yield self.say("hazard", hazard=f"{at['name']} ({at['kind']}:{at['id']})")
        if one["in_production"] is not None:
            yield self.say("production_yes" if one["in_production"] else "production_no")
        yield self.say("figures_known", names=self.listed(said) or "—")
        if not_said:
            yield self.say("figures_unknown", names=self.listed(not_said))
        for name, answer in one["circumstances"].items():
            code = "not_known" if answer is None else "yes" if answer else "no"
            yield f"  {CIRCUMSTANCES[name].label.in_(self.lang)}  {self.say(code)}"
        for name, label in TIMES.items():
            at = self.local(times[name]) if times[name] else self.say("not_known")
            yield f"  {label.in_(self.lang)}  {at}"

    def whole(self, one: Answer) -> Iterator[str]:
        """An incident with its grades and clocks."""
        yield self.head(one)
        yield self.place(one)
        yield from self.grades(one["grading"])
        yield from self.clocks(one["deadlines"])
        if one["response"]["current"]:
            yield self.response_line(one["response"]["current"])

    def logged(self, one: Answer) -> str:
        """A line of an incident's log."""
        words = [
            str(one["seq"]),
            self.local(one["at"]),
            one["who"],
            one["what_label"],
            one["unit_id"],
            one["text"],
            self._changed(one["data"]),
        ]
        if one["why"]:
            words.append(self.say("because", why=one["why"]))
        return "  ".join(word for word in words if word)

    def _changed(self, data: Answer) -> str:
        """Figures and times before and after, where a line of the log changed some."""
        from gisapp.incidents.grading.figures import FIGURES  # noqa: PLC0415
        from gisapp.incidents.grading.rules import TIMES  # noqa: PLC0415

        before, after = data.get("before"), data.get("after")
        if not isinstance(before, Mapping) or not isinstance(after, Mapping):
            return ""

        def value(told: Answer, name: str) -> str:
            found = told.get(name)
            if found is None:
                return "?"
            return self.local(str(found)) if name in TIMES else f"{found:,}"

        said = [
            f"{label.in_(self.lang)} {value(before, name)} → {value(after, name)}"
            for name, label in (*FIGURES.items(), *TIMES.items())
            if name in after
        ]
        said += [
            self.say(name, at=f"{self.local(before[name])} → {self.local(after[name])}")
            for name in UNIT_TIMES
            if before.get(name) and after.get(name)
        ]
        return self.listed(said)
