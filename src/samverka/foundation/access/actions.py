"""Everything that a person can be allowed to do, in one place."""

from enum import StrEnum


class Action(StrEnum):
    """An action; the comment says on what it is asked. `docs/access.md` lists who may, and a test compares."""

    READ = "read"  # anything
    READ_AUDIT = "read_audit"  # organisation
    MANAGE_MEMBERS = "manage_members"  # organisation
    START_COLLABORATION = "start_collaboration"  # organisation
    CHANGE_COLLABORATION = "change_collaboration"  # collaboration
    WRITE_BENEFIT = "write_benefit"  # party
    ADD_MEASURE = "add_measure"  # party
    CHANGE_MEASURE = "change_measure"  # measure
    WRITE_STATUS = "write_status"  # party
    ADOPT_GOAL = "adopt_goal"  # collaboration
    PUBLISH_REPORT = "publish_report"  # collaboration
    WRITE_NOTE = "write_note"  # collaboration
    CHANGE_NOTE = "change_note"  # note
    REMOVE_COMMENT = "remove_comment"  # comment
    TAKE_SNAPSHOT = "take_snapshot"  # collaboration
    SHARE_SNAPSHOT = "share_snapshot"  # snapshot
    DEFINE_NODES = "define_nodes"  # area
    CHOOSE_COMPARISON = "choose_comparison"  # area
    ARRANGE_STATISTICS = "arrange_statistics"  # organisation, focus area, indicator
    IMPORT_STATISTICS = "import_statistics"  # the installation
    CANCEL_JOB = "cancel_job"  # job
