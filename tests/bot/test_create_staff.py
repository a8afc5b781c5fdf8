"""`python -m bot create-staff`: the first admin comes from the machine itself; the password is never an argument."""

import re
import subprocess
import sys

import pytest

from bench.servers.environment import ROOT, product_environment
from core import crypto
from core.db import Database
from core.staff import audit, passwords, staff
from core.staff.demo import PEOPLE
from core.staff.models import AuditRecord
from core.staff.permissions import ROLE_NAMES
from scripts.run import DEMO_LOGINS, announce_logins


@pytest.fixture
def deployment(tmp_path, sqlite_url):
    return product_environment(tmp_path, DATABASE_URL=sqlite_url)


def bot(deployment, *words, stdin=""):
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=ROOT, env=deployment, input=stdin, capture_output=True, text=True, timeout=90)


@pytest.fixture
def opened(deployment):
    crypto.install(crypto.Keyring.parse(deployment["DATA_KEYS"], deployment["LOOKUP_KEY"]))
    database = Database(deployment["DATABASE_URL"])
    yield database
    database.close()


ADMIN = ("create-staff", "--login", "li.na", "--name", "李娜", "--role", "admin")


def test_the_printed_password_signs_in_once_and_must_be_changed(deployment, opened):
    done = bot(deployment, *ADMIN)
    assert done.returncode == 0, done.stderr
    password = re.search(r"one-time password\s+(\S+)", done.stdout)[1]
    with opened.reading() as session:
        person = staff.find(session, "li.na")
        assert passwords.matches(password, person.password_hash)
        assert person.must_change_password
        assert [line.action for line in session.query(AuditRecord)] == ["staff.create"]
        assert list(audit.verify(session)) == []


def test_a_password_from_stdin_is_not_printed(deployment, opened):
    done = bot(deployment, *ADMIN, "--password-stdin", stdin="晴天 骑车 去看麦田\n")
    assert done.returncode == 0, done.stderr
    assert "麦田" not in done.stdout
    with opened.reading() as session:
        assert passwords.matches("晴天 骑车 去看麦田", staff.find(session, "li.na").password_hash)


@pytest.mark.parametrize(
    "words",
    [
        ("--login", "x", "--name", "李娜", "--role", "admin"),
        ("--login", "li.na", "--name", " ", "--role", "admin"),
        ("--login", "li.na"),
        ("--login", "nobody", "--reset"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(deployment, opened, words):
    done = bot(deployment, "create-staff", *words)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_taken_name_is_refused_and_reset_lets_its_owner_in_again(deployment, opened):
    assert bot(deployment, *ADMIN).returncode == 0
    assert bot(deployment, *ADMIN).returncode == 1
    done = bot(deployment, "create-staff", "--login", "li.na", "--reset")
    password = re.search(r"one-time password\s+(\S+)", done.stdout)[1]
    with opened.reading() as session:
        assert passwords.matches(password, staff.find(session, "li.na").password_hash)


def test_demo_logins_come_with_the_demos_password_and_doctor_finds_them_in_production(deployment, opened):
    assert "Demo logins added: 4" in bot(deployment, "seed-demo").stdout
    assert "Demo logins added: 0" in bot(deployment, "seed-demo").stdout
    with opened.reading() as session:
        person = staff.find(session, "zixunshi")
        assert passwords.matches(deployment["DEMO_STAFF_PASSWORD"], person.password_hash)
        assert person.is_demo
    real = deployment | {"WECHAT_API_BASE": "https://api.weixin.qq.com", "DEMO_STAFF_PASSWORD": ""}
    assert "Demo logins are in this database" in bot(real, "doctor").stdout
    assert bot(real, "seed-demo").returncode == 2


def test_the_logins_that_make_run_prints_are_those_that_are_made():
    assert tuple(f"{login} {ROLE_NAMES[role]}" for login, _, role in PEOPLE) == DEMO_LOGINS


def test_make_run_prints_the_demo_logins_and_nothing_without_a_demo(capsys):
    announce_logins({"DEMO_STAFF_PASSWORD": "kx7m-2wap-9tqe"})
    assert "kx7m-2wap-9tqe" in capsys.readouterr().out
    announce_logins({})
    assert capsys.readouterr().out == ""
