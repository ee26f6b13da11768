"""The description of the interface, OpenAPI 3.0.3, made from the table of operations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from gisapp.exchange.features import COLLECTIONS
from gisapp.registers.fields import Kind
from gisapp.schema import Label
from gisapp.site import Site
from web.api.address import OF_EXERCISE, Operation, Parameter
from web.api.operations import OPERATIONS, filter_parameters
from web.api.schemas import components
from web.api.shapes import TEXT, Schema, ref
from web.playing import takes_exercise

BELOW = ("/api", "/ogc", "/feeds")
"""Addresses for programs lie below these."""

CHOOSING = frozenset({"ogc.items", "api.csv_feed", "api.xlsx_feed", "api.geojson_feed"})
"""Endpoints that choose records by their fields."""

PAGES = frozenset({"api.index"})
"""Pages for people that lie below them too."""


def document(flask: Flask, site: Site, *, root: str, lang: str) -> dict[str, Any]:
    """Describe the interface of `flask`.

    Parameters
    ----------
    root
        Address of the server, without a closing slash.
    lang
        Language of summaries and descriptions.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        rule = _rule(flask, operation)
        if rule is None:
            continue
        kinds: list[Kind | None] = [None]
        if operation.per_collection:
            kinds = list(COLLECTIONS.values())
        for kind in kinds:
            path = _path(rule, kind)
            played = takes_exercise(flask, operation.endpoint)
            described = _operation(operation, path, kind, lang, played=played)
            paths.setdefault(path, {})[operation.method] = described
    return {
        "openapi": "3.0.3",
        "info": {
            "title": site.name.in_(lang),
            "version": version("gisapp"),
            "description": Label(
                "请求须带访问令牌：Authorization: Bearer …；联系方式按令牌权限隐去。",
                "Requests carry a token, Authorization: Bearer …; contacts are masked by its"
                " rights.",
            ).in_(lang),
        },
        "servers": [{"url": root}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": components(),
        },
    }


def undescribed(flask: Flask) -> list[str]:
    """Addresses for programs that the table does not hold, as ``GET /api/…``."""
    known = {(one.endpoint, one.method.upper()) for one in OPERATIONS}
    return sorted(
        f"{method} {rule.rule}"
        for rule in flask.url_map.iter_rules()
        if rule.rule.startswith(BELOW) and rule.endpoint not in PAGES
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if (rule.endpoint, method) not in known
    )


def _rule(flask: Flask, operation: Operation) -> Rule | None:
    found = [
        rule
        for rule in flask.url_map.iter_rules()
        if rule.endpoint == operation.endpoint
        and rule.rule.startswith(BELOW)
        and operation.method.upper() in (rule.methods or ())
    ]
    return found[0] if found else None


def _path(rule: Rule, kind: Kind | None) -> str:
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
    return path if kind is None else path.replace("{name}", kind.name)


def _operation(
    operation: Operation, path: str, kind: Kind | None, lang: str, *, played: bool
) -> dict[str, Any]:
    name = operation.endpoint.replace(".", "_") + (f"_{kind.name}" if kind else "")
    title = operation.summary.in_(lang)
    described: dict[str, Any] = {
        "operationId": name,
        "tags": [operation.tag],
        "summary": title if kind is None else f"{kind.label.in_(lang)}: {title}",
        "parameters": list(_parameters(operation, path, kind, lang, played=played)),
        "responses": {
            str(operation.status): {
                "description": title,
                "content": {
                    media: {"schema": _answer(operation.answer, kind)} for media in operation.media
                },
            },
            "default": {
                "description": "error",
                "content": {"application/json": {"schema": ref("Error")}},
            },
        },
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {operation.body_media: {"schema": operation.body}},
        }
    return described


def _answer(schema: Schema, kind: Kind | None) -> Schema:
    if kind is not None and "$ref" in schema:
        return {"$ref": schema["$ref"].replace("{kind}", kind.name)}
    return schema


def _parameters(
    operation: Operation, path: str, kind: Kind | None, lang: str, *, played: bool
) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", path):
        schema = operation.path_parameters.get(name, TEXT)
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    own: list[Parameter] = list(operation.parameters)
    if kind is not None and operation.endpoint in CHOOSING:
        own += filter_parameters(kind)
    if played:
        own += OF_EXERCISE
    for one in own:
        yield {
            "name": one.name,
            "in": one.where,
            "required": one.required,
            "description": one.doc.in_(lang),
            "schema": one.schema,
        }
