"""The register of risks as a table for other programs: a workbook, a frame to draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import IO, Any

import geopandas as gpd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from gisapp.registers.guards import guarded
from gisapp.risks.register import RiskRow
from gisapp.schema import Label

REGISTER_LIMIT = 20_000
"""Most hazards in one ledger or workbook."""

COLUMNS: dict[str, tuple[Label, int]] = {
    "kind_name": (Label("类别", "Kind"), 14),
    "id": (Label("编号", "Id"), 16),
    "name": (Label("名称", "Name"), 28),
    "county": (Label("县区", "County"), 12),
    "agency": (Label("主管单位", "Agency"), 22),
    "responsible": (Label("责任人", "Person in charge"), 12),
    "contact": (Label("联系方式", "Contact"), 20),
    "level_name": (Label("风险等级", "Level"), 16),
    "assessed": (Label("已评估", "Assessed"), 8),
    "state_name": (Label("所处环节", "Stage"), 12),
    "colour": (Label("预警", "Warning"), 10),
    "since": (Label("进入日期", "Since"), 12),
    "measures": (Label("管控措施", "Measures"), 36),
    "inspected_on": (Label("最近巡查", "Last inspected"), 12),
    "next_inspection_on": (Label("下次巡查", "Next due"), 12),
    "tickets": (Label("未销号隐患", "Open hidden dangers"), 10),
    "synthetic": (Label("合成数据", "Synthetic"), 8),
}

_FILLS = {1: "F4B6BC", 2: "F9CFA9", 3: "FBEBA6", 4: "BCD4EE"}


def frame(rows: Iterable[RiskRow]) -> gpd.GeoDataFrame:
    """Risks to be drawn.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 points with ``id``, ``name``, ``name_en`` and ``level``, NA where unknown.
    """
    listed = list(rows)
    found = gpd.GeoDataFrame(
        {
            "id": [f"{row.kind}:{row.id}" for row in listed],
            "name": [row.name for row in listed],
            "name_en": [row.name_en for row in listed],
            "level": [row.level for row in listed],
        },
        geometry=[row.position for row in listed],
        crs="EPSG:4326",
    )
    return found.astype({"level": "Int64"})


def ledger_workbook(
    stream: IO[bytes], rows: Sequence[Mapping[str, Any]], *, lang: str, title: str
) -> None:
    """Write the register as an XLSX workbook.

    Parameters
    ----------
    stream
    rows
        With the keys of :data:`COLUMNS` and ``level``, contacts already masked.
    lang
        Language of the headers.
    title
        Name of the worksheet.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title[:31]
    sheet.append([label.in_(lang) for label, _width in COLUMNS.values()])
    for row in rows:
        sheet.append([_cell(row[name], lang) for name in COLUMNS])
    level_at = list(COLUMNS).index("level_name") + 1
    for number, row in enumerate(rows, start=2):
        fill = _FILLS.get(row["level"])
        if fill:
            sheet.cell(number, level_at).fill = PatternFill("solid", fgColor=fill)
    for number, (_label, width) in enumerate(COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        head = sheet.cell(1, number)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True)
    sheet.freeze_panes = "D2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.save(stream)


def _cell(value: object, lang: str) -> object:
    """A value that no spreadsheet program takes for a formula."""
    if isinstance(value, bool):
        return ("是" if lang == "zh" else "yes") if value else ""
    if isinstance(value, (int, float, date)) or value is None:
        return value
    return guarded(str(value))
