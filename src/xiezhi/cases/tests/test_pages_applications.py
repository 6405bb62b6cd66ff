"""Pages of the filing window: list, new application, review, and who is turned away."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from xiezhi.cases.contracts import ApplicationStatus
from xiezhi.cases.models import Application, Case
from xiezhi.cases.tests.factories import LOAN, ApplicationFactory, CaseFactory
from xiezhi.foundation.models import JournalEntry
from xiezhi.identity.contracts import Role
from xiezhi.identity.models import Post
from xiezhi.identity.tests.factories import CourtFactory, PostFactory
from xiezhi.parties.tests.factories import PartyFactory

pytestmark = pytest.mark.django_db

LIST = "/applications/"
NEW = "/applications/new/"


def signed_in(post: Post) -> Client:
    client = Client()
    client.force_login(post.person.user)
    return client


def clerk_of_court(court: Any) -> Client:
    return signed_in(PostFactory(filing_clerk=True, court=court))


def filled(**changes: str) -> dict[str, str]:
    """A whole form of a loan case, as a browser sends it."""
    data = {
        "kind": "CIVIL_FIRST",
        "procedure": "SIMPLIFIED",
        "channel": "HALL",
        "received_on": timezone.localdate().isoformat(),
        "cause_text": "民间借贷纠纷",
        "amount": "120,000.00",
        "claims": "判令被告偿还借款本金120000元。",
        "facts": "被告到期未还。",
        "materials": "证据材料及清单",
        "other_materials": "借条复印件",
        "client_token": "token-1",
        "party-0-role": "PLAINTIFF",
        "party-0-kind": "PERSON",
        "party-0-name": "测试原告",
        "party-0-identity_kind": "",
        "party-0-identity_number": "",
        "party-0-phone": "13800001234",
        "party-0-address": "河北省保定市莲池区测试路1号",
        "party-0-legal_representative": "",
        "party-1-role": "DEFENDANT",
        "party-1-kind": "PERSON",
        "party-1-name": "测试被告",
        "party-1-identity_kind": "",
        "party-1-identity_number": "",
        "party-1-phone": "",
        "party-1-address": "河北省保定市竞秀区测试路2号",
        "party-1-legal_representative": "",
    }
    return data | changes


class TestList:
    def test_what_waits_stands_first_by_its_last_day(self) -> None:
        court = CourtFactory()
        late, soon = ApplicationFactory(court=court), ApplicationFactory(court=court)
        Application.objects.filter(pk=late.pk).update(review_by=timezone.localdate() + timedelta(days=6))
        Application.objects.filter(pk=soon.pk).update(review_by=timezone.localdate() + timedelta(days=1))
        done = ApplicationFactory(court=court, refused=True)

        answer = clerk_of_court(court).get(LIST)

        assert [row.application_id for row in answer.context["rows"]] == [soon.pk, late.pk]
        assert f"/applications/{done.pk}/" not in answer.content.decode()

    def test_another_court_is_not_seen(self) -> None:
        other = ApplicationFactory()
        answer = clerk_of_court(CourtFactory()).get(LIST, {"tab": "ALL"})
        assert f"/applications/{other.pk}/" not in answer.content.decode()
        assert answer.context["page"].count == 0

    @pytest.mark.parametrize("role", [Role.JUDGE, Role.CLERK, Role.ADMINISTRATOR])
    def test_roles_without_applications_see_an_empty_list(self, role: Role) -> None:
        application = ApplicationFactory()
        answer = signed_in(PostFactory(role=role.value, court=application.court)).get(LIST)
        assert answer.status_code == 200
        assert answer.context["page"].count == 0
        assert "登记立案" not in answer.content.decode()

    def test_filters_narrow_and_stay_in_the_address(self) -> None:
        court = CourtFactory()
        wanted, _other = ApplicationFactory(court=court), ApplicationFactory(court=court)
        name = wanted.participants.get(role="PLAINTIFF").name
        answer = clerk_of_court(court).get(LIST, {"q": name, "since": "20200101", "kind": "CIVIL_FIRST"})
        assert [row.application_id for row in answer.context["rows"]] == [wanted.pk]
        assert f'value="{name}"' in answer.content.decode()

    def test_a_wrong_date_is_said_and_not_used(self) -> None:
        application = ApplicationFactory()
        answer = clerk_of_court(application.court).get(LIST, {"since": "2026-02-31"})
        assert answer.context["page"].count == 1
        assert "请按2026-11-24的样子填写日期" in answer.content.decode()

    def test_pages_follow_each_other(self) -> None:
        court = CourtFactory()
        ApplicationFactory.create_batch(52, court=court)
        client = clerk_of_court(court)
        first = client.get(LIST)
        second = client.get(LIST, {"after": first.context["page"].next_token})
        seen = {row.application_id for row in (*first.context["rows"], *second.context["rows"])}
        assert (len(first.context["rows"]), len(seen)) == (50, 52)

    def test_queries_do_not_grow_with_the_rows(self, django_assert_max_num_queries: Any) -> None:
        court = CourtFactory()
        client = clerk_of_court(court)
        ApplicationFactory.create_batch(2, court=court)
        client.get(LIST)
        with django_assert_max_num_queries(30) as few:
            client.get(LIST)
        ApplicationFactory.create_batch(10, court=court)
        with django_assert_max_num_queries(30) as many:
            client.get(LIST)
        assert len(few) == len(many)

    def test_a_visitor_is_led_to_sign_in(self) -> None:
        assert Client().get(LIST).status_code == 302


class TestExport:
    def test_the_list_leaves_as_a_spreadsheet_and_is_recorded(self) -> None:
        application = ApplicationFactory()
        answer = clerk_of_court(application.court).get("/applications/export/?format=xlsx")
        sheet = load_workbook(io.BytesIO(b"".join(answer))).active
        assert sheet is not None
        assert sheet.max_row == 2
        assert sheet["C2"].value == "民事一审案件"
        assert JournalEntry.objects.filter(kind="cases.list-exported").count() == 1

    def test_a_formula_is_marked_as_text(self) -> None:
        application = ApplicationFactory()
        application.participants.filter(role="PLAINTIFF").update(name="=1+1")
        answer = clerk_of_court(application.court).get("/applications/export/?format=csv")
        assert "'=1+1" in b"".join(answer).decode("utf-8-sig")

    def test_who_may_not_export_is_told_so(self) -> None:
        application = ApplicationFactory()
        inspector = PostFactory(administrator=True, court=application.court)
        assert signed_in(inspector).get("/applications/export/").status_code == 403
        assert not JournalEntry.objects.filter(kind="cases.list-exported").exists()


class TestNew:
    def test_the_kind_comes_first(self) -> None:
        answer = clerk_of_court(CourtFactory()).get(NEW)
        assert "?kind=CIVIL_FIRST" in answer.content.decode()
        assert "?kind=CIVIL_SECOND" not in answer.content.decode()  # a basic court takes no appeals

    def test_a_whole_form_becomes_an_application(self) -> None:
        court = CourtFactory()
        answer = clerk_of_court(court).post(NEW, filled())
        application = Application.objects.get()
        assert answer.status_code == 302
        assert answer["Location"] == f"/applications/{application.pk}/"
        assert (application.court_code, application.cause_key, application.amount) == (
            court.code,
            LOAN,
            120000,
        )
        assert [m["name"] for m in application.materials] == ["证据材料及清单", "借条复印件"]
        assert application.participants.count() == 2

    def test_sending_it_twice_is_harmless(self) -> None:
        client = clerk_of_court(CourtFactory())
        first, second = client.post(NEW, filled()), client.post(NEW, filled())
        assert first["Location"] == second["Location"]
        assert Application.objects.count() == 1

    def test_faults_stand_beside_the_fields_and_nothing_is_lost(self) -> None:
        form = filled(cause_text="不存在的案由", **{"party-0-phone": "12", "party-1-name": ""})
        answer = clerk_of_court(CourtFactory()).post(NEW, form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "data-error-summary" in page
        assert "判令被告偿还借款本金120000元。" in page
        assert 'value="不存在的案由"' in page
        assert 'href="#id_party-1-name"' in page
        assert not Application.objects.exists()

    def test_a_case_against_nobody_is_sent_back(self) -> None:
        form = {k: v for k, v in filled().items() if not k.startswith("party-1")}
        answer = clerk_of_court(CourtFactory()).post(NEW, form)
        assert answer.status_code == 422
        assert "请至少填写一名被告" in answer.content.decode()

    def test_a_missing_side_is_said_together_with_the_other_faults(self) -> None:
        client = clerk_of_court(CourtFactory())
        page = client.post(NEW, filled(**{"claims": "", "party-1-name": "", "party-1-address": ""}))
        text = page.content.decode()
        assert "诉讼请求：请填写。" in text
        assert "请至少填写一名被告" in text

    @pytest.mark.parametrize(
        ("kind", "paper", "statute"),
        [
            ("CIVIL_FIRST", "起诉状（按被告人数提交副本）", "民事诉讼法第一百二十四条"),
            ("PAYMENT_ORDER", "支付令申请书", "民事诉讼法第二百二十五条"),
            ("CRIMINAL_FIRST_PUBLIC", "起诉书", "刑诉解释第二百一十九条"),
            ("ADMINISTRATIVE_FIRST", "起诉状", "行政诉讼法第四十九条"),
        ],
    )
    def test_papers_and_articles_are_those_of_the_kind(self, kind: str, paper: str, statute: str) -> None:
        text = clerk_of_court(CourtFactory()).get(NEW, {"kind": kind}).content.decode()
        assert f'value="{paper}"' in text
        assert statute in text
        assert ("民事诉讼法" in text) == kind.startswith(("CIVIL", "PAYMENT"))

    def test_an_upper_cause_must_be_meant(self) -> None:
        client = clerk_of_court(CourtFactory())
        answer = client.post(NEW, filled(cause_text="借款合同纠纷"))
        assert answer.status_code == 422
        assert "民间借贷纠纷" in answer.content.decode()  # the ones below are offered
        assert client.post(NEW, filled(cause_text="借款合同纠纷", upper_cause="on")).status_code == 302

    def test_a_name_that_differs_from_the_register_is_asked_about(self) -> None:
        known = PartyFactory()
        given = {
            "party-0-name": "另一姓名",
            "party-0-identity_kind": known.identity_kind,
            "party-0-identity_number": known.identity_number,
        }
        client = clerk_of_court(CourtFactory())
        answer = client.post(NEW, filled(**given))
        assert answer.status_code == 422
        assert "id_party-0-name_confirmed" in answer.content.decode()
        assert "id_party-1-name_confirmed" not in answer.content.decode()
        assert client.post(NEW, filled(**given, **{"party-0-name_confirmed": "on"})).status_code == 302

    def test_rows_come_and_go_without_script(self) -> None:
        client = clerk_of_court(CourtFactory())
        more = client.post(NEW, filled(act="add"))
        assert 'name="party-2-name"' in more.content.decode()
        assert 'value="测试被告"' in more.content.decode()
        fewer = client.post(NEW, filled(act="remove:party-0"))
        assert 'name="party-0-name"' not in fewer.content.decode()
        assert not Application.objects.exists()

    def test_causes_are_found_without_script(self) -> None:
        client = clerk_of_court(CourtFactory())
        page = client.post(NEW, filled(act="causes", cause_text="民间借")).content.decode()
        assert f'name="cause_key" value="{LOAN}"' in page
        assert 'value="测试原告"' in page
        assert client.post(NEW, filled(cause_text="民间借", cause_key=LOAN)).status_code == 302
        assert Application.objects.get().cause_key == LOAN

    def test_numbers_of_people_stay_out_of_drafts(self) -> None:
        page = clerk_of_court(CourtFactory()).get(NEW, {"kind": "CIVIL_FIRST"}).content.decode()
        assert 'name="party-0-identity_number" maxlength="64" autocomplete="off" data-no-autosave' in page

    def test_another_kind_keeps_what_was_typed(self) -> None:
        client = clerk_of_court(CourtFactory())
        answer = client.post(NEW, filled(kind="ENFORCEMENT", act="kind"), headers={"HX-Request": "true"})
        page = answer.content.decode()
        assert "<html" not in page
        assert "申请执行人" in page
        assert 'value="测试原告"' in page
        assert answer["HX-Replace-Url"] == "/applications/new/?kind=ENFORCEMENT"

    def test_the_preview_counts_review_and_fee(self) -> None:
        client = clerk_of_court(CourtFactory())
        answer = client.post("/applications/new/preview/", filled(received_on="2026-11-20"))
        page = answer.content.decode()
        assert "2026-11-27" in page  # seven days from the day after
        assert "1,350.00" in page  # 120,000: 2,700 halved for simplified procedure

    def test_causes_are_found_by_part_of_the_name(self) -> None:
        answer = clerk_of_court(CourtFactory()).get(
            "/applications/causes/", {"kind": "CIVIL_FIRST", "cause_text": "民间借"}
        )
        assert f'value="{LOAN}"' in answer.content.decode()

    @pytest.mark.parametrize("role", [r for r in Role if r is not Role.FILING_CLERK])
    def test_only_the_window_takes_applications(self, role: Role) -> None:
        client = signed_in(PostFactory(role=role.value, court=CourtFactory()))
        assert client.get(NEW).status_code == 403
        assert client.post(NEW, filled()).status_code == 403
        assert not Application.objects.exists()


class TestReview:
    def test_the_page_shows_parties_checks_and_what_docketing_gives(self) -> None:
        application = ApplicationFactory()
        page = clerk_of_court(application.court).get(f"/applications/{application.pk}/").content.decode()
        assert "审查要点" in page
        assert "案号（预计）" in page
        assert "登记立案" in page
        party = application.participants.get(role="PLAINTIFF").party
        assert party.identity_number in page  # the window checks the paper against it

    def test_identity_numbers_are_masked_for_others(self) -> None:
        application = ApplicationFactory()
        president = signed_in(PostFactory(president=True, court=application.court))
        page = president.get(f"/applications/{application.pk}/").content.decode()
        party = application.participants.get(role="PLAINTIFF").party
        assert party.identity_number not in page
        assert party.masked_identity_number in page
        assert "由本院立案员办理" in page

    def test_the_same_sides_are_found_again(self) -> None:
        application = ApplicationFactory()
        twin = ApplicationFactory(court=application.court, parties=False)
        for one in application.participants.all():
            twin.participants.create(party=one.party, role=one.role, name=one.name)
        case = CaseFactory(court=application.court, parties=False)
        for one in application.participants.all():
            case.participants.create(
                party=one.party, role=one.role, name=one.name, joined_on=case.docketed_on
            )
        page = clerk_of_court(application.court).get(f"/applications/{application.pk}/").content.decode()
        assert f"/applications/{twin.pk}/" in page
        assert case.number in page

    def test_accepting_makes_the_case_and_leads_to_assignment(self) -> None:
        application = ApplicationFactory()
        client = clerk_of_court(application.court)
        expected = client.get(f"/applications/{application.pk}/").context["page"].docketing.number
        answer = client.post(f"/applications/{application.pk}/accept/")
        case = Case.objects.get()
        assert answer["Location"] == f"/cases/{case.pk}/assign/"
        assert case.number == expected
        again = client.post(f"/applications/{application.pk}/accept/")
        assert again["Location"] == answer["Location"]
        assert Case.objects.count() == 1

    def test_correction_once_then_answered(self) -> None:
        application = ApplicationFactory()
        client = clerk_of_court(application.court)
        url = f"/applications/{application.pk}/"
        later = (timezone.localdate() + timedelta(days=10)).isoformat()
        given = {"correction-items": "被告的住所地\n借条原件", "correction-answer_by": later}
        assert client.post(f"{url}correction/", given).status_code == 302
        assert "借条原件" in client.get(url).content.decode()
        today = timezone.localdate().isoformat()
        answered = client.post(f"{url}answer/", {"answer-answered_on": today, "answer-answer": "已补"})
        assert answered.status_code == 302
        application.refresh_from_db()
        assert application.status == ApplicationStatus.RESUBMITTED
        second = client.post(f"{url}correction/", given)
        assert second.status_code == 409
        assert "不能再次要求补正" in second.content.decode()

    def test_an_empty_refusal_keeps_what_was_typed(self) -> None:
        application = ApplicationFactory()
        client = clerk_of_court(application.court)
        url = f"/applications/{application.pk}/refuse/"
        answer = client.post(url, {"refuse-reason": "短", "refuse-basis": "民事诉讼法第一百二十二条"})
        assert answer.status_code == 422
        assert "请写明不予受理的事实和理由" in answer.content.decode()
        assert (
            client.post(
                url, {"refuse-reason": "不属于受理范围。", "refuse-basis": "民事诉讼法第一百二十二条"}
            ).status_code
            == 302
        )
        application.refresh_from_db()
        assert application.status == ApplicationStatus.REFUSED

    def test_a_prosecution_goes_back_to_the_procuratorate(self) -> None:
        application = ApplicationFactory(kind="CRIMINAL_FIRST_PUBLIC", procedure="ORDINARY")
        client = clerk_of_court(application.court)
        page = client.get(f"/applications/{application.pk}/").content.decode()
        assert "退回人民检察院" in page
        assert "裁定不予受理" not in page
        client.post(
            f"/applications/{application.pk}/refuse/",
            {"refuse-reason": "被告人不在案，不能审判。", "refuse-basis": "刑诉解释第二百一十九条"},
        )
        assert JournalEntry.objects.get(kind="cases.application-refused").text.startswith("退回人民检察院：")

    def test_withdrawal(self) -> None:
        application = ApplicationFactory()
        url = f"/applications/{application.pk}/withdraw/"
        assert clerk_of_court(application.court).post(url, {"withdraw-reason": "已和解"}).status_code == 302
        application.refresh_from_db()
        assert application.status == ApplicationStatus.WITHDRAWN

    @pytest.mark.parametrize("act", ["accept", "correction", "answer", "refuse", "withdraw"])
    def test_who_may_not_is_turned_away(self, act: str) -> None:
        application = ApplicationFactory()
        given = {
            "correction-items": "证据",
            "correction-answer_by": "2099-01-01",
            "answer-answered_on": timezone.localdate().isoformat(),
            "refuse-reason": "不属于受理范围。",
            "refuse-basis": "第一百二十二条",
            "withdraw-reason": "",
        }
        url = reverse(f"cases:application_{act}", args=[application.pk])
        president = signed_in(PostFactory(president=True, court=application.court))
        assert president.post(url, given).status_code == 403
        assert clerk_of_court(CourtFactory()).post(url, given).status_code == 404
        judge = signed_in(PostFactory(judge=True, court=application.court))
        assert judge.post(url, given).status_code == 404
        application.refresh_from_db()
        assert application.status == ApplicationStatus.SUBMITTED
        assert not Case.objects.exists()

    def test_another_court_is_told_nothing(self) -> None:
        application = ApplicationFactory()
        assert clerk_of_court(CourtFactory()).get(f"/applications/{application.pk}/").status_code == 404
