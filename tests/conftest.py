"""What every test may use."""

pytest_plugins = ["tests.support.fixtures", "tests.support.fixtures_handlers", "tests.support.fixtures_wechat"]
