"""What import-linter cannot say: private doors, foreign keys that point down, who may touch the database."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest
from django.apps import apps

SOURCE = Path(__file__).parents[1] / "src" / "xiezhi"
FLOORS = ["law", "foundation", "identity", "parties", "cases", "hearings", "portal", "web", "demo", "project"]
PRIVATE = {"views", "api", "handlers", "tasks", "forms", "schemas"}
#: Wires the rooms together: urls, API root and subscriptions name the edges of every room.
WIRING = {"xiezhi.project"}


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("xiezhi", include_external_packages=False)


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_every_room_has_its_floor() -> None:
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms == set(FLOORS)


def test_nobody_enters_by_the_private_doors_of_another_room() -> None:
    graph = _graph()
    broken = []
    for module in graph.modules:
        parts = module.split(".")
        if len(parts) < 3 or parts[2] not in PRIVATE:
            continue
        broken += [
            f"{importer} imports {module}"
            for importer in graph.find_modules_that_directly_import(module)
            if _room(importer) != parts[1] and not any(importer.startswith(wire) for wire in WIRING)
        ]
    assert not broken


def test_foreign_keys_point_down() -> None:
    up = []
    for model in apps.get_models():
        if not model.__module__.startswith("xiezhi."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or target is None or isinstance(target, str):
                continue
            if not target.__module__.startswith("xiezhi."):
                continue
            if FLOORS.index(_room(target.__module__)) > FLOORS.index(_room(model.__module__)):
                up.append(f"{model.__name__}.{field.name} points up to {target.__name__}")
    assert not up


def _python(pattern: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.glob(pattern)):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "pattern", ["*/views.py", "*/views/**/*.py", "*/api.py", "*/api/**/*.py", "*/forms.py", "*/forms/**/*.py"]
)
def test_edges_do_not_touch_the_database(pattern: str) -> None:
    """Views, API and forms translate; a read is a selector's, a write a service's."""
    found = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path, tree in _python(pattern)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert not found


@pytest.mark.parametrize("pattern", ["*/services.py", "*/services/**/*.py", "*/rules/**/*.py", "law/*.py"])
def test_services_and_rules_are_told_the_time(pattern: str) -> None:
    """`at` and `on` are arguments: who reads the clock inside cannot be tested on another day."""
    clock = {("timezone", "now"), ("datetime", "now"), ("date", "today"), ("timezone", "localdate")}
    found = []
    for path, tree in _python(pattern):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            # timezone.localdate(moment) only converts.
            converts = node.func.attr == "localdate" and (node.args or node.keywords)
            if isinstance(owner, ast.Name) and (owner.id, node.func.attr) in clock and not converts:
                found.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert not found


def test_no_rag_bags() -> None:
    names = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if path.name in names]


def test_templates_carry_no_inline_script_or_style() -> None:
    """The Content-Security-Policy would block them, so they would fail silently in a browser."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\son[a-z]+=\"|\sstyle=\"|<style"
    )
    found = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in sorted(SOURCE.rglob("templates/**/*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if inline.search(line)
    ]
    assert not found


def test_models_that_hold_court_records_start_at_visible_to() -> None:
    """Every model that carries a court's records offers `visible_to`, where every read starts."""
    labels = (
        "cases.Case",
        "cases.Application",
        "cases.ApprovalRequest",
        "hearings.Hearing",
        "identity.Person",
    )
    for label in labels:
        assert hasattr(apps.get_model(label).objects, "visible_to"), label  # type: ignore[attr-defined]
