"""The page that searches the site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.offices.search import clean_query
from portal.search.entries import Kind
from portal.search.memory import current_index
from portal.search.normal import has_words
from portal.search.presenters import IN_ONE_KIND, make_groups, show
from portal.search.words import in_official_words

EXAMPLES = ("报销", "缴费标准", "住院", "退休", "异地就医", "生育", "慢性病", "浑南", "205路")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what a query finds, in groups; without a query, examples of what to ask."""
    query, was_cut = clean_query(request.GET.get("q", ""))
    kind = next((k for k in Kind if k.slug == request.GET.get("kind")), None)
    context: dict[str, Any] = {
        "query": query,
        "was_cut": was_cut,
        "kind": kind,
        "most": IN_ONE_KIND,
        "examples": EXAMPLES,
        "searched": has_words(query),
    }
    if has_words(query):
        context |= _results(query, kind.slug if kind else "")
    return render(request, "search/page.html", context)


def _results(query: str, only: str) -> dict[str, Any]:
    index = current_index()
    hits = index.find(query)
    instead = ""
    if not hits and (official := in_official_words(query)) != query:
        hits, instead = index.find(official), official
    groups = make_groups(hits, instead or query, only)
    return {
        "instead": instead if hits else "",
        "groups": groups,
        "count": sum(group.count for group in groups),
        "nearest": [] if groups else [show(entry, query) for entry in index.nearest(query)],
    }
