"""``gisapp serve`` and ``gisapp demo``."""

from __future__ import annotations

import errno
import logging
import resource
import socket
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import click

from gisapp.cli.accounts import announce_administrator
from gisapp.cli.console import Console, answer_options, dir_option, main, pass_console
from gisapp.errors import StoreError
from gisapp.settings import Settings

server_options = [
    click.option("--host", help="监听地址 / Address, default 127.0.0.1."),
    click.option("--port", type=click.IntRange(1, 65535), help="端口 / Port, default 8000."),
]


BACKLOG = 1024
"""Connections the system keeps until they are accepted."""
FILES_BESIDES = 300
"""Files open beside the connections: databases, answers under way, pipes."""


class PortError(StoreError):
    """The server's address cannot be had."""


@main.command()
@server_options[0]
@server_options[1]
@answer_options
@dir_option
@pass_console
def serve(console: Console, host: str | None, port: int | None) -> None:
    """在浏览器中打开站点 / Serve a site to browsers.

    \b
    示例 Example:
      gisapp serve -d mycity --port 8080
    """
    _serve(console, _listening(console.settings, host, port))


@main.command()
@click.option(
    "-d",
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("gisapp-demo"),
    show_default=True,
    help="示例站点目录 / Folder of the sample site.",
)
@click.option("--site", type=click.Path(path_type=Path), help="另一站点 / Another site.toml.")
@click.option("--prepare-only", is_flag=True, help="只准备，不启动 / Prepare, do not serve.")
@server_options[0]
@server_options[1]
@answer_options
@pass_console
def demo(
    console: Console,
    folder: Path,
    site: Path | None,
    prepare_only: bool,
    host: str | None,
    port: int | None,
) -> None:
    """打开示例站点，首次运行时生成 / Serve the sample site, made on the first run.

    \b
    示例 Examples:
      gisapp demo
      gisapp demo --site mycity/site.toml -d var/mycity
    """
    from gisapp.bootstrap import has_site  # noqa: PLC0415

    settings = _listening(console.settings, host, port).model_copy(update={"dir": folder})
    if not prepare_only:
        _check_port(settings)
    if not has_site(settings):
        from gisapp.sample import provision_sample  # noqa: PLC0415

        provision_sample(
            folder,
            site,
            say=lambda code, params: console.say(code, **params),
            database_url=settings.server_url,
        )
    if prepare_only:
        console.say("cli.made", folder=folder)
    else:
        _serve(console, settings, is_demo=True)


def _listening(settings: Settings, host: str | None, port: int | None) -> Settings:
    changes = {"host": host, "port": port}
    return settings.model_copy(update={k: v for k, v in changes.items() if v is not None})


def _check_port(settings: Settings) -> None:
    """Say at once that the port is taken, not after minutes of preparing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            code = "cli.port_in_use" if error.errno == errno.EADDRINUSE else "cli.port_refused"
            raise PortError(
                code, host=settings.host, port=settings.port, detail=error.strerror
            ) from error


def _serve(console: Console, settings: Settings, *, is_demo: bool = False) -> None:
    import waitress  # noqa: PLC0415

    from gisapp.background import Background  # noqa: PLC0415
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from gisapp.incidents.cards import pairing  # noqa: PLC0415
    from gisapp.road_files import lacks_hierarchy  # noqa: PLC0415
    from gisapp.upkeep import Upkeep  # noqa: PLC0415
    from routing import warm_up  # noqa: PLC0415
    from web import Heavy, create_app, warm  # noqa: PLC0415

    _check_port(settings)
    # A browser opens more connections than there are threads; waiting briefly is no fault.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = open_app(settings)
    if not announce_administrator(app.store, settings.dir) and is_demo:
        console.say("cli.sign_in_hint", folder=settings.dir)
    if app.has_roads and lacks_hierarchy(app.imported_router):
        console.say("cli.preparing_roads")
        try:
            app.make_hierarchy()
        except OSError as error:
            console.say("cli.roads_not_prepared", detail=error.strerror or str(error))
    flask = create_app(app)
    heavy = Heavy(settings, create_app, workers=settings.heavy_workers)
    if settings.heavy_workers:
        heavy.start(flask)
    if app.has_roads:
        app.router  # noqa: B018 - read the roads before the first question
        warm_up()
        pairing.warm_up()
    server = waitress.create_server(
        flask,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        connection_limit=_connections(settings.max_connections),
        backlog=BACKLOG,
        # select() knows 1,024 files at most.
        asyncore_use_poll=True,
        # What proxies say is read by the application; waitress would take it away before.
        clear_untrusted_proxy_headers=not settings.proxies,
    )
    console.say("cli.serving", url=f"http://{settings.host}:{settings.port}/")
    try:
        with (
            Upkeep(app.store, first=partial(warm, app)),
            Background(settings) if settings.heavy_workers else nullcontext(),
        ):
            server.run()
    except KeyboardInterrupt:
        console.say("cli.stopped")
    finally:
        server.close()
        heavy.close()
        app.store.close()


def _connections(wanted: int) -> int:
    """Have the system allow as many open files as connections need; return what it allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + FILES_BESIDES
    if soft != resource.RLIM_INFINITY and soft < needed:
        most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return min(wanted, most - FILES_BESIDES)
    return wanted
