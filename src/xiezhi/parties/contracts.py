"""Values that describe a party, as they are handed in and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xiezhi.identity.contracts import Labelled


class PartyKind(Labelled):
    PERSON = "PERSON", "自然人"
    ORGANISATION = "ORGANISATION", "法人、非法人组织"
    PROCURATORATE = "PROCURATORATE", "人民检察院"
    AGENCY = "AGENCY", "国家机关"


class IdentityKind(Labelled):
    ID_CARD = "ID_CARD", "居民身份证"
    USCC = "USCC", "统一社会信用代码"
    PASSPORT = "PASSPORT", "护照"
    OTHER = "OTHER", "其他证件"


class Sex(Labelled):
    MALE = "MALE", "男"
    FEMALE = "FEMALE", "女"
    UNKNOWN = "UNKNOWN", "未登记"


class Grade(Labelled):
    """How closely a field is kept; a reader is shown fields up to the grade it is cleared for, the rest
    masked.
    """

    PUBLIC = "PUBLIC", "公开"
    INTERNAL = "INTERNAL", "内部"
    PERSONAL = "PERSONAL", "个人信息"
    SECRET = "SECRET", "秘密"

    @property
    def rank(self) -> int:
        return list(Grade).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyInput:
    """A party as a form, an import or a partner gives it. Empty text means not given.

    `name_confirmed`: the person at the keyboard has checked that a name different from the one on file under
    the same identity number is right; the file is then changed.
    """

    kind: PartyKind
    name: str
    identity_kind: IdentityKind | None = None
    identity_number: str = ""
    phone: str = ""
    address: str = ""
    sex: Sex = Sex.UNKNOWN
    born_on: date | None = None
    nationality: str = ""
    legal_representative: str = ""
    is_demo: bool = False
    name_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class PartyCard:
    """A party as one reader may see it; fields above the reader's grade are masked or left out."""

    party_id: int
    kind: PartyKind
    name: str
    identity_kind: str
    identity_number: str
    phone: str
    address: str
    sex: Sex
    born_on: date | None
    nationality: str
    legal_representative: str
    is_demo: bool
    is_masked: bool
