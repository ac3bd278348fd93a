"""Facts carried along: every pair of calculators, the list of situations, and nothing that is stored."""

from itertools import product
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

from calculators.carried import CARRIED, carry, choices_of, questions_link, told_by, told_in
from calculators.catalogue import CALCULATORS
from calculators.fields import ChoiceAnswer
from calculators.next_steps import next_steps
from calculators.rules.people import Scheme

pytestmark = pytest.mark.django_db

PAIRS = [
    (source, target, scheme)
    for source, target in product(CALCULATORS, CALCULATORS)
    for scheme in Scheme
    if scheme in CALCULATORS[source].form.schemes and scheme in CALCULATORS[target].form.schemes
]


def all_choices(slug: str, scheme: Scheme) -> list[dict[str, str]]:
    """For each choice of a calculator that may go on, all else chosen for the first time."""
    fields = CALCULATORS[slug].form(scheme=scheme).fields
    offered = {
        name: [member.value for member, _ in field.choices]
        for name, field in fields.items()
        if name in CARRIED and isinstance(field, ChoiceAnswer)
    }
    first = {name: values[0] for name, values in offered.items()}
    return [{**first, name: value} for name, values in offered.items() for value in values]


def form_with(slug: str, scheme: Scheme, **answers: str) -> object:
    so_far = MultiValueDict({name: [value] for name, value in answers.items()})
    return CALCULATORS[slug].form(scheme=scheme, so_far=so_far)


@pytest.mark.parametrize(("source", "target", "scheme"), PAIRS)
def test_what_goes_on_is_taken_by_the_next_calculator(
    source: str, target: str, scheme: Scheme
) -> None:
    """Whatever was chosen, the next form reads it as one of its own answers, and keeps it."""
    form_class = CALCULATORS[target].form
    for chosen in all_choices(source, scheme):
        told = told_by(form_with(source, scheme, **chosen))  # type: ignore[arg-type]
        answers = carry(told, form_class, scheme)
        form = form_class(MultiValueDict({n: [v] for n, v in answers.items()}), scheme=scheme)
        assert not set(form.errors) & set(answers)
        assert choices_of(form_class(scheme=scheme, so_far=form.data)).items() >= answers.items()


@pytest.mark.parametrize(("source", "scheme"), sorted({(s, scheme) for s, _, scheme in PAIRS}))
def test_every_way_on_opens_without_a_word_of_complaint(
    client: Client, source: str, scheme: Scheme
) -> None:
    chosen = (all_choices(source, scheme) or [{}])[-1]
    told = told_by(form_with(source, scheme, **chosen))  # type: ignore[arg-type]
    for link in next_steps(source, scheme, told=told):
        response = client.get(link.url)
        assert response.status_code == 200, link
        assert not response.context.get("notices"), link
        form = response.context.get("form")
        assert not (form and form.errors), link


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_a_stay_hands_on_who_and_where_but_no_amount(client: Client) -> None:
    stay = "scheme=resident&group=adult&tier=level3&cost=20000&place=long_term&admission=2"
    page = client.get(f"/calculators/inpatient/?{stay}")
    links = {link.title: link.url for link in page.context["next_steps"]}
    assert links["大病保险再报多少"] == "/calculators/major-illness/"
    assert links["全年账单"] == "/calculators/year/?scheme=resident&group=adult"
    assert query(links["还想算别的"]) == {
        "scheme": "resident",
        "group": "adult",
        "tier": "level3",
        "place": "long_term",
    }
    assert not any("20000" in url or "admission" in url for url in links.values())


@pytest.mark.parametrize(
    ("told", "target", "scheme", "kept"),
    [
        # the same hospital for a stay and for a birth
        ({"group": "active", "tier": "level3"}, "maternity", "flexible", {"group", "tier"}),
        # 三级 of an outpatient is another list of hospitals than 三级 of a stay
        ({"group": "active", "tier": "level3"}, "outpatient", "flexible", {"group"}),
        # residents have other groups, and an outpatient of theirs is asked for no group
        ({"group": "active", "place": "temporary"}, "inpatient", "resident", {"place"}),
        ({"group": "adult"}, "outpatient", "resident", set()),
        # the supplementary insurance counts a filed place as Shenyang and does not list it
        ({"place": "long_term"}, "supplementary", "flexible", set()),
        ({"place": "temporary"}, "supplementary", "flexible", {"place"}),
    ],
)
def test_only_what_means_the_same_goes_on(
    told: dict[str, str], target: str, scheme: str, kept: set[str]
) -> None:
    assert set(carry(told, CALCULATORS[target].form, Scheme(scheme))) == kept


def test_a_link_carries_only_what_is_one_of_the_choices() -> None:
    given = QueryDict("group=adult&tier=palace&place=&cost=5&kind=newborn")
    assert told_in(given) == {"group": "adult"}


def test_the_questions_come_filled_in_and_nothing_is_judged(client: Client) -> None:
    link = questions_link("inpatient", Scheme.FLEXIBLE, {"group": "retired", "tier": "top3"})
    assert link == "/calculators/inpatient/?scheme=flexible&group=retired&tier=top3&ask=1"
    page = client.get(link)
    assert 'value="retired" ' in page.content.decode()
    assert "result" not in page.context
    assert questions_link("arrears", Scheme.FLEXIBLE, {"group": "retired"}) == (
        "/calculators/arrears/"
    )


def test_the_list_of_situations_hands_on_what_it_was_told(client: Client) -> None:
    page = client.get("/calculators/?scheme=flexible&group=retired&tier=level3&place=nonsense")
    ways = {
        situation.words: way.path
        for group in page.context["groups"]
        for situation in group.situations
        for way in situation.ways
    }
    assert query(ways["我要住院"]) == {
        "scheme": "flexible",
        "group": "retired",
        "tier": "level3",
        "ask": "1",
    }
    assert query(ways["去门诊看病"]) == {"scheme": "flexible", "group": "retired", "ask": "1"}
    # what the situation itself says comes first, and what it answers at once stays an answer
    assert query(ways["在外地看病，办过备案"])["place"] == "long_term"
    assert ways["要补缴以前的"] == "/calculators/arrears/"
    assert ways["自己按月交，一共多少"] == "/calculators/contribution/?scheme=flexible"


@pytest.mark.parametrize("scheme", list(Scheme))
def test_every_way_with_facts_opens_its_questions(client: Client, scheme: Scheme) -> None:
    group = {"flexible": "retired", "resident": "adult"}[scheme]
    page = client.get(f"/calculators/?scheme={scheme}&group={group}&tier=level3&place=long_term")
    for group_shown in page.context["groups"]:
        for situation in group_shown.situations:
            for way in situation.ways:
                opened = client.get(way.path)
                assert opened.status_code == 200, way
                assert not (opened.context or {}).get("notices"), way
