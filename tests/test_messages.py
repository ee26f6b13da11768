"""Both languages say the same things, and everything that is raised can be said."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path

import pytest

from gisapp.errors import InputError, OutOfDateError
from gisapp.messages import LANGUAGES, catalogue, sentence, translate
from gisapp.registers.conflicts import ConflictError
from routing.errors import QueryError
from web.errors import STATUS, status_of

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    path
    for package in ("gisapp", "routing", "layers", "web")
    for path in (ROOT / package).rglob("*.py")
]


def placeholders(template: str) -> set[str]:
    return {
        name.split("[")[0].split(".")[0]
        for _, name, _, _ in string.Formatter().parse(template)
        if name
    }


def raised_codes() -> set[str]:
    """Codes given literally as first argument to something called ...Error or ..._error."""
    codes = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            is_code = isinstance(first, ast.Constant) and isinstance(first.value, str)
            if name.lower().endswith("error") and is_code and "." in first.value:
                codes.add(first.value)
    return codes


def test_languages_have_the_same_codes() -> None:
    assert catalogue("zh").keys() == catalogue("en").keys()


def test_what_pages_alone_say_stands_in_one_catalogue_and_all_else_in_the_other() -> None:
    pages = json.loads((ROOT / "web/messages/en.json").read_text(encoding="utf-8"))
    assert catalogue("en").keys() & pages.keys() == set()


@pytest.mark.parametrize("code", sorted(catalogue("en")))
def test_a_sentence_uses_no_parameter_that_the_other_lacks(code: str) -> None:
    zh, en = (placeholders(catalogue(lang)[code]) for lang in LANGUAGES)
    paired = {name.removesuffix("_zh").removesuffix("_en") for name in zh ^ en}
    # Only a value that has a form per language may differ, as vehicle_zh and vehicle_en.
    assert all(name.endswith(("_zh", "_en")) for name in zh ^ en), zh ^ en
    assert {f"{name}_zh" for name in paired} <= zh
    assert {f"{name}_en" for name in paired} <= en


def test_every_raised_code_has_a_sentence() -> None:
    codes = raised_codes()
    assert "routing.bad_k" in codes
    assert codes - catalogue("en").keys() == set()


def test_chinese_sentences_are_chinese() -> None:
    plain = [code for code, text in catalogue("zh").items() if text.isascii() and len(text) > 12]
    assert plain == []


def test_an_error_is_said_in_the_readers_language() -> None:
    error = QueryError("dispatch.bad_k", "The number is wrong.", k=0, most=50)
    assert sentence(error, "zh") == "队伍数量须为 1 至 50，不能是 0。"
    assert sentence(error, "en") == translate("dispatch.bad_k", "en", k=0, most=50)


def test_an_error_says_what_the_catalogue_says() -> None:
    said = str(InputError("web.missing", name="x"))
    assert said == translate("web.missing", "en", name="x")


def family() -> set[str]:
    """Names of the errors of the application, each under the one it is made of."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    found = {"GisAppError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def test_no_error_of_the_application_is_raised_with_a_sentence_of_its_own() -> None:
    errors = family()
    assert {"InputError", "ConflictError"} <= errors
    written = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in errors
        and len(node.args) > 1
    ]
    assert written == []


def test_every_lost_update_is_told_alike() -> None:
    """One error, one status, one shape of sentence: who changed what, and how to go on."""
    raised = {
        node.args[0].value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "OutOfDateError"
        and isinstance(node.args[0], ast.Constant)
    }
    assert raised == {
        "card.changed_since", "command.changed_since", "downstream.changed_since",
        "exchange.changed_since",
        "footprint.changed_since", "incident.changed_since", "incident.draft_taken",
        "plan_draft.taken", "drill.script_taken", "drill.taken",
        "registers.other_state", "response.changed_since", "risks.out_of_date", "scenario.taken",
    }  # fmt: skip
    for code in raised | {"registers.conflict"}:
        zh, en = (catalogue(lang)[code] for lang in ("zh", "en"))
        assert re.fullmatch(r".+在此期间已被 ?.+修改；请.+。", zh)
        assert re.fullmatch(r".+ was changed by .+ in the meantime; .+\.", en)
    assert issubclass(ConflictError, OutOfDateError)
    assert status_of(OutOfDateError("exchange.changed_since")) == 409
    under = [kind for kind, _status in STATUS if issubclass(kind, OutOfDateError)]
    assert under == [OutOfDateError]


def test_an_error_without_translation_keeps_its_own_words() -> None:
    assert sentence(ValueError("as it is"), "zh") == "as it is"
