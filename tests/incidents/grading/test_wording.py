"""Sentences said later."""

from __future__ import annotations

import re
from pathlib import Path

from gisapp.incidents import grading
from gisapp.incidents.grading.wording import Labels, Wording
from gisapp.messages import catalogue
from gisapp.schema import Label


def test_labels_are_said_in_the_readers_language() -> None:
    names = Labels((Label("市", "city"), Label("省", "province")))
    said = Wording("incident.change_tell_too", {"names": names})
    assert said.in_("zh") == "还须报告：市、省。"
    assert said.in_("en") == "These are to be told too: city, province."


def test_every_sentence_that_is_named_is_in_the_catalogue_and_the_other_way_round() -> None:
    folder = Path(grading.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    named = set(re.findall(r"\"(incident\.[a-z0-9_]+)\"", sources))
    assert named
    assert named <= catalogue("zh").keys()
    assert (
        not {
            code
            for code in catalogue("zh")
            if code.startswith(("incident.by_", "incident.change_", "incident.state_"))
        }
        - named
    )
