"""Audio tasks: short speech, long or noisy speech, and texts to be spoken. `made` is how the recording is made."""

# A task a line reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

from typing import Any

TASKS: list[dict[str, Any]] = []


def _heard(name: str, category: str, made: dict[str, Any], reference: str, language: str) -> None:
    TASKS.append({"modality": "audio", "category": category, "language": language, "content": [{"type": "audio", "file": name}], "reference": reference,
                  "scorer": "words", "options": {}, "max_tokens": 40 + len(reference) // 2, "made": made})


def say(name: str, voice: str, text: str, language: str = "en", *, speed: float = 1.0, pitch: int = 50, flac: bool = False, **effects: float) -> None:
    """One sentence or two by one voice."""
    made = {"voice": voice, "text": text, "speed": speed, "pitch": pitch, "effects": effects}
    _heard(f"{name}.{'flac' if flac else 'ogg'}", "speech-recognition", made, text, language)


def long(name: str, turns: str | list[tuple[str, str]], voice: str = "piper", language: str = "en", *, speed: float = 1.0, **effects: float) -> None:
    """A longer recording by one voice, or turns of (voice, text)."""
    parts = [(voice, turns)] if isinstance(turns, str) else turns
    _heard(f"{name}.ogg", "transcription", {"turns": parts, "speed": speed, "effects": effects}, " ".join(text for _, text in parts), language)


def voice(text: str, language: str = "en") -> None:
    """A text to be spoken: the prompt is the text."""
    TASKS.append({"modality": "audio", "category": "voice-generation", "language": language, "content": text, "reference": text, "scorer": "heard", "options": {}, "max_tokens": 1})


# Short speech
say("say-bakery", "piper", "The bakery on the corner opens at six and sells out of rye bread by nine.", flac=True)
say("say-doctor", "piper", "Please call Doctor Almeida back before the clinic closes this afternoon.", telephone=1)
say("say-rain", "en-gb", "Heavy rain is expected along the coast from Tuesday night until Thursday morning.", flac=True)
say("say-umbrella", "en-us", "She left her umbrella on the bus and never saw it again.", noise=0.01)
say("say-train", "piper", "Our train was late because a tree had fallen near the tunnel.", speed=1.3)
say("say-dough", "piper", "Add flour and a pinch of salt, and knead until the dough is smooth.", noise=0.03)
say("say-budget", "en-gb-scotland", "The committee will vote on the new library budget next Monday evening.")
say("say-gravel", "en-us", "Turn left at the old water tower, then follow the gravel road to the farm.", reverb=0.4)
say("say-cello", "piper", "He has been learning the cello for years and still practises every day.", quiet=0.12)
say("say-warranty", "en-029", "The warranty covers parts and labour, but not damage caused by water.")
say("say-order", "piper", "Could I have the mushroom soup, a small salad, and still water for the table?")
say("say-pizza", "en-us", "One large pizza with olives and no onions, and please ring the bell twice.", telephone=1)
say("say-alarm", "en-gb", "If the alarm sounds, leave by the stairs and do not use the lift.", noise=0.02)
say("say-flight", "piper", "Would the last passengers for Lisbon please come to the gate immediately.", reverb=0.7)
say("say-address", "piper", "Send the parcel to nineteen Cherry Lane, on the second floor, care of Mrs Lindgren.")
say("say-flat", "en-us", "We live at number forty two, Harbour Road, behind the yellow church.", flac=True)
say("say-phone", "piper", "You can reach me on the office line after lunch, but please not during the staff meeting.", telephone=1)
say("say-eggs", "piper", "They sold three hundred eggs on Saturday and barely fifty on Sunday.", noise=0.015)
say("say-hearing", "en-gb", "The hearing will take place on the ninth of March at a quarter past ten.")
say("say-temperature", "en-us", "It was minus four this morning, and the pipes in the shed have burst.", noise=0.02)
say("say-question-bus", "piper", "Does this bus stop at the hospital, or do I have to change somewhere?", flac=True)
say("say-question-key", "en-gb-x-rp", "Have you any idea who took the spare key from the hook behind the door?")
say("say-question-fever", "piper", "How long has she had the fever, and is she drinking enough?", speed=1.25, noise=0.01)
say("say-question-battery", "en-us", "Why does the battery run down so quickly when the screen is off?")
say("say-names-team", "piper", "Amina, Jonas and Mei will present first, and Carlos takes the questions.")
say("say-names-moor", "en-gb-scotland", "Fiona and her brother Angus walked across the moor in thick fog.", noise=0.01)
say("say-nurse", "piper", "Nurse Patel has changed the dressing and will look in again tonight.", reverb=0.5)
say("say-welder", "en-us", "The welder needs new gloves before he can finish the second gate.", hum=0.05)
say("say-beehive", "piper", "Open the hive slowly, blow a little smoke, and listen for the queen.")
say("say-tax", "en-gb", "Keep every receipt, because the tax office may ask for them years later.", speed=1.3)
say("say-court", "piper", "The judge postponed the decision until the missing witness could be found.", noise=0.04)
say("say-goal", "en-us", "She passes to the left, she shoots, and the ball hits the post!", speed=1.35, noise=0.02)
say("say-planet", "piper", "The smallest planet also moves around the sun the fastest.", flac=True)
say("say-cells", "en-gb", "Red blood cells carry oxygen from the lungs to every part of the body.")
say("say-invoice", "piper", "I have paid the invoice twice by mistake and would like the money back.", telephone=1, noise=0.01)
say("say-password", "en-us", "My password was reset, but the message with the link has never arrived.", telephone=1)
say("say-lost", "en-029", "I lost my wallet near the fountain, somewhere between the market and the bank.", noise=0.015)
say("say-garden", "piper", "Plant the beans in May, when the nights are warm and the soil is dry.", music=0.06)
say("say-novel", "piper", "Nobody noticed that the museum clock had stopped on the day of the wedding.")
say("say-lemon", "en-gb", "Their grandmother grew tomatoes, beans and a very stubborn lemon tree.", reverb=0.6)
say("say-orchestra", "piper", "We could hear the orchestra tuning long before the doors opened.", music=0.1)
say("say-spark", "en-us", "A single spark from the grinder was enough to set the sawdust alight.", pitch=75)
say("say-lift", "en-gb", "The lift is stuck between two floors, and there are children inside.", telephone=1, noise=0.015)
say("say-meeting", "piper", "Let us move the meeting to Wednesday, since half of the team is travelling.", speed=1.4)
say("say-reminder", "piper", "Remind me to water the ferns and to buy candles on the way home.", quiet=0.08, noise=0.002)
say("say-timer", "en-us", "Set a timer for twenty minutes and turn off the kitchen lights.", pitch=30)
say("say-translate", "piper", "How do you say good evening in Portuguese?", noise=0.025)
say("say-toy", "en-us", "Mummy, the red car has lost a wheel again!", pitch=95, speed=1.1)
say("say-storm", "en-gb-x-gbcwmd", "The storm tore two tiles off the roof, but the greenhouse is fine.", noise=0.01)
say("say-physio", "piper", "Lift your heel slowly, hold it for a moment, and lower it again.")
say("sag-zug", "de", "Der Zug nach Hamburg fährt heute von Gleis sieben ab.", "de", flac=True)
say("sag-termin", "de", "Können wir den Termin auf Donnerstag verschieben?", "de", noise=0.01)
say("sag-kuchen", "de", "Der Kuchen muss noch eine halbe Stunde im Ofen bleiben.", "de", speed=0.9)
say("dis-marche", "fr-fr", "Le marché ouvre à huit heures devant la mairie.", "fr")
say("dis-livre", "fr-fr", "Je voudrais rendre ce livre et en emprunter deux autres.", "fr", noise=0.01)
say("dis-pluie", "fr-fr", "Demain il va pleuvoir toute la journée dans le nord.", "fr", speed=0.9)
say("di-farmacia", "es", "La farmacia de la esquina cierra a las nueve de la noche.", "es", flac=True)
say("di-perro", "es", "El perro de mi vecina ladra cada vez que pasa el cartero.", "es", noise=0.01)
say("di-receta", "es", "Primero se pela la cebolla y después se corta en trozos pequeños.", "es")
say("di-taxi", "es", "Necesito un taxi para ir al aeropuerto mañana temprano.", "es", telephone=1)

# Long or disturbed recordings
long("hear-harbour-tour", "Good morning, and welcome to the harbour tour. We will leave the pier in about five minutes. Life jackets are under the seats. The trip takes one hour, and if we are lucky we will see seals on the rocks near the lighthouse. Please stay seated while the boat turns, and keep your hats in your hands.", reverb=0.3)
long("hear-water-off", "This is a message for the tenants of the third floor. The water will be turned off on Wednesday between eight and eleven while we replace the main valve. Please fill a bucket beforehand. The lift will be working as usual. We are sorry for the trouble, and thank you for your patience.", "en-gb", telephone=1)
long("hear-radio", "When I was nine, my uncle gave me a broken radio and a screwdriver. I took it apart on the kitchen table, lost two screws, and put it together again. It never played a note, but I have been repairing things ever since. Last winter somebody brought me that very same model, and this time it worked.")
long("hear-results", "The results are in. Of all the teams, only three finished the course without a penalty. First place goes to the rowing club from Split, who beat last year's time by almost four seconds. The crowd stayed in the rain until the very end, and the winners threw their coach into the river.", "en-us", noise=0.015)
long("hear-voicemail-dentist", "Hello, this is the dental practice on Mill Street. We have to move your appointment on Friday, because Doctor Okonkwo is ill. The next free date is Tuesday at half past two. Please call us back before noon if that does not suit you. Otherwise we will see you then. Goodbye.", telephone=1, noise=0.008)
long("hear-voicemail-sister", "Hi, it is me. I am standing in the shop and I cannot remember which paint you wanted. Was it the light green or the dark one? They also have a grey that I think would suit the hall. Call me, because they close at six. Oh, and do we need brushes?", "en-us", telephone=1)
long("hear-lecture-bees", "Let us begin with a simple question. How does a bee tell her sisters where the flowers are? She dances. The angle of the dance shows the direction, and the length shows the distance. For many years people refused to believe this. Then someone built a small robot bee, and the others followed its advice.", reverb=0.8)
long("hear-lecture-bridge", "A bridge is never still. It grows in summer and shrinks in winter, and the wind makes it swing. That is why there are gaps in the road at both ends. If you close those gaps, the bridge will push against its own supports until something breaks. In the next lesson we will calculate how wide they must be.", "en-gb", reverb=0.5)
long("hear-lecture-money", "Inflation means that money buys less than it did before. If bread becomes dearer and wages stay the same, people have to choose. Central banks try to slow this down by raising interest rates, so that borrowing becomes expensive. The medicine works, but it works slowly, and it does not taste good.", "piper", hum=0.03)
long("hear-interview-baker", [("piper", "You have been a baker for thirty years. What has changed?"), ("en-gb+f3", "The machines are better, but people are in a hurry. Nobody wants to wait for good bread."), ("piper", "And what has stayed the same?"), ("en-gb+f3", "The smell in the morning. I still open the window so that the whole street knows.")])
long("hear-interview-diver", [("en-us+f2", "What was the hardest part of the dive?"), ("piper", "Waiting. You have to stop on the way up, and all you can do is look at your watch."), ("en-us+f2", "Were you ever afraid?"), ("piper", "Once, when a turtle bumped into my back. I thought it was a shark.")], noise=0.01)
long("hear-interview-job", [("piper", "Tell me why you would like to work in our garden centre."), ("en-gb-scotland+f4", "I have looked after my grandfather's garden since I was small, and I know most plants by name."), ("piper", "Could you start at the beginning of next month?"), ("en-gb-scotland+f4", "Yes, but I need the first Saturday off, because my brother is getting married.")], reverb=0.3)
long("hear-call-internet", [("en-us+f3", "Good afternoon, how can I help you?"), ("piper", "My internet has been down since last night, and the box is blinking red."), ("en-us+f3", "Have you tried pulling out the plug?"), ("piper", "Twice. I also changed the cable."), ("en-us+f3", "Then I will send somebody tomorrow morning.")], telephone=1)
long("hear-call-vet", [("piper", "My dog has eaten a whole bar of chocolate."), ("en-gb+f2", "How heavy is the dog, and was it dark chocolate?"), ("piper", "She is quite small, and yes, it was dark."), ("en-gb+f2", "Then please come at once, and bring the wrapper with you.")], telephone=1, noise=0.01)
long("hear-story-fox", "Once there was a fox who could not sleep. He counted sheep, but that only made him hungry. So he went to the owl and asked for advice. Count stars instead, said the owl. The fox lay down on the hill and counted. When the sun rose he was still awake, but he had never seen such a beautiful night.", music=0.07)
long("hear-story-lighthouse", "The keeper climbed the stairs for the last time. From tomorrow a machine would light the lamp. He cleaned the glass, wound the clock, and wrote a single line in the book. All quiet, wind from the west. Then he locked the door and threw the key into the sea.", "en-gb", music=0.08)
long("hear-story-market", "My mother never bought the first fish she was shown. She would sniff, shake her head, and walk on. The sellers knew her, and they hid their best fish until she came back. In the end she always paid a little more than she wanted, and everybody went home content.", "en-029", noise=0.01)
long("hear-airport", "Attention please. Flight nine one four to Nairobi has been delayed because of fog. Passengers may collect a free meal at the counter near gate twelve. We expect to begin boarding in about two hours. Please do not leave your bags alone at any time. Thank you for waiting with us.", "en-us", reverb=0.9)
long("hear-museum", "You are now standing in front of a merchant's desk. Notice the small drawers on the left. Each one had its own key, and only the owner knew which key fitted where. In the lowest drawer we found a love letter that had never been sent. You can read it on the wall behind you.", "piper", music=0.06)
long("hear-yoga", "Sit down on your mat and close your eyes. Breathe in through the nose, and let your shoulders fall. Now breathe out slowly, as if you wanted to fog up a window. Stay like this for a while. If your thoughts wander, do not be angry with them. Simply come back to your breath.", "piper", speed=0.85, music=0.1)
long("hear-weather", "And now the weather. Tonight clouds move in from the west and bring light rain to the islands. In the hills it may turn to snow. Tomorrow will be bright but cold, with a strong wind along the coast. The weekend looks better, and on Sunday many places will see the sun all day.", "en-gb-scotland", noise=0.02)
long("hear-kitchen", "For the dumplings you need cabbage, ginger and a little minced pork. Chop everything as finely as you can. Put a spoonful in the middle of each wrapper, wet the edge, and press it shut. Fry them until the bottom is brown, then add some water and cover the pan. They are done when the water is gone.", "piper", noise=0.03)
long("hear-council", "The next point is the playground in the north of the town. The swings are old, and last month a child was hurt. We have two offers. The cheaper one would take until autumn. The other firm could start next week. I suggest that we vote now, so that the work can begin before the holidays.", "en-us", reverb=0.6)
long("hoer-durchsage", "Sehr geehrte Damen und Herren, wegen einer Störung fährt die Linie vier heute nur bis zum Rathaus. Bitte steigen Sie dort in den Bus um. Der Bus hält vor dem Theater. Wir bitten um Entschuldigung und wünschen Ihnen trotzdem einen schönen Abend. Die nächste Durchsage folgt in einer halben Stunde.", "de", "de", speed=0.9)
long("escucha-visita", "Bienvenidos a la visita del jardín botánico. Primero veremos las palmeras y después el invernadero de las orquídeas. Por favor, no toquen las plantas, porque algunas son venenosas. Al final hay una pequeña tienda con semillas y libros. La visita dura más o menos una hora.", "es", "es", speed=0.9)

# Texts to be spoken
voice("Your order has been shipped and should arrive on Friday.")
voice("Mind the gap between the train and the platform.")
voice("The meeting has moved from room twelve to the main hall.")
voice("I would like a table for four near the window, please.")
voice("Water the basil every morning and keep it out of the wind.")
voice("The museum is closed on Mondays and on public holidays.")
voice("Press the green button twice to start the machine.")
voice("There are seventeen steps between the garden and the gate.")
voice("My sister speaks Danish, but she dreams in Portuguese.")
voice("Snow fell all night, and the schools stayed shut.")
voice("She sells sea shells by the sea shore.")
voice("Red lorry, yellow lorry, red lorry, yellow lorry.")
voice("How much wood would a woodchuck chuck if a woodchuck could chuck wood?")
voice("Fresh fried fish, fish fresh fried.")
voice("Dr. Ramirez will see you at 3 p.m. on Tuesday.")
voice("The package weighs 12 kg and costs 45 dollars to send.")
voice("On 14 July 1998, more than 2000 people came to the opening.")
voice("The new speed limit is 30 mph on every street near a school.")
voice("Sales rose by 18% in the first quarter.")
voice("Platform 9: the 7:45 train to Bristol is delayed by 20 minutes.")
voice("Are you sure that you want to delete all the pictures from your holiday?")
voice("Careful, the plate is hot!")
voice("Good evening. You have reached the night desk. If this is an emergency, please hang up and call an ambulance.")
voice("First boil the rice, then fry the onions, and only at the end add the spinach.")
voice("Although the bridge had been closed for years, the children still used it as a short cut to the lake.")
voice("Well, I never thought that a goat could climb a tree.")
voice("The patient may eat again in the evening, but should not drive for two days.")
voice("Kwame and Ingrid have been married for eleven years and still argue about the dishes.")
voice("In the contract, the word tenant always means the person who rents the flat.")
voice("Light travels faster than sound, which is why we see the flash before we hear the thunder.")
voice("Breathe in, hold your breath, and slowly let it go.")
voice("Once upon a time, a tailor lived in a village so small that nobody had ever drawn it on a map.")
voice("Your code is four, eight, one, five.")
voice("Goal! What a shot from the edge of the box, and the crowd goes wild!")
voice("The quick brown fox jumps over the lazy dog.")
