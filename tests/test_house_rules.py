"""The house rules that no linter knows, read off the source itself.

A rule has its exceptions named beside it, each with its reason. A failure says what to do.
"""

import ast
import gc
import re
import sys
from collections.abc import Container, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

REPO = Path(__file__).parents[1]

LONGEST_FUNCTION = 50
LONGEST_MODULE = 360
LONGEST_TEST_MODULE = 600

CATALOGUES = {
    "bot/domain/decide.py:_asked": "one arm per command, each one line",
    "bot/domain/incident.py:_after": "one arm per event, each one change",
    "bot/domain/react.py:_owed": "one arm per event, each what is owed",
    "bot/domain/wording.py:line": "one arm per event, each one sentence",
    "bot/slack/messages/confirmed.py:_words": "one arm per command, each one sentence",
    "tests/domain/review/reading.py:whole_incident": "a story, told from top to bottom",
}
"""Functions that are long because they are flat lists."""

LONG_LISTS = {
    "bot/domain/commands.py": "every command, one small class each",
    "bot/domain/effects.py": "every effect, one small class each",
    "bot/domain/events.py": "every event, one small class each",
    "bot/storage/tables.py": "every table, one after the other",
}
"""Modules that are long because they are flat lists."""

BROAD = {
    "bot/__main__.py": "the command line's edge: no traceback reaches a person",
    "bot/engine/carrying.py": "a performer's fault becomes a retry, or a failure that people see",
    "bot/engine/message_log.py": "what cannot be stored is told to whoever told of it, alone",
    "bot/slack/backfill/__init__.py": "a room that cannot be read holds up no other",
    "bot/slack/provisional/sweeping.py": "a room that cannot be adopted holds up no other",
    "bot/slack/crowd.py": "the Slack edge of who was acknowledged, and still waits to be recorded",
    "bot/slack/performers/buttons.py": "a message that cannot be drawn holds up no other",
    "bot/slack/listener.py": "the Slack edge: the person is told what was and was not recorded",
    "bot/storage/database.py": "hands what failed in a part of a transaction to who asked for it",
    "bot/supervise.py": "a loop that fails is started again",
    "bot/web/pages/errors.py": "the pages' edge: a fault is a page, never a traceback",
}
"""Where any exception may be caught without being raised again; once in each file."""

WALL_TIME = {
    "bot/clock.py": "the one clock",
    "bot/cli/list.py": "the terminal looks at a record without a bot, so without its clock",
    "bot/engine/clockwork.py": "leases are promises between machines",
    "bot/simulator/http_delivery.py": "signatures are checked against wall time",
    "bot/slack/http.py": "signatures are checked against wall time",
    "bot/simulator/page/session.py": "a visitor's session is real, whatever the pretend clock says",
}
"""Where the present is read from the machine."""

LATE_IMPORTS = {
    "bot/cli/serve.py": "OpenTelemetry is an extra, loaded where a collector is named",
    "bot/storage/schema.py": "Alembic is slow to import and needed to migrate only",
    "tests/databases.py": "the package with PostgreSQL is slow to import and needed in few runs",
}
"""Where an import stands inside a function."""


TASKS = {
    "bot/cli/serve.py": "the start and the wait for a signal; both awaited",
    "bot/cli/telling.py": "the story and the wait for its end; both awaited",
    "bot/engine/courier.py": "what is being carried, kept until it is settled",
    "bot/simulator/control/feed.py": "in a task group that ends with the reader",
    "bot/simulator/delivery.py": "what is being delivered, kept until it is answered",
    "bot/simulator/page/routes.py": "in a task group that ends with the visitor",
    "bot/simulator/socket_mode.py": "pings, cancelled with their socket",
    "bot/slack/errands.py": "kept so that stopping can drain them",
    "bot/storage/postgresql.py": "what nobody waits for any more, until its connection is let go",
    "bot/supervise.py": "the long-lived loops, each kept and ended by its `Loop`",
}
"""Where tasks are started, and who looks after them."""


@cache
def modules(*folders: str) -> dict[str, ast.Module]:
    """The syntax trees of all modules below the folders, by path.

    They are there to stay: to look for garbage while they grow takes longer than to make them.
    """
    paths = (path for folder in folders for path in sorted((REPO / folder).rglob("*.py")))
    gc.disable()
    try:
        return {path.relative_to(REPO).as_posix(): parsed(path) for path in paths}
    finally:
        gc.enable()


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module, whichever folders it is looked at with."""
    return ast.parse(path.read_text(encoding="utf-8"))


def everything() -> dict[str, ast.Module]:
    """All but the migrations, which are lists that nobody edits once they are released."""
    return modules("bot", "bench", "tests")


@cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All that a syntax tree is made of; most rules look at each of them."""
    return tuple(ast.walk(tree))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the name of what is called."""
    for node in nodes(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_the_domain_imports_the_standard_library_alone() -> None:
    foreign = [
        f"{path}:{node.lineno} {name}"
        for path, tree in modules("bot/domain").items()
        for node in nodes(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported(node)
        if not native(name)
    ]
    assert not foreign, "rules are pure: take what this gives as an argument"


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return ["." * node.level + (node.module or "")]


def native(name: str) -> bool:
    """Whether the domain may import it."""
    return name.partition(".")[0] in sys.stdlib_module_names or f"{name}.".startswith("bot.domain.")


def test_a_function_is_one_step() -> None:
    long = {
        f"{path}:{function.name}": lines(function)
        for path, tree in everything().items()
        for function in functions(tree)
        if lines(function) > LONGEST_FUNCTION
    }
    new = {name: count for name, count in long.items() if name not in CATALOGUES}
    assert not new, f"over {LONGEST_FUNCTION} lines: name its steps and give each a function"
    assert set(CATALOGUES) <= set(long), "short by now: take it off CATALOGUES"


def test_a_module_tells_one_story() -> None:
    long = {}
    for path in everything():
        most = LONGEST_TEST_MODULE if path.startswith("tests/") else LONGEST_MODULE
        count = len((REPO / path).read_text(encoding="utf-8").splitlines())
        if count > most:
            long[path] = count
    new = {path: count for path, count in long.items() if path not in LONG_LISTS}
    assert not new, "too long for one story: split it by subject"
    assert set(LONG_LISTS) <= set(long), "short by now: take it off LONG_LISTS"


def test_a_module_says_what_it_is_for() -> None:
    mute = [
        path for path, tree in modules("bot").items() if tree.body and not ast.get_docstring(tree)
    ]
    assert not mute, "begin it with a docstring whose first line states its duty"


def test_what_goes_wrong_is_caught_narrowly() -> None:
    found: dict[str, int] = {}
    for path, tree in modules("bot", "bench").items():
        for node in nodes(tree):
            if isinstance(node, ast.ExceptHandler) and broad(node) and not raised_again(node):
                found[path] = found.get(path, 0) + 1
    new = sorted(set(found) - set(BROAD))
    assert not new, "name the exceptions that can come, and let the edge catch the others"
    assert found == dict.fromkeys(BROAD, 1), "each place of BROAD has one broad `except`"


def broad(handler: ast.ExceptHandler) -> bool:
    named = ast.unparse(handler.type) if handler.type else "BaseException"
    return named in {"Exception", "BaseException"}


def raised_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_the_present_is_read_from_the_clock() -> None:
    read = {
        path
        for path, tree in modules("bot").items()
        for name, _ in calls(tree)
        if name.endswith(("datetime.now", "datetime.utcnow", "date.today")) or name == "time.time"
    }
    new = sorted(read - set(WALL_TIME))
    assert not new, "take `now` as an argument, or ask the clock that you were handed"
    assert read == set(WALL_TIME), "no longer read there: take it off WALL_TIME"


def test_imports_stand_at_the_top() -> None:
    late = {
        f"{path}:{node.lineno}"
        for path, tree in everything().items()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    new = sorted(place for place in late if place.split(":")[0] not in LATE_IMPORTS)
    assert not new, "move it to the top; where that makes a cycle, mend the cycle"
    assert {place.split(":")[0] for place in late} == set(LATE_IMPORTS)


def test_any_module_can_be_imported_first() -> None:
    """Imports form no cycle, counting the `__init__` of each package that an import runs."""
    trees = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree
        for path, tree in modules("bot").items()
    }
    graph = {name: run_before(name, tree, trees) for name, tree in trees.items()}
    TopologicalSorter(graph).prepare()  # a CycleError names the modules of the cycle


def run_before(importer: str, tree: ast.Module, known: Container[str]) -> set[str]:
    """Which modules run when this one is imported: what it names, and the packages around that."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            module = name if name in known else name.rpartition(".")[0]
            while module in known and module not in found:
                found.add(module)
                module = module.rpartition(".")[0]
                if f"{importer}.".startswith(f"{module}."):
                    break  # the importer is part of it, so it runs already
    return found - {importer}


def test_no_test_waits_for_a_while() -> None:
    """`sleep(0)` lets others have their turn and waits for no time."""
    slept = [
        f"{path}:{call.lineno}"
        for path, tree in modules("tests").items()
        for name, call in calls(tree)
        if name.rpartition(".")[2] == "sleep" and [ast.unparse(arg) for arg in call.args] != ["0"]
    ]
    assert not slept, "wait for the condition that you are after, not for a time"


def test_a_test_of_conformance_names_its_row() -> None:
    """Of which paragraph of Slack's contract it is, so that a change there finds its tests."""
    nameless = [
        f"{path}: {each.name}"
        for path, tree in modules("tests/simulator").items()
        if (ast.get_docstring(tree) or "").startswith("Contract §")
        for each in functions(tree)
        if each.name.startswith("test_") and "§" not in (ast.get_docstring(each) or "")
    ]
    assert not nameless, "name the row of the contract, as §1.6, in the docstring of the test"


def test_nothing_is_mocked() -> None:
    mocked = [
        f"{path}:{node.lineno}"
        for path, tree in modules("tests").items()
        for node in nodes(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest"))
        or (isinstance(node, ast.Import) and any("mock" in name.name for name in node.names))
    ]
    assert not mocked, "give it the real thing: SQLite, the pretend Slack, a clock that stands"


def test_one_server_serves_a_whole_run() -> None:
    """A fixture that is imported is another one, with a server of its own."""
    theirs = {"postgresql", "database_url", "database", "copies"}
    imported = [
        f"{path}:{node.lineno}"
        for path, tree in modules("tests").items()
        for node in nodes(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "tests.databases"
        if path != "tests/conftest.py" and theirs & {name.name for name in node.names}
    ]
    assert not imported, "the fixtures of tests/databases.py are there without an import"


def test_no_task_is_left_to_itself() -> None:
    started = {
        path
        for path, tree in modules("bot").items()
        for name, _ in calls(tree)
        if name.rpartition(".")[2] in {"create_task", "ensure_future"}
    }
    assert not started - set(TASKS), "run it under `supervise`, or as an errand of the desk"
    assert started == set(TASKS), "starts none any more: take it off TASKS"


def test_values_of_the_domain_are_frozen_and_made_by_name() -> None:
    loose = [
        f"{path}:{node.name}"
        for path, tree in modules("bot/domain").items()
        for node in nodes(tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith("dataclass")
        and ast.unparse(decorator) != "dataclass(frozen=True, kw_only=True)"
    ]
    assert not loose, "make it `@dataclass(frozen=True, kw_only=True)`"


LOGGED = {f"log.{level}" for level in ("debug", "info", "warning", "error", "exception")}


def test_the_log_names_facts() -> None:
    """An event's name is a constant that can be searched; what differs stands in its fields."""
    free = [
        f"{path}:{call.lineno}"
        for path, tree in modules("bot").items()
        for name, call in calls(tree)
        if name in LOGGED and not isinstance(call.args[0], ast.Constant)
    ]
    assert not free, 'write `log.info("thing.happened", what=…)`'


def test_names_say_what_a_thing_is() -> None:
    vague = [
        f"{path}:{node.name}"
        for path, tree in modules("bot").items()
        for node in nodes(tree)
        if isinstance(node, ast.ClassDef) and re.search(r"Manager|Helper|Utils?$", node.name)
    ]
    vague += [path for path in modules("bot") if re.search(r"/(utils?|helpers?|misc)\b", path)]
    assert not vague, "name it after what it does for a responder"


def test_every_exception_from_a_lint_rule_has_its_reason() -> None:
    """What is said on one line holds for the next."""
    bare = []
    for path in modules("bot"):
        explained = False
        for number, line in enumerate((REPO / path).read_text("utf-8").splitlines(), 1):
            excepted = re.search(r"# noqa|# type: ignore", line)
            explained = bool(excepted and (explained or EXPLAINED.search(line)))
            if excepted and not explained:
                bare.append(f"{path}:{number}")
    assert not bare, "say behind it why the rule does not hold here"


EXPLAINED = re.compile(r"# noqa: [A-Z0-9, ]+ - \S|# type: ignore\[[\w, -]+\]  # \S")
