"""Read TOML files and their fields (读文件), with errors that staff can act on."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from content.errors import ContentError


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ContentError(path, "文件", "找不到这个文件", "放回文件，或从上一个版本恢复") from None
    except UnicodeDecodeError as error:
        raise ContentError(path, f"第 {error.start} 字节", "不是 UTF-8 编码", "用 UTF-8 重新保存") from None


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(path, "格式", f"TOML 写错了（{error}）", "检查这一行的引号、等号和方括号") from None


def read_toml(path: Path) -> dict[str, Any]:
    return parse_toml(read_text(path), path)


class Row:
    """The fields of one entry; asks for each by name and type, and notices those nobody asked for."""

    def __init__(self, fields: Mapping[str, Any], path: Path, where: str) -> None:
        if not isinstance(fields, Mapping):
            raise ContentError(path, where, "这里应当是一组“字段 = 值”", "参考同一文件里别的条目")
        self.fields, self.path, self.where = fields, path, where
        self._asked: set[str] = set()

    def error(self, problem: str, mend: str) -> ContentError:
        return ContentError(self.path, self.where, problem, mend)

    def take(self, name: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        self._asked.add(name)
        if name not in self.fields:
            if default is ...:
                raise self.error(f"缺少 {name}", f"补上一行 {name} = …")
            return default
        value = self.fields[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            raise self.error(f"{name} 的类型不对（{value!r}）", f"参考同一文件里别的 {name}")
        return value

    def text(self, name: str, default: Any = ...) -> str:
        value: str = self.take(name, str, default)
        if default is ... and not value.strip():
            raise self.error(f"{name} 是空的", f"写上 {name} 的内容")
        return value.strip()

    def number(self, name: str, default: Any = ...) -> int:
        return self.take(name, int, default)

    def words(self, name: str, default: Any = ...) -> tuple[str, ...]:
        values = self.take(name, list, default)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.error(f"{name} 里有空的或不是文字的项", f'写成 {name} = ["甲", "乙"]')
        return tuple(values)

    def done(self) -> None:
        unknown = sorted(set(self.fields) - self._asked)
        if unknown:
            raise self.error(f"不认识的字段 {'、'.join(unknown)}", "改正拼写，或删掉这一行")
