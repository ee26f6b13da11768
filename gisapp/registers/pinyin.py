"""Chinese names found by pinyin, by the first letters of their syllables, or by a mix of both."""

from __future__ import annotations

import itertools
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

MIN_LETTERS = 2
MAX_LETTERS = 40
_LEFT_OUT = re.compile(r"[\s'’-]")
_LETTERS = re.compile(r"[a-z0-9]+")
_LONGEST_READING = 6
_TWO_LETTER_INITIALS = ("zh", "ch", "sh")
_NAME = "\n"

Places = npt.NDArray[np.int64]
_NOWHERE: Places = np.empty(0, np.int64)


class SpelledHits(NamedTuple):
    """Where names were found; a name may come more than once.

    Attributes
    ----------
    names
        Indexes of the names.
    ranks
        0 a whole name, 1 its beginning, 2 a part of it.
    """

    names: Places
    ranks: Places


@dataclass(frozen=True)
class Spelled:
    """Names as rows of characters, each of which can be read in one way or several.

    Attributes
    ----------
    codes
        The characters of all names that have a reading, one after another, counted from 1; a 0
        before, between and after names.
    names
        Which name each of `codes` is of, or stands before.
    readings
        All there are, rising: pinyin without tones; letters and digits are read as themselves.
    read_so
        By reading, the characters that can be read so.
    """

    codes: npt.NDArray[np.uint16]
    names: Places
    readings: list[str]
    read_so: Mapping[str, list[int]]

    @classmethod
    def of(cls, names: Sequence[str]) -> Spelled:
        """Lay out names to be searched."""
        text = "".join(_NAME + name.replace(_NAME, "") for name in names) + _NAME
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        code_of = np.zeros(sys.maxunicode + 1, np.uint16)
        read_so: dict[str, list[int]] = {}
        for code, point in enumerate(sorted(set(text)), 1):
            for reading in _readings(point):
                code_of[ord(point)] = code
                read_so.setdefault(reading, []).append(code)
        codes, is_between = code_of[points], points == ord(_NAME)
        is_kept = (codes > 0) | is_between
        of_names = np.cumsum(is_between) - 1
        return cls(
            codes=codes[is_kept],
            names=of_names[is_kept],
            readings=sorted(read_so),
            read_so=read_so,
        )

    def find(self, wanted: str) -> SpelledHits:
        """Names of which some characters on end are read as the letters of `wanted`.

        Each character stands for a whole reading or for its initial, the last one for any
        beginning of a reading: who types goes on typing.
        """
        letters = spelling(wanted)
        ways = self._ways(letters, None, 0) if letters else ()
        starts, ends = [_NOWHERE], [_NOWHERE]
        for begun, count in ways:
            starts.append(begun)
            ends.append(begun + count)
        start, end = np.concatenate(starts), np.concatenate(ends)
        begins, is_ended = self.codes[start - 1] == 0, self.codes[end] == 0
        ranks = np.where(begins & is_ended, 0, np.where(begins, 1, 2))
        return SpelledHits(self.names[start], ranks)

    def _ways(
        self, letters: str, starts: Places | None, count: int
    ) -> Iterator[tuple[Places, int]]:
        """Follow all ways of dividing `letters` over what stands `count` after the starts."""
        if not letters and starts is not None:
            yield starts, count
            return
        for length in range(1, min(len(letters), _LONGEST_READING) + 1):
            part, rest = letters[:length], letters[length:]
            fits = self._read_as(part, is_last=not rest)
            if not fits.any():
                continue
            if starts is None:
                begun = np.flatnonzero(fits[self.codes])
            else:
                begun = starts[fits[self.codes[starts + count]]]
            if begun.size:
                yield from self._ways(rest, begun, count + 1)

    def _read_as(self, part: str, *, is_last: bool) -> npt.NDArray[np.bool_]:
        """Which characters `part` stands for."""
        readings = [part] if part in self.read_so else []
        if is_last or len(part) == 1 or part in _TWO_LETTER_INITIALS:
            first = bisect_left(self.readings, part)
            readings = list(
                itertools.takewhile(
                    lambda one: one.startswith(part), itertools.islice(self.readings, first, None)
                )
            )
        fits = np.zeros(np.iinfo(np.uint16).max + 1, np.bool_)
        for one in readings:
            fits[self.read_so[one]] = True
        return fits


def spelling(wanted: str) -> str | None:
    """The letters to search for where `wanted` can be pinyin; None where it cannot."""
    letters = _LEFT_OUT.sub("", wanted.lower()).replace("ü", "v")
    is_one = MIN_LETTERS <= len(letters) <= MAX_LETTERS and _LETTERS.fullmatch(letters)
    return letters if is_one else None


@cache
def _readings(character: str) -> tuple[str, ...]:
    """All ways of reading a character; the vowel ü is typed as v or u. None of punctuation."""
    if character.isascii():
        return (character.lower(),) if character.isalnum() else ()
    import pypinyin  # noqa: PLC0415 - a quarter of a second, which only a search is worth

    (found,) = pypinyin.pinyin(
        character, style=pypinyin.Style.NORMAL, heteronym=True, errors="ignore"
    ) or [[]]
    return tuple(dict.fromkeys(one for text in found for one in (text, text.replace("v", "u"))))
