"""Writing a text: its form, two people's words put together, its look, and what is wrong with it."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe

from portal import clock
from portal.policy import dialect
from portal.policy.differences import TextDifference
from portal.policy.in_force import Timetable
from portal.policy.merging import Conflict, Merged, merge
from portal.policy.models import ChangeSet, TextVersion
from portal.policy.pages import make_page
from portal.policy.preview import with_draft
from portal.policy.prose import Prose
from portal.policy.texts import Numbers
from portal.staff.desk.references import MOST_FOUND, figures, references, search, used

LONGEST = 30_000  # characters of a text; the longest page has a tenth of that
MOST_PROBLEMS = 50  # of a text that was pasted from elsewhere, the first tell enough
MOST_LINES = 1_500  # the comparison of two texts grows with the square of their lines
_TARGET = re.compile(r'<a (?=[^>]*href="(?!#))')


# --- what is typed -----------------------------------------------------------------------------


class BodyForm(forms.Form):
    """The words of a text as they are edited, and as they were when the page was opened."""

    body = forms.CharField(
        label="文字",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false"}),
        error_messages={"required": "文字不能是空的。不想改这一页了，请用“从变更单里拿掉”。"},
    )
    base = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    base_hash = forms.CharField(required=False, widget=forms.HiddenInput)
    find = forms.CharField(label="找数字、表格、条款", required=False, max_length=100)

    def clean_body(self) -> str:
        body = lines_of(self.cleaned_data["body"])
        if not body.strip():
            raise ValidationError(self.fields["body"].error_messages["required"])
        if len(body) > LONGEST:
            raise ValidationError(
                f"一份文字最多 {LONGEST} 个字，这里有 {len(body)} 个，请分成几页。"
            )
        if body.count("\n") >= MOST_LINES:
            raise ValidationError(f"一份文字最多 {MOST_LINES} 行，请分成几页。")
        return body

    def clean_base(self) -> str:
        """Kept whole, so that what both started from can be compared with what each made of it."""
        return lines_of(self.cleaned_data["base"])


def opened(body: str) -> dict[str, str]:
    """What a form starts with beside the words: the words that it starts from."""
    return {"body": body, "base": body, "base_hash": hash_of(body), "find": ""}


def lines_of(typed: str) -> str:
    """A text as it is kept: browsers send other ends of lines than they were given."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def hash_of(body: str) -> str:
    """Tell words apart: what a form sends back must be what it was opened with."""
    return hashlib.sha256(body.encode()).hexdigest()


# --- two people ---------------------------------------------------------------------------------


def merged_body(given: dict[str, Any], stored: TextVersion) -> Merged:
    """Put together what was typed (`given`, a clean form) and what is stored by now."""
    mine, base = given["body"], given["base"]
    theirs = lines_of(stored.body)
    if hash_of(theirs) == given["base_hash"] or mine == theirs:
        return Merged(mine, ())
    if hash_of(base) == given["base_hash"] and base.count("\n") < MOST_LINES:
        return merge(base, mine, theirs)
    # What both started from did not come back whole: a person has to compare.
    return Merged(mine, (Conflict(1, (), tuple(mine.split("\n")), tuple(theirs.split("\n"))),))


def quoted(version: TextVersion) -> str:
    """A text as a line of a history names it."""
    return f"“{version.text}”"


def line_difference(before: str, after: str) -> list[tuple[str, str]]:
    """The lines of both in order, each marked `-` (gone), `+` (new) or ` ` (as before)."""
    return TextDifference("text", "", clock.today(), before, after).lines


# --- its look, and what is wrong with it --------------------------------------------------------


def seen(version: TextVersion, change_set: ChangeSet | None, find: str) -> dict[str, Any]:
    """What a text looks like on its start day with the draft in it, and what is wrong with it."""
    day = version.in_force_from
    with with_draft(change_set.pk if change_set else None), clock.as_of(day):
        timetable = Timetable.load()
        listed = references(timetable, day)
        found = search(find, listed) if find.strip() else []
        return {
            "look": _look(version, timetable, day),
            "problems": list(islice(_problems(version, change_set, timetable), MOST_PROBLEMS)),
            "figures": figures(version.body, listed),
            "found": found[:MOST_FOUND],
            "more_found": max(len(found) - MOST_FOUND, 0),
            "used": used(version.body, listed),
        }


def look_of(version: TextVersion, day: date) -> dict[str, Any]:
    """What residents see of a published version on a day: its title, its lead, its parts."""
    return _look(version, Timetable.load(), day)


def problems_of(version: TextVersion) -> list[dict[str, Any]]:
    """What is wrong with words that are to be read from their start day on, beside what is published."""
    return list(islice(_problems(version, None, Timetable.load()), MOST_PROBLEMS))


def _look(version: TextVersion, timetable: Timetable, day: date) -> dict[str, Any]:
    if not version.text.book:
        passage = dialect.render_inline(Numbers(timetable, day).fill(version.body))
        return {"title": "", "lead": "", "parts": [_framed(passage)]}
    page = make_page(version, timetable, day)
    parts = [_framed(part.html) for part in page.parts]
    return {"title": page.title, "lead": page.lead, "parts": parts}


def _framed(html: SafeString) -> SafeString:
    """Make a part of a page fit to stand in a page of the desk: its names must not meet the frame's
    own, its tables scroll in a box, and what is typed must not be left by a tap on a link."""
    framed = html.replace(' id="', ' id="look-').replace('href="#', 'href="#look-')
    framed = _TARGET.sub('<a target="_blank" ', framed)
    box = '<div class="desk-text-wide" tabindex="0" role="region" aria-label="表格，可以左右滑动">'
    framed = framed.replace("<table", f"{box}<table").replace("</table>", "</table></div>")
    return mark_safe(framed)  # noqa: S308 - from the dialect, which escapes what is typed


def _problems(
    version: TextVersion, change_set: ChangeSet | None, timetable: Timetable
) -> Iterator[dict[str, Any]]:
    """What a text names and there is not, and what its form lacks, each with its line where it has
    one."""
    prose = Prose(timetable, change_set)

    def wrong(body: str) -> list[str]:
        one = TextVersion(text=version.text, body=body)
        day = version.in_force_from
        return [*prose.unknown(one, day), *prose.not_on_file(one, day)]

    lines = version.body.split("\n")
    left = dict.fromkeys(wrong(version.body))
    for number, line in enumerate(lines, 1):
        if not left:
            break
        for message in wrong(line) if "[" in line else ():
            if message in left:
                left.pop(message)
                yield {"line": number, "text": line[:40], "message": message}
    for message in left:  # stands across lines
        yield {"line": 0, "text": "", "message": message}
    for number, message in _shape(version):
        yield {"line": number, "text": "", "message": message}


def _shape(version: TextVersion) -> Iterator[tuple[int, str]]:
    """What a page needs of form: a title, a lead, a name for each heading."""
    if not version.text.book:
        return
    title, lead = dialect.title_and_lead(version.body)
    if not title:
        yield 1, "第一行请写页面的标题，例如“# 怎么参保”。"
    elif not lead:
        yield 1, "标题下面空一行，请写一两句话说明这一页讲什么。"
    seen: set[str] = set()
    for number, line in enumerate(version.body.split("\n"), 1):
        if not line.startswith("## "):
            continue
        anchor = dialect.ANCHOR.search(line)
        if anchor is None:
            yield number, "小标题后面请加一个名字，例如“## 带什么材料 {#papers}”。"
        elif anchor[1] in seen:
            yield number, f"这一页里已经有一个叫“{anchor[1]}”的小标题，请换一个名字。"
        else:
            seen.add(anchor[1])
