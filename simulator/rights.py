"""Rights by account type (接口权限): what each profile may call; everything else is 48001."""

from simulator.state import State

_BASIC = frozenset({"basic"})
_FOLLOWERS = frozenset({"menu", "custom", "user", "material", "draft", "jssdk"})
_SERVICE = frozenset({"mass_list", "template", "bizsend", "newtmpl", "qrcode", "oauth"})

PROFILES: dict[str, frozenset[str]] = {
    "personal": _BASIC,
    "verified-sub": _BASIC | _FOLLOWERS | {"mass", "publish", "once"},
    "unverified-service": _BASIC | {"menu"},
    "verified-service": _BASIC | _FOLLOWERS | _SERVICE | {"mass", "publish", "once"},
    "test": _BASIC | _FOLLOWERS | _SERVICE | {"mass", "publish", "once"},
}

MINI_PROGRAM = _BASIC | {"custom", "material", "mini", "newtmpl"}


def has(state: State, is_mini_program: bool, right: str) -> bool:
    return right in (MINI_PROGRAM if is_mini_program else PROFILES[state.profile])
