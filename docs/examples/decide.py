"""Choose a model for a task and a preference; nobody is asked, nothing is spent."""

from turnout import Prompt, Session, prefer

session = Session.open()
prompt = Prompt("Übersetze: The train leaves at nine.", category="translation")

decision = session.decide(prompt, prefer(price="low", accuracy="high", max_usd=0.01), only_available=False)
print(decision.explanation)
for candidate in decision.candidates:
    print(candidate.rank, candidate.model_id, candidate.quality, candidate.support, candidate.basis.benchmark)
