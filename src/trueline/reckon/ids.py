"""Member ids of a run as one Arrow column: a million ids cost nothing until somebody reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class MemberIds(Sequence[str]):
    """Ids by canonical index; ``array`` is the Arrow column of strings: ``rows`` of the one given, or all of it."""

    def __init__(self, array: Any, rows: np.ndarray[tuple[int], np.dtype[np.int64]] | None = None) -> None:
        self._source = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        self._rows = rows
        self._size = len(array) if rows is None else len(rows)

    @cached_property
    def array(self) -> Any:
        return self._source if self._rows is None else self._source.take(pa.array(self._rows))

    @classmethod
    def of(cls, ids: Sequence[str]) -> MemberIds:
        return cls(pa.array(list(ids), pa.string()))

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            texts: list[str] = self.array[index].to_pylist()
            return texts
        return str(self.array[int(index)].as_py())

    def __iter__(self) -> Iterator[str]:
        return iter(self.array.to_pylist())

    def sorted_rows(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Indices in the code-point order of the ids, so that files and hashes need no order of members."""
        return np.asarray(pc.sort_indices(self.array)).astype(np.int64)
