"""Write ``docs/cli.md``: run after a change of a command."""  # noqa: INP001

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from gisapp.cli import main

HEAD = """# Commands 命令
Written from the commands themselves by `docs/write_cli_reference.py`; a test compares. Every
command takes `--json` to answer a program, `--lang en`, and `--dir` or `-d` for the site's folder
where it works on one. Exit codes: 0 done, 1 nothing arrives or a
nightly job failed, 2 what was given is wrong, 3 the installation, the database or the machine is,
70 a defect of ours.
"""


EVERYWHERE = {"--json", "--lang", "--help"}


def page() -> str:
    """The page as it is to be."""
    return HEAD + "".join(_sections(main, ("gisapp",)))


def _sections(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _sections(command.commands[name], (*path, name))
        return
    ctx = click.Context(command, info_name=" ".join(path))
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    yield f"\n## {' '.join(path)}\n`{usage}`\n"
    yield f"\n{_prose(command.help or '')}\n"
    rows = [
        record
        for one in command.get_params(ctx)
        if isinstance(one, click.Option)
        and not EVERYWHERE & set(one.opts)
        and (record := one.get_help_record(ctx)) is not None
    ]
    if rows:
        yield "\n| option | |\n|---|---|\n"
        for option, said in rows:
            yield f"| `{option.replace('|', chr(92) + '|')}` | {' '.join(said.split())} |\n"


def _prose(text: str) -> str:
    """Turn the help of a command into Markdown: what stands under click's mark as code."""
    parts = []
    for part in text.strip().split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip(" ")]
        if lines[:1] == ["\b"]:
            parts.append(f"{lines[1]}\n```sh\n" + "\n".join(lines[2:]) + "\n```")
        else:
            parts.append(" ".join(lines))
    return "\n\n".join(parts)


if __name__ == "__main__":
    Path(__file__).with_name("cli.md").write_text(page(), encoding="utf-8")
