"""Architecture: arrows point one way, the pure part stays pure, and no file grows past reading."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ("flows", "prompts", "storage", "bot", "sandbox", "bench", "tests")
MIGRATIONS = ROOT / "storage/migrations/versions"
MOST_LINES = 400

# What a package may import beside itself and the standard library; the longest matching name counts.
ARROWS: dict[str, set[str]] = {
    "flows": {"prompts"},
    "flows.rules": {"flows", "prompts", "rapidfuzz", "holidays"},
    "prompts": {"pydantic", "yaml"},
    "storage": {"flows", "sqlalchemy", "alembic", "uuid_utils", "psycopg", "orjson"},
}
# Modules that must never meet, as (who imports, what is imported).
NEVER = (
    ("bot.line", "bot.slack"),
    ("bot.line", "storage"),
    ("bot.slack", "bot.line"),
    ("bot.slack", "storage"),
    *(("sandbox", other) for other in ("flows", "prompts", "storage", "bot", "bench", "tests")),
    *((other, "sandbox") for other in ("flows", "prompts", "storage")),
    *((other, "tests") for other in ("flows", "prompts", "storage", "bot", "bench")),
    *((other, "bot") for other in ("flows", "prompts", "storage")),
)
MAY_IMPORT_SANDBOX = {"bot.demo", "bot.demo_clock"}  # beside bench and tests

# Purity of flows: no clock, no dice, no environment, no files.
IMPURE_CALLS = {"uuid4", "open", "getenv"}
IMPURE_METHODS = IMPURE_CALLS | {"now", "today", "utcnow"}
IMPURE_MODULES = {
    "random",
    "secrets",
    "os",
    "time",
    "asyncio",
    "threading",
    "subprocess",
    "socket",
    "logging",
}

# The only places that catch everything, each at an edge where not catching would harm somebody else.
CATCH_ALL = {
    "bot/taking.py": "a flow that raises harms only its own event, and a batch only itself",
    "bot/sends/carrying.py": "a message that cannot be carried must not hold the others",
    "bot/sends/delivery.py": "a database that is away comes back, and a card that cannot be drawn holds up nobody",
    "bot/workers.py": "a row that fails is done again when its lease ends; the others go on",
    "bot/pages/pictures.py": "whatever a hostile file does to its decoder, it is no photo",
    "bot/web.py": "a door that raises would lose the event's answer",
    "bot/turn_thread.py": "the error goes to whoever awaits the job",
    "bot/sends/drawing.py": "what cannot be drawn must not stop the others",
    "bot/sweeps.py": "one bad row must not stop the clock for the others",
    "bot/wiring.py": "the tick and the sweep of staff try again by themselves",
    "bot/doctor.py": "whatever goes wrong is the finding",
}


def modules(*packages: str) -> Iterator[tuple[str, Path, ast.Module]]:
    """Give every module of some packages: its dotted name, its file, its tree."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, path, ast.parse(path.read_text(encoding="utf-8"))


def imports(name: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Give every imported name in full (``bot.line.client``) with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno} imports relatively"
            yield node.module or "", node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def broken_arrows(name: str, tree: ast.Module) -> Iterator[str]:
    """Say which imports of a module point the wrong way."""
    layer = max((key for key in ARROWS if is_in(name, key)), key=len, default="")
    for imported, line in imports(name, tree):
        top = imported.partition(".")[0]
        is_known = (
            top in sys.stdlib_module_names or top == name.partition(".")[0] or top in ARROWS.get(layer, ())
        )
        if layer and not is_known:
            yield f"{name}:{line} imports {imported}"
        if any(is_in(name, who) and is_in(imported, what) for who, what in NEVER):
            yield f"{name}:{line} imports {imported}"
        if is_in(imported, "sandbox") and name.startswith("bot") and name not in MAY_IMPORT_SANDBOX:
            yield f"{name}:{line} imports {imported}"


def impurities(name: str, tree: ast.Module) -> Iterator[str]:
    """Say what in a module depends on more than its arguments."""
    for imported, line in imports(name, tree):
        if imported.partition(".")[0] in IMPURE_MODULES:
            yield f"{name}:{line} imports {imported}"
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
            yield f"{name}:{node.lineno} is async"
        if isinstance(node, ast.Call):
            is_impure = (
                node.func.attr in IMPURE_METHODS
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "") in IMPURE_CALLS
            )
            if is_impure:
                yield f"{name}:{node.lineno} calls {ast.unparse(node.func)}()"


def catches_all(tree: ast.Module) -> Iterator[int]:
    """Give the lines that catch everything and do not raise again."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        is_broad = any(
            kind is None or getattr(kind, "id", "") in ("Exception", "BaseException") for kind in caught
        )
        if is_broad and not any(isinstance(step, ast.Raise) for step in node.body):
            yield node.lineno


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("flows.posting.posting", "from storage.inbox import Event"),
        ("flows.posting.posting", "import sqlalchemy"),
        ("prompts.catalog", "from flows import steps"),
        ("storage.inbox", "from bot.turn import Turn"),
        ("bot.line.client", "from bot import slack"),
        ("bot.slack.client", "from storage.outbox import SENT"),
        ("bot.wiring", "import sandbox.app"),
        ("sandbox.app", "import bot"),
    ],
)
def test_a_wrong_arrow_is_seen(name: str, source: str) -> None:
    """The watch is awake: each kind of wrong import is reported."""
    assert list(broken_arrows(name, ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    ["datetime.now(UTC)", "date.today()", "uuid4()", "open('x')", "import random", "async def f(): pass"],
)
def test_an_impure_line_is_seen(source: str) -> None:
    """The watch is awake: clocks, dice, files and async are reported."""
    assert list(impurities("flows.posting.posting", ast.parse(source)))


def test_arrows_point_one_way() -> None:
    """bot → storage → flows → prompts; LINE and Slack never meet; the sandbox knows nothing of us."""
    assert [fault for name, _, tree in modules(*HOUSE) for fault in broken_arrows(name, tree)] == []


def test_flows_depend_on_their_arguments_only() -> None:
    """A flow gives the same talk for the same journal, today and in a year."""
    assert [fault for name, _, tree in modules("flows") for fault in impurities(name, tree)] == []


@pytest.mark.parametrize("suffix", ["py", "js", "css", "md", "sh"])
def test_files_stay_short_enough_to_read(suffix: str) -> None:
    """Every file of ours can be read in one sitting; a migration is a record, written once."""
    for package in (*HOUSE, "docs", "scripts"):
        for path in set((ROOT / package).rglob(f"*.{suffix}")) - set(MIGRATIONS.glob("*.py")):
            lines = path.read_text(encoding="utf-8").count("\n")
            assert lines <= MOST_LINES, f"{path.relative_to(ROOT)} has {lines} lines"


def test_only_edges_catch_everything() -> None:
    """A fault of ours is never swallowed on its way; each place that catches all has a reason."""
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for _, path, tree in modules("flows", "prompts", "storage", "bot", "bench")
        for line in catches_all(tree)
    }
    assert {place for place in found if place.partition(":")[0] not in CATCH_ALL} == set()


def test_nothing_is_left_for_later_in_the_code() -> None:
    """What is not done is an issue, not a comment."""
    words = ("TO" + "DO", "FIX" + "ME", "X" * 3 + ":")
    for package in (*HOUSE, "scripts"):
        for path in (ROOT / package).rglob("*.*"):
            if path.suffix in (".py", ".js", ".css", ".md", ".sh", ".yaml"):
                text = path.read_text(encoding="utf-8")
                assert not [word for word in words if word in text], path.relative_to(ROOT)


def test_every_module_says_what_it_is_for() -> None:
    """Each module of ours opens with a docstring."""
    silent = [name for name, _, tree in modules(*HOUSE) if tree.body and not ast.get_docstring(tree)]
    assert silent == []
