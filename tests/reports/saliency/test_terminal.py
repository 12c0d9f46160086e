import io

import pytest
from rich.console import Console, RenderableType

from flatnlp.reports.saliency.explanation import Explanation
from flatnlp.reports.saliency.terminal import plain, shaded
from tests.reports.explained import HOSTILE, pair, saliency


def printed(what: RenderableType, colours: bool) -> str:
    file = io.StringIO()
    system = "truecolor" if colours else None
    Console(file=file, width=100, force_terminal=colours, color_system=system).print(what)  # type: ignore[arg-type]
    return file.getvalue()


def test_shades_by_sign_and_size() -> None:
    shown = printed(shaded(pair()), colours=True)
    strongest_against, some_for, untouched = (
        "\x1b[1;37;48;2;163;58;18m[dull]",
        "\x1b[30;48;2;142;197;234m[slow]",
        " film",
    )
    assert strongest_against in shown
    assert some_for in shown
    assert untouched in shown
    assert "original: \x1b[1mpositive\x1b[0m 0.900" in shown
    assert "adversarial (successful): \x1b[1mnegative\x1b[0m 0.700, positive 0.300" in shown


def test_without_colours_sign_and_size_are_numbers_and_bars() -> None:
    lines = printed(plain(pair()), colours=False).splitlines()
    assert "A [dull] film, told well." in [line.strip() for line in lines]
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.startswith(("[dull]", "[slow]", "well"))}
    assert rows["[dull]"] == ["-0.400", "----------", "0.900"]
    assert rows["[slow]"] == ["+0.200", "+++++", "0.800"]
    assert rows["well"] == ["not", "read", "0.500"]
    assert "1 word was not read: beyond the model's length." in lines
    assert "importance" not in printed(plain(Explanation(saliency("A film", [0.1, 0.2]))), colours=False)


@pytest.mark.parametrize("form", [shaded, plain])
def test_nothing_in_a_text_reaches_the_terminal_as_a_command(form: object) -> None:
    hostile = saliency(HOSTILE, [0.1] * 20, prediction=HOSTILE)
    shown = printed(form(Explanation(hostile)), colours=False)  # type: ignore[operator]
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[U+001B]" in shown
    assert "[red]bad[/red]" in shown.replace("\n", "")


def test_a_long_text_lists_its_strongest_words() -> None:
    raw = " ".join(f"word{i}" for i in range(40))
    shown = printed(shaded(Explanation(saliency(raw, [i / 40 for i in range(40)]))), colours=False)
    assert "the 12 strongest of 40 words" in shown
    assert shown.count("word39") == 2
    assert shown.count("word1 ") == 1
