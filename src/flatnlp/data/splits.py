"""Holding out rows for the splits that a data set lacks."""

from collections.abc import Sequence
from dataclasses import dataclass

DEV_SHARE = 0.10
"""Share of the rows held out for dev where a data set has none."""

TEST_SHARE = 0.20
"""Share of the rows held out for test where a data set has none."""


@dataclass(frozen=True)
class HeldOut:
    """Which rows stay and which are held out.

    Attributes:
        kept: row indices, rising.
        held: row indices, rising.
        stratified: whether the shares of the classes are the same in both, as far as whole rows allow.
    """

    kept: tuple[int, ...]
    held: tuple[int, ...]
    stratified: bool


def hold_out(labels: Sequence[str], count: int, seed: int) -> HeldOut:
    """Choose ``count`` rows, seeded and stratified; every class keeps at least one row.

    The only row of a class stays. Where there are too few rows to stratify, the choice is plain random.

    Args:
        labels: one per row.
        count: how many rows to hold out.
        seed: of the choice.

    Raises:
        ValueError: that would leave a class without a row.
    """
    from sklearn.model_selection import train_test_split

    rows_of: dict[str, list[int]] = {}
    for row, label in enumerate(labels):
        rows_of.setdefault(label, []).append(row)
    if not 0 < count <= len(labels) - len(rows_of):
        raise ValueError(f"{len(labels)} rows of {len(rows_of)} classes are too few to hold out {count}")
    alone = [rows[0] for rows in rows_of.values() if len(rows) == 1]
    several = sum(len(rows) > 1 for rows in rows_of.values())
    movable = sorted(set(range(len(labels))) - set(alone))
    stratified = min(count, len(movable) - count) >= several
    if not stratified:
        firsts = {rows[0] for rows in rows_of.values()}
        movable = [row for row in range(len(labels)) if row not in firsts]
    if count == len(movable):
        held = movable
    else:
        strata = [labels[row] for row in movable] if stratified else None
        _, held = train_test_split(movable, test_size=count, random_state=seed, stratify=strata)
    chosen = set(held)
    kept = tuple(row for row in range(len(labels)) if row not in chosen)
    return HeldOut(kept, tuple(sorted(chosen)), stratified)
