"""The sheets that documents of drills are written on: marked, dated, with numbered pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from gisapp.documents import add_table, blank, to_bytes, write_chinese_in
from gisapp.drills.documents.facts import Facts
from gisapp.drills.documents.kinds import DOCUMENTS

HEADING_FONT: Final = "黑体"
LATIN: Final = "Times New Roman"
BOX: Final = "□"
"""To be ticked by hand."""
_A4_CM: Final = (21.0, 29.7)
_MARGIN_CM: Final = 2.2
_LABEL_CM: Final = 3.6
_RED: Final = RGBColor(0xC0, 0x00, 0x00)
_BLACK: Final = RGBColor(0, 0, 0)
_STYLES: Final = (("Title", 20), ("Heading 1", 14), ("Heading 2", 12))


class Paper:
    """A document of a drill while it is written.

    Parameters
    ----------
    kind
        A key of `DOCUMENTS`.
    title
        In place of the drill's name and the kind of document.
    is_wide
        Whether the sheet lies on its long side.
    """

    def __init__(
        self, facts: Facts, kind: str, *, title: str | None = None, is_wide: bool = False
    ) -> None:
        self.facts = facts
        what = DOCUMENTS[kind]
        self._title = title or facts.say("title", name=facts.row.name, what=facts.label(what.label))
        self._written = blank(9 if is_wide else 11, latin=LATIN)
        self._set_styles()
        self._set_page(is_wide=is_wide)
        self._mark(for_staff=what.for_staff)
        properties = self._written.core_properties
        properties.title, properties.author = self._title, facts.organiser
        properties.comments = facts.say("mark")

    @property
    def width_cm(self) -> float:
        """Between the margins."""
        return self._width_cm - 2 * _MARGIN_CM

    def begin(self) -> None:
        """Write the title with organiser and date."""
        facts = self.facts
        self._written.add_heading(self._title, level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
        line = facts.say("byline", organiser=facts.organiser, day=facts.day(facts.today))
        self.text(line).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def title(self) -> None:
        """Write the title alone: a letter or a notice is signed at its end."""
        self._written.add_heading(self._title, level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, code: str, *, depth: int = 1) -> None:
        """Write a heading of the catalogue."""
        self._written.add_heading(self.facts.say(code), level=depth)

    def text(self, text: str) -> Paragraph:
        """Write a paragraph for each line; the last is returned."""
        lines = [self._written.add_paragraph(one) for one in text.split("\n")]
        return lines[-1]

    def loud(self, text: str) -> None:
        """Write a paragraph that nobody overlooks."""
        run = self.text("").add_run(text)
        run.bold, run.font.color.rgb = True, _RED

    def listed(self, entries: Iterable[str], *, numbered: bool = False) -> None:
        """Write a list; numbers are text, for those of a word processor run on."""
        for number, one in enumerate(entries, start=1):
            if numbered:
                line = self.text(f"{number}. {one}")
                line.paragraph_format.left_indent = Cm(0.8)
                line.paragraph_format.first_line_indent = Cm(-0.6)
            else:
                self._written.add_paragraph(one, style="List Bullet")

    def pairs(self, entries: Iterable[tuple[str, str]]) -> None:
        """Write what is called what, a row each; labels are codes of the catalogue."""
        table = self._written.add_table(rows=0, cols=2, style="Table Grid")
        table.autofit = False
        widths = (_LABEL_CM, self.width_cm - _LABEL_CM)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for code, value in entries:
            label, cell = table.add_row().cells
            label.text, cell.text = self.facts.say(code), value
            label.paragraphs[0].runs[0].bold = True
        self._gap()

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float]
    ) -> None:
        """Write a table over the whole width.

        Parameters
        ----------
        shares
            Widths of the columns, as shares of their sum.
        """
        unit = self.width_cm / sum(shares)
        add_table(self._written, head, rows, widths_cm=[one * unit for one in shares])
        self._gap()

    def ticked(self, entries: Iterable[str]) -> None:
        """Write a list to be worked off: a box, what is done, by whom or when, remarks."""
        head = ["", *self.facts.heads("check", ("what", "done", "remark"))]
        self.table(head, [[BOX, one, "", ""] for one in entries], (1, 10, 3, 3))

    def signed(self) -> None:
        """Write who sends it, and the date, as letters end."""
        facts = self.facts
        for line in (facts.organiser, facts.day(facts.today)):
            self.text(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def approvals(self) -> None:
        """Leave room for those who draw it up, check and approve it."""
        head = self.facts.heads("sign", ("step", "name", "signature", "day"))
        steps = self.facts.heads("sign", ("drawn", "checked", "approved"))
        self.table(head, [[one, "", "", ""] for one in steps], (2, 3, 4, 3))

    def turn(self) -> None:
        """Go on on a new page."""
        self.text("").add_run().add_break(WD_BREAK.PAGE)

    def to_bytes(self) -> bytes:
        """The document as a file."""
        return to_bytes(self._written)

    def _gap(self) -> None:
        self._written.add_paragraph().paragraph_format.space_after = Pt(2)

    def _set_styles(self) -> None:
        styles = self._written.styles
        styles["Normal"].paragraph_format.space_after = Pt(4)
        for name, size in _STYLES:
            style = styles[name]
            write_chinese_in(style, HEADING_FONT)
            style.font.size, style.font.color.rgb = Pt(size), _BLACK
        border = styles["Title"].element.pPr.find(qn("w:pBdr"))
        if border is not None:  # a line below the title, which no official document has
            border.getparent().remove(border)

    def _set_page(self, *, is_wide: bool) -> None:
        page = self._written.sections[0]
        width, height = reversed(_A4_CM) if is_wide else _A4_CM
        page.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = Cm(width), Cm(height)
        page.left_margin = page.right_margin = Cm(_MARGIN_CM)
        page.top_margin = page.bottom_margin = Cm(2.4)
        self._width_cm = width

    def _mark(self, *, for_staff: bool) -> None:
        facts, page = self.facts, self._written.sections[0]
        head = page.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        texts = [facts.say("mark")] + [facts.say("staff_only")] * for_staff
        run = head.add_run("    ".join(texts))
        run.bold, run.font.size, run.font.color.rgb = True, Pt(12), _RED
        foot = page.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run(f"{self._title}    ")
        said = facts.say("page", page="|PAGE|", pages="|NUMPAGES|")
        for at, part in enumerate(said.split("|")):
            if at % 2:
                _add_field(foot, part)
            else:
                foot.add_run(part)


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    """Let the word processor write what only it knows."""
    for mark in ("begin", None, "end"):
        run = paragraph.add_run()
        part = OxmlElement("w:instrText" if mark is None else "w:fldChar")
        if mark is None:
            part.text = instruction
        else:
            part.set(qn("w:fldCharType"), mark)
        run.element.append(part)
