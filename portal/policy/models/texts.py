"""Texts of pages that staff can change. A number in them is a reference to its row."""

from django.db import models

from portal.policy.models.publishing import Published, PublishedQuerySet


class Book(models.TextChoices):
    """Where the pages stand that are nothing but a text. The value is the address, too."""

    ENROLLMENT = "enrollment", "参保指南"
    CONTRIBUTIONS = "contributions", "缴费"
    BENEFITS = "benefits", "待遇"
    CARE = "care", "就医与报销"
    PERSONS = "for", "我是谁"
    ABOUT = "about", "关于本站"
    GUIDE = "guide", "我该怎么办"  # its sections are shown one by one, in `portal.guide`


class TextManager(models.Manager["Text"]):
    def get_by_natural_key(self, slug: str) -> "Text":
        return self.get(slug=slug)


class Text(models.Model):
    """The place of a text on the site: a passage in a page, or a page of a book.

    A text in a book is a page of its own: `enrollment-resident` is read at `/enrollment/resident/`,
    and `enrollment` at `/enrollment/`, above the list of that book's pages.
    """

    slug = models.SlugField(
        "位置", unique=True, help_text="程序里用的名字，例如 enrollment-resident"
    )
    purpose = models.CharField("用在哪里", max_length=100, help_text="例如 参保指南：谁可以参保")
    book = models.CharField(
        "栏目",
        max_length=20,
        choices=Book,
        blank=True,
        help_text="自成一页的文字属于哪个栏目；只是页面里一段话的留空",
    )
    position = models.PositiveSmallIntegerField(
        "次序", default=0, help_text="在栏目里排第几，例如 2"
    )

    objects = TextManager()

    class Meta:
        verbose_name = "文字位置"
        verbose_name_plural = "文字位置"
        ordering = ("book", "position", "slug")

    def __str__(self) -> str:
        return self.purpose

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def path(self) -> str:
        """The address of the page; empty for a passage."""
        if not self.book:
            return ""
        name = self.slug.removeprefix(self.book).removeprefix("-")
        return f"/{self.book}/{name}/" if name else f"/{self.book}/"


class TextVersionManager(models.Manager.from_queryset(PublishedQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, text: str, change_set: str, in_force_from: str) -> "TextVersion":
        return self.get(text__slug=text, change_set__slug=change_set, in_force_from=in_force_from)


class TextVersion(Published):
    """What stands there from a day on, in the Markdown of `portal.policy.dialect`."""

    text = models.ForeignKey(Text, models.PROTECT, related_name="versions", verbose_name="文字位置")
    body = models.TextField(
        "文字",
        help_text="数字请写成引用，例如 [[flexible.pool.yearly_limit]]，这样数字变了文字也跟着变",
    )

    objects = TextVersionManager()  # type: ignore[misc]

    class Meta:
        verbose_name = "文字"
        verbose_name_plural = "文字"
        ordering = ("text", "-in_force_from", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("text", "change_set", "in_force_from"), name="one_text_a_day_and_set"
            )
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.in_force_from}"

    def natural_key(self) -> tuple[str, str, str]:
        return (self.text.slug, self.change_set.slug, str(self.in_force_from))
