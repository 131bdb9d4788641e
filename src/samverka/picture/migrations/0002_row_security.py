"""Notes, comments and frozen pictures, row by row: the parties' own, and notes that all may read."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION public.samverka_collaborations(VARIADIC roles text[] DEFAULT ARRAY[]::text[]) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT collaboration_id FROM public.collaborations_party
    WHERE left_on IS NULL AND organisation_id IN (SELECT public.samverka_organisations(VARIADIC roles))
$$;

ALTER TABLE picture_note ENABLE ROW LEVEL SECURITY;
CREATE POLICY parties_or_public ON picture_note FOR SELECT USING (
    samverka_is_system()
    OR collaboration_id IN (SELECT samverka_collaborations())
    OR (is_public AND EXISTS (
        SELECT 1 FROM collaborations_collaboration c WHERE c.id = picture_note.collaboration_id AND c.is_public
    ))
);
CREATE POLICY written_by_parties ON picture_note FOR INSERT WITH CHECK (
    samverka_is_system()
    OR (written_by_id = samverka_user_id()
        AND collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member')))
);
CREATE POLICY changed_by_parties ON picture_note FOR UPDATE
    USING (samverka_is_system() OR collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member')))
    WITH CHECK (samverka_is_system() OR collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member')));
CREATE POLICY removed_by_parties ON picture_note FOR DELETE
    USING (samverka_is_system() OR collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member')));

ALTER TABLE picture_comment ENABLE ROW LEVEL SECURITY;
CREATE POLICY parties ON picture_comment FOR SELECT
    USING (samverka_is_system() OR collaboration_id IN (SELECT samverka_collaborations()));
CREATE POLICY written_by_parties ON picture_comment FOR INSERT WITH CHECK (
    samverka_is_system()
    OR (written_by_id = samverka_user_id()
        AND collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member')))
);
CREATE POLICY never_changed ON picture_comment FOR UPDATE USING (samverka_is_system());
CREATE POLICY removed_by_parties ON picture_comment FOR DELETE
    USING (samverka_is_system() OR collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member')));

ALTER TABLE picture_snapshot ENABLE ROW LEVEL SECURITY;
CREATE POLICY parties ON picture_snapshot FOR SELECT
    USING (samverka_is_system() OR collaboration_id IN (SELECT samverka_collaborations()));
CREATE POLICY taken_by_parties ON picture_snapshot FOR INSERT WITH CHECK (
    samverka_is_system() OR collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member'))
);

ALTER TABLE picture_snapshotlink ENABLE ROW LEVEL SECURITY;
CREATE POLICY parties ON picture_snapshotlink FOR SELECT USING (
    samverka_is_system() OR snapshot_id IN (
        SELECT id FROM picture_snapshot WHERE collaboration_id IN (SELECT samverka_collaborations())
    )
);
CREATE POLICY made_by_parties ON picture_snapshotlink FOR INSERT WITH CHECK (
    samverka_is_system() OR snapshot_id IN (
        SELECT id FROM picture_snapshot WHERE collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member'))
    )
);
CREATE POLICY withdrawn_by_parties ON picture_snapshotlink FOR UPDATE
    USING (samverka_is_system() OR snapshot_id IN (
        SELECT id FROM picture_snapshot WHERE collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member'))
    ))
    WITH CHECK (samverka_is_system() OR snapshot_id IN (
        SELECT id FROM picture_snapshot WHERE collaboration_id IN (SELECT samverka_collaborations('coordinator', 'member'))
    ));
CREATE POLICY never_removed ON picture_snapshotlink FOR DELETE USING (samverka_is_system());
"""
BACKWARD = """
DROP POLICY parties_or_public ON picture_note;
DROP POLICY written_by_parties ON picture_note;
DROP POLICY changed_by_parties ON picture_note;
DROP POLICY removed_by_parties ON picture_note;
ALTER TABLE picture_note DISABLE ROW LEVEL SECURITY;
DROP POLICY parties ON picture_comment;
DROP POLICY written_by_parties ON picture_comment;
DROP POLICY never_changed ON picture_comment;
DROP POLICY removed_by_parties ON picture_comment;
ALTER TABLE picture_comment DISABLE ROW LEVEL SECURITY;
DROP POLICY parties ON picture_snapshotlink;
DROP POLICY made_by_parties ON picture_snapshotlink;
DROP POLICY withdrawn_by_parties ON picture_snapshotlink;
DROP POLICY never_removed ON picture_snapshotlink;
ALTER TABLE picture_snapshotlink DISABLE ROW LEVEL SECURITY;
DROP POLICY parties ON picture_snapshot;
DROP POLICY taken_by_parties ON picture_snapshot;
ALTER TABLE picture_snapshot DISABLE ROW LEVEL SECURITY;
DROP FUNCTION samverka_collaborations(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_row_security"),
        ("picture", "0001_initial"),
        ("collaborations", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
