"""Made-up change sets as staff write them: a new document, its clause, and a table that rests on it."""

import datetime
from decimal import Decimal

from django.contrib.auth.models import User

from portal import clock
from portal.policy.checks import check
from portal.policy.drafts import copy_edition
from portal.policy.in_force import Rulebook, Timetable
from portal.policy.models import Amount, ChangeSet, Clause, ClauseText, Document, Section
from portal.policy.publishing import submit

POOL = ("flexible", "pool")
NEW_DAY = datetime.date(2026, 12, 1)


def person(name: str) -> User:
    return User.objects.create_user(name, is_staff=True)


def draft_of_limit(
    author: User,
    amount: int = 160_000,
    start: datetime.date = NEW_DAY,
    *,
    slug: str = "pool-limit",
    letter: str = "N",
) -> ChangeSet:
    """A draft that gives the pool another yearly limit, by a notice that says so."""
    notice = Document.objects.create(
        slug=f"notice-{slug}",
        letter=letter,
        scheme="flexible",
        title="关于调整统筹基金限额的通知",
        edition_name="2026年通知",
        number="沈医保发〔2026〕30号",
        dated="2026-11-20",
        link="https://ybj.shenyang.gov.cn/notice",
    )
    sentence = f"统筹基金年度最高支付限额为{amount}元。"
    section = Section.objects.create(document=notice, number=1, title="限额", body=sentence)
    clause = Clause.objects.create(code=f"{letter}-1.1", section=section, position=1)
    draft = ChangeSet.objects.create(
        slug=slug,
        title="调整统筹基金限额",
        summary=f"灵活就业人员的统筹基金年限额调整为 {amount:,} 元",
        concerns="参加职工医保的灵活就业人员",
        document=notice,
        author=author,
    )
    ClauseText.objects.create(
        change_set=draft, clause=clause, in_force_from=start, sentence=sentence
    )
    edition = copy_edition(Timetable.load().latest_edition(*POOL, start), draft, start)
    edition.document = notice
    edition.save()
    limit = Amount.objects.get(edition=edition, name="yearly_limit")
    limit.value, limit.clause = Decimal(amount), clause
    limit.save()
    return draft


def reasons_for(draft: ChangeSet) -> dict[str, str]:
    """A reason for whatever is to be confirmed. What blocks still blocks."""
    return {problem.key: "核对过文件" for problem in check(draft, clock.today())}


def hand_in(draft: ChangeSet, by: User) -> None:
    """Submit a draft; that another table of these days is not on file yet is confirmed."""
    submit(draft, by, reasons_for(draft))


def limit_on(day: datetime.date) -> Decimal:
    row = Rulebook.on(day).named(Amount, *POOL, "yearly_limit")
    assert isinstance(row, Amount)
    return row.value
