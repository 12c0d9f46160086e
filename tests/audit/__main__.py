"""Ask vulnerability services about the pinned versions, and say of how many they could tell.

pip-audit ends well where its service knows none of the packages, which looks as if all were sound. Here what could not
be audited is counted. It fails (1) where a vulnerability is known, and only there: no network is no fault of the code.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINNED = Path(__file__).resolve().parents[2] / "constraints.txt"
SERVICES = {"pypi": "the package index", "osv": "OSV"}


def main() -> int:
    """Ask each service, print what came of it."""
    answers: dict[str, list[dict[str, Any]] | None] = {}
    for service, name in SERVICES.items():
        answers[service], reason = asked(service)
        if answers[service] is None:
            print(f"{name} could not be asked: {reason}")
    pinned = sum("==" in line for line in PINNED.read_text(encoding="utf-8").splitlines())
    code, told = verdict(answers, pinned)
    print(told)
    return code


def asked(service: str) -> tuple[list[dict[str, Any]] | None, str]:
    """What pip-audit reports of each package; ``None`` and the reason where it gives no report."""
    given = ["--requirement", str(PINNED), "--no-deps", "--disable-pip", "--timeout", "15", "--format", "json"]
    command = [sys.executable, "-m", "pip_audit", *given, "--progress-spinner", "off", "-s", service]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(ran.stdout)["dependencies"], ""
    except (ValueError, KeyError):
        return None, (ran.stderr.strip().splitlines() or ["no report"])[-1]


def verdict(answers: dict[str, list[dict[str, Any]] | None], pinned: int) -> tuple[int, str]:
    """The exit code, and what to say of all answers together."""
    reports = [each for answer in answers.values() for each in answer or () if "skip_reason" not in each]
    audited = {each["name"] for each in reports}
    found = {
        f"{each['name']} {each['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'none yet'}"
        for each in reports
        for known in each["vulns"]
    }
    if not audited:
        return 0, f"NOT AUDITED: none of the {pinned} pinned versions; no service that could be reached knows them."
    rest = pinned - len(audited)
    counted = f"{len(audited)} of {pinned} pinned versions were audited" + (f"; {rest} are NOT AUDITED" * bool(rest))
    if found:
        return 1, "\n".join([f"{counted}; known vulnerabilities:", *sorted(found)])
    return 0, f"{counted}; no vulnerability is known of those that were."


if __name__ == "__main__":
    sys.exit(main())
