"""Telephone numbers as they are written in China, and what is none.

A number nobody recognises is kept as it was given and told: it may be the satellite telephone of
a mine, and refusing it would lose the only way to call.
"""

from __future__ import annotations

import re
import unicodedata

_GAP = "[- –—]?"
_EXTENSION = r"(?: ?(?:-|#|转|转接|分机|[Ee][Xx][Tt][.]?|[Xx]) ?[0-9]{1,6})?"
_MOBILE = rf"1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}"
_LOCAL = rf"[0-9]{{3,4}}{_GAP}[0-9]{{4}}"
_LANDLINE = rf"(?:[(]?0[0-9]{{2,3}}[)]?[- –—]{{0,2}}{_LOCAL}|[2-9][0-9]{{2,3}}{_GAP}[0-9]{{4}})"
_ABROAD = rf"(?:[+]|00)?86{_GAP}(?:{_MOBILE}|[(]?0?[1-9][0-9]{{1,2}}[)]?{_GAP}{_LOCAL})"
_SERVICE = rf"[48]00(?:{_GAP}[0-9]){{7}}"
_SHORT = rf"(?:[1-9][0-9]{{2,5}}|[(]?0[0-9]{{2,3}}[)]?{_GAP}(?:1[0-9]{{2,4}}|9[0-9]{{4,5}}))"
_ONE = rf"(?:{_MOBILE}|{_LANDLINE}|{_ABROAD}|{_SERVICE}|{_SHORT}){_EXTENSION}"

PATTERN = rf"^{_ONE}(?: ?[;,、/| ] ?{_ONE})*$"
"""One or more numbers: mobile, landline with or without area code, 400 and 800, short number or
extension; with an extension after it or without. It means the same to Python, SQLite and
PostgreSQL, so that the quality board counts what forms and imports tell.

Area codes are not looked up: those of the samples, which reach nobody, begin with 000.
"""

_KNOWN = re.compile(PATTERN)
_MASK = re.compile(r"[*xX×●•○·#?]{2,}|\.{3,}|[0-9]\*[0-9]")


def is_odd(number: str) -> bool:
    """Whether a number is none that is recognised."""
    return _KNOWN.search(unicodedata.normalize("NFKC", number).strip()) is None


def is_masked(number: str) -> bool:
    """Whether figures of a number are hidden, as in ``138****1234``."""
    return _MASK.search(unicodedata.normalize("NFKC", number)) is not None
