"""Texts of pages that staff can change. A number in them is a reference to its row."""

from django.db import models

from portal.policy.models.publishing import Published


class TextManager(models.Manager["Text"]):
    def get_by_natural_key(self, slug: str) -> "Text":
        return self.get(slug=slug)


class Text(models.Model):
    """The place of a text on the site."""

    slug = models.SlugField("位置", unique=True, help_text="程序里用的名字，例如 home-lead")
    purpose = models.CharField("用在哪里", max_length=100)

    objects = TextManager()

    class Meta:
        verbose_name = "文字位置"
        verbose_name_plural = "文字位置"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.purpose

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class TextVersion(Published):
    """What stands there from a day on, in Markdown."""

    text = models.ForeignKey(Text, models.PROTECT, related_name="versions", verbose_name="文字位置")
    body = models.TextField(
        "文字",
        help_text="数字请写成引用，例如 [[flexible.pool.yearly_limit]]，这样数字变了文字也跟着变",
    )

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
