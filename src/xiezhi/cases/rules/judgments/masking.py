"""Masking of real judgments before they are shown: names as 张某, birth dates, addresses, numbers.

After 法释〔2016〕19号第八条至第十一条, and wider: court people and lawyers are masked too, because masked
judgments serve for demonstration, where nobody need be found again.  Courts, procuratorates, organisations,
case numbers and what happened stay; addresses stay down to the county.  Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from xiezhi.parties.rules.masking import COMPOUND_SURNAMES

_MASKED = re.compile(r"[某×Xx＊*]")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁"
    "韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧"
    "尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林"
    "刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆"
    "荣翁荀羊惠甄曲封芮储靳邴松井段富巫乌焦巴弓牧谷车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉戎武符刘景詹束龙叶"
    "幸司韶黎薄印怀蒲从索赖卓蔺屠蒙池乔阴能苍双闻莘党翟谭贡劳姬申扶冉宰雍桑桂濮牛寿通边扈燕冀浦尚农温"
    "别庄晏柴瞿阎慕连茹习艾鱼容向古易慎戈廖居衡步都耿满弘匡国文寇广阙东沃利蔚越隆师巩聂晁勾敖融冷辛那"
    "简饶曾沙养鞠须丰巢关相查后荆红游竺权盖益公岳帅亢况佟仝肖付代闫覃苑阳揭冼候邝岩涂麦税隋尉原普刀召"
    "谌蹇楚佘撒苟青亓胥"
)
# Words that begin with a surname and are no names.
_WORDS = (
    "宣传 员工 原审 原判 "
    "原告 原系 原任 原籍 原因 于原 陈述 和解 许可 关系 方面 向本 计算 成立 时间 于是 明知  "
    "明确 连同 公安 公司 公诉 任何 平时 经过 经营 经济 时任 相关 关于 后来 万元 安全 单位 全部 应当 "
    "利用 居住 居民 居间 解除 解释 能够 能力 容留 强行 强迫 强制 管理 管辖 文化 文件 东西 高利 高中 "
    "花费 白色 红色 黄色 马上 步行 车辆 车主 国家 通过 通知 包括 包装 包庇 方式 方法 施工 华侨 金额 "
    "金融 水平 平均 常住 从事 从犯 主犯 农民 农村 满族 汉族 回族 东北 广东 广西 江苏 江西 宁夏 云南 "
    "陕西 温州 金华 常州 苏州 徐州 连云 石家 经理 经手 双方 党员 党委 师傅 相互 相识 相继 关押 游戏 "
    "权利 权益 公里 公民 公共 公开 公证 时许 时分 时起 申请 申诉 方便 花园 古城 池塘 林木 林业 毛重 "
    "米处 米远 成年 成本 成员 成功 别人 别墅 宋体 项目 项某 支付 支持 支队 干部 应予 应依 宗教 印章 "
    "印刷 温度 沙发 那里 那天 那么 简单 后因 后经 后于 曾因 曾经 曾于 车某 甘肃 辛苦 边界 连续 连带 "
    "习惯 都是 都有 国有 国土 国际 利益 利润 利息 文书 广场 广告 盛装 牛奶 牛肉 龙头 景区 谷物 全身 "
    "全体 全家 巴士 左右 左手 左侧 左脸 左腿 左眼 石头 石料 农历 安排 安装 乐队 于某 金属 金条 金戒 "
    "金项 黄金 白酒 严重 华为 何时 何地 何某 施救 孔洞 云端 花某 方向 方可 柳树 薛某 雷管 汤料 常见 "
    "常用 时候 康复 余款 余额 余万 余元 元整 平台 平方 米某 明显 明细 计人 计划 成交 谈话 谈判 纪律 "
    "纪检 席位 强奸 路口 路边 路段 路面 江边 童年 颜色 盛放 林地 林场 林权 钟许 高度 高速 高级 夏天 "
    "田地 田里 胡同 万余 支出 支票 经查 经鉴 经审 经本 经法 经现 经民 经其 经被 房屋 房产 房间 房东 "
    "干活 应聘 应付 丁字 单价 单据 包间 包厢 包夜 左边 程序 程度 荣誉 陆续 羊肉 曲线 封存 车牌 车内 "
    "车上 车间 车库 车祸 侯审 全国 全款 秋天 宫颈 武器 武装 符合 司机 司法 印证 怀疑 怀孕 从而 从中 "
    "从轻 从重 索要 索取 池中 阴道 能否 闻讯 党支 劳动 劳务 申报 冉冉 农药 农业 农用 温某 别处 庄稼 "
    "柴油 连夜 艾滋 容器 向其 向他 向被 向公 向法 古玩 易燃 居委 步骤 满意 满足 国道 国税 文字 东侧 "
    "东边 利诱 越过 师某 融资 那个 那些 养殖 关闭 关机 相邻 相片 查明 查获 查询 查封 查看 查扣 查处 "
    "后备 后座 后面 红包 游客 游荡 权限 盖章 公路 公园 公交 况且"
)
_NOT_NAMES = frozenset(_WORDS.split())
_LEADS = (
    "证人|被害人|受害人|检察员|检察官|检察官助理|代理检察员|助理检察员|书记员|书记|主任|厂长|所长|局长|村长|镇长|校长|股东|董事|老公|自称叫|名叫|同案犯|同案人|"
    "同案被告人|被告人|上诉人|原审被告人|原告人|原告|被告|罪犯|违法行为人|吸毒人员|嫖客|卖淫女|"
    "男子|女子|妻子|丈夫|父亲|母亲|儿子|女儿|哥哥|弟弟|姐姐|妹妹|朋友|同学|同事|民警|辅警|"
    "侦查人员|侦查员|驾驶人|乘车人|死者|伤者|受害者|户主|同案|辩护人|代理人|鉴定人|翻译|见证人|"
    "法定代表人|负责人|会计|出纳|老板|经理|供述人|举报人|报案人"
)
_LED = re.compile(
    rf"(?:{_LEADS})"
    r"(?P<names>[\u4e00-\u9fff]{2,3}(?:、[\u4e00-\u9fff]{2,3}){0,30}(?:[和及与][\u4e00-\u9fff]{2,3})?)"
    r"(?=[、，。；：的（(\s和及与等]|证言|陈述|供述|驾驶|证实|辨认|出庭|到庭|在|是|被|将|向|从|到|因|于|犯|对|为)"
)
_TOLD = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<a>[\u4e00-\u9fff]{2,3})(?=[（(](?:另案|已判|在逃|另处|另行|男|女|系|时年|殁年|化名|绰号|身份))"
    r"|(?<=、)(?P<b>[\u4e00-\u9fff]{2,3})(?=[（(](?:另案|已判|在逃|另处|另行|男|女|系|时年|殁年|均))"
    r"|(?:由|致|与|和|向|对|将|被|给|找|叫|让|见)(?P<c>[\u4e00-\u9fff]{2,3})(?=驾驶|死亡|受伤|当场|轻伤|重伤|头部|身体|的证言|的陈述|的供述|签订|借款|购买|联系)"
    r"|(?<![\u4e00-\u9fff])(?P<d>[\u4e00-\u9fff]{2,3})(?=的证言|的陈述|的供述|证言|的辨认|的询问|的讯问)"
)
_ALIAS = re.compile(
    r"(?P<cue>(?:曾用名|又名|别名|化名|原名|乳名|小名|自报名|真名|又称|人称|绰号|外号|浑名|网名|昵称|微信名|QQ名)(?:为|叫|是|：|:|“|\"|『|「)*)(?P<name>[^，。；）)”\"」』、\s]{1,16})"
)
_BIRTH = re.compile(
    r"(?:(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日?)?)?|一九[〇○零一二三四五六七八九]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)(?=[（(]?(?:农历)?[）)]?(?:出?生|，[汉满回蒙藏维壮苗彝土白傣瑶侗哈朝黎][\u4e00-\u9fff]{0,5}族))"
    r"|(?<=出生于)(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?|(?<=[^发产诞]生于)(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?"
    r"|(?<=出生日期)[：:]?\d{4}[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?|(?<=[男女][，,])(?:19|20)\d\d年\d{1,2}月\d{1,2}日"
)
_LOCAL_WORD = (
    r"(?:镇|乡|街道办事处|街道|街办|办事处|村委会|村民委员会|居委会|村|屯|嘎查|苏木|社区|小区|花园|家园|公寓"
    r"|大厦|广场|苑|弄|路|街|巷|大道|胡同|组|社)"
)
_HOUSE = (
    r"(?:[\dA-Za-z一二三四五六七八九十〇○零甲乙丙丁＊*×\-－—]{1,8}"
    r"(?:号楼|号院|号|栋|幢|座|楼|单元|室|层|组|队|门|户|房))"
)
_BELOW_COUNTY = re.compile(
    rf"(?<=[县区市旗盟州])(?:[\u4e00-\u9fff]{{1,10}}?{_LOCAL_WORD})+{_HOUSE}*(?:（[^）]{{0,20}}）)?"
    rf"|{_HOUSE}(?:附近)?{_HOUSE}+|(?:[\u4e00-\u9fff]{{2,8}}(?:路|街|巷|大道|弄))\d{{1,5}}号(?:[\d\-]{{1,6}}(?:室|铺|号))?"
)
_LIVES = re.compile(
    r"(?P<cue>(?:户籍所在地|户籍地址|户籍地|户口所在地|经常居住地|居住地|住所地|住址|住所|家住|现住址|现住|暂住地|暂住|捕前住|案发前住|，住|。住|住于|籍贯)(?:为|在|系|于|：|:)?)"
    r"(?P<address>[^，。；;（）()]{3,60})"
)
_COUNTY = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,9}?(?:自治州|地区|盟|市))?(?:[\u4e00-\u9fff]{1,9}?(?:自治县|自治旗|县|区|市|旗))?"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]\s?[·.]?[A-Z0-9×xX*＊]{4,7}(?:学|警|挂)?"
)
_CODE = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Z]{0,17}\d)[0-9A-Z]{15,20}(?![0-9A-Za-z])")
_NUMBER = re.compile(
    r"(?<![\d.．])\d[\d\-]{6,30}[Xx×*]{0,4}(?![\d])(?!(?:[.．，,]\d+)?\s?(?:余|多)?(?:万|亿|元|克|株|股|立方|平方|公斤|美元|港|吨|张|份|人|次|条|毫|株|颗|粒))"
)
_HALF_MASKED = re.compile(r"[×xX*＊]{2,}\d{2,6}[Xx]?|\d{3,}[×xX*＊]{2,}[\dXx]*")
_LICENCE = re.compile(
    r"(执业证号|律师证号|执业证书号|身份证号码?|公民身份号码|证件号码|护照号码?|号码)(?:为|是|：|:)?\s?[\dA-Za-z×*＊]{5,24}"
)
_DOCKET = re.compile(r"[（(〔\[［﹝](?:19|20)\d\d[）)〕\]］﹞][^，。；、]{1,24}?号")
_LONG = 400_000


def mask_name(name: str) -> str:
    """张伟 as 张某, 欧阳明 as 欧阳某; Latin names and those with a middle dot keep their first character."""
    if not name or _MASKED.search(name):
        return name
    kept = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return name[:kept] + "某"


def mask_address(address: str) -> str:
    """An address down to the county or district."""
    found = _COUNTY.match(address)
    return found.group() if found else ""


class Masker:
    """Masks the texts of one judgment; one person is the same 张某1 in all of them."""

    def __init__(self, texts: Iterable[str], names: Iterable[str]) -> None:
        whole = "\n".join(texts)[:_LONG]
        self._map: dict[str, str] = {}
        used: set[str] = set()
        for name in (*names, *_found_names(whole)):
            if name in self._map or len(name) < 2 or _MASKED.search(name):
                continue
            masked = plain = mask_name(name)
            number = 1
            # 张某 may stand for somebody else in the published text already.
            while masked in used or masked in whole:
                masked = f"{plain}{number}"
                number += 1
            used.add(masked)
            self._map[name] = masked
        longest_first = sorted(self._map, key=len, reverse=True)
        self._names = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def name(self, name: str) -> str:
        """The masked form of a name; 张某 for one that was not known."""
        return self._map.get(name) or self.text(name)

    def text(self, text: str) -> str:
        """The text with what must not be shown replaced."""
        kept: list[str] = []

        def keep(found: re.Match[str]) -> str:
            kept.append(found.group())
            return f"\ue000{len(kept) - 1}\ue001"

        text = _DOCKET.sub(keep, text)
        text = _ALIAS.sub(lambda found: found["cue"] + "××", text)
        if self._names is not None:
            text = self._names.sub(lambda found: self._map[found.group()], text)
        text = _BIRTH.sub("××××年××月××日", text)
        text = _LICENCE.sub(r"\1××", text)
        text = _LIVES.sub(lambda found: found["cue"] + (mask_address(found["address"]) or "××"), text)
        text = _BELOW_COUNTY.sub("××", text)
        text = _PLATE.sub(lambda found: found.group()[0] + "××", text)
        text = _CODE.sub("××", text)
        text = _NUMBER.sub("××", text)
        text = _HALF_MASKED.sub("××", text)
        text = re.sub(r"\ue000(\d+)\ue001", lambda found: kept[int(found.group(1))], text)
        return self._names.sub(lambda found: self._map[found.group()], text) if self._names else text


def _found_names(text: str) -> list[str]:
    """Names of people the head does not list: witnesses, victims, prosecutors."""
    found: dict[str, None] = {}
    lists = [hit["names"] for hit in _LED.finditer(text)]
    lists.extend(next(filter(None, hit.groups())) for hit in _TOLD.finditer(text))
    for listed in lists:
        for name in re.split(r"[、和及与]", listed):
            known = name[:1] in _SURNAMES or name[:2] in COMPOUND_SURNAMES
            if 2 <= len(name) <= 3 and known and name not in _NOT_NAMES and name[:2] not in _NOT_NAMES:
                found.setdefault(name)
    return list(found)


def names_of(facts: Mapping[str, Any]) -> list[str]:
    """Every person's name the facts list: parties, agents, court people."""
    listed = [
        *(
            party["name"]
            for party in facts.get("participants") or ()
            if party.get("kind", "PERSON") == "PERSON"
        ),
        *(agent["name"] for agent in facts.get("agents") or ()),
        *(member["name"] for member in facts.get("panel") or ()),
        facts.get("clerk") or "",
        *(facts.get("other_clerks") or ()),
        *(facts.get("assistants") or ()),
    ]
    return [name for name in dict.fromkeys(listed) if name]


def mask_judgment(text: str, facts: Mapping[str, Any]) -> str:
    """The text of a judgment, masked; `facts` are those read from it, as JSON."""
    return Masker([text], names_of(facts)).text(text)


def mask_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a judgment, masked throughout: names, sections, birth dates, addresses."""
    sections = dict(facts.get("sections") or {})
    masker = Masker(sections.values(), names_of(facts))
    masked = dict(facts)
    masked["participants"] = [
        dict(party)
        | {
            "name": masker.name(party["name"]),
            "birth": None,
            "address": mask_address(party.get("address") or "") or None,
        }
        for party in facts.get("participants") or ()
    ]
    masked["agents"] = [
        dict(agent)
        | {
            "name": masker.name(agent["name"]),
            "for": [masker.name(name) for name in agent.get("for") or ()],
            "firm": masker.text(agent["firm"]) if agent.get("firm") else None,
        }
        for agent in facts.get("agents") or ()
    ]
    masked["panel"] = [
        dict(member) | {"name": masker.name(member["name"])} for member in facts.get("panel") or ()
    ]
    for key in ("other_clerks", "assistants"):
        masked[key] = [masker.name(name) for name in facts.get(key) or ()]
    masked["clerk"] = masker.name(facts["clerk"]) if facts.get("clerk") else None
    masked["fees"] = [
        dict(fee) | {"borne_by": [masker.name(name) for name in fee.get("borne_by") or ()]}
        for fee in facts.get("fees") or ()
    ]
    masked["sections"] = {part: masker.text(text) for part, text in sections.items()}
    return masked
