"""Image tasks: reading pages, questions about charts, maps and scenes, descriptions. `made` is how the picture is drawn."""

# A task a line reads better than strings broken at column 120.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from typing import Any

from suite.render import plain_text

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
grid("table-nutrition", "Nutrition per 100 g", "Energy | 1580 kJ\nFat | 14.2 g\nof which saturates | 6.1 g\nSugars | 22 g\nSalt | 0.85 g", changes={"size": 17, "striped": False}, scale=0.75)
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
page("ticket-parking", "ticket", "PARKING  ZONE 4\nEntered 08:12\nLeft 10:47\nDue 6.50 EUR\nPay before returning to your car", changes={"font": "SansMono", "paper": "#f5efe0"}, blur=1.3, noise=10)
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
page("board-lesson", "board", "Photosynthesis\n6 CO2 + 6 H2O -> C6H12O6 + 6 O2\n{#1e7a3c}needs light and chlorophyll\nHomework: page 58, no. 3 and 4", shadow=0.35, noise=6)
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
