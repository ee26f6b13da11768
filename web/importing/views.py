"""Pages of the census import: choose, check, confirm; the quarantine; pairs to merge."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gisapp.accounts.exports import Export, Way, shows_contacts
from gisapp.errors import GisAppError, InputError, UnknownRecordError
from gisapp.importing import ImportingError, ImportOutcome, Notice, import_resources
from gisapp.importing.fault_masking import ContactMask
from gisapp.importing.fault_workbook import write_fault_workbook
from gisapp.importing.mergers import Choice, dismiss_pair, merge, open_pair
from gisapp.importing.models import ImportBatch
from gisapp.importing.offset import distance_to_roads
from gisapp.importing.prepare import UNKNOWN_CRS
from gisapp.importing.quarantine import (
    as_wrong_row,
    batch,
    batches,
    dismiss,
    waiting_counts,
    waiting_rows,
)
from gisapp.importing.reference import offered
from gisapp.importing.template import write_template
from gisapp.messages import sentence
from gisapp.registers import KINDS, RESOURCE_KINDS
from gisapp.registers.fields import Kind
from gisapp.registers.queries import described
from gisapp.rights import Actor, Right
from web import parameters
from web.access import in_menu, needs, takes_file
from web.context import actor, language, site_app
from web.downloads import record, workbook
from web.importing import uploads, wording
from web.pages import render_page

blueprint = Blueprint("importing", __name__)

SHOWN_FAULTS = 50
SHOWN_ROWS = 200
MOST_ROWS_IN_WORKBOOK = 20_000


@blueprint.get("/import")
@in_menu("imports", 50)
@needs(Right.IMPORT)
def index() -> str:
    """The form, past imports, what waits."""
    return _index()


def _index(error: GisAppError | None = None, said: Mapping[str, Any] | None = None) -> str:
    who, lang = actor(), language()
    with site_app().store.session() as session:
        past = batches(session, who=who.who if who.county else None)
        waiting = waiting_counts(session, county=who.county)
        pairs = len(wording.pairs(session, who))
    return render_page(
        "importing/index.html",
        words=("import.",),
        kinds=[(name, kind.label.in_(lang)) for name, kind in RESOURCE_KINDS.items()],
        systems=_systems(lang),
        unknown=UNKNOWN_CRS,
        batches=[wording.batch_row(one, lang) for one in past],
        waiting=sum(waiting.values()),
        pairs=pairs,
        most_mb=site_app().settings.max_upload_mb,
        error=None if error is None else sentence(error, lang),
        said=said or {},
    )


def _systems(lang: str) -> list[tuple[str, str]]:
    own = site_app().site.projected_crs
    listed = [(code, f"{label.in_(lang)} · {code}") for code, label in offered().items()]
    # The site's own zone right after the systems in degrees.
    return sorted(listed, key=lambda one: (one[0].startswith("EPSG:45"), one[0] != own))


@blueprint.post("/import/check")
@takes_file()
@needs(Right.IMPORT)
def check() -> AnyResponse | tuple[str, int]:
    """Take a file, check it whole, keep it until its sender decides."""
    who, app = actor(), site_app()
    form = request.form
    said: dict[str, Any] = {
        "kind": parameters.text(form, "kind"),
        "crs": parameters.text(form, "crs", default=""),
        "layer": parameters.text(form, "layer", default=""),
        "strict": "strict" in form,
        "trust_crs": "trust_crs" in form,
    }
    described(said["kind"])
    try:
        file = request.files.get("file")
        if file is None:
            raise InputError("import.no_upload")
        upload = uploads.keep(app.directory, file, login=who.login, **said)
    except InputError as error:
        return _index(error, said), 400
    try:
        outcome = _import(upload, who, dry_run=True)
        _write_outcome(upload, outcome)
    except GisAppError as error:
        uploads.discard(app.directory, upload)
        if isinstance(error, ImportingError):
            return _index(error, said), 400
        raise
    return redirect(url_for("importing.checked", token=upload.token), code=303)


def _import(upload: uploads.Upload, who: Actor, *, dry_run: bool) -> ImportOutcome:
    app = site_app()

    def tell(stage: str, done: int, total: int) -> None:
        uploads.tell(app.directory, upload, stage, done, total)

    try:
        return import_resources(
            app.store,
            upload.kind,
            upload.path(app.directory),
            crs=upload.crs or None,
            actor=who,
            layer=upload.layer or None,
            strict=upload.strict,
            trust_crs=upload.trust_crs,
            road_distance_m=distance_to_roads(app.router.network) if app.has_roads else None,
            dry_run=dry_run,
            file_name=upload.name,
            progress=tell,
        )
    except ImportingError as error:
        # What the file is called here tells its sender nothing.
        if "path" in error.params:
            raise ImportingError(error.code, **{**error.params, "path": upload.name}) from error
        raise


def _write_outcome(upload: uploads.Upload, outcome: ImportOutcome) -> None:
    folder = upload.path(site_app().directory).parent
    outcome = ContactMask(KINDS[upload.kind], _headers(outcome), actor()).outcome(outcome)
    kept = {
        "read": outcome.read,
        "inserted": outcome.inserted,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "quarantined": outcome.quarantined,
        "in_workbook": min(len(outcome.wrong_rows), MOST_ROWS_IN_WORKBOOK),
        "refused": outcome.refused,
        "charset": outcome.charset,
        "crs": outcome.crs,
        "ignored": outcome.ignored,
        "fault_count": len(outcome.faults),
        "warnings": [asdict(one) for one in outcome.warnings],
        "faults": [{"row": fault.row} | fault.to_json() for fault in outcome.faults[:SHOWN_FAULTS]],
    }
    (folder / "outcome.json").write_text(json.dumps(kept), encoding="utf-8")
    if outcome.wrong_rows:
        write_fault_workbook(
            upload.faults_path(site_app().directory),
            outcome.wrong_rows[:MOST_ROWS_IN_WORKBOOK],
            headers=outcome.headers,
            crs=outcome.crs,
            lang=language(),
        )


def _headers(outcome: ImportOutcome) -> list[str]:
    """Of the file, and those that only its wrong rows have."""
    return [*outcome.headers, *(name for row in outcome.wrong_rows[:1] for name in row.cells)]


@blueprint.get("/import/uploads/<token>")
@needs(Right.IMPORT)
def checked(token: str) -> str:
    """What an import of the uploaded file would do."""
    return _checked(_upload(token))


def _checked(upload: uploads.Upload, error: GisAppError | None = None) -> str:
    lang = language()
    folder = upload.path(site_app().directory).parent
    kept = json.loads((folder / "outcome.json").read_text(encoding="utf-8"))
    notices = [Notice(**one) for one in kept["warnings"]]
    blocked = kept["refused"] or (
        not upload.trust_crs and any(one.code.startswith("import.shifted") for one in notices)
    )
    return render_page(
        "importing/checked.html",
        words=("import.",),
        config={"progress": url_for("importing.progress", token=upload.token)},
        upload=upload,
        kind=KINDS[upload.kind].label.in_(lang),
        outcome=kept,
        notices=[one.sentence(lang) for one in notices],
        faults=wording.fault_rows(kept["faults"], lang),
        has_workbook=upload.faults_path(site_app().directory).is_file(),
        blocked=blocked,
        error=None if error is None else sentence(error, lang),
    )


def _upload(token: str) -> uploads.Upload:
    return uploads.find(site_app().directory, token, login=actor().login)


@blueprint.get("/import/uploads/<token>/faults.xlsx")
@needs(Right.IMPORT)
def upload_faults(token: str) -> Response:
    """The rows that would be set aside."""
    upload = _upload(token)
    path = upload.faults_path(site_app().directory)
    if not path.is_file():
        raise UnknownRecordError("import.no_faults")
    kept = json.loads(path.with_name("outcome.json").read_text(encoding="utf-8"))
    _record(KINDS[upload.kind], kept["in_workbook"], file=upload.name)
    return workbook(path.read_bytes(), f"{Path(upload.name).stem}-错误.xlsx")


@blueprint.get("/import/uploads/<token>/progress")
@needs(Right.IMPORT)
def progress(token: str) -> Response:
    """How far an import under way has come; of one that is over, that it is at no stage."""
    try:
        upload = _upload(token)
    except UnknownRecordError:  # the page asks once more while the answer is on its way to it
        return jsonify(uploads.NO_STAGE)
    return jsonify(uploads.told(site_app().directory, upload))


@blueprint.post("/import/uploads/<token>/confirm")
@needs(Right.IMPORT)
def confirm(token: str) -> AnyResponse | tuple[str, int]:
    """Import the uploaded file."""
    upload = _upload(token)
    try:
        outcome = _import(upload, actor(), dry_run=False)
    except ImportingError as error:
        return _checked(upload, error), 409
    if outcome.refused or outcome.batch is None:
        _write_outcome(upload, outcome)
        return redirect(url_for("importing.checked", token=token), code=303)
    uploads.discard(site_app().directory, upload)
    return redirect(url_for("importing.one_batch", number=outcome.batch), code=303)


@blueprint.post("/import/uploads/<token>/discard")
@needs(Right.IMPORT)
def discard(token: str) -> AnyResponse:
    """Forget the uploaded file."""
    uploads.discard(site_app().directory, _upload(token))
    return redirect(url_for("importing.index"), code=303)


@blueprint.get("/import/template/<kind>.xlsx")
@needs(Right.IMPORT)
def template(kind: str) -> Response:
    """The workbook to fill in."""
    description = described(kind)
    with tempfile.TemporaryDirectory(prefix="gisapp-") as folder:
        path = Path(folder) / "template.xlsx"
        write_template(description, path)
        return workbook(path.read_bytes(), f"{description.label.in_(language())}.xlsx")


@blueprint.get("/import/batches/<int:number>")
@needs(Right.IMPORT)
def one_batch(number: int) -> str:
    """What one import did, and what of it still waits."""
    lang = language()
    with site_app().store.session() as session:
        found = batch(session, number)
        _require_own(found)
        waiting = waiting_rows(session, batch=number, limit=SHOWN_ROWS)
        rows = [wording.waiting_row(row, found.file, lang, actor()) for row in waiting]
        shown = wording.batch_row(found, lang)
    return render_page(
        "importing/batch.html",
        words=("import.",),
        batch=shown,
        notices=[Notice(**one).sentence(lang) for one in found.warnings],
        rows=rows,
    )


def _require_own(found: ImportBatch) -> None:
    """Whoever is bound to a county sees what he imported himself."""
    who = actor()
    if who.county is not None and found.who != who.who:
        raise UnknownRecordError("import.unknown_batch", number=found.fid)


@blueprint.get("/import/batches/<int:number>/faults.xlsx")
@needs(Right.IMPORT)
def batch_faults(number: int) -> Response:
    """The rows of one import that still wait, to be corrected and imported again."""
    with site_app().store.session() as session:
        found = batch(session, number)
        _require_own(found)
        waiting = waiting_rows(session, batch=number, limit=MOST_ROWS_IN_WORKBOOK)
        rows = [as_wrong_row(row) for row in waiting]
    kind = KINDS[found.kind]
    headers = {*found.headers, *(name for row in rows for name in row.cells)}
    mask = ContactMask(kind, sorted(headers), actor())
    rows = [mask.row(row) for row in rows]
    _record(kind, len(rows), batch=number)
    return _fault_workbook(rows, found.headers, found.crs, f"{Path(found.file).stem}-错误.xlsx")


def _record(kind: Kind, number: int, **filters: int | str) -> None:
    """Tell in the audit that wrong rows are taken out."""
    record(
        Export(
            way=Way.FAULTS,
            subject=kind.name,
            format="xlsx",
            records=number,
            contacts=shows_contacts(kind.private_names(), actor()),
            filters=filters,
        )
    )


def _fault_workbook(rows: Any, headers: Any, crs: str | None, name: str) -> Response:  # noqa: ANN401
    with tempfile.TemporaryDirectory(prefix="gisapp-") as folder:
        path = Path(folder) / "faults.xlsx"
        write_fault_workbook(path, rows, headers=headers, crs=crs, lang=language())
        return workbook(path.read_bytes(), name)


@blueprint.get("/import/quarantine")
@needs(Right.IMPORT)
def quarantine() -> str:
    """Rows that wait for correction."""
    who, lang = actor(), language()
    kind = parameters.text(request.args, "kind", default="")
    after = parameters.integer(request.args, "after", low=0, high=2**53, default=0)
    with site_app().store.session() as session:
        counts = waiting_counts(session, county=who.county)
        waiting = waiting_rows(
            session, kind=kind or None, county=who.county, limit=SHOWN_ROWS, after=after
        )
        files = {row.batch_fid: batch(session, row.batch_fid).file for row in waiting}
        rows = [wording.waiting_row(row, files[row.batch_fid], lang, who) for row in waiting]
    return render_page(
        "importing/quarantine.html",
        words=("import.",),
        rows=rows,
        kind=kind,
        counts=[(name, KINDS[name].label.in_(lang), number) for name, number in counts.items()],
        following=waiting[-1].fid if len(waiting) == SHOWN_ROWS else None,
    )


@blueprint.post("/import/quarantine/<int:number>/dismiss")
@needs(Right.IMPORT)
def dismiss_row(number: int) -> AnyResponse:
    """Close a row that is not to come in."""
    why = parameters.text(request.form, "why", default="")
    with site_app().store.session(write=True) as session:
        dismiss(session, actor(), number, why=why)
    return redirect(url_for("importing.quarantine"), code=303)


@blueprint.get("/import/duplicates")
@needs(Right.IMPORT)
def duplicates() -> str:
    """Pairs that may be one thing."""
    lang = language()
    with site_app().store.session() as session:
        pairs = wording.pairs(session, actor())
    return render_page(
        "importing/duplicates.html",
        words=("import.",),
        pairs=[one | {"kind_name": KINDS[one["kind"]].label.in_(lang)} for one in pairs],
    )


@blueprint.get("/import/duplicates/<int:number>")
@needs(Right.IMPORT)
def one_pair(number: int) -> str:
    """Two records side by side."""
    lang = language()
    with site_app().store.session() as session:
        pair = open_pair(session, number)
        sides = wording.side_by_side(session, pair, actor(), lang)
    return render_page(
        "importing/pair.html",
        words=("import.",),
        pair=pair,
        kind=KINDS[pair.kind].label.in_(lang),
        rows=sides,
    )


@blueprint.post("/import/duplicates/<int:number>")
@needs(Right.IMPORT)
def decide_pair(number: int) -> AnyResponse:
    """Merge a pair, or say that it is two things."""
    form = request.form
    why = parameters.text(form, "why", default="")
    who = actor()
    who.require(Right.EDIT)
    with site_app().store.session(write=True) as session:
        pair = open_pair(session, number)
        if "dismiss" in form:
            dismiss_pair(session, who, number, why=why)
        else:
            keep = parameters.text(form, "keep")
            ids = {pair.first_id: pair.second_id, pair.second_id: pair.first_id}
            if keep not in ids:
                raise InputError("import.bad_choice", field="keep", choice=keep)
            choices: dict[str, Choice] = {
                name.removeprefix("field."): "keep" if value == keep else "drop"
                for name, value in form.items()
                if name.startswith("field.") and value
            }
            merge(
                session,
                who,
                pair.kind,
                keep,
                ids[keep],
                choices=choices,
                why=why or "合并重复记录",
            )
    return redirect(url_for("importing.duplicates"), code=303)
