"""A person who can sign in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connections, models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person; without a password they sign in through their organisation or a reset link."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def of_session(self, key: int) -> "User | None":
        """The person by key, as every page asks: by a statement that is not put together anew each time."""
        names = [field.attname for field in self.model._meta.concrete_fields]
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(names)} FROM {self.model._meta.db_table} WHERE id = %s", [key])  # noqa: S608
            found = cursor.fetchone()
        return None if found is None else self.model.from_db(self.db, names, found)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. What they may do follows from their memberships, never from the person alone."""

    owner_key: ClassVar[None] = None  # a person may work for several organisations; memberships are what is owned

    email = models.EmailField(_("e-post"), max_length=254)
    name = models.CharField(_("namn"), max_length=200)
    is_active = models.BooleanField(_("aktiv"), default=True)
    is_operator = models.BooleanField(
        _("driftansvarig"),
        default=False,
        help_text=_("Sköter installationen: statistik och jobb. Ger ingen insyn i organisationers uppgifter."),
    )
    created_at = models.DateTimeField(_("skapad"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("personer")
        constraints = [models.UniqueConstraint(Lower("email"), name="access_user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email
