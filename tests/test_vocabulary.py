"""One thing has one name, wherever it shows."""

from __future__ import annotations

import layers
from gisapp.registers.vocabulary import TEAM_TYPES


def test_the_legend_names_teams_as_the_register_does() -> None:
    legend = {one.code: tuple(one.label) for one in layers.layer("team").classes}
    assert legend == {code: tuple(label) for code, label in TEAM_TYPES.items()}
