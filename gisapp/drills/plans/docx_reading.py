"""Reading a plan out of a document of a word processor, by its headings and tables.

Whatever is in the document and not in what was read of it is named, with where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Final

import docx
from docx.exceptions import PythonDocxError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from gisapp.drills.plans.document import (
    DEEPEST,
    MOST_CLAUSES,
    MOST_TEXT,
    Clause,
    Contact,
    Document,
    Task,
)
from gisapp.drills.plans.docx_blocks import (
    blocks,
    in_fallback,
    joined,
    line_of,
    outline_depth,
    outlines,
    table_rows,
    text_of,
)
from gisapp.drills.plans.docx_tables import (
    Find,
    TableKind,
    level_of,
    number_of,
    read_contact,
    read_promise,
    read_task,
    table_kind,
)
from gisapp.drills.plans.promises import Promise
from gisapp.drills.plans.vocabulary import PART_WORDS, Part
from gisapp.errors import InputError
from gisapp.registers.archives import BrokenArchiveError, examine
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from docx.document import Document as Opened

MOST_BYTES: Final = 10 << 20
MOST_UNPACKED_BYTES: Final = 60 << 20
MOST_BLOCKS: Final = 20_000
"""Paragraphs and tables of a document."""
MOST_TOLD: Final = 1_000
"""Things that could not be read, one by one; of more their number is told."""
SHORT: Final = 40
"""Letters of a line that may be a heading where no style says so."""
_EXCERPT: Final = 2_000
"""Letters of what was not read that are kept: as a rule all."""

_CHINESE: Final = "一二三四五六七八九十百零〇0-9０-９"
_NUMBERS: Final = tuple(
    re.compile(rf"({pattern})\s*(.*)", re.DOTALL)
    for pattern in (
        rf"第[{_CHINESE}]+[编篇]", rf"第[{_CHINESE}]+章", rf"第[{_CHINESE}]+节",
        rf"第[{_CHINESE}]+条", r"[一二三四五六七八九十]+、", r"[（(][一二三四五六七八九十]+[）)]",
        r"\d+(?:[.．]\d+)*[.．、]?(?![\d年月日时%％])", r"[（(]\d+[）)]",
    )
)  # fmt: skip
"""Numbers that headings begin with, those that stand above others first."""
_DECIMAL: Final = 6
_TITLES: Final = re.compile(r"(?:title|标题|subtitle|副标题)", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"(?:toc\s*\d|目录\s*\d)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Unread:
    """Something of a document that is not, or not wholly, in what was read of it.

    Attributes
    ----------
    code, params
        Sentence of the message catalogue and what it names.
    where
        Heading below which it stood; empty before the first.
    text
        What it says, as far as it says anything.
    """

    code: str
    where: str = ""
    text: str = ""
    params: dict[str, Json] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Json]:
        """As a draft keeps it."""
        return {"code": self.code, "where": self.where, "text": self.text, "params": self.params}


@dataclass(frozen=True, kw_only=True)
class ReadPlan:
    """What was read of a document.

    Attributes
    ----------
    title
        Of the plan; empty where none was found.
    levels
        What tables say of levels of response: level, started_by, expected_h, measures.
    """

    title: str
    document: Document
    levels: tuple[dict[str, Json], ...]
    unread: tuple[Unread, ...]


_STRANGE: Final = {
    "plan.docx_picture": (qn("w:drawing"), qn("w:pict")),
    "plan.docx_object": (qn("w:object"),),
    "plan.docx_formula": (qn("m:oMath"),),
    "plan.docx_deleted": (qn("w:del"), qn("w:moveFrom")),
    "plan.docx_comment": (qn("w:commentReference"),),
}
_NOTES: Final = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}


def read_docx(content: bytes, find: Find) -> ReadPlan:
    """Read a plan.

    Parameters
    ----------
    content
        Of a DOCX file.
    find
        Finds the records that promises name by their ids or names.

    Raises
    ------
    InputError
        ``plan.no_docx``: it is none, or damaged; ``plan.docx_too_large``: it unpacks to more than
        a plan, or has more clauses or text in one than a plan has.
    """
    if len(content) > MOST_BYTES:
        raise InputError("plan.docx_too_large")
    try:
        contents = examine(BytesIO(content), most_bytes=MOST_UNPACKED_BYTES)
    except BrokenArchiveError as error:
        raise InputError("plan.no_docx") from error
    if contents.is_bomb:
        raise InputError("plan.docx_too_large")
    try:
        opened = docx.Document(BytesIO(content))
        return _Reading(opened, find).done()
    except InputError:
        raise
    except (ValueError, KeyError, AttributeError, TypeError, OSError, SyntaxError) as error:
        # What python-docx and lxml say of a document that is torn somewhere.
        raise InputError("plan.no_docx") from error
    except PythonDocxError as error:
        raise InputError("plan.no_docx") from error


@dataclass
class _Open:
    """A clause that is being read."""

    depth: int
    number: str
    title: str
    lines: list[str] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    has_levels: bool = False

    @property
    def heading(self) -> str:
        return " ".join(one for one in (self.number, self.title) if one)

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing; the levels of the plan are told beside its text."""
        holds = self.lines or self.tasks or self.contacts or self.promises
        return not holds and (self.has_levels or not self.heading)


class _Reading:
    """One pass over the blocks of a document."""

    def __init__(self, opened: Opened, find: Find) -> None:
        self._find = find
        self._opened = opened
        self._blocks = list(blocks(opened.element.body))
        if len(self._blocks) > MOST_BLOCKS:
            raise InputError("plan.docx_too_large")
        self._outlines = outlines(opened)
        self._is_styled = any(self._outline(one) for one in self._blocks if one.tag == qn("w:p"))
        self._ranks: list[int] = []
        self._clauses = [_Open(1, "", "")]
        self._levels: list[dict[str, Json]] = []
        self._unread: list[Unread] = []
        self._numbered = 0
        self._title = ""
        self._has_contents = False

    def done(self) -> ReadPlan:
        for block in self._blocks:
            if block.tag == qn("w:p"):
                self._paragraph(block)
            else:
                self._table(block)
        self._aside()
        clauses = [_closed(one) for one in self._clauses if not one.is_empty]
        if len(clauses) > MOST_CLAUSES:
            raise InputError("plan.docx_too_large")
        more = len(self._unread) - MOST_TOLD
        told = self._unread[:MOST_TOLD]
        if more > 0:
            told.append(Unread(code="plan.docx_more", params={"number": more}))
        return ReadPlan(
            title=self._title or _property_title(self._opened),
            document=Document(clauses=tuple(clauses)),
            levels=tuple(self._levels),
            unread=tuple(told),
        )

    def _tell(self, code: str, text: str = "", **params: Json) -> None:
        where = self._clauses[-1].heading
        said = text.strip()
        excerpt = said if len(said) <= _EXCERPT else f"{said[:_EXCERPT]}…"
        self._unread.append(Unread(code=code, where=where, text=excerpt, params=params))

    def _paragraph(self, block: BaseOxmlElement) -> None:
        style = self._style(block)
        if _CONTENTS.match(style):
            self._has_contents = True
            return
        self._strange(block)
        text = text_of(block)
        if not text:
            return
        depth = self._outline(block)
        if depth == 0 and _TITLES.match(style) and len(self._clauses) == 1:
            if not self._title:
                self._title = text[:200]
            return
        if depth == 0 and not self._is_styled:
            depth = self._guessed(text)
        if depth:
            self._begin(depth, text)
            return
        if block.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None:
            self._numbered += 1
        self._add_lines(text)

    def _begin(self, depth: int, text: str) -> None:
        if depth > DEEPEST:
            self._tell("plan.docx_deep", text)
        number, title = _split(text.replace("\n", " "))
        if len(title) > 200 or len(number) > 40:
            self._tell("plan.docx_long_heading", text)
            self._add_lines(text)
            return
        self._clauses.append(_Open(min(depth, DEEPEST), number, title))

    def _add_lines(self, text: str) -> None:
        clause = self._clauses[-1]
        clause.lines += [line for line in text.split("\n") if line]
        if sum(map(len, clause.lines)) + len(clause.lines) > MOST_TEXT:
            raise InputError("plan.docx_too_large")

    def _table(self, block: BaseOxmlElement) -> None:
        rows = table_rows(block, self._opened)
        if block.findall(f".//{qn('w:tbl')}"):
            self._tell("plan.docx_nested_table", " ".join(rows[0]) if rows else "")
        self._strange(block)
        if not any(any(row) for row in rows):
            return
        known = table_kind(rows[0])
        if known is None:
            self._tell("plan.docx_table", " | ".join(rows[0]))
            self._add_lines("\n".join(joined(row) for row in rows))
            return
        kind, places = known
        for row in rows[1:]:
            if any(row):
                self._row(kind, {name: row[at] for at, name in places.items()}, row)

    def _row(self, kind: TableKind, cells: dict[str, str], row: Sequence[str]) -> None:
        clause = self._clauses[-1]
        try:
            match kind:
                case "tasks":
                    clause.tasks.append(read_task(cells))
                case "contacts":
                    clause.contacts.append(read_contact(cells))
                case "promises":
                    clause.promises.append(read_promise(cells, self._find))
                case "levels":
                    self._level(cells)
        except InputError as error:
            params = {name: str(value) for name, value in error.params.items()}
            self._tell(error.code, joined(row), **params)
            self._add_lines(joined(row))

    def _level(self, cells: dict[str, str]) -> None:
        level = level_of(cells["level"])
        if level is None:
            raise InputError("plan.row_level", value=cells["level"][:40] or "—")
        hours = cells.get("expected_h", "")
        self._levels.append(
            {
                "level": level,
                "started_by": cells.get("started_by", ""),
                "expected_h": number_of(hours) if hours else None,
                "measures": cells.get("measures", ""),
            }
        )
        self._clauses[-1].has_levels = True
        self._tell("plan.docx_triggers", " | ".join(filter(None, cells.values())), level=level)

    def _strange(self, block: BaseOxmlElement) -> None:
        """Name what is no text: pictures, boxes, formulas, tracked changes, notes."""
        boxes = [one for one in block.iter(qn("w:txbxContent")) if not in_fallback(one)]
        for box in boxes:
            self._tell("plan.docx_box", line_of(box))
        for code, tags in _STRANGE.items():
            number = sum(not in_fallback(one) for tag in tags for one in block.iter(tag))
            if number:
                self._tell(code, text_of(block), number=number)
        for reference, part in _NOTES.items():
            for one in block.iter(qn(reference)):
                self._tell("plan.docx_note", self._note(part, one.get(qn("w:id"), "")))

    def _note(self, part: str, number: str) -> str:
        for relation in self._opened.part.rels.values():
            if not relation.is_external and relation.reltype.endswith(f"/{part}"):
                root = parse_xml(relation.target_part.blob)
                for note in root:
                    if note.get(qn("w:id")) == number:
                        return line_of(note)
        return ""

    def _aside(self) -> None:
        """Name what stands beside the text as a whole."""
        self._clauses.append(_Open(1, "", ""))  # of no heading
        if self._numbered:
            self._tell("plan.docx_numbering", number=self._numbered)
        if self._has_contents:
            self._tell("plan.docx_contents")
        for section in self._opened.sections:
            for edge in (section.header, section.footer):
                text = line_of(edge._element)  # noqa: SLF001 - nothing else holds its content controls
                if text and not edge.is_linked_to_previous:
                    self._tell("plan.docx_edge", text)

    def _style(self, block: BaseOxmlElement) -> str:
        found = block.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        identifier: str = "" if found is None else found.get(qn("w:val"), "")
        return self._outlines.get(identifier, (identifier, 0))[0]

    def _outline(self, block: BaseOxmlElement) -> int:
        """Depth of a heading by its own level in the outline, or its style's; 0 for no heading."""
        own = block.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if own is not None:
            return outline_depth(own)
        found = block.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        identifier = "" if found is None else found.get(qn("w:val"), "")
        return self._outlines.get(identifier, ("", 0))[1]

    def _guessed(self, text: str) -> int:
        """Depth by the number that a short line begins with, where no style says any."""
        if len(text) > SHORT or text[-1] in "。；;，,：:" or "\n" in text:
            return 0
        for rank, pattern in enumerate(_NUMBERS):
            if (match := pattern.fullmatch(text)) and match[2]:
                if rank not in self._ranks:
                    self._ranks.append(rank)
                    self._ranks.sort()
                extra = len(re.findall(r"[.．]\d", match[1])) if rank == _DECIMAL else 0
                return self._ranks.index(rank) + 1 + extra
        return 0


def part_of(title: str) -> Part | None:
    """What a clause is about, by the words of its heading; None where they do not say."""
    return next(
        (part for part, words in PART_WORDS.items() if any(word in title for word in words)), None
    )


def _split(text: str) -> tuple[str, str]:
    """Number and title of a heading."""
    for pattern in _NUMBERS:
        if match := pattern.fullmatch(text):
            return match[1].strip(), match[2].strip()
    return "", text


def _closed(clause: _Open) -> Clause:
    return Clause(
        depth=clause.depth,
        number=clause.number,
        title=clause.title,
        text="\n".join(clause.lines),
        part=part_of(clause.title),
        tasks=tuple(clause.tasks),
        contacts=tuple(clause.contacts),
        promises=tuple(clause.promises),
    )


def _property_title(opened: Opened) -> str:
    title: str = opened.core_properties.title or ""
    return title.strip()[:200]
