"""Tokens, addresses and quotas of the account itself (基础接口)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator import quotas, tokens
from simulator.api.base import OK, Api, App, Call
from simulator.errors import ApiError, new_rid

if TYPE_CHECKING:
    from simulator.world import World

RIDS_KEPT = 500
CLEARS_A_MONTH = 10
FORCED_A_DAY = 20
FORCED_APART_S = 30


def apps(call: Call) -> dict[str, App]:
    settings = call.world.settings
    account = App(settings.app_id, settings.app_secret, False)
    mini = App(settings.mp_app_id, settings.mp_app_secret, True)
    return {each.app_id: each for each in (account, mini)}


def identified(call: Call, app_id: object, secret: object) -> App:
    """The app whose id and secret these are."""
    if not app_id:
        raise ApiError(41002)
    if not secret:
        raise ApiError(41004)
    app = apps(call).get(str(app_id))
    if app is None:
        raise ApiError(40013)
    if app.secret != secret:
        raise ApiError(40125)
    _check_address(call)
    return app


def _check_address(call: Call) -> None:
    allowed = call.state.ip_whitelist
    if allowed is not None and call.remote not in allowed:
        raise ApiError(40164, f"invalid ip {call.remote} ipv6 ::ffff:{call.remote}, not in whitelist")


def get_token(call: Call) -> dict:
    if call.args.get("grant_type") != "client_credential":
        raise ApiError(40002)
    app = identified(call, call.args.get("appid"), call.args.get("secret"))
    return _shown(tokens.issue(call.state.tokens, app.app_id, tokens.PLAIN, call.now), call.now)


def get_stable_token(call: Call) -> dict:
    if call.body.get("grant_type") != "client_credential":
        raise ApiError(40002)
    app = identified(call, call.body.get("appid"), call.body.get("secret"))
    current = tokens.newest(call.state.tokens, app.app_id, tokens.STABLE, call.now)
    force = call.body.get("force_refresh", False)
    if not isinstance(force, bool):
        raise ApiError(47001)
    if current is None or (force and _may_force(call, app, current.issued_at)):
        current = tokens.issue(call.state.tokens, app.app_id, tokens.STABLE, call.now)
    return _shown(current, call.now)


def _may_force(call: Call, app: App, issued_at: float) -> bool:
    """At most 20 a day and 30 s apart; beyond that the old token is given again."""
    if call.now - issued_at < FORCED_APART_S:
        return False
    try:
        quotas.take(call.state.counters, f"{app.app_id}|force_refresh", call.world.clock.day(), FORCED_A_DAY)
    except ApiError:
        return False
    return True


def _shown(token, now: float) -> dict:
    return {"access_token": token.text, "expires_in": round(token.expires_at - now)}


def callback_ips(call: Call) -> dict:
    return {"ip_list": call.world.cast.callback_ips}


def api_domain_ips(call: Call) -> dict:
    return {"ip_list": call.world.cast.api_domain_ips}


def check_callback(call: Call) -> dict:
    """Network check: real WeChat looks from its own sites, here everything is this machine."""
    action = call.body.get("action", "all")
    if action not in ("all", "dns", "ping") or call.body.get("check_operator", "DEFAULT") not in _OPERATORS:
        raise ApiError(40035)
    dns = [{"ip": "127.0.0.1", "real_operator": "UNICOM"}]
    ping = [{"ip": "127.0.0.1", "from_operator": "UNICOM", "package_loss": "0%", "time": "0.1ms"}]
    return {"dns": dns if action != "ping" else [], "ping": ping if action != "dns" else []}


_OPERATORS = ("CHINANET", "UNICOM", "CAP", "DEFAULT")


def clear_quota(call: Call) -> dict:
    assert call.app
    if call.body.get("appid") != call.app.app_id:
        raise ApiError(40013)
    return _cleared(call, call.app)


def clear_quota_by_secret(call: Call) -> dict:
    """For when the token calls themselves are spent."""
    return _cleared(call, identified(call, call.body.get("appid"), call.body.get("appsecret")))


def _cleared(call: Call, app: App) -> dict:
    quotas.take(call.state.counters, f"{app.app_id}|clears", call.world.clock.month(), CLEARS_A_MONTH, 48006)
    for key in [key for key in call.state.counters if key.startswith(f"{app.app_id}|/")]:
        del call.state.counters[key]
    return OK


def get_quota(call: Call) -> dict:
    path = call.text("cgi_path")
    limit = _limit_of(call, path)
    assert call.app
    used = quotas.current(call.state.counters, f"{call.app.app_id}|{path}", call.world.clock.day()).used
    return {**OK, "quota": {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}}


def clear_one_quota(call: Call) -> dict:
    path = call.text("cgi_path")
    _limit_of(call, path)
    assert call.app
    quotas.take(call.state.counters, f"{call.app.app_id}|clears", call.world.clock.month(), CLEARS_A_MONTH, 48006)
    call.state.counters.pop(f"{call.app.app_id}|{path}", None)
    return OK


def _limit_of(call: Call, path: str) -> int:
    from simulator.api import BY_PATH  # the table lists this file too

    row = BY_PATH.get(path)
    limit = quotas.daily_limit(call.world, path, row.daily if row else None)
    if limit is None:
        raise ApiError(76021, "cgi_path not found, or it has no daily limit")
    return limit


def get_rid(call: Call) -> dict:
    """What a failed call was: the rid stands at the end of its errmsg."""
    found = call.world.rids.get(call.text("rid"))
    if found is None:
        raise ApiError(76001)
    return {**OK, "request": found}


def remember_rid(world: World, path: str, body: str, error: ApiError) -> str:
    rid = new_rid()
    shown = json.dumps(error.answer(rid), ensure_ascii=False)
    facts = {"invoke_time": int(world.clock.now()), "request_url": path, "request_body": body, "response_body": shown}
    world.rids[rid] = facts
    for old in list(world.rids)[:-RIDS_KEPT]:
        del world.rids[old]
    return rid


ROWS = (
    Api("/cgi-bin/token", "GET", "basic", get_token, (2000, 200), needs_token=False),
    Api("/cgi-bin/stable_token", "POST", "basic", get_stable_token, (500_000, 500_000), 10_000, needs_token=False),
    Api("/cgi-bin/getcallbackip", "GET", "basic", callback_ips),
    Api("/cgi-bin/get_api_domain_ip", "GET", "basic", api_domain_ips),
    Api("/cgi-bin/callback/check", "POST", "basic", check_callback),
    Api("/cgi-bin/clear_quota", "POST", "basic", clear_quota),
    Api("/cgi-bin/clear_quota/v2", "POST", "basic", clear_quota_by_secret, needs_token=False),
    Api("/cgi-bin/openapi/quota/get", "POST", "basic", get_quota),
    Api("/cgi-bin/openapi/quota/clear", "POST", "basic", clear_one_quota),
    Api("/cgi-bin/openapi/rid/get", "POST", "basic", get_rid),
)
