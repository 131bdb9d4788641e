"""How PostgreSQL knows who acts: what the transaction was told, and nothing when it was told nothing."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION samverka_user_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('samverka.user_id', true), '')::bigint $$;

CREATE FUNCTION samverka_is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('samverka.system', true), '') = 'yes' $$;
"""
BACKWARD = "DROP FUNCTION samverka_user_id(); DROP FUNCTION samverka_is_system();"


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
