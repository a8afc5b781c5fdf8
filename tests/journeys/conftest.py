"""Journeys run the product as real processes."""

import pytest

from bench.servers import environment
from tests.support.product import Product, deployed


@pytest.fixture
def product(tmp_path, database_url) -> Product:
    """A migrated deployment with demo events; nothing is running yet."""
    settings = environment.product_environment(tmp_path, DATABASE_URL=database_url)
    with deployed(tmp_path, settings) as product:
        seeded = product.command("bot", "seed-demo")
        assert seeded.returncode == 0, seeded.stderr
        yield product
