"""Changing words at once: what such a change must leave alone, and what it meets on its way.

Everything that is published has been read by two people, with one exception: an editor may change
the words of a text at once, as long as what they say of the policy stays. Nobody can tell that of
words in general, so what carries it stands still: the numbers and tables that the text refers to,
the clauses and readings that it cites, every number that is typed, and their order. What does more
goes into a change set, as everything else does. `portal.policy.publishing.publish_words` does it.
"""

import datetime
import re
from collections import Counter
from collections.abc import Iterator

from portal.policy.age import zh_day
from portal.policy.dialect import ANCHOR, SEAL, SHEET
from portal.policy.differences import line_differences, version_before
from portal.policy.models import ChangeSet, Text, TextVersion
from portal.policy.texts import REFERENCE

# Changes made at once that a draft is compared with; who has not looked for longer reads it anyway.
_LOOKED_BACK = 20
_UNITS = r"个百分点|个工作日|个自然日|工作日|自然日|小时|分钟|周岁|个月|万元|千元|[%％‰元月天日年周岁次倍级档折成]"
_CHINESE = "〇零一二两三四五六七八九十百千万亿半"
_FIXED = re.compile(
    rf"""
      (?P<sheet>{SHEET.pattern}) | (?P<number>{REFERENCE.pattern}) | (?P<seal>{SEAL.pattern})
    | (?P<figure>
        [\d０-９①-⑳¼-¾⅐-⅞][\d０-９,，.．:：/～~-]*\s*(?:{_UNITS})?
      | [{_CHINESE}]+分之[{_CHINESE}点]+
      | [{_CHINESE}]+(?:{_UNITS}) )
    """,
    re.VERBOSE,
)
# Figures that count nothing: the name of a heading, the number of a step in a list.
_NAMES = re.compile(rf"(?m){ANCHOR.pattern}|^\s*\d+[.)]\s")
_KINDS = {"sheet": "引用的表", "number": "引用的数", "figure": "写出的数"}
_ENDS = ",，.．:：/～~-"  # behind a number they belong to the sentence

Fixed = tuple[str, str]  # what kind of thing it is, in Chinese, and how it is written


def fixed_parts(body: str) -> list[Fixed]:
    """Return, in their order, what of a text a change made at once must leave alone."""
    return [part for one in _FIXED.finditer(_NAMES.sub("", body)) for part in _parts(one)]


def _parts(found: re.Match[str]) -> list[Fixed]:
    kind = str(found.lastgroup)
    if kind == "seal":  # it may cite several
        codes = re.findall(r"[A-Z]+-[\d.]+", found[0])
        return [("引用的条款" if "." in code else "引用的理解", code) for code in codes]
    return [(_KINDS[kind], re.sub(r"\s", "", found[0]).rstrip(_ENDS))]


def touched(before: str, after: str) -> list[str]:
    """Say in Chinese what a change of words does that may not be done at once; nothing if it may."""
    was, now = fixed_parts(before), fixed_parts(after)
    gone, new = Counter(was) - Counter(now), Counter(now) - Counter(was)
    told = [f"删去了{kind}“{written}”" for kind, written in gone]
    told += [f"添上了{kind}“{written}”" for kind, written in new]
    if not told and was != now:
        first = next(
            at for at, (one, other) in enumerate(zip(was, now, strict=True)) if one != other
        )
        told.append(f"调换了数或条款的先后：“{was[first][1]}”的地方现在是“{now[first][1]}”")
    names = [name for name in _anchors(before) if name not in _anchors(after)]
    return told + [f"删去了小标题的名字“{{#{name}}}”，别处可能链到那里" for name in names]


def _anchors(body: str) -> list[str]:
    return [found[1] for line in body.split("\n") if (found := ANCHOR.search(line))]


def version_in_force(text: Text, today: datetime.date) -> TextVersion | None:
    """Return what residents read of a text today; None where there is nothing yet."""
    started: TextVersion | None = (
        TextVersion.objects.started_by(today)
        .filter(text=text)
        .select_related("text", "change_set__author")
        .first()
    )
    return started


def ahead_of(text: Text, today: datetime.date) -> Iterator[str]:
    """Say which other versions are on their way, and would replace a change made today."""
    coming = TextVersion.objects.published().filter(text=text, in_force_from__gt=today)
    for version in coming.select_related("change_set"):
        day = zh_day(version.in_force_from)
        yield f"从{day}起另有一版（变更单“{version.change_set}”），到那天这里改的字就看不到了。"
    open_states = (ChangeSet.Status.DRAFT, ChangeSet.Status.SUBMITTED, ChangeSet.Status.APPROVED)
    drafts = TextVersion.objects.filter(text=text, change_set__status__in=open_states)
    for version in drafts.select_related("change_set").order_by("pk"):
        yield (
            f"变更单“{version.change_set}”（{version.change_set.get_status_display()}）"
            "里也在改这份文字，请告诉写它的同事。"
        )


def undone(version: TextVersion, today: datetime.date) -> list[str]:
    """Return the lines of a draft's text that have been changed at once since, and would come back."""
    current = version_in_force(version.text, today)
    if current is None or not current.change_set.immediate:
        return []
    earlier = TextVersion.objects.published().filter(
        text=version.text, change_set__immediate=True, in_force_from__lte=today
    )
    replaced: dict[str, None] = {}
    for change in earlier.select_related("text", "change_set")[:_LOOKED_BACK]:
        before = version_before(change)
        lines = line_differences(before.body if before else "", change.body)
        replaced |= dict.fromkeys(line for mark, line in lines if mark == "-")
    mine, now = set(version.body.splitlines()), set(current.body.splitlines())
    return [line for line in replaced if line.strip() and line in mine - now]
