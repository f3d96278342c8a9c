"""Where an entry stands, looked up only when somebody asks: in a large file hardly anybody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.config.nodes import key_offset
from sarv_sync.model.users import FIELDS, Placed
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.config.layers import Layer
    from sarv_sync.config.nodes import Map
    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.model.users import Field, Source


@dataclass(slots=True, eq=False)
class Written:
    """The entry `own` of `file`, whose name stands at `mark` (see `nodes.pack`), over what is `below` it."""

    file: SourceFile
    mark: int
    own: Map
    below: Layer

    @property
    def source(self) -> Source:
        """Return the place of the entry."""
        return self.file.source(key_offset(self.mark))

    @property
    def field_sources(self) -> tuple[Source, Source, Source]:
        """Return the places of the three values: the entry itself for one that was never written."""
        total, hourly, status = (self._place(field) for field in FIELDS)
        return total, hourly, status

    def _place(self, field: Field) -> Source:
        if field in self.own:
            return self.file.source(self.own.key_at(field))
        return self.below.sources.get(field) or self.source

    def __repr__(self) -> str:
        return repr(Placed(self.source, self.field_sources))

    def __eq__(self, other: object) -> bool:
        """Whether both are the same places, whatever they were found out from."""
        return _known(self) == _known(other)

    def __hash__(self) -> int:
        return hash(_known(self))


def _known(places: object) -> object:
    return (places.source, places.field_sources) if isinstance(places, Written) else places
