"""The official documents and their clauses: what every number and sentence rests on."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, OuterRef

from portal.policy.models import choices
from portal.policy.models.publishing import ChangeSet, Published


class DocumentManager(models.Manager["Document"]):
    def get_by_natural_key(self, slug: str) -> "Document":
        return self.get(slug=slug)

    def public(self) -> "models.QuerySet[Document]":
        """What residents may see: a document of which a published set brings or uses something.

        A draft may bring a document of its own; it shows with the set, and goes with it.
        """
        texts = ClauseText.objects.published().filter(clause__section__document=OuterRef("pk"))
        sets = ChangeSet.objects.in_effect().filter(document=OuterRef("pk"))
        return self.filter(Exists(texts) | Exists(sets))


class Document(models.Model):
    """An official document. It is never edited; a newer one is another row."""

    slug = models.SlugField("标识", unique=True, help_text="网址里用的名字，例如 resident-2024")
    letter = models.CharField(
        "条款字母", max_length=2, unique=True, help_text="条款编号的第一个字母，例如 R 或 F"
    )
    scheme = models.CharField("险种", max_length=10, choices=choices.Scheme)
    title = models.CharField("名称", max_length=200)
    edition_name = models.CharField(
        "版本", max_length=40, help_text="页面上说明这是哪一年的规定，例如 2024年度、2025年10月版"
    )
    issuer = models.CharField("发布单位", max_length=100, blank=True)
    dated = models.CharField(
        "落款年月", max_length=10, blank=True, help_text="例如 2025-10；文件没有落款日期时留空"
    )
    number = models.CharField(
        "文号", max_length=60, blank=True, help_text="例如 沈医保发〔2026〕30号；没有就留空"
    )
    link = models.CharField(
        "原文网址",
        max_length=300,
        blank=True,
        validators=[URLValidator(("http", "https"), message="请填完整的网址。")],
        help_text="例如 https://ybj.shenyang.gov.cn；没有就留空",
    )

    objects = DocumentManager()

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = "文件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class SectionManager(models.Manager["Section"]):
    def get_by_natural_key(self, document: str, number: int) -> "Section":
        return self.get(document__slug=document, number=number)


class Section(models.Model):
    """A part of a document, in the document's own words (hard line wraps of a PDF joined)."""

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="sections", verbose_name="文件"
    )
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("标题", max_length=100)
    body = models.TextField("原文", help_text="每行一段，与文件一字不差")

    objects = SectionManager()

    class Meta:
        verbose_name = "章节"
        verbose_name_plural = "章节"
        ordering = ("document", "number")
        constraints = [
            models.UniqueConstraint(fields=("document", "number"), name="one_section_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.document.letter}-{self.number} {self.title}"

    def natural_key(self) -> tuple[str, int]:
        return (self.document.slug, self.number)


class ClauseManager(models.Manager["Clause"]):
    def get_by_natural_key(self, code: str) -> "Clause":
        return self.get(code=code)


class Clause(models.Model):
    """The lasting identity of a clause: its id, such as F-14.10, and where it stands.

    Its sentence is a `ClauseText`, so that a slip in typing it in can be mended by a new version
    while every row that cites the clause stays as it is.
    """

    code = models.CharField("编号", max_length=12, unique=True)
    section = models.ForeignKey(
        Section, models.PROTECT, related_name="clauses", verbose_name="章节"
    )
    position = models.PositiveSmallIntegerField("次序")

    objects = ClauseManager()

    class Meta:
        verbose_name = "条款"
        verbose_name_plural = "条款"
        ordering = ("section", "position")

    def __str__(self) -> str:
        return self.code

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class ClauseText(Published):
    """The exact sentence of a clause, from a day on."""

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="texts", verbose_name="条款")
    sentence = models.TextField("原文", help_text="与文件一字不差")

    class Meta:
        verbose_name = "条款原文"
        verbose_name_plural = "条款原文"
        ordering = ("clause", "-in_force_from", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("clause", "change_set", "in_force_from"),
                name="one_clause_text_a_day_and_set",
            )
        ]

    def __str__(self) -> str:
        return f"{self.clause} {self.sentence[:20]}"
