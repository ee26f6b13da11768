"""Passwords are hashed as dearly as the standard says; all other tests hash cheaply."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.low_level import Type


def test_hashes_cost_what_rfc_9106_recommends(real_hasher: PasswordHasher) -> None:
    """Its second recommended option: argon2id, 3 passes, 64 MiB, 4 lanes."""
    assert real_hasher.type is Type.ID
    assert real_hasher.time_cost == 3
    assert real_hasher.memory_cost == 64 * 1024
    assert real_hasher.parallelism == 4
