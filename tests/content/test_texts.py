"""Reply texts: found by key, filled safely, and every slip of the pen is named with its mend."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import ContentError
from content.texts import Text, Texts


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str, name: str = "events.toml") -> Texts:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return Texts.load(tmp_path)

    return write


def test_a_table_becomes_a_key_of_its_file(written):
    texts = written('[full]\ntext = "满了。"\n[signup.ask_name]\ntext = "怎么称呼你？"')
    assert texts.get("events.full") == "满了。"
    assert texts.get("events.signup.ask_name") == "怎么称呼你？"
    assert set(texts.keys()) == {"events.full", "events.signup.ask_name"}


def test_variants_are_counted_and_wrap_round(written):
    texts = written('[full]\ntext = ["满了。", "没有名额了。"]')
    assert texts.variants("events.full") == 2
    assert [texts.get("events.full", n) for n in range(3)] == ["满了。", "没有名额了。", "满了。"]
    assert texts.get("events.full", variant=1) == "没有名额了。"


def test_values_are_inserted_as_plain_text(written):
    texts = written('[hello]\ntext = "{name}，你好。"')
    assert texts.get("events.hello", name="{name} {0.__class__} %s") == "{name} {0.__class__} %s，你好。"


def test_a_value_may_be_called_like_the_key(written):
    assert written('[hello]\ntext = "{key}"').get("events.hello", key="钥匙") == "钥匙"


def test_a_line_whose_only_placeholder_is_empty_leaves_no_hole(written):
    texts = written('[hello]\ntext = """\n一\n{alerted}\n\n二\n"""')
    assert texts.get("events.hello", alerted="") == "一\n\n二"
    assert texts.get("events.hello", alerted="已通知。") == "一\n已通知。\n\n二"


def test_a_missing_value_names_file_key_and_placeholder(written):
    texts = written('[hello]\ntext = "{name}，你好。"')
    with pytest.raises(ContentError, match=r"events\.toml · events\.hello：\{name\} 没有给值"):
        texts.get("events.hello")


def test_an_unknown_key_names_the_file_to_mend(written):
    texts = written('[hello]\ntext = "你好"')
    with pytest.raises(ContentError, match=r"content/texts/events\.toml · events\.nope.*\[nope\]"):
        texts.get("events.nope")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[full\n", "TOML 写错了"),
        ("[full]\n", "没有 text"),
        ('full = "满了"', "小节"),
        ("[full]\n[full.more]", "没有 text"),
        ('[full]\ntext = ""', "text 是空的"),
        ("[full]\ntext = []", "一条也没有"),
        ('[full]\ntext = ["满了", ""]', "空的"),
        ("[full]\ntext = 3", "类型不对"),
        ('[full]\ntext = "{Name}"', "花括号"),
        ('[full]\ntext = "{a.b}"', "花括号"),
        ('[full]\ntext = "满了"\ntxt = "x"', "不认识的字段 txt"),
    ],
)
def test_a_slip_names_the_file_and_the_problem(written, text: str, problem: str):
    with pytest.raises(ContentError, match=rf"events\.toml · .*{problem}.*改法"):
        written(text)


def test_a_file_in_another_encoding_says_so(tmp_path: Path):
    (tmp_path / "events.toml").write_bytes('[full]\ntext = "满"'.encode("gb18030"))
    with pytest.raises(ContentError, match="UTF-8"):
        Texts.load(tmp_path)


def test_an_empty_folder_is_an_error(tmp_path: Path):
    with pytest.raises(ContentError, match="没有一条文案"):
        Texts.load(tmp_path)


def test_examples_of_values_are_kept_beside_the_texts(written):
    texts = written('[values]\nname = "小林"\n[hello]\ntext = "{name}"')
    assert texts.keys() == ("events.hello",)
    assert texts.samples("events.hello") == {"name": "小林"}


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path):
    (tmp_path / "events.toml").write_bytes(b'\xef\xbb\xbf[full]\r\ntext = """\r\na\r\nb\r\n"""\r\n')
    assert Texts.load(tmp_path).get("events.full") == "a\nb"


@given(st.text())
def test_whatever_a_person_typed_stays_as_it_was(value: str):
    text = Text("events.hello", "events.toml", ("你好，{name}。",))
    assert Texts({text.key: text}, {}).get(text.key, name=value) == f"你好，{value}。"
