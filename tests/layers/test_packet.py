"""The page of a packet carries all it needs, escapes all it is given and bears the mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers import LayerError
from layers.packet import MARK, Packet, Part, Played, packet_page

EVIL = "<img src=x onerror=alert(1)>{{ 7 * 7 }}</script>"


def packet() -> Packet:
    played = Played(
        key="i1", number=1, minute=5.0, when=EVIL, title=EVIL, codes=[(EVIL, EVIL)],
        facts=[(EVIL, EVIL)], words=EVIL, tick=EVIL,
    )  # fmt: skip
    part = Part(
        heading=EVIL, facts=[(EVIL, EVIL)], lines=[EVIL], points=[EVIL], checks=[EVIL],
        slot="clock", inner=[played, Part(heading="小节")],
    )  # fmt: skip
    return Packet(
        title=EVIL, whose=EVIL, notice=EVIL, lang="zh", synthetic=True, parts=[part], base={},
        box=(100.0, 30.0, 101.0, 31.0), marks=[{"name": EVIL}], data={"words": {"due": EVIL}},
    )  # fmt: skip


def test_texts_are_escaped_and_nothing_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "leaflet").mkdir()
    for ending in ("js", "css"):
        (tmp_path / "leaflet" / f"leaflet.{ending}").write_text("/* L */")
    made = packet_page(packet(), tmp_path)
    assert "<img" not in made
    assert "7 * 7" in made
    assert made.count("</script>") == made.count("<script")
    assert 'src="' not in made
    assert 'href="' not in made
    assert made.count(MARK) >= 4  # window, screen, paper, margin
    assert 'data-key="i1" data-minute="5"' in made
    assert "<h3>小节</h3>" in made
    assert "合成数据 Synthetic data" in made


def test_a_missing_library_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="install the application anew"):
        packet_page(packet(), tmp_path)
