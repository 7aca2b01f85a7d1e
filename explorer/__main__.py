"""``python -m explorer``: the same as the command ``latent-explorer``.

Python puts the current folder first among the places it imports from, where a
user's own ``models.py`` or ``numpy.py`` would stand in for the real ones. Only
modules that Python itself has loaded by now may be imported before it is gone.
"""

import os
import sys

if __name__ == "__main__":
    here = os.path.abspath(__file__)  # noqa: PTH100  # pathlib may be the user's own
    home = os.path.dirname(os.path.dirname(here))  # noqa: PTH120  # so may it here
    if not sys.flags.safe_path:
        del sys.path[0]
    if home not in sys.path:
        sys.path.insert(0, home)

    from explorer.cli import main

    sys.exit(main())
