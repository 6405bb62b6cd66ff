"""Values that the case room shares with the rooms above it."""

from __future__ import annotations

from xiezhi.identity.contracts import Labelled as Labelled


class Category(Labelled):
    """The great branches of court work; each counts its limits under its own procedural law."""

    CIVIL = "CIVIL", "民事"
    CRIMINAL = "CRIMINAL", "刑事"
    ADMINISTRATIVE = "ADMINISTRATIVE", "行政"
    COMPENSATION = "COMPENSATION", "国家赔偿"
    PRESERVATION = "PRESERVATION", "保全"
    ENFORCEMENT = "ENFORCEMENT", "执行"
    MEDIATION = "MEDIATION", "诉前调解"


class Stage(Labelled):
    """Where a case stands between docketing and archive."""

    DOCKETED = "DOCKETED", "立案"
    ASSIGNED = "ASSIGNED", "分案"
    PREPARING = "PREPARING", "庭前准备"
    HANDLING = "HANDLING", "办理"
    HEARING = "HEARING", "开庭审理"
    DECIDED = "DECIDED", "裁判"
    PRONOUNCED = "PRONOUNCED", "宣判送达"
    CLOSED = "CLOSED", "结案"
    APPEALED = "APPEALED", "上诉移送"
    EFFECTIVE = "EFFECTIVE", "生效"
    ARCHIVED = "ARCHIVED", "归档"


class ParticipantRole(Labelled):
    """Standing of a party in one case; the Chinese term is the one court papers print."""

    PLAINTIFF = "PLAINTIFF", "原告"
    DEFENDANT = "DEFENDANT", "被告"
    THIRD_PARTY = "THIRD_PARTY", "第三人"
    APPELLANT = "APPELLANT", "上诉人"
    APPELLEE = "APPELLEE", "被上诉人"
    ORIGINAL_PARTY = "ORIGINAL_PARTY", "原审当事人"
    APPLICANT = "APPLICANT", "申请人"
    RESPONDENT = "RESPONDENT", "被申请人"
    RETRIAL_APPLICANT = "RETRIAL_APPLICANT", "再审申请人"
    PROSECUTOR = "PROSECUTOR", "公诉机关"
    PROTESTER = "PROTESTER", "抗诉机关"
    ACCUSED = "ACCUSED", "被告人"
    PRIVATE_PROSECUTOR = "PRIVATE_PROSECUTOR", "自诉人"
    VICTIM = "VICTIM", "被害人"
    CIVIL_PLAINTIFF = "CIVIL_PLAINTIFF", "附带民事诉讼原告人"
    CLAIMANT = "CLAIMANT", "赔偿请求人"
    COMPENSATION_ORGAN = "COMPENSATION_ORGAN", "赔偿义务机关"
    ENFORCEMENT_APPLICANT = "ENFORCEMENT_APPLICANT", "申请执行人"
    ENFORCEMENT_RESPONDENT = "ENFORCEMENT_RESPONDENT", "被执行人"
    OBJECTOR = "OBJECTOR", "异议人"
    OTHER = "OTHER", "其他参加人"


class AgentKind(Labelled):
    """Who acts for a participant (民事诉讼法第六十条至第六十二条，刑事诉讼法第三十三条)."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", "法定代表人"
    STATUTORY_AGENT = "STATUTORY_AGENT", "法定代理人"
    LAWYER = "LAWYER", "委托诉讼代理人（律师）"
    LEGAL_WORKER = "LEGAL_WORKER", "委托诉讼代理人（基层法律服务工作者）"
    RELATIVE = "RELATIVE", "委托诉讼代理人（近亲属）"
    EMPLOYEE = "EMPLOYEE", "委托诉讼代理人（工作人员）"
    RECOMMENDED = "RECOMMENDED", "委托诉讼代理人（社区、单位推荐）"
    DEFENDER = "DEFENDER", "辩护人"
    LEGAL_AID = "LEGAL_AID", "指定辩护人（法律援助）"


class Authority(Labelled):
    """How far an agent may bind the participant; special authority must be named (民事诉讼法第六十二条)."""

    GENERAL = "GENERAL", "一般授权"
    SPECIAL = "SPECIAL", "特别授权"


class TeamRole(Labelled):
    """Standing of a court person in the team of a case."""

    JUDGE_IN_CHARGE = "JUDGE_IN_CHARGE", "承办法官"
    PRESIDING_JUDGE = "PRESIDING_JUDGE", "审判长"
    PANEL_JUDGE = "PANEL_JUDGE", "审判员"
    ASSESSOR = "ASSESSOR", "人民陪审员"
    ASSISTANT = "ASSISTANT", "法官助理"
    CLERK = "CLERK", "书记员"
    ENFORCEMENT_OFFICER = "ENFORCEMENT_OFFICER", "执行员"


class ApplicationStatus(Labelled):
    """Life of an application for docketing."""

    SUBMITTED = "SUBMITTED", "待审查"
    CORRECTION_REQUESTED = "CORRECTION_REQUESTED", "待补正"
    RESUBMITTED = "RESUBMITTED", "已补正待审查"
    ACCEPTED = "ACCEPTED", "已立案"
    REFUSED = "REFUSED", "不予受理"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class Channel(Labelled):
    """How an application reached the court."""

    HALL = "HALL", "诉讼服务大厅"
    WEB = "WEB", "网上立案"
    HOTLINE = "HOTLINE", "12368"
    MOBILE = "MOBILE", "移动端"
    CIRCUIT = "CIRCUIT", "巡回、基层站点"
    KIOSK = "KIOSK", "24小时自助"
    TRANSFER = "TRANSFER", "移送、上级交办"
    PROCURATORATE = "PROCURATORATE", "检察院移送"


class AssignmentMode(Labelled):
    RANDOM = "RANDOM", "随机分案"
    MANUAL = "MANUAL", "指定分案"


class RequestKind(Labelled):
    """What a request for approval asks for."""

    EXTENSION = "EXTENSION", "延长审限"
    EXCLUSION = "EXCLUSION", "扣除审限"
    SUSPENSION = "SUSPENSION", "中止诉讼"
    CONVERSION = "CONVERSION", "变更程序"
    JUDGE_CHANGE = "JUDGE_CHANGE", "变更承办人"
    RECUSAL = "RECUSAL", "回避"
    MERGE = "MERGE", "合并审理"
    SPLIT = "SPLIT", "分案审理"
    TRANSFER = "TRANSFER", "移送管辖"


class RequestStatus(Labelled):
    PENDING = "PENDING", "待审批"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "不批准"
    WITHDRAWN = "WITHDRAWN", "已撤回"


class ClockKind(Labelled):
    EXCLUSION = "EXCLUSION", "扣除"
    SUSPENSION = "SUSPENSION", "中止"
    EXTENSION = "EXTENSION", "延长"
    CONVERSION = "CONVERSION", "转换程序"


class DocumentType(Labelled):
    """Kind of paper that ends or moves a case (诉讼文书公开业务标准)."""

    JUDGMENT = "JUDGMENT", "判决书"
    RULING = "RULING", "裁定书"
    MEDIATION_STATEMENT = "MEDIATION_STATEMENT", "调解书"
    DECISION = "DECISION", "决定书"
    PAYMENT_ORDER = "PAYMENT_ORDER", "支付令"
    NOTICE = "NOTICE", "通知书"
    RECORD = "RECORD", "笔录"


class ServiceMode(Labelled):
    """Modes of service (民事诉讼法第八十七条至第九十五条)."""

    DIRECT = "DIRECT", "直接送达"
    LEFT = "LEFT", "留置送达"
    ELECTRONIC = "ELECTRONIC", "电子送达"
    POST = "POST", "邮寄送达"
    ANNOUNCEMENT = "ANNOUNCEMENT", "公告送达"
    FORWARDED = "FORWARDED", "转交送达"
    ENTRUSTED = "ENTRUSTED", "委托送达"


class LinkKind(Labelled):
    PRIOR = "PRIOR", "前审案件"
    LATER = "LATER", "后续案件"
    MERGED = "MERGED", "合并审理"
    SPLIT = "SPLIT", "分案审理"
    TRANSFERRED = "TRANSFERRED", "移送管辖"
    RELATED = "RELATED", "关联案件"


class CaseSource(Labelled):
    NATIVE = "NATIVE", "本系统"
    IMPORTED = "IMPORTED", "导入"
