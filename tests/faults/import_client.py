"""A client that is killed: sends bodies over four connections and notes each in a file once it was acknowledged.

`python import_client.py PORT KEY FOLDER`: sends every FOLDER/*.ndjson that FOLDER/acknowledged does not name yet.
"""

import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import load


async def _post(port: int, key: str, waiting: list[Path], notes: int) -> None:
    """Send bodies until none is left; whatever goes wrong, the same body is sent again."""
    while waiting:
        path = waiting.pop()
        try:
            async with load.Sender(port, "/v1/events:bulk", key) as sender:
                status, _ = await sender.post(path.read_bytes())
        except (OSError, asyncio.IncompleteReadError):
            status = 0
        if status == 200:
            os.write(notes, f"{path.name}\n".encode())
        else:
            waiting.append(path)
            await asyncio.sleep(0.1)


def main(port: int, key: str, folder: Path) -> None:
    """Send what is not acknowledged yet."""
    notes = folder / "acknowledged"
    done = set(notes.read_text().split()) if notes.exists() else set()
    waiting = sorted((path for path in folder.glob("*.ndjson") if path.name not in done), reverse=True)
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    asyncio.run(_send(port, key, waiting, file))


async def _send(port: int, key: str, waiting: list[Path], notes: int) -> None:
    await asyncio.gather(*(_post(port, key, waiting, notes) for _ in range(load.CONNECTIONS)))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
