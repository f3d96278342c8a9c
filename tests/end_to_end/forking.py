"""Runs the program again and again without loading it again: `python -m tests.end_to_end.forking STRACE [MODULE…]`.

Each line of standard input is an `Order`, each line of standard output the exit code of that run, as Python's
subprocess gives it. The process has imported what an apply needs, and every MODULE, and forks for every run. A run to
be traced stops itself until strace has it.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
from importlib import import_module
from typing import NoReturn, TypedDict

import sarv_sync
from sarv_sync.cli import hygiene
from sarv_sync.cli.main import main as program
from tests.end_to_end.dying import die_at

_EVERYWHERE = ("getpass",)
"""What nearly every run imports when it is about to use it."""


class Order(TypedDict):
    """One run: what the program is given, files for its output, and strace's options, if it is to be traced.

    `thread` leaves all of it to one thread: the first that the program starts, or the second, …; 0 traces everything.
    `die` is the step that it is to die at, 0 for none, and `steps` a file for those that it took; see `dying`, for
    `both` and `beginning` as well.
    """

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    out: str
    err: str
    strace: list[str] | None
    thread: int
    die: int
    steps: str
    both: bool
    beginning: bool


def main(strace: str, *modules: str) -> None:
    """Serve orders until there are no more."""
    for module in pkgutil.walk_packages(sarv_sync.__path__, "sarv_sync."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for name in (*_EVERYWHERE, *modules):
        import_module(name)
    gc.freeze()  # what every fork has in common need not be copied to be looked at
    with os.fdopen(os.dup(0)) as orders, os.fdopen(os.dup(1), "w") as ends:
        for line in orders:
            order: Order = json.loads(line)
            told, tell = os.pipe()
            child = os.fork()
            if not child:
                _become(order, tell)
            os.close(tell)
            options = order["strace"]
            code = _ended(child) if options is None else _traced(child, told, [strace, *options])
            os.close(told)
            ends.write(f"{code}\n")
            ends.flush()


def _become(order: Order, tell: int) -> NoReturn:
    """Be the program, from its first line to the interpreter's last."""
    os.chdir(order["folder"])
    sys.path[0] = order["folder"]  # as `python -m` has it
    os.environ.clear()
    os.environ.update(order["environment"])
    for number, path in enumerate((os.devnull, order["out"], order["err"])):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["sarv-sync", *order["arguments"]]
    if order["strace"] is not None:
        hygiene.forbid_dumps = lambda: None  # or strace could not attach any more, without root's rights
        if order["thread"]:
            _stop_in_thread(order["thread"], tell)
        else:
            _stop(tell)
    if order["die"]:
        die_at(order["die"], order["steps"], both=order["both"], beginning=order["beginning"])
    program()
    raise SystemExit


def _stop(tell: int) -> None:
    """Wait for strace, and for whoever lets the process go on."""
    os.write(tell, f"{threading.get_native_id()}".encode())
    os.kill(os.getpid(), signal.SIGSTOP)


def _stop_in_thread(number: int, tell: int) -> None:
    started = itertools.count(1)

    def begins(*_: object) -> None:
        sys.setprofile(None)
        if next(started) == number:
            _stop(tell)

    threading.setprofile(begins)


def _traced(child: int, told: int, strace: list[str]) -> int:
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):  # there never was such a thread
        return os.waitstatus_to_exitcode(status)
    with subprocess.Popen([*strace, "-p", os.read(told, 32).decode()], stderr=subprocess.PIPE) as tracer:
        assert tracer.stderr is not None
        attached = tracer.stderr.readline()
        assert b"attached" in attached, attached
        os.kill(child, signal.SIGCONT)
        code = _ended(child)
        tracer.communicate()
    return code


def _ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
