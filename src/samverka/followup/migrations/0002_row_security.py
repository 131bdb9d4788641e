"""Status texts, row by row: a draft belongs to the party that writes it; what is submitted stands."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION public.samverka_parties(VARIADIC roles text[] DEFAULT ARRAY[]::text[]) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT id FROM public.collaborations_party
    WHERE left_on IS NULL AND organisation_id IN (SELECT public.samverka_organisations(VARIADIC roles))
$$;

ALTER TABLE followup_statustext ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_submitted ON followup_statustext FOR SELECT USING (
    samverka_is_system()
    OR party_id IN (SELECT samverka_parties())
    OR (submitted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM collaborations_party theirs
        JOIN collaborations_party mine ON mine.collaboration_id = theirs.collaboration_id
        WHERE theirs.id = followup_statustext.party_id AND mine.id IN (SELECT samverka_parties())
    ))
);
CREATE POLICY own_written ON followup_statustext FOR INSERT WITH CHECK (
    samverka_is_system()
    OR (written_by_id = samverka_user_id() AND party_id IN (SELECT samverka_parties('coordinator', 'member')))
);
CREATE POLICY own_draft_changed ON followup_statustext FOR UPDATE
    USING (submitted_at IS NULL
           AND (samverka_is_system() OR party_id IN (SELECT samverka_parties('coordinator', 'member'))))
    WITH CHECK (samverka_is_system() OR (
        written_by_id = samverka_user_id() AND party_id IN (SELECT samverka_parties('coordinator', 'member'))
    ));
CREATE POLICY own_draft_removed ON followup_statustext FOR DELETE
    USING (submitted_at IS NULL
           AND (samverka_is_system() OR party_id IN (SELECT samverka_parties('coordinator', 'member'))));
"""
BACKWARD = """
DROP POLICY own_or_submitted ON followup_statustext;
DROP POLICY own_written ON followup_statustext;
DROP POLICY own_draft_changed ON followup_statustext;
DROP POLICY own_draft_removed ON followup_statustext;
ALTER TABLE followup_statustext DISABLE ROW LEVEL SECURITY;
DROP FUNCTION samverka_parties(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0001_initial"),
        ("organisations", "0002_row_security"),
        ("collaborations", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
