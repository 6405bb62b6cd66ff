"""Invented names, identity numbers, phones and addresses.  Pure: the same generator state gives the same
values.

Nobody is meant.  The identity numbers have valid check characters, because the product refuses others,
but they cannot
belong to anyone: the area code 139900 was never given to a county, and the credit codes are of the area
139900 too.
Phone numbers begin with 1990000, a block without subscribers (assumption).
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from xiezhi.parties.rules import numbers

#: Surnames by how common they are (公安部户政管理研究中心《二〇二〇年全国姓名报告》 for the order; the
#: weights are rounded).
_SURNAMES = (
    ("王", 72), ("李", 71), ("张", 68), ("刘", 52), ("陈", 45), ("杨", 31), ("黄", 22), ("赵", 22),
    ("吴", 20), ("周", 20), ("徐", 15), ("孙", 15), ("马", 14), ("朱", 13), ("胡", 12), ("郭", 12),
    ("何", 12), ("林", 11), ("罗", 10), ("高", 10), ("郑", 9), ("梁", 8), ("谢", 8), ("宋", 7), ("唐", 7),
    ("许", 7), ("韩", 7), ("邓", 6), ("冯", 6), ("曹", 6), ("彭", 5), ("曾", 5), ("肖", 5), ("田", 5),
    ("董", 5), ("潘", 5), ("袁", 5), ("蔡", 5), ("蒋", 5), ("余", 5), ("于", 5), ("杜", 5), ("叶", 4),
    ("程", 4), ("魏", 4), ("苏", 4), ("吕", 4), ("丁", 4), ("任", 4), ("卢", 4), ("姚", 4), ("沈", 4),
    ("钟", 4), ("姜", 4), ("崔", 4), ("谭", 4), ("陆", 3), ("范", 3), ("汪", 3), ("廖", 3), ("石", 3),
    ("金", 3), ("韦", 3), ("贾", 3), ("夏", 3), ("付", 3), ("方", 3), ("邹", 3), ("熊", 3), ("白", 3),
    ("孟", 3), ("秦", 3), ("邱", 3), ("侯", 3), ("江", 3), ("尹", 3), ("薛", 3), ("闫", 3), ("段", 3),
    ("雷", 3), ("龙", 2), ("黎", 2), ("史", 2), ("陶", 2), ("贺", 2), ("毛", 2), ("郝", 2), ("顾", 2),
    ("龚", 2), ("邵", 2), ("万", 2), ("覃", 2), ("武", 2), ("钱", 2), ("戴", 2), ("严", 2), ("莫", 2),
    ("孔", 2), ("向", 2), ("常", 2), ("欧阳", 1), ("上官", 1), ("司徒", 1), ("诸葛", 1),
)  # fmt: skip
SURNAMES = tuple(name for name, _weight in _SURNAMES)
_POOL = tuple(name for name, weight in _SURNAMES for _n in range(weight))
_FIRST_MALE = "建志国文海永明德立学振宏俊少家向世新东玉金晓春长树福景广泽嘉承宇浩子思一"
_LAST_MALE = "军华明强伟平刚涛杰峰辉亮勇超鹏斌波宁龙毅林山成东利民生祥安康达远航博轩"
_FIRST_FEMALE = "丽秀玉淑桂晓雅春海文美慧红金小凤月佳思梦雨欣静若婉诗"
_LAST_FEMALE = "英芳娟敏静霞燕玲萍红艳梅琳洁颖莉雪丹婷倩晴琪瑶妍涵怡"
_TOWNS = (
    "启明镇", "和顺镇", "柳泉镇", "清河口镇", "石桥镇", "青禾乡", "白露乡", "南屏街道", "北苑街道",
    "长宁街道", "望河街道", "东篱乡", "双槐镇", "云台镇", "沙岭乡", "芦花乡",
)  # fmt: skip
_ROADS = ("建安路", "同心路", "长青路", "望都巷", "和平里", "兴学街", "泰和街", "朝晖路", "文化里", "育才街")
_FIRM_WORDS = (
    "恒昌", "瑞丰", "鑫源", "华茂", "盛通", "永泰", "德馨", "嘉禾", "宏远", "联创", "天泽", "百川", "金桥",
    "启航", "顺达", "安居", "博众", "润禾", "中冀", "丰沃", "锦程", "明道", "万合", "佳木", "广源", "汇智",
    "海纳", "立信",
)  # fmt: skip
_FIRM_TAILS = ("源", "达", "盛", "隆", "和", "通", "嘉", "泰", "宇", "诚", "兴", "远", "")
_TRADES = (
    ("房地产开发", 8), ("建筑工程", 12), ("商贸", 14), ("物业服务", 12), ("汽车销售服务", 5),
    ("小额贷款", 6), ("食品", 6), ("机械制造", 6), ("运输", 8), ("劳务", 8), ("科技", 8), ("装饰工程", 5),
    ("农业开发", 4), ("纺织", 5),
)  # fmt: skip
_TRADE_POOL = tuple(trade for trade, weight in _TRADES for _n in range(weight))
_LAW_FIRMS = tuple(
    f"河北{word}律师事务所"
    for word in ("衡正", "明律", "知止", "同尘", "燕南", "方圆里", "持衡", "公信达", "直谅")
)
_LEGAL_SERVICES = ("启明法律服务所", "和顺法律服务所", "石桥法律服务所")
_UNGIVEN_AREA = "139900"
_OLDEST = date(1955, 1, 1)
_BIRTH_DAYS = (date(2003, 12, 31) - _OLDEST).days


def person(rng: Random, *, male: bool) -> str:
    """Return an invented name of two or three characters (four with a compound surname)."""
    first, last = (_FIRST_MALE, _LAST_MALE) if male else (_FIRST_FEMALE, _LAST_FEMALE)
    surname = _POOL[int(rng.random() * len(_POOL))]
    end = last[int(rng.random() * len(last))]
    if rng.random() < 0.22:
        return surname + end
    return surname + first[int(rng.random() * len(first))] + end


def company(rng: Random, place: str) -> str:
    """Return an invented company: place, word, trade, form."""
    word = _FIRM_WORDS[int(rng.random() * len(_FIRM_WORDS))]
    tail = _FIRM_TAILS[int(rng.random() * len(_FIRM_TAILS))]
    trade = _TRADE_POOL[int(rng.random() * len(_TRADE_POOL))]
    if tail and tail in word:
        tail = ""
    return f"{place}{word}{tail}{trade}有限公司"


def law_firm(rng: Random) -> str:
    """Return an invented law firm."""
    return rng.choice(_LAW_FIRMS)


def legal_service(rng: Random) -> str:
    """Return an invented grassroots legal service office."""
    return rng.choice(_LEGAL_SERVICES)


def birthday(serial: int) -> date:
    """Return the birthday of the person with this serial: somebody of age, days spread over the years."""
    return _OLDEST + timedelta(days=serial * 7919 % _BIRTH_DAYS)


def id_card(serial: int, *, male: bool) -> str:
    """Return the identity number of the person with this serial, of the area that was never given.

    Different serials below 8.9 million give different numbers, all with valid check characters.
    """
    order = serial // _BIRTH_DAYS % 500 * 2 + (1 if male else 0)
    first = f"{_UNGIVEN_AREA}{birthday(serial):%Y%m%d}{order:03d}"
    return first + numbers.id_card_check_character(first)


def credit_code(serial: int) -> str:
    """Return a unified social credit code with a valid check character; different serials give different
    codes.
    """
    first = f"91{_UNGIVEN_AREA}{serial:09d}"
    return first + numbers.credit_code_check_character(first)


def phone(rng: Random) -> str:
    """Return a phone number of the unused block."""
    return f"1990000{int(rng.random() * 10000):04d}"


def address(rng: Random, place: str) -> str:
    """Return an invented address in a place: town and road exist nowhere there."""
    town = _TOWNS[int(rng.random() * len(_TOWNS))]
    road = _ROADS[int(rng.random() * len(_ROADS))]
    return f"河北省保定市{place}{town}{road}{int(rng.random() * 300) + 1}号"
