"""Extraction tasks: fields, lists and single values out of mails, papers, logs, chats and tables."""

# A task a paragraph reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

import json
from typing import Any

TASKS: list[dict[str, Any]] = []


def task(content: str, scorer: str, reference: str, options: dict[str, Any], language: str, max_tokens: int) -> None:
    """One task of the category."""
    TASKS.append({"category": "extraction", "scorer": scorer, "language": language, "content": content,
                  "reference": reference, "options": options, "max_tokens": max_tokens})


def _room(reference: str) -> int:
    """Tokens for the reference, a code fence and white space: JSON takes about one for 2.5 characters."""
    return 40 + round(len(reference) / 2)


def fields(content: str, reference: dict[str, Any], ways: dict[str, list[Any]] | None = None, *, language: str = "en") -> None:
    """A JSON object; `ways` holds other values that are right for a field."""
    text = json.dumps(reference, ensure_ascii=False)
    task(content, "fields", text, {"or": ways} if ways else {}, language, _room(text))


def under_schema(content: str, schema: dict[str, Any], reference: dict[str, Any], ways: dict[str, list[Any]] | None = None, *, language: str = "en") -> None:
    """A JSON object that must be valid under the schema, which the prompt shows where `{schema}` stands."""
    text = json.dumps(reference, ensure_ascii=False)
    options = {"schema": schema} | ({"or": ways} if ways else {})
    task(content.replace("{schema}", json.dumps(schema, ensure_ascii=False)), "schema", text, options, language, _room(text))


def items(content: str, reference: list[str], ways: dict[str, list[str]] | None = None, *, language: str = "en") -> None:
    """A list, in any order; `ways` holds other spellings of an item."""
    text = json.dumps(reference, ensure_ascii=False)
    task(content, "items", text, {"or": ways} if ways else {}, language, _room(text))


def value(content: str, reference: str, ways: list[str] | None = None, *, language: str = "en", max_tokens: int = 24) -> None:
    """A single value."""
    task(content, "contains", reference, {"or": ways} if ways else {}, language, max_tokens)


def _object(**properties: Any) -> dict[str, Any]:
    """A JSON Schema of an object that needs all the properties and allows no others."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_STRING = {"type": "string"}
_INTEGER = {"type": "integer"}
_NUMBER = {"type": "number"}
_BOOLEAN = {"type": "boolean"}
_DAY = {"type": "string", "pattern": r"^\d\d-\d\d$", "description": "month and day, MM-DD"}
_STRINGS = {"type": "array", "items": _STRING}


# --- JSON with named keys

fields("Pull the name, age and city out of this sentence and give them back as JSON with the keys name, age and city.\n\nMaria Oliveira, 34, has been living in Porto since last spring.",
       {"name": "Maria Oliveira", "age": 34, "city": "Porto"})

fields("Invoice no. 2024-88\nDate: 2 April 2024\nTotal due: USD 1,250.00\nPayable by 30 April 2024\n\nReturn a JSON object with the keys number, total, currency and due (due as YYYY-MM-DD).",
       {"number": "2024-88", "total": "1250.00", "currency": "USD", "due": "2024-04-30"})

fields("Contact: Dr. Amir Haddad, 020 7946 0018, a.haddad@example.org\n\nJSON with name, phone, email – nothing else, please.",
       {"name": "Dr. Amir Haddad", "phone": "020 7946 0018", "email": "a.haddad@example.org"}, {"name": ["Amir Haddad"]})

fields("I need these booking details in JSON (keys: room, guests, nights, arrival; numbers as digits, arrival as MM-DD):\n\n\"Room 305 for two guests, three nights from 9 July, breakfast included.\"",
       {"room": "305", "guests": 2, "nights": 3, "arrival": "07-09"}, {"arrival": ["9 July", "July 9"]})

fields("Fill in {\"river\": …, \"length_km\": …, \"mouth\": …} from the text and reply with the JSON only.\n\nText: The Danube is 2,850 km long and ends in the Black Sea.",
       {"river": "Danube", "length_km": 2850, "mouth": "Black Sea"}, {"river": ["The Danube"], "mouth": ["The Black Sea"]})

fields("From the recipe below, extract flour (in grams), eggs, minutes and temperature (in °C) as a JSON object with these four keys and numbers as values.\n\nBeat three eggs with a pinch of salt, fold in 200 g flour and 50 g melted butter, pour into a tin and bake for 25 minutes at 180 degrees Celsius.",
       {"flour": 200, "eggs": 3, "minutes": 25, "temperature": 180})

fields("Hi Priya,\n\nthe kick-off is moved from Tuesday to Thursday, same time (14:30), but now in the Lisbon room because Madrid is being painted. Tomasz will bring the contract.\n\nBest, Elif\n\n---\nTurn this e-mail into JSON: sender, recipient, day, time, room. Use the new arrangement.",
       {"sender": "Elif", "recipient": "Priya", "day": "Thursday", "time": "14:30", "room": "Lisbon"}, {"room": ["Lisbon room", "the Lisbon room"]})

fields("Job ad: \"Bakery Lindqvist in Uppsala is looking for a pastry chef, full time, from 1 September. 31,000 kronor a month, no night shifts. Apply to jobs@lindqvist.example by 15 August.\"\n\nKeys wanted: employer, city, position, monthly_pay, apply_by (as day and month). Answer in JSON.",
       {"employer": "Bakery Lindqvist", "city": "Uppsala", "position": "pastry chef", "monthly_pay": "31000", "apply_by": "15 August"},
       {"employer": ["Lindqvist"], "monthly_pay": ["31,000 kronor", "31,000 SEK"], "apply_by": ["August 15"]})

fields("Extract from this log line and output JSON with the keys timestamp, level, service, code:\n\n2025-03-11T08:14:59Z [ERROR] payment-gateway: upstream answered 502 after 3 retries (order 77120)",
       {"timestamp": "2025-03-11T08:14:59Z", "level": "ERROR", "service": "payment-gateway", "code": "502"})

fields("Nov 02 23:10:07 atlas sshd[4411]: Failed password for invalid user backup from 203.0.113.45 port 51022 ssh2\n\nGive me host, process, user, ip and port of that line as a JSON object. No explanation.",
       {"host": "atlas", "process": "sshd", "user": "backup", "ip": "203.0.113.45", "port": "51022"}, {"process": ["sshd[4411]"]})

fields("Split the address into JSON (street, number, postcode, city, country):\n\nRue des Lilas 18, 1030 Brussels, Belgium",
       {"street": "Rue des Lilas", "number": "18", "postcode": "1030", "city": "Brussels", "country": "Belgium"})

fields("Please parse this delivery address. Keys: name, company, street (with the house number), postcode, city. Use null for a key that is not given. JSON only.\n\nMs Hanna Koskinen\nKauppakatu 12 B\n40100 Jyväskylä",
       {"name": "Hanna Koskinen", "company": None, "street": "Kauppakatu 12 B", "postcode": "40100", "city": "Jyväskylä"}, {"name": ["Ms Hanna Koskinen"]})

fields("\"The patient, a 58-year-old man, reports chest tightness for two days, worse when climbing stairs. BP 150/95, pulse 88. Known allergy to penicillin. Takes metformin.\"\n\nReturn JSON with the keys age, sex, complaint, blood_pressure, allergy, medication. Keep the values short.",
       {"age": 58, "sex": "male", "complaint": "chest tightness", "blood_pressure": "150/95", "allergy": "penicillin", "medication": "metformin"},
       {"sex": ["man", "m"], "complaint": ["chest tightness for two days", "chest tightness, worse when climbing stairs"], "age": ["58-year-old"]})

fields("Veterinary note. Bella, Labrador, 6 y, 31.5 kg. Limping on left hind leg since Saturday. X-ray clear. Carprofen 50 mg twice a day for 5 days, recheck in a week.\n\nPut into JSON: animal_name, breed, weight_kg, drug, dose_mg, days. The last two and the weight as numbers.",
       {"animal_name": "Bella", "breed": "Labrador", "weight_kg": 31.5, "drug": "Carprofen", "dose_mg": 50, "days": 5})

fields("Event poster:\n\nHARBOUR JAZZ NIGHT\nThe Amara Quartet (Dakar)\nFriday 13 June 2025, doors 19:00, music 20:30\nOld Customs House\nTickets 18 € / students 12 €\n\nI'd like JSON with: title, artist, date (ISO), start_of_music, venue, student_price (number).",
       {"title": "Harbour Jazz Night", "artist": "The Amara Quartet", "date": "2025-06-13", "start_of_music": "20:30", "venue": "Old Customs House", "student_price": 12},
       {"artist": ["Amara Quartet", "The Amara Quartet (Dakar)"]})

fields("Product text: The Fjell 40 is a hiking backpack with 40 litres of room, weighs 1.35 kg, comes in moss green or slate grey and costs 129 euros. A rain cover is included.\n\nAnswer with one JSON object: model, volume_l, weight_kg, colours (a list), price_eur.",
       {"model": "Fjell 40", "volume_l": 40, "weight_kg": 1.35, "colours": ["moss green", "slate grey"], "price_eur": 129})

fields("What does the contract say? Put it in JSON under the keys landlord, tenant, monthly_rent, start, notice_months. If something is not said, use null.\n\n\"Mrs Chen Li-hua lets the flat at 5 Quay Street to Mr Olumide Bello from 1 October 2025 at a rent of 940 euros a month. Pets are allowed.\"",
       {"landlord": "Chen Li-hua", "tenant": "Olumide Bello", "monthly_rent": 940, "start": "2025-10-01", "notice_months": None},
       {"landlord": ["Mrs Chen Li-hua"], "tenant": ["Mr Olumide Bello"], "monthly_rent": ["940 euros"]})

fields("Terms of a gym membership, paragraph 4: \"The membership runs for twelve months and is renewed for a further three months each time unless it is cancelled in writing at least six weeks before the end. The monthly fee of 29.90 is due on the 5th.\"\n\nOutput JSON with numbers only: term_months, renewal_months, notice_weeks, fee, due_day.",
       {"term_months": 12, "renewal_months": 3, "notice_weeks": 6, "fee": 29.90, "due_day": 5})

fields("CV of an applicant:\n\nAYUMI TANAKA – Data analyst\n2021–today Nordwind Insurance, Hamburg\n2018–2021 City of Osaka, statistics office\nM.Sc. Statistics, Kyoto 2018\nJapanese (native), English (C1), German (B2)\n\nFrom the CV: name, current_employer, degree, years_at_first_job (a number), native_language. JSON, exactly these keys.",
       {"name": "Ayumi Tanaka", "current_employer": "Nordwind Insurance", "degree": "M.Sc. Statistics", "years_at_first_job": 3, "native_language": "Japanese"},
       {"current_employer": ["Nordwind Insurance, Hamburg"], "degree": ["M.Sc. Statistics, Kyoto 2018", "M.Sc. Statistics, Kyoto", "MSc Statistics", "M.Sc. in Statistics"]})

fields("chat:\n<jo> who's bringing what on sat?\n<mei> i'll do the salad\n<sam> crisps from me, and i can pick up the drinks\n<mei> jo can you do dessert?\n<jo> ok, tiramisu then!\n\nfor each person the list of what they bring, as json: {\"jo\": [...], \"mei\": [...], \"sam\": [...]}",
       {"jo": ["tiramisu"], "mei": ["salad"], "sam": ["crisps", "drinks"]}, {"mei": [["the salad"]], "sam": [["crisps", "the drinks"]]})

fields("Normalise the three dates to YYYY-MM-DD and return {\"signed\": …, \"begins\": …, \"ends\": …}.\n\nThe agreement, signed on the 3rd of March 2023, takes effect on April 1st of the same year and ends on the last day of 2025.",
       {"signed": "2023-03-03", "begins": "2023-04-01", "ends": "2025-12-31"})

fields("Today is Wednesday, 12 November 2025. A customer writes: \"Could the fitter come on Friday at half past two instead of tomorrow morning?\"\n\nJSON please: old_date and new_date as YYYY-MM-DD, new_time as HH:MM (24-hour clock).",
       {"old_date": "2025-11-13", "new_date": "2025-11-14", "new_time": "14:30"})

fields("Table:\n\n| Station | Opened | Platforms | Bikes |\n|---|---|---|---|\n| Eastgate | 1902 | 6 | yes |\n| Millpond | 1987 | 2 | no |\n| Airport | 2011 | 4 | yes |\n\nReturn the row of the station with the fewest platforms as a JSON object with the keys station, opened, platforms.",
       {"station": "Millpond", "opened": 1987, "platforms": 2})

fields("A lab report lists: Hb 13.9 g/dl (12–16), leucocytes 11.8 /nl (4–10), platelets 240 /nl (150–400), CRP 31 mg/l (<5), creatinine 0.8 mg/dl (0.5–1.0).\n\nMake a JSON object that contains only the values outside their reference range: the key is the name as printed, the value the number.",
       {"leucocytes": 11.8, "CRP": 31})

fields("Read the complaint and fill the form. Keys: order_number, product, defect, wants (one of refund, replacement, repair). JSON only.\n\nGood evening, the kettle from order 40-7731 arrived on Monday and already leaks at the spout. I don't want another one of the same kind, just my money back. Regards, F. Nowak",
       {"order_number": "40-7731", "product": "kettle", "defect": "leaks at the spout", "wants": "refund"},
       {"defect": ["leaks", "leaking at the spout", "leak at the spout", "leaky spout", "leaking spout", "spout leaks", "leak", "leaking", "already leaks at the spout"], "product": ["the kettle"]})

fields("Traffic bulletin: \"A9 northbound: after an accident involving two lorries the right lane is closed between Hellbrook and Tannau, 7 km of congestion, delay about 40 minutes.\"\nExtract road, direction, closed_lane, from, to, congestion_km, delay_minutes into JSON.",
       {"road": "A9", "direction": "northbound", "closed_lane": "right", "from": "Hellbrook", "to": "Tannau", "congestion_km": 7, "delay_minutes": 40},
       {"direction": ["north"], "closed_lane": ["right lane"]})

fields("Bibliographic entry → JSON with the keys authors (list of surnames), year, title, journal, volume, pages.\n\nOkafor, N., & Lindgren, P. (2019). Sleep and memory in shift workers. Journal of Applied Chronobiology, 12(3), 201–218.",
       {"authors": ["Okafor", "Lindgren"], "year": 2019, "title": "Sleep and memory in shift workers", "journal": "Journal of Applied Chronobiology", "volume": 12, "pages": "201-218"},
       {"volume": ["12(3)"]})

fields("Lies die Rechnung und gib ein JSON-Objekt mit den Schlüsseln rechnungsnummer, datum (JJJJ-MM-TT), netto, mwst und brutto zurück (Beträge als Zahl mit Punkt).\n\nMalerbetrieb Yıldız – Rechnung Nr. 311/25 vom 7. Mai 2025\nFlur streichen: 400,00 €\n19 % MwSt.: 76,00 €\nGesamt: 476,00 €",
       {"rechnungsnummer": "311/25", "datum": "2025-05-07", "netto": 400.00, "mwst": 76.00, "brutto": 476.00}, language="de")

fields("Aus der Nachricht bitte Ort, Tag und Uhrzeit des Treffens als JSON (Schlüssel: ort, tag, uhrzeit):\n\n„Hallo zusammen, der Elternabend findet nicht in der Aula, sondern in der Turnhalle statt, und zwar am Donnerstag um 19 Uhr. Viele Grüße, Frau Petrović“",
       {"ort": "Turnhalle", "tag": "Donnerstag", "uhrzeit": "19:00"}, {"ort": ["in der Turnhalle", "die Turnhalle"], "uhrzeit": ["19 Uhr", "19", "um 19 Uhr", "19:00 Uhr"]}, language="de")

fields("Petite annonce : « À vendre, vélo de ville hollandais, 7 vitesses, rouge, très bon état, 180 €, à venir chercher à Nantes. Tél. 06 00 00 12 34. »\n\nExtrais en JSON : objet, couleur, vitesses, prix, ville.",
       {"objet": "vélo de ville hollandais", "couleur": "rouge", "vitesses": 7, "prix": 180, "ville": "Nantes"}, {"objet": ["vélo de ville", "vélo", "vélo hollandais"], "prix": ["180 €", "180 euros"]}, language="fr")

fields("Del siguiente correo saca en JSON las claves remitente, ciudad, noches, habitacion (individual o doble):\n\n«Buenos días: quisiera reservar una habitación para mi marido y para mí en su hotel de Granada, del 3 al 6 de mayo (tres noches). Un saludo, Carmen Ruiz»",
       {"remitente": "Carmen Ruiz", "ciudad": "Granada", "noches": 3, "habitacion": "doble"}, language="es")

fields("The form of a lost-property office has the keys item, colour, lost_on_line, seat, contents (list). Fill it as JSON from the phone note; null where the caller did not say.\n\n\"Lady left her umbrella – no wait, a small blue rucksack – on tram 11 yesterday, with a lunch box and a library book in it.\"",
       {"item": "rucksack", "colour": "blue", "lost_on_line": "11", "seat": None, "contents": ["lunch box", "library book"]},
       {"item": ["small rucksack", "small blue rucksack"], "lost_on_line": ["tram 11"], "contents": [["a lunch box", "a library book"]]})

fields("Minutes, item 5. The board approved the purchase of a second van (Rahman and Kowalczyk in favour, Sørensen against, Adeyemi abstained). The limit is 28,000 euros; Kowalczyk will get three offers by the end of March.\n\nJSON: in_favour (list), against (list), abstained (list), limit_eur, responsible.",
       {"in_favour": ["Rahman", "Kowalczyk"], "against": ["Sørensen"], "abstained": ["Adeyemi"], "limit_eur": 28000, "responsible": "Kowalczyk"})

fields("Weather from a sailing forecast:\n\n\"Gulf of Solen: southwest 5 to 6, increasing 7 for a time, later veering northwest. Sea 2 to 3 metres. Showers. Visibility good.\"\n\nI want a JSON object with wind_from_now, wind_from_later, max_force, max_wave_m, visibility.",
       {"wind_from_now": "southwest", "wind_from_later": "northwest", "max_force": 7, "max_wave_m": 3, "visibility": "good"},
       {"wind_from_now": ["SW"], "wind_from_later": ["NW"]})

fields("URL: https://shop.example.com:8443/books/list?lang=pt&page=3#top\n\nTake it apart. A JSON object with scheme, host, port, path, lang, page, fragment, no prose.",
       {"scheme": "https", "host": "shop.example.com", "port": 8443, "path": "/books/list", "lang": "pt", "page": 3, "fragment": "top"})

# --- JSON under a schema

under_schema("Convert the note to JSON that is valid under this schema: {schema}\n\nNote: Rent a minibus for 9 people, from 2 to 5 August, with child seats.",
             _object(vehicle=_STRING, people=_INTEGER, first_day=_DAY, last_day=_DAY, child_seats=_BOOLEAN),
             {"vehicle": "minibus", "people": 9, "first_day": "08-02", "last_day": "08-05", "child_seats": True})

under_schema("\"Two large margheritas and one small funghi to 14 Elm Close, paid in cash, please ring twice.\"\n\nRepresent the order as JSON. Schema:\n{schema}",
             _object(pizzas={"type": "array", "items": _object(kind=_STRING, size={"enum": ["small", "large"]}, count=_INTEGER)}, address=_STRING, payment={"enum": ["cash", "card"]}),
             {"pizzas": [{"kind": "margherita", "size": "large", "count": 2}, {"kind": "funghi", "size": "small", "count": 1}], "address": "14 Elm Close", "payment": "cash"},
             {"pizzas": [[{"kind": "margheritas", "size": "large", "count": 2}, {"kind": "funghi", "size": "small", "count": 1}]]})

under_schema("Schema: {schema}\n\nFill it from this message and reply with the JSON object alone. The ticket's priority is high if people cannot work, otherwise normal.\n\n\"Hi, it's Beatriz from accounting (ext. 4410). None of us can log in to the ledger since eight this morning, we're all just sitting here.\"",
             _object(reporter=_STRING, department=_STRING, extension=_STRING, system=_STRING, priority={"enum": ["normal", "high"]}),
             {"reporter": "Beatriz", "department": "accounting", "extension": "4410", "system": "ledger", "priority": "high"}, {"system": ["the ledger"], "extension": ["ext. 4410"]})

under_schema("Answer in JSON only, conforming to {schema} – what did the team score, home side first?\n\nAfter trailing 0–1 at the break, the women of Al Noor beat the visitors from Petra City 3–1 in front of 4,200 spectators; Haddad scored twice.",
             _object(home=_STRING, away=_STRING, home_goals=_INTEGER, away_goals=_INTEGER, spectators=_INTEGER),
             {"home": "Al Noor", "away": "Petra City", "home_goals": 3, "away_goals": 1, "spectators": 4200})

under_schema("We import second-hand cars into our database. One listing:\n\n\"2016 estate, diesel, 128,000 km, first owner, inspection until 08/2026, small dent at the back. 7,490 ONO.\"\n\nThe record must fit the JSON Schema below. Give the record.\n\n{schema}",
             _object(year=_INTEGER, fuel={"enum": ["petrol", "diesel", "electric", "hybrid"]}, kilometres=_INTEGER, previous_owners=_INTEGER, damaged=_BOOLEAN, price=_INTEGER, negotiable=_BOOLEAN),
             {"year": 2016, "fuel": "diesel", "kilometres": 128000, "previous_owners": 1, "damaged": True, "price": 7490, "negotiable": True})

under_schema("Give JSON for the dose instruction, valid under {schema}. Use null where nothing is said.\n\n\"Amoxicillin 500 mg, one capsule three times a day for 7 days.\"",
             _object(drug=_STRING, strength_mg=_NUMBER, times_a_day=_INTEGER, days={"type": ["integer", "null"]}, with_food={"type": ["boolean", "null"]}),
             {"drug": "Amoxicillin", "strength_mg": 500, "times_a_day": 3, "days": 7, "with_food": None})

under_schema("Turn the following into calendar data. It has to validate against the schema, so mind the date format (YYYY-MM-DD) and the time format (HH:MM).\n\n{schema}\n\n\"Book club: on the 21st of January 2026, a quarter past seven in the evening, at Ngozi's. We're reading 'The Salt Road'.\"",
             _object(title=_STRING, date={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, time={"type": "string", "pattern": r"^\d{2}:\d{2}$"}, place=_STRING),
             {"title": "Book club", "date": "2026-01-21", "time": "19:15", "place": "Ngozi's"}, {"place": ["Ngozi", "Ngozi's place", "at Ngozi's"]})

under_schema("Who bought how much of what? JSON under this schema, please, purchases in the order of the text:\n{schema}\n\nAt the market Ilse took 2 kilos of apples for 5 euros, Rashid half a kilo of cherries for 4.50, and I only got a kilo of pears, 2.80.",
             _object(purchases={"type": "array", "minItems": 1, "items": _object(fruit=_STRING, kilograms=_NUMBER, euros=_NUMBER)}, total_euros=_NUMBER),
             {"purchases": [{"fruit": "apples", "kilograms": 2, "euros": 5}, {"fruit": "cherries", "kilograms": 0.5, "euros": 4.5}, {"fruit": "pears", "kilograms": 1, "euros": 2.8}], "total_euros": 12.3})

under_schema("Erzeuge aus der Stellenanzeige ein JSON nach dem Schema {schema}.\n\n„Für unsere Praxis in Kiel suchen wir ab sofort eine medizinische Fachangestellte (m/w/d), 30 Stunden pro Woche, unbefristet. Englisch ist nicht nötig.“",
             _object(beruf=_STRING, ort=_STRING, wochenstunden=_INTEGER, befristet=_BOOLEAN, englisch_noetig=_BOOLEAN),
             {"beruf": "medizinische Fachangestellte", "ort": "Kiel", "wochenstunden": 30, "befristet": False, "englisch_noetig": False},
             {"beruf": ["medizinische Fachangestellte (m/w/d)", "Medizinische/r Fachangestellte/r"]}, language="de")

under_schema("The JSON you return is read by a program; it must match this schema exactly.\n\n{schema}\n\nInput from the flood gauge operator: \"Gauge Weirhead, 06:00: 4.12 m and rising, alert level two; at midnight it was still 3.70.\"",
             _object(gauge=_STRING, level_m=_NUMBER, change_m=_NUMBER, trend={"enum": ["rising", "falling", "steady"]}, alert={"type": "integer", "minimum": 0, "maximum": 3}),
             {"gauge": "Weirhead", "level_m": 4.12, "change_m": 0.42, "trend": "rising", "alert": 2}, {"gauge": ["Gauge Weirhead"]})

under_schema("Extract the people into JSON under {schema}. Oldest first.\n\nThe household consists of Kwame Asante (41), his wife Efua, who is two years younger, and their son Kofi, who turned nine in May.",
             _object(people={"type": "array", "items": _object(name=_STRING, age=_INTEGER)}),
             {"people": [{"name": "Kwame Asante", "age": 41}, {"name": "Efua", "age": 39}, {"name": "Kofi", "age": 9}]},
             {"people": [[{"name": "Kwame Asante", "age": 41}, {"name": "Efua Asante", "age": 39}, {"name": "Kofi Asante", "age": 9}], [{"name": "Kwame", "age": 41}, {"name": "Efua", "age": 39}, {"name": "Kofi", "age": 9}]]})
under_schema("A neighbour's message about our house keys:\n\n\"Got the spare set from you on Sunday: front door, cellar and bike shed. I'll water the plants on Tuesday and Friday and leave the keys with the Okonkwos afterwards.\"\n\nAs JSON, please, so that it fits this schema (days as English weekday names): {schema}",
             _object(keys=_STRINGS, watering_days=_STRINGS, keys_go_to=_STRING, paid={"type": ["boolean", "null"], "description": "null if it is not said"}),
             {"keys": ["front door", "cellar", "bike shed"], "watering_days": ["Tuesday", "Friday"], "keys_go_to": "the Okonkwos", "paid": None}, {"keys_go_to": ["Okonkwos", "Okonkwo"]})

# --- lists

items("List all the people named in the text, as a JSON list of strings.\n\nThe jury – Paolo Ricci, Hyejin Park and Thandiwe Dube – gave the prize to a short film by Lars Holm.",
      ["Paolo Ricci", "Hyejin Park", "Thandiwe Dube", "Lars Holm"])

items("\"We flew from Nairobi to Doha, had five hours there, then on to Kuala Lumpur, and finally took a bus down to Malacca.\"\n\nWhich cities are mentioned? Only the names, separated by commas.",
      ["Nairobi", "Doha", "Kuala Lumpur", "Malacca"])

items("What do I still have to buy? We have flour and sugar already. The cake takes flour, sugar, butter, six eggs, a lemon and poppy seeds. One thing per line, without amounts.",
      ["butter", "eggs", "lemon", "poppy seeds"], {"eggs": ["egg", "six eggs", "6 eggs"], "lemon": ["a lemon", "lemons"]})

items("Pick every e-mail address out of this thread and return them as a JSON list.\n\nFrom: dana@north.example\nTo: team@north.example\nCc: o.farouk@south.example\n\nPlease send questions to Omar and not to me (Dana), I'm away until the 9th. If it's about invoices: billing@south.example.",
      ["dana@north.example", "team@north.example", "o.farouk@south.example", "billing@south.example"])

items("Action items, one per line and as short as in the text, for Miguel only:\n\n- Miguel: book the hall\n- Anneli: print posters\n- Miguel: call the caterer\n- Jun: collect chairs\n- Anneli and Miguel: write the programme",
      ["book the hall", "call the caterer", "write the programme"])

items("ERROR disk full on db-2\nWARN slow query on db-1\nERROR timeout on web-4\nINFO deploy finished on web-1\nERROR disk full on db-3\n\nWhich hosts had errors? Comma-separated, hosts only.",
      ["db-2", "web-4", "db-3"])

items("From the menu, name the dishes that are vegetarian and contain no nuts. JSON list, dish names exactly as printed.\n\n- Lentil curry with spinach (vegetarian)\n- Trout with almonds\n- Walnut ravioli (vegetarian)\n- Mushroom risotto (vegetarian)\n- Chicken tagine\n- Beetroot tart (vegetarian)",
      ["Lentil curry with spinach", "Mushroom risotto", "Beetroot tart"], {"Lentil curry with spinach": ["Lentil curry", "Lentil curry with spinach (vegetarian)"], "Mushroom risotto": ["Mushroom risotto (vegetarian)"], "Beetroot tart": ["Beetroot tart (vegetarian)"]})

items("Nenne alle Medikamente aus dem Arztbrief, nur die Namen, durch Komma getrennt.\n\n„Entlassmedikation: Ramipril 5 mg morgens, Metoprolol 47,5 mg morgens und abends. Ibuprofen wurde wegen der Nierenwerte abgesetzt und durch Novaminsulfon bei Bedarf ersetzt.“\n\nAchtung: Nur was der Patient weiter nehmen soll!",
      ["Ramipril", "Metoprolol", "Novaminsulfon"], {"Ramipril": ["Ramipril 5 mg"], "Metoprolol": ["Metoprolol 47,5 mg"], "Novaminsulfon": ["Novaminsulfon bei Bedarf"]}, language="de")

items("Quels pays sont cités dans cette phrase ? Donne une liste JSON, noms en français.\n\n« La coopérative exporte son café vers l'Italie, la Suède et le Japon, mais achète ses machines en Allemagne. »",
      ["Italie", "Suède", "Japon", "Allemagne"], {"Italie": ["l'Italie"], "Suède": ["la Suède"], "Japon": ["le Japon"], "Allemagne": ["l'Allemagne"]}, language="fr")

items("All amounts of money in the passage as a JSON list of numbers, please – but only amounts that were actually paid.\n\n\"The quote was 2,400. We paid 600 up front and 1,500 on completion; they had wanted another 300 for the scaffolding, which we refused.\"",
      ["600", "1500"], {"1500": ["1,500"]})

items("Keywords of a programming job: name the programming languages that are REQUIRED, comma-separated.\n\n\"You write Go every day and are at home in SQL. Some knowledge of Rust would be nice, as would French. We moved away from Java two years ago.\"",
      ["Go", "SQL"])

items("Which towns have more than 20,000 inhabitants, according to this list? Names only, one per line.\n\nArdmoor 18,450\nBellan 23,010\nCorvik 20,000\nDunhaven 41,775\nEsker 9,820\nFarrow 20,310",
      ["Bellan", "Dunhaven", "Farrow"])

# --- single values

value("What is the tracking number? Reply with the number only.\n\nYour parcel has been handed over to the carrier. Order 550-1234, tracking ZX 48 771 902 EU, expected Thursday between 10 and 14.",
      "ZX 48 771 902 EU", ["ZX48771902EU", "ZX 48771902 EU"])

value("When does the warranty of the dishwasher end? Give the date as YYYY-MM-DD.\n\n\"Bought on 17 February 2024. The maker grants three years from the date of purchase on the motor and two years on everything else, including the pump.\" – it's the pump that's broken.",
      "2026-02-17")

value("Subject: Re: Re: Offsite\n\n> > Shall we say Bergen?\n> Too far for the Rome people. Porto?\nPorto it is then, I'll book the same hotel as in 2022. – Ingrid\n\nWhere will the offsite take place? Just the place.",
      "Porto")

value("Give the name of the person who reported the fault, and only the name.\n\n\"Technician's report. Call taken by S. Varga at 07:40. Mr. Dimitriou of flat 12 reported no hot water; his neighbour Ms. Laurent confirmed. Valve replaced by B. Eze.\"",
      "Dimitriou", ["Mr. Dimitriou"])

value("¿Cuál es el importe total que hay que pagar? Escribe solo la cifra.\n\nFactura 87/2025\nReparación de persiana: 90,00 €\nDesplazamiento: 25,00 €\nDescuento cliente habitual: −15,00 €\nIVA incluido. A pagar: 100,00 €",
      "100,00", ["100", "100.00"], language="es")

value("Meter readings: March 4,410 kWh, April 4,655 kWh, May 4,802 kWh. The reading that the provider asks for is the one of the month after the tariff change, and the tariff changed on 31 March. Which reading is it? Number only.",
      "4,655", ["4655", "4.655"])
