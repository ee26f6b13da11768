"""The quality board, the lists to work off, and each county's share."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, url_for

from gisapp.accounts.exports import Export, Way
from gisapp.errors import InputError
from gisapp.quality.board import Line, Tally, lines, pending, tallies, tally
from gisapp.quality.checks import CHECKS, PENDING
from gisapp.quality.share import write_share
from gisapp.quality.worklist import check_of, count_failing, failing
from gisapp.registers import editing
from gisapp.registers.counties import county_choices, county_names
from gisapp.registers.kinds import RESOURCE_KINDS
from gisapp.registers.queries import described
from gisapp.registers.wording import label_of
from gisapp.rights import Right
from web import parameters
from web.access import in_menu, needs
from web.context import actor, language, site_app
from web.downloads import record, workbook
from web.pages import render_page

blueprint = Blueprint("quality", __name__)

PAGE = 100
PRINT_LIMIT = 2000
NO_COUNTY = "-"
"""Asks for records that name no county."""
BY = ("county", "agency", "kind")


@blueprint.get("/quality")
@in_menu("quality", 30)
@needs(Right.VIEW)
def index() -> str:
    """The board: a row per county, agency or kind, a column per check."""
    who, lang, day = actor(), language(), site_app().today()
    by = _by()
    county, kind = _county(), _kind()
    found = [
        one
        for one in _counted(by, county, day)
        if kind in {"", one.kind} and (county is None or one.county == county)
    ]
    board = lines(found, lambda one: _key(one, by))
    with site_app().store.session() as session:
        names = county_names(session, lang)
        places = county_choices(session, lang, own=who.county)
        waiting = [
            one
            for one in pending(session)
            if kind in {"", one[1]} and (county is None or one[2] == county)
        ]
    if by != "agency":  # rows set aside belong to no agency
        for code, kind_name, place, number in waiting:
            key = place if by == "county" else kind_name
            board.setdefault(key, Line(key=key)).counts[code] += number
    sort, descending = _sort()
    rows = sorted(board.values(), key=lambda line: (_order(line, sort), line.key))
    if descending:
        rows.reverse()
    total = Line(key="")
    for line in board.values():
        total.records += line.records
        total.filled += line.filled
        total.cells += line.cells
        total.counts.update(line.counts)
    labels = {code: check.label.in_(lang) for code, check in CHECKS.items()}
    labels |= {code: label.in_(lang) for code, (label, _remedy) in PENDING.items()}
    remedies = {code: check.remedy.in_(lang) for code, check in CHECKS.items()}
    remedies |= {code: remedy.in_(lang) for code, (_label, remedy) in PENDING.items()}
    return render_page(
        "quality/index.html",
        words=("risks.",),
        rows=[_row(line, by, names, lang, county=county, kind=kind) for line in rows],
        total=_row(total, by, names, lang, county=county, kind=kind),
        checks=labels,
        remedies=remedies,
        by=by,
        kind=kind,
        county=county or "",
        places=places,
        kinds=_kind_names(lang),
        sort=sort,
        descending=descending,
        sort_url=_sort_url,
        may_share=who.may(Right.EXPORT) and who.may(Right.SEE_CONTACTS),
        today=day,
    )


@blueprint.get("/quality/<check>/<kind>")
@needs(Right.VIEW)
def worklist(check: str, kind: str) -> str:
    """The records of one kind that fail one check."""
    who, lang, day = actor(), language(), site_app().today()
    asked, description = check_of(check, kind)
    county, agency = _county(), request.args.get("agency")
    is_print = request.args.get("print") == "1"
    with site_app().store.session() as session:
        names = county_names(session, lang)
        total = count_failing(session, check, kind, today=day, county=county, agency=agency)
        rows = failing(
            session,
            check,
            kind,
            today=day,
            county=county,
            agency=agency,
            after=parameters.text(request.args, "after", default=""),
            limit=PRINT_LIMIT if is_print else PAGE,
        )
    more = len(rows) == PAGE and not is_print
    return render_page(
        "quality/worklist.html",
        words=("risks.",),
        rows=[
            {
                "id": one.id,
                "name": one.name,
                "county": names.get(one.county or "", one.county or ""),
                "agency": one.agency or "",
                "verified_at": one.verified_at,
                "synthetic": one.synthetic,
                "missing": [label_of(description, name, lang) for name in one.missing],
            }
            for one in rows
        ],
        total=total,
        check=asked,
        kind=description,
        label=asked.label.in_(lang),
        remedy=asked.remedy.in_(lang),
        kind_label=description.label.in_(lang),
        county_name=names.get(county or "", county or ""),
        agency=agency,
        next_url=_list_url(check, kind, county, agency, after=rows[-1].id) if more else None,
        print_url=_list_url(check, kind, county, agency, print=1),
        is_print=is_print,
        may_verify=who.may(Right.VERIFY),
        may_share=who.may(Right.EXPORT) and who.may(Right.SEE_CONTACTS, county=county),
        share_url=url_for("quality.share", kind=kind, county=county or ""),
        has_form="registers.record" in _endpoints(),
        today=day,
    )


@blueprint.get("/quality/share/<kind>.xlsx")
@needs(Right.EXPORT)
def share(kind: str) -> Response:
    """A county's workbook of the records that want completing, to be imported as it comes back."""
    described(kind)
    if kind not in RESOURCE_KINDS:
        raise InputError("registers.unknown_kind", kind=kind, known=", ".join(RESOURCE_KINDS))
    county, day = _county(), site_app().today()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "share.xlsx"
        with site_app().store.session() as session:
            written = write_share(session, kind, path, county=county, actor=actor(), today=day)
        content = path.read_bytes()
    record(
        Export(
            way=Way.SHARE,
            subject=kind,
            format="xlsx",
            records=written.records,
            contacts=bool(RESOURCE_KINDS[kind].private_names()),
            filters={"county": county},
        )
    )
    return workbook(content, f"{kind}-{county or 'all'}-{day.isoformat()}.xlsx")


@blueprint.post("/api/quality/verify")
@needs(Right.VERIFY)
def verify() -> Response:
    """Note that records of one kind were checked against reality."""
    asked = parameters.body()
    ids = asked.get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise InputError("web.missing", name="ids")
    with site_app().store.session(write=True) as session:
        number = editing.verify(
            session, actor(), parameters.text(asked, "kind"), ids, on=site_app().today()
        )
    return jsonify(verified=number)


def _counted(by: str, county: str | None, day: date) -> list[Tally]:
    """Tallies as fine as a board needs them: of one county's agencies counted on the spot."""
    store = site_app().store
    if by == "agency" and county is not None:
        with store.session() as session:
            return [
                one
                for kind in RESOURCE_KINDS
                for one in tally(session, kind, today=day, counties=[county])
            ]
    return tallies(store, today=day, by="agency" if by == "agency" else "county")


def _key(one: Tally, by: str) -> str:
    return {"county": one.county, "agency": one.agency, "kind": one.kind}[by]


def _order(line: Line, sort: str) -> Any:  # noqa: ANN401 - text or number by column
    if sort == "key":
        return line.key
    if sort == "records":
        return line.records
    if sort == "completeness":
        return -1.0 if line.completeness is None else line.completeness
    return line.counts[sort]


def _row(
    line: Line, by: str, names: Mapping[str, str], lang: str, *, county: str | None, kind: str
) -> dict[str, Any]:
    """One line of the board, every count with the address of what is behind it."""
    own_county = line.key if by == "county" else county
    own_kind = line.key if by == "kind" else kind
    return {
        "key": line.key,
        "name": _name(line.key, by, names, lang),
        "records": line.records,
        "share": line.completeness,
        "counts": {
            code: (
                number,
                _behind(code, own_kind, own_county, line.key if by == "agency" else None),
            )
            for code in (*CHECKS, *PENDING)
            for number in [line.counts[code]]
        },
    }


def _name(key: str, by: str, names: Mapping[str, str], lang: str) -> str:
    if by == "county":
        return names.get(key, key)
    if by == "kind":
        return RESOURCE_KINDS[key].label.in_(lang) if key in RESOURCE_KINDS else key
    return key


def _behind(code: str, kind: str, county: str | None, agency: str | None) -> str | None:
    """The list behind a count; a board of all kinds first opens the county by kind."""
    if code in PENDING:
        return url_for("importing.index") if "importing.index" in _endpoints() else None
    kinds = CHECKS[code].kinds
    if kind in kinds:
        return _list_url(code, kind, county, agency)
    if len(kinds) == 1:
        return _list_url(code, kinds[0], county, agency)
    place = NO_COUNTY if county == "" else county
    return url_for("quality.index", by="kind", county=place, sort=code, order="desc")


def _list_url(
    check: str,
    kind: str,
    county: str | None,
    agency: str | None,
    **more: Any,  # noqa: ANN401
) -> str:
    values: dict[str, Any] = {"county": NO_COUNTY if county == "" else county, "agency": agency}
    return url_for("quality.worklist", check=check, kind=kind, **values, **more)


def _endpoints() -> Mapping[str, object]:
    return current_app.view_functions


def _kind_names(lang: str) -> dict[str, str]:
    return {name: kind.label.in_(lang) for name, kind in RESOURCE_KINDS.items()}


def _county() -> str | None:
    """The county asked for; an editor bound to one sees no other."""
    asked = parameters.text(request.args, "county", default="", longest=12)
    return actor().county or ("" if asked == NO_COUNTY else asked or None)


def _kind() -> str:
    asked = request.args.get("kind", "")
    return asked if asked in RESOURCE_KINDS else ""


def _by() -> str:
    asked = request.args.get("by", "")
    if asked in BY:
        return asked
    return "kind" if actor().county else "county"


def _sort() -> tuple[str, bool]:
    known = {"key", "records", "completeness", *CHECKS, *PENDING}
    asked = request.args.get("sort", "key")
    return asked if asked in known else "key", request.args.get("order") == "desc"


def _sort_url(code: str) -> str:
    sort, descending = _sort()
    first_falls = code != "key"
    falls = not descending if sort == code else first_falls
    kept = {name: request.args.get(name) for name in ("by", "kind", "county")}
    return url_for("quality.index", **kept, sort=code, order="desc" if falls else None)  # type: ignore[arg-type]
