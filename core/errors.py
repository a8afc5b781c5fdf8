"""Named errors of the business; each carries the key of the text that tells a person what happened."""


class DomainError(Exception):
    """Something a person may not do now, with the reply that says why and what they can do instead."""

    reply_key = "common.sorry"

    def __init__(self, **values: object) -> None:
        super().__init__(self.reply_key)
        self.values = values


class ConfigurationError(Exception):
    """The deployment cannot start like this; the message names the setting and the mend."""
