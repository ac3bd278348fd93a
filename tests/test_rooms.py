"""The walls of the house: imports go one way, and rules know nothing but the standard library."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each room may import from itself and from the rooms listed. What is not listed is a wall.
# The longest name that fits decides which room a module belongs to.
MAY_IMPORT: dict[str, set[str]] = {
    "calculators.rules": set(),
    "portal.clock": set(),
    "portal.secret_key": set(),
    "portal.middleware": set(),
    "portal.static_storage": set(),
    "portal.settings": {"portal.secret_key"},
    "portal.policy": {"calculators.rules", "portal.clock"},
    "calculators": {"calculators.rules", "portal.policy", "portal.clock", "portal.site"}
    | {"portal.offices"},
    "portal.enrollment": {"portal.policy", "portal.site"},
    "portal.care": {"portal.policy", "portal.site"},
    "portal.contributions": {"calculators.rules", "portal.policy", "portal.clock", "portal.site"},
    "portal.offices": {"portal.policy", "portal.clock", "portal.site"},
    # Looks through all the others, and none of them knows of it.
    "portal.search": {"calculators", "portal.clock", "portal.contributions", "portal.offices"}
    | {"portal.policy"},
    "portal.feedback": {"calculators", "portal.clock", "portal.site"},
    "portal.guide": {"calculators", "calculators.rules", "portal.clock", "portal.contributions"}
    | {"portal.offices", "portal.policy", "portal.site"},
    "portal.site": {"portal.policy", "portal.clock"},
    "portal.wechat": set(),
    "portal.caching": {"portal.clock", "portal.feedback", "portal.policy", "portal.site"},
    "portal.staff": {
        "calculators",
        "calculators.rules",
        "portal.clock",
        "portal.contributions",
        "portal.enrollment",
        "portal.feedback",
        "portal.offices",
        "portal.policy",
        "portal.site",
        "portal.sitemaps",
        "portal.wechat",
    },
    "portal.urls": {"calculators", "portal.contributions", "portal.offices", "portal.policy"}
    | {"portal.care", "portal.enrollment", "portal.operation", "portal.site", "portal.sitemaps"}
    | {"portal.staff"},
    "portal.sitemaps": {"calculators", "portal.clock", "portal.offices", "portal.policy"},
    "portal.operation": {"portal.policy"},
    "portal.wsgi": {"portal.caching", "portal.settings"},
    "portal": set(),
}


def modules() -> Iterator[tuple[str, Path]]:
    for top in ("calculators", "portal"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(path: Path, module: str) -> set[str]:
    """The dotted names that a file imports, anywhere in it, relative ones resolved."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".")
                keep = len(package) - node.level + (path.name == "__init__.py")
                base = ".".join([*package[:keep], *([base] if base else [])])
            # `from portal import clock` imports the module portal.clock
            found |= {f"{base}.{name.name}" for name in node.names}
    return found


def room_of(name: str) -> str | None:
    fitting = [room for room in MAY_IMPORT if name == room or name.startswith(f"{room}.")]
    return max(fitting, key=len, default=None)


def backward_imports(module: str, names: set[str]) -> list[str]:
    """The imports of `module` that run against the walls."""
    room = room_of(module)
    assert room is not None, f"{module} belongs to no room"
    allowed = {room, *MAY_IMPORT[room]}
    return sorted(name for name in names if (to := room_of(name)) and to not in allowed)


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=str)
def test_imports_go_one_way(module: str, path: Path) -> None:
    assert backward_imports(module, imported(path, module)) == []


def test_the_wall_notices_an_arrow_that_runs_back() -> None:
    assert backward_imports("portal.policy.in_force", {"portal.staff.sites"}) != []
    assert backward_imports("calculators.rules.money", {"portal.policy.models.Rate"}) != []
    assert backward_imports("portal.offices.views", {"calculators.forms.InpatientForm"}) != []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "calculators" / "rules").glob("*.py")), ids=lambda path: path.stem
)
def test_rules_use_the_standard_library_only(path: Path) -> None:
    outside = {
        name.partition(".")[0]
        for name in imported(path, f"calculators.rules.{path.stem}")
        if not name.startswith("calculators.rules")
    }
    assert outside <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "calculators" / "rules").glob("*.py")), ids=lambda path: path.stem
)
def test_rules_read_no_clock_and_use_no_floats(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & {"today", "now", "utcnow", "time", "monotonic"}
    assert not [
        node
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
