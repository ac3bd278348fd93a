"""The fifteen offices are the documents' own: nothing altered, nothing lost."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from portal.offices.models import Alias, Line, Office, Phone, Stop
from portal.policy.models import ClauseText
from portal.site.context import HOTLINE
from tests.policy.source_text import is_made_of, without_space

pytestmark = pytest.mark.django_db

SOURCES = Path(__file__).resolve().parents[2] / "fixtures" / "source"

# What a sentence says beside its lines, stations, exits and directions.
CONNECTIVES = (*"到至站或、，；。“”（）", "乘坐", "下车", "出站", "可到达", "公交", "公交车")


def sentence(code: str) -> str:
    return ClauseText.objects.get(clause__code=code).sentence


def test_all_fifteen_offices_stand_in_the_order_of_the_document() -> None:
    codes = list(Office.objects.values_list("clause__code", flat=True))
    assert codes == [f"F-19.{number}" for number in range(1, 16)]


@pytest.mark.parametrize("number", range(1, 16))
def test_an_office_is_what_the_document_prints(number: int) -> None:
    """F-19: name, address, way and number stand there one after the other."""
    office = Office.objects.get(clause__code=f"F-19.{number}")
    phone = office.phones.get()
    source = without_space((SOURCES / "flexible-2025-10.txt").read_text(encoding="utf-8"))

    assert office.address == sentence(f"F-19.{number}")
    called = f"{phone.number}（{phone.label}）" if phone.label else f"电话：{phone.number}"
    assert f"{office.name}{office.address}{office.transport_text}{called}" in source


@pytest.mark.parametrize("number", range(1, 16))
def test_both_documents_print_the_same_number(number: int) -> None:
    """R-16.1 to R-16.15."""
    phone = Phone.objects.get(office__clause__code=f"F-19.{number}")
    assert phone.clause is not None
    assert phone.clause.code == f"R-16.{number}"
    assert sentence(phone.clause.code).endswith(f"：{phone.number}")


@pytest.mark.parametrize("number", range(1, 16))
def test_the_district_is_named_in_the_address(number: int) -> None:
    office = Office.objects.get(clause__code=f"F-19.{number}")
    assert office.address.startswith(office.district)


def pieces_of(office: Office) -> list[str]:
    """What the split took out of the sentence, in the sentence's order."""
    pieces: list[str] = []
    for stop in office.stops.all():
        for line in stop.lines.all():
            pieces += [line.name, line.route]
        pieces += [stop.station, stop.exit_hint, stop.how]
    return [piece for piece in pieces if piece]


@pytest.mark.parametrize("number", range(1, 16))
def test_the_way_is_split_without_loss(number: int) -> None:
    """Each line, station, exit and direction occurs, in order; between them only connectives."""
    office = Office.objects.get(clause__code=f"F-19.{number}")
    rest = office.transport_text
    for piece in pieces_of(office):
        between, found, rest = rest.partition(piece)
        assert found, f"{piece} is not in what is left of {office.transport_text}"
        assert is_made_of(between, CONNECTIVES), between
    assert is_made_of(rest, CONNECTIVES), rest


def test_every_stop_has_a_line() -> None:
    assert not Stop.objects.filter(lines=None).exists()
    assert not Office.objects.filter(stops=None).exists()


def test_zhangshi_is_found_by_the_older_name() -> None:
    """A-78: R-16.7 prints 管理部, F-19.7 办理部."""
    office = Alias.objects.get(name="张士管理部").office
    assert office.name == "铁西分中心张士办理部"
    assert sentence("R-16.7").startswith("铁西分中心张士管理部：")


def test_the_hotline_calls_the_number_and_says_which_keys_follow() -> None:
    """A-95: it cannot be dialled as printed."""
    phone = Office.objects.get(slug="center").phones.get()
    assert phone.number == HOTLINE["printed"]
    assert (phone.tel, phone.hint) == (HOTLINE["link"], HOTLINE["hint"])


@pytest.mark.parametrize(
    ("number", "tel", "hint"),
    [
        ("024-23770026", "tel:024-23770026", ""),
        ("12345", "tel:12345", ""),
        ("400-810-1234", "tel:400-810-1234", ""),
        ("024-12345-1", "tel:024-12345", "接通后按 1"),
    ],
)
def test_a_number_is_called_as_printed(number: str, tel: str, hint: str) -> None:
    phone = Phone(number=number)
    assert (phone.tel, phone.hint) == (tel, hint)


@pytest.mark.parametrize("number", ["024 23770026", "０２４-23770026", "-24", "024-", "abc", ""])
def test_a_number_is_digits_and_hyphens(number: str) -> None:
    with pytest.raises(ValidationError) as error:
        Phone(number=number).clean_fields(exclude=["office"])
    assert "number" in error.value.message_dict


def test_a_bare_number_of_a_line_is_completed() -> None:
    """F-19.8 prints 「154或128路」."""
    assert Line(name="154").label == "154路"
    assert Line(name="地铁十号线").label == "地铁十号线"


@pytest.mark.parametrize(
    "twin",
    [
        lambda office: Phone(office=office, number="024-23770026"),
        lambda office: Stop(office=office, station="省博物馆"),
    ],
)
def test_nothing_is_entered_twice(twin) -> None:
    with pytest.raises(ValidationError, match="已经有这个"):
        twin(Office.objects.get(slug="hunnan")).validate_constraints()
