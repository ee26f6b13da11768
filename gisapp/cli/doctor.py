"""``gisapp doctor``."""

from __future__ import annotations

import click

from gisapp.cli.console import EXIT_ENVIRONMENT, Console, answer_options, dir_option, main, operator
from gisapp.messages import sentence, translate
from gisapp.rights import system_actor
from gisapp.settings import Settings


@main.command()
@click.option(
    "--repair",
    is_flag=True,
    help="修复其他程序在登记表中遗留的问题 / Mend what other programs left in the registers.",
)
@dir_option
@answer_options
@click.pass_context
def doctor(ctx: click.Context, repair: bool) -> None:
    """检查安装与站点，说明如何修复 / What is missing, and how to mend it.

    \b
    示例 Examples:
      gisapp doctor -d mycity
      gisapp doctor --repair -d mycity
    """
    from gisapp.doctor import Finding, examine  # noqa: PLC0415
    from gisapp.doctor import repair as mend_outside  # noqa: PLC0415

    console: Console = ctx.obj
    if repair:
        mend_outside(console.settings, actor=system_actor(operator()))
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
