"""Logs are facts: an event name and its fields, as lines for people or as JSON for machines."""

import logging
import sys

import structlog


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set up logging once, in the process that owns the terminal."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _configure_libraries(shared, renderer)


def _configure_libraries(
    shared: list[structlog.typing.Processor], renderer: list[structlog.typing.Processor]
) -> None:
    """Let what libraries log come out in the same form; Slack's own say much that is no news."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    # A filter and not a level: bolt gives its loggers the level of the root when it makes them.
    handler.addFilter(
        lambda record: record.levelno >= logging.ERROR or not record.name.startswith("slack_")
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
