"""Passwords: made, hashed, checked, and refused where they are easily guessed."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gisapp.errors import InputError

MIN_LENGTH = 10
MAX_LENGTH = 200
"""Longer ones would only cost the server time."""

LEAST_DIFFERENT = 5
"""Characters that must differ from each other."""

TRIVIAL = (
    "password",
    "passw0rd",
    "mima",
    "admin",
    "administrator",
    "guest",
    "welcome",
    "letmein",
    "iloveyou",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "asdfghjkl",
    "zxcvbn",
    "1qaz2wsx",
    "abc",
    "gisapp",
    "yingji",
    "woaini",
)
"""Words that lists of stolen passwords begin with; with figures around them they are no better."""

RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""What cannot be mistaken for another on paper or on the phone: neither l, i, o nor 0, 1."""

GROUPS, GROUP_LENGTH = 4, 5

# RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes; argon2id.
_HASHER = PasswordHasher()

_AT_ONCE = threading.BoundedSemaphore(2)
"""Each check takes 64 MiB: a flood of sign-ins must not take the memory of the dispatch."""


@dataclass(frozen=True, kw_only=True)
class Hashed:
    """A password and its hash: hashing takes long, and nobody is to wait for it to write.

    Attributes
    ----------
    replaces
        Hash of the password that it is to take the place of, by whoever knew that one.
    """

    plain: str = field(repr=False)
    hashed: str = field(repr=False)
    replaces: str | None = field(default=None, repr=False)


def made_up() -> Hashed:
    """A password to be handed over, hashed."""
    plain = new_password()
    return Hashed(plain=plain, hashed=hash_password(plain))


def new_password() -> str:
    """Make up a password to be handed over, of 99 random bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def hash_password(password: str) -> str:
    """Hash by argon2id, with the parameters and the salt in the text."""
    with _AT_ONCE:
        return _HASHER.hash(_normal(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether `password` belongs to the hash.

    Where there is no such account (None), as long is spent on the hash of nobody, so that the
    time taken does not tell which logins exist.
    """
    if len(password) > MAX_LENGTH:
        password = password[:MAX_LENGTH]  # as slow as any other, and never right
        password_hash = None
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _nobodys(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def require_good(password: str, *, login: str) -> None:
    """Refuse a password that is short or easily guessed.

    Length counts, composition does not (NIST SP 800-63B, 5.1.1.2).

    Raises
    ------
    InputError
        ``accounts.password_short``, ``accounts.password_long``, ``accounts.password_login``,
        ``accounts.password_trivial``.
    """
    plain = _normal(password)
    if len(plain) < MIN_LENGTH:
        raise InputError("accounts.password_short", least=MIN_LENGTH)
    if len(plain) > MAX_LENGTH:
        raise InputError("accounts.password_long", most=MAX_LENGTH)
    folded = plain.casefold()
    if _normal(login).casefold() in folded:
        raise InputError("accounts.password_login")
    if _is_trivial(folded):
        raise InputError("accounts.password_trivial")


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def _is_trivial(folded: str) -> bool:
    if len(set(folded)) < LEAST_DIFFERENT:
        return True
    letters = folded.strip("0123456789!@#$%^&*()-_=+.,?~ ")
    if letters in TRIVIAL or not letters:
        # Figures alone are a telephone number or a date.
        return True
    return any(folded in run or folded in run[::-1] for run in RUNS)


def _normal(password: str) -> str:
    """One form for what keyboards and input methods write in several."""
    return unicodedata.normalize("NFKC", password)
