"""What a tenant chose about methods, from a server into a folder and back: see choices.json."""

from typing import Any, Final
from urllib.parse import quote

import msgspec

from kithline_cli.answered import answered
from kithline_cli.client import Client
from kithline_core.errors import DomainError, Forbidden
from kithline_core.model.chosen import Choices
from kithline_core.model.indices import NewIndexVariant

WHY: Final = "as in the folder that was imported"


def fetched(client: Client) -> Choices | None:
    """Return what a tenant chose; None for a key that may not read it (`runs:read`, `plugins:read`, `indices:read`)."""
    try:
        scorers = client.ask("GET", "/v1/scorers")["data"]
        plugins = client.ask("GET", "/v1/plugins")["data"]
        variants = client.ask("GET", "/v1/index-variants")
    except Forbidden:
        return None
    return Choices(
        parameters={one["key"]: one["own"] for one in scorers if one["own"]},
        pinned={one["plugin"]: one["pinned"] for one in plugins if one["pinned"]},
        indices={one["variant"]: _variant(one) for one in variants},
    )


def send(client: Client, choices: Choices) -> None:
    """Choose what a folder says, where that is another choice than the tenant's; what it does not name stays.

    Raises DomainError in the server's words, with the file's name: a plugin may not be there, or not take a value.
    """
    try:
        _send(client, choices)
    except DomainError as error:
        raise type(error)(f"choices.json: {error.detail}") from None


def _send(client: Client, choices: Choices) -> None:
    # First the versions: parameters have to fit them.
    pinned = {one["plugin"]: one["pinned"] for one in client.ask("GET", "/v1/plugins")["data"]}
    for plugin, version in choices.pinned.items():
        if pinned.get(plugin) != version:
            client.ask("PATCH", f"/v1/plugins/{quote(plugin, safe='')}", {"pinned": version, "reason": WHY})
    own = {one["key"]: one["own"] for one in client.ask("GET", "/v1/scorers")["data"]}
    for scorer, parameters in choices.parameters.items():
        if own.get(scorer) != parameters:
            asked = {"parameters": parameters, "reason": WHY}
            answered(client, "PUT", f"/v1/scorers/{quote(scorer, safe='')}/parameters", asked)
    for name, variant in choices.indices.items():
        client.ask("PUT", f"/v1/index-variants/{quote(name, safe='')}", variant)


def _variant(one: dict[str, Any]) -> NewIndexVariant:
    return msgspec.convert({name: one[name] for name in NewIndexVariant.__struct_fields__}, NewIndexVariant)
