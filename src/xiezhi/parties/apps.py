from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "xiezhi.parties"
    label = "parties"
    verbose_name = "当事人"
    default_auto_field = "django.db.models.BigAutoField"
