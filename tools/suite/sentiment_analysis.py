"""Sentiment tasks: reviews, posts, tickets, surveys and remarks, with many sets of labels."""

# A task a paragraph reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

from typing import Any

TASKS: list[dict[str, Any]] = []

_POLARITY = ["positive", "negative", "neutral"]
_MIXED = ["positive", "negative", "neutral", "mixed"]
_STARS = ["1", "2", "3", "4", "5"]
_YES_NO = ["yes", "no"]


def task(content: str, reference: str, among: list[str], *, language: str = "en", max_tokens: int = 16) -> None:
    """A text to label; the answer is one of `among`."""
    TASKS.append({"category": "sentiment-analysis", "scorer": "choice", "language": language, "content": content,
                  "reference": reference, "options": {"among": among}, "max_tokens": max_tokens})


task("Is this restaurant review positive, negative or neutral? One word please.\n\n\"We waited forty minutes for two bowls of soup, and when they came they were cold.\"", "negative", _POLARITY)

task("\"Best headphones I have ever owned, and the price is fair.\"\n\nSentiment of the above (positive / negative / neutral), just the word:", "positive", _POLARITY)

task("Classify the customer message as positive, negative or neutral. Reply with the label only.\n\nMessage: The parcel was delivered on Tuesday at 2 pm and left with the neighbour at number 14.", "neutral", _POLARITY)

task("I run a small guesthouse and I'm sorting comments from our guest book. Put this one under \"happy guest\" or \"unhappy guest\" – answer with one of those two labels and nothing else.\n\n\"The bed was so soft that I overslept and missed my train. Worth it! Already booked again for October.\"", "happy guest", ["happy guest", "unhappy guest"])

task("Tweet: oh fantastic, another update that logs me out of everything. truly living in the future 🙃\n\nTone towards the update? Answer: positive, negative or neutral.", "negative", _POLARITY)

task("How many stars (1 to 5) do you think this reviewer gave? Give only the digit.\n\n\"Absolutely perfect. Fits as if it were made for me, the colour is exactly like the picture and it came a day early. I have nothing at all to complain about and have ordered a second one.\"", "5", _STARS)

task("\"DO NOT BUY. Broke on the first day, the seller does not answer, and it smells of burnt plastic. Zero stars if I could.\"\n\nPredict the rating the buyer had to click, from 1 to 5. Only the number.", "1", _STARS)

task("A reviewer on a book site writes: \"It's neither good nor bad. The first half drags, the second half is decent, and I will have forgotten all of it by next week. Right in the middle of the scale for me.\"\nWhat star rating out of 5 fits? Reply with a single digit.", "3", _STARS)

task("Laptop review: \"The screen is gorgeous and the keyboard is the best I have typed on. The battery, though, is gone before lunch.\"\n\nConsider only what is said about the battery. Is it positive, negative or neutral? One word.", "negative", _POLARITY)

task("Aspect sentiment. Text: \"Staff could not have been kinder, but the room looked onto a car park and the shower ran cold.\" Aspect: staff. Possible answers: positive, negative, neutral. Write the answer alone.", "positive", _POLARITY)

task("Hotel survey, free-text field: \"Breakfast was served from 7 to 10. The pool, sadly, was closed all week without any notice, which ruined it for the kids.\"\nHow does the guest feel about breakfast? Choose positive, negative or neutral, and say only that.", "neutral", _POLARITY)

task("Label this support ticket with the writer's main emotion. Choose one: angry, sad, happy, afraid.\n\n\"This is the FOURTH time I am writing to you. Four times! You charge me for a service I cancelled in March and nobody has the decency to reply. I want my money back today.\"\n\nLabel:", "angry", ["angry", "sad", "happy", "afraid"])

task("Which emotion is strongest here: joy, sadness, anger or fear? Answer with that one word.\n\n\"Her cup is still on the shelf. I keep meaning to put it away, and then I stand in the kitchen and can't.\"", "sadness", ["joy", "sadness", "anger", "fear"])

task("joy, sadness, anger or fear — pick one for this message and write nothing else:\n\n\"There's someone walking around downstairs and I'm alone in the house. I've locked the bedroom door. My hands won't stop shaking.\"", "fear", ["joy", "sadness", "anger", "fear"])

task("We got the keys today!! After three years of saving and eleven viewings, we are standing in OUR kitchen eating pizza off the floor and I cannot stop grinning.\n\n^ What's the emotion? (joy / sadness / anger / fear) Only the word.", "joy", ["joy", "sadness", "anger", "fear"])

task("From an earnings call: \"Orders grew 18 percent, we are raising our guidance for the full year, and the backlog is the largest in the company's history.\" Would you call the remark bullish, bearish or neutral for the share? One word.", "bullish", ["bullish", "bearish", "neutral"])

task("You are tagging remarks of finance chiefs as bullish, bearish or neutral. Output the tag only.\n\n\"We have decided to suspend the dividend and withdraw our outlook, as visibility on demand in the second half has deteriorated markedly.\"", "bearish", ["bullish", "bearish", "neutral"])

task("\"The annual meeting will be held on 14 May at our offices in Rotterdam; shareholders may vote in person or by post.\"\n\nTag it bullish, bearish or neutral. No explanation.", "neutral", ["bullish", "bearish", "neutral"])

task("An analyst notes: \"Revenue fell 4 percent, but that was far better than the 9 percent drop everyone had feared, margins widened for the third quarter running and management now sees a return to growth by autumn.\" Overall, bullish or bearish? Give one of the two words.", "bullish", ["bullish", "bearish"])

task("Ist diese Bewertung positiv, negativ oder neutral? Bitte nur ein Wort.\n\n„Der Kundendienst hat mich dreimal weiterverbunden und am Ende einfach aufgelegt. Nie wieder.“", "negativ", ["positiv", "negativ", "neutral"], language="de")

task("„Na toll, der Zug hat nur 70 Minuten Verspätung. Läuft ja wieder wie geschmiert!“\n\nWelche Stimmung steckt in diesem Beitrag: positiv, negativ oder neutral? Antworte nur mit dem passenden Wort.", "negativ", ["positiv", "negativ", "neutral"], language="de")

task("Ordne den Kommentar einer Schulumfrage ein (zufrieden / unzufrieden / unentschieden). Nur das Etikett ausgeben.\n\nKommentar: „Die Mensa ist viel besser geworden, meine Tochter isst jetzt gern dort und freut sich sogar auf den Gemüsetag.“", "zufrieden", ["zufrieden", "unzufrieden", "unentschieden"], language="de")

task("Quel est le sentiment de cet avis : positif, négatif ou neutre ? Réponds par un seul mot.\n\n« Franchement, je m'attendais à pire : l'appartement était propre, calme et à deux pas de la plage. On reviendra ! »", "positif", ["positif", "négatif", "neutre"], language="fr")

task("Voici le message d'un client :\n« Ma commande devait arriver lundi, nous sommes vendredi, et personne ne répond au téléphone. C'est inadmissible. »\nÉmotion dominante ? Choisis entre joie, colère, tristesse et peur. Un mot, rien d'autre.", "colère", ["joie", "colère", "tristesse", "peur"], language="fr")

task("¿Qué opina el cliente: positivo, negativo o neutral? Contesta solo con una palabra.\n\n«La comida estaba riquísima y el camarero nos invitó al postre por el cumpleaños de mi abuela.»", "positivo", ["positivo", "negativo", "neutral"], language="es")

task("Reseña de una aplicación: «Desde la última actualización se cierra sola cada cinco minutos. Antes me encantaba, ahora no sirve para nada.» Clasifícala por su valoración actual como positiva, negativa o neutral y escribe únicamente la etiqueta.", "negativa", ["positiva", "negativa", "neutral"], language="es")

task("Leggi questa recensione e rispondi con una sola parola (positiva, negativa o neutra):\n\n«Pizza buona come a Napoli, prezzi onesti, cameriere simpaticissimo. Che bella scoperta!»", "positiva", ["positiva", "negativa", "neutra"], language="it")

task("Below is a Japanese product review. In English, say whether it is positive or negative, one word.\n\n軽くて使いやすく、音もとてもきれいです。買って本当によかったです。", "positive", ["positive", "negative"])

task("A colleague from Warsaw forwarded this review: \"Obsługa niemiła, jedzenie zimne, a rachunek o połowę za wysoki. Nie polecam.\" I don't read Polish. Positive, negative or neutral? Just the word will do.", "negative", _POLARITY)

task("Review of a vacuum cleaner: \"Not bad at all! I expected very little for the money and was pleasantly surprised.\"\nverdict (positive|negative|neutral):", "positive", _POLARITY)

task("Course feedback, question 7 (\"Anything else?\"): \"I can't say I regret having taken this course; on the contrary.\"\n\nDoes the student view the course favourably? Answer yes or no.", "yes", _YES_NO)

task("Decide whether the writer would recommend the dentist. Answer only \"yes\" or \"no\".\n\n\"If you enjoy sitting in a waiting room for an hour past your appointment and then being told off for it, this is the practice for you.\"", "no", _YES_NO)

task("Mixed feelings count as a class of their own here. Classes: positive, negative, neutral, mixed. Which one is this? Write only the class.\n\n\"The acting is superb and I cried twice. But the ending is a mess, and three hours is an hour too long.\"", "mixed", _MIXED)

task("Sort the employee survey comment into positive, negative, neutral or mixed (label only):\n\n\"I love my team and I learn something every day. The pay, on the other hand, is an insult, and everyone above my boss seems to have forgotten we exist.\"", "mixed", _MIXED)

task("positive, negative, neutral or mixed? → \"The museum is on the second floor of the old post office. It shows about 300 clocks and is open from Wednesday to Sunday.\"\nAnswer in one word.", "neutral", _MIXED)

task("Our chat bot hands a conversation to a human when the customer is frustrated. Here is the last message: \"ok. so I restart it. again. like I did the last six times you told me to.\" Is the customer frustrated? Reply yes or no, nothing more.", "yes", _YES_NO)

task("Customer: \"Could you tell me whether the blue one is also available in size 42? No rush, thank you!\"\n\nDo we need to escalate this as an angry customer? yes/no only.", "no", _YES_NO)

task("How urgent does this ticket feel? Choose low, medium or high and reply with that word only.\n\nTicket: Our whole shop is down, nobody can pay, there's a queue to the door and it's the Saturday before Christmas. PLEASE call me right now.", "high", ["low", "medium", "high"])

task("Comment under a football post: \"What a keeper. Eleven shots, eleven goals. Somebody should tell him he's allowed to use his hands.\"\n\nIs the commenter praising or mocking the keeper? Answer with \"praising\" or \"mocking\".", "mocking", ["praising", "mocking"])

task("Sarcastic or sincere? One word.\n\n\"Wow, thank you so much to the stranger who handed in my wallet at the station today, with everything still inside. You have restored my faith in people.\"", "sincere", ["sarcastic", "sincere"])

task("Label with 'sarcastic' or 'sincere', please, and leave out any comment.\n\n\"Nothing I love more than a three-hour meeting that could have been an e-mail. Same time next week? Can't wait.\"", "sarcastic", ["sarcastic", "sincere"])

task("The following are two reviews of the same tent.\n\nA: \"Kept us dry through two nights of storm, and it packs down to nothing.\"\nB: \"Two poles snapped on the first evening; we slept in the car.\"\n\nWhich one is the more favourable, A or B? Only the letter.", "A", ["A", "B"])

task("A town asked people about a new cycle lane. Say whether the author of this reply supports it, opposes it or is undecided. Use exactly one of the words support, oppose, undecided.\n\n\"I drive a van for a living, so you'd think I would hate this. I don't. Since the trial started I spend less time stuck behind bikes, and my daughter can ride to school. Please make it permanent.\"", "support", ["support", "oppose", "undecided"])

task("Public consultation on a wind farm, reply no. 212: \"Clean energy is a fine thing and nobody denies that we need more of it. But turbines two hundred metres tall, four hundred metres from the primary school? There must be a better site, and until somebody shows it to us the council should refuse the application.\"\n\nStance towards this application: support, oppose or undecided? One word.", "oppose", ["support", "oppose", "undecided"])

task("Which of these aspects does the reviewer complain about: price, camera or weight? One of the three words, please.\n\n\"Light as a feather and cheaper than I expected. Shame that every photo I take indoors looks like soup.\"", "camera", ["price", "camera", "weight"])

task("Rate how satisfied this patient is on a scale of 1 (very dissatisfied) to 5 (very satisfied). The digit alone, no words.\n\n\"From reception to the doctor herself, everyone took their time, explained every step and even called the next day to ask how I was. I have never been treated so well anywhere. Thank you, thank you, thank you.\"", "5", _STARS)

task("Read the forum post, then name the poster's attitude to the new phone: enthusiastic, disappointed or indifferent. Don't write anything but that word.\n\n\"After all the leaks I'd really hoped for more. Same sensor, same screen, fifty euros on top. I was going to upgrade; guess I'm keeping the old one for another year.\"", "disappointed", ["enthusiastic", "disappointed", "indifferent"])

task("Two-part sentence, one question: \"While critics tore the musical to pieces, I have now seen it four times and would go again tomorrow.\" What is the *author's own* sentiment, positive or negative? One word.", "positive", ["positive", "negative"])

task("My boss wrote: \"Interesting approach. Brave. I'm sure the client will have plenty to say about it. Perhaps next time run it past me before it goes out?\" – English isn't my first language. Is she pleased or displeased with what I sent? Answer with just one of these two words.", "displeased", ["pleased", "displeased"])

task("An old customer writes: \"I used to swear by your boots. Ten years, three pairs, never a complaint. The fourth pair lasted from September to Halloween.\"\n\nGive the sentiment towards the latest pair – positive, negative or neutral – in a single word.", "negative", _POLARITY)
