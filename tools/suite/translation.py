"""Translations into and out of many languages: talk, idioms, letters, labels, signs, recipes, law and engineering."""

# A task a paragraph reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

from typing import Any

TASKS: list[dict[str, Any]] = []

_TOKENS_PER_LETTER = {"ja": 1.0, "zh": 1.0, "ru": 0.5}  # what a tokenizer that knows English best needs


def task(source: str, target: str, content: str, reference: str, *others: str) -> None:
    """A request for a translation from `source` to `target`, and one or more good translations."""
    options: dict[str, Any] = {"source_language": source}
    if others:
        options["references"] = list(others)
    tokens = len(reference) * _TOKENS_PER_LETTER.get(target, 0.3)
    TASKS.append({"category": "translation", "scorer": "chrf", "language": target, "content": content,
                  "reference": reference, "options": options, "max_tokens": 24 + 8 * round(2.5 * tokens / 8)})


# English to German

task("en", "de", "Translate into German, please. I only need the translation.\n\nThe train leaves at nine.",
     "Der Zug fährt um neun Uhr ab.", "Der Zug fährt um neun ab.", "Der Zug fährt um 9 Uhr ab.")
task("en", "de", "How do I say \"I forgot my keys in the kitchen\" in German? Just the sentence.",
     "Ich habe meine Schlüssel in der Küche vergessen.", "Ich habe meinen Schlüssel in der Küche vergessen.")
task("en", "de", "UI string, context: dialog that appears when a user closes the editor. Target: German (formal \"Sie\"). Output the string only.\n\nYou have unsaved changes. Do you want to save them before closing?",
     "Sie haben nicht gespeicherte Änderungen. Möchten Sie sie vor dem Schließen speichern?",
     "Es gibt nicht gespeicherte Änderungen. Möchten Sie diese vor dem Schließen speichern?",
     "Sie haben ungespeicherte Änderungen. Möchten Sie diese vor dem Schließen speichern?")
task("en", "de", "We've got a customer in Graz who only reads German. Could you put this into German for me, no commentary?\n\nDear Ms Huber, thank you for your order. Two of the three lamps left our warehouse today; the third will follow next week at no extra cost.",
     "Sehr geehrte Frau Huber, vielen Dank für Ihre Bestellung. Zwei der drei Lampen haben unser Lager heute verlassen; die dritte folgt nächste Woche ohne zusätzliche Kosten.",
     "Sehr geehrte Frau Huber, vielen Dank für Ihre Bestellung. Zwei der drei Lampen haben heute unser Lager verlassen, die dritte folgt nächste Woche ohne Aufpreis.")
task("en", "de", "Render idiomatically in German (one line, no notes): \"That's none of my business, but I'd sleep on it.\"",
     "Das geht mich nichts an, aber ich würde eine Nacht darüber schlafen.",
     "Das geht mich zwar nichts an, aber ich würde noch eine Nacht darüber schlafen.", "Es geht mich nichts an, aber ich würde darüber schlafen.")
task("en", "de", "Recipe step → German: \"Beat the egg whites until stiff, then fold them gently into the batter.\" Reply with the German sentence.",
     "Das Eiweiß steif schlagen und dann vorsichtig unter den Teig heben.",
     "Schlagen Sie das Eiweiß steif und heben Sie es dann vorsichtig unter den Teig.", "Eiweiß steif schlagen, dann behutsam unter den Teig heben.")
task("en", "de", "For a machine manual, German, imperative with \"Sie\" – return the translated sentence alone:\nDisconnect the pump from the power supply and wait until the motor has come to a complete stop before you open the housing.",
     "Trennen Sie die Pumpe von der Stromversorgung und warten Sie, bis der Motor vollständig zum Stillstand gekommen ist, bevor Sie das Gehäuse öffnen.",
     "Trennen Sie die Pumpe vom Stromnetz und warten Sie, bis der Motor vollständig stillsteht, bevor Sie das Gehäuse öffnen.")
task("en", "de", "Text for a museum label. German please, without any explanation:\n\n\"This clay jug was found in 1932 at the bottom of a well. The potter's fingerprints can still be seen on its handle.\"",
     "Dieser Tonkrug wurde 1932 auf dem Grund eines Brunnens gefunden. Auf seinem Henkel sind noch die Fingerabdrücke des Töpfers zu sehen.",
     "Dieser Tonkrug wurde 1932 am Boden eines Brunnens gefunden. Die Fingerabdrücke des Töpfers sind noch heute am Henkel zu erkennen.")

# German to English

task("de", "en", "Into English, translation only:\nWir treffen uns morgen vor dem Bahnhof.",
     "We are meeting tomorrow in front of the train station.", "We'll meet tomorrow in front of the station.", "We will meet in front of the train station tomorrow.")
task("de", "en", "What does this note from the plumber say? Please give it in English.\n\n\"War um 10 Uhr da, niemand zu Hause. Rufen Sie bitte an, damit wir einen neuen Termin ausmachen.\"",
     "I was here at 10 o'clock, but nobody was home. Please call so that we can arrange a new appointment.",
     "Was there at 10 o'clock, no one at home. Please call so we can make a new appointment.")
task("de", "en", "\"Betreten der Baustelle verboten. Eltern haften für ihre Kinder.\"\n\nEnglish version of this sign, nothing more:",
     "No trespassing on the construction site. Parents are liable for their children.",
     "Entering the construction site is prohibited. Parents are liable for their children.", "Construction site. No entry. Parents are responsible for their children.")
task("de", "en", "I got this text from my boss and my German isn't great. Natural English please, just the message:\n\n\"Könntest du die Zahlen bis Freitag noch einmal durchgehen? Mir kommt der Umsatz im Mai zu hoch vor.\"",
     "Could you go through the numbers again by Friday? The revenue in May seems too high to me.",
     "Could you go over the figures once more by Friday? The sales in May seem too high to me.")
task("de", "en", "Translate the ingredients line to British English and output it as a single line.\n250 g Mehl, 1 Prise Salz, 2 Eier, 1/4 Liter Milch, Butter zum Ausbacken",
     "250 g flour, 1 pinch of salt, 2 eggs, 1/4 litre milk, butter for frying", "250 g flour, a pinch of salt, 2 eggs, 1/4 litre of milk, butter for frying")
task("de", "en", "DE → EN, final text only.\n\nDer Käufer kann vom Vertrag zurücktreten, wenn der Verkäufer den Mangel nicht innerhalb einer angemessenen Frist beseitigt.",
     "The buyer may withdraw from the contract if the seller does not remedy the defect within a reasonable period of time.",
     "The buyer may rescind the contract if the seller fails to remedy the defect within a reasonable period.")
task("de", "en", "A line from my great-aunt's diary, 1947. Keep her simple tone and answer with nothing but English:\n\nHeute haben wir zum ersten Mal wieder richtigen Kaffee getrunken. Mutter hat geweint, und keiner hat etwas gesagt.",
     "Today we drank real coffee again for the first time. Mother cried, and nobody said anything.",
     "Today, for the first time, we drank real coffee again. Mother wept, and no one said anything.")
task("de", "en", "Give the English equivalent (a proverb too, if there is one) of \"Wer im Glashaus sitzt, soll nicht mit Steinen werfen.\" No explanation.",
     "People who live in glass houses shouldn't throw stones.", "Those who live in glass houses should not throw stones.", "People in glass houses shouldn't throw stones.")
task("de", "en", "Subtitle, max. two lines, English:\n– Hast du den Schlüssel? – Ich dachte, du hättest ihn!",
     "– Do you have the key?\n– I thought you had it!", "- Have you got the key? - I thought you had it!")
task("de", "en", "Please translate this error text for our bug tracker; leave the placeholder {file} as it is and add nothing.\n\nDie Datei {file} konnte nicht geöffnet werden, weil sie von einem anderen Programm verwendet wird.",
     "The file {file} could not be opened because it is being used by another program.", "The file {file} could not be opened because it is in use by another program.")

# English to French

task("en", "fr", "Where is the nearest pharmacy?\n\nIn French? One sentence.",
     "Où est la pharmacie la plus proche ?", "Où se trouve la pharmacie la plus proche ?")
task("en", "fr", "Out-of-office line, I need it in French (just that):\nWe will be on holiday until the end of August and will answer your message in September.",
     "Nous serons en vacances jusqu'à la fin du mois d'août et répondrons à votre message en septembre.",
     "Nous sommes en congé jusqu'à fin août et nous répondrons à votre message en septembre.")
task("en", "fr", "Please translate for a hotel in Nice, addressing the guest as \"vous\"; return only the French.\n\n\"Breakfast is served from 7 to 10.30 on the terrace. If you have any allergies, please tell our staff.\"",
     "Le petit-déjeuner est servi de 7 h à 10 h 30 sur la terrasse. Si vous avez des allergies, veuillez en informer notre personnel.",
     "Le petit déjeuner est servi de 7h à 10h30 en terrasse. Si vous souffrez d'allergies, merci d'en informer notre personnel.")
task("en", "fr", "Traduis en français, sans rien ajouter : It's raining cats and dogs, so we stayed in and played cards.",
     "Il pleut des cordes, alors nous sommes restés à la maison et nous avons joué aux cartes.",
     "Il pleut des cordes, alors on est restés à l'intérieur et on a joué aux cartes.")
task("en", "fr", "Button labels for a photo app. Give me the French ones in the same order, separated by commas: Save, Delete, Share, Undo, Settings",
     "Enregistrer, Supprimer, Partager, Annuler, Paramètres", "Sauvegarder, Supprimer, Partager, Annuler, Réglages", "Enregistrer, Supprimer, Partager, Annuler, Réglages")
task("en", "fr", "As a certified translator would, put the following into French and print the result only.\n\nThis agreement may be terminated by either party with three months' written notice.",
     "Le présent contrat peut être résilié par l'une ou l'autre des parties moyennant un préavis écrit de trois mois.",
     "Cet accord peut être résilié par chacune des parties moyennant un préavis écrit de trois mois.")
task("en", "fr", "\"My back has been hurting since I moved house last weekend, especially when I bend down.\" I have to tell that to a French doctor. What do I say? (the French words only)",
     "J'ai mal au dos depuis que j'ai déménagé le week-end dernier, surtout quand je me penche.",
     "J'ai mal au dos depuis mon déménagement le week-end dernier, surtout quand je me baisse.")
task("en", "fr", "EN>FR (a children's book, please keep it simple and write just the translation):\nThe little fox looked at the moon. \"Are you lonely up there?\" he asked. But the moon only smiled.",
     "Le petit renard regarda la lune. « Te sens-tu seule là-haut ? » demanda-t-il. Mais la lune se contenta de sourire.",
     "Le petit renard a regardé la lune. « Es-tu seule là-haut ? » a-t-il demandé. Mais la lune a seulement souri.")
task("en", "fr", "Weather report for the local radio → French. Only the report.\n\nTomorrow will be cloudy with light showers in the north; in the south it will remain dry and sunny, with temperatures of up to 28 degrees.",
     "Demain, le temps sera nuageux avec de légères averses au nord ; au sud, il restera sec et ensoleillé, avec des températures allant jusqu'à 28 degrés.",
     "Demain sera nuageux avec de faibles averses dans le nord ; dans le sud, le temps restera sec et ensoleillé, avec des températures pouvant atteindre 28 degrés.")

# French to English

task("fr", "en", "Translate:\n« Je voudrais réserver une chambre pour deux nuits. »\nReply in English with the sentence and nothing else.",
     "I would like to book a room for two nights.", "I'd like to reserve a room for two nights.")
task("fr", "en", "Found this on the door of our holiday flat. English please, only the text.\n\n\"Merci de sortir les poubelles le mardi soir et de ne pas faire de bruit après 22 heures. Le code du portail est le 4517.\"",
     "Please take out the bins on Tuesday evening and do not make any noise after 10 p.m. The gate code is 4517.",
     "Please put the bins out on Tuesday evenings and make no noise after 10 pm. The code for the gate is 4517.")
task("fr", "en", "English equivalent of the saying \"Il ne faut pas vendre la peau de l'ours avant de l'avoir tué\" – the English saying only, please.",
     "Don't count your chickens before they hatch.", "Don't count your chickens before they're hatched.", "Don't sell the bear's skin before you've killed it.")
task("fr", "en", "Literary translation into English, no remarks: \"La vieille maison sentait la cire et les pommes, et chaque marche de l'escalier avait sa propre plainte.\"",
     "The old house smelled of wax and apples, and every step of the staircase had its own complaint.",
     "The old house smelled of wax and apples, and each stair had its own groan.", "The old house smelt of beeswax and apples, and each step of the stairs had its own moan.")
task("fr", "en", "I'm a nurse and have to read this label. Translate from French; return just the English.\n\nNe pas utiliser chez l'enfant de moins de 3 ans. Conserver à l'abri de la lumière. Demandez conseil à votre pharmacien.",
     "Do not use in children under 3 years of age. Store away from light. Ask your pharmacist for advice.",
     "Do not use for children under the age of 3. Keep away from light. Ask your pharmacist for advice.")
task("fr", "en", "Traduction anglaise (registre juridique), sans commentaire :\n\nToute réclamation doit être adressée par lettre recommandée dans un délai de trente jours à compter de la réception de la facture.",
     "Any complaint must be sent by registered letter within thirty days of receipt of the invoice.",
     "Any claim must be sent by registered mail within thirty days from receipt of the invoice.")
task("fr", "en", "chat from a French friend: \"t'inquiète, j'arrive dans dix minutes, commence sans moi et garde-moi une part de gâteau\" – what's she saying? English only",
     "Don't worry, I'll be there in ten minutes, start without me and save me a piece of cake.",
     "don't worry, i'll be there in ten minutes, start without me and keep me a slice of cake")
task("fr", "en", "Newspaper sentence, to be translated into English; output one sentence.\n\nLe conseil municipal a rejeté hier soir, par douze voix contre onze, le projet de parking souterrain sous la place du marché.",
     "Last night the town council rejected, by twelve votes to eleven, the plan for an underground car park beneath the market square.",
     "The city council yesterday evening rejected the project for an underground car park under the market square by twelve votes to eleven.",
     "The town council last night rejected, by twelve votes to eleven, the proposal for an underground parking lot under the market square.")

# English to Spanish

task("en", "es", "Spanish, please: My brother works in a hospital. (No other words.)", "Mi hermano trabaja en un hospital.")
task("en", "es", "We are putting up notices in the laundry room of our building. Need this one in Spanish, just the notice:\n\nPlease remove your clothes promptly when the machine has finished. Clothes left for more than an hour will be placed in the basket.",
     "Por favor, retire su ropa en cuanto la máquina haya terminado. La ropa que se deje más de una hora se pondrá en el cesto.",
     "Por favor, retire su ropa rápidamente cuando la máquina haya terminado. La ropa dejada por más de una hora será colocada en la canasta.")
task("en", "es", "Tradúcelo al español de España y escribe solo el resultado:\n\"I'm sorry I'm late, the bus broke down in the middle of the bridge.\"",
     "Siento llegar tarde, el autobús se averió en medio del puente.", "Perdón por llegar tarde, el autobús se ha averiado en medio del puente.", "Lo siento, llego tarde; el autobús se averió en mitad del puente.")
task("en", "es", "Push notification, Spanish, informal tú, max 60 characters: \"Your order is on its way! Track it in the app.\" Output the notification alone.",
     "¡Tu pedido está en camino! Síguelo en la app.", "¡Tu pedido va en camino! Síguelo en la aplicación.")
task("en", "es", "Translate the following sentence from a biology textbook to Spanish. Do not explain anything.\n\nPlants absorb water through their roots and release part of it into the air through tiny openings in their leaves.",
     "Las plantas absorben agua a través de sus raíces y liberan parte de ella al aire a través de pequeñas aberturas en sus hojas.",
     "Las plantas absorben el agua por las raíces y liberan una parte al aire por medio de diminutas aberturas en las hojas.")
task("en", "es", "Idioms are tricky: how would a Spaniard say \"to kill two birds with one stone\"? Only the Spanish idiom in the infinitive.",
     "Matar dos pájaros de un tiro.")
task("en", "es", "Dear neighbours, the lift will be out of service from Monday to Wednesday because of maintenance. We apologise for the inconvenience.\n\n→ Spanish version for the residents from Colombia. Translation only, formal.",
     "Estimados vecinos: el ascensor estará fuera de servicio de lunes a miércoles por mantenimiento. Pedimos disculpas por las molestias.",
     "Estimados vecinos, el ascensor estará fuera de servicio desde el lunes hasta el miércoles por trabajos de mantenimiento. Nos disculpamos por las molestias ocasionadas.")

# Spanish to English

task("es", "en", "El museo abre a las diez de la mañana.\nEnglish translation (only that):", "The museum opens at ten in the morning.", "The museum opens at 10 a.m.")
task("es", "en", "My landlady wrote \"El fontanero viene el jueves, ¿vas a estar en casa?\" – put it in English and leave it at that.",
     "The plumber is coming on Thursday, will you be at home?", "The plumber is coming on Thursday. Are you going to be home?")
task("es", "en", "A review from Bilbao about our guest house. What does it say in English? No summary, a faithful translation.\n\n\"Habitación pequeña pero limpísima, con vistas al río. El desayuno, casero y abundante. Lo único malo: las paredes son de papel.\"",
     "Small but spotless room with a view of the river. The breakfast was homemade and plentiful. The only bad thing: the walls are paper-thin.",
     "Small but very clean room, with views of the river. The breakfast, homemade and abundant. The only bad thing: the walls are made of paper.")
task("es", "en", "For the court file: translate into English with care, and give only the translated sentence. \"El testigo declaró que había visto el vehículo blanco estacionado frente a la farmacia poco antes de las nueve de la noche.\"",
     "The witness stated that he had seen the white vehicle parked in front of the pharmacy shortly before nine in the evening.",
     "The witness testified that he had seen the white vehicle parked in front of the pharmacy shortly before nine o'clock at night.")
task("es", "en", "Abuela's recipe card says: \"Se pela la patata, se corta en rodajas finas y se fríe a fuego lento con la cebolla hasta que esté tierna.\" In English, as an instruction to the cook. One sentence.",
     "Peel the potato, cut it into thin slices and fry it over a low heat with the onion until it is tender.",
     "Peel the potatoes, slice them thinly and fry them slowly with the onion until tender.")
task("es", "en", "Necesito esto en inglés para un correo a un proveedor; responde solo con el texto traducido.\n\nLe agradeceríamos que nos enviara la factura corregida antes del día 15, ya que la anterior no incluía el descuento acordado.",
     "We would appreciate it if you could send us the corrected invoice before the 15th, as the previous one did not include the agreed discount.",
     "We would be grateful if you could send us the corrected invoice before the 15th, since the previous one did not include the discount agreed upon.")
task("es", "en", "spanish → english, same casual tone, just the message\n\n¿Quedamos a las ocho en la plaza? Si llueve, mejor en mi casa y pedimos unas pizzas.",
     "Shall we meet at eight in the square? If it rains, better at my place and we'll order some pizzas.",
     "Want to meet at eight in the plaza? If it rains, let's do my place and order pizza.")
task("es", "en", "Science news, English please, nothing but the translation:\n\nUn equipo de biólogos ha descubierto en los Andes una rana del tamaño de una uña que no pasa por la fase de renacuajo.",
     "A team of biologists has discovered in the Andes a frog the size of a fingernail that does not go through a tadpole stage.",
     "A team of biologists has discovered a fingernail-sized frog in the Andes that does not go through the tadpole phase.")

# English and Italian

task("en", "it", "Write this in Italian: The shop is closed on Sunday. Sentence only.", "Il negozio è chiuso la domenica.", "Il negozio è chiuso di domenica.", "Il negozio è chiuso domenica.")
task("en", "it", "I'm at a restaurant in Bologna. \"Could we have the bill, please? And could you split it in three?\" → in Italian, no English in your answer.",
     "Potremmo avere il conto, per favore? E potrebbe dividerlo in tre?", "Possiamo avere il conto, per favore? E può dividerlo per tre?", "Ci porta il conto, per favore? E potrebbe dividerlo in tre?")
task("en", "it", "Translate this e-mail to our Italian partner. Formal (Lei). Leave out any notes.\n\nDear Mr Bianchi, I confirm our appointment on 4 October at 10 o'clock in your office in Turin. I will bring the samples with me.",
     "Gentile signor Bianchi, Le confermo il nostro appuntamento del 4 ottobre alle ore 10 presso il Suo ufficio di Torino. Porterò con me i campioni.",
     "Gentile Sig. Bianchi, confermo il nostro appuntamento il 4 ottobre alle 10 nel Suo ufficio a Torino. Porterò i campioni con me.")
task("en", "it", "Italian wording for a trail sign, please – just the words that go on it: \"Stay on the marked path. Risk of falling rocks. Keep dogs on a lead.\"",
     "Rimanere sul sentiero segnato. Pericolo di caduta massi. Tenere i cani al guinzaglio.",
     "Restare sul sentiero segnalato. Pericolo caduta massi. Tenere i cani al guinzaglio.")
task("en", "it", "How would an Italian put \"He who sleeps doesn't catch fish\"? It's an Italian proverb originally; give me the original and nothing else.",
     "Chi dorme non piglia pesci.")
task("it", "en", "Questo libro è troppo caro per me. → English, translation only.", "This book is too expensive for me.", "This book is too dear for me.")
task("it", "en", "Traduci in inglese, senza spiegazioni: \"In bocca al lupo per l'esame di domani!\"",
     "Good luck with your exam tomorrow!", "Good luck for tomorrow's exam!", "Break a leg in tomorrow's exam!")
task("it", "en", "The instructions on my moka pot are in Italian. I'd like them in English, as plain text.\n\nRiempire la caldaia d'acqua fino alla valvola. Mettere il caffè nel filtro senza pressarlo. Togliere dal fuoco appena il caffè comincia a borbottare.",
     "Fill the boiler with water up to the valve. Put the coffee in the filter without pressing it. Remove from the heat as soon as the coffee begins to gurgle.",
     "Fill the base with water up to the valve. Place the coffee in the filter without pressing it down. Take it off the heat as soon as the coffee starts to bubble.")
task("it", "en", "From a letter written in 1961 by an emigrant to his mother; please translate, preserving the tone, and write nothing of your own:\n\nCara mamma, qui fa freddo e il pane non sa di niente, ma il lavoro c'è e i padroni pagano ogni sabato. Non stare in pensiero.",
     "Dear Mum, it is cold here and the bread tastes of nothing, but there is work and the bosses pay every Saturday. Don't worry.",
     "Dear Mama, it's cold here and the bread tastes like nothing, but there is work and the bosses pay every Saturday. Do not worry about me.")
task("it", "en", "Only the English, please.\n\n– Scusi, questo posto è libero? – No, mi dispiace, è occupato. Ma quello vicino al finestrino è libero.",
     "– Excuse me, is this seat free? – No, I'm sorry, it's taken. But the one by the window is free.",
     "- Excuse me, is this seat taken? - Yes, I'm sorry, it's occupied. But the one next to the window is free.")

# English and Portuguese

task("en", "pt", "The children are playing in the garden. (Portuguese? only the sentence)", "As crianças estão brincando no jardim.", "As crianças estão a brincar no jardim.")
task("en", "pt", "Please translate into Brazilian Portuguese and send back only the translation: \"I lost my phone on the bus yesterday. Has anybody handed it in?\"",
     "Perdi meu celular no ônibus ontem. Alguém o entregou?", "Eu perdi meu celular no ônibus ontem. Alguém o devolveu?", "Ontem perdi meu celular no ônibus. Alguém entregou ele?")
task("en", "pt", "European Portuguese, app onboarding screen, no quotation marks, no notes:\n\nCreate an account to save your favourite recipes and use them on all your devices.",
     "Crie uma conta para guardar as suas receitas favoritas e utilizá-las em todos os seus dispositivos.",
     "Crie uma conta para guardar as suas receitas preferidas e usá-las em todos os seus dispositivos.")
task("en", "pt", "Our clinic in Porto Alegre needs this reminder in Portuguese, word for word usable: \"Please do not eat or drink anything for eight hours before the blood test. You may drink water.\"",
     "Por favor, não coma nem beba nada durante oito horas antes do exame de sangue. Você pode beber água.",
     "Por favor, não coma nem beba nada nas oito horas anteriores ao exame de sangue. Você pode beber água.")
task("en", "pt", "Better late than never, as they say. The Portuguese proverb for it is …? Give it as a full proverb, nothing around it.",
     "Antes tarde do que nunca.", "Mais vale tarde do que nunca.", "Mais vale tarde que nunca.")
task("pt", "en", "Traduza para o inglês, só a frase traduzida:\nMinha irmã mora perto da praia e trabalha numa padaria.",
     "My sister lives near the beach and works in a bakery.", "My sister lives close to the beach and works at a bakery.")
task("pt", "en", "WhatsApp from my Brazilian colleague: \"Bom dia! Vou me atrasar uns 15 minutos, o trânsito está um caos. Pode ir começando a reunião.\" Translate it for me, English only.",
     "Good morning! I'm going to be about 15 minutes late, the traffic is chaotic. You can go ahead and start the meeting.",
     "Good morning! I'll be about 15 minutes late, traffic is chaos. You can start the meeting.")
task("pt", "en", "\"Quem não tem cão caça com gato.\" – translate literally into English, one line.",
     "He who has no dog hunts with a cat.", "Those who don't have a dog hunt with a cat.", "If you don't have a dog, hunt with a cat.")
task("pt", "en", "English version for the tourist office website, without comments please.\n\nA vila fica no alto de uma colina e está rodeada por muralhas do século XIII. Do castelo vê-se o rio e, em dias claros, o mar.",
     "The village sits on top of a hill and is surrounded by 13th-century walls. From the castle you can see the river and, on clear days, the sea.",
     "The town is on top of a hill and is surrounded by walls from the 13th century. From the castle one can see the river and, on clear days, the sea.")
task("pt", "en", "Translate this contract term from Portuguese. Your whole answer should be the English term sentence.\n\nO prestador de serviços não se responsabiliza por atrasos causados por motivos de força maior.",
     "The service provider is not liable for delays caused by force majeure.", "The service provider shall not be liable for delays caused by force majeure events.")

# English and Dutch, Polish, Swedish

task("en", "nl", "The weather is nice today.\n\nDutch translation, nothing else.", "Het weer is vandaag mooi.", "Het is mooi weer vandaag.", "Het is vandaag mooi weer.")
task("en", "nl", "Poster for our street party, in Dutch please (informal): \"Everyone brings something to eat, we provide the drinks and the music!\" Only the line itself.",
     "Iedereen neemt iets te eten mee, wij zorgen voor de drankjes en de muziek!", "Iedereen brengt iets te eten mee, wij zorgen voor de drank en de muziek!")
task("nl", "en", "Vertaal naar het Engels, alleen de vertaling graag: Ik heb gisteren mijn fiets voor het station gezet en nu is hij weg.",
     "Yesterday I parked my bike in front of the station and now it is gone.", "I put my bike in front of the station yesterday and now it's gone.")
task("nl", "en", "Letter from the Dutch tax office. What does this sentence say in English? Just translate.\n\nU moet het bedrag van 312 euro vóór 1 juli betalen; als u dat niet doet, sturen wij u een aanmaning.",
     "You must pay the amount of 312 euros before 1 July; if you do not do so, we will send you a reminder.", "You have to pay the amount of 312 euros before July 1; if you don't, we will send you a reminder.")
task("en", "pl", "Into Polish: \"Good morning, I have an appointment with Doctor Nowak at half past ten.\" Please write just the Polish.",
     "Dzień dobry, mam wizytę u doktora Nowaka o wpół do jedenastej.", "Dzień dobry, mam wizytę u doktor Nowak o wpół do jedenastej.", "Dzień dobry, jestem umówiony z doktorem Nowakiem na wpół do jedenastej.")
task("en", "pl", "Warehouse sign, English to Polish, no extra words: Caution! Wet floor. Do not leave pallets in front of the emergency exit.",
     "Uwaga! Mokra podłoga. Nie zostawiać palet przed wyjściem awaryjnym.", "Uwaga! Śliska podłoga. Nie zostawiaj palet przed wyjściem ewakuacyjnym.", "Ostrożnie! Mokra podłoga. Nie pozostawiać palet przed wyjściem ewakuacyjnym.")
task("pl", "en", "Moja babcia piecze najlepsze ciasto z jabłkami w całej wsi.\n\n(English, please – only the translation)",
     "My grandmother bakes the best apple cake in the whole village.", "My grandma bakes the best apple pie in the whole village.")
task("pl", "en", "Przetłumacz na angielski i nie dodawaj komentarza: Nie mój cyrk, nie moje małpy.", "Not my circus, not my monkeys.")
task("en", "sv", "We would like a table for four by the window.\n→ Swedish. Answer in Swedish only.",
     "Vi skulle vilja ha ett bord för fyra vid fönstret.", "Vi vill gärna ha ett bord för fyra vid fönstret.")
task("en", "sv", "Translate for a Swedish school newsletter, translation alone: \"On Friday all classes will visit the forest. Please send your child with rubber boots, rainwear and a packed lunch.\"",
     "På fredag kommer alla klasser att besöka skogen. Skicka gärna med ditt barn gummistövlar, regnkläder och matsäck.",
     "På fredag ska alla klasser besöka skogen. Vänligen skicka med ert barn stövlar, regnkläder och matsäck.")
task("sv", "en", "Översätt till engelska, bara översättningen: Tåget mot Göteborg är tjugo minuter försenat på grund av snö.",
     "The train to Gothenburg is twenty minutes late because of snow.", "The train to Gothenburg is delayed by twenty minutes due to snow.")
task("sv", "en", "A Swedish saying I came across: \"Det finns inget dåligt väder, bara dåliga kläder.\" In English, one sentence?",
     "There is no bad weather, only bad clothes.", "There's no such thing as bad weather, only bad clothing.")

# English and Russian, Japanese, Chinese

task("en", "ru", "Russian, translation only: I live in a small town near the sea.", "Я живу в маленьком городе у моря.", "Я живу в небольшом городе недалеко от моря.", "Я живу в маленьком городке рядом с морем.")
task("en", "ru", "Please write in Russian for my mother-in-law (nothing but the Russian text):\n\"Thank you for the warm socks. The children wear them every day and send you many kisses.\"",
     "Спасибо за тёплые носки. Дети носят их каждый день и шлют вам много поцелуев.", "Спасибо за тёплые носки. Дети носят их каждый день и крепко тебя целуют.")
task("ru", "en", "Переведи на английский, без пояснений: Тише едешь — дальше будешь.", "Slow and steady wins the race.", "The slower you go, the farther you'll get.", "Haste makes waste.")
task("ru", "en", "What's written here? English translation only.\n\n«Магазин закрыт на ремонт до 15 мая. Приносим извинения за временные неудобства.»",
     "The shop is closed for renovation until 15 May. We apologise for the temporary inconvenience.", "The store is closed for repairs until May 15. We apologize for the temporary inconvenience.")
task("en", "ja", "Translate into Japanese (polite form), only Japanese in the answer: What time does the last train to Kyoto leave?",
     "京都行きの最終電車は何時に出ますか。", "京都行きの最終電車は何時に出発しますか？", "京都行きの終電は何時に出ますか？")
task("en", "ja", "Sign for our inn, Japanese version only please: \"Please take off your shoes here.\"", "ここで靴を脱いでください。", "ここで靴をお脱ぎください。", "こちらで靴をお脱ぎください。")
task("ja", "en", "英語に訳してください。訳文だけを書いてください。\n\n昨日は雨だったので、家で本を読みました。",
     "It rained yesterday, so I read a book at home.", "Because it was raining yesterday, I stayed at home and read a book.")
task("ja", "en", "My host mother left this note: 「冷蔵庫にカレーがあります。温めて食べてね。夜八時ごろ帰ります。」 English, just the note.",
     "There is curry in the fridge. Warm it up and eat it. I'll be home around eight in the evening.", "There's curry in the refrigerator. Please heat it up and eat. I'll be back around 8 p.m.")
task("en", "zh", "Simplified Chinese, please, and only that: How much does this umbrella cost? Can I pay by card?",
     "这把伞多少钱？可以刷卡吗？", "这把雨伞多少钱？我可以刷卡吗？", "这把雨伞多少钱？我可以用卡支付吗？")
task("en", "zh", "UI text → 简体中文, output the text alone.\nYour password must contain at least eight characters and one number.",
     "您的密码必须至少包含八个字符和一个数字。", "密码必须至少包含8个字符和1个数字。", "您的密码必须包含至少八个字符和一个数字。")
task("zh", "en", "Translate into English. Answer with one sentence only.\n\n明天我要去北京看我的妹妹。", "Tomorrow I am going to Beijing to see my younger sister.", "I'm going to Beijing tomorrow to visit my younger sister.")
task("zh", "en", "请把下面的通知翻译成英文，只给出译文：\n\n由于电梯维修，请住户本周五上午九点至十二点使用楼梯。",
     "Due to elevator maintenance, residents are asked to use the stairs this Friday from 9 a.m. to 12 noon.", "Because of lift repairs, residents are requested to use the stairs between nine and twelve o'clock this Friday morning.")

# Between two other languages

task("de", "fr", "Bitte vom Deutschen ins Französische, nur die Übersetzung: Können Sie mir sagen, auf welchem Gleis der Zug nach Straßburg abfährt?",
     "Pouvez-vous me dire de quelle voie part le train pour Strasbourg ?", "Pourriez-vous me dire sur quel quai part le train pour Strasbourg ?", "Pouvez-vous me dire de quel quai part le train pour Strasbourg ?")
task("fr", "es", "Traduis ce message en espagnol, sans rien d'autre :\n\nNous avons bien reçu votre commande et nous vous l'enverrons dès que le paiement sera confirmé.",
     "Hemos recibido su pedido y se lo enviaremos en cuanto se confirme el pago.", "Hemos recibido correctamente su pedido y se lo enviaremos tan pronto como el pago sea confirmado.")
task("es", "pt", "Traduce del español al portugués de Brasil; solo la traducción.\n\nLa biblioteca municipal presta también juegos de mesa y herramientas durante dos semanas.",
     "A biblioteca municipal também empresta jogos de tabuleiro e ferramentas por duas semanas.", "A biblioteca municipal empresta também jogos de tabuleiro e ferramentas durante duas semanas.")
task("it", "de", "Ich brauche das auf Deutsch, bitte ohne Anmerkungen: \"Lasciate asciugare la vernice per almeno sei ore prima di applicare la seconda mano.\"",
     "Lassen Sie die Farbe mindestens sechs Stunden trocknen, bevor Sie die zweite Schicht auftragen.", "Lassen Sie den Lack mindestens sechs Stunden trocknen, bevor Sie den zweiten Anstrich auftragen.", "Die Farbe mindestens sechs Stunden trocknen lassen, bevor die zweite Schicht aufgetragen wird.")
task("nl", "de", "From Dutch to German, please; print the German line only.\n\nLet op: de brug gaat vandaag tussen 14 en 15 uur open voor de scheepvaart.",
     "Achtung: Die Brücke wird heute zwischen 14 und 15 Uhr für die Schifffahrt geöffnet.", "Achtung: Die Brücke öffnet heute zwischen 14 und 15 Uhr für den Schiffsverkehr.")
task("de", "it", "Wie lautet das auf Italienisch? Nur den Satz bitte.\n\nMeine Tochter ist gegen Nüsse allergisch. Sind in diesem Eis Nüsse enthalten?",
     "Mia figlia è allergica alle noci. Questo gelato contiene noci?", "Mia figlia è allergica alla frutta a guscio. Ci sono noci in questo gelato?", "Mia figlia è allergica alle noci. Ci sono delle noci in questo gelato?")
