from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0002_staff_records'),
    ]

    operations = [
        migrations.AddField(
            model_name='savedcase',
            name='expected',
            field=models.JSONField(blank=True, default=dict, verbose_name='应有的结果'),
        ),
        migrations.AddField(
            model_name='savedcase',
            name='expected_on',
            field=models.DateField(blank=True, null=True, verbose_name='哪天记下的'),
        ),
    ]
