"""Random tokens, of which only a digest is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Make up a token of 256 random bits, safe in a cookie and in a header."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(text: str) -> str:
    """SHA-256: enough for a random token, which cannot be guessed; never for a password."""
    return hashlib.sha256(text.encode()).hexdigest()


def derived(token: str, purpose: str) -> str:
    """Return a second secret that belongs to `token` and does not tell it."""
    return hmac.digest(token.encode(), purpose.encode(), "sha256").hex()
