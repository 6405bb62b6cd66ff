from django.urls import path

from xiezhi.hearings import views

app_name = "hearings"
urlpatterns = [
    path("hearings/", views.calendar, name="calendar"),
    path("hearings/courtrooms/", views.courtrooms, name="courtrooms"),
    path("hearings/courtrooms/<int:room_id>/", views.courtroom, name="courtroom"),
    path("hearings/<int:hearing_id>/", views.detail, name="detail"),
    path("hearings/<int:hearing_id>/hold/", views.hold, name="hold"),
    path("hearings/<int:hearing_id>/postpone/", views.postpone, name="postpone"),
    path("hearings/<int:hearing_id>/cancel/", views.cancel, name="cancel"),
    path("cases/<int:case_id>/hearings/new/", views.schedule, name="schedule"),
]
