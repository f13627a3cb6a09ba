"""The `duban` command: `python -m bot` is the same."""

import sys

from bot.cli import run


def main() -> int:
    """Do what the command line says and return the exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
