"""The XML of a document of a word processor: its paragraphs and tables, and the letters in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table

if TYPE_CHECKING:
    from docx.document import Document as Opened

_STYLE: Final = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_TRANSPARENT: Final = frozenset(
    qn(tag) for tag in ("w:sdt", "w:sdtContent", "w:ins", "w:customXml", "w:smartTag", "w:moveTo")
)
_UNTOLD: Final = frozenset({qn("w:txbxContent"), qn("w:del"), qn("w:moveFrom"), qn("w:pPr")})
"""Elements whose letters are no text of the paragraph they are in."""
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def blocks(parent: BaseOxmlElement) -> Iterator[BaseOxmlElement]:
    """Paragraphs and tables in their order, through whatever is laid around them."""
    for child in parent:
        if child.tag in {qn("w:p"), qn("w:tbl")}:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from blocks(child)


def text_of(paragraph: BaseOxmlElement) -> str:
    """The letters of a paragraph, inserted ones as well; a break begins a line."""
    letters: list[str] = []
    _gather(paragraph, letters)
    lines = ("".join(letters)).split("\n")
    return "\n".join(filter(None, (re.sub(r"[^\S\n]+", " ", line).strip() for line in lines)))


def line_of(element: BaseOxmlElement) -> str:
    """The letters of all paragraphs in an element, as one line."""
    return " ".join(" ".join(filter(None, map(text_of, element.iter(qn("w:p"))))).split("\n"))


def _gather(element: BaseOxmlElement, letters: list[str]) -> None:
    for child in element:
        if child.tag in _UNTOLD or child.tag == _FALLBACK:
            continue
        if child.tag == qn("w:t"):
            letters.append(child.text or "")
        elif child.tag == qn("w:tab"):
            letters.append(" ")
        elif child.tag in {qn("w:br"), qn("w:cr")}:
            letters.append("\n")
        elif child.tag == qn("w:noBreakHyphen"):
            letters.append("-")
        else:
            _gather(child, letters)


def in_fallback(element: BaseOxmlElement) -> bool:
    """Whether it stands for something that is there in a newer form as well."""
    return any(one.tag == _FALLBACK for one in element.iterancestors())


def table_rows(block: BaseOxmlElement, opened: Opened) -> list[list[str]]:
    """Texts of a table; a merged cell says the same in all that it covers."""
    table = Table(block, opened)
    # The library hands out a cell's XML under a private name alone.
    rows = [[line_of(cell._tc) for cell in row.cells] for row in table.rows]  # noqa: SLF001
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def joined(row: Sequence[str]) -> str:
    """A row as a line; what a merged cell says once."""
    told = [one for at, one in enumerate(row) if one and (at == 0 or row[at - 1] != one)]
    return " | ".join(told)


def outlines(opened: Opened) -> dict[str, tuple[str, int]]:
    """Name of each style, and the depth of a heading in it; 0 for no heading."""
    based: dict[str, tuple[str, str, int | None]] = {}
    for style in opened.styles.element.iter(qn("w:style")):
        name = style.find(qn("w:name"))
        below = style.find(qn("w:basedOn"))
        level = style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        said = "" if name is None else name.get(qn("w:val"), "")
        match = _STYLE.match(said)
        depth = int(match[1]) if match else None if level is None else outline_depth(level)
        parent = "" if below is None else below.get(qn("w:val"), "")
        based[style.get(qn("w:styleId"), "")] = (said, parent, depth)
    found = {}
    for identifier, (name_said, _parent, _depth) in based.items():
        at, seen = identifier, set[str]()
        while at in based and at not in seen and based[at][2] is None:
            seen.add(at)
            at = based[at][1]
        found[identifier] = (name_said, (based[at][2] or 0) if at in based else 0)
    return found


def outline_depth(element: BaseOxmlElement) -> int:
    """Depth of an outline level, counted from 1; of the tenth, plain text, 0."""
    said = element.get(qn("w:val"), "")
    return int(said) + 1 if said.isdecimal() and int(said) < 9 else 0
