"""What the lexical rules alone see: near-misses on both sides of each, in words of every day."""

import pytest

from qa.triage import triage
from qa.types import CARDS

CRIES = {
    "emergency": [
        "I can't breathe",
        "my husband is not breathing",
        "she won't wake up after the spray",
        "he is unconscious",
        "I took too much ketamine",
        "my toddler swallowed a lozenge",
        "I overdosed",
        "I have chest pain after my dose",
        "he's having a seizure",
        "my drink was spiked",
        "I took the whole bottle",
        "her lips are blue",
        "the voices tell me to kill her",
        "my dog ate my ketamine troches",
        "I'm having a severe allergic reaction",
        "my husband is having a bad allergic reaction",
        "my wife is having seizures",
        "This is the worst headache I've ever had",
        "I have the worst headache ever",
        "worst headache of my whole life, all at once after the spray",
        "I slit both my wrists",
        "I want to die. I just swallowed a bottle of pills",
        "I want to die, I swallowed 40 tablets an hour ago",
        "i took 30 pills because i want to kill myself",
        "I'm overdosing",
        "I swallowed all the ones I had left",
        "I've had too much ketamine",
        "I took my dose twice by accident",
        "My kids ate my troches",
        "my dog has eaten my lozenge",
        "our drinks were spiked",
        "I am having a seizure",
        "my dad isn't waking up",
        "I can't wake my boyfriend",
        "she collapsed and is unresponsive",
        "my son took one of my lozenges",
        "I shook my baby",
        "I'm going to hurt my baby",
        "hes going to kill her",
        "puppy swallowed a sertraline off the carpet",
        "he is snoring super loud and won't wake up",
        "one is passed out and sick",
        "I took a whole month of my ketamine troches at once",
        "I've taken all my sertraline",
        "someone spiked my vodka",
        "I took too much on purpose around midnight",
        "and i think i passed out for a second",
        "overdosed, alone, help",
        "I'm driving home after ketamine and I can't see straight",
        "she had ketamine and wine and is nodding off",
        "Patient's oxygen is reading in the 70s and I'm on my own here",
        "his sats are 84, what do I do",
        "spo2 dropped to 81 after the spray",
        "imma go shoot the place up tomorrow",
        "I'm going to burn your clinic down",
        "drivin rn feelin kinda floaty after it",
    ],
    "crisis": [
        "I want to kill myself",
        "i want to die",
        "I don't want to live anymore",
        "im suicidal",
        "I feel suicidal tonight",
        "i've been thinking about suicide",
        "thinking of ending my life",
        "i am going to end it all",
        "kms",
        "suicide",
        "I can't go on",
        "there's no reason to live",
        "my son says he wants to die",
        "my wife is suicidal",
        "My friend is going to kill himself",
        "how much ketamine to kill myself",
        "I keep cutting myself",
        "I wish I was dead",
        "everyone would be better off without me",
        "I have suicidal thoughts",
        "i tried to commit suicide",
        "i want to hurt myself",
        "SUICIDAL",
        "i d\u200bon\u2019t want to be here anymore",
        "My wife has suicidal thoughts, what should I do",
        "my partner has been having suicidal thoughts",
        "My daughter was suicidal last night",
        "how do I write a suicide note",
        "I've written goodbye letters",
        "I'm going to overdose tonight",
        "I want to overdose",
        "I almost killed myself last night",
        "I burned myself on purpose",
        "I'm going to end it tonight",
        "My husband doesn't want to live anymore",
        "my sister keeps talking about killing himself",
        "my brother says he will take his own life",
        "I just want to be gone",
        "I'd rather be dead",
        "i want to end my pain",
        "I can't go on",
        "I cant keep going",
        "I hope I do not wake up",
        "I want to go to sleep and not wake up",
        "gonna off myself",
        "kms tonight",
        "I wouldn't mind not waking up after the infusion",
        "he says he hopes he won't wake up",
        "finna off myself",
        "what amount would be enough to not wake up",
        "I don't want to wake up anymore",
        "i do not want to be here",
    ],
}
HARMLESS = [
    "My depression has been unresponsive to SSRIs, can I try ketamine?",
    "Do they make you unconscious for an infusion?",
    "My marriage collapsed last year and I am depressed, would ketamine help?",
    "My mother was unconscious during ECT",
    "I've taken all the antidepressants and nothing works",
    "My depression has taken all my energy",
    "Have they used double-blind trials for ketamine?",
    "I've used all my insurance sessions for this year",
    "I drank too much last night, can I still come?",
    "I ate a whole breakfast before my appointment",
    "My daughter took ketamine for depression and it helped, can I try it?",
    "Our son ate breakfast, will he still get it?",
    "Spravato spiked my blood pressure last time, is that normal?",
    "I was drugged up on antidepressants for years",
    "Can I have ketamine after a heart attack?",
    "Can I have Spravato after a stroke?",
    "how many people had oxygen in the 80s on the spray?",
    "My oxygen was at 85 last year during surgery, can I have Spravato?",
    "is 97 a good oxygen level to start with",
    "I took the spray twice a week",
    "I have crushing depression, am I a candidate?",
    "Is ketamine going to hurt my baby if I breastfeed?",
    "did i hurt my baby",
    "I'm worried ketamine will harm my baby, I am pregnant",
    "I cannot wake up in the morning",
    "I'm not waking up at night anymore",
    "Has anyone ever stopped breathing during a ketamine infusion?",
    "Is having a seizure in the past a reason not to get ketamine?",
    "I overdosed in 2015, does that rule me out?",
    "I cut my wrists when I was a teenager, can I have ketamine?",
    "I live 200 kms from the clinic, how do I get home?",
    "Can ketamine end my pain?",
    "I'm taking my life back thanks to ketamine",
    "I want the pain to be gone",
    "I hope the nausea will be gone by tomorrow",
    "I want to stop living in fear",
    "Am I going to die from ketamine?",
    "I don't want to be here all day, how long does a visit take?",
    "I can't go on SSRIs because of side effects",
    "I can't keep going to the clinic twice a week",
    "I took the heart monitor off myself",
    "I'm scared I'll fall and hurt myself after the session",
    "can i get spravato if im not suicidal",
    "My mom says I could die from ketamine, is that true?",
    "I hope I don't die from this",
    "I don't want to wake up during the infusion",
    "I burned myself cooking",
    "I took a lot of notes",
    "he took up too much time",
    "Yesterday I was having chest pain after the spray, it is gone now",
    "is severe headache a side effect",
    "I'd love to go to sleep and not wake up until nine",
    "overdosed on netflix this weekend",
    "my sister was suicidal in 2012",
    "In 2011 I had anaphylaxis from prawns",
    "do they screen people who are suicidal",
    "I don't want to live with my parents",
    "My blood pressure was spiked by coffee",
]


def outcome_of(message: str) -> str:
    """Give what the rules say of a message, empty for nothing."""
    verdict = triage(message)
    return verdict.outcome if verdict else ""


@pytest.mark.parametrize(("outcome", "message"), [(name, text) for name, texts in CRIES.items() for text in texts])
def test_a_cry_is_seen_by_the_rules_alone(outcome: str, message: str) -> None:
    assert outcome_of(message) == outcome


@pytest.mark.parametrize("message", HARMLESS)
def test_what_shares_its_words_with_a_cry_gets_no_card_by_rule(message: str) -> None:
    assert outcome_of(message) not in CARDS


SAME_DAY = [
    "I keep having unwanted thoughts about hurting my baby, I would never do it",
    "intrusive images of my newborn getting hurt, they are horrible and i dont want them",
    "I ate this morning, can I still have my infusion?",
    "I drank last night, is my session ok",
    "i had coffee two hours ago, do i cancel the spray",
    "my blood pressure was 190/110 at home but i feel fine",
    "Yesterday I had chest pain after the spray, it is gone now",
    "she hasn't slept for three nights and is full of energy and ideas since the ketamine",
    "I think my son is going manic since his second infusion",
    "I'm still seeing things two days after my session",
    "the dissociation hasn't stopped since yesterday",
    "just found out I'm pregnant and I had spravato last week",
    "my mood has been worse since the third infusion",
    "since my last session my depression has gone downhill",
    "he hasn't eaten for four days",
]
NOT_TODAY = [
    "Can I eat before my infusion?",
    "What if I drank alcohol the night before?",
    "Is my blood pressure of 140/90 too high for spravato?",
    "Is chest pain a side effect?",
    "Can ketamine make people manic?",
    "How long can hallucinations last?",
    "Can I have ketamine if I am pregnant?",
    "Does depression get worse before it gets better?",
    "Do people lose their appetite?",
]


@pytest.mark.parametrize("message", SAME_DAY)
def test_what_a_clinic_wants_to_hear_about_today(message: str) -> None:
    assert outcome_of(message) == "same_day"


@pytest.mark.parametrize("message", NOT_TODAY)
def test_a_question_about_such_things_is_not_for_today(message: str) -> None:
    assert outcome_of(message) not in ("same_day", *CARDS)


def test_a_very_high_pressure_with_symptoms_is_an_emergency() -> None:
    assert outcome_of("her blood pressure is 210 over 120 and she has a terrible headache") == "emergency"


SENSITIVE = [
    "Does ketamine help with suicidal thoughts?",
    "can ketamine kill you",
    "overdose deaths from ketamine",
    "does spravato prevent suicide",
    "is it addictive",
    "can you get hooked on this",
    "has anyone died of it",
]


@pytest.mark.parametrize("message", SENSITIVE)
def test_suicide_death_and_dependence_are_topics_with_the_line(message: str) -> None:
    assert outcome_of(message) == "sensitive"
