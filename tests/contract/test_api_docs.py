"""The pages say everything that the API can answer and everything it offers."""

import re
from pathlib import Path

import pytest

from kithline_api.app import create_app
from kithline_api.catalogue import KINDS
from kithline_core import errors
from kithline_core.settings import Settings

DOCS = Path(__file__).parents[2] / "docs" / "api"
CODE = re.compile(r'^\s*code(?:: ClassVar\[str\])? = "([a-z_]+)"$', re.MULTILINE)
SOURCES = [
    *(Path(__file__).parents[2] / "services" / "api" / "src").rglob("*.py"),
    *(Path(errors.__file__).parent / "db").glob("*.py"),
    Path(errors.__file__),
    *(Path(errors.__file__).parent / name for name in ("ordering.py", "choices/vetting.py", "choices/choosing.py")),
]
# These never reach a caller of the API: the root of all, and what the command line says of a folder.
ELSEWHERE = {"error", "dataset"}


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_error_has_its_section_in_its_own_words(code):
    text = " ".join((DOCS / "errors.md").read_text().split())
    kind = KINDS[code]

    assert f"## {code} {{#{kind.name}}} {kind.status} · {kind.title} {kind.meaning}" in text
    assert f"**What to do:** {kind.remedy}" in text


def test_every_section_is_an_error():
    assert set(re.findall(r"^## (\w+)", (DOCS / "errors.md").read_text(), re.MULTILINE)) == set(KINDS)


def test_every_code_that_is_raised_is_a_kind():
    raised = {code for source in SOURCES for code in CODE.findall(source.read_text())}

    assert raised - ELSEWHERE <= set(KINDS)


def test_every_operation_is_listed_with_its_scope():
    text = (DOCS / "index.md").read_text()
    document = create_app(Settings(secret="x")).state.openapi
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _, _, tail = operation["description"].partition("Needs the scope ")
            scope = tail.rstrip(".")
            lines = [line for line in text.splitlines() if line.startswith(f"| `{method.upper()} {path}` |")]
            assert len(lines) == 1, operation["operationId"]
            assert lines[0].endswith(f"| {scope} |"), operation["operationId"]


def test_no_operation_is_listed_that_is_not_there():
    document = create_app(Settings(secret="x")).state.openapi
    listed = re.findall(r"^\| `([A-Z]+) (/\S+)` \|", (DOCS / "index.md").read_text(), re.MULTILINE)

    assert {(method.lower(), path) for method, path in listed} == {
        (method, path) for path, methods in document["paths"].items() for method in methods
    }
