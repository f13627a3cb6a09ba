"""`duban run` for tests that kill it: one process imports everything, then forks a bot for each
line that comes in, tells its number, and how it ended. Telegram's pace is lifted.
"""

import os
import sys
import traceback

from bot.app import build
from config import logs
from config.settings import load


def main() -> None:
    """A bot for each line."""
    print("ready", flush=True)  # noqa: T201
    while sys.stdin.readline():
        number = os.fork()
        if number == 0:
            _be_a_bot()
        print(number, flush=True)  # noqa: T201
        _, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _be_a_bot() -> None:
    code = 1
    try:
        settings = load()
        logs.configure("INFO", *settings.secrets())
        build(settings, limits=False).run()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
