from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "xiezhi.identity"
    label = "identity"
    verbose_name = "法院与人员"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins."""
        from xiezhi.identity import handlers

        handlers.connect()
