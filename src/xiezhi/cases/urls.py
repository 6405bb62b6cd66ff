from django.urls import path, re_path

from xiezhi.cases.views import actions, applications, approvals, assignment, case_page, cases, exports, saved_views

app_name = "cases"
urlpatterns = [
    path("applications/", applications.application_list, name="application_list"),
    path("applications/export/", applications.application_export, name="application_export"),
    path("applications/new/", applications.application_new, name="application_new"),
    path("applications/new/preview/", applications.application_preview, name="application_preview"),
    path("applications/causes/", applications.application_causes, name="application_causes"),
    path("applications/<int:application_id>/", applications.application_detail, name="application_detail"),
    path(
        "applications/<int:application_id>/accept/", applications.application_accept, name="application_accept"
    ),
    path(
        "applications/<int:application_id>/correction/",
        applications.application_correction,
        name="application_correction",
    ),
    path(
        "applications/<int:application_id>/answer/", applications.application_answer, name="application_answer"
    ),
    path(
        "applications/<int:application_id>/refuse/", applications.application_refuse, name="application_refuse"
    ),
    path(
        "applications/<int:application_id>/withdraw/",
        applications.application_withdraw,
        name="application_withdraw",
    ),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:request_id>/", approvals.approval_detail, name="approval_detail"),
    path("approvals/<int:request_id>/decide/", approvals.approval_decide, name="approval_decide"),
    path("approvals/<int:request_id>/withdraw/", approvals.approval_withdraw, name="approval_withdraw"),
    path("cases/<int:case_id>/assign/", assignment.assign, name="assign"),
    path("cases/<int:case_id>/team/", assignment.team, name="team"),
    path("cases/<int:case_id>/requests/new/", approvals.request_kinds, name="request_kinds"),
    path("cases/<int:case_id>/requests/new/<str:kind>/", approvals.request_new, name="request_new"),
    path("cases/", cases.case_list, name="list"),
    path("cases/export/<str:file_format>/", exports.case_list, name="export"),
    path("cases/views/save/", saved_views.save, name="saved_view_save"),
    path("cases/views/<int:view_id>/default/", saved_views.set_default, name="saved_view_default"),
    path("cases/views/<int:view_id>/delete/", saved_views.delete, name="saved_view_delete"),
    path("cases/<int:case_id>/", case_page.overview, name="detail"),
    path("cases/<int:case_id>/parties/", case_page.parties, name="parties"),
    path("cases/<int:case_id>/documents/", case_page.documents, name="documents"),
    path("cases/<int:case_id>/service/", case_page.service, name="service"),
    path("cases/<int:case_id>/fees/", case_page.fee, name="fees"),
    path("cases/<int:case_id>/record/", case_page.record, name="record"),
    path("cases/<int:case_id>/record/export/", exports.case_record, name="record_export"),
    re_path(
        r"^cases/(?P<case_id>[0-9]+)/(?P<tab>hearings|materials|supervision)/$",
        case_page.source_tab,
        name="source_tab",
    ),
    path("cases/<int:case_id>/begin/", actions.begin, name="begin"),
    path("cases/<int:case_id>/decide/", actions.decide, name="decide"),
    path("cases/<int:case_id>/pronounce/", actions.pronounce, name="pronounce"),
    path("cases/<int:case_id>/serve/<int:participant_id>/", actions.serve, name="serve"),
    path("cases/<int:case_id>/appeal/<int:participant_id>/", actions.appeal, name="appeal"),
    path("cases/<int:case_id>/effect/", actions.effect, name="effect"),
    path("cases/<int:case_id>/archive/", actions.archive, name="archive"),
    path("cases/<int:case_id>/clock/resume/", actions.resume, name="clock_resume"),
    path("cases/<int:case_id>/link/", actions.link, name="link"),
    path("cases/<int:case_id>/parties/join/", actions.join, name="participant_join"),
    path("cases/<int:case_id>/parties/<int:participant_id>/leave/", actions.leave, name="participant_leave"),
    path("cases/<int:case_id>/parties/<int:participant_id>/agents/", actions.appoint, name="agent_appoint"),
    path(
        "cases/<int:case_id>/parties/<int:participant_id>/identity/",
        case_page.identity,
        name="participant_identity",
    ),
    path("cases/<int:case_id>/agents/<int:agent_id>/dismiss/", actions.dismiss, name="agent_dismiss"),
]
