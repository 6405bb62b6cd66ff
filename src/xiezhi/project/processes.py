"""The processes of the product: one tree for `xiezhi run`, or each as its own service."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from types import FrameType


def run_web(*, host: str, port: int) -> int:
    """Serve pages and API until stopped."""
    import uvicorn
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # Static files are read whole before they are sent: they are small, and real servers have a proxy.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    uvicorn.run(
        "xiezhi.project.asgi:application",
        host=host,
        port=port,
        lifespan="off",
        log_level=os.environ.get("XIEZHI_LOG_LEVEL", "warning").lower(),
        timeout_graceful_shutdown=10,
    )
    return 0


def run_worker() -> int:
    """Run jobs, subscribers, the sealer and timers until stopped."""
    from xiezhi.foundation import jobs
    from xiezhi.project import subscriptions

    subscriptions.register()
    stop = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    jobs.run_worker(stop)
    return 0


def _is_taken(host: str, port: int) -> bool:
    """Tell whether somebody listens there already; asked first, so that a second start disturbs nothing."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def run_tree(*, host: str, port: int, demo: bool, demo_cases: int) -> int:
    """Start database, web and worker; when one ends or Ctrl-C comes, stop them all."""
    started = time.monotonic()
    if _is_taken(host, port):
        print(
            f"端口 {port} 已被占用：獬豸可能已经在运行。请先停止它，或者用 --port 换一个端口。",
            file=sys.stderr,
        )
        return 1
    if demo:
        os.environ["XIEZHI_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiezhi.project.settings")
    from xiezhi.project import database

    embedded = "DATABASE_URL" not in os.environ
    database.ensure(keep_running=False)
    import django

    django.setup()
    from xiezhi.project import setup

    setup.prepare_database()
    if demo:
        from xiezhi.demo import loader

        if not loader.is_loaded():
            print("正在载入演示法院（首次启动，约两三分钟）…", flush=True)
            print(loader.describe(loader.load(cases=demo_cases, seed=1, progress=True)), flush=True)
    from django.db import connections

    connections.close_all()
    command = [sys.executable, "-m", "xiezhi.project"]
    children = [
        subprocess.Popen([*command, "web", "--host", host, "--port", str(port)]),  # noqa: S603
        subprocess.Popen([*command, "worker"]),  # noqa: S603
    ]
    stopping = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    print(
        f"獬豸已启动（{time.monotonic() - started:.0f} 秒）：http://{host}:{port}  按 Ctrl-C 停止", flush=True
    )
    code = 0
    while not stopping.wait(0.3):
        ended = [child for child in children if child.poll() is not None]
        if ended:
            code = ended[0].returncode or 1
            print("有一个进程意外停止，正在停止全部进程。", file=sys.stderr)
            break
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
    if embedded:
        print("已停止。")
    return code
