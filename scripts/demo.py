"""Settings of the demo (演示): fresh random secrets, kept in var/demo.env; an operator's own settings win."""

import base64
import os
import secrets
import string

ALPHANUMERIC = string.ascii_letters + string.digits
# The last of 43 characters carries four bits; only these decode without a remainder.
LAST_OF_AES_KEY = "AEIMQUYcgkosw048"


# Both are in simulator/cast.toml: the template of alerts, and 李娜, whose phone gets those of the demo counselor.
ALERT_TEMPLATE = "tmpl-case-alert-00000000000000000000000001"
COUNSELOR_OPENID = "oZQ7e14f0851cdaa9cd4d838bc9a"


def fresh_secrets():
    return {
        "WECHAT_APPID": "wx" + secrets.token_hex(8),
        "WECHAT_APPSECRET": secrets.token_hex(16),
        "WECHAT_TOKEN": _characters(32),
        "WECHAT_AES_KEY": _characters(42) + secrets.choice(LAST_OF_AES_KEY),
        "WECHAT_ACCOUNT_ID": "gh_" + secrets.token_hex(6),
        "MP_APPID": "wx" + secrets.token_hex(8),
        "MP_APPSECRET": secrets.token_hex(16),
        "SECRET_KEY": secrets.token_hex(32),
        "LOOKUP_KEY": secrets.token_hex(32),
        "DEMO_STAFF_PASSWORD": "-".join(_letters(4) for _ in range(3)),
        "DATA_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode("ascii"),
    }


def _characters(count):
    return "".join(secrets.choice(ALPHANUMERIC) for _ in range(count))


def _letters(count):
    # To be typed from the screen: nothing that is mistaken for something else.
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(count))


def addresses(root, ports):
    """What follows from where the clone lies, from the ports (by setting name) and from the cast; written anew at each
    start."""
    return {
        "WECHAT_MODE": "safe",
        "WECHAT_API_BASE": "http://127.0.0.1:{SIMULATOR_API_PORT}".format(**ports),
        "PUBLIC_URL": "http://127.0.0.1:{PORT}".format(**ports),
        "SIMULATOR_CALLBACK": "http://127.0.0.1:{PORT}/wechat".format(**ports),
        "DATABASE_URL": "sqlite:///{}".format(root / "var" / "zhengqing.db"),
        "SPOOL_DIR": str(root / "var" / "spool"),
        "SIMULATOR_DIR": str(root / "var" / "simulator"),
        "WECHAT_ALERT_TEMPLATE": ALERT_TEMPLATE,
        "WECHAT_HAS_CUSTOMER_SERVICE": "yes",
        "DEMO": "1",
        "DEMO_COUNSELOR_OPENID": COUNSELOR_OPENID,
        **{name: str(number) for name, number in ports.items()},
    }


def ensure(path, places):
    """The demo's settings; secrets that are already there stay, or what was stored could not be read again."""
    known = read(path)
    fresh = fresh_secrets()
    values = {name: known.get(name) or fresh[name] for name in fresh}
    values.update(places)
    if values != known:
        write(path, values)
    return values


def read(path):
    """NAME=value lines of an .env file; none when there is no file."""
    if not path.exists():
        return {}
    pairs = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(_pair(line) for line in pairs if "=" in line and not line.startswith("#"))


def _pair(line):
    name, value = line.split("=", 1)
    name = name.strip()
    if name.startswith("export "):
        name = name[len("export ") :].strip()
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return name, value[1:-1]
    return name, value.split(" #", 1)[0].rstrip()


def write(path, values):
    """In one move, and readable by the owner alone."""
    draft = path.with_name(path.name + ".new")
    lines = ["# 演示用的随机密钥，由 make run 生成 · random secrets of the demo, made by make run"]
    lines += ["{}='{}'".format(name, value) for name, value in values.items()]
    if draft.exists():
        draft.unlink()
    with open(os.open(str(draft), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
