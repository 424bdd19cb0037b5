"""A bare python-socketio server: the baseline of server.idle_memory. Prints its port."""

import asyncio
import signal
import sys
from typing import Any

import socketio
import uvloop
from aiohttp import web


async def main() -> None:
    """Accept everybody and say nothing."""
    sio = socketio.AsyncServer(
        async_mode="aiohttp",
        serializer="msgpack",
        transports=["websocket"],
        ping_interval=5,
        ping_timeout=4,
        http_compression=False,
        websocket_compression=False,
        namespaces=["/kiosk"],
    )

    async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
        return None

    sio.on("connect", connect, namespace="/kiosk")
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await sio.shutdown()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(main())
