"""The house around the code: scripts, pins, packaging, templates and the shape of the files."""

import ast
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "masslink"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOT_OURS = {"__pycache__", "data", "dist", "build", "journey", "node_modules"}


def files(under: Path = ROOT, *suffixes: str) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(under):
        folders[:] = [
            name for name in folders if name == ".ci" or not (name.startswith(".") or name in NOT_OURS)
        ]
        found += [Path(folder, name) for name in names if not suffixes or name.endswith(suffixes)]
    return sorted(found)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: Path) -> str:
    """The file's text; nothing, if it is a picture or the like."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def lines(path: Path) -> list[str]:
    return read(path).splitlines()


# Scripts

SCRIPTS = [ROOT / ".ci" / "run", *sorted((ROOT / "script").iterdir())]
BASH_ONLY = re.compile(r"\[\[|<<<|&>|<\(|\b(function|source|local|declare|pipefail|BASH_\w+)\b|==")


def test_the_scripts_that_the_docs_name_exist() -> None:
    assert {"setup", "demo", "server", "test", "check", "journey", "bench"} <= {path.name for path in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=named)
def test_scripts_are_short_executable_and_plain_sh(script: Path) -> None:
    text = lines(script)
    code = [re.sub(r"'[^']*'|\"[^\"$]*\"", "''", line) for line in text if not line.lstrip().startswith("#")]
    assert os.access(script, os.X_OK)
    assert text[0] == "#!/bin/sh"
    assert "set -eu" in text
    assert len(text) <= 45
    assert not [line for line in code if BASH_ONLY.search(line)]
    subprocess.run(["sh", "-n", script], check=True)


def test_ci_runs_the_scripts_that_people_run() -> None:
    assert lines(ROOT / ".ci" / "run")[3:] == ["script/check", "script/test"]


# Pins and packaging

REGISTRY = re.compile(r"pypi\.(org|io)|pythonhosted\.org|npmjs\.(org|com)|deb\.debian\.org|crates\.io", re.I)
MACHINE = re.compile(r"(?<![\w./}>-])/(work|root|home|tmp)/\w")
PROGRAM = re.compile(r"(?<![\w./}>-])/(usr|opt)/\w")


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE])
def test_no_file_names_a_registry_or_a_path_of_one_machine(pattern: re.Pattern[str]) -> None:
    assert not [f"{named(path)}: {line}" for path in files() for line in lines(path) if pattern.search(line)]


def test_code_takes_programs_from_the_path() -> None:
    code = [*SCRIPTS, *files(ROOT, ".py", ".toml")]
    assert not [f"{named(path)}: {line}" for path in code for line in lines(path) if PROGRAM.search(line)]


def pins(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Each pinned package with its hashes, from requirements/<name>.txt."""
    entries = read(ROOT / "requirements" / name).replace("\\\n", " ").splitlines()
    found = {}
    for entry in entries:
        requirement, *hashes = entry.split(" --hash=")
        pinned = Requirement(requirement)
        found[pinned.name] = (pinned, [one.strip() for one in hashes])
    return found


@pytest.mark.parametrize("name", ["serve.txt", "dev.txt"])
def test_every_requirement_is_one_version_with_hashes(name: str) -> None:
    for requirement, hashes in pins(name).values():
        assert re.fullmatch(r"==[\w.!+]+", str(requirement.specifier)), requirement
        assert requirement.url is None
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement


@pytest.mark.parametrize(
    ("name", "ranges"),
    [("serve.txt", PROJECT["project"]["dependencies"]), ("dev.txt", PROJECT["dependency-groups"]["dev"])],
)
def test_pins_lie_in_the_ranges_of_pyproject(name: str, ranges: list[str]) -> None:
    pinned = pins(name)
    for wanted in map(Requirement, ranges):
        requirement, _ = pinned[wanted.name.lower().replace("_", "-")]
        (version,) = (one.version for one in requirement.specifier)
        assert wanted.specifier.contains(version), wanted


def test_tests_run_with_what_serves_and_servers_carry_no_test_tools() -> None:
    serve, dev = pins("serve.txt"), pins("dev.txt")
    same = {
        name: (str(r.specifier), hashes) for name, (r, hashes) in dev.items()
    }  # tests may need one everywhere
    assert {name: same.get(name) for name in serve} == {
        n: (str(r.specifier), h) for n, (r, h) in serve.items()
    }
    assert not serve.keys() & {Requirement(one).name for one in PROJECT["dependency-groups"]["dev"]}


def test_the_licence_is_whole() -> None:
    text = read(ROOT / "LICENSE")
    assert text.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert text.count("\n") == 661


# Templates and static files

TEMPLATES = files(PACKAGE, ".html")
STATIC = [path for path in files(PACKAGE, ".css", ".js", ".svg") if "static" in path.parts]
TEMPLATE_CODE = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)
ANOTHER_HOST = re.compile(r"""(?:https?:|(?<=["'(]))//(?!www\.w3\.org/|www\.gnu\.org/licenses/)[\w.-]+""")


class Refused(HTMLParser):
    """Collects what the content policy would refuse: inline script, style and handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in held):
            self.found.append(f"<{tag}>")
        self.found += [name for name in held if name == "style" or re.match(r"on\w|hx-on", name)]
        texts = [(value or "").strip().lower() for value in held.values()]
        self.found += [text for text in texts if text.startswith(("javascript:", "js:"))]


def refused(markup: str) -> list[str]:
    parser = Refused()
    parser.feed(TEMPLATE_CODE.sub("", markup))
    return parser.found


@pytest.mark.parametrize(
    "planted",
    ["<script>x</script>", "<p style='a'>", "<p {% if a %}onclick='b'{% endif %}>", "<p hx-on:click='b'>"],
)
def test_planted_inline_script_and_style_is_found(planted: str) -> None:
    assert refused(planted)


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    assert not {named(path): bad for path in TEMPLATES if (bad := refused(read(path)))}


def test_templates_escape_what_people_wrote() -> None:
    unescaped = re.compile(r"\|\s*safe\b|autoescape off")
    assert not [named(path) for path in TEMPLATES if unescaped.search(read(path))]


def test_pages_ask_no_other_host() -> None:
    assert not [
        f"{named(path)}: {line}"
        for path in TEMPLATES + STATIC
        for line in lines(path)
        if ANOTHER_HOST.search(line)
    ]


# The shape of the code

CODE = [path for path in files(PACKAGE, ".py") if "migrations" not in path.parts]
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"management"}
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 400, 50
UNWANTED = (
    "django.views.generic",
    "django.dispatch",
    "django.db.models.signals",
    "django.contrib.auth",
    "django.contrib.admin",
    "django.contrib.contenttypes",
)


def order_of_rooms() -> list[str]:
    """The rooms from top to bottom, as the linter holds them."""
    (contract,) = (one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["id"] == "rooms")
    return [room for layer in contract["layers"] if (room := layer.strip("()")) in ROOMS]


def test_architecture_names_exactly_the_rooms_that_exist_in_their_order() -> None:
    text = read(ROOT / "ARCHITECTURE.md")
    section = re.search(r"^## [^\n]*\brooms?\b.*?(?=^## |\Z)", text, re.M | re.S | re.I)
    assert section, (
        "ARCHITECTURE.md needs a section about rooms: a list or table whose lines begin with `room`"
    )
    assert re.findall(r"^(?:[-*]|\|)\s*`(\w+)`", section[0], re.M) == order_of_rooms()


def test_every_room_has_its_place() -> None:
    assert set(order_of_rooms()) == ROOMS


def test_every_file_says_what_lives_there() -> None:
    silent = [
        named(path)
        for path in CODE
        if path.name != "apps.py" and read(path) and not ast.get_docstring(ast.parse(read(path)))
    ]
    assert not silent
    assert not [room for room in ROOMS if not read(PACKAGE / room / "__init__.py").strip()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_and_functions_stay_short() -> None:
    long = [named(path) for path in CODE if len(lines(path)) > LINES_OF_A_FILE]
    long += [
        f"{named(path)}: {name}, {n} lines"
        for path in CODE
        for name, n in functions(path)
        if n > LINES_OF_A_FUNCTION
    ]
    assert not long


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_no_signals_no_generic_views_no_drawers() -> None:
    assert not [
        named(path) for path in CODE if path.name in {"utils.py", "helpers.py", "services.py", "signals.py"}
    ]
    assert not [
        f"{named(path)}: {name}" for path in CODE for name in imports(path) if name.startswith(UNWANTED)
    ]
