"""Log lines as they leave the process, ours and those of libraries."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from daygate.kit.log import Format, configure, in_request, logger

CANARY = "c4n4ry0f8Secret7Value"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(form: Format = "json", level: str = "debug", **settings: list[str]) -> io.StringIO:
    stream = io.StringIO()
    configure(form=form, level=level, stream=stream, secrets=settings.get("secrets", []))
    return stream


def only_line(stream: io.StringIO) -> dict[str, object]:
    (line,) = stream.getvalue().splitlines()
    read = json.loads(line)
    assert isinstance(read, dict)
    return read


def test_a_line_is_one_json_object_with_time_level_and_logger():
    stream = written()
    logger("daygate.sync").info("calendar read", events=17)
    line = only_line(stream)
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "calendar read",
        "events": 17,
        "level": "info",
        "logger": "daygate.sync",
    }


def test_a_request_id_is_on_every_line_inside_and_on_none_after():
    stream = written()
    with in_request("req_1", application="app_1"):
        logger("a").info("inside")
        logging.getLogger("library").warning("inside too")
    logger("a").info("after")
    inside, library, after = (json.loads(line) for line in stream.getvalue().splitlines())
    assert inside["request_id"] == library["request_id"] == "req_1"
    assert inside["application"] == "app_1"
    assert "request_id" not in after


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_l1_no_canary_in_any_level_of_any_form(form, level):
    stream = written(form, secrets=[CANARY + "-ring"])
    log = logger("daygate.oauth")
    getattr(log, level)(
        f"Bearer {CANARY}",
        password=CANARY,
        headers={"Authorization": CANARY, "Cookie": CANARY},
        url=f"https://u:{CANARY}@hooks.example/?k={CANARY}",
        note=f"x {CANARY}-ring",
    )
    getattr(logging.getLogger("library"), level)("token=%s for %s", CANARY, "somebody")
    assert CANARY not in stream.getvalue()
    assert "somebody" in stream.getvalue()


def failing(secret: str) -> None:
    try:
        raise KeyError(f"client_secret={secret}")
    except KeyError as error:
        raise ValueError(f"https://u:{secret}@dav.example/") from error


@pytest.mark.parametrize("form", ["json", "console"])
def test_l1_an_exception_is_told_without_local_values_and_with_clean_messages(form):
    stream = written(form)
    try:
        failing(CANARY)
    except ValueError:
        logger("a").exception("it failed")
        logging.getLogger("library").exception("it failed there too")
    text = stream.getvalue()
    assert CANARY not in text
    assert text.count("builtins.ValueError") == 2
    assert text.count("builtins.KeyError") == 2
    assert "in failing" in text
    assert len(text.splitlines()) == 2


def test_the_members_of_an_exception_group_are_told():
    stream = written()
    try:
        raise ExceptionGroup("tasks failed", [ValueError("one"), OSError("two")])
    except ExceptionGroup:
        logger("a").exception("it failed")
    told = " ".join(only_line(stream)["trace"])  # type: ignore[arg-type]
    assert "ValueError: one" in told
    assert "OSError: two" in told


@pytest.mark.parametrize("form", ["json", "console"])
def test_l2_a_text_of_a_user_cannot_forge_a_line_or_move_the_cursor(form):
    stream = written(form)
    forged = 'x\r\n{"event": "owner signed in"}\x1b[1A\x1b[2K'
    logger("a").warning(forged, name=forged, nested={forged: [forged]})
    logging.getLogger("library").warning(forged)
    text = stream.getvalue()
    assert len(text.splitlines()) == 2
    assert "\x1b" not in text
    assert "\r" not in text


def test_lines_below_the_level_are_not_written():
    stream = written(level="warning")
    logger("a").info("quiet")
    logging.getLogger("library").info("quiet")
    assert stream.getvalue() == ""


def test_libraries_that_print_statement_parameters_stay_above_debug():
    stream = written(level="debug")
    logging.getLogger("aiosqlite").debug("executing ('%s',)", CANARY)
    logging.getLogger("sqlalchemy.engine").info("('%s',)", CANARY)
    assert stream.getvalue() == ""


def test_a_line_that_cannot_be_written_does_not_spill_its_arguments(capsys):
    written()
    logging.getLogger("library").warning("%d", CANARY)
    spilled = capsys.readouterr().err
    assert "a log line of library:" in spilled
    assert CANARY not in spilled
