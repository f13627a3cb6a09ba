"""PURE. The numbers that an office may set, each with the source of its default."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of design §5; days are working days unless said otherwise."""

    rungs: tuple[int, ...] = (7, 3, 1, 0)
    """Days before the limit on which it is recalled (design §5; domain.md e)."""
    node_rungs: tuple[int, ...] = (3, 0)
    """Days before a milestone on which it is recalled; our choice, fewer than for a limit."""
    quiet_after_answer: int = 2
    """No ask within these days after an answer (design §5, "ask little")."""
    yellow_within: int = 3
    """Yellow from this many days before the limit (domain.md b7: Xi'an, three days)."""
    sign_within: int = 1
    """To be signed within these days of delivery (design §5; domain.md e)."""
    sign_repeats: int = 3
    """How often signing is asked for, once a day; our choice."""
    overdue_daily_until: int = 5
    """Overdue is recalled daily until this day, then weekly (domain.md b9: five days)."""
    blue_after: int = 1
    """Days after the limit until the blue slip (domain.md b9: the day after)."""
    yellow_slip_after: int = 3
    """Days after the limit until a yellow slip is drafted (domain.md e; b6)."""
    red_slip_after: int = 5
    """Days after the limit until a red slip is drafted (domain.md e; b9)."""
    decline_within: int = 5
    """Days after delivery in which a department may decline (domain.md b10)."""
    judge_within: int = 2
    """The office's own time to answer a submission, extension or decline (domain.md e)."""
    endorse_within: int = 1
    """Days that a head has to sign a request before it goes on unsigned (design §5)."""
    leader_from: int = 3
    """From this extension of a task on the leader decides (domain.md e: two, then leader)."""
    arrangements_ask_after: int = 5
    """Days after issue on which arrangements without a limit are asked for; our choice."""
    arrangements_within: int = 10
    """Days after issue in which they are to be named (domain.md b12: two weeks)."""
    ahead_margin: int = 5
    """Expected this many days before the limit is ahead of schedule (design §2)."""
    silent_behind: int = 2
    """This many unanswered periods in a row are behind schedule (design §2)."""
    lag_points: int = 20
    """Percent this far below elapsed time asks once about the limit (design §2)."""
    dialogue_for: timedelta = timedelta(days=3)
    """How long a question of the bot's takes the next words as its answer; our choice."""
    nudge_gap: timedelta = timedelta(hours=4)
    """Least time between two nudges of one task (domain.md e: four hours)."""
