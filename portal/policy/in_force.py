"""From a day to the rows in force on it, or to NoPolicyInForce. Never another year's number.

Two steps. A Timetable knows, for every table, which edition counts on which day. A Rulebook is the
timetable on one day: it hands out rows and remembers which editions they came from, so that an
answer can say whose numbers it used.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from django.db import models

from portal.policy.models import ChangeSet, Edition, PolicyRow, PublicVersion, RuleClause
from portal.policy.preview import previewed, with_draft
from portal.policy.titles import READINGS, title_of

TableKey = tuple[str, str]  # scheme, name
Row = TypeVar("Row", bound=models.Model)
Made = TypeVar("Made")
Arguments = ParamSpec("Arguments")
ONE_DAY = datetime.timedelta(days=1)
# Of each kind of terms: nearly everybody asks about today, and each takes some kilobytes.
DAYS_REMEMBERED = 32


class NoPolicyInForce(LookupError):
    """No row of a table is on file for a day.

    `scheme` and `table` name the table, `title` its Chinese name, `day` the day asked for.
    """

    def __init__(self, scheme: str, table: str, day: datetime.date) -> None:
        super().__init__(f"no edition of {scheme} {table} is in force on {day}")
        self.scheme, self.table, self.day = scheme, table, day
        self.title = title_of(scheme, table)


class Timetable:
    """Which edition of each table counts on which day.

    On a day the latest start counts; for one start day, the newest published set. An edition whose
    last day has passed leaves the day without a rule: an older edition does not come back.
    """

    def __init__(self, editions: Iterable[Edition], *, is_public: bool = False) -> None:
        """Take editions of published sets, the one that counts first standing first.

        `is_public` says that it holds all that residents see at one version of the public data.
        """
        self.is_public = is_public
        self._editions: dict[TableKey, list[Edition]] = defaultdict(list)
        for edition in editions:
            self._editions[edition.scheme, edition.table].append(edition)

    @classmethod
    def load(cls, *, draft: ChangeSet | None = None) -> "Timetable":
        """Return the timetable of all that is published: one small query, if it has been read before.

        The editions of `draft`, a set that is not published, count as if it were published now.
        """
        if draft is not None:
            with with_draft(draft.pk):
                return cls(_read_editions())
        if (held := _held.get()) is not None:
            return held.timetable
        if previewed() is not None:
            return cls(_read_editions())
        return _published_timetable(published_version())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let `load` return this very timetable inside the block, in this thread or task only, and
        read the rows of drafts once, and make once what is made of them.

        For asking many cases under one timetable, also under one that never was in effect.
        """
        token = _held.set(_Held(self, {}, {}))
        try:
            yield
        finally:
            _held.reset(token)

    def rows(self, model: type[Row], edition: Edition) -> tuple[Row, ...]:
        """Return `rows_of`; while this timetable is held, those of a draft are read once."""
        held = _held.get()
        if edition.change_set.is_final or held is None or held.timetable is not self:
            return rows_of(model, edition)
        key = (model, edition.pk)
        if key not in held.drafted:
            held.drafted[key] = _read_rows(model, edition.pk)
        return held.drafted[key]

    def edition(self, scheme: str, table: str, day: datetime.date) -> Edition:
        """Return the edition in force on `day`, or raise NoPolicyInForce."""
        edition = self.latest_edition(scheme, table, day)
        if edition.in_force_until is not None and edition.in_force_until < day:
            raise NoPolicyInForce(scheme, table, day)
        return edition

    def newest_day(self, tables: Sequence[TableKey], today: datetime.date) -> datetime.date:
        """Return today if every one of `tables` is in force, else the newest earlier such day.

        Raises NoPolicyInForce where there has been no day yet on which all of them were.
        """
        if all(self._has(table, today) for table in tables):
            return today
        ends: set[datetime.date] = set()
        for table in tables:
            for edition in self._editions.get(table, ()):
                ends.add(edition.in_force_from - ONE_DAY)
                if edition.in_force_until is not None:
                    ends.add(edition.in_force_until)
        for day in sorted((day for day in ends if day <= today), reverse=True):
            if all(self._has(table, day) for table in tables):
                return day
        for scheme, name in tables:
            self.edition(scheme, name, today)
        raise NoPolicyInForce(*tables[0], today)

    def latest_edition(self, scheme: str, table: str, day: datetime.date) -> Edition:
        """Return the edition that started last by `day`, even if its last day has passed since.

        For showing what is on file, with its days; never for computing. Raises NoPolicyInForce.
        """
        for edition in self._editions.get((scheme, table), ()):
            if edition.in_force_from <= day:
                return edition
        raise NoPolicyInForce(scheme, table, day)

    def first_edition(self, scheme: str, table: str, day: datetime.date) -> Edition:
        """Return the edition that starts first where none has started by `day` yet.

        Raises NoPolicyInForce where there is none, or where one has started and passed.
        """
        editions = self._editions.get((scheme, table), [])
        if not editions or any(edition.in_force_from <= day for edition in editions):
            raise NoPolicyInForce(scheme, table, day)
        return editions[-1]

    def latest_editions(self, day: datetime.date) -> list[Edition]:
        """Return `latest_edition` of each table that has started by `day`."""
        latest = (
            next((edition for edition in editions if edition.in_force_from <= day), None)
            for editions in self._editions.values()
        )
        return [edition for edition in latest if edition is not None]

    def _has(self, table: TableKey, day: datetime.date) -> bool:
        try:
            self.edition(*table, day)
        except NoPolicyInForce:
            return False
        return True


class _Held(NamedTuple):
    timetable: Timetable
    drafted: dict[tuple[type[models.Model], int], tuple[Any, ...]]
    made: dict[tuple[object, ...], Any]  # see made_once


_held: ContextVar[_Held | None] = ContextVar("held", default=None)


def rows_of(model: type[Row], edition: Edition) -> tuple[Row, ...]:
    """Return the rows of `model` that belong to an edition, with their clauses.

    What is published never changes, so it is read once for each process; a draft is read anew, or
    once for the timetable that is held.
    """
    if edition.change_set.is_final:
        return _published_rows(model, edition.pk, edition.change_set.published_at)
    if (held := _held.get()) is not None:
        return held.timetable.rows(model, edition)
    return _read_rows(model, edition.pk)


class Rulebook:
    """The rows in force on one day, and the editions that were opened for them."""

    def __init__(self, timetable: Timetable, day: datetime.date) -> None:
        self.timetable = timetable
        self.day = day
        self.editions: dict[TableKey, Edition] = {}

    @classmethod
    def on(cls, day: datetime.date) -> "Rulebook":
        """Open the book of all tables on `day`."""
        return cls(Timetable.load(), day)

    def edition(self, scheme: str, table: str) -> Edition:
        """Return the edition of a table in force, or raise NoPolicyInForce."""
        if (scheme, table) not in self.editions:
            self.editions[scheme, table] = self.timetable.edition(scheme, table, self.day)
        return self.editions[scheme, table]

    def rows(self, model: type[Row], scheme: str, table: str) -> tuple[Row, ...]:
        """Return the rows of `model` in a table's edition in force, with their clauses."""
        return self.timetable.rows(model, self.edition(scheme, table))

    def readings(self, model: type[Row], scheme: str) -> tuple[Row, ...]:
        """Return the rows of a scheme's readings as they stood on the day.

        They are the house's own words about a text: where a table has a day before their first
        edition, that first edition counts for it.
        """
        try:
            return self.rows(model, scheme, READINGS)
        except NoPolicyInForce:
            first = self.timetable.first_edition(scheme, READINGS, self.day)
            return self.timetable.rows(model, first)

    def named(self, model: type[PolicyRow], scheme: str, table: str, name: str) -> PolicyRow:
        """Return the single number `name` of a table. No such number is NoPolicyInForce too."""
        for row in self.rows(model, scheme, table):
            if row.name == name:  # type: ignore[attr-defined]
                return row
        raise NoPolicyInForce(scheme, table, self.day)

    def citing(self, scheme: str, table: str, topic: str) -> tuple[str, ...]:
        """Return the ids of the clauses that a table cites for `topic`."""
        rows = self.rows(RuleClause, scheme, table)
        return tuple(row.clause.code for row in rows if row.topic == topic)


def published_version() -> int:
    """Return what changes whenever a set is published or withdrawn, an edition is confirmed, or an
    office or a channel is saved."""
    return PublicVersion.read()


# Two, so that workers who meet around a publication do not read in turns.
@lru_cache(maxsize=2)
def _published_timetable(version: int) -> Timetable:
    return Timetable(_read_editions(), is_public=True)


_forget: list[Callable[[], None]] = [_published_timetable.cache_clear]


def made_once(
    most: int,
) -> Callable[
    [Callable[Concatenate[Timetable, Arguments], Made]],
    Callable[Concatenate[Timetable, Arguments], Made],
]:
    """Remember what a function makes of a public timetable and of hashable arguments.

    For what follows from the published data and the day alone, which is then one of the arguments,
    and for results that nobody changes. The newest version has a timetable of its own, so whatever
    was made of an older one is never given again; `most` results are kept in all. For a draft that
    is previewed, and for a timetable that never was in effect, it is remembered only as long as
    that timetable is held.
    """

    def remembering(
        make: Callable[Concatenate[Timetable, Arguments], Made],
    ) -> Callable[Concatenate[Timetable, Arguments], Made]:
        kept = lru_cache(maxsize=most)(make)
        _forget.append(kept.cache_clear)

        @wraps(make)
        def remembered(
            timetable: Timetable, *args: Arguments.args, **named: Arguments.kwargs
        ) -> Made:
            if timetable.is_public and previewed() is None:
                return kept(timetable, *args, **named)  # type: ignore[arg-type] # hashable
            held = _held.get()
            if held is None or held.timetable is not timetable:
                return make(timetable, *args, **named)
            key = (make, previewed(), args, *named.items())
            if key not in held.made:
                held.made[key] = make(timetable, *args, **named)
            return held.made[key]

        return remembered

    return remembering


def read_once(
    make: Callable[Concatenate[Rulebook, Arguments], Made],
) -> Callable[Concatenate[Rulebook, Arguments], Made]:
    """Remember what a function makes of the rows of a book, as `made_once` does: for a day and
    hashable arguments, and only where nothing is missing.

    The tables that it opened count as opened in every book that it is asked of, as an answer names
    them.
    """

    @made_once(DAYS_REMEMBERED)
    def kept(
        timetable: Timetable, day: datetime.date, *args: Arguments.args, **named: Arguments.kwargs
    ) -> tuple[Made, dict[TableKey, Edition]]:
        book = Rulebook(timetable, day)
        return make(book, *args, **named), book.editions

    @wraps(make)
    def remembered(book: Rulebook, *args: Arguments.args, **named: Arguments.kwargs) -> Made:
        try:
            made, opened = kept(book.timetable, book.day, *args, **named)
        except NoPolicyInForce:
            return make(book, *args, **named)  # refuses again; what it finds before is opened
        book.editions |= opened
        return made

    return remembered


def _read_editions() -> list[Edition]:
    editions = Edition.objects.published().select_related("document", "change_set")
    return list(editions.annotate(confirmed_on=models.Max("confirmations__confirmed_on")))


@lru_cache(maxsize=4096)
def _published_rows(
    model: type[Row], edition: int, published_at: datetime.datetime
) -> tuple[Row, ...]:
    return _read_rows(model, edition)


def _read_rows(model: type[Row], edition: int) -> tuple[Row, ...]:
    rows = model._default_manager.filter(edition_id=edition)
    links = [name for name in ("clause", "reading") if hasattr(model, name)]
    return tuple(rows.select_related(*links))


def forget_cached_rows() -> None:
    """Forget the published rows read so far: for tests, whose databases are rolled back."""
    _published_rows.cache_clear()
    for forget in _forget:
        forget()
