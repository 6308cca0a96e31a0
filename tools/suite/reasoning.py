"""Reasoning tasks: mathematics from one step to competition level, logic with one answer, and common sense."""

# A task a paragraph reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

import json
from typing import Any

TASKS: list[dict[str, Any]] = []

_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def task(subject: str, scorer: str, content: str, reference: str, options: dict[str, Any], language: str, max_tokens: int) -> None:
    """One task of a subject of reasoning."""
    TASKS.append({"category": f"reasoning/{subject}", "scorer": scorer, "language": language, "content": content,
                  "reference": reference, "options": options, "max_tokens": max_tokens})


def number(content: str, answer: float, tolerance: float | None = None, *, subject: str = "math", language: str = "en", max_tokens: int = 320) -> None:
    """A question whose answer is a number; `tolerance` is how far off a rounded one may be."""
    task(subject, "number", content, str(answer), {} if tolerance is None else {"tolerance": tolerance}, language, max_tokens)


def pick(subject: str, content: str, reference: str, among: list[str], *, language: str = "en", max_tokens: int = 16) -> None:
    """A question whose answer is one of `among`."""
    task(subject, "choice", content, reference, {"among": among}, language, max_tokens)


def last(subject: str, content: str, reference: str, among: list[str], *, max_tokens: int = 320) -> None:
    """A question to think about aloud: the one of `among` said last counts."""
    task(subject, "choice", content, reference, {"among": among, "last": True}, "en", max_tokens)


def exactly(content: str, reference: str, *ways: str, max_tokens: int = 32) -> None:
    """A logic question whose whole answer is `reference` or one of `ways`."""
    task("logic", "exact", content, reference, {"or": list(ways)} if ways else {}, "en", max_tokens)


def items(content: str, reference: list[str], *, max_tokens: int = 48) -> None:
    """A logic question whose answer is a list, in any order."""
    task("logic", "items", content, json.dumps(reference), {}, "en", max_tokens)


def sense(content: str, reference: str, *ways: str, language: str = "en") -> None:
    """A common-sense question with a short open answer."""
    task("common-sense", "contains", content, reference, {"or": list(ways)} if ways else {}, language, 48)


# Mathematics: one or two steps.

number("A crate holds 24 bottles. We have 7 full crates in the cellar and 11 loose bottles on the shelf. How many bottles is that altogether? Finish with the number.", 179, max_tokens=160)
number("what's 15% of 240? just the number pls", 36, max_tokens=40)
number("My rice dish for 4 people needs 320 g of rice. On Saturday there will be 7 of us. How many grams do I cook? Let the number be the last thing you write.", 560, max_tokens=160)
number("Parking ticket: in at 08:50, out at 11:35. For how many minutes was I parked? Number only.", 165, max_tokens=60)
number("Three flatmates share an electricity bill of 87.60 euros evenly. What does each of them owe? Reply with the amount in euros, nothing else.", 29.2, max_tokens=40)
number("I want to put a wooden border all the way around a vegetable bed that is 9 m long and 4 m wide. How many metres of border do I have to buy? Close your answer with the figure.", 26, max_tokens=120)
number("5.4 kilometres – how many metres? Give me a plain number without a unit.", 5400, max_tokens=30)
number("Hi! The jacket I have been eyeing costs 140 euros and is now reduced by 25 percent. What will I pay at the till? Show the step and end with the price as a number.", 105, max_tokens=160)
number("3, 6, 12, 24, 48, … What comes next? Answer with that term alone.", 96, max_tokens=30)
number("Tom is twice as old as Eva, and together they are 36 years old. How old is Eva? Explain in a sentence and then put her age at the very end.", 12, max_tokens=160)
number("According to the on-board computer our van needs 6.5 litres of diesel per 100 km. How many litres will the 420 km to Graz take? The last word of your reply should be the number of litres.", 27.3, max_tokens=160)
number("There are 3 red, 5 blue and 2 green marbles in a bag. I draw one without looking. Probability that it is blue? Write it as a decimal, at the end of your answer.", 0.5, max_tokens=120)
number("Solve 4x − 9 = 27 for x. Your final line must contain only the value.", 9, max_tokens=160)
number("For a biology quiz: how many legs do 6 spiders and 5 ants have in total? Answer with a number.", 78, max_tokens=120)
number("Daily visitors of our little museum last week, Thursday to Sunday: 12, 18, 7, 23. What was the daily average? State it as a number at the end.", 15, max_tokens=160)
number("I'm thinking of a number. If you triple it and add 5 you get 50. Which number is it? End with it, please.", 15, max_tokens=160)
number("Our office has 12 boxes of paper with 500 sheets each. The printer eats 240 sheets a working day. How many working days will the paper last? Conclude with just the number.", 25, max_tokens=160)
number("The film starts at 19:45 and lasts 135 minutes including the trailers. My last bus goes at 22:20. How many minutes do I have to get from my seat to the bus? Number at the end, please.", 20, max_tokens=200)
number("Ein Zug fährt um 9:48 Uhr in Kassel ab und kommt um 12:05 Uhr in Leipzig an. Wie viele Minuten ist er unterwegs? Bitte nur die Zahl.", 137, language="de", max_tokens=60)
number("Dans une classe de 32 élèves, trois huitièmes viennent à vélo, un quart à pied et les autres en bus. Combien d'élèves prennent le bus ? Terminez votre réponse par ce nombre.", 12, language="fr", max_tokens=240)
number("The bakery delivered 5 dozen rolls to the sports club. 17 were eaten at breakfast and another 8 went to the under-tens. How many remain? Write 'Answer: ' and the number as the last line.", 35, max_tokens=160)
pick("math", "Which fraction is larger?\nA: 3/7\nB: 4/9\nReply with the letter.", "B", ["A", "B"])

# Mathematics: several steps.

number("One pump empties the flooded cellar in 6 hours, the fire brigade's pump in 3. With both running at the same time, how many hours does it take? Reason it out, then end on the number.", 2)
number("I drove 120 km to my aunt at 60 km/h and the same road back at only 40 km/h because of fog. What was my average speed in km/h over the whole trip? Finish your explanation with the value.", 48)
number("The price of a bicycle helmet, 150 zloty, was raised by 20 percent in May and lowered by 20 percent in August. What does it cost now, in zloty? I need one number as the last item of your reply.", 144)
number("Twelve people come to the book club and everybody shakes hands once with everybody else. Number of handshakes? Put it last.", 66)
number("My suitcase has a three-digit lock (digits 0 to 9, a zero in front is allowed). I only remember that all three digits were different. How many combinations would I have to try in the worst case? Please close with the number.", 720)
number("Trams of line 1 leave the depot every 12 minutes, line 5 every 18 minutes and line 9 every 20 minutes. At 6:00 all three leave together. After how many minutes does that happen next? State the number of minutes last.", 180)
number("Add up all multiples of 4 from 1 to 60 (60 included). Show how and write the sum on the last line.", 480)
number("A ladder leans against a wall. Its foot stands 2.5 m from the wall and its top touches the wall at a height of 6 m. Length of the ladder in metres? Give the number at the end of your answer.", 6.5)
number("We mix 2 kg of nuts at 9 euros a kilo with 3 kg at 14 euros a kilo. What should a kilo of the mixture cost so that we neither gain nor lose? End with the price.", 12)
number("Two ordinary dice are rolled. In how many of the 36 possible outcomes is the sum exactly 8? Just state the count at the end.", 5)
number("We were in the hospital with Grandpa from 10 February 2024 to 5 April 2024. How many nights is that (the night of 10 to 11 February is the first, the night of 4 to 5 April the last)? Mind the leap year, and end with the number.", 55)
number("Ioana earns 17.40 euros an hour. Hours beyond 38 in a week are paid with a bonus of 50 percent. Last week she worked 44 hours. What is her gross pay for the week in euros? Final number = her pay.", 817.8)
number("A cyclist rides at 36 km/h. How many metres does she cover per second? Finish with that number.", 10, max_tokens=160)
number("Suppose one dollar buys 0.90 euros and one euro buys 160 yen. How many yen do I get for 75 dollars if nobody charges a fee? Your closing number should be the yen amount.", 10800)
number("The first row of an open-air theatre has 7 seats, and each row has 4 more than the one in front of it. How many seats are in row 25? Please end with the number of seats.", 103)
number("90 people came to the school play. Adults paid 12 euros and children 7, and the till holds 890 euros. How many of the visitors were children? Write the result as the last number.", 38)
number("For the concrete we need sand and cement in the ratio 5 : 2 by weight. There are 210 kg of cement. How many kilograms of sand go with it? Answer in a sentence that ends with the number.", 525, max_tokens=200)
number("Waiting times at the citizens' office this morning, in minutes: 3, 19, 8, 9, 41, 5. Find the median, and let it be the last number you mention.", 8.5)
number("I have two ribbons, 252 cm and 198 cm long, and want to cut both into pieces of the same length without any waste, as long as possible. How long is a piece in cm? Put the result at the end.", 18)
number("The church clock loses 4 minutes a day. It was set right on Monday at noon. By how many minutes is it slow at the end of Friday, that is, at midnight between Friday and Saturday? Number last.", 18)
number("Convert the binary number 101101 to decimal. Explain briefly and close with the decimal number.", 45)
number("A flight leaves Lisbon at 13:20 and lands in São Paulo at 19:50, both in local time. When it is noon in Lisbon it is nine in the morning in São Paulo. How long is the flight in minutes? I only care about the final number, put it last.", 570)
number("A round pizza of 30 cm across costs 9 euros, one of 40 cm costs 14. How many times as large is the area of the bigger one? Two decimals, at the end of the answer.", 1.78, 0.005)
number("Ein Regionalexpress braucht für 270 km genau 1 Stunde und 48 Minuten. Wie schnell ist er im Durchschnitt, in km/h? Rechne vor und schreibe die Zahl ganz ans Ende.", 150, language="de")
number("¿De cuántas maneras se pueden ordenar 5 libros distintos en un estante si dos de ellos, los de cocina, tienen que estar juntos? Explica el razonamiento y termina con el número.", 48, language="es")
number("The mean of eight test scores is 15. When the teacher strikes one of them because of cheating, the mean of the remaining seven is 14. Which score was struck? End your reply with it.", 22)
number("Our boat covers the 24 km downstream to the lock in 2 hours and needs 3 hours to come back. The engine always does the same. How fast is the current, in km/h? Final line: the number.", 2)

# Mathematics: hard.

number("What remainder does 7^100 leave when it is divided by 13? Work it out and finish with the remainder.", 9)
number("How many positive divisors does 7200 have? Your answer's last number should be the count.", 54)
number("How many of the whole numbers from 1 to 1000 can be divided by none of 2, 3 and 5? Give the count last.", 266)
number("In how many distinguishable ways can the letters of the word TOMORROW be arranged? End with a single integer.", 3360)
number("Two fair dice are thrown and only the higher of the two numbers counts (both if they are equal, of course). What is its expected value? Two decimals suffice; let it close your answer.", 4.47, 0.006)
number("One percent of the cattle in a region carry a disease. A test finds 95 percent of the sick animals but also flags 8 percent of the healthy ones. A randomly chosen cow tests positive. With what probability is it really sick? In percent with one decimal; please end with this number and no further text.", 10.7, 0.06)
number("x + y = 10 and xy = 21. Without guessing at x and y: what is x³ + y³? Put only the value in the last line.", 370)
number("How many squares of any size (1×1 up to 8×8) can be seen on a chessboard? The count goes at the end.", 204)
number("With how many zeros does 125! (the factorial) end? Short reasoning, then the number.", 31)
number("A robot moves on a grid from (0, 0) to (6, 4), each step one unit to the right or one up, and it has to pass through the charging point (3, 2). How many different paths can it take? Finish with the number of paths.", 100)
number("Eggs in a basket: taken out by fours, 3 are left over; by fives, 2 are left; by sevens, 6 are left. What is the smallest number of eggs the basket can hold? The last number in the answer counts.", 27)
number("A triangle has sides 13, 14 and 15. Determine the radius of its inscribed circle. Result at the very end.", 4)
number("In how many ways can one make up 50 cents from coins of 5, 10 and 20 cents, if there are as many coins of each kind as one likes? Last number = answer.", 12)
number("Four colleagues each pick a weekday (Monday to Sunday, all seven equally likely) for their birthday cake, without talking to each other. What is the probability that at least two pick the same day? Three decimals, stated at the end.", 0.65, 0.0015)
number("A sequence is defined by f(1) = 1, f(2) = 3 and f(n) = f(n−1) + 2·f(n−2) for n > 2. Find f(10), and end with its value.", 683)
number("From 5 women and 6 men a works council of four is to be chosen, with at least two women in it. How many different councils are possible? Conclude with that integer.", 215)

# Logic.

pick("logic", "Ana is taller than Ben. Ben is taller than Cem. Who is the shortest of the three? Name only.", "Cem", ["Ana", "Ben", "Cem"])
pick("logic", "The club's rule is strict: whenever it rains on Saturday, the match is cancelled. Last Saturday the match was played as planned. Did it rain? One word, yes or no.", "no", ["yes", "no"])
pick("logic", "Lena faces north. She turns right, then right again, then left. Which way is she facing now – north, east, south or west? Just the direction.", "east", ["north", "east", "south", "west"])
pick("logic", "Some of the cats at the shelter are grey. Some grey things are mice. Does it follow from this that some of the cats are mice? Reply yes or no.", "no", ["yes", "no"])
pick("logic", "All florists in Marl belong to the chamber of crafts. Nobody in the chamber of crafts is under 18. Gesa is a florist in Marl. Can she be 17? (yes / no)", "no", ["yes", "no"])
pick("logic", "From the manual: \"If the pump is broken, the warning light is red.\" My warning light is red. Can I conclude with certainty from this sentence alone that the pump is broken? Give me a yes or a no.", "no", ["yes", "no"])
pick("logic", "Every vase that the workshop made before 1900 carries a stamp underneath. The one I inherited comes from that workshop and has never had a stamp. Was it made before 1900? Yes or no will do.", "no", ["yes", "no"])
pick("logic", "Which of these is the odd one out: trumpet, trombone, cello, tuba? Only the word, please.", "cello", ["trumpet", "trombone", "cello", "tuba"])
pick("logic", "Complete the analogy with one of the three words. Baker is to bread as cobbler is to … leather, shoes, hammer?", "shoes", ["leather", "shoes", "hammer"])
pick("logic", "If the bakery is open, the café next door is open too. If the café is open, the kiosk stays closed. The kiosk is open this morning. So is the bakery open? Answer: yes or no.", "no", ["yes", "no"])
pick("logic", "Premises: all heads of department have read the report. Nobody who has read the report was surprised by the closure.\nWhich conclusion follows?\nA) Some heads of department were surprised.\nB) No head of department was surprised.\nC) Everybody who was not surprised is a head of department.\nReply with a single letter.", "B", ["A", "B", "C"])
pick("logic", "The cold store's alarm works like this: if the power fails and the alarm's battery is full, a siren sounds. Last night the battery was full and no siren sounded. What can we say?\nA – The power failed.\nB – The power did not fail.\nC – Neither can be said.\nChoose one letter.", "B", ["A", "B", "C"])
pick("logic", "A man without brothers or sisters points at a photograph and says: \"This man's father is my father's son.\" Is the person in the photograph the speaker's father, his son, or himself? Answer with the last word only: father, son or himself.", "son", ["father", "son", "himself"])
last("logic", "Three boxes are labelled 'apples', 'oranges' and 'apples and oranges'. Every single label is wrong. From the box labelled 'apples and oranges' I pull out an apple. What does the box labelled 'oranges' contain: apples, oranges, or a mixture? Think, and let 'apples', 'oranges' or 'mixture' be your last word.", "mixture", ["apples", "oranges", "mixture"])
last("logic", "Five friends ran a race. Greta finished directly behind Finn. Jan finished directly ahead of Ines. Ines was faster than Hugo, and Hugo came third. Who came fourth? Put the name at the end of your reply.", "Finn", ["Finn", "Greta", "Hugo", "Ines", "Jan"])
last("logic", "Rosa needs a morning appointment at the dentist from Monday to Friday. The practice is closed on Thursdays. Rosa works in the mornings on Monday and Wednesday, and on Friday she is travelling. Which day is left? Finish with the day.", "Tuesday", _DAYS, max_tokens=160)
last("logic", "Somebody broke the window, and it was exactly one of the three. Xenia: \"Yuri did it.\" Yuri: \"Zoe did it.\" Zoe: \"It wasn't me.\" Exactly two of these statements are true. Who broke the window? You may try the cases; end with the name.", "Yuri", ["Xenia", "Yuri", "Zoe"])
last("logic", "Aylin, Boris and Chidi each own one animal: a cat, a dog and a parrot. Aylin cannot stand fur. Boris never has to take his animal for a walk. Who owns the dog? Last word: the owner.", "Chidi", ["Aylin", "Boris", "Chidi"], max_tokens=200)
exactly("Which letter comes next: A, C, F, J, O, …? Answer with that letter alone.", "U", max_tokens=8)
exactly("In a children's secret code CAT is written DBU. How do you write DOG in the same code? Only the three letters.", "EPH", max_tokens=12)
exactly("Ali is free from 9 to 11 and from 13 to 15. Bea is free from 10 to 12 and from 14 to 16. Chen is free from 8 to 10 and from 14:30 to 17. They need half an hour together. When can they start? Just the time, as hh:mm.", "14:30", "14:30-15:00", "14:30 – 15:00", "2:30 pm", max_tokens=16)
exactly("Dilek, Egon, Frida and Gustav sit in a row, seats 1 to 4 from left to right. Dilek sits somewhere to the left of Egon, but not next to him. Frida has one of the two end seats. Egon does not have seat 4. Who sits between Dilek and Egon? Give only the name.", "Gustav", max_tokens=12)
exactly("A lock opens with three different digits, in order. 5 1 7: one digit is right and in its place. 5 6 0: one digit is right but in the wrong place. 1 3 5: two digits are right, both in the wrong place. 2 4 8: nothing is right. 7 0 3: one digit is right, in the wrong place. What opens the lock? Write the three digits without spaces and nothing else.", "316", max_tokens=16)
items("For the renovation: painting can start once plastering and masking are done. Plastering needs the wiring finished. Cleaning comes after painting. Masking and wiring depend on nothing. Which jobs can be started right away? List them, separated by commas, nothing else.", ["masking", "wiring"])
items("Mara is definitely coming to dinner. Lin does not come if Mara comes. Kofi only comes if Lin comes. Nils comes exactly when Kofi does not. Who will be there? Comma-separated names only.", ["Mara", "Nils"])
number("There are 40 children in the holiday camp. 23 of them play football, 18 play volleyball and 7 play neither. How many play both? End with the number.", 8, subject="logic")
number("In the dark I take socks out of a drawer with 10 black, 8 white and 6 grey ones. How many do I have to take to be certain of having two of one colour? Finish with the number.", 4, subject="logic")
number("47 players enter a knock-out tournament: whoever loses is out, there are no draws, and some get a bye in the first round. How many matches are played until the winner is known? Number at the end.", 46, subject="logic")
number("Four hikers must cross a rope bridge at night with a single lamp. At most two can be on the bridge at once and they need the lamp with them. They take 1, 3, 6 and 8 minutes; two together go at the slower one's pace. What is the smallest number of minutes in which all can be across? Let it be the last thing you write.", 18, subject="logic")
number("Nadia has three brothers. Each of her brothers has exactly two sisters. How many sisters does Nadia have? Only a digit, please.", 1, subject="logic", max_tokens=40)

# Common sense.

pick("common-sense", "A glass falls from the table onto a stone floor. What most likely happens to it: does it break, float or melt? One of the three verbs.", "break", ["break", "float", "melt"])
pick("common-sense", "What weighs more, a kilogram of feathers or a kilogram of iron? Answer 'feathers', 'iron' or 'same'.", "same", ["feathers", "iron", "same"])
pick("common-sense", "Is it a good idea to warm up soup in the microwave in a metal bowl? yes/no", "no", ["yes", "no"])
pick("common-sense", "Which step comes first when you make a cake from scratch: decorating, baking or mixing? Name that step only.", "mixing", ["decorating", "baking", "mixing"])
pick("common-sense", "The sofa did not go through the door because it was too narrow. What was too narrow, the sofa or the door? Single word.", "door", ["sofa", "door"])
pick("common-sense", "\"Paula thanked Irina because she had helped her with the tax return.\" Who had done the helping? Just give the name.", "Irina", ["Paula", "Irina"])
pick("common-sense", "Which of these fits into an ordinary shoebox?\n1. a bicycle\n2. a pair of gloves\n3. a front door\nAnswer with the digit.", "2", ["1", "2", "3"])
pick("common-sense", "I am a beginner in the kitchen: roughly how long does it take to boil an egg hard – 10 seconds, 10 minutes or 10 hours? Tell me the unit only (seconds, minutes, hours).", "minutes", ["seconds", "minutes", "hours"])
pick("common-sense", "At dinner a guest asks you: \"Could you pass me the salt?\" What does she expect?\n1 a yes or a no, and that is all\n2 that you hand her the salt\n3 an account of where the salt comes from\nDigit only.", "2", ["1", "2", "3"])
pick("common-sense", "One of these cannot be used to carry water home from the well: a bucket, a sieve, a bottle. Which? One word.", "sieve", ["bucket", "sieve", "bottle"])
pick("common-sense", "I put a coin into a mug. In the bedroom I turn the mug upside down over the bed, turn it upright again, and carry it to the kitchen. Where is the coin now: in the bed, the mug or the kitchen? One word, no explanation.", "bed", ["bed", "mug", "kitchen"])
pick("common-sense", "My car is filthy. The car wash is only 100 metres from my house, it is sunny, and I want to have the car washed there now. Should I walk or drive? Answer with 'walk' or 'drive'.", "drive", ["walk", "drive"])
pick("common-sense", "A child lets go of a helium balloon in the living room. Where will it be a minute later – floor, ceiling or sofa? Only that word.", "ceiling", ["floor", "ceiling", "sofa"])
pick("common-sense", "Womit isst man normalerweise eine Suppe: mit Gabel, Messer oder Löffel? Bitte nur das eine Wort.", "Löffel", ["Gabel", "Messer", "Löffel"], language="de")
pick("common-sense", "Il fait moins dix dehors et il neige. Que faut-il mettre pour sortir : un manteau, un maillot ou des sandales ? Un seul mot.", "manteau", ["manteau", "maillot", "sandales"], language="fr")
pick("common-sense", "¿Cuál de estas cosas se derrite si la dejas una hora al sol en verano: una piedra, un helado o una cuchara? Responde con una sola palabra.", "helado", ["piedra", "helado", "cuchara"], language="es")
sense("Three wet towels hung side by side on the line in the sun dry in two hours. The line is long. How many hours do six such towels need if I hang all of them up at once? A few words at most.", "two", "2")
sense("He wears a hard hat, has mortar on his trousers and spends the day laying one brick on top of another with a trowel. What is his trade? Answer briefly.", "bricklayer", "brick layer", "mason", "bricklaying", "masonry", "stonemason")
sense("Someone filled a glass bottle with water to the very top, closed it and left it in the freezer overnight. What probably happened to the bottle? Say it in at most six words.", "broke", "break", "breaks", "broken", "cracked", "crack", "cracks", "burst", "bursts", "shattered", "shatter", "shatters", "exploded", "explode")
sense("The whole street is bone dry and there is not a cloud in the sky, but the lawn in front of number 9, and only that lawn, is dripping wet, as it is every evening at seven. Which garden device is the likely reason? Name it in one or two words.", "sprinkler", "sprinklers", "irrigation", "lawn sprinkler", "sprinkler system", "hose")
