"""``make bench``: measure the app against its goals and print a table.

This file only finds the repository; the work is in ``tests.bench.bench``.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])

    from tests.bench.bench import main

    sys.exit(main())
