"""`manage.py seed`: give the shipped fixtures to the database, each record once."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.policy.seeding import seed


class Command(BaseCommand):
    help = "载入随程序发布的初始数据；已经载入过的、员工改过或删掉的，一概不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        created = seed()
        self.stdout.write(f"新载入 {created} 条初始数据。" if created else "初始数据已是最新。")
