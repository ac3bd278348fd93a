"""What a public page is called, for staff who see its address only."""

from collections.abc import Collection

from calculators.catalogue import CALCULATORS
from calculators.year import YEAR
from portal import clock
from portal.offices.models import Office
from portal.policy import dialect
from portal.policy.models import Document, TextVersion

FIXED = {
    "": "整个网站",
    "/": "首页",
    "/about/": "关于本站",
    "/about/readings/": "没写明的地方",
    "/for/": "我是谁",
    "/calculators/": "待遇测算",
    "/calculators/year/": YEAR.title,
    "/calculators/compare/": "两种医保并排看",
    "/offices/": "办事网点",
    "/policy/": "政策原文",
    "/search/": "搜索",
    "/updates/": "更新记录",
    "/contributions/channels/": "缴费和办理渠道",
    "/feedback/": "说说这一页",
    "/feedback/thanks/": "收到了，谢谢您",
    "/api/v1/calculators/year": f"{YEAR.title}（程序查询）",
}


def page_names(paths: Collection[str]) -> dict[str, str]:
    """Return a name for each of `paths`: its title, or the address where it has none."""
    names = {**FIXED, **_calculators()}
    unnamed = [path for path in paths if path not in names]
    if any(path.startswith("/offices/") for path in unnamed):
        offices = Office.objects.values_list("slug", "name")
        names |= {f"/offices/{slug}/": name for slug, name in offices}
    if any(path.startswith("/policy/documents/") for path in unnamed):
        documents = Document.objects.values_list("slug", "title")
        names |= {f"/policy/documents/{slug}/": title for slug, title in documents}
    if any(not path.startswith(("/offices/", "/policy/")) for path in unnamed):
        names |= _texts()
    return {path: names.get(path) or _clause(path) or path for path in paths}


def _calculators() -> dict[str, str]:
    names = {}
    for slug, calculator in CALCULATORS.items():
        names[f"/calculators/{slug}/"] = calculator.title
        names[f"/calculators/{slug}/compare/"] = f"{calculator.title}：换一家医院比一比"
        names[f"/calculators/{slug}/range/"] = f"{calculator.title}：只知道总费用"
        names[f"/api/v1/calculators/{slug}"] = f"{calculator.title}（程序查询）"
    return names


def _texts() -> dict[str, str]:
    versions = TextVersion.objects.started_by(clock.today()).exclude(text__book="")
    # The newest stands first, and its title is the one that counts.
    newest: dict[str, str] = {}
    for version in versions.select_related("text"):
        if version.text.path not in newest:
            newest[version.text.path] = dialect.title_and_lead(dialect.beginning(version.body))[0]
    return newest


def _clause(path: str) -> str:
    start, _, code = path.rpartition("/")
    return f"条款 {code}" if start == "/policy" and code else ""
