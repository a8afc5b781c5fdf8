"""Why the bot answered so: the JSON it may send in the header X-Zhengqing-Why."""

import json

HEADER = "x-zhengqing-why"


def read(headers: dict[str, str]) -> dict | None:
    """The explanation, or None when there is none that can be read."""
    text = next((value for name, value in headers.items() if name.lower() == HEADER), "")
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
