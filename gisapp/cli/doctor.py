"""``gisapp doctor``."""

from __future__ import annotations

import click

from gisapp.cli import EXIT_ENVIRONMENT, Console, answer_options, dir_option, main
from gisapp.messages import sentence, translate
from gisapp.settings import Settings


@main.command()
@dir_option
@answer_options
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """检查安装与站点，说明如何修复 / What is missing, and how to mend it."""
    from gisapp.doctor import Finding, examine  # noqa: PLC0415

    console: Console = ctx.obj
    findings = examine(console.settings)
    if console.wrong_settings is not None:
        text = sentence(console.wrong_settings, console.lang)
        findings.insert(0, Finding("fail", "settings", text))
    marks = {"ok": "✓", "warn": "!", "fail": "✗"}
    lines = [
        f"{marks[one.level]} {translate(f'doctor.subject.{one.subject}', console.lang)}：{one.text}"
        for one in findings
    ]
    lines += ["", translate("doctor.settings", console.lang)]
    lines += [f"  {name} = {value}" for name, value in _settings(console.settings)]
    console.answer(
        {
            "findings": [
                {"level": one.level, "subject": one.subject, "text": one.text} for one in findings
            ],
            "settings": dict(_settings(console.settings)),
        },
        "\n".join(lines),
    )
    if any(one.level == "fail" for one in findings):
        ctx.exit(EXIT_ENVIRONMENT)


def _settings(settings: Settings) -> list[tuple[str, str]]:
    return [(name, str(getattr(settings, name))) for name in Settings.model_fields]
