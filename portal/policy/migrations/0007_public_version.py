"""Take the public version over from `portal.caching`: the table stays where and as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("caching", "0001_public_version"),
        ("policy", "0006_guide_book"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="PublicVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "公开数据的版本",
                        "verbose_name_plural": "公开数据的版本",
                        "db_table": "caching_publicversion",
                        "default_permissions": (),
                    },
                ),
            ],
        ),
    ]
