"""The audit, row by row: read by the organisation's coordinators, written in one's own name, changed by nobody."""

from django.db import migrations

# Every name has its schema: anybody may make a temporary table, and it would otherwise be read before ours.
FORWARD = """
CREATE FUNCTION public.samverka_organisations(VARIADIC roles text[] DEFAULT ARRAY[]::text[]) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT organisation_id FROM public.organisations_membership
    WHERE person_id = public.samverka_user_id()
      AND (cardinality(roles) = 0 OR role = ANY (roles))
      AND starts_on <= (now() AT TIME ZONE 'Europe/Stockholm')::date
      AND (ends_on IS NULL OR ends_on > (now() AT TIME ZONE 'Europe/Stockholm')::date)
$$;

ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_by_coordinators ON audit_entry FOR SELECT
    USING (samverka_is_system() OR organisation_id IN (SELECT samverka_organisations('coordinator')));
CREATE POLICY written_in_ones_own_name ON audit_entry FOR INSERT
    WITH CHECK (samverka_is_system() OR (
        actor_id = samverka_user_id()
        AND actor_name = (SELECT coalesce(nullif(name, ''), email) FROM public.access_user WHERE id = actor_id)
    ));
"""
BACKWARD = """
DROP POLICY read_by_coordinators ON audit_entry;
DROP POLICY written_in_ones_own_name ON audit_entry;
ALTER TABLE audit_entry DISABLE ROW LEVEL SECURITY;
DROP FUNCTION samverka_organisations(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0001_initial"),
        ("access", "0002_who_acts"),
        ("audit", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
