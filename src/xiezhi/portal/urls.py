"""Addresses of the public law tools; no sign-in is needed."""

from __future__ import annotations

from django.urls import path

from xiezhi.portal import views

app_name = "portal"
urlpatterns = [
    path("tools/", views.tools, name="tools"),
    path("tools/fee/", views.fee, name="fee"),
    path("tools/period/", views.period, name="period"),
    path("tools/limit/", views.limit, name="limit"),
    path("tools/number/", views.number, name="number"),
    path("tools/cause/", views.cause, name="cause"),
]
