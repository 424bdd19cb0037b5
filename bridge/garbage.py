"""When a worker looks for garbage: seldom, and never among what it started with.

Python frees most objects at once. Cycles, such as a page that has gone leaves behind, wait until it looks for them, and
everybody waits while it does: with 1,200 pages up to 4 ms for the youngest objects and 300 ms for all. By default it
looks whenever there are 700 objects more than before, which is most likely in the middle of a command.
"""

import gc

#: New objects before the youngest are looked through; how often those, before the next older; how often those, before
#: all. A page leaves about 150 objects in cycles, some 30 KiB: at most a few tens of MiB wait.
_THRESHOLDS = (10_000, 5, 5)


def look_seldom() -> None:
    """From now on: what is here is taken to stay until the process ends, and the rest is looked through seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
