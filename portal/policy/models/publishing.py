"""Change sets and editions: how dated data comes into force, and how it is taken back.

A change set carries new editions of tables, new clause texts and new texts. Each of them has a
start day. On a given day the latest start counts; for one start day, the newest set that is
published and not withdrawn. So a correction is a new set, a withdrawal brings the earlier rows
back, and a start day in the future is the timer. What is published is never edited, and what is
under review only once it is a draft again. `portal.policy.publishing` has the steps from one state
to the next.
"""

import datetime
from collections.abc import Iterable
from typing import Any, NoReturn

from django.conf import settings
from django.db import models, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from portal.policy.models import choices
from portal.policy.preview import previewed
from portal.policy.titles import title_of


class NotADraft(Exception):
    """Somebody tried to change or delete what is no longer a draft."""


class PublishedIsFinal(NotADraft):
    """It is published: publish a new change set instead."""


class UnderReview(NotADraft):
    """It has been submitted: what is reviewed must be what gets published."""


# What a change set may carry, by the names under which it is reached.
PARTS = ("editions", "clausetexts", "textversions")
FIRST_DAYS = tuple(f"first_of_{part}" for part in PARTS)


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def in_effect(self) -> "ChangeSetQuerySet":
        """Sets that are published and not withdrawn, and the one that staff see as if it were."""
        counted = models.Q(status=ChangeSet.Status.PUBLISHED)
        if (draft := previewed()) is not None:
            counted |= models.Q(pk=draft)
        return self.filter(counted)

    def ever_published(self) -> "ChangeSetQuerySet":
        """Sets that residents have seen, the newest first; those withdrawn since too.

        The one that staff see as if it were published comes before all of them.
        """
        final = (ChangeSet.Status.PUBLISHED, ChangeSet.Status.WITHDRAWN)
        seen = models.Q(status__in=final, published_at__isnull=False)
        if (draft := previewed()) is None:
            return self.filter(seen).order_by("-published_at", "-pk")
        newest_first = models.F("published_at").desc(nulls_first=True)
        return self.filter(seen | models.Q(pk=draft)).order_by(newest_first, "-pk")

    def reviewed(self) -> "ChangeSetQuerySet":
        """All but words that somebody has changed at once: with them no rate changed."""
        return self.filter(immediate=False)

    def with_first_day(self) -> "ChangeSetQuerySet":
        """Read the first day of each set along with it, so that a list asks once."""

        def first_day(part: str) -> Subquery:
            model: Any = ChangeSet._meta.get_field(part).related_model
            starts = model._default_manager.filter(change_set=OuterRef("pk"))
            return Subquery(starts.order_by("in_force_from").values("in_force_from")[:1])

        return self.annotate(**dict(zip(FIRST_DAYS, map(first_day, PARTS), strict=True)))

    def get_by_natural_key(self, slug: str) -> "ChangeSet":
        return self.get(slug=slug)


class ChangeSet(models.Model):
    """A bundle of changes that is checked, published and withdrawn as one."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        APPROVED = "approved", "已批准"
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤回"

    # What reviewers and residents are shown of the set itself.
    CONTENT = frozenset({"slug", "title", "summary", "concerns", "document", "author", "immediate"})

    slug = models.SlugField("标识", unique=True, help_text="网址里用的名字，例如 fees-2027")
    title = models.CharField("名称", max_length=200, help_text="例如 2027年度居民缴费标准")
    summary = models.CharField(
        "这次改了什么",
        max_length=200,
        blank=True,
        help_text="给居民看的一句话，例如 2027年居民医保缴费标准有调整",
    )
    concerns = models.CharField(
        "谁会受影响", max_length=100, blank=True, help_text="例如 参加城乡居民医保的成年人"
    )
    document = models.ForeignKey(
        "policy.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="change_sets",
        verbose_name="依据文件",
        help_text="这次变更依据的文件；只是改正录入错误的，没有就留空",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="起草人",
        help_text="随网站一起录入的没有起草人",
    )
    status = models.CharField(
        "状态", max_length=10, choices=Status, default=Status.DRAFT, db_index=True
    )
    immediate = models.BooleanField(
        "马上改的文字", default=False, help_text="只改了一份文字的字句，由一个人当场公布"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        verbose_name = "变更单"
        verbose_name_plural = "变更单"
        ordering = ("-published_at", "-pk")
        permissions = [
            ("publish_changeset", "可以批准、发布和退回变更单"),
            ("withdraw_changeset", "可以撤回已发布的变更单"),
        ]
        constraints = [
            models.CheckConstraint(
                name="published_set_has_its_time",
                condition=~models.Q(status="published") | models.Q(published_at__isnull=False),
                violation_error_message="已发布的变更单必须有发布时间。",
            ),
            models.CheckConstraint(
                name="withdrawn_set_has_its_time",
                condition=~models.Q(status="withdrawn") | models.Q(withdrawn_at__isnull=False),
                violation_error_message="已撤回的变更单必须有撤回时间。",
            ),
            models.CheckConstraint(
                name="immediate_set_has_no_document",
                condition=models.Q(immediate=False) | models.Q(document__isnull=True),
                violation_error_message="马上改的文字没有依据文件。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            self._refuse_if_closed(kwargs.get("update_fields"))
            super().save(*args, **kwargs)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def _refuse_if_closed(self, fields: Iterable[str] | None) -> None:
        stored = _locked(self.pk)
        if stored is None or stored.is_open:
            return
        kept = set(self.CONTENT)
        if stored.is_final:  # it can only be withdrawn
            kept.add("published_at")
            if self.status != self.Status.WITHDRAWN:
                kept.add("status")
        written = kept if fields is None else kept & set(fields)
        columns = (self._meta.get_field(name).attname for name in written)  # type: ignore[union-attr]
        if any(getattr(self, column) != getattr(stored, column) for column in columns):
            stored.refuse_change(self)

    def refuse_change(self, part: models.Model) -> NoReturn:
        """Raise the error that says why `part`, which belongs to the set, may not change now."""
        if self.is_final:
            raise PublishedIsFinal(f"{part} 已随变更单“{self}”发布，不能修改")
        raise UnderReview(f"变更单“{self}”正在审核，退回草稿后才能修改：{part}")

    @property
    def is_open(self) -> bool:
        """Whether its contents may change: it is a draft."""
        return self.status == self.Status.DRAFT

    @property
    def is_final(self) -> bool:
        """Whether its contents may never change again: published once, even if withdrawn since."""
        return self.status in {self.Status.PUBLISHED, self.Status.WITHDRAWN}

    @property
    def first_day(self) -> datetime.date | None:
        """The day on which the first of its contents starts; None where it carries nothing."""
        read = self if hasattr(self, FIRST_DAYS[0]) else self._with_first_day()
        starts = (getattr(read, name) for name in FIRST_DAYS)
        return min((day for day in starts if day is not None), default=None)

    def _with_first_day(self) -> "ChangeSet":
        return ChangeSet.objects.with_first_day().get(pk=self.pk)

    def state_on(self, day: datetime.date) -> str:
        """Say its state in Chinese: a published set waits (定时生效) until its first day."""
        if self.status == self.Status.APPROVED:
            return "已批准，待发布"
        if self.status != self.Status.PUBLISHED:
            return self.get_status_display()
        waits = self.first_day is not None and self.first_day > day
        return "定时生效" if waits else "已生效"

    def publish(self, at: datetime.datetime | None = None) -> None:
        """Bring the set's contents into force, each from its own start day."""
        self.status = self.Status.PUBLISHED
        self.published_at = at or timezone.now()
        self.save(update_fields=["status", "published_at"])

    def withdraw(self, at: datetime.datetime | None = None) -> None:
        """Take the set back: the rows that it had replaced are in force again."""
        self.status = self.Status.WITHDRAWN
        self.withdrawn_at = at or timezone.now()
        self.save(update_fields=["status", "withdrawn_at"])


def _locked(pk: Any) -> ChangeSet | None:
    """A set as it is stored now, held until the transaction ends, so that nobody publishes it
    between the look and the write."""
    return ChangeSet.objects.select_for_update().filter(pk=pk).first()


class FinalOncePublished(models.Model):
    """A part of a change set that refuses to be changed unless the set is a draft."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            self._refuse_unless_draft()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self._refuse_unless_draft()
            return super().delete(*args, **kwargs)

    def owning_set(self) -> ChangeSet:
        """The change set that it belongs to."""
        raise NotImplementedError

    def _refuse_unless_draft(self) -> None:
        # Both the set it goes to and the one it is stored in: a published row must not slip into a
        # draft. Asked anew, because the set may have been published since this was read.
        owners = {self.owning_set().pk}
        if stored := type(self)._default_manager.filter(pk=self.pk).first():
            owners.add(stored.owning_set().pk)
        for pk in sorted(owners):
            owner = _locked(pk)
            if owner and not owner.is_open:
                owner.refuse_change(self)


class PublishedQuerySet(models.QuerySet[Any]):
    def published(self) -> "PublishedQuerySet":
        """What sets in effect carry, for any day; where several hold, the one that counts first."""
        counted = models.Q(change_set__status=ChangeSet.Status.PUBLISHED)
        order: list[Any] = ["-in_force_from", "-change_set__published_at", "-change_set__pk", "pk"]
        if (draft := previewed()) is not None:  # it has no time yet, and counts as the newest
            counted |= models.Q(change_set=draft)
            is_draft = models.Case(models.When(change_set=draft, then=1), default=0)
            order.insert(1, is_draft.desc())
        return self.filter(counted).order_by(*order)

    def started_by(self, day: datetime.date) -> "PublishedQuerySet":
        """What has come into force by `day`, the one that counts first."""
        return self.published().filter(in_force_from__lte=day)

    def counting_on(
        self, day: datetime.date, owners: models.QuerySet[Any], owner: str
    ) -> "PublishedQuerySet":
        """The one version that counts on `day` of each of `owners`, texts or clauses.

        `owner` names the link to them. The database picks them, so that a hundred versions of each
        are not read to show one.
        """
        versions = self.started_by(day).filter(**{owner: OuterRef("pk")})
        return self.filter(
            pk__in=owners.annotate(v=Subquery(versions.values("pk")[:1])).values("v")
        )


class Published(FinalOncePublished):
    """What a change set carries: it has a start day and belongs to a set."""

    change_set = models.ForeignKey(
        ChangeSet, models.PROTECT, related_name="%(class)ss", verbose_name="变更单"
    )
    in_force_from = models.DateField("生效日期", help_text="从这一天起按它执行，例如 2027-07-01")

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True

    def owning_set(self) -> ChangeSet:
        return self.change_set


class EditionManager(models.Manager.from_queryset(PublishedQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(
        self, change_set: str, table: str, scheme: str, in_force_from: str
    ) -> "Edition":
        return self.get(
            change_set__slug=change_set, table=table, scheme=scheme, in_force_from=in_force_from
        )


class Edition(Published):
    """One version of one table: all its rows come into force, and go, together.

    It has a last day only where its truth is bound to a year (reading A-93): a resident plan year,
    a contribution base. A table whose last day has passed has no rule on file; an older edition
    never comes back in its place.
    """

    table = models.SlugField("表", max_length=40)
    scheme = models.CharField("险种", max_length=10, choices=choices.Scheme)
    document = models.ForeignKey(
        "policy.Document", models.PROTECT, related_name="editions", verbose_name="依据文件"
    )
    in_force_until = models.DateField(
        "截止日期", null=True, blank=True, help_text="只有当内容限于某一年时才填，含当日"
    )
    start_is_stated = models.BooleanField(
        "文件写明了生效日期", default=False, help_text="没有写明时，页面标注“起始日期文件未载明”"
    )

    objects = EditionManager()  # type: ignore[misc]

    class Meta:
        verbose_name = "表的一版"
        verbose_name_plural = "各表版本"
        ordering = ("scheme", "table", "-in_force_from")
        constraints = [
            models.UniqueConstraint(
                fields=("change_set", "table", "scheme", "in_force_from"),
                name="one_edition_a_table_day_and_set",
                violation_error_message="同一变更单里，这张表在这一天已经有一版了。",
            ),
            models.CheckConstraint(
                name="edition_ends_after_it_starts",
                condition=models.Q(in_force_until__isnull=True)
                | models.Q(in_force_until__gte=models.F("in_force_from")),
                violation_error_message="截止日期不能早于生效日期。",
            ),
        ]
        indexes = [models.Index(fields=("table", "scheme", "-in_force_from"))]

    def __str__(self) -> str:
        return f"{self.table_title} {self.in_force_from}"

    @property
    def table_title(self) -> str:
        """The Chinese name of the table."""
        return title_of(self.scheme, self.table)

    def natural_key(self) -> tuple[str, str, str, str]:
        return (self.change_set.slug, self.table, self.scheme, self.in_force_from.isoformat())


class Confirmation(models.Model):
    """Somebody checked that an edition still says what the bureau says. Added, never edited."""

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="confirmations", verbose_name="表的一版"
    )
    confirmed_on = models.DateField("核对日期")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核对人"
    )

    class Meta:
        verbose_name = "核对记录"
        verbose_name_plural = "核对记录"
        ordering = ("-confirmed_on", "-pk")

    def __str__(self) -> str:
        return f"{self.edition} {self.confirmed_on}"


class HistoryIsFinal(Exception):
    """Somebody tried to change or delete a line of a change set's history."""


class EventQuerySet(models.QuerySet["ChangeSetEvent"]):
    """Refuses to rewrite the history in bulk, too."""

    def update(self, **kwargs: Any) -> int:
        raise HistoryIsFinal

    def delete(self) -> tuple[int, dict[str, int]]:
        raise HistoryIsFinal


class ChangeSetEvent(models.Model):
    """What somebody did with a change set, when and why. Added, never edited."""

    class Action(models.TextChoices):
        SUBMITTED = "submitted", "提交审核"
        RETURNED = "returned", "退回"
        APPROVED = "approved", "批准"
        PUBLISHED = "published", "发布"
        WITHDRAWN = "withdrawn", "撤回"
        COMMENTED = "commented", "留言"
        EDITED = "edited", "修改"

    change_set = models.ForeignKey(
        ChangeSet, models.PROTECT, related_name="events", verbose_name="变更单"
    )
    action = models.CharField("做了什么", max_length=10, choices=Action)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁"
    )
    at = models.DateTimeField("时间", default=timezone.now)
    why = models.TextField("说明", blank=True)
    confirmations = models.JSONField(
        "确认的问题", default=list, blank=True, help_text="这一步确认的问题，和各自的理由"
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "变更单经过"
        verbose_name_plural = "变更单经过"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.change_set} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise HistoryIsFinal
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise HistoryIsFinal
