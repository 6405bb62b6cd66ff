"""What every part of the API answers when it refuses; pages show the same words."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Schema


class Refusal(Schema):
    """What stood in the way and, where fields were wrong, which."""

    message: Annotated[str, Field(examples=["这份申请现在是“已立案”，不能再作这项处理。"])]
    fields: Annotated[dict[str, list[str]], Field(default_factory=dict)]
