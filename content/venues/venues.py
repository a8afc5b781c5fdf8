"""The list of 青春家园 venues, read from venues.csv and checked."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from content.errors import ContentError
from content.reading import read_text

VENUES_FILE = Path(__file__).parent / "venues.csv"
COLUMNS = (
    "id",
    "name",
    "district",
    "address",
    "latitude",
    "longitude",
    "hours",
    "phone",
    "facilities",
    "source",
    "note",
)
# The report of 2017 counts them; a longer or shorter list is a slip of the hand.
EXPECTED = 169
SOUTH, NORTH, WEST, EAST = 34.26, 34.98, 112.70, 114.25
SOURCES = ("article", "demo", "checked")
DISTRICTS = (
    "中原区",
    "二七区",
    "管城回族区",
    "金水区",
    "惠济区",
    "上街区",
    "郑东新区",
    "经开区",
    "高新区",
    "航空港区",
    "中牟县",
    "巩义市",
    "荥阳市",
    "新密市",
    "新郑市",
    "登封市",
)


@dataclass(frozen=True)
class Venue:
    """One 青春家园; coordinates are GCJ-02, as WeChat sends them."""

    id: str
    name: str
    district: str
    address: str
    latitude: float
    longitude: float
    hours: str
    phone: str
    facilities: tuple[str, ...]
    source: str
    note: str

    @property
    def is_demo(self) -> bool:
        """Nobody has checked that it is there: say so wherever it is shown."""
        return self.source != "checked"


class Venues:
    districts = DISTRICTS

    def __init__(self, venues: Iterable[Venue]) -> None:
        self._venues = tuple(venues)

    @classmethod
    def load(cls, path: Path = VENUES_FILE, expected: int = EXPECTED) -> "Venues":
        venues = tuple(_read(path))
        if len(venues) != expected:
            raise ContentError(path, "全表", f"有 {len(venues)} 行，应当是 {expected} 行", "补上缺的行，或删掉多的行")
        return cls(venues)

    def __iter__(self) -> Iterator[Venue]:
        return iter(self._venues)

    def __len__(self) -> int:
        return len(self._venues)

    def in_district(self, district: str) -> tuple[Venue, ...]:
        return tuple(venue for venue in self._venues if venue.district == district)


def _read(path: Path) -> Iterator[Venue]:
    reader = csv.DictReader(read_text(path).splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ContentError(path, "第 1 行", "表头不对", "表头应当是 " + ",".join(COLUMNS))
    seen: dict[str, int] = {}
    for row in reader:
        venue = _read_row(row, path, f"第 {reader.line_num} 行")
        for value in (venue.id, venue.name):
            if value in seen:
                problem = f"“{value}”和第 {seen[value]} 行重复"
                raise ContentError(path, f"第 {reader.line_num} 行", problem, "改成不同的编号和名称")
            seen[value] = reader.line_num
        yield venue


def _read_row(row: Mapping[str | None, str | None], path: Path, where: str) -> Venue:
    if None in row or None in row.values():
        raise ContentError(path, where, "列数不对", "检查多余或缺少的逗号；内容里有逗号时整格加双引号")
    cells = {str(name): str(value).strip() for name, value in row.items()}
    for name in ("id", "name", "district", "address"):
        if not cells[name]:
            raise ContentError(path, where, f"{name} 是空的", f"填上 {name}")
    if cells["district"] not in DISTRICTS:
        raise ContentError(path, where, f"不认识的区县“{cells['district']}”", "用这些之一：" + "、".join(DISTRICTS))
    if cells["source"] not in SOURCES:
        raise ContentError(path, where, f"不认识的来源“{cells['source']}”", "写 article、demo 或 checked")
    latitude, longitude = _coordinates(cells, path, where)
    return Venue(
        id=cells["id"],
        name=cells["name"],
        district=cells["district"],
        address=cells["address"],
        latitude=latitude,
        longitude=longitude,
        hours=cells["hours"],
        phone=cells["phone"],
        facilities=tuple(filter(None, cells["facilities"].split("、"))),
        source=cells["source"],
        note=cells["note"],
    )


def _coordinates(cells: Mapping[str, str], path: Path, where: str) -> tuple[float, float]:
    try:
        latitude, longitude = float(cells["latitude"]), float(cells["longitude"])
    except ValueError:
        raise ContentError(path, where, "经纬度不是数字", "写成 34.7466 和 113.6253 这样") from None
    if not (SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST):
        raise ContentError(path, where, f"坐标 {latitude}, {longitude} 不在本市范围内", "检查是否把纬度和经度写反了")
    return latitude, longitude
