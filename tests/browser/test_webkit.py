"""The main kinds of page in WebKitGTK, which stands in for Safari and for WeChat on an iPhone.

Debian's `webkit2gtk-driver` and `xvfb` (30 MB and what they stand on; under a minute) drive the
MiniBrowser that comes with the library. It runs as root and in a container as it is: MiniBrowser
asks for no bubblewrap sandbox, so nothing has to be switched off. It differs from an iPhone: no
touch, no WeChat, one pixel a point; and the console of an automated window cannot be read, so a
page's scripts are run here once more, which tells what they throw. Where a program is missing the
tests are skipped, but not in CI.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.browser.conftest import Site
from tests.browser.matrix import PAGES
from tests.browser.webkit import PROGRAMS, WebKit, driver, screen

pytestmark = pytest.mark.browser

Opener = Callable[..., WebKit]
DARK, NO_JAVASCRIPT = "--dark-mode", "--enable-javascript=false"

KINDS = (
    *(
        "home",
        "person",
        "longest text",
        "lists to tick",
        "channels",
        "found",
        "one office",
        "offices",
    ),
    *(
        "longest document",
        "longest clause",
        "calculators",
        "form",
        "wrong answers",
        "result",
        "year",
    ),
)
SHOWN = {kind: PAGES[kind] for kind in KINDS} | {
    f"{kind} in 长辈版": f"{PAGES[kind]}{'&' if '?' in PAGES[kind] else '?'}mode=care"
    for kind in ("home", "form", "result")
}
FORM = PAGES["form"]


@pytest.fixture(scope="session")
def webkit(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opener]:
    """Give windows: `webkit(DARK)`. Each kind is opened once and kept."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1":
            pytest.fail(f"missing, and here it may not be: {missing}")
        pytest.skip(f"missing {missing}: apt-get install webkit2gtk-driver xvfb")
    windows: dict[tuple[str, ...], WebKit] = {}
    with ExitStack() as running:
        display = running.enter_context(screen())

        def window(*arguments: str) -> WebKit:
            if arguments not in windows:
                folder = tmp_path_factory.mktemp("webkit")
                address = running.enter_context(driver(folder, display))
                windows[arguments] = WebKit(address, site.address, *arguments)
                running.callback(windows[arguments].close)
            return windows[arguments]

        yield window


GROUND, DARK_GROUND = "rgb(250, 246, 238)", "rgb(26, 25, 22)"

_LOOK = """
const seen = document.querySelector("h1").getBoundingClientRect();
const page = document.scrollingElement;
return {
  ground: getComputedStyle(document.body).backgroundColor,
  text: parseFloat(getComputedStyle(document.body).fontSize),
  width: innerWidth,
  sideways: page.scrollWidth - page.clientWidth,
  heading: seen.width > 0 && seen.height > 0,
};"""
_SCRIPTS = "return [...document.scripts].filter(s => s.src).map(s => new URL(s.src).pathname)"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", list(SHOWN))
def test_a_page_has_its_look_and_fits(webkit: Opener, kind: str, dark: bool) -> None:
    window = webkit(DARK) if dark else webkit()
    window.open(SHOWN[kind])
    look = window.run(_LOOK)
    assert look["width"] == 360
    assert look["sideways"] <= 0
    assert look["heading"]
    assert look["ground"] == (DARK_GROUND if dark else GROUND)
    assert look["text"] >= (24 if "长辈版" in kind else 18)


@pytest.mark.parametrize("kind", ["home", "form", "result", "one office", "year"])
def test_the_scripts_of_a_page_throw_nothing(webkit: Opener, kind: str) -> None:
    window = webkit()
    window.open(PAGES[kind])
    names = window.run(_SCRIPTS)
    assert names
    for name in names:
        window.run(f"return fetch({name!r}).then(r => r.text()).then(t => window.source = t)")
        window.run(window.run("return window.source"))


def test_every_script_can_be_read(webkit: Opener) -> None:
    htmx = finders.find("django_htmx/htmx-2.min.js")
    assert isinstance(htmx, str)
    window = webkit()
    window.open("/")
    for file in [Path(htmx), *Path("static/js").glob("*.js")]:
        window.run(f"function unused() {{\n{file.read_text()}\n}}")


def answer(window: WebKit) -> str:
    """Fill the form in as somebody does, send it, and return what the answer says."""
    window.open(FORM)
    window.run("window.stayed = true")
    window.press("label:has([name=group][value=active])")
    window.press("label:has([name=tier][value=level3])")
    window.type("input[name=cost]", "2万")
    window.press("main form button:not([name])")
    window.wait_for_address("cost=20000")
    return window.wait_for("#result")


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "without JavaScript"])
def test_a_stay_is_answered(webkit: Opener, javascript: bool) -> None:
    window = webkit() if javascript else webkit(NO_JAVASCRIPT)
    # 三级 在职: (20000 - 600) x 88% = 17072; of 2328 the supplementary pays 80 + 100 + 796.80
    assert "1,951.20" in answer(window)
    assert bool(window.run("return window.stayed")) is javascript, "swapped in, or a new page"
    assert "cost=20000" in window.run("return location.search"), "the link is the plain one"


CODES = "return performance.getEntriesByType('resource').filter(e => /qr.svg/.test(e.name)).length"


def test_the_code_of_a_result_comes_for_paper(webkit: Opener) -> None:
    """A driven window prints nothing, so it is told that it is about to."""
    window = webkit()
    answer(window)
    assert window.run(CODES) == 0
    window.run("dispatchEvent(new Event('beforeprint'))")
    assert window.run("return document.querySelectorAll('.page-qr svg path').length") == 1
    window = webkit(NO_JAVASCRIPT)
    window.open(PAGES["result"])
    assert window.run("return document.querySelector('.page-qr img').naturalWidth") > 0


def test_a_wrong_answer_is_swapped_in_and_takes_the_focus(webkit: Opener) -> None:
    window = webkit()
    window.open(FORM)
    window.run("window.stayed = true")
    window.type("input[name=cost]", "abc")
    window.press("main form button:not([name])")
    assert "请选医院级别" in window.wait_for(".wrongs")
    assert window.run("return window.stayed") is True
    assert window.run("return document.activeElement.matches('.wrongs')")
    assert window.run("return document.querySelector('[name=cost]').value") == "abc"
