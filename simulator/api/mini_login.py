"""Mini-program log-in (小程序登录): code to session, session checks, phone numbers."""

import hmac

from simulator import mini_crypto, quotas
from simulator.api.base import OK, Api, Call
from simulator.api.basics import identified
from simulator.errors import ApiError
from simulator.grants import take_code
from simulator.state import Fan

PER_USER_AND_MINUTE = 100


def code_to_session(call: Call) -> dict:
    """No access_token here. The code works once; the answer has no errcode."""
    app = identified(call, call.args.get("appid"), call.args.get("secret"))
    if not app.is_mini:
        raise ApiError(40013)
    if call.args.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    grant = take_code(call.world, "login", call.text("js_code", 41008, call.args))
    fan = call.state.fans[grant.open_id]
    quotas.take_minute(call.world, f"login|{fan.open_id}", PER_USER_AND_MINUTE)
    return {"session_key": call.state.session_keys[fan.open_id], "openid": fan.mp_open_id, "unionid": fan.union_id}


def check_session(call: Call) -> dict:
    _checked(call)
    return OK


def reset_session(call: Call) -> dict:
    fan = _checked(call)
    call.state.session_keys[fan.open_id] = mini_crypto.new_session_key()
    return {**OK, "openid": fan.mp_open_id, "session_key": call.state.session_keys[fan.open_id]}


def phone_number(call: Call) -> dict:
    """The code is from the phone button, not from wx.login."""
    if call.form:
        raise ApiError(47001)
    grant = take_code(call.world, "phone", call.text("code", 41008))
    fan = call.state.fans[grant.open_id]
    if call.body.get("openid") not in (None, "", fan.mp_open_id):
        raise ApiError(40003)
    return {**OK, "phone_info": phone_info(fan, call.world.settings.mp_app_id, int(call.now))}


def phone_info(fan: Fan, app_id: str, now: int) -> dict:
    numbers = {"phoneNumber": fan.phone, "purePhoneNumber": fan.phone, "countryCode": "86"}
    return {**numbers, "watermark": {"timestamp": now, "appid": app_id}}


def _checked(call: Call) -> Fan:
    fan = call.fan(call.text("openid", 40003, call.args))
    key = call.state.session_keys.get(fan.open_id, "")
    given = call.args.get("signature", "")
    right = call.args.get("sig_method") == "hmac_sha256" and key
    if not right or not hmac.compare_digest(given.encode(), mini_crypto.sign_session(key).encode()):
        raise ApiError(87009)
    return fan


ROWS = (
    Api("/sns/jscode2session", "GET", "mini", code_to_session, needs_token=False),
    Api("/wxa/checksession", "GET", "mini", check_session),
    Api("/wxa/resetusersessionkey", "GET", "mini", reset_session),
    Api("/wxa/business/getuserphonenumber", "POST", "mini", phone_number),
)
