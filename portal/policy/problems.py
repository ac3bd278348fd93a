"""What a check finds: how bad it is, where, and what to do about it."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from portal.policy.models import Edition
from portal.policy.models.choices import Scheme
from portal.policy.titles import READINGS, title_of

Level = Literal["blocks", "confirm"]
BLOCKS: Level = "blocks"
CONFIRM: Level = "confirm"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: how badly, where (table, row; both may be empty), and what to do, in Chinese.

    What `blocks` must be mended; what is to be confirmed (`confirm`) may be meant, and needs a
    reason. `code` names the kind of problem for programs.
    """

    level: Level
    where: tuple[str, str]
    message: str
    code: str

    @property
    def blocks(self) -> bool:
        """Whether it must be mended; if not, it can be confirmed with a reason."""
        return self.level == BLOCKS

    @property
    def key(self) -> str:
        """A name for just this problem: a confirmation given for it holds for no other number."""
        told = "\n".join((self.code, *self.where, self.message))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        place = " · ".join(part for part in self.where if part)
        return f"{place}：{self.message}" if place else self.message


def full_title(scheme: str, table: str) -> str:
    """The name of a table; of the readings, which have one name in both schemes, with the scheme."""
    title = title_of(scheme, table)
    return f"{title}（{Scheme(scheme).label}）" if table == READINGS else title


def title_of_edition(edition: Edition) -> str:
    """The name of an edition's table, as `full_title` writes it."""
    return full_title(edition.scheme, edition.table)
