"""Courts, divisions, people, the posts they hold over time, and the accounts they sign in with.

Validity is written as first and last day: `since`/`valid_from` and `until`/`valid_to` both count; None is
open-ended.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from xiezhi.identity.contracts import CourtLevel, DivisionKind, RecusalKind, Role, Scope, Sex
from xiezhi.identity.rules import permissions as rules

if TYPE_CHECKING:
    from xiezhi.identity.contracts import Actor


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, email: str = "", password: str | None = None) -> User:
        """Create an account that may sign in; without a password only single sign-on or a passkey works."""
        user = User(username=self.model.normalize_username(username), email=self.normalize_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account to sign in with. What its owner may do comes from posts, never from the account."""

    username = models.CharField(
        _("工号"), max_length=64, unique=True, validators=[UnicodeUsernameValidator()]
    )
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("可以登录"), default=True)
    must_change_password = models.BooleanField(_("下次登录须修改密码"), default=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("账号")
        constraints = [models.UniqueConstraint(Lower("username"), name="user_username_once_any_case")]

    def __str__(self) -> str:
        return self.username


class CourtQuerySet(models.QuerySet["Court"]):
    def in_force(self, on: date) -> Self:
        """Courts that exist on the day; one merged into another on an unknown day does not."""
        started = Q(valid_from=None) | Q(valid_from__lte=on)
        return self.filter(started).filter(Q(valid_to__gte=on) | Q(valid_to=None, successor=None))

    def visible_to(self, actor: Actor) -> Self:
        """The courts whose records the actor's scope reaches; always the own court."""
        return self.filter(code__in=sorted(actor.court_codes | {actor.court_code}))


class Court(models.Model):
    """A court. `code` is what its case numbers carry (法〔2015〕137号), e.g. 冀0606; never given twice.

    `valid_from` None is a day before memory. `successor` took over the cases of a court merged away; its own
    `valid_to` may then be an unknown day.
    """

    code = models.CharField(_("法院代字"), max_length=16, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("层级"), max_length=12, choices=CourtLevel.choices())
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级法院"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    in_group = models.BooleanField(_("使用本系统"), default=False)
    successor = models.ForeignKey(
        "self", verbose_name=_("承继法院"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = CourtQuerySet.as_manager()

    class Meta:
        verbose_name = _("法院")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="court_valid_to_after_from",
            ),
        ]
        indexes = [models.Index(fields=["parent", "code"], name="court_parent")]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, on: date) -> bool:
        if self.valid_from is not None and on < self.valid_from:
            return False
        if self.valid_to is None:
            return self.successor_id is None
        return on <= self.valid_to


class DivisionQuerySet(models.QuerySet["Division"]):
    def in_force(self, on: date) -> Self:
        """Divisions that exist on the day."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


class Division(models.Model):
    """A division or office of a court."""

    court = models.ForeignKey(
        Court, verbose_name=_("法院"), on_delete=models.PROTECT, related_name="divisions"
    )
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=20, choices=DivisionKind.choices())
    valid_from = models.DateField(_("设立日期"))
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门")
        constraints = [
            models.UniqueConstraint(
                fields=["court", "name"], condition=Q(valid_to=None), name="division_open_name_once_per_court"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="division_valid_to_after_from",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, actor: Actor) -> Self:
        """People who hold or held a post in a court the actor's register reaches."""
        reached = sorted(actor.court_codes | {actor.court_code})
        return self.filter(
            models.Exists(Post.objects.filter(person=models.OuterRef("pk"), court__code__in=reached))
        )


class Person(models.Model):
    """Someone who works in a court. Leaves the courts by having no post in force, never by being deleted."""

    user = models.OneToOneField(
        "identity.User",
        verbose_name=_("账号"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="person",
    )
    name = models.CharField(_("姓名"), max_length=60)
    staff_number = models.CharField(_("工号"), max_length=64, unique=True)
    sex = models.CharField(_("性别"), max_length=8, choices=Sex.choices(), default=Sex.UNKNOWN.value)
    is_demo = models.BooleanField(_("演示人员"), default=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("人员")
        indexes = [models.Index(fields=["name", "id"], name="person_name")]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(models.QuerySet["Post"]):
    def in_force(self, on: date) -> Self:
        """Posts held on the day."""
        return self.filter(since__lte=on).filter(Q(until=None) | Q(until__gte=on))


class Post(models.Model):
    """A person's post in a court for a time. Several at once are allowed; the same one twice is not."""

    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="posts")
    court = models.ForeignKey(Court, verbose_name=_("法院"), on_delete=models.PROTECT, related_name="posts")
    division = models.ForeignKey(
        Division,
        verbose_name=_("部门"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts",
    )
    role = models.CharField(_("角色"), max_length=24, choices=Role.choices())
    title = models.CharField(_("职务"), max_length=60, blank=True)
    since = models.DateField(_("任职起"))
    until = models.DateField(_("任职止"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("岗位")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="post_until_after_since"
            ),
            models.UniqueConstraint(
                fields=["person", "court", "division", "role"],
                condition=Q(until=None),
                nulls_distinct=False,
                name="post_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["court", "role", "person"], name="post_court_role"),
            models.Index(fields=["person", "since"], name="post_person"),
        ]

    def __str__(self) -> str:
        return self.title or self.get_role_display()

    @property
    def role_code(self) -> Role:
        return Role(self.role)

    def is_in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


class Delegation(models.Model):
    """One person acts in another's post for a time. `revoked_on` is the first day it no longer holds."""

    from_post = models.ForeignKey(
        Post, verbose_name=_("被代理岗位"), on_delete=models.PROTECT, related_name="delegations"
    )
    to_person = models.ForeignKey(
        Person, verbose_name=_("代理人"), on_delete=models.PROTECT, related_name="delegations_received"
    )
    since = models.DateField(_("代理起"))
    until = models.DateField(_("代理止"))
    reason = models.CharField(_("事由"), max_length=200)
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    granted_by_person = models.ForeignKey(
        Person, verbose_name=_("授权人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("岗位代理")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="delegation_until_after_since"),
        ]
        indexes = [models.Index(fields=["to_person", "until"], name="delegation_to_person")]

    def __str__(self) -> str:
        return f"{self.since}—{self.until}"

    def is_in_force(self, on: date) -> bool:
        if self.revoked_on is not None and on >= self.revoked_on:
            return False
        return self.since <= on <= self.until


class RecusalRelation(models.Model):
    """Someone in whose cases a court person must not sit; read when a case is assigned or a panel formed.

    `relation` is the word a page shows (配偶, 曾任其代理人); `identity_hash` matches a party's identity
    number without storing it.
    """

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="recusals"
    )
    kind = models.CharField(_("类别"), max_length=16, choices=RecusalKind.choices())
    name = models.CharField(_("关系人姓名、名称"), max_length=200)
    identity_hash = models.CharField(max_length=64, blank=True, db_index=True)
    relation = models.CharField(_("关系"), max_length=60)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    noted_on = models.DateField(_("登记日期"))

    class Meta:
        verbose_name = _("回避关系")
        indexes = [models.Index(fields=["name"], name="recusal_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.relation}"


class ApiToken(models.Model):
    """A key with which a program acts from one post of its owner. The secret itself is never stored.

    `prefix` is the beginning of the secret, by which its owner tells tokens apart; `expires_on` its last day.
    """

    person = models.ForeignKey(
        Person, verbose_name=_("所有人"), on_delete=models.PROTECT, related_name="tokens"
    )
    post = models.ForeignKey(Post, verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("名称"), max_length=60)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("允许的操作"), default=list)
    created_at = models.DateTimeField(_("签发时间"))
    expires_on = models.DateField(_("失效日期"))
    latest_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("接口令牌")
        indexes = [models.Index(fields=["person", "created_at"], name="token_person")]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"

    def is_in_force(self, on: date) -> bool:
        return self.revoked_at is None and on <= self.expires_on


def scope_of(post: Post) -> Scope:
    """The width of view a post gives by its role and the level of its court."""
    return rules.default_scope(post.role_code, CourtLevel(post.court.level))
