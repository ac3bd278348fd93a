from django.db import migrations, models

from portal.offices.pinyin import spell

SPELLED = {"office": ("name", "district", "address"), "alias": ("name",), "stop": ("station",)}


def spell_what_there_is(apps, schema_editor):
    """Offices that were entered before: as saving them would."""
    for model, names in SPELLED.items():
        for instance in apps.get_model("offices", model).objects.all():
            instance.pinyin = "\n".join(spell(getattr(instance, name)) for name in names)
            instance.save(update_fields=["pinyin"])


class Migration(migrations.Migration):
    dependencies = [("offices", "0001_initial")]

    operations = [
        *(
            migrations.AddField(
                model,
                "pinyin",
                models.TextField(
                    blank=True,
                    default="",
                    editable=False,
                    help_text="保存时自动记下，例如 hun nan fen zhong xin",
                    verbose_name="拼音",
                ),
                preserve_default=False,
            )
            for model in SPELLED
        ),
        migrations.RunPython(spell_what_there_is, migrations.RunPython.noop, elidable=True),
    ]
