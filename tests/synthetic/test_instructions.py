import numpy as np

from distillscan.synthetic.draws import Draws
from distillscan.synthetic.instructions import instructions, obfuscated, prefixes, problems


def eights(text):
    words = text.lower().split()
    return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}


def test_instructions_are_long_and_share_few_phrases():
    made = instructions("harvest", 60, 5, Draws(1, "x"))
    assert len(set(made)) == 60
    assert min(len(text.split()) for text in made) >= 35
    shared = [len(eights(one) & eights(other)) for one in made[:20] for other in made[20:]]
    assert np.mean(shared) < 0.05


def test_other_kinds_speak_of_other_things():
    ours = set().union(*map(eights, instructions("harvest", 40, 5, Draws(1, "x"))))
    theirs = set().union(*map(eights, instructions("business", 40, 5, Draws(1, "y"))))
    assert not ours & theirs


def test_words_are_replaced_at_the_rate_asked_for():
    templates = instructions("harvest", 2, 5, Draws(1, "x"))
    chosen = np.array([0, 1] * 200, dtype=np.int64)
    made = obfuscated(templates, chosen, 0.2, Draws(1, "y")).to_list()
    kept = [
        np.mean([one == other for one, other in zip(text.split(), templates[place].split(), strict=True)])
        for text, place in zip(made, chosen, strict=True)
    ]
    assert abs(np.mean(kept) - 0.8) < 0.02
    assert len(set(made)) == len(made)


def test_payloads_and_prefixes_hardly_repeat():
    assert problems(Draws(1, "x"), 2_000).n_unique() > 1_990
    assert prefixes(Draws(1, "x"), 2_000).n_unique() == 2_000
