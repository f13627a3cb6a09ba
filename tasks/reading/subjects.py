"""PURE. Owners as the subject of a sentence: 教育部门要…, 由A牵头，B配合, 各单位一律…."""

from dataclasses import dataclass, field

from tasks.reading import words
from tasks.reading.dates import DAY_LIMIT, MONTH_LIMIT, YEAR_END
from tasks.reading.names import (
    BARE,
    PERSONS,
    are_subject_names,
    at_depth_0,
    is_class,
    split_names,
)
from tasks.reading.phrases import (
    ADVERBS,
    BEFORE_NO_MODAL,
    BESIDES,
    DEFINES,
    DONE,
    EXPLAINED,
    HISTORY,
    HOPES,
    LAST_SIGNS,
    MOST_OPENINGS,
    NAMED_FIRST,
    NOT_AFTER,
    NOT_STOPPERS,
    OFFICE,
    OPENINGS,
    PREAMBLES,
    PREDICATE,
    PURPOSES,
    REACH,
    RELATIVE,
    REPORTS,
    ROLE_NAME,
    STOPPERS,
    THEN,
    WHEN,
)


@dataclass(slots=True)
class Subject:
    """Who is meant in one clause, and how firmly."""

    names: tuple[str, ...]
    rest: int
    """Where the predicate begins in the clause."""
    strong: bool
    """With a modal, 负责, 牵头, 请 or 由: an assignment beyond doubt."""
    by: bool = False
    """Named with 由."""


@dataclass(slots=True)
class Unit:
    """A stretch of one sentence with its owners; `start` and `end` within the sentence."""

    start: int
    end: int
    lead: list[str] = field(default_factory=list)
    cooperating: list[str] = field(default_factory=list)
    strong: bool = False
    at: int = 0
    """Where the subject stands."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """Names that fill a clause of their own: 各地、各部门，要…."""

    start: int
    names: tuple[str, ...]


def _names_only(clause: str, start: int) -> _Listed | None:
    if not clause.endswith("，"):
        return None
    begun, _, _ = _after_openings(clause)
    phrase = clause[begun:].rstrip("，").strip()
    names = split_names(phrase)
    return _Listed(start, names) if are_subject_names(phrase, names) else None


def _of_list_before(clause: str, before: _Listed, subject: Subject | None) -> Subject | None:
    """The list before a clause belongs to its subject, or is the subject of 要…."""
    if subject is not None:
        if subject.strong or all(map(is_class, before.names)):
            subject.names = tuple(dict.fromkeys((*before.names, *subject.names)))
        return subject
    bare = clause.lstrip("也还均都")
    if bare.startswith((*words.MODALS, *words.DUTY_VERBS)) and not bare.startswith(
        (*words.NOT_MODALS, *words.NOT_DUTY_VERBS)
    ):
        return Subject(before.names, 0, strong=True)
    return None


def clauses(sentence: str) -> list[tuple[int, int]]:
    """The clauses of a sentence: stretches between ，；： outside brackets."""
    found = []
    begun = depth = 0
    for place, sign in enumerate(sentence):
        if sign in "（【〔":
            depth += 1
        elif sign in "）】〕":
            depth = max(0, depth - 1)
        elif sign in "，；：" and depth == 0:
            if sign == "：" and (
                sentence[place - 1 : place].isdigit() and sentence[place + 1 : place + 2].isdigit()
            ):
                continue
            found.append((begun, place + 1))
            begun = place + 1
    if begun < len(sentence):
        found.append((begun, len(sentence)))
    return found


def subject_of(clause: str, *, colon: bool = False) -> Subject | None:
    """The owners that a clause begins with; `colon`: 市教育局：… counts as well."""
    begun, by, asked = _after_openings(clause)
    body = clause[begun : begun + REACH]
    best: Subject | None = None
    acting = False
    outside = set(at_depth_0(body)) if "（" in body else None
    named = 0
    for match in PREDICATE.finditer(body):
        word, place = match.group(), match.start()
        if place < named or (outside is not None and place not in outside):
            continue
        if place and word not in words.MODALS and OFFICE.match(body, match.end()):
            continue
        role_name = ROLE_NAME.match(body, place)
        if role_name:
            named = role_name.end()
            continue
        if body.startswith((*words.NOT_MODALS, *NOT_STOPPERS), place) or (
            word == "要" and body[place - 1 : place] in BEFORE_NO_MODAL
        ):
            continue
        if place == 0:
            if word in STOPPERS:
                return None
            continue
        if word == "：" and not colon:
            break
        if place >= 2 and not body.startswith(words.NOT_DUTY_VERBS, place):
            found = _judged(body, place, word, by=by, asked=asked)
            if found and (found.strong or not acting):
                best = found
        if word in STOPPERS and not body.startswith(words.NOT_DUTY_VERBS, place):
            if len(word) == 1 or word in words.MODALS or word in words.DUTY_VERBS:
                break
            acting = True
    if best is None and (by or asked):
        best = _named_first(body, by=by)
    if best:
        best.rest += begun
    return best


def _named_first(body: str, *, by: bool) -> Subject | None:
    """由市指挥部协商…, 请各乡镇紧扣…: after 请 and 由 whoever is named first, whatever they do."""
    clause = body.rstrip("，；。：")
    if "的" in clause or clause.endswith(words.FACTS):
        return None
    for place in range(min(len(clause) - 2, NAMED_FIRST), 2, -1):
        if clause[place - 1] not in LAST_SIGNS or clause.startswith(NOT_AFTER, place):
            continue
        if _are_whole(clause[: place - 1]):
            place -= 1
        elif not _are_whole(clause[:place]):
            continue
        return Subject(split_names(clause[:place]), place, strong=True, by=by)
    return None


def _are_whole(phrase: str) -> bool:
    """Whether a phrase is nothing but names, also behind its 等."""
    _, found, tail = phrase.rpartition("等")
    if (found and tail not in BARE and not is_class(tail)) or any(
        sign in phrase for sign in "向把将"
    ):
        return False
    return are_subject_names(phrase, split_names(phrase))


def _judged(body: str, place: int, word: str, *, by: bool, asked: bool) -> Subject | None:
    phrase = body[:place].strip()
    while phrase.endswith(ADVERBS):
        phrase = phrase[: -len(next(word for word in ADVERBS if phrase.endswith(word)))]
    if "的" in phrase:
        head, _, phrase = phrase.rpartition("的")
        if "等" in head and phrase.split("（", 1)[0] in BARE:
            phrase = head.rpartition("等")[0]
    phrase = EXPLAINED.sub("", phrase).strip("“”")
    names = split_names(phrase)
    if not are_subject_names(phrase, names):
        phrase = THEN.sub("", phrase)
        names = split_names(phrase)
    if not are_subject_names(phrase, names):
        return None
    if (by and RELATIVE.match(body, place)) or DEFINES.match(body, place):
        return None
    if all(name.endswith(("企业", "公司")) and is_class(name) for name in names):
        return None
    clause = body[place:].rstrip("，；。：")
    rest = body[place:]
    if rest.startswith(words.FACTS) or phrase.endswith("：") or rest.startswith(("为了",)):
        return None
    if by and word not in words.MODALS and word not in words.DUTY_VERBS and "的" in clause:
        return None
    if word not in words.MODALS and body.startswith(("的", *PERSONS), place + len(word)):
        return None
    strong = word in words.MODALS or word in words.DUTY_VERBS or asked or by or word == "："
    if not strong and any(name.startswith(words.ACTIONS) and len(name) > 4 for name in names):
        return None
    return Subject(names, place, strong, by)


def _after_openings(clause: str) -> tuple[int, bool, bool]:
    """Past 请, 由 and a date in front of the names."""
    place, by, asked = 0, False, False
    moved = True
    for _ in range(MOST_OPENINGS):
        if not moved:
            break
        moved = False
        while place < len(clause) and clause[place] in " “\t":
            place += 1
        for opening in OPENINGS:
            if clause.startswith(opening, place):
                by = by or opening.endswith("由")
                asked = asked or opening in ("请", "要求")
                place += len(opening)
                moved = True
                break
        for pattern in (DAY_LIMIT, MONTH_LIMIT, YEAR_END, WHEN):
            match = pattern.match(clause, place)
            if match and match.end() > place:
                place = match.end()
                moved = True
        if clause.startswith("，", place):
            place += 1
    return place, by, asked


def joined_names(text: str) -> tuple[str, ...]:
    """The names after 会同 or 联合, up to what they do."""
    for word in ("会同", "联合"):
        place = text.find(word)
        if place < 0 or text.startswith(words.NOT_DUTY_VERBS, place):
            continue
        body = text[place + len(word) : place + len(word) + REACH].split("，", 1)[0]
        best: tuple[str, ...] = ()
        stopped = False
        for match in PREDICATE.finditer(body):
            if OFFICE.match(body, match.end()):
                continue
            names = split_names(body[: match.start()])
            if match.start() >= 2 and are_subject_names(body[: match.start()], names):
                best = names
            if match.group() in STOPPERS and not body.startswith(NOT_STOPPERS, match.start()):
                stopped = True
                break
        whole = split_names(body.rstrip("。；， "))
        if not stopped and are_subject_names(body, whole):
            best = whole
        if best:
            return best
    return ()


def inner_by(clause: str) -> Subject | None:
    """应当由教育行政部门办成…: owners in the middle of a clause, after 由."""
    place = clause.find("由", 1)
    for _ in range(MOST_OPENINGS):
        if place < 0:
            break
        found = subject_of(clause[place : place + REACH])
        if found and found.by:
            found.rest += place
            return found
        place = clause.find("由", place + 1)
    return None


def reporting(sentence: str) -> tuple[str, ...]:
    """各省…等情况，要及时报送X: the class whose report is owed."""
    if not sentence.startswith("各") or not any(word in sentence for word in REPORTS):
        return ()
    if not any(word in sentence for word in ("，要", "，请", "，应", "前", "，须", "及时")):
        return ()
    best: tuple[str, ...] = ()
    for place in range(2, min(30, len(sentence))):
        names = split_names(sentence[:place])
        if len(names) == 1 and is_class(names[0]) and names[0] == sentence[:place]:
            best = names
    return best


def units(sentence: str, *, preamble: bool, issuer: str | None, colon: bool = False) -> list[Unit]:
    """The duties that one sentence assigns, in order; A…，B… makes two."""
    found: list[Unit] = []
    pending: _Listed | None = None
    told = DONE.search(sentence) or HISTORY.match(sentence)
    if sentence.startswith(HOPES) or (sentence.startswith("本") and "解释" in sentence):
        return found
    for start, end in clauses(sentence):
        clause = sentence[start:end]
        subject = subject_of(clause, colon=colon and start == 0)
        if colon and start == 0 and clause.endswith("："):
            subject = subject_of(clause, colon=True)
            after = sentence[end:].lstrip()
            if after.startswith("|") or (
                subject and all(map(is_class, subject.names)) and after.startswith(PREAMBLES)
            ):
                continue
        if subject is None and "由" in clause:
            subject = inner_by(clause)
        listed_before, pending = pending, None
        if listed_before is not None:
            subject = _of_list_before(clause, listed_before, subject)
        if subject is None:
            pending = _names_only(clause, start) or (
                listed_before if clause.startswith(BESIDES) else None
            )
        if subject is None or (clause.rstrip("，；").endswith("的") and not subject.strong):
            if found and (
                clause.lstrip("并要应须 ").startswith(("会同", "联合")) or "会同" in clause
            ):
                _add(found[-1].cooperating, joined_names(clause), found[-1].lead)
            continue
        rest = clause[subject.rest :]
        if _announces(rest, subject.names, issuer):
            continue
        if _cooperates(rest, clause):
            if found:
                _add(found[-1].cooperating, subject.names, found[-1].lead)
            continue
        if not subject.strong and (preamble or told):
            continue
        if found and subject.by and set(subject.names) & set(found[-1].lead):
            _add(found[-1].lead, subject.names, [])
            continue
        if found and set(subject.names) == set(found[-1].lead):
            continue
        if found:
            found[-1].end = start
        unit = Unit(
            start if found else 0, len(sentence), list(subject.names), [], subject.strong, start
        )
        head = rest.lstrip("必须务应当要将积极主动牵头负责")
        if head.startswith(("会同", "联合")) and not head.startswith(words.NOT_DUTY_VERBS):
            _add(unit.cooperating, joined_names(head), unit.lead)
        found.append(unit)
    if not found and not preamble:
        names = reporting(sentence)
        if names:
            found.append(Unit(0, len(sentence), list(names), [], True))
    return found


def _add(names: list[str], more: tuple[str, ...], others: list[str]) -> None:
    names.extend(name for name in more if name not in names and name not in others)


def _announces(rest: str, names: tuple[str, ...], issuer: str | None) -> bool:
    """省政府将对…开展抽查: the issuer speaks of what it will do itself."""
    if not rest.startswith("将") or issuer is None:
        return False
    own = issuer.replace("人民", "")
    return any(name.replace("人民", "") in own for name in names)


def _cooperates(rest: str, clause: str) -> bool:
    """B、C配合 after a lead, whatever adverbs stand in between."""
    bare = rest.lstrip("要应须积极主动密切做好予以给共同全力，。； ")
    tail = clause.rstrip("。，； ")
    return bare.startswith(PURPOSES) and (
        tail.endswith(PURPOSES)
        or len(tail) - tail.rfind("配合") <= 6
        or not rest.startswith(words.MODALS)
    )
