"""A plan passed on: what was chosen goes along, days that were typed only where they are asked for."""

from html import unescape

import pytest
from django.test import Client

from tests.addresses import GUIDE, WORKER

pytestmark = pytest.mark.django_db

TYPED = f"{WORKER}&last=2025-01&resume=2025-05&repay=yes"
SITE = "http://testserver"


def told(client: Client, path: str) -> tuple[str, str, str]:
    """The text without days, the one with them, and the link that is shared."""
    response = client.get(path)
    texts = [
        "\n".join(map(str, response.context.get(n) or ())) for n in ("bare_message", "message")
    ]
    return texts[0], texts[1], response.context["share_link"]


def test_typed_days_stay_out_of_what_is_shared(client: Client) -> None:
    bare, whole, shared = told(client, TYPED)
    assert shared == f"{SITE}{WORKER}&repay=yes"
    assert "2025" not in bare.replace("2025年10月版", "")
    assert bare.endswith(f"自己走一遍：{shared}")
    assert "补缴：补缴" in bare
    # F-6.4: three missing months, repaid: covered from the month of resuming
    assert "从这天起能报销 2025年5月1日" in whole
    assert whole.endswith(f"打开这个办法：{SITE}{TYPED}")
    page = unescape(client.get(TYPED).content.decode())
    assert f'<meta property="og:url" id="og-url" content="{shared}">' in page


def test_the_shared_link_asks_for_the_days_and_leads_to_the_same_plan(client: Client) -> None:
    _, whole, shared = told(client, TYPED)
    asked = client.get(shared.removeprefix(SITE))
    assert asked.status_code == 200
    assert not asked.context["notices"], "nothing of it is out of place"
    again = client.get(
        f"{shared.removeprefix(SITE)}&last=2025-01&resume=2025-05", follow=True
    ).context
    assert "\n".join(map(str, again["message"])) == whole


@pytest.mark.parametrize(
    "path", ["/guide/?who=adult&work=flexible&hukou=elsewhere&permit=no", f"{WORKER}&last=later"]
)
def test_where_nothing_was_typed_there_is_one_text_that_opens_the_plan(
    client: Client, path: str
) -> None:
    path = client.get(path, follow=True).request["QUERY_STRING"]
    text, more, shared = told(client, f"/guide/?{path}")
    assert more == ""
    assert text.endswith(f"打开这个办法：{shared}")
    assert shared == f"{SITE}/guide/?{path}"


def test_a_no_says_why(client: Client) -> None:
    text, _, _ = told(client, "/guide/?who=adult&work=flexible&hukou=elsewhere&permit=no")
    assert text.startswith("现在还不行\n还不行：没有沈阳的居住证\n")


def test_the_questions_offer_nothing_to_pass_on(client: Client) -> None:
    assert "转给家人" not in client.get(GUIDE).content.decode()
