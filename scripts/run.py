"""Start the product (启动): set up, migrate, demo data, then the account and the simulator, until Ctrl-C."""

import http.client
import os
import signal
import subprocess
import sys
import time

from scripts import checks, children, demo, ports, say, setup
from scripts.locks import Lock
from scripts.say import Refusal

PATIENCE_SECONDS = 60
PORTS = {"PORT": "8000", "SIMULATOR_API_PORT": "8801", "SIMULATOR_PHONE_PORT": "8802"}
# core/staff/demo.py makes them; this file must parse on an old Python and imports nothing of ours.
DEMO_LOGINS = ("tuangan 团干部", "zixunshi 咨询师", "dudao 督导", "guanli 管理员")
LOOPBACK = ("://127.0.0.1", "://localhost", "://[::1]")


class Stopped(Exception):
    """Somebody asked us to end: Ctrl-C, SIGTERM, or the terminal closed."""


class Service:
    """One child of ours: how to start it, where it says that it is well, and where it writes."""

    def __init__(self, name, arguments, port, health, place):
        self.name = name
        self.command = [str(place.python)] + arguments
        self.port = port
        self.health = health
        self.log = place.var / (name + ".log")
        self.process = None

    def start(self, root, environment):
        if self.log.exists():
            self.log.replace(str(self.log) + ".1")
        with open(str(self.log), "wb") as log:
            self.process = children.start(
                self.command,
                cwd=str(root),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_healthy(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self.health)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def explain_end(self, code):
        how = "signal {}".format(-code) if code < 0 else "exit {}".format(code)
        return Refusal(
            "{} 自己停了（{}），其余的也已停掉。它最后写的是：\n{}".format(self.name, how, tail(self.log)),
            "{} ended by itself ({}); the rest was stopped. All it wrote is in {}".format(self.name, how, self.log),
        )


def main():
    try:
        checks.require_python()
        run(setup.Place(setup.ROOT))
    except Refusal as refusal:
        say.refuse(refusal)
        return 1
    except (Stopped, KeyboardInterrupt):
        say.line("\n✓ 已停止 · stopped")
    return 0


def run(place, free=checks.free_megabytes):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    checks.require_writable(place.var)
    lock = only_one(place)
    setup.prepare(place.root, free=free)
    checks.require_space(place.root, checks.RUN_MEGABYTES, free)
    environment = settings(place)
    require_free_ports(place, environment)
    lock.write("{}\n{}\n".format(os.getpid(), phone_page(environment)))
    prepare_data(place, environment)
    supervise(place, choose_services(place, environment), environment)


def _stop(number, frame):
    raise Stopped()


def only_one(place):
    """The lock is held until we end; the kernel drops it even after kill -9."""
    lock = Lock(place.var / "run.lock")
    if lock.take():
        lock.write("{}\n".format(os.getpid()))
        return lock
    pid, _, page = lock.read().partition("\n")
    page = page.strip() or "…"
    raise Refusal(
        "已经在运行了，手机页面：{}\n要停掉它：kill {}（或在它的窗口按 Ctrl-C）".format(page, pid),
        "Already running; phone page at {}\nStop it with: kill {} (or Ctrl-C in its window)".format(page, pid),
    )


def settings(place):
    """What both processes get: the operator's settings, and the demo's where they have said nothing."""
    operator = demo.read(place.root / ".env")
    operator.update(os.environ)
    operator = {name: value for name, value in operator.items() if value}
    numbers = {name: ports.parse(name, operator.get(name, usual)) for name, usual in PORTS.items()}
    environment = {name: str(number) for name, number in numbers.items()}
    environment["SIMULATOR_CALLBACK"] = "http://127.0.0.1:{PORT}/wechat".format(**numbers)
    if not operator.get("WECHAT_APPID"):
        environment.update(demo.ensure(place.var / "demo.env", demo.addresses(place.root, numbers)))
    environment.update(operator)
    environment.update(PYTHONUTF8="1", PYTHONUNBUFFERED="1")
    # They talk to each other on this machine: a proxy for the outside world must not stand between.
    bypass = [environment.get("NO_PROXY", environment.get("no_proxy", "")), "127.0.0.1,localhost"]
    environment["NO_PROXY"] = environment["no_proxy"] = ",".join(part for part in bypass if part)
    return environment


def choose_services(place, environment):
    """The account; and the simulator, unless the settings name the real WeChat."""
    gunicorn = ["-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
    services = [Service("web", gunicorn, int(environment["PORT"]), "/readyz", place)]
    if uses_simulator(environment):
        port = int(environment["SIMULATOR_PHONE_PORT"])
        services.append(Service("simulator", ["-m", "simulator", "serve"], port, "/control/health", place))
    return services


def require_free_ports(place, environment):
    for name in PORTS if uses_simulator(environment) else ["PORT"]:
        ports.require_free(int(environment[name]), name, place.venv)


def uses_simulator(environment):
    return any(host in environment.get("WECHAT_API_BASE", "") for host in LOOPBACK)


def phone_page(environment):
    port = environment["SIMULATOR_PHONE_PORT"] if uses_simulator(environment) else environment["PORT"]
    return "http://127.0.0.1:{}/".format(port)


def prepare_data(place, environment):
    bot(place, environment, "migrate")
    say.step("数据库是最新的", "database is up to date")
    if environment.get("DEMO", "").lower() in ("1", "true", "yes"):
        bot(place, environment, "seed-demo")
        say.step("演示数据已就绪", "demo data is in place")


def bot(place, environment, command):
    with open(str(place.log), "ab") as log:
        process = children.start(
            [str(place.python), "-m", "bot", command], cwd=str(place.root), env=environment, stdout=log, stderr=log
        )
        code = process.wait()
    if code:
        raise Refusal(
            "python -m bot {} 没有成功：\n{}".format(command, tail(place.log)),
            "python -m bot {} failed; all it wrote is in {}".format(command, place.log),
        )


def supervise(place, services, environment):
    """Until somebody stops us, or one of them ends: then none goes on alone."""
    try:
        for service in services:
            service.start(place.root, environment)
        wait_until_healthy(services)
        if uses_simulator(environment):
            bot(place, environment, "setup-menu")
            say.step("菜单已设好", "menu is set")
            follow_as_counselor(environment)
        announce(environment)
        while True:
            time.sleep(0.5)
            require_alive(services)
    finally:
        # From here on a second Ctrl-C must not leave anybody behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        children.stop([service.process for service in services if service.process])


def follow_as_counselor(environment):
    """The demo counselor's phone follows the account, or no alert could reach it; one that does already goes on."""
    open_id = environment.get("DEMO_COUNSELOR_OPENID")
    if not open_id:
        return
    connection = http.client.HTTPConnection("127.0.0.1", int(environment["SIMULATOR_PHONE_PORT"]), timeout=10)
    try:
        path = "/phone/chats/{}/follow".format(open_id)
        connection.request("POST", path, "{}", {"Content-Type": "application/json"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        # The demo goes on without; whoever wants alerts lets her follow on the phone page.
        pass
    finally:
        connection.close()


def wait_until_healthy(services):
    give_up = time.monotonic() + PATIENCE_SECONDS
    for service in services:
        while not service.is_healthy():
            require_alive(services)
            if time.monotonic() > give_up:
                raise Refusal(
                    "{} 在 {} 秒内没有准备好，已停掉。它最后写的是：\n{}".format(
                        service.name, PATIENCE_SECONDS, tail(service.log)
                    ),
                    "{} was not ready within {} s and was stopped. All it wrote is in {}".format(
                        service.name, PATIENCE_SECONDS, service.log
                    ),
                )
            time.sleep(0.2)


def require_alive(services):
    for service in services:
        code = service.process.poll()
        if code is not None:
            raise service.explain_end(code)


def tail(log, lines=12):
    written = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "\n".join(written[-lines:])


def announce(environment):
    say.step("已启动", "running")
    say.line("")
    if uses_simulator(environment):
        say.line("  手机页面 · phone page        {}".format(phone_page(environment)))
    say.line("  回调地址 · callback URL      http://127.0.0.1:{}/wechat".format(environment["PORT"]))
    say.line("  工作台 · staff console       http://127.0.0.1:{}/console/".format(environment["PORT"]))
    announce_logins(environment)
    if uses_simulator(environment):
        say.line('  说一句话 · say something     {} -m simulator say "我想报名"'.format(_python(environment)))
    say.line("  看存了什么 · what is stored  .venv/bin/python -m bot interactions")
    say.line("  日志 · logs                  var/web.log  var/simulator.log")
    say.line("  按 Ctrl-C 停止 · Ctrl-C to stop")


def announce_logins(environment):
    password = environment.get("DEMO_STAFF_PASSWORD")
    if password:
        say.line("    登录名 · logins            {}".format("  ".join(DEMO_LOGINS)))
        say.line("    密码 · password            {}（只在这台机器上 · of this installation）".format(password))
    if environment.get("DEMO_COUNSELOR_OPENID"):
        say.line("    求助提醒 · alerts          手机页面上选“李娜” · choose 李娜 on the phone page")


def _python(environment):
    """With the port in front, where it is not the one that the command would try."""
    port = environment["SIMULATOR_PHONE_PORT"]
    return (
        "" if port == PORTS["SIMULATOR_PHONE_PORT"] else "SIMULATOR_PHONE_PORT={} ".format(port)
    ) + ".venv/bin/python"


if __name__ == "__main__":
    sys.exit(main())
