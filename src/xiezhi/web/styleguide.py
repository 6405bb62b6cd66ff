"""Sample values for the style guide: every component in every state. Invented, and only shown there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from xiezhi.web.contracts import DeskDay, DeskItem, DeskRow
from xiezhi.web.rules import desk as desk_rules

NUMBER = "（2026）冀0606民初1234号"


class SampleForm(forms.Form):
    """One field of each kind."""

    plaintiff = forms.CharField(label="原告姓名", max_length=50, help_text="与身份证一致")
    amount = forms.DecimalField(label="诉讼请求金额", min_value=0, help_text="没有金额的，填 0")
    received_on = forms.DateField(label="收到材料日期", help_text="可以直接输入 20261124")
    procedure = forms.ChoiceField(
        label="适用程序", choices=[("", "请选择"), ("S", "简易程序"), ("O", "普通程序")]
    )
    service = forms.ChoiceField(
        label="送达方式",
        choices=[("E", "电子送达"), ("P", "邮寄送达"), ("D", "直接送达")],
        widget=forms.RadioSelect,
    )
    papers = forms.FileField(label="起诉状", required=False)
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="当事人同意电子送达")


@dataclass(frozen=True, slots=True)
class SamplePage:
    """What `foundation.paging` gives a list."""

    next_token: str | None
    previous_token: str | None


def _row(title: str, kind: str, due: date | None, today: date, number: str = NUMBER) -> DeskRow:
    return DeskRow(
        title=title,
        url="#desk",
        case_number=number,
        due_on=due,
        days_left=(due - today).days if due else None,
        kind=kind,
        action_url="#desk",
        action="去办理",
    )


def sample_desk(today: date) -> SimpleNamespace:
    """Return a desk with something in every group."""

    def day(offset: int) -> date:
        return today + timedelta(days=offset)

    rows = [
        _row("向被告送达起诉状副本", "送达", day(-2), today),
        _row("审查延长审限申请", "审批", day(0), today, "（2026）冀06民终58号"),
        _row("确定开庭时间", "开庭", day(3), today, "（2026）冀0606民初1187号"),
        _row("审查立案材料：张某诉某物业公司物业服务合同纠纷", "立案", None, today, ""),
        _row("移送归档", "归档", day(21), today, "（2026）冀0606民初803号"),
    ]
    items = [
        DeskItem(day(0), "开庭：买卖合同纠纷", "#desk", "09:00", "第三法庭", "（2026）冀0606民初1187号"),
        DeskItem(
            day(0), "宣判：机动车交通事故责任纠纷", "#desk", "14:30", "第一法庭", "（2026）冀0606民初803号"
        ),
        DeskItem(day(2), "举证期限届满", "#desk", case_number=NUMBER, is_last_day=True),
    ]
    groups = desk_rules.group(rows)
    days: list[DeskDay] = desk_rules.days(items, since=today)
    return SimpleNamespace(groups=groups, days=days, total=len(rows), today=today)


def samples(request: HttpRequest, *, today: date) -> dict[str, Any]:
    """Return the context of the style guide."""
    noon = timezone.make_aware(datetime.combine(today, time(9, 5)))
    wrong = SampleForm({"plaintiff": "张三", "amount": "-1", "received_on": "2026-02-30", "service": "E"})
    wrong.is_valid()
    return {
        "number": NUMBER,
        "today": today,
        "overdue": today - timedelta(days=3),
        "soon": today + timedelta(days=2),
        "later": today + timedelta(days=58),
        "steps": [
            {"label": "立案次日起算", "on": today - timedelta(days=120), "basis": "民事诉讼法第八十五条"},
            {"label": "普通程序审限六个月", "basis": "民事诉讼法第一百五十二条"},
            {
                "label": "扣除：鉴定期间",
                "days": 35,
                "basis": "最高人民法院关于严格规范民商事案件延长审限和延期开庭问题的规定",
            },
            {"label": "最后一日", "on": today + timedelta(days=58)},
        ],
        "stages": [
            {"label": "立案", "state": "done", "on": today - timedelta(days=40)},
            {"label": "分案", "state": "done", "on": today - timedelta(days=39)},
            {"label": "庭前准备", "state": "done", "on": today - timedelta(days=20)},
            {"label": "开庭审理", "state": "current", "note": "第 2 次"},
            {"label": "裁判", "state": "todo"},
            {"label": "宣判送达", "state": "todo"},
            {"label": "上诉移送", "state": "skipped"},
            {"label": "归档", "state": "todo"},
        ],
        "sample_columns": [
            {"key": "number", "label": "案号", "sort": "number", "fixed": True},
            {"key": "cause", "label": "案由"},
            {"key": "judge", "label": "承办人", "sort": "judge"},
            {"key": "amount", "label": "标的额（元）", "sort": "amount", "numeric": True},
            {"key": "due_on", "label": "审限届满", "sort": "due_on"},
            {"key": "status", "label": "状态"},
            {"key": "docketed_on", "label": "立案日期", "sort": "docketed_on", "hidden": True},
        ],
        "sample_rows": [
            (
                NUMBER,
                "买卖合同纠纷",
                "王敏",
                "128560.5",
                today - timedelta(days=3),
                "开庭审理",
                today - timedelta(days=180),
            ),
            (
                "（2026）冀0606民初1187号",
                "机动车交通事故责任纠纷",
                "王敏",
                "36000",
                today + timedelta(days=2),
                "裁判",
                today - timedelta(days=88),
            ),
            (
                "（2026）冀0606民初803号",
                "离婚纠纷",
                "李建国",
                "0",
                today + timedelta(days=58),
                "庭前准备",
                today - timedelta(days=30),
            ),
        ],
        "middle_page": SamplePage("n", "p"),
        "first_page": SamplePage("n", None),
        "entries": [
            {
                "at": noon,
                "text": "王敏批准延长审限六个月，审限至 2027-01-15。",
                "actor_name": "王敏",
                "actor_title": "院长",
                "url": "#timeline",
                "url_label": "审批表",
            },
            {
                "at": noon - timedelta(days=1),
                "text": "更正：标的额由 12,856.05 元改为 128,560.50 元，原记录保留。",
                "actor_name": "李建国",
                "actor_title": "立案员",
                "correction": True,
            },
            {
                "at": noon - timedelta(days=2),
                "text": f"立案，案号 {NUMBER}。",
                "actor_name": "李建国",
                "actor_title": "立案员",
            },
        ],
        "tabs": [
            {"label": label, "url": "#tabs", "active": label == "概览", "count": count}
            for label, count in (
                ("概览", None),
                ("当事人", 3),
                ("卷宗", 126),
                ("庭审", 2),
                ("文书", 4),
                ("送达", 5),
                ("费用", None),
                ("监督", 0),
                ("记录", 48),
            )
        ],
        "stats": [
            {"label": "未结案件", "value": "63", "unit": "件", "url": "#stats"},
            {"label": "本月结案", "value": "18", "unit": "件"},
            {"label": "逾期", "value": "1", "unit": "件", "tone": "danger", "url": "#stats"},
            {"label": "平均审理", "value": "74", "unit": "天", "note": "参考区间 60 至 110 天"},
        ],
        "facts": [
            {"label": "案由", "value": "买卖合同纠纷"},
            {"label": "适用程序", "value": "普通程序"},
            {"label": "承办法官", "value": "王敏"},
            {"label": "书记员", "value": "赵倩"},
        ],
        "desk": sample_desk(today),
        "empty_desk": SimpleNamespace(groups=[], days=[], total=0, today=today),
        "form": SampleForm(),
        "wrong_form": wrong,
    }
