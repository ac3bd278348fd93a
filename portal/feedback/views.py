"""The page where somebody says a word about another page. It asks nobody who they are."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock
from portal.feedback.blanking import blank
from portal.feedback.limits import AN_HOUR, Limiter, address_of
from portal.feedback.models import LONGEST_TEXT, Feedback
from portal.feedback.pages import Page, read_page
from portal.site.display import is_our_own

limiter = Limiter()


class FeedbackForm(forms.Form):
    """A choice and a few words."""

    kind = forms.ChoiceField(
        label="这页怎么样？",
        choices=Feedback.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项。", "invalid_choice": "请选一项。"},
    )
    text = forms.CharField(
        label="想说的话",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "aria-describedby": "text_hint"}),
        error_messages={"null_characters_not_allowed": "这里面有打不出来的字符，请重新写一下。"},
    )

    def clean_text(self) -> str:
        """What was written, if it is short enough: a browser sends a line's end as two characters."""
        text = "\n".join(self.cleaned_data["text"].splitlines())
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(
                f"最多写 {LONGEST_TEXT} 个字，现在有 {len(text)} 个。请删短一些。"
            )
        return text


@csrf_exempt  # a page that is the same for everybody has no token; `is_our_own` stands in for it
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Ask about the page `?page=`, and keep what is said: 422 with errors, 429 if it is too much."""
    if request.method != "POST":
        page, kind = read_page(request.GET.get("page", "")), request.GET.get("kind", "")
        return _ask(request, FeedbackForm(initial={"kind": kind}), page)
    form, page = FeedbackForm(request.POST), read_page(request.POST.get("page", ""))
    if not is_our_own(request):
        return _ask(request, form, page, status=403, refusal="请在这一页上再按一次“发出去”。")
    if not form.is_valid():
        return _ask(request, form, page, status=422)
    if not limiter.admit(address_of(request)):
        wait = f"这会儿收到的意见太多了，请过 {limiter.minutes_left()} 分钟再发。您写的还在下面。"
        response = _ask(request, form, page, status=429, refusal=wait)
        response["Retry-After"] = str(AN_HOUR)
        return response
    _keep(form.cleaned_data, page)
    back = f"?{urlencode({'page': page.address})}" if page.path else ""
    return HttpResponseRedirect(reverse("feedback:thanks") + back, status=303)


def _ask(
    request: HttpRequest, form: FeedbackForm, page: Page, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    context = {"form": form, "page": page, "most": LONGEST_TEXT, "refusal": refusal}
    return render(request, "feedback/say.html", context, status=status)


def _keep(said: dict[str, str], page: Page) -> None:
    """Save what was said. Nothing of the request goes in."""
    Feedback.objects.create(
        day=clock.today(),
        hour=timezone.localtime().hour,
        kind=said["kind"],
        path=page.path,
        query=page.query,
        text=blank(said["text"]).strip(),
    )


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say thank you, and lead back."""
    context = {"page": read_page(request.GET.get("page", ""))}
    return render(request, "feedback/thanks.html", context)
