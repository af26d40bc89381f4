"""An application on a free port of this machine, in threads."""

from __future__ import annotations

import threading

from flask import Flask
from werkzeug.serving import make_server


class Served:
    """``with Served(app) as origin:`` serves until the block ends."""

    def __init__(self, app: Flask) -> None:
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.server.port}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
