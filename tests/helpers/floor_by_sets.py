"""The privacy floor once more, in sets and fractions and without any array: what the fast one has to agree with."""

from fractions import Fraction


def shown(sizes, k, dominated=(), totals=(), members=None):
    """Which cells may be shown, after rulings 1.11; `dominated` and `totals` are sets of cells, `members` sets of people."""
    return Cells(sizes, k, dominated, totals, members).shown()


class Cells:
    """Cells with people, those that may be shown by themselves, and the sums that are known: of all, and of the totals."""

    def __init__(self, sizes, k, dominated, totals, members):
        self.sizes, self.k, self.members = sizes, k, members
        self.peopled = {cell for cell, size in enumerate(sizes) if size}
        self.fit = {cell for cell in self.peopled if sizes[cell] >= k and cell not in dominated}
        self.known = [self.peopled, *(self.peopled & set(total) for total in totals)]
        self.smallest_first = sorted(range(len(sizes)), key=lambda cell: (sizes[cell], cell))
        self.lost = followed(self.peopled, self.known)

    def shown(self):
        now, together = self.settled(self.fit), False
        while now and (solved := self.solved(now)):
            near = set().union(*(total for total in self.known[1:] if total & solved)) & now
            now, together = self.settled(now - {min(near or now, key=self.smallest_first.index)}), True
        return self.given_back(now) if together else now

    def hide(self, secret):
        if self.members is None:
            return sum(self.sizes[cell] for cell in secret) >= self.k
        return len(set().union(*(self.members[cell] for cell in secret))) >= self.k

    def covered(self, now, total):
        secret = total - now
        return not secret or (len(secret) > 1 and self.hide(secret)) or not total & now

    def cover(self, now):
        for total in self.known:
            for cell in self.smallest_first:
                if cell in total & now and not self.covered(now, total):
                    now = now - {cell}
        return now

    def settled(self, now):
        while (further := self.cover(now)) != now:
            now = further
        return now

    def solved(self, now):
        return followed(self.peopled - now, self.known) - self.lost

    def given_back(self, now):
        for cell in reversed(self.smallest_first):
            more = now | ({cell} & self.fit)
            while more != now and (solved := self.solved(more)):
                more = more | solved
            if more <= self.fit and all(self.covered(more, total) for total in self.known):
                now = more
        return now


def crossed(groups, people, pairs, allowed, k):
    """Which groups may show their sums, and which pairs their cell: sets of both."""
    numbers = range(len(pairs))
    sizes = [people[one] + people[other] for one, other in pairs]
    barred = set(numbers) - allowed

    def sums(some):
        return [{number for number in numbers if one in pairs[number]} for one in sorted(some)]

    def gives_away(some, open_pairs):
        return bool(followed(set(numbers) - open_pairs, [set(numbers), *sums(some)]))

    open_pairs = shown(sizes, k, barred, sums(groups))
    if len(pairs) == 1 or not gives_away(groups, open_pairs):
        return groups, open_pairs
    open_pairs, kept = shown(sizes, k, barred), set()
    for one in sorted(range(len(people)), key=lambda one: (-people[one], one)):
        more = kept | ({one} & groups)
        rest = set(range(len(people))) - more
        if len(rest) > 1 and sum(people[other] for other in rest) >= k and not gives_away(more, open_pairs):
            kept = more
    return kept, open_pairs


def followed(secret, totals):
    """Which of the secret cells follow from the sums: adding the cell alone as an equation adds nothing that is not known."""
    order = sorted(secret)
    rows = reduced([[Fraction(cell in total) for cell in order] for total in totals])
    return {cell for place, cell in enumerate(order) if alone(rows, place)}


def reduced(rows):
    """The rows in reduced echelon form, without those that say nothing."""
    found = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        rows, found = [less(row, pivot, column) for row in rows], [less(row, pivot, column) for row in found]
        found.append(pivot)
    return found


def less(row, pivot, column):
    return [value - row[column] * by for value, by in zip(row, pivot, strict=True)]


def alone(rows, place):
    """Whether an equation in reduced form speaks of this cell and of no other."""
    return any([bool(value) for value in row] == [number == place for number in range(len(row))] for row in rows)
