"""Reports, row by row: they hold what the parties wrote to each other, and only some are decided to be public."""

from django.db import migrations

FORWARD = """
ALTER TABLE reports_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY parties_or_public ON reports_report FOR SELECT USING (
    samverka_is_system()
    OR collaboration_id IN (SELECT samverka_collaborations())
    OR (is_public AND EXISTS (
        SELECT 1 FROM collaborations_collaboration c WHERE c.id = reports_report.collaboration_id AND c.is_public
    ))
);
CREATE POLICY published_by_the_lead ON reports_report FOR INSERT
    WITH CHECK (samverka_is_system() OR collaboration_id IN (SELECT samverka_led_collaborations()));

-- What is asked of the reports here is answered under their own policy.
ALTER TABLE reports_reportfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY as_the_report ON reports_reportfile FOR SELECT
    USING (samverka_is_system() OR report_id IN (SELECT id FROM reports_report));
CREATE POLICY published_by_the_lead ON reports_reportfile FOR INSERT WITH CHECK (samverka_is_system() OR report_id IN (
    SELECT id FROM reports_report WHERE collaboration_id IN (SELECT samverka_led_collaborations())
));
"""
BACKWARD = """
DROP POLICY as_the_report ON reports_reportfile;
DROP POLICY published_by_the_lead ON reports_reportfile;
ALTER TABLE reports_reportfile DISABLE ROW LEVEL SECURITY;
DROP POLICY parties_or_public ON reports_report;
DROP POLICY published_by_the_lead ON reports_report;
ALTER TABLE reports_report DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("goals", "0002_row_security")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
