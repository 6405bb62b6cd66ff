"""Every address of the product, by room."""

from django.urls import include, path

urlpatterns = [
    # before allauth: what a court does not offer (sign-up, reset by mail) is closed there
    path("", include("xiezhi.identity.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("xiezhi.web.urls")),
    path("", include("xiezhi.portal.urls")),
    path("", include("xiezhi.hearings.urls")),
    path("", include("xiezhi.cases.urls")),
]
