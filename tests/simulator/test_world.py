"""A restart, also after a kill: what was there is there again, what was due is done."""

import pytest

from simulator import server, snapshot
from simulator.client import Phone
from simulator.server import CannotStart
from tests.simulator.waiting import until


def test_followers_chats_menu_and_tokens_survive_a_restart(start, bot, world, phone, platform, lin):
    bot.answers("记得你")
    phone.act(lin, "say", {"text": "记得我吗"})
    button = {"type": "click", "name": "学习", "key": "study.list"}
    platform.post("/cgi-bin/menu/create", {"button": [button]})
    token = platform.token
    start.stop()
    again = start()
    platform.world = again
    later = Phone(again.phone_url)
    assert later.find("林晓")["subscribed"] is True
    texts = [each["text"] for each in later.get(f"/phone/chats/{lin['open_id']}?after=0")["bubbles"]]
    assert texts[-2:] == ["记得我吗", "记得你"]
    assert platform.raw("GET", "/cgi-bin/menu/get", params={"access_token": token}).json()["menu"]["button"] == [button]
    later.close()


def test_whom_an_upgrade_adds_to_the_cast_comes_to_an_account_that_is_there(start):
    first = start()
    (lin,) = (each for each in first.state.fans.values() if each.name == "林晓")
    lin.remark = "志愿者"
    newest = first.state.fans.popitem()[1]
    start.stop()
    again = start()
    assert again.state.fans[newest.open_id] == newest
    assert again.state.fans[lin.open_id].remark == "志愿者"


def test_a_snapshot_that_cannot_be_read_is_set_aside(start, tmp_path):
    folder = tmp_path / "simulator"
    folder.mkdir()
    (folder / "state.json").write_text('{"profile": ')
    world = start()
    assert len(world.state.fans) == len(world.cast.fans)
    assert (folder / "state.unreadable").exists()


def test_a_write_that_was_cut_off_leaves_the_old_snapshot(world, tmp_path):
    path = tmp_path / "state.json"
    snapshot.save(path, snapshot.dump(world.state))
    (tmp_path / "state.new").write_bytes(b'{"prof')
    assert snapshot.load(path).profile == world.state.profile


def test_everything_in_the_state_comes_back_from_a_snapshot(world, phone, platform, lin):
    phone.act(lin, "image", {})
    platform.post("/cgi-bin/shorten/gen", {"long_data": "x"})
    phone.post(f"/phone/mini/{lin['open_id']}/login", {})
    with world.lock:
        path = world.settings.directory / "copy.json"
        snapshot.save(path, snapshot.dump(world.state))
        assert snapshot.load(path) == world.state


@pytest.mark.parametrize("world", [{"job_delay_s": 3600.0}], indirect=True)
def test_what_was_due_is_done_after_a_restart(start, bot, world, phone, platform, lin):
    body = {"touser": [lin["open_id"]] * 2, "msgtype": "text", "text": {"content": "通知"}}
    assert platform.post("/cgi-bin/message/mass/send", body)["errcode"] == 0
    start.stop()
    again = start()
    again.clock.advance(3601)
    again.jobs.run_due()
    again.pusher.drain()
    assert bot.received[-1].field("Event") == "MASSSENDJOBFINISH"


def test_a_job_that_fails_is_noted_and_the_next_one_runs(world, bot, phone, lin):
    with world.lock:
        world.jobs.later("publish", {"publish_id": "gone"}, 0)
        world.jobs.later("template", {"open_id": lin["open_id"], "msg_id": 7}, 0)
    until(lambda: bot.received[-1].field("Event") == "TEMPLATESENDJOBFINISH")
    failed = [each for each in world.ledger.entries() if each["kind"] == "job.failed"]
    assert failed[0]["facts"] == {"publish_id": "gone"}


def test_a_token_of_an_earlier_app_id_is_40001(start, world, platform):
    token = platform.token
    start.stop()
    platform.world = start(app_id="wxanother0000000")
    answer = platform.raw("GET", "/cgi-bin/getcallbackip", params={"access_token": token})
    assert answer.json()["errcode"] == 40001


def test_a_second_simulator_on_the_same_folder_is_told_so(world):
    with pytest.raises(CannotStart, match="SIMULATOR_DIR"):
        server.start(world.settings)


def test_a_busy_port_is_named_with_its_setting(world, start):
    port = int(world.phone_url.rpartition(":")[2])
    with pytest.raises(CannotStart, match="SIMULATOR_PHONE_PORT"):
        start(phone_port=port, directory=world.settings.directory / "other")


def test_a_reset_goes_back_to_the_first_day_and_keeps_the_ledger(world, phone, lin):
    phone.post("/control/clock", {"advance_s": 99})
    before = world.ledger.last
    phone.post("/control/reset", {})
    assert phone.find("林晓")["subscribed"] is False
    assert abs(phone.get("/phone/state")["clock"]["offset_s"]) < 1
    assert world.ledger.last > before
