"""One Understanding for all tests here: it takes seconds to load and never changes."""

import pytest

from core.understanding import Understanding


@pytest.fixture(scope="session")
def understanding():
    return Understanding.load()


@pytest.fixture(scope="session")
def judge(understanding):
    return understanding.judge
