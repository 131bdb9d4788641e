"""Goals, row by row: the parties' own, and those decided to be public. Adopted by the leading party; then they stand."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION public.samverka_led_collaborations() RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT collaboration_id FROM public.collaborations_party
    WHERE left_on IS NULL AND role = 'lead'
      AND organisation_id IN (SELECT public.samverka_organisations('coordinator'))
$$;

ALTER TABLE goals_goal ENABLE ROW LEVEL SECURITY;
CREATE POLICY parties_or_public ON goals_goal FOR SELECT USING (
    samverka_is_system()
    OR collaboration_id IN (SELECT samverka_collaborations())
    OR (is_public AND EXISTS (
        SELECT 1 FROM collaborations_collaboration c WHERE c.id = goals_goal.collaboration_id AND c.is_public
    ))
);
CREATE POLICY adopted_by_the_lead ON goals_goal FOR INSERT
    WITH CHECK (samverka_is_system() OR collaboration_id IN (SELECT samverka_led_collaborations()));
CREATE POLICY never_changed ON goals_goal FOR UPDATE USING (samverka_is_system());
CREATE POLICY never_removed ON goals_goal FOR DELETE USING (samverka_is_system());

-- What is asked of the goals here is answered under their own policy.
ALTER TABLE goals_goaltarget ENABLE ROW LEVEL SECURITY;
CREATE POLICY as_the_goal ON goals_goaltarget FOR SELECT
    USING (samverka_is_system() OR goal_id IN (SELECT id FROM goals_goal));
CREATE POLICY adopted_by_the_lead ON goals_goaltarget FOR INSERT WITH CHECK (samverka_is_system() OR goal_id IN (
    SELECT id FROM goals_goal WHERE collaboration_id IN (SELECT samverka_led_collaborations())
));
"""
BACKWARD = """
DROP POLICY as_the_goal ON goals_goaltarget;
DROP POLICY adopted_by_the_lead ON goals_goaltarget;
ALTER TABLE goals_goaltarget DISABLE ROW LEVEL SECURITY;
DROP POLICY parties_or_public ON goals_goal;
DROP POLICY adopted_by_the_lead ON goals_goal;
DROP POLICY never_changed ON goals_goal;
DROP POLICY never_removed ON goals_goal;
ALTER TABLE goals_goal DISABLE ROW LEVEL SECURITY;
DROP FUNCTION samverka_led_collaborations();
"""


class Migration(migrations.Migration):
    dependencies = [("goals", "0001_initial"), ("picture", "0002_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
