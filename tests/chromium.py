"""The browser that tests drive: Debian's Chromium without a window."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")

needed = pytest.mark.skipif(
    not CHROMIUM or not DRIVER, reason="needs a browser: make browser, or apt-get install chromium chromium-driver"
)


@contextmanager
def opened(profile: Path) -> Iterator[Any]:
    """A browser with an empty profile; it keeps what pages write to its console."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium, which the extra 'dev' brings")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.add_argument("--disable-background-networking")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def screen(browser: Any, width: int, height: int = 900) -> Iterator[None]:
    """A screen of this width in pixels; a phone's where it is narrow."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@contextmanager
def media(browser: Any, **features: str) -> Iterator[None]:
    """What the reader prefers, such as ``prefers_color_scheme="dark"``."""
    listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": listed})
    yield
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def too_pale(browser: Any, within: str) -> list[str]:
    """Elements whose text stands out less from what is behind it than WCAG 2 asks for (AA)."""
    found: list[str] = browser.execute_script(_TOO_PALE, within)
    return found


_TOO_PALE = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
canvas.canvas.width = canvas.canvas.height = 1;
const rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = (top, bottom) => [0, 1, 2].map((i) => top[i] * top[3] + bottom[i] * (1 - top[3])).concat(1);
const light = (colour) => {
  const [r, g, b] = colour.slice(0, 3).map((v) => v / 255).map(
    (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  const layers = [];
  for (; element; element = element.parentElement) layers.push(rgba(getComputedStyle(element).backgroundColor));
  return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
};
const faded = (element) => element ? Number(getComputedStyle(element).opacity) * faded(element.parentElement) : 1;
return [...document.querySelectorAll(arguments[0])].filter((element) => {
  if (!element.offsetParent || element.closest("svg, :disabled")) return false;
  if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) return false;
  const ground = behind(element), ink = rgba(getComputedStyle(element).color);
  const seen = over([ink[0], ink[1], ink[2], ink[3] * faded(element)], ground);
  const [low, high] = [light(seen), light(ground)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05) < 4.5;
}).map((element) => element.tagName + " " + element.className + ": " + element.textContent.slice(0, 30));
"""
