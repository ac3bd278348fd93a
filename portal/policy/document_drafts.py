"""A document that a draft brings: kept whole, cut anew, taken out again, as long as it is a draft's.

What a published set brought is never changed; such a document has an owner no more.
"""

import dataclasses
import datetime
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from portal.policy.cutting import squeeze
from portal.policy.dialect import SEAL
from portal.policy.differences import label_of
from portal.policy.discarding import whole_document
from portal.policy.models import (
    ChangeSet,
    Clause,
    ClauseText,
    DecidedReading,
    Document,
    Edition,
    PolicyRow,
    Section,
    TextVersion,
)
from portal.policy.problems import title_of_edition
from portal.policy.titles import title_of

Places = dict[str, list[str]]  # by the code of a clause, where it is cited
_CODE = re.compile(r"[A-Z]{1,2}-\d+\.\d+")


class Cited(Exception):
    """What is cited would go. `places` says where, by what is cited (a clause's code, or 文件)."""

    def __init__(self, places: Places) -> None:
        super().__init__("；".join(f"{code}：{'、'.join(where)}" for code, where in places.items()))
        self.places = places


@dataclasses.dataclass(frozen=True, slots=True)
class NewSection:
    """A section as it is to be kept: its number, title and body, and the sentences of its clauses."""

    number: int
    title: str
    body: str
    clauses: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class KeptClause:
    """A clause as a draft's reader sees it."""

    code: str
    sentence: str


@dataclasses.dataclass(frozen=True, slots=True)
class KeptSection:
    """A section as it is kept, with its clauses."""

    number: int
    title: str
    body: str
    clauses: tuple[KeptClause, ...]


def own_document(change_set: ChangeSet) -> Document | None:
    """Return the document that a draft brings and nothing else uses: only this one may change."""
    document = change_set.document
    if document is None or not change_set.is_open:
        return None
    others = (
        ClauseText.objects.filter(clause__section__document=document),
        Edition.objects.filter(document=document),
    )
    used = any(parts.exclude(change_set=change_set).exists() for parts in others)
    used |= document.change_sets.exclude(pk=change_set.pk).exists()
    texts = change_set.clausetexts.filter(clause__section__document=document)
    return document if texts.exists() and not used else None


def documents_on_file() -> models.QuerySet[Document]:
    """What a set may rest on: documents of published sets, and of those withdrawn since."""
    final = (ChangeSet.Status.PUBLISHED, ChangeSet.Status.WITHDRAWN)
    texts = ClauseText.objects.filter(
        change_set__status__in=final, clause__section__document=OuterRef("pk")
    )
    return Document.objects.filter(Exists(texts)).order_by("-pk")


@transaction.atomic
def rest_on(change_set: ChangeSet, document: Document | None) -> None:
    """Let a draft rest on a document that is on file.

    The clauses of one whose set was withdrawn come into the draft, else they would have no words.
    Raises NotADraft.
    """
    change_set.document = document
    change_set.save(update_fields=["document"])
    texts = ClauseText.objects.filter(clause__section__document=document)
    if document is None or texts.filter(change_set__status=ChangeSet.Status.PUBLISHED).exists():
        return
    brought = set(texts.filter(change_set=change_set).values_list("clause", flat=True))
    for text in texts.exclude(change_set=change_set).order_by("clause", "-in_force_from", "-pk"):
        if text.clause_id not in brought:
            brought.add(text.clause_id)
            text.pk, text._state.adding, text.change_set = None, True, change_set
            text.save()


# --- what is kept ------------------------------------------------------------------------------


def sections_of(document: Document, change_set: ChangeSet) -> list[KeptSection]:
    """Return a document's sections, each clause with its words in the draft, else the newest."""
    sentences = sentences_for(change_set, Clause.objects.filter(section__document=document))
    kept: dict[int, list[KeptClause]] = defaultdict(list)
    for clause in Clause.objects.filter(section__document=document).order_by("section", "position"):
        if text := sentences.get(clause.pk):
            kept[clause.section_id].append(KeptClause(clause.code, text.sentence))
    return [
        KeptSection(section.number, section.title, section.body, tuple(kept[section.pk]))
        for section in document.sections.all()
    ]


def sentences_for(
    change_set: ChangeSet, clauses: models.QuerySet[Clause], *, with_own: bool = True
) -> dict[int, ClauseText]:
    """Return the words of each clause by its key: the draft's own, else the newest published.

    Without `with_own` the draft's own words do not count.
    """
    owners = clauses.order_by()
    found = ClauseText.objects.counting_on(datetime.date.max, owners, "clause")
    words = {text.clause_id: text for text in found.select_related("clause__section__document")}
    if with_own:
        own = ClauseText.objects.filter(change_set=change_set, clause__in=owners)
        own = own.select_related("clause__section__document").order_by("-in_force_from")
        words |= {text.clause_id: text for text in own}
    return words


def fingerprint(change_set: ChangeSet) -> str:
    """Return what changes whenever somebody saves the draft's document, its cut or its sentences."""
    document = own_document(change_set)
    told: list[Any] = [change_set.document_id]
    if document is not None:
        told.append(_fields(document))
        told.append([dataclasses.astuple(part) for part in sections_of(document, change_set)])
        told.append(str(start_of(change_set, document)))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _fields(document: Document) -> dict[str, Any]:
    return {field.attname: getattr(document, field.attname) for field in document._meta.fields}


def start_of(change_set: ChangeSet, document: Document) -> datetime.date | None:
    """Return the day from which the clauses of a draft's document count."""
    texts = ClauseText.objects.filter(
        change_set=change_set, clause__section__document=document
    ).order_by("in_force_from")
    return texts.values_list("in_force_from", flat=True).first()


def places_of(clauses: Iterable[Clause]) -> Places:
    """Say in Chinese where clauses are cited: rows, readings and texts, of any set."""
    by_pk = {clause.pk: clause.code for clause in clauses}
    places: Places = defaultdict(list)
    for relation in Clause._meta.related_objects:
        model: Any = relation.related_model
        if model is ClauseText:
            continue
        field = relation.field.name
        cited = model._default_manager.filter(**{f"{field}__in": by_pk})
        # A reading cites several clauses: it comes once for each.
        pairs = cited.order_by("pk").values_list("pk", field)
        rows = model._default_manager.select_related("edition").in_bulk([row for row, _ in pairs])
        for row, clause in pairs:
            places[by_pk[clause]].append(_place(rows[row]))
    for version in _versions_citing(by_pk.values()):
        cited_codes = {c for codes in SEAL.findall(version.body) for c in _CODE.findall(codes)}
        for code in cited_codes & set(by_pk.values()):
            places[code].append(f"文字“{version.text}”")
    return {code: list(dict.fromkeys(where)) for code, where in places.items()}


def _versions_citing(codes: Iterable[str]) -> Iterable[TextVersion]:
    """Texts that have a code, or one that begins like it."""
    starts = {code.partition(".")[0] for code in codes}
    if not starts:
        return []
    named = (models.Q(body__contains=f"{start}.") for start in sorted(starts))
    return TextVersion.objects.filter(reduce(or_, named)).select_related("text")


def _place(row: Any) -> str:
    table = title_of_edition(row.edition)
    if isinstance(row, PolicyRow):
        return f"“{table}”的“{label_of(row)}”"
    name = f"{row.reading} {row.title}" if isinstance(row, DecidedReading) else str(row)
    return f"“{table}”的“{name}”"


# --- keeping -----------------------------------------------------------------------------------


@transaction.atomic
def keep_document(
    change_set: ChangeSet,
    document: Document,
    sections: Sequence[NewSection],
    start: datetime.date,
) -> None:
    """Keep a draft's document, new or its own, with its cut; its clauses count from `start`.

    A clause whose sentence stays keeps its code where it stays in its section or is cited. Raises
    Cited where a cited clause would go, NotADraft, IntegrityError where the slug or letter is taken.
    """
    held = Clause.objects.filter(section__document=document) if document.pk else None
    old = list(held.select_related("section")) if held is not None else []
    words = sentences_for(change_set, held) if held is not None else {}
    cited = places_of(old)
    matched = _matched(sections, old, words)
    stays = {clause.pk for clause in matched.values()}
    if gone := {c.code: cited[c.code] for c in old if c.code in cited and c.pk not in stays}:
        raise Cited(gone)
    kept = {
        place: clause
        for place, clause in matched.items()
        if clause.code in cited or clause.code.startswith(f"{document.letter}-{place[0]}.")
    }
    if lost := [c.code for c in kept.values() if not c.code.startswith(f"{document.letter}-")]:
        raise Cited({code: cited[code] for code in lost})
    document.save()
    change_set.document = document
    change_set.save(update_fields=["document"])
    staying = {clause.pk for clause in kept.values()}
    for clause in old:
        if clause.pk not in staying:
            _drop(clause, change_set)
    _keep_sections(change_set, document, sections, kept, start)


def _matched(
    sections: Sequence[NewSection], old: Sequence[Clause], words: dict[int, ClauseText]
) -> dict[tuple[int, int], Clause]:
    """The clause that has each sentence already, by section and place; those of the section first."""
    by_words: dict[str, list[Clause]] = defaultdict(list)
    for clause in sorted(old, key=lambda clause: (clause.section.number, clause.position)):
        if text := words.get(clause.pk):
            by_words[squeeze(text.sentence)].append(clause)
    matched: dict[tuple[int, int], Clause] = {}
    for at_home in (True, False):
        for section in sections:
            for at, sentence in enumerate(section.clauses):
                like = by_words[squeeze(sentence)]
                found = [c for c in like if not at_home or c.section.number == section.number]
                if found and (section.number, at) not in matched:
                    matched[section.number, at] = found[0]
                    like.remove(found[0])
    return matched


def _keep_sections(
    change_set: ChangeSet,
    document: Document,
    sections: Sequence[NewSection],
    kept: dict[tuple[int, int], Clause],
    start: datetime.date,
) -> None:
    taken = {clause.code for clause in kept.values()}
    for new in sections:
        section, _ = Section.objects.update_or_create(
            document=document,
            number=new.number,
            defaults={"title": new.title, "body": new.body},
        )
        for at, sentence in enumerate(new.clauses):
            clause = kept.get((new.number, at))
            if clause is None:
                code = _next_code(f"{document.letter}-{new.number}", at + 1, taken)
                taken.add(code)
                clause = Clause(code=code)
            clause.section, clause.position = section, at + 1
            clause.save()
            _keep_words(clause, change_set, sentence, start)
    numbers = [section.number for section in sections]
    document.sections.exclude(number__in=numbers).delete()


def _next_code(prefix: str, number: int, taken: set[str]) -> str:
    while f"{prefix}.{number}" in taken:
        number += 1
    return f"{prefix}.{number}"


def _keep_words(clause: Clause, change_set: ChangeSet, sentence: str, start: datetime.date) -> None:
    text, *others = ClauseText.objects.filter(clause=clause, change_set=change_set) or [
        ClauseText(clause=clause, change_set=change_set)
    ]
    for other in others:
        other.delete()
    text.sentence, text.in_force_from = sentence, start
    text.save()


def _drop(clause: Clause, change_set: ChangeSet) -> None:
    for text in ClauseText.objects.filter(clause=clause, change_set=change_set):
        text.delete()
    clause.delete()


@transaction.atomic
def remove_document(change_set: ChangeSet, document: Document) -> None:
    """Take a draft's own document out again. Raises Cited where something rests on it."""
    clauses = list(Clause.objects.filter(section__document=document))
    places = places_of(clauses)
    editions = Edition.objects.filter(document=document)
    if tables := [f"“{title_of(e.scheme, e.table)}”" for e in editions]:
        places["文件"] = [f"{title}这张表" for title in tables]
    if places:
        raise Cited(places)
    for text in ClauseText.objects.filter(clause__in=clauses, change_set=change_set):
        text.delete()
    change_set.document = None
    change_set.save(update_fields=["document"])
    for thing in whole_document(document):
        thing.delete()
