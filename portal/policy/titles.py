"""Chinese names of the dated tables, by scheme and name."""

from calculators.rules.people import Scheme

RESIDENT, FLEXIBLE = Scheme.RESIDENT.value, Scheme.FLEXIBLE.value
READINGS = "readings"

TITLES: dict[tuple[str, str], str] = {
    (RESIDENT, "enrollment_window"): "集中参保缴费期",
    (RESIDENT, "contribution"): "居民缴费标准",
    (RESIDENT, "start_date"): "居民待遇起算",
    (RESIDENT, "inpatient"): "居民住院",
    (RESIDENT, "emergency"): "居民急诊抢救",
    (RESIDENT, "chronic"): "居民门诊慢特病",
    (RESIDENT, "outpatient"): "居民门诊统筹",
    (RESIDENT, "two_diseases"): "居民两病用药",
    (RESIDENT, "major_illness"): "居民大病保险",
    (RESIDENT, "maternity"): "居民生育",
    (RESIDENT, "out_of_area"): "居民异地就医",
    (FLEXIBLE, "contribution"): "灵活就业缴费标准",
    (FLEXIBLE, "large_sum_fee"): "大额补助保险费（在职）",
    (FLEXIBLE, "retiree_account"): "退休个人账户",
    (FLEXIBLE, "tax_once_fee"): "按较低比例缴费的退休人员大额费",
    (FLEXIBLE, "retirement"): "退休缴费年限",
    (FLEXIBLE, "top_up"): "退休一次性补缴",
    (FLEXIBLE, "waiting"): "灵活就业待遇等待期",
    (FLEXIBLE, "pool"): "统筹基金年限额",
    (FLEXIBLE, "inpatient"): "灵活就业住院",
    (FLEXIBLE, "emergency"): "灵活就业急诊抢救",
    (FLEXIBLE, "chronic"): "灵活就业门诊慢特病",
    (FLEXIBLE, "outpatient"): "灵活就业门诊统筹",
    (FLEXIBLE, "large_sum"): "大额补助保险待遇",
    (FLEXIBLE, "supplementary"): "补充医疗保险",
    (FLEXIBLE, "out_of_area"): "灵活就业异地就医",
    (FLEXIBLE, "childbirth"): "灵活就业分娩住院",
    (FLEXIBLE, "maternity_outpatient"): "灵活就业生育门诊",
    (FLEXIBLE, "assisted_reproduction"): "灵活就业辅助生殖",
    (RESIDENT, READINGS): "已定的理解",
    (FLEXIBLE, READINGS): "已定的理解",
}


def title_of(scheme: str, name: str) -> str:
    """Return the Chinese name of a table; its plain name where it has none yet."""
    return TITLES.get((scheme, name), name)
