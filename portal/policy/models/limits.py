"""Rows of what stands above or beside the pool: 补充, 居民大病, and limits by disease."""

from django.db import models

from portal.policy.models import choices
from portal.policy.models.rows import (
    BandRow,
    PolicyRow,
    band_constraints,
    is_one_of,
    is_share,
    money_field,
    not_negative,
    one_row_for,
    rate_field,
)


class SupplementaryBand(BandRow):
    """补充医疗保险 rate for a band of the self-payment, by column of its table."""

    COLUMN = "rate"
    KEYS = ("place", "above")
    VALUES = ("above", "rate")

    place = models.CharField("就医地", max_length=20, choices=choices.Place)
    rate = rate_field("补偿比例")

    class Meta:
        verbose_name = "补充医疗保险分段"
        verbose_name_plural = "补充医疗保险分段"
        ordering = ("pk",)
        constraints = [
            *band_constraints("supplementaryband", "place"),
            is_share("supplementaryband", "rate"),
            is_one_of("supplementaryband", "place", choices.Place),
        ]


class MajorIllnessBand(BandRow):
    """居民大病保险 rate for a band of what exceeds its threshold."""

    COLUMN = "rate"
    KEYS = ("above",)
    VALUES = ("above", "rate")

    rate = rate_field("支付比例")

    class Meta:
        verbose_name = "居民大病保险分段"
        verbose_name_plural = "居民大病保险分段"
        ordering = ("pk",)
        constraints = [
            *band_constraints("majorillnessband"),
            is_share("majorillnessband", "rate"),
        ]


class DiseaseLimit(PolicyRow):
    """“两病”用药 yearly limit of what the fund pays, by disease."""

    COLUMN = "limit"
    KEYS = ("disease",)
    VALUES = ("amount",)

    disease = models.CharField("病种", max_length=20, choices=choices.Disease)
    amount = money_field("年限额")

    class Meta:
        verbose_name = "两病年限额"
        verbose_name_plural = "两病年限额"
        ordering = ("pk",)
        constraints = [
            one_row_for("diseaselimit", "disease"),
            not_negative("diseaselimit", "amount"),
            is_one_of("diseaselimit", "disease", choices.Disease),
        ]
