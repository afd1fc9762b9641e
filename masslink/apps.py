from django.apps import AppConfig


class MasslinkConfig(AppConfig):
    name = "masslink"
    default_auto_field = "django.db.models.BigAutoField"
