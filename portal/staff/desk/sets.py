"""The change sets: their list, beginning one, its title and words, throwing a draft away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from portal import clock
from portal.policy.drafts import free_slug
from portal.policy.models import ChangeSet, ChangeSetEvent
from portal.policy.models.publishing import FIRST_DAYS, ChangeSetQuerySet
from portal.policy.publishing import WrongState, discard, note_edit
from portal.staff.desk import contents, steps
from portal.staff.desk.contents import counted, parts_of, told
from portal.staff.desk.frame import EDIT, VIEW, desk_page, set_or_404, show, staff_of
from portal.staff.desk.history import name_of

ON_A_PAGE = 30
# The parts of the list, in its order.
GROUPS = (
    *("我的草稿", "别人的草稿", "等待审核", "已批准", "定时生效", "已生效"),
    *("马上改的文字", "已撤回"),
)
_WAITS, _IN_EFFECT = GROUPS.index("定时生效"), GROUPS.index("已生效")
Status = ChangeSet.Status


@desk_page(VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """List all sets by where they stand, the newest first."""
    sets = counted(grouped(staff_of(request))).select_related("author")
    page = Paginator(sets, ON_A_PAGE).get_page(request.GET.get("page"))
    last = _last_events(page.object_list)
    entries = [
        {
            "set": one,
            "group": GROUPS[one.rank],
            "author": name_of(one.author),
            "carries": told(one),
            "first_day": one.first_day,
            "days_left": (one.first_day - clock.today()).days if one.rank == _WAITS else None,
            "last": last.get(one.last_event),
        }
        for one in page.object_list
    ]
    return show(request, "sets_list.html", "变更单", {"entries": entries, "page": page})


def grouped(user: User) -> ChangeSetQuerySet:
    """Return the sets in the order of `GROUPS`, each with its `rank` there and its `last_event`."""
    events = ChangeSetEvent.objects.filter(change_set=OuterRef("pk")).order_by("-pk")
    ahead = Q(status=Status.PUBLISHED)
    for day in FIRST_DAYS:
        ahead &= Q(**{f"{day}__isnull": True}) | Q(**{f"{day}__gt": clock.today()})
    empty = Q(**{f"{day}__isnull": True for day in FIRST_DAYS})
    cases = (
        Q(status=Status.DRAFT, author=user),
        Q(status=Status.DRAFT),
        Q(status=Status.SUBMITTED),
        Q(status=Status.APPROVED),
        ahead & ~empty,
        Q(status=Status.PUBLISHED, immediate=False),
        Q(status=Status.PUBLISHED),
    )
    whens = [When(case, then=Value(rank)) for rank, case in enumerate(cases)]
    sets = ChangeSet.objects.with_first_day().annotate(
        rank=Case(*whens, default=Value(len(whens))), last_event=Subquery(events.values("pk")[:1])
    )
    return sets.order_by("rank", "-published_at", "-pk")


def _last_events(sets: Any) -> dict[int, dict[str, object]]:
    keys = [one.last_event for one in sets if one.last_event]
    events = ChangeSetEvent.objects.filter(pk__in=keys).select_related("by").order_by("pk")
    return {
        event.pk: {"who": name_of(event.by), "did": event.get_action_display(), "at": event.at}
        for event in events
    }


class HeadForm(forms.ModelForm):
    """What a set is called, what it says to residents, and its name in addresses."""

    class Meta:
        model = ChangeSet
        fields = ("title", "summary", "concerns", "slug")
        labels = {"slug": "网址里的名字"}
        help_texts = {
            "summary": "给居民看的一句话，会登在“更新记录”里，例如 2027年居民医保缴费标准有调整",
            "concerns": "会登在“更新记录”里，例如 参加城乡居民医保的成年人",
            "slug": "只用英文字母、数字和短横线，例如 fees-2027；不填就按日期起一个",
        }
        widgets = {"summary": forms.Textarea({"rows": 2})}

    # Django's own message for a taken slug speaks of “change set with this 标识”.
    default_errors = {"unique": "这个名字已经有别的变更单用了，请换一个。"}

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["slug"].required = False
        self.fields["slug"].error_messages["invalid"] = "只用英文字母、数字、短横线和下划线。"

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())  # one sentence, one line

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug and ChangeSet.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError(self.default_errors["unique"])
        return slug or self.initial.get("slug") or free_slug(clock.today().isoformat())


@desk_page(EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft, whose author is who asks."""
    form = HeadForm(request.POST or None, instance=ChangeSet(author=staff_of(request)))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = form.save()
                note_edit(made, staff_of(request), "新建了这张变更单")
        except IntegrityError:  # two people began at the same moment
            form.add_error("slug", HeadForm.default_errors["unique"])
        else:
            messages.success(request, "已新建草稿。接下来填依据文件，再添加要改的内容。")
            return redirect("admin:desk:contents", made.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "button": "新建草稿", "theirs": [], "base": {}, "back": ""}
    return show(request, "sets_head.html", "新建变更单", context, status=status)


@desk_page(EDIT)
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft's title and words; what somebody else has changed meanwhile is not lost."""
    change_set = set_or_404(pk)
    if not change_set.is_open:
        return closed(request, change_set)
    if request.method != "POST":
        return _head_page(request, change_set, HeadForm(instance=change_set))
    with transaction.atomic():
        change_set = ChangeSet.objects.select_for_update().get(pk=change_set.pk)
        if not change_set.is_open:
            return closed(request, change_set)
        data, theirs = _merged(request.POST, change_set)
        form = HeadForm(data, instance=change_set, initial={"slug": change_set.slug})
        if form.is_valid() and not theirs:
            if form.has_changed():
                form.save()
                note_edit(change_set, staff_of(request), _what_changed(form))
            messages.success(request, "已保存。")
            return redirect("admin:desk:set", change_set.pk)
    stored = set_or_404(pk)  # validation has written what was typed into the other one
    return _head_page(request, stored, form, theirs, status=409 if theirs else 422)


def _merged(sent: Any, stored: ChangeSet) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Put together what was typed and what others have saved since the page was opened.

    A field that only one side has changed takes that side's words; those that both have changed are
    returned as well, with what is stored now.
    """
    data: dict[str, str] = {}
    theirs = []
    for name in HeadForm.Meta.fields:
        now = str(getattr(stored, name))
        typed, opened = sent.get(name, now).strip(), sent.get(f"base-{name}", now)
        if not typed and name == "slug":
            typed = now
        data[name] = typed
        if opened != now:
            if typed == opened:
                data[name] = now
            elif typed != now:
                theirs.append({"label": str(HeadForm.base_fields[name].label), "now": now})
    return data, theirs


def _what_changed(form: HeadForm) -> str:
    return "改了" + "、".join(str(form.fields[name].label) for name in form.changed_data)


def _head_page(
    request: HttpRequest,
    change_set: ChangeSet,
    form: HeadForm,
    theirs: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    last = change_set.events.filter(action=ChangeSetEvent.Action.EDITED).last() if theirs else None
    context = {
        "form": form,
        "button": "保存",
        "theirs": theirs or [],
        "who": name_of(last.by) if last else "",
        "at": last.at if last else None,
        # What the page was opened with: see `_merged`.
        "base": {name: getattr(change_set, name) for name in HeadForm.Meta.fields},
        "back": "admin:desk:set",
    }
    return show(
        request,
        "sets_head.html",
        "修改名称和说明",
        context,
        change_set=change_set,
        tab="set",
        status=status,
    )


@desk_page(EDIT)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away that was never submitted, after asking once more."""
    change_set = set_or_404(pk)
    title = change_set.title
    if request.method == "POST":
        try:
            discard(change_set)
        except WrongState as refused:
            messages.error(request, str(refused))
            return redirect("admin:desk:set", pk)
        messages.success(request, f"已删除草稿“{title}”。")
        return redirect("admin:desk:sets")
    if not change_set.is_open:
        return closed(request, change_set)
    context = {"parts": parts_of(change_set)}
    return show(request, "sets_delete.html", "删除草稿", context, change_set=change_set, tab="set")


def closed(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    """Send somebody back who came to write into a set that is no draft any more."""
    state = change_set.state_on(clock.today())
    messages.error(request, f"变更单“{change_set}”现在是“{state}”，不能修改。退回草稿后才能改。")
    return redirect("admin:desk:set", change_set.pk)


urlpatterns = [
    path("", listing, name="sets"),
    path("new/", new, name="new"),
    path("<int:pk>/head/", head, name="head"),
    path("<int:pk>/delete/", delete, name="delete"),
    *steps.urlpatterns,
    *contents.urlpatterns,
]
