"""The site in the database."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from gisapp.errors import SiteError
from gisapp.schema import Base, Label, documented
from gisapp.schema.values import Json
from gisapp.site.site import Headquarters, Site
from layers.model import Lang


class SiteRow(Base):
    """The one site that a database describes."""

    __tablename__ = "site"
    __table_args__ = ({"sqlite_autoincrement": True},)

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("行号，恒为 1", "Row number, always 1.")
    )
    code: Mapped[str] = mapped_column(info=documented("行政区划代码", "Administrative code."))
    name_zh: Mapped[str] = mapped_column(info=documented("中文名称", "Chinese name."))
    name_en: Mapped[str] = mapped_column(info=documented("英文名称", "English name."))
    projected_crs: Mapped[str] = mapped_column(
        info=documented("量算用投影坐标系", "Projected system for measuring, EPSG code.")
    )
    time_zone: Mapped[str] = mapped_column(info=documented("时区", "IANA time zone."))
    languages: Mapped[list[Lang]] = mapped_column(info=documented("语言（JSON）", "Languages."))
    center_x: Mapped[float] = mapped_column(info=documented("中心经度", "Longitude of the centre."))
    center_y: Mapped[float] = mapped_column(info=documented("中心纬度", "Latitude of the centre."))
    min_x: Mapped[float] = mapped_column(info=documented("最西经度", "Western limit."))
    min_y: Mapped[float] = mapped_column(info=documented("最南纬度", "Southern limit."))
    max_x: Mapped[float] = mapped_column(info=documented("最东经度", "Eastern limit."))
    max_y: Mapped[float] = mapped_column(info=documented("最北纬度", "Northern limit."))
    synthetic: Mapped[bool] = mapped_column(
        info=documented("是否含合成数据", "1 where any of its data is generated.")
    )
    note_zh: Mapped[str] = mapped_column(info=documented("中文说明", "Note in Chinese."))
    note_en: Mapped[str] = mapped_column(info=documented("英文说明", "Note in English."))
    attribution: Mapped[list[str]] = mapped_column(
        info=documented("署名（JSON）", "Attribution sentences, JSON.")
    )
    response: Mapped[dict[str, Json]] = mapped_column(
        info=documented("响应标准（JSON）", "Response standards, JSON.")
    )


class HeadquartersRow(Base):
    """A special emergency headquarters of the site."""

    __tablename__ = "headquarters"
    __table_args__ = ({"sqlite_autoincrement": True},)

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("行号，即次序", "Row number, which is the order.")
    )
    code: Mapped[str] = mapped_column(unique=True, info=documented("代码", "Code."))
    name_zh: Mapped[str] = mapped_column(info=documented("中文名称", "Chinese name."))
    name_en: Mapped[str] = mapped_column(info=documented("英文名称", "English name."))


def load_site(session: Session) -> Site:
    """Read the site that the database describes.

    Raises
    ------
    SiteError
        ``site.not_described``: no site was imported yet.
    """
    row = session.get(SiteRow, 1)
    if row is None:
        raise SiteError("site.not_described")
    return Site(
        code=row.code,
        name=Label(row.name_zh, row.name_en),
        projected_crs=row.projected_crs,
        time_zone=row.time_zone,
        languages=tuple(row.languages),
        center=(row.center_x, row.center_y),
        bbox=(row.min_x, row.min_y, row.max_x, row.max_y),
        synthetic=row.synthetic,
        note=Label(row.note_zh, row.note_en),
        attribution=tuple(row.attribution),
        headquarters=tuple(
            Headquarters(code=item.code, name=Label(item.name_zh, item.name_en))
            for item in session.scalars(select(HeadquartersRow).order_by(HeadquartersRow.fid))
        ),
        response=row.response,
    )


def save_site(session: Session, site: Site) -> bool:
    """Write the site in place of the one there was.

    Returns
    -------
    bool
        Whether anything changed.
    """
    if session.get(SiteRow, 1) is not None and load_site(session) == site:
        return False
    session.execute(delete(HeadquartersRow))
    session.merge(
        SiteRow(
            fid=1,
            code=site.code,
            name_zh=site.name.zh,
            name_en=site.name.en,
            projected_crs=site.projected_crs,
            time_zone=site.time_zone,
            languages=list(site.languages),
            center_x=site.center[0],
            center_y=site.center[1],
            min_x=site.bbox[0],
            min_y=site.bbox[1],
            max_x=site.bbox[2],
            max_y=site.bbox[3],
            synthetic=site.synthetic,
            note_zh=site.note.zh,
            note_en=site.note.en,
            attribution=list(site.attribution),
            response=site.response,
        )
    )
    session.flush()
    if site.headquarters:
        session.execute(
            insert(HeadquartersRow),
            [
                {"fid": number, "code": item.code, "name_zh": item.name.zh, "name_en": item.name.en}
                for number, item in enumerate(site.headquarters, start=1)
            ],
        )
    return True
