"""``gisapp planning-layer``: places of files, to be covered or to be candidates."""

from __future__ import annotations

from pathlib import Path

import click

from gisapp.cli.console import (
    Console,
    answer_options,
    dir_option,
    main,
    opened,
    operator,
    pass_console,
)
from gisapp.messages import translate
from gisapp.schema.values import Json


@main.group("planning-layer")
def planning_layer() -> None:
    """规划图层 / Layers of places for planning, from files."""


@planning_layer.command()
@click.argument(
    "path", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--name", required=True, help="名称 / Name.")
@click.option("--source", default="", help="数据来源 / Where the data are from.")
@click.option("--year", type=int, help="数据年份 / Year of the data.")
@dir_option
@answer_options
@pass_console
def add(console: Console, path: Path, name: str, source: str, year: int | None) -> None:
    """导入图层 / Take places in: points or polygons in any format that GDAL reads.

    \b
    示例 Example:
      gisapp planning-layer add grid.gpkg --name "人口格网" --source WorldPop --year 2020 -d mysite
      gisapp coverage --demand layer:L1a2b3c4d --capability fire --limit 15 -d mysite
    """
    from gisapp.planning.layers import read_places, take_in  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    places = read_places(path, name=path.name)
    with opened(console) as app, app.store.session(write=True) as session:
        row = take_in(
            session, system_actor(operator()), places, name=name, source=source, year=year
        )
        told: dict[str, Json] = {"id": row.id, "places": row.places, "sha256": row.sha256}
    text = translate("planning.layer_kept", console.lang, id=told["id"], places=len(places))
    console.answer(told, text)


@planning_layer.command("list")
@dir_option
@answer_options
@pass_console
def list_(console: Console) -> None:
    """列出图层 / List layers, the newest first."""
    from gisapp.planning.layers import layers  # noqa: PLC0415

    with opened(console) as app, app.store.session() as session:
        told: list[Json] = [
            {
                "id": row.id,
                "name": row.name,
                "places": row.places,
                "source": row.source,
                "year": row.year,
                "made_by": row.made_by,
                "made_at": row.made_at.isoformat(),
            }
            for row in layers(session)
        ]
        lines = [f"{row.id}  {row.name}  {row.places}  {row.source}" for row in layers(session)]
    none = translate("planning.layers_none", console.lang)
    console.answer({"layers": told}, "\n".join(lines) or none)


@planning_layer.command()
@click.argument("layer_id", metavar="ID")
@dir_option
@answer_options
@pass_console
def retire(console: Console, layer_id: str) -> None:
    """移除图层 / Put a layer away; results that rest on it stay."""
    from gisapp.planning.layers import retire_layer  # noqa: PLC0415
    from gisapp.rights import system_actor  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        retire_layer(session, system_actor(operator()), layer_id)
    console.answer({"id": layer_id}, layer_id)
