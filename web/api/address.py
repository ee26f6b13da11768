"""What describes one address for programs."""

from __future__ import annotations

from dataclasses import dataclass, field

from gisapp.registers.kinds import HAZARD_KINDS
from gisapp.schema import Label
from web.api.shapes import (
    INTEGER,
    NUMBER,
    TEXT,
    Schema,
)

GEOJSON = "application/geo+json"
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of an address."""

    name: str
    schema: Schema
    doc: Label
    required: bool = False
    where: str = "query"


OF_EXERCISE = [
    Parameter(
        name="exercise",
        schema={"type": "string", "pattern": r"^[\w-]{1,40}$"},
        doc=Label(
            "演练名称：所读所写均只属于该演练，回答带 in_exercise 和 X-Exercise",
            "Name of an exercise: all that is read and written is of it alone; the answer says so"
            " by in_exercise and X-Exercise",
        ),
    ),
    Parameter(
        name="new",
        schema={"type": "boolean"},
        doc=Label(
            "随 exercise：开始这一新演练；否则没有内容的演练名按有误拒绝（exercise.unknown）",
            "With exercise: begin this exercise; else a name under which nothing was done is"
            " refused as mistyped (exercise.unknown)",
        ),
    ),
]
"""Parameters of all addresses that can be asked within an exercise."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One address, by one method.

    Attributes
    ----------
    endpoint
        As Flask names it.
    tag
        The group it is listed under.
    answer
        Schema of what comes back.
    media
        Its media types.
    parameters
        Of the query; those in the path follow from the address.
    body, body_media
        Schema and media type of what is sent.
    per_collection
        Whether it is described once for each collection, in whose place ``{kind}`` stands in
        the schema.
    """

    endpoint: str
    tag: str
    summary: Label
    answer: Schema
    method: str = "get"
    media: tuple[str, ...] = (JSON,)
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    body: Schema | None = None
    body_media: str = JSON
    per_collection: bool = False
    path_parameters: dict[str, Schema] = field(default_factory=dict)


def posted(
    endpoint: str,
    zh: str,
    en: str,
    answer: Schema,
    body: Schema | None = None,
    *,
    blueprint: str,
    tag: str,
    status: int = 200,
) -> Operation:
    """Describe an address that takes what somebody says."""
    return Operation(
        endpoint=f"{blueprint}.{endpoint}", method="post", tag=tag, status=status,
        summary=Label(zh, en), answer=answer, body=body,
    )  # fmt: skip


HAZARD: Schema = {"type": "string", "enum": list(HAZARD_KINDS)}
VERSION: dict[str, Schema] = {"version": INTEGER}
POSITION = (
    Parameter(name="x", schema=NUMBER, doc=Label("经度", "Longitude.")),
    Parameter(name="y", schema=NUMBER, doc=Label("纬度", "Latitude.")),
    Parameter(name="at", schema=TEXT,
              doc=Label("以文字或地图链接写的坐标，代替 x、y",
                        "Coordinates as text or a map's link, in the place of x and y.")),
    Parameter(name="system", schema=TEXT,
              doc=Label("坐标系：WGS84、CGCS2000、GCJ02、BD09 或 EPSG 代码；未写明时为 WGS84",
                        "Reference system: WGS84, CGCS2000, GCJ02, BD09 or an EPSG code; "
                        "WGS84 where none is named.")),
)  # fmt: skip
