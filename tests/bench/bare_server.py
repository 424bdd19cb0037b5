"""A bare python-socketio server: the baseline of server.idle_memory and queue.join_to_ring. Prints its port.

Given the address of a Redis server, it passes a message of "pass" on to whoever said "hear" with that name, through it.
"""

import asyncio
import signal
import sys
from typing import Any

import socketio
import uvloop
from aiohttp import web


async def main() -> None:
    """Accept everybody, and pass on what is said."""
    redis_url = sys.argv[1] if len(sys.argv) > 1 else None
    sio = socketio.AsyncServer(
        async_mode="aiohttp",
        client_manager=socketio.AsyncRedisManager(redis_url) if redis_url else None,
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

    # What is said through it reaches this server only by way of Redis.
    outside = socketio.AsyncRedisManager(redis_url, write_only=True) if redis_url else None

    async def hear(sid: str, message: dict[str, Any]) -> bool:
        await sio.enter_room(sid, message["name"], namespace="/kiosk")
        return True

    async def pass_on(sid: str, message: dict[str, Any]) -> bool:
        if outside is not None:
            await outside.emit("passed", message, namespace="/kiosk", room=message["to"])
        return True

    sio.on("connect", connect, namespace="/kiosk")
    sio.on("hear", hear, namespace="/kiosk")
    sio.on("pass", pass_on, namespace="/kiosk")
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
