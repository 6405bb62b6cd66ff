"""Every address of the product, by room."""

from django.urls import include, path

from xiezhi.project import subscriptions
from xiezhi.project.api import api

# Addresses are read once per process that serves pages; that is when the rooms must know each other.
subscriptions.register()

urlpatterns = [
    # before allauth: what a court does not offer (sign-up, reset by mail) is closed there
    path("", include("xiezhi.identity.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("xiezhi.web.urls")),
    path("", include("xiezhi.portal.urls")),
    path("", include("xiezhi.hearings.urls")),
    path("", include("xiezhi.cases.urls")),
]

handler400 = "xiezhi.web.views.bad_request"
handler403 = "xiezhi.web.views.permission_denied"
handler404 = "xiezhi.web.views.page_not_found"
handler500 = "xiezhi.web.views.server_error"
