"""The indicators that are closed to the reader, found by a function: planned once a connection, and not with every query.

Planning the question anew cost a small query of figures more than reading its rows.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION public.samverka_closed_indicators() RETURNS SETOF bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN QUERY
        SELECT id FROM public.statistics_indicator
        WHERE NOT is_public
          AND organisation_id IS DISTINCT FROM public.samverka_key_of()
          AND organisation_id NOT IN (SELECT public.samverka_organisations());
END $$;
ALTER POLICY open_or_own ON statistics_observation
    USING ((SELECT samverka_is_system()) OR indicator_id NOT IN (SELECT samverka_closed_indicators()));
ALTER POLICY open_or_own ON statistics_revision
    USING ((SELECT samverka_is_system()) OR indicator_id NOT IN (SELECT samverka_closed_indicators()));
"""
BACKWARD = """
ALTER POLICY open_or_own ON statistics_observation USING (
    (SELECT samverka_is_system()) OR indicator_id NOT IN (
        SELECT id FROM public.statistics_indicator
        WHERE NOT is_public AND organisation_id IS DISTINCT FROM (SELECT samverka_key_of())
          AND organisation_id NOT IN (SELECT samverka_organisations())
    )
);
ALTER POLICY open_or_own ON statistics_revision USING (
    (SELECT samverka_is_system()) OR indicator_id NOT IN (
        SELECT id FROM public.statistics_indicator
        WHERE NOT is_public AND organisation_id IS DISTINCT FROM (SELECT samverka_key_of())
          AND organisation_id NOT IN (SELECT samverka_organisations())
    )
);
DROP FUNCTION samverka_closed_indicators();
"""


class Migration(migrations.Migration):
    dependencies = [("statistics", "0009_no_release_day")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
