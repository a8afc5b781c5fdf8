"""Web OAuth (网页授权) and the JS-SDK ticket: codes from open.weixin.qq.com become openids."""

import secrets

from simulator.api.base import OK, Api, Call
from simulator.api.basics import identified
from simulator.errors import ApiError
from simulator.grants import give, take_code
from simulator.quotas import take_minute
from simulator.state import Fan, Grant

TOKEN_S, REFRESH_S = 7200, 30 * 86400
PER_MINUTE = 50_000


def exchange(call: Call) -> dict:
    """A code for a token of the user's own; the code works once, for five minutes."""
    app = identified(call, call.args.get("appid"), call.args.get("secret"))
    _grant_type(call, "authorization_code")
    if app.is_mini:
        raise ApiError(40013)
    take_minute(call.world, "sns", PER_MINUTE)
    grant = take_code(call.world, "oauth", call.text("code", 41008, call.args))
    return _tokens(call, grant)


def refresh(call: Call) -> dict:
    _grant_type(call, "refresh_token")
    grant = _held(call, "oauth_refresh", call.text("refresh_token", 41003, call.args), 40030, 42002)
    return _tokens(call, grant)


def user_info(call: Call) -> dict:
    grant = _held(call, "oauth_token", call.text("access_token", 41001, call.args), 40001, 42001)
    fan = _same(call, grant)
    if grant.scope != "snsapi_userinfo":
        raise ApiError(48001)
    shown = {"openid": fan.open_id, "nickname": fan.name, "sex": 0, "language": "", "city": "", "province": ""}
    return {**shown, "country": "", "headimgurl": "", "privilege": [], "unionid": fan.union_id}


def check(call: Call) -> dict:
    grant = _held(call, "oauth_token", call.text("access_token", 41001, call.args), 40001, 42001)
    _same(call, grant)
    return OK


def ticket(call: Call) -> dict:
    """jsapi_ticket: one for the account, 7200 s."""
    kind = call.args.get("type")
    if kind not in ("jsapi", "wx_card"):
        raise ApiError(40097)
    kept = call.state.grants.get(f"ticket|{kind}")
    if kept is None or kept.until - call.now < 300:
        kept = Grant(secrets.token_urlsafe(64), "ticket", "", call.now + TOKEN_S)
        call.state.grants[f"ticket|{kind}"] = kept
    return {**OK, "ticket": kept.code, "expires_in": round(kept.until - call.now)}


def _tokens(call: Call, grant: Grant) -> dict:
    fan = call.state.fans[grant.open_id]
    fresh = give(call.world, "oauth_token", fan.open_id, TOKEN_S, grant.scope)
    again = give(call.world, "oauth_refresh", fan.open_id, REFRESH_S, grant.scope)
    answer = {"access_token": fresh.code, "expires_in": TOKEN_S, "refresh_token": again.code}
    answer |= {"openid": fan.open_id, "scope": grant.scope}
    return answer | ({"unionid": fan.union_id} if grant.scope == "snsapi_userinfo" else {})


def _held(call: Call, kind: str, code: str, wrong: int, expired: int) -> Grant:
    grant = call.state.grants.get(code)
    if grant is None or grant.kind != kind:
        raise ApiError(wrong)
    if call.now >= grant.until:
        raise ApiError(expired)
    return grant


def _same(call: Call, grant: Grant) -> Fan:
    if call.args.get("openid") != grant.open_id:
        raise ApiError(40003)
    return call.state.fans[grant.open_id]


def _grant_type(call: Call, wanted: str) -> None:
    if call.args.get("grant_type") != wanted:
        raise ApiError(40002)


ROWS = (
    Api("/sns/oauth2/access_token", "GET", "oauth", exchange, needs_token=False),
    Api("/sns/oauth2/refresh_token", "GET", "oauth", refresh, needs_token=False),
    Api("/sns/userinfo", "GET", "oauth", user_info, needs_token=False),
    Api("/sns/auth", "GET", "oauth", check, needs_token=False),
    Api("/cgi-bin/ticket/getticket", "GET", "jssdk", ticket),
)
