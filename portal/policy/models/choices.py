"""Chinese names of the contract's values, for the admin and for pages."""

from django.db import models

from calculators.rules import people


class Scheme(models.TextChoices):
    RESIDENT = people.Scheme.RESIDENT, "城乡居民医保"
    FLEXIBLE = people.Scheme.FLEXIBLE, "灵活就业人员职工医保"


class Group(models.TextChoices):
    ACTIVE = people.Group.ACTIVE, "在职"
    RETIRED = people.Group.RETIRED, "退休"
    MINOR = people.Group.MINOR, "在校学生和非在校未成年人"
    ADULT = people.Group.ADULT, "成年居民"


class Tier(models.TextChoices):
    GRASSROOTS = people.Tier.GRASSROOTS, "基层"
    LEVEL1 = people.Tier.LEVEL1, "一级"
    LEVEL2 = people.Tier.LEVEL2, "二级"
    LEVEL2_DISTRICT = people.Tier.LEVEL2_DISTRICT, "区属二级"
    LEVEL2_CITY = people.Tier.LEVEL2_CITY, "市属二级"
    LEVEL3 = people.Tier.LEVEL3, "三级"
    TOP3 = people.Tier.TOP3, "特三级（特大型三级）"


class OutpatientTier(models.TextChoices):
    LEVEL1_OR_BELOW = people.OutpatientTier.LEVEL1_OR_BELOW, "一级及以下"
    LEVEL2 = people.OutpatientTier.LEVEL2, "二级"
    SPECIALIST3 = people.OutpatientTier.SPECIALIST3, "三级传染病、精神疾病专科"
    LEVEL3 = people.OutpatientTier.LEVEL3, "三级"
    LEVEL3_OR_ABOVE = people.OutpatientTier.LEVEL3_OR_ABOVE, "三级及以上"
    TOP3 = people.OutpatientTier.TOP3, "特三级"


class Place(models.TextChoices):
    LOCAL = people.Place.LOCAL, "本市"
    LONG_TERM = people.Place.LONG_TERM, "异地长期居住备案地"
    TEMPORARY = people.Place.TEMPORARY, "临时外出"
    TEMPORARY_EMERGENCY = people.Place.TEMPORARY_EMERGENCY, "临时外出急危重"


class Condition(models.TextChoices):
    NO_DEDUCTIBLE = people.Condition.NO_DEDUCTIBLE, "不设起付标准的病种"
    CANCER = people.Condition.CANCER, "恶性肿瘤"


class ChronicCategory(models.TextChoices):
    DIALYSIS = people.ChronicCategory.DIALYSIS, "透析"
    SPECIAL = people.ChronicCategory.SPECIAL, "其余特殊病"
    CHRONIC = people.ChronicCategory.CHRONIC, "慢性病"
    LISTED = people.ChronicCategory.LISTED, "点名病种"
    OTHER = people.ChronicCategory.OTHER, "其他病种"


class Sex(models.TextChoices):
    MALE = people.Sex.MALE, "男"
    FEMALE = people.Sex.FEMALE, "女"


class Member(models.TextChoices):
    ADULT = people.Member.ADULT, "成年居民"
    STUDENT = people.Member.STUDENT, "在校学生"
    MINOR = people.Member.MINOR, "非在校未成年人"


class Hardship(models.TextChoices):
    NONE = people.Hardship.NONE, "一般"
    LOW_MARGIN = people.Hardship.LOW_MARGIN, "低保边缘家庭成员"
    SPECIAL = people.Hardship.SPECIAL, "免缴的特殊人群"


class Disease(models.TextChoices):
    HYPERTENSION = "hypertension", "高血压"
    DIABETES = "diabetes", "糖尿病"


class YearsBasis(models.TextChoices):
    APPROVAL = "approval", "办理养老保险退休审批的日期"
    REACHES_AGE = "reaches_age", "达到退休年龄的日期"


class Care(models.TextChoices):
    INPATIENT = "inpatient", "住院"
    EMERGENCY = "emergency", "门（急）诊抢救"
