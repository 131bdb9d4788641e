from django.db import migrations


class Migration(migrations.Migration):
    """When the figures were published was never filled in; extractions say when they left their source."""

    dependencies = [("statistics", "0008_row_security")]
    operations = [migrations.RemoveField(model_name="indicator", name="released_on")]
