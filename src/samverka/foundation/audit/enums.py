"""What was done, in words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ACTION_WORDS: dict[str, "StrPromise"] = {
    "add_organisation": _("lade till organisation"),
    "make_operator": _("gjorde till driftansvarig"),
    "add_member": _("lade till person"),
    "end_membership": _("avslutade medlemskap"),
    "make_api_key": _("gjorde API-nyckel"),
    "withdraw_api_key": _("återkallade API-nyckel"),
    "start_collaboration": _("startade samverkan"),
    "change_collaboration": _("ändrade samverkan"),
    "add_party": _("lade till part"),
    "end_party": _("avslutade part"),
    "write_benefit": _("skrev egen nytta"),
    "choose_indicator": _("valde indikator"),
    "move_indicator": _("flyttade indikator"),
    "drop_indicator": _("tog bort indikator"),
    "add_agreement": _("lade in överenskommelse"),
    "add_funding": _("lade in finansiering"),
    "adopt_goal": _("antog mål"),
    "add_measure": _("tog på sig åtgärd"),
    "change_measure": _("ändrade åtgärd"),
    "save_draft": _("sparade utkast"),
    "submit_status": _("skickade lägesbeskrivning"),
    "discard_draft": _("kastade utkast"),
    "publish_report": _("publicerade rapport"),
    "write_note": _("skrev anteckning"),
    "change_note": _("ändrade anteckning"),
    "remove_note": _("tog bort anteckning"),
    "write_comment": _("kommenterade siffra"),
    "remove_comment": _("tog bort kommentar"),
    "take_snapshot": _("frös lägesbild"),
    "share_snapshot": _("delade lägesbild med länk"),
    "withdraw_snapshot": _("återkallade länk till lägesbild"),
    "define_indicator": _("beskrev indikator"),
    "add_indicator": _("lade till indikator"),
    "change_indicator": _("ändrade indikatorns definition"),
    "derive_indicator": _("bildade indikator ur andra"),
    "add_focus_area": _("lade till fokusområde"),
    "change_focus_area": _("ändrade fokusområde"),
    "import_statistics": _("läste in statistik"),
    "undo_import": _("ångrade inläsning av statistik"),
    "refresh_statistics": _("uppdaterade statistik från källan"),
    "define_nodes": _("delade in län"),
    "import_boundaries": _("läste in gränser"),
    "choose_comparison": _("valde jämförelsekommuner"),
    "take_in_groups": _("läste in jämförelsegrupper"),
}
"""Every action that is ever recorded has its words here; a test compares."""
