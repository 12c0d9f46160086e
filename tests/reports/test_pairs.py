"""Attacked pairs whose file has been damaged."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from flatnlp.errors import FlatnlpError
from flatnlp.reports.pairs import read_all_pairs
from tests.reports.fabricated import SCHEMA, pair


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        (
            [{"kind": "replace", "start": "2", "end": 6, "adversarial_start": 2, "adversarial_end": 6}],
            "outside its text",
        ),
        ([{"kind": "replace", "start": 2}], "the edits have no field 'end'"),
        (7, "the edits are no list of changes"),
    ],
)
def test_edits_of_the_wrong_kind_are_named(tmp_path: Path, edits: Any, said: str) -> None:
    row = {**pair(0, "A dull film.", ("dull", "slow")), "edits": edits}
    schema = pa.schema([field for field in SCHEMA if field.name != "edits"])
    table = pa.Table.from_pylist([row], schema=schema).append_column("edits", pa.array([edits]))
    parquet.write_table(table, tmp_path / "pwws.test.parquet")
    with pytest.raises(FlatnlpError, match=said):
        read_all_pairs(tmp_path / "pwws.test.parquet")
