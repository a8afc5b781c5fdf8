"""What can stand in the way of a correction; the console says it in Chinese."""

from __future__ import annotations

from core.errors import DomainError


class CorrectionNotFound(DomainError):
    """None with this id: expired, erased with its person, or never there."""


class NothingToCorrect(DomainError):
    """The message has no words, or they were erased."""


class AlreadyProposed(DomainError):
    """Somebody proposed one for this message, and it was not rejected."""


class BadCorrection(DomainError):
    """A field that cannot be kept so; `field` names which, `why` says it in Chinese."""


class OwnCorrection(DomainError):
    """A second person decides, never the author."""


class AlreadyDecided(DomainError):
    """Somebody else was quicker."""
