"""What people say, and what the documents say for it."""

# Tried where a query finds nothing as it was typed.
OFFICIAL_WORDS = {
    "交费": "缴费",
    "交钱": "缴费",
    "补交": "补缴",
    "续交": "续保",
    "断交": "中断缴费",
    "断缴": "中断缴费",
    "停交": "中断缴费",
    "停缴": "中断缴费",
    "报帐": "报销",
    "起付线": "起付标准",
    "门槛费": "起付标准",
    "封顶线": "最高支付限额",
    "外地看病": "异地就医",
    "外地住院": "异地住院",
    "慢病": "慢性病",
    "门特": "门诊特殊病",
    "生孩子": "生育",
    "生小孩": "生育",
    "试管婴儿": "辅助生殖",
    "医保卡": "社会保障卡",
    "社保卡": "社会保障卡",
    "低保户": "低保",
    "自由职业": "灵活就业",
    "小孩": "未成年人",
    "孩子": "未成年人",
}


def in_official_words(query: str) -> str:
    """Return `query` with everyday words put as the documents put them."""
    for everyday, official in OFFICIAL_WORDS.items():
        query = query.replace(everyday, official)
    return query
