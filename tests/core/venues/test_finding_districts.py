"""Districts as people write, say and misspell them."""

import pytest

from core.venues.finding import district_in


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("惠济区有活动吗", "惠济区"),
        ("俺在新密", "新密市"),
        ("郑东那边", "郑东新区"),
        ("管城区", "管城回族区"),
        ("上街区在哪", "上街区"),
        ("我在上街，附近有吗", "上街区"),
        ("会济区", "惠济区"),
        ("金睡区有吗", "金水区"),
        ("二期区的青春家园", "二七区"),
        ("正东新区", "郑东新区"),
        ("荣阳有青春家园吗", "荥阳市"),
        ("中谋县", "中牟县"),
        ("我想上街吃饭", None),
        ("不敢上街", None),
        ("中原大学在哪", None),
        ("高新技术企业", None),
        ("信阳市有吗", None),
        ("新政策", None),
        ("小区里", None),
        ("", None),
    ],
)
def test_the_district_that_is_named(text, district):
    assert district_in(text) == district
