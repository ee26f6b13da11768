"""Import of a large census, rows a second with every check, on a file or on PostgreSQL.

Usage: ``python benchmarks/bench_import_resources.py [rows] [postgresql://…]``; default are
100,000 synthetic teams into a new file. Prints the rate of a first import, of the same file
again, and of a file with a tenth of its rows changed; for a workbook of a tenth of the rows as
well, since reading XLSX takes a time of its own.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

from gisapp.importing import import_resources
from gisapp.rights import system_actor
from gisapp.store import create_store

TYPES = {
    "fire_rescue": "fire;rescue", "mine_rescue": "mine_rescue", "flood": "flood;water_rescue",
    "medical": "medical",
}  # fmt: skip


def census(rows, seed=7):
    random.seed(seed)
    for number in range(rows):
        kind = random.choice(list(TYPES))
        yield {
            "id": f"T{number:07d}",
            "name": f"合成第{number}队",
            "x": f"{random.uniform(110.5, 112.5):.6f}",
            "y": f"{random.uniform(35.5, 36.9):.6f}",
            "county": f"1410{random.randint(1, 34):02d}",
            "team_type": kind,
            "tier": random.choice(("main", "coordinated", "auxiliary")),
            "capabilities": TYPES[kind],
            "people": str(random.randint(5, 80)),
            "vehicles": f"heavy:{random.randint(1, 5)};light:{random.randint(1, 9)}",
            "turnout_s": str(random.randint(30, 300)),
            "status": "ready",
            "contact_name": "合成",
            "contact_phone": f"000-{number:07d}",
            "verified_at": f"2026-{random.randint(1, 9):02d}-15",
            "synthetic": "1",
        }


def write_csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def timed(what, store, path, rows):
    start = time.perf_counter()
    done = import_resources(store, "team", path, crs="EPSG:4490", actor=system_actor("bench"))
    spent = time.perf_counter() - start
    told = f"+{done.inserted} ~{done.updated} ={done.unchanged} !{done.quarantined}"
    print(f"{what:<24} {rows / spent:>8,.0f} rows/s  {spent:6.1f} s  {told}", flush=True)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        where = sys.argv[2] if len(sys.argv) > 2 else Path(folder) / "site.gpkg"
        rows = list(census(count))
        path = write_csv(Path(folder) / "teams.csv", rows)
        with create_store(where) as store:
            timed("first import", store, path, count)
            timed("again, unchanged", store, path, count)
            for row in rows[::10]:
                row["people"] = "99"
            timed("a tenth changed", store, write_csv(path, rows), count)
            for row in rows[::10]:
                row["status"] = "asleep"
            timed("a tenth wrong", store, write_csv(path, rows), count)
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("数据")
        fewer = rows[1 : count // 10]
        sheet.append(list(fewer[0]))
        for row in fewer:
            sheet.append(list(row.values()))
        book.save(Path(folder) / "teams.xlsx")
        with create_store(Path(folder) / "book.gpkg") as store:
            timed("XLSX, first import", store, Path(folder) / "teams.xlsx", len(fewer))


if __name__ == "__main__":
    main()
