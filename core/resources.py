"""Everything that is loaded at boot and never changes afterwards: words, rules, data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from content.hotlines import Hotlines
from content.library import Library
from content.rules import Rules
from content.texts import Texts
from content.venues.venues import Venues
from core.messages import TextReply
from core.understanding import Understanding


@lru_cache(4)
def _lines(hotlines: Hotlines, minute: datetime) -> Mapping[str, str]:
    return hotlines.values(minute)


@dataclass(frozen=True)
class Resources:
    """What handlers read besides the database."""

    texts: Texts
    library: Library
    rules: Rules
    venues: Venues
    hotlines: Hotlines
    understanding: Understanding
    public_url: str
    city: str
    account_name: str
    has_customer_service: bool = False  # may we ask with choices to tap (msgmenu)

    @classmethod
    def load(
        cls, public_url: str = "", city: str = "郑州", account_name: str = "", has_customer_service: bool = False
    ) -> Resources:
        """Load all of it (about 2 s). Raises content errors that name file and mend."""
        return cls(
            has_customer_service=has_customer_service,
            texts=Texts.load(),
            library=Library.load(),
            rules=Rules.load(),
            venues=Venues.load(),
            hotlines=Hotlines.load(),
            understanding=Understanding.load(),
            public_url=public_url,
            city=city,
            account_name=account_name,
        )

    def say(self, key: str, now: datetime, variant: int = 0, /, **values: Any) -> TextReply:
        """The reviewed text of this key, with hotlines, city and account name at hand for its placeholders."""
        minute = now.replace(second=0, microsecond=0)
        common = {"city": self.city, "account": self.account_name, **_lines(self.hotlines, minute)}
        return TextReply(key, self.texts.get(key, variant, **{**common, **values}))

    def page(self, path: str) -> str:
        """The address of one of our own mobile pages."""
        return f"{self.public_url}/pages/{path.lstrip('/')}"
