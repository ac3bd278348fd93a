"""Three thousand seeded bodies of anything: 200, or 422 in Chinese, never a 500."""

import random
import re

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/calculators/year"
BODIES = 3_000
SEED = 20251020
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# Raw JSON, also what no JSON writer would write.
SCALARS = (
    *("null", "true", "false", "0", "-0", "-1", "1.5", "1e5", "1E-7", "1e400", "-1e400"),
    *("NaN", "Infinity", "-Infinity", "9" * 4000, "9" * 5000, "01", "0x10", "undefined", ""),
    *('""', '" "', '"NaN"', '"1e400"', '"-1"', '"1.005"', '"１２"', '"100000000"', '"1,200"'),
    *('"2025-02-30"', '"2024-02-29"', '"0001-01-01"', '"9999-12-31"', '"2025-1-1"'),
    *('"\\u0000"', '"\\ud800"', '"\\udc00x"', '"\\ud83d\\ude00"', '"\x00"', '"\\x"', '"中文'),
    *('"local"', '"active"', '"resident"', '"<script>"', '"\' OR 1=1 --"', f'"{"a" * 5000}"'),
)
NESTED = ("[]", "{}", "[[]]", '{"a":{"b":[1]}}', '["flexible"]', "[" * 40 + "]" * 40, "[" * 20_000)
NAMES = (
    *('"x"', '""', '"\\u0000"', '"date"', '"admission"', '"pool_paid"', '"filed_on"', '"日期"'),
    *('"cost"', '"on"', '"scheme"', '"__class__"', '"events"', f'"{"k" * 5000}"', "on", "1"),
)
COST = {"cost": ('"20000"', '"0.01"', '"99999999.99"', "300")}
PLACE = {"place": ('"local"', '"long_term"', '"temporary"')}
STAY = {"tier": ('"level1"', '"level3"', '"top3"'), **COST, **PLACE}
BIRTH = {**STAY, "kind": ('"childbirth"', '"family_planning"')}
VISITED = {"tier": ('"level1_or_below"', '"level2"')}
# What is right to say, by scheme: the head of a year, and the events of each calculator.
HEADS = {
    "flexible": {"group": ('"active"', '"retired"'), "chronic_holder": ("true", "false")},
    "resident": {"group": ('"adult"', '"minor"'), "threshold": ('"20000"', "0")},
}
DAYS = {
    "flexible": {"on": ('"2025-01-01"', '"2025-07-01"', '"2025-12-31"')},
    "resident": {"on": ('"2024-02-29"', '"2024-03-31"', '"2024-12-31"')},
}
EVENTS = {
    "flexible": {
        "inpatient": STAY,
        "outpatient": {**VISITED, **COST},
        "emergency": {**COST, **PLACE},
        "chronic": {"category": ('"special"', '"dialysis"'), **COST},
        "maternity": BIRTH,
    },
    "resident": {
        "inpatient": STAY,
        "outpatient": COST,
        "emergency": {**COST, **PLACE},
        "chronic": {"category": ('"listed"',), **VISITED, **COST},
        "two-diseases": {"hypertension": ('"250"', "9")},
        "maternity": BIRTH,
    },
}


class Writer:
    """Writes bodies, some of them well, most of them with something nasty in some place."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.nastiness = 0.0
        self.scheme = ""

    def body(self) -> bytes:
        self.nastiness = self.random.choice((0.02, 0.2, 0.3, 0.3))
        self.scheme = self.random.choice(list(HEADS))
        scheme = self.random.choice(SCALARS) if self.nasty() else f'"{self.scheme}"'
        head = self.values(HEADS[self.scheme])
        text = self.thing({"scheme": scheme, **head, "events": self.events()})
        if self.nasty():
            text = self.random.choice((*SCALARS, *NESTED, text[: len(text) // 2], text + text))
        data = text.encode("utf-8", "surrogatepass")
        if self.nasty():
            place = self.random.randrange(len(data) + 1)
            data = data[:place] + self.random.randbytes(3) + data[place:]
        return data

    def nasty(self) -> bool:
        return self.random.random() < self.nastiness

    def events(self) -> str:
        if self.nasty():
            many = ",".join(["{}", self.event()] * self.random.choice((1, 60, 3_000)))
            return self.random.choice((f"[{many}]", *NESTED, *SCALARS))
        return f"[{','.join(self.event() for _ in range(self.random.randrange(3)))}]"

    def event(self) -> str:
        kind = self.random.choice(list(EVENTS[self.scheme]))
        facts = {**DAYS[self.scheme], **EVENTS[self.scheme][kind]}
        return self.thing({**self.values({"calculator": (f'"{kind}"',)}), **self.values(facts)})

    def values(self, known: dict[str, tuple[str, ...]]) -> dict[str, str]:
        return {
            name: self.random.choice((*SCALARS, *NESTED) if self.nasty() else right)
            for name, right in known.items()
        }

    def thing(self, pairs: dict[str, str]) -> str:
        """An object, sometimes without one of its names, with one twice or one too many."""
        written = [f'"{name}":{value}' for name, value in pairs.items() if not self.nasty()]
        if self.nasty():
            name, value = self.random.choice(NAMES), self.random.choice((*SCALARS, *NESTED))
            written.append(f"{name}:{value}")
        if written and self.nasty():
            written.append(self.random.choice(written))
        return f"{{{','.join(written)}}}"


@pytest.mark.slow
def test_three_thousand_bodies_are_answered(client: Client) -> None:
    writer = Writer(random.Random(SEED))
    answered = {200: 0, 422: 0}
    for _ in range(BODIES):
        body = writer.body()
        answer = client.post(ADDRESS, body, content_type="application/json")
        assert answer.status_code in answered, body
        answered[answer.status_code] += 1
        document = answer.json()
        if answer.status_code == 422:
            assert document["errors"], body
            for messages in document["errors"].values():
                assert messages, body
                assert all(CHINESE.search(message) for message in messages), (body, messages)
        else:
            for event in document["result"]["events"]:
                assert event["computable"] or CHINESE.search(event["reason"]), body
    assert min(answered.values()) > BODIES / 20, "the fuzz must reach the rules and the errors"


@pytest.mark.parametrize("scheme", ["[]", "{}", '["flexible"]', '{"flexible":1}'])
def test_a_scheme_that_is_no_text_is_an_error(scheme: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.post(ADDRESS, f'{{"scheme":{scheme}}}', content_type="application/json")
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["scheme"]


@pytest.mark.parametrize(
    "body",
    [
        '{"scheme":"flexible","group":"active","events":[],"\\ud800":1}',
        '{"scheme":"flexible","group":"active","events":[{"calculator":"inpatient","\\udfff":1}]}',
    ],
    ids=["of the year", "of an event"],
)
def test_half_a_character_as_a_name_is_an_error(body: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == 422


def test_a_body_that_is_too_long_is_refused_unread() -> None:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    client = Client(raise_request_exception=False)
    answer = client.post(ADDRESS, b" " * (most + 1), content_type="application/json")
    assert answer.status_code == 400
