"""Road classes of a bureau's own making: listed in a file to fill in, read by the next import."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from gisapp.errors import InputError
from gisapp.importing.tables import decode_text
from gisapp.registers.cells import guarded, unguarded
from routing import ImportReport
from routing.access import NOT_FOR_VEHICLES
from routing.speeds import CHINESE_CLASSES, CLASS_SPEEDS

HEADER = ("取值 value", "公里 km", "道路等级 highway")
HELD_BACK_SHARE = 0.5
"""Where more of the length than this is of unknown class, the network would run at a guess."""
KNOWN = frozenset(CLASS_SPEEDS) | NOT_FOR_VEHICLES
_EMPTY_VALUE = "road"
"""What a road without any class is read as."""
_SHOWN = 8


def mapping_beside(roads: Path) -> Path:
    """Where the classes of a road file are kept unless another file is named."""
    return roads.with_name(f"{roads.stem}.classes.csv")


def read_classes(path: Path) -> dict[str, str]:
    """Read a filled-in file: the value as the roads have it → OSM's highway class.

    Rows that are not filled in are left out.

    Raises
    ------
    InputError
        ``roads.bad_classes``: it is no such table, or a class is unknown; all rows are named.
    """
    read = decode_text(path.read_bytes())
    rows = [] if read is None else list(csv.reader(io.StringIO(read[0])))
    if not rows or len(rows[0]) < len(HEADER):
        raise _refused(path, f"“{', '.join(HEADER)}”?")
    found, faults = {}, []
    for number, row in enumerate(rows[1:], start=2):
        value, _km, given = (*(unguarded(cell.strip()) for cell in row), "", "", "")[:3]
        if not given:
            continue
        highway = CHINESE_CLASSES.get(given, given)
        if highway in KNOWN:
            found[value] = highway
        else:
            faults.append(f"{number}: {given}")
    if faults:
        raise _refused(path, "; ".join(faults))
    return found


def require_known_classes(
    report: ImportReport, roads: Path, mapping: Path, answered: Mapping[str, str]
) -> None:
    """Hold an import back whose roads are mostly of classes that nobody knows.

    Parameters
    ----------
    report
        Of the roads as read.
    roads
        Their file.
    mapping
        Written, or brought up to date, where the import is held back.
    answered
        What it says already.

    Raises
    ------
    InputError
        ``roads.unknown_classes``, or ``roads.no_mapping`` where the file cannot be written.
    """
    unknown = {
        "" if name == _EMPTY_VALUE else name: km
        for name, km in report.km_by_class.items()
        if name == _EMPTY_VALUE or name not in KNOWN
    }
    if _EMPTY_VALUE in answered.values():  # somebody says that it is just a road
        unknown.pop("", None)
    unknown = {name: km for name, km in unknown.items() if name not in answered}
    total_km = sum(report.km_by_class.values())
    if sum(unknown.values()) <= HELD_BACK_SHARE * total_km:
        return
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(HEADER)
    writer.writerows((guarded(value), "", highway) for value, highway in answered.items())
    writer.writerows((guarded(name), round(km, 1), "") for name, km in unknown.items())
    named = {
        "roads": roads.name,
        "mapping": str(mapping),
        "share": 100 * sum(unknown.values()) / total_km,
        "values": _listed(unknown),
    }
    code = "roads.unknown_classes"
    try:
        # With its mark: a spreadsheet else takes it for the system's own character set.
        mapping.write_text(table.getvalue(), encoding="utf-8-sig")
    except OSError as error:
        code, named["detail"] = "roads.no_mapping", error.strerror or str(error)
    raise InputError(code, **named)


def _listed(values: Iterable[str]) -> str:
    shown = [value or "—" for value in values]
    return ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")


def _refused(path: Path, detail: str) -> InputError:
    known = ", ".join(CLASS_SPEEDS)
    return InputError("roads.bad_classes", path=str(path), detail=detail, known=known)
