"""The admin of things that staff edit at once: each save keeps a version, and versions come back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from portal.staff.history.contents import SHAPES, Refused, Shape, read, without_lines, write
from portal.staff.history.differences import Difference, differences
from portal.staff.history.keeping import (
    Action,
    fingerprint,
    keep,
    keep_before,
    keep_deletion,
    kind_of,
    shape_of,
    versions,
)
from portal.staff.history.models import Snapshot

ON_A_PAGE = 20
_LOOKED_BACK = 50  # versions among which the one is looked for that a form was opened with


def name_of(version: Snapshot) -> str:
    """Say who made a version."""
    if version.by is None:
        return "没有记下是谁"
    return f"{version.by.last_name}{version.by.first_name}" or version.by.get_username()


class VersionedForm(forms.ModelForm):
    """A form that knows what it was opened with, and is not saved over what a colleague saved since."""

    version = forms.CharField(label="版本", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and "version" in self.fields:
            self.initial["version"] = fingerprint(self.scope(self._content()))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and "version" in self.fields:
            self._refuse_what_changed_since()
        return cleaned

    def _refuse_what_changed_since(self) -> None:
        # A second person waits here until the first one's transaction has ended.
        thing = self.thing()
        type(thing)._base_manager.select_for_update().get(pk=thing.pk)
        content = self._content()
        now = fingerprint(self.scope(content))
        before = self.data.get(self.add_prefix("version"))
        if before == now:
            return
        # Who has read what changed may save after all.
        typed = {name: self.data[name] for name in self.data}
        self.data = {**typed, self.add_prefix("version"): now}
        raise ValidationError(self._told(thing, before or "", content))

    def _told(self, thing: Any, before: str, content: dict[str, Any]) -> str:
        recent = list(versions(kind_of(thing), thing.slug)[:_LOOKED_BACK])
        who, changed = "同事", ""
        if recent and recent[0].by is not None:
            at = timezone.localtime(recent[0].at)
            who = f"{name_of(recent[0])}（{at.month}月{at.day}日 {at:%H:%M}）"
        past = (one for one in recent if fingerprint(self.scope(one.content)) == before)
        base = next(past, None)
        if base is not None:
            found = differences(shape_of(thing), base.content, content)
            changed = format_html_join(
                "", "<li>{}：{} → {}</li>", ((one.what, one.before, one.after) for one in found)
            )
        return format_html(
            "没有保存：您打开这一页以后，{}改过{}。{}您填的还在下面，请核对；再按一次保存，就以下面的内容为准。",
            who,
            thing._meta.verbose_name,
            format_html("<ul>{}</ul>", changed) if changed else "",
        )

    def _content(self) -> dict[str, Any]:
        thing = self.thing()
        return read(shape_of(thing), thing)

    def thing(self) -> Any:
        """What the versions are of that the form changes."""
        return self.instance

    def scope(self, content: dict[str, Any]) -> Any:
        """What of the thing's content the form itself changes: only that can be written over."""
        return without_lines(content)


class KeepsVersions(admin.ModelAdmin):
    """Keeps a version of a thing whenever it is saved or deleted, also where it is a part."""

    form = VersionedForm

    def thing_of(self, instance: Any) -> Any:
        """What the versions are of: `instance` itself, or the office that it belongs to."""
        return instance

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # What only a form has says nothing to who may only look.
        fields = list(super().get_fields(request, obj))
        if obj is not None and not self.has_change_permission(request, obj):
            known = {field.name for field in self.model._meta.get_fields()}
            return [n for n in fields if n in known or n in self.get_readonly_fields(request, obj)]
        return fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change or self.thing_of(obj) is not obj:
            keep_before(self.thing_of(obj))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        thing = self.thing_of(form.instance)
        added = not change and thing is form.instance
        keep(thing, Action.ADDED if added else Action.CHANGED, request.user)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            thing = self.thing_of(obj)
            keep_before(thing)
            content = read(shape_of(thing), thing)
            super().delete_model(request, obj)
            if thing is obj:
                keep_deletion(thing, content, request.user)  # type: ignore[arg-type]
            else:
                thing.save(update_fields=["updated_at"])
                keep(thing, Action.CHANGED, request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            for one in queryset:
                self.delete_model(request, one)


class VersionsAdmin(KeepsVersions):
    """Beside keeping versions it shows them, and brings one back."""

    change_form_template = "history/change_form.html"
    change_list_template = "history/change_list.html"
    kind: Snapshot.Kind

    @property
    def shape(self) -> Shape:
        return SHAPES[self.kind]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # The name in its address is that of its history, too.
        readonly = super().get_readonly_fields(request, obj)
        return (*readonly, "slug") if obj is not None else readonly

    def get_urls(self) -> list[URLPattern]:
        def guarded(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        own = [
            path("records/", guarded(self.latest_view), name=self._named("records")),
            path("records/<slug:slug>/", guarded(self.thing_view), name=self._named("record")),
            path(
                "records/<slug:slug>/<int:pk>/restore/",
                guarded(self.restore_view),
                name=self._named("restore"),
            ),
        ]
        return [*own, *super().get_urls()]

    def _named(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def address(self, page: str, *args: Any) -> str:
        """Return the address of a page about this kind of thing."""
        return reverse(f"admin:{self._named(page)}", args=args)

    def history_view(self, request: HttpRequest, object_id: str, *rest: Any) -> Any:
        """Django's own history says who and when, but not what; ours says all of it."""
        thing = self.get_object(request, object_id)
        if thing is None:
            raise Http404
        return redirect(self.address("record", thing.slug))

    def latest_view(self, request: HttpRequest) -> HttpResponse:
        """Show who changed what lately, deleted things too."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Snapshot.objects.filter(kind=self.kind).select_related("by").defer("content")
        page = Paginator(found, ON_A_PAGE, error_messages={}).get_page(request.GET.get("page"))
        lines = [(one, name_of(one), self.address("record", one.slug)) for one in page.object_list]
        context = {"page": page, "lines": lines}
        return self.show(request, "latest.html", f"{self._label}的修改记录", context)

    def thing_view(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show each version of a thing, with what changed in it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        thing = self.model._base_manager.filter(slug=slug).first()
        found = list(versions(self.kind, slug))
        if thing is None and not found:
            raise Http404
        paginator = Paginator(self._told(found), ON_A_PAGE, error_messages={})
        context = {
            "thing": thing,
            "page": paginator.get_page(request.GET.get("page")),
            "change": self.address("change", thing.pk) if thing else "",
            "may_restore": self._may_restore(request, thing),
        }
        name = thing.name if thing else found[0].name
        return self.show(request, "thing.html", f"{name}的修改记录", context)

    def _told(self, found: list[Snapshot]) -> list[dict[str, Any]]:
        """The versions with what changed in each, and whether one can go back to it."""
        told = []
        for at, one in enumerate(found):
            before = found[at + 1] if at + 1 < len(found) else None
            told.append(
                {
                    "version": one,
                    "who": name_of(one),
                    "changes": self._changes(before, one),
                    "is_first": before is None,
                    "restore": self._restore_address(one) if self._is_past(one, found[0]) else "",
                }
            )
        return told

    def _changes(self, before: Snapshot | None, after: Snapshot) -> list[Difference]:
        if after.action == Action.DELETED or before is None:
            return []
        was = None if before.action == Action.DELETED else before.content
        return differences(self.shape, was, after.content)

    @staticmethod
    def _is_past(one: Snapshot, newest: Snapshot) -> bool:
        """Whether going back to it would change anything; a deletion is no state to go back to."""
        if one.action == Action.DELETED:
            return False
        return newest.action == Action.DELETED or one.content != newest.content

    def _restore_address(self, one: Snapshot) -> str:
        return self.address("restore", one.slug, one.pk)

    def _may_restore(self, request: HttpRequest, thing: Any) -> bool:
        if thing is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, thing)

    def restore_view(self, request: HttpRequest, slug: str, pk: int) -> HttpResponse:
        """Say what going back to a version changes; then do it, as a new version."""
        version = get_object_or_404(
            Snapshot.objects.exclude(action=Action.DELETED), kind=self.kind, slug=slug, pk=pk
        )
        with transaction.atomic():
            thing = self.model._base_manager.select_for_update().filter(slug=slug).first()
            if not self._may_restore(request, thing):
                raise PermissionDenied
            now = read(self.shape, thing) if thing else None
            seen = fingerprint(now) if now else "none"
            problems: list[str] = []
            if request.method == "POST" and request.POST.get("seen") == seen:
                problems = self._restore(request, version, thing)
                if not problems:
                    return redirect(self.address("record", slug))
        context = {
            "version": version,
            "who": name_of(version),
            "changes": differences(self.shape, now, version.content),
            "seen": seen,
            "told": request.method == "POST" and not problems,
            "problems": problems,
            "back": self.address("record", slug),
            "name": version.name,
        }
        status = 422 if problems else 409 if request.method == "POST" else 200
        return self.show(request, "restore.html", "恢复到这一版", context, status=status)

    def _restore(self, request: HttpRequest, version: Snapshot, thing: Any) -> list[str]:
        """Write a version anew; return what stands in the way, in which case nothing changed."""
        try:
            with transaction.atomic():
                if thing is not None:
                    keep_before(thing)
                restored = write(self.shape, version.content)
                changed = keep(restored, Action.RESTORED, request.user)  # type: ignore[arg-type]
        except Refused as refused:
            return [message for *_, message in refused.problems]
        at = timezone.localtime(version.at)
        if changed:
            text = f"“{restored}”已恢复到 {at:%Y年%m月%d日 %H:%M} 的一版，网站上马上就是这样。"
            messages.success(request, text)
        else:
            messages.warning(request, f"“{restored}”现在就是这一版的样子，没有改动。")
        return []

    @property
    def _label(self) -> str:
        return str(self.opts.verbose_name)

    def show(
        self,
        request: HttpRequest,
        template: str,
        title: str,
        context: dict[str, Any],
        *,
        status: int = 200,
    ) -> HttpResponse:
        """Render `history/<template>` in the admin's frame."""
        whole = {
            **self.admin_site.each_context(request),
            "title": title,
            "kind_label": self._label,
            "list_address": self.address("changelist"),
            "records_address": self.address("records"),
            **context,
        }
        return render(request, f"history/{template}", whole, status=status, using="staff")
