"""What can stand in the way of staff; the console says it in Chinese."""

from __future__ import annotations

from core.errors import DomainError


class StaffNotFound(DomainError):
    """Nobody with this id."""


class LoginTaken(DomainError):
    """The login name belongs to somebody else."""


class BadName(DomainError):
    """A login name, a name or a role that cannot be used; `field` names which, `why` says it in Chinese."""


class WeakPassword(DomainError):
    """A password that is too easy; `why` says it in Chinese."""


class EditConflict(DomainError):
    """Somebody else changed this person meanwhile (R25): look again, then decide."""


class LastAdmin(DomainError):
    """Without this one nobody could manage staff any more."""


class LoginRefused(DomainError):
    """Wrong password, unknown or closed account: which of them is not told."""


class TooManyAttempts(DomainError):
    """Too many failures: `seconds` until the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


class CodeRefused(DomainError):
    """A wrong, old or already used code (动态口令)."""


class WechatTaken(DomainError):
    """This WeChat is bound to somebody else."""
