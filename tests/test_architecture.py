"""The rules of the design that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import ROOT

SOURCES = sorted(path for part in ("bot", "cogs", "config") for path in (ROOT / part).rglob("*.py"))
LONGEST_FILE = 300  # 250 is where a file is reconsidered
LONGEST_FUNCTION = 40

# A constant, a type, a logger, or one of Python's and Alembic's own names.
# Tables are declared as SQLAlchemy does it.
CONSTANT = re.compile(r"_?[A-Z][A-Za-z0-9_]*|log|__\w+__|revision|down_revision")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_keep_their_direction() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.name != "tables.py"], ids=name_of
)
def test_a_module_has_constants_and_no_state(path: Path) -> None:
    tree = tree_of(path)
    names = [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else (node.target,))
        if isinstance(target, ast.Name)
    ]

    assert [name for name in names if not CONSTANT.fullmatch(name)] == []
    assert not any(isinstance(node, ast.Global) for node in ast.walk(tree))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_short_and_says_why_it_is(path: Path) -> None:
    tree = tree_of(path)

    assert ast.get_docstring(tree)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and body_length(node) >= LONGEST_FUNCTION
    ] == []


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_module_is_named_for_nothing(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "misc", "common", "tools"}


@pytest.mark.parametrize(
    "modules",
    ["bot.__main__", "bot.__main__, bot.client, bot.demo", "bot.__main__, bot.diagnosis"],
    ids=["any start", "demo", "check"],
)
def test_a_start_loads_neither_torch_nor_transformers(modules: str) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {modules}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()
    }
    assert "asyncio" in loaded
    assert not loaded & {"huggingface_hub", "matplotlib", "torch", "transformers"}


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        name_of(path)
        for path in SOURCES
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8"))
    ]

    assert readers == ["config/settings.py"]
