"""House: what the papers say is true of the code."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import app
from bot.settings import Settings
from flows.registry import FLOWS

ROOT = Path(__file__).parent.parent
PAPERS = sorted(path for pattern in ("*.md", "docs/**/*.md") for path in ROOT.glob(pattern) if path.is_file())
GUIDES = ("README.md", "README.ja.md", "CONTRIBUTING.md", "docs/deploy.md", "docs/operations.md")
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_of(text: str) -> str:
    """Keep what stands as code: fenced blocks and `spans`."""
    return "\n".join([*FENCE.findall(text), *re.findall(r"`([^`\n]+)`", FENCE.sub("", text))])


def commands() -> set[str]:
    """Every command that ``smallwin`` knows."""
    parts = [app, *(group.typer_instance for group in app.registered_groups if group.typer_instance)]
    known = [item for part in parts for item in part.registered_commands]
    return {item.name or item.callback.__name__ for item in known if item.callback}


def targets() -> set[str]:
    """Every target of the Makefile."""
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("name", GUIDES)
def test_every_make_command_that_is_named_exists(name: str) -> None:
    """What a guide tells a person to type works."""
    named = set(re.findall(r"\bmake ([a-z]+)", code_of(read(name))))
    assert named <= targets()


def test_the_promised_targets_exist() -> None:
    """The two commands of the README and the four of a developer are there."""
    assert {"install", "demo", "test", "check", "bench", "lock"} <= targets()


@pytest.mark.parametrize("name", [*GUIDES, "Procfile"])
def test_every_smallwin_command_that_is_named_exists(name: str) -> None:
    """No guide names a command that we do not have."""
    text = read(name) if name == "Procfile" else code_of(read(name))
    named = set(re.findall(r"\bsmallwin ([a-z][a-z-]*)", text))
    assert named <= commands()


def test_operators_find_every_command() -> None:
    """The Japanese guide's table is complete."""
    assert set(re.findall(r"^\| `smallwin ([a-z-]+)`", read("README.ja.md"), re.MULTILINE)) == commands()


def test_every_setting_is_in_the_table() -> None:
    """The table of settings and the settings are the same, with the same defaults."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|", read("README.md"), re.MULTILINE)
    assert dict(rows) == {name.upper(): str(field.default) for name, field in Settings.model_fields.items()}


def test_needed_settings_are_marked() -> None:
    """What serving needs is what the table calls needed."""
    marked = set(re.findall(r"^\| `([A-Z_]+)` \|[^|]*\| \*\*needed\*\*", read("README.md"), re.MULTILINE))
    bare = Settings.model_construct(**{name: field.default for name, field in Settings.model_fields.items()})
    assert marked == set(bare.missing())


def keys_of_flows() -> Iterator[str]:
    """Every key that stands as words in a flow; the rounds of a loop are called n."""
    for path in (ROOT / "flows").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            key = node.args[0]
            if node.func.id not in ("ask", "think", "fill", "recall"):
                continue
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value
            elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "n" for part in key.values
                )


def test_the_changelog_names_every_conversation_and_key() -> None:
    """A released key is written down, so that nobody gives it another meaning."""
    text = read("CHANGELOG.md")
    assert [name for name in FLOWS if f"**{name}**" not in text] == []
    assert sorted(key for key in set(keys_of_flows()) if f"`{key}`" not in text) == []


def test_decisions_are_numbered_without_gaps() -> None:
    """Each decision has the next number, in its name and in its title, and says what was given up."""
    assert [path.name[:4] for path in DECISIONS] == [f"{n:04d}" for n in range(1, len(DECISIONS) + 1)]
    for n, path in enumerate(DECISIONS, start=1):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {n}. ")
        for part in ("Context", "Decision", "What we gave up"):
            assert f"**{part}.**" in text, path.name


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    """A relative link names a file that is there, and a heading that is in it."""
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, heading = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/glossary.md", "README.md"])
def test_every_file_that_is_named_exists(name: str) -> None:
    """A path in the papers is a path in the tree."""
    tree = "|".join(("flows", "prompts", "storage", "bot", "sandbox", "bench", "tests", "docs", "scripts"))
    named = re.findall(rf"`((?:{tree})/[\w./*<>-]*)`", read(name))
    assert named
    assert [item for item in named if "<" not in item and not list(ROOT.glob(item.rstrip("/")))] == []


def test_locks_are_whole_and_name_no_machine() -> None:
    """Every library is held by a hash, and no lock knows where it was made."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = read(name)
        for part in re.split(r"\n(?=[a-z])", text)[1:]:
            assert "--hash=sha256:" in part, part[:80]
        assert not re.search(r"https?://|file:|index-url|find-links", text)


def test_the_dev_lock_holds_the_same_releases() -> None:
    """What is tested is what is installed."""
    pin = re.compile(r"^([a-z0-9-]+(?:\[[a-z,]+\])?==[^ ]+)", re.MULTILINE)
    assert set(pin.findall(read("requirements.lock"))) <= set(pin.findall(read("requirements-dev.lock")))


def test_locks_fit_what_the_package_asks_for() -> None:
    """A library added to the package is in the lock too: `make lock` was run."""
    wanted = re.findall(r'^  "([A-Za-z-]+)(?:\[[a-z]+\])?[<>=]', read("pyproject.toml"), re.MULTILINE)
    locked = set(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==", read("requirements-dev.lock"), re.MULTILINE))
    assert [name for name in wanted if name.lower() not in locked] == []


def test_no_path_of_a_machine_is_in_the_tree() -> None:
    """The tree knows nothing of the machine it was written on."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    homes = re.compile("/" + r"(?:root|work|home/\w+|Users/\w+)/")
    for name in tracked.split():
        path = ROOT / name
        if path.is_file() and path.suffix in (".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".lock", ".js"):
            assert not homes.search(path.read_text(encoding="utf-8")), name
