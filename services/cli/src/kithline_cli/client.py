"""Talks to a server: address and key from the options, the environment, or the stack on this machine."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Final, Self, TypeVar

import httpx2
import msgspec
import rich_click as click
from kithline_core.errors import DomainError, Invalid, NotFound, Unauthenticated, Unavailable
from kithline_core.stack import credentials, folders

NDJSON: Final = "application/x-ndjson"
SECONDS: Final = 120.0
Command = TypeVar("Command", bound=Callable[..., Any])


class Refused(DomainError):
    """The server said no; its problem document says why."""

    code = "refused"


def server_options(command: Command) -> Command:
    """Add `--url` and `--key`."""
    command = click.option(
        "--key", envvar="KITHLINE_KEY", help="API key of the tenant. Default: this machine's stack."
    )(command)
    return click.option("--url", envvar="KITHLINE_URL", help="Address of the server. Default: this machine's stack.")(
        command
    )


def stored() -> credentials.Credentials | None:
    """Return the credentials of the stack on this machine."""
    return credentials.read(folders.locate(os.environ) / "credentials.json")


class Client:
    """One key at one server. Raises Unavailable, Unauthenticated, NotFound, Invalid or Refused in the server's words."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx2.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @classmethod
    def of(cls, url: str | None, key: str | None) -> Self:
        """Return a client of the options, else of this machine's stack. Raises Unavailable when there is neither."""
        known = stored()
        url, key = url or (known.url if known else None), key or (known.tenant_key if known else None)
        if not url or not key:
            raise Unavailable("no server is known; start one with `kithline up`, or name it with --url and --key")
        return cls(url, key)

    def send(self, method: str, path: str, body: bytes | None = None, **more: Any) -> httpx2.Response:  # noqa: ANN401 - headers and the like
        """Send a request and return its answer, whose status is below 400."""
        headers = (
            {"content-type": "application/json", **more.pop("headers", {})}
            if body is not None
            else more.pop("headers", {})
        )
        try:
            answer = self._http.request(method, path, content=body, headers=headers, **more)
        except httpx2.TransportError as error:
            raise Unavailable(
                f"{self._http.base_url} does not answer ({error}); is it up? try `kithline status`"
            ) from None
        if answer.is_error:
            raise _refusal(answer)
        return answer

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Send JSON and return JSON."""
        raw = None if body is None else msgspec.json.encode(body)
        answer = self.send(method, path, raw, **more)
        return msgspec.json.decode(answer.content) if answer.content else None

    def lines(self, path: str) -> Iterator[bytes]:
        """Yield everything behind an address, one JSON object a line."""
        try:
            with self._http.stream("GET", path, headers={"accept": NDJSON}) as answer:
                if answer.is_error:
                    answer.read()
                    raise _refusal(answer)
                yield from (line.encode() for line in answer.iter_lines() if line)
        except httpx2.TransportError as error:
            raise Unavailable(f"{self._http.base_url} broke off ({error})") from None

    def pages(self, path: str) -> Iterator[Any]:
        """Yield every object of a list, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            # Merged: `params` of a request would replace the filters that stand in the path.
            address = httpx2.URL(path).copy_merge_params({"limit": 200, **({"cursor": cursor} if cursor else {})})
            page = self.ask("GET", str(address))
            yield from page["data"]
            cursor = page.get("next_cursor") if page["has_more"] else None


def _refusal(answer: httpx2.Response) -> DomainError:
    kinds: dict[int, type[DomainError]] = {401: Unauthenticated, 404: NotFound, 422: Invalid, 503: Unavailable}
    try:
        problem = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        problem = {}
    said = str(problem.get("detail") or problem.get("title") or f"the server answered {answer.status_code}")
    places = "; ".join(f"{one.get('pointer', '')}: {one.get('message', '')}" for one in problem.get("errors", [])[:5])
    return kinds.get(answer.status_code, Refused)(f"{said}{' - ' + places if places else ''}")
