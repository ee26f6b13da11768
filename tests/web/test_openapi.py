"""The interface is what its description says, whatever is asked of it."""

from __future__ import annotations

import re

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from shapely import box

from gisapp.accounts.tokens import FOR_PEOPLE_ONLY
from gisapp.bootstrap import App
from gisapp.exchange.features import COLLECTIONS
from gisapp.rights import Right, system_actor
from tests.incidents.closing import add_closure
from tests.people import with_token
from tests.web.conftest import PageClient
from web import create_app
from web.api.document import undescribed

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 2
"""For each operation and mode; about a minute for all on the gate's machine."""


def token(app: App, name: str, rights: set[Right]) -> str:
    return with_token(
        app.store,
        name=name,
        agency="test",
        rights=[str(one) for one in rights],
        days=1,
    )


def test_every_address_for_programs_is_described(flask_app: Flask) -> None:
    assert undescribed(flask_app) == []


def test_operations_are_of_addresses_that_exist(client: PageClient) -> None:
    paths = client.get("/api/openapi.json").get_json()["paths"]
    assert {f"/ogc/collections/{name}/items" for name in COLLECTIONS} <= paths.keys()
    assert {"/api/dispatch", "/api/closures", "/feeds/team.csv"} <= paths.keys()


def test_the_description_comes_with_its_media_type(client: PageClient) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.get_json()["openapi"] == "3.0.3"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_lists_every_operation(client: PageClient, lang: str) -> None:
    text = client.get(f"/api?lang={lang}").get_data(as_text=True)
    paths = client.get("/api/openapi.json").get_json()["paths"]
    listed = set(re.findall(r"<code>(/[^<]*)</code>", text))
    assert listed == set(paths)
    assert re.search("[一-鿿]", client.get("/api?lang=zh").get_data(as_text=True))


@pytest.mark.parametrize(
    ("who", "mode"),
    [
        ("full", GenerationMode.POSITIVE),
        ("full", GenerationMode.NEGATIVE),
        ("viewer", GenerationMode.POSITIVE),
    ],
)
def test_any_request_is_answered_as_described(
    tiny_app: App, who: str, mode: GenerationMode
) -> None:
    rights = set(Right) - FOR_PEOPLE_ONLY if who == "full" else {Right.VIEW}
    headers = {
        "Authorization": f"Bearer {token(tiny_app, who, rights)}",
        "Accept-Encoding": "identity",
    }
    add_closure(
        tiny_app.store, box(100.02, 29.99, 100.04, 30.01), reason="试", actor=system_actor("test")
    )
    schema = schemathesis.openapi.from_wsgi(
        "/api/openapi.json", create_app(tiny_app), headers=headers
    )
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            derandomize=True,
            # Those who only read are refused most of it, by the same few lines.
            max_examples=EXAMPLES if who == "full" else EXAMPLES // 2,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: schemathesis.Case) -> None:
            if case.query and case.path != "/api/incidents":
                # Else most requests would be refused for an exercise that has not begun.
                case.query.pop("exercise", None)
            case.call_and_validate(headers=headers, checks=CHECKS)

        check()
        asked += 1
    assert asked > 90
