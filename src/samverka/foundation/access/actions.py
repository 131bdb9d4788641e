"""Everything that a person can be allowed to do, in one place."""

from enum import StrEnum


class Action(StrEnum):
    """An action; the comment says on what it is asked. `docs/access.md` lists who may, and a test compares."""

    READ = "read"  # anything
    READ_AUDIT = "read_audit"  # organisation
    WRITE_BENEFIT = "write_benefit"  # party
    CHANGE_MEASURE = "change_measure"  # measure
    WRITE_STATUS = "write_status"  # party
    ADOPT_GOAL = "adopt_goal"  # collaboration
    PUBLISH_REPORT = "publish_report"  # collaboration
    IMPORT_STATISTICS = "import_statistics"  # the installation
    CANCEL_JOB = "cancel_job"  # job
