"""Which task words are about that report nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.replies import is_question, task_asked_about


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("1号是否需要盖章？", 1),
        ("请问12号要报什么材料？", 12),
        ("#12 格式有要求吗", 12),
        ("任务3怎么报？", 3),
        ("第3项由谁牵头？", 3),
        ("12号任务的口径是什么", 12),
        ("Task 7: which form is needed?", 7),
        # A day, several tasks, or none: nobody's guess.
        ("12号前报可以吗？", None),
        ("请问20号之前报行不行", None),
        ("12号开会吗？", None),
        ("3号和5号能不能一起报？", None),
        ("是否需要盖章？", None),
        ("12 可以吗？", None),
    ],
)
def test_the_one_task_that_a_question_names(text: str, task: int | None) -> None:
    assert is_question(text)
    assert task_asked_about(text) == task


@given(st.text(max_size=60))
def test_any_text_will_do(text: str) -> None:
    found = task_asked_about(text)
    assert found is None or 0 < found <= 9999
