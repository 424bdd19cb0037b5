"""A worker that looks for garbage seldom still finds it."""

import subprocess
import sys

_PROGRAM = """
import gc, weakref
from bridge.garbage import look_seldom

class Page:
    def __init__(self):
        self.line = [self]

kept = [Page() for _ in range(1000)]
look_seldom()
looks = []
gc.callbacks.append(lambda phase, info: looks.append(info["generation"]) if phase == "stop" else None)
gone, most = weakref.WeakSet(), 0
for _ in range(300_000):
    gone.add(Page())
    most = max(most, len(gone))
print(most, len(looks), looks.count(2), gc.get_freeze_count() >= 1000)
"""


def test_pages_that_have_gone_are_found_and_seldom_looked_for() -> None:
    answer = subprocess.run([sys.executable, "-c", _PROGRAM], check=True, capture_output=True, text=True, timeout=60)
    most, looks, full, at_rest = answer.stdout.split()
    # By default Python would look some 400 times more often.
    assert int(most) <= 50_000
    assert 10 <= int(looks) <= 300
    assert int(full) >= 1
    assert at_rest == "True"
