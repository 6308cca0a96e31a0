"""Questions with certain and stable answers, over all subjects and over given texts and tables."""

# A task a paragraph reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

from typing import Any

TASKS: list[dict[str, Any]] = []


def task(subject: str, scorer: str, content: str, reference: str, options: dict[str, Any], language: str, max_tokens: int) -> None:
    """One question; `subject` is empty for general ones."""
    TASKS.append({"category": f"question-answering/{subject}".rstrip("/"), "scorer": scorer, "language": language,
                  "content": content, "reference": reference, "options": options, "max_tokens": max_tokens})


def ask(subject: str, content: str, reference: str, *ways: str, language: str = "en", max_tokens: int = 48) -> None:
    """An open question; the answer is short and says `reference` or one of `ways`."""
    task(subject, "contains", content, reference, {"or": list(ways)} if ways else {}, language, max_tokens)


def pick(subject: str, content: str, reference: str, among: str = "A B C D", *, language: str = "en") -> None:
    """A question whose answer is one of `among`."""
    task(subject, "choice", content, reference, {"among": among.split()}, language, 32)


def count(subject: str, content: str, reference: float, tolerance: float | None = None, *, language: str = "en", max_tokens: int = 120) -> None:
    """A question whose answer is a number."""
    task(subject, "number", content, f"{reference:g}", {} if tolerance is None else {"tolerance": tolerance}, language, max_tokens)


def exactly(subject: str, content: str, reference: str, *ways: str, language: str = "en") -> None:
    """A question whose whole answer must be `reference` or one of `ways`."""
    task(subject, "exact", content, reference, {"or": list(ways)} if ways else {}, language, 16)


def every(subject: str, content: str, *wanted: list[str], language: str = "en") -> None:
    """A question with several answers, all of which must be said; each is a list of ways to say it."""
    task(subject, "all", content, ", ".join(ways[0] for ways in wanted), {"all": list(wanted)}, language, 48)


# --- general: short questions, given texts and tables, other languages

ask("", "Which planet is known for its bright rings? A word or two is enough.", "Saturn")

ask("", "\"The library is open Monday to Friday from 9 to 18 and on Saturday from 10 to 14. During the school holidays it stays closed on Saturdays.\"\n\nIt's a Saturday in term time. Until what time can I return my book in person? Reply briefly.", "14", "2 pm", "14:00", "2pm", "2 p.m.", "2:00 pm", "2 o'clock")

ask("", "Read this and tell me who has the key now. Name only.\n\nOn Monday the caretaker gave the key to the cellar to Farida. She passed it on to Benoît on Tuesday, who, being ill, asked Chiamaka to keep it. Benoît is back at work, but has not collected it yet.", "Chiamaka")

ask("", "If the text does not answer the question, say \"not stated\".\n\nText: The new ferry carries 120 cars and 600 passengers and needs 45 minutes for the crossing. It replaces a ship that was built in 1978.\n\nQuestion: How much did the new ferry cost?", "not stated")

count("", "| Bus | Leaves | Arrives | Fare |\n|---|---|---|---|\n| 12 | 08:05 | 08:50 | 3.20 |\n| 40 | 08:20 | 08:48 | 4.10 |\n| 7X | 08:30 | 08:55 | 5.60 |\n\nI have to be there by 08:52 and want to pay as little as possible. What will the fare be? Just the number.", 3.20)

ask("", "Team | Won | Drawn | Lost\nOtters | 7 | 2 | 3\nHerons | 6 | 6 | 0\nBadgers | 7 | 1 | 4\n\nThree points for a win, one for a draw. Which team tops the table? Answer with the team name only.", "Herons", "Heron")

count("", "Pool prices: adults 6.50, children under 14 half of that, under 4 free. From 18:00 on everybody who pays, pays 1 less. Families of at least two children get their cheapest paid ticket free.\n\nWe come at 18:30: two adults and three children of 3, 9 and 15 (the pool charges 15-year-olds like adults). What do we pay? Finish with the amount as a bare number.", 16.5, max_tokens=240)

ask("", "Rules of the allotment club:\n- A hedge may be cut back hard only between 1 October and the end of February.\n- Light trimming is allowed all year, except on Sundays and public holidays.\n- Electric tools must be silent between 12 and 14 o'clock.\n\nZoltán wants to trim his hedge lightly with electric shears on a Tuesday in May at 12:30. Does he break a rule? If so, quote just the time span he has to avoid; if not, write \"fine\".", "12 and 14", "12 to 14", "12 14", "12:00 to 14:00", "12:00 14:00", "12 and 14 o'clock", "12 to 2 pm", "12 pm to 2 pm", "12:00 pm to 2:00 pm", "12:00 and 14:00")

ask("", "Wie heißt die Hauptstadt von Kanada? Bitte kurz antworten.", "Ottawa", language="de")

ask("", "Beantworte die Frage mit einem Wort.\n\n„Der Hofladen verkauft montags Eier, mittwochs Käse und samstags beides. Brot gibt es nur freitags, weil der Ofen sonst für die Schule gebraucht wird.“\n\nAn welchem Wochentag kann man dort Brot kaufen?", "Freitag", "freitags", "am Freitag", language="de")

ask("", "Quel fleuve traverse Paris ? Une réponse courte suffit.", "Seine", language="fr")

ask("", "« Le bureau est fermé le lundi. Du mardi au vendredi, il ouvre à 8 h 30 ; le samedi, une heure plus tard. » À quelle heure ouvre-t-il le samedi ? Réponds par l'heure seulement.", "9 h 30", "9h30", "9:30", "09:30", "09h30", "neuf heures et demie", "neuf heures trente", language="fr")

ask("", "¿Cuántos lados tiene un heptágono? Respóndeme con una sola palabra o cifra.", "siete", "7", language="es")

pick("", "¿Cuál de estos países no tiene salida al mar?\n\na) Perú\nb) Paraguay\nc) Chile\nd) Ecuador\n\nIndica solo la letra.", "b", "a b c d", language="es")

# --- biology

pick("biology", "During which phase of meiosis do homologous chromosomes exchange segments (crossing over)?\nA) prophase I\nB) metaphase II\nC) anaphase I\nD) telophase II\nThe letter, and only the letter.", "A")

pick("biology", "Which of these bases is found in RNA but not in DNA?\n\nA. adenine\nB. cytosine\nC. guanine\nD. uracil\n\nReply with the letter alone.", "D")

count("biology", "In peas, round seeds (R) are dominant over wrinkled ones (r). If two Rr plants are crossed, what percentage of the offspring is expected to have wrinkled seeds? Answer with just the number.", 25)

ask("biology", "Name the enzyme that unwinds the double helix at the replication fork. Short answer, please.", "helicase", "DNA helicase")

pick("biology", "Deep in a wood a mushroom lives on a fallen log, breaking down the lignin. In the food web the fungus is a … (A) decomposer (B) primary consumer (C) producer (D) top predator. Give the letter only.", "A")

# --- business

count("business", "A stall has fixed costs of 1,200 a month; each candle sells for 25 and costs 10 to make. How many candles have to be sold in a month to break even? Only the number, please.", 80)

ask("business", "On a balance sheet, what are the amounts called that a company still owes to its suppliers for goods bought on credit? Two or three words.", "accounts payable", "trade payables", "payables", "trade creditors")

pick("business", "The four letters of a SWOT analysis stand for strengths, weaknesses, threats and …\nA) opportunities\nB) obligations\nC) operations\nD) objectives\nLetter?\n(one letter, no explanation)", "A")

pick("business", "Prices of a raw material have risen all year. Compared with LIFO, using FIFO for the stock will usually show\n\n(A) a lower profit and a lower closing stock\n(B) a higher profit and a higher closing stock\n(C) a higher profit and a lower closing stock\n(D) no difference at all\n\nWhich one is right? State its letter and stop.", "B")

count("business", "Total assets 540,000; liabilities 325,000. What is the owners' equity? Write the figure and nothing else.", 215000)

# --- chemistry

exactly("chemistry", "Chemical symbol for gold? Just the symbol, nothing else.", "Au")

count("chemistry", "How many moles are 54 g of water (molar mass 18 g/mol)? A bare number please.", 3)

every("chemistry", "Which two elements is water made of? Name both, in one short line.", ["hydrogen"], ["oxygen"])

pick("chemistry", "An aqueous solution has a pH of 3. Compared with one of pH 5, its concentration of hydrogen ions is\n\nA) a hundred times lower\nB) twice as high\nC) ten times as high\nD) a hundred times as high\n\nAnswer: (letter only)", "D")

count("chemistry", "What is the oxidation number of manganese in potassium permanganate, KMnO₄? Give the number only, without a sign.", 7)

# --- computer science

count("computer-science", "Convert binary 101101 to decimal. Output the decimal number only.", 45)

count("computer-science", "Eight bits in two's complement: which decimal value does 11101100 stand for? I want the signed number and no working.", -20)

ask("computer-science", "We were asked in class: which abstract data type works by the rule \"last in, first out\"? one word pls", "stack", "stacks")

pick("computer-science", "Worst-case running time of quicksort that always takes the first element as the pivot, for n items: A = O(n), B = O(n log n), C = O(n²), D = O(2ⁿ). Reply with A, B, C or D.", "C")

pick("computer-science", "With a bottom-up heapify, how long does it take to build a binary heap from an unsorted array of n elements?\n\nA. Θ(log n)\nB. Θ(n)\nC. Θ(n log n)\nD. Θ(n²)\n\nI only need the letter of the tightest bound.", "B")

# --- economics

count("economics", "In a simple Keynesian model without taxes or trade the marginal propensity to consume is 0.75. How large is the spending multiplier? One number.", 4)

pick("economics", "The city sets a maximum rent well below the rent at which supply and demand would meet. The textbook model predicts:\nA. a shortage of flats\nB. a surplus of flats\nC. no change\nD. higher quality of flats\nYour answer as a single letter:", "A")

count("economics", "The price of tram tickets goes up by 10 percent and the number of trips falls by 4 percent. What is the price elasticity of demand in absolute value? Number only.", 0.4)

count("economics", "A savings account pays 7 percent nominal interest while prices rise by 4 percent. By the usual approximation, what is the real interest rate in percent? Say just the number.", 3)

ask("economics", "In one hour Ana can bake 6 loaves or sew 2 shirts; Luis can bake 4 loaves or sew 4 shirts. Who has the comparative advantage in baking bread? Only the name.", "Ana")

# --- engineering

count("engineering", "A heating element of 8 ohms is connected to 24 volts. What current flows, in amperes? Reply with the number only.", 3)

count("engineering", "A gear with 20 teeth turns at 900 rpm and drives one with 60 teeth. How fast does the driven gear turn, in rpm? Only the figure.", 300)

ask("engineering", "What is it called when a metal part finally breaks after very many load cycles, each far below its strength? A word or two.", "fatigue", "metal fatigue", "fatigue failure", "fatigue fracture")

pick("engineering", "Where along a cantilever beam with a load at its free end is the bending moment largest?\n\nA: at the free end\nB: in the middle\nC: at the fixed end\nD: it is the same everywhere\n\nOne letter.", "C")

# --- health

ask("health", "Which organ of the body makes insulin? Please be brief.", "pancreas", "the pancreas")

ask("health", "Sailors on long voyages used to get scurvy. The lack of which vitamin causes it? Short answer.", "C", "vitamin C", "ascorbic acid")

count("health", "For an exam in the nursing school: the order is 15 mg per kg of body weight, the child weighs 18 kg. How many milligrams is a single dose? End with nothing but the number.", 270)

pick("health", "Adult in cardiac arrest: at what rate per minute do current first-aid guidelines ask for chest compressions?\nA. 40–60\nB. 60–80\nC. 100–120\nD. 160–180\nWrite the letter.", "C")

pick("health", "Arterial blood gas of a drowsy patient after an overdose of sleeping pills: pH 7.25, pCO₂ 62 mmHg (normal 35–45), bicarbonate 25 mmol/l (normal 22–26). The disturbance is\nA. metabolic acidosis\nB. metabolic alkalosis\nC. respiratory alkalosis\nD. respiratory acidosis\nLetter:", "D")

# --- history

ask("history", "In which year did the Berlin Wall fall? Just the year.", "1989")

ask("history", "Cuzco was the capital of which empire before the Spanish came? Brief answer please.", "Inca", "Incas", "Incan", "Inka", "Tawantinsuyu")

every("history", "The Rosetta Stone carries the same decree in three scripts. Which three? List them on one line.", ["hieroglyphs", "hieroglyphic", "hieroglyphics", "Egyptian hieroglyphs"], ["Demotic"], ["Greek", "Ancient Greek"])

pick("history", "Put these in order, earliest first: 1 = printing of Gutenberg's Bible, 2 = fall of the Western Roman Empire, 3 = French Revolution, 4 = Norman conquest of England.\n\nA) 2, 4, 1, 3\nB) 4, 2, 1, 3\nC) 2, 1, 4, 3\nD) 2, 4, 3, 1\n\nRespond with one letter, no sentence.", "A")

pick("history", "Welcher Friedensschluss beendete den Dreißigjährigen Krieg?\n\nA) Augsburger Religionsfriede\nB) Wiener Kongress\nC) Westfälischer Friede\nD) Friede von Versailles\n\nNur den Buchstaben angeben.", "C", language="de")

# --- humanities

ask("humanities", "A poem of fourteen lines, often about love, in Italian or English form: what do we call it? One word.", "sonnet", "a sonnet")

pick("humanities", "\"The wind whispered through the empty house.\" Which figure of speech is it?\nA. simile\nB. hyperbole\nC. personification\nD. oxymoron\n(Only the letter, I'm marking these quickly.)", "C")

count("humanities", "How many syllables does a traditional haiku have altogether? Digits, please, and no more than that.", 17)

ask("humanities", "Qui a écrit « Les Misérables » ? Le nom suffit.", "Hugo", "Victor Hugo", language="fr")

# --- law

ask("law", "What is the principle called by which an accused person counts as not guilty until the opposite has been proved? In a few words.", "presumption of innocence", "innocent until proven guilty")

pick("law", "On Monday Dara offers to sell her boat for 5,000. On Tuesday Ewan replies: \"I'll give you 4,500.\" Dara refuses. On Wednesday Ewan writes: \"Fine, 5,000 then.\" Under the classic common-law rules, is there a contract?\n\nA. Yes, since Ewan accepted the original offer in time.\nB. Yes, for 4,500.\nC. No, since boats must be sold by deed.\nD. No, since the counter-offer ended the original offer.\n\nLetter only.", "D")

ask("law", "What Latin term names the writ by which a court can demand that a detained person be brought before it? Just the term.", "habeas corpus")

ask("law", "Clause 9: \"Either party may end this agreement by giving three months' written notice to the end of a quarter.\"\n\nWritten notice is received on 20 May. On which date does the agreement end? Give day and month only.", "30 September", "September 30", "30th September", "September 30th", "30 Sept", "30th of September", "30 Sep")

pick("law", "Standard of proof usually needed for a conviction in a criminal trial in common-law countries:\n(A) balance of probabilities\n(B) beyond reasonable doubt\n(C) reasonable suspicion\n(D) probable cause\n— answer A, B, C or D.", "B")

# --- math

count("math", "How many different arrangements do the letters of the word LEVEL have? State the number without the working.", 30)

count("math", "Let f(x) = x³ − 4x. What is f′(2)? Return the number alone.", 8)

count("math", "Sum of the interior angles of a hexagon, in degrees? Number only, no sign for degrees.", 720)

exactly("math", "Two fair dice are thrown. What is the probability that they show a total of 7? Write it as a fraction in lowest terms, like 3/8, and nothing else.", "1/6")

pick("math", "Which of these numbers is irrational?\nA. 0.75\nB. √49\nC. 22/7\nD. √8\nPlease give me only the letter.", "D")

# --- other

ask("other", "Strings on a standard violin – how many? One word or digit.", "four", "4")

pick("other", "Which of these is NOT a national language of Switzerland? A French, B Romansh, C Italian, D Dutch. The letter only, please.", "D")

ask("other", "In sailing, what is the right-hand side of a boat called when you face the bow? one word", "starboard")

ask("other", "It is 18:00 on Friday in a place at UTC+9. What time is it at that moment in a place at UTC−5? Give only the time, on the 24-hour clock.", "04:00", "4:00", "4", "04", "4 am", "4:00 am")

# --- philosophy

ask("philosophy", "\"I think, therefore I am.\" Which philosopher is it from? Name only.", "Descartes", "René Descartes")

pick("philosophy", "\"You can't trust her argument about taxes; she has been divorced twice.\" Name the fallacy.\n\nA) ad hominem\nB) straw man\nC) slippery slope\nD) false dilemma\n\nJust A, B, C or D.", "A")

ask("philosophy", "In whose work do prisoners in a cave take shadows on the wall for the real things? One name.", "Plato")

pick("philosophy", "If the alarm is set, the light blinks. The light does not blink. Therefore the alarm is not set. The form of this inference is\nA. modus ponens\nB. modus tollens\nC. affirming the consequent\nD. denying the antecedent\nYour reply should be one letter long.", "B")

ask("philosophy", "In 1963 a paper of three pages challenged the view that knowledge is justified true belief. After whom are its counterexamples named? Just the surname.", "Gettier", "Edmund Gettier")

# --- physics

count("physics", "Capacitors of 3 µF and 6 µF are connected in series. What is the total capacitance in microfarads? Nothing but the number.", 2)

count("physics", "A stone is dropped from rest. Taking g = 10 m/s² and ignoring the air, how fast is it after 3 seconds, in metres per second? Leave out the unit.", 30)

count("physics", "80 g of a radioactive isotope with a half-life of 6 hours: how many grams of it are left after 18 hours? Number only.", 10)

pick("physics", "A ray of light passes from air into glass at an angle. It bends\n(A) towards the normal, as it becomes slower\n(B) away from the normal, as it becomes slower\n(C) towards the normal, as it becomes faster\n(D) not at all\nLetter please, no reasons.", "A")

count("physics", "Kinetic energy in joules of a 4 kg cat (yes, he's big) running at 3 m/s? Reply with the plain number.", 18)

# --- psychology

ask("psychology", "People tend to look for evidence that supports what they already believe. What is this bias called? Two words.", "confirmation bias")

pick("psychology", "A seat-belt alarm stops beeping as soon as the driver buckles up, and so she buckles up more and more often. In operant terms this is\nA. positive reinforcement\nB. negative reinforcement\nC. positive punishment\nD. negative punishment\nSend back the letter.", "B")

ask("psychology", "Which Russian physiologist found, with dogs and their saliva, what is now called classical conditioning? Surname.", "Pavlov", "Ivan Pavlov")

ask("psychology", "The more people watch an emergency, the less likely each one is to help. Psychologists' term for this? Be brief.", "bystander effect", "bystander", "diffusion of responsibility", "bystander apathy")

count("psychology", "IQ scores are scaled to a mean of 100 and a standard deviation of 15. What z-score belongs to an IQ of 130? Number only.", 2)

# --- stem

count("stem", "Umrechnen bitte: 25 Grad Celsius in Grad Fahrenheit. Nur die Zahl.", 77, language="de")

pick("stem", "A light-year is a measure of A: time, B: distance, C: speed, D: brightness. Give only the right letter.", "B")

exactly("stem", "What is the SI prefix for one billionth (10⁻⁹)? Write the prefix as a word and add nothing.", "nano", "nano-")

pick("stem", "A study finds that districts with more storks have more births. Large districts, of course, have more of both. The size of the district is here a\nA) control group\nB) placebo\nC) dependent variable\nD) confounding variable\nWhat's correct? A letter suffices.", "D")
