"""A password service over HTTP: Descope's endpoints for passwords and security questions, and resets by three ways.

    python3 service.py
    curl -s localhost:8080/v1/auth/password/signup -H 'Authorization: Bearer example' \\
        -d '{"loginId": "ada@example.com", "password": "correct horse battery staple"}'

Everything is in memory and gone at the end: it is there to be copied. What is
done with an outcome stands in service_host.py, the endpoints in
service_routes.py, what is stored in service_store.py.
"""

import argparse
import asyncio
import json
import pathlib
import secrets
import signal

import service_http
from saltbox import Saltbox
from service_api import Api
from service_host import Host
from service_routes import DEV_ROUTES, ROUTES

CONFIG = {
    "keys": {"create_key_id": 1},
    "policy": {"profile": "nist-63b-4"},
    "questions": {
        "pool": [
            {"id": "pet", "text": "What was the name of your first pet?", "kind": "pet"},
            {"id": "city", "text": "Where were you born?", "kind": "city"},
            {"id": "day", "text": "When did your parents marry?", "kind": "date"},
        ],
        "set_up": 2,
    },
}


# What stands in for administrators is not to be guessed.
KEY_MIN = 16


def options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--config", type=pathlib.Path, metavar="FILE", help="JSON, as README shows it")
    parser.add_argument("--key-file", type=pathlib.Path, metavar="FILE", help="the root key 1, 32 random bytes or more")
    parser.add_argument("--project", default="example", metavar="ID")
    parser.add_argument("--management-key", metavar="KEY", help="one is made and printed where there is none")
    parser.add_argument("--app-url", default="http://localhost:3000/reset", metavar="URL", help="where links lead")
    parser.add_argument("--dev", action="store_true", help="adds /dev/clock, /dev/clear and /dev/outbox, for tests")
    parser.add_argument("--listen", default="127.0.0.1:8080", metavar="HOST:PORT")
    given = parser.parse_args()
    if given.management_key is not None and len(given.management_key.encode()) < KEY_MIN:
        parser.error(f"--management-key has to have {KEY_MIN} bytes or more")
    return given


async def serve(given):
    config = given.config.read_text() if given.config else json.dumps(CONFIG)
    # The store ends with the process, so the key may.
    key = given.key_file.read_bytes() if given.key_file else secrets.token_bytes(32)
    management_key = given.management_key
    if management_key is None:
        management_key = secrets.token_hex(32)
        print("management key:", management_key)
    host = Host(Saltbox(config, {1: key}), given.project, given.app_url)
    api = Api(host, ROUTES | (DEV_ROUTES if given.dev else {}), given.project, management_key)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    name, _, port = given.listen.rpartition(":")
    server = await service_http.listen(name, int(port), api.answer, api.refuse)
    name, port = server.sockets[0].getsockname()[:2]
    print(f"listening on http://{name}:{port}", flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(options()))
