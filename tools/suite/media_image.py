"""Image tasks: reading pages, questions about charts, maps and scenes, descriptions. `made` is how the picture is drawn."""

# A task a line reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

from typing import Any

from suite.markup import plain_text

TASKS: list[dict[str, Any]] = []
ASKED = {
    "en": ("What does this say?", "Please type out all the text in the picture.", "Read this for me, word for word.", "Transcribe the image exactly, line by line. No comments.",
           "I can't make out the small print here. Could you copy the text?", "OCR, plain text only.", "Text in the image, please.", "Write down everything that is written here, nothing else.",
           "Can you read this out? Just the words, in order.", "Copy what is printed, from top to bottom.", "I need this as text so I can paste it into an e-mail."),
    "de": ("Was steht hier? Bitte wörtlich abtippen.", "Bitte den ganzen Text im Bild wiedergeben, ohne Kommentar."),
    "fr": ("Recopie le texte de l'image, ligne par ligne.", "Que dit ce document ? Le texte seulement."),
    "es": ("Copia todo el texto de la imagen.", "¿Qué pone aquí? Solo el texto, por favor."),
    "pl": ("Przepisz tekst z obrazka.", "Co tu jest napisane? Sam tekst."),
}
_asked: dict[str, int] = dict.fromkeys(ASKED, 0)
Made = dict[str, Any]


def _add(name: str, category: str, prompt: str, made: Made, reference: str, scorer: str, options: Made, room: int, language: str) -> None:
    TASKS.append({"modality": "image", "category": category, "language": language, "reference": reference, "scorer": scorer, "options": options, "max_tokens": room,
                  "content": [{"type": "text", "text": prompt}, {"type": "image", "file": name}], "made": made})


def _file(name: str, effects: dict[str, float] | None) -> str:
    return f"{name}.{'jpg' if effects else 'png'}"


def read(name: str, made: Made, reference: str, language: str = "en", **effects: float) -> None:
    """Reading: the reference is what is printed."""
    prompts = ASKED[language]
    prompt = prompts[_asked[language] % len(prompts)]
    _asked[language] += 1
    _add(_file(name, effects), "text-recognition", prompt, {**made, "effects": effects}, reference, "characters", {}, 60 + len(reference) // 2, language)


def page(name: str, kind: str, text: str, language: str = "en", changes: Made | None = None, **effects: float) -> None:
    """Reading a page."""
    read(name, {"draw": "page", "kind": kind, "text": text, **(changes or {})}, plain_text(text), language, **effects)


def rows(text: str) -> list[list[str]]:
    """Cells, split at bars."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().split("\n")]


def grid(name: str, title: str, text: str, language: str = "en", changes: Made | None = None, **effects: float) -> None:
    """Reading a table."""
    cells = rows(text)
    said = "\n".join([title] * bool(title) + [" ".join(row) for row in cells])
    read(name, {"draw": "table", "rows": cells, "title": title, **(changes or {})}, said, language, **effects)


def filled(name: str, title: str, fields: list[tuple[str, str]], language: str = "en", **effects: float) -> None:
    """Reading a filled-in form."""
    said = "\n".join([title] + [f"{label} {value.removeprefix('[x] ').removeprefix('[ ] ')}" for label, value in fields])
    read(name, {"draw": "form", "title": title, "fields": fields}, said, language, **effects)


def chat(name: str, title: str, messages: list[tuple[str, str]], language: str = "en", **effects: float) -> None:
    """Reading a chat."""
    read(name, {"draw": "chat", "title": title, "messages": messages}, "\n".join([title] + [text for _, text in messages]), language, **effects)


def columns(name: str, title: str, left: str, right: str, language: str = "en", **effects: float) -> None:
    """Reading two columns, the left one first."""
    read(name, {"draw": "columns", "title": title, "left": left, "right": right}, "\n".join((title, left, right)), language, **effects)


def number(name: str, made: Made, prompt: str, answer: float, subject: str = "", *, tolerance: float = 0.0, **effects: float) -> None:
    """A question answered by a number."""
    options = {"tolerance": tolerance} if tolerance else {}
    _ask(name, made, prompt, f"{answer:g}", "number", options, subject, 24, effects)


def choice(name: str, made: Made, prompt: str, answer: str, among: list[str], subject: str = "", **effects: float) -> None:
    """A question answered by one of a few words."""
    _ask(name, made, prompt, answer, "choice", {"among": among}, subject, 16, effects)


def word(name: str, made: Made, prompt: str, answer: str, *others: str, subject: str = "", **effects: float) -> None:
    """A question answered by words that must stand in a short answer."""
    _ask(name, made, prompt, answer, "contains", {"or": list(others)} if others else {}, subject, 40, effects)


def _ask(name: str, made: Made, prompt: str, answer: str, scorer: str, options: Made, subject: str, room: int, effects: dict[str, float]) -> None:
    category = f"question-answering/{subject}" if subject else "question-answering"
    _add(_file(name, effects), category, prompt, {**made, "effects": effects}, answer, scorer, options, room, "en")


def describe(name: str, made: Made, prompt: str, passage: str, reference: str, *facts: str, language: str = "en", **effects: float) -> None:
    """A description: a long one, a good short one, and the facts that it must hold (ways parted by bars)."""
    _add(_file(name, effects), "description", prompt, {**made, "effects": effects}, reference, "facts",
         {"passage": passage, "facts": [fact.split("|") for fact in facts]}, 120, language)


def scene(*items: tuple[str, str, float, float, float], **more: Any) -> Made:
    """How a scene is drawn."""
    return {"draw": "scene", "items": list(items), **more}


def chart(kind: str, title: str, data: list[tuple[Any, ...]], **more: Any) -> Made:
    """How a chart is drawn."""
    return {"draw": "chart", "kind": kind, "title": title, "rows": data, **more}


def sheet(kind: str, text: str) -> Made:
    """How a page is drawn."""
    return {"draw": "page", "kind": kind, "text": text}


# Reading
page("receipt-bakery", "receipt", "^ # MILLER'S\n^ ~ 12 Hill Road, Leeds\n---\nRye bread\t3.40\nPoppy seed roll x3\t2.25\nButter 250 g\t2.89\n---\n## TOTAL\t8.54\nCash\t10.00\nChange\t1.46\n^ ~ Thank you, see you soon")
page("receipt-hardware", "receipt", "^ # NUTS & BOLTS\n^ ~ Unit 4, Mill Lane\nWood screws 4x40\t4.10\nMasking tape\t2.75\nSandpaper P120\t3.60\nWall plugs, 50 pcs\t3.20\n---\nTOTAL EUR\t13.65\nVISA **** 4471", tilt=3.5, noise=9)
page("receipt-pharmacy", "receipt", "^ ## GREEN CROSS PHARMACY\n27/02/2025   17:42\n---\nNasal spray\t6.95\nPlasters, 20\t3.49\nVitamin D3\t8.20\n---\nSubtotal\t18.64\nLoyalty discount\t-1.86\nTO PAY\t16.78", fade=0.55, noise=6)
page("receipt-cafe", "receipt", "^ # Café Amara\nTable 9\tServer: Ines\n---\n2 Flat white\t7.60\n1 Mint tea\t3.10\n1 Carrot cake\t4.50\n---\nTotal\t15.20\n^ ~ Service not included", tilt=-5, shadow=0.35)
page("receipt-fuel", "receipt", "^ ## RIDGEWAY FUEL\nPump 06\nDiesel\t41.37 L\nPrice/L\t1.649\n---\n## TOTAL\t68.22\nAuth 083311", scale=0.6, noise=5)
page("kassenbon", "receipt", "^ # Gemüse Yılmaz\n^ ~ Kottbusser Straße 8, Berlin\n---\nÄpfel 1,2 kg\t3,35\nPetersilie\t0,99\nGrüner Spargel\t4,80\nSchafskäse\t3,49\n---\nSumme EUR\t12,63\n^ ~ Vielen Dank für Ihren Einkauf!", "de")
page("sign-ferry", "sign", "FERRY TO SUPETAR\nDEPARTS 14:30\nPIER 3")
page("sign-wet", "warning", "CAUTION\nWET PAINT\nUNTIL FRIDAY", bend=0.06, shadow=0.3)
page("sign-noentry", "ban", "NO ENTRY\nAUTHORISED STAFF ONLY")
page("sign-road", "road", "Ashby\t7\nLoughborough\t18\nNottingham\t42", tilt=2, blur=1.2)
page("sign-pool", "notice", "# POOL RULES\nShower before swimming\nNo glass at the poolside\nChildren under 8 with an adult\nLast entry 19:15")
page("sign-lift", "notice", "LIFT OUT OF ORDER\nPlease use the stairs by Gate B\n~ Repair expected Thursday 6 March", noise=22)
page("schild-baustelle", "warning", "BAUSTELLE\nBetreten verboten\nEltern haften für ihre Kinder", "de", tilt=-2.5, noise=10)
page("panneau-marche", "notice", "# MARCHÉ COUVERT\nOuvert le mercredi et le samedi\nde 7 h à 13 h\n~ Fermé le 14 juillet", "fr")
page("cartel-playa", "sign", "PLAYA DEL MORAL\nProhibido acampar\nPerros solo con correa", "es", bend=0.05)
page("tablica-sklep", "notice", "# ZAMKNIĘTE\nWracamy o godzinie 15:00\nPrzepraszamy za utrudnienia", "pl", shadow=0.4)
page("letter-landlord", "letter", "14 October 2024\n\nDear Ms Okafor,\nthe boiler in flat 6 will be replaced on Monday,\n21 October. The engineer, Mr Haque, arrives between\nnine and eleven. There will be no hot water until\nabout four in the afternoon.\n\nYours sincerely,\nH. Brandt, Parkside Homes")
page("letter-school", "letter", "Dear parents,\nYear 5 will visit the Museum of Water on 12 May.\nPlease send a packed lunch, a raincoat and £4.50\nin an envelope with your child's name on it.\nThe coach is back at 3.45 pm.\nMrs Achterberg", tilt=2.5, noise=8)
page("letter-reference", "letter", "To whom it may concern\n\nPavel Novák worked with us as a gardener from\n2016 to 2021. He was punctual, careful with\nmachines and kind to the apprentices. We would\nemploy him again at any time.", fade=0.6)
page("letter-old", "letter", "My dear Edith,\nthe harvest is in at last, and the barn is so full\nthat the cat has nowhere to sleep. Father's knee is\nbetter. Send us news of the baby!\nEver your loving sister, Maud", changes={"paper": "#e9d8b4", "ink": "#5b4127"}, noise=12, shadow=0.25)
page("brief-finanzamt", "letter", "Sehr geehrte Frau Köhler,\nIhr Antrag vom 3. Juni ist bei uns eingegangen.\nEs fehlt noch die Bescheinigung des Arbeitgebers.\nBitte reichen Sie diese bis zum 30. Juni nach.\nMit freundlichen Grüßen\nM. Özdemir", "de")
page("lettre-mairie", "letter", "Madame, Monsieur,\nles travaux de la rue des Tilleuls commenceront\nle lundi 8 septembre et dureront trois semaines.\nLe stationnement y sera interdit de 7 h à 18 h.\nLa mairie de Saint-Aubin", "fr", tilt=-2, noise=7)
page("carta-biblioteca", "letter", "Estimada señora Peña:\nle recordamos que el libro «El jardín de invierno»\ndebía devolverse el 9 de enero. Puede renovarlo\npor teléfono o en el mostrador.\nBiblioteca Municipal", "es")
page("list-zakupy", "note", "mąka pszenna 1 kg\njajka, 10 sztuk\nżółty ser\nśmietana 18%\nświeży koperek", "pl", tilt=4)
grid("table-weather", "Saturday", "City | Rain | Wind\nOslo | 12 mm | 18 km/h\nPorto | 0 mm | 9 km/h\nCork | 31 mm | 42 km/h")
grid("table-scores", "", "Name | Score | Rank\nAmina | 91 | 1\nJonas | 87 | 2\nWei | 84 | 3\nLucía | 74 | 4", tilt=3, noise=8)
grid("table-shifts", "Shifts, week 14", "Day | Early | Late\nMon | Kofi | Beate\nTue | Beate | Ravi\nWed | Ravi | Kofi\nThu | Kofi | Beate", changes={"head": "#6b3f7a"}, fade=0.5)
grid("table-nutrition", "Oat biscuits", "Nutrition | per 100 g\nEnergy | 1580 kJ\nFat | 14.2 g\nof which saturates | 6.1 g\nSugars | 22 g\nSalt | 0.85 g", changes={"size": 17, "striped": False}, scale=0.75)
grid("tabelle-bus", "Linie 38 Richtung Nordbad", "Haltestelle | ab\nRathaus | 07:12\nMühlgasse | 07:16\nKrankenhaus | 07:23\nNordbad | 07:31", "de")
filled("form-library", "Library card application", [("Surname", "Nakamura"), ("First name", "Hana"), ("Date of birth", "04.11.1998"), ("Postcode", "BS8 2QT"), ("Children's card", "[ ] yes")])
filled("form-parcel", "Parcel slip", [("To", "Olumide Adeyemi"), ("Street", "Kanaalweg 117"), ("Town", "3526 KM Utrecht"), ("Weight", "2.4 kg"), ("Fragile", "[x] handle with care")], tilt=-3, noise=9)
filled("form-visitor", "Visitor log", [("Name", "Rosa Ferreira"), ("Company", "Teixeira Tiles"), ("Host", "Mr Lindqvist"), ("Time in", "09:20"), ("Badge", "C-118")], shadow=0.45)
filled("formulaire-stage", "Demande de stage", [("Nom", "Lefèvre"), ("Prénom", "Anaïs"), ("Durée", "6 semaines"), ("Début", "2 juin 2025")], "fr")
page("label-jam", "label", "^ ## APRICOT JAM\nIngredients: apricots (55%), sugar,\nlemon juice, pectin\nNet weight 340 g\nBest before 11/2027\n~ Once opened keep refrigerated, eat within 4 weeks")
page("label-medicine", "label", "## Ibuflex 200 mg\n24 coated tablets\nTake one tablet with water up to 3 times\na day. Do not exceed 6 tablets in 24 hours.\n~ Keep out of the reach of children. LOT 7B2291", scale=0.62)
page("label-shirt", "label", "80% cotton 20% linen\nWash at 40 with like colours\nDo not tumble dry\nWarm iron\nMade in Portugal", changes={"paper": "#dfe3e6", "ink": "#8b949b"}, noise=6)
page("etiqueta-aceite", "label", "^ ## ACEITE DE OLIVA\nvirgen extra, primera prensada\nCosecha 2024, Jaén\nContenido neto 750 ml", "es", tilt=3)
page("ticket-train", "ticket", "## SINGLE  Standard\nFrom\tLeuven\nTo\tOostende\nDate\t19 Aug 2025\nCoach 7\tSeat 42A\n~ Not transferable  Ref QX7P9D")
page("ticket-cinema", "ticket", "## ORION CINEMA\nThe Lighthouse Keeper\nScreen 2\tRow F Seat 11\nSun 16 Nov\t20:15\n~ No admission after the start", tilt=5, noise=12)
page("boarding-pass", "ticket", "## BOARDING PASS\nName\tHADDAD / LEILA MS\nFlight\tKV 0318\nGate\tB22\nBoarding\t06:35\nSeat\t14C", shadow=0.4)
page("bilet-tramwaj", "ticket", "## BILET NORMALNY\n75 minut\nwszystkie strefy\nSkasować po wejściu\ndo pojazdu", "pl", noise=9)
page("menu-bistro", "menu", "^ # The Copper Pan\n^ Starters\nLeek soup\t6.50\nBeetroot salad\t7.20\n^ Mains\nTrout with almonds\t18.40\nMushroom risotto\t15.90\n^ Sweet\nPlum crumble\t6.80")
page("menu-curry", "menu", "^ ## Lunch 12 to 3\nDal with rice\t8.90\nChickpea curry\t9.50\nLamb biryani\t12.80\nMango lassi\t3.60\n^ ~ All dishes may contain nuts", tilt=-3, shadow=0.35)
page("speisekarte", "menu", "^ # Gasthof Lamm\nKürbissuppe\t6,90\nKäsespätzle mit Röstzwiebeln\t13,50\nMaultaschen in der Brühe\t11,80\nApfelküchle\t7,20", "de", noise=10)
page("carte-creperie", "menu", "^ # Crêperie du Port\nGalette complète\t9,80\nGalette aux poireaux\t8,90\nCrêpe au caramel salé\t5,60\nBolée de cidre\t3,20", "fr", bend=0.04)
page("card-architect", "card", "## Naledi Dlamini\nArchitect\n\n+27 21 555 0148\nnaledi@dlamini-studio.example\n9 Loop Street, Cape Town")
page("card-plumber", "card", "{#a23b3b}## FITZGERALD & SONS\nPlumbing, heating, drains\nDay or night 0161 496 0072\nFree estimates", tilt=6, noise=10)
page("card-dentist", "card", "## Dr. Jürgen Weiß\nZahnarzt\nTermine nach Vereinbarung\nTelefon 0711 4969 031\nHauptstraße 15, 70563 Stuttgart", "de", fade=0.5)
page("board-sprint", "board", "Sprint 23: open points\n- login times out (Tomasz)\n{#b3121d}- invoices print twice!!\n- update the price list\n{#1e7a3c}Demo on Thursday, 11:00", bend=0.04)
page("terminal-git", "terminal", "{#7ee787}mira@box:~/shop$ git status\nOn branch fix-totals\nChanges not staged for commit:\n{#ff7b72}  modified:   cart/price.py\n{#ff7b72}  modified:   tests/test_price.py\n{#7ee787}mira@box:~/shop$")
page("terminal-error", "light_terminal", "$ python report.py --month 4\nTraceback (most recent call last):\n  File \"report.py\", line 31, in <module>\n    total = sum(row[\"net\"])\nTypeError: 'float' object is not iterable", scale=0.8)
page("terminal-disk", "terminal", "$ df -h\nFilesystem  Size  Used  Avail  Use%\n/dev/sda1    50G   41G   6.8G   86%\n/dev/sdb1   1.8T  920G   790G   54%", noise=7)
page("web-library", "web", "~ https://www.harbour-library.example/hours\n# Opening hours\nMonday to Thursday, 10 am to 7 pm\nFriday and Saturday, 10 am to 4 pm\nClosed on public holidays\n{#1a5fb4}Renew your books online")
page("web-404", "web", "~ https://seeds.example/tomatoes\n# Page not found\nThe tomato you are looking for has been\npicked. Try the search, or go back to the\n{#1a5fb4}list of all vegetables", scale=0.8)
chat("chat-keys", "Auntie Bo", [("a", "Did you find the spare keys?"), ("me", "Yes, under the blue flowerpot"), ("a", "Good. Please water the ferns,\nbut not the cactus!"), ("me", "Will do, back by six")])
chat("chat-wohnung", "Vermieter Herr Groß", [("a", "Der Handwerker kommt morgen um acht."), ("me", "Danke! Ich bin zu Hause."), ("a", "Bitte räumen Sie die Küche\nvorher aus.")], "de")
columns("gazette", "The Valley Gazette", "The old footbridge over the\nDarran is to be repaired\nbefore winter. The parish\ncouncil voted nine to two\nfor the works on Tuesday.", "Bees have moved into the\nchurch tower at Lower Wick.\nThe vicar says they may\nstay, provided they do not\nlearn to ring the bells.")
columns("garden-notes", "Garden notes for March", "Sow: leeks, broad beans,\nspinach under glass.\nPrune: roses, late clematis.", "Watch for slugs after rain.\nTurn the compost once.\nMend the gate at last.", tilt=-2, noise=8)
page("invoice-garage", "invoice", "# Invoice 2024-0173\nGarage Lindholm, Bay Road 5\n---\nBrake pads, front\t84.00\nLabour 1.5 h\t97.50\nDisposal fee\t6.20\n---\nNet\t187.70\nVAT 19%\t35.66\n## Due\t223.36", specks=0.02)
page("note-fridge", "note", "Gone to the market.\nSoup is on the stove,\nfeed Pepper at noon\n(half a tin, NOT a whole one)\nX Grandad", tilt=-6)

# Questions that a reader can answer
GROCER = sheet("receipt", "^ # FRESHWAY\n^ ~ 3 Station Road\nTomatoes 1 kg\t3.20\nOlives\t2.45\nFeta 200 g\t3.95\nCucumber\t0.90\n---\n## TOTAL\t10.50\nGIFT CARD\t8.00\nCASH\t2.50\n~ 22 May 2025 11:08  Till 4")
number("ask-grocer-total", GROCER, "How much was left to pay in cash after the gift card? Just the number.", 2.5)
number("ask-grocer-dearest", sheet("receipt", "^ # LUMEN LIGHTING\nDesk lamp\t34.90\nLED bulb x4\t11.60\nExtension lead\t9.75\n---\nTOTAL\t56.25"), "What does one LED bulb cost? Reply with a number only.", 2.9, "arithmetic", noise=8, tilt=2)
word("ask-hotel-bill", sheet("invoice", "# Hotel Bellavista\nGuest\tMs Ingrid Solberg\nRoom 214, 3 nights\t276.00\nBreakfast\t36.00\nCity tax\t9.00\n---\n## Total\t321.00"), "Who is this bill made out to?", "Ingrid Solberg", "Solberg")
number("ask-hotel-night", sheet("invoice", "# Pension Rosengarten\nRoom 5, 4 nights\t248.00\nParking, 4 days\t32.00\nLate check-out\t15.00\n---\nTotal\t295.00"), "We stayed four nights. What's the price of a single night in the room, without parking or anything else? End with the number.", 62, "arithmetic")
word("ask-form-allergy", {"draw": "form", "title": "Summer camp", "fields": [("Child", "Matteo Ricci"), ("Age", "9"), ("Allergies", "peanuts"), ("Swims alone", "[ ] yes"), ("Emergency call", "Nonna, 555 0127")]}, "I'm the cook at this camp. What must I keep away from Matteo?", "peanuts", "peanut")
choice("ask-form-box", {"draw": "form", "title": "Tour booking", "fields": [("Name", "Aylin Kaya"), ("Guests", "3"), ("Vegetarian", "[x] yes"), ("Airport pick-up", "[ ] yes")]}, "Did Ms Kaya ask to be picked up at the airport? Answer yes or no.", "no", ["yes", "no"])
BUSES = {"draw": "table", "title": "Route 12, weekdays", "rows": rows("Stop | Bus A | Bus B | Bus C\nHarbour | 08:05 | 08:35 | 09:15\nCastle | 08:17 | 08:47 | 09:27\nUniversity | 08:29 | 08:59 | 09:39")}
word("ask-bus-castle", BUSES, "I must be at the university by nine. When does the last bus that gets me there in time leave the Harbour stop?", "08:35", "8:35")
number("ask-bus-minutes", {"draw": "table", "title": "Ferry, summer", "rows": rows("Port | Boat 1 | Boat 2\nLerwick | 06:40 | 12:10\nFetlar | 07:25 | 12:55\nUnst | 08:05 | 13:35")}, "How many minutes does boat 1 need from Lerwick to Unst? number only", 85, "arithmetic")
word("ask-trains-platform", sheet("led", "DEPARTURES\n10:12 Gdynia\tplat 4\n10:18 Lublin\tplat 1\n10:31 Krakow\tplat 6\n{#ff5a4f}10:40 Torun\tcancelled"), "Which of these trains is not running today? Give the destination.", "Torun", "Toruń")
number("ask-trains-gate", sheet("led", "KV 218 Lisbon\tgate 17\nKV 305 Tunis\tgate 9\nKV 411 Riga\tgate 23\nKV 560 Cairo\tgate 12"), "my flight is to Riga, which gate? (digits only)", 23)
word("ask-table-cheapest", {"draw": "table", "title": "Phone plans", "rows": rows("Plan | Data | Per month\nBreeze | 5 GB | 9.90\nGale | 20 GB | 14.90\nStorm | 60 GB | 21.90\nCalm | 2 GB | 11.50")}, "Which plan is the cheapest per month? Its name is enough.", "Breeze")
number("ask-table-mean", {"draw": "table", "title": "Eggs collected", "rows": rows("Day | Eggs\nMonday | 14\nTuesday | 9\nWednesday | 16\nThursday | 13")}, "What is the mean number of eggs per day over these four days?", 13, "statistics", noise=6)
number("ask-table-median", {"draw": "table", "title": "Commute of five colleagues", "rows": rows("Name | Minutes\nAda | 35\nBilal | 12\nChen | 50\nDora | 28\nEmre | 41")}, "Give the median commute in minutes, as a number.", 35, "statistics")
number("ask-menu-two", sheet("menu", "^ # Taverna Iris\nMoussaka\t12.50\nGrilled sardines\t11.00\nGreek salad\t7.50\nBaklava\t4.80"), "What would two moussakas and one Greek salad come to? Finish with the amount.", 32.5, "arithmetic")
word("ask-label-storage", sheet("label", "## Insulin pen  3 ml\nBefore first use: refrigerate, 2 to 8 °C\nIn use: below 30 °C, up to 28 days\nDo not freeze"), "For how many days can a pen that's been started be kept?", "28", "twenty-eight", "28 days")
word("ask-ticket-seat", sheet("ticket", "## Opera North\nThe Cunning Little Vixen\nSat 8 Feb\t19:00\nBalcony\tRow C Seat 27\n~ Doors close at 18:55"), "Which row is the seat in? One letter.", "C", "row C")
word("ask-chat-where", {"draw": "chat", "title": "Lab group", "messages": [("a", "Meeting is not in 204 today"), ("me", "Where then?"), ("a", "Chemistry library, second floor.\nBring the samples.")]}, "Where does the meeting take place?", "Chemistry library", "the chemistry library", "library")
word("ask-terminal-test", sheet("terminal", "$ pytest -q\n....F.....\n{#ff7b72}FAILED tests/test_dates.py::test_leap_year\n1 failed, 9 passed in 0.84s"), "Which test has failed? Name the function.", "test_leap_year", "leap year")
number("ask-bar-tallest", chart("bar", "Visitors per day", [("Mon", 120), ("Tue", 95), ("Wed", 180), ("Thu", 140), ("Fri", 210)], y="visitors", labels=True), "How many more people came on Friday than on Tuesday?", 115, "statistics")
word("ask-bar-second", chart("hbar", "Tonnes of fruit sold", [("Apples", 42), ("Pears", 31), ("Plums", 18), ("Cherries", 37)], labels=True), "Which fruit comes second by tonnes sold?", "Cherries", "cherry", subject="statistics")
number("ask-bar-sum", chart("bar", "Repairs in the bike shop", [("Brakes", 17), ("Tyres", 28), ("Chain", 11), ("Lights", 9)], labels=True), "Add up all the repairs shown here. Only the sum, please.", 65, "arithmetic")
word("ask-line-cross", chart("line", "Rainfall in mm", [("Jan", 80, "Bergen"), ("Feb", 60, "Bergen"), ("Mar", 45, "Bergen"), ("Jan", 20, "Faro"), ("Feb", 40, "Faro"), ("Mar", 70, "Faro")], y="mm"), "In which of the three months did more rain fall in Faro than in Bergen?", "March", "Mar", subject="statistics")
choice("ask-line-trend", chart("line", "Members of the rowing club", [("2019", 210), ("2020", 190), ("2021", 160), ("2022", 148), ("2023", 120)], y="members"), "Is membership rising or falling over the years? One word: rising or falling.", "falling", ["rising", "falling"], "statistics")
number("ask-pie-share", chart("pie", "How pupils get to school (%)", [("Bus", 45), ("On foot", 30), ("Bicycle", 15), ("Car", 10)], labels=True), "What percentage of pupils come either on foot or by bicycle?", 45, "statistics")
word("ask-map-way", {"draw": "network", "nodes": {"Mill": (90, 90), "Chapel": (300, 70), "Dam": (520, 110), "Lake": (180, 300), "Hut": (450, 310)}, "edges": [("Mill", "Chapel", "4 km"), ("Chapel", "Dam", "3 km"), ("Mill", "Lake", "6 km"), ("Lake", "Hut", "2 km"), ("Dam", "Hut", "5 km")]}, "I walk from the Mill to the Hut by way of the Lake. How long is the walk, in km?", "8", "8 km", "eight", subject="graph-theory")
word("ask-flow", {"draw": "network", "boxes": True, "arrows": True, "nodes": {"Order placed": (120, 70), "In stock?": (120, 200), "Pack and ship": (430, 110), "Tell customer": (430, 310)}, "edges": [("Order placed", "In stock?", ""), ("In stock?", "Pack and ship", "yes"), ("In stock?", "Tell customer", "no")]}, "According to this chart, what happens when the article isn't in stock?", "Tell customer", "the customer is told", "tell the customer", "customer is informed", "inform the customer", "notify the customer", subject="logic")
FLAT = {"draw": "plan", "rooms": [("Kitchen\n3 x 4 m", 0, 0, 3, 4), ("Living room\n5 x 4 m", 3, 0, 5, 4), ("Bath\n2 x 3 m", 0, 4, 2, 3), ("Hall", 2, 4, 2, 3), ("Bedroom\n4 x 3 m", 4, 4, 4, 3)], "note": "Flat 3B, second floor"}
number("ask-plan-area", FLAT, "What is the area of the bedroom in square metres? The number alone.", 12, "area")

# Questions that no reader of letters can answer
number("ask-count-stars", scene(*[("star", c, x, y, 52) for c, x, y in (("red", 60, 70), ("red", 160, 130), ("blue", 250, 60), ("red", 330, 190), ("blue", 420, 90), ("red", 90, 250), ("blue", 230, 240))], ("circle", "red", 400, 260, 50)), "How many red stars are there? Digit only.", 4, "counting")
number("ask-count-trees", scene(("fir", "green", 60, 210, 90), ("fir", "green", 130, 230, 100), ("tree", "green", 220, 215, 110), ("fir", "green", 300, 225, 90), ("tree", "green", 390, 215, 110), ("sun", "yellow", 420, 55, 50), bands=[("#bfe3f5", 0, .7), ("#9ccc7a", .7, 1)]), "count the round-topped trees, leaving out the firs. number only", 2, "counting")
choice("ask-colour-middle", scene(("square", "green", 90, 160, 90), ("square", "purple", 240, 160, 90), ("square", "orange", 390, 160, 90)), "What colour is the square in the middle? One word.", "purple", ["green", "purple", "orange", "violet"])
choice("ask-left-of", scene(("car", "blue", 120, 220, 120), ("bus", "yellow", 340, 210, 150), bands=[("#dfeaf0", 0, .6), ("#777777", .6, 1)]), "Which vehicle is on the left: the car or the bus?", "car", ["car", "bus"])
choice("ask-biggest", scene(("circle", "yellow", 90, 160, 70), ("circle", "turquoise", 230, 160, 150), ("circle", "pink", 390, 160, 100)), "Name the colour of the largest circle: yellow, turquoise or pink.", "turquoise", ["yellow", "turquoise", "pink"])
number("ask-balloons", scene(*[("balloon", c, 50 + i * 62, 120 + (i % 3) * 30, 80) for i, c in enumerate(("red", "blue", "yellow", "red", "green", "purple", "orange"))], bands=[("#cfeaf8", 0, 1)]), "How many balloons can you see in total?", 7, "counting")
word("ask-clock", {"draw": "clock", "hour": 4, "minute": 50}, "What time does the clock show? Use the form H:MM.", "4:50", "04:50", "16:50", "ten to five")
number("ask-ruler", {"draw": "ruler", "start": 2, "end": 9.5, "colour": "blue"}, "How long is the blue bar in centimetres? Mind that it doesn't start at zero.", 7.5, "length")
number("ask-dice", {"draw": "dice", "values": [5, 3, 6]}, "I rolled these. What's the sum of the three dice?", 14, "arithmetic")
choice("ask-odd-shape", scene(*[("hexagon" if i != 7 else "pentagon", "brown", 70 + (i % 4) * 112, 60 + (i // 4) * 100, 80) for i in range(12)]), "One shape differs from all the others. In which row is it: top, middle or bottom?", "middle", ["top", "middle", "bottom"], "logic")
choice("ask-arrow", scene(("arrow-left", "black", 240, 100, 120), ("arrow-up", "red", 240, 240, 120)), "Which way does the red arrow point: up, down, left or right?", "up", ["up", "down", "left", "right"])
choice("ask-more", scene(*[("dot", "black", x, y, 110) for x, y in ((40, 60), (95, 130), (60, 220), (150, 50), (190, 120), (130, 200), (200, 250), (110, 285), (180, 185), (300, 80), (420, 60), (350, 190), (440, 240), (290, 270), (400, 140))]), "Are there more dots in the left half or in the right half? Say left or right.", "left", ["left", "right"], "counting")
word("ask-metro-colour", {"draw": "network", "nodes": {"Alder": (80, 200), "Birch": (220, 90), "Cedar": (360, 200), "Elm": (530, 90), "Fern": (530, 320)}, "edges": [("Alder", "Birch", "red"), ("Birch", "Cedar", "red"), ("Cedar", "Elm", "blue"), ("Cedar", "Fern", "green")]}, "Going from Cedar to Elm, which colour is the line? One word.", "blue", subject="graph-theory")

# Descriptions
describe("see-farm", scene(("house", "red", 110, 190, 130), ("tree", "green", 300, 190, 130), ("sun", "yellow", 410, 60, 60), bands=[("#bfe3f5", 0, .75), ("#9ccc7a", .75, 1)]), "Describe this picture in one or two sentences.",
         "A simple drawing of the countryside. On the left there is a red house with a dark grey roof, a brown door and two small light-blue windows. To the right of the house grows a single large green tree with a round top and a brown trunk. A bright yellow sun with rays shines in the upper right corner of a clear, pale blue sky. The ground in front is a flat strip of light green grass. There are no people or animals.",
         "A red house stands on green grass beside a tree, under a blue sky with a yellow sun.", "red house|house is red|house in red|house that is red", "tree", "sun", "sky", "grass|meadow|lawn|ground|field")
describe("see-harbour", scene(("boat", "brown", 140, 190, 120), ("boat", "red", 330, 200, 140), ("cloud", "white", 120, 60, 110), ("fish", "orange", 230, 290, 60), bands=[("#cfe8f5", 0, .66), ("#3d7fb5", .66, 1)]), "What is there to see here? Keep it under 40 words.",
         "The drawing shows the sea on a mild day. Two sailing boats with white sails float next to one another on the blue water: a brown one on the left and a slightly larger red one on the right. Between them, under the surface, swims a small orange fish looking to the left. Above the boats the sky is pale blue and a single white cloud hangs over the brown boat. No people and no land can be seen.",
         "Two sailing boats, one brown and one red, are on the blue sea, with an orange fish below and a white cloud above.", "two boats|two sailing boats|two sailboats|2 boats|2 sailboats|boats|sailboats", "red", "fish", "cloud", "sea|water|ocean|waves")
describe("see-street", scene(("car", "green", 110, 260, 110), ("bus", "red", 350, 255, 120), ("house", "yellow", 90, 120, 110), ("house", "blue", 230, 120, 110), ("house", "pink", 370, 120, 110), bands=[("#dcecf5", 0, .55), ("#6e6e6e", .62, 1)]), "Tell a friend who can't see it what this image shows (max. two sentences).",
         "A street scene drawn in flat colours. In the background three small houses stand in a row: a yellow one on the left, a blue one in the middle and a pink one on the right, each with a brown door, two windows and a dark red roof. In front of them runs a grey road. A green car is on the left of the road and a big red bus with four windows is on the right, behind or ahead of it. The sky is pale.",
         "Three houses, yellow, blue and pink, stand in a row behind a grey road with a green car and a red bus.", "three houses|3 houses|row of houses|houses", "road|street", "green car|car is green", "red bus|bus is red", "yellow")
describe("see-night", scene(("moon", "yellow", 360, 80, 90), *[("star", "white", x, y, 22) for x, y in ((60, 50), (140, 100), (220, 40), (280, 130))], ("fir", "green", 90, 250, 120), ("fir", "green", 190, 255, 110), ground="#16213d"), "Caption this image in a sentence.",
         "A quiet night scene. The background is a very dark blue sky in which a yellow crescent moon hangs at the upper right. Four small white stars are scattered over the left and the middle of the sky. At the bottom left, two dark green fir trees with brown trunks stand close together. There are no people, no houses and no animals, and the right half below the moon is empty.",
         "Two green fir trees stand under a dark night sky with a yellow crescent moon and four white stars.", "moon|crescent", "stars|star", "night|dark sky|dark blue", "trees|firs|fir trees|pines|evergreens")
describe("see-flowers", scene(*[("flower", c, 70 + i * 85, 200, 110) for i, c in enumerate(("red", "purple", "pink", "red", "orange"))], bands=[("#eaf6fb", 0, .8), ("#7fb069", .8, 1)]), "Briefly describe the scene, with colours and how many things there are.",
         "Five flowers with six petals each stand in a straight row, all the same size, on a strip of green grass. From left to right their petals are red, purple, pink, red and orange, so that red occurs twice. Each flower has a yellow centre and a thin green stem. The sky behind them is a very light blue, without clouds, and nothing else is in the picture.",
         "Five flowers, red, purple, pink, red and orange, stand in a row on green grass.", "five|5", "flowers", "purple|violet", "orange", "row|line|side by side|next to")
describe("see-shapes-row", scene(("circle", "red", 90, 160, 90), ("square", "blue", 240, 160, 90), ("triangle", "yellow", 390, 165, 100)), "List what is in the image from left to right, in one sentence.",
         "Three simple geometric shapes of about the same size stand side by side on an off-white background, with wide gaps between them. The first, on the left, is a red circle. The second, in the middle, is a blue square. The third, on the right, is a yellow triangle that points upwards. The shapes have no outline, and there is no text in the picture.",
         "From left to right: a red circle, a blue square and a yellow triangle.", "red circle|circle red", "blue square|square blue", "yellow triangle|triangle yellow")
describe("see-pattern", scene(*[("circle" if (i + j) % 2 else "diamond", "turquoise" if (i + j) % 2 else "black", 60 + i * 90, 50 + j * 75, 54) for i in range(5) for j in range(4)]), "How would you describe this pattern to a wallpaper shop? 30 words at most.",
         "A regular pattern of twenty shapes on an off-white ground, in four rows of five. Turquoise circles and black diamonds take turns, as the squares of a chessboard do, so that each circle has diamonds above, below and beside it. All the shapes are of the same size and evenly spaced, and none of them touch each other or the edge.",
         "Turquoise circles and black diamonds alternate in a grid of four rows on a white ground.", "circles|circle|dots", "diamonds|diamond|rhombuses|rhombi|squares", "turquoise|teal|cyan", "black|dark", "alternate|alternating|checkerboard|chequered|checkered|chessboard|grid|rows")
describe("see-picnic", scene(("table", "brown", 240, 220, 200), ("cup", "red", 190, 165, 50), ("apple", "green", 260, 168, 46), ("person", "blue", 60, 210, 150), ("person", "pink", 420, 210, 150), ("sun", "orange", 70, 50, 40), bands=[("#d8eef8", 0, .75), ("#a3d18a", .75, 1)]), "Please describe what's going on in this drawing, two short sentences.",
         "Two people stand outdoors on green grass at either side of a long brown table. The person on the left wears a blue shirt and the person on the right a pink one; both have dark trousers. On the table there are a red cup with a handle and, to its right, a green apple with a leaf. A small orange sun shines at the upper left in a light blue sky. There are no chairs.",
         "Two people, in blue and pink, stand by a brown table outdoors. On it are a red cup and a green apple; the sun shines.", "two people|two persons|two figures|2 people|people", "table", "cup|mug", "apple", "sun|sunny|outdoors|outside")
describe("see-parking", scene(*[("car", c, 90 + (i % 3) * 150, 90 + (i // 3) * 130, 110) for i, c in enumerate(("red", "black", "blue", "white", "yellow", "red"))], ground="#b9bdc1"), "Alt text for this picture, please: one sentence with number and colours.",
         "Six cars of the same model are parked in two rows of three on a plain grey surface, all of them seen from the side. In the upper row there are a red, a black and a blue car; in the lower row a white, a yellow and a second red car. There are even gaps between them, no lines are painted on the ground, and no people are about.",
         "Six cars in two rows on a grey ground: red, black and blue above, white, yellow and red below.", "six|6", "cars", "two rows|rows of three|2 rows|rows", "yellow", "black")
describe("see-signal", scene(("post", "black", 240, 150, 270), ("circle", "red", 240, 75, 64), ("circle", "grey", 240, 150, 64), ("circle", "grey", 240, 225, 64), bands=[("#dfeaf0", 0, 1)]), "What do you see, and what would a driver have to do? Short answer.",
         "The picture shows a traffic light in front of a pale blue background: a black box with three round lamps one above the other. The upper lamp is lit and red. The lamps in the middle and at the bottom are grey, that is, switched off, so neither amber nor green is showing. A driver who comes to this light has to stop and wait until it changes. No cars or people can be seen.",
         "A black traffic light with its top lamp lit red; a driver has to stop.", "traffic light|traffic lights|traffic signal|stoplight|signal", "red", "stop|wait|halt")
describe("see-chart-sales", chart("bar", "Ice cream sold (cones)", [("April", 110), ("May", 190), ("June", 320), ("July", 410)], labels=True), "Summarise the chart in at most 35 words, with the lowest and the highest value.",
         "The bar chart is called Ice cream sold and counts cones in four months, from April to July. Sales rise every month without a break. In April, the lowest, 110 cones were sold, in May 190, in June 320, and in July, the highest, 410, which is nearly four times as many as in April. All the bars are blue, the number stands above each bar, and the axis starts at zero.",
         "Ice cream sales rose every month, from 110 cones in April to 410 in July.", "ice cream", "rose|rise|rises|rising|increase|increases|increased|increasing|grew|grow|grows|growing|growth|climbed|climb|upward", "110", "410", "July")
describe("see-chart-energy", chart("pie", "Electricity by source (%)", [("Wind", 40), ("Solar", 25), ("Gas", 20), ("Hydro", 15)], labels=True), "Give me the gist of this chart in one or two sentences.",
         "The pie chart shows by which sources electricity was made, in per cent. Wind has the largest share with 40 per cent. Solar follows with 25 per cent, so that wind and solar together make up nearly two thirds. Gas, the only fossil fuel in the chart, has 20 per cent, and hydro is the smallest slice with 15 per cent. Each slice has a colour of its own, explained in the legend on the right.",
         "Wind is the largest source of electricity at 40 per cent, before solar (25), gas (20) and hydro (15).", "electricity|power|energy", "wind", "40", "solar", "gas", "hydro")
describe("see-chart-two", chart("line", "Shop visitors (hundreds)", [("Q1", 4, "North"), ("Q2", 5, "North"), ("Q3", 7, "North"), ("Q4", 9, "North"), ("Q1", 8, "South"), ("Q2", 7, "South"), ("Q3", 5, "South"), ("Q4", 3, "South")]), "Explain this line chart to somebody on the phone, briefly.",
         "The line chart compares the visitors of two shops, North and South, in hundreds over the four quarters of a year. The line of the North shop rises from 4 in the first quarter to 9 in the fourth. The line of the South shop falls from 8 to 3 in the same time. The two lines cross between the second and the third quarter: South had more visitors before, North afterwards. The legend is at the right.",
         "Visitors of the North shop rise from 4 to 9 hundred over four quarters while the South shop falls from 8 to 3; the lines cross.", "visitors", "north", "south", "rise|rises|rising|rose|increase|increases|increased|grew|grows|growing|climbs|up", "fall|falls|falling|fell|decline|declines|declined|declining|decrease|decreases|decreased|drops|down")
describe("see-poster-concert", sheet("poster", "# SUMMER CONCERT\nThe Riverside Brass Band\nSaturday 12 July, 7 pm\nOld Mill Garden\nFree entry"), "Sum up this poster in one sentence.",
         "A dark red poster with a golden border and cream-coloured letters, all centred. It announces a summer concert of the Riverside Brass Band. The concert takes place on Saturday, the 12th of July, at seven in the evening, in the Old Mill Garden. Nobody has to pay, as the entry is free. There is no picture on it and no address or telephone number, and nothing about what happens if it rains.",
         "The Riverside Brass Band gives a free summer concert on Saturday, 12 July, at 7 pm in the Old Mill Garden.", "concert", "Riverside Brass Band|brass band", "12 July|July 12|12th of July|July 12th", "7 pm|seven|7 p m|19 00|7pm", "Old Mill Garden|Old Mill", "free")
describe("see-poster-market", sheet("poster", "# FLEA MARKET\nSunday 4 May\n9 am to 3 pm\nHarbour Square\nStalls from 8 EUR"), "What is being advertised, where and when? One sentence will do.",
         "The poster advertises a flea market. It is held on Sunday, the 4th of May, from nine in the morning until three in the afternoon, in Harbour Square. Whoever wants to sell something can have a stall, and stalls cost from eight euros. The poster is dark red with a golden frame, its letters are cream-coloured and centred, and it has no picture and no telephone number or name of who runs the market.",
         "A flea market in Harbour Square on Sunday, 4 May, from 9 am to 3 pm, with stalls from 8 euros.", "flea market", "Harbour Square|Harbor Square", "4 May|May 4|4th of May|May 4th", "9 am|nine|9am|9", "8 EUR|8 euros|eight euros|8 euro|€8|8")
describe("see-poster-lost", sheet("note", "# LOST CAT\nGrey, one white paw\nAnswers to Biscuit\nLast seen: Elm Street, Monday\nReward 50 pounds\n555 0148"), "Describe the notice in under 40 words so that I can pass it on.",
         "A yellow handwritten-looking notice about a lost cat. The cat is grey with one white paw, and answers to the name Biscuit. It was last seen in Elm Street on Monday. Whoever finds the cat gets a reward of fifty pounds and should ring the number 555 0148, which stands at the very bottom. There is no photograph of the cat on it, and the name of the owner is not given anywhere.",
         "A grey cat with a white paw called Biscuit is lost, last seen in Elm Street on Monday; reward 50 pounds, call 555 0148.", "cat", "grey|gray", "Biscuit", "Elm Street|Elm St", "50|fifty", "555 0148|5550148")
describe("see-plan", {"draw": "plan", "rooms": [("Shop", 0, 0, 6, 4), ("Office", 6, 0, 3, 4), ("Store room", 0, 4, 5, 3), ("Toilet", 5, 4, 2, 3), ("Kitchen", 7, 4, 2, 3)]}, "What does this drawing show? Two sentences at most.",
         "This is a floor plan of business premises with five rooms, drawn with thick black walls and without doors or windows. The largest room is the shop, at the top left. To its right there is an office. In the lower row, from left to right, there are a store room, a toilet and a kitchen; the toilet and the kitchen are narrow and equally wide. No measures are given and there is no furniture in the plan.",
         "A floor plan with five rooms: shop and office above, store room, toilet and kitchen below.", "floor plan|floorplan|plan|layout", "shop", "office", "store room|storeroom|storage", "kitchen", "toilet|bathroom|restroom")
describe("see-metro", {"draw": "network", "nodes": {"Airport": (80, 80), "Market": (300, 200), "Stadium": (530, 80), "Port": (530, 330), "Zoo": (90, 330)}, "edges": [("Airport", "Market", "red"), ("Market", "Port", "red"), ("Zoo", "Market", "blue"), ("Market", "Stadium", "blue")]}, "Describe the network on this map in a sentence or two.",
         "The map shows a small transport network with five stops and two lines. The red line runs from the Airport at the upper left by way of Market to the Port at the lower right. The blue line runs from the Zoo at the lower left by way of Market to the Stadium at the upper right. The two lines cross at Market, which lies in the middle, so one has to change there. Every stop is drawn as a white circle with a black rim.",
         "Two lines cross at Market: the red one from Airport to Port, the blue one from Zoo to Stadium.", "red", "blue", "Market", "Airport", "Stadium", "cross|crosses|meet|meets|intersect|intersects|change|interchange|hub|centre|center|via|through|connect|connects")
describe("see-invoice", sheet("invoice", "# Invoice 881\nBlue Door Joinery\nTo: Mrs Adebayo\nOak shelf, fitted\t340.00\nPaint and varnish\t45.00\n---\n## Total\t385.00\nPay by 30 June"), "What kind of document is this and what matters in it? Be brief.",
         "It is invoice number 881 from Blue Door Joinery, a joiner's firm, addressed to Mrs Adebayo. It has two items: an oak shelf, including the fitting, for 340.00, and paint and varnish for 45.00. The total is 385.00, and it is to be paid by the 30th of June. The currency is not given, nor are there any bank details, an address, or a telephone number for questions. A blue bar runs along the top of the page.",
         "An invoice from Blue Door Joinery to Mrs Adebayo for an oak shelf and paint: 385.00 in total, due 30 June.", "invoice|bill", "Blue Door Joinery|Blue Door", "Adebayo", "shelf", "385", "30 June|June 30|30th of June|June 30th")
describe("see-web", sheet("web", "~ https://trailclub.example\n# Ridge walk on 3 October\n14 km, medium, bring lunch\nMeet at Crane Station, 8:40\n{#1a5fb4}Sign up"), "I'm blind: what's on this web page? Short, please.",
         "The page of a walking club at trailclub.example announces a ridge walk on the third of October. The walk is 14 kilometres long and of medium difficulty, and walkers should bring their own lunch. They meet at Crane Station at 8:40 in the morning. At the bottom there is a blue link for signing up. The browser window has three round buttons, red, yellow and green, in its upper left corner, and an empty address field.",
         "A walking club invites to a 14 km ridge walk on 3 October, meeting at Crane Station at 8:40, with a link to sign up.", "ridge walk|walk|hike", "3 October|October 3|3rd of October|October 3rd", "14 km|14 kilometres|14 kilometers|14km|14", "Crane Station", "8 40", "sign up|sign-up|register|signing up|link")
describe("see-chat", {"draw": "chat", "title": "Sanna", "messages": [("a", "The oven is broken again"), ("me", "Shall we order pizza?"), ("a", "Yes! One with mushrooms\nand one without cheese"), ("me", "Done, it comes at half past seven")]}, "What is this conversation about? One or two sentences.",
         "A chat on a phone between the user and a person called Sanna. Sanna writes that the oven is broken again. The user suggests ordering pizza, and Sanna agrees and wants one with mushrooms and one without cheese. The user answers that the order has been placed and that it will arrive at half past seven. The messages of the user are green and at the right, those of Sanna are white and at the left.",
         "Sanna says the oven is broken, so they order pizza, one with mushrooms and one without cheese, for half past seven.", "Sanna", "oven", "pizza|pizzas", "mushrooms|mushroom", "half past seven|7 30|seven thirty")
describe("see-code-error", sheet("terminal", "$ make deploy\nuploading site ... ok\nrestarting server ... ok\n{#ff7b72}checking https ... FAILED\n{#ff7b72}certificate expired 2 days ago"), "Explain in a sentence what went wrong here.",
         "The screenshot shows a dark terminal in which the command make deploy has been run. The upload of the site and the restart of the server both went well, as the word ok behind them says. The third step, the check of https, failed, because the certificate of the server expired two days ago. The last two lines are printed in red, the ones before in light grey. To mend it somebody must renew the certificate.",
         "The deployment uploaded and restarted fine, but the https check failed because the certificate expired two days ago.", "deploy|deployment|deploying", "certificate", "expired|expiry|expiration", "two days|2 days", "failed|fails|failure|failing")
describe("see-sign", sheet("warning", "ROCKFALL\nTrail closed beyond\nthis point"), "Describe the sign and what it asks of walkers, briefly.",
         "A yellow warning sign with a black border and bold black letters, all centred. It warns of rockfall and says that the trail is closed beyond this point, so walkers must turn back or take another way. It does not say for how long the trail stays closed, nor who has put the sign up. There is no symbol on it, and nothing can be seen around the sign: it fills the whole picture.",
         "A yellow warning sign: because of rockfall the trail is closed beyond this point, so walkers must turn back.", "yellow", "sign|warning", "rockfall|rock fall|falling rocks|rocks", "closed|closure", "trail|path")
describe("see-recipe", sheet("menu", "^ # Pancakes\n2 eggs\n250 ml milk\n120 g flour\na pinch of salt\n^ Fry in butter until golden"), "Tell me in two sentences what this card says.",
         "A cream-coloured card with a double brown frame and a recipe for pancakes. It lists four ingredients: two eggs, 250 millilitres of milk, 120 grams of flour and a pinch of salt. Below them stands how they are made: the batter is fried in butter until it is golden. The card says neither how many pancakes one gets, nor how long it takes, nor in which order the ingredients are mixed. There is no picture.",
         "A recipe for pancakes with 2 eggs, 250 ml milk, 120 g flour and a pinch of salt, fried in butter until golden.", "pancakes|pancake", "eggs", "milk", "flour", "butter")
describe("see-orchard", scene(*[("apple", "red" if i != 4 else "green", 80 + (i % 3) * 150, 70 + (i // 3) * 95, 66) for i in range(9)]), "One of these isn't like the rest. Describe the picture in a sentence and say which.",
         "Nine apples of the same size are laid out in three rows of three on an off-white background. Eight of them are red, and the one in the middle, in the centre of the second row, is green. Each apple has a short brown stalk and one small green leaf that points to the right. There is nothing else in the picture: no bowl, no table, no hand and no writing.",
         "Nine apples in three rows; all are red but the one in the middle, which is green.", "nine|9", "apples", "red", "green", "middle|centre|center|central")
describe("see-family", scene(("person", "red", 90, 190, 200), ("person", "green", 210, 190, 190), ("person", "yellow", 310, 230, 110), ("person", "purple", 390, 240, 90), ("heart", "pink", 420, 60, 60), bands=[("#f3efe6", 0, .85), ("#c9a66b", .85, 1)]), "Write a caption of one or two sentences for this drawing.",
         "Four people stand in a row on a brown floor, seen from the front. The two on the left are tall, one in a red and one in a green shirt; the two on the right are much smaller, in yellow and purple, so they look like two adults with two children. All of them wear dark trousers. A pink heart floats above the children at the upper right. It looks like a family portrait drawn by a child.",
         "A family of four, two adults in red and green and two children in yellow and purple, with a pink heart above.", "four|4|family", "children|kids|small|smaller|two adults", "heart", "red", "purple|violet")
describe("see-flow", {"draw": "network", "boxes": True, "arrows": True, "nodes": {"Fill kettle": (110, 80), "Boil water": (340, 80), "Pour over leaves": (340, 220), "Wait 3 minutes": (120, 320), "Drink": (480, 340)}, "edges": [("Fill kettle", "Boil water", ""), ("Boil water", "Pour over leaves", ""), ("Pour over leaves", "Wait 3 minutes", ""), ("Wait 3 minutes", "Drink", "")]}, "Put this diagram into words, one sentence.",
         "A flow chart with five light-blue boxes that are joined by lines with arrowheads explains how tea is made. First one fills the kettle, then one boils the water and pours it over the leaves. After that one waits for three minutes, and in the end one drinks the tea. There are no branches and no decisions: each box leads to just one other box. The first box is at the upper left, the last one at the lower right.",
         "A flow chart for making tea: fill the kettle, boil water, pour it over the leaves, wait 3 minutes, drink.", "fill", "boil|boils|boiled|boiling", "pour|pours|poured|pouring", "3 minutes|three minutes", "drink|drinking|drinks")
describe("see-bild-see", scene(("boat", "red", 240, 190, 150), ("sun", "yellow", 80, 60, 50), bands=[("#cfe8f5", 0, .68), ("#2f74a8", .68, 1)]), "Beschreibe das Bild in einem Satz auf Deutsch.",
         "Auf dem blauen Wasser eines Sees oder Meeres schwimmt ein rotes Segelboot mit einem weißen Segel, etwa in der Mitte des Bildes. Links oben steht eine gelbe Sonne mit Strahlen am hellblauen Himmel, an dem es keine Wolken gibt. Menschen, Tiere und Land sind nicht zu sehen. Die Zeichnung ist einfach, ihre Farben sind klar und flächig, und der Himmel nimmt etwa zwei Drittel des Bildes ein.",
         "Ein rotes Segelboot schwimmt auf blauem Wasser, links oben scheint eine gelbe Sonne.", "Segelboot|Boot|Schiff|Segelschiff", "rotes|rote|roten|rot", "Wasser|Meer|See", "Sonne", language="de")
describe("see-image-maison", scene(("house", "blue", 240, 190, 150), ("fir", "green", 90, 200, 120), ("fir", "green", 390, 200, 120), bands=[("#eef3f7", 0, .8), ("#ffffff", .8, 1)]), "Décris cette image en une phrase, en français.",
         "Une maison bleue au toit rouge foncé, avec une porte brune et deux petites fenêtres claires, se dresse au milieu de l'image. De chaque côté de la maison pousse un sapin vert au tronc brun, l'un à gauche et l'autre à droite, à peu près de la même taille. Le sol est tout blanc, comme s'il avait neigé, et le ciel est très pâle. On ne voit ni personnes ni animaux.",
         "Une maison bleue se dresse entre deux sapins verts sur un sol blanc.", "maison", "bleue|bleu", "deux sapins|deux arbres|sapins|arbres", "blanc|neige|enneigé|blanche", language="fr")
describe("see-scoreboard", sheet("led", "PERIOD 3   04:12\nWOLVES\t5\nOTTERS\t7\nSHOTS  21 : 30"), "What do we learn from this board? At most two sentences.",
         "A dark scoreboard with orange letters shows a game between the Wolves and the Otters, probably ice hockey, in its third period. The clock stands at four minutes and twelve seconds. The Otters lead by seven goals to five, so they are two goals ahead. They have also had more shots: thirty against the twenty-one of the Wolves. Nothing is said about penalties, the place, or the date of the game.",
         "In period 3, with the clock at 4:12, the Otters lead the Wolves 7 to 5 and have 30 shots to 21.", "Otters", "Wolves", "7|seven", "5|five", "third|3|period 3", "30|thirty")
