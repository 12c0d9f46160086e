"""The report in a real browser: what only shows where its script runs."""

from pathlib import Path
from typing import Any

import pytest

from flatnlp.reports.page import write_report
from flatnlp.reports.saliency.maps import SaliencyWord
from flatnlp.reports.saliency.stored import PairSaliency, write_saliency
from flatnlp.text import Text
from tests import chromium
from tests.reports.fabricated import course, measured, pair, write_run

pytestmark = chromium.needed

HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"> <b>bad</b> \u202e {{ 7 * 7 }} 😀 film"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of 300 pairs each; the first pair is hostile and has saliency."""
    folder = tmp_path_factory.mktemp("report")
    runs = []
    for method, status in (("base", "successful"), ("flat", "failed")):
        pairs = [pair(0, HOSTILE, ("bad", "<i>ill</i>"), ("film", "movie"), status=status)]
        pairs += [
            pair(i, f"A dull film, number {i}.", ("dull", "slow"), status=status, label=i % 2) for i in range(1, 300)
        ]
        run = write_run(folder / method, method, evaluation=measured(0.8, 0.2), pairs=pairs, metrics=course())
        original, adversarial = (
            tuple(SaliencyWord(*span, 0.1 * i - 0.3, 0.5) for i, span in enumerate(Text.of(raw).spans))
            for raw in (pairs[0]["original"], pairs[0]["adversarial"])
        )
        write_saliency([PairSaliency(0, 1, original, adversarial)], "ig", run / "attacks" / "pwws.test.parquet")
        runs.append(run)
    return write_report(runs, folder / "report.html")


@pytest.fixture
def page(browser: Any, report: Path) -> Any:
    """The report, freshly opened; at the end nothing may stand in the browser's console."""
    browser.get(report.as_uri())
    yield Page(browser)
    assert browser.get_log("browser") == []


class Page:
    """What a reader does with the list of pairs."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def all(self, css: str) -> list[Any]:
        return self.browser.find_elements("css selector", css)

    def one(self, css: str) -> Any:
        return self.browser.find_element("css selector", css)

    def choose(self, name: str, option: str) -> None:
        from selenium.webdriver.support.select import Select

        Select(self.one(f"#pairs-{name}")).select_by_visible_text(option)

    def search(self, words: str) -> None:
        from selenium.webdriver.common.keys import Keys

        self.one("#pairs-search").send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE, words)

    @property
    def count(self) -> str:
        return self.one("#pairs-count").text

    @property
    def rows(self) -> list[str]:
        return [row.text for row in self.all("#pairs-rows > tr")]


def test_hostile_text_shows_as_text(page: Page) -> None:
    assert page.count == "All 600 pairs"
    first = page.all("#pairs-rows .swapped-text")[0]
    assert first.text == HOSTILE.replace("bad", "bad <i>ill</i>").replace("film", "film movie").replace(
        "\u202e", "[U+202E]"
    )
    page.one("#pairs-rows .open").click()
    assert page.all(".detail .text")[1].text == HOSTILE.replace("bad", "<i>ill</i>").replace("film", "movie").replace(
        "\u202e", "[U+202E]"
    )
    assert page.browser.title.startswith("How robust")
    assert page.all("#pairs img, #pairs i, #pairs b b") == []


def test_filters_sorts_and_turns_pages(page: Page) -> None:
    assert len(page.rows) == 25
    page.choose("verdict", "flipped")
    assert page.count == "300 of 600 pairs"
    page.choose("class", "negative")
    assert page.count == "149 of 600 pairs"
    page.one("#pairs-next").click()
    assert page.one("#pairs-page").text == "26–50 of 149"
    page.choose("verdict", "any")
    page.choose("class", "any")
    page.choose("run", "cnn flat")
    page.search("NUMBER 29")
    assert page.count == "11 of 600 pairs"
    page.search("#29")
    assert page.count == "1 of 600 pairs"
    page.search("slow")
    assert page.count == "299 of 600 pairs"
    page.search("nowhere")
    assert (page.rows, page.one("#pairs-page").text) == ([], "none found")
    page.search("")
    page.choose("sort", "most queries")
    assert page.rows[0].startswith("299")
    page.choose("sort", "most words changed")
    assert page.rows[0].startswith("0")


def test_a_pair_opens_by_keyboard_and_shows_saliency_on_demand(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    button = page.one("#pairs-rows .open")
    button.send_keys(Keys.ENTER)
    assert button.get_attribute("aria-expanded") == "true"
    assert page.one(f"#{button.get_attribute('aria-controls')}").is_displayed()
    assert page.all(".detail .text .word") == []
    toggle = page.one(".detail .show-saliency")
    toggle.send_keys(Keys.SPACE)
    words = {word.text: word for word in page.all(".detail .text .word")}
    assert words["script"].get_attribute("class") == "word against"
    assert words["script"].get_attribute("title") == "−0.300, importance 0.500"
    assert "for" in words["movie"].get_attribute("class")
    toggle.send_keys(Keys.SPACE)
    assert page.all(".detail .text .word") == []
    button.send_keys(Keys.ENTER)
    assert page.all(".detail") == []


def test_one_example_in_every_run(page: Page) -> None:
    page.choose("run", "cnn flat")
    page.search("number 12.")
    page.one("#pairs-rows .open").click()
    page.all(".detail .tools button")[-1].click()
    assert page.count == "2 of 600 pairs"
    page.one("#pairs-explained").click()
    page.search("")
    assert page.count == "2 of 600 pairs"


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    with chromium.screen(page.browser, width):
        for button in page.all("#pairs-rows .open")[:2]:
            button.click()
        assert page.browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_in_light_and_dark(page: Page, scheme: str) -> None:
    with chromium.media(page.browser, prefers_color_scheme=scheme):
        page.one("#pairs-rows .open").click()
        page.one(".detail .show-saliency").click()
        background = page.browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert background == {"light": "rgb(253, 252, 250)", "dark": "rgb(23, 22, 20)"}[scheme]
        assert chromium.too_pale(page.browser, "main *, header *, footer *") == []


UNNAMED = """
return [...document.querySelectorAll("img, svg, button, input, select, a, summary, [role=region], [role=img]")].filter(
  (element) => {
    if (element.closest("[aria-hidden=true], [hidden]")) return false;
    if (element.tagName === "svg" && element.closest("[role=img]")) return false;
    const by = element.getAttribute("aria-labelledby");
    return !(element.alt || element.getAttribute("aria-label") || element.textContent.trim() ||
      element.labels?.length || (by && document.getElementById(by)?.textContent.trim()));
  }).map((element) => element.outerHTML.slice(0, 100));
"""


def test_whatever_is_shown_or_pressed_has_a_name(page: Page) -> None:
    page.one("#pairs-rows .open").click()
    assert page.browser.execute_script(UNNAMED) == []
    titles = page.browser.execute_script("return document.querySelectorAll('main h1, header h1').length")
    assert titles == 1


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    seen = []
    for _ in range(60):
        page.browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = page.browser.switch_to.active_element
        outline = focused.value_of_css_property("outline-style")
        seen.append(focused.get_attribute("id") or focused.get_attribute("class") or focused.tag_name)
        assert outline != "none", focused.get_attribute("outerHTML")[:80]
        if seen[-1] == "open":
            break
    assert seen[0] == "skip"
    wanted = ["pairs-search", "pairs-verdict", "pairs-class", "pairs-run", "pairs-sort", "open"]
    assert [each for each in seen if each in wanted] == wanted


def test_prints_what_is_read_and_not_what_is_pressed(page: Page) -> None:
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    hidden = [".skip", "nav", ".filters"]
    assert [css for css in hidden if page.one(css).is_displayed()] == []
    assert page.one("#results table").is_displayed()
    assert page.browser.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert page.browser.execute_cdp_cmd("Page.printToPDF", {})["data"].startswith("JVBERi")


def test_loads_nothing_but_itself(page: Page) -> None:
    loaded = page.browser.execute_script("return performance.getEntriesByType('resource').map((each) => each.name)")
    assert [each for each in loaded if not each.startswith("data:")] == []


def test_no_rows_leave_a_way_back(page: Page) -> None:
    page.search("nowhere")
    assert (page.count, page.one("#pairs-page").text) == ("0 of 600 pairs", "none found")
    assert not page.one("#pairs-previous").is_enabled()
    assert not page.one("#pairs-next").is_enabled()
    page.search("")
    assert len(page.rows) == 25
