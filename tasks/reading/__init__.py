"""PURE. A notice -> its duties: `files.text_of` a file, `read_notice` its text.

    files      a file of any format -> its text
    decoding   bytes of a plain text -> text, or why not
    source     the text folded to one width, every sentence once; offsets lead back
    documents  where documents begin
    header     number, title, issuer and date of one
    outline    paragraphs and labelled items with their section
    words, phrases, names, owners    the language of assigning: who leads, who cooperates
    dates      limits, recurrences, and the traps that are neither
    tables, marks, offices, subjects, goals    the forms in which a duty is stated
    drafts     a document while it is read
    sentences  one after another: whose turn it is, and what nobody is named for
    clauses    one document -> its duties, form by form
    notice     the whole reading; what looks like a duty and became none

The one rule: an unknown owner or date stays blank, and every span reproduces its text.
"""

from tasks.reading.decoding import decode as decode
from tasks.reading.model import Coverage as Coverage
from tasks.reading.model import Duty as Duty
from tasks.reading.model import Header as Header
from tasks.reading.model import NoticeReading as NoticeReading
from tasks.reading.model import Passage as Passage
from tasks.reading.notice import read_notice as read_notice
