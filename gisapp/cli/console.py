"""What every command needs: the group they stand in, how to answer, what to say of errors."""

from __future__ import annotations

import getpass
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gisapp.errors import GisAppError, SettingsError, StoreError
from gisapp.exercise import Exercise, exercise_named
from gisapp.messages import LANGUAGES, sentence, translate
from gisapp.schema.values import Json
from gisapp.settings import Settings, load_settings, load_what_can_be_used

if TYPE_CHECKING:
    from gisapp.bootstrap import App
    from gisapp.rights import Actor

EXIT_NOTHING_ARRIVES = 1
EXIT_BAD_INPUT = 2
EXIT_ENVIRONMENT = 3
EXIT_DEFECT = 70
EXIT_INTERRUPTED = 130


@dataclass(frozen=True)
class Console:
    """What every command needs: the settings and how to answer."""

    settings: Settings
    as_json: bool
    wrong_settings: SettingsError | None = None
    exercise: Exercise | None = None
    """The exercise that a command plays in; every answer is marked with it."""
    begins: bool = False
    """Whether the exercise may be a new one."""

    @property
    def lang(self) -> str:
        """The language of answers."""
        return self.settings.lang

    def answer(self, data: Mapping[str, Json], text: str) -> None:
        """Print an answer: as JSON where asked for, else as text for a person."""
        if self.exercise is not None:
            data = {**data, "in_exercise": self.exercise.id}
            text = f"{translate('exercise.said', self.lang, name=self.exercise.id)}\n{text}"
        click.echo(json.dumps(data, ensure_ascii=False, indent=2) if self.as_json else text)

    def say(self, code: str, **params: object) -> None:
        """Tell the person at the terminal what goes on; never mixed into the answer."""
        click.echo(translate(code, self.lang, **params), err=True)


_EXERCISE = "gisapp.exercise"
"""Under which all contexts of a command line know its exercise."""

pass_console = click.make_pass_decorator(Console)


class Commands(click.Group):
    """A command group whose errors are one sentence and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,  # noqa: ANN401 - click's own signature
    ) -> Any:  # noqa: ANN401
        """Run as a program; wrong words on the line become one sentence too."""
        run = partial(super().main, args, prog_name, complete_var, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        try:
            code: object = run()
        except click.UsageError as error:
            _complain(error)
            sys.exit(EXIT_BAD_INPUT)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(EXIT_INTERRUPTED)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; turn what it raises into a sentence."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - the border: a user never sees a stack trace
            _report(error, ctx)
            ctx.exit(_exit_code(error))


def _language(ctx: click.Context | None) -> str:
    """The reader's language, also before the settings are read."""
    root = None if ctx is None else ctx.find_root()
    found = None if ctx is None else ctx.find_object(Console)
    asked = root.params.get("lang") if root else None
    asked = asked or (found.lang if found else os.environ.get("GISAPP_LANG"))
    return asked if asked in LANGUAGES else "zh"


def _complain(error: click.UsageError) -> None:
    """Say in one sentence what is wrong with the words on the line."""
    lang = _language(error.ctx)
    command = error.ctx.command_path if error.ctx else "gisapp"
    param = getattr(error, "param", None)
    name = param.opts[0] if isinstance(param, click.Option) else (param.name if param else "")
    match error:
        case click.MissingParameter():
            code = "cli.missing_word"
        case click.NoSuchOption():
            code, name = "cli.no_such_option", error.option_name
        case click.BadParameter():
            code = "cli.bad_word"
        case _:
            code = "cli.bad_line"
    text = translate(code, lang, name=name, command=command, detail=error.message)
    root = error.ctx.find_root() if error.ctx else None
    _fail(code, text, root, as_json=root is not None and bool(root.params.get("as_json")))


def _report(error: Exception, ctx: click.Context) -> None:
    lang = _language(ctx)
    code = getattr(error, "code", None)
    if isinstance(code, str):
        text = sentence(error, lang)
    elif isinstance(error, OSError):
        code = "cli.os_error"
        text = translate(code, lang, detail=f"{error.strerror or error}: {error.filename or ''}")
    else:
        code = "cli.defect"
        text = translate(code, lang, detail=f"{type(error).__name__}: {error}")
        if os.environ.get("GISAPP_DEBUG"):
            traceback.print_exc()
    _fail(code, text, ctx, as_json=bool(ctx.params.get("as_json")))


def _fail(code: str, text: str, ctx: click.Context | None, *, as_json: bool) -> None:
    """Print what went wrong, marked with the exercise it went wrong in."""
    name = None if ctx is None else ctx.meta.get(_EXERCISE)
    if as_json:
        told: dict[str, Any] = {"error": {"code": code, "message": text}}
        if name is not None:
            told["in_exercise"] = name
        click.echo(json.dumps(told, ensure_ascii=False))
    if name is not None:
        text = translate("exercise.error", _language(ctx), name=name, text=text)
    click.echo(text, err=True)


def _exit_code(error: Exception) -> int:
    if isinstance(error, StoreError | OSError):
        return EXIT_ENVIRONMENT
    return EXIT_BAD_INPUT if hasattr(error, "code") else EXIT_DEFECT


def answer_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--json`` and ``--lang``, also after its own name."""

    def as_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
        if value:
            ctx.find_root().params["as_json"] = True
            ctx.obj = replace(ctx.obj, as_json=True)

    def lang(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
        if value is not None:
            ctx.find_root().params["lang"] = value
            settings = ctx.obj.settings.model_copy(update={"lang": value})
            ctx.obj = replace(ctx.obj, settings=settings)

    command = click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=lang,
        help="语言 / Language of answers.",
    )(command)
    return click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=as_json,
        help="以 JSON 输出 / Answer as JSON.",
    )(command)


def exercise_option(group: Callable[..., None]) -> Callable[..., None]:
    """Let all commands of a group play in an exercise: ``--exercise`` after the group's name.

    ``--new-exercise`` begins one: a name that is mistyped must not open another without a word.
    """

    def play(ctx: click.Context, param: click.Parameter, name: str | None) -> None:
        if name is not None:
            played, begins = exercise_named(name), param.name == "new_exercise"
            ctx.obj = replace(ctx.obj, exercise=played, begins=begins)
            ctx.meta[_EXERCISE] = played.id

    group = click.option(
        "--new-exercise",
        metavar="NAME",
        expose_value=False,
        callback=play,
        help="开始这一新演练并在其中进行 / Begin this exercise, and act within it.",
    )(group)
    return click.option(
        "--exercise",
        metavar="NAME",
        expose_value=False,
        callback=play,
        help="在此演练中进行，与实战互不相通 / Within this exercise, apart from what is real.",
    )(group)


def dir_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--dir``, also after its own name."""

    def switch(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
        if value is not None:
            settings = ctx.obj.settings.model_copy(update={"dir": value})
            ctx.obj = replace(ctx.obj, settings=settings)

    return click.option(
        "-d",
        "--dir",
        type=click.Path(path_type=Path, file_okay=False),
        expose_value=False,
        callback=switch,
        help="站点目录（默认当前目录）/ Folder of the site, default the current one.",
    )(command)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="gisapp")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default=None, help="语言 / Language of answers."
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / Answer as JSON.")
@click.pass_context
def main(ctx: click.Context, lang: str | None, as_json: bool) -> None:
    """应急资源 GIS 与调度系统 / Emergency resource GIS and dispatch.

    \b
    示例 Examples:
      gisapp demo                                   打开示例站点 / the sample site in a browser
      gisapp init mysite --roads mycity.osm.pbf     新建站点 / a new site from your roads
      gisapp import resources team teams.csv --crs EPSG:4490 -d mysite
      gisapp dispatch --at 110.85,36.07 --need mine_rescue --k 5 -d mysite
      gisapp doctor

    \b
    退出码 Exit codes: 0 已回答 answered; 1 无队伍可到达 nothing can arrive,
      有行被隔离 rows of an import set aside, 夜间任务失败 a nightly job failed;
      2 输入有误 bad input; 3 文件、数据库或端口 file, database or port.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal whose locale is C must not fail on Chinese.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if ctx.invoked_subcommand == "doctor":  # says what is wrong instead of failing on it
        settings, wrong = load_what_can_be_used(lang=lang)
        ctx.obj = Console(settings, as_json=as_json, wrong_settings=wrong)
    else:
        ctx.obj = Console(load_settings(lang=lang), as_json=as_json)


class CommandInputError(GisAppError, ValueError):
    """A value on the command line is not usable."""


EXISTING_FILE = click.Path(path_type=Path)


def minutes_of(text: str) -> list[float]:
    """Read times joined by commas.

    Raises
    ------
    CommandInputError
        ``cli.bad_minutes``.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise CommandInputError("cli.bad_minutes", minutes=text) from error


def operator() -> str:
    """Who is at the terminal, for the record of changes."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return "cli"


def acting() -> Actor:
    """Return who is at the terminal, with every right."""
    from gisapp.rights import system_actor  # noqa: PLC0415

    return system_actor(operator())


def line(*parts: object) -> str:
    """Put what there is to say of one thing on a line."""
    return "  ".join(str(one) for one in parts if one not in {None, ""})


@contextmanager
def opened(console: Console) -> Iterator[App]:
    """Open the site for one command."""
    from gisapp.bootstrap import open_app  # noqa: PLC0415

    app = open_app(console.settings)
    try:
        yield app
    finally:
        app.store.close()


@main.group(name="import")
def import_() -> None:
    """导入路网或资源 / Import roads or resources."""
