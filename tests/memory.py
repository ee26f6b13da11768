"""Where tests write: in memory, for nothing of theirs outlives them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOM_NEEDED = 8 << 30
"""Bytes, for the servers and files of four processes."""


def folder_in_memory() -> str | None:
    """A folder in memory with room enough, None where the machine has none.

    Most of what a test of a database costs is flushing files and cloning databases: in memory a
    database is cloned six times as fast.
    """
    memory = Path("/dev/shm")
    is_writable = memory.is_dir() and os.access(memory, os.W_OK)
    return str(memory) if is_writable and shutil.disk_usage(memory).free > ROOM_NEEDED else None
