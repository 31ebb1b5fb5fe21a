"""Words beside their points: they cover nothing where there is room."""

import math
from random import Random

from tasks.language_model.labelling import place_labels


def test_words_cover_neither_points_nor_one_another() -> None:
    random = Random(4)
    places = [(200 * random.random(), 200 * random.random()) for _ in range(30)]
    centres = place_labels(places, ["word"] * 30, 8.0, frame=(-40, -40, 240, 240))
    # Half the width and the height that the words are taken to have.
    half_width, half_height = 0.3 * 8 * 4, 0.6 * 8
    for number, (u, v) in enumerate(centres):
        assert u - half_width >= -40 and u + half_width <= 240 and v - half_height >= -40 and v + half_height <= 240
        assert not any(abs(u - x) < half_width and abs(v - y) < half_height for x, y in places)
        others = centres[:number] + centres[number + 1 :]
        assert not any(abs(u - x) < 2 * half_width and abs(v - y) < 2 * half_height - 1e-6 for x, y in others)


def test_a_word_is_near_its_point_where_there_is_room() -> None:
    [(u, v)] = place_labels([(50.0, 50.0)], ["word"], 8.0)
    assert math.dist((u, v), (50, 50)) < 25
