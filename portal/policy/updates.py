"""更新记录: what has changed on the site, for anybody to read, as pages and as an Atom feed.

A set is told as it was when it was published (`portal.policy.differences`), so its story never
changes. One that was withdrawn stays in the list, and says so. Words that were changed at once
(`portal.policy.wording`) are not told: they change no rate.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from portal import clock
from portal.policy.age import zh_day
from portal.policy.differences import (
    RowDifference,
    TableDifference,
    TextDifference,
    differences,
    text_differences,
)
from portal.policy.documents import sentences
from portal.policy.models import ChangeSet, Document, Edition
from portal.policy.models.publishing import ChangeSetQuerySet

ON_A_PAGE = 10
IN_THE_FEED = 20
SEALS_OF_A_LINE = 6


@dataclass(frozen=True, slots=True)
class Story:
    """What a published set changed: tables row by row, and words."""

    tables: tuple[TableDifference, ...]
    words: tuple[TextDifference, ...]

    @property
    def clauses(self) -> list[str]:
        """The clauses that what is new rests on."""
        rows = (row for table in self.tables for row in (*table.changed, *table.added))
        codes = [row.clause_after for row in rows if row.before or row.after]
        codes += [words.title for words in self.words if words.kind == "clause"]
        return list(dict.fromkeys(codes))


@dataclass(frozen=True, slots=True)
class Update:
    """A published change as residents read it. `is_opening`: it came with the site itself."""

    slug: str
    sentence: str
    is_opening: bool
    first_day: datetime.date | None
    is_ahead: bool
    withdrawn_on: datetime.date | None
    concerns: str
    story: Story | None

    @property
    def url(self) -> str:
        """The address of the page that tells it whole."""
        return reverse("updates:update", args=[self.slug])


@require_safe
def updates(request: HttpRequest) -> HttpResponse:
    """List every published change in a sentence, the newest first."""
    page = Paginator(_published(), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = [make_update(change_set) for change_set in page.object_list]
    clauses = [update.story.clauses[:SEALS_OF_A_LINE] if update.story else [] for update in shown]
    readable = _readable(code for codes in clauses for code in codes)
    entries = [
        {"update": update, "clauses": _marked(codes, readable)}
        for update, codes in zip(shown, clauses, strict=True)
    ]
    return render(request, "updates/list.html", {"entries": entries, "page": page})


@require_safe
def update(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell one change: what was and what is, from which day, whom it touches, what it rests on."""
    change_set = get_object_or_404(_published().select_related("document"), slug=slug)
    shown = make_update(change_set)
    story = shown.story or Story((), ())
    readable = _readable(story.clauses)
    context = {
        "update": shown,
        "documents": _documents(change_set),
        "tables": [
            {"title": table.title, "from": table.in_force_from, "rows": rows}
            for table in story.tables
            if (rows := list(_rows(table, readable)))
        ],
        "sentences": [
            {"words": words, "clauses": _marked([words.title], readable)}
            for words in story.words
            if words.kind == "clause"
        ],
        "readings": [words for words in story.words if words.kind == "reading"],
        "texts": sorted({words.title for words in story.words if words.kind == "text"}),
    }
    return render(request, "updates/update.html", context)


class UpdatesFeed(Feed):
    """The newest changes for who would rather be told than look."""

    feed_type = Atom1Feed
    language = "zh-CN"
    title = "沈阳医保服务门户 更新记录"
    subtitle = "规定和数字改了什么，从哪天起，谁会受影响。"
    author_name = "沈阳医保服务门户"

    def link(self) -> str:
        return reverse("updates:list")

    def items(self) -> ChangeSetQuerySet:
        return _published()[:IN_THE_FEED]

    def item_title(self, item: ChangeSet) -> str:
        sentence = _sentence(item)
        return f"已撤回：{sentence}" if item.withdrawn_at else sentence

    def item_description(self, item: ChangeSet) -> str:
        planned = "原定" if item.withdrawn_at else ""
        told = [
            f"{planned}{zh_day(item.first_day)}起执行。" if item.first_day else "",
            f"谁会受影响：{item.concerns}。" if item.concerns else "",
            f"{zh_day(timezone.localdate(item.withdrawn_at))}撤回，恢复原来的规定。"
            if item.withdrawn_at
            else "",
        ]
        return escape("".join(told))

    def item_link(self, item: ChangeSet) -> str:
        return reverse("updates:update", args=[item.slug])

    def item_pubdate(self, item: ChangeSet) -> datetime.datetime | None:
        return item.published_at

    def item_updateddate(self, item: ChangeSet) -> datetime.datetime | None:
        return item.withdrawn_at or item.published_at


def make_update(change_set: ChangeSet) -> Update:
    """Return a set that was published, in effect or withdrawn, as residents read it."""
    is_opening = _is_opening(change_set)
    first_day = change_set.first_day
    withdrawn_at = change_set.withdrawn_at
    return Update(
        change_set.slug,
        _sentence(change_set),
        is_opening,
        first_day,
        first_day is not None and first_day > clock.today() and not withdrawn_at,
        timezone.localdate(withdrawn_at) if withdrawn_at else None,
        change_set.concerns,
        # What the site opened with would be told as several hundred new rows.
        None if is_opening else _story_of(change_set),
    )


def _published() -> ChangeSetQuerySet:
    return ChangeSet.objects.ever_published().reviewed().with_first_day()


def _sentence(change_set: ChangeSet) -> str:
    return change_set.summary or change_set.title


def _is_opening(change_set: ChangeSet) -> bool:
    """Whether the set was shipped with the site: nobody here wrote it, or a sentence about it."""
    return change_set.author_id is None and not change_set.summary


def _story_of(change_set: ChangeSet) -> Story:
    """Tell a set; a draft, which staff see as if it were published, anew each time."""
    if change_set.is_final:
        return _story(change_set.pk, change_set.published_at)
    return _tell(change_set)


@lru_cache(maxsize=256)
def _story(pk: int, published_at: datetime.datetime | None) -> Story:
    """Tell a published set. It never changes, so it is put together once for each process."""
    return _tell(ChangeSet.objects.get(pk=pk))


def _tell(change_set: ChangeSet) -> Story:
    return Story(tuple(differences(change_set)), tuple(text_differences(change_set)))


def forget_stories() -> None:
    """Forget the stories told so far: for tests, whose databases are rolled back."""
    _story.cache_clear()


def _readable(codes: Iterable[str]) -> set[str]:
    """Return those of `codes` whose page is open: not of a clause that has yet to start, or is
    withdrawn."""
    wanted = set(codes)
    return set(sentences(clock.today(), code__in=wanted)) if wanted else set()


def _marked(codes: Iterable[str], readable: set[str]) -> list[tuple[str, bool]]:
    """Say of each clause whether it can be linked."""
    return [(code, code in readable) for code in codes]


def _rows(table: TableDifference, readable: set[str]) -> Iterable[dict[str, object]]:
    """Yield the rows that tell residents something: not clauses that a rule cites on its own."""
    kinds: tuple[tuple[Sequence[RowDifference], str, str], ...] = (
        (table.changed, "", ""),
        (table.added, "没有", ""),
        (table.removed, "", "取消"),
    )
    for rows, before, after in kinds:
        for row in rows:
            if row.before or row.after:
                yield {
                    "label": row.label,
                    "before": row.before or before,
                    "after": row.after or after,
                    "clauses": _marked([row.clause_after] if row.clause_after else [], readable),
                }


def _documents(change_set: ChangeSet) -> list[dict[str, object]]:
    """Return the document that a set names and those that its tables rest on, and which open."""
    used = Edition.objects.filter(change_set=change_set).values("document")
    opening = list(Document.objects.public().filter(Q(pk__in=used) | Q(change_sets=change_set)))
    named = [change_set.document] if change_set.document else []
    others = [document for document in opening if document not in named]
    return [{"document": document, "opens": document in opening} for document in (*named, *others)]


app_name = "updates"
urlpatterns = [
    path("", updates, name="list"),
    path("feed.xml", require_safe(UpdatesFeed()), name="feed"),
    path("<slug:slug>/", update, name="update"),
]
