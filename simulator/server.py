"""The two loopback servers: the platform port that the bot calls, the phone port that people use."""

from __future__ import annotations

import fcntl
import logging
import socket
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from simulator import control_app, platform_app
from simulator.settings import Settings
from simulator.world import World

HOST = "127.0.0.1"


class CannotStart(RuntimeError):
    """The simulator cannot start; the message says why and what mends it."""


@dataclass
class Running:
    """A started simulator; `stop` ends it in order."""

    world: World
    servers: list[BaseWSGIServer]
    sockets: list[socket.socket]
    lock: IO[str]

    def stop(self) -> None:
        self.world.stop_waiting()
        for server in self.servers:
            server.shutdown()
            server.server_close()
        for each in self.sockets:
            each.close()
        self.world.close()
        self.lock.close()


def start(settings: Settings) -> Running:
    """Start both servers; a port of 0 takes any free one."""
    with ExitStack() as mend:
        lock = mend.enter_context(_claim(settings.directory))
        wanted = {"SIMULATOR_API_PORT": settings.api_port, "SIMULATOR_PHONE_PORT": settings.phone_port}
        doors = [mend.enter_context(_listen(port, name)) for name, port in wanted.items()]
        world = World(settings)
        mend.pop_all()
    world.api_url, world.phone_url = (f"http://{HOST}:{door.getsockname()[1]}" for door in doors)
    apps = (platform_app.create(world), control_app.create(world))
    servers = [_serve(app, door) for app, door in zip(apps, doors, strict=True)]
    world.start()
    return Running(world, servers, doors, lock)


def _serve(app: Flask, door: socket.socket) -> BaseWSGIServer:
    # Werkzeug would print a line per request; the ledger has them all.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server(HOST, door.getsockname()[1], app, threaded=True, fd=door.fileno())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def _listen(port: int, setting: str) -> socket.socket:
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
    except OSError as error:
        door.close()
        raise CannotStart(
            f"端口 {port} 不能用（{error.strerror}）：先停掉占用它的程序，或者用 {setting} 换一个。"
            f" Port {port} is taken: stop the other program or set {setting}."
        ) from None
    door.listen(128)
    return door


def _claim(directory: Path) -> IO[str]:
    """One simulator per directory; the lock goes with the process, however it ends."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / "lock").open("w")
    except OSError as error:
        raise CannotStart(f"不能写入 {directory}：{error.strerror}。Set SIMULATOR_DIR to a writable folder.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotStart(
            f"{directory} 正被另一个模拟器使用：先停掉它，或者用 SIMULATOR_DIR 换一个目录。"
            " Another simulator uses this folder: stop it or set SIMULATOR_DIR."
        ) from None
    return lock
