"""``gisapp plan``: the plan library, its drafts, the check-up and the collision audit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gisapp.cli.console import (
    EXISTING_FILE,
    EXIT_NOTHING_ARRIVES,
    Console,
    acting,
    answer_options,
    dir_option,
    line,
    main,
    opened,
    pass_console,
)
from gisapp.messages import translate
from gisapp.schema.values import Json

if TYPE_CHECKING:
    from datetime import datetime

    from gisapp.drills.plans.document import Clause
    from gisapp.drills.plans.models import PlanDraft

_file_out = click.Path(path_type=Path, dir_okay=False)
_code = click.argument("code")
_edition = click.option(
    "--edition", type=click.IntRange(1), help="版次，缺省为最新 / Edition, the last by default."
)


@main.group()
def plan() -> None:
    """预案：库、草稿、体检、冲突审查 / Plans: library, drafts, check-up, collisions.

    \b
    示例 Examples:
      gisapp plan list -d mysite
      gisapp plan read flood.docx --code flood-county --category department -d mysite
      gisapp plan checkup -d mysite
    """


@plan.command("list")
@dir_option
@answer_options
@pass_console
def list_(console: Console) -> None:
    """列出预案 / Every plan in its last edition, with what is due of it and what was found."""
    from gisapp.drills.checkup.reading import findings_by_plan  # noqa: PLC0415
    from gisapp.drills.plans.due import NEEDS, due_plans  # noqa: PLC0415
    from gisapp.drills.plans.reading import library  # noqa: PLC0415
    from gisapp.incidents.response.library import last_editions  # noqa: PLC0415
    from gisapp.incidents.response.vocabulary import PLAN_CATEGORIES  # noqa: PLC0415

    lang = console.lang
    with opened(console) as app, app.store.session() as session:
        found, today = findings_by_plan(session), app.today()
        plans, needs = last_editions(session), due_plans(session, today)
        told = library(session, lang, today, due=needs, findings=found)
    lines = [
        line(
            one.code,
            one.edition,
            PLAN_CATEGORIES[one.category].in_(lang),
            one.name.in_(lang),
            found.get(one.code),
            *(NEEDS[need.need].in_(lang) for need in needs if need.plan.code == one.code),
        )
        for one in plans
    ]
    console.answer({"plans": [*told]}, "\n".join(lines) or translate("cli.plan.none", lang))


@plan.command()
@dir_option
@answer_options
@pass_console
def due(console: Console) -> None:
    """到期事项 / What is due of plans: to be revised, reviewed, filed."""
    from gisapp.drills.plans.due import NEEDS, due_plans  # noqa: PLC0415
    from gisapp.drills.plans.reading import due_told  # noqa: PLC0415

    lang = console.lang
    with opened(console) as app, app.store.session() as session:
        today = app.today()
        found = due_plans(session, today)
    lines = [
        line(NEEDS[one.need].in_(lang), one.day, one.plan.code, one.plan.name.in_(lang), one.note)
        for one in found
    ]
    told: list[Json] = [due_told(one, lang, today) for one in found]
    console.answer({"due": told}, "\n".join(lines) or translate("cli.plan.nothing", lang))


@plan.command()
@_code
@_edition
@dir_option
@answer_options
@pass_console
def show(console: Console, code: str, edition: int | None) -> None:
    """查看预案 / One plan: clauses, tasks, contacts, promises."""
    from gisapp.drills.plans.library import edition as one_edition  # noqa: PLC0415
    from gisapp.drills.plans.library import editions, names_in  # noqa: PLC0415
    from gisapp.drills.plans.reading import plan_told  # noqa: PLC0415
    from gisapp.drills.plans.wording import promise_words  # noqa: PLC0415

    lang = console.lang
    with opened(console) as app, app.store.session() as session:
        found = one_edition(session, code, edition)
        known = editions(session, code)
        names = names_in(session, found.document, lang)
        told = plan_told(session, found, lang, actor=acting(), known=known)
    lines = [line(found.plan.name.in_(lang), found.plan.edition)]
    for clause in found.document.clauses:
        lines += ["", f"{'#' * clause.depth} {clause.heading}", *filter(None, [clause.text])]
        lines += [
            line("-", one.task, one.owner, one.within_min and f"≤ {one.within_min:g} min")
            for one in clause.tasks
        ]
        lines += [line("-", one.name, one.office, one.phone) for one in clause.contacts]
        lines += [f"! {promise_words(one, lang, names)}" for one in clause.promises]
    console.answer(told, "\n".join(lines))


@plan.command()
@_code
@_edition
@click.option("-o", "--output", required=True, type=_file_out, help="DOCX 文件 / File to write.")
@dir_option
@answer_options
@pass_console
def export(console: Console, code: str, edition: int | None, output: Path) -> None:
    """导出 DOCX / Write a plan as a document, which `read` reads again."""
    from gisapp.drills.plans.docx_writing import edition_docx  # noqa: PLC0415
    from gisapp.drills.plans.library import edition as one_edition  # noqa: PLC0415

    with opened(console) as app, app.store.session() as session:
        found = one_edition(session, code, edition)
        output.write_bytes(edition_docx(session, found, console.lang))
    console.answer({"file": str(output), "edition": found.plan.edition}, str(output))


@plan.command()
@_code
@click.argument("before", type=click.IntRange(1))
@click.argument("after", type=click.IntRange(1))
@dir_option
@answer_options
@pass_console
def diff(console: Console, code: str, before: int, after: int) -> None:
    """两版对比 / What differs between two editions."""
    from gisapp.drills.plans.difference import difference  # noqa: PLC0415
    from gisapp.drills.plans.library import edition  # noqa: PLC0415

    with opened(console) as app, app.store.session() as session:
        old, new = (edition(session, code, number) for number in (before, after))
    changes = difference(old.document, new.document)
    signs = {"added": "+", "removed": "-", "changed": "~"}
    lines = [
        line(signs[one.state], (one.after or one.before or _nothing()).heading)
        for one in changes
        if one.state != "same"
    ]
    told: list[Json] = [one.to_dict() for one in changes]
    none = translate("cli.plan.nothing", console.lang)
    console.answer({"clauses": told}, "\n".join(lines) or none)


@plan.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--code", required=True, help="预案代码 / Code of the plan.")
@click.option("--category", help="类别 / Category of a new plan, as docs/plans.md has them.")
@click.option("--name", nargs=2, metavar="ZH EN", help="中英文名称 / Name in both languages.")
@click.option("--headquarters", help="专项应急指挥部代码 / Code of its headquarters.")
@click.option("--enterprise", help="企业编号 / Id of the enterprise whose plan it is.")
@click.option("--agency", help="制定单位 / Who drew it up.")
@click.option("--version", type=click.IntRange(1), help="草稿版本 / Version of the open draft.")
@dir_option
@answer_options
@pass_console
def read(
    console: Console,
    file: Path,
    code: str,
    category: str | None,
    name: tuple[str, str] | None,
    headquarters: str | None,
    enterprise: str | None,
    agency: str | None,
    version: int | None,
) -> None:
    """读入 DOCX / Begin a draft with the text of a document; what could not be read is listed.

    \b
    示例 Example:
      gisapp plan read flood.docx --code flood-county --category department \\
          --name "某县防汛预案" "County flood plan" -d mysite
    """
    from gisapp.drills.plans.drafts import begin_from_docx  # noqa: PLC0415

    said: dict[str, Json] = {
        "category": category,
        "headquarters": headquarters,
        "enterprise": enterprise,
        "agency": agency,
        "name": {"zh": name[0], "en": name[1]} if name else None,
    }
    head = {key: value for key, value in said.items() if value is not None}
    with opened(console) as app, app.store.session(write=True) as session:
        content = file.read_bytes()
        row = begin_from_docx(
            session, acting(), code, content, file=file.name, head=head, version=version
        )
        told, text = _draft_said(row, console.lang)
    console.answer(told, text)


@plan.command()
@dir_option
@answer_options
@pass_console
def drafts(console: Console) -> None:
    """列出草稿 / Drafts that are open."""
    from gisapp.drills.plans.drafts import drafts as open_drafts  # noqa: PLC0415
    from gisapp.drills.plans.reading import draft_told  # noqa: PLC0415

    with opened(console) as app, app.store.session() as session:
        rows = open_drafts(session)
        told: list[Json] = [draft_told(row) for row in rows]
        lines = [line(row.id, row.version, row.code, row.updated_by) for row in rows]
    none = translate("cli.plan.no_drafts", console.lang)
    console.answer({"drafts": told}, "\n".join(lines) or none)


@plan.command()
@click.argument("draft_id", metavar="DRAFT")
@click.option("--why", default="", help="依据 / By which decision.")
@click.option(
    "--settled", is_flag=True, help="未读懂之处均已处理 / What could not be read is settled."
)
@dir_option
@answer_options
@pass_console
def issue(console: Console, draft_id: str, why: str, *, settled: bool) -> None:
    """印发草稿 / Make a draft the next edition of its plan, for good."""
    from gisapp.drills.plans.drafts import change, find_draft  # noqa: PLC0415
    from gisapp.drills.plans.drafts import issue as make_edition  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        row = find_draft(session, draft_id)
        if settled and row.unread:
            version, content = row.version, row.content
            change(session, acting(), draft_id, version=version, content=content, unread=[])
        plan_now = make_edition(session, acting(), draft_id, version=row.version, why=why)
        told: dict[str, Json] = {"code": plan_now.code, "edition": plan_now.edition}
    text = translate("cli.plan.issued", console.lang, plan=told["code"], edition=told["edition"])
    console.answer(told, text)


@plan.command()
@_code
@click.argument("what", type=click.Choice(["reviewed", "filed", "to_revise"]))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="日期 / Day, today by default.")
@click.option("--by", default="", help="评估或备案机关 / By whom, or with whom.")
@click.option("--number", default="", help="备案编号 / Number of the filing.")
@click.option(
    "--trigger",
    type=click.Choice(["law", "command", "risk", "resources", "findings", "other"]),
    help="修订情形 / Case of article 6.",
)
@click.option("--note", default="", help="说明 / Note.")
@dir_option
@answer_options
@pass_console
def mark(
    console: Console,
    code: str,
    what: str,
    on: datetime | None,
    by: str,
    number: str,
    trigger: str | None,
    note: str,
) -> None:
    """登记评估、备案、应当修订 / Record that a plan was reviewed or filed, or is to be revised."""
    from gisapp.drills.plans.marks import Marking  # noqa: PLC0415
    from gisapp.drills.plans.marks import mark as record  # noqa: PLC0415
    from gisapp.drills.plans.reading import mark_told  # noqa: PLC0415
    from gisapp.drills.plans.vocabulary import Mark  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        today = app.today()
        marking = Marking(
            what=Mark(what),
            on=on.date() if on else today,
            by=by,
            number=number,
            trigger=trigger,
            note=note,
        )
        row = record(session, acting(), code, marking, today=today)
        told = mark_told(row, console.lang)
    console.answer(told, line(told["label"], told["on"], code))


@plan.command()
@_code
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="日期 / Day, today by default.")
@click.option("--why", required=True, help="依据 / By which decision.")
@dir_option
@answer_options
@pass_console
def repeal(console: Console, code: str, on: datetime | None, why: str) -> None:
    """废止预案 / Put a plan out of force; its editions stay readable."""
    from gisapp.incidents.response.library import repeal as put_out  # noqa: PLC0415

    with opened(console) as app, app.store.session(write=True) as session:
        put_out(session, acting(), code, on=on.date() if on else app.today(), why=why)
    console.answer({"code": code}, translate("cli.plan.repealed", console.lang, plan=code))


@plan.command()
@dir_option
@answer_options
@pass_console
def checkup(console: Console) -> None:
    """预案体检 / Look through all plans and hold their promises against today's data.

    Exit code 1 where something is wrong.
    """
    from gisapp.drills.checkup.reading import findings_told  # noqa: PLC0415
    from gisapp.drills.checkup.reading import said as words  # noqa: PLC0415
    from gisapp.drills.checkup.running import check, keep, open_findings  # noqa: PLC0415

    lang = console.lang
    with opened(console) as app:
        with app.store.session() as session:
            found = check(app, session)
        with app.store.session(write=True) as session:
            kept = keep(session, acting(), found)
            told = findings_told(session, lang)
            lines = [
                line(row.plan_code, row.clause, row.opened_at.date(), words(row, lang))
                for row in open_findings(session)
            ]
            head = translate(
                "cli.plan.checked", lang, plans=kept.plans, promises=kept.promises,
                failed=kept.failed, findings=kept.findings,
            )  # fmt: skip
    console.answer(told, "\n".join([head, *lines]))
    if lines:
        raise SystemExit(EXIT_NOTHING_ARRIVES)


@plan.command()
@click.option("--plan", "only", multiple=True, help="参与的预案，可多次 / Plans of the scenario.")
@dir_option
@answer_options
@pass_console
def collisions(console: Console, only: tuple[str, ...]) -> None:
    """冲突审查 / What several plans count on at once, and what is left of it."""
    from gisapp.drills.checkup.collisions import audit  # noqa: PLC0415
    from gisapp.drills.plans.library import all_editions  # noqa: PLC0415

    lang = console.lang
    with opened(console) as app, app.store.session() as session:
        found = audit(app, session, all_editions(session), only=only)
    lines = [
        line(
            "✗" if one.is_short else "✓",
            one.owner.in_(lang),
            one.of.in_(lang),
            translate(
                "cli.plan.claimed",
                lang,
                plans=len(one.claims),
                promised=f"{one.promised:g}",
                has="?" if one.has is None else f"{one.has:g}",
                left="?" if one.left is None else f"{one.left:g}",
            ),
        )
        for one in found
    ]
    told: list[Json] = [one.to_dict(lang) for one in found]
    none = translate("cli.plan.nothing", lang)
    console.answer({"collisions": told}, "\n".join(lines) or none)


def _nothing() -> Clause:
    from gisapp.drills.plans.document import Clause  # noqa: PLC0415

    return Clause()


def _draft_said(row: PlanDraft, lang: str) -> tuple[dict[str, Json], str]:
    """A draft with what could not be read of its document."""
    from gisapp.drills.plans.reading import draft_told, unread_told  # noqa: PLC0415

    unread = unread_told(row, lang)
    head = translate("cli.plan.draft", lang, id=row.id, version=row.version, count=len(unread))
    lines = [line("?", one.where, one.sentence, one.text) for one in unread]
    told: dict[str, Json] = {**draft_told(row), "unread": [one.to_dict() for one in unread]}
    return told, "\n".join([head, *lines])
