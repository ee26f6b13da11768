"""What a spreadsheet would change: a text it would run as a formula, the last digit of a number."""

from __future__ import annotations

from typing import Any

ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!")
"""Texts that a spreadsheet takes for the failure of a formula."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula, in full width as well (OWASP, CSV injection)."""


def guarded(text: str) -> str:
    """Write a text so that no spreadsheet runs it; :func:`unguarded` takes it back.

    A text that itself begins like a guarded one gets a further apostrophe.
    """
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """Take one guard from a text."""
    return text[1:] if text.startswith("'") and _is_formula(text.lstrip("'")) else text


def unmistakable(text: str) -> str:
    """Write a text into a cell marked as text, which otherwise may be read as guarded or failed."""
    return guarded(text) if text.startswith(("'", *ERRORS)) else text


def exact(cell: Any, number: float) -> Any:  # noqa: ANN401 - openpyxl's cells of two kinds
    """Put a number into a cell of openpyxl with every digit; return the cell.

    Seventeen digits are every bit of it; openpyxl of itself writes sixteen.
    """
    cell.value = repr(number)
    cell.data_type = "n"
    return cell


def _is_formula(text: str) -> bool:
    return text.startswith((*FORMULA_STARTS, *ERRORS))
