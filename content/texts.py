"""Reply texts by key (回复文案), as written in content/texts/<subject>.toml."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.errors import ContentError, short
from content.reading import Row, read_toml

TEXTS_DIR = Path(__file__).parent / "texts"
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# Top-level table of a file that lists its placeholders, each with an example; not a text.
SAMPLES = "values"


@dataclass(frozen=True)
class Text:
    """One entry: its wording variants (几种说法) and who has read it."""

    key: str
    file: str
    variants: tuple[str, ...]
    note: str = ""
    reviewed_by: tuple[str, ...] = ()

    def placeholders(self) -> frozenset[str]:
        return frozenset(name for variant in self.variants for name in PLACEHOLDER.findall(variant))


class Texts:
    """All texts of the house; loaded once at boot, then only memory is read."""

    def __init__(self, entries: Mapping[str, Text], samples: Mapping[str, Mapping[str, str]]) -> None:
        self._entries = dict(entries)
        self._samples = samples

    @classmethod
    def load(cls, folder: Path = TEXTS_DIR) -> "Texts":
        entries: dict[str, Text] = {}
        samples: dict[str, Mapping[str, str]] = {}
        for path in sorted(folder.glob("*.toml")):
            table = read_toml(path)
            samples[path.stem] = _read_samples(table.pop(SAMPLES, {}), path)
            entries |= {text.key: text for text in _read_table(table, path.stem, path)}
        if not entries:
            raise ContentError(folder, "文件夹", "没有一条文案", "放回 texts/*.toml")
        return cls(entries, samples)

    def get(self, key: str, /, variant: int = 0, **values: object) -> str:
        """The text with its values; `variant` counts on and wraps round, so a counter may be passed as it is."""
        text = self.entry(key)

        def fill(match: re.Match[str]) -> str:
            if match[1] not in values:
                raise ContentError(text.file, key, f"{{{match[1]}}} 没有给值", "改正占位符，或请开发者传入这个值")
            return str(values[match[1]])

        return _fill_lines(text.variants[variant % len(text.variants)], fill)

    def entry(self, key: str) -> Text:
        try:
            return self._entries[key]
        except KeyError:
            file = f"content/texts/{key.partition('.')[0]}.toml"
            name = key.partition(".")[2] or key
            raise ContentError(file, key, "没有这条文案", f"在文件里补上 [{name}]") from None

    def variants(self, key: str) -> int:
        return len(self.entry(key).variants)

    def keys(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def samples(self, key: str) -> Mapping[str, str]:
        """Example values declared for the placeholders of this key's file."""
        return self._samples[key.partition(".")[0]]


def _fill_lines(wording: str, fill: Any) -> str:
    # A line that is one placeholder with nothing to say (no alert sent, say) leaves no hole in the text.
    lines = [(line, PLACEHOLDER.sub(fill, line)) for line in wording.split("\n")]
    return "\n".join(filled for line, filled in lines if filled or not PLACEHOLDER.fullmatch(line.strip()))


def _read_samples(table: Any, path: Path) -> Mapping[str, str]:
    row = Row(table, path, f"[{SAMPLES}]")
    return {name: row.text(name) for name in table}


def _read_table(table: Mapping[str, Any], prefix: str, path: Path) -> Iterator[Text]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if not isinstance(value, Mapping):
            mend = f'要写文案，用 text = "…"；要加一条，用 [{name}] 换行 text = "…"'
            raise ContentError(path, key, "这里应当是 text 或一个 [名称] 小节", mend)
        if "text" in value:
            yield _read_entry(value, key, path)
        elif value:
            yield from _read_table(value, key, path)
        else:
            raise ContentError(path, key, "没有 text", '补上 text = "…"')


def _read_entry(value: Mapping[str, Any], key: str, path: Path) -> Text:
    row = Row(value, path, key)
    wording = row.take("text", (str, list))
    variants = row.words("text") if isinstance(wording, list) else (row.text("text"),)
    text = Text(key, short(path), tuple(one.strip() for one in variants), row.text("note", ""), _reviewers(row))
    row.done()
    if not text.variants:
        raise row.error("text 一条也没有", '写成 text = "…"')
    for variant in text.variants:
        if re.search(r"[{}]", PLACEHOLDER.sub("", variant)):
            raise row.error("花括号写错了", "占位符写成 {name}（小写字母、数字、下划线），正文里不用花括号")
    return text


def _reviewers(row: Row) -> tuple[str, ...]:
    value = row.take("reviewed_by", (str, list), [])
    return (value,) if isinstance(value, str) else row.words("reviewed_by", [])
