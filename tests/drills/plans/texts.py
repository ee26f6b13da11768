"""Texts of plans for the tests: one written by hand, and any that could be."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gisapp.drills.plans.document import Document, document_of
from gisapp.registers.vocabulary import CAPABILITIES, EQUIPMENT, VEHICLE_PROFILES

WRITTEN: dict[str, Any] = {
    "clauses": [
        {"number": "第一章", "title": "总则", "part": "general", "text": "为科学应对。"},
        {
            "depth": 1, "number": "第二章", "title": "组织指挥体系与职责", "part": "organisation",
            "tasks": [{"task": "组织指挥", "owner": "指挥部", "within_min": 30, "level": 3}],
            "contacts": [{"name": "王五", "office": "办公室主任", "phone": "0357-2000001"}],
        },
        {"depth": 1, "number": "第三章", "title": "处置程序", "part": "response"},
        {
            "depth": 2, "number": "3.1", "title": "先期到场", "text": "就近队伍先到。\n其余待命。",
            "promises": [
                {"what": "arrival", "who": "T1", "to": {"kind": "mine", "id": "M1"},
                 "within_min": 30, "note": "北队"},
                {"what": "supply", "depot": "D1", "item_code": "1020101", "quantity": 500},
            ],
        },
    ]
}  # fmt: skip

ids = st.from_regex(r"[A-Z][A-Z0-9-]{0,6}", fullmatch=True)
words = (
    st.text("甲乙丙丁戊队长组织。，（）Ab1 ", min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
lines = st.lists(words, max_size=3).map("\n".join)
minutes = st.integers(1, 1440).map(float)
places = st.builds(dict, kind=st.sampled_from(["mine", "village", "reservoir"]), id=ids)
tasks = st.fixed_dictionaries(
    {"task": words, "owner": words, "within_min": st.none() | minutes,
     "level": st.none() | st.integers(1, 4)}
)  # fmt: skip
contacts = st.fixed_dictionaries({"name": words, "office": words, "phone": words})
promises = st.one_of(
    st.fixed_dictionaries(
        {"what": st.just("arrival"), "who_kind": st.sampled_from(["team", "unit"]), "who": ids,
         "to": places, "within_min": minutes, "clock": st.sampled_from(["order", "drive"]),
         "note": words}
    ),
    st.fixed_dictionaries(
        {"what": st.just("force"), "capability": st.sampled_from(sorted(CAPABILITIES)),
         "count": st.integers(1, 9), "to": places, "within_min": minutes}
    ),
    st.fixed_dictionaries(
        {"what": st.just("equipment"), "team": ids,
         "equipment": st.sampled_from(sorted(EQUIPMENT)), "count": st.integers(1, 9)}
    ),
    st.fixed_dictionaries(
        {"what": st.just("supply"), "depot": ids,
         "item_code": st.from_regex(r"[0-9]{7}", fullmatch=True),
         "quantity": st.integers(1, 10**6).map(float)}
    ),
    st.fixed_dictionaries(
        {"what": st.just("shelter"), "shelter": ids, "people": st.integers(1, 999)}
    ),
    st.fixed_dictionaries({"what": st.just("beds"), "hospital": ids, "beds": st.integers(1, 999)}),
    st.fixed_dictionaries(
        {"what": st.just("road"), "road": words,
         "profile": st.sampled_from(sorted(VEHICLE_PROFILES))}
    ),
)  # fmt: skip
headings = st.text("甲乙丙丁组织职责", min_size=1, max_size=8)
clauses = st.fixed_dictionaries(
    {
        "depth": st.integers(1, 6),
        "number": st.sampled_from(["", "1", "2.3", "第三章", "第十条", "（二）", "四、"]),
        "title": headings,
        "text": lines,
        "tasks": st.lists(tasks, max_size=2),
        "contacts": st.lists(contacts, max_size=2),
        "promises": st.lists(promises, max_size=2),
    }
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any text of a plan; a first clause without a heading now and then."""
    listed = draw(st.lists(clauses, max_size=5))
    if listed and draw(st.booleans()):
        listed[0] |= {"depth": 1, "number": "", "title": "", "text": draw(words)}
    return document_of("any", {"clauses": listed})
