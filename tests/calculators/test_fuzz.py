"""Ten thousand seeded requests with anything in any parameter: 200, or 422 in Chinese, never a 500."""

import random
import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from calculators.catalogue import CALCULATORS
from calculators.fields import ChoiceAnswer, CountField, DayField, MonthField, YesNoField

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

REQUESTS = 10_000
SEED = 20251020
NASTY = (
    *("", " ", "0", "-1", "1", "2", "13", "100", "0.001", "20000.00", "99999999.99", "100000000"),
    *("NaN", "Infinity", "-Infinity", "1e400", "1e5", "0x10", "１２", "1,200", "1.2万", "٣", "½"),
    *("true", "false", "True", "null", "undefined", "none", "local", "adult:special", "student:x"),
    *(
        "2025-02-30",
        "2024-02-29",
        "2025-01-01",
        "2024-12-31",
        "0001-01-01",
        "9999-12-31",
        "2025-13",
    ),
    *("2025-12", "2022-01", "2010-08", "1900-01", "0000-00", "9999-12", "2025-1-1", "2025-06-01"),
    *("\x00", "😀", "中文", "a" * 5000, "<script>", "%00", "../../etc/passwd", "' OR 1=1 --", "\n"),
)
SENSIBLE: dict[type, tuple[str, ...]] = {
    DayField: ("2025-10-20", "2024-10-20", "2025-07-01", "2023-10-01"),
    MonthField: ("2025-06", "2025-09", "2024-12", "2015-07"),
    CountField: ("1", "2", "3", "12", "150"),
    YesNoField: ("true", "false"),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def a_query(random_: random.Random, slug: str) -> list[tuple[str, str]]:
    """Some of a calculator's parameters with sensible or nasty values, sometimes twice or unknown."""
    form = CALCULATORS[slug].form
    query = []
    nastiness = random_.choice((0.0, 0.05, 0.35))
    for name, field in form.base_fields.items():
        if not field.required and random_.random() < 0.6:
            continue
        choices = [member.value for member, _ in getattr(field, "choices", [])]
        if not choices and isinstance(field, ChoiceAnswer):
            choices = [
                member.value
                for by_scheme in form.scheme_choices.values()
                for member, _ in by_scheme.get(name, [])
            ]
        value = random_.choice(choices or SENSIBLE.get(type(field), ("20000", "0.01", "3")))
        if random_.random() < nastiness:
            value = random_.choice(NASTY)
        query.append((name, value))
        if random_.random() < nastiness / 5:
            query.append((name, random_.choice(NASTY)))
    if random_.random() < nastiness / 5:
        query.append((random_.choice(("x", "csrf", "日期", "cost[]")), "1"))
    return query


@pytest.mark.slow
def test_ten_thousand_requests_are_answered(client: Client) -> None:
    random_ = random.Random(SEED)
    computed = 0
    for _ in range(REQUESTS):
        slug = random_.choice(list(CALCULATORS))
        query = urlencode(a_query(random_, slug))
        answer = client.get(f"/api/v1/calculators/{slug}?{query}")
        assert answer.status_code in {200, 422}, (slug, query)
        body = answer.json()
        if answer.status_code == 422:
            assert body["errors"], (slug, query)
            for messages in body["errors"].values():
                assert messages, (slug, query)
                assert all(CHINESE.search(message) for message in messages), (slug, query)
        elif body["computable"]:
            computed += 1
        else:
            assert CHINESE.search(body["reason"]), (slug, query)
    assert computed > REQUESTS / 100, "the fuzz must reach the rules, not only the errors"
