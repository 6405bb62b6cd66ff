"""`python -m xiezhi.project` is the `xiezhi` command."""

import sys

from xiezhi.project.cli import main

# Processes that a command starts import this module too; they must not run the command again.
if __name__ == "__main__":
    sys.exit(main())
