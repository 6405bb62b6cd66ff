from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "xiezhi.portal"
    label = "portal"
    verbose_name = "诉讼服务"
    default_auto_field = "django.db.models.BigAutoField"
