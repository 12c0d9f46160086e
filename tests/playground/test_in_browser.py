"""The playground in a real browser, clicked through as a visitor would."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest

from tests import chromium

pytestmark = [
    chromium.needed,
    pytest.mark.skipif(not find_spec("gradio"), reason="needs Gradio: pip install 'flatnlp[demo]'"),
]

HOSTILE = "<img src=x onerror=\"document.title='owned'\"> A lovely film {{ 7 * 7 }} ${7 * 7} \u202e </script>"


@pytest.fixture(scope="module")
def address(tiny_run: Path) -> Iterator[str]:
    """Where a playground of one model under two names is served, in a process of its own."""
    code = "import sys; sys.argv = ['flatnlp', *sys.argv[1:]]; from tests.tiny import main; main()"
    given = ["demo", "--ui", "--runs", str(tiny_run), "--runs", str(tiny_run)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        [sys.executable, "-c", code, *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert server.stdout is not None
    said = server.stdout.readline()
    try:
        assert said.startswith("Playground: http://127.0.0.1:"), said
        yield said.split()[1]
    finally:
        server.terminate()
        rest, errors = server.communicate(timeout=60)
    assert (server.returncode, rest, errors) == (0, "", "")


@pytest.fixture
def page(browser: Any, address: str) -> Iterator["Page"]:
    """The playground, freshly opened; at the end nothing may stand in the browser's console."""
    with chromium.media(browser, prefers_reduced_motion="reduce"):
        yield opened(browser, address)
    assert browser.get_log("browser") == []


class Page:
    """What a visitor does."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def all(self, css: str) -> list[Any]:
        return self.browser.find_elements("css selector", css)

    def one(self, css: str) -> Any:
        return self.browser.find_element("css selector", css)

    def until(self, there: Callable[[], Any]) -> Any:
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        wait = WebDriverWait(self.browser, 60, 0.1, ignored_exceptions=[StaleElementReferenceException])
        return wait.until(lambda _: there())

    def type(self, text: str) -> None:
        from selenium.webdriver.common.keys import Keys

        self.one("#sentence textarea").send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE, text)

    def press(self, button: str, cards: int = 2, steps: bool = False) -> list[Any]:
        """Press a button and wait for so many finished cards."""
        self.one(f"#{button}").click()
        finished = ".card:not(.waiting)" + (":has(.steps)" if steps else ":not(:has(.steps))")
        self.until(lambda: len(self.all(finished)) == cards and not self.all(".waiting"))
        return self.all(finished)


def opened(browser: Any, address: str) -> Page:
    """The page with all its parts: the last of them may come seconds after the first."""
    browser.get(address)
    page = Page(browser)
    page.until(lambda: all(map(page.all, ("#sentence textarea", "input[type=checkbox]", "#predict", "#attack"))))
    return page


def test_predicts_then_attacks_side_by_side(page: Page) -> None:
    page.type("A lovely film, and so it ends!")
    first, second = page.press("predict")
    assert [card.find_element("css selector", "h3").text for card in (first, second)] == [
        "cnn flat (flat) #1",
        "cnn flat (flat) #2",
    ]
    assert len(first.find_elements("css selector", ".bars dt")) == 2
    assert [word.text for word in first.find_elements("css selector", ".saliency .words .word")][:3] == [
        "A",
        "lovely",
        "film",
    ]
    before = first.find_elements("css selector", ".percent")[1].text
    first, _ = page.press("attack", steps=True)
    steps = first.find_elements("css selector", ".steps li")
    assert steps[0].find_element("css selector", ".change").text == "Original"
    assert "lovely → passable" in [step.find_element("css selector", ".change").text for step in steps[1:]]
    shares = [step.find_element("css selector", ".percent").text for step in steps]
    assert shares[0] == before
    assert len(set(shares)) > 1
    assert steps[-1].find_element("css selector", ".now").text.count("passable") == 1
    assert first.find_element("css selector", ".verdict").text.startswith(("Flipped", "Held"))


def test_a_model_that_is_not_ticked_is_not_asked(page: Page) -> None:
    page.all("input[type=checkbox]")[0].click()
    page.type("A dull plot.")
    (card,) = page.press("attack", cards=1, steps=True)
    assert card.find_element("css selector", "h3").text == "cnn flat (flat) #2"
    page.all("input[type=checkbox]")[1].click()
    page.one("#attack").click()
    page.until(lambda: page.all(".refused"))
    assert page.one(".refused").text == "No model is chosen; tick at least one."


def test_an_offered_sentence_is_taken_over_by_a_click(page: Page) -> None:
    before = page.one("#sentence textarea").get_property("value")
    offered = page.all("button.gallery-item")
    assert len(offered) == 4
    other = next(each for each in offered if each.text != before)
    wanted = other.text
    other.click()
    page.until(lambda: page.one("#sentence textarea").get_property("value") == wanted)


def test_hostile_text_shows_as_text(page: Page) -> None:
    page.type(HOSTILE)
    card, _ = page.press("attack", steps=True)
    shown = card.find_elements("css selector", ".now")[0].text
    assert shown == HOSTILE.replace("\u202e", "[U+202E]")
    assert page.all("#answer img, #answer script") == []
    assert page.browser.title == "flatnlp playground"


def test_empty_and_long_texts_are_refused_in_a_sentence(page: Page) -> None:
    page.type("...")
    page.one("#predict").click()
    page.until(lambda: page.all(".refused"))
    assert page.one(".refused").text == "There is no word to read; type a sentence."
    assert page.one("#sentence textarea").get_attribute("maxlength") == "2000"


def test_works_by_keyboard_alone(page: Page) -> None:
    from selenium.webdriver.common.keys import Keys

    page.type("A dull plot.")
    page.one("#sentence textarea").send_keys(Keys.ENTER)
    page.until(lambda: len(page.all(".card:not(.waiting)")) == 2)
    page.one("#attack").send_keys(Keys.ENTER)
    page.until(lambda: len(page.all(".card .steps")) == 2)
    assert page.one("#answer").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_fits_the_screen_and_stands_out(browser: Any, address: str, scheme: str, width: int) -> None:
    features = {"prefers_color_scheme": scheme, "prefers_reduced_motion": "reduce"}
    with chromium.media(browser, **features), chromium.screen(browser, width):
        page = opened(browser, address)
        page.press("attack", steps=True)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        assert chromium.too_pale(browser, "#answer *, label *, .prose *") == []


def test_another_sites_name_for_this_machine_is_not_answered(address: str) -> None:
    port = int(address.rstrip("/").rpartition(":")[2])
    answered = {}
    for name in ("127.0.0.1", "localhost", "rebound.example", "127.0.0.1.example"):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/config", headers={"Host": f"{name}:{port}"})
        answered[name] = connection.getresponse().status
        connection.close()
    assert answered == {"127.0.0.1": 200, "localhost": 200, "rebound.example": 400, "127.0.0.1.example": 400}


def test_nothing_comes_from_elsewhere_and_nothing_is_open(page: Page, address: str) -> None:
    page.press("predict")
    loaded = page.browser.execute_script("return performance.getEntriesByType('resource').map((each) => each.name)")
    assert loaded
    assert [each for each in loaded if not each.startswith((address, "data:", "blob:"))] == []
    with build_opener(ProxyHandler({})).open(address + "config") as answer:
        config = json.load(answer)
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
