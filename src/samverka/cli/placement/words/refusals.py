"""What `samverka match` says when it fails, in Swedish: the sentence in English → ours.

The engine speaks English alone. Where a sentence holds a name or a number, both have {} in its place.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from samverka.cli.failures import Failure
from samverka_engine.matching.files.faults import Fault, Refused

__all__ = ["PHRASES", "in_swedish", "refusal_in", "swedish"]

PHRASES: Mapping[str, str] = {
    # What is found in a file.
    "cannot be opened.": "går inte att öppna.",
    "cannot be read.": "går inte att läsa.",
    "{} cannot be read.": "{} går inte att läsa.",
    "cannot be read as CSV.": "går inte att läsa som CSV.",
    "cannot be read as Parquet ({}).": "går inte att läsa som Parquet ({}).",
    "does not exist.": "finns inte.",
    "is empty.": "är tom.",
    "is not in UTF-8.": "är inte i UTF-8.",
    "is not TOML: {}.": "är inte TOML: {}.",
    "is divided by semicolons.": "har semikolon mellan kolumnerna.",
    "has {} fields, the header {}.": "har {} fält, rubrikraden {}.",
    "has a quotation mark that is not closed.": "har ett citattecken som inte avslutas.",
    "has no rows.": "har inga rader.",
    "has no pairs.": "har inga par.",
    "has no capacity column.": "har ingen kolumn för kapacitet.",
    "gives no capacity at all.": "ger ingen kapacitet alls.",
    "sums to nothing, and some needs ask for it.": "blir noll i summa, och några behov kräver det.",
    "does not say what each need takes.": "säger inte vad varje behov tar.",
    "is missing.": "saknas.",
    "stands twice.": "står två gånger.",
    "the pair {} and {} stands on line {} already.": "paret {} och {} står redan på rad {}.",
    "is not a column of this file.": "är ingen kolumn i den här filen.",
    "is not a table of rules.": "är ingen tabell med regler.",
    "is not known here.": "är okänt här.",
    "is not a list of tables.": "är ingen lista med tabeller.",
    "is not a table.": "är ingen tabell.",
    "is not a list.": "är ingen lista.",
    "{} is not a choice.": "{} går inte att välja.",
    "{} is unknown.": "{} är okänt.",
    "{} is unknown here.": "{} är okänt här.",
    "{} is a group already.": "{} är redan en grupp.",
    "{} is neither more nor less.": "{} är varken more eller less.",
    "{} has no places.": "{} har inga platser.",
    "{} had none of these places.": "{} hade ingen av de här platserna.",
    "is not a finite number.": "är inte ett ändligt tal.",
    "{} is not a finite number.": "{} är inte ett ändligt tal.",
    "is not a whole number.": "är inte ett heltal.",
    "{} is not a whole number from 0.": "{} är inte ett heltal från 0.",
    "is less than {}.": "är mindre än {}.",
    "is too large.": "är för stort.",
    "is negative.": "är negativt.",
    "is nothing.": "är noll.",
    "may not enter a score.": "får inte ingå i en poäng.",
    "names fewer than two needs.": "nämner färre än två behov.",
    "needs areas.": "kräver områden.",
    "needs either places or an area.": "kräver antingen platser eller ett område.",
    "has no bound.": "har ingen gräns.",
    "cannot all hold: {}.": "kan inte alla gälla: {}.",
    # How it is mended.
    "The first line must name the columns.": "Första raden ska nämna kolumnerna.",
    "Save it as CSV with commas between columns and a point before decimals.": (
        "Spara den som CSV med komma mellan kolumnerna och punkt före decimaler."
    ),
    "Save it anew as CSV in UTF-8.": "Spara den på nytt som CSV i UTF-8.",
    "Save the file as CSV in UTF-8.": "Spara filen som CSV i UTF-8.",
    "Save the file in UTF-8.": "Spara filen i UTF-8.",
    "Write the file anew.": "Skriv filen på nytt.",
    "Correct the line.": "Rätta raden.",
    "A text with a comma stands within quotation marks; decimals have a point.": (
        "En text med komma står inom citattecken. Decimaler har punkt."
    ),
    "Close it, or write it twice inside a text.": "Avsluta det, eller skriv det två gånger inne i en text.",
    "Keep one of the columns.": "Behåll en av kolumnerna.",
    "Keep one of the rows.": "Behåll en av raderna.",
    "Is it {}?": "Är det {}?",
    "Remove it; the file may hold {}.": "Ta bort det. Filen får ha {}.",
    "Give the path of a CSV or Parquet file.": "Ge sökvägen till en fil i CSV eller Parquet.",
    "Give the --out directory of the earlier run.": "Ge den tidigare körningens katalog (--out).",
    "Give the assignment.csv of the earlier run, as a path from this file.": (
        "Ge den tidigare körningens assignment.csv, som en sökväg från den här filen."
    ),
    "Add a column {}.": "Lägg till kolumnen {}.",
    "Add a column {} with an id in every row.": "Lägg till kolumnen {} med en beteckning på varje rad.",
    "Add one, for example capacity:seats.": "Lägg till en, till exempel capacity:seats.",
    "Add {}, with 0 for those who need none of it.": "Lägg till {}, med 0 för den som inte behöver något.",
    "Add it to the needs, or remove the pair.": "Lägg till det bland behoven, eller ta bort paret.",
    "Add it to the places, or remove the pair.": "Lägg till den bland platserna, eller ta bort paret.",
    "Add a column area to the places.": "Lägg till kolumnen area bland platserna.",
    "At least one place must have room for somebody.": "Minst en plats måste ha rum för någon.",
    "Nobody can be placed without one.": "Ingen kan placeras utan ett par.",
    "The needs ask for it ({}).": "Behoven kräver det ({}).",
    "The places have it; write 0 for who needs none.": "Platserna har det. Skriv 0 för den som inte behöver något.",
    "Give the places that have it their capacity, or take the demand away.": (
        "Ge de platser som har det sin kapacitet, eller ta bort kravet."
    ),
    "Give the row an id.": "Ge raden en beteckning.",
    "Write at least one under the header.": "Skriv minst en under rubrikraden.",
    "Write a number; 0 if there is none.": "Skriv ett tal, 0 om det inte finns något.",
    "Write a whole number.": "Skriv ett heltal.",
    "Write a whole number, {} or more.": "Skriv ett heltal, {} eller mer.",
    "The largest amount is {}.": "Det största antalet är {}.",
    "Write digits, with a point before decimals.": "Skriv siffror, med punkt före decimaler.",
    "Write digits, with a point before decimals; remove pairs that are not possible.": (
        "Skriv siffror, med punkt före decimaler. Ta bort par som inte är möjliga."
    ),
    "Write digits without quotation marks.": "Skriv siffror utan citattecken.",
    "Write the standard deviation of the score's error, 0 or more.": (
        "Skriv poängens osäkerhet (standardavvikelse), 0 eller mer."
    ),
    "Write a standard deviation, 0 or more.": "Skriv en standardavvikelse, 0 eller mer.",
    "Write the standard deviation of a score's error, or add a column uncertainty to the pairs.": (
        "Skriv poängens osäkerhet (standardavvikelse), eller lägg till kolumnen uncertainty bland paren."
    ),
    "Remove it. Give it as a column group:<name> of the needs, and the outcome is reported by it.": (
        "Ta bort det. Ge det som kolumnen group:<namn> bland behoven, så redovisas utfallet efter det."
    ),
    "Write [[{}]] above each.": "Skriv [[{}]] ovanför var och en.",
    "Write [{}] on a line of its own.": "Skriv [{}] på en egen rad.",
    "Give it as a text within quotation marks.": "Ge det som en text inom citattecken.",
    "Write it as in the other files, within quotation marks.": "Skriv det som i de andra filerna, inom citattecken.",
    "Write it as in the column area of the places.": "Skriv det som i platsernas kolumn area.",
    'Write for example ["a", "b"].': 'Skriv till exempel ["a", "b"].',
    'Write for example objectives = ["score", "placed"].': 'Skriv till exempel objectives = ["score", "placed"].',
    "Choose one of {}.": "Välj bland {}.",
    "Choose another name.": "Välj ett annat namn.",
    "Give its needs, or name one of the groups of the needs ({}).": (
        "Ge dess behov, eller nämn en av behovens grupper ({})."
    ),
    "Name all that belong together.": "Nämn alla som hör ihop.",
    "Write 0 or more.": "Skriv 0 eller mer.",
    "Write 1 or more.": "Skriv 1 eller mer.",
    "Write what each missing or surplus unit costs.": "Skriv vad varje enhet för lite eller för mycket kostar.",
    "Write a share, such as 0.01.": "Skriv en andel, som 0.01.",
    "Write more or less.": "Skriv more eller less.",
    "Write how many more needs are expected.": "Skriv hur många fler behov som väntas.",
    "Give least, most or both.": "Ge least, most eller båda.",
    "Give one of the two.": "Ge en av de två.",
    "The pairs give {}.": "Paren ger {}.",
    "These files give {}.": "De här filerna ger {}.",
    "Take the need out of the list.": "Ta bort behovet ur listan.",
    "Change or remove one of them.": "Ändra eller ta bort en av dem.",
    # Rules that contradict each other.
    "{} is fixed at {}": "{} är bestämd till {}",
    "{} is forbidden at {}": "{} får inte till {}",
    "{} and {} are not among the pairs": "{} och {} finns inte bland paren",
    "the capacity of {} in {} is {}": "kapaciteten i {} av {} är {}",
    "{} opens from {}": "{} öppnar från {}",
    "together number {}": "together nummer {}",
    "the quota {}": "kvoten {}",
    "the minimum of the group {}": "lägsta utfall för gruppen {}",
    "the largest difference between groups is {}": "största skillnad mellan grupper är {}",
    "at most {} changes": "högst {} får flyttas",
    # The work.
    "Those who are fixed take more than there is.": "De som är bestämda i förväg tar mer än det finns.",
    "No placement that keeps all the rules was found in the time. It is not proven that there is none.": (
        "Ingen fördelning som följer alla regler hittades i tid. Det är inte bevisat att det inte finns någon."
    ),
    "No placement that keeps all the rules was found by moving some of {}. It is not proven that there is none.": (
        "Ingen fördelning som följer alla regler hittades genom att flytta några av {}. "
        "Det är inte bevisat att det inte finns någon."
    ),
    "No placement was found that keeps the other rules and is nearly as good for the worst-off group as can be. "
    "It is not proven that there is none.": (
        "Ingen fördelning hittades som följer de andra reglerna och är nästan så bra den kan bli för den grupp som har "
        "det sämst. Det är inte bevisat att det inte finns någon."
    ),
    "Loosen or remove a rule, or give more time.": "Mildra eller ta bort en regel, eller ge mer tid.",
    "No placement keeps all the rules.": "Ingen fördelning följer alla regler.",
    "No placement keeps all the rules: {}.": "Ingen fördelning följer alla regler: {}.",
    "Loosen a quota, a minimum of a group, or a pair that is fixed.": (
        "Mildra en kvot, ett lägsta utfall för en grupp eller ett par som är bestämt."
    ),
    "Nothing was changed.": "Inget har ändrats.",
    "Nothing was written.": "Inget är skrivet.",
    "Nothing was written to {}.": "Inget är skrivet i {}.",
    "Mend the files and run the command again.": "Rätta filerna och kör kommandot igen.",
    "{} is not an empty directory.": "{} är ingen tom katalog.",
    "It is as it was.": "Den är som den var.",
    "Give --out another directory, or move what is there away.": (
        "Ge --out en annan katalog, eller flytta undan det som finns där."
    ),
    "The answer could not be written: {}": "Svaret gick inte att skriva: {}",
    "There is no {}, and no half answer.": "{} finns inte, och inget halvt svar.",
    "Make room, or give --out another place, and run the command again.": (
        "Gör plats, eller ge --out en annan katalog, och kör kommandot igen."
    ),
    "There is no executor {}.": "{} går inte att lösa med.",
    "Give process, or dask:ADDRESS of a scheduler.": "Ge process, eller dask:ADRESS till en schemaläggare.",
    "Dask is not installed.": "Dask är inte installerat.",
    "Install the extra: samverka[cluster].": "Installera tillägget samverka[cluster].",
    "No Dask scheduler answers at {}: {}": "Ingen schemaläggare för Dask svarar på {}: {}",
    "Start one, or correct the address; without --executor this machine does the work.": (
        "Starta en, eller rätta adressen. Utan --executor gör den här datorn arbetet."
    ),
    # While it goes on.
    "Stopping with the best answer so far; Ctrl+C again writes nothing.": (
        "Slutar med det bästa svaret hittills. Ctrl+C en gång till skriver inget."
    ),
    "Placing": "Fördelar",
    "{} of {} draws": "{} av {} omräkningar",
    "total {}, gap {} %": "summa {}, marginal {} %",
}
RULES = "cannot all hold: {}."


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Longer sentences first, for a shorter one may be a part of theirs. What is found may begin with its value."""
    found = []
    for said in sorted(PHRASES, key=len, reverse=True):
        body = "(.+?)".join(re.escape(part) for part in said.split("{}"))
        found.append((re.compile(f"(?:(?P<value>.+) )?{body}", re.DOTALL), said))
    return found


def swedish(text: str) -> str:
    """A sentence of the command or of the engine in Swedish; as it stands if it is not one of theirs."""
    if text in PHRASES:
        return PHRASES[text]
    for pattern, said in _patterns():
        match = pattern.fullmatch(text)
        if match is None:
            continue
        value, *parts = match.groups()
        if said == RULES:
            parts = ["; ".join(map(swedish, parts[0].split("; ")))]
        ours = PHRASES[said].format(*parts)
        return ours if value is None else f"{value} {ours}"
    return text


def refusal_in(language: str, refused: Refused) -> str:
    """What is wrong with the files: a line for each fault."""
    if language == "en":
        return "\n".join([*map(str, refused.faults), *([f"… and {refused.more} more."] if refused.more else [])])
    more = [f"… och {refused.more} till."] if refused.more else []
    return "\n".join([*_faults(refused.faults), *more])


def _faults(faults: tuple[Fault, ...]) -> Iterator[str]:
    for fault in faults:
        where = [fault.file]
        if fault.line is not None:
            where.append(f"rad {fault.line}")
        if fault.column is not None:
            where.append(f"kolumn {fault.column}")
        yield f"{', '.join(where)}: {swedish(fault.found)} {swedish(fault.remedy)}"


def in_swedish(failure: Failure) -> Failure:
    """The same failure in Swedish. What is said in Swedish already stays."""
    return Failure(
        swedish(failure.message),
        kept=swedish(failure.kept),
        remedy=swedish(failure.remedy),
        code=failure.exit_code,
        heads=("Fel", "Gör så här"),
    )
