"""A table in the making: texts go to disk as they are read, labels and places are kept short."""

from array import array

from flatnlp.data.spool import SpooledStrings
from flatnlp.data.table import Table


class GrowingTable:
    """Takes the rows of one file or split in their order."""

    def __init__(self) -> None:
        self._texts = SpooledStrings()
        self._names: dict[str, str] = {}
        self._labels: list[str] = []
        self._positions = array("q")

    def __len__(self) -> int:
        return len(self._labels)

    def add(self, text: str, label: str, position: int) -> None:
        """Put a row behind those that are there.

        Args:
            text: Its text.
            label: Its label.
            position: Its line or row, counted from 1.

        Raises:
            FlatnlpError: If the disk refuses.
        """
        self._texts.add(text)
        self._labels.append(self._names.setdefault(label, label))
        self._positions.append(position)

    def table(
        self, source: str, unit: str = "line", class_names: tuple[str, ...] | None = None, notes: tuple[str, ...] = ()
    ) -> Table:
        """The rows as a table; the arguments are its attributes. Nothing can be added any more."""
        return Table(source, self._texts.strings(), self._labels, self._positions, unit, class_names, notes)
