"""The shape of the house: who may import whom, and what may stand in no module. All violations at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "rls_dash"

# Imports point to smaller numbers only, or stay inside the same part.
STOREYS = {
    "answers": 0,
    "uncollected": 0,
    "model": 1,
    "schema": 2,
    "knowledge": 3,
    "ingest": 4,
    "normalise": 5,
    "context": 6,
    "clinic": 6,
    "interpret": 7,
    "pipeline": 8,
    "findings": 8,
    "figures": 9,
    "answers_file": 9,
    "questions": 10,
    "report": 10,
    "sample_clinic": 10,
    "export": 10,
    "ui": 11,
    "web_guard": 0,
    "quiet_log": 0,
    "forgetting": 11,
    "warm_up": 12,
    "launch": 13,
    "command_line": 12,
    "command_findings": 13,
    "command_report": 14,
    "__main__": 16,
    "bootstrap": 0,
    "__init__": 0,
}
# The core computes findings from bytes: it has no clock, no randomness, no environment and no log.
CORE = {
    "answers",
    "model",
    "schema",
    "knowledge",
    "ingest",
    "normalise",
    "context",
    "clinic",
    "interpret",
    "findings",
    "pipeline",
    "answers_file",
    "questions",
    "figures",
    "report",
}

# Library → the parts that may import it.
CONFINED = {
    "streamlit": {"ui", "forgetting", "launch", "app"},
    "starlette": {"launch"},
    "plotly": {"figures", "warm_up"},
    "pint": {"normalise/units"},
    "typst": {"report/pdf"},
    "pickle": set(),
    "shelve": set(),
    "requests": set(),
    "urllib": set(),
    "http": set(),
    "subprocess": {"bootstrap"},
}
NOT_IN_CORE = {"logging", "random", "secrets", "time", "os", "sys", "socket", "tempfile"}

# A call by its last name → why it is not wanted.
FORBIDDEN_CALLS = {
    "read_csv": "reads cells as types and eats NA, None and null; read text as text",
    "read_pickle": "runs code out of a file",
    "read_parquet": "reads files of users with a parser that has had holes",
    "read_feather": "reads files of users with a parser that has had holes",
    "query": "evaluates text as code",
    "eval": "evaluates text as code",
    "exec": "evaluates text as code",
    "make_subplots": "slow; the figure is a plain dict",
    "add_hline": "draws nothing on an empty subplot",
    "add_hrect": "draws nothing on an empty subplot",
    "add_vline": "raises on dates with an annotation",
    "cache_resource": "shared by all users of the process",
    "utcnow": "naive time",
}
CLOCKS = {"today", "now", "utcnow", "time", "getenv"}
FORBIDDEN_KEYWORDS = {
    "unsafe_allow_html": "patient text could become markup",
    "unsafe_allow_javascript": "patient text could become code",
    "persist": "writes patient data to disk as pickle",
    "inplace": "frames are never mutated",
    "bind": "would put values into the address of the page",
}
DISK_CALLS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob"}
TOUCH_THE_DISK = {
    "knowledge",
    "ingest/formats",
    "ingest/containers",
    "sample_clinic",
    "export",
    "report",
    "ui/sample",
} | {
    "command_line",
    "command_findings",
    "bootstrap",
}
LONGEST_FUNCTION = 45  # lines without its docstring; "about 40"
LONGEST_MODULE = 320  # "about 300"


def modules() -> list[Path]:
    """Every module of the program, the entry script too."""
    return [*sorted(PACKAGE.rglob("*.py")), *([ROOT / "app.py"] if (ROOT / "app.py").exists() else [])]


def part_of(path: Path) -> str:
    """Name of the part a module belongs to: `ingest` for rls_dash/ingest/decode.py."""
    inside = path.relative_to(PACKAGE) if path.is_relative_to(PACKAGE) else path.relative_to(ROOT)
    return inside.parts[0].removesuffix(".py")


def place(path: Path, line: int = 0) -> str:
    """Where a violation stands."""
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every imported dotted name, with `from x import y` as `x.y`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def parsed() -> list[tuple[Path, ast.Module]]:
    """Every module with its syntax tree."""
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in modules()]


def test_every_part_has_its_storey() -> None:
    unknown = {part_of(path) for path in modules()} - STOREYS.keys() - {"app"}
    assert not unknown, f"give these parts a place in STOREYS: {sorted(unknown)}"


def test_imports_point_one_way() -> None:
    wrong = []
    for path, tree in parsed():
        own = part_of(path)
        if own == "app":
            continue
        for name, line in imported(tree):
            if name.startswith("."):
                wrong.append(f"{place(path, line)} imports {name}: write absolute imports")
            if not name.startswith("rls_dash."):
                continue
            other = name.split(".")[1]
            if other == own or other == "__version__":
                continue
            if STOREYS.get(other, 99) >= STOREYS[own]:
                wrong.append(f"{place(path, line)} imports {name}: {own} may not look up to {other}")
    assert not wrong, "\n".join(wrong)


def test_libraries_stay_where_they_belong() -> None:
    wrong = []
    for path, tree in parsed():
        own = part_of(path)
        exact = path.relative_to(PACKAGE).with_suffix("").as_posix() if path.is_relative_to(PACKAGE) else own
        for name, line in imported(tree):
            library = name.split(".")[0]
            if library in CONFINED and not CONFINED[library] & {own, exact}:
                wrong.append(f"{place(path, line)} imports {library}")
            if own in CORE and library in NOT_IN_CORE:
                wrong.append(f"{place(path, line)} imports {library}, which the core may not need")
    assert not wrong, "\n".join(wrong)


def called_name(node: ast.Call) -> str:
    """Last part of what is called: `read_csv` for `pd.read_csv(...)`."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def call_problems(node: ast.Call, core: bool) -> Iterator[str]:
    """Why a call may not stand where it does."""
    name = called_name(node)
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    owner_name = owner.id if isinstance(owner, ast.Name) else ""
    if name in FORBIDDEN_CALLS:
        yield f"{name}: {FORBIDDEN_CALLS[name]}"
    if owner_name == "st" and name in {"map", "pydeck_chart", "html", "iframe"}:
        # Our own style sheet is a constant path; its text can hold nothing of a file.
        if not (name == "html" and ast.unparse(node) == "st.html(_STYLES)"):
            yield f"st.{name}: reaches outside hosts or shows raw markup"
    if core and owner_name in {"date", "datetime", "time", "os", "Timestamp", "pd"} and name in CLOCKS:
        yield f"{owner_name}.{name}: the core has no clock and no environment; time is an argument"
    keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    for keyword, why in FORBIDDEN_KEYWORDS.items():
        value = keywords.get(keyword)
        if value is not None and not (isinstance(value, ast.Constant) and value.value is False):
            yield f"{keyword}=: {why}"
    errors = keywords.get("errors")
    if name in {"to_datetime", "to_numeric", "to_timedelta"} and isinstance(errors, ast.Constant):
        if errors.value == "coerce":
            yield f"{name}(errors='coerce'): a value vanishes without an issue"
    axis = keywords.get("axis")
    if name == "apply" and isinstance(axis, ast.Constant) and axis.value == 1:
        yield "apply(axis=1): vectorise over rows"
    if name == "cache_data":
        scope = keywords.get("scope")
        if not (isinstance(scope, ast.Constant) and scope.value == "session"):
            yield "cache_data without scope='session' is shared by all users"


def is_excepted(path: Path, node: ast.Call) -> bool:
    """Arrow's reader of text: told to give every column as text, and to take nothing for missing."""
    if path != PACKAGE / "ingest" / "fast.py" or called_name(node) != "read_csv":
        return False
    text = ast.unparse(node)
    return "strings_can_be_null=False" in text and "column_types=text |" in text


def test_calls_that_lose_or_leak_data_stand_nowhere() -> None:
    wrong = []
    for path, tree in parsed():
        core = part_of(path) in CORE
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and not is_excepted(path, node):
                wrong += [f"{place(path, node.lineno)} {why}" for why in call_problems(node, core)]
            elif isinstance(node, ast.Attribute) and node.attr in {"cache_resource", "experimental_user"}:
                wrong.append(f"{place(path, node.lineno)} {node.attr}")
            elif isinstance(node, ast.FunctionDef):
                bare = [item for item in node.decorator_list if getattr(item, "attr", "") == "cache_data"]
                wrong += [f"{place(path, item.lineno)} cache_data without scope='session'" for item in bare]
    assert not wrong, "\n".join(wrong)


def test_print_is_for_the_command_line() -> None:
    allowed = {"command_line", "command_findings", "command_report", "launch", "bootstrap", "quiet_log"}
    wrong = [
        place(path, node.lineno)
        for path, tree in parsed()
        if part_of(path) not in allowed
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called_name(node) == "print"
    ]
    assert not wrong, "\n".join(wrong)


def test_few_modules_touch_the_disk() -> None:
    """The core works on bytes it is given; only tables of ours are read, only exports are written."""
    wrong = []
    for path, tree in parsed():
        own = part_of(path)
        exact = path.relative_to(PACKAGE).with_suffix("").as_posix() if path.is_relative_to(PACKAGE) else own
        if {own, exact} & TOUCH_THE_DISK:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called_name(node) in DISK_CALLS:
                wrong.append(f"{place(path, node.lineno)} {called_name(node)}")
    assert not wrong, "\n".join(wrong)


def test_modules_and_functions_stay_small() -> None:
    wrong = []
    for path, tree in parsed():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_MODULE:
            wrong.append(f"{place(path)} has {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                first = node.body[0]
                if ast.get_docstring(node):
                    length -= (first.end_lineno or 0) - first.lineno + 1
                if length > LONGEST_FUNCTION:
                    wrong.append(f"{place(path, node.lineno)} {node.name} has {length} lines")
    assert not wrong, "\n".join(wrong)


def test_the_package_itself_imports_nothing() -> None:
    """`python -m rls_dash.bootstrap` must work before anything is installed."""
    import sys

    for name in ("__init__.py", "bootstrap.py"):
        tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
        foreign = {line.split(".")[0] for line, _ in imported(tree)} - sys.stdlib_module_names
        assert not foreign, f"{name} needs {foreign}"


@pytest.mark.parametrize(
    ("source", "core", "expected"),
    [
        ("pd.read_csv(x)", False, "read_csv"),
        ("pd.to_numeric(x, errors='coerce')", False, "vanishes"),
        ("st.markdown(x, unsafe_allow_html=True)", False, "unsafe_allow_html"),
        ("frame.sort_values('a', inplace=True)", False, "inplace"),
        ("date.today()", True, "no clock"),
        ("frame.query('a > 1')", False, "evaluates"),
        ("st.map(frame)", False, "outside hosts"),
        ("st.cache_data(f)", False, "shared"),
    ],
)
def test_the_rules_see_what_they_forbid(source: str, core: bool, expected: str) -> None:
    node = ast.parse(source, mode="eval").body
    assert isinstance(node, ast.Call)
    assert expected in "; ".join(call_problems(node, core))
