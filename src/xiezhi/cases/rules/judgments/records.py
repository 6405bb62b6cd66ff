"""What a record of a collection holds under which key: collections name text, id and title as they please."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Folded: no case, no _ or -.  The first that holds something counts.
_TEXT = (
    *("qw", "qwcontent", "text", "fulltext", "content", "全文", "正文", "文书内容", "文书全文", "文书正文"),
    *("裁判文书全文", "doccontent", "rawtext", "body", "document", "judgment", "judgement"),
)
_ID = ("docid", "documentid", "id", "uuid", "rowkey", "文书id", "文书编号")
_TITLE = ("writname", "title", "ajname", "案件名称", "文书名称", "标题")
# Where a whole file is one object with the records in a list.
_LISTS = ("data", "records", "items", "documents", "judgments", "rows", "list", "result", "results")


def _fold(key: object) -> str:
    return str(key).strip().lower().replace("_", "").replace("-", "")


def _found(record: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The values under these names that hold something, in the order of the names."""
    folded: dict[str, Any] = {}
    for key, value in record.items():
        if value is not None and value != "":
            folded.setdefault(_fold(key), value)
    return [folded[name] for name in names if name in folded]


def text_of(record: Mapping[str, Any]) -> str | None:
    """The document, with paragraphs given one by one joined; None where there is none.

    Raises TypeError where it is no text.
    """
    found = next(iter(_found(record, _TEXT)), None)
    if isinstance(found, list) and all(isinstance(part, str) for part in found):
        found = "\n".join(found)
    if found is not None and not isinstance(found, str):
        raise TypeError("text")
    return found or None


def id_of(record: Mapping[str, Any]) -> str | None:
    """The id of the document in its collection."""
    return next((str(value)[:80] for value in _found(record, _ID)), None)


def titles_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The names the record gives the document or the case."""
    return tuple(str(value)[:300] for value in _found(record, _TITLE))


def listed_in(value: Mapping[str, Any]) -> list[Any] | None:
    """The records of a file that is one object with a list of them; None where the object is a record."""
    if _found(value, _TEXT):
        return None
    return next((found for found in _found(value, _LISTS) if isinstance(found, list)), None)
