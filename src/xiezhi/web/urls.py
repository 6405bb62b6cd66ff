from django.urls import path

from xiezhi.web import views

app_name = "web"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("search/", views.search, name="search"),
    path("styleguide/", views.style_guide, name="style_guide"),
]
