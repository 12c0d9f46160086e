import re
from html.parser import HTMLParser

from flatnlp.reports.saliency.explanation import Explanation
from flatnlp.reports.saliency.html import page
from tests.reports.explained import HOSTILE, pair, saliency


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: dict[str, dict[str, str | None]] = {}
        self.text = ""
        self._word: dict[str, str | None] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._word = dict(attrs) if "word" in (dict(attrs).get("class") or "") else None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._word is not None:
            self.words.setdefault(data, self._word)
            self._word = None


def test_words_carry_sign_strength_and_numbers() -> None:
    words = Reader(page([pair()])).words
    assert words["dull"] == {
        "class": "word against swapped",
        "style": "--s:1.000",
        "title": "-0.4000, importance 0.900",
    }
    assert words["slow"]["class"] == "word for swapped"
    assert words["slow"]["style"] == "--s:0.500"
    assert words["film"]["class"] == "word"
    assert words["well"]["class"] == "word unread"
    assert words["well"]["title"] == "not read by the model, importance 0.500"


def test_hostile_text_shows_as_text_in_page_and_notebook() -> None:
    explained = Explanation(saliency(HOSTILE, [0.1] * 20, prediction=HOSTILE, model=HOSTILE))
    for html in (page([explained, pair()]), explained._repr_html_()):
        reader = Reader(html)
        assert "script" not in reader.tags
        assert reader.tags.count("style") <= 2
        assert re.sub(r"\s", "", "<script>alert(1)</script>") in re.sub(r"\s", "", reader.text)
        assert "\x1b" not in html
        assert "\u202e" not in html


def test_the_page_is_one_file() -> None:
    html = page([pair()])
    assert "http://" not in html
    assert "https://" not in html
    assert "default-src 'none'" in html
    assert not re.search(r"url\(|@import|<script", html)


def test_models_side_by_side_have_names_and_one_alone_has_none() -> None:
    assert "<h2>" not in page([pair("cnn flat")])
    both = page([pair("cnn base"), pair("cnn flat")])
    assert both.count("<h2>") == 2
