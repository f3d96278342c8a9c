"""Runs a command and prints what it took: `launcher.py OUTPUT COMMAND…`, its output going to the file OUTPUT.

The line it prints is a JSON object: when the command was started (on the clock that all processes share), its wall
time in seconds, its peak memory in bytes: of its largest process, if it starts others. A process counts what its
parent had when it was started as memory of its own (Linux, `exec_mmap`), so commands are started from here, where
that is little.
"""

import json
import os
import sys
import time


def main() -> int:
    output, *command = sys.argv[1:]
    to_output = [(os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    start = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=to_output)
    _, status, usage = os.wait4(process, 0)
    seconds = time.monotonic() - start
    unit = 1 if sys.platform == "darwin" else 1024
    print(json.dumps({"start": start, "seconds": seconds, "peak": usage.ru_maxrss * unit}))
    return 0 if status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
