"""Runs the app in the daemon's own event loop, leaving signals to the daemon."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from litestar import Litestar


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handlers: the daemon drains in its own order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(listen: str, key: str = "http.listen") -> socket.socket:
    """Return a listening socket for ``host:port``, the setting *key*; raises OSError when it is taken."""
    host, _, port = listen.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host.strip("[]"), int(port)))
        # with SO_REUSEADDR a taken port is noticed here, not before
        bound.listen(128)
    except OSError as error:
        bound.close()
        why = f"{listen}: cannot listen there: {error.strerror}; give {key} another port"
        raise OSError(error.errno, why) from error
    return bound


@contextlib.asynccontextmanager
async def serving(app: Litestar, bound: socket.socket) -> AsyncIterator[int]:
    """Serve *app* on *bound* while inside; yields the port."""
    settings = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        proxy_headers=False,  # uvicorn would believe everybody on this host
        timeout_graceful_shutdown=3,
    )
    server = _Server(settings)
    running = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started and not running.done():  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.01)
        if running.done():
            raise RuntimeError("the web server did not start")
        yield bound.getsockname()[1]
    finally:
        server.should_exit = True
        await running
