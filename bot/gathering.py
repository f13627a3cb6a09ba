"""Files that came with answers are fetched and copied into the data folder.

A copy is named by its SHA-256, so the same file twice is kept once, and stands whole or not at
all. What can be read is looked through for a classification mark first, in a process apart: of
such a file nothing is kept.
"""

import hashlib
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.apart import read_apart
from bot.engine import Engine
from bot.fileloop import FAILED, Keep, fetch
from bot.handling import tell_who_run
from tasks.errors import Unreadable
from tasks.services import evidence
from tasks.services.evidence import Waiting

FOLDER = "evidence"

READABLE = frozenset({"docx", "pdf", "ofd", "xlsx", "csv", "txt", "html", "htm"})
"""Kinds in which a classification mark can be read; a photograph is for people to judge."""


class Gathering:
    """The job of `fileloop` that copies evidence."""

    name = "evidence"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def anything_waits(self, session: Session) -> bool:
        return evidence.anything_waits(session)

    def claim(self, session: Session) -> Waiting | None:
        return evidence.claim(session)

    def give_back(self, session: Session, file_id: int) -> None:
        evidence.give_back(session, file_id)

    async def work(self, taken: Waiting) -> Keep:
        """Fetch a file, look through it and write the copy."""
        data = await fetch(self._engine, taken.file_id)
        if taken.ending in READABLE:
            await _refuse_classified(data, taken.name)
        checksum = hashlib.sha256(data).hexdigest()
        path = f"{FOLDER}/{checksum[:2]}/{checksum}.{taken.ending}"
        await self._engine.run(partial(write_whole, self._engine.data_dir / path, data))
        return partial(self._keep, taken, path, checksum, len(data))

    def refuse(
        self, session: Session, taken: Waiting, code: str, facts: Mapping[str, Any]
    ) -> None:
        evidence.refuse(session, taken.id, code, self._engine.desk.now())

    def give_up(self, session: Session, taken: Waiting) -> None:
        self.refuse(session, taken, FAILED, {})
        key = f"evidence-failed:{taken.id}"
        facts = {"id": taken.id}
        tell_who_run(session, self._engine.desk, key, "admin_failed_evidence", facts)

    def _keep(self, taken: Waiting, path: str, checksum: str, size: int, session: Session) -> None:
        evidence.stored(session, taken.id, path, checksum, size, self._engine.desk.now())


async def _refuse_classified(data: bytes, name: str | None) -> None:
    try:
        await read_apart(data, name)
    except Unreadable as refusal:
        # A file that cannot be read as a notice is evidence all the same.
        if refusal.code == "classified_file":
            raise


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that stands whole or not at all, whenever the machine stops."""
    if path.exists() and path.stat().st_size == len(data):
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f"{path.suffix}.new")
    with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(beside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
