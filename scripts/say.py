"""What `make run` and `make test` tell the person at the keyboard: one short line a step, Chinese first."""

import sys


class Refusal(Exception):
    """We cannot go on; says why and names the mend, in both languages."""

    def __init__(self, chinese, english):
        super().__init__(english)
        self.chinese = chinese
        self.english = english


def line(text, stream=None):
    """Print as UTF-8 whatever the locale is: a bare machine often has none."""
    stream = stream or sys.stdout
    stream.flush()
    stream.buffer.write((text + "\n").encode("utf-8", "replace"))
    stream.flush()


def step(chinese, english):
    line("✓ {} · {}".format(chinese, english))


def refuse(refusal):
    line("✗ " + refusal.chinese.replace("\n", "\n  "), sys.stderr)
    line("  " + refusal.english.replace("\n", "\n  "), sys.stderr)


class Counter:
    """A count that moves in place on a terminal, and says nothing in a log."""

    def __init__(self, label, total):
        self.label = label
        self.total = total
        self.done = 0

    def advance(self):
        self.done = min(self.done + 1, self.total)
        if sys.stdout.isatty():
            self._write("\r  {} {}/{}".format(self.label, self.done, self.total))

    def close(self):
        if sys.stdout.isatty():
            self._write("\r\033[K")

    def _write(self, text):
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()
