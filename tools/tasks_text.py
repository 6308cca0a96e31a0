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


add("summarization", "facts", 90, [
    summary("The town council of Velden voted on Monday evening to close the old iron bridge to cars from the first of March. "
            "Engineers who inspected it last autumn had found cracks in two of its four supports, and a second opinion from "
            "the technical university confirmed them in January. Pedestrians and cyclists may still cross, but only on the "
            "northern side. The repairs are expected to cost 1.4 million euros, of which the state will pay half, and to take "
            "about a year. Shop owners on the east bank fear that they will lose customers; several of them had come to the "
            "meeting with a petition. The mayor promised them a free shuttle bus every twenty minutes and said that the "
            "council would look at the numbers again after the summer.",
            ["bridge"], ["march"], ["cracks", "cracked", "damage"], ["pedestrians", "cyclists", "on foot"], ["shuttle", "bus"]),
    summary("Researchers who followed 2,300 office workers in four countries for six years report that those who took a walk at "
            "lunch at least three times a week had fewer sick days than their colleagues. On average the walkers missed four "
            "days a year, the others almost seven. The effect was strongest in people over fifty and could not be seen at all "
            "in those who already exercised before work. The length of the walk hardly mattered: ten minutes did as much as "
            "thirty. The authors warn that healthier people may simply walk more, and that the study cannot tell cause from "
            "effect. They call for a trial in which companies are chosen at random to give their staff a longer break.",
            ["walk", "walking", "walked", "walkers"], ["sick days", "sick leave", "sickness"], ["fifty", "50", "older"],
            ["trial", "cause", "warn", "caution", "healthier people"]),
    summary("Hi team, I am sorry to say that the delivery of the new chairs has slipped again. The supplier now says the 14th "
            "instead of the 2nd, because a container with the frames is stuck in Rotterdam, where the dockers have been on "
            "strike since last week. I spoke to their sales manager this morning and asked for a discount of ten percent; after "
            "some discussion they agreed to five, which I think is fair since the strike is not their fault. The desks are not "
            "affected and will be put together on Thursday as planned, so please clear your things from the second floor by "
            "Wednesday night. Until the chairs come, use the folding ones from the basement. The key is with Petra. Ravi",
            ["chairs"], ["14th", "14"], ["rotterdam", "container", "strike"], ["five percent", "5", "five", "discount"],
            ["folding", "basement"]),
    summary("The kakapo is a flightless parrot that lives only in New Zealand. It is active at night, smells faintly of honey, "
            "and can live for more than sixty years, which makes it one of the longest-lived birds on earth. When danger comes "
            "it does not run but freezes, a habit that worked well against eagles and very badly against the cats, stoats and "
            "rats that settlers brought with them. By the 1990s only about fifty birds were left. All of them were then moved "
            "to three islands from which every predator had been removed. Each bird has a name and wears a transmitter, "
            "volunteers guard the nests, and extra food is put out in good breeding years. The population has since grown to "
            "about two hundred and fifty.",
            ["kakapo"], ["flightless", "parrot"], ["new zealand"], ["predators", "predator", "cats", "stoats", "rats"],
            ["two hundred and fifty", "250"]),
    summary("Yesterday's final was decided in the very last minute. Lisbon had led since shortly before the break through a "
            "penalty by Duarte, awarded after a long look at the video, and for most of the second half they seemed content to "
            "defend. Bergen hit the post twice. Then, in the 88th minute, Sand equalised with a header from a corner, and deep "
            "into stoppage time the substitute Berg, who is nineteen and had played only six minutes all season, scored from "
            "twenty metres. It is the first title for the Norwegian side in thirty-one years. Coach Mikkelsen, who had been "
            "criticised all spring for his careful tactics, said afterwards that he would retire. Some ten thousand people met "
            "the team at the harbour.",
            ["bergen"], ["lisbon"], ["last minute", "stoppage time", "late", "final minute"], ["thirty one", "31", "first title"],
            ["retire", "retirement", "retires"]),
    summary("We are changing our refund policy, and we would like you to know what it means for you. From 1 June, unopened goods "
            "can be returned within 60 days of delivery instead of the 30 days we have had so far. Opened goods can be returned "
            "only if they are faulty, and we may ask you for a photo of the fault. You pay for the postage unless the mistake "
            "was ours, in which case we send you a label by e-mail. Refunds go back to the card or account that was used for "
            "the order and usually arrive within five working days. Gift cards cannot be refunded, but they no longer expire. "
            "For orders placed before 1 June the old rules apply. If anything is unclear, our service team is glad to help.",
            ["60 days", "60"], ["faulty", "defective", "faults"], ["postage", "shipping"], ["gift cards", "gift card"],
            ["june"]),
    summary("A power failure stopped all six lifts in the Meridian tower for three hours on Friday evening. Nineteen people were "
            "trapped between floors, among them a couple on the way to their own engagement party on the roof; none was hurt. "
            "The emergency lights failed in two of the cabins, and the alarm line was answered only after forty minutes. "
            "Firefighters, who had to climb to the thirty-second floor on foot, freed the last of them at half past nine. The "
            "operator blames a faulty transformer that had been due for replacement in the spring and says that the work will "
            "now be done next week. The city's building authority has opened an inquiry into why the maintenance was put off "
            "and whether the tower may stay open until then.",
            ["lifts", "elevators", "elevator", "lift"], ["nineteen", "19"], ["transformer", "power failure"],
            ["none was hurt", "no one was hurt", "unhurt", "no injuries", "nobody was hurt", "none were hurt"],
            ["inquiry", "investigation", "next week"]),
    summary("Sourdough needs three things: flour, water and time. There is no packet of yeast in it. Instead, wild yeast in the "
            "starter, a bubbling paste that is fed every day and can be kept for decades, raises the dough slowly, and bacteria "
            "that live beside the yeast give it the sour taste. Because the dough rests for twelve hours or more, much of the "
            "gluten is already broken down when it goes into the oven, which some people find easier to digest. The acid also "
            "keeps mould away, so that the bread stays fresh for days without any additives. The price of all this is planning: "
            "who wants bread on Saturday has to begin on Thursday night, and a cold kitchen can add half a day.",
            ["flour", "water"], ["yeast", "starter"], ["slow", "slowly", "time", "twelve hours", "12 hours"],
            ["digest", "gluten"], ["fresh"]),
    summary("The island's only school will reopen in September after the ministry agreed to pay for a second teacher. It had "
            "closed two years ago, when the number of pupils fell to four and the old teacher moved to the mainland. Since then "
            "nine families with children have come to the island, drawn by cheap houses and, since last spring, by fast "
            "internet, and there will be seventeen pupils in the first year. Until now they have had to take the ferry at a "
            "quarter to seven every morning, and on stormy days, of which there were thirty-one last winter, they could not "
            "go at all. The islanders have painted the rooms themselves. The bell, which was sold to a pub on the mainland, has "
            "been given back by its owner as a present.",
            ["school"], ["september"], ["second teacher", "teacher"], ["families"], ["ferry"]),
    summary("Minutes of the product meeting. Ana reported that the app now starts in two seconds instead of five on the oldest "
            "phone we support, mostly because the map is loaded later. Jon said that three customers had complained about the "
            "dark theme, in which grey text on black cannot be read in sunlight; he will fix the contrast by Friday. Mirko "
            "asked whether we still need the weekly newsletter, which only six percent of the readers open, and it was decided "
            "to send it once a month from now on. The release is moved from the 13th to the 20th, because the payment tests "
            "still fail with one bank and nobody wants to ship that before the holidays. Next meeting on Tuesday at ten; Ana "
            "will take the minutes.",
            ["two seconds", "2 seconds", "faster"], ["dark theme", "contrast"], ["20th", "20"], ["payment"],
            ["newsletter", "tuesday"]),
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
    ("Lena faces north and turns right. Which way does she face now: east, south or west?", "east", ["east", "south", "west"]),
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
