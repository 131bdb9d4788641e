"""The words of report.html in Swedish and English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Everything that the report says. Braces are filled in by the page."""

    decimal: str
    thousands: str
    title: str
    lead_optimal: str
    lead_gap: str
    lead_stopped: str
    lead_time: str
    total: str
    unplaced: str
    first_choice: str
    largest_gap: str
    nobody: str
    choices_title: str
    choices_text: str
    choices: tuple[str, str, str, str, str]
    people: str
    share: str
    groups_title: str
    groups_text: str
    groups_none: str
    group: str
    everybody: str
    members: str
    placed: str
    got_first: str
    mean_score: str
    seats_title: str
    seats_text: str
    seats_rough: str
    seats_none: str
    seat_sentence: str
    place: str
    resource: str
    adds: str
    use_title: str
    use_text: str
    used: str
    capacity: str
    fullest: str
    obstacles_title: str
    obstacles_text: str
    obstacles: dict[str, str]
    obstacle: str
    helps: str
    envy_title: str
    envy_text: str
    envy_room: str
    changes_title: str
    changes_text: str
    changes_none: str
    moves: dict[str, str]
    causes: dict[str, str]
    rules_title: str
    rules_text: str
    rule: str
    costs: str
    between: str
    rules: dict[str, str]
    trust_title: str
    trust: tuple[str, ...]
    run_title: str
    run_text: str
    file: str
    checksum: str
    program: str
    version: str
    step: str
    seconds: str
    steps: dict[str, str]
    table: str


SWEDISH = Words(
    decimal=",",
    thousands="\u202f",
    title="{placed} av {needs} fick en plats",
    lead_optimal="Det går inte att fördela platserna bättre. Det är bevisat.",
    lead_gap="Ingen fördelning kan vara mer än {gap} bättre. Det är bevisat.",
    lead_stopped="Arbetet stoppades. Svaret håller, men en annan fördelning kan vara upp till {gap} bättre.",
    lead_time="Tiden tog slut. Svaret håller, men en annan fördelning kan vara upp till {gap} bättre.",
    total="Summa",
    unplaced="Utan plats",
    first_choice="Fick sitt första val",
    largest_gap="Längst från det bästa",
    nobody="Ingen",
    choices_title="Så många fick det de helst ville",
    choices_text="{first} av {needs} fick sitt första val, {second} sitt andra och {third} sitt tredje. {none} är utan "
    "plats.",
    choices=("Första valet", "Andra valet", "Tredje valet", "Senare val", "Utan plats"),
    people="Antal",
    share="Andel",
    groups_title="Kvinnor, män och andra grupper",
    groups_text="Andelen som fick plats i varje grupp. Kön och medborgarskap ingår aldrig i poängen; de visas här för "
    "att skillnader ska synas.",
    groups_none="Inga grupper är angivna. Lägg till en kolumn group:kön i filen med behov, så redovisas utfallet per "
    "grupp.",
    group="Grupp",
    everybody="Alla",
    members="I gruppen",
    placed="Fick plats",
    got_first="Fick första valet",
    mean_score="Poäng i snitt",
    seats_title="Här skulle en plats till hjälpa mest",
    seats_text="Vad en enhet till skulle lägga till summan, om allt annat är som nu.",
    seats_rough="Riktvärden: de kommer ur beviset, inte ur en ny lösning med en plats till.",
    seats_none="Ingen ytterligare plats skulle höja summan: det finns rum för alla som vinner på det.",
    seat_sentence="En till av {resource} i {place} ger {price}",
    place="Plats",
    resource="Resurs",
    adds="Ger",
    use_title="Så mycket av platserna används",
    use_text="{share} av det som är mest efterfrågat används ({resource}).",
    used="Används",
    capacity="Finns",
    fullest="Alla platser står i places.csv.",
    obstacles_title="De som är utan plats",
    obstacles_text="Vad som stod i vägen. Den minsta ändring som hjälper var och en står i filen {file}.",
    obstacles={
        "no_options": "Ingen plats är möjlig",
        "full": "Fullt",
        "too_small": "Ingen plats är stor nog",
        "not_worth": "Ingen plats ger poäng",
        "rules": "Reglerna hindrar",
        "not_proven": "Sökningen hann inte",
    },
    obstacle="Hinder",
    helps="Minsta ändring som hjälper oftast",
    envy_title="Befogad avund",
    envy_text="{count} skulle hellre vara på en plats där någon med lägre poäng är. Det är priset för att summan blir "
    "så hög som möjligt.",
    envy_room="{count} skulle hellre vara på en plats där det finns rum.",
    changes_title="Sedan förra körningen",
    changes_text="{count} har fått en annan plats än förra gången.",
    changes_none="Alla är kvar där de var.",
    moves={
        "new": "Nya, fick plats",
        "waits": "Nya, utan plats",
        "got_place": "Var utan, fick plats",
        "lost_place": "Miste sin plats",
        "moved": "Flyttades",
        "left": "Inte längre med",
    },
    causes={
        "gone": "platsen är borta",
        "better": "bättre för dem",
        "needed": "andra behövde den",
        "total": "för helheten",
    },
    rules_title="Vad reglerna kostar",
    rules_text="Så mycket högre skulle summan vara utan en regel, om de andra står kvar. Kostnaderna kan inte läggas "
    "ihop: två regler kan kräva samma sak.",
    rule="Regel",
    costs="Kostar",
    between="{least} till {most}",
    rules={
        "fixed": "{need} ska till {place}",
        "forbidden": "{need} får inte till {place}",
        "together": "De som hör ihop, nummer {number}",
        "quota": "Kvoten {name}",
        "group": "Lägsta utfall för {name}",
        "all_fixed": "Allt som är bestämt i förväg",
        "all_forbidden": "Allt som är förbjudet",
        "all_together": "Alla som hör ihop",
        "all_minimum": "Platser som öppnar först när nog många kommer",
        "all_difference": "Största skillnad mellan grupper",
        "all_changes": "Att hålla sig nära förra körningen",
        "worst_off": "Bäst för den grupp som har det sämst",
    },
    trust_title="Vad svaret säger och inte säger",
    trust=(
        "Poängen är indata. Fördelningen är den bästa för just de poängen; är de fel blir den fel.",
        "En poäng om framtiden gäller många som liknar varandra, inte en viss person.",
        "Svaret är ett förslag. En människa beslutar, och den som berörs ska höras.",
        "Beviset kan räknas om av vem som helst ur places.csv och indata: kapacitet gånger pris, plus varje behovs "
        "bästa poäng minus vad det använder till de priserna.",
    ),
    run_title="Om körningen",
    run_text="Samma filer och samma frö ger samma svar.",
    file="Fil",
    checksum="SHA-256",
    program="Program",
    version="Version",
    step="Steg",
    seconds="Sekunder",
    steps={
        "read": "läsa",
        "check": "kontrollera",
        "compile": "kompilera",
        "solve": "lösa",
        "explain": "förklara",
        "write": "skriva",
    },
    table="Visa som tabell",
)

ENGLISH = Words(
    decimal=".",
    thousands=",",
    title="{placed} of {needs} got a place",
    lead_optimal="The places cannot be shared out better. This is proven.",
    lead_gap="No placement can be more than {gap} better. This is proven.",
    lead_stopped="The work was stopped. The answer holds, but another placement may be up to {gap} better.",
    lead_time="The time ran out. The answer holds, but another placement may be up to {gap} better.",
    total="Total",
    unplaced="Without a place",
    first_choice="Got their first choice",
    largest_gap="Farthest from the best",
    nobody="Nobody",
    choices_title="How many got what they wanted most",
    choices_text="{first} of {needs} got their first choice, {second} their second and {third} their third. {none} are "
    "without a place.",
    choices=("First choice", "Second choice", "Third choice", "Later choice", "Without a place"),
    people="Number",
    share="Share",
    groups_title="Women, men and other groups",
    groups_text="The share of each group that got a place. Sex and nationality are never part of a score; they are "
    "shown here so that differences are seen.",
    groups_none="No groups are given. Add a column group:sex to the file of needs, and the outcome is shown by group.",
    group="Group",
    everybody="Everybody",
    members="In the group",
    placed="Got a place",
    got_first="Got first choice",
    mean_score="Mean score",
    seats_title="Where one more seat would help most",
    seats_text="What one more unit would add to the total, all else as it is.",
    seats_rough="Values to go by: they come from the proof, not from solving again with one seat more.",
    seats_none="No further seat would raise the total: there is room for all who gain by it.",
    seat_sentence="One more of {resource} at {place} adds {price}",
    place="Place",
    resource="Resource",
    adds="Adds",
    use_title="How much of the places is used",
    use_text="{share} of what is most in demand is used ({resource}).",
    used="Used",
    capacity="Capacity",
    fullest="All places stand in places.csv.",
    obstacles_title="Those without a place",
    obstacles_text="What stood in the way. The smallest change that would help each stands in the file {file}.",
    obstacles={
        "no_options": "No place is possible",
        "full": "Full",
        "too_small": "No place is large enough",
        "not_worth": "No place has a positive score",
        "rules": "The rules prevent it",
        "not_proven": "The search ended first",
    },
    obstacle="Obstacle",
    helps="The smallest change that would help most often",
    envy_title="Justified envy",
    envy_text="{count} would rather be at a place where somebody with a lower score is. That is the price of the "
    "highest total.",
    envy_room="{count} would rather be at a place where there is room.",
    changes_title="Since the earlier run",
    changes_text="{count} have another place than last time.",
    changes_none="Everybody is where they were.",
    moves={
        "new": "New, got a place",
        "waits": "New, without a place",
        "got_place": "Had none, got a place",
        "lost_place": "Lost their place",
        "moved": "Moved",
        "left": "No longer among the needs",
    },
    causes={
        "gone": "the place is gone",
        "better": "better for them",
        "needed": "others needed it",
        "total": "for the whole",
    },
    rules_title="What the rules cost",
    rules_text="How much higher the total would be without a rule, all others kept. Costs do not add up: two rules may "
    "ask for the same.",
    rule="Rule",
    costs="Costs",
    between="{least} to {most}",
    rules={
        "fixed": "{need} goes to {place}",
        "forbidden": "{need} must not go to {place}",
        "together": "Those who belong together, number {number}",
        "quota": "The quota {name}",
        "group": "Least outcome of {name}",
        "all_fixed": "All that is fixed",
        "all_forbidden": "All that is forbidden",
        "all_together": "All who belong together",
        "all_minimum": "Places that open when enough come",
        "all_difference": "Largest difference between groups",
        "all_changes": "Staying near the earlier run",
        "worst_off": "Best for the worst-off group",
    },
    trust_title="What the answer says and does not say",
    trust=(
        "Scores are input. The placement is the best for these scores; if they are wrong, so is it.",
        "A score about the future concerns many who are alike, not a certain person.",
        "The answer is a proposal. A human decides, and those concerned are heard.",
        "Anyone can recompute the proof from places.csv and the input: capacity times price, plus each need's best "
        "score less what it uses at those prices.",
    ),
    run_title="About this run",
    run_text="The same files and the same seed give the same answer.",
    file="File",
    checksum="SHA-256",
    program="Program",
    version="Version",
    step="Step",
    seconds="Seconds",
    steps={
        "read": "read",
        "check": "check",
        "compile": "compile",
        "solve": "solve",
        "explain": "explain",
        "write": "write",
    },
    table="Show as a table",
)

WORDS = {"sv": SWEDISH, "en": ENGLISH}
