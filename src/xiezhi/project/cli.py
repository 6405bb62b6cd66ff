"""The `xiezhi` command line; `xiezhi --help` explains itself.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from xiezhi.foundation.errors import Fact
from xiezhi.law import cli as law_cli


def _django(*, database_url: bool = True) -> None:
    """Make Django ready; with the embedded database started where no other is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiezhi.project.settings")
    if database_url:
        from xiezhi.project import database

        database.ensure()
    import django

    django.setup()


def _run(args: argparse.Namespace) -> int:
    from xiezhi.project import processes

    return processes.run_tree(host=args.host, port=args.port, demo=args.demo, demo_cases=args.demo_cases)


def _migrate(args: argparse.Namespace) -> int:
    _django()
    from xiezhi.project import setup

    setup.prepare_database()
    return 0


def _worker(args: argparse.Namespace) -> int:
    _django()
    from xiezhi.project import processes

    return processes.run_worker()


def _web(args: argparse.Namespace) -> int:
    _django()
    from xiezhi.project import processes

    return processes.run_web(host=args.host, port=args.port)


def _demo(args: argparse.Namespace) -> int:
    os.environ["XIEZHI_DEMO"] = "1"
    _django()
    from xiezhi.demo import loader
    from xiezhi.project import setup

    setup.prepare_database()
    report = loader.load(cases=args.cases, seed=args.seed, progress=not args.json)
    print(json.dumps(report, ensure_ascii=False) if args.json else loader.describe(report))
    return 0


def _import_judgments(args: argparse.Namespace) -> int:
    path = Path(args.path)
    if not path.exists():
        print(f"找不到 {path}", file=sys.stderr)
        return 2
    if args.dry_run:
        from xiezhi.project import imports

        return imports.judgments_dry_run(path, jsonl=args.jsonl)
    _django()
    from xiezhi.project import imports

    return imports.judgments_import(path, court_code=args.court, json_report=args.json)


def _journal_verify(args: argparse.Namespace) -> int:
    _django()
    from xiezhi.foundation import journal

    report = journal.verify(witness=args.witness)
    if args.json:
        print(json.dumps(asdict(report), ensure_ascii=False))
    elif report.ok:
        print(f"日志完整：{report.entries} 条记录，{report.seals} 个封存批次，逐条核对无误。")
        if report.unsealed:
            print(f"另有 {report.unsealed} 条刚写入，尚未封存，无从核对。")
        if report.newest_seal:
            print(f"最新封存 {report.newest_seal}（请另行保存，日后用 --witness 核对日志没有被整体重造）")
    elif report.first_bad is not None:
        print(f"日志被改动：第一条不符的记录是 {report.first_bad}。{report.reason}")
    else:
        print(f"日志被改动：{report.reason}")
    return 0 if report.ok else 1


def _journal_seal(args: argparse.Namespace) -> int:
    _django()
    from xiezhi.foundation import journal

    print(f"封存 {journal.seal()} 条")
    return 0


def _journal_replay(args: argparse.Namespace) -> int:
    _django()
    from xiezhi.foundation import journal
    from xiezhi.project import subscriptions

    subscriptions.register()
    print(f"重放 {journal.replay(args.subscriber)} 条")
    return 0


def _manage(args: argparse.Namespace) -> int:
    _django()
    from django.core.management import call_command

    call_command(*args.arguments)
    return 0


def parser() -> argparse.ArgumentParser:
    """Build the whole command line."""
    top = argparse.ArgumentParser(
        prog="xiezhi", description="獬豸：法院办案平台。An open smart-court platform."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str, function: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=function)
        return command

    run = add("run", "start database, web and worker together; Ctrl-C stops all", _run)
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument(
        "--demo", action="store_true", help="load the demonstration courts first, if they are not there"
    )
    run.add_argument("--demo-cases", type=int, default=20000, metavar="N")

    web = add("web", "the web process alone", _web)
    web.add_argument("--host", default="127.0.0.1")
    web.add_argument("--port", type=int, default=8000)
    add("worker", "the worker process alone: jobs, subscribers, seals, timers", _worker)
    add("migrate", "bring the database up to date", _migrate)

    demo = add("demo", "load demonstration courts, invented people and cases", _demo)
    demo.add_argument("--cases", type=int, default=20000, metavar="N")
    demo.add_argument("--seed", type=int, default=1, metavar="S")
    demo.add_argument("--json", action="store_true", help="the report as JSON")

    imports = commands.add_parser("import", help="bring data in").add_subparsers(dest="what", required=True)
    judgments = imports.add_parser("judgments", help="published judgments: closed cases with their history")
    judgments.add_argument(
        "path", metavar="PATH", help="a .jsonl, .jsonl.gz, .json or .txt file, or a folder of them"
    )
    judgments.add_argument("--dry-run", action="store_true", help="read only; write nothing")
    judgments.add_argument("--jsonl", action="store_true", help="with --dry-run: one JSON object a judgment")
    judgments.add_argument(
        "--court", default="", metavar="CODE", help="only judgments of this court, e.g. 冀0606"
    )
    judgments.add_argument("--json", action="store_true", help="the report as JSON")
    judgments.set_defaults(run=_import_judgments)

    journal = commands.add_parser("journal", help="the record of what happened").add_subparsers(
        dest="what", required=True
    )
    verify = journal.add_parser(
        "verify", help="recompute every hash; 0 when whole, 1 and the first bad entry when not"
    )
    verify.add_argument("--json", action="store_true")
    verify.add_argument(
        "--witness",
        default="",
        metavar="NUMBER:HASH",
        help="a newest seal noted earlier, which must still be there",
    )
    verify.set_defaults(run=_journal_verify)
    journal.add_parser("seal", help="seal what is not sealed yet").set_defaults(run=_journal_seal)
    replay = journal.add_parser("replay", help="deliver everything to a subscriber again, from the start")
    replay.add_argument("subscriber")
    replay.set_defaults(run=_journal_replay)

    law_cli.add_law_commands(commands)

    manage = add("manage", "one of Django's own commands", _manage)
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a terminal that cannot show a character does not end the run
            stream.reconfigure(errors="backslashreplace")
    args = parser().parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except Fact as fact:
        print(fact.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
