"""DOCX documents as this system writes them."""

from __future__ import annotations

from typing import Final

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt

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
    # Chinese letters take their font from an attribute of their own.
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    return document
