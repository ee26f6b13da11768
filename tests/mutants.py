"""Break lines of the product one by one and see whether a test notices.

``python tests/mutants.py map`` runs the tests of the four packages once under coverage and keeps
which test reaches which line (needs the package pytest-cov). ``python tests/mutants.py run --seed 1
--number 300 --worker 0 --of 2`` breaks that worker's part of a seeded sample, each in turn, and
runs the covering tests only; every worker needs a checkout of its own. Files with compiled kernels
run with the compiler off. Results are appended to ``var/mutants-<worker>.jsonl``, from
which a run that was ended goes on.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("routing", "gisapp/registers", "gisapp/accounts", "gisapp/incidents")
TESTS = ("tests/routing", "tests/registers", "tests/accounts", "tests/incidents")
MOST_TESTS = (40, 160)
"""Tried first, and tried besides where none of these notices."""
LONGEST_S = 600
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COMPUTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
            ast.FloorDiv: ast.Mult}  # fmt: skip
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Breaker(ast.NodeTransformer):
    """Counts what could be broken; with `which` breaks that one."""

    def __init__(self, which: int = -1) -> None:
        self.which, self.count = which, 0
        self.places: list[tuple[int, str]] = []
        self.broken = ""

    def _is_it(self, node: ast.AST, what: str) -> bool:
        self.places.append((node.lineno, what))  # type: ignore[attr-defined]
        self.count += 1
        return self.count - 1 == self.which

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [one for part in node.body for one in self._statement(part)]
        node.args.defaults = [self.visit(one) for one in node.args.defaults]
        return node

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        found = self.visit(node)
        return found if isinstance(found, list) else [found]

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant):
            return node
        if isinstance(node.value, ast.Call) and self._is_it(node, "call left out"):
            return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        new = COMPARED.get(type(node.ops[0]))
        if new and self._is_it(node, f"{type(node.ops[0]).__name__} → {new.__name__}"):
            node.ops[0] = new()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if self._is_it(node, "and ↔ or"):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        new = COMPUTED.get(type(node.op))
        is_text = any(isinstance(one, (ast.JoinedStr, ast.Constant)) and not isinstance(
            getattr(one, "value", 0), (int, float)) for one in (node.left, node.right))  # fmt: skip
        if new and not is_text and self._is_it(node, f"{type(node.op).__name__} → {new.__name__}"):
            node.op = new()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._is_it(node, "not left out"):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool):
            if self._is_it(node, f"{node.value} → {not node.value}"):
                return ast.copy_location(ast.Constant(not node.value), node)
        elif isinstance(node.value, (int, float)) and self._is_it(node, f"{node.value} + 1"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        is_typing = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        self.generic_visit(node)
        if not is_typing and self._is_it(node, "condition turned round"):
            node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        new = SWAPPED.get(node.id)
        if new and self._is_it(node, f"{node.id} → {new}"):
            node.id = new
        return node


def sites() -> Iterator[tuple[str, int, int, str]]:
    """Every file, number, line and kind of what could be broken."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            breaker = Breaker()
            breaker.visit(ast.parse(path.read_text(encoding="utf-8")))
            for number, (line, what) in enumerate(breaker.places):
                yield str(path.relative_to(ROOT)), number, line, what


def covering(line: int, path: str) -> list[str]:
    """The tests that reach a line, those that reach least first; on one database where on both."""
    base = sqlite3.connect(ROOT / "var/coverage.sqlite")
    rows = base.execute("SELECT test, lines FROM reached WHERE path = ?", (path,)).fetchall()
    size = dict(base.execute("SELECT test, sum(length(lines)) FROM reached GROUP BY test"))
    found = {test for test, lines in rows if line in set(json.loads(lines))}
    found = found or {test for test, _lines in rows}  # of what is done once, at the import
    found -= {test for test in found if test.replace("[postgis", "[file") in found - {test}}
    return sorted(found, key=lambda test: (size[test], test))


def keep_map() -> None:
    """Run the tests under coverage, and keep which test reaches which line."""
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    settings = var / "coveragerc"
    settings.write_text("[run]\nrelative_files = true\n", encoding="utf-8")
    env = os.environ | {"COVERAGE_FILE": str(var / "coverage"), "NUMBA_DISABLE_JIT": "1"}
    cover = [f"--cov={package}" for package in PACKAGES]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *cover,
               f"--cov-config={settings}", "--cov-context=test", "--cov-report=",
               *TESTS]  # fmt: skip
    subprocess.run(command, cwd=ROOT, env=env, check=False)
    from coverage import CoverageData

    data = CoverageData(basename=str(var / "coverage"))
    data.read()
    base = sqlite3.connect(var / "coverage.sqlite")
    base.execute("CREATE TABLE reached (path TEXT, test TEXT, lines TEXT)")
    for path in data.measured_files():
        of_test: dict[str, list[int]] = {}
        for line, contexts in data.contexts_by_lineno(path).items():
            for context in contexts:
                of_test.setdefault(context.rpartition("|")[0], []).append(line)
        rows = [(path, test, json.dumps(lines)) for test, lines in of_test.items() if test]
        base.executemany("INSERT INTO reached VALUES (?, ?, ?)", rows)
    base.execute("CREATE INDEX reached_path ON reached (path)")
    base.commit()


def outcome(tests: list[str], *, compiled: bool) -> str:
    """What the tests say of the broken line."""
    env = os.environ | ({} if compiled else {"NUMBA_DISABLE_JIT": "1"})
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    try:
        code = process.wait(LONGEST_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return "ran on"
    if code == 5:  # pytest's own: nothing collected
        raise RuntimeError(" ".join(command))
    return "noticed" if code else "survived"


def run(seed: int, number: int, worker: int, of: int) -> None:
    """Break one worker's part of the sample."""
    sample = random.Random(seed).sample(list(sites()), number)
    log = ROOT / f"var/mutants-{worker}.jsonl"
    done = {tuple(json.loads(one)["place"]) for one in log.open()} if log.exists() else set()
    for place in sample[worker::of]:
        path, which, line, what = place
        if (path, which) in done:
            continue
        source = (ROOT / path).read_text(encoding="utf-8")
        tree = ast.parse(source)
        broken = ast.unparse(ast.fix_missing_locations(Breaker(which).visit(tree)))
        tests = covering(line, path)
        compiled = "@compiled" not in source and "@inlined" not in source
        seen = "no test reaches it"
        if tests:
            (ROOT / path).write_text(broken, encoding="utf-8")
            try:
                first, then = MOST_TESTS
                seen = outcome(tests[:first], compiled=compiled)
                if seen == "survived" and tests[first:]:
                    seen = outcome(tests[first : first + then], compiled=compiled)
            finally:
                (ROOT / path).write_text(source, encoding="utf-8")
        text = source.splitlines()[line - 1].strip()
        found = {"place": [path, which], "line": line, "what": what, "text": text, "seen": seen}
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["map", "run", "count"])
    for name, default in (("seed", 1), ("number", 300), ("worker", 0), ("of", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    if given.step == "map":
        keep_map()
    elif given.step == "count":
        print(len(list(sites())))  # noqa: T201
    else:
        run(given.seed, given.number, given.worker, given.of)
