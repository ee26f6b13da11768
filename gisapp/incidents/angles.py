"""Pairs of numbers as people write them: degrees, minutes and seconds, letters, any order."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from gisapp.errors import InputError

Axis = Literal["x", "y", ""]

_SAME = str.maketrans({
    "º": "°", "˚": "°", "″": '"', "”": '"', "“": '"', "〃": '"', "′": "'", "’": "'", "‘": "'",
    "´": "'", "`": "'", "−": "-", "–": "~", "—": "~", "\ufeff": " ", "\u200b": " ",
    "東": "东", "經": "经", "緯": "纬",
})  # fmt: skip
_TOKEN = re.compile(
    r"""
    (?P<number>[+-]?\d+(?:\.\d+)?)
    |(?P<noise>经纬度|坐标系?|位置|定位|地点|POINT|[XY](?![A-Z])|(?<=\d)\s*(?:米|M(?![A-Z]))
        |事发地点?|现场|[()\[\]{}<>=:。]|\.(?!\d))
    |(?P<axis>[东西]经|[南北]纬|[经纬]度?|[东西南北]|LATITUDE|LAT|LONGITUDE|LONG?|LNG
        |[NSEW](?![A-Z]))
    |(?P<mark>°|度|DEG|'|分|"|秒)
    |(?P<cut>[,;/、|&])
    |(?P<join>~)
    |(?P<space>\s+)
    """,
    re.VERBOSE,
)
_UNITS = {"°": 0, "度": 0, "DEG": 0, "'": 1, "分": 1, '"': 2, "秒": 2}
_PACKED = re.compile(r"\+?(\d{2,3})(\d\d)(\d\d(?:\.\d+)?)")
_MOST_CHARACTERS = 300


@dataclass(frozen=True)
class Angle:
    """One number of a pair; `axis` is empty where nothing says which it is."""

    value: float
    axis: Axis = ""


@dataclass
class _Group:
    """What is written of one number of a pair."""

    parts: dict[int, str] = field(default_factory=dict)
    letters: str = ""

    @property
    def axis(self) -> Axis:
        if re.search(r"[东西经EW]|LO?NG?", self.letters):
            return "x"
        return "y" if self.letters else ""


def folded(text: str) -> str:
    """Write full-width characters, primes, dashes and letters in one way."""
    plain = unicodedata.normalize("NFKC", text.translate(_SAME)).upper().replace("''", '"')
    return re.sub(r"(\d)D\s*(\d+)M\s*([\d.]+)S", r"""\1°\2'\3" """, plain)


def read_pair(text: str) -> tuple[Angle, Angle] | None:
    """Read two numbers out of a text that :func:`folded` wrote.

    Returns
    -------
    tuple or None
        In the order of the text, degrees, or as written where they are no degrees; None where
        the text is something else, such as a name.

    Raises
    ------
    InputError
        ``coordinates.minutes``, ``coordinates.seconds``, ``coordinates.fraction``,
        ``coordinates.one_axis``: it is a pair, but an impossible one.
    """
    tokens = _tokens(text)
    groups = None if tokens is None else _groups(tokens)
    if groups is None:
        return None
    first, second = groups
    if first.axis and first.axis == second.axis:
        raise InputError("coordinates.one_axis", text=text)
    packed = [_packed(group) for group in groups]
    if all(packed):
        first, second = (group for group in packed if group)
    return Angle(_degrees(first, text), first.axis), Angle(_degrees(second, text), second.axis)


def _tokens(text: str) -> list[tuple[str, str]] | None:
    """Kinds and texts, or None where some of it belongs to no pair of numbers."""
    if len(text) > _MOST_CHARACTERS:
        return None
    # 36-04-48 has no negative minutes.
    text = re.sub(r"""(?<=[\d°'"度分])-(?=\d)""", "~", text)
    if not re.search("[°度']", text):
        text = text.replace('"', " ")  # of JSON
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        found.append((str(match.lastgroup), match[0].strip()))
        at = match.end()
    return [token for token in found if token[0] not in {"noise", "space"}]


def _groups(tokens: Sequence[tuple[str, str]]) -> tuple[_Group, _Group] | None:
    numbers = [at for at, (kind, _) in enumerate(tokens) if kind == "number"]
    joined = any(kind == "join" for kind, _ in tokens)
    if len(numbers) < 2 or (joined and len(numbers) < 4):
        return None  # two numbers and a hyphen are a telephone's
    start = _second_start(tokens, numbers)
    if start is None or any(at != start for at in _between(tokens, numbers, "cut")):
        return None
    groups = _Group(), _Group()
    cut = _letters_end(tokens, numbers, start)
    unit = 0
    for at, (kind, text) in enumerate(tokens):
        if kind == "axis":
            groups[at >= cut].letters += text
        elif kind == "number":
            unit = 0 if at in (numbers[0], start) else unit + 1
            marked = tokens[at + 1][1] if at + 1 < len(tokens) else ""
            unit = _UNITS.get(marked, unit)
            group = groups[at >= start]
            if unit > 2 or unit in group.parts or (unit and 0 not in group.parts):
                return None
            group.parts[unit] = text
        elif kind == "mark" and (at == 0 or tokens[at - 1][0] != "number"):
            return None
    return groups


def _second_start(tokens: Sequence[tuple[str, str]], numbers: Sequence[int]) -> int | None:
    """Where the first number of the second group stands."""
    marked = [at for at in numbers if _UNITS.get((tokens[at + 1 :] or [("", "")])[0][1]) == 0]
    if len(marked) == 2:
        return marked[1]
    between = list(_between(tokens, numbers, "axis"))
    if len(between) == 1:
        return between[0]
    cuts = list(_between(tokens, numbers, "cut"))
    if len(cuts) == 1:
        return cuts[0]
    return numbers[len(numbers) // 2] if len(numbers) in (2, 4, 6) and not cuts else None


def _between(tokens: Sequence[tuple[str, str]], numbers: Sequence[int], kind: str) -> Iterator[int]:
    """Numbers, but the first, before which a token of `kind` parts them from the number before."""
    for before, after in itertools.pairwise(numbers):
        if any(tokens[at][0] == kind for at in range(before, after)):
            yield after


def _letters_end(tokens: Sequence[tuple[str, str]], numbers: Sequence[int], start: int) -> int:
    """Where the letters of the second group begin."""
    last = numbers[numbers.index(start) - 1]
    middle = [at for at in range(last, start) if tokens[at][0] == "axis"]
    leads = any(kind == "axis" for kind, _ in tokens[: numbers[0]])
    trails = any(kind == "axis" for kind, _ in tokens[numbers[-1] :])
    cut = next((at for at in range(last, start) if tokens[at][0] == "cut"), None)
    if cut is not None and not (leads and not trails):
        return cut
    if leads and not trails:
        # E111.51E 36.08: a second letter of the same axis still belongs to the first.
        return middle[0] if len(middle) == 1 else last + 1 + len(middle) // 2
    if leads and trails and len(middle) > 1:
        return middle[len(middle) // 2]
    return start


def _packed(group: _Group) -> _Group | None:
    """360448N as degrees, minutes and seconds, where that is an angle."""
    match = _PACKED.fullmatch(group.parts[0]) if len(group.parts) == 1 else None
    if match is None or not group.axis or int(match[2]) >= 60 or float(match[3]) >= 60:
        return None
    if int(match[1]) > (180 if group.axis == "x" else 90):
        return None
    return _Group(dict(enumerate(match.groups())), group.letters)


def _degrees(group: _Group, text: str) -> float:
    written = [group.parts.get(unit, "0") for unit in range(3)]
    degrees, minutes, seconds = (float(part) for part in written)
    if not 0 <= minutes < 60:
        raise InputError("coordinates.minutes", text=text, value=minutes)
    if not 0 <= seconds < 60:
        raise InputError("coordinates.seconds", text=text, value=seconds)
    if any("." in group.parts[unit] for unit in sorted(group.parts)[:-1]):
        raise InputError("coordinates.fraction", text=text)
    size = abs(degrees) + minutes / 60 + seconds / 3600
    negative = written[0].startswith("-") or re.search(r"[西南SW]", group.letters)
    return -size if negative else size
