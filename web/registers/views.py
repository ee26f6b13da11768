"""Lists of registers, records and their forms; every change of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from gisapp.accounts import masked
from gisapp.errors import InputError
from gisapp.messages import sentence
from gisapp.registers import conflicts, editing, queries, states
from gisapp.registers.checking import Fault, FaultsError, as_text, checked
from gisapp.registers.counties import county_choices
from gisapp.registers.doubts import doubts
from gisapp.registers.fields import Field, FieldType, Kind, override_of
from gisapp.registers.history import history
from gisapp.registers.kinds import BASE_KINDS, KINDS
from gisapp.registers.listing import FRESHNESS, filterable, list_records
from gisapp.registers.outside import unreadable_fields
from gisapp.registers.owning import county_of
from gisapp.rights import Right
from gisapp.store import Session
from web import parameters
from web.access import in_menu, needs
from web.context import actor, language, site_app
from web.map.page import side_map
from web.pages import render_page, word
from web.registers import writing
from web.registers.asking import kind_asked, question

blueprint = Blueprint("registers", __name__)

PAGE_ROWS = 50
HISTORY_ROWS = 20
CHILD_ROWS = 200
ACTIONS = ("verify", "retire", "restore", "undo", "change")
ACTION_FIELDS = ("action", "records", "values", "why")
WORDS = ("registers.", "attachments.")
STAMPED = ("verified_at", "verified_by")
"""Fields that the form leaves to the button that verifies."""


@blueprint.errorhandler(FaultsError)
@blueprint.errorhandler(conflicts.BulkError)
def _faults(error: FaultsError | conflicts.BulkError) -> tuple[Response, int]:
    lang = language()
    return jsonify(
        error={
            "code": error.code,
            "message": sentence(error, lang),
            "faults": [_fault(one, lang) for one in error.faults],
        }
    ), 400


def _fault(fault: Fault, lang: str) -> dict[str, str]:
    return {"id": fault.record_id, "field": fault.field, "message": fault.sentence(lang)}


@blueprint.errorhandler(conflicts.ConflictError)
def _conflict(error: conflicts.ConflictError) -> tuple[Response, int]:
    lang = language()
    kind = KINDS[request.view_args["kind_name"]] if request.view_args else KINDS["team"]
    told = {"code": error.code, "message": sentence(error, lang)}
    return jsonify(error={**told, "conflict": writing.conflict(kind, error, lang)}), 409


@blueprint.get("/registers")
@in_menu("registers", 20)
@needs(Right.VIEW)
def index() -> str:
    """All registers, and how many records each holds."""
    lang = language()
    with site_app().store.session() as session:
        kinds = [
            {
                "name": kind.name,
                "label": kind.label.in_(lang),
                "doc": kind.doc.in_(lang),
                "count": queries.count(session, kind.name),
                "base": kind.name in BASE_KINDS,
            }
            for kind in KINDS.values()
        ]
    return render_page("registers/index.html", kinds=kinds)


@blueprint.get("/registers/<kind_name>")
@needs(Right.VIEW)
def listed(kind_name: str) -> str:
    """The list of one register, a table beside a map."""
    kind, lang, who = kind_asked(kind_name), language(), actor()
    with site_app().store.session() as session:
        reader = writing.Reader(session, lang, who, site_app().today())
    spec = writing.layer_of(kind)
    config = {
        "kind": kind.name,
        "columns": writing.columns(kind, lang),
        "layer": spec.id if spec else None,
        "pageRows": PAGE_ROWS,
        "bulk": [
            writing.field_form(item, lang)
            for item in kind.given()
            if item.type not in {FieldType.COORDINATE, FieldType.COUNTS}
            and item.name not in {"id", "name", "name_en", *STAMPED}
            and not item.state
        ],
        **side_map(site_app().site, lang),
    }
    return render_page(
        "registers/list.html",
        words=WORDS,
        config=config,
        kind=kind,
        label=kind.label.in_(lang),
        filters=_filters(kind, reader, lang),
        columns=writing.columns(kind, lang),
        can_edit=who.may(Right.EDIT),
        can_create=who.may(Right.EDIT) and kind.geometry in {None, "POINT"},
        can_verify=who.may(Right.VERIFY),
        can_export=who.may(Right.EXPORT),
        can_import=who.may(Right.IMPORT),
    )


@blueprint.get("/registers/<kind_name>/new")
@needs(Right.EDIT)
def new(kind_name: str) -> str:
    """The form of a new record; values may be given in the address."""
    kind = kind_asked(kind_name)
    actor().require(Right.EDIT)
    given = {item.name: request.args.get(item.name, "") for item in kind.given()}
    bound = actor().county
    if bound and "county" in given:
        given["county"] = given["county"] or bound
    values = {
        **given,
        **{
            item.name: [] if item.type is FieldType.TAGS else {}
            for item in kind.given()
            if item.type in {FieldType.TAGS, FieldType.COUNTS}
        },
    }
    return _record_page(kind, values, None)


@blueprint.get("/registers/<kind_name>/records/<path:record_id>")
@needs(Right.VIEW)
def record(kind_name: str, record_id: str) -> str:
    """One record: its form, history and documents."""
    kind = kind_asked(kind_name)
    with site_app().store.session() as session:
        found = queries.record(session, kind.name, record_id)
        found["county_belonging"] = county_of(session, kind, found)
    return _record_page(kind, None, found)


@blueprint.get("/api/registers/<kind_name>")
@needs(Right.VIEW)
def rows(kind_name: str) -> Response:
    """One page of a list."""
    kind, lang, who = kind_asked(kind_name), language(), actor()
    after = parameters.text(request.args, "after", default="", longest=2000)
    limit = parameters.integer(request.args, "limit", low=1, high=500, default=PAGE_ROWS)
    with site_app().store.session() as session:
        page = list_records(
            session,
            kind.name,
            question(kind, request.args),
            limit=limit,
            after=after or None,
            count=not after,
        )
        reader = writing.Reader(session, lang, who, site_app().today())
        wrong = unreadable_fields(session, kind.name, [str(one["id"]) for one in page.rows])
        return jsonify(
            rows=[
                reader.row(kind, one)
                | writing.unreadable(kind, wrong.get(str(one["id"]), {}), lang)
                for one in page.rows
            ],
            total=page.total,
            exact=page.exact,
            next=page.next,
        )


@blueprint.post("/api/registers/<kind_name>")
@needs(Right.EDIT)
def create(kind_name: str) -> tuple[Response, int]:
    """Make a record."""
    kind = kind_asked(kind_name)
    asked = parameters.body()
    parameters.require_known(asked, ("values", "why"))
    with site_app().store.session(write=True) as session:
        record_id = editing.create(session, actor(), kind.name, _values(asked), why=_why(asked))
        warnings = _warnings(session, kind, [record_id])
    return jsonify(id=record_id, url=_url(kind, record_id), warnings=warnings), 201


@blueprint.post("/api/registers/<kind_name>/actions")
@needs(Right.VIEW)
def act(kind_name: str) -> Response:
    """Change, verify, retire, restore or undo: one record, or several at once."""
    kind, who = kind_asked(kind_name), actor()
    asked = parameters.body()
    parameters.require_known(asked, ACTION_FIELDS)
    action = parameters.choice(asked, "action", ACTIONS)
    versions, why = _versions(asked), _why(asked)
    warnings: list[dict[str, str]] = []
    with site_app().store.session(write=True) as session:
        if action == "verify":
            ids = list(versions)
            number = editing.verify(session, who, kind.name, ids, on=site_app().today())
        elif action == "change":
            values = _values(asked)
            number = _change(session, kind, versions, values, why)
            touched = {"county" if name in {"x", "y"} else name for name in values}
            told = _warnings(session, kind, list(versions))
            warnings = [one for one in told if one["field"] in touched]
        elif action in {"retire", "restore"}:
            number = _each(session, kind, action, versions, why)
        else:
            if len(versions) != 1:
                raise InputError("registers.undo_one", count=len(versions))
            ((record_id, version),) = versions.items()
            editing.undo_last(session, who, kind.name, record_id, why=why, version=version)
            number = 1
    return jsonify(changed=number, warnings=warnings)


@blueprint.post("/api/registers/<kind_name>/state/<path:record_id>")
@needs(Right.VIEW)
def set_state(kind_name: str, record_id: str) -> Response:
    """Set a state of one record, as a team's readiness; the use case asks who may."""
    kind = kind_asked(kind_name)
    asked = parameters.body()
    parameters.require_known(asked, ("field", "value", "seen", "why"))
    given = {name: parameters.text(asked, name, default="") for name in asked if name != "why"}
    with site_app().store.session(write=True) as session:
        states.set_state(
            session,
            actor(),
            kind.name,
            record_id,
            field=given.get("field", ""),
            value=given.get("value", ""),
            seen=given.get("seen", ""),
            why=_why(asked),
        )
    return jsonify(changed=True)


@blueprint.get("/api/registers/<kind_name>/history/<path:record_id>")
@needs(Right.VIEW)
def history_of(kind_name: str, record_id: str) -> Response:
    """What happened to a record, the newest first."""
    kind = kind_asked(kind_name)
    before = parameters.integer(request.args, "before", low=0, high=2**53, default=0)
    with site_app().store.session() as session:
        found = queries.record(session, kind.name, record_id)
        entries = history(
            session,
            kind.name,
            record_id,
            actor=actor(),
            county=county_of(session, kind, found),
            limit=HISTORY_ROWS + 1,
            before_seq=before or None,
        )
        shown = writing.history_rows(kind, entries[:HISTORY_ROWS], language())
    return jsonify(entries=shown, more=len(entries) > HISTORY_ROWS)


@blueprint.post("/api/registers/<kind_name>/grades")
@needs(Right.VIEW)
def grades(kind_name: str) -> Response:
    """The grades that the rules make of the facts in a form, as far as they can be read."""
    kind, lang = kind_asked(kind_name), language()
    values = _values(parameters.body())
    answer: dict[str, dict[str, Any]] = {}
    for item in kind.grades():
        facts: dict[str, Any] = {}
        for name in item.inputs:
            try:
                facts |= checked(kind, {name: values.get(name)}, complete=False)
            except FaultsError:
                facts[name] = None
        usable = all(facts[name] is not None for name in item.inputs if kind.field(name).required)
        grade = item.rule(*(facts[name] for name in item.inputs)) if item.rule and usable else None
        label = (item.choices or {}).get(str(grade))
        answer[item.name] = {"grade": grade, "label": label.in_(lang) if label else ""}
    return jsonify(answer)


def _warnings(session: Session, kind: Kind, ids: list[str]) -> list[dict[str, str]]:
    """What was stored and should be looked at again."""
    lang = language()
    return [
        {"id": one.record_id, "field": one.field, "message": one.sentence(lang)}
        for one in doubts(session, kind, ids)
    ]


def _change(
    session: Session, kind: Kind, versions: dict[str, int], values: dict[str, Any], why: str
) -> int:
    """One record's conflict is shown field by field, several records' are listed."""
    if len(versions) > 1:
        return editing.change_many(session, actor(), kind.name, versions, values, why=why)
    ((record_id, version),) = versions.items()
    new_version = editing.change(
        session, actor(), kind.name, record_id, values, version=version, why=why
    )
    return new_version - version


def _each(session: Session, kind: Kind, action: str, versions: dict[str, int], why: str) -> int:
    run = editing.retire if action == "retire" else editing.restore
    faults = []
    for record_id, version in sorted(versions.items()):
        try:
            run(session, actor(), kind.name, record_id, why=why, version=version)
        except (conflicts.ConflictError, InputError) as error:
            if len(versions) == 1:
                raise
            faults.append(
                Fault(field="", code=error.code, params=error.params, record_id=record_id)
            )
    if faults:
        raise conflicts.BulkError(faults)
    return len(versions)


def _record_page(kind: Kind, given: dict[str, Any] | None, found: dict[str, Any] | None) -> str:
    lang, who = language(), actor()
    with site_app().store.session() as session:
        reader = writing.Reader(session, lang, who, site_app().today())
        places = county_choices(session, lang)
        parts = _parts(session, kind, found, reader) if found else []
        owners = _owners(session, kind, found, lang) if found else []
        wrong = unreadable_fields(session, kind.name, [found["id"]]) if found else {}
        doubtful = _warnings(session, kind, [found["id"]]) if found else []
    county = found["county_belonging"] if found else None
    shown = masked(found, private=kind.private_names(), actor=who, county=county) if found else None
    values = writing.form_values(kind, shown) if shown else given or {}
    spec = writing.layer_of(kind)
    in_use = found is None or found["retired_at"] is None
    can_edit = in_use and who.may(Right.EDIT, county=county if found else "*")
    symbol = reader.row(kind, found) if found else {}
    config = {
        "kind": kind.name,
        "record": found["id"] if found else None,
        "version": found["version"] if found else None,
        "values": values,
        "fields": [writing.field_form(item, lang) for item in kind.fields],
        "layer": spec.id if spec else None,
        "symbol": {name: symbol[name] for name in ("c", "s") if name in symbol},
        "canEdit": can_edit,
        **side_map(site_app().site, lang),
    }
    return render_page(
        "registers/record.html",
        words=WORDS,
        config=config,
        kind=kind,
        label=kind.label.in_(lang),
        name=writing.title(found, lang) if found else word("registers.new_one", lang),
        record=shown,
        unreadable=writing.unreadable(kind, wrong[found["id"]], lang)["unreadable"]
        if found and found["id"] in wrong
        else [],
        values=values,
        groups=_groups(kind, lang, is_known=found is not None),
        counties=list(places.items()),
        computed=_computed(kind, found, lang),
        verification=writing.verification(kind, found, site_app().today(), lang) if found else None,
        parts=parts,
        owners=owners,
        doubtful=doubtful,
        can_edit=can_edit,
        can_restore=not in_use and who.may(Right.EDIT, county=county),
        states=[_state(item, found, lang) for item in kind.states()] if found else [],
        can_set_state=found is not None and in_use and states.may_set(who, county),
        can_verify=found is not None and in_use and who.may(Right.VERIFY, county=county),
        has_map=kind.geometry == "POINT",
        attachment_mb=site_app().settings.attachment_mb,
    )


def _state(item: Field, found: dict[str, Any], lang: str) -> dict[str, Any]:
    """What the head of the page says of a state, and what it may become."""
    choices = {code: label.in_(lang) for code, label in (item.choices or {}).items()}
    now = found[item.name]
    return {
        "name": item.name,
        "label": item.label.in_(lang),
        "now": now,
        "shown": choices.get(now, now),
        "others": [(code, label) for code, label in choices.items() if code != now],
    }


def _groups(kind: Kind, lang: str, *, is_known: bool) -> list[dict[str, Any]]:
    """Fields of the form under headings: who it is, its own facts, grades, whose it is."""
    head = {"id", "name", "name_en", "county", "agency", "contact_name", "contact_phone"}
    tail = {"source", "synthetic", *STAMPED}
    override = {override_of(item.name): item for item in kind.grades()}
    graded = {name for one in override for name in (one, f"{one}_reason")}
    plain = [
        item
        for item in kind.given()
        if item.type is not FieldType.COORDINATE and not (item.state and is_known)
    ]
    chosen = (
        ("identity", [item for item in plain if item.name in head]),
        ("facts", [item for item in plain if item.name not in head | tail | graded]),
        ("origin", [item for item in plain if item.name in tail and item.name not in STAMPED]),
    )
    groups: list[dict[str, Any]] = [
        {"code": code, "fields": [writing.field_form(item, lang) for item in items]}
        for code, items in chosen
        if items
    ]
    grades = [
        {
            "grade": writing.field_form(item, lang),
            "override": writing.field_form(kind.field(override_of(item.name)), lang),
            "reason": writing.field_form(kind.field(f"{override_of(item.name)}_reason"), lang),
        }
        for item in kind.grades()
    ]
    if grades:
        groups.insert(2, {"code": "grades", "grades": grades})
    return groups


def _computed(kind: Kind, found: dict[str, Any] | None, lang: str) -> dict[str, str]:
    computed = {}
    for item in kind.grades():
        value = (found or {}).get(f"{item.name}_computed")
        label = (item.choices or {}).get(str(value))
        computed[item.name] = label.in_(lang) if label else ""
    return computed


def _parts(
    session: Session, kind: Kind, found: dict[str, Any], reader: writing.Reader
) -> list[dict[str, Any]]:
    """Records that are part of this one, as the lots of a depot."""
    lang = language()
    tables = []
    for other, item in writing.children(kind):
        page = list_records(
            session,
            other.name,
            question(other, _only(item.name, found["id"])),
            limit=CHILD_ROWS,
        )
        tables.append(
            {
                "kind": other.name,
                "label": other.label.in_(lang),
                "columns": writing.columns(other, lang),
                "rows": [reader.row(other, one) for one in page.rows],
                "new": url_for("registers.new", kind_name=other.name, **{item.name: found["id"]}),
            }
        )
    return tables


def _owners(session: Session, kind: Kind, found: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Records that this one refers to, as the enterprise that runs a mine."""
    return [
        {
            "label": KINDS[item.references].label.in_(lang),
            "kind": item.references,
            "id": found[item.name],
            "name": writing.title(queries.record(session, item.references, found[item.name]), lang),
        }
        for item in kind.fields
        if item.references and found[item.name] is not None
    ]


def _only(name: str, value: str) -> Any:  # noqa: ANN401 - werkzeug's own mapping
    return type(request.args)([(name, value)])


def _filters(kind: Kind, reader: writing.Reader, lang: str) -> list[dict[str, Any]]:
    """The choices of each filter, as a form offers them."""
    choices: list[dict[str, Any]] = []
    for item in filterable(kind):
        if item.references or item.name == "synthetic":
            continue
        if item.name == "county":
            options = list(reader.counties.items())
        elif item.type is FieldType.BOOLEAN:
            options = [("1", word("registers.yes", lang)), ("0", word("registers.no", lang))]
        else:
            options = [(code, label.in_(lang)) for code, label in (item.choices or {}).items()]
        choices.append({"name": item.name, "label": item.label.in_(lang), "options": options})
    if kind.verify_every_days is not None:
        choices.append(
            {
                "name": "freshness",
                "label": word("registers.freshness", lang),
                "options": [(one, word(f"registers.filter.{one}", lang)) for one in FRESHNESS],
            }
        )
    return choices


def _versions(asked: dict[str, Any]) -> dict[str, int]:
    """``records``: a list of objects with ``id`` and ``version``."""
    given = asked.get("records")
    if not isinstance(given, list) or not given:
        raise InputError("web.missing", name="records")
    versions: dict[str, int] = {}
    for one in given[: editing.MAX_BULK + 1]:
        values = one if isinstance(one, dict) else {}
        record_id = parameters.text(values, "id")
        versions[record_id] = parameters.integer(values, "version", low=0, high=2**53)
    return versions


def _values(asked: dict[str, Any]) -> dict[str, Any]:
    given = asked.get("values")
    if not isinstance(given, dict):
        raise InputError("web.missing", name="values")
    return {name: value if _is_plain(value) else as_text(None) for name, value in given.items()}


def _is_plain(value: object) -> bool:
    """A text, number, flag, list of texts or mapping of counts: what a field can be given."""
    simple = (str, int, float, bool, type(None))
    if isinstance(value, list):
        return all(isinstance(one, simple) for one in value)
    if isinstance(value, dict):
        return all(isinstance(one, simple) for one in value.values())
    return isinstance(value, simple)


def _why(asked: dict[str, Any]) -> str:
    return parameters.text(asked, "why", default="", longest=500)


def _url(kind: Kind, record_id: str) -> str:
    return url_for("registers.record", kind_name=kind.name, record_id=record_id)
