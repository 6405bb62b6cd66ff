"""A running product with demonstration courts, and a real browser in front of it.

`XIEZHI_BROWSER_URL` names a product that runs already and `XIEZHI_BROWSER_VAR` its folder; without them the
tests start one of their own.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

REPO = Path(__file__).parents[2]
CASES = 400
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the product keeps its data."""
    running = os.environ.get("XIEZHI_BROWSER_VAR")
    return Path(running) if running else tmp_path_factory.mktemp("product")


@pytest.fixture(scope="session")
def environment(folder: Path) -> dict[str, str]:
    """The environment of the product's commands, free of what the test session sets for itself."""
    ours = {"DATABASE_URL", "XIEZHI_TESTING", "XIEZHI_FILES", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"XIEZHI_VAR": str(folder), "PYTHONPATH": str(REPO / "src")}


@pytest.fixture(scope="session")
def product(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of the product, started as a user would: `xiezhi run --demo`, in a folder of its own."""
    running = os.environ.get("XIEZHI_BROWSER_URL")
    if running:
        yield running.rstrip("/")
        return
    port = _free_port()
    command = [sys.executable, "-m", "xiezhi.project", "run", "--demo"]
    command += ["--demo-cases", str(CASES), "--port", str(port)]
    log = (folder / "product.log").open("w")
    process = subprocess.Popen(command, cwd=REPO, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 240
        while True:
            if process.poll() is not None:
                pytest.fail(f"the product did not start:\n{(folder / 'product.log').read_text()[-4000:]}")
            asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with contextlib.suppress(OSError), contextlib.closing(asking):
                asking.request("GET", "/accounts/login/")
                if asking.getresponse().status == 200:
                    break
            if time.monotonic() > deadline:
                pytest.fail(f"the product took too long:\n{(folder / 'product.log').read_text()[-4000:]}")
            time.sleep(0.5)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    executable = shutil.which("chromium")
    assert executable, "chromium is missing; make setup installs it"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=executable,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield found
        found.close()


@pytest.fixture
def context(browser: Browser, product: str) -> Iterator[BrowserContext]:
    """A browser profile of its own, as wide as a desk screen."""
    made = browser.new_context(
        base_url=product,
        viewport=DESKTOP,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",  # a robot clicks faster than a page glides
    )
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test on any script error, blocked resource or server error."""
    made = context.new_page()
    faults: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def on_response(answer: Response) -> None:
        if answer.status >= 500:
            faults.append(f"{answer.status} {answer.url}")

    made.on("pageerror", lambda error: faults.append(f"script: {error}"))
    made.on("console", on_console)
    made.on("response", on_response)
    yield made
    assert not faults


SignIn = Callable[..., None]


@pytest.fixture
def sign_in(page: Page) -> SignIn:
    """Sign in by one click as the demonstration person of a role (its Chinese name).

    `court`: 0 is the intermediate court, 1 and 2 are basic courts. `person`: somebody else of the role.
    """

    def enter(role: str, court: int = 1, person: int | None = None) -> None:
        page.context.clear_cookies()
        page.goto("/accounts/login/")
        named = page.locator("strong", has_text=re.compile(f"^{role}$"))
        button = page.locator(".demo-court").nth(court).locator(".demo-person").filter(has=named)
        if person is not None:
            # Every invented person may sign in; the page shows one of each role, so name another.
            button.evaluate("(button, person) => { button.value = person }", str(person))
        button.click()
        page.wait_for_url("**/")

    return enter


def person_named(page: Page, name: str) -> int:
    """Look up who judges under a name, as somebody who may see the people of the court."""
    page.get_by_role("link", name="人员和岗位").click()
    page.get_by_role("textbox", name="姓名").fill(name)
    page.get_by_role("button", name="筛选").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
    link = row.filter(has_text=re.compile("法官|庭长|院长")).get_by_role("link", name=name, exact=True)
    address = link.get_attribute("href")
    assert address
    return int(re.sub(r"\D", "", address))
