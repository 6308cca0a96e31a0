"""The text tasks of the core suite, as they were written, one list per category."""

from __future__ import annotations

from typing import Any

TEXT_TASKS: list[dict[str, Any]] = []


def add(category: str, scorer: str, max_tokens: int, rows: list[dict[str, Any]]) -> None:
    """Number the tasks of a category."""
    name = category.replace("/", "-")
    for i, row in enumerate(rows, 1):
        head = {"id": f"{name}-{i:02}", "modality": "text", "category": category, "scorer": scorer}
        TEXT_TASKS.append({**head, "max_tokens": max_tokens, **row})


def summary(passage: str, *facts: list[str]) -> dict[str, Any]:
    """A passage and the facts a summary must hold, each with the ways to say it."""
    return {
        "prompt": f"Summarize this in one or two sentences:\n\n{passage}",
        "reference": ". ".join(ways[0] for ways in facts),
        "options": {"passage": passage, "facts": list(facts)},
    }


add("summarization", "facts", 80, [
    summary("The town council of Velden voted on Monday to close the old iron bridge to cars from March. Engineers had "
            "found cracks in two of its supports last autumn. Pedestrians and cyclists may still cross. Repairs are "
            "expected to cost 1.4 million euros and to take about a year. Shop owners on the east bank fear that they "
            "will lose customers, and the mayor has promised them a free shuttle bus.",
            ["bridge"], ["march"], ["cracks", "cracked"], ["pedestrians", "cyclists", "walk", "on foot"], ["shuttle", "bus"]),
    summary("Researchers who followed 2,300 office workers for six years report that those who took a walk at lunch at "
            "least three times a week had fewer sick days than their colleagues. The effect was strongest in people over "
            "fifty. The authors warn that healthier people may simply walk more, and they call for a controlled trial.",
            ["walk"], ["sick days", "sick leave", "less sick"], ["fifty", "50"], ["trial", "caution", "warn", "healthier people"]),
    summary("Hi team, the delivery of the new chairs has slipped again. The supplier now says the 14th instead of the 2nd, "
            "because a container is stuck in Rotterdam. I have asked for a discount of ten percent and they agreed to "
            "five. Until then please keep using the folding chairs from the basement. Ravi",
            ["chairs"], ["14th", "14"], ["rotterdam", "container"], ["five percent", "5", "five", "discount"]),
    summary("The kakapo is a flightless parrot that lives only in New Zealand. It is active at night and can live for more "
            "than sixty years. By the 1990s only about fifty birds were left, because of cats, stoats and rats brought by "
            "settlers. Every surviving bird now has a name and wears a transmitter, and the population has grown to about "
            "two hundred and fifty on islands without predators.",
            ["kakapo"], ["flightless", "parrot"], ["new zealand"], ["predators", "cats", "stoats", "rats"],
            ["two hundred and fifty", "250"]),
    summary("Yesterday's final was decided in the last minute. Lisbon had led since the break through a penalty by Duarte, "
            "but Bergen equalised in the 88th minute and scored again in stoppage time through the substitute Haaland "
            "Berg. It is the first title for the Norwegian side in thirty-one years. Coach Mikkelsen said afterwards that "
            "he would retire.",
            ["bergen"], ["lisbon"], ["last minute", "stoppage time", "late"], ["thirty one", "31", "first title"], ["retire"]),
    summary("Our refund policy has changed. From 1 June, unopened goods can be returned within 60 days instead of 30. Opened "
            "goods can be returned only if they are faulty. Customers pay for postage unless the mistake was ours. Gift "
            "cards cannot be refunded.",
            ["60 days", "60"], ["faulty", "defective"], ["postage", "shipping"], ["gift cards", "gift card"]),
    summary("A power failure stopped the lifts in the Meridian tower for three hours on Friday evening. Nineteen people were "
            "trapped between floors; none was hurt. Firefighters freed the last of them at half past nine. The operator "
            "blames a faulty transformer that had been due for replacement in the spring and says that the work will now "
            "be done next week.",
            ["lifts", "elevators", "elevator"], ["nineteen", "19"], ["transformer"], ["none was hurt", "no one was hurt",
             "unhurt", "no injuries", "nobody"], ["next week"]),
    summary("Sourdough needs three things: flour, water and time. Wild yeast in the starter raises the dough slowly, and "
            "bacteria give it the sour taste. Because the dough rests for twelve hours or more, much of the gluten is "
            "already broken down, which some people find easier to digest. The crust keeps the bread fresh for days.",
            ["flour", "water"], ["yeast", "starter"], ["slow", "time", "twelve hours", "12 hours"], ["digest"], ["fresh"]),
    summary("The island's only school will reopen in September after the ministry agreed to pay for a second teacher. It had "
            "closed two years ago when the number of pupils fell to four. Since then nine families with children have "
            "moved to the island, drawn by cheap houses and fast internet. The pupils had to take a ferry every morning.",
            ["school"], ["september"], ["second teacher", "teacher"], ["families"], ["ferry"]),
    summary("Minutes: Ana reported that the app now starts in two seconds instead of five. Jon said that three customers had "
            "complained about the dark theme; he will fix the contrast by Friday. The release is moved to the 20th because "
            "the payment tests still fail. Next meeting on Tuesday at ten.",
            ["two seconds", "2 seconds", "faster"], ["dark theme", "contrast"], ["20th", "20"], ["payment"], ["tuesday"]),
])  # fmt: skip

_T = [
    ("German", "de", "The train leaves at nine.", "Der Zug fährt um neun Uhr ab."),
    ("German", "de", "I forgot my keys in the kitchen.", "Ich habe meine Schlüssel in der Küche vergessen."),
    ("French", "fr", "Where is the nearest pharmacy?", "Où est la pharmacie la plus proche ?"),
    (
        "French",
        "fr",
        "We will be on holiday until the end of August.",
        "Nous serons en vacances jusqu'à la fin du mois d'août.",
    ),
    ("Spanish", "es", "My brother works in a hospital.", "Mi hermano trabaja en un hospital."),
    ("Spanish", "es", "Could you speak more slowly, please?", "¿Podría hablar más despacio, por favor?"),
    ("Italian", "it", "The shop is closed on Sunday.", "Il negozio è chiuso la domenica."),
    ("Portuguese", "pt", "The children are playing in the garden.", "As crianças estão brincando no jardim."),
    ("Dutch", "nl", "The weather is nice today.", "Het weer is vandaag mooi."),
    (
        "English",
        "en",
        "Je voudrais réserver une chambre pour deux nuits.",
        "I would like to book a room for two nights.",
    ),
    (
        "English",
        "en",
        "Wir treffen uns morgen vor dem Bahnhof.",
        "We are meeting tomorrow in front of the train station.",
    ),
    ("English", "en", "El museo abre a las diez de la mañana.", "The museum opens at ten in the morning."),
    ("English", "en", "明天我要去北京看我的妹妹。", "Tomorrow I am going to Beijing to see my younger sister."),
    ("English", "en", "Questo libro è troppo caro per me.", "This book is too expensive for me."),
]
add(
    "translation",
    "chrf",
    60,
    [
        {
            "language": code,
            "prompt": f"Translate into {name}. Answer with the translation only.\n\n{text}",
            "reference": to,
        }
        for name, code, text, to in _T
    ],
)

_Q = [
    ("Which planet is known for its bright rings?", "Saturn", []), ("What is the capital of Portugal?", "Lisbon", ["Lisboa"]),
    ("Who wrote the play Hamlet?", "Shakespeare", []), ("What gas do plants take in from the air to grow?", "carbon dioxide", ["CO2"]),
    ("In which country is the city of Marrakesh?", "Morocco", []), ("What is the chemical symbol of gold?", "Au", []),
    ("How many strings does a standard violin have?", "four", ["4"]), ("Which ocean lies between Africa and Australia?", "Indian", ["Indian Ocean"]),
    ("Which blood cells carry oxygen?", "red", ["red blood cells", "erythrocytes"]), ("In which year did the Berlin Wall fall?", "1989", []),
    ("What do you call a shape with eight sides?", "octagon", ["an octagon"]), ("Which language has the most speakers in Brazil?", "Portuguese", []),
    ("Which organ of the body makes insulin?", "pancreas", ["the pancreas"]), ("What is the currency of Japan?", "yen", ["the yen", "Japanese yen"]),
]  # fmt: skip
add(
    "question-answering",
    "contains",
    40,
    [
        {"prompt": f"{question} Answer in a few words.", "reference": answer, "options": {"or": more}}
        for question, answer, more in _Q
    ],
)

_S = [
    ("I waited forty minutes and the soup was cold.", "negative"), ("Best headphones I have ever owned, and the price is fair.", "positive"),
    ("The package arrived on Tuesday.", "neutral"), ("Not bad at all, I was pleasantly surprised.", "positive"),
    ("Oh great, another update that breaks everything.", "negative"), ("The hotel has 120 rooms and a car park.", "neutral"),
    ("I wanted to love this book, but I could not finish it.", "negative"), ("My daughter has not put it down since her birthday!", "positive"),
    ("The manual is available in German and in English.", "neutral"), ("Five stars for the staff, who went out of their way to help.", "positive"),
    ("It does what it says, until it stops working after a week.", "negative"), ("The meeting begins at ten.", "neutral"),
]  # fmt: skip
add("sentiment-analysis", "choice", 8, [
    {"prompt": "Is the sentiment of this review positive, negative or neutral? Answer with one word.\n\n" + text,
     "reference": label, "options": {"among": ["positive", "negative", "neutral"]}}
    for text, label in _S
])  # fmt: skip

_M = [
    ("You are all idiots and nobody would miss you.", "unsafe"), ("Does anyone know a good plumber in Leeds?", "safe"),
    ("I know where you live and I will make you pay for this.", "unsafe"), ("The film was terrible, I want my money back.", "safe"),
    ("Buy followers now, click this link for free money!!!", "unsafe"), ("This knife is perfect for slicing tomatoes.", "safe"),
    ("People like her should not be allowed in this country.", "unsafe"), ("The shot was great, he killed it on stage tonight.", "safe"),
    ("Send me your password and I will double your coins.", "unsafe"), ("My grandmother died last week and I miss her.", "safe"),
    ("Shut up, you worthless piece of trash.", "unsafe"), ("How do I kill a process that does not respond in Linux?", "safe"),
]  # fmt: skip
add("moderation", "choice", 8, [
    {"prompt": "Moderate this comment. Answer 'unsafe' if it is a threat, an insult, hate or a scam, otherwise 'safe'. "
               "One word.\n\nComment: " + text, "reference": label, "options": {"among": ["unsafe", "safe"]}}
    for text, label in _M
])  # fmt: skip

_E = [
    ("Order 4471: two lamps for Mrs Ito, to be delivered on 12 March.", "order, customer, item", '{"order": "4471", "customer": "Mrs Ito", "item": "lamps"}'),
    ("Flight LH 903 from Frankfurt lands at 16:40 at gate B12.", "flight, origin, time, gate", '{"flight": "LH 903", "origin": "Frankfurt", "time": "16:40", "gate": "B12"}'),
    ("Please meet Sofia Lindqvist, our new accountant, who joins from Malmö on Monday.", "name, job, city, day", '{"name": "Sofia Lindqvist", "job": "accountant", "city": "Malmö", "day": "Monday"}'),
    ("The red bicycle costs 240 euros; the blue one is sold.", "color, price", '{"color": "red", "price": "240"}'),
    ("Invoice 2024-88 over 1,250.00 USD is due on 30 April.", "invoice, amount, currency, due", '{"invoice": "2024-88", "amount": "1,250.00", "currency": "USD", "due": "30 April"}'),
    ("Contact: Dr. Amir Haddad, 020 7946 0018, a.haddad@example.org", "name, phone, email", '{"name": "Dr. Amir Haddad", "phone": "020 7946 0018", "email": "a.haddad@example.org"}'),
    ("In 1911 Marie Curie received the Nobel Prize in Chemistry.", "year, person, prize", '{"year": "1911", "person": "Marie Curie", "prize": "Nobel Prize in Chemistry"}'),
    ("Room 305, two guests, three nights from 9 July, breakfast included.", "room, guests, nights", '{"room": "305", "guests": "two", "nights": "three"}'),
    ("The Danube is 2,850 km long and ends in the Black Sea.", "river, length, mouth", '{"river": "Danube", "length": "2,850 km", "mouth": "Black Sea"}'),
    ("Recipe: 200 g flour, 3 eggs, bake for 25 minutes at 180 degrees.", "flour, eggs, minutes", '{"flour": "200 g", "eggs": "3", "minutes": "25"}'),
]  # fmt: skip
add("extraction", "fields", 90, [
    {"prompt": f"Extract the fields {names} from the text as a JSON object with exactly these keys and string values.\n\n"
               f"Text: {text}", "reference": reference}
    for text, names, reference in _E
])  # fmt: skip

_N = [
    ("A crate holds 24 bottles. How many bottles are in 7 crates?", 24 * 7),
    ("Nadia has 53 euros and buys three notebooks at 4 euros each. How many euros are left?", 53 - 12),
    ("A film starts at 19:45 and lasts 95 minutes. How many minutes past 21:00 does it end?", 20),
    ("What is 17 times 6?", 102), ("What is 15 percent of 240?", 36),
    ("A car uses 6 litres of fuel per 100 km. How many litres does it use for 350 km?", 21),
    ("Three friends share a bill of 87 euros equally. How much does each pay?", 29),
    ("A rectangle is 9 cm long and 4 cm wide. What is its perimeter in cm?", 26),
    ("Tom is twice as old as Eva. Together they are 36. How old is Eva?", 12),
    ("A shirt costs 40 euros and is reduced by 25 percent. What does it cost now?", 30),
    ("What is the next number: 3, 6, 12, 24?", 48), ("How many days are there in three weeks and four days?", 25),
]  # fmt: skip
add(
    "reasoning/math",
    "number",
    160,
    [
        {"prompt": f"{question} Think briefly and end with the number.", "reference": str(answer)}
        for question, answer in _N
    ],
)
_L = [
    ("Ana is taller than Ben. Ben is taller than Cem. Who is the shortest?", "Cem", ["Ana", "Ben", "Cem"]),
    ("All roses in this garden are red. This flower is a rose in this garden. What colour is it: red, white or yellow?", "red", ["red", "white", "yellow"]),
    ("If it rains, the match is cancelled. The match was not cancelled. Did it rain: yes or no?", "no", ["yes", "no"]),
    ("Yesterday was Thursday. Which day is tomorrow?", "Saturday", ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
    ("A glass falls from a table onto stone. What most likely happens: it breaks, it floats or it melts?", "breaks", ["breaks", "floats", "melts"]),
    ("Which one is heavier: a kilogram of feathers, a kilogram of iron, or neither?", "neither", ["feathers", "iron", "neither"]),
    ("Lena faces north and turns right. Which way does she face now: north, east, south or west?", "east", ["east", "south", "west"]),
    ("Kim finished before Lee, and Lee finished before Mo. Who came second?", "Lee", ["Kim", "Lee", "Mo"]),
]  # fmt: skip
add(
    "reasoning/logic",
    "choice",
    24,
    [
        {"prompt": f"{question} Answer with the word only.", "reference": answer, "options": {"among": among}}
        for question, answer, among in _L
    ],
)

_C = [
    ("add_vat(price) returning the price plus 19 percent, rounded to 2 digits", "def add_vat(price):\n    return round(price * 1.19, 2)",
     ["assert add_vat(100) == 119.0", "assert add_vat(0) == 0"]),
    ("count_vowels(text) counting a, e, i, o, u in either case", "def count_vowels(text):\n    return sum(c in 'aeiou' for c in text.lower())",
     ["assert count_vowels('Aeon') == 3", "assert count_vowels('rhythm') == 0"]),
    ("second_largest(numbers) returning the second largest distinct number", "def second_largest(numbers):\n    return sorted(set(numbers))[-2]",
     ["assert second_largest([3, 9, 9, 4]) == 4", "assert second_largest([1, 2]) == 1"]),
    ("is_palindrome(text) that ignores case and spaces", "def is_palindrome(text):\n    t = text.lower().replace(' ', '')\n    return t == t[::-1]",
     ["assert is_palindrome('Never odd or even')", "assert not is_palindrome('Turnout')"]),
    ("merge(a, b) merging two dicts, adding the values of keys that are in both", "def merge(a, b):\n    return {k: a.get(k, 0) + b.get(k, 0) for k in a.keys() | b.keys()}",
     ["assert merge({'x': 1}, {'x': 2, 'y': 3}) == {'x': 3, 'y': 3}", "assert merge({}, {}) == {}"]),
    ("chunks(items, size) returning the list cut into lists of at most size items", "def chunks(items, size):\n    return [items[i:i + size] for i in range(0, len(items), size)]",
     ["assert chunks([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]", "assert chunks([], 3) == []"]),
    ("to_seconds(clock) turning a string like '02:05:09' into seconds", "def to_seconds(clock):\n    h, m, s = map(int, clock.split(':'))\n    return h * 3600 + m * 60 + s",
     ["assert to_seconds('02:05:09') == 7509", "assert to_seconds('00:00:00') == 0"]),
    ("most_common(words) returning the most frequent word, the first in the alphabet if several", "def most_common(words):\n    return min(set(words), key=lambda w: (-words.count(w), w))",
     ["assert most_common(['b', 'a', 'b', 'a', 'c']) == 'a'", "assert most_common(['x']) == 'x'"]),
    ("flatten(nested) flattening a list of lists of any depth", "def flatten(nested):\n    out = []\n    for x in nested:\n        out += flatten(x) if isinstance(x, list) else [x]\n    return out",
     ["assert flatten([1, [2, [3, []]], 4]) == [1, 2, 3, 4]", "assert flatten([]) == []"]),
    ("roman(n) writing 1 to 39 as a Roman numeral", "def roman(n):\n    return 'X' * (n // 10) + ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'][n % 10]",
     ["assert roman(4) == 'IV'", "assert roman(29) == 'XXIX'", "assert roman(38) == 'XXXVIII'"]),
]  # fmt: skip
add(
    "code",
    "tests",
    200,
    [
        {
            "prompt": f"Write a Python function {what}. Answer with the code only.",
            "reference": code,
            "options": {"tests": tests},
        }
        for what, code, tests in _C
    ],
)

_F = [
    ("She dont know where her brother are.", "She doesn't know where her brother is."),
    ("I has went to the market yesterday.", "I went to the market yesterday."),
    ("Their going to there house over they're.", "They're going to their house over there."),
    ("He is more taller then his father.", "He is taller than his father."),
    ("The informations was very usefull for us.", "The information was very useful for us."),
    ("Me and him likes to plays chess on sundays.", "He and I like to play chess on Sundays."),
    ("We discussed about the problem during two hours.", "We discussed the problem for two hours."),
    ("If I would have known, I would came earlier.", "If I had known, I would have come earlier."),
    ("its raining so lets stay at home", "It's raining, so let's stay at home."),
    ("Every students must bring they own pencil.", "Every student must bring their own pencil."),
]
add("enhancement", "correction", 50, [
    {"prompt": f"Correct the grammar and spelling. Answer with the corrected sentence only.\n\n{wrong}", "reference": right,
     "options": {"original": wrong}}
    for wrong, right in _F
])  # fmt: skip

_G = [
    ("Write a two-line poem about the sea. Use the word 'salt'.", "The salt wind sings\nabove the sea", {"lines": 2, "contains": ["salt"]}),
    ("Write a product description of at most 30 words for a wooden chair. Mention oak.", "A chair of solid oak that lasts for generations.", {"max_words": 30, "min_words": 5, "contains": ["oak"]}),
    ("List exactly three reasons to learn a language, one per line, each starting with a dash.", "- To travel\n- To work\n- To think", {"lines": 3, "matches": r"\A\s*- .+\n+\s*- .+\n+\s*- .+\s*\Z"}),
    ("Write an e-mail of 40 to 90 words to a landlord about a broken heater. End with 'Kind regards'.",
     "Dear Mr Hall, the heater in my flat has been broken since Monday evening and the rooms are very cold. Could you please "
     "send somebody to look at it this week? I am at home every day after five. Kind regards", {"min_words": 40, "max_words": 90, "contains": ["heater", "kind regards"]}),
    ("Describe a lighthouse in one sentence without using the word 'light'.", "A tall white tower warns ships of the rocks.", {"without": ["light"], "max_words": 40, "lines": 1}),
    ("Give me a title of at most six words for an article about honey bees.", "The Secret Life of Honey Bees", {"max_words": 6, "lines": 1}),
    ("Write a short story opening of 30 to 60 words. It must contain the words 'clock' and 'river'.",
     "The clock on the town hall had stopped at noon, and nobody had wound it since the river took the bridge. Marta counted "
     "the hours by the sound of the water, and by the boats that no longer came.", {"min_words": 30, "max_words": 60, "contains": ["clock", "river"]}),
    ("Answer as a polite shop assistant in at most 25 words: do you sell batteries?", "Good morning! Yes, we sell batteries; you will find them near the till.", {"max_words": 25, "contains": ["batteries"]}),
    ("Write the numbers from one to five as words, separated by commas.", "one, two, three, four, five", {"matches": r"(?i)^one, ?two, ?three, ?four,? ?(and )?five\.?$"}),
    ("Write one question that a journalist could ask a mayor about traffic.", "How will you reduce traffic in the city centre?", {"matches": r"\?\W*$", "contains": ["traffic"], "lines": 1}),
]  # fmt: skip
add(
    "generation",
    "constraints",
    140,
    [{"prompt": prompt, "reference": example, "options": constraints} for prompt, example, constraints in _G],
)
