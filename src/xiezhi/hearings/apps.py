from django.apps import AppConfig


class HearingsConfig(AppConfig):
    name = "xiezhi.hearings"
    label = "hearings"
    verbose_name = "庭审"
    default_auto_field = "django.db.models.BigAutoField"
