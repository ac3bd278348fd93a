"""Give the public version to `portal.policy`: the table stays where and as it is."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("caching", "0001_public_version"),
        ("policy", "0007_public_version"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="PublicVersion")],
        ),
    ]
