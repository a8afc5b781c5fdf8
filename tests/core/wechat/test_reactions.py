"""Every refusal code has a rule (R13); the table of `wechat-platform.md` D13 as it stood when this was written."""

from __future__ import annotations

import pytest

from core.wechat.errors import WeChatRefused
from core.wechat.reactions import RULES, UNKNOWN, Reaction, rule_for
from tests.support.platform import SEND, TOKEN

D13 = """
| -1 | platform busy | retry 2–3× with growing pauses |
| 40001 | token invalid or superseded (for `/token`: wrong secret) | refresh once, retry once; at `/token` alert |
| 40014, 42001 | token illegal / expired | refresh once, retry once |
| 40002, 40013, 40125, 40243 | grant_type / appid / secret wrong / secret frozen | configuration: stop, alert |
| 40164 | IP not on the whitelist | alert with the address in errmsg; no retry |
| 89501, 89503, 89506, 89507 | this IP waits for the admin's confirmation / refused | alert, pause all calls |
| 40003 | openid wrong or of another account | drop, mark |
| 40004–40009 | media type/size/id | drop; 40007: upload again (3-day expiry) |
| 40016–40027, 40054, 40055, 65301–65317 | menu | fix, show to the editor |
| 40029, 40163, 40030, 42002, 42003, 42007 | login code bad / used / expired | ask the user to log in again |
| 40033 | illegal characters (often `\\u`) | bug |
| 40035, 40050, 40059, 40097, 47001 | bad parameter / JSON | bug: log and alert |
| 40036, 40037 | template id | configuration: alert |
| 40129, 40137, 40169 | scene / image format / scene string | bug |
| 40165, 41030, 85079 | bad page / never released | fix; release first |
| 40226 | high-risk user | refuse log-in politely |
| 41001–41009, 41028–41029 | missing token, appid, secret, media, menu, code, openid; form id | bug |
| 43001, 43002, 43003 | needs GET / POST / HTTPS | bug |
| 43004, 43005 | not a follower / not friends | mark unsubscribed; drop |
| 43019 | user is on the blacklist | drop |
| 43101 | no subscription consent (left) | mark quota 0; drop, do not retry |
| 43104, 43302 | openid and appid do not match / caller not allowed | bug or configuration |
| 44001–44004 | empty media / POST / articles / text | bug |
| 45001–45008 | size or length limits; 45008 number of articles | cut or split |
| 45009 | daily quota spent | stop this call until tomorrow; alert; consider clear_quota |
| 45011 | per-minute limit | wait ≥1 min, slow down |
| 45015 | customer-service window closed (or unsubscribed) | drop or fall to another channel |
| 45047 | too many customer-service messages in the window | drop |
| 45028 | no mass-send quota | stop, tell the editor |
| 45029, 45065, 45066, 45067 | QR quota; clientmsgid repeated / too soon / too long | 45065 = already sent |
| 45064 | menu names an MP that is not linked to this OA | configuration |
| 45072, 45080, 45081 | typing | ignore |
| 45103 | interface withdrawn | remove the call |
| 46001–46004 | no such media / menu version / menu / user | 46004: mark |
| 47003 | a template value breaks its type | fix data; do not retry |
| 48001 | no right to this API (account type or not verified) | disable feature, alert |
| 48002, 48003 | user refuses pushes / not agreed to the platform's terms | drop / alert |
| 48004, 50002, 50001, 50005 | banned / restricted / not authorised / has not followed | stop all sending; alert |
| 48005, 48006, 48008 | material in use / clear_quota spent / no mass-send right | tell the editor |
| 61450–61458, 65400–65414 | agents | see D3 |
| 61500, 61501 | statistics date wrong | bug |
| 63002, 76001–76004, 9410010–12 | media invalid / rid lookup / short keys | drop |
| 87009 | bad checksession signature | log in again |
| 87013 | too many recalls of mass messages | tell the editor |
| 87014 | content risky (v1) | refuse the content |
| 88000–88010 | comments | tell the editor |
| 85xxx | code audit and release, 85066–85075 link rules | release tooling only |
| 9001001–9001036 | shake-around and MP-gateway legacy | log only |
"""
CLEAR = {
    40001: Reaction.RENEW_TOKEN_ONCE,
    40014: Reaction.RENEW_TOKEN_ONCE,
    42001: Reaction.RENEW_TOKEN_ONCE,
    -1: Reaction.BACK_OFF,
    45011: Reaction.BACK_OFF,
    45009: Reaction.STOP_INTERFACE_UNTIL_TOMORROW,
    45015: Reaction.WINDOW_CLOSED,
    45047: Reaction.WINDOW_CLOSED,
    43004: Reaction.UNREACHABLE_PERSON,
    43101: Reaction.UNREACHABLE_PERSON,
    46004: Reaction.UNREACHABLE_PERSON,
    45065: Reaction.ALREADY_SENT,
    40164: Reaction.CONFIGURATION,
    48001: Reaction.CONFIGURATION,
    47003: Reaction.NEEDS_HUMAN,
}


def listed() -> set[int]:
    """Every code in the first column."""
    codes: set[int] = set()
    for line in D13.strip().splitlines():
        for part in line.split("|")[1].split(","):
            codes.update(spelled(part.strip()))
    return codes


def spelled(part: str) -> range:
    if part.endswith("xxx"):
        return range(int(part[:-3]) * 1000, int(part[:-3]) * 1000 + 1000)
    first, _, last = part.partition("–")
    if not last:
        return range(int(first), int(first) + 1)
    # 9410010–12 leaves out what the two have in common.
    return range(int(first), int(first[: len(first) - len(last)] + last) + 1)


def test_every_listed_code_has_a_rule():
    codes = listed()
    assert len(codes) > 1000
    assert not {code for code in codes if rule_for(WeChatRefused(SEND, code, "")) is UNKNOWN}


def test_no_code_has_two_rules():
    codes = [code for rule in RULES for code in rule.codes]
    assert len(codes) == len(set(codes))
    assert set(codes) <= listed()


@pytest.mark.parametrize(("code", "reaction"), CLEAR.items())
def test_what_the_platform_says_is_what_is_done(code, reaction):
    assert rule_for(WeChatRefused(SEND, code, "")).reaction is reaction


def test_too_many_a_minute_waits_a_minute():
    assert rule_for(WeChatRefused(SEND, 45011, "")).wait_s >= 60


def test_an_unknown_code_needs_a_human():
    assert rule_for(WeChatRefused(SEND, 123456, "")).reaction is Reaction.NEEDS_HUMAN


@pytest.mark.parametrize("code", [40001, 42001])
def test_a_token_that_is_refused_while_it_is_fetched_means_a_wrong_secret(code):
    assert rule_for(WeChatRefused(TOKEN, code, "")).reaction is Reaction.CONFIGURATION


def test_whatever_backs_off_waits():
    waiting = {Reaction.BACK_OFF, Reaction.RENEW_TOKEN_ONCE}
    assert all(rule.wait_s > 0 for rule in RULES if rule.reaction in waiting)
