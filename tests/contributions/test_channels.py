"""The channels are those that the two documents name, for what they name them."""

import pytest
from django.core.exceptions import ValidationError

from portal.contributions.models import Channel, ChannelUse, Purpose
from portal.policy.models import ClauseText
from tests.policy.source_text import without_space

pytestmark = pytest.mark.django_db


def test_a_clause_names_the_channel_that_it_stands_for() -> None:
    sentences = dict(ClauseText.objects.values_list("clause__code", "sentence"))
    uses = ChannelUse.objects.select_related("channel", "clause")
    assert uses
    for use in uses:
        text = without_space(sentences[use.clause.code])
        assert any(name in text for name in use.channel.names), (use.clause.code, use.channel)


def test_a_use_is_of_the_scheme_of_its_document() -> None:
    for use in ChannelUse.objects.select_related("clause__section__document"):
        assert use.scheme == use.clause.section.document.scheme


def names(purpose: Purpose, scheme: str, *clauses: str) -> set[str]:
    return set(
        Channel.objects.filter(
            uses__purpose=purpose, uses__scheme=scheme, uses__clause__code__in=clauses
        ).values_list("slug", flat=True)
    )


def test_r_5_2_four_ways_to_pay() -> None:
    expected = {"tax-mobile", "liaoshitong", "banks", "tax-hall"}
    assert names(Purpose.PAY, "resident", "R-5.2") == expected


def test_r_4_where_to_be_checked_in() -> None:
    assert names(Purpose.VERIFY, "resident", "R-4.4") == {"app", "wechat", "community"}
    assert names(Purpose.VERIFY, "resident", "R-4.9") == {"community"}
    assert names(Purpose.VERIFY, "resident", "R-4.1") == {"school"}
    assert names(Purpose.ENROLL, "resident", "R-4.10") == {"authority"}


def test_f_2_where_to_enrol_and_retire() -> None:
    online = {"app", "wechat", "alipay", "personal-hall", "liaoshitong"}
    for purpose in (Purpose.ENROLL, Purpose.RETIRE):
        assert names(purpose, "flexible", "F-2.1", "F-2.2") == online | {"window"}


def test_f_15_27_two_channels_file_across_provinces_only() -> None:
    uses = ChannelUse.objects.filter(clause__code="F-15.27", purpose=Purpose.FILE_AWAY)
    notes = {use.channel.slug: use.note for use in uses.select_related("channel")}
    both = "跨省、省内都能办"
    assert notes == {
        "nhsa-app": "只办跨省",
        "nhsa-wechat": "只办跨省",
        "app": both,
        "wechat": both,
        "shengshitong": both,
        "alipay": both,
        "window": "",
    }


def test_f_18_14_where_to_claim_a_birth_away() -> None:
    expected = {"personal-hall", "gov-net", "nhsa-app", "app"}
    assert names(Purpose.MATERNITY_CLAIM, "flexible", "F-18.14") == expected


def test_the_documents_give_one_address_of_the_web() -> None:
    """R-16.16, F-20.1."""
    links = dict(Channel.objects.exclude(link="").values_list("slug", "link"))
    assert links == {"website": "https://ybj.shenyang.gov.cn"}


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.com/a", "医保"])
def test_a_link_is_an_address_of_the_web(link: str) -> None:
    with pytest.raises(ValidationError) as error:
        Channel(slug="a", name="甲", position=1, link=link).clean_fields()
    assert list(error.value.message_dict) == ["link"]


def test_a_use_is_entered_once() -> None:
    use = ChannelUse.objects.select_related("channel").filter(clause__isnull=False)[0]
    use.pk = None
    with pytest.raises(ValidationError, match="已经有同样的用途"):
        use.validate_constraints()
