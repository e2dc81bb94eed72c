import httpx2
import msgspec
from kithline_cli.client import Client


def test_paging_keeps_the_filters_of_a_list():
    asked: list[dict[str, str]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(dict(request.url.params))
        more = len(asked) < 2
        page = {"data": [len(asked)], "has_more": more, "next_cursor": "next one" if more else None}
        return httpx2.Response(200, content=msgspec.json.encode(page))

    client = Client("http://server", "key")
    client._http = httpx2.Client(base_url="http://server", transport=httpx2.MockTransport(answer))

    assert list(client.pages("/v1/results?run=run_1")) == [1, 2]

    assert asked == [{"run": "run_1", "limit": "200"}, {"run": "run_1", "limit": "200", "cursor": "next one"}]
