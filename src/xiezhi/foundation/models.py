"""Tables of the foundation: the journal and its seals, cursors, to-dos, notices, settings, counters.

Nothing here points at a table of another room; people, cases and courts are named by id or code.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing import Protocol

    class Reader(Protocol):
        @property
        def court_codes(self) -> Collection[str]: ...


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    def of_courts(self, court_codes: Collection[str]) -> Self:
        return self.filter(court_code__in=sorted(court_codes))

    def visible_to(self, actor: Reader) -> Self:
        """Entries of the courts the actor's scope reaches; whether the actor may audit is a policy above."""
        return self.of_courts(actor.court_codes)


class JournalEntry(models.Model):
    """One thing that happened. Written by `journal.record` alone; the database refuses any change to it.

    Note [Order of the journal]: entries are ordered by `(position, id)`. `position` is the greater of the
    writing transaction's id and the first id not yet finished when the entry was written. It follows that
    - every entry with a position below the oldest running transaction has been committed, and none will ever
      appear there again: a reader that stops at that line misses nothing;
    - an entry written after another one was committed stands after it, whichever transaction began first.
    Ids alone promise neither, for a later id may be committed earlier.
    """

    id = models.BigAutoField(primary_key=True)
    position = models.BigIntegerField(
        db_default=Func(function="foundation_journal_position", output_field=models.BigIntegerField())
    )
    kind = models.CharField(_("事件"), max_length=80)
    at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(
        _("记录时间"), db_default=Func(function="statement_timestamp", output_field=models.DateTimeField())
    )
    court_code = models.CharField(_("法院"), max_length=16, blank=True)
    case_id = models.BigIntegerField(_("案件"), null=True)
    subject = models.CharField(_("对象"), max_length=200, blank=True)
    actor_user_id = models.BigIntegerField(null=True)
    actor_person_id = models.BigIntegerField(null=True)
    actor_post_id = models.BigIntegerField(null=True)
    actor_on_behalf_of_post_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("操作人"), max_length=100, blank=True)
    actor_title = models.CharField(_("岗位"), max_length=200, blank=True)
    actor_court_code = models.CharField(_("操作人法院"), max_length=16, blank=True)
    text = models.TextField(_("内容"))
    payload = models.JSONField(default=dict)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("日志记录")
        indexes = [
            models.Index(fields=["position", "id"], name="journal_position"),
            models.Index(
                fields=["case_id", "at", "id"], name="journal_case", condition=Q(case_id__isnull=False)
            ),
            models.Index(fields=["court_code", "id"], name="journal_court"),
            models.Index(
                fields=["actor_person_id", "id"],
                name="journal_person",
                condition=Q(actor_person_id__isnull=False),
            ),
            models.Index(
                fields=["subject", "id"],
                name="journal_subject",
                condition=Q(case_id__isnull=True) & ~Q(subject=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class JournalSeal(models.Model):
    """A seal over entries that stand next to each other in the journal's order; see `journal.sealing`."""

    number = models.BigIntegerField(primary_key=True)
    first_position = models.BigIntegerField()
    first_id = models.BigIntegerField()
    last_position = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.IntegerField()
    ids = models.BinaryField()
    leaves = models.BinaryField()
    root = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    signature = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("日志封存批次")

    def __str__(self) -> str:
        return f"{self.number}: {self.first_id}-{self.last_id}"


class JournalHead(models.Model):
    """The latest seal's number, signed, so that a seal cut off at the end is missed. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
    hash = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        verbose_name = _("日志末次封存")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="journal_head_one_row")]

    def __str__(self) -> str:
        return str(self.number)


class SubscriberCursor(models.Model):
    """How far a subscriber has read: everything up to and including `(position, entry_id)`."""

    name = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("日志订阅")

    def __str__(self) -> str:
        return self.name


class DeadLetter(models.Model):
    """An entry that a subscriber could not handle, put aside so that later entries go on."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("待处理")
        RETRY = "RETRY", _("等待重试")
        DONE = "DONE", _("重试成功")
        GIVEN_UP = "GIVEN_UP", _("不再处理")

    subscriber = models.CharField(_("订阅者"), max_length=80)
    entry_id = models.BigIntegerField(_("日志记录"))
    entry_kind = models.CharField(_("事件"), max_length=80)
    court_code = models.CharField(_("法院"), max_length=16, blank=True)
    error = models.TextField(_("错误"))
    tries = models.IntegerField(_("尝试次数"))
    failed_at = models.DateTimeField(_("最近失败"))
    status = models.CharField(_("状态"), max_length=12, choices=Status.choices, default=Status.OPEN)
    done_at = models.DateTimeField(_("处理时间"), null=True)
    note = models.CharField(_("处理说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("未送达事件")
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "entry_id"], name="dead_letter_once"),
        ]
        indexes = [
            models.Index(fields=["status", "-failed_at", "-id"], name="dead_letter_status"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.entry_id}"


class TodoItem(models.Model):
    """Something that waits for a person, or for whoever holds a role."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("类别"), max_length=60)
    title = models.CharField(_("事项"), max_length=300)
    court_code = models.CharField(_("法院"), max_length=16)
    division_id = models.BigIntegerField(_("部门"), null=True)
    case_id = models.BigIntegerField(_("案件"), null=True)
    person_id = models.BigIntegerField(_("承办人"), null=True)
    role = models.CharField(_("角色"), max_length=40, blank=True)
    due_on = models.DateField(_("期限"), null=True)
    url = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField(_("提出时间"))
    closed_at = models.DateTimeField(_("办结时间"), null=True)

    class Meta:
        verbose_name = _("待办事项")
        constraints = [
            models.CheckConstraint(
                condition=Q(person_id__isnull=False) | ~Q(role=""), name="todo_for_someone"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person_id", "court_code"],
                name="todo_person_open",
                condition=Q(closed_at__isnull=True) & Q(person_id__isnull=False),
            ),
            models.Index(
                fields=["court_code", "role"],
                name="todo_role_open",
                condition=Q(closed_at__isnull=True) & Q(person_id__isnull=True),
            ),
            models.Index(fields=["case_id"], name="todo_case_open", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Notice(models.Model):
    """A message to one person."""

    person_id = models.BigIntegerField(_("收件人"))
    key = models.CharField(max_length=120, blank=True)
    text = models.CharField(_("内容"), max_length=500)
    url = models.CharField(max_length=300, blank=True)
    case_id = models.BigIntegerField(_("案件"), null=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True)

    class Meta:
        verbose_name = _("通知")
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "key"], condition=~Q(key=""), name="notice_once_per_key"
            ),
        ]
        indexes = [
            models.Index(F("person_id"), F("created_at").desc(), F("id").desc(), name="notice_person"),
            models.Index(fields=["person_id"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.text


class CourtSetting(models.Model):
    """A value a court chose, in force from a day on, until a row with a later day."""

    key = models.CharField(_("参数"), max_length=80)
    court_code = models.CharField(_("法院"), max_length=16)
    value = models.JSONField(_("值"), null=True)
    is_default = models.BooleanField(_("恢复默认"), default=False)
    valid_from = models.DateField(_("自何日起"))
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("修改时间"))
    changed_by = models.CharField(_("修改人"), max_length=100)

    class Meta:
        verbose_name = _("法院参数")
        indexes = [
            models.Index(
                F("key"),
                F("court_code"),
                F("valid_from").desc(),
                F("id").desc(),
                name="court_setting_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.court_code} {self.key}"


class SequenceCounter(models.Model):
    """The last number drawn of a key and year."""

    key = models.CharField(max_length=80)
    year = models.SmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        verbose_name = _("连续编号")
        constraints = [models.UniqueConstraint(fields=["key", "year"], name="sequence_key_year")]

    def __str__(self) -> str:
        return f"{self.key} {self.year}"


class DailyRun(models.Model):
    """That a daily task has run for a day, so that it runs once."""

    name = models.CharField(max_length=80)
    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=1)
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("每日任务")
        constraints = [models.UniqueConstraint(fields=["name", "day"], name="daily_run_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"
