"""Every page that lists what the code has lists exactly that."""

import inspect

import msgspec
import pytest
import rich_click as click

from helpers import pages
from kithline_cli import output
from kithline_cli.main import cli
from kithline_core import plugins
from kithline_core.model.chosen import Choices
from kithline_core.model.datasets import Dataset
from kithline_core.model.questionnaires import Item
from kithline_core.model.rows import FILES, IDENTITY
from kithline_core.model.value import ValueLine
from kithline_core.settings import PREFIX, Settings
from kithline_sdk import hooks
from kithline_sdk.catalogue import CATALOGUE

CLI, SETTINGS, DATASETS, PLUGINS = (pages.read(f"{name}.md") for name in ("cli", "settings", "datasets", "plugins"))
MANIFEST = {
    "The file": plugins.Manifest,
    "A scorer": plugins.ScorerSpec,
    "An input": plugins.Input,
    "A minimum": plugins.Minimum,
    "Limits": plugins.Limits,
    "A measure": plugins.MeasureSpec,
}


def commands(group: click.Group = cli, path: str = "kithline") -> dict[str, click.Command]:
    """Every command below a group, by what one types."""
    context, found = click.Context(group), {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[f"{path} {name}"] = command
        if isinstance(command, click.Group):
            found |= commands(command, f"{path} {name}")
    return found


COMMANDS = commands()
SINGLE = {path: command for path, command in COMMANDS.items() if not isinstance(command, click.Group)}


def first_column(text: str) -> list[str]:
    return [name for row in pages.rows(text) for name in pages.codes(row[0])]


def test_every_command_has_its_section_in_the_order_of_the_help():
    assert [heading for heading in pages.headings(CLI) if heading.startswith("kithline ")] == list(COMMANDS)


@pytest.mark.parametrize("path", SINGLE)
def test_a_command_is_described_with_its_arguments_options_and_example(path: str):
    command, text = SINGLE[path], pages.section(CLI, path)
    usage = pages.codes(text)[0]
    options = {name for one in command.params if isinstance(one, click.Option) for name in one.opts}
    arguments = [one.name.upper() for one in command.params if isinstance(one, click.Argument) and one.name]
    example = inspect.cleandoc(command.help or "").partition("Example: ")[2].strip()

    assert [word.strip("[]") for word in usage.removeprefix(path).split()[: len(arguments)]] == arguments
    assert {name for name in options if name.startswith("--")} == {
        word.strip("[]") for word in usage.split() if word.strip("[]").startswith("--")
    }
    assert set(first_column(text)) == options - {"--json"}
    assert [block.strip() for block in pages.blocks(text, "sh")] == [example]


@pytest.mark.parametrize("path", SINGLE)
def test_a_default_that_the_help_shows_stands_on_the_page(path: str):
    text = pages.section(CLI, path)
    for option in SINGLE[path].params:
        shown = isinstance(option, click.Option) and option.show_default and isinstance(option.default, str | float)
        if shown and option.name != "seed":
            (row,) = [row for row in pages.rows(text) if option.opts[0] in pages.codes(row[0])]
            told = option.default if isinstance(option.default, str) else f"{option.default:g}"
            assert f"{told}" in row[1].replace("`", "")


def test_the_exit_codes_are_those_of_the_commands():
    codes = [int(row[0]) for row in pages.rows(pages.section(CLI, "Every command"))]

    assert codes == [output.OK, output.FAILED, output.USAGE, output.INVALID, output.UNREACHABLE]


def test_every_setting_is_listed_with_its_default():
    listed = {row[0].strip("`"): row[1].strip("`") for row in pages.rows(SETTINGS)}
    defaults = {
        PREFIX + one.name.upper(): f"{one.default:g}" if isinstance(one.default, float) else str(one.default)
        for one in msgspec.structs.fields(Settings)
    }

    assert listed == defaults


def test_every_file_of_a_folder_has_its_section():
    headings = pages.headings(DATASETS)

    assert [stem for stem in FILES if f"{stem}.csv" not in headings] == []
    assert [one for one in headings if one.endswith(".csv") and one.removesuffix(".csv") not in FILES] == []


@pytest.mark.parametrize("stem", FILES)
def test_a_file_is_described_with_its_columns_requirements_and_identity(stem: str):
    text = pages.section(DATASETS, f"{stem}.csv")
    fields = msgspec.structs.fields(FILES[stem])
    required = {name for row in pages.rows(text) if row[1].endswith("*required*") for name in pages.codes(row[0])}
    identity = text.partition("Identity: ")[2].partition(".")[0]

    assert sorted(first_column(text)) == sorted(one.encode_name for one in fields)
    assert required == {one.encode_name for one in fields if one.required}
    assert tuple(pages.codes(identity)) == IDENTITY[stem]


@pytest.mark.parametrize(
    ("heading", "struct"),
    [("dataset.json", Dataset), ("value.json", ValueLine), ("choices.json", Choices), ("questionnaires", Item)],
)
def test_a_json_file_is_described_with_its_fields(heading: str, struct: type[msgspec.Struct]):
    listed = first_column(pages.section(DATASETS, heading))

    assert sorted(listed) == sorted(one.encode_name for one in msgspec.structs.fields(struct))


def test_every_value_a_column_may_hold_is_named():
    for stem, struct in FILES.items():
        text = pages.section(DATASETS, f"{stem}.csv")
        for one in msgspec.structs.fields(struct):
            (row,) = [row for row in pages.rows(text) if one.encode_name in pages.codes(row[0])]
            allowed = values(one.type)
            as_elsewhere = row[1].startswith("as ")
            assert as_elsewhere or allowed <= set(pages.codes(row[1])), (stem, one.encode_name)


def values(kind: object) -> set[str]:
    found = msgspec.inspect.type_info(kind)
    parts = found.types if isinstance(found, msgspec.inspect.UnionType) else (found,)
    return {str(one) for part in parts if isinstance(part, msgspec.inspect.LiteralType) for one in part.values}


def test_the_hooks_are_those_of_the_sdk():
    specified = [name for name, one in vars(hooks).items() if hasattr(one, "kithline_spec")]

    assert first_column(pages.section(PLUGINS, "Hooks")) == specified


@pytest.mark.parametrize("heading", MANIFEST)
def test_a_part_of_the_manifest_is_described_with_its_fields(heading: str):
    fields = msgspec.structs.fields(MANIFEST[heading])

    assert first_column(pages.section(PLUGINS, heading)) == [one.name for one in fields]


def test_the_limits_of_a_run_are_listed_with_their_defaults():
    told = {row[0].strip("`"): float(row[1]) for row in pages.rows(pages.section(PLUGINS, "Limits"))}

    assert told == msgspec.to_builtins(plugins.Limits())


def test_the_tables_a_scorer_may_read_are_those_of_the_catalogue():
    listed = {row[0].strip("`"): pages.codes(row[1]) for row in pages.rows(pages.section(PLUGINS, "Tables"))}

    assert listed == {table: list(columns) for table, columns in CATALOGUE.items()}
