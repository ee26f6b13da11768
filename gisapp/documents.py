"""DOCX documents as this system writes them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.styles.style import ParagraphStyle

FONT: Final = "宋体"


def blank(size_pt: float, *, latin: str | None = None) -> Document:
    """Begin a document whose Chinese letters are of :data:`FONT`.

    Parameters
    ----------
    latin
        Font of all other letters; that of the word processor where None.
    """
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.size = Pt(size_pt)
    if latin is not None:
        style.font.name = latin
    write_chinese_in(style, FONT)
    return document


def write_chinese_in(style: ParagraphStyle, font: str) -> None:
    """Set the font of a style's Chinese letters."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Chinese letters take their font from an attribute of their own, and a theme's comes first.
    fonts.set(qn("w:eastAsia"), font)
    fonts.attrib.pop(qn("w:eastAsiaTheme"), None)


def add_table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths_cm: Sequence[float] = (),
) -> None:
    """Write a table whose head is repeated on each page, and whose rows break across none.

    Parameters
    ----------
    widths_cm
        Of the columns; the word processor decides where none are given.
    """
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    if widths_cm:
        table.autofit = False
        for column, cell, width in zip(table.columns, table.rows[0].cells, widths_cm, strict=True):
            column.width = cell.width = Cm(width)  # rows that are added take the column's
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = text
        for run in cell.paragraphs[0].runs:
            run.bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    written = document.element.body.tbl_lst[-1].tr_lst
    written[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for line in written:
        line.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def to_bytes(document: Document) -> bytes:
    """The document as a file."""
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
