import pytest
import rich_click as click
from click.testing import CliRunner

from kithline_cli.main import cli


def commands(group, path=()):
    """Yield every command with the words that call it."""
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


EVERY = [((), cli), *commands(cli)]
LEAVES = [(words, command) for words, command in EVERY if not isinstance(command, click.Group)]


@pytest.mark.parametrize("words", [words for words, _ in EVERY], ids=" ".join)
def test_help_of_every_command_ends_well_and_shows_an_example(words):
    for flag in ("--help", "-h"):
        told = CliRunner().invoke(cli, [*words, flag])

        assert told.exit_code == 0
        assert "Example: kithline" in told.stdout


@pytest.mark.parametrize(("words", "command"), LEAVES, ids=[" ".join(words) for words, _ in LEAVES])
def test_every_command_speaks_json(words, command):
    assert "--json" in {flag for option in command.params for flag in option.opts}


@pytest.mark.parametrize(("words", "command"), LEAVES, ids=[" ".join(words) for words, _ in LEAVES])
def test_every_option_says_what_it_is_for(words, command):
    assert [one.name for one in command.params if isinstance(one, click.Option) and not one.help] == []


@pytest.mark.parametrize("words", [words for words, _ in LEAVES], ids=" ".join)
def test_an_option_that_does_not_exist_is_wrong_usage(words):
    assert CliRunner().invoke(cli, [*words, "--no-such-option"]).exit_code == 2
