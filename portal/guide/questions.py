"""The questions, in the order in which they are asked, and when each of them matters.

Whether a question matters is a pure function of the answers before it. A name may stand twice, with
other words for other people; never for the same person.
"""

from collections.abc import Callable
from dataclasses import dataclass

from calculators.fields import Answer, DayField, MonthField
from calculators.rules.people import FlexibleEntry, ResidentEntry, Scheme
from portal.guide.known import LATER, Known


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose: its name in the link, its words, and what they mean."""

    value: str
    words: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One screen: what is asked, why, and either options or a field in which a day is typed.

    Words may hold references to rows (`portal.policy.texts`). `short` names the answer in the list
    of answers. Where a day is typed, `options` are what to say instead of a day.
    """

    name: str
    words: str
    short: str
    why: str
    asked: Callable[[Known], bool]
    options: tuple[Option, ...] = ()
    field: type[Answer] | None = None
    hint: str = ""


def _resident(known: Known) -> bool:
    return known.scheme == Scheme.RESIDENT


def _joins_flexible(known: Known) -> bool:
    """Whether somebody is about to join the flexible scheme before the age of retirement."""
    return known.scheme == Scheme.FLEXIBLE and not known.is_of_age


def _asks_permit(known: Known) -> bool:
    if not known.is_from_elsewhere or known.says("who", "student") or known.resident:
        return False
    if known.is_child and known.says("hukou", "elsewhere"):
        return known.says("parent_permit", "no", "local") or known.says("parent_insured", "no")
    return True


def _asks_last(known: Known) -> bool:
    if _resident(known):
        return known.resident_entry == ResidentEntry.FROM_EMPLOYEE
    if not _joins_flexible(known):
        return False
    from_resident = known.flexible_entry == FlexibleEntry.FROM_RESIDENT
    return (from_resident and known.is_long_resident) or known.flexible_entry in (
        FlexibleEntry.GAP,
        FlexibleEntry.TRANSFER,
    )


def _asks_resume(known: Known) -> bool:
    if not _joins_flexible(known) or known.flexible_entry is None:
        return False
    return not known.says("last", LATER)


def _asks_paid(known: Known) -> bool:
    if not _resident(known) or known.says("born", LATER) or known.says("last", LATER):
        return False
    return known.resident_entry in {
        ResidentEntry.ADULT,
        ResidentEntry.STUDENT,
        ResidentEntry.MINOR,
        ResidentEntry.NEWBORN,
        ResidentEntry.LOW_MARGIN,
        ResidentEntry.FROM_EMPLOYEE,
    }


def _asks_back_paid(known: Known) -> bool:
    born, paid = known.day("born"), known.day("paid")
    return bool(born and paid and paid.year > born.year)


_HUKOU = (
    Option("shenyang", "沈阳户口"),
    Option("elsewhere", "外地户口", "中国其他城市的户口"),
    Option("hmt", "港澳台居民"),
    Option("foreign", "外国人"),
)

QUESTIONS = (
    Question(
        name="who",
        words="给谁办医保？",
        short="给谁办",
        why="不同的人，参加的医保、交的钱和办法都不一样。给家里几个人办，就一个人一个人来。",
        asked=lambda known: True,
        options=(
            Option("newborn", "刚出生的宝宝", "还没出生、想先问清楚的，也选这里"),
            Option("child", "没上学的孩子", "不满十八岁，不是在校学生"),
            Option("student", "在校学生", "小学到大学都算，不看年龄"),
            Option("adult", "成年人"),
        ),
    ),
    Question(
        name="work",
        words="现在怎么上班？",
        short="工作",
        why="有单位的，职工医保由单位办；自己做事的，可以自己参加职工医保。",
        asked=lambda known: known.is_adult,
        options=(
            Option("flexible", "自己做事，没有单位给交医保", "没雇人的个体户、钟点工、打零工都算"),
            Option("none", "没有工作", "在家，或者不上班了"),
            Option("employer", "有单位，单位给交职工医保"),
            Option("hirer", "个体户，雇了人"),
            Option("resigned", "退职", "因病或者非因公致残，干不了活"),
            Option("retired", "到了退休年龄"),
        ),
    ),
    Question(
        name="school",
        words="在哪里上学？",
        short="上学",
        why="在沈阳上学的，不看户口，跟着学校办。",
        asked=lambda known: known.says("who", "student"),
        options=(Option("here", "在沈阳上学"), Option("away", "在外地上学")),
    ),
    Question(
        name="assessed",
        words="市以上的劳动鉴定机构，鉴定为完全丧失劳动能力了吗？",
        short="完全丧失劳动能力",
        why="退职人员要有这个鉴定，才能按灵活就业身份参保。",
        asked=lambda known: known.says("work", "resigned"),
        options=(Option("yes", "鉴定了，是"), Option("no", "没有鉴定，或者不是")),
    ),
    Question(
        name="sick_age",
        words="到病退年龄了吗？",
        short="病退年龄",
        why="文件说的是还没到病退年龄的退职人员。",
        asked=lambda known: known.says("assessed", "yes"),
        options=(Option("not_yet", "还没到"), Option("reached", "已经到了")),
    ),
    Question(
        name="hukou",
        words="宝宝的户口在哪里？",
        short="户口",
        why="沈阳户口的，手机上就能办；外地户口的，办法不一样。",
        asked=lambda known: known.says("who", "newborn"),
        options=(*_HUKOU, Option("none", "还没上户口")),
    ),
    Question(
        name="hukou",
        words="户口在哪里？",
        short="户口",
        why="能不能参保，先看户口。外地户口的，还要看居住证。",
        asked=lambda known: (
            known.says("who", "child")
            or known.says("school", "away")
            or (known.is_adult and not known.says("work", "employer"))
        ),
        options=_HUKOU,
    ),
    Question(
        name="parent_permit",
        words="父母有一方办了沈阳的居住证吗？",
        short="父母的居住证",
        why="外地户口的孩子，可以看父母：有沈阳居住证，又在沈阳参保一年以上，孩子就能参保。",
        asked=lambda known: known.is_child and known.says("hukou", "elsewhere"),
        options=(
            Option("yes", "办了"),
            Option("no", "都没有办"),
            Option("local", "父母是沈阳户口，不用办"),
        ),
    ),
    Question(
        name="parent_insured",
        words="有居住证的那一方，在沈阳参保一年以上了吗？",
        short="父母在沈阳参保一年以上",
        why="参加哪一种医保都行，正好一年也算：文件没有写清，我们这样理解。",
        asked=lambda known: known.says("parent_permit", "yes"),
        options=(Option("yes", "一年以上了"), Option("no", "还不到一年，或者没有参保")),
    ),
    Question(
        name="permit",
        words="本人办了沈阳的居住证吗？",
        short="本人的居住证",
        why="不是沈阳户口的，要先有沈阳的居住证。",
        asked=_asks_permit,
        options=(Option("yes", "办了"), Option("no", "没有办")),
    ),
    Question(
        name="living",
        words="长期住在沈阳吗？",
        short="长期住在沈阳",
        why="外地户口参加居民医保，除了居住证，还要长期住在这里。多久算长期，文件没有写。",
        asked=lambda known: known.says("permit", "yes"),
        options=(Option("yes", "长期住在沈阳"), Option("no", "不是")),
    ),
    Question(
        name="origin",
        words="在老家参加基本医保了吗？",
        short="在老家参保",
        why="在老家（原籍）参加着基本医保的，不能再参加沈阳的居民医保。",
        asked=lambda known: known.says("living", "yes"),
        options=(Option("no", "没有参加"), Option("yes", "参加着")),
    ),
    Question(
        name="before",
        words="以前参加过沈阳的居民医保吗？",
        short="以前",
        why="参加过的是续保，没有参加过的是新参保，办法不一样。",
        asked=lambda known: known.says("who", "child") and bool(known.open_schemes),
        options=(Option("resident", "参加过", "这次是续保"), Option("never", "没有参加过")),
    ),
    Question(
        name="before",
        words="最近一次参加的是哪种医保？",
        short="最近参加的医保",
        why="续保、新参保、换一种医保，办法和能报销的日子都不一样。",
        asked=lambda known: known.is_adult and known.is_settled and bool(known.open_schemes),
        options=(
            Option("resident", "沈阳的居民医保"),
            Option("employee", "沈阳的职工医保", "单位交的、灵活就业自己交的都算"),
            Option("employee_elsewhere", "外地的职工医保"),
            Option("resident_elsewhere", "外地的居民医保"),
            Option("never", "从来没有参加过"),
        ),
    ),
    Question(
        name="standing",
        words="有没有下面这些身份？",
        short="身份",
        why="有的不用交钱，有的少交，能报销的日子也不一样。都要相关部门认定过。",
        asked=lambda known: known.is_settled and Scheme.RESIDENT in known.open_schemes,
        options=(
            Option("none", "都没有"),
            Option("low_income", "低保对象、特困人员、孤儿"),
            Option("low_margin", "低保边缘家庭成员"),
            Option("disability", "重度残疾（一级、二级）"),
            Option("preferential", "优抚对象、监测范围的贫困人口"),
        ),
    ),
    Question(
        name="scheme",
        words="两种医保您都可以参加，先看哪一种？",
        short="先看",
        why="看完一种，可以回来看另一种。",
        asked=lambda known: len(known.open_schemes) > 1,
        options=(
            Option(Scheme.RESIDENT.value, "城乡居民医保", "一年交一次"),
            Option(Scheme.FLEXIBLE.value, "灵活就业人员职工医保", "每个月交，缴的年头算进退休年限"),
        ),
    ),
    # --- the flexible scheme ----------------------------------------------------------------------
    Question(
        name="age",
        words="到法定退休年龄了吗？",
        short="退休年龄",
        why="到了退休年龄的，办法不一样；快到的，要先看年限够不够。",
        asked=lambda known: known.scheme == Scheme.FLEXIBLE and known.says("work", "flexible"),
        options=(
            Option("far", "还早"),
            Option("soon", "快到了", "想看看年限够不够"),
            Option("reached", "已经到了"),
        ),
    ),
    Question(
        name="years",
        words="退休要缴满的年限，够了吗？",
        short="缴费年限",
        why="够了就办退休手续；不够的，有两条路可以选。",
        asked=lambda known: (
            known.scheme == Scheme.FLEXIBLE and known.is_of_age and known.says("before", "employee")
        ),
        options=(
            Option("enough", "够了"),
            Option("short", "不够"),
            Option("unknown", "不知道够不够"),
            Option("done", "已经办过医保退休手续了"),
        ),
    ),
    Question(
        name="two_years",
        words="居民医保连续参加满 [[flexible.waiting.resident_years]] 年了吗？",
        short="居民医保连续满 [[flexible.waiting.resident_years]] 年",
        why="满了的，接着参加职工医保可以不用等；正好这么多年也算。",
        asked=lambda known: (
            _joins_flexible(known) and known.flexible_entry == FlexibleEntry.FROM_RESIDENT
        ),
        options=(Option("yes", "满了"), Option("no", "没有满")),
    ),
    Question(
        name="last",
        words="居民医保管到哪个月？",
        short="居民医保管到",
        why="从这个月往后数，看中间断了几个月。居民医保管到年底：交了哪一年的，就填那一年的12月。",
        asked=lambda known: (
            _asks_last(known) and known.flexible_entry == FlexibleEntry.FROM_RESIDENT
        ),
        options=(Option(LATER, "记不清了"),),
        field=MonthField,
        hint="例如 2024-12",
    ),
    Question(
        name="last",
        words="职工医保最后缴到哪个月？",
        short="职工医保缴到",
        why="从这个月往后数，看中间断了几个月。断得短和断得长，规定不一样。",
        asked=lambda known: (
            _asks_last(known) and known.flexible_entry != FlexibleEntry.FROM_RESIDENT
        ),
        options=(Option(LATER, "记不清了"),),
        field=MonthField,
        hint="例如 2025-01",
    ),
    Question(
        name="resume",
        words="从哪个月开始缴？",
        short="开始缴",
        why="能报销的日子，从开始缴（或者恢复缴）的那个月数起。还没缴的，填打算缴的月份。",
        asked=_asks_resume,
        options=(Option(LATER, "还没有定"),),
        field=MonthField,
        hint="例如 2025-05",
    ),
    Question(
        name="repay",
        words="中间断的月份，补缴吗？",
        short="补缴",
        why="断得不久，可以补：补了，缴费当月就能报，断的那几个月也能报；不补，要重新等。",
        asked=lambda known: _joins_flexible(known) and 0 < (known.gap or 0) <= known.most_repaid,
        options=(Option("yes", "补缴"), Option("no", "不补")),
    ),
    # --- the residents' scheme ---------------------------------------------------------------------
    Question(
        name="born",
        words="宝宝哪天出生？",
        short="出生",
        why="从出生那天数，早些缴费的，从出生那天起就能报。",
        asked=lambda known: _resident(known) and known.resident_entry == ResidentEntry.NEWBORN,
        options=(Option(LATER, "还没有出生"),),
        field=DayField,
        hint="例如 2024 2 10",
    ),
    Question(
        name="paid",
        words="费用哪天到账？",
        short="费用到账",
        why="能报销的日子，从钱到账往后数。在集中参保期里交的，填缴费那天。",
        asked=_asks_paid,
        options=(Option(LATER, "还没有交"),),
        field=DayField,
        hint="例如 2024 3 15",
    ),
    Question(
        name="back_paid",
        words="出生那一年的费用，也补缴吗？",
        short="补缴出生那一年",
        why="宝宝是跨年才缴费的：补缴了出生那一年的，那一年的费用才能报。",
        asked=_asks_back_paid,
        options=(Option("yes", "补缴"), Option("no", "不补")),
    ),
    Question(
        name="handled",
        words="参保手续哪天办完？",
        short="手续办完",
        why="不用自己交钱的人，能报销的日子看手续哪天办完。",
        asked=lambda known: _resident(known) and known.is_free and known.resident_entry is not None,
        options=(Option(LATER, "还没有办完"),),
        field=DayField,
        hint="例如 2024 5 20",
    ),
    Question(
        name="identified",
        words="低保边缘的身份，哪天认定的？",
        short="身份认定",
        why="低保边缘的在校学生，费用到账以后，从认定身份那天算起。",
        asked=lambda known: (
            _resident(known) and known.resident_entry == ResidentEntry.LOW_MARGIN_STUDENT
        ),
        options=(Option(LATER, "还没有认定"),),
        field=DayField,
        hint="例如 2024 2 1",
    ),
)
