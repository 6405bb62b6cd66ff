"""`python -m xiezhi.project` is the `xiezhi` command."""

import sys

from xiezhi.project.cli import main

sys.exit(main())
