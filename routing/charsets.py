"""The character set of a Shapefile's names and values, which often says nothing or lies."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd

#: GDAL keeps every byte under this name, so that the set can be told from all of them.
BYTES = "ISO-8859-1"

# A declaration of one of these is believed where the bytes are no UTF-8. Any byte is a letter in
# a western set, which therefore is believed only of bytes that are no Chinese either.
_BELIEVED = frozenset({"big5", "big5hkscs", "cp950", "gb2312", "gbk", "gb18030"})
_NUMBERED = {"936": "gbk", "950": "cp950", "54936": "gb18030"}


class Decoded(NamedTuple):
    """Texts as they are meant.

    Attributes
    ----------
    texts
        Text as read as :data:`BYTES` → as it is meant, of those that are not ASCII.
    charset
        The set's name, empty where all is ASCII; :data:`BYTES` where no set fits.
    misstated
        What the code page file says where it is not that set, empty otherwise.
    """

    texts: dict[str, str]
    charset: str
    misstated: str


def decode_texts(texts: Collection[str], file: Path) -> Decoded:
    """Read the names and values of a table that was read as :data:`BYTES`.

    UTF-8 goes first whatever is declared, since Chinese in another set is hardly ever valid
    UTF-8 by chance; then a Chinese set that is declared, GBK and GB18030. A field that ends
    within a character, as one of 10 or 254 bytes may, loses that character.
    """
    raw = {text: text.encode(BYTES) for text in texts if not text.isascii()}
    if not raw:
        return Decoded({}, "", "")
    stated = _stated(file)
    declared = _codec(stated)
    for charset in _candidates(declared, list(raw.values())):
        read = {text: _decoded(content, charset) for text, content in raw.items()}
        # Each may be a lone cut character in one set or the other; not all of them are.
        if None not in read.values() and any(text and not text.isascii() for text in read.values()):
            break
    found = {text: meant for text, meant in read.items() if meant is not None}
    return Decoded(found, charset.upper(), "" if declared == charset else stated)


def decode_table(frame: gpd.GeoDataFrame, file: Path) -> tuple[gpd.GeoDataFrame, str, int]:
    """Read names and values of a table as :func:`decode_texts` does.

    Returns
    -------
    frame : GeoDataFrame
    charset : str
        The set's name, empty where all is ASCII.
    count : int
        Distinct names and values that are not ASCII.
    """
    values = [
        column
        for column in frame.columns
        if column != frame.geometry.name and frame[column].dtype.kind not in "biufcmM"
    ]
    found = {str(name) for name in frame.columns if name != frame.geometry.name}
    for column in values:
        found.update(one for one in frame[column].unique() if isinstance(one, str))
    read, charset, _misstated = decode_texts(found, file)
    if not read:
        return frame, "", 0
    decoded = frame.rename(columns=lambda name: read.get(name, name))
    for column in values:
        column_read = [read.get(value, value) for value in frame[column]]
        decoded[read.get(column, column)] = column_read
    return decoded, charset, len(read)


def _candidates(declared: str, raw: list[bytes]) -> Iterator[str]:
    yield "utf-8"
    # Two western letters in a row are rare, and only two make a common Chinese character.
    chinese = sum(_decoded(content, "gb2312") is not None for content in raw)
    is_western = declared not in _BELIEVED | {"", "utf-8"}
    if declared in _BELIEVED or (is_western and chinese <= len(raw) / 2):
        yield declared
    yield "gbk"
    yield "gb18030"
    yield BYTES


def _decoded(content: bytes, charset: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(charset)().decode(content)
    except UnicodeDecodeError:
        return None


def _stated(file: Path) -> str:
    """What the code page file says; empty where there is none."""
    for name in (file.with_suffix(".cpg"), file.with_suffix(".CPG")):
        if name.is_file():
            return name.read_text(encoding="ascii", errors="replace").strip()[:40]
    return ""


def _codec(stated: str) -> str:
    """Python's name of the set; empty where it knows none."""
    name = stated.lower().removeprefix("ansi ").removeprefix("cp")
    try:
        return codecs.lookup(_NUMBERED.get(name, name)).name
    except LookupError:
        return ""
