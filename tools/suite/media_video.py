"""Video tasks: questions about short clips, and descriptions of them. `made` is how the clip is filmed."""

# A task a line reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

from typing import Any

TASKS: list[dict[str, Any]] = []
Made = dict[str, Any]


def _add(name: str, category: str, prompt: str, made: Made, reference: str, scorer: str, options: Made, room: int, language: str = "en") -> None:
    TASKS.append({"modality": "video", "category": category, "language": language, "reference": reference, "scorer": scorer, "options": options, "max_tokens": room,
                  "content": [{"type": "text", "text": prompt}, {"type": "video", "file": f"{name}.mp4"}], "made": made})


def number(name: str, made: Made, prompt: str, answer: float) -> None:
    """A question answered by a number."""
    _add(name, "question-answering", prompt, made, f"{answer:g}", "number", {}, 24)


def choice(name: str, made: Made, prompt: str, answer: str, *among: str) -> None:
    """A question answered by one of a few words."""
    _add(name, "question-answering", prompt, made, answer, "choice", {"among": list(among)}, 16)


def word(name: str, made: Made, prompt: str, answer: str, *others: str, language: str = "en") -> None:
    """A question answered by words that must stand in a short answer."""
    _add(name, "question-answering", prompt, made, answer, "contains", {"or": list(others)} if others else {}, 40, language)


def every(name: str, made: Made, prompt: str, answer: str, *ways: str) -> None:
    """A question whose answer must hold several things (ways parted by bars)."""
    _add(name, "question-answering", prompt, made, answer, "all", {"all": [way.split("|") for way in ways]}, 60)


def describe(name: str, made: Made, prompt: str, passage: str, reference: str, *facts: str, language: str = "en") -> None:
    """A description: a long one, a good short one, and the facts that it must hold (ways parted by bars)."""
    _add(name, "description", prompt, made, reference, "facts", {"passage": passage, "facts": [fact.split("|") for fact in facts]}, 120, language)


def slides(*pages: str, **more: Any) -> Made:
    """Pages one after another."""
    return {"film": "slides", "pages": list(pages), **more}


def moving(*items: tuple[str, str, float, list[tuple[float, float]]], **more: Any) -> Made:
    """Objects on their ways."""
    return {"film": "moving", "items": list(items), **more}


def appearing(*items: tuple[str, str, float, float, float], **more: Any) -> Made:
    """Objects that come one after another."""
    return {"film": "appearing", "items": list(items), **more}


# Questions
word("clip-slides-budget", slides("# Town budget 2025\nRoads and schools", "# Roads\n4.2 million", "# Schools\n6.8 million", "# Parks\n1.1 million"), "How much is planned for schools according to the slides?", "6.8 million", "6.8", "6,800,000")
number("clip-slides-count", slides("## 1  Find a quiet place", "## 2  Sit upright", "## 3  Close your eyes", "## 4  Count your breaths", style="slide_dark"), "How many steps does this guide have? Answer with a digit.", 4)
word("clip-slides-last", slides("# Lake Tana", "Largest lake of Ethiopia", "Source of the Blue Nile", "# Any questions?\nProf. Tesfaye, room 318", style="slide_dark"), "Which room can I go to if I've got questions for the lecturer?", "318", "room 318")
every("clip-slides-two", slides("# Team outing", "Meet at Oakley pier\nat 09:30", "Bring swimwear\nand a towel"), "What should people bring? One short sentence.", "Swimwear and a towel.", "swimwear|swimsuit|swimming things|bathing suit|swim wear", "towel|towels")
word("clip-score", slides("^ HOME 0 : 0 AWAY\n^ 12:04", "^ HOME 1 : 0 AWAY\n^ 33:51", "^ HOME 1 : 1 AWAY\n^ 70:18", "^ HOME 1 : 2 AWAY\n^ 88:40", style="led", seconds=1.3), "What's the score at the end of the clip? Home first, as in 3:3.", "1:2", "1 - 2", "1-2", "1 to 2")
choice("clip-score-first", slides("^ LIONS 0 : 0 HAWKS", "^ LIONS 0 : 2 HAWKS", "^ LIONS 3 : 2 HAWKS", "^ LIONS 3 : 5 HAWKS", style="led", seconds=1.2), "Which team scored first, Lions or Hawks? Just the name.", "Hawks", "Lions", "Hawks")
number("clip-timer-end", {"film": "timer", "start": 12, "end": 7, "label": "SECONDS LEFT"}, "The countdown is cut off. Which number is the last one to be seen?", 7)
number("clip-timer-label", {"film": "timer", "start": 95, "end": 101, "label": "PUSH-UPS"}, "how many push-ups are on the counter when the video stops? number only", 101)
word("clip-ticker", {"film": "ticker", "headline": "STRIKE AT THE PORT", "text": "Ferries to Sardinia cancelled until Thursday +++ Talks resume at noon"}, "Until which day are the ferries cancelled?", "Thursday")
word("clip-ticker-vote", {"film": "ticker", "headline": "ELECTION NIGHT", "text": "Turnout reaches 71 percent +++ Mayor Delgado concedes defeat", "seconds": 6.5}, "Who concedes defeat, going by the line at the bottom?", "Delgado", "Mayor Delgado")
word("clip-credits", {"film": "credits", "lines": ["THE SALT ROAD", "", "Directed by", "Yasmin Haddad", "", "Music", "Piotr Zielinski", "", "Camera", "Lena Fischer"]}, "Who wrote the music for this film?", "Piotr Zielinski", "Zielinski", "Piotr Zieliński", "Zieliński")
number("clip-advert", slides("{#e07a2f}# The AirPan 3", "Cooks without oil\n5 litres, 2 year warranty", "# Now only 79 EUR\n~ before 119 EUR"), "What does the pan cost now, in euros? Give only the number.", 79)
every("clip-recipe", slides("# Tomato toast", "1  Toast the bread", "2  Rub it with garlic", "3  Grate a tomato over it", "4  Oil and salt", style="menu", seconds=1.2), "Which two things go on in the last step?", "oil and salt", "oil|olive oil", "salt")
number("clip-chart", {"film": "growing", "title": "Books lent per day", "bars": [("Mon", 64), ("Tue", 88), ("Wed", 120), ("Thu", 97)]}, "When the bars have stopped growing, what's the value for Thursday?", 97)
word("clip-subtitles", slides("\n\n^ Where did you hide the map?", "\n\n^ Under the third stair.", "\n\n^ Then we have to go back.", style="screen", seconds=1.7), "Where is the map hidden?", "under the third stair", "third stair", "the third stair", "under the third step")
word("clip-spoken-gate", slides("# Terminal 2\nPlease wait", seconds=2.0, speech="Passengers for Dublin, please go to gate fourteen."), "Listen: which gate should passengers for Dublin go to?", "14", "fourteen", "gate 14")
word("clip-spoken-plant", appearing(("flower", "purple", 200, 120, 150), speech="This plant needs water only once a month."), "How often does this plant need water, according to the speaker?", "once a month", "monthly", "once per month", "every month", "one time a month")
word("clip-spoken-code", slides("# Safety training", "Part 2: fire drill", style="slide_dark", speech="In case of fire, meet at the car park behind the canteen.", voice="en-gb"), "Where do the staff meet in case of fire?", "car park", "the car park", "parking lot", "carpark", "behind the canteen")
choice("clip-moves-right", moving(("circle", "red", 60, [(40, 120), (360, 120)])), "In which direction does the circle move: left or right?", "right", "left", "right")
choice("clip-moves-up", moving(("balloon", "blue", 90, [(200, 230), (200, 30)]), bands=[("#d8eef8", 0, 1)]), "Does the balloon rise or sink? One word: rises or sinks.", "rises", "rises", "sinks")
number("clip-bounces", moving(("circle", "orange", 46, [(20, 60), (80, 210), (140, 60), (200, 210), (260, 60), (320, 210), (380, 60)]), bands=[("#8a8f94", .97, 1)], seconds=6), "How often does the ball touch the ground? Number only.", 3)
choice("clip-race", moving(("car", "green", 80, [(40, 80), (230, 80)]), ("car", "yellow", 80, [(40, 180), (350, 180)]), ground="#a9adb1"), "Two cars start at the same time. Which gets farther, the green or the yellow one?", "yellow", "green", "yellow")
number("clip-appear", appearing(("star", "yellow", 60, 70, 60), ("star", "yellow", 160, 150, 60), ("heart", "red", 240, 70, 60), ("star", "yellow", 320, 160, 60), ("heart", "red", 90, 180, 60), ("star", "yellow", 360, 60, 60)), "How many stars are there in the end?", 4)
choice("clip-light", {"film": "lights", "colours": ["red", "orange", "green"]}, "What colour is the lamp at the end of the clip? One word.", "green", "red", "orange", "yellow", "green")
choice("clip-third", appearing(("square", "blue", 200, 120, 120), ("triangle", "red", 200, 120, 130), ("hexagon", "purple", 200, 120, 130), ("star", "orange", 200, 120, 140), gone=True, each=1.1), "Shapes are shown one at a time. Which is the third: square, triangle, hexagon or star?", "hexagon", "square", "triangle", "hexagon", "star")

# Descriptions
describe("film-boat", moving(("boat", "red", 90, [(50, 130), (350, 130)]), ("cloud", "white", 80, [(330, 40), (250, 40)]), bands=[("#cfe8f5", 0, .62), ("#3d7fb5", .62, 1)]), "Describe what happens in this clip in one sentence.",
         "A short cartoon of the sea on a fine day. A red sailing boat with a white sail crosses the picture from the left to the right at an even pace. Over the blue water the sky is pale blue, and a single white cloud drifts slowly the other way, from right to left. Nobody can be seen on board, there is no land in sight, and the camera does not move.",
         "A red sailing boat crosses the blue sea from left to right while a white cloud drifts above.", "boat|sailboat|ship", "red", "sea|water|ocean", "right|left to right", "cloud")
describe("film-car-bus", moving(("car", "blue", 90, [(40, 190), (360, 190)]), ("bus", "yellow", 110, [(350, 110), (60, 110)]), bands=[("#777777", 0, 1)]), "What's going on in the video? Keep it to a sentence or two.",
         "Two vehicles drive past one another on a plain grey road, seen from the side. In the lower lane a small blue car with two windows drives from the left to the right. In the upper lane a bigger yellow bus with four windows goes the opposite way, from the right to the left. They pass each other in the middle of the picture without touching. No people, buildings or trees are shown.",
         "A blue car drives to the right while a yellow bus passes it in the opposite direction, to the left, on a grey road.", "blue", "car", "yellow", "bus", "opposite|opposite directions|other way|past each other|pass each other|left")
describe("film-sunset", moving(("sun", "orange", 70, [(200, 60), (200, 215)]), ("house", "brown", 90, [(80, 160), (80, 160)]), bands=[("#f7d9a8", 0, .8), ("#5b7f4a", .8, 1)]), "Write one sentence on what can be seen to happen here.",
         "The clip shows a peaceful evening in the country. A large orange sun with rays stands high in the middle of a warm, yellowish sky and sinks slowly and straight down until it has reached the green ground. On the left stands a small brown house with a door and two windows, which does not change. There are no people, animals or cars, and nothing else moves.",
         "An orange sun sinks slowly towards the green ground beside a small brown house, like a sunset.", "sun", "sinks|sets|setting|goes down|sunset|sinking|moves down|descends|falls|lowers|moving down", "house", "orange")
describe("film-balloons", appearing(("balloon", "red", 80, 110, 90), ("balloon", "yellow", 160, 110, 90), ("balloon", "green", 240, 110, 90), ("balloon", "purple", 320, 110, 90), ground="#d8eef8"), "Describe the clip for somebody who cannot see it. Under 35 words.",
         "On an empty, pale blue background balloons appear one after another, from left to right, and all of them stay. The first is red, the second yellow, the third green, and the fourth and last purple. They are all of the same size, hang at the same height in one row, and each has a thin grey string. After the fourth balloon has appeared the clip ends. Nothing moves and nothing is written.",
         "Four balloons, red, yellow, green and purple, appear one after another in a row on a pale blue background.", "four|4", "balloons", "red", "purple|violet", "one after another|one by one|appear|successively|one at a time|appearing")
describe("film-fish", moving(("fish", "orange", 70, [(360, 70), (40, 70)]), ("fish", "yellow", 50, [(380, 150), (120, 150)]), ("fish", "pink", 60, [(330, 205), (20, 205)]), ground="#2f74a8"), "Summarise the scene briefly: what, how many, and where they go.",
         "Under water, in front of a plain dark blue background, three fish swim from the right to the left, one below the other. The upper one is orange and the biggest, the middle one is yellow and the smallest, and the lowest is pink. Each has one white eye and a tail with three corners. They swim at an even pace and do not meet. There are no plants, stones or bubbles.",
         "Three fish, orange, yellow and pink, swim from right to left in blue water.", "three|3", "fish|fishes", "left|right to left", "orange", "blue|water|underwater|sea")
describe("film-slides-trip", slides("# Madeira in 3 days", "Day 1: Funchal, market\nand cable car", "Day 2: levada walk, 11 km", "Day 3: whale watching"), "Sum up these slides in a sentence or two.",
         "Four white slides with an orange stripe at the left present a plan for a stay of three days on Madeira. The first slide is the title. On the first day one visits Funchal with its market and the cable car. On the second day there is a walk along a levada, eleven kilometres long. On the third day one goes out to watch whales. Nothing is said about prices, hotels, flights or the time of year, and there are no pictures.",
         "A three-day plan for Madeira: Funchal with market and cable car, an 11 km levada walk, and whale watching.", "Madeira", "Funchal", "market|cable car", "levada|walk", "whale|whales|whale watching")
describe("film-recipe", slides("# Lentil soup", "Fry an onion\nand two carrots", "Add 200 g red lentils\nand 1 litre water", "Cook 20 minutes,\nthen season with lemon", style="menu"), "Write a short summary of the recipe that is shown.",
         "The clip shows a recipe for lentil soup on four cream-coloured cards, one after another. First an onion and two carrots are fried. Then 200 grams of red lentils and one litre of water are added. The soup is cooked for twenty minutes and in the end seasoned with lemon. How many people it is for, how hot the stove should be and what to eat with it, the cards do not say; neither do they name any other spices.",
         "Lentil soup: fry an onion and carrots, add red lentils and water, cook 20 minutes, season with lemon.", "lentil soup|lentil", "onion", "carrots|carrot", "20 minutes|twenty minutes|20|twenty", "lemon")
describe("film-advert", slides("# Brightway e-bike", "120 km on one charge", "Weighs just 17 kg", "# 1,490 EUR\nFree test ride in June", style="slide_dark"), "What is being sold, and with which arguments? Two sentences at most.",
         "An advertisement in white letters on dark slides for an electric bicycle called Brightway. It says that the bicycle goes 120 kilometres on one charge of the battery and that it weighs only 17 kilograms. The price is 1,490 euros, and in June one can take a test ride for free. The bicycle itself is never shown, and there is neither an address nor a telephone number or a website where one could order it.",
         "The Brightway e-bike goes 120 km on one charge and weighs just 17 kg. It costs 1,490 EUR, with a free test ride in June.", "Brightway", "e-bike|electric bike|electric bicycle|ebike|bike", "120", "17", "1,490|1490|1 490", "test ride|June")
describe("film-score", slides("^ TIGERS 0 : 0 COMETS\n^ 1st half", "^ TIGERS 2 : 0 COMETS\n^ half time", "^ TIGERS 2 : 3 COMETS\n^ full time", style="led"), "Tell the story of the match in one or two sentences.",
         "An orange display on black shows how a match between the Tigers and the Comets went. In the first half it stands at nil all. At half time the Tigers lead by two goals to nil. In the second half the Comets turn the game round with three goals, and at full time they have won by three to two. Which sport is played, where and when, is not said, and no names of players or minutes of the goals are given.",
         "The Tigers led 2-0 at half time, but the Comets came back and won 3-2.", "Tigers", "Comets", "led|lead|leading|ahead|2 0|two nil|2 to 0|2 goals", "won|win|wins|victory|winning|came back|comeback|beat|turned|overtook", "3 2|2 3|three two|3 to 2|2 to 3|three to two")
describe("film-chart", {"film": "growing", "title": "Trees planted", "bars": [("North", 120), ("East", 80), ("South", 200)]}, "Describe what the animated chart says, in 30 words or so.",
         "An animated bar chart with the title Trees planted. Three bars in different colours grow at the same time from zero to their final values, which stand above them. The North, in blue, ends at 120 trees, the East, in orange, at 80, which is the least, and the South, in green, at 200, which is the most. After that the picture stands still for about a second. No year is given, and there is no vertical axis.",
         "The bars show how many trees were planted: 200 in the South, 120 in the North and 80 in the East.", "trees", "120", "80", "200", "South")
describe("film-news", {"film": "ticker", "headline": "STORM WARNING", "text": "Schools closed in Galway on Monday +++ Winds up to 130 km/h", "seconds": 6.5}, "Which news is this clip about? Answer in one or two sentences.",
         "A news programme with a figure in grey in front of a dark blue background. A red bar says that there is a storm warning. In the line of text that runs below from the right to the left it says that the schools in Galway will be closed on Monday, and that winds of up to 130 kilometres an hour are expected. The name of the channel, the time and the name of the presenter are not shown.",
         "A storm warning: schools in Galway are closed on Monday, with winds of up to 130 km/h.", "storm", "schools|school", "Galway", "Monday", "130")
describe("film-spoken-tour", appearing(("house", "blue", 200, 130, 170), speech="This house was built by a sea captain. Today it is a school for music."), "What do we see and what are we told? Two short sentences.",
         "The picture stands still and shows a blue house with a dark red roof, a brown door and two light windows in front of a plain light background. A man's voice, which sounds like that of a computer, tells us about it: the house was built by a captain who went to sea, and today it is a school in which music is taught. Where the house stands, how old it is and how many pupils it has is not said.",
         "We see a blue house. It was built by a sea captain and is now a music school.", "house", "blue", "captain", "school|music school", "music")
describe("film-spoken-offer", slides("# Rosa's Garage", "Summer check", speech="Bring your car before July and get a free oil change.", voice="en-gb"), "Explain the offer in this advert in a sentence.",
         "An advertisement for Rosa's Garage, made of two white slides with an orange stripe and a voice. The slides name the garage and the summer check. The voice says that those who bring their car before July get an oil change for free. It doesn't say what the summer check itself costs, how long it takes, or where the garage is, and one sees neither a car nor a person.",
         "Whoever brings the car to Rosa's Garage for a summer check before July gets a free oil change.", "Rosa's Garage|Rosa s Garage|Rosas Garage|garage", "free", "oil change|change of oil|oil", "July", "car|summer check")
describe("film-spoken-robin", appearing(("tree", "green", 200, 130, 180), speech="Every autumn this oak drops about ten thousand acorns.", voice="en-gb-scotland"), "Sum up picture and commentary in one sentence.",
         "In front of a plain light background stands one green tree with a round crown and a brown trunk; the picture does not change. A speaker with a Scottish accent explains that this tree is an oak and that it drops about ten thousand acorns every autumn. Who collects or eats the acorns, how old the oak is and where it grows, the speaker does not say, and there is no writing in the picture.",
         "A green tree is shown, an oak that, says the speaker, drops about ten thousand acorns every autumn.", "tree", "oak", "ten thousand|10 000|10,000|10000", "acorns|acorn", "autumn|fall")
describe("film-gesprochen", slides("# Wochenmarkt", "Samstag 8 bis 13 Uhr", speech="Am Samstag gibt es frischen Spargel vom Bauernhof.", voice="de"), "Fasse den Clip in einem Satz auf Deutsch zusammen.",
         "Zwei helle Folien mit einem orangen Streifen am linken Rand werben für den Wochenmarkt, der am Samstag von acht bis dreizehn Uhr stattfindet. Dazu sagt eine Männerstimme, dass es am Samstag frischen Spargel vom Bauernhof gibt. In welcher Stadt und auf welchem Platz der Markt ist und was der Spargel kostet, wird nicht gesagt; auch Bilder von Ständen oder von Gemüse gibt es nicht.",
         "Der Wochenmarkt ist am Samstag von 8 bis 13 Uhr, und es gibt frischen Spargel vom Bauernhof.", "Wochenmarkt|Markt", "Samstag", "Spargel", "8|acht", "13|dreizehn", language="de")
