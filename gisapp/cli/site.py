"""``gisapp init`` and ``gisapp import``."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gisapp.cli import (
    EXIT_BAD_INPUT,
    CommandInputError,
    Console,
    answer_options,
    dir_option,
    main,
    pass_console,
)
from gisapp.messages import translate

if TYPE_CHECKING:
    from gisapp.importing import ImportOutcome
    from gisapp.provision import Provisioned

EXISTING_FILE = click.Path(path_type=Path)


def operator() -> str:
    """Who is at the terminal, for the record of changes."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return "cli"


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
        raise CommandInputError(
            "cli.site_or_roads", "Give either --site site.toml or --roads FILE."
        )

    def say(code: str, params: dict[str, object]) -> None:
        console.say(code, **params)

    if site is not None:
        made = provision_from_file(
            folder, site, who=operator(), say=say, database_url=console.settings.server_url
        )
    else:
        assert roads is not None
        made = provision_from_roads(
            folder,
            roads,
            name=name or folder.absolute().name,
            time_zone=time_zone or local_time_zone(),
            who=operator(),
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


def _made(made: Provisioned) -> dict[str, Any]:
    return {
        "folder": str(made.directory),
        "site": made.site.name._asdict(),
        "roads": None if made.roads is None else made.roads.to_dict(),
        "resources": [outcome_dict(outcome, "en") for outcome in made.outcomes],
    }


def _made_text(made: Provisioned, lang: str) -> str:
    from gisapp.cli.roads_report import roads_report  # noqa: PLC0415

    parts = [] if made.roads is None else [roads_report(made.roads, lang)]
    parts += [outcome_text(outcome, lang) for outcome in made.outcomes]
    parts.append(translate("cli.made", lang, folder=made.directory))
    return "\n".join(parts)


@main.group(name="import")
def import_() -> None:
    """导入路网或资源 / Import roads or resources."""


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
@dir_option
@answer_options
@pass_console
def roads(
    console: Console, file: Path, layer: str | None, crs: str | None, columns: tuple[str, ...]
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
    from routing import LineColumns, save  # noqa: PLC0415

    app = open_app(console.settings)
    pairs = dict(_pair(text) for text in columns)
    if not pairs.keys() <= LineColumns.__dataclass_fields__.keys() or not all(pairs.values()):
        known = ", ".join(LineColumns.__dataclass_fields__)
        raise CommandInputError(
            "cli.bad_column",
            f"--column must be ATTRIBUTE=COLUMN with an attribute of: {known}.",
            known=known,
        )
    mapping = LineColumns(**pairs)
    console.say("provision.roads", file=file.name)
    network = read_roads(file, columns=mapping, layer=layer, crs=crs)
    if app.has_roads:
        before_km = float(app.router.network.street_length.sum()) / 1000
        now_km = float(network.street_length.sum()) / 1000
        console.say("cli.roads.replaced", before_km=before_km, now_km=now_km)
    save(network, app.roads_path)
    console.answer(network.report.to_dict(), roads_report(network.report, console.lang))


def _pair(text: str) -> tuple[str, str]:
    name, _, column = text.partition("=")
    return name, column


@import_.command()
@click.argument("kind")
@click.argument("file", type=EXISTING_FILE)
@click.option("--crs", default="EPSG:4326", show_default=True, help="坐标系 / CRS of x and y.")
@click.option("--dry-run", is_flag=True, help="只检查，不入库 / Check only, store nothing.")
@dir_option
@answer_options
@click.pass_context
def resources(ctx: click.Context, kind: str, file: Path, crs: str, dry_run: bool) -> None:
    """导入资源或隐患 / Import resources or hazards of one KIND.

    KIND: team depot lot mine hazard_source reservoir geohazard tailings_pond shelter hospital,
    or osm for the fire stations and hospitals of an OpenStreetMap file.

    \b
    示例 Examples:
      gisapp import resources team teams.csv -d mycity
      gisapp import resources hospital hospitals.csv --dry-run -d mycity
      gisapp import resources osm mycity.osm.pbf -d mycity
    """
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.importing import import_osm_resources, import_resources  # noqa: PLC0415

    console: Console = ctx.obj
    app = open_app(console.settings)
    if kind == "osm":
        outcomes = import_osm_resources(app.store, file, who=operator(), dry_run=dry_run)
    else:
        outcomes = [
            import_resources(app.store, kind, file, crs=crs, who=operator(), dry_run=dry_run)
        ]
    console.answer(
        {"outcomes": [outcome_dict(outcome, console.lang) for outcome in outcomes]},
        "\n".join(outcome_text(outcome, console.lang) for outcome in outcomes),
    )
    if any(outcome.faults for outcome in outcomes):
        ctx.exit(EXIT_BAD_INPUT)


def outcome_dict(outcome: ImportOutcome, lang: str) -> dict[str, Any]:
    """An import's outcome as JSON carries it."""
    return {
        "kind": outcome.kind,
        "read": outcome.read,
        "inserted": outcome.inserted,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "stored": outcome.is_stored,
        "charset": outcome.charset,
        "crs": outcome.crs,
        "ignored_columns": outcome.ignored,
        "faults": [
            {
                "row": fault.row,
                "column": fault.column,
                "value": fault.value,
                "code": fault.code,
                "message": fault.sentence(lang),
            }
            for fault in outcome.faults
        ],
    }


def outcome_text(outcome: ImportOutcome, lang: str) -> str:
    """An import's outcome for a person: one line, then a line for each fault."""
    from gisapp.registers import KINDS  # noqa: PLC0415

    head = {"kind": KINDS[outcome.kind].label.in_(lang), "read": outcome.read}
    if outcome.faults:
        count = len(outcome.faults)
        lines = [translate("cli.import_faults", lang, **head, faults=count)]
        lines += [
            translate(
                "cli.fault",
                lang,
                row=fault.row,
                column=fault.column,
                sentence=fault.sentence(lang),
            )
            for fault in outcome.faults
        ]
        return "\n".join(lines)
    code = "cli.import_checked" if outcome.dry_run else "cli.import_done"
    text = translate(
        code,
        lang,
        **head,
        inserted=outcome.inserted,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        charset=outcome.charset or "—",
    )
    if outcome.ignored:
        text += translate("cli.import_ignored", lang, columns=", ".join(outcome.ignored))
    return text
