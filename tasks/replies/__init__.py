"""PURE. What a sentence that a department's contact types in chat is understood to say.

Rooms: `wording` (one form, clauses), `split` and `address` (which task), `finish`, `states`,
`percent`, `due` with `dates`, `problems`, `next_step`, `talk` (what is no report) with `about`
(which task it is about), `read` (all together).
A reading never decides anything: it is shown back and waits for confirmation.
"""

from tasks.replies.about import task_asked_about as task_asked_about
from tasks.replies.model import ReplyReading as ReplyReading
from tasks.replies.model import ReplyState as ReplyState
from tasks.replies.next_step import next_step_of as next_step_of
from tasks.replies.read import promise_passed as promise_passed
from tasks.replies.read import read_reply as read_reply
from tasks.replies.talk import is_question as is_question
from tasks.replies.talk import is_small_talk as is_small_talk
