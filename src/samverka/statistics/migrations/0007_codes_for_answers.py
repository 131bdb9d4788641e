"""What the values are may be codes for answers, which are never put together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0003_api_keys"),
        ("statistics", "0006_files_and_undoing"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="indicator",
            name="indicator_measure_known",
        ),
        migrations.AlterField(
            model_name="indicator",
            name="measure",
            field=models.CharField(
                choices=[
                    ("count", "antal"),
                    ("ratio", "andel eller kvot"),
                    ("other", "annat"),
                    ("code", "kod för ett svar"),
                ],
                default="other",
                max_length=8,
                verbose_name="värdets art",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.CheckConstraint(
                condition=models.Q(("measure__in", ["count", "ratio", "other", "code"])), name="indicator_measure_known"
            ),
        ),
    ]
