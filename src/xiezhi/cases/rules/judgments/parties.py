"""Parties and those who act for them, from the paragraphs between the head and the course of proceedings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from xiezhi.cases.rules.judgments import dates, names, roles
from xiezhi.cases.rules.judgments.facts import Agent, Participant

_COURSE = re.compile(
    r"(?:(?:经[\u4e00-\u9fff]{4,40}法院(?:决定)?指定(?:管辖)?[，,])?"
    r"[\u4e00-\u9fff、]{2,60}检察院(?:第[一二三四五六]分院)?(?:于.{4,12}日?)?(?:以|指控|提起|向本院|因|就|依法|认为|起诉|审查)"
    r"|[\u4e00-\u9fff]{2,40}检察院[\u4e00-\u9fff]{1,12}[（(〔［\[【](?:19|20)\d\d[）)〕］\]】][^，。]{1,12}号(?:起诉书)?[，,]?(?:指控|起诉)"
    r"|(?:公诉机关|[\u4e00-\u9fff×XＸ]{2,20})[^，。]{0,30}(?:以|指控)[^。]{0,80}起诉书"
    r"|(?:公诉机关|抗诉机关)[^，。]{0,12}(?:认为|指控|向法庭|提供|当庭)"
    r"|关于[^。]{2,200}?(?:一案|纠纷)|本案(?:在|由|于|因)"
    r"|(?:控辩意见|审理认定|(?:本院)?经审理|案件由来|审理经过|诉讼记录)"
    r"|[\u4e00-\u9fff]{2,40}(?:法院)(?:审理|受理|于|依据|作出|在|对|就|执行|认为|以)"
    r"|(?:19|20)\d\d年\d{1,2}月\d{1,2}日[，,](?:本院|申请人|起诉人|原告|上诉人)"
    r"|[^，。；：:]{2,80}(?:与|诉)[^。；：:]{2,160}?(?<!另)一案[，,]"
    r"|(?:在)?本院(?:于|在执行|执行|在|受理|依据|审理|根据|立案|依法|依照|执行|作出|经|认为|查明|收到|另查|对|以)"
    r"|(?:上列|上述|以上|前述)[^，。]{0,20}(?:一案|纠纷)"
    r"|(?:执行机关|刑罚执行机关|报请机关)[^。]{0,60}(?:以|于|提出|报请|建议)"
    r"|(?:现已|本案现已)审理终结)"
)
_ROLE_COURSE = re.compile(
    r"(?:[^，。；]{1,60}一案(?!件)|(?:(?:与|诉|和|因与|不服|控告|申请|犯|涉嫌|告)[^。]{0,260}?(?:一案|两案|二案|纠纷案|纠纷，|上诉案)"
    r"|[^。]{0,40}?(?:向本院(?:提出|提起|申请|起诉)|不服[^。]{0,60}(?:判决|裁定|决定))))"
)
_SAYS = re.compile(r"[^，,。；：:（(]{2,40}?(?:诉|辩|述|申请复议|申请再审|上诉)?称[，,：:]")
_DETAILS = re.compile(
    r"[，（(](?:男|女|汉族|住|住所|统一社会|\d{4}年\d{1,2}月\d{1,2}日(?:出)?生|出生|户籍|公民身份|法定代表人|系)"
)
_BREAK = re.compile(
    r"(?<=[。；;])(?=[\u4e00-\u9fff]{2,40}检察院以[^，。]{2,40}起诉书)"
    rf"|(?<=[。；;])(?=(?:{roles.ROLE})(?:（[^）]{{2,30}}）)?[：:]?[\u4e00-\u9fff·×某]{{2,40}}?[，（(。]"
    rf"|(?:指定|委托)?(?:辩护人|(?:委托)?诉讼代理人|委托代理人|法定代表人|法定代理人|负责人)(?:（[^）]{{2,8}}）)?[：:]?[\u4e00-\u9fff·]{{2,12}}[，、。])"
)
_FIRM = re.compile(
    r"[\u4e00-\u9fff（）()·×＊*某XxＸ]{2,40}?(?:律师事务所|律师所|法律援助中心|法律援助处|法律援助工作站|法律服务所|法律服务中心)(?:（[\u4e00-\u9fff]{2,8}）)?"
)
_BORN = re.compile(r"(?:生于|出生于|[，,（(])?(?P<when>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)(?:出?生)?")
_ETHNIC = re.compile(r"[，,；]([\u4e00-\u9fff]{1,8}族)(?=[，,。；])")
_SEX = re.compile(r"[，,（(]([男女])(?:性)?(?=[，,。；）)]|\d|出生)")
_ADDRESS = re.compile(
    r"(?:住所地|住所|住址|现住址|现住|户籍所在地|户籍地|(?:主要)?(?:经营|营业)场所|住(?![址所]))(?:地)?(?:为|在|：|:)?(?!同上)"
    r"([^，,。；;（(]{2,60})"
)
_DETAINED = re.compile(
    r"现(?:被)?(?:羁押|关押|押|在押|收押)(?:于|在|[\u4e00-\u9fff]{2,20}看守所)|现在[^，。]{2,20}(?:看守所|监狱)(?:羁押|服刑)"
)
_RELEASED = re.compile(r"现(?:已)?(?:取保候审|被取保|监视居住|在家)")
_ROLE_IN_BRACKET = re.compile(
    r"原审|原告|被告|第三人|上诉|自诉|申请|执行|代理|辩护|被害|异议|案外|利害|赔偿|反诉|监护|申诉|单位|债"
)
_ONLY_ROLE = re.compile(rf"(?:{roles.ROLE}|{roles.AGENT})(?:[（(][^（）()]{{1,40}}[）)])?[：:]?")
_NOT_A_NAME = re.compile(
    r"(?:的|均|对|已|未经|未在|经审|经法|当庭|到庭|出庭|提出|辩称|委托|及其|在庭|在开|在本|不|无|犯|因|发现|如[有不果]|应当|可以|自[收本]|曾[因于用]|与|构成|律师|以上|以下|和其|为证|认为|指控|刑满)"
)
_AFTER_NAME = re.compile(
    r"(?:的|均|对|已|未|经|当庭|到庭|出庭|提出|辩称|委托|及其|在|不|无|犯|曾|与|构成|以|和|为|认为|刑满|归案|取得|明知|违反|被控|涉嫌|系|因|于|供述)"
)
_ACTS_FOR = re.compile(
    r"(?P<of>[^，。；：:]{2,80}?)(?:之|的)?(?:共同|共同委托|特别授权|委托)?(?:的)?"
    r"(?P<agent>法定代理人|委托诉讼代理人|诉讼代理人|委托代理人|代理人|辩护人|诉讼代表人)(?!的)[：:]?(?P<who>[^，。；：:]{2,30})"
)
_PROSECUTOR = re.compile(
    r"[\u4e00-\u9fff×XＸ\s]{2,30}?检察院(?:[\u4e00-\u9fff]{2,8}分院|第[一二三四五六]分院)?"
)
_NUMERALS = "〇一二三四五六七八九十"
_COUNTED = re.compile(r"([二三四五六七八九十])[位名]?(?:附带|被告|原告|上诉|申请|被上诉|被害)")
_SHARED = re.compile(
    r"共同|以上|上述|上列|[一二两三四五六七八九十]{1,3}[位名]?(?:被告|原告|上诉|附带|申请|被上诉)"
)
_PROSECUTION = re.compile(r"(?:原?(?:公诉|抗诉)|申请)机关")
_ANOTHER = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,4})(?P<details>[，,][男女][，,].+)", re.DOTALL)
_INLINE = re.compile(
    r"[，,。；;](?P<role>法定代表人|主要负责人|负责人|经营者|投资人|执行事务合伙人)(?:为|是|系)?[：:]?"
    r"(?P<name>[\u4e00-\u9fff·]{2,4})(?=[，,。；;、（(]|$)"
)
MAX_PARTIES = 400


def split_lines(pieces: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Paragraphs, those that run several parties together taken apart and a role left alone joined up."""
    lines: list[tuple[int, str]] = []
    for at, piece in pieces:
        cuts = [0, *(found.start() for found in _BREAK.finditer(piece)), len(piece)]
        for start, end in pairwise(cuts):
            if end > start:
                lines.append((at + start, piece[start:end]))
    joined: list[tuple[int, str]] = []
    for at, line in lines:
        if joined and (_ONLY_ROLE.fullmatch(joined[-1][1]) or _hangs(joined[-1][1])):
            joined[-1] = (joined[-1][0], joined[-1][1] + line)
        else:
            joined.append((at, line))
    return joined


def _hangs(line: str) -> bool:
    """被告人张 三，男: a name torn apart by a space."""
    if len(line) > 24:
        return False
    if _PROSECUTION.match(line) and "检察" not in line and "。" not in line:
        return True
    party = roles.PARTY_LINE.fullmatch(line)
    return party is not None and len(party["rest"]) == 1


def is_course(line: str, civil: bool) -> bool:
    """Whether the line begins the course of proceedings (案件由来和审理经过)."""
    if _COURSE.match(line):
        return True
    pattern = roles.CIVIL_PARTY_LINE if civil else roles.PARTY_LINE
    party = pattern.match(line)
    if party is None or (party["role"] in ("公诉机关", "抗诉机关") and len(line) < 40):
        return False
    rest = party["rest"]
    if _SAYS.match(rest):
        return True
    if _DETAILS.search(rest[:60]):
        return False
    found = _ROLE_COURSE.search(rest[:420])
    return found is not None and found.start() < 90


def read_parties(
    lines: Sequence[tuple[int, str]], *, civil: bool
) -> tuple[tuple[Participant, ...], tuple[Agent, ...], int]:
    """Participants and agents in the order of the document, and how many lines were theirs."""
    parties: list[Participant] = []
    agents: list[Agent] = []
    pattern = roles.CIVIL_PARTY_LINE if civil else roles.PARTY_LINE
    used = 0
    follows_party = False
    beside: tuple[str, ...] = ()
    for number, (_at, line) in enumerate(lines):
        if (parties or number > 3) and is_course(line, civil):
            break
        if len(parties) > MAX_PARTIES or number > 2 * MAX_PARTIES:
            break
        used = number + 1
        is_party = False
        if agent := roles.AGENT_LINE.match(line):
            agents.extend(_agents(agent, parties, beside))
        elif party := pattern.match(line):
            is_party = True
            if acting := _ACTS_FOR.match(party["rest"]):
                _add_with_agent(parties, agents, party, acting)
            else:
                known = len(parties)
                _add(parties, party)
                beside = tuple(one.name for one in parties[known:])
                agents.extend(_agents_inline(party["rest"], parties))
        elif follows_party and (another := _ANOTHER.match(line)):
            is_party = True
            _add_beside(parties, another)
        elif parties and len(line) < 1500:
            _detail(parties, line)
            is_party = follows_party
        follows_party = is_party
    return tuple(parties), tuple(agents), used


def _add(parties: list[Participant], found: re.Match[str]) -> None:
    rest, role, inner = found["rest"], found["role"], found["inner"]
    rest, role = _repair(rest, role)
    if _PROSECUTION.fullmatch(role):
        organ = _PROSECUTOR.match(rest)
        if organ is None and not re.match(r"[\u4e00-\u9fff]{0,10}[×XＸ]", rest):
            return
        rest = re.sub(r"\s|^中华人民共和国", "", organ.group()) if organ else rest
    cut, after = names.cut_names(rest)
    if not cut:
        return
    others = [word.group() for word in roles.ROLE_WORD.finditer(found["more"] or "")]
    original = inner if inner and _ROLE_IN_BRACKET.search(inner) else None
    behind = re.match(r"[（(]([^（）()]{2,40})[）)]", after)
    if original is None and behind and roles.ROLE_WORD.match(behind.group(1)):
        original = behind.group(1)
    for name in cut:
        known = next((i for i, p in enumerate(parties) if p.name == name), None)
        if known is not None:
            if role != parties[known].role and role not in parties[known].other_roles:
                parties[known] = replace(parties[known], other_roles=(*parties[known].other_roles, role))
            _detail_at(parties, known, after)
            continue
        starts = next((i for i, p in enumerate(parties) if name.startswith(p.name) and len(p.name) > 1), None)
        # 谢某均 is another than 谢某; 谢某均已 is a sentence.
        if starts is not None and _is_sentence(name[len(parties[starts].name) :]):
            _detail_at(parties, starts, rest)
            continue
        if names.kind_of(name) == "PERSON" and (len(name) > 30 or _NOT_A_NAME.match(name)):
            continue
        parties.append(
            Participant(
                name=name,
                role=role,
                kind="PROCURATORATE" if _PROSECUTION.fullmatch(role) else names.kind_of(name),
                original_role=original,
                other_roles=tuple(dict.fromkeys(others)),
            )
        )
        _detail_at(parties, len(parties) - 1, after)


def _is_sentence(behind: str) -> bool:
    return len(behind) > 1 and _AFTER_NAME.match(behind) is not None


def _add_beside(parties: list[Participant], found: re.Match[str]) -> None:
    """林某，男，汉族…: one more party of the standing of the one before, its role word forgotten."""
    if any(party.name == found["name"] for party in parties):
        return
    parties.append(
        Participant(
            name=found["name"],
            role=parties[-1].role,
            kind="PERSON",
            original_role=parties[-1].original_role,
        )
    )
    _detail(parties, found["details"])


def _add_with_agent(
    parties: list[Participant], agents: list[Agent], found: re.Match[str], acting: re.Match[str]
) -> None:
    """附带民事诉讼原告人罗某、卢某的诉讼代理人周某: an agent named together with those it acts for."""
    of, _ = names.cut_names(acting["of"])
    who, _ = names.cut_names(acting["who"])
    for name in of:
        same = [party for party in parties if party.role == found["role"] and party.name[0] == name[0]]
        # 卢绍荣 beside 卢某 is a name the publisher forgot to mask, not another party.
        if not any(party.name == name or "某" in party.name for party in same) and names.PERSON.fullmatch(
            name
        ):
            parties.append(Participant(name=name, role=found["role"], kind="PERSON"))
    firm = _FIRM.search(found["rest"][acting.end() : acting.end() + 100])
    agents.extend(
        Agent(
            name=name,
            role=acting["agent"],
            acts_for=tuple(of),
            firm=firm.group().lstrip("系为均") if firm else None,
        )
        for name in who
        if not _NOT_A_NAME.match(name)
    )


def _repair(rest: str, role: str) -> tuple[str, str]:
    """附带民事诉讼被告人寿公司 is the defendant 人寿公司; 被告人民政府 the defendant 人民政府."""
    if role.endswith(("被告人", "原告人")) and re.match(
        r"(?:寿|保|民政府|民财|民医|民法院|民公社|力资源|社局)", rest
    ):
        return "人" + rest, role[:-1]
    return rest, role


def _detail(parties: list[Participant], text: str) -> None:
    _detail_at(parties, len(parties) - 1, text)


def _detail_at(parties: list[Participant], place: int, text: str) -> None:
    party = parties[place]
    detained = party.detained or (_DETAINED.search(text) is not None and _RELEASED.search(text) is None)
    if party.kind != "PERSON":
        address = party.address or _first(_ADDRESS, text)
        parties[place] = replace(party, address=address)
        return
    born = party.born_on
    if (
        born is None
        and (found := _BORN.search(text[:160]))
        and ("生" in text[found.start() : found.end() + 12])
    ):
        written = dates.WRITTEN.match(found["when"])
        born = dates.from_match(written) if written else None
    parties[place] = replace(
        party,
        sex=party.sex or _first(_SEX, "，" + text[:160] if text[:1] in "男女" else text[:160]),
        born_on=born,
        ethnicity=party.ethnicity or _first(_ETHNIC, text[:240]),
        address=party.address or _plain_address(_first(_ADDRESS, text[:600])),
        detained=detained,
    )


def _plain_address(address: str | None) -> str | None:
    return (
        re.sub(r"^(?:同)?(?:捕前|案发前|现)?(?:住址|居住地|住)(?:同上)?(?:为)?", "", address) or None
        if address
        else None
    )


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group(1) if found else None


def _agents(
    found: re.Match[str], parties: Sequence[Participant], beside: tuple[str, ...] = ()
) -> list[Agent]:
    """Those the line names, for the party before them: for all where several shared one line."""
    role, rest = found["agent"].removeprefix("共同"), found["rest"]
    if rest.startswith("为"):
        return []
    cut, after = names.cut_names(rest)
    cut = [
        name for name in cut if not _FIRM.fullmatch(name) and not _NOT_A_NAME.match(name) and len(name) < 24
    ]
    if not cut:
        return []
    firm = _FIRM.search(after[:120])
    acts_for = _acts_for(found.group()[: found.start("rest") - found.start()], parties)
    if len(beside) > 1 and acts_for == beside[-1:]:
        acts_for = beside
    made = firm.group().lstrip("）)（(系为均") if firm else None
    return [Agent(name=name, role=role, acts_for=acts_for, firm=made) for name in cut]


def _agents_inline(rest: str, parties: Sequence[Participant]) -> list[Agent]:
    """原告某皮草行，经营者许行，男…: who speaks for an organisation, in the line of the party itself."""
    found = _INLINE.search(rest[:300]) if parties and parties[-1].kind == "ORGANISATION" else None
    return [Agent(name=found["name"], role=found["role"], acts_for=(parties[-1].name,))] if found else []


def _acts_for(words: str, parties: Sequence[Participant]) -> tuple[str, ...]:
    represented = [party for party in parties if not _PROSECUTION.fullmatch(party.role)]
    if not represented:
        return ()
    if _SHARED.search(words):
        role = represented[-1].role
        group = []
        for party in reversed(represented):
            if party.role != role:
                break
            group.append(party.name)
        group.reverse()
        # 上述二被害人: as many as are counted, the nearest ones.
        counted = _COUNTED.search(words)
        return tuple(group[-_NUMERALS.index(counted[1]) :] if counted else group)
    return (represented[-1].name,)
