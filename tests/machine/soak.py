"""The machine for long: ``python -m tests.machine.soak --steps 1000000``, on both cores, with other steps every time.

A chunk of steps has a seed of its own; a failure says how to run that chunk alone.
"""

import argparse
import multiprocessing
import secrets
import sys
import time
import traceback
from multiprocessing.queues import Queue

from tests.machine.machine import Machine, Statistics, run
from tests.machine.server import Laboratory

CHUNK = 5_000
PROCESSES = 2


def work(seeds: list[int], steps: int, heard: "Queue[Statistics | str]") -> None:
    """A process: its chunks one after the other, each told of when it is done; a text is a failure."""
    Machine.laboratory = Laboratory()
    try:
        for seed in seeds:
            Machine.statistics = Statistics()
            run(steps, seed)
            heard.put(Machine.statistics)
    except BaseException as error:
        command = f"python -m tests.machine.soak --seed {seed} --steps {steps} --processes 1"
        heard.put(f"{''.join(traceback.format_exception(error))}\nonce more: {command}")
    finally:
        Machine.laboratory.close()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--steps", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="of the first chunk")
    arguments.add_argument("--processes", type=int, default=PROCESSES)
    wanted = arguments.parse_args()
    chunk = min(CHUNK, wanted.steps)
    seeds = [wanted.seed + n for n in range(-(-wanted.steps // chunk))]
    print(f"{wanted.steps} steps, {len(seeds)} chunks with the seeds {seeds[0]} to {seeds[-1]}", flush=True)
    context = multiprocessing.get_context("spawn")
    heard: Queue[Statistics | str] = context.Queue()
    processes = [
        context.Process(target=work, args=(seeds[n :: wanted.processes], chunk, heard), name=f"machine-{n}")
        for n in range(min(wanted.processes, len(seeds)))
    ]
    began = time.monotonic()
    for process in processes:
        process.start()
    total, failure = Statistics(), ""
    for n in range(len(seeds)):
        told = heard.get()
        if isinstance(told, str):
            failure = told
            break
        total.add(told)
        rate = total.steps / (time.monotonic() - began)
        print(f"chunk {n + 1} of {len(seeds)}: {total.steps} steps, {rate:.0f} a second", flush=True)
    for process in processes:
        if failure:
            process.terminate()
        process.join()
    print(failure or total)
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main())
