"""A plan goes into a document and comes back whole; what cannot be read of others' is named."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings

from gisapp.drills.plans.difference import carry_keys
from gisapp.drills.plans.document import Document, document_of
from gisapp.drills.plans.docx_reading import MOST_BYTES, ReadPlan, part_of, read_docx
from gisapp.drills.plans.docx_tables import level_of, minutes_of, table_kind
from gisapp.drills.plans.docx_writing import plan_docx
from gisapp.errors import InputError
from gisapp.incidents.response.plans import plan_of, read_plans
from gisapp.messages import LANGUAGES, translate
from gisapp.schema import Label
from tests.drills.plans.texts import WRITTEN, documents
from tests.tiny_site import PLANS

KNOWN = {("team", "北山救护队"): "T1", ("mine", "一号井"): "M1", ("depot", "市级库"): "D1"}


def find(text: str, kinds: Any) -> tuple[str, str] | None:
    return next(((kind, KNOWN[kind, text]) for kind in kinds if (kind, text) in KNOWN), None)


def read(written: Any) -> ReadPlan:
    stream = BytesIO()
    written.save(stream)
    return read_docx(stream.getvalue(), find)


def tabulate(written: Any, *rows: tuple[str, ...]) -> None:
    table = written.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("plans") / "plans.toml"
    path.write_text(PLANS, encoding="utf-8")
    return read_plans(path)[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@settings(deadline=None, max_examples=40)
@given(document=documents())
def test_what_is_written_is_read_again(plan: Any, lang: str, document: Document) -> None:
    names = {("team", "T1"): "北山救护队"}
    content = plan_docx(
        plan, document, lang, names=names, headquarters=Label("指挥部", "Headquarters")
    )
    found = read_docx(content, find)
    assert found.title == plan.name.in_(lang)
    bare = Document(
        clauses=tuple(
            one.model_copy(update={"part": part_of(one.title)}) for one in document.clauses
        )
    )
    assert document_of("any", carry_keys(bare, found.document).model_dump(mode="json")) == bare
    # What leads to a level is in words: it is named, and nothing else is left unread.
    assert {one.code for one in found.unread} == {"plan.docx_triggers"}
    assert [one["level"] for one in found.levels] == [1, 2, 3, 4]


def test_a_plan_as_offices_write_it() -> None:
    written = docx.Document()
    written.add_paragraph("某市地质灾害应急预案", style="Title")
    written.add_paragraph("第一章 总则", style="Heading 1")
    written.add_paragraph("1.1 编制目的", style="Heading 2")
    written.add_paragraph("为规范处置。")
    written.add_paragraph("第二章 组织指挥体系", style="Heading 1")
    tabulate(written, ("单位", "职责"), ("应急局", "综合协调"), ("自然资源局", "监测预警"))
    written.add_paragraph("第三章 应急响应", style="Heading 1")
    tabulate(
        written, ("任务", "牵头单位", "完成时限", "级别"),
        ("先期处置", "县政府", "30分钟内", "Ⅳ级"), ("上报", "应急局", "2 小时", "三级"),
        ("疏散", "乡镇", "尽快", ""),
    )  # fmt: skip
    tabulate(
        written, ("承诺类别", "承诺方", "到达地点", "时限", "备注"),
        ("到场", "北山救护队", "一号井", "30 分钟", "首批"), ("到场", "无名队", "一号井", "5", ""),
    )  # fmt: skip
    tabulate(written, ("甲", "乙"), ("丙", "丁"))
    found = read(written)
    assert found.title == "某市地质灾害应急预案"
    first, purpose, command, response = found.document.clauses
    assert (first.number, first.title, first.part) == ("第一章", "总则", "general")
    assert (purpose.depth, purpose.number, purpose.text) == (2, "1.1", "为规范处置。")
    assert [(one.owner, one.task) for one in command.tasks] == [
        ("应急局", "综合协调"), ("自然资源局", "监测预警"),
    ]  # fmt: skip
    assert [(one.within_min, one.level) for one in response.tasks] == [(30, 4), (120, 3)]
    (promise,) = response.promises
    assert (promise.who, promise.to.id, promise.within_min) == ("T1", "M1", 30)
    assert {one.code: one.where for one in found.unread} == {
        "plan.row_minutes": "第三章 应急响应",
        "plan.row_record": "第三章 应急响应",
        "plan.docx_table": "第三章 应急响应",
    }
    # Nothing is dropped: what was no task, no promise and no table is text.
    assert response.text.split("\n") == [
        "疏散 | 乡镇 | 尽快", "到场 | 无名队 | 一号井 | 5", "甲 | 乙", "丙 | 丁",
    ]  # fmt: skip
    for one in found.unread:
        for lang in LANGUAGES:
            assert "{" not in translate(one.code, lang, **one.params)


def test_headings_without_styles_are_known_by_their_numbers() -> None:
    written = docx.Document()
    for text in (
        "一、总则", "（一）编制目的", "为了规范。", "1.适用范围", "本市。", "二、应急保障",
        "2024年起实行。", f"（三）{'这一段很长' * 9}",
    ):  # fmt: skip
        written.add_paragraph(text)
    clauses = read(written).document.clauses
    assert [(one.depth, one.number, one.title) for one in clauses] == [
        (1, "一、", "总则"), (2, "（一）", "编制目的"), (3, "1.", "适用范围"),
        (1, "二、", "应急保障"),
    ]  # fmt: skip
    assert clauses[1].text == "为了规范。"
    assert clauses[3].text.startswith("2024年起实行。\n（三）")


def test_what_is_no_text_is_named_and_what_was_inserted_is_read() -> None:
    written = docx.Document()
    written.add_heading("第一章 总则", level=1)
    run = f"<w:r {nsdecls('w')}><w:t>新增</w:t></w:r>"
    paragraph = written.add_paragraph("原有")
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')} w:id='1' w:author='a'>{run}</w:ins>"))
    gone = "<w:r><w:delText>删去</w:delText></w:r>"
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')} w:id='2' w:author='a'>{gone}</w:del>"))
    box = ("<w:r {}><w:pict><w:txbxContent><w:p><w:r><w:t>框中字</w:t></w:r></w:p></w:txbxContent>"
           "</w:pict></w:r>").format(nsdecls("w"))  # fmt: skip
    paragraph._p.append(parse_xml(box))
    inside = "<w:sdtContent><w:p><w:r><w:t>控件中的段落</w:t></w:r></w:p></w:sdtContent>"
    written.element.body.insert(2, parse_xml(f"<w:sdt {nsdecls('w')}>{inside}</w:sdt>"))
    written.sections[0].header.paragraphs[0].text = "内部资料"
    found = read(written)
    assert found.document.clauses[0].text == "原有新增\n控件中的段落"
    told = {one.code: one.text for one in found.unread}
    assert told["plan.docx_box"] == "框中字"
    assert told["plan.docx_edge"] == "内部资料"
    assert {"plan.docx_deleted", "plan.docx_picture"} <= told.keys()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"{\\rtf1}", b"\xd0\xcf\x11\xe0" * 9])
def test_what_is_no_docx_is_said_so(content: bytes) -> None:
    with pytest.raises(InputError) as told:
        read_docx(content, find)
    assert told.value.code == "plan.no_docx"


def test_a_bomb_and_a_torn_document_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w>" + b" " * (70 << 20))
    with pytest.raises(InputError) as told:
        read_docx(path.read_bytes(), find)
    assert told.value.code == "plan.docx_too_large"
    with pytest.raises(InputError):
        read_docx(b"0" * (MOST_BYTES + 1), find)
    good = BytesIO()
    docx.Document().save(good)
    torn = BytesIO()
    with zipfile.ZipFile(good) as before, zipfile.ZipFile(torn, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content[:-9] if name == "word/document.xml" else content)
    with pytest.raises(InputError) as told:
        read_docx(torn.getvalue(), find)
    assert told.value.code == "plan.no_docx"


def test_entities_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    good = BytesIO()
    written = docx.Document()
    written.add_paragraph("HERE")
    written.save(good)
    evil = BytesIO()
    with zipfile.ZipFile(good) as before, zipfile.ZipFile(evil, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "word/document.xml":
                entity = f'<!DOCTYPE d [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
                content = content.replace(b"?>", b"?>" + entity, 1).replace(b"HERE", b"&e;")
            after.writestr(name, content)
    found = read_docx(evil.getvalue(), find)
    assert "机密" not in str(found)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("30", 30), ("30分钟", 30), ("≤30 分钟内", 30), ("2小时内", 120), ("1.5h", 90), ("1天", 1440),
     ("", None), ("—", None)],
)  # fmt: skip
def test_times_as_people_write_them(text: str, minutes: float | None) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize(
    ("text", "level"),
    [("Ⅲ级", 3), ("III级响应", 3), ("四级", 4), ("1", 1), ("Level II", 2), ("", None)],
)
def test_levels_as_people_write_them(text: str, level: int | None) -> None:
    assert level_of(text) == level


def test_tables_are_known_by_their_headings() -> None:
    assert table_kind(["姓 名", "单位", "联系电话"]) == (
        "contacts", {0: "name", 1: "office", 2: "phone"},
    )  # fmt: skip
    assert table_kind(["Task", "Owner", "Within, minutes"])[0] == "tasks"
    assert table_kind(["年份", "降雨量"]) is None


def test_a_document_plan_is_written_without_levels(plan: Any) -> None:
    bare = plan_of(
        {"code": "b", "edition": 2, "name": {"zh": "手册", "en": "Handbook"},
         "category": "handbook", "kinds": [], "synthetic": True,
         "source": {"zh": "无", "en": "none"}}
    )  # fmt: skip
    content = plan_docx(bare, document_of("b", WRITTEN), "zh", names={}, headquarters=None)
    texts = [one.text for one in docx.Document(BytesIO(content)).paragraphs]
    assert translate("plan.docx.synthetic", "zh") in texts
    assert translate("plan.docx_levels", "zh") not in texts
