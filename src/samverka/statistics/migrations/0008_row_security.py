"""Figures, row by row: what an organisation measures for itself is read and written by those who work there."""

from django.db import migrations, models

# The inner question finds the few indicators that are closed to the reader; it is asked once for a query, however many
# rows the query reads, and where no indicator is closed it finds nothing at once.
_OPEN_OR_OWN = """USING (
    (SELECT samverka_is_system())
    OR indicator_id NOT IN (
        SELECT id FROM public.statistics_indicator
        WHERE NOT is_public
          AND organisation_id IS DISTINCT FROM (SELECT samverka_key_of())
          AND organisation_id NOT IN (SELECT samverka_organisations())
    )
)"""
FORWARD = f"""
CREATE FUNCTION public.samverka_key_of() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('samverka.key_of', true), '')::bigint $$;

ALTER TABLE statistics_observation ENABLE ROW LEVEL SECURITY;
CREATE POLICY open_or_own ON statistics_observation {_OPEN_OR_OWN};
ALTER TABLE statistics_revision ENABLE ROW LEVEL SECURITY;
CREATE POLICY open_or_own ON statistics_revision {_OPEN_OR_OWN};
ALTER TABLE statistics_figurefile ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_uploaders_own ON statistics_figurefile
    USING (samverka_is_system() OR person_id = samverka_user_id());
"""
BACKWARD = """
DROP POLICY the_uploaders_own ON statistics_figurefile;
ALTER TABLE statistics_figurefile DISABLE ROW LEVEL SECURITY;
DROP POLICY open_or_own ON statistics_revision;
ALTER TABLE statistics_revision DISABLE ROW LEVEL SECURITY;
DROP POLICY open_or_own ON statistics_observation;
ALTER TABLE statistics_observation DISABLE ROW LEVEL SECURITY;
DROP FUNCTION samverka_key_of();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_row_security"),
        ("statistics", "0007_codes_for_answers"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="indicator",
            index=models.Index(
                condition=models.Q(("is_public", False)), fields=["id", "organisation"], name="indicator_closed"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
