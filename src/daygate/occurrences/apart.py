"""Work in a process of its own, which is killed when its time is up.

A thread cannot be stopped, and shares one interpreter with every request.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")
# Not forked: threads of this process may hold locks that nobody would release in the child.
_SPAWN = multiprocessing.get_context("spawn")


class Stopped(Exception):
    """The process was killed, or ended without an answer."""


def apart(limit_s: float, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What a module-level function answers in a process of its own, or `Stopped`."""
    receiver, sender = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=_answer, args=(sender, work, args, kwargs), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(limit_s):
            raise Stopped
        return cast(_T, receiver.recv())
    except EOFError as error:
        raise Stopped from error
    finally:
        receiver.close()
        process.kill()
        process.join()
        process.close()


def _answer(
    sender: Connection,
    work: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    sender.send(work(*args, **kwargs))
