"""Ledgers of assessments, hidden dangers and inspections, taken in from a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Response, request

from gisapp.accounts.exports import Export, Way
from gisapp.errors import InputError
from gisapp.importing import ImportingError, ImportOutcome
from gisapp.importing.fault_masking import ContactMask
from gisapp.importing.fault_workbook import write_fault_workbook
from gisapp.importing.tables import SHEET_SUFFIXES, TEXT_SUFFIXES
from gisapp.messages import sentence
from gisapp.rights import Right
from gisapp.risks.census import LEDGERS, import_ledger, ledger, write_ledger_template
from web import parameters
from web.access import needs, takes_file
from web.context import actor, language, site_app
from web.downloads import record, workbook
from web.importing import uploads
from web.pages import render_page
from web.risks.views import blueprint

SHOWN_FAULTS = 200
ACTIONS = ("check", "store", "faults")


@blueprint.get("/risks/import")
@needs(Right.MANAGE_RISKS)
def ledgers() -> str:
    """The form."""
    return _page("tickets")


@blueprint.post("/risks/import")
@takes_file()
@needs(Right.MANAGE_RISKS)
def take_ledger() -> str | Response | tuple[str, int]:
    """Check a file, store it, or give back its wrong rows marked."""
    who, lang, app = actor(), language(), site_app()
    who.require(Right.MANAGE_RISKS)
    name = ledger(parameters.text(request.form, "ledger")).name
    action = next((one for one in ACTIONS if one in request.form), "check")
    try:
        file = request.files.get("file")
        if file is None:
            raise InputError("import.no_upload")
        suffix = Path(file.filename or "").suffix.lower()
        if file.filename and suffix not in TEXT_SUFFIXES | SHEET_SUFFIXES:
            known = ", ".join(sorted(TEXT_SUFFIXES | SHEET_SUFFIXES))
            raise InputError("import.unknown_format", path=file.filename, known=known)
        upload = uploads.keep(
            app.directory, file, login=who.login, kind=name, crs="", layer="", strict=False,
            trust_crs=False,
        )  # fmt: skip
        try:
            outcome = import_ledger(
                app.store, name, upload.path(app.directory), actor=who, today=site_app().today(),
                time_zone=app.site.time_zone, dry_run=action != "store", file_name=upload.name,
            )  # fmt: skip
        finally:
            uploads.discard(app.directory, upload)
    except (InputError, ImportingError) as error:
        return _page(name, error=sentence(error, lang)), 400
    headers = [*outcome.headers, *(one for row in outcome.wrong_rows[:1] for one in row.cells)]
    outcome = ContactMask(ledger(name), headers, who).outcome(outcome)
    if action == "faults" and outcome.wrong_rows:
        return _workbook(outcome, name, lang)
    return _page(name, outcome=outcome, file=upload.name)


@blueprint.get("/risks/import/template/<name>")
@needs(Right.MANAGE_RISKS)
def ledger_template(name: str) -> Response:
    """The workbook to fill in."""
    ledger(name)
    with tempfile.TemporaryDirectory(prefix="gisapp-") as folder:
        path = Path(folder) / "template.xlsx"
        write_ledger_template(name, path)
        return workbook(path.read_bytes(), f"{name}.xlsx")


def _page(
    name: str, *, outcome: ImportOutcome | None = None, error: str = "", file: str = ""
) -> str:
    lang = language()
    faults = [] if outcome is None else outcome.faults
    return render_page(
        "risks/ledgers.html",
        words=("risks.", "import."),
        ledgers=[(one, kind.label.in_(lang)) for one, kind in LEDGERS.items()],
        chosen=name,
        outcome=outcome,
        error=error,
        file=file,
        fault_count=len(faults),
        faults=[
            {"row": one.row, "column": one.column, "value": one.value,
             "sentence": one.sentence(lang)}
            for one in faults[:SHOWN_FAULTS]
        ],
        most_mb=site_app().settings.max_upload_mb,
    )  # fmt: skip


def _workbook(outcome: ImportOutcome, name: str, lang: str) -> Response:
    record(
        Export(
            way=Way.FAULTS,
            subject=name,
            format="xlsx",
            records=len(outcome.wrong_rows),
            contacts=actor().may(Right.SEE_CONTACTS),
        )
    )
    with tempfile.TemporaryDirectory(prefix="gisapp-") as folder:
        path = Path(folder) / "faults.xlsx"
        write_fault_workbook(path, outcome.wrong_rows, headers=outcome.headers, crs=None, lang=lang)
        return workbook(path.read_bytes(), f"{name}-faults.xlsx")
