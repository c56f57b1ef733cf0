"""A model of the sandbox on a port of its own: ``python -m sandbox.model --mode garbage``."""

from __future__ import annotations

import argparse

from aiohttp import web

from sandbox.chaos import Chaos
from sandbox.model.modes import MODES
from sandbox.model.server import ModelSettings, ModelWorld, routes
from sandbox.wire import Wire


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m sandbox.model", description=__doc__)
    options.add_argument("--port", type=int, default=8091)
    options.add_argument("--key", default="sandbox")
    options.add_argument("--mode", choices=MODES, default="sane")
    chosen = options.parse_args()
    app = web.Application()
    app.add_routes(routes(ModelWorld(ModelSettings(chosen.key), Wire(), Chaos(), chosen.mode)))
    print(f"OPENAI_BASE_URL=http://127.0.0.1:{chosen.port}/v1 OPENAI_API_KEY={chosen.key}", flush=True)
    web.run_app(app, host="127.0.0.1", port=chosen.port, print=None)


if __name__ == "__main__":
    main()
