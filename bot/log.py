"""Logs are facts: an event name and its fields, as lines for people or as JSON for machines.

Tracebacks show where, never what the variables held; what looks like a secret is masked at the end,
whoever wrote it.
"""

import logging
import sys

import structlog

from bot.discretion import without_secrets


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set up logging once, in the process that owns the terminal."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = [
        structlog.processors.format_exc_info,
        _masked,
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
        ),
    ]
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _configure_libraries(shared, renderer)


def _masked(
    _logger: object, _method: str, facts: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Mask what looks like a secret in every field."""
    return {
        name: fact if isinstance(fact, int | float | None) else without_secrets(str(fact))
        for name, fact in facts.items()
    }


def only_faults() -> None:
    """For a word of the terminal that answers in a sentence: faults go to stderr, facts nowhere."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


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
