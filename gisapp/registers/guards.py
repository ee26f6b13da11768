"""The apostrophe that keeps a spreadsheet from running a text as a formula."""

from __future__ import annotations

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
    """Write a text into a cell marked as text, which needs a guard only if it seems to have one."""
    return guarded(text) if text.startswith("'") else text


def _is_formula(text: str) -> bool:
    return text.startswith(FORMULA_STARTS)
