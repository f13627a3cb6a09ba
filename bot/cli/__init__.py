"""The console: what an operator or a coordinator does without a chat.

One file per subject; each has `add`, which describes its commands, and the functions that do
them. `console` opens the database, `output` prints, `words` holds the sentences.

Two rules: on standard output stands the answer and nothing else, with `--json` one document;
and nothing heavy is imported before a command needs it, so that `--help` and what needs no
database answer at once.
"""

import os
import sys
from collections.abc import Sequence

from bot.cli import (
    arguments,
    database,
    departments,
    doctor,
    inbox,
    invitations,
    notices,
    output,
    people,
    reminders,
    replies,
    service,
    summary,
    tasklist,
)
from bot.cli.words import Words, office_words
from tasks.errors import DubanError

SUBJECTS = (
    service,
    notices,
    departments,
    invitations,
    people,
    reminders,
    summary,
    tasklist,
    inbox,
    replies,
    database,
    doctor,
)

INTERRUPTED = 130


def run(argv: Sequence[str]) -> int:
    """Do what the arguments say: 0 done, 1 refused, 2 wrong usage."""
    output.prepare()
    words = office_words()
    args = parser(words).parse_args(argv)
    try:
        args.act(args, words)
    except DubanError as refusal:
        output.complain(words.refusal(refusal))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain of it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        sentence = _known(error, words)
        if sentence is None:
            raise
        output.complain(sentence)
        return 1
    return 0


def parser(words: Words) -> arguments.Parser:
    """Every command that there is."""
    top = arguments.Parser(prog="duban", description=words.help("duban"), words=words)
    commands = top.group("command")
    for subject in SUBJECTS:
        subject.add(commands)
    return top


def _known(error: Exception, words: Words) -> str | None:
    """The sentence for what may go wrong outside of us; None for a mistake of ours."""
    if isinstance(error, OSError):
        return words.say("system", reason=error.strerror or type(error).__name__)
    # Neither is worth importing before it was raised.
    named = {(kind.__module__.split(".")[0], kind.__name__) for kind in type(error).__mro__}
    if ("config", "SettingsError") in named:
        return words.say("settings", reason=str(error).replace("\n", "; "))
    if ("sqlalchemy", "DBAPIError") in named or ("sqlalchemy", "ArgumentError") in named:
        return words.say("database_lost", reason=type(getattr(error, "orig", error)).__name__)
    return None
