"""The server as `./dev serve` and `deploy/systemd/` start it: granian with its workers.

    python -m portal.operation.serving

`HOST`, `PORT` and `WEB_CONCURRENCY` of the environment say where, and with how many workers. The
application is loaded once and each worker forked from it: one that died is back at once, and all
share the memory of what was loaded.
"""

import atexit
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from multiprocessing.util import Finalize
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

MODULE = "portal.wsgi"
THREADS = 2
# An open connection to the database goes with its thread, so a thread stays as long as it may.
THREAD_SECONDS = 600
TAKEN = 512  # connections of a worker: fewer than the files that a process may have open
WAITING = 2048  # those that it has not taken yet
STOP_SECONDS = 20  # for what is being answered; then a worker is killed


def main() -> None:
    """Serve until a signal ends it."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = int(os.environ.get("PORT") or 8000)
    address = _free_address(host, port)
    import_module(MODULE)
    from django.conf import settings  # there are none before the line above

    multiprocessing.set_start_method("fork")  # Python 3.14 would start each worker from nothing
    os.register_at_fork(after_in_child=_stop_by_one_signal)
    Granian(
        f"{MODULE}:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=int(os.environ.get("WEB_CONCURRENCY") or 2),
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=THREAD_SECONDS,
        backlog=WAITING,
        backpressure=TAKEN,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=settings.LOGGING,
    ).serve(target_loader=_application, wrap_loader=False)


def _application() -> Callable[..., Any]:
    """Return what a worker serves; in the worker, once it is forked."""
    # Before Python 3.13 a forked process skips what is to be done at its end: counts would be lost.
    Finalize(None, atexit._run_exitfuncs, exitpriority=0)
    application: Callable[..., Any] = import_module(MODULE).application
    return application


def _free_address(host: str, port: int) -> str:
    """Return the address of a host's name; exit where somebody listens there already.

    Workers share their port, and would share it with those of a forgotten server, too.
    """
    family, *_, found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    try:
        socket.create_server(found[:2], family=family).close()
    except OSError as error:
        sys.exit(f"{host}:{port} 不能用。 Cannot be listened at: {error.strerror}")
    return str(found[0])


def _stop_by_one_signal() -> None:
    """Let a worker stop when its parent tells it to, which is by SIGTERM, as soon as it is forked.

    It inherits its parent's handler, which would swallow the signal. Ctrl+C reaches the workers, too;
    granian's hang when they are told twice.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


if __name__ == "__main__":
    main()
