"""A bar on the terminal for what takes long; without a terminal, and for what is quick, none.

It stands on standard error and is gone in the end: on standard output stands the answer alone.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 0.5
"""Seconds without a bar."""

SHAPE = "{desc} {bar} {percentage:3.0f}%"
WIDEST, ROWS = 60, 20


@contextmanager
def bar(label: str) -> Iterator[Callable[[float], None]]:
    """Gives what is to be called with the share that is done, from 0.0 to 1.0."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    import threading

    from tqdm import tqdm

    # One process and one thread write here: neither a lock for many nor a watch is needed.
    tqdm.set_lock(threading.RLock())
    tqdm.monitor_interval = 0
    with tqdm(
        total=100,
        desc=label,
        delay=PATIENCE,
        # A terminal that does not tell its size tells 0.
        ncols=min(WIDEST, os.get_terminal_size(sys.stderr.fileno()).columns or WIDEST),
        nrows=ROWS,
        leave=False,
        bar_format=SHAPE,
        file=sys.stderr,
    ) as shown:

        def reach(share: float) -> None:
            shown.update(100 * share - shown.n)

        yield reach
