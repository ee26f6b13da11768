"""Envelopes: only their code opens them, and the code follows the inject."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gisapp.accounts.passwords import ALPHABET
from gisapp.drills.design.script import Inject
from gisapp.drills.packets import sealing
from gisapp.drills.packets.sealing import (
    Envelope,
    WrongCodeError,
    blank,
    code_of,
    common_length,
    open_envelope,
    plain_code,
    seal,
)

SECRET = "5e" * 32
codes = st.text(ALPHABET, min_size=10, max_size=10)


@pytest.fixture
def fewer_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "ITERATIONS", 2)


def inject(**more: Any) -> Inject:
    return Inject.model_validate(
        {"key": "i1", "title": "注入", "when": {"how": "at", "minute": 5}, "text": "溃口", **more}
    )


def test_it_takes_long_to_try_codes() -> None:
    """At least the 1,000 rounds of SP 800-132, and the 300,000 that we ask for."""
    assert sealing.ITERATIONS >= 300_000
    sealed = seal(b"x", "abcde-fghjk", number=1, length=1024, bound="d")
    assert open_envelope(sealed, " ＡＢＣＤＥ fghjk ", bound="d") == b"x"


@pytest.mark.usefixtures("fewer_rounds")
@given(text=st.text(), code=codes, other=st.text() | codes, number=st.integers(1, 999))
def test_only_its_code_opens_an_envelope(text: str, code: str, other: str, number: int) -> None:
    assume(plain_code(other) != code)
    plain = json.dumps({"text": text}, ensure_ascii=False).encode()
    length = common_length([plain, b"short"])
    made = seal(plain, code, number=number, length=length, bound="d/1/hq1")
    told: Any = json.loads(json.dumps(made.to_dict()))
    assert Envelope.from_dict(told) == made
    assert open_envelope(made, code, bound="d/1/hq1") == plain
    assert len(made.sealed) == len(blank(number=1, length=length).sealed) >= length
    for wrong, bound in ((other, "d/1/hq1"), (code, "d/2/hq1")):
        with pytest.raises(WrongCodeError):
            open_envelope(made, wrong, bound=bound)


def test_the_code_follows_the_inject() -> None:
    first = code_of(SECRET, inject())
    assert code_of(SECRET, inject()) == first
    assert len(first) == 11
    assert set(first.replace("-", "")) <= set(ALPHABET)
    changed: list[dict[str, Any]] = [
        {"text": "溃坝"}, {"key": "i2"}, {"to": ["headquarters/hq1"]}, {"channel": "report"},
        {"when": {"how": "any"}}, {"expected": "撤离"},
    ]  # fmt: skip
    others = [code_of(SECRET, inject(**more)) for more in changed]
    others.append(code_of("5f" * 32, inject()))
    assert len({first, *others}) == len(changed) + 2


def test_no_length_is_told() -> None:
    assert common_length([]) == common_length([b"x" * 1024]) == 1024
    assert common_length([b"x", b"x" * 1025]) == 2048
