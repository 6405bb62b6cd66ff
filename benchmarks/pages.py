"""Server time of the pages people open all day, in the database that `benchmarks.demo` loaded."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from xiezhi.cases.models import Case
from xiezhi.demo import loader
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Post

USERS = 8
TIMES = 15


def _client(role: Role, number: int) -> Client:
    """A signed-in person of the role; another one for each number."""
    posts = Post.objects.in_force(timezone.localdate()).filter(role=role, person__user__is_active=True)
    post = posts.select_related("person__user").order_by("-court__level", "pk")[number]
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(post.person.user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/")  # the session chooses its post
    return client


def _open(client: Client, path: str) -> None:
    status = client.get(path).status_code
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")


def _measure(name: str, role: Role, address: Callable[[Client, int], str]) -> None:
    clients = [_client(role, number) for number in range(USERS)]
    paths = [address(client, number) for number, client in enumerate(clients)]
    with CaptureQueriesContext(connection) as watched:
        _open(clients[0], paths[0])
        queries = len(watched)

    def work(number: int) -> list[float]:
        took = []
        for _ in range(TIMES):
            started = time.perf_counter()
            _open(clients[number], paths[number])
            took.append((time.perf_counter() - started) * 1000)
        connections.close_all()
        return took

    alone = work(0)
    with ThreadPoolExecutor(USERS) as pool:
        together = sorted(value for took in pool.map(work, range(USERS)) for value in took)
    p95 = together[int(len(together) * 0.95)]
    print(
        f"   {name:<22} alone {statistics.median(alone):6.1f} ms   {USERS} at once: median"
        f" {statistics.median(together):6.1f} ms, p95 {p95:6.1f} ms   {queries} queries"
    )


def run() -> None:
    """Print median and p95 of the desk, the list's first page, a filtered list and the case page."""
    if not loader.is_loaded():
        loader.load(cases=int(os.environ.get("XIEZHI_BENCH_CASES", "20000")), seed=1, progress=False)
    print(f"   {Case.objects.count():,} cases")

    def a_case(client: Client, number: int) -> str:
        post = Post.objects.filter(role=Role.FILING_CLERK).order_by("-court__level", "pk")[number]
        return f"/cases/{Case.objects.filter(court=post.court).order_by('-pk')[:1].get().pk}/"

    _measure("desk of a judge", Role.JUDGE, lambda _c, _n: "/")
    _measure("list, first page", Role.FILING_CLERK, lambda _c, _n: "/cases/")
    _measure("list, words and stage", Role.FILING_CLERK, lambda _c, _n: "/cases/?q=公司&stage=HEARING")
    _measure("case page", Role.FILING_CLERK, a_case)
