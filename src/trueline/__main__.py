"""``python -m trueline``: the same as the command ``trueline``."""

import sys

from trueline.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
