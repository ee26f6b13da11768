"""The register of risks as a table for other programs: a workbook, a frame to draw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import IO

import geopandas as gpd
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from gisapp.registers.cells import cell_at, put
from gisapp.registers.kinds import HAZARD_MODELS
from gisapp.risks.levels import proposed_level
from gisapp.risks.models import Risk
from gisapp.risks.register import HAZARDS, RiskRow
from gisapp.risks.vocabulary import State
from gisapp.schema import Label, as_stored, geometries
from gisapp.schema.values import Value

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


def drawn_risks(session: Session, ids: Collection[str] | None = None) -> gpd.GeoDataFrame:
    """Hazards as the map draws them, those closed out left away; only what is drawn is read.

    Parameters
    ----------
    ids
        Only these, each the kind and the id joined by a colon; None for all.

    Returns
    -------
    GeoDataFrame
        As :func:`frame` makes it.
    """
    rows: list[tuple[str, str, str | None, int | None]] = []
    stored: list[bytes | str] = []
    for kind in HAZARDS:
        model = HAZARD_MODELS[kind]
        query = (
            select(
                model.id,
                model.name,
                model.name_en,
                func.coalesce(Risk.level, proposed_level(kind)),
                as_stored(model.geom),
            )
            .outerjoin(Risk, and_(Risk.kind == kind, Risk.hazard_id == model.id))
            .where(
                model.retired_at.is_(None),
                or_(Risk.state.is_(None), Risk.state != State.CLOSED),
            )
        )
        if ids is not None:
            own = [one.partition(":")[2] for one in ids if one.startswith(f"{kind}:")]
            if not own:
                continue
            query = query.where(model.id.in_(own))
        for record_id, name, name_en, level, geom in session.execute(query.order_by(model.fid)):
            rows.append((f"{kind}:{record_id}", name, name_en, level))
            stored.append(geom)
    found = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=["id", "name", "name_en", "level"], dtype=object),
        geometry=geometries(stored),
        crs="EPSG:4326",
    ).astype({"level": "Int64"})
    return found[~found.geometry.is_empty]


def ledger_workbook(
    stream: IO[bytes], rows: Sequence[Mapping[str, Value]], *, lang: str, title: str
) -> None:
    """Write the register as an XLSX workbook.

    Parameters
    ----------
    rows
        With the keys of :data:`COLUMNS` and ``level``, contacts already masked.
    lang
        Language of the headers.
    title
        Name of the worksheet.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    sheet.append([label.in_(lang) for label, _width in COLUMNS.values()])
    for number, row in enumerate(rows, start=2):
        for column, name in enumerate(COLUMNS, start=1):
            put(cell_at(sheet, number, column), _said(row[name], lang))
    level_at = list(COLUMNS).index("level_name") + 1
    for number, row in enumerate(rows, start=2):
        level = row["level"]
        fill = _FILLS.get(level) if isinstance(level, int) else None
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


def _said(value: Value, lang: str) -> Value:
    if isinstance(value, bool):
        return ("是" if lang == "zh" else "yes") if value else ""
    return value
