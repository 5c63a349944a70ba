"""A real OpenID provider on this machine (npm's oidc-provider, a certified one), and people who visit it."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx

from service.web.assets.fetch import node, package_file

FOLDER = Path(__file__).resolve().parent
CLIENT, SECRET = "shenpi", "a secret of the tests"
_STEPS_MAX = 12


@contextmanager
def serving(back: str) -> Iterator[str]:
    """Run it until the end, knowing us at this address; gives the issuer."""
    package_file("oidc-provider/package.json", FOLDER)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    command = [*node(), str(FOLDER / "server.mjs"), str(port), back]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def visit(address: str, name: str) -> str:
    """Follow a browser to the provider, sign in there as somebody, agree; gives where it is sent back to."""
    with httpx.Client(trust_env=False) as browser:
        answer = browser.get(address)
        for _ in range(_STEPS_MAX):
            if answer.is_redirect:
                on = urljoin(str(answer.url), answer.headers["location"])
                if httpx.URL(on).port != httpx.URL(address).port:
                    return on
                answer = browser.get(on)
                continue
            form = re.search(r'action="([^"]+)"', answer.text)
            assert form is not None, answer.text
            kind = "login" if 'name="login"' in answer.text else "consent"
            answer = browser.post(
                urljoin(str(answer.url), form[1]), data={"prompt": kind, "login": name, "password": "any"}
            )
    raise AssertionError(f"the provider does not come to an end: {answer.url}")
