"""Row ids and the numbers that people are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from core.ids import new_id, short_number


def test_ids_of_one_process_sort_in_the_order_they_were_made() -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_never_share_an_id() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [made for batch in pool.map(lambda _: [new_id() for _ in range(2_000)], range(4)) for made in batch]
    assert len(set(made)) == len(made)


def test_ids_are_version_7() -> None:
    made = new_id()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_short_numbers_have_no_letters_that_are_misheard() -> None:
    numbers = {short_number("Z") for _ in range(2_000)}
    assert len(numbers) == 2_000
    assert not set("".join(number[2:] for number in numbers)) & set("01OIL")


def test_no_number_of_ours_sounds_like_a_cry_for_help(resources) -> None:
    numbers = [f"取消 {short_number('B')}" for _ in range(500)] + [f"撤回求助 {short_number('Z')}" for _ in range(500)]
    assert {resources.understanding.judge(text).risk for text in numbers} == {"none"}
