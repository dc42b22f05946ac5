"""Log lines: one event per line, cleaned of secrets, as JSON for machines or coloured for people.

Lines of libraries, which use the standard library's logging, take the same way out as ours.
"""

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from daygate.kit.redaction import Redactor

Format = Literal["json", "console"]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

# At these levels the libraries write statements with their parameters, or bytes of the wire.
_TALKATIVE = ("aiosqlite", "asyncpg", "sqlalchemy", "aiohttp", "asyncio", "multipart")
_SERVER = ("uvicorn", "uvicorn.error", "uvicorn.access")
_MOST_FRAMES = 30
_MOST_LINKED = 8


def configure(
    *,
    form: Format = "json",
    level: str = "info",
    stream: TextIO | None = None,
    secrets: Iterable[str] = (),
) -> None:
    """Set up logging for the process; a second call replaces the first.

    `secrets` are values known at the start, such as ring keys, that may appear nowhere.
    """
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_formatter(form, Redactor.hiding(secrets), handler.stream))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in _SERVER:
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_COMMON,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Give a module its logger, which takes an event and named values: `log.info("x", n=1)`."""
    return structlog.stdlib.get_logger(name)


def in_request(request_id: str, **names: str) -> AbstractContextManager[None]:
    """Put a request id, and other names if given, on every line written inside."""
    return structlog.contextvars.bound_contextvars(request_id=request_id, **names)


class _Handler(logging.StreamHandler[TextIO]):
    """A handler that stays silent about the arguments of a line it could not write."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say where the line came from; the default prints message and arguments as they are."""
        sys.stderr.write(f"a log line of {record.name}:{record.lineno} could not be written\n")


class _Clean:
    """The last processor before rendering: nothing passes it unredacted."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        found = _exception_of(event.pop("exc_info", None))
        event.pop("stack_info", None)
        cleaned: EventDict = {
            self._redactor.text(name): self._redactor.named(name, value)
            for name, value in event.items()
        }
        if found is not None:
            cleaned["trace"] = [self._redactor.text(line) for line in _told(found)]
        return cleaned


def _formatter(form: Format, redactor: Redactor, stream: TextIO) -> logging.Formatter:
    renderer: Processor = (
        structlog.processors.JSONRenderer(sort_keys=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_COMMON,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _Clean(redactor),
            renderer,
        ],
    )


def _exception_of(exc_info: Any) -> BaseException | None:
    """Read the forms in which `exc_info` is passed."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return cast(ExcInfo, exc_info)[1]
    return sys.exc_info()[1] if exc_info else None


def _told(error: BaseException) -> Iterator[str]:
    """Tell an exception with its causes, outermost first: places and messages, no local values."""
    waiting, seen = [error], 0
    while waiting and seen < _MOST_LINKED:
        told = waiting.pop(0)
        seen += 1
        yield f"{type(told).__module__}.{type(told).__qualname__}: {told}"
        yield from _frames(told.__traceback__)
        waiting.extend(_linked(told))


def _linked(error: BaseException) -> list[BaseException]:
    inner = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return inner if cause is None else [*inner, cause]


def _frames(trace: TracebackType | None) -> Iterator[str]:
    """Name the innermost frames, those nearest to the fault last."""
    places: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return iter(places[-_MOST_FRAMES:])


_COMMON: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
