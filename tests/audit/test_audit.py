"""What is said of an audit: it never sounds sound where nothing was looked at."""

from typing import Any

from .__main__ import verdict


def of(name: str, *known: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [{"id": each, "fix_versions": ["1.1"]} for each in known]}


SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


def test_an_audit_of_nothing_says_so() -> None:
    code, told = verdict({"pypi": [SKIPPED, SKIPPED], "osv": None}, 2)
    assert (code, told) == (
        0,
        "NOT AUDITED: none of the 2 pinned versions; no service that could be reached knows them.",
    )


def test_what_one_service_knows_counts() -> None:
    code, told = verdict({"pypi": [SKIPPED, of("a")], "osv": [of("b")]}, 3)
    assert code == 0
    assert told.startswith("2 of 3 pinned versions were audited; 1 are NOT AUDITED; no vulnerability is known")
    assert "NOT AUDITED" not in verdict({"pypi": [of("a")], "osv": None}, 1)[1]


def test_a_known_vulnerability_fails() -> None:
    code, told = verdict({"pypi": [of("a", "CVE-1")], "osv": [of("a", "CVE-1"), of("b")]}, 2)
    assert code == 1
    assert told.splitlines()[1:] == ["a 1.0: CVE-1, mended in 1.1"]
