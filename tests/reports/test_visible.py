from flatnlp.reports.visible import visible


def test_characters_that_reorder_or_hide_are_named_and_others_kept() -> None:
    assert visible("a\u202eb\x07c\u200bd") == "a[U+202E]b[U+0007]c[U+200B]d"
    assert visible("naïve 👩\u200d🚀 日本 \u200cfa") == "naïve 👩\u200d🚀 日本 \u200cfa"


def test_terminal_escapes_do_not_pass_and_lines_become_one() -> None:
    assert visible("\x1b[31mred\nnext\tone") == "[U+001B][31mred next one"
