"""The text of a plan: read whole, every fault named, keys given once."""

from __future__ import annotations

import pytest
from hypothesis import given

from gisapp.drills.plans.difference import carry_keys, difference, pieces
from gisapp.drills.plans.document import Document, document_of
from gisapp.drills.plans.promises import records_named
from gisapp.errors import InputError
from tests.drills.plans.texts import WRITTEN, documents


def test_rows_get_keys_and_keep_them() -> None:
    document = document_of("slope", WRITTEN)
    assert [one.key for one in document.clauses] == ["c1", "c2", "c3", "c4"]
    assert [one.key for one in document.clauses[3].promises] == ["p1", "p2"]
    again = document_of("slope", document.model_dump(mode="json"))
    assert again == document
    told = document.model_dump(mode="json")
    told["clauses"].insert(0, {"title": "前言", "key": "c3"})  # a key that another one has as well
    keys = [one.key for one in document_of("slope", told).clauses]
    assert keys == ["c3", "c1", "c2", "c5", "c4"]


def test_a_clause_is_of_the_part_of_the_heading_above_it() -> None:
    parts = {clause.title: part for clause, part in document_of("slope", WRITTEN).parts()}
    assert parts["先期到场"] == "response"
    assert parts["总则"] == "general"


def test_every_fault_is_named_where_it_is() -> None:
    spoilt = {
        "clauses": [
            {"title": "甲", "depth": 9},
            {"title": "乙", "promises": [{"what": "shelter", "shelter": "S1", "people": 0}]},
            {"title": "丙", "tasks": [{"owner": "指挥部"}], "colour": "red"},
        ]
    }
    with pytest.raises(InputError) as told:
        document_of("slope", spoilt)
    assert told.value.code == "plan.bad_document"
    assert told.value.params["count"] == 4
    faults = str(told.value.params["faults"])
    for where in (
        "clauses.1.depth", "clauses.2.promises.1.shelter.people", "clauses.3.tasks.1.task",
        "clauses.3.colour",
    ):  # fmt: skip
        assert where in faults


@pytest.mark.parametrize("text", [{"clauses": 3}, {"clauses": ["甲"]}, {"clauses": [{"tasks": 1}]}])
def test_what_is_no_text_of_a_plan_is_refused(text: dict) -> None:
    with pytest.raises(InputError):
        document_of("slope", text)


def test_a_promise_names_its_records() -> None:
    named = [
        one
        for _, promise in document_of("slope", WRITTEN).promises()
        for one in records_named(promise)
    ]
    assert named == [("team", "T1"), ("mine", "M1"), ("depot", "D1")]


def test_what_changed_is_told_clause_by_clause() -> None:
    before = document_of("slope", WRITTEN)
    told = before.model_dump(mode="json")
    told["clauses"][0]["text"] = "为科学有序应对。"
    told["clauses"][3]["promises"][0]["within_min"] = 45
    del told["clauses"][2]
    told["clauses"].append({"title": "附则"})
    changes = difference(before, document_of("slope", told))
    states = [((one.after or one.before).title, one.state) for one in changes]
    assert states == [
        ("总则", "changed"), ("组织指挥体系与职责", "same"), ("处置程序", "removed"),
        ("先期到场", "changed"), ("附则", "added"),
    ]  # fmt: skip
    first, moved = changes[0].to_dict(), changes[3].to_dict()
    assert first["text"] == [["same", "为科学"], ["added", "有序"], ["same", "应对。"]]
    assert [one["state"] for one in moved["promises"]] == ["changed", "same"]
    assert moved["promises"][0]["after"]["within_min"] == 45


@given(documents(), documents())
def test_every_clause_of_both_is_told_once_and_letters_add_up(
    before: Document, after: Document
) -> None:
    changes = difference(before, after)
    assert sorted(one.key for one in before.clauses) == sorted(
        one.before.key for one in changes if one.before
    )
    assert [one.after for one in changes if one.after] == list(after.clauses)
    for change in changes:
        old, new = change.before, change.after
        told = pieces(old.text if old else "", new.text if new else "")
        assert "".join(text for state, text in told if state != "added") == (
            old.text if old else ""
        )
        assert "".join(text for state, text in told if state != "removed") == (
            new.text if new else ""
        )


@given(documents())
def test_nothing_differs_from_itself(document: Document) -> None:
    assert {one.state for one in difference(document, document)} <= {"same"}


def test_a_text_read_anew_keeps_the_keys_of_what_says_the_same() -> None:
    before = document_of("slope", WRITTEN)
    told = before.model_dump(mode="json")
    told["clauses"].insert(0, {"title": "前言", "text": "新增一段。"})
    told["clauses"][2]["title"] = "应急指挥体系与职责"  # a heading with a few other letters
    told["clauses"][4]["promises"][0]["within_min"] = 40
    for clause in told["clauses"]:
        clause["key"] = ""
        for name in ("tasks", "contacts", "promises"):
            for row in clause.get(name, []):
                row["key"] = ""
    carried = carry_keys(before, document_of("slope", told))
    assert [one.key for one in carried.clauses] == ["", "c1", "c2", "c3", "c4"]
    assert [one.key for one in carried.clauses[4].promises] == ["p1", "p2"]
    kept = document_of("slope", carried.model_dump(mode="json"))
    assert [one.key for one in kept.clauses] == ["c5", "c1", "c2", "c3", "c4"]
