"""Rows of a table that are kept in a file, so that a run that was interrupted goes on where it stopped."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tasks.support.errors import UserError
from tasks.support.results import Goal, Outcome, Row


class KeptRows:
    """The rows in a file, by their names, each with the fingerprint of the settings and data that it comes from.

    Args:
        path: The file; it need not exist.

    Raises:
        UserError: The file is there and can't be read, or is not one of these.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, Any] = {}
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except OSError as error:
            raise UserError(f"{path}: cannot be read ({error.strerror})") from None
        except ValueError:
            raise self._strange() from None
        if not isinstance(kept, dict):
            raise self._strange()
        self._rows = kept

    def _strange(self) -> UserError:
        return UserError(f"{self.path}: expected rows of a table that were kept there; delete the file to compute them anew")

    def find(self, name: str, mark: str) -> Outcome | None:
        """Returns the outcome of a row if it is there with this fingerprint."""
        row = self._found(name, mark)
        return None if row is None else row.outcome

    def commit_of(self, name: str, mark: str) -> str:
        """Returns the commit whose code has computed a row; empty where there is no such row."""
        row = self._found(name, mark)
        return "" if row is None else row.commit

    def _found(self, name: str, mark: str) -> Row | None:
        entry = self._rows.get(name)
        if entry is None or (isinstance(entry, dict) and entry.get("fingerprint") != mark):
            return None
        return self._row_of(entry)

    def _row_of(self, entry: Any) -> Row:
        try:
            outcome = dict(entry["outcome"])
            outcome["parts"] = tuple(map(float, outcome["parts"]))
            outcome["curves"] = tuple((str(name), tuple(map(float, losses))) for name, losses in outcome["curves"])
            return Row(Goal(**entry["goal"]), Outcome(**outcome), str(entry["commit"]))
        except (KeyError, TypeError, ValueError):
            raise self._strange() from None

    def keep(self, name: str, mark: str, row: Row) -> None:
        """Writes a row into the file, in place of an earlier one of that name.

        The file is replaced as a whole, so that a run killed at this moment leaves the earlier one.

        Raises:
            UserError: The file can't be written.
        """
        entry = {"fingerprint": mark, "goal": asdict(row.goal), "outcome": asdict(row.outcome), "commit": row.commit}
        self._rows[name] = entry
        self._write()

    def arrange(self, names: Iterable[str]) -> None:
        """Brings the rows in the file into an order, and forgets those with other names.

        Raises:
            UserError: The file can't be written.
        """
        self._rows = {name: self._rows[name] for name in names if name in self._rows}
        self._write()

    def _write(self) -> None:
        temporary = self.path.with_name(f"{self.path.name}.new")
        try:
            temporary.write_text(json.dumps(self._rows, indent=1), encoding="utf-8")
            os.replace(temporary, self.path)
        except OSError as error:
            raise UserError(f"cannot write {self.path}: {error.strerror or error}") from None

    def all_rows(self) -> list[Row]:
        """Returns all rows, in the order of the file."""
        return [self._row_of(entry) for entry in self._rows.values()]


def fingerprint(*settings: object, files: Iterable[Path] = ()) -> str:
    """Returns a short text that is another one if a setting or the content of a file is another one.

    Settings are compared by what `repr` gives, so they are numbers, texts, dataclasses and lists of these.

    >>> fingerprint(0.5, "mean") == fingerprint(0.5, "mean"), fingerprint(0.5) == fingerprint(0.25)
    (True, False)
    """
    hashed = hashlib.sha256(repr(settings).encode())
    for path in files:
        content = path.read_bytes()
        hashed.update(f"{path.name} {len(content)} ".encode() + content)
    return hashed.hexdigest()[:16]
