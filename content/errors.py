"""One error for whatever staff can mistype (内容错误): the file, the place in it, and how to mend it."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent


@dataclass(frozen=True)
class Finding:
    """One line of the content check (检查结果)."""

    file: str
    where: str
    problem: str
    mend: str
    level: str = "error"

    def __str__(self) -> str:
        mark = "错误" if self.level == "error" else "提醒"
        return f"{mark} {self.file} · {self.where}：{self.problem}。改法：{self.mend}"


class ContentError(ValueError):
    """Content that cannot be loaded; its text tells the mend."""

    def __init__(self, file: str | Path, where: str, problem: str, mend: str) -> None:
        self.finding = Finding(short(file), where, problem, mend)
        super().__init__(str(self.finding))


def short(file: str | Path) -> str:
    """The path as staff know it: content/…, never a machine's own path."""
    path = Path(file)
    if path.is_relative_to(ROOT):
        return f"{ROOT.name}/{path.relative_to(ROOT).as_posix()}"
    return path.name if path.is_absolute() else path.as_posix()
