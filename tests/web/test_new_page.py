"""A page is its view, its template and its texts: nothing else lists it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

import web
from gisapp.rights import Role

VIEW = """
from flask import Blueprint

from gisapp.rights import Right
from web.access import in_menu, needs
from web.pages import render_page

blueprint = Blueprint("trial", __name__, template_folder="templates")


@blueprint.get("/trial")
@needs(Right.SEE_AUDIT)
@in_menu("audit", position=999)
def page():
    return render_page("trial.html")
"""
TEMPLATE = "{% extends 'page.html' %}{% block content %}<h1>a page of its own</h1>{% endblock %}"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay a package of one page beside those of the product, before the application is made."""
    (tmp_path / "trial" / "templates").mkdir(parents=True)
    (tmp_path / "trial" / "__init__.py").write_text(VIEW, encoding="utf-8")
    (tmp_path / "trial" / "templates" / "trial.html").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(web, "__path__", [*web.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "web.trial", raising=False)
    importlib.invalidate_caches()


def test_it_is_served_stands_in_the_menu_and_asks_its_right(request: pytest.FixtureRequest) -> None:
    signed_in = request.getfixturevalue("signed_in")
    page = signed_in(Role.ADMINISTRATOR).get("/trial")
    assert "a page of its own" in page.text
    assert page.text.count('href="/trial"') == 1
    viewer = signed_in(Role.VIEWER)
    assert viewer.get("/trial").status_code == 403
    assert 'href="/trial"' not in viewer.get("/registers/team").text
    assert signed_in(Role.HEADQUARTERS).get("/trial").status_code == 200
