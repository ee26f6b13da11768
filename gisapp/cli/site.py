"""``gisapp init`` and ``gisapp import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gisapp.cli.console import (
    EXISTING_FILE,
    CommandInputError,
    Console,
    answer_options,
    dir_option,
    import_,
    main,
    operator,
    pass_console,
)
from gisapp.messages import translate
from gisapp.rights import system_actor
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from gisapp.provision import Provisioned


def local_time_zone() -> str:
    """The machine's time zone by name, UTC where it has none."""
    parts = Path("/etc/localtime").resolve().parts
    return "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else "UTC"


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--site", type=EXISTING_FILE, help="站点说明文件 / Site description, site.toml.")
@click.option("--roads", type=EXISTING_FILE, help="路网文件 / Road file (.osm.pbf, .gpkg, ...).")
@click.option("--name", help="站点名称 / Name of the site, default the folder's.")
@click.option("--time-zone", help="时区 / IANA time zone, default this machine's.")
@answer_options
@pass_console
def init(
    console: Console,
    folder: Path,
    site: Path | None,
    roads: Path | None,
    name: str | None,
    time_zone: str | None,
) -> None:
    """新建站点 / Make a site in FOLDER.

    \b
    示例 Examples:
      gisapp init mycity --roads mycity.osm.pbf
      gisapp init mycity --site site.toml
    """
    from gisapp.provision import provision_from_file, provision_from_roads  # noqa: PLC0415

    if (site is None) == (roads is None):
        raise CommandInputError("cli.site_or_roads")

    def say(code: str, params: dict[str, object]) -> None:
        console.say(code, **params)

    if site is not None:
        made = provision_from_file(
            folder,
            site,
            actor=system_actor(operator()),
            say=say,
            database_url=console.settings.server_url,
        )
    else:
        assert roads is not None
        made = provision_from_roads(
            folder,
            roads,
            name=name or folder.absolute().name,
            time_zone=time_zone or local_time_zone(),
            actor=system_actor(operator()),
            say=say,
            database_url=console.settings.server_url,
        )
    _announce_administrator(console, folder)
    console.answer(_made(made), _made_text(made, console.lang))


def _announce_administrator(console: Console, folder: Path) -> None:
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.cli.accounts import announce_administrator  # noqa: PLC0415

    app = open_app(console.settings.model_copy(update={"dir": folder}))
    try:
        announce_administrator(app.store, folder)
    finally:
        app.store.close()


def _made(made: Provisioned) -> dict[str, Json]:
    from gisapp.cli.outcomes import outcome_dict  # noqa: PLC0415

    return {
        "folder": str(made.directory),
        "site": made.site.name._asdict(),
        "roads": None if made.roads is None else made.roads.to_dict(),
        "resources": [outcome_dict(outcome, "en") for outcome in made.outcomes],
    }


def _made_text(made: Provisioned, lang: str) -> str:
    from gisapp.cli.outcomes import outcome_text  # noqa: PLC0415
    from gisapp.cli.roads_report import roads_report  # noqa: PLC0415

    parts = [] if made.roads is None else [roads_report(made.roads, lang)]
    parts += [outcome_text(outcome, lang) for outcome in made.outcomes]
    parts.append(translate("cli.made", lang, folder=made.directory))
    return "\n".join(parts)


@import_.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--layer", help="图层 / Layer of a line file.")
@click.option("--crs", help="坐标系（文件未声明时）/ CRS where the file declares none.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="ATTRIBUTE=COLUMN",
    help="属性对应的列，可重复 / Column of an attribute, may be repeated: --column highway=DLDJ",
)
@click.option(
    "--classes",
    type=EXISTING_FILE,
    help="道路等级对照表，默认同名 .classes.csv / Table of classes, default beside the file.",
)
@dir_option
@answer_options
@pass_console
def roads(
    console: Console,
    file: Path,
    layer: str | None,
    crs: str | None,
    columns: tuple[str, ...],
    classes: Path | None,
) -> None:
    """导入路网，替换原有的 / Import roads in place of those there are.

    \b
    示例 Examples:
      gisapp import roads mycity.osm.pbf -d mycity
      gisapp import roads roads.shp --column highway=class --column maxweight=limit_t -d mycity
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.cli.roads_report import roads_report  # noqa: PLC0415
    from gisapp.provision import read_roads  # noqa: PLC0415
    from gisapp.road_files import keep_roads  # noqa: PLC0415
    from routing import LineColumns  # noqa: PLC0415

    app = open_app(console.settings)
    pairs = dict(_pair(text) for text in columns)
    if not pairs.keys() <= LineColumns.__dataclass_fields__.keys() or not all(pairs.values()):
        known = ", ".join(LineColumns.__dataclass_fields__)
        raise CommandInputError("cli.bad_column", known=known)
    mapping = LineColumns(**pairs)
    console.say("provision.roads", file=file.name)
    network = read_roads(file, columns=mapping, layer=layer, crs=crs, classes=classes)
    if app.has_roads:
        before_km = float(app.router.network.street_length.sum()) / 1000
        now_km = float(network.street_length.sum()) / 1000
        console.say("cli.roads.replaced", before_km=before_km, now_km=now_km)
    keep_roads(network, app.directory)
    console.answer(network.report.to_dict(), roads_report(network.report, console.lang))


@import_.command()
@click.argument("files", nargs=-1, required=True, type=EXISTING_FILE)
@dir_option
@answer_options
@pass_console
def heights(console: Console, files: tuple[Path, ...]) -> None:
    """导入地面高程 / Add heights of the ground, from which downstream lines are proposed.

    FILES: tiles of one degree as NASA's SRTM has them (N36E111.hgt), or their zips.

    \b
    示例 Example:
      gisapp import heights N36E111.hgt N35E111.hgt.zip -d mycity
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.heights import add_tiles  # noqa: PLC0415

    names = add_tiles(open_app(console.settings).heights_path, files)
    text = translate("cli.heights_added", console.lang, count=len(names), names=", ".join(names))
    console.answer({"tiles": names}, text)


def _pair(text: str) -> tuple[str, str]:
    name, _, column = text.partition("=")
    return name, column
