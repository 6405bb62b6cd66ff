"""Rules for passwords beyond Django's own."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_KINDS_WANTED = 3


def kinds_of_characters(password: str) -> int:
    """Return how many of these stand in the password: lower case, upper case, digits, anything else."""
    tests = (
        any(c.islower() for c in password),
        any(c.isupper() for c in password),
        any(c.isdigit() for c in password),
        any(not c.isalnum() or not c.isascii() for c in password),
    )
    return sum(tests)


class MixedCharactersValidator:
    """Want three kinds of characters out of four, as level-3 protection of GB/T 22239 asks for complexity."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for too simple a password."""
        if kinds_of_characters(password) < _KINDS_WANTED:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        """Return the rule in words for the form."""
        return _("密码应当包含大写字母、小写字母、数字、符号中的至少三种。")
