"""How many independent answers a share rests on, when answers of one author are alike."""

from collections.abc import Collection

T_HAS_FINITE_VARIANCE = 4
"""From so many authors on the variance between them tells something: Student's t with their number less 1 has one."""


def effective(authors: Collection[tuple[int, int]]) -> float:
    """Return the number of answers for Wilson's interval, from (answers, of these re-used) of each author.

    p(1 - p) over the variance of p as a ratio of sums over authors (Cochran 1977, 6.10), made larger by A / (A - 3) for
    the authors' small number. At least answers² / sum of squares, which takes all answers of an author as alike, and
    at most the answers.
    """
    answers, reused = (sum(one[part] for one in authors) for part in (0, 1))
    if not answers:
        return 0.0
    least = answers**2 / sum(own**2 for own, _ in authors)
    share, many = reused / answers, len(authors)
    if many < T_HAS_FINITE_VARIANCE or reused in (0, answers):
        return least
    squares = sum((own_reused - own * share) ** 2 for own, own_reused in authors)
    if squares == 0:
        return float(answers)
    variance = many / (many - 3) * squares / answers**2
    return min(answers, max(least, share * (1 - share) / variance))
