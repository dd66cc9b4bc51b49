"""A line with a delay: passes bytes between loopback ports, each way half a round trip late, for `guitai bench link`.

``python -m guitai.cli.link_delay PORT FAR_PORT ROUND_TRIP_MS``, until it is terminated.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

CHUNK_BYTES = 64 * 1024
WINDOW_CHUNKS = 1024
"""Under way at most, as a socket's buffers would hold them."""


async def serve(port: int, far_port: int, one_way_s: float) -> None:
    """Serve for ever."""

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", far_port)
        async with asyncio.TaskGroup() as both:
            both.create_task(_late(reader, far_writer, one_way_s))
            both.create_task(_late(far_reader, writer, one_way_s))

    server = await asyncio.start_server(joined, "127.0.0.1", port)
    await server.serve_forever()


async def _late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way_s: float) -> None:
    """Write what is read, that much later, in order."""
    loop = asyncio.get_running_loop()
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(WINDOW_CHUNKS)

    async def out() -> None:
        while True:
            due, chunk = await under_way.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not chunk:
                return
            writer.write(chunk)
            await writer.drain()

    writing = asyncio.create_task(out())
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(CHUNK_BYTES):
            await under_way.put((loop.time() + one_way_s, chunk))
        await under_way.put((loop.time() + one_way_s, b""))
        await writing
    writing.cancel()
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) / 2000))
