"""``gisapp copy``, ``gisapp backup`` and ``gisapp restore``."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

import click

from gisapp.cli.console import Console, answer_options, dir_option, main, operator, pass_console
from gisapp.messages import translate

FILE = click.Path(path_type=Path, dir_okay=False)


@main.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@answer_options
@dir_option
@pass_console
def copy(console: Console, source: str, target: str) -> None:
    """在文件与服务器之间复制站点 / Copy a site between a file and a server.

    FROM and TO: a site's folder, or postgresql://user@host/database. Every row is compared
    before the copy counts; TO must not hold a site yet.

    \b
    示例 Examples:
      gisapp copy mycity postgresql://gis@db/mycity
      gisapp copy postgresql://gis@db/mycity laptop -d mycity
    """
    from gisapp.backup import record_taking  # noqa: PLC0415
    from gisapp.bootstrap import DATABASE_FILE  # noqa: PLC0415
    from gisapp.road_files import ROADS_FILE  # noqa: PLC0415
    from gisapp.store import open_store  # noqa: PLC0415
    from gisapp.store.copying import copy_store  # noqa: PLC0415
    from gisapp.store.opening import is_url  # noqa: PLC0415
    from gisapp.store.server import shown_url  # noqa: PLC0415
    from gisapp.tables import all_tables  # noqa: PLC0415

    origin = console.settings.dir if is_url(source) else Path(source)
    roads, roads_there = origin / ROADS_FILE, Path(target) / ROADS_FILE
    brings_roads = not is_url(target) and roads.is_file() and not roads_there.exists()
    with open_store(source if is_url(source) else origin / DATABASE_FILE) as opened:
        record_taking(opened, "postgis" if is_url(target) else "gpkg", who=operator())
        if is_url(target):
            shown, copied = shown_url(target), copy_store(opened, target, tables=all_tables())
        else:
            shown = target
            Path(target).mkdir(parents=True, exist_ok=True)
            copied = copy_store(opened, Path(target) / DATABASE_FILE, tables=all_tables())
    if brings_roads:
        unfinished = roads_there.with_name(f".{ROADS_FILE}.unfinished")
        shutil.copy2(roads, unfinished)
        unfinished.replace(roads_there)
    rows = sum(copied.counts.values())
    lines = [
        translate("cli.copied", console.lang, rows=rows, tables=len(copied.counts), target=shown)
    ]
    if copied.left_out:
        names = ", ".join(copied.left_out)
        lines.append(translate("cli.copy_left_out", console.lang, tables=names))
    for code, left in (
        ("cli.copy_left_columns", copied.left_columns),
        ("cli.copy_left_cells", [f"{one} ({n})" for one, n in copied.left_cells.items()]),
        ("cli.copy_left_rows", [f"{one} ({n})" for one, n in copied.left_rows.items()]),
    ):
        if left:
            lines.append(translate(code, console.lang, names=", ".join(left)))
    if is_url(target):
        lines.append(translate("cli.copy_roads_stay", console.lang, folder=origin))
    console.answer({"target": shown, **asdict(copied), "roads": brings_roads}, "\n".join(lines))


@main.command()
@click.argument("file", type=FILE)
@answer_options
@dir_option
@pass_console
def backup(console: Console, file: Path) -> None:
    """备份正在使用的站点 / Back a site up while it is used.

    \b
    示例 Example:
      gisapp backup /mnt/usb/mycity.zip -d mycity
    """
    from gisapp.backup import back_up, record_taking  # noqa: PLC0415
    from gisapp.bootstrap import open_app  # noqa: PLC0415

    app = open_app(console.settings)
    try:
        record_taking(app.store, "zip", who=operator())
        made = back_up(app, file)
    finally:
        app.store.close()
    rows = sum(made.counts.values())
    console.answer(asdict(made), translate("cli.backed_up", console.lang, file=file, rows=rows))


@main.command()
@click.argument("file", type=FILE)
@click.option(
    "--replace",
    is_flag=True,
    help="即使现有站点较新或不同 / Even where the site there is newer or another.",
)
@answer_options
@dir_option
@pass_console
def restore(console: Console, file: Path, replace: bool) -> None:
    """从备份恢复站点，先核对备份 / Bring a backup back once it has proved whole.

    \b
    示例 Example:
      gisapp restore /mnt/usb/mycity.zip -d mycity
    """
    from gisapp.backup import restore as bring_back  # noqa: PLC0415

    done = bring_back(console.settings, file, replace=replace)
    text = translate(
        "cli.restored",
        console.lang,
        rows=sum(done.manifest.counts.values()),
        made_at=done.manifest.made_at,
    )
    if done.aside is not None:
        text += translate("cli.restored_aside", console.lang, folder=done.aside)
    if done.destroyed:
        text += "\n" + translate("cli.restored_destroyed", console.lang, count=done.destroyed)
    aside = None if done.aside is None else str(done.aside)
    told = {**asdict(done.manifest), "aside": aside, "destroyed": done.destroyed}
    console.answer(told, text)
