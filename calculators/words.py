"""What steps, payers, remarks and refusals are called in Chinese."""

from calculators.rules.people import Scheme

STEP_LABELS = {
    "deductible": "起付标准",
    "pool": "统筹基金支付",
    "large_sum": "大额补助支付",
    "supplementary": "补充医疗保险支付",
    "self": "您自己付",
}

STEP_SENTENCES = {
    "deductible": "起付标准就是报销的“门槛”，门槛以内的费用由您自己付。",
    "pool": "门槛以上、能报销的费用，由统筹基金按比例付。",
    "large_sum": "统筹基金全年付满限额以后，由大额补助接着按比例付。",
    "supplementary": "您按比例自付的钱（不含起付标准）超过规定数额的部分，补充医疗保险再付一些。",
    "self": "总费用减去上面各项支付，剩下的由您自己付。",
}
NO_DEDUCTIBLE_SENTENCE = "按规定，这次住院不收起付标准。"

NOTICES = {
    "filing_day_unknown": "您没有填备案日期。文件规定的日期以前办的备案，仍按原政策执行，结果会不同。",
    "tier_out_of_area": "外地医院一般选“三级”。“特大型三级”是沈阳的分法，拿不准时请问医院或拨打热线。",
    "class_b_not_split": "这次住院中途才进入大额补助阶段，分不清哪些乙类费用在后一段，所以乙类先行自付没有降低。",
    "large_sum_limit_reached": "大额补助今年的限额已经用完，超出的部分由您自己付。",
}

NOT_COUNTED = {
    Scheme.FLEXIBLE: [
        "个人账户里的钱：您可以用它付自己该付的部分，不影响报销多少。",
        "医疗救助和单位、商业保险的报销。",
    ],
    Scheme.RESIDENT: [
        "居民大病保险：一年里自付的钱超过起付标准线后还能再报，但文件没有写这条线是多少。",
        "医疗救助：文件没有写比例和限额。",
        "统筹基金全年最多付多少：居民的文件没有写。",
    ],
}

PAYERS = ("pool", "large_sum", "supplementary", "self")
HEADLINE = "您大约自付"
ASK = "请拨打沈阳医保服务热线 024-12345-1-7（接通后按 1、7）。"
