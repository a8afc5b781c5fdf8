"""Why a person cannot sign up (报名) now; each carries the reply that says what they can do instead."""

from core.errors import DomainError


class EventNotFound(DomainError):
    """There is no such event, or it is not shown to anybody."""

    reply_key = "events.not_found"


class SignupClosed(DomainError):
    """Sign-up has not opened yet, or is over."""

    reply_key = "events.closed"


class EventFull(DomainError):
    """Every seat is taken."""

    reply_key = "events.full"


class NoWaitingList(DomainError):
    """Every seat is taken, and this event keeps no waiting list (候补)."""

    reply_key = "events.full_no_list"


class AlreadySignedUp(DomainError):
    """One live place per person and event (R18); `values` hold its number."""

    reply_key = "events.already"


class TooLateToCancel(DomainError):
    """The event has begun."""

    reply_key = "events.too_late_to_cancel"


class InvalidAnswer(DomainError):
    """The answer does not fit the question; `reply_key` tells kindly how to write it."""

    def __init__(self, reply_key: str, **values: object) -> None:
        self.reply_key = reply_key
        super().__init__(**values)


class WrongAge(InvalidAnswer):
    """The event is for others; unlike a slip of the pen, this ends the form: a second age would be a guess at ours."""
