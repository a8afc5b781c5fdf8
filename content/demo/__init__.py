"""Demo data (演示数据) that makes a fresh installation worth looking at."""

from content.demo.events import DemoEvent, load_events

__all__ = ["DemoEvent", "load_events"]
