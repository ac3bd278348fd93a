"""The Markdown that staff write texts in: CommonMark without HTML, and five things of our own.

- `[F-14.10]` or `[R-4.4, R-4.8]` is a seal that links clauses, `[A-17]` one that links a reading;
- `[[sheet:flexible.inpatient]]` on a line of its own is that table, made from its rows;
- `## 标题 {#anchor}` gives a heading the name by which it is linked;
- `- [ ] 身份证原件` is a line to tick, `::: fold 标题` … `:::` what only a few need;
- a paragraph that is one link is a button, a quotation is a caution, a telephone number can be
  called.

Whatever is written is shown: a mistake stands there as it was typed, and HTML is text.

Numbers (`[[flexible.pool.yearly_limit]]`) are put in before: `portal.policy.texts`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from portal.policy.seals import bare_seals, reading_seal, seal

ANCHOR = re.compile(r"\s*\{#([a-z0-9-]+)\}$")
SHEET = re.compile(r"\[\[sheet:([a-z0-9_.]+)\]\]")
_CODE = r"(?:[A-Z]{1,2}-\d+\.\d+|A-\d+)"
SEAL = re.compile(rf"\[({_CODE}(?:\s*[,，、]\s*{_CODE})*)\](?!\()")
PHONE = re.compile(r"\b(0\d{2,3}-\d{5,8})((?:-\d)*)\b")

# For reading the words back out of the HTML: a seal is no word, and a block stands apart.
SEALED = re.compile(r'<a class="seal".*?</a>')
BREAK = re.compile(r"</?(?:p|li|td|th|tr|h2|h3|summary|caption)\b")

LONE_LINK = ["link_open", "text", "link_close"]

DrawSheet = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text under one heading; the first has neither heading nor anchor."""

    anchor: str
    heading: str
    html: SafeString

    @property
    def body(self) -> SafeString:
        """What stands under the heading."""
        return mark_safe(self.html.partition("</h2>")[2])  # noqa: S308 - escaped by markdown-it

    @property
    def words(self) -> str:
        """What it says, without markup."""
        bare = strip_tags(BREAK.sub(r" \g<0>", SEALED.sub("", self.html)))
        return " ".join(unescape(bare).split())


@dataclass(frozen=True, slots=True)
class Written:
    """A whole text: its title, its lead in plain words, its parts, and the clauses it cites."""

    title: str
    lead: str
    parts: list[Part]
    clauses: frozenset[str]


def render_inline(body: str) -> SafeString:
    """Return a short text as inline HTML."""
    return mark_safe(_MARKDOWN.renderInline(body))  # noqa: S308 - escaped by markdown-it


def render(body: str, draw_sheet: DrawSheet) -> Written:
    """Return a text in HTML; `draw_sheet` draws the table of a name."""
    env: dict[str, Any] = {"draw_sheet": draw_sheet, "clauses": set()}
    tokens = _MARKDOWN.parse(body, env)
    title, tokens = _take(tokens, "heading_open")
    lead, tokens = _take(tokens, "paragraph_open")
    parts = [_part(piece, env) for piece in _split(tokens)]
    return Written(title, lead, parts, frozenset(env["clauses"]))


def render_piece(body: str, draw_sheet: DrawSheet) -> SafeString:
    """Return a stretch of a text in HTML, without the title and the lead that a whole one has."""
    env: dict[str, Any] = {"draw_sheet": draw_sheet, "clauses": set()}
    return mark_safe(_MARKDOWN.render(body, env))  # noqa: S308 - escaped by markdown-it


def title_and_lead(body: str) -> tuple[str, str]:
    """Return the title and the lead of a text in plain words, for lists of texts."""
    tokens = _MARKDOWN.parse(beginning(body))
    title, tokens = _take(tokens, "heading_open")
    return title, _take(tokens, "paragraph_open")[0]


def beginning(body: str) -> str:
    """Return the first two paragraphs of a text, which are its title and its lead."""
    return "\n\n".join(body.strip().split("\n\n", 2)[:2])


def _take(tokens: list[Token], kind: str) -> tuple[str, list[Token]]:
    """Take a heading or paragraph from the front, as plain words."""
    if not tokens or tokens[0].type != kind:
        return "", tokens
    return _plain(tokens[1]), tokens[3:]


def _plain(inline: Token) -> str:
    shown = (child for child in inline.children or [] if child.type in {"text", "code_inline"})
    return "".join(child.content for child in shown)


def _split(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """Cut before each heading that does not stand inside something else."""
    piece: list[Token] = []
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2" and not token.level:
            yield piece
            piece = []
        piece.append(token)
    yield piece


def _part(tokens: list[Token], env: dict[str, Any]) -> Part:
    anchor = heading = ""
    if tokens and tokens[0].type == "heading_open":
        anchor = str(tokens[0].attrGet("id") or "")
        heading = _plain(tokens[1])
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, env)
    return Part(anchor, heading, mark_safe(html))  # noqa: S308 - escaped by markdown-it


# --- the five things -------------------------------------------------------------------------


def _read_seal(state: StateInline, silent: bool) -> bool:
    found = SEAL.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("seal", "", 0)
        token.meta["codes"] = re.findall(_CODE, found[1])
    state.pos = found.end()
    return True


def _draw_seal(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    codes = tokens[index].meta["codes"]
    clauses = [code for code in codes if "." in code]
    env.get("clauses", set()).update(clauses)
    readings = "".join(reading_seal(code) for code in codes if "." not in code)
    return (seal(clauses[0]) + bare_seals(clauses[1:]) if clauses else "") + readings


def _read_anchors(state: StateCore) -> None:
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open" and (found := ANCHOR.search(inline.content)):
            opening.attrSet("id", found[1])
            inline.content = inline.content[: found.start()]


def _read_lone_paragraphs(state: StateCore) -> None:
    """A paragraph that is one sheet, wherever it stands, or one link between other paragraphs."""
    tokens = state.tokens
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "paragraph_open":
            continue
        children = inline.children or []
        if found := SHEET.fullmatch(inline.content):
            opening.type, opening.meta["name"] = "sheet", found[1]
            inline.children, closing.type = [], "nothing"
        elif not opening.level and [c.type for c in children] == LONE_LINK:
            opening.attrSet("class", "actions")
            children[0].attrSet("class", "button")


def _read_phones(state: StateCore) -> None:
    for inline in state.tokens:
        if inline.children:
            inline.children = list(_with_phones(inline.children))


def _with_phones(children: Iterable[Token]) -> Iterator[Token]:
    in_link = False
    for child in children:
        if child.type in {"link_open", "link_close"}:
            in_link = child.nesting > 0
        if child.type == "text" and not in_link:
            yield from _cut_at_phones(child.content)
        else:
            yield child


def _cut_at_phones(text: str) -> Iterator[Token]:
    at = 0
    for found in PHONE.finditer(text):
        yield Token("text", "", 0, content=text[at : found.start()])
        # The keys to press after the call is answered are shown, not dialled (reading A-95).
        yield Token("link_open", "a", 1, attrs={"class": "phone", "href": f"tel:{found[1]}"})
        yield Token("text", "", 0, content=found[0])
        yield Token("link_close", "a", -1)
        at = found.end()
    yield Token("text", "", 0, content=text[at:])


def _draw_sheet(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return str(env["draw_sheet"](tokens[index].meta["name"]))


def _draw_fold(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    token = tokens[index]
    if token.nesting < 0:
        return "</details>\n"
    summary = token.info.strip().removeprefix("fold").strip()
    return f'<details class="fold"><summary>{escape(summary)}</summary>\n'


def _make_markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False})
    made.use(tasklists_plugin, enabled=True, label=True)
    made.use(container_plugin, name="fold", render=_draw_fold)
    made.inline.ruler.before("link", "seal", _read_seal)
    made.core.ruler.after("block", "anchors", _read_anchors)
    made.core.ruler.push("lone_paragraphs", _read_lone_paragraphs)
    made.core.ruler.push("phones", _read_phones)
    made.add_render_rule("seal", _draw_seal)
    made.add_render_rule("sheet", _draw_sheet)
    made.add_render_rule("nothing", lambda *rest: "")
    made.add_render_rule("blockquote_open", lambda *rest: '<div class="notice">\n')
    made.add_render_rule("blockquote_close", lambda *rest: "</div>\n")
    return made


_MARKDOWN = _make_markdown()
