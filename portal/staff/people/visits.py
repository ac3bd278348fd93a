"""When somebody was here last, from where, and who tried since: to notice a stranger."""

from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessFailureLog, AccessLog
from django.contrib.auth.models import User
from django.utils import timezone

UNKNOWN = "未知地址"


@dataclass(frozen=True)
class Visit:
    """A log-in, and the attempts that failed from it until the next one, or until now."""

    at: datetime
    address: str
    failures: int

    def __str__(self) -> str:
        when = f"{timezone.localtime(self.at):%Y年%m月%d日 %H:%M}"
        told = f"上次登录：{when}，来自 {self.address}。"
        if not self.failures:
            return told
        return f"{told}之后有 {self.failures} 次没有成功的尝试；不是您自己试的，请告诉管理员。"


def last_visit(user: User, *, before_this: bool = False) -> Visit | None:
    """Return the last log-in of `user`, or `before_this` one the one before; None if there is none."""
    name = user.get_username()
    past = list(AccessLog.objects.filter(username=name).order_by("-attempt_time", "-pk")[:2])
    this = past.pop(0) if before_this and past else None
    if not past:
        return None
    last = past[0]
    failed = AccessFailureLog.objects.filter(username=name, attempt_time__gt=last.attempt_time)
    if this is not None:
        failed = failed.filter(attempt_time__lte=this.attempt_time)
    return Visit(last.attempt_time, last.ip_address or UNKNOWN, failed.count())


def recent_visits(user: User, number: int) -> list[AccessLog]:
    """Return the newest log-ins of `user`."""
    return list(
        AccessLog.objects.filter(username=user.get_username()).order_by("-attempt_time", "-pk")[
            :number
        ]
    )


def recent_failures(user: User, number: int) -> list[AccessFailureLog]:
    """Return the newest attempts under the name of `user` that failed."""
    failed = AccessFailureLog.objects.filter(username=user.get_username())
    return list(failed.order_by("-attempt_time", "-pk")[:number])
