"""`xiezhi manage create_administrator`: the first account of a court, from which all others are opened."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from xiezhi.foundation.errors import Fact
from xiezhi.identity.models import Court
from xiezhi.identity.services import people


class Command(BaseCommand):
    help = "Enter the first administrator of a court; refused when the court has one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the court and the person."""
        parser.add_argument("--court", required=True, help="the court's code in case numbers, such as 冀06")
        parser.add_argument("--name", required=True, help="the administrator's name")
        parser.add_argument(
            "--staff-number", required=True, help="staff number, which is the name to sign in with"
        )
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the first password from standard input; otherwise one is made and printed once",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter the person; the password must be changed at first sign-in."""
        made = not options["password_stdin"]
        if made:
            password = people.new_password()
        elif sys.stdin.isatty():
            password = getpass.getpass("First password: ")
        else:
            password = sys.stdin.readline().rstrip("\n")
        try:
            person = people.administrator_install(
                court_code=options["court"],
                name=options["name"],
                staff_number=options["staff_number"],
                password=password,
                at=timezone.now(),
            )
        except Court.DoesNotExist:
            raise CommandError(f"No court has the code {options['court']}") from None
        except Fact as fault:
            raise CommandError(fault.message) from fault
        self.stdout.write(f"{person.name} may sign in as {person.staff_number}")
        if made:
            self.stdout.write(f"First password (shown once): {password}")
