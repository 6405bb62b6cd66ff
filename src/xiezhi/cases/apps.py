from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "xiezhi.cases"
    label = "cases"
    verbose_name = "案件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the settings of this room known."""
        from xiezhi.cases.services.settings import define_settings

        define_settings()
