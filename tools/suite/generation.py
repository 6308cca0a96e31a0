"""Open writing tasks: letters, ads, poems, posts, lists, scenes and played parts, each with checkable wishes."""

# A task a paragraph reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

from typing import Any

TASKS: list[dict[str, Any]] = []


def task(subject: str, content: str, reference: str, *, language: str = "en", max_tokens: int = 160, **wishes: Any) -> None:
    """Something to write, an example that meets every wish, and the wishes as constraints; `subject` may be empty."""
    TASKS.append({"category": f"generation/{subject}".rstrip("/"), "scorer": "constraints", "language": language,
                  "content": content, "reference": reference, "options": wishes, "max_tokens": max_tokens})


# Letters and e-mails

task("writing", "The radiator in my flat has been stone cold since Monday and it's 14 degrees in here. Please draft an e-mail to my landlord, Mr Hall. Between 40 and 100 words, polite but firm, ask for a repair this week, and finish with 'Kind regards' and nothing after it.",
     "Dear Mr Hall,\n\nI am writing because the radiator in my flat has been completely cold since Monday, and the temperature indoors has fallen to 14 degrees. I have tried bleeding it, without success. Could you please arrange for a repair this week? I am at home every day after five and can let somebody in. I look forward to hearing from you soon.\n\nKind regards",
     min_words=40, max_words=100, contains=["radiator", "14"], starts="Dear Mr Hall", ends="Kind regards", max_tokens=200)

task("writing", "Write to the airline for me. Facts: flight from Lisbon to Oslo on 3 May, suitcase arrived two days late, I had to buy clothes for 85 euros, want the money back. Max 120 words. I'm Priya Nair. Don't use the word \"unfortunately\", I hate it.",
     "Dear Sir or Madam,\n\nOn 3 May I flew with you from Lisbon to Oslo. My suitcase did not arrive with me and was delivered only two days later. Because I had no luggage I was obliged to buy essential clothes, which cost 85 euros; the receipts are attached.\n\nI ask you to refund this sum to me within fourteen days. Please confirm that you have received this letter and let me know if you need anything else.\n\nYours faithfully,\nPriya Nair",
     min_words=40, max_words=120, contains=["Lisbon", "Oslo", "85", "Priya Nair"], without=["unfortunately"], max_tokens=220)

task("writing", "short thank-you note to my neighbour Olu who fed our two cats and watered the tomatoes while we were away. 3 sentences exactly, warm, no clichés like \"from the bottom of my heart\"",
     "Dear Olu, thank you so much for looking after the cats while we were away. They are rounder than before, and the tomatoes have never looked so good. There is a bottle of Portuguese wine waiting for you at our place!",
     sentences=3, contains=["Olu", "cats", "tomatoes"], without=["from the bottom of my heart"], max_tokens=120)

task("writing", "I have to turn down a job offer from Brightwell Ltd because I've accepted another one, but I'd like to keep the door open. Can you write the e-mail? Under 90 words; the first line should be the subject, beginning with \"Subject:\".",
     "Subject: Your offer of employment\n\nDear Ms Carter,\n\nThank you very much for offering me the position at Brightwell, and for the time you and your team gave me. After careful thought I have decided to accept another role. It was not an easy decision, because I liked what I saw of your work. I hope that our paths cross again and would be glad to stay in touch.\n\nBest wishes,\nAlex",
     starts="Subject", min_words=35, max_words=90, contains=["Brightwell"], matches=r"\ASubject: \S", max_tokens=180)

task("writing", "Draft an announcement to all staff: the car park will be closed on Thursday 12 June for resurfacing, bikes may still be left by the rear gate, questions to facilities. No longer than 70 words. Put the date in the first sentence.",
     "Dear colleagues, the car park will be closed all day on Thursday 12 June while it is being resurfaced. Please come by bus or train, or share a lift and park in the streets nearby. Bikes may still be left by the rear gate. If you have any questions, please get in touch with facilities. Thank you for your patience!",
     min_words=25, max_words=70, contains=["12 June", "rear gate", "facilities"], matches=r"\A[^.!?]*\b(?:12(?:th)? (?:of )?June|June 12)", max_tokens=130)

task("writing", "Please write a cover letter paragraph (just one paragraph, 50 to 90 words) for a 17-year-old who applies for an apprenticeship as a bicycle mechanic. She has repaired bikes for neighbours since she was twelve. First person. Do not mention school grades.",
     "I have been taking bicycles apart since I was twelve, when a neighbour gave me an old racer with a broken chain. Since then I have repaired punctures, brakes and gears for half our street, and I have learned that a clean workshop and patience save more time than any tool. An apprenticeship as a mechanic would let me learn properly what I have so far taught myself, and I would bring curiosity and steady hands to your team.",
     paragraphs=1, min_words=50, max_words=90, without=["grades", "grade"], contains=["I"], max_tokens=160)

task("writing", "Reply to this review of my café as the owner, calm and friendly, 30-60 words, offering a free coffee, no excuses and no exclamation marks:\n\n\"Waited 25 minutes for a flat white and then it was lukewarm. Won't be back. – Tom\"",
     "Hello Tom, thank you for telling us. A long wait and a lukewarm flat white are not what we want anybody to get here, and I am sorry. We have talked about it in the team. If you give us another chance, the next coffee is free; just ask for me at the bar.",
     min_words=30, max_words=60, contains=["Tom", "coffee"], matches=r"\A[^!]*\Z", max_tokens=120)

task("writing", "A parent, Mrs Okafor, asked why her son Daniel got detention. Answer as his teacher in an e-mail of 60 to 110 words: he used his phone during a test, it's the second time, the detention is Wednesday at 3 pm, you are happy to talk. Sign as Ms Lindgren.",
     "Dear Mrs Okafor,\n\nThank you for your message. Daniel was given a detention because he used his phone during a test this morning. As it was the second time, I had to follow our school rules. The detention takes place on Wednesday at 3 pm and lasts one hour; he will be able to write the test again then. Daniel is usually a pleasant and attentive pupil, and I am sure that this can be put right. I am happy to talk about it, by phone or in person, whenever it suits you.\n\nKind regards,\nMs Lindgren",
     min_words=60, max_words=110, contains=["Daniel", "phone", "Wednesday", "second"], ends="Ms Lindgren", max_tokens=200)

task("writing", "Schreibe eine kurze, höfliche E-Mail an die Stadtbibliothek: Ich habe das Buch \"Momo\" verloren und möchte wissen, was ich bezahlen muss. Höchstens 60 Wörter, Schluss mit \"Mit freundlichen Grüßen\" und dem Namen Jonas Weber.",
     "Sehr geehrte Damen und Herren,\n\nleider habe ich das Buch \"Momo\", das ich im März bei Ihnen ausgeliehen hatte, verloren. Ich bitte um Entschuldigung. Könnten Sie mir bitte mitteilen, was ich dafür bezahlen muss und wie ich das Geld überweisen kann?\n\nMit freundlichen Grüßen\nJonas Weber",
     language="de", min_words=20, max_words=60, contains=["Momo", "Mit freundlichen Grüßen"], ends="Jonas Weber", max_tokens=160)

task("writing", "Rédige un courriel de 40 à 80 mots à ma voisine du dessus, Mme Leroy : son lave-linge tourne après 23 heures et je me lève à cinq heures. Reste aimable, vouvoie-la et propose une solution.",
     "Bonjour Madame Leroy,\n\nJe me permets de vous écrire à propos de votre lave-linge. Il tourne souvent après 23 heures, et comme je me lève à cinq heures pour aller travailler, j'ai du mal à dormir. Vous serait-il possible de le lancer avant 21 heures, ou bien le week-end dans la journée ? Je vous remercie de votre compréhension et vous souhaite une bonne semaine.\n\nBien cordialement,\nVotre voisin du dessous",
     language="fr", min_words=40, max_words=80, contains=["Leroy", "lave linge", "vous"], matches=r"\?", max_tokens=180)

# Selling and announcing

task("writing", "Product text for our web shop: wooden rocking chair, solid oak, made in Galway, oiled not varnished, 289 euros. At most 45 words. No superlatives such as 'best' or 'perfect'.",
     "A rocking chair of solid oak, built by hand in Galway and oiled, not varnished, so that you feel the grain under your fingers. It will be at home on the porch and beside the fire alike. 289 euros.",
     min_words=15, max_words=45, contains=["oak", "Galway", "289"], without=["best", "perfect"], max_tokens=90)

task("writing", "I'm selling my old bike online. Ladies' bike, 7 gears, bought 2019, new tyres, small scratch on the frame, 120 euros, pick up in Utrecht. Write the ad, honest, 30-70 words, with a title on the first line.",
     "Ladies' bike, 7 gears, new tyres\n\nI am selling my faithful ladies' bike because I have moved closer to work. It was bought in 2019, has 7 gears and got new tyres this spring. There is a small scratch on the frame, otherwise it is in good condition. 120 euros, to be picked up in Utrecht.",
     min_words=30, max_words=70, contains=["2019", "scratch", "120", "Utrecht"], matches=r"\A.{3,70}\n", max_tokens=130)

task("", "Five slogans for a neighbourhood bakery called Crumb & Co. One per line, numbered 1. to 5., none longer than eight words.",
     "1. Crumb & Co: mornings start here\n2. Fresh bread, familiar faces\n3. Worth getting up for\n4. Flour, water, time and neighbours\n5. Follow your nose to Crumb & Co",
     lines=5, matches=r"\A(?:\s*[1-5]\.(?: \S+){1,8}\s*){5}\Z", max_words=45, max_tokens=90)

task("", "tweet for our town's blood donation day: saturday 9–15 h, sports hall, bring ID, one hashtag, max 280 characters",
     "Half an hour of your Saturday can save a life. Come to the blood donation day in the sports hall, 9 to 15 h. Please bring your ID. Juice and cake are on us! #GiveBlood",
     matches=r"\A[^#]*#\w+[^#]*\Z", contains=["Saturday", "sports hall", "ID"], max_words=50, lines=1, max_tokens=100)

task("writing", "Invitation to a 70th birthday garden party for Grandpa Tadeusz, Sunday 20 July from 2 pm, at ours, bring a story not a present. Under 60 words and it should sound like a family, not like a law firm.",
     "Grandpa Tadeusz is turning 70, and we can't let that pass quietly! Come to our garden on Sunday, 20 July, from 2 pm. There will be cake, shade and far too much potato salad. Please don't bring a present; bring a story about him instead.",
     min_words=20, max_words=60, contains=["Tadeusz", "70", "20 July", "story"], max_tokens=110)

task("", "Give me three subject lines for a newsletter about saving water in the garden. Plain list with dashes, under 50 characters each, no emoji.",
     "- Less water, greener garden\n- Five ways to beat the summer drought\n- Your lawn can wait until evening",
     lines=3, matches=r"\A(?:\s*- [\x20-\u00ff\u2013\u2019]{5,50}\s*){3}\Z", max_words=36, max_tokens=70)

task("", "Caption for a photo of my daughter's first loaf of bread, slightly burnt, very proud face. One sentence, at most 20 words, mention that it is burnt in a loving way.",
     "Slightly burnt, entirely hers: the first loaf of a very proud young baker.",
     sentences=1, max_words=20, min_words=5, contains=["burnt"], max_tokens=50)

task("writing", "We're a small plumbing firm (Okoro & Sons, Leeds). Text for our answering machine please: closed until 2 January, emergency number 0113 496 0123, wish callers happy holidays. It gets read aloud so keep it to 4 sentences or fewer, max 55 words.",
     "You have reached Okoro and Sons in Leeds. We are closed until 2 January and will call you back after that if you leave your name and number. In an emergency please ring 0113 496 0123. We wish you happy holidays!",
     max_words=55, min_words=20, contains=["Okoro", "2 January", "0113 496 0123", "happy holidays"], matches=r"\A(?:[^.!?]*[.!?]+){1,4}\s*\Z", max_tokens=110)

task("writing", "Escribe un anuncio breve (25 a 50 palabras) para alquilar una habitación en Valencia: luminosa, 350 euros al mes, cerca del metro, no fumadores. Tono simpático.",
     "Se alquila habitación luminosa en un piso tranquilo de Valencia, a tres minutos del metro. Cuesta 350 euros al mes, gastos incluidos. Buscamos a una persona ordenada y simpática; no fumadores, por favor. ¡Ven a verla y tómate un café con nosotros!",
     language="es", min_words=25, max_words=50, contains=["Valencia", "350", "metro"], matches=r"(?i)\bno (?:se admiten )?fumador", max_tokens=120)

# Verse

task("writing", "Write a two-line poem about the sea that contains the word 'salt'. Only the poem.",
     "Salt on my lips and the gulls overhead,\nthe sea hums its children to sleep in their bed.",
     lines=2, contains=["salt"], min_words=6, max_words=30, max_tokens=60)

task("writing", "A haiku about the last tram at night, please – three lines, no title, and without the word 'night' itself.",
     "The last tram glides home,\none sleeper, one lost red glove.\nThe rails keep humming.",
     lines=3, without=["night"], contains=["tram"], min_words=7, max_words=17, max_tokens=50)

task("writing", "Can you do a limerick about a cook from Madras who burns everything? Five lines, first line ends in Madras.",
     "There once was a cook from Madras,\nwho never could manage the gas;\nher rice would turn black,\nher pots they would crack,\nand her guests lived on crackers and grass.",
     lines=5, matches=r"\A[^\n]*Madras\W*\n", min_words=20, max_words=55, max_tokens=90)

task("writing", "Acrostic poem for the name MINA (four lines, each beginning with the right letter in order). She's nine and loves climbing trees. Use the word \"tree\" or \"trees\".",
     "Making her way up the tallest trees,\nIn and out of the rustling leaves,\nNever afraid of a breeze,\nAlways home with scratched-up knees.",
     lines=4, matches=r"\A\W*M[^\n]*\n\s*\W*I[^\n]*\n\s*\W*N[^\n]*\n\s*\W*A", max_words=50, min_words=10, max_tokens=80)

task("writing", "Ein Gedicht mit genau vier Zeilen über den ersten Schnee für eine Weihnachtskarte. Das Wort \"leise\" soll vorkommen, das Wort \"weiß\" nicht.",
     "Leise fällt der erste Schnee,\ndeckt den Garten und den See.\nAlles Laute kommt zur Ruh,\nund der Winter sieht uns zu.",
     language="de", lines=4, contains=["leise", "Schnee"], without=["weiß"], max_words=45, max_tokens=90)

task("writing", "rhyming verse, four lines, for a retirement card. colleague = bus driver, 38 years, name Fatima. funny, not sad. don't mention age",
     "For thirty-eight years you were never late,\ndear Fatima, driving the number eight.\nNow let the others brake and steer,\nyour only stop is the garden from here!",
     lines=4, contains=["Fatima"], without=["old", "age"], min_words=16, max_words=60, max_tokens=90)

# Stories and scenes

task("writing", "Write the opening of a short story, 40 to 70 words, in which a clock, a river and a missing key all appear. Past tense, no dialogue.",
     "The clock on the town hall had stopped at noon, and nobody had wound it since the river took the bridge. Marta counted the hours by the sound of the water. On the hook beside her door, where the key to the boathouse had hung for thirty years, there was only a pale ring on the wallpaper.",
     min_words=40, max_words=70, contains=["clock", "river", "key"], matches=r"\A[^\"“”«»]*\Z", max_tokens=120)

task("writing", "Tell a bedtime story for a four-year-old about a hedgehog who is afraid of the dark. 80 to 140 words, happy ending, last words should be \"good night\".",
     "Once upon a time there was a little hedgehog called Pip, who was afraid of the dark. Every evening, when the sun went down, he rolled himself into a ball and shut his eyes. One evening he heard a soft voice. \"Look up,\" said the owl. Pip opened one eye. Above him there were a hundred tiny lights. \"Those are the stars,\" said the owl. \"They only come out when it is dark.\" Pip opened the other eye as well. He counted the stars until he was too tired to count, and he was not afraid at all. \"Thank you, dark,\" he whispered. And the dark whispered back: \"Good night.\"",
     min_words=80, max_words=140, contains=["hedgehog", "dark"], ends="good night", max_tokens=220)

task("writing", "Six-word story about a lighthouse keeper. Exactly six words, one line, nothing else.",
     "He lit it for nobody's ship.",
     min_words=6, max_words=6, lines=1, max_tokens=24)

task("writing", "Describe a thunderstorm in one paragraph of 4 sentences without using the words thunder, lightning, storm or rain.",
     "The air went still and smelled of metal, and the swallows vanished from the wires. Then a white crack split the sky above the barn, and the windows shook in their frames. Water fell in ropes, drumming on the tin roof until nobody could hear his own voice. A quarter of an hour later it was over, and the gutters sang.",
     sentences=4, paragraphs=1, without=["thunder", "lightning", "storm", "rain"], min_words=30, max_tokens=140)

task("writing", "Need a dialogue for English learners (A2): a customer returns a pair of shoes that are too small. Six lines in total, alternating \"Customer:\" and \"Assistant:\", starting with the customer. Simple words.",
     "Customer: Hello. I bought these shoes yesterday, but they are too small.\nAssistant: I am sorry. Do you have the receipt?\nCustomer: Yes, here it is.\nAssistant: Thank you. Would you like a bigger size?\nCustomer: Yes, please. Size 39.\nAssistant: Here you are. Have a nice day!",
     lines=6, matches=r"\A(?:\W*Customer\W+[^\n]+\n+\W*Assistant\W+[^\n]+\s*){3}\Z", contains=["small", "shoes"], max_words=100, max_tokens=150)

task("writing", "Finish this story in two sentences so that the dog turns out to be the hero. Just the two sentences:\n\n\"The smoke had already reached the stairs when Ivo woke up. He called for his sister, but she did not answer.\"",
     "Then he heard barking from below, and through the haze he saw their old dog dragging little Lea by her sleeve towards the garden door. Ivo stumbled after them into the cold, clean air, and the dog did not let go until all three were lying in the grass.",
     sentences=2, contains=["dog"], min_words=15, max_words=80, max_tokens=110)

task("writing", "Ecris le début d'un conte (trois phrases) qui commence par \"Il était une fois\" et où il y a une horloge qui ment.",
     "Il était une fois, dans un village perché au bord d'une falaise, une horloge qui mentait. Chaque matin elle sonnait huit heures quand il en était neuf, et tout le monde arrivait en retard à l'école. Un jour, une petite fille nommée Zoé décida d'aller lui demander pourquoi.",
     language="fr", starts="Il était une fois", sentences=3, contains=["horloge"], min_words=20, max_words=110, max_tokens=140)

# Lists, titles, instructions and other small forms

task("", "Name three good reasons to learn a foreign language. One per line, each line starting with a dash, no more than ten words per line.",
     "- You can talk to more people.\n- It keeps your brain awake.\n- Travelling becomes easier and more fun.",
     lines=3, matches=r"\A(?:\s*[-–] ?\S+(?: \S+){0,9}\s*){3}\Z", min_words=6, max_words=33, max_tokens=70)

task("", "I'm writing an article about urban beekeeping for a local paper. One headline, max 7 words, please don't use a colon.",
     "City Rooftops Are Buzzing With New Life",
     lines=1, max_words=7, min_words=3, matches=r"\A[^:]+\Z", max_tokens=24)

task("", "How do I descale a kettle with vinegar? Give me numbered steps, exactly five, one line each. Mention rinsing.",
     "1. Fill the kettle half with water and half with white vinegar.\n2. Bring it to the boil and switch it off.\n3. Let it stand for twenty minutes.\n4. Pour the liquid away and keep rinsing until the smell is gone.\n5. Boil fresh water once and throw it away.",
     lines=5, matches=r"(?i)\A(?=[\s\S]*\brins)(?:\s*[1-5][.)] [^\n]+\s*){5}\Z", contains=["vinegar", "water"], max_words=120, max_tokens=150)

task("", "Packing list for a two-day hike in October, ten items, comma-separated, on one line, lower case only.",
     "rain jacket, warm hat, gloves, water bottle, map, head torch, first-aid kit, sleeping bag, trail snacks, spare socks",
     lines=1, matches=r"\A[^,A-Z]+(?:,[^,A-Z]+){9}\Z", max_words=40, max_tokens=70)

task("", "Put together a one-day itinerary for Porto with a toddler. Three lines labelled Morning:, Afternoon: and Evening: – at most 20 words per line.",
     "Morning: Ride the old tram along the river and look for ships.\nAfternoon: Picnic and playground in the Crystal Palace gardens, then a nap.\nEvening: Early dinner by the water and an ice cream on the way home.",
     lines=3, matches=r"(?i)\A\W*Morning\W[^\n]+\n+\W*Afternoon\W[^\n]+\n+\W*Evening\W[^\n]+\Z", max_words=66, min_words=12, max_tokens=120)

task("", "Come up with a name and a one-sentence description for an app that reminds people to water their plants. Format: Name – description. The name must be a single word. No second sentence.",
     "Sprout – A gentle app that tells you which of your plants is thirsty today.",
     lines=1, sentences=1, matches=r"\A\W*\w+\W* [–—-] ?\S", min_words=7, max_words=40, max_tokens=60)

task("", "Write the numbers from one to five as words, in reverse order, separated by commas. Nothing else.",
     "five, four, three, two, one",
     matches=r"(?i)\A\s*five, ?four, ?three, ?two,? ?(?:and )?one\.?\s*\Z", lines=1, max_words=6, max_tokens=24)

task("", "Three interview questions a school newspaper could ask a firefighter. Each on its own line and ending with a question mark. No numbering.",
     "What was the strangest call you ever answered?\nHow long does it take you to get dressed when the alarm rings?\nWhat should every pupil know about fire?",
     lines=3, matches=r"\A(?:[^\d\n?][^\n?]*\?\s*){3}\Z", min_words=12, max_words=75, max_tokens=90)

task("", "Explain to a six-year-old why the moon changes its shape. 40–80 words, no word like 'phase' or 'orbit', and end with a question to the child.",
     "The moon is a big round ball, and it never really changes. The sun shines on one side of it, like a lamp on an orange. Because the moon travels around us, we sometimes see all of the bright side and sometimes only a little slice of it. The rest is there too, just in the dark. Shall we look for the moon tonight and see which shape it has?",
     min_words=40, max_words=80, without=["phase", "phases", "orbit", "orbits"], matches=r"\?\W*\Z", max_tokens=130)

task("writing", "toast for my sister's wedding, 30 seconds spoken so around 60–90 words. her name is Amara, his is Luca, they met in a laundrette. end on \"to Amara and Luca\"",
     "Dear friends, some people meet at the opera and some meet under a chandelier. My sister met the love of her life between two tumble dryers, in a laundrette, over a missing sock. The sock was never found, but something better was. Since that day I have seen her laugh more than in all the years before. May your life together be warm, bright and only rarely in a spin. Please raise your glasses: to Amara and Luca!",
     min_words=60, max_words=90, contains=["laundrette", "Amara", "Luca"], ends="to Amara and Luca", max_tokens=150)

task("writing", "Obituary notice for our football club's groundsman, Esteban Ruiz, 1948–2024. Dignified, two paragraphs, 50 to 100 words altogether; say that he mowed the pitch for 41 years.",
     "We mourn our groundsman, Esteban Ruiz, who was born in 1948 and died in 2024. For 41 years he mowed the pitch, painted its lines and was the first to arrive and the last to leave. Generations of players learned from him that care is a form of respect.\n\nHe never asked for thanks and deserved a great deal of it. Our thoughts are with his family. On Sunday the game will begin a minute late, and the ball will lie still on the grass he loved.",
     paragraphs=2, min_words=50, max_words=100, contains=["Esteban Ruiz", "1948", "41"], max_tokens=180)

task("writing", "Formuliere drei Fragen für ein Kennenlernspiel mit Kollegen. Jede Frage steht in einer eigenen Zeile und beginnt mit \"Was\" oder \"Welche\". Nichts Privates über Geld oder Religion.",
     "Was wolltest du als Kind werden?\nWelche Speise könntest du jeden Tag essen?\nWas hat dich in dieser Woche zum Lachen gebracht?",
     language="de", lines=3, matches=r"\A(?:\W*(?:\d[.)] )?(?:Was|Welche[rsnm]?)\b[^\n?]*\?\s*){3}\Z", without=["Geld", "Religion", "Gehalt"], max_words=60, max_tokens=90)

# Played parts

task("roleplay", "You are the ticket inspector on a night train in 1925, formal and a little pompous. A passenger says: \"I seem to have lost my ticket.\" Reply in character, two or three sentences, and call the passenger \"sir\".",
     "Lost it, sir? I am obliged to remind you that the Company takes a most serious view of travellers without a ticket. Kindly search your coat once more, and if it does not appear I shall have to sell you another.",
     contains=["sir", "ticket"], matches=r"\A(?:[^.!?]*[.!?]+[”\"']?){2,3}\W*\Z", min_words=15, max_words=80, max_tokens=110)

task("roleplay", "Play a shop assistant who is polite but very tired, it's five minutes before closing. Customer: \"Do you sell batteries?\" Your answer: max 25 words, must contain the word batteries.",
     "Good evening. Yes, batteries are by the till, second hook on the left. We close in five minutes, but please, take your time.",
     max_words=25, min_words=4, contains=["batteries"], lines=1, max_tokens=50)

task("roleplay", "Pretend to be a pirate captain who has become a vegetarian. Answer a sailor's question: \"Captain, what's for dinner?\" – under 50 words, begin with \"Arr\", mention lentils.",
     "Arr, me hearty, 'tis lentils tonight, and lentils tomorrow! The cook has boiled a whole barrel, with carrots fresh from the last port. And if I catch any man with a sausage, he walks the plank!",
     starts="Arr", contains=["lentils"], max_words=50, min_words=8, max_tokens=90)

task("roleplay", "I want to practise a job interview. You're the interviewer at a garden centre. Greet me (my name is Yusuf), then ask ONE question about watering plants. Stay in the role, no more than 40 words, stop after your question.",
     "Good morning, Yusuf, and welcome to our garden centre; please take a seat. Let me begin with something practical: how would you decide when a potted plant needs watering?",
     contains=["Yusuf"], matches=r"\A[^?]*\?\W*\Z", max_words=40, min_words=10, max_tokens=80)

task("roleplay", "Speak as an old oak tree that has stood in a village square for 400 years. What would you say to the children who play beneath you? 3 sentences exactly, first person, use the word 'roots'.",
     "I have watched your grandparents climb my branches, and their grandparents before them. My roots remember the songs you have forgotten, so sing loudly and I shall hum along. Come back in autumn, little ones, and I will pay you in acorns.",
     sentences=3, contains=["roots"], matches=r"\b(?:I|my|My|me)\b", min_words=20, max_words=100, max_tokens=120)

task("roleplay", "Act as a customer support agent of an internet provider named Fibrenet. The customer writes: \"My router blinks red since this morning and I work from home!!\" Answer with empathy, ask them to restart the router, and promise a technician if that fails. 30–70 words. Don't ask more than one question.",
     "I am sorry to hear that, especially as you work from home. Please switch the router off, wait for thirty seconds and restart it. If the light is still red after five minutes, I will send a technician to you as soon as possible. Could you tell me then what the light shows? Thank you for your patience, your Fibrenet team.",
     min_words=30, max_words=70, contains=["restart", "technician", "router"], matches=r"\A[^?]*\??[^?]*\Z", max_tokens=130)

task("roleplay", "You're Sherlock-Holmes-like detective Beatrix Wren. Your client just walked in with muddy boots, a train ticket and ink on her fingers. Tell her three things you deduce. Three lines numbered 1-3, each starting with \"You\".",
     "1. You walked across a field this morning, for the mud on your boots is still wet.\n2. You came by train and in haste, since the ticket is still in your hand.\n3. You write for a living, as the ink on your fingers tells me.",
     lines=3, matches=r"\A(?:\W*[1-3][.)] \W*You\b[^\n]*\s*){3}\Z", min_words=20, max_words=100, max_tokens=130)

task("roleplay", "Sei eine strenge, aber herzliche Großmutter. Dein Enkel fragt: \"Oma, darf ich vor dem Essen noch ein Eis?\" Antworte in höchstens 30 Wörtern, sage \"mein Schatz\" und lehne ab.",
     "Nein, mein Schatz, vor dem Essen gibt es kein Eis. Wasch dir die Hände und setz dich; wenn der Teller leer ist, reden wir noch einmal darüber.",
     language="de", max_words=30, min_words=5, contains=["mein Schatz", "Eis"], matches=r"(?i)\b(?:nein|nicht|kein|keins|keines|erst)\b", max_tokens=70)

task("roleplay", "As the dungeon master of our fantasy game, describe what the party sees when it opens the iron door: a flooded library. Second person plural (\"you\"), present tense, 40 to 80 words. Close with the words \"What do you do?\"",
     "The iron door groans open, and you stand above a drowned library. Black water laps at the third shelf, and swollen books drift past like pale fish. On an island of toppled cupboards a single candle is burning, though nobody has been here for a century. Something beneath the surface turns a page. You hear it clearly, and then you hear it again, closer. What do you do?",
     min_words=40, max_words=80, contains=["door", "water"], ends="What do you do", max_tokens=140)

task("roleplay", "Answer as Nonna Rita, who thinks that every problem can be solved with food. \"Nonna, I failed my driving test again.\" Keep it under 45 words, include one Italian word such as \"tesoro\", and name a dish.",
     "Oh, tesoro, come here and sit down! Nobody ever passed a test on an empty stomach. I have lasagne in the oven, two portions for you, and tomorrow we practise parking, slowly, on the way to the market.",
     max_words=45, min_words=10, matches=r"(?i)\b(?:tesoro|amore|caro|cara|bambin[oa]|mamma mia|mangia|piccol[oa]|gioia|ciao|bello|bella|coraggio)\b", lines=1, max_tokens=90)

task("roleplay", "Let's rehearse a hard talk. You are my flatmate Chen, who never washes up and gets defensive. I say: \"Chen, we need to talk about the kitchen.\" Give only Chen's reply, one to three sentences, no stage directions in brackets or asterisks.",
     "The kitchen, again? I was going to do the dishes tonight, and honestly, half of those pans aren't even mine.",
     matches=r"\A[^*()\[\]]*\Z", min_words=5, max_words=70, paragraphs=1, max_tokens=90)
