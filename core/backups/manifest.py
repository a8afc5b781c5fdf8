"""What is said of a backup in a file beside it: engine, moment, checksum, and which keys it needs, without the keys."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from core.crypto import Keyring, SealBroken
from core.errors import ConfigurationError
from core.files import replace_privately, sha256

_TEXT, _CONTEXT = "which keys are these", "backup"


@dataclass(frozen=True)
class Manifest:
    """`lookup_mark` tells two LOOKUP_KEYs apart and gives away neither; `sealed` opens only with its DATA_KEYS."""

    engine: str
    made_at: str
    sha256: str
    sealed: str
    lookup_mark: str
    rows: dict[str, int]


def describe(backup: Path, engine: str, now: datetime, keyring: Keyring, rows: dict[str, int]) -> Manifest:
    """The manifest of a finished file."""
    sealed = base64.b64encode(keyring.seal(_TEXT.encode(), _CONTEXT)).decode()
    return Manifest(engine, now.isoformat(), sha256(backup), sealed, _mark(keyring), rows)


def write(backup: Path, manifest: Manifest) -> None:
    """Put it beside the backup."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2)
    replace_privately(_beside(backup), f"{text}\n".encode())


def read(backup: Path) -> Manifest:
    """The manifest beside a backup. Raises ConfigurationError."""
    try:
        return Manifest(**json.loads(_beside(backup).read_text("utf-8")))
    except OSError as error:
        raise ConfigurationError(f"{_beside(backup)}: {error.strerror}; it is written with the backup") from None
    except (ValueError, TypeError):
        raise ConfigurationError(f"{_beside(backup)} is not the manifest of a backup") from None


def check(backup: Path, manifest: Manifest, engine: str, keyring: Keyring) -> None:
    """Raises ConfigurationError when this backup cannot be restored here."""
    if manifest.engine != engine:
        raise ConfigurationError(
            f"This backup is of {manifest.engine}, DATABASE_URL is {engine}. Restore it on {manifest.engine}, "
            "then: python -m bot copy-database"
        )
    if sha256(backup) != manifest.sha256:
        raise ConfigurationError(f"{backup} is damaged: its checksum is not the one in its manifest")
    if manifest.lookup_mark != _mark(keyring):
        raise ConfigurationError("LOOKUP_KEY is not the one of this backup: everybody would become a stranger")
    try:
        keyring.open(base64.b64decode(manifest.sealed), _CONTEXT)
    except SealBroken as error:
        raise ConfigurationError(f"DATA_KEYS cannot read this backup: {error}") from None


def _mark(keyring: Keyring) -> str:
    return keyring.lookup(_TEXT)[:12]


def _beside(backup: Path) -> Path:
    return backup.with_name(backup.name + ".json")
