from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=64, verbose_name="frågare")),
                ("asked_at", models.DateTimeField(verbose_name="frågade")),
            ],
            options={
                "verbose_name": "fråga till API:et",
                "verbose_name_plural": "frågor till API:et",
                "indexes": [
                    models.Index(fields=["who", "asked_at"], name="question_by_who"),
                    models.Index(fields=["asked_at"], name="question_by_age"),
                ],
            },
        ),
    ]
