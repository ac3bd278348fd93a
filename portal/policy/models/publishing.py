"""Change sets and editions: how dated data comes into force, and how it is taken back.

A change set carries new editions of tables, new clause texts and new texts. Each of them has a
start day. On a given day the latest start counts; for one start day, the newest set that is
published and not withdrawn. So a correction is a new set, a withdrawal brings the earlier rows
back, and a start day in the future is the timer. What is published is never edited.
"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.policy.models import choices
from portal.policy.titles import title_of


class PublishedIsFinal(Exception):
    """Somebody tried to change or delete what is published. Publish a new change set instead."""


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def in_effect(self) -> "ChangeSetQuerySet":
        """Sets that are published and not withdrawn."""
        return self.filter(status=ChangeSet.Status.PUBLISHED)

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

    slug = models.SlugField("标识", unique=True)
    title = models.CharField("名称", max_length=200)
    status = models.CharField(
        "状态", max_length=10, choices=Status, default=Status.DRAFT, db_index=True
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        verbose_name = "变更单"
        verbose_name_plural = "变更单"
        ordering = ("-published_at", "-pk")
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
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def is_final(self) -> bool:
        """Whether its contents may no longer change: published once, even if withdrawn since."""
        return self.status in {self.Status.PUBLISHED, self.Status.WITHDRAWN}

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


class FinalOncePublished(models.Model):
    """A part of a change set that refuses to be changed once the set has been published."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_final()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_final()
        return super().delete(*args, **kwargs)

    def owning_set(self) -> ChangeSet:
        """The change set that it belongs to."""
        raise NotImplementedError

    def _refuse_if_final(self) -> None:
        # Both the set it goes to and the one it is stored in: a published row must not slip into a
        # draft. Asked anew, because the set may have been published since this was read.
        owners = {self.owning_set().pk}
        if stored := type(self)._default_manager.filter(pk=self.pk).first():
            owners.add(stored.owning_set().pk)
        final = next((s for s in ChangeSet.objects.filter(pk__in=owners) if s.is_final), None)
        if final:
            raise PublishedIsFinal(f"{self} 已随变更单“{final}”发布，不能修改")


class PublishedQuerySet(models.QuerySet[Any]):
    def published(self) -> "PublishedQuerySet":
        """What sets in effect carry, for any day; where several hold, the one that counts first."""
        return self.filter(change_set__status=ChangeSet.Status.PUBLISHED).order_by(
            "-in_force_from", "-change_set__published_at", "-change_set__pk"
        )

    def started_by(self, day: datetime.date) -> "PublishedQuerySet":
        """What has come into force by `day`, the one that counts first."""
        return self.published().filter(in_force_from__lte=day)


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
