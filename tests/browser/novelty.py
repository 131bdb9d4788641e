"""What of a page has not been checked on an earlier page, so that each thing is checked once and not a hundred times.

To the rules of structure two parts of pages are one when their tags and attributes are: of words, figures and places
it only matters whether there are any, of a reference whether it leads somewhere, of a key whether it is alone. To the
rules of colours two texts are one when they, and all that they stand in, have the same tags, classes and colours.
"""

from dataclasses import dataclass

from playwright.sync_api import Page

LOOK = """
() => {
  const WORDS = new Set(["id", "name", "value", "title", "alt", "placeholder", "content", "href", "src", "action",
    "datetime", "label", "download", "aria-label", "aria-valuetext", "aria-roledescription", "d", "x", "y", "x1", "x2",
    "y1", "y2", "cx", "cy", "r", "dx", "dy", "points", "transform", "width", "height", "viewBox"]);
  const REFERENCES = /^(for|form|list|headers|aria-(labelledby|describedby|controls|owns|details|errormessage))$/;
  const digest = (text) => {  // 53 bits, which is cyrb53
    let [a, b] = [0xdeadbeef, 0x41c6ce57];
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return 4294967296 * (2097151 & b) + (a >>> 0);
  };
  const holdsText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "";

  const times = new Map();
  document.querySelectorAll("[id]").forEach((e) => times.set(e.id, (times.get(e.id) ?? 0) + 1));
  const leads = (keys) => keys.trim().split(/\\s+/).map((key) => times.has(key)).join();
  const said = ({ name, value }) => {
    if (name === "id") return times.get(value) === 1 ? "alone" : "shared";
    if (REFERENCES.test(name)) return leads(value);
    if (name === "href" && value.startsWith("#")) return leads(value.slice(1));
    return WORDS.has(name) || /^(data|hx)-/.test(name) ? value.trim() !== "" : value;
  };
  const outline = (e) => {
    const count = new Map();
    const inside = [...e.childNodes].map((child) =>
      child.nodeType === Node.ELEMENT_NODE ? outline(child) : holdsText(child) ? "…" : ""
    ).filter((one) => {
      // Three rows, cards or lines that are alike say what thirty say. A row's cells belong to their columns.
      count.set(one, (count.get(one) ?? 0) + 1);
      return e.localName === "tr" || count.get(one) <= 3;
    });
    const attributes = [...e.attributes].map((a) => `${a.name}=${said(a)}`).sort();
    return digest([e.localName, ...attributes, "inside", ...inside].join("|"));
  };

  const looks = new Map();
  const look = (e) => {
    if (e && !looks.has(e)) {
      const has = getComputedStyle(e);
      looks.set(e, digest([look(e.parentElement), e.localName, e.getAttribute("class"), has.color, has.backgroundColor,
        has.backgroundImage, has.opacity, has.fontSize, has.fontWeight, has.textDecorationLine].join("|")));
    }
    return looks.get(e);
  };

  window.parts = [...document.body.children].filter((e) => !e.matches("script, template"));
  window.texts = [...document.body.querySelectorAll("*")].filter(
    (e) => e.matches("input, select, textarea") || [...e.childNodes].some(holdsText));
  return [window.parts.map(outline), window.texts.map(look)];
}
"""


@dataclass(frozen=True)
class Fresh:
    """The numbers, in `window.parts` and `window.texts`, of what was not seen before."""

    parts: list[int]
    texts: list[int]


class Seen:
    """What has been seen of all pages so far."""

    def __init__(self) -> None:
        self._parts: set[int] = set()
        self._texts: set[int] = set()

    def fresh(self, page: Page) -> Fresh:
        """What this page has that no page before it had."""
        parts, texts = page.evaluate(LOOK)
        return Fresh(_first_times(parts, self._parts), _first_times(texts, self._texts))


def _first_times(found: list[int], seen: set[int]) -> list[int]:
    new = []
    for number, one in enumerate(found):
        if one not in seen:
            seen.add(one)
            new.append(number)
    return new
